"""Whether the parts of a letter stay where their standard puts them.

Measures what stands in a zone (address field, return line and notices, information block, head, foot): the size of type
at which it fits, and what is wrong where it fits at none. Lengths in mm, type in pt.

Not here: where the zones are (`letterhead.zones`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from letterpress.layout import codes, css_classes
from letterpress.layout.boxes import MM_PER_PX, PT_PER_PX, Box, Kind
from letterpress.page import KeptFree, LayoutFault, Rectangle, Zone

_HAIR = 0.05  # mm: rounding of Pango units over a line
_STEP = 2  # sizes to a point
_PRINT = 0.1  # mm by which print may reach into what stays free: rounding
_ABOVE_CAPITALS, _BELOW_DESCENDERS = 0.25, 0.1  # em of a face's box without ink, in the faces that ship
_OVERLAY = frozenset({"overlay"})
_OWN_MARKS = frozenset({"mark", "continuation"}) | _OVERLAY
_NAME_APART = f"{css_classes.ZONE_PREFIX}name"
"""The sender's name, where it has a zone of its own in that of the head."""
_SHOWN = 40
"""Characters of a text that a message shows."""
_NAMES = {
    "address": "the address",
    "notes": "the return line with the notices",
    "info": "the information block",
    "head": "the letterhead's head",
    "name": "the sender's name",
    "foot": "the letterhead's foot",
}


class _Line(NamedTuple):
    """A line of text, or an image."""

    text: str
    x: float
    y: float
    right: float
    bottom: float
    size: float
    """pt; 0 for an image."""
    field: str | None = None
    """The letter's field that it is of, where it is known."""


def shrink(root: Any, page: Box, zones: Sequence[Zone]) -> bool:
    """Set the type of what stands out of its zone smaller, in half points.

    :param root: the letter's element tree; it is changed.
    :returns: whether anything was set smaller.
    """
    changed = False
    for zone in zones:
        size = _fitting_size(page, zone)
        for element in root.iter() if size is not None else ():
            if _class_of(zone) in css_classes.of(element):
                element.set("style", "; ".join(filter(None, (element.get("style"), f"font-size: {size:g}pt"))))
                changed = True
    return changed


def check(pages: Sequence[Box], zones: Sequence[Zone]) -> list[LayoutFault]:
    """Find what stands out of its zone: lines and widths, and the room that there is. Only a foot stands on later
    pages, and it is as high as the margin that the page keeps for it."""
    faults: list[LayoutFault] = []
    for zone in zones:
        for page in pages if zone.name == "foot" else pages[:1]:
            lines = _lines(page, zone)
            here = _below_text(zone, page) if zone.name == "foot" else zone
            if lines and _stands_out(lines, here):
                faults += _faults(lines, here)
    return list(dict.fromkeys(faults))


def check_kept_free(pages: Sequence[Box], kept_free: Sequence[KeptFree]) -> list[LayoutFault]:
    """Find print in what stays free of it, on page 1 or on all pages: the first in each part of a page.

    Marks of folds are ours to draw, since a machine takes them away; where a machine reads marks of its own later, they
    may not stand.
    """
    faults: list[LayoutFault] = []
    for number, page in enumerate(pages, start=1):
        parts = kept_free if number == 1 else [part for part in kept_free if part.every]
        if parts:
            drawn = {machine: _print_of(page, machine) for machine in {part.machine for part in parts}}
            found = (_in_part(part, drawn[part.machine], number) for part in parts)
            faults += (fault for fault in found if fault is not None)
    return faults


def _in_part(part: KeptFree, drawn: Sequence[tuple[Box, Rectangle, str]], page: int) -> LayoutFault | None:
    """The first print in a part of a page that stays free."""
    for box, place, zone in drawn:
        common = part.box.intersection(place)
        if common.width > _PRINT and common.height > _PRINT and zone not in part.besides:
            text = next((inner.text.strip() for inner in box.all() if inner.text.strip()), "")[:_SHOWN]
            is_fold = "mark" in box.classes
            what = f"'{text}'" if text else "a mark for folding or punching" if is_fold else "a drawing"
            where = f"{place.x:.1f} mm from the left and {place.y:.1f} from the top"
            message = f"{what} stands in {part.why}, at {where}" + (f" of page {page}" if page > 1 else "")
            hint = "take out the style that moves it there, or write less"
            hint = "leave such marks out with '--param marks=false'" if is_fold else hint
            return LayoutFault(message, hint, text or None, code="zone-occupied", value=text or None)
    return None


def _print_of(page: Box, machine: bool) -> list[tuple[Box, Rectangle, str]]:
    """All print of a page, with its place and the zone that it is in.

    :param machine: whether what is ours to draw counts as well.
    """
    found: list[tuple[Box, Rectangle, str]] = []
    _collect(page, "", found, _OVERLAY if machine else _OWN_MARKS)
    return found


