"""Shapes words once, with the spaces around them, and puts lines together of them.

A line of words is the line that Pango shapes as a whole as long as shaping does not look beyond a space, which holds
for the faces that ship (a test) and of others can be told (`fonts.spaces`); where it does not hold, lines are shaped
whole (`drawing`). A face may kern a letter against the space beside it, and so the spaces are shaped with the word.

Not here: where lines break (`greedy`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from typing import NamedTuple

from letterpress.fonts import shipped, spaces
from letterpress.layout import private_api
from letterpress.layout.lines import drawing
from letterpress.layout.lines.drawing import Line
from letterpress.layout.lines.kept import Kept
from letterpress.layout.lines.page_fonts import FontFound, Fonts, Unsettable
from letterpress.layout.lines.style import TextStyle

PLAIN = re.compile(
    "[ -~\xa0-\xac\xae-\u024f\u1e00-\u1eff\u2010-\u2015\u2018-\u201e\u2020-\u2022\u2026\u202f\u2030\u2039\u203a\u20ac]*"
).fullmatch
"""Of Latin script or of none, and set from left to right in any surroundings."""
_LATIN = re.compile("[A-Za-z\xaa\xba\xc0-\xd6\xd8-\xf6\xf8-\u024f\u1e00-\u1eff]").search
_LETTER = "n"
"""What stands for the line's other words while one is shaped: a word without letters is of the script beside it."""


TRIED = frozenset("c2sc clig kern liga lnum onum pnum smcp tnum".split())
"""Features that a style may ask for of the faces that ship."""
_WORDS, _LINES = 4096, 512
"""Kept of one style: 4 MB, if they are long."""
PANGO_SCALE = 1024
"""Units of Pango in a px."""


class Word(NamedTuple):
    """A word in each of its places in a line: its glyphs as TJ has them within < and >, and its width."""

    first: str
    middle: str
    """With the space before it, as it stands before another."""
    last: str
    """With the space before it."""
    alone: str
    first_units: int
    """Widths in units of Pango."""
    middle_units: int
    last_units: int
    alone_units: int
    glyphs: tuple[int, ...]
    """Without the space."""
    spelled: tuple[tuple[str, int, str], ...]


class _Shape(NamedTuple):
    """Shaped text."""

    glyphs: tuple[int, ...]
    widths: tuple[int, ...]
    """In units of Pango."""
    clusters: list[int]
    """Where the text of each glyph begins, in bytes."""
    text: bytes


