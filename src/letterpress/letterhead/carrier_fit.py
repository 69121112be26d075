"""Makes a standard fit a carrier: marks off, the sender's line off or moved, the address in the carrier's field, and
nothing else of the letterhead where ink may not be.

What a carrier asks is told as a standard of its own, made of the letterhead's: so templates, zones and checks of the
layout hold for it as for any other. What cannot be made to fit is refused at once, with its reason.

Not here: what carriers ask (carriers/), and whether a finished PDF keeps to it (preflight/).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache, reduce
from itertools import pairwise
from typing import Any

from letterpress.carriers.values import Carrier
from letterpress.errors import Diagnostic, LetterpressError
from letterpress.letterhead.definition import Letterhead
from letterpress.letterhead.papers import PAPERS
from letterpress.letterhead.standards import MIN_TYPE, Clear, Standard
from letterpress.model import Job, Profile
from letterpress.page import PRESS_PROFILES, Rectangle

_SIDE = 50.0
"""mm that an address and the carrier's field have in common across the sheet: less, and it stands at another side."""
_INSET = 0.5
"""mm of the field's edges that the address keeps: letters have bearings, and descenders."""
_ADDRESS = 20.0
"""mm of height that an address keeps as it stands; with less in the field it is moved to the field's top."""
_NOTES, _HEAD, _INFO = (40.0, 5.5), (60.0, 11.0), (60.0, 20.0)
"""Least width and height of the sender's line, the head and the information block, mm."""
_BELOW = 5.0
"""mm between what stays free and the text below it."""
_UPPER = 150.0
"""y above which a free place moves the beginning of the text."""
_LOWEST = 120.0
"""y of a letter's address field at most, mm: below, it is the face of an envelope."""
_MARK = (4.0, 6.0)
"""x and length of the longest mark, mm."""
_APART = 2.0
"""mm between the edge that stays free and the head of later pages."""


def chosen(job: Job) -> tuple[Carrier | None, list[Diagnostic]]:
    """Find the carrier that is chosen for a job.

    :returns: None and the faults, where there is none of that name, or its file has faults.
    """
    from letterpress.carriers import catalogue

    try:
        return catalogue.find(str(job.choices.carrier), job.letter.root), []
    except LetterpressError as error:
        return None, [replace(fault, field=fault.field or "carrier") for fault in error.diagnostics]


def check(
    head: Letterhead,
    paper: str,
    standard: Standard | None,
    carrier: Carrier,
    *,
    band: bool = False,
    profile: Profile | None = None,
    marks: bool = False,
) -> list[Diagnostic]:
    """Say why a letterhead cannot be made to fit a carrier; nothing, if it can.

    :param paper: name of the size of paper.
    :param standard: that the letterhead follows with its parameters, as it is without a carrier.
    :param band: whether its head stands on a band of colour, which reaches the sheet's edges.
    :param profile: the letter's, None: the one that the carrier asks for. In a press copy such a band goes on beyond
        the edges.
    :param marks: whether a press copy has crop marks.
    """
    sheet, profile = PAPERS[paper], profile or usual_profile(carrier)
    if not carrier.takes_sheet(sheet.width, sheet.height):
        takes = " or ".join(f"{width:g} x {height:g}" for width, height in carrier.sheets)
        fitting = papers(head, carrier)
        message = f"{carrier.title} takes sheets of {takes} mm, and the letter is on {paper}"
        hint = f"choose --paper {fitting[0]}" if fitting else f"the letterhead '{head.name}' is made for no such sheet"
        return [_unfit(message, hint, head, carrier, "sheet", ("papers", fitting))]
    if carrier.colors == "cmyk" and profile not in PRESS_PROFILES:
        wanted = usual_profile(carrier)
        message = f"{carrier.title} takes CMYK only, and the {profile} copy of a letter is in RGB"
        hint = f"leave out --profile, or choose --profile {wanted}"
        params = (("carrier", carrier.name), ("title", carrier.title), ("profile", wanted))
        return [
            Diagnostic(message=message, field="profile", hint=hint, code="carrier-colors", value=profile, params=params)
        ]
    beyond = head.press.bleed or (band and head.press.bleed is None)
    if profile in PRESS_PROFILES and carrier.sheets and carrier.bleed is None and (beyond or marks):
        what = "has crop marks around it" if marks else "goes on beyond its edges (bleed)"
        message = f"{carrier.title} takes the sheet as it is cut, and the press copy {what}"
        hint = (
            "leave out --marks"
            if marks
            else "choose another head, as '--param head=left', or 'bleed = 0' below [press]"
        )
        return [_unfit(message, hint, head, carrier, "marks" if marks else "bleed")]
    if band and carrier.bleed is not None and profile not in PRESS_PROFILES:
        asks = f"{carrier.bleed:g} mm of it beyond them"
        message = f"the band of '{head.name}' ends at the edges of the sheet, and {carrier.title} wants {asks}"
        return [_unfit(message, "choose --profile press, in which it goes on", head, carrier, "beyond")]
    if band and (any(carrier.edges or ()) or carrier.print_first):
        message = (
            f"the band of '{head.name}' ends at the edges of the sheet, and {carrier.title} wants them free of ink"
        )
        hint = "choose another head, as '--param head=left', or another letterhead"
        return [_unfit(message, hint, head, carrier, "band")]
    area = carrier.address.area if carrier.address is not None else None
    if area is None:
        return []
    field = area.on(sheet.width, sheet.height)
    reasons = _reasons(head, standard, carrier, field)
    return [_unfit(message, hint, head, carrier, reason) for message, hint, reason in reasons][:1]


