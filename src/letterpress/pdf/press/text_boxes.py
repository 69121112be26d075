"""Says where the texts of a content stand, as far as its fonts say how wide their glyphs are.

Not here: what they are painted with (`flattening`). Source: ISO 32000-1, 9.2 to 9.4. Objects are pikepdf's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from letterpress.pdf.press.grounds import Box
from letterpress.pdf.values import array, group

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_USUAL_WIDTH = 1000.0
_DESCENT, _ASCENT = -0.4, 1.2
"""em below and above the line that glyphs reach where their font does not say it."""
_ASIDE = 0.2
"""em that a glyph may stand out of its width."""


def times(one: Matrix, other: Matrix) -> Matrix:
    """Give what both do, `one` first."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def at(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """Give where a point comes to."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def around(matrix: Matrix, x1: float, y1: float, x2: float, y2: float) -> Box:
    """Give the upright box around where a box comes to."""
    points = [at(matrix, x, y) for x in (x1, x2) for y in (y1, y2)]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Box(min(xs), min(ys), max(xs), max(ys))


@dataclass(slots=True)
class Text:
    """How the next text is set."""

    font: Font | None = None
    size: float = 0.0
    apart: float = 0.0
    words_apart: float = 0.0
    stretch: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    mode: int = 0
    matrix: Matrix = IDENTITY
    line: Matrix = IDENTITY

    def begin(self) -> None:
        """Begin a text object."""
        self.matrix = self.line = IDENTITY

    def move(self, x: float, y: float) -> None:
        """Begin a line."""
        self.matrix = self.line = times((1, 0, 0, 1, x, y), self.line)

    def show(self, pieces: Sequence[Any], ctm: Matrix) -> Box | None:
        """Set a text, and give its place; None if that is not known.

        :param pieces: texts, and by how much each next one moves to the left, in 1/1000 em.
        """
        if self.font is None:
            return None
        width, least, most = 0.0, 0.0, 0.0
        for piece in pieces:
            if isinstance(piece, bytes):
                found = self.font.width(piece)
                if found is None:
                    return None
                count, spaces, glyphs = found
                width += (glyphs / 1000 * self.size + count * self.apart + spaces * self.words_apart) * self.stretch
            else:
                width -= float(piece) / 1000 * self.size * self.stretch
            least, most = min(least, width), max(most, width)
        aside = _ASIDE * abs(self.size)
        low, high = (edge * self.size + self.rise for edge in (self.font.descent, self.font.ascent))
        box = around(times(self.matrix, ctm), least - aside, low, most + aside, high)
        self.matrix = times((1, 0, 0, 1, width, 0), self.matrix)
        return box


class Font:
    """How wide a font's glyphs are, and how high and low they reach."""

    def __init__(self, font: Any) -> None:
        self._two = str(font.get("/Subtype")) == "/Type0"
        inner = next(iter(array(font, "/DescendantFonts")), None) if self._two else font
        self._known = str(font.get("/Encoding")) == "/Identity-H" if self._two else "/Widths" in font
        self._widths: dict[int, float] = {}
        self._usual = _USUAL_WIDTH
        self.descent, self.ascent = _DESCENT, _ASCENT
        if not self._known or inner is None:
            self._known = False
            return
        if self._two:
            self._usual = float(inner.get("/DW", _USUAL_WIDTH))
            self._read_ranges(array(inner, "/W"))
        else:
            first = int(font.get("/FirstChar", 0))
            self._widths = {first + step: float(width) for step, width in enumerate(array(font, "/Widths"))}
        box = [float(value) for value in array(group(inner, "/FontDescriptor"), "/FontBBox")]
        if len(box) == 4 and box[3] > box[1]:
            self.descent, self.ascent = min(0.0, box[1] / 1000), box[3] / 1000

    def _read_ranges(self, items: list[Any]) -> None:
        """Read the array W: a number and widths from it on, or two numbers and the width of all between."""
        step = 0
        while step + 1 < len(items):
            first = int(items[step])
            if isinstance(items[step + 1], (int, float)) or not hasattr(items[step + 1], "__iter__"):
                if step + 2 >= len(items):
                    return
                last = min(int(items[step + 1]), first + 0xFFFF)
                self._widths |= dict.fromkeys(range(first, last + 1), float(items[step + 2]))
                step += 3
            else:
                self._widths |= {first + more: float(width) for more, width in enumerate(items[step + 1])}
                step += 2

    def width(self, text: bytes) -> tuple[int, int, float] | None:
        """Give how many glyphs a text has, how many single-byte spaces, and its width in 1/1000 em."""
        if not self._known:
            return None
        codes = [int.from_bytes(text[place : place + 2], "big") for place in range(0, len(text), 2)]
        codes = codes if self._two else list(text)
        spaces = 0 if self._two else codes.count(0x20)
        return len(codes), spaces, sum(self._widths.get(code, self._usual) for code in codes)
