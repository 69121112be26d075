"""Bodies of requests and answers about carriers, and what they may refuse a PDF for; see `messages`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from letterpress.interactive.fault_bodies import Fault
from letterpress.studio.messages import Message, Name

Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Tab = Annotated[str, Field(pattern=r"^[\w-]{1,64}$")]


class CarrierSeen(Message):
    """A post, letter service or print shop to choose."""

    name: str
    title: str
    """As its row has it, in English; a project's own, as the project calls it."""
    own: bool
    """Whether it is the project's."""
    country: str | None
    papers: list[str]
    """Sizes of paper that it takes."""
    status: Literal["confirmed", "second hand", "unconfirmed"]
    """How sure its rules are; unconfirmed ones only warn."""
    source: str
    """Where its rules were read, and when."""
    inks: bool
    """Whether it takes print files alone: colours in CMYK."""
    duplex: bool | None
    """Whether it prints both sides of a sheet; null: it does not say."""
    unchecked: list[str]
    """What it asks besides, which nobody can see in a file."""


class Carriers(Message):
    """Who takes letters."""

    carriers: list[CarrierSeen]
    faults: list[Fault]
    """Why files of the project's `carriers/` cannot be used."""


class Examine(Message):
    """A PDF that was shown, to be held against a carrier's rules."""

    sha256: Sha256
    carrier: Name
    tab: Tab
    """Of the page: a newer request of the same one takes the place of an older."""
    duplex: bool = False
    """Whether both sides of a sheet are printed, where the carrier does not say it."""


class Found(Message):
    """One thing that the carrier may refuse the PDF for."""

    number: int
    """As the picture has it, counted from 1."""
    page: int | None
    """Null: it is about the file."""
    placed: bool
    """Whether the picture of the page has a box for it."""
    fault: Fault


class Examined(Message):
    """What a carrier may refuse a PDF for."""

    carrier: str
    passed: bool
    """Whether nothing of it is an error."""
    pages: int | None
    """Of the file; null: it cannot be read."""
    address: list[str]
    """The lines that stand in the carrier's address field."""
    field: Literal["read", "printed"] | None
    """Whether the carrier reads its address field, or prints the address there itself; null: it has no such field."""
    found: list[Found]


class ExaminedPage(Message):
    """A page of a PDF that was examined."""

    sha256: Sha256
    carrier: Name
    page: Annotated[int, Field(ge=1, le=10_000)]


class PagePicture(Message):
    """The picture of a page with what was found on it."""

    page: int
    address: str
