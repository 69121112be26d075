"""Finds ink on a page that is drawn: what stands in a place, or outside of the places that may be printed.

Ink is a pixel of which any colour is darker than nearly white. What stands near each other is one group.

Not here: which places a carrier keeps free (`zones`). Source: measured on letters of ours and of foreign programs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from letterpress.page import Rectangle
from letterpress.pdf.page_view import Pixels

DPI = 150
"""Pixels to the inch at which pages are looked at: 0.17 mm each."""
_WHITE = 250
"""Samples from here on are no ink: JPEG's and anti-aliasing's traces beside nothing."""
_CELL = 2.0
"""mm: ink nearer than this is one group."""
_APART = 0.7
"""mm: ink that is further apart in its rows is another thing."""
MOST_GROUPS = 12
"""Groups of one page and place that are told; the last one is all that is left."""


class Ink:
    """The ink of a page."""

    def __init__(self, pixels: Pixels) -> None:
        from PIL import Image, ImageChops

        image = Image.frombytes("RGB", (pixels.width, pixels.height), pixels.rows)
        red, green, blue = image.split()
        darkest = ImageChops.darker(ImageChops.darker(red, green), blue)
        self._mask: Any = darkest.point([255] * _WHITE + [0] * (256 - _WHITE))
        self._scale = pixels.per_mm

    @property
    def size(self) -> Rectangle:
        """The whole page."""
        return Rectangle(0, 0, self._mask.width / self._scale, self._mask.height / self._scale)

    def within(self, place: Rectangle) -> list[Rectangle]:
        """Find what stands in a place, as groups."""
        return self._groups(self._mask, place)

    def across(self, box: Rectangle) -> Rectangle:
        """Give a box widened to all of the ink that goes on from it to its left and right, in its rows."""
        top = max(0, math.floor(box.y * self._scale))
        bottom = min(self._mask.height, max(top + 1, math.ceil(box.bottom * self._scale)))
        rows = self._mask.crop((0, top, self._mask.width, bottom))
        columns = [rows.crop((at, 0, at + 1, rows.height)).getbbox() is not None for at in range(rows.width)]
        left = first = min(max(0, round(box.x * self._scale)), len(columns) - 1)
        right = last = min(max(left, round(box.right * self._scale) - 1), len(columns) - 1)
        apart = max(1, round(_APART * self._scale))
        while first >= 0 and left - first <= apart:
            left, first = (first if columns[first] else left), first - 1
        while last < len(columns) and last - right <= apart:
            right, last = (last if columns[last] else right), last + 1
        return box._replace(x=left / self._scale, width=(right + 1 - left) / self._scale)

    def without(self, allowed: Iterable[Rectangle], place: Rectangle | None = None) -> list[Rectangle]:
        """Find what stands outside of all places that may have ink, as groups.

        :param place: the part of the page that is looked at; None: all of it.
        """
        from PIL import ImageDraw

        mask = self._mask.copy()
        pen = ImageDraw.Draw(mask)
        for one in allowed:
            left, top = math.floor(one.x * self._scale), math.floor(one.y * self._scale)
            right, bottom = math.ceil(one.right * self._scale) - 1, math.ceil(one.bottom * self._scale) - 1
            if right >= left and bottom >= top:
                pen.rectangle((left, top, right, bottom), fill=0)
        return self._groups(mask, place or self.size)

    def _groups(self, mask: Any, place: Rectangle) -> list[Rectangle]:
        """Boxes of the ink of a mask, of what is wholly in `place`, in mm of the page."""
        left, top = max(0, math.ceil(place.x * self._scale)), max(0, math.ceil(place.y * self._scale))
        right = min(mask.width, math.floor(place.right * self._scale + 1e-6))
        bottom = min(mask.height, math.floor(place.bottom * self._scale + 1e-6))
        if place.right >= mask.width / self._scale - 1 / self._scale:
            right = mask.width  # the page's last pixel may be a part of one
        if place.bottom >= mask.height / self._scale - 1 / self._scale:
            bottom = mask.height
        if right <= left or bottom <= top:
            return []
        part = mask.crop((left, top, right, bottom))
        if part.getbbox() is None:
            return []
        step = max(1, round(_CELL * self._scale))
        grid = part.reduce(step)
        width = grid.width
        filled = {at for at, value in enumerate(grid.tobytes()) if value}
        boxes = [_bounds(cells, width, step) for cells in _joined(filled, width)]
        boxes.sort(key=lambda box: (box[1], box[0]))
        if len(boxes) > MOST_GROUPS:
            rest = boxes[MOST_GROUPS - 1 :]
            boxes[MOST_GROUPS - 1 :] = [
                (*(min(box[at] for box in rest) for at in (0, 1)), *(max(box[at] for box in rest) for at in (2, 3)))  # type: ignore[list-item]
            ]
        found = []
        for x1, y1, x2, y2 in boxes:
            seen = part.crop((x1, y1, min(x2, part.width), min(y2, part.height))).getbbox()
            if seen is not None:
                x, y = left + x1 + seen[0], top + y1 + seen[1]
                sides = (seen[2] - seen[0]) / self._scale, (seen[3] - seen[1]) / self._scale
                found.append(Rectangle(x / self._scale, y / self._scale, *sides))
        return found


def _joined(filled: set[int], width: int) -> list[list[int]]:
    """Cells of a grid that touch each other, also by a corner."""
    groups = []
    while filled:
        waiting = [filled.pop()]
        group = []
        while waiting:
            cell = waiting.pop()
            group.append(cell)
            x = cell % width
            for row in (-width, 0, width):
                for column in (-1, 0, 1):
                    other = cell + row + column
                    if other in filled and 0 <= x + column < width:
                        filled.remove(other)
                        waiting.append(other)
        groups.append(group)
    return groups


def _bounds(cells: list[int], width: int, step: int) -> tuple[int, int, int, int]:
    columns, rows = [cell % width for cell in cells], [cell // width for cell in cells]
    return min(columns) * step, min(rows) * step, (max(columns) + 1) * step, (max(rows) + 1) * step
