"""What goes with a letter in its file: enclosures, whose pages follow its own, and attachments, which stay files.

Values that are picklable, without I/O. Not here: how they are found and read (`filling`), and put in (`pdf`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal, NamedTuple

Relationship = Literal["data", "source", "alternative", "supplement", "unspecified"]
"""What an attached file is to the letter (ISO 32000-2, 7.11.3: AFRelationship)."""

INVOICE_COLUMNS = ("name", "description", "quantity", "unit", "price", "rate", "category", "amount")
"""What a line of an invoice has."""
InvoiceProfile = Literal["minimum", "basicwl", "basic", "en16931", "extended", "xrechnung"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """An enclosure whose pages go into the letter's file."""

    file: str
    """A PDF, as written, relative to the letter's file."""
    title: str | None = None
    """What it is called in the list; None: as the PDF says."""
    pages: str | None = None  # which of its pages, as `1-3, 5`; None: all
    given: bool = False
    """Whether it was handed over, and the letter does not name it: its file is absolute, and may lie anywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annex:
    """An enclosure that was found and read: what `pdf.append` appends."""

    path: str  # absolute
    title: str
    pages: tuple[int, ...]
    """Its pages in the order in which they are appended, counted from 0."""
    tagged: bool
    claims: tuple[int | None, str, bool]
    """The most that a file with these pages can claim: part of PDF/A (None: none), its level (A, U, B), PDF/UA-1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that is to be in the letter's PDF as a file. Texts may hold `{{ }}`."""

    file: str
    """As written, relative to the letter's file."""
    title: str | None = None
    """What it is, for whoever opens it."""
    relationship: Relationship = "unspecified"


class Attached(NamedTuple):
    """What a result says of an attachment that is in the PDF."""

    file: str
    relationship: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedFile:
    """An attachment that was found and read: what `pdf.attach` puts in."""

    name: str
    title: str
    """Empty: none."""
    relationship: Relationship
    media_type: str
    data: bytes
    invoice: tuple[str, str] | None = None
    """Of an e-invoice: its profile and the version of that, as the PDF's metadata have them."""

    def told(self) -> Attached:
        """Say what it is, without what it holds."""
        return Attached(self.name, self.relationship, hashlib.sha256(self.data).hexdigest())


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """The e-invoice that a letter shows to people. Texts may hold `{{ }}`."""

    profile: InvoiceProfile
    number: str
    total: str
    currency: str | None = None
    date: str | None = None
    """As the letter says these; None: the total's currency, the letter's date."""
    net: str | None = None
    tax: str | None = None
    """The amounts without taxes and of taxes, where the letter says them."""
    xml: str | None = None
    """Its file, relative to the letter's; None: it is built of `parts`."""
    parts: tuple[tuple[str, str], ...] = ()
    """What it is built of besides: key (`lines`, `due`, `seller.vat_id` ...) -> text."""
    columns: tuple[tuple[str, str], ...] = ()
    """Of its lines: column -> what it holds (`name`, `price` ...), where that is not what it is called."""

    def texts(self) -> tuple[tuple[str, str | None], ...]:
        """List what may hold `{{ }}`: key, text."""
        names = ("xml", "number", "total", "net", "tax", "currency", "date")
        return (*((name, getattr(self, name)) for name in names), *self.parts)
