"""Holds the ink of a page against the places that its carrier keeps free: edges, franking, windows, machines' marks.

Not here: where ink is (`ink`), and the address (`addresses`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from letterpress.carriers.values import Area, Carrier, is_on
from letterpress.page import Rectangle
from letterpress.pdf.page_view import Glyph
from letterpress.preflight.findings import Finding
from letterpress.preflight.ink import Ink

_MARK = (1.2, 15.0)
"""mm: a fold or punch mark is at most so thick, and so long."""
_MARGIN = 15.0
"""mm from a side's edge in which such marks stand."""
_PARAMETERS = "render with --carrier, or with '--param marks=false'"


class Zone(NamedTuple):
    """A part of a page that stays free."""

    box: Rectangle
    why: str
    franking: bool = False


def of(carrier: Carrier, page: int, width: float, height: float) -> list[Zone]:
    """List the places of a page that stay free, as they are shown in its picture.

    :param page: counted from 1.
    :param width: of the page, mm; `height` likewise.
    """
    sheet = Rectangle(0, 0, width, height)
    zones = [
        Zone(clear.area.on(width, height), clear.why, clear.franking) for clear in carrier.clear if clear.is_on(page)
    ]
    inner = _inner(carrier.edges, width, height)
    if inner is not None:
        zones += [Zone(box, "the edge of the sheet") for box in _around(sheet, inner)]
    return zones


def allowed(carrier: Carrier, page: int, width: float, height: float) -> list[Rectangle]:
    """List the only places of a page that may have ink; none: all of it may."""
    places = [area.on(width, height) for area in carrier.may_print(page)]
    if places and page == 1 and carrier.address is not None and carrier.address.area is not None:
        places.append(carrier.address.area.on(width, height))
    return places


def check(carrier: Carrier, page: int, ink: Ink, width: float, height: float) -> Iterator[Finding]:
    """Find the ink of a page that stands where the carrier wants none."""
    near = carrier.tolerance
    told: list[Rectangle] = []
    for clear in carrier.clear:
        if clear.is_on(page):
            zone = Zone(clear.area.on(width, height), clear.why, clear.franking)
            for box in ink.within(_grown(zone.box, -near)):
                told.append(box)
                yield _mark(carrier, page, ink, box, width) or _in_zone(carrier, page, box, zone)
    inner = _inner(carrier.edges, width, height)
    if inner is not None:
        for box in ink.without([_grown(inner, near)]):
            told.append(box)
            yield _mark(carrier, page, ink, box, width) or _in_edge(carrier, page, box, inner, (width, height))
    places = allowed(carrier, page, width, height)
    if places:
        for box in ink.without([_grown(place, near) for place in places]):
            told.append(box)
            yield _mark(carrier, page, ink, box, width) or _outside(carrier, page, box)
    if carrier.marks is False:
        yield from _marks(carrier, page, ink, told, width, height)


def _mark(carrier: Carrier, page: int, ink: Ink, box: Rectangle, width: float) -> Finding | None:
    """The finding of a fold or punch mark, if that is what stands there."""
    whole = ink.across(box) if box.height <= _MARK[0] and (box.x < _MARGIN or box.right > width - _MARGIN) else box
    if not _is_mark(whole, width):
        return None
    message = f"a mark for folding or punching stands where {carrier.title} wants no ink"
    return Finding(rule="fold-mark", message=message, page=page, box=whole, hint=_PARAMETERS)


def _in_zone(carrier: Carrier, page: int, box: Rectangle, zone: Zone) -> Finding:
    rule = "ink-franking" if zone.franking else "ink-clear"
    message = f"ink stands in the place that {carrier.title} keeps for {zone.why}"
    hint = f"keep {written(zone.box)} free"
    if _is_above_address(carrier, page, zone.box):
        hint += "; if it is the sender's line above the address: render with --carrier, or '--param return_line=false'"
    return Finding(rule=rule, message=message, page=page, box=box, hint=hint)


def _is_above_address(carrier: Carrier, page: int, zone: Rectangle) -> bool:
    """Whether a place lies right above the carrier's address field, where letterheads have the sender's line."""
    area = carrier.address.area if carrier.address is not None else None
    return area is not None and page == 1 and abs(zone.bottom - area.y) < 1


def _in_edge(carrier: Carrier, page: int, box: Rectangle, inner: Rectangle, size: tuple[float, float]) -> Finding:
    width, height = size
    sides = {
        "upper": (inner.y - box.y, inner.y),
        "left": (inner.x - box.x, inner.x),
        "right": (box.right - inner.right, width - inner.right),
        "lower": (box.bottom - inner.bottom, height - inner.bottom),
    }
    side, (reached, wanted) = max(sides.items(), key=lambda one: one[1][0])
    message = f"ink stands {reached:.1f} mm into the {side} edge, {wanted:g} mm of which {carrier.title} keeps free"
    return Finding(rule="ink-edge", message=message, page=page, box=box, hint="move it away from the edge")


