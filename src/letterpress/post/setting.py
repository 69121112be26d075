"""Sets addresses on envelopes and labels: the type that they fit in, and the HTML of their pages.

An address is set as in a window: as large as its place takes, by half points, down to 8 pt. The labels of a sheet have
one size, down to 9 pt; one that needs a smaller size has that alone. One that does not fit is a fault of its record.

Not here: sizes and places (`formats`), where codes stand (`coding`), and how pages become a PDF (`printing`).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from markupsafe import escape

from letterpress.code import Code
from letterpress.errors import Problem
from letterpress.fonts.metrics import PT
from letterpress.letterhead.measure import Measure
from letterpress.page import Rectangle
from letterpress.post.formats import Envelope, LabelSheet
from letterpress.text import characters, language

LARGEST, SMALLEST = 11.0, 8.0
"""pt of an address; the smallest is that of all letters (USPS Publication 28)."""
_EVEN = 9.0
"""pt down to which the labels of a sheet are set as the one that needs the smallest type: below it, one long address
would make all hard to read."""
_SENDER_SIZES = (8.5, 8.0, 7.5, 7.0)
"""pt of the sender's address."""
_SENDER_LINES = 2
"""Of the sender's address above another."""
LEADING = 1.18
"""Of an address, as a multiple of its size: that of letters."""
_SENDER_GAP = 1.0
"""mm below the sender's line on a label."""
_TURNED = 0.01
"""mm that a page is shorter than its sheet, so that no rounding begins another one."""


class Unfit(Exception):
    """A text does not go into its place."""

    def __init__(self, *about: Any, field: str = "to", **more: Any) -> None:
        """:param about: of the `Problem`; `more` likewise.

        :param field: of the letter, that it is of.
        """
        super().__init__(*about)
        self.problem = Problem(*about, **more)
        self.field = field


class Lines(NamedTuple):
    """Lines in the type that they fit in."""

    rows: tuple[str, ...]
    size: float
    """pt"""

    @property
    def height(self) -> float:
        """In mm."""
        return len(self.rows) * self.size * LEADING * PT


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Lines in their place on a page."""

    kind: str
    """`to`, or `from` for the sender's address."""
    place: Rectangle
    lines: Lines
    lang: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """An envelope or a label that is to be printed."""

    record: str | None
    blocks: tuple[Block, ...]
    codes: tuple[tuple[Code, Rectangle], ...] = ()
    """Each in its place."""


def fit(measure: Measure, lines: Sequence[str], room: Rectangle) -> Lines:
    """Find the largest type in which an address goes into its place.

    :raises Unfit: it goes into it at none.
    """
    rows = measure.address(lines, room.width, LARGEST, SMALLEST)
    size = measure.largest(rows, room.width, room.height, LARGEST, SMALLEST)
    if size is not None:
        return Lines(tuple(rows), size)
    widest = max(rows, key=lambda row: measure.width(row, SMALLEST))
    width = measure.width(widest, SMALLEST)
    if width > room.width:
        message = f"'{widest}' in the address is {width:.1f} mm wide at {SMALLEST:g} pt, its smallest"
        params = (("zone", "address"), ("width_mm", round(width, 1)), ("room_mm", round(room.width, 1)))
        hint = "shorten the line, or break it into two; or take a larger label or envelope"
        raise Unfit(f"{message}; there is room for {room.width:.1f} mm", hint, "zone-too-narrow", widest, params=params)
    height = Lines(tuple(rows), SMALLEST).height
    message = (
        f"the address is {height:.1f} mm high at {SMALLEST:g} pt, its smallest; there is room for {room.height:.1f} mm"
    )
    params = (("zone", "address"), ("height_mm", round(height, 1)), ("room_mm", round(room.height, 1)))
    raise Unfit(message, "write fewer lines, or take a larger label or envelope", "zone-too-low", params=params)


def fit_sender(measure: Measure, lines: Sequence[str], room: Rectangle) -> Lines:
    """Find the type of the sender's address in its place.

    :raises Unfit: it does not go into it.
    """
    for size in _SENDER_SIZES:
        found = Lines(tuple(lines), size)
        if found.height <= room.height and measure.widest(lines, size, "labels") <= room.width:
            return found
    raise _sender_unfit(lines[0], room)


def fit_sender_line(measure: Measure, lines: Sequence[str], room: Rectangle) -> Lines:
    """Set the sender's address on one line above another address, or on two.

    :raises Unfit: it does not go into it.
    """
    for size in _SENDER_SIZES[1:]:
        found = Lines(measure.run_in(lines, room.width, size), size)
        if len(found.rows) <= _SENDER_LINES and measure.widest(found.rows, size, "labels") <= room.width:
            return found
    raise _sender_unfit(lines[0], room)


def _sender_unfit(line: str, room: Rectangle) -> Unfit:
    message = f"the sender's address ('{line} ...') does not fit its place of {room.width:.1f} x {room.height:.1f} mm"
    hint = "shorten it, or leave it out with --no-return-address"
    return Unfit(message, hint, "sender-too-large", line, field="from")


def on_envelope(envelope: Envelope, place: Rectangle, to: Lines, sender: Lines | None, lang: str) -> tuple[Block, ...]:
    """Place an address, and the sender's at the upper left."""
    block = Block(kind="to", place=place, lines=to, lang=lang)
    if sender is None:
        return (block,)
    return (Block(kind="from", place=envelope.sender, lines=sender, lang=lang), block)


