"""The setters of a process: one for each style and page's fonts, so that letters share the lines that are set already.

Not here: how a text is set (`setter`).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

from letterpress.layout.lines.page_fonts import FontNames
from letterpress.layout.lines.setter import Setter
from letterpress.layout.lines.style import TextStyle

_KEPT = 64


class Setters:
    """Setters by what their lines depend on."""

    def __init__(self) -> None:
        self._found: OrderedDict[Hashable, Setter] = OrderedDict()

    def find(self, style: TextStyle, fonts: FontNames) -> Setter:
        """Give the setter of a style in the fonts of a page.

        :param style: one that `covers` has nothing against.
        """
        key = style.key, fonts.key
        setter = self._found.get(key)
        if setter is None:
            setter = self._found[key] = Setter(style, fonts)
            if len(self._found) > _KEPT:
                self._found.popitem(last=False)
        else:
            self._found.move_to_end(key)
        return setter

    def forget(self) -> None:
        """Let go of all setters."""
        self._found.clear()