def _reasons(
    head: Letterhead, standard: Standard | None, carrier: Carrier, field: Rectangle
) -> Iterator[tuple[str, str, str]]:
    """Why a letterhead cannot have its address where the carrier has it, what to do, and a word for that reason."""
    printed = carrier.address is not None and carrier.address.printed
    if standard is None:
        verb = "prints" if printed else "reads"
        message = f"{carrier.title} {verb} the address in a place of its own, and '{head.name}' has no such place"
        yield message, "choose a letterhead that follows a standard, such as din5008, uk or us-business", "field"
        return
    if field.y > _LOWEST:
        message = f"{carrier.title} reads the address {_place(field)}, where no letter has it"
        yield message, "it takes envelopes, or other things than letters; choose another carrier", "envelope"
    elif not printed and standard.address is None:
        message = f"the letterhead '{head.name}' sets the address in the text, and {carrier.title} reads it in a field"
        yield message, "choose another window: see `letterpress letterheads NAME`", "text"
    elif not printed and standard.address is not None:
        beside = Rectangle(field.x, standard.address.y, field.width, standard.address.height)
        if standard.address.intersection(beside).width < _SIDE:
            has = f"x {standard.address.x:g} to {standard.address.right:g}"
            message = f"{carrier.title} reads the address {_place(field)}, and '{head.name}' has it at {has}"
            yield message, "choose a letterhead or a window with the address at that side, or another carrier", "side"
    if fitted(standard, carrier) is None:
        message = f"what {carrier.title} keeps free leaves no room for the head of '{head.name}'"
        yield message, "choose another letterhead", "room"


def papers(head: Letterhead, carrier: Carrier) -> tuple[str, ...]:
    """List the papers of a letterhead that a carrier takes."""
    return tuple(name for name in head.papers if carrier.takes_sheet(PAPERS[name].width, PAPERS[name].height))


def usual_profile(carrier: Carrier) -> Profile:
    """Give the profile of a letter for a carrier, where none is chosen."""
    return carrier.profile or ("press" if carrier.colors == "cmyk" else "archive")


def notes(carrier: Carrier, profile: str) -> list[Diagnostic]:
    """Say what a letter that is made for a carrier does not keep to.

    :param profile: the letter's.
    """
    if carrier.profile == "press-x1a" and profile == "press":
        message = f"{carrier.title} names PDF/X-1a, and the press copy is PDF/X-4"
        hint = "leave out --profile, or ask whether it takes PDF/X-4 without transparency"
        params = (("carrier", carrier.name), ("title", carrier.title), ("profile", carrier.profile))
        return [
            Diagnostic(
                message=message, severity="warning", field="profile", hint=hint, code="carrier-profile", params=params
            )
        ]
    return []


def _unfit(
    message: str, hint: str, head: Letterhead, carrier: Carrier, reason: str, *more: tuple[str, Any]
) -> Diagnostic:
    """:param reason: tells the cases apart, for whoever words them anew."""
    params = (
        *(("carrier", carrier.name), ("title", carrier.title), ("letterhead", head.name)),
        *(("source", carrier.cited), ("reason", reason), *more),
    )
    return Diagnostic(
        message=message, field="carrier", hint=hint, code="carrier-unfit", value=carrier.name, params=params
    )


