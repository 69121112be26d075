"""Sets text of one style into lines, operand for operand as WeasyPrint would lay it out and draw it.

Pango is not safe in threads: whoever calls holds the lock of the layout.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from letterpress.layout import private_api
from letterpress.layout.lines import breaking, drawing, greedy, self_check
from letterpress.layout.lines.beginnings import Beginnings
from letterpress.layout.lines.breaking import Broken
from letterpress.layout.lines.drawing import Line
from letterpress.layout.lines.hyphens import Hyphens
from letterpress.layout.lines.kept import Kept
from letterpress.layout.lines.page_fonts import FontNames, Fonts, Unsettable
from letterpress.layout.lines.style import TextStyle
from letterpress.layout.lines.words import Word, Words, has_script, is_plain

_NARROW = 4
"""em: in shorter lines WeasyPrint breaks at the first space that it sees."""
_THIN = 0.25
"""em that a text has for each of its characters, or more: no text that is wider than its line is tried in one."""
_TEXTS, _LINES = 1024, 1024
"""Kept of one style: a text that comes again, and lines that texts have in common."""
_MANY = 20
"""Texts after which it is worth while to look into a face."""
_ENDS = re.compile("[\n\r\t\v\f\x85\u2028\u2029]")
"""What may end a line, or move what follows it."""
_SPACES = (" ", "\u00a0")
"""What is made wider in a line that is justified."""


class Block(NamedTuple):
    """Where the content of a block stands, which widths of its lines depend on to the last digit."""

    left: float
    """Its left end on the page, px."""
    width: float
    """px."""
    indent: float = 0.0
    """Of its first line, px."""

    @property
    def room(self) -> float:
        """Between its ends, px: as WeasyPrint's `avoid_collisions` has it, with its rounding."""
        return (self.left + self.width) - self.left

    @property
    def widths(self) -> tuple[float, float]:
        """What WeasyPrint lets the first line have, and each other one, where nothing floats beside them, in px. Its
        `split_inline_box` lets a line end a billionth of its place further."""
        end = (self.left + self.room) * (1 + 1e-9)
        return end - (self.left + self.indent), end - self.left


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
        self._lines: Kept[str, Line] = Kept(_LINES)
        self._texts: Kept[tuple[Any, ...], tuple[Line, ...] | None] = Kept(_TEXTS)
        self._begun = Beginnings()
        self._to_units = private_api.text_setting().to_units
        self._narrow = _NARROW * self.style["font_size"]
        self._thin = _THIN * self.style["font_size"]
        self._is_usual = self.style["white_space"] != "nowrap" and not self.style.justifies(last=True)
        """Whether a line is broken where it is full, and the last one drawn as it is."""
        self._words: Words | None = None
        self._hyphens: Hyphens | None = None
        self._set_whole = 0
        if self.style["direction"] == "ltr" and not self.style.spaced:
            with contextlib.suppress(Unsettable):  # its lines are set by WeasyPrint's own functions alone
                self._hyphens = Hyphens(self.style)
                self._look_for_words(looking=False)

    def _look_for_words(self, *, looking: bool) -> None:
        with contextlib.suppress(Unsettable):
            words = Words(self.style, self._fonts, looking=looking)
            if self_check.holds(words, self.style, self._fonts):
                self._words = words

    def lines(
        self, text: str, widths: Sequence[float], block: Block | None = None, *, starts_line: bool = True
    ) -> tuple[Line, ...] | None:
        """Set a text behind which nothing stands in its block.

        :param text: as a text box has it: its spaces collapsed, its case transformed.
        :param widths: what WeasyPrint would let each line have, in px: the first line's, and so on; the last is that of
            all further lines.
        :param block: what the text stands in; only justified lines ask for it.
        :param starts_line: whether nothing stands before it, either; lines that are justified must begin so.
        :returns: None where the lines are known only by a layout.
        """
        widths = _without_repeats(widths)  # a paragraph of another number of lines asks the same
        key = text, widths, block, starts_line
        try:
            return self._texts[key]
        except KeyError:
            pass
        found = self._at_once(text, widths[0]) if starts_line else None
        if found is not None:
            self._texts[key] = found
            return found
        self._count_whole()
        with contextlib.suppress(Unsettable):
            broken = self._broken(text, widths, starts_line=starts_line)
            if not starts_line and any(self.style.justifies(last=one.ends) for one in broken[:1]):
                raise Unsettable("what stands before the text is justified with it")
            found = tuple(self._drawn(one, block, number) for number, one in enumerate(broken)) or None
        self._texts[key] = found
        return found

    def _at_once(self, text: str, width: float) -> tuple[Line, ...] | None:
        """A text of plain words that is on one line without any doubt; None if it may not be, or is justified."""
        words = self._words
        if words is None or not self._is_usual or width < self._narrow or len(text) * self._thin > width:
            return None
        if not is_plain(text) or not has_script(text):
            return None
        if "  " in text or text[0] == " " or text[-1] == " ":
            return None
        try:
            its_words = words.all(text)
        except Unsettable:
            return None
        units = words.units(its_words)
        if units > int(width * self._to_units) - greedy.CLEAR:
            return None
        return (words.joined(text, its_words, units * words.px),)

    def _count_whole(self) -> None:
        """Look into a face that does not ship, when enough texts are set in it."""
        if self._words is None and self._hyphens is not None:
            self._set_whole += 1
            if self._set_whole == _MANY:
                self._look_for_words(looking=True)

    def piece(self, text: str) -> Line | None:
        """Set a text that other text may stand before and behind in its line.

        :param text: as a text box has it; spaces at its ends are set.
        :returns: None where it is known only by a layout. It is not looked at whether the line is long enough, and the
            line may not be one that is justified.
        """
        line = self._lines.get(text)
        if line is not None:
            return line
        self._count_whole()
        if self._words is not None:
            with contextlib.suppress(Unsettable):
                line = self._lines[text] = self._words.line(text)
                return line
        if _ENDS.search(text):
            return None
        with contextlib.suppress(Unsettable):
            layout = self._shaped(text)
            width = drawing.width_of(layout, self.style)
            line = self._lines[text] = drawing.draw(layout, self.style, text, width, self._fonts)
            return line
        return None

    def _glyphs_of(self, text: str) -> tuple[frozenset[tuple[str, int]], frozenset[tuple[str, int, str]]]:
        line = drawing.draw(self._shaped(text), self.style, text, 0.0, self._fonts)
        glyphs = frozenset((font, glyph) for font, some in line.glyphs for glyph in some)
        return glyphs, frozenset(line.spelled)

    def _broken(self, text: str, widths: Sequence[float], *, starts_line: bool) -> list[Broken]:
        words, hyphens = self._words, self._hyphens
        if not starts_line:
            if words and text[-1:] != " ":
                with contextlib.suppress(Unsettable):
                    width = words.line(text).width_px
                    if width < widths[0] - 1:
                        return [Broken(text, text, width, None, True)]
            one = self._on_one_line(text, widths[0]) if text[-1:] != " " else None
            return [one] if one else breaking.lines(text, self.style, widths, self._context, starts_line=False)
        if words and hyphens and text and is_plain(text) and "  " not in text and text.strip(" ") == text:
            with contextlib.suppress(Unsettable):  # one of its words is set in several pieces, say
                if self.style["white_space"] == "nowrap":
                    return [_of_words(words, [words.get(one) for one in text.split(" ")], text, ends=True)]
                if has_script(text):
                    return self._by_words(words, hyphens, text, widths)
                width = words.width(text, ())
                if width < widths[0] - 1:
                    return [Broken(text, text, width, None, True)]
        one = self._on_one_line(text, widths[0]) if text.strip(" ") == text else None
        return [one] if one else breaking.lines(text, self.style, widths, self._context)

    def _by_words(self, words: Words, hyphens: Hyphens, text: str, widths: Sequence[float]) -> list[Broken]:
        """Break a text by the widths of its words, and where they do not tell by WeasyPrint's own function; as far as a
        text that was broken before begins alike, as that was."""
        known = self._begun.find(text, widths)
        found, at = known.lines, known.end
        stretch, start = greedy.Stretch(text[at:], words), 0
        while start < len(stretch.texts):
            width = widths[min(len(found), len(widths) - 1)]
            end, part = self._end(stretch, start, width, hyphens)
            if end is not None and part is not None:
                looked = stretch.looked_at(start)
                broken = self._by_its_words(words, hyphens, stretch, start, end, part)
                behind = at + len(broken.text) + (-len(hyphens.character) if part else 1)
                known.add(broken, behind, None if looked is None else at + looked)
                at, start = behind, end + 1
                continue
            before = text[at:]
            broken = breaking.first_line(before, self.style, width, self._context)
            rest = before.encode()[broken.resume :].decode().lstrip(" ") if broken.resume is not None else ""
            looked = breaking.looked_at(before, self.style, width, len(before) - len(rest))
            behind = len(text) - len(rest)
            known.add(broken, behind, None if looked is None else at + looked)
            at = behind
            if not rest:
                break
            count = broken.drawn.count(" ") + 1
            if stretch.texts[start + count :] == rest.split(" "):
                start += count
            else:
                stretch, start = greedy.Stretch(rest, words), 0
        self._begun.keep(known)
        return found

    def _end(
        self, stretch: greedy.Stretch, start: int, width: float, hyphens: Hyphens
    ) -> tuple[int | None, str | None]:
        """The last word of a line, and the part of the next one that stands there; None for what is not sure."""
        if width < self._narrow:
            return None, None
        limit = int(width * self._to_units)
        end = stretch.end(start, limit)
        if end is None or end + 1 == len(stretch.texts):
            return end, ""
        return end, stretch.part(start, end, limit, hyphens)

    def _by_its_words(
        self, words: Words, hyphens: Hyphens, stretch: greedy.Stretch, start: int, end: int, part: str
    ) -> Broken:
        """A line; where it ends in a part of a word, the stretch goes on with the rest of that."""
        texts, its_words = stretch.texts[start : end + 1], stretch.words[start : end + 1]
        if part:
            texts.append(part + hyphens.character)
            its_words.append(words.get(texts[-1]))
            stretch.divide(end + 1, len(part))
        return _of_words(words, its_words, " ".join(texts), ends=end + 1 == len(stretch.texts))

    def _drawn(self, broken: Broken, block: Block | None, number: int) -> Line:
        if self.style.justifies(last=broken.ends):
            if block is None:
                raise Unsettable("it is not known how wide the block is")
            line = self._justified(broken, block, block.indent if number == 0 else 0.0)
            if line is not None:
                return line
        if broken.text != broken.drawn:
            return self._draw(broken)
        line = self._lines.get(broken.drawn)
        if line is None:
            line = self._lines[broken.drawn] = self._draw(broken)
        return line

    def _draw(self, broken: Broken) -> Line:
        if self._words is not None and broken.text == broken.drawn:
            if broken.words:
                return self._words.joined(broken.text, broken.words, broken.width)
            with contextlib.suppress(Unsettable):
                return self._words.line(broken.text)
        return drawing.draw(self._shaped(broken.drawn), self.style, broken.text, broken.width, self._fonts)

    def _justified(self, broken: Broken, block: Block, indent: float) -> Line | None:
        """A line made as wide as its block; None if it stays as it is.

        The sums are those of WeasyPrint's `split_inline_box`, `text_align` and `justify_line`, with their rounding.
        """
        used = (block.left + indent + broken.width) - block.left
        count = sum(broken.text.count(space) for space in _SPACES)
        if used >= block.room or not count:
            return None
        spacing = (block.room - used) / count
        width = broken.width + spacing * count
        if self._words is not None and broken.words:
            with contextlib.suppress(Unsettable):
                return self._words.justified(broken.text, broken.words, spacing, width)
        layout = private_api.text_setting().layout(self.style, spacing)
        layout.set_text(broken.text, justify=True)
        return drawing.draw(layout, self.style, broken.text, width, self._fonts)

    def _shaped(self, text: str) -> Any:
        """A layout of a text as WeasyPrint makes it to draw: the one that is kept, unless attributes would stay."""
        layout = self._layout
        if layout is not None and layout.text == text:
            return layout
        if layout is None or self.style.spaced:
            private = private_api.text_setting()
            layout = self._layout = private.layout(self.style)
            private.pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
        layout.set_text(text, justify=True)
        return layout

    def _on_one_line(self, text: str, width: float) -> Broken | None:
        """A text that is well within its line, and does not end it; None if it is not, or may not be."""
        if _ENDS.search(text) or not text.strip():
            return None
        used = drawing.width_of(self._shaped(text), self.style)
        return Broken(text, text, used, None, True) if used < width - 1 else None


def _without_repeats(widths: Sequence[float]) -> tuple[float, ...]:
    """Widths of lines without those at the end that say the same again."""
    count = len(widths)
    while count > 1 and widths[count - 1] == widths[count - 2]:
        count -= 1
    return tuple(widths[:count])


def _of_words(words: Words, its_words: list[Word], text: str, *, ends: bool) -> Broken:
    width = words.width(text, its_words)
    return Broken(text, text, width, None if ends else 0, ends, tuple(its_words) if has_script(text) else ())