def label_rooms(sheet: LabelSheet, number: int, sender: Lines | None) -> tuple[Rectangle, Rectangle | None]:
    """Give the places of the address and of the sender's line on a label.

    :param number: of the label on its sheet, from 0.
    """
    room = sheet.room(number)
    if sender is None:
        return room, None
    taken = sender.height + _SENDER_GAP
    below = Rectangle(room.x, room.y + taken, room.width, room.height - taken)
    return below, Rectangle(room.x, room.y, room.width, sender.height)


def on_label(
    place: Rectangle, to: Lines, line: tuple[Rectangle, Lines] | None, lang: str, moved: tuple[float, float]
) -> tuple[Block, ...]:
    """Place an address on a label.

    :param line: the sender's line, with its place.
    :param moved: by how much all is moved to the right, and down.
    """
    block = Block(kind="to", place=shifted(place, moved), lines=to, lang=lang)
    if line is None:
        return (block,)
    return (Block(kind="from", place=shifted(line[0], moved), lines=line[1], lang=lang), block)


def evened(faces: Sequence[Face]) -> list[Face]:
    """Give the labels of a sheet with their addresses in one size, but for those that need a smaller one alone."""
    sizes = [block.lines.size for face in faces for block in face.blocks if block.kind == "to"]
    common = min((size for size in sizes if size >= _EVEN), default=LARGEST)
    return [
        replace(face, blocks=tuple(_no_larger(block, common) if block.kind == "to" else block for block in face.blocks))
        for face in faces
    ]


def _no_larger(block: Block, size: float) -> Block:
    return replace(block, lines=block.lines._replace(size=min(block.lines.size, size)))


def shifted(place: Rectangle, moved: tuple[float, float]) -> Rectangle:
    """Move a place to the right, and down."""
    return place._replace(x=place.x + moved[0], y=place.y + moved[1])


# --- pages ------------------------------------------------------------------------------------------------------------


def css(width: float, height: float, family: str, *, turned: bool = False) -> str:
    """Write the style sheet of pages of this size.

    :param turned: whether the short edge is above: all stands turned to the right.
    """
    across, down = (height, width) if turned else (width, height)
    # What checks that all is on the sheet does not know of turning: `zone` is the class of what keeps to a place.
    turn = f".face {{ transform: rotate(90deg); transform-origin: 0 0; left: {across}mm }}" if turned else ""
    return f"""
@page {{ size: {across}mm {down}mm; margin: 0 }}
html {{ font-family: "{family}"; color: #000 }}
body, p {{ margin: 0 }}
.sheet {{ position: relative; width: {across}mm; height: {down - _TURNED}mm; overflow: hidden }}
.sheet + .sheet {{ break-before: page }}
.face {{ position: absolute; left: 0; top: 0; width: {width}mm; height: {height - _TURNED}mm }}
{turn}
.block {{ position: absolute; white-space: nowrap; line-height: {LEADING}; hyphens: manual }}
.from {{ font-family: "Source Sans Pro"; color: #111 }}
.code {{ position: absolute; display: block }}
.outline {{ position: absolute; box-sizing: border-box; border: 0.1mm solid #000 }}
"""


def html(title: str, lang: str, sheets: Sequence[str], created: str = "") -> str:
    """Write the document of pages.

    :param created: its day, as ISO 8601 has it; empty: it says none.
    """
    made = f'<meta name="dcterms.created" content="{created}">\n<meta name="dcterms.modified" content="{created}">\n'
    return (
        f'<!doctype html>\n<html lang="{escape(lang)}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n"
        f'<meta name="generator" content="letterpress">\n{made if created else ""}</head>\n<body>\n'
        + "\n".join(sheets)
        + "\n</body>\n</html>\n"
    )


def sheet(faces: Sequence[Face], outlines: Sequence[Rectangle] = (), *, turned: bool = False, first: int = 1) -> str:
    """Write a page of one envelope, or of labels.

    :param first: number of its first code among all of the document.
    :param outlines: of labels, for a test print.
    :param turned: see `css`.
    """
    drawn = "".join(
        f'<div class="outline" style="{_style(box)}; height: {box.height:.3f}mm"></div>' for box in outlines
    )
    numbers = itertools.count(first)
    blocks = "".join(
        "".join((*map(_block, face.blocks), *(_code(*one, next(numbers), turned) for one in face.codes)))
        for face in faces
    )
    return f'<div class="sheet"><div class="face{" zone" if turned else ""}">{drawn}{blocks}</div></div>'


def _block(block: Block) -> str:
    direction = language.direction(block.lang)
    rows = "<br>".join(_row(row, direction) for row in block.lines.rows)
    style = f"{_style(block.place)}; font-size: {block.lines.size:g}pt"
    told = f'lang="{escape(block.lang)}" dir="{direction}"'
    return f'<p class="block {block.kind}" {told} style="{style}">{rows}</p>'


def _row(row: str, direction: str) -> str:
    """A row as it reads by itself, whatever the direction of the others."""
    apart = direction == "rtl" and characters.runs_left_to_right(row)
    return f'<span dir="ltr">{escape(row)}</span>' if apart else str(escape(row))


def _code(code: Code, place: Rectangle, number: int, turned: bool) -> str:
    """A code in its place. What looks at the room around it does not know of turning: that was measured before."""
    room = "" if turned else f' data-clear="{code.clear[0]} {code.clear[1]}"'
    size = f"{_style(place)}; height: {place.height:.3f}mm"
    about = f'data-code="{escape(code.symbol)}" data-field="{escape(code.field)}"{room}'
    return f'<div><img class="code" src="code:{number}" alt="{escape(code.alt)}" style="{size}" {about}></div>'


def _style(box: Rectangle) -> str:
    return f"left: {box.x:.3f}mm; top: {box.y:.3f}mm; width: {box.width:.3f}mm"
