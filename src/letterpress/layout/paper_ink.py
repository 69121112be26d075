"""Whether the ink of a firm's printed paper is in the letter's way: in a window or a clear zone, or under its text.

Light tints and watermarks are in nobody's way: text can be read on what is at least as light as `_LIGHT`.

Not here: print of the letter's own (`zones`), the paper itself (`pdf.stationery`). Lengths in mm.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from letterpress.layout.boxes import Box, Kind
from letterpress.page import KeptFree, LayoutFault, Page, Rectangle
from letterpress.pdf import stationery
from letterpress.pdf.stationery import Ink

_LIGHT = 175
"""Grey from which on black text on it has a contrast of 4.5:1 by far, and a thin rule counts as ink."""
_PER_MM = 2
_MARGIN = 10.0
"""Width of the strip on the left where marks of folds and the hole stand; a machine takes them away."""
_MOST = 3
"""Faults of one letter: what is wrong with the paper is wrong with all that stands on it."""


def check(pages: Sequence[Box], page: Page) -> list[LayoutFault]:
    """Find what the paper has in places that stay free on page 1, and dark print under the letter's texts."""
    faults: list[LayoutFault] = []
    for at, sheet in enumerate(pages):
        paper = page.papers[min(at, 1)]
        if paper is None:
            continue
        ink = stationery.ink(paper)
        if at == 0:
            notes = [zone for zone in page.zones if zone.name == "notes"]
            spared = [Rectangle(zone.x, zone.y, zone.width, zone.height) for zone in notes]
            faults += _in_clear_places(ink, page.kept_free, spared)
        faults += _under_texts(ink, sheet, at + 1)
    return faults[:_MOST]


def _in_clear_places(ink: Ink, kept_free: Sequence[KeptFree], notes: Sequence[Rectangle]) -> Iterator[LayoutFault]:
    """The first ink in each place; the firm's own return line stands where the letter's would."""
    said = set()
    for part in kept_free:
        if "head" in part.besides:  # a window for the sender: the paper's head shows in it
            continue
        spared = notes if "notes" in part.besides else ()
        place = _first(ink, part.box, spared)
        if place is not None and place not in said:  # the windows of several envelopes lie over each other
            said.add(place)
            x, y = place
            message = (
                f"the firm's printed paper has ink in {part.why}, at {x:.1f} mm from the left and {y:.1f} from the top"
            )
            hint = "take it out of the paper's file, or choose a letterhead whose window is elsewhere"
            params = (("x_mm", round(x, 1)), ("y_mm", round(y, 1)))
            yield LayoutFault(message, hint, code="stationery-zone", params=params)


def _under_texts(ink: Ink, sheet: Box, number: int) -> Iterator[LayoutFault]:
    for box in sheet.all():
        if box.kind is not Kind.TEXT or not box.text.strip():
            continue
        place = _first(ink, _inner(box.rectangle))
        if place is not None:
            text = box.text.strip()[:40]
            message = f"'{text}' stands on dark print of the firm's paper, on page {number} at {place[1]:.1f} mm"
            hint = "write less, choose a letterhead with larger margins, or set stationery_top"
            params = (("page", number), ("x_mm", round(place[0], 1)), ("y_mm", round(place[1], 1)))
            yield LayoutFault(message, hint, box.text.strip(), code="stationery-under-text", value=text, params=params)
            return


def _inner(box: Rectangle) -> Rectangle:
    """A line of text without the space above its capitals and below its descenders."""
    return Rectangle(box.x, box.y + box.height * 0.2, box.width, box.height * 0.65)


def _first(ink: Ink, box: Rectangle, spared: Sequence[Rectangle] = ()) -> tuple[float, float] | None:
    """Where the first dark pixel is that lies wholly in a box, and in none of those that are spared."""
    left = max(0, round(box.x * _PER_MM + 0.5))
    right = min(ink.width, int(box.right * _PER_MM - 0.5))
    for y in range(max(0, round(box.y * _PER_MM + 0.5)), min(ink.height, int(box.bottom * _PER_MM - 0.5))):
        row = ink.pixels[y * ink.width + left : y * ink.width + right]
        if not row or min(row) >= _LIGHT:
            continue
        for x, grey in enumerate(row, start=left):
            if grey < _LIGHT and not _spared(x / _PER_MM, y / _PER_MM, box, spared):
                return x / _PER_MM, y / _PER_MM
    return None


def _spared(x: float, y: float, box: Rectangle, spared: Sequence[Rectangle]) -> bool:
    if x < _MARGIN and box.x <= 0:
        return True
    return any(place.x - 1 <= x <= place.right + 1 and place.y - 1 <= y <= place.bottom + 1 for place in spared)
