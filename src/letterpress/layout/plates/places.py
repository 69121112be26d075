"""Where the texts of a page stand, and which of them can be changed without anything else on the page being moved.

A text can be if it has its lines to itself, if their room depends on nothing that is written in them, and if no check
of the finished page could come out otherwise for a text that fills its room.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from letterpress.layout import css_classes, line_room
from letterpress.layout.boxes import MM_PER_PX, PX, Box, Kind
from letterpress.layout.lines import Block, covers
from letterpress.page import KeptFree, Rectangle, Zone

_HAIR = 0.05
"""mm: `zones` overlooks as much."""


class Place(NamedTuple):
    """A text box on a page."""

    box: Box
    page: int
    """Counted from 0."""
    why_not: str | None
    """Why another text cannot take its place; None if one can."""
    room: float
    """px that its line has."""
    shift: float
    """px that it moves to the right for each px that it is wider."""
    block: Block | None
    """What it stands in, if it is justified."""


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around a box."""

    why_not: str | None = None
    zone: str = ""
    block: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Left end and width of the block that holds the lines, and the indent of its first line, px."""


def places(pages: Sequence[Box], zones: Sequence[Zone], kept_free: Sequence[KeptFree]) -> Iterator[Place]:
    """Find the texts of a letter in the order of the document, each with its room."""
    for number, page in enumerate(pages):
        for root in page.children:
            around = _Around()
            if root.kind is Kind.MARGIN:
                alone = abs(root.content.width - page.content.width) < PX
                around = _Around(None if alone else "it stands in a margin beside other texts")
            for box, line, here in _texts(root, around):
                yield _place(box, line, here, number, zones, kept_free)


def _texts(box: Box, around: _Around) -> Iterator[tuple[Box, Box, _Around]]:
    """The texts in a box, each with its line."""
    for name in box.classes:
        if name.startswith(css_classes.ZONE_PREFIX):
            around = replace(around, zone=name.removeprefix(css_classes.ZONE_PREFIX))
    if box.kind is Kind.LINE:
        why = around.why_not or _why_not_alone(box)
        for inner in box.all():
            if inner.kind is Kind.TEXT and inner.text.strip():
                yield inner, box, replace(around, why_not=why)
        return
    if css_classes.SIGNATORY in box.classes and around.why_not is None:
        around = replace(around, why_not="it is a signatory's, whose column follows it")
    for child in box.children:
        inside = around
        if child.kind is not Kind.LINE and child.kind is not Kind.TEXT:
            inside = replace(
                around, why_not=_why_not_fixed(child, box, around.why_not), block=line_room.of_lines(child)
            )
        yield from _texts(child, inside)


def _why_not_fixed(box: Box, parent: Box, before: str | None) -> str | None:
    """Why the width of a box may depend on its text."""
    if box.kind is Kind.TABLE or box.kind is Kind.TABLE_PART or parent.kind is Kind.TABLE_PART:
        return "it stands in a table"
    if line_room.is_fixed(box):
        return None
    if line_room.is_shared_by_content(parent):
        return "it stands beside others whose room depends on it"
    if line_room.follows_content(box):
        return "its room grows with it"
    return before


def _why_not_alone(line: Box) -> str | None:
    texts = 0
    for box in line.all():
        if box.kind is Kind.TEXT:
            texts += bool(box.text.strip())
        elif box.kind is Kind.INLINE:
            if box.is_painted or line_room.is_linked(box):
                return "more is drawn of it than its letters"
        elif box.kind is not Kind.LINE:
            return "something else stands on its line"
    return None if texts == 1 else "its line holds several texts"


def _place(
    box: Box, line: Box, around: _Around, page: int, zones: Sequence[Zone], kept_free: Sequence[KeptFree]
) -> Place:
    made = box.made
    room = line_room.of_line(box)
    why = around.why_not or covers(made.style) or line_room.why_not_another(box)
    if why is None and room is None:
        why = "the room of its line is not known"
    shift = line_room.shift(line)
    if why is None and shift is None and not line_room.is_justified(line):
        why = "its last line stands otherwise than the others"
    block = Block(*around.block) if line_room.is_justified(line) else None
    free = kept_free if page == 0 else [part for part in kept_free if part.every]
    if why is None and (page == 0 or around.zone == "foot" or free):
        why = _why_not_wide(box, line, around, float(room or 0), zones, free)
    return Place(box, page, why, float(room or 0), shift or 0.0, block)


def _why_not_wide(
    box: Box, line: Box, around: _Around, room: float, zones: Sequence[Zone], kept_free: Sequence[KeptFree]
) -> str | None:
    """Why a text that fills its line might stand where nothing may stand."""
    drawn, around_it = box.rectangle, line.rectangle
    more = room * MM_PER_PX - drawn.width
    full = Rectangle(drawn.x + (line_room.shift(line) or 0.0) * more, around_it.y, room * MM_PER_PX, around_it.height)
    zone = next((zone for zone in zones if zone.name == around.zone), None)
    if zone is not None and (full.x < zone.x - _HAIR or full.right > zone.x + zone.width + _HAIR):
        return "its room reaches out of its zone"
    for part in kept_free:
        common = part.box.intersection(full)
        if common.width > 0 and common.height > 0 and around.zone not in part.besides:
            return "its room reaches into what stays free"
    return None


def by_box(found: Sequence[Place]) -> dict[int, Place]:
    """Places by the identity of WeasyPrint's boxes."""
    return {id(place.box.made): place for place in found}
