"""What the file of a carrier may hold: a post, a letter service or a print shop, and what it asks of a letter.

Lengths are in mm from the sheet's top left corner; a box is [x, y, width, height]. An x or y below 0 is counted from
the right or lower edge, and a width or height of 0 or less reaches so far before that edge.

Not here: the carriers that ship (data/carriers.toml), and what follows from a row (carriers/).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from letterpress.errors import FieldError
from letterpress.schema.scalars import Checked, Line, Lines

_PAGES = Literal["first", "later", "every"]
_STATUS = Literal["confirmed", "second hand", "unconfirmed"]


def _numbers(count: int, what: str) -> BeforeValidator:
    """Check that a list has so many numbers."""

    def check(value: object) -> object:
        fits = isinstance(value, list) and len(value) == count
        if not fits or any(isinstance(one, bool) or not isinstance(one, int | float) for one in value):  # type: ignore[attr-defined]
            hint = f"write {count} numbers in mm: {what}"
            raise FieldError(f"'{value}' is not {what}", hint, code="numbers-expected", value=str(value))
        return value

    return BeforeValidator(check)


Box = Annotated[list[float], _numbers(4, "[x, y, width, height]")]
Size = Annotated[list[float], _numbers(2, "[width, height]")]
Edges = Annotated[list[float], _numbers(4, "[top, right, bottom, left]")]
Span = Annotated[list[float], _numbers(2, "[least, most]")]
Length = Annotated[float, Field(ge=0)]


class ClearFile(Checked):
    """A part of the sheet that the carrier keeps free of the letter's ink."""

    box: Box
    """Where it is."""
    why: Line
    """What keeps it free, as a finding says it: the barcode of the post."""
    pages: _PAGES = "first"
    """On which pages."""
    franking: bool = False
    """Whether the postage is printed there."""


class WordFile(Checked):
    """A word that a page may not have in a place, whether it is seen or not."""

    text: Line
    """The word."""
    box: Box
    """Where it may not stand."""
    pages: _PAGES = "every"
    """On which pages."""


class AddressFile(Checked):
    """What the carrier asks of the address, or where it prints the address itself."""

    box: Box | None = None
    """The field that the address stands in; none, if the carrier does not say where."""
    like: Line | None = None
    """A standard of letterpress whose field it is, such as din5008-b, instead of `box`."""
    printed: bool = False
    """Whether the carrier prints the address itself, so that the field stays empty."""
    margin: Length = 0
    """How much larger than the field the part is that the carrier reads, mm on each side."""
    return_line: Box | None = None
    """Where the sender's line may stand, if it may stand in or near the field at all."""
    lines: Span | None = None
    """Least and most lines."""
    size: Span | None = None
    """Least and most pt of its type."""
    last: Lines = Field(default=[])
    """What its last line may be: postcode, country, or a text that it begins with."""
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = None
    """ISO 3166-1 code of the country whose postcodes are meant."""
    not_begin: Line = ""
    """Characters that no line may begin with."""
    refused: Lines = Field(default=[])
    """Texts that no line may hold, in any case."""
    plain: bool = False
    """Whether it may be neither bold nor italic."""
    aligned: bool = False
    """Whether all lines begin at one left edge."""
    blank_lines: bool = True
    """Whether blank lines may stand between its lines."""


class CarrierFile(Checked):
    """carriers/<name>.toml: what a post, a letter service or a print shop asks of a PDF; what is not said is not."""

    extends: Line | None = None
    """The carrier that this one differs from."""
    title: Line = ""
    """What people call it."""
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = None
    """ISO 3166-1 code of its country."""
    source: Line
    """Where its rules were read."""
    date: Annotated[str, Field(pattern="^[0-9]{4}(-[0-9]{2}){0,2}$")]
    """When they were read: 2026, 2026-11 or 2026-11-25."""
    status: _STATUS
    """confirmed: the carrier's own words or code; second hand: somebody else's; unconfirmed: it only warns."""
    sheets: list[Size] = Field(default=[])
    """Sheets that it takes, upright: [[210, 297]]."""
    sheet_tolerance: Length = 1
    """How far a page may differ from its sheet, mm."""
    pages: int | None = Field(default=None, ge=1)
    """Most pages of a letter."""
    pages_by_country: dict[str, int] = Field(default={})
    """Most pages of a letter to a country, by its ISO 3166-1 code, where that differs."""
    leaves: int | None = Field(default=None, ge=1)
    """Most sheets of paper of a letter: two pages each, where both sides are printed."""
    leaves_abroad: int | None = Field(default=None, ge=1)
    """The same for a letter to another country."""
    file_size: int | None = Field(default=None, ge=1)
    """Most bytes of a file."""
    versions: Lines = Field(default=[])
    """Oldest and newest version of PDF: ["1.0", "1.7"]."""
    fonts: Literal["any", "standard", "embedded"] = "any"
    """Whether fonts are embedded; standard: all but the 14 that every reader has."""
    colors: Literal["any", "converted", "cmyk"] = "any"
    """cmyk: nothing else; converted: it converts what is not, which changes colours."""
    transparency: bool = True
    """Whether it takes transparency."""
    gradients: bool = True
    """Whether it takes gradients that are drawn (shadings)."""
    annotations: bool = True
    """Whether it takes links, comments and form fields."""
    encrypted: bool = False
    """Whether it takes a file that is encrypted and opens without a password."""
    resolution: int | None = Field(default=None, ge=1)
    """Least pixels to the inch of pictures."""
    line_resolution: int | None = Field(default=None, ge=1)
    """The same of pictures with one bit a pixel."""
    bleed: Length | None = None
    """mm beyond the trimmed page, where ink reaches its edge; none: the page is not trimmed, and has no bleed."""
    profile: Literal["press", "press-x1a"] | None = None
    """The profile of letters that are made for it; without one, `press` where it takes CMYK only, else `archive`."""
    edges: Edges | None = None
    """Strips along the edges of every page that stay free of ink."""
    text_edges: Edges | None = None
    """Strips along the edges of every page that stay free of text."""
    tolerance: Length = 0
    """How far ink may reach into what stays free, mm."""
    print_first: list[Box] = Field(default=[])
    """The only places of page 1 that may have ink, besides the address."""
    print_later: list[Box] = Field(default=[])
    """The only places of later pages that may have ink."""
    clear: list[ClearFile] = Field(default=[])
    """Places that stay free of ink."""
    clear_like: Line | None = None
    """A standard of letterpress whose clear places are the carrier's, besides `clear`."""
    words: list[WordFile] = Field(default=[])
    """Words that may not stand in a place."""
    address: AddressFile | None = None
    """What it asks of the address."""
    marks: bool | None = None
    """Whether it takes fold and punch marks; nothing said: where no place stays free of ink, they may stand."""
    duplex: bool | None = None
    """Whether it prints both sides: true always, false never."""
    unchecked: Lines = Field(default=[])
    """What it asks besides and preflight cannot see."""


PARTS = (AddressFile, ClearFile, WordFile)
"""Models that stand inside `CarrierFile`."""
