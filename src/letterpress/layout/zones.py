"""Whether the parts of a letter stay where their standard puts them.

Job: measures what stands in a zone (address field, return line and notices, information block, head, foot): the size
at which it fits, and what is wrong where it fits at none. Secret: which boxes count. Lengths in mm, type in pt.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from letterpress.layout.overflow import MM_PER_PX, has_class, is_box, walk
from letterpress.page import LayoutFault, Zone

_HAIR = 0.05  # mm: rounding of Pango units over a line
_STEP = 2  # sizes to a point
_PT_PER_PX = 0.75
_NAMES = {
    "address": "the address",
    "notes": "the return line with the notices",
    "info": "the information block",
    "head": "the letterhead's head",
    "foot": "the letterhead's foot",
}


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of text, or an image."""

    text: str
    right: float
    bottom: float
    x: float
    y: float
    size: float


def fitting_size(page: Any, zone: Zone) -> float | None:
    """The type size at which what is too large for the zone fits; None if it fits, or may not be set smaller.

    It never falls below the zone's smallest; what does not fit then is a fault.
    """
    if zone.min_type is None:
        return None
    lines = list(_lines(page, zone))
    if not lines or not _stands_out(lines, zone):
        return None
    width = max(line.right for line in lines) - zone.x
    height = max(line.bottom for line in lines) - zone.y
    size = lines[0].size
    fitting = size * min(zone.width / width if width else 1, zone.height / height if height else 1)
    return min(size, max(zone.min_type, math.floor(fitting * _STEP) / _STEP))


def shrink(root: Any, page: Any, zones: Sequence[Zone]) -> bool:
    """Set the type of what stands out of its zone smaller, in half points; whether anything was.

    :param root: the letter's element tree; it is changed.
    """
    changed = False
    for zone in zones:
        size = fitting_size(page, zone)
        for element in root.iter() if size is not None else ():
            if f"zone-{zone.name}" in (element.get("class") or "").split():
                element.set("style", "; ".join(filter(None, (element.get("style"), f"font-size: {size:g}pt"))))
                changed = True
    return changed


def faults(pages: Sequence[Any], zones: Sequence[Zone]) -> list[LayoutFault]:
    """What stands out of its zone: lines and widths, and the room that there is. Only a foot stands on later pages."""
    found: list[LayoutFault] = []
    for zone in zones:
        for page in pages if zone.name == "foot" else pages[:1]:
            found += _faults(page, zone)
    return list(dict.fromkeys(found))


def _faults(page: Any, zone: Zone) -> list[LayoutFault]:
    lines = list(_lines(page, zone))
    if not lines or not _stands_out(lines, zone):
        return []
    name = _NAMES.get(zone.name, zone.name)
    size = f" at {lines[0].size:g} pt, its smallest" if zone.min_type is not None else ""
    wide = [line for line in lines if line.right > zone.x + zone.width + _HAIR]
    found = [
        LayoutFault(
            f"'{line.text}' in {name} is {line.right - zone.x:.1f} mm wide{size}; "
            f"there is room for {zone.width:.1f} mm",
            "shorten the line, or break it into two",
            max(line.text.split(), key=len),
        )
        for line in wide
    ]
    left = min(line.x for line in lines)
    if left < zone.x - _HAIR:
        message = f"{name} begins {zone.x - left:.1f} mm left of its place"
        found.append(LayoutFault(message, "mend the letterhead's style.css, or write less on a line", lines[0].text))
    height = max(line.bottom for line in lines) - min(zone.y, *(line.y for line in lines))
    if height > zone.height + _HAIR:
        count = len({round(line.y, 1) for line in lines})
        counted = f"has {count} {'line' if count == 1 else 'lines'} and is {height:.1f} mm high"
        found.append(
            LayoutFault(
                f"{name} {counted}{size}; there is room for {zone.height:.1f} mm", "join or drop lines", lines[-1].text
            )
        )
    return found


def _stands_out(lines: list[_Line], zone: Zone) -> bool:
    return (
        max(line.right for line in lines) > zone.x + zone.width + _HAIR
        or max(line.bottom for line in lines) > zone.y + zone.height + _HAIR
        or min(line.y for line in lines) < zone.y - _HAIR
        or min(line.x for line in lines) < zone.x - _HAIR
    )


def _lines(page: Any, zone: Zone) -> Iterator[_Line]:
    """Every line of text, with the box of its line, and every image in the zone's elements."""
    for box in walk(page._page_box):
        if not has_class(box, f"zone-{zone.name}") or is_box(box, "LineBox") or is_box(box, "TextBox"):
            continue
        for inner in walk(box):
            if is_box(inner, "LineBox"):
                texts = [part for part in walk(inner) if is_box(part, "TextBox") and part.text.strip()]
                if texts:
                    yield _line(inner, texts)
            elif is_box(inner, "ReplacedBox"):
                yield _Line(
                    "an image",
                    (inner.position_x + inner.width) * MM_PER_PX,
                    (inner.position_y + inner.height) * MM_PER_PX,
                    inner.position_x * MM_PER_PX,
                    inner.position_y * MM_PER_PX,
                    0.0,
                )
        return


def _line(line: Any, texts: list[Any]) -> _Line:
    return _Line(
        " ".join(part.text.strip() for part in texts),
        max(part.position_x + part.width for part in texts) * MM_PER_PX,
        (line.position_y + line.height) * MM_PER_PX,
        min(part.position_x for part in texts) * MM_PER_PX,
        line.position_y * MM_PER_PX,
        texts[0].style["font_size"] * _PT_PER_PX,
    )