class Words:
    """Words of one style, in its first face."""

    def __init__(self, style: TextStyle, fonts: Fonts, *, looking: bool) -> None:
        """Find the face that the style sets Latin letters in.

        :param style: one that says nothing of spaces between letters and words.
        :param looking: whether a face that does not ship is looked into, which takes some hundredths of a second.
        :raises Unsettable: of its face it is not known that words stand apart, or it is not one of the page's.
        """
        private = private_api.text_setting()
        self.px, self._to_units = private.from_units, private.to_units
        """px of a unit of Pango, and units of a px."""
        self._set_text = private.pango.pango_layout_set_text
        self._kept, self._layout = (private.layout(style) for _ in range(2))
        # The first layout stays as it is: Pango may free a font that no layout holds, and its address may come back.
        self._kept.set_text(_LETTER)
        [run] = drawing.runs(self._kept.layout)
        self._pango_font = run.item.analysis.font
        self.font: FontFound = fonts.find(self._pango_font)
        features = private_api.font_features(style)
        self.ships = self.font.fingerprint in shipped.fingerprints() and features <= TRIED
        """Whether it is one of the faces that were tried."""
        if not self.ships:
            file, index = (
                read(self._pango_font) for read in (private_api.pango_font_file, private_api.pango_font_index)
            )
            if not (looking and spaces.part_words(file, index, features)):
                raise Unsettable("what a space does to the letters beyond it is not known")
        stream = drawing.Recorder(fonts)
        stream.set_font_size(self.font.name, self.font.size)
        self._head = b"\n".join(stream.stream) + b"\n["
        self._with_text = frozenset(self.font.texts)
        self.known: Kept[str, Word] = Kept(_WORDS)
        """Words that were had before."""
        self._wholes: Kept[str, Line] = Kept(_LINES)
        space = self._shape("n n")
        self.space, self.space_units = frozenset({space.glyphs[1]}), space.widths[1]

    def get(self, text: str) -> Word:
        """Give a word.

        :raises Unsettable: it is not set in one piece, or not in the style's first face.
        """
        word = self.known.get(text)
        if word is None:
            word = self.known[text] = self._shaped(text)
        return word

    def all(self, text: str) -> list[Word]:
        """Give the words of a text.

        :raises Unsettable: one of them is not set in one piece, or not in the style's first face.
        """
        known = self.known.get
        return [known(one) or self.get(one) for one in text.split(" ")]

    def width(self, text: str, words: Sequence[Word]) -> float:
        """Give the width of a line in px.

        :param words: its words.
        :raises Unsettable: it is of no script, and not set in one piece.
        """
        return self.units(words) * self.px if has_script(text) else self._whole(text).width_px

    def line(self, text: str) -> Line:
        """Set a line, or a piece of one: spaces at its ends are set.

        :raises Unsettable: it is not plain, or one of its words cannot be had.
        """
        before, behind = text[:1] == " ", text[-1:] == " "
        texts = text[before : len(text) - behind].split(" ")
        if not is_plain(text) or "" in texts:
            raise Unsettable("not a line of plain words")
        if not has_script(text):
            return self._whole(text)
        words = [self.get(word) for word in texts]
        if before or behind:
            return self._piece_of_a_line(text, words, before=before, behind=behind)
        return self.joined(text, words, self.units(words) * self.px)

    def _piece_of_a_line(self, text: str, words: Sequence[Word], *, before: bool, behind: bool) -> Line:
        written, units, last = "", 0, len(words) - 1
        for number, word in enumerate(words):
            kind = (before or number > 0) + 2 * (behind or number < last)
            written += (word.alone, word.last, word.first, word.middle)[kind]
            units += (word.alone_units, word.last_units, word.first_units, word.middle_units)[kind]
        if behind:
            [space] = self.space
            written += drawing.piece(self.font, space, self.space_units, 0)
            units += self.space_units
        glyphs = _sorted(self.space.union(*[word.glyphs for word in words]))
        return self._line(text, units * self.px, _closed(written), glyphs, _spelled(words))

    def joined(self, text: str, words: Sequence[Word], width: float) -> Line:
        """Put a line together of its words, with letters among them.

        :param width: of the line, in px.
        """
        first, last = words[0], words[-1]
        if len(words) == 1:
            return self._line(text, width, _closed(first.alone), first.glyphs, first.spelled)
        written = "".join([first.first, *[word.middle for word in words[1:-1]], last.last])
        glyphs = _sorted(self.space.union(*[word.glyphs for word in words]))
        return self._line(text, width, _closed(written), glyphs, _spelled(words))

    def justified(self, text: str, words: Sequence[Word], spacing: float, width: float) -> Line:
        """Set a line whose spaces are wider. Words are shaped by themselves then: no letter is kerned against a space.

        :param spacing: what each space is wider, in px.
        :param width: of the line, in px.
        :raises Unsettable: it is of no script, or has another space than the usual one.
        """
        wider = int(spacing * self._to_units)
        if wider <= 0 or "\xa0" in text or not has_script(text):
            raise Unsettable("not a line of plain words with spaces between them")
        written = self._wide_space(wider).join([_closed(word.alone) for word in words])
        glyphs = _sorted(self.space.union(*[word.glyphs for word in words]))
        return self._line(text, width, written, glyphs, _spelled(words))

    @staticmethod
    def units(words: Sequence[Word]) -> int:
        """Give the width of a line of words with letters among them, in units of Pango."""
        if len(words) == 1:
            return words[0].alone_units
        return words[0].first_units + words[-1].last_units + sum([word.middle_units for word in words[1:-1]])

    def _line(
        self, text: str, width: float, shown: str, glyphs: tuple[int, ...], spelled: tuple[tuple[str, int, str], ...]
    ) -> Line:
        return Line(text, width, self._head + shown.encode() + b"] TJ", ((self.font.name, glyphs),), spelled)

    def _wide_space(self, wider: int) -> str:
        """A space that is wider by some units of Pango, which puts half of them before it.

        Source: Pango 1.50, `distribute_letter_spacing`.
        """
        before = wider // 2
        if wider % PANGO_SCALE == 0:
            before = (before + PANGO_SCALE // 2) // PANGO_SCALE * PANGO_SCALE
        [space] = self.space
        return _closed(drawing.piece(self.font, space, self.space_units + wider, before))

    def _whole(self, text: str) -> Line:
        """A line that is shaped as it stands: of figures alone, say, which Pango may take from another face than those
        beside letters.

        :raises Unsettable: it is not set in one piece, or nothing of it is drawn.
        """
        line = self._wholes.get(text)
        if line is None:
            if not text.strip():
                raise Unsettable("nothing is drawn")
            shape = self._shape(text)
            written = _closed("".join(self._written(shape)))
            spelled = self._spelled(shape, 0, len(shape.glyphs))
            line = self._line(text, sum(shape.widths) * self.px, written, _sorted(set(shape.glyphs)), spelled)
            self._wholes[text] = line
        return line

    def _shaped(self, word: str) -> Word:
        """Shape a word between two others, and at the end of a line.

        What stands in these places is of the same glyphs, and what the space does to the first of them is done to the
        space: a test holds it of all characters in all faces that ship.
        """
        shape = self._shape(f"{_LETTER} {word} {_LETTER} {word}")
        length, clusters, widths = len(word.encode()), shape.clusters, shape.widths
        count = (len(widths) - 5) // 2
        begin, end, last = 2, 2 + count, len(widths) - count
        # A letter and a space, the word, a space and a letter and a space, and the word again: of whole clusters.
        if [clusters[at] for at in (1, begin, end, end + 2, last)] != [1, 2, 2 + length, 4 + length, 5 + length]:
            raise Unsettable("a word that is shaped with what stands beside it")
        written = self._written(shape)
        first, alone = "".join(written[begin:end]), "".join(written[last:])
        first_units, alone_units = sum(widths[begin:end]), sum(widths[last:])
        return Word(
            first,
            written[1] + first,
            written[last - 1] + alone,
            alone,
            first_units,
            widths[1] + first_units,
            widths[last - 1] + alone_units,
            alone_units,
            _sorted(set(shape.glyphs[begin:end])),
            self._spelled(shape, begin, end),
        )

    def _shape(self, text: str) -> _Shape:
        """Shape a text.

        :raises Unsettable: it is of several fonts or scripts, or not set from left to right.
        """
        pango = private_api.text_setting().pango
        encoded = text.encode()
        layout = self._layout.layout
        self._set_text(layout, encoded, len(encoded))
        [run, *others] = drawing.runs(layout)
        # The level as WeasyPrint reads it: other bits stand beside it.
        if others or run.item.analysis.font != self._pango_font or run.item.analysis.level % 2:
            raise Unsettable("a word of several pieces")
        glyphs, widths, right, up = drawing.glyph_columns(run)
        if any(right) or any(up) or any(glyph & pango.PANGO_GLYPH_UNKNOWN_FLAG for glyph in glyphs):
            raise Unsettable("a glyph that does not stand in its place, or is none of the face")
        return _Shape(glyphs, widths, drawing.clusters(run), encoded)

    def _spelled(self, shape: _Shape, begin: int, end: int) -> tuple[tuple[str, int, str], ...]:
        """Texts of those glyphs that the font's table has no character for."""
        glyphs = shape.glyphs[begin:end]
        if self._with_text.issuperset(glyphs):
            return ()
        ends = [*shape.clusters[begin + 1 :], len(shape.text)]
        texts = [
            shape.text[cluster:stop].decode() for cluster, stop in zip(shape.clusters[begin:end], ends, strict=False)
        ]
        name, known = self.font.name, self._with_text
        found = {(name, glyph, text) for glyph, text in zip(glyphs, texts, strict=True) if glyph not in known}
        return tuple(sorted(found))

    def _written(self, shape: _Shape) -> list[str]:
        return [drawing.piece(self.font, *glyph, 0) for glyph in zip(shape.glyphs, shape.widths, strict=True)]


def _spelled(words: Iterable[Word]) -> tuple[tuple[str, int, str], ...]:
    found = [one for word in words for one in word.spelled]
    return tuple(sorted(set(found))) if found else ()


def _sorted(glyphs: Set[int]) -> tuple[int, ...]:
    """A set as it is kept: a tuple takes a tenth of its room."""
    return tuple(sorted(glyphs))


def _closed(written: str) -> str:
    """Glyphs with what stands around them: WeasyPrint opens a bracket for each run, and leaves out an empty pair."""
    return f"<{written}>" if written[-1] != "<" else f"<{written[:-1]}"


def has_script(text: str) -> bool:
    """Whether a text has a letter, which says of what script its figures and marks are."""
    return _LATIN(text) is not None


def is_plain(text: str) -> bool:
    """Whether a text holds nothing that is shaped or broken otherwise than letters, figures and their marks."""
    return (text.isascii() and text.isprintable()) or PLAIN(text) is not None
