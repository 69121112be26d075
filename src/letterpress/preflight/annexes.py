"""Looks at the pages of enclosures for print where none may be: under the marks of an inserting machine, in what a
carrier keeps free on all pages.

An enclosure is appended as it is, so that only its pixels say what it prints. Letters of a list mostly enclose the same
file: each of its pages is drawn once, until the file changes.

Not here: the letter's own pages, which the layout knows (`layout.zones`).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from letterpress.model import Annex
from letterpress.page import KeptFree, Rectangle
from letterpress.pdf import page_view, raster
from letterpress.preflight import ink

_TRACE = 0.3
"""mm of ink, across and down, that is none: a trace at the place's edge, or a speck of a scan."""


class Crossing(NamedTuple):
    """Print of an enclosure that stands where none may."""

    annex: Annex
    page: int
    """Counted from 1."""
    part: KeptFree
    ink: Rectangle
    """The first of it."""


def crossings(annexes: Sequence[Annex], kept_free: Sequence[KeptFree]) -> list[Crossing]:
    """Find the first print of each enclosure in each part that stays free on all pages."""
    parts = [part for part in kept_free if part.every]
    found: list[Crossing] = []
    for annex in annexes if parts else ():
        for part in parts:
            seen = ((page, _first_ink(annex.path, page, part.box)) for page in annex.pages)
            first = next(((page, box) for page, box in seen if box is not None), None)
            if first is not None:
                found.append(Crossing(annex, first[0] + 1, part, first[1]))
    return found


def _first_ink(path: str, page: int, place: Rectangle) -> Rectangle | None:
    try:
        state = os.stat(path)  # noqa: PTH116 - a text, once for each letter
        inked = _ink(path, state.st_mtime_ns, state.st_size, page)
    except (OSError, raster.Unreadable):
        return None  # said where the enclosure is appended
    boxes = inked.within(place)
    return next((box for box in boxes if box.width > _TRACE and box.height > _TRACE), None)


@lru_cache(maxsize=32)
def _ink(path: str, _mtime: int, _size: int, page: int) -> ink.Ink:
    """The ink of a page, counted from 0; a mask of two million bytes."""
    with page_view.Document(Path(path).read_bytes()) as document, document.page(page + 1) as view:
        return ink.Ink(view.pixels(ink.DPI))
