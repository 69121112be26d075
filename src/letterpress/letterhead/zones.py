"""A standard, as templates and checks see it.

Job: the places of a row of `standards`, counted from where CSS counts, and the zones that a finished layout is held
against. Secret: that CSS counts from the corner of page 1's text. All in mm.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from letterpress.letterhead.papers import PAPERS
from letterpress.letterhead.standards import Box, Standard
from letterpress.page import Zone

_ZONES = ("head", "notes", "address", "info")
_EDGE = 5  # mm of the sheet's edge that office printers leave blank


def zones(standard: Standard, given: Mapping[str, Any]) -> tuple[Zone, ...]:
    """The places that the parts of the letter stay in. Only an address may be set smaller, to the larger of what the
    standard and the letterhead allow."""
    smallest = max(standard.min_type, points(str(given.get("address_min_size", "0pt"))))
    found = []
    for name in _ZONES:
        box: Box | None = getattr(standard, name)
        if box is not None:
            least = smallest if name == "address" else None
            found.append(Zone(name, box.x, box.y, box.width, box.height, least))
    paper = PAPERS[standard.paper]
    _, right, _, left = standard.margins
    height = paper.height - standard.foot - _EDGE
    return (*found, Zone("foot", left, standard.foot, paper.width - left - 10, height))


_POINTS = {"pt": 1.0, "px": 0.75, "mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0}


def points(length: str) -> float:
    """A length of CSS in pt; one that depends on the type's size is none here."""
    match = re.fullmatch(r"([\d.]+)(pt|px|mm|cm|in)", length)
    return float(match[1]) * _POINTS[match[2]] if match else 0.0


@lru_cache(maxsize=16)
def places(standard: Standard) -> dict[str, Any]:
    """What templates see of a standard. `left` and `top` of a place are from the corner of page 1's text, where CSS
    counts from; all in mm."""
    top, right, bottom, left = standard.margins
    shown: dict[str, Any] = {
        "name": standard.name,
        "margins": {"top": top, "right": right, "bottom": bottom, "left": left},
        "axis": {"x": standard.axis, "left": round(standard.axis - left, 4)},
        "text": standard.text,
        "reference": standard.reference,
        "folds": [{"y": y, "top": round(y - standard.text, 4)} for y in standard.folds],
        "punch": {"y": standard.punch, "top": round(standard.punch - standard.text, 4)} if standard.punch else None,
        "continuation": standard.continuation,
        "foot": standard.foot,
    }
    for name in (*_ZONES, "field"):
        box: Box | None = getattr(standard, name)
        place = {"x": box.x, "y": box.y, "width": box.width, "height": box.height} if box else None
        if place and box:
            place |= {"left": round(box.x - left, 4), "top": round(box.y - standard.text, 4)}
        shown[name] = place
    return shown