def _outside(carrier: Carrier, page: int, box: Rectangle) -> Finding:
    message = f"ink stands outside of the places that {carrier.title} prints"
    which = "first" if page == 1 else "later"
    hint = f"the picture (--pictures DIR) shows the places that may be printed on the {which} page"
    return Finding(rule="ink-clear", message=message, page=page, box=box, hint=hint)


def _marks(
    carrier: Carrier, page: int, ink: Ink, told: Sequence[Rectangle], width: float, height: float
) -> Iterator[Finding]:
    """Marks at the sides of a page whose carrier wants none, wherever they are."""
    for strip in (Rectangle(0, 0, _MARGIN, height), Rectangle(width - _MARGIN, 0, _MARGIN, height)):
        for box in ink.within(strip):
            if _is_mark(box, width) and not any(_meet(box, one) for one in told):
                message = f"a mark for folding or punching is printed, and {carrier.title} wants none"
                yield Finding(rule="fold-mark", message=message, page=page, box=box, hint=_PARAMETERS)


def check_text(carrier: Carrier, page: int, glyphs: Sequence[Glyph], width: float, height: float) -> Iterator[Finding]:
    """Find text that stands nearer to an edge than the carrier wants it, and words that may not stand in a place."""
    inner = _inner(carrier.text_edges, width, height)
    if inner is not None:
        near = carrier.tolerance
        outside = [
            glyph
            for glyph in glyphs
            if glyph.left < inner.x - near
            or glyph.right > inner.right + near
            or glyph.top < inner.y - near
            or glyph.bottom > inner.bottom + near
        ]
        if outside:
            message = f"text stands nearer to the edge than {carrier.title} wants it"
            hint = f"keep it in {written(inner)}"
            yield Finding(rule="text-edge", message=message, page=page, box=hull(outside), hint=hint)
    for word in carrier.words:
        if is_on(word.pages, page):
            yield from _words(carrier, page, word.text, word.area, glyphs, (width, height))


def _words(
    carrier: Carrier, page: int, word: str, area: Area, glyphs: Sequence[Glyph], size: tuple[float, float]
) -> Iterator[Finding]:
    place = area.on(*size)
    inside = [glyph for glyph in glyphs if is_in(glyph, place)]
    text = "".join(glyph.text for glyph in inside)
    if (at := text.casefold().find(word.casefold())) >= 0:
        message = f"the word {word} stands in a place that {carrier.title} uses it in itself"
        box = hull(inside[at : at + len(word)])
        hint = f"keep it out of {written(place)}"
        yield Finding(rule="word-reserved", message=message, page=page, box=box, hint=hint, name=word)


# --- rectangles -------------------------------------------------------------------------------------------------------


def hull(glyphs: Iterable[Glyph]) -> Rectangle:
    """Give the smallest rectangle around characters."""
    known = list(glyphs)
    left, top = min(glyph.left for glyph in known), min(glyph.top for glyph in known)
    return Rectangle(left, top, max(one.right for one in known) - left, max(one.bottom for one in known) - top)


def is_in(glyph: Glyph, place: Rectangle) -> bool:
    """Whether the middle of a character is in a place."""
    x, y = (glyph.left + glyph.right) / 2, (glyph.top + glyph.bottom) / 2
    return place.x <= x <= place.right and place.y <= y <= place.bottom


def _is_mark(box: Rectangle, width: float) -> bool:
    """Whether it is a fold or punch mark: a short, thin line that lies at a side of the page."""
    at_side = box.x < _MARGIN or box.right > width - _MARGIN
    return at_side and box.height <= _MARK[0] and 1.5 <= box.width <= _MARK[1]


def _grown(box: Rectangle, by: float) -> Rectangle:
    return Rectangle(box.x - by, box.y - by, box.width + 2 * by, box.height + 2 * by)


def _inner(edges: tuple[float, float, float, float] | None, width: float, height: float) -> Rectangle | None:
    """What strips along the edges leave of the sheet; a strip of no width does not bound ink at all."""
    if edges is None or not any(edges):
        return None
    top, right, bottom, left = edges
    far = 10.0  # beyond the sheet, so that no rounding finds ink behind its edge
    x, y = left or -far, top or -far
    return Rectangle(x, y, width - (right or -far) - x, height - (bottom or -far) - y)


def _around(sheet: Rectangle, inner: Rectangle) -> Iterator[Rectangle]:
    """The strips between a sheet's edges and what they leave of it."""
    strips = (
        Rectangle(0, 0, sheet.width, inner.y),
        Rectangle(0, inner.bottom, sheet.width, sheet.height - inner.bottom),
        Rectangle(0, 0, inner.x, sheet.height),
        Rectangle(inner.right, 0, sheet.width - inner.right, sheet.height),
    )
    yield from (strip for strip in strips if strip.width > 0 and strip.height > 0)


def _meet(one: Rectangle, other: Rectangle) -> bool:
    common = one.intersection(other)
    return common.width > 0 and common.height > 0


def written(box: Rectangle) -> str:
    """Write a place for people."""
    return f"x {box.x:g} to {box.right:g}, y {box.y:g} to {box.bottom:g} mm"
