"""Bodies of requests and answers about envelopes, labels and packages; see `messages`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from letterpress.interactive.fault_bodies import Fault
from letterpress.studio.messages import Chosen, ListOf, Message, Name

Moved = Annotated[float, Field(ge=-20, le=20)]


class EnvelopeSize(Message):
    """An envelope without a window."""

    name: str
    title: str
    width: float
    """In mm."""
    height: float


class LabelSheet(Message):
    """A sheet of labels."""

    name: str
    title: str
    paper: str
    count: int
    """Labels of a sheet."""
    width: float
    """Of a label, in mm."""
    height: float


class Media(Message):
    """What addresses can be printed on."""

    envelopes: list[EnvelopeSize]
    sheets: list[LabelSheet]


class OnEnvelopes(Message):
    """Envelopes that are to be printed."""

    size: Name
    return_address: bool = True
    rotate: bool = False


class OnLabels(Message):
    """Labels that are to be printed."""

    sheet: Name
    skip: Annotated[int, Field(ge=0, le=1000)] = 0
    """Labels of the first sheet that are used already."""
    offset: tuple[Moved, Moved] = (0.0, 0.0)
    """mm to the right, and down."""
    outline: bool = False
    return_address: bool = False


class Addressed(Message):
    """Addresses of a list's letters that are to be printed; the letter is saved."""

    letter: Name
    data: ListOf
    chosen: Chosen = Chosen()
    envelopes: OnEnvelopes | None = None
    labels: OnLabels | None = None
    """One of both."""
    sample: bool = False
    """Whether it is for the picture of the first page: only so many are printed."""


class AddressedMade(Message):
    """Addresses that were printed."""

    name: str
    """Of the PDF."""
    pdf: str
    """Its address."""
    sha256: str
    pages: int
    printed: int
    failed: int
    faults: list[Fault]
    """Why some were not printed."""