def _collect(box: Box, zone: str, found: list[tuple[Box, Rectangle, str]], spared: frozenset[str]) -> None:
    if box.classes & spared:
        return
    for name in box.classes:
        if name.startswith(css_classes.ZONE_PREFIX):
            zone = name.removeprefix(css_classes.ZONE_PREFIX)
    if box.kind is Kind.TEXT:
        if box.text.strip():
            drawn, size = box.rectangle, box.font_size * MM_PER_PX / PT_PER_PX
            # From the height of capitals to the descenders: the face's box is higher.
            top, bottom = drawn.y + _ABOVE_CAPITALS * size, drawn.bottom - _BELOW_DESCENDERS * size
            found.append((box, Rectangle(drawn.x, top, drawn.width, max(0.0, bottom - top)), zone))
        return
    if box.kind is Kind.REPLACED or (box.is_element and box.kind is not Kind.PAGE and box.is_painted):
        found.append((box, box.rectangle, zone))
    for child in box.children:
        _collect(child, zone, found, spared)


def _below_text(zone: Zone, page: Box) -> Zone:
    """The foot's zone on a page: it begins where the page's text ends."""
    return replace(zone, y=page.content.bottom, height=zone.y + zone.height - page.content.bottom)


def _class_of(zone: Zone) -> str:
    return css_classes.ZONE_PREFIX + zone.name


def _fitting_size(page: Box, zone: Zone) -> float | None:
    """The type size in pt at which what is too large for the zone fits; None if it fits, or may not be set smaller.

    It never falls below the zone's smallest; what does not fit then is a fault.
    """
    if zone.min_type is None:
        return None
    lines = _lines(page, zone)
    if not lines or not _stands_out(lines, zone):
        return None
    width = max(line.right for line in lines) - zone.x
    height = max(line.bottom for line in lines) - zone.y
    size = lines[0].size
    fitting = size * min(zone.width / width if width else 1, zone.height / height if height else 1)
    return min(size, max(zone.min_type, math.floor(fitting * _STEP) / _STEP))


def _faults(lines: Sequence[_Line], zone: Zone) -> Iterator[LayoutFault]:
    """What is wrong with lines that stand out of their zone."""
    name = _NAMES.get(zone.name, zone.name)
    size = f" at {lines[0].size:g} pt, its smallest" if zone.min_type is not None else ""
    for line in lines:
        if line.right > zone.x + zone.width + _HAIR:
            width = line.right - zone.x
            message = f"'{line.text}' in {name} is {width:.1f} mm wide{size}; there is room for {zone.width:.1f} mm"
            params = _params(zone, width_mm=round(width, 1), room_mm=zone.width)
            word, hint = max(line.text.split(), key=len), "shorten the line, or break it into two"
            if line.field is not None:
                message, hint = (
                    message.replace(size, ""),
                    "choose a letterhead with more room: a code is never made smaller",
                )
            about: dict[str, Any] = {"value": line.text, "params": params, "field": line.field}
            yield LayoutFault(message, hint, word, code="zone-too-narrow", **about)
    left = min(line.x for line in lines)
    if left < zone.x - _HAIR:
        message = f"{name} begins {zone.x - left:.1f} mm left of its place"
        hint = "mend the letterhead's style.css, or write less on a line"
        params = _params(zone, left_mm=round(zone.x - left, 1))
        yield LayoutFault(message, hint, lines[0].text, code="zone-left", params=params)
    height = max(line.bottom for line in lines) - min(zone.y, *(line.y for line in lines))
    if height > zone.height + _HAIR:
        count = len({round(line.y, 1) for line in lines})
        counted = f"has {count} {'line' if count == 1 else 'lines'} and is {height:.1f} mm high"
        message = f"{name} {counted}{size}; there is room for {zone.height:.1f} mm"
        params = _params(zone, lines=count, height_mm=round(height, 1), room_mm=zone.height)
        hint = "join or drop lines" + (", or leave out the code" if lines[-1].field else "")
        needle, field = lines[-1].text, lines[-1].field
        yield LayoutFault(message, hint, needle, code="zone-too-low", params=params, field=field)


def _params(zone: Zone, **more: object) -> tuple[tuple[str, object], ...]:
    return (("zone", zone.name), *more.items())


def _stands_out(lines: Sequence[_Line], zone: Zone) -> bool:
    return (
        max(line.right for line in lines) > zone.x + zone.width + _HAIR
        or max(line.bottom for line in lines) > zone.y + zone.height + _HAIR
        or min(line.y for line in lines) < zone.y - _HAIR
        or min(line.x for line in lines) < zone.x - _HAIR
    )


def _lines(page: Box, zone: Zone) -> list[_Line]:
    """Every line of text, as high as the box of its line, and every image in the zone's elements."""
    name = _class_of(zone)
    place = next((box for box in page.all() if name in box.classes and box.is_element), None)
    lines: list[_Line] = []
    for box in place.all_past(_NAME_APART if name != _NAME_APART else "") if place is not None else ():
        if box.kind is Kind.LINE:
            texts = [part for part in box.all() if part.kind is Kind.TEXT and part.text.strip()]
            if texts:
                lines.append(_line(box, texts))
        elif box.kind is Kind.REPLACED:
            drawn = box.rectangle
            code = codes.is_code(box.element)
            what, field = (box.element.get("alt"), codes.field_of(box.element)) if code else ("an image", None)
            lines.append(_Line(what, drawn.x, drawn.y, drawn.right, drawn.bottom, 0.0, field))
    return lines


def _line(line: Box, texts: Sequence[Box]) -> _Line:
    text, places = " ".join(part.text.strip() for part in texts), [part.rectangle for part in texts]
    around = line.rectangle
    left, right = min(place.x for place in places), max(place.right for place in places)
    return _Line(text, left, around.y, right, around.bottom, texts[0].font_size)
