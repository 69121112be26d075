"""What a carrier asks of a PDF, as frozen values. All lengths are in mm from the sheet's top left corner.

Not here: where the rows come from (`catalogue`), and whether a file keeps to them (preflight/).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from letterpress.page import Rectangle

_ROUNDED = 0.05
"""mm by which programs round the sides of a page."""
Pages = Literal["first", "later", "every"]
Status = Literal["confirmed", "second hand", "unconfirmed"]


class Area(NamedTuple):
    """A part of a sheet of any size.

    An x or y below 0 is counted from the right or lower edge; a width or height of 0 or less reaches so far before it.
    """

    x: float
    y: float
    width: float
    height: float

    def on(self, width: float, height: float) -> Rectangle:
        """Give its place on a sheet of this size."""
        x, right = _ends(self.x, self.width, width)
        y, bottom = _ends(self.y, self.height, height)
        return Rectangle(x, y, max(0.0, right - x), max(0.0, bottom - y))


def _ends(start: float, length: float, whole: float) -> tuple[float, float]:
    begin = start if start >= 0 else whole + start
    return begin, begin + length if length > 0 else whole + length


@dataclass(frozen=True, slots=True, kw_only=True)
class Clear:
    """A place that stays free of the letter's ink."""

    area: Area
    why: str
    pages: Pages = "first"
    franking: bool = False

    def is_on(self, page: int) -> bool:
        """Whether it holds on a page, counted from 1."""
        return is_on(self.pages, page)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word that may not stand in a place."""

    text: str
    area: Area
    pages: Pages = "every"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """What is asked of the address; see `schema.carriers.AddressFile`."""

    area: Area | None = None
    printed: bool = False
    margin: float = 0.0
    return_line: Area | None = None
    lines: tuple[int, int] | None = None
    size: tuple[float, float] | None = None
    """pt"""
    last: tuple[str, ...] = ()
    country: str | None = None
    not_begin: str = ""
    refused: tuple[str, ...] = ()
    plain: bool = False
    aligned: bool = False
    blank_lines: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """A post, a letter service or a print shop; see `schema.carriers.CarrierFile` for what each value means."""

    name: str
    title: str
    source: str
    date: str
    status: Status
    file: str | None = None
    """The project's file that it is of; None: it ships."""
    country: str | None = None
    sheets: tuple[tuple[float, float], ...] = ()
    sheet_tolerance: float = 1.0
    pages: int | None = None
    pages_by_country: tuple[tuple[str, int], ...] = ()
    leaves: int | None = None
    leaves_abroad: int | None = None
    file_size: int | None = None
    versions: tuple[str, ...] = ()
    fonts: Literal["any", "standard", "embedded"] = "any"
    colors: Literal["any", "converted", "cmyk"] = "any"
    transparency: bool = True
    gradients: bool = True
    annotations: bool = True
    encrypted: bool = False
    resolution: int | None = None
    line_resolution: int | None = None
    bleed: float | None = None
    profile: Literal["press", "press-x1a"] | None = None
    edges: tuple[float, float, float, float] | None = None
    """Top, right, bottom, left."""
    text_edges: tuple[float, float, float, float] | None = None
    tolerance: float = 0.0
    print_first: tuple[Area, ...] = ()
    print_later: tuple[Area, ...] = ()
    clear: tuple[Clear, ...] = ()
    words: tuple[Word, ...] = ()
    address: Address | None = None
    marks: bool | None = None
    duplex: bool | None = None
    unchecked: tuple[str, ...] = ()

    @property
    def cited(self) -> str:
        """Its source with the date, as findings show it."""
        sure = "" if self.status == "confirmed" else f", {self.status}"
        return f"{self.source} ({self.date}{sure})"

    def takes_sheet(self, width: float, height: float) -> bool:
        """Whether it takes a sheet of this size, upright."""
        near = self.sheet_tolerance + _ROUNDED
        return not self.sheets or any(abs(width - w) <= near and abs(height - h) <= near for w, h in self.sheets)

    def may_print(self, page: int) -> tuple[Area, ...]:
        """The only places of a page, counted from 1, that may have ink; none: all may."""
        return self.print_first if page == 1 else self.print_later


def is_on(pages: Pages, page: int) -> bool:
    """Whether what holds on these pages does so on a page, counted from 1."""
    return pages == "every" or (page == 1) == (pages == "first")


def as_json(carrier: Carrier) -> dict[str, Any]:
    """Give a carrier as the JSON object of `letterpress carriers`: what is not asked is null, or an empty list."""
    return {name: _plain(getattr(carrier, name)) for name in carrier.__slots__}


def _plain(value: Any) -> Any:
    if hasattr(value, "__slots__") and not isinstance(value, tuple):
        return {name: _plain(getattr(value, name)) for name in value.__slots__}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value
