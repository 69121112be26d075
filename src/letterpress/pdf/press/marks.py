"""The page's boxes in a press copy, and crop marks: where the sheet is cut, on all plates, outside of the bleed.

Source: ISO 32000-1, 14.11.2 (page boundaries), 8.6.6.4 (`All` is the colourant that stands on every plate);
ISO 15930-7, 6.10 (boxes nest in each other). All lengths in pt, x to the right and y up, from the corner of the sheet.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

PT_PER_MM = 72 / 25.4
_ROOM = 10 * PT_PER_MM
"""Around the sheet where it has crop marks."""
_AWAY, _LENGTH = 4 * PT_PER_MM, 5 * PT_PER_MM
"""Of a mark from the sheet, and how long it is."""
_WIDTH = 0.25
MOST_BLEED = 4.0
"""mm: crop marks begin there."""
REGISTRATION = "Registration"
"""Name of the marks' colour space among a page's resources."""


class Boxes(NamedTuple):
    """The boundaries of a page: left, lower, right and upper end of each."""

    media: tuple[float, float, float, float]
    bleed: tuple[float, float, float, float]
    trim: tuple[float, float, float, float]


def boxes(width: float, height: float, *, bleed_mm: float, marks: bool) -> Boxes:
    """Give the boundaries of a page.

    :param width: of the sheet as it is cut; `height` likewise.
    """
    bleed = bleed_mm * PT_PER_MM
    room = max(bleed, _ROOM) if marks else bleed
    return Boxes(*(_grown(width, height, by) for by in (room, bleed, 0.0)))


def complete(pike: Any, page: Any) -> None:
    """Set the boundaries of a page that somebody else made, as PDF/X asks: each in the next larger one.

    :param pike: pikepdf, of which `page` is.
    """
    media = _box(page.MediaBox)
    shown = _within(_box(page.CropBox), media) if "/CropBox" in page else media
    given = page.get("/TrimBox", page.get("/ArtBox"))
    trim = shown if given is None else _within(_box(given), shown)
    bleed = _within(_box(page.BleedBox), media) if "/BleedBox" in page else trim
    bleed = min(bleed[0], trim[0]), min(bleed[1], trim[1]), max(bleed[2], trim[2]), max(bleed[3], trim[3])
    for name, box in (("/MediaBox", media), ("/BleedBox", bleed), ("/TrimBox", trim)):
        page[name] = pike.Array([round(value, 4) for value in box])
    if "/CropBox" in page:
        page.CropBox = pike.Array([round(value, 4) for value in shown])
    if "/ArtBox" in page:
        del page["/ArtBox"]


def _box(values: Any) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = (float(value) for value in values)
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _within(
    box: tuple[float, float, float, float], outer: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    """What of a box is in another; the other, if nothing is."""
    left, lower, right, upper = (
        *map(max, box[:2], outer[:2]),
        *map(min, box[2:], outer[2:]),
    )
    return (left, lower, right, upper) if right > left and upper > lower else outer


def _grown(width: float, height: float, by: float) -> tuple[float, float, float, float]:
    return round(-by, 4), round(-by, 4), round(width + by, 4), round(height + by, 4)


def content(width: float, height: float) -> list[bytes]:
    """Give the operators that draw the marks of a page: two at each corner, where its sides would meet."""
    begin = [b"/Artifact BMC", b"q", b"/%b CS 1 SCN" % REGISTRATION.encode(), b"%g w" % _WIDTH]
    return [*begin, *_lines(width, height), b"Q", b"EMC"]


def clip(box: tuple[float, float, float, float]) -> bytes:
    """Give the operators that cut off what is drawn outside of a box."""
    left, lower, right, upper = box
    return b"%.4f %.4f %.4f %.4f re W n" % (left, lower, right - left, upper - lower)


def _lines(width: float, height: float) -> Iterator[bytes]:
    far = _AWAY + _LENGTH
    for x, begin, end in ((0.0, -_AWAY, -far), (width, width + _AWAY, width + far)):
        for y, from_y, to_y in ((0.0, -_AWAY, -far), (height, height + _AWAY, height + far)):
            yield b"%.4f %.4f m %.4f %.4f l S" % (begin, y, end, y)
            yield b"%.4f %.4f m %.4f %.4f l S" % (x, from_y, x, to_y)
