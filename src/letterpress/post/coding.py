"""Places the codes of letters on envelopes and labels: those of posts below the address, a Data Matrix above it.

A code of a post belongs to the block of the address (USPS DMM 202.8, Royal Mail, PostNL): it stands below its lines, at
their left edge, with the room around it that its post asks for, and keeps out of the zone at the lower edge where posts
print a code of their own. All is measured here: where there is no room, the code is refused.

Not here: what a code is made of (`codes`), and how an address is set (`setting`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from letterpress.code import Code
from letterpress.codes import catalogue
from letterpress.letterhead.measure import Measure
from letterpress.page import Rectangle
from letterpress.post import setting
from letterpress.post.setting import Lines, Unfit

_BELOW_LINES = 0.7
"""mm by which glyphs reach below the line that they stand on."""
_HINT = "take a larger label or envelope, or leave out --codes"


def printable(kind: str) -> bool:
    """Whether a code of this kind stands on envelopes: that of a post, and a Data Matrix, which machines sort by."""
    return catalogue.kinds()[kind].places[0] == "address" or kind == "data-matrix"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """An address with its codes, in the middle of the height of its place."""

    lines: Lines
    place: Rectangle
    codes: tuple[tuple[Code, Rectangle], ...]


def block(measure: Measure, address: Sequence[str], codes: Sequence[Code], room: Rectangle, edge: Rectangle) -> Block:
    """Set an address with its codes in a place.

    :param room: where it may stand.
    :param edge: of the envelope or label: nothing else is printed within it beside the address.
    :raises Unfit: they do not go into it.
    """
    above = [code for code in codes if code.kind == "data-matrix"]
    below = [code for code in codes if code.kind != "data-matrix"]
    tops, bottoms = (sum(map(_taken, part)) for part in (above, below))
    # What stays free beyond the outermost code: the edge of a label is nearer than that of its room on some.
    tops += max((code.clear[1] for code in above[:1]), default=0.0) - min(room.y - edge.y, _clear(above[:1]))
    bottoms += max((code.clear[1] for code in below[-1:]), default=0.0) - min(
        edge.bottom - room.bottom, _clear(below[-1:])
    )
    lefts = [_left(code, room, edge) for code in codes]
    left = Rectangle(room.x, room.y + tops, room.width, room.height - tops - bottoms)
    lines = _fit(measure, address, codes, left, room)
    top = room.y + (room.height - tops - lines.height - bottoms) / 2 + tops
    drawn = []
    at = top
    for code, x in reversed(list(zip(above, lefts, strict=False))):
        at -= _taken(code)
        drawn.append((code, Rectangle(x, at, code.width, code.height)))
    at = top + lines.height
    for code, x in zip(below, lefts[len(above) :], strict=True):
        drawn.append((code, Rectangle(x, at + _taken(code) - code.height, code.width, code.height)))
        at += _taken(code)
    return Block(lines=lines, place=Rectangle(room.x, top, room.width, lines.height), codes=tuple(drawn))


def _clear(codes: Sequence[Code]) -> float:
    return codes[0].clear[1] if codes else 0.0


def _taken(code: Code) -> float:
    """The height that a code takes, with what stays free between it and the lines."""
    return code.height + code.clear[1] + _BELOW_LINES


def _left(code: Code, room: Rectangle, edge: Rectangle) -> float:
    """Where a code begins, so that it has its room at both sides.

    :raises Unfit: it has not.
    """
    beside = code.clear[0]
    x = max(room.x, edge.x + beside)
    if x + code.width > room.right + 0.005 or x + code.width + beside > edge.right + 0.005:
        have = min(room.right, edge.right - beside) - x
        message = f"the {code.alt} is {code.width:.1f} mm wide, and keeps {beside:g} mm free at its sides"
        params = (("width_mm", round(code.width, 1)), ("room_mm", round(have, 1)))
        message += f"; there is room for {have:.1f} mm"
        raise Unfit(message, _HINT, "code-crowded", code.alt, params=params, field=code.field)
    return x


def _fit(measure: Measure, address: Sequence[str], codes: Sequence[Code], left: Rectangle, room: Rectangle) -> Lines:
    """Find the type of an address in what its codes leave of its place.

    :raises Unfit: it goes into that at none.
    """
    try:
        return setting.fit(measure, address, left)
    except Unfit:
        if not codes:
            raise
        lines = setting.fit(measure, address, room)  # else it is not the codes that are too much
    have = max(0.0, left.height)
    named = " and the ".join(code.alt for code in codes)
    message = f"the address is {lines.height:.1f} mm high, and with the {named} there is room for {have:.1f} mm"
    params = (("height_mm", round(lines.height, 1)), ("room_mm", round(have, 1)))
    raise Unfit(message, _HINT, "code-crowded", codes[0].alt, params=params, field=codes[0].field)
