"""Sets text of one style into lines, operand for operand as WeasyPrint would lay it out and draw it.

Pango is not safe in threads: whoever calls holds the lock of the layout.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from letterpress.layout import private_api
from letterpress.layout.lines import breaking, drawing
from letterpress.layout.lines.drawing import Line
from letterpress.layout.lines.page_fonts import FontNames, Fonts, Unsettable
from letterpress.layout.lines.style import TextStyle

_KEPT = 4096
"""Texts and lines that a setter keeps."""


class Setter:
    """Lines of one style."""

    def __init__(self, style: Any, fonts: FontNames) -> None:
        """Keep what of a style its lines depend on.

        :param style: the computed style of a text box, one that `covers` has nothing against.
        :param fonts: those of the page.
        """
        self.style = TextStyle(style)
        self._fonts = Fonts(fonts)
        self._context = breaking.Context()
        self._layout: Any = None
        self._lines: dict[Hashable, Line] = {}
        self._texts: dict[Hashable, tuple[Line, ...] | None] = {}

    def lines(self, text: str, widths: Sequence[float]) -> tuple[Line, ...] | None:
        """Set a text that stands alone in its block.

        :param text: as a text box has it: its spaces collapsed, its case transformed.
        :param widths: what WeasyPrint would let each line have, in px: the first line's, and so on; the last is that of
            all further lines.
        :returns: None where the lines are known only by a layout.
        """
        key = (text, *widths)
        try:
            return self._texts[key]
        except KeyError:
            pass
        try:
            found = self._set(text, widths)
        except Unsettable:
            found = None
        _keep(self._texts, key, found)
        return found

    def _set(self, text: str, widths: Sequence[float]) -> tuple[Line, ...] | None:
        broken = breaking.lines(text, self.style, widths, self._context)
        return tuple(self._drawn(one) for one in broken) or None

    def _drawn(self, broken: breaking.Broken) -> Line:
        key = broken.text, broken.drawn
        line = self._lines.get(key)
        if line is None:
            layout = self._shaped(broken.drawn)
            line = drawing.draw(layout, self.style, broken.text, broken.width, self._fonts)
            _keep(self._lines, key, line)
        return line

    def _shaped(self, text: str) -> Any:
        """A layout of a text as WeasyPrint makes it to draw: the one that is kept, unless attributes would stay."""
        layout = self._layout
        if layout is None:
            layout = private_api.text_setting().layout(self.style)
            if not self.style.spaced:
                self._layout = layout
        layout.set_text(text, justify=True)
        return layout


def _keep(kept: dict[Any, Any], key: Hashable, value: Any) -> None:
    """Remember a value; the older half of all goes where there are too many."""
    if len(kept) >= _KEPT:
        for old in list(kept)[: _KEPT // 2]:
            del kept[old]
    kept[key] = value
