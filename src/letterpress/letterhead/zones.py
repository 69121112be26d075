"""The places of a standard, as templates name them and as a finished layout is held against them. All in mm.

Templates get them counted from the corner of page 1's text, where CSS counts from; checks from the sheet's corner.

Not here: the standards themselves (`standards`), and whether a letter keeps to its zones (`layout.zones`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from letterpress import data
from letterpress.carriers.values import Carrier
from letterpress.letterhead.papers import PAPERS
from letterpress.letterhead.standards import Clear, Standard
from letterpress.page import KeptFree, LayoutFault, Page, Rectangle, Zone

_ZONES = ("head", "notes", "address", "info")
_ACROSS = 100.0
"""mm from which on a head stands across the sheet."""
_FOOT_EDGE = 10  # mm of the sheet's right edge that a foot keeps, though the text ends before it
RULE = 2.3
"""mm that a rule below the head takes."""


def zones(
    standard: Standard, given: Mapping[str, Any], head: Rectangle | None = None, *, ruled: bool = False
) -> tuple[Zone, ...]:
    """Give the places that the parts of a letter stay in. Only an address may be set smaller, to the larger of what
    the standard and the letterhead allow.

    :param given: the letterhead's parameters with their values.
    :param head: where the head stands, if not where the standard has it.
    :param ruled: whether a rule stands below the head: never between it and a window.
    """
    smallest = max(standard.min_type, points(str(given.get("address_min_size", "0pt"))))
    places = []
    for name in _ZONES:
        box: Rectangle | None = getattr(standard, name)
        if name == "head" and head is not None:
            box = head
        if name == "head" and box is not None and ruled:
            box = box._replace(height=box.height - RULE)
        if box is not None:
            least = smallest if name == "address" else None
            places.append(Zone(name, box.x, box.y, box.width, box.height, least))
    if standard.wide_name is not None and (head is None or head == standard.head):
        places.append(Zone("name", *standard.wide_name, None))
    paper = PAPERS[standard.paper]
    left = standard.margins[3]
    height = paper.height - standard.foot - standard.bottom
    return (*places, Zone("foot", left, standard.foot, _right_edge(standard) - left, height))


def _right_edge(standard: Standard) -> float:
    """The x that print may reach: 10 mm from the sheet's edge, or less where a post keeps more of it free."""
    paper = PAPERS[standard.paper]
    kept = (clear.box.x for clear in standard.clear if clear.box.right >= paper.width and clear.box.x > standard.axis)
    return min(paper.width - _FOOT_EDGE, *kept, paper.width)


def _rules(standard: Standard, head: Rectangle) -> dict[str, float | None]:
    """Give where the rules of head and foot end, as an x from the sheet's corner: both at one place.

    On A4 that is as far as print may reach; on Letter it is the text's end, or that of a head that goes further. A head
    that ends before a window beside it has a rule as wide as itself: `head` is None.
    """
    text = PAPERS[standard.paper].width - standard.margins[1]
    across = head.width >= _ACROSS
    end = _right_edge(standard) if standard.paper == "a4" else max(text, head.right if across else 0)
    return {"end": end, "head": end if across or head.x >= standard.axis else None}


@lru_cache(maxsize=16)
def kept_free(standard: Standard) -> tuple[KeptFree, ...]:
    """Give what stays free of print on page 1: all that a window shows at some shift, and what a post asks for."""
    shown = {"address": ("address", "notes"), "sender": ("head",)}
    windows = {window.ever: window for window in standard.windows}
    found = [
        KeptFree(box, f"the window of {_title(window.envelope)}", shown[window.shows])
        for box, window in windows.items()
    ]
    if standard.carrier is not None and standard.field is not None and standard.address is not None:
        besides = ("address", "notes")
        found.append(KeptFree(standard.field, f"the address field of {standard.carrier}", besides))
    return (*found, *map(_kept, standard.clear))


def kept_free_for(standard: Standard | None, carrier: Carrier | None, paper: str) -> tuple[KeptFree, ...]:
    """Give what stays free of print on page 1, whether the letterhead follows a standard or not.

    :param carrier: whom the letter is made for.
    :param paper: name of the size of paper.
    """
    if standard is not None:
        return kept_free(standard)
    if carrier is None:
        return ()
    from letterpress.letterhead import carrier_fit  # here: few letters are made for a carrier

    return tuple(map(_kept, carrier_fit.clear_of(carrier, paper)))


def freed(page: Page, boxes: Sequence[tuple[float, float, float, float, str]]) -> Page:
    """Keep more of a page free, on every page: for marks that are printed there later, and that a machine reads.

    :param boxes: x, y, width and height in mm, and why.
    """
    more = tuple(KeptFree(Rectangle(*box), why, every=True, machine=True) for *box, why in boxes)
    return replace(page, kept_free=(*page.kept_free, *more))


def crossing(page: Page) -> list[LayoutFault]:
    """Say where what a machine is to read would stand in what is kept free for something else: the first of these.

    :param page: as `freed` gives it.
    """
    for ours in (one for one in page.kept_free if one.machine):
        for other in (one for one in page.kept_free if not one.machine):
            common = ours.box.intersection(other.box)
            if common.width > 0 and common.height > 0:
                place = f"{ours.box.x:g}, {ours.box.y:g}, {ours.box.width:g} x {ours.box.height:g} mm"
                message = f"{ours.why} ({place}) would meet {other.why}"
                hint = "move them in a file of your own in inserters/, or choose another letterhead"
                return [LayoutFault(message, hint, code="inserter-crosses")]
    return []


def _kept(clear: Clear) -> KeptFree:
    return KeptFree(clear.box, f"what stays free ({clear.why})", every=clear.every)


def _title(envelope: str) -> str:
    title: str = data.table("standards")["envelopes"][envelope]["title"]
    return title.partition(" with ")[0]


_POINTS = {"pt": 1.0, "px": 0.75, "mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0}


def points(length: str) -> float:
    """A length of CSS in pt; one that depends on the type's size is none here."""
    match = re.fullmatch(r"([\d.]+)(pt|px|mm|cm|in)", length)
    return float(match[1]) * _POINTS[match[2]] if match else 0.0


@lru_cache(maxsize=64)
def places(standard: Standard, head: Rectangle | None = None) -> dict[str, Any]:
    """Give what templates see of a standard.

    :param head: where the head stands, if not where the standard has it.
    :returns: for each place `x` and `y` from the sheet's corner, and `left` and `top` from the corner of page 1's text.
    """
    top, right, bottom, left = standard.margins
    shown: dict[str, Any] = {
        "name": standard.name,
        "margins": {"top": top, "right": right, "bottom": bottom, "left": left},
        "axis": {"x": standard.axis, "left": round(standard.axis - left, 4)},
        "edge": _right_edge(standard),
        "rules": _rules(standard, head or standard.head),
        "text": standard.text,
        "wide_name": standard.wide_name.width if standard.wide_name else None,
        "reference": standard.reference,
        "folds": [{"y": y, "top": round(y - standard.text, 4)} for y in standard.folds],
        "punch": {"y": standard.punch, "top": round(standard.punch - standard.text, 4)} if standard.punch else None,
        "continuation": standard.continuation,
        "foot": standard.foot,
        "min_type": standard.min_type,
    }
    for name in (*_ZONES, "field"):
        box: Rectangle | None = head if name == "head" and head is not None else getattr(standard, name)
        place = {"x": box.x, "y": box.y, "width": box.width, "height": box.height} if box else None
        if place and box:
            place |= {"left": round(box.x - left, 4), "top": round(box.y - standard.text, 4)}
        shown[name] = place
    return shown