def _place(box: Rectangle) -> str:
    return f"at x {box.x:g} to {box.right:g}, y {box.y:g} to {box.bottom:g} mm"


# --- the standard -----------------------------------------------------------------------------------------------------


def clear_of(carrier: Carrier, paper: str) -> tuple[Clear, ...]:
    """List the places of page 1 that a carrier keeps free of ink on a sheet, but for its address field."""
    sheet = PAPERS[paper]
    whole = Rectangle(0, 0, sheet.width, sheet.height)
    found = [
        Clear(clear.area.on(sheet.width, sheet.height), f"{carrier.title}: {clear.why}", clear.pages == "every")
        for clear in carrier.clear
        if clear.is_on(1)
    ]
    found += [Clear(box, f"{carrier.title}: the edge of the sheet", every=True) for box in _edges(carrier, whole)]
    allowed = [area.on(sheet.width, sheet.height) for area in carrier.print_first]
    if allowed:
        if carrier.address is not None and carrier.address.area is not None:
            allowed.append(carrier.address.area.on(sheet.width, sheet.height))
        found += [Clear(box, f"{carrier.title}: where it prints nothing") for box in _others(whole, allowed)]
    if carrier.address is not None and carrier.address.printed and carrier.address.area is not None:
        field = carrier.address.area.on(sheet.width, sheet.height)
        found.append(Clear(field, f"{carrier.title}: where it prints the address"))
    return tuple(found)


def _edges(carrier: Carrier, sheet: Rectangle) -> Iterator[Rectangle]:
    sides = [
        max(one, other)
        for one, other in zip(carrier.edges or (0, 0, 0, 0), carrier.text_edges or (0, 0, 0, 0), strict=True)
    ]
    top, right, bottom, left = sides
    strips = (
        Rectangle(0, 0, sheet.width, top),
        Rectangle(sheet.width - right, 0, right, sheet.height),
        Rectangle(0, sheet.height - bottom, sheet.width, bottom),
        Rectangle(0, 0, left, sheet.height),
    )
    yield from (strip for strip in strips if strip.width > 0 and strip.height > 0)


def _others(whole: Rectangle, allowed: Iterable[Rectangle]) -> Iterator[Rectangle]:
    """What a sheet has besides some places, as rectangles: cells between their edges, joined down each column."""
    known = list(allowed)
    xs = sorted({whole.x, whole.right, *(x for box in known for x in (box.x, box.right))})
    ys = sorted({whole.y, whole.bottom, *(y for box in known for y in (box.y, box.bottom))})
    for x, right in pairwise(xs):
        run: Rectangle | None = None
        for y, bottom in pairwise(ys):
            cell = Rectangle(x, y, right - x, bottom - y)
            if any(_meet(cell, box) for box in known):
                if run is not None:
                    yield run
                run = None
            else:
                run = cell if run is None else run.hull(cell)
        if run is not None:
            yield run


@lru_cache(maxsize=64)
def fitted(standard: Standard, carrier: Carrier) -> Standard | None:
    """Give the standard as the carrier needs it; None, if there is no room for the head.

    The carrier's envelopes take the place of the standard's: their windows are the carrier's field.
    """
    sheet = PAPERS[standard.paper]
    clear = clear_of(carrier, standard.paper)
    boxes = [one.box for one in clear]
    asked = carrier.address
    field = asked.area.on(sheet.width, sheet.height) if asked is not None and asked.area is not None else None
    address, shown = standard.address, standard.field
    if field is not None and asked is not None:  # what the carrier prints itself, the letter has in its text
        address = None if asked.printed or address is None else _address(standard, address, field)
        shown = None if asked.printed else field
    around = boxes if field is None else [*boxes, field]
    head = _cut(standard.head, around, _HEAD)
    if head is None:
        return None
    text = _text(standard, around)
    moved = text - standard.text
    edges = [_edge(carrier, side) for side in range(4)]
    return replace(
        standard,
        head=head,
        wide_name=standard.wide_name and _cut(standard.wide_name, around, (standard.wide_name.width, _HEAD[1])),
        field=shown,
        address=address,
        notes=_notes(standard, carrier, boxes, field),
        info=standard.info and _cut(standard.info, around, _INFO),
        reference=None if standard.reference is None else standard.reference + moved,
        text=text,
        folds=() if _meets_marks(carrier, standard.folds, boxes) else standard.folds,
        punch=None if standard.punch is None or _meets_marks(carrier, (standard.punch,), boxes) else standard.punch,
        margins=(
            standard.margins[0],
            max(standard.margins[1], edges[1]),
            max(standard.margins[2], edges[2]),
            max(standard.margins[3], edges[3]),
        ),
        continuation=max(standard.continuation, edges[0] + _APART),
        bottom=max(standard.bottom, edges[2]),
        min_type=max(MIN_TYPE, asked.size[0]) if asked is not None and asked.size is not None else standard.min_type,
        lines=asked.lines[1] if asked is not None and asked.lines is not None else standard.lines,
        clear=clear,
        windows=() if field is not None else standard.windows,
        carrier=carrier.title,
    )


