"""Standards of letters and their envelopes: where the parts of a letter stand, and what a window shows of them.

The rows of `data/standards.toml`, and what follows from them: where an envelope's window can come to lie on the sheet,
and the part of it that shows at every shift. All lengths are in mm.

Not here: what templates and checks are told of a standard (`zones`). Source: each row and envelope names its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import pairwise
from typing import Any

from letterpress import data
from letterpress.letterhead.papers import PAPERS
from letterpress.page import Rectangle

MIN_TYPE = 8.0
"""pt: no address is set smaller (USPS Publication 28; the other posts ask for as much or more)."""


@dataclass(frozen=True, slots=True)
class Window:
    """A window of an envelope, as it lies on the folded sheet."""

    envelope: str
    first: Rectangle
    """With the sheet pushed to the envelope's left and bottom edge."""
    last: Rectangle
    """With the sheet pushed to its right and top edge: the window is then further left, and lower, on the sheet."""
    source: str
    shows: str = "address"
    """`address`, or `sender` for the upper one of two windows."""

    @property
    def always(self) -> Rectangle:
        """The part of the sheet that shows at every shift."""
        return self.first.intersection(self.last)

    @property
    def ever(self) -> Rectangle:
        """All of the sheet that shows at some shift."""
        return self.first.hull(self.last)


@dataclass(frozen=True, slots=True)
class Clear:
    """A part of the sheet that a post or a print house keeps for itself."""

    box: Rectangle
    why: str
    every: bool = False
    """Whether it is so on all pages, and not on page 1 alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """Where the parts of a letter stand. None or empty: the standard says nothing of it."""

    name: str
    title: str
    paper: str
    source: str
    margins: tuple[float, float, float, float]
    """Top, right, bottom, left of the text on later pages, mm."""
    axis: float
    """x at which what stands at the right begins, mm."""
    head: Rectangle
    text: float
    """y at which the text begins on page 1."""
    wide_name: Rectangle | None = None
    """Where the sender's name may stand, if it may be wider than the rest of the head: above a window."""
    field: Rectangle | None = None
    address: Rectangle | None = None
    """Where the recipient's lines are set: in the field, and in every window at every shift."""
    notes: Rectangle | None = None
    info: Rectangle | None = None
    reference: float | None = None
    folds: tuple[float, ...] = ()
    punch: float | None = None
    continuation: float = 15.0
    foot: float = 0.0
    """y below which only the foot stands."""
    min_type: float = MIN_TYPE
    """pt"""
    lines: int | None = None
    clear: tuple[Clear, ...] = ()
    windows: tuple[Window, ...] = ()
    bottom: float = 10.0
    """mm of the sheet's lower edge that a foot keeps."""
    carrier: str | None = None
    """Whom it was made to fit; see `carrier_fit`."""


def names() -> tuple[str, ...]:
    """List the standards there are."""
    return tuple(name for name in data.table("standards") if name != "envelopes")


@lru_cache(maxsize=32)
def standard(name: str) -> Standard:
    """Read the standard called `name`.

    :raises KeyError: there is none.
    """
    row = data.table("standards")[name]
    windows = tuple(window for entry in row.get("envelopes", ()) for window in _windows(entry, row))
    shown = [window.always for window in windows if window.shows == "address"]
    address = _rectangle(row.get("address"))
    return Standard(
        name=name,
        title=row["title"],
        paper=row["paper"],
        source=row["source"],
        margins=tuple(row["margins"]),
        axis=row["axis"],
        head=Rectangle(*row["head"]),
        text=row["text"],
        wide_name=_rectangle(row.get("wide_name")),
        field=_rectangle(row.get("field")),
        address=reduce(Rectangle.intersection, shown, address) if address else None,
        notes=_rectangle(row.get("notes")),
        info=_rectangle(row.get("info")),
        reference=row.get("reference"),
        folds=tuple(row.get("folds", ())),
        punch=row.get("punch"),
        continuation=row["continuation"],
        foot=row["foot"],
        min_type=max(MIN_TYPE, row.get("min_type", MIN_TYPE)),
        lines=row.get("lines"),
        clear=tuple(Clear(Rectangle(*item["box"]), item["why"]) for item in row.get("clear", ())),
        windows=windows,
    )


def _rectangle(row: list[float] | None) -> Rectangle | None:
    return Rectangle(*row) if row else None


def _windows(entry: Mapping[str, Any], row: Mapping[str, Any]) -> list[Window]:
    """The windows of one of a standard's envelopes, on its sheet. A row gives the window as measured on the sheet, with
    the sheet's play in the envelope, or as it is cut into the envelope."""
    envelope = data.table("standards")["envelopes"][entry["name"]]
    if "on_sheet" in envelope:
        box, (across, up) = Rectangle(*envelope["on_sheet"]), envelope["play"]
        moved = Rectangle(box.x - across, box.y + up, box.width, box.height)
        return [Window(entry["name"], box, moved, envelope["source"])]
    found = [_window(entry, row, envelope, "address", envelope["window"], envelope["left"], envelope["up"])]
    if "sender" in envelope:
        place = (envelope["sender"], envelope["sender_left"], envelope["sender_up"])
        found.append(_window(entry, row, envelope, "sender", *place))
    return found


def _window(
    entry: Mapping[str, Any],
    row: Mapping[str, Any],
    envelope: Mapping[str, Any],
    shows: str,
    size: tuple[float, float],
    left: float,
    up: float,
) -> Window:
    """A window cut into the envelope, as it lies on the sheet at both ends of the sheet's play.

    The address is on the panel above the first fold, and that fold is the folded sheet's lower edge.

    :param size: of the window, width and height.
    :param left: from the envelope's left edge to the window; `up` from its lower edge.
    """
    paper = PAPERS[row["paper"]]
    folds = entry.get("folds", row["folds"])
    packet = max(below - above for above, below in pairwise((0.0, *folds, paper.height)))
    across, upward = envelope["size"][0] - paper.width, envelope["size"][1] - packet
    if across < 0 or upward < 0:
        raise ValueError(f"{row['title']}: the folded sheet does not go into {envelope['title']}")
    width, height = size
    first = Rectangle(left, folds[0] - up - height, width, height)
    return Window(
        entry["name"], first, Rectangle(left - across, first.y + upward, width, height), envelope["source"], shows
    )
