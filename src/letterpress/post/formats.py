"""Envelopes and sheets of labels: their sizes, and where on them an address stands. Lengths in mm.

Not here: how an address is set (`setting`). Source: each table of `data/` names its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from letterpress import data
from letterpress.errors import UsageError, did_you_mean, fixes, nearest
from letterpress.page import Rectangle

_PAPERS = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
_EDGE = 5.0
"""mm of the sheet's edges that many printers leave white."""
_GAP = 5.0
"""mm between the sender's address and the franking zone."""
_AT_SIDES, _ABOVE = 3.0, 2.5
"""mm of a label that stay free, or less on a small one."""
_PART_AT_SIDES, _PART_ABOVE = 0.07, 0.08


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """An envelope without a window."""

    name: str
    title: str
    width: float
    height: float
    address: Rectangle
    """Where the address stands."""
    sender: Rectangle
    """Where the sender's address stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelSheet:
    """A sheet of labels."""

    name: str
    title: str
    paper: str
    columns: int
    rows: int
    label: tuple[float, float]
    first: tuple[float, float]
    pitch: tuple[float, float]

    @property
    def count(self) -> int:
        """Labels of a sheet."""
        return self.columns * self.rows

    @property
    def size(self) -> tuple[float, float]:
        """Of the paper."""
        return _PAPERS[self.paper]

    @property
    def margins(self) -> tuple[float, float, float, float]:
        """Top, right, bottom, left of the sheet that have no label."""
        right = self.first[0] + (self.columns - 1) * self.pitch[0] + self.label[0]
        bottom = self.first[1] + (self.rows - 1) * self.pitch[1] + self.label[1]
        return self.first[1], self.size[0] - right, self.size[1] - bottom, self.first[0]

    def place(self, number: int) -> Rectangle:
        """Give the place of a label of the sheet, counted from 0, row by row."""
        row, column = divmod(number, self.columns)
        x, y = self.first[0] + column * self.pitch[0], self.first[1] + row * self.pitch[1]
        return Rectangle(x, y, *self.label)

    def room(self, number: int) -> Rectangle:
        """Give the part of a label that is printed: inside of its edges and of what a printer reaches."""
        box, (width, height) = self.place(number), self.size
        across, down = min(_AT_SIDES, box.width * _PART_AT_SIDES), min(_ABOVE, box.height * _PART_ABOVE)
        left, top = max(box.x + across, _EDGE), max(box.y + down, _EDGE)
        right, bottom = min(box.right - across, width - _EDGE), min(box.bottom - down, height - _EDGE)
        return Rectangle(left, top, right - left, bottom - top)


def envelopes() -> tuple[Envelope, ...]:
    """List the envelopes that are known."""
    return tuple(map(_envelope, data.table("envelopes")["sizes"]))


def label_sheets() -> tuple[LabelSheet, ...]:
    """List the sheets of labels that are known."""
    return tuple(map(_label_sheet, data.table("label_sheets")))


def envelope(name: str) -> Envelope:
    """Find an envelope by any of its names.

    :raises UsageError: there is none.
    """
    return _envelope(_named(name, data.table("envelopes")["sizes"], "--size", "an envelope"))


def label_sheet(name: str) -> LabelSheet:
    """Find a sheet of labels by any of its names.

    :raises UsageError: there is none.
    """
    return _label_sheet(_named(name, data.table("label_sheets"), "--sheet", "a sheet of labels"))


def _named(name: str, table: dict[str, Any], option: str, what: str) -> str:
    asked = name.strip().casefold().replace(" ", "-")
    for known, row in table.items():
        if asked in (known, row["title"].casefold().replace(" ", "-"), *row.get("also", ())):
            return known
    message = f"'{name}' is not {what} that is known"
    hint = did_you_mean(asked, table) or f"known: {', '.join(table)}"
    mended = fixes(name, nearest(asked, table))
    raise UsageError(message, field=option, hint=hint, code="medium-unknown", value=name, fixes=mended)


@cache
def _envelope(name: str) -> Envelope:
    row = data.table("envelopes")["sizes"][name]
    zone = data.table("envelopes")["zones"][row["zone"]]
    width, height = row["size"]
    left, top = zone["left"] * width, max(zone["above"], height - zone["highest"])
    address = Rectangle(left, top, width - zone["right"] - left, height - zone["below"] - top)
    x, y = zone["sender"]
    across, down = zone["franking"]
    sender = Rectangle(x, y, width - across - _GAP - x, min(down, top) - y)
    return Envelope(name=name, title=row["title"], width=width, height=height, address=address, sender=sender)


@cache
def _label_sheet(name: str) -> LabelSheet:
    row = data.table("label_sheets")[name]
    columns, rows = row["grid"]
    return LabelSheet(
        name=name,
        title=row["title"],
        paper=row["paper"],
        columns=columns,
        rows=rows,
        label=tuple(map(float, row["label"])),  # type: ignore[arg-type]
        first=tuple(map(float, row["first"])),  # type: ignore[arg-type]
        pitch=tuple(map(float, row["pitch"])),  # type: ignore[arg-type]
    )