def _edge(carrier: Carrier, side: int) -> float:
    """Width of the strip at a side (top, right, bottom, left) that stays free on every page."""
    return max((carrier.edges or (0, 0, 0, 0))[side], (carrier.text_edges or (0, 0, 0, 0))[side])


def _address(standard: Standard, address: Rectangle, field: Rectangle) -> Rectangle:
    """Where the recipient's lines are set: where they are, as far as that is in the field, else from its top."""
    x = max(address.x, field.x + _INSET)
    limit = field.right - _INSET
    if standard.info is not None and standard.info.x > x and standard.info.y < field.bottom:
        limit = min(limit, standard.info.x - _INSET)
    y = max(address.y, field.y)
    if field.bottom - y < _ADDRESS:
        y = field.y
    return Rectangle(x, y, min(limit, max(address.right, x + 66)) - x, field.bottom - y)


def _notes(standard: Standard, carrier: Carrier, boxes: list[Rectangle], field: Rectangle | None) -> Rectangle | None:
    """Where the sender's line and the notices stand: where the carrier has them, else where there is room for them."""
    if standard.notes is None:
        return None
    asked = carrier.address
    if asked is not None and asked.return_line is not None:
        sheet = PAPERS[standard.paper]
        place = asked.return_line.on(sheet.width, sheet.height)
        return Rectangle(
            standard.notes.x, place.y, min(standard.notes.right, place.right) - standard.notes.x, place.height
        )
    strict = asked is not None and any((asked.lines, asked.last, asked.size, asked.aligned, asked.printed))
    around = [*boxes, field] if strict and field is not None else boxes
    left = _cut(standard.notes, around, _NOTES)
    if left is None or standard.address is None or field is None or asked is None or asked.printed:
        return left
    below = _address(standard, standard.address, field)
    return _cut(left, [below], _NOTES)


def _text(standard: Standard, around: Iterable[Rectangle]) -> float:
    """The y at which the text begins: below all that stays free in the upper part of its column."""
    left, right = standard.margins[3], PAPERS[standard.paper].width - standard.margins[1]
    text = standard.text
    for box in sorted(around, key=lambda box: box.bottom):
        column = Rectangle(left, text, right - left, _UPPER - text)
        if _meet(box, column) and box.bottom < _UPPER:
            text = box.bottom + _BELOW
    return text


def _meets_marks(carrier: Carrier, ys: Iterable[float], boxes: Iterable[Rectangle]) -> bool:
    """Whether a carrier wants no marks, or one would stand where ink may not."""
    known = list(boxes)
    marks = [Rectangle(_MARK[0], y - 0.2, _MARK[1], 0.4) for y in ys]
    return carrier.marks is False or any(_meet(mark, box) for mark in marks for box in known)


def _cut(box: Rectangle, around: Iterable[Rectangle], least: tuple[float, float]) -> Rectangle | None:
    """Cut from a box what meets other places, each time from the side that costs least; None, if too little is left."""
    left = reduce(_without, sorted(around, key=lambda one: -_area(box.intersection(one))), box)
    return left if left.width >= least[0] and left.height >= least[1] else None


def _without(box: Rectangle, other: Rectangle) -> Rectangle:
    if not _meet(box, other):
        return box
    parts = (
        Rectangle(box.x, box.y, box.width, max(0.0, other.y - box.y)),
        Rectangle(box.x, other.bottom, box.width, max(0.0, box.bottom - other.bottom)),
        Rectangle(box.x, box.y, max(0.0, other.x - box.x), box.height),
        Rectangle(other.right, box.y, max(0.0, box.right - other.right), box.height),
    )
    return max(parts, key=_area)


def _area(box: Rectangle) -> float:
    return box.width * box.height


def _meet(one: Rectangle, other: Rectangle) -> bool:
    common = one.intersection(other)
    return common.width > 0.01 and common.height > 0.01
