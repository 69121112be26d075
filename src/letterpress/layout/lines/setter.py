"""Sets text of one style into lines, operand for operand as WeasyPrint would lay it out and draw it.

Pango is not safe in threads: whoever calls holds the lock of the layout.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

from letterpress.fonts import faces
from letterpress.layout import private_api
from letterpress.layout.lines import breaking, drawing, greedy
from letterpress.layout.lines.breaking import Broken
from letterpress.layout.lines.drawing import Line
from letterpress.layout.lines.kept import Kept
from letterpress.layout.lines.page_fonts import FontNames, Fonts, Unsettable
from letterpress.layout.lines.style import TextStyle
from letterpress.layout.lines.words import Words, is_plain

_NARROW = 4
"""em: in shorter lines WeasyPrint breaks at the first space that it sees."""


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
        self._lines: Kept[str, Line] = Kept()
        self._texts: Kept[tuple[Any, ...], tuple[Line, ...] | None] = Kept()
        self._words = self._words_of_the_style()

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
        found: tuple[Line, ...] | None = None
        try:
            found = tuple(self._set(text, widths)) or None
        except Unsettable:
            found = None
        self._texts[key] = found
        return found

    def usual_glyphs(self) -> tuple[frozenset[tuple[str, int]], frozenset[tuple[str, int, str]]]:
        """Give the glyphs that this style sets most text in, as far as the page's fonts have them: font and glyph of
        each; and font, glyph and text of those that the font's own table of characters does not have."""
        glyphs: set[tuple[str, int]] = set()
        spelled: set[tuple[str, int, str]] = set()
        for text in faces.USUAL:
            try:
                # Beside letters, since a space alone is not drawn.
                line = drawing.draw(self._shaped(f"n{text}n"), self.style, "n", 0.0, self._fonts)
            except Unsettable:
                continue
            glyphs |= {(font, glyph) for font, some in line.glyphs for glyph in some}
            spelled |= set(line.spelled)
        return frozenset(glyphs), frozenset(spelled)

    def _words_of_the_style(self) -> Words | None:
        """The words of this style; None where spaces or hyphens ask for more than their widths."""
        style = self.style
        usual = style["direction"] == "ltr" and not (style.spaced or style["hyphens"] == "auto")
        if not usual:
            return None
        try:
            return Words(self._shaped, self._fonts)
        except Unsettable:
            return None

    def _set(self, text: str, widths: Sequence[float]) -> list[Line]:
        words = self._words
        if words is not None and is_plain(text) and "  " not in text and text and text.strip(" ") == text:
            with contextlib.suppress(Unsettable):  # one of its words is set in several pieces, say
                if self.style["white_space"] == "nowrap":
                    return [words.line(text)]
                return self._set_words(words, text, widths)
        return [self._drawn(one) for one in breaking.lines(text, self.style, widths, self._context)]

    def _set_words(self, words: Words, text: str, widths: Sequence[float]) -> list[Line]:
        """Break a text by the widths of its words, and where they do not tell by WeasyPrint's own function."""
        private = private_api.text_setting()
        size = self.style["font_size"]
        found: list[Line] = []
        stretch, start = greedy.Stretch(text, words), 0
        while start < len(stretch.words):
            width = widths[min(len(found), len(widths) - 1)]
            end = None if width < _NARROW * size else stretch.end(start, int(width * private.to_units))
            if end is not None:
                found.append(self._joined(words, stretch, start, end))
                start = end + 1
                continue
            rest = " ".join(stretch.texts[start:])
            broken = breaking.first_line(rest, self.style, width, self._context)
            found.append(self._drawn(broken))
            if broken.resume is None:
                break
            rest = rest.encode()[broken.resume :].decode().lstrip(" ")
            if not rest:
                break
            count = broken.drawn.count(" ") + 1
            if stretch.texts[start + count :] == rest.split(" "):
                start += count
            else:
                stretch, start = greedy.Stretch(rest, words), 0
        return found

    def _joined(self, words: Words, stretch: greedy.Stretch, start: int, end: int) -> Line:
        text = " ".join(stretch.texts[start : end + 1])
        line = self._lines.get(text)
        if line is None:
            line = self._lines[text] = words.joined(text, stretch.words[start : end + 1])
        return line

    def _drawn(self, broken: Broken) -> Line:
        line = self._lines.get(broken.drawn) if broken.text == broken.drawn else None
        if line is None:
            line = self._draw(broken)
            if broken.text == broken.drawn:
                self._lines[broken.drawn] = line
        return line

    def _draw(self, broken: Broken) -> Line:
        if self._words is not None and broken.text == broken.drawn:
            with contextlib.suppress(Unsettable):
                return self._words.line(broken.text)
        return drawing.draw(self._shaped(broken.drawn), self.style, broken.text, broken.width, self._fonts)

    def _shaped(self, text: str) -> Any:
        """A layout of a text as WeasyPrint makes it to draw: the one that is kept, unless attributes would stay."""
        layout = self._layout
        if layout is None:
            private = private_api.text_setting()
            layout = private.layout(self.style)
            private.pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
            if not self.style.spaced:
                self._layout = layout
        layout.set_text(text, justify=True)
        return layout
