"""What `/v1/verify` and `/v1/preflight` answer of a PDF, as models. The JSON of the commands of the same name.

Not here: how a signature is judged (signing/report.py), and the rules of carriers (preflight/).
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from letterpress.serve.models import Told


class Reason(Told):
    """Why something is so. `code` stays as it is when the wording changes."""

    code: str
    text: str
    params: dict[str, Any]


class Signature(Told):
    """One signature, and what was found about it."""

    field: str
    signatory: str = Field(description="For whom its place is kept.")
    signer: str | None = Field(description="The name in the certificate; null if that cannot be read.")
    valid: bool = Field(description="It is mathematically right, and nothing but signing happened since.")
    trusted: bool = Field(description="Valid, and by a certificate that leads to one in the project's `trust/`.")
    level: str | None = Field(description="B-B, B-T, B-LT or B-LTA; null if it is no PAdES signature.")
    time: str | None
    time_proven: bool = Field(description="Whether a trusted timestamp server vouches for `time`.")
    covers: Literal["whole file", "revision", "part"]
    certifies: bool
    reason: str | None = Field(description="Why it was signed, as the signer wrote it.")
    place: str | None = Field(description="Where it was signed, as the signer wrote it.")
    revocation: Literal["good", "revoked", "unknown", "none"]
    chain: list[str]
    reasons: list[str] = Field(description="Why it is not valid or not trusted.")
    reasons_detail: list[Reason]
    changes: list[str] = Field(description="What was added since, all of it allowed if the signature is valid.")
    notes: list[str]
    notes_detail: list[Reason]


class Timestamp(Told):
    """A time stamp over the whole file."""

    field: str
    authority: str | None
    time: str | None
    valid: bool
    trusted: bool
    reasons: list[str]
    reasons_detail: list[Reason]
    notes: list[str]
    notes_detail: list[Reason]


class OpenPlace(Told):
    """A place that nobody has signed in yet."""

    field: str
    signatory: str
    title: str | None


class Verdict(Told):
    """Who signed a PDF, and whether it is still what they signed."""

    signatures: list[Signature]
    timestamps: list[Timestamp]
    open: list[OpenPlace]
    state: str = Field(description="What stands on the whole letter, in a sentence.")
    problems: list[str] = Field(description="What is wrong with the file as a whole.")
    problems_detail: list[Reason]
    notes: list[str]
    notes_detail: list[Reason]
    valid: bool = Field(description="There is a signature, and all are valid and trusted.")


class CarrierLine(Told):
    """A post, a letter service or a print shop."""

    name: str
    title: str
    country: str | None
    status: str = Field(
        description="confirmed: the carrier says so; second hand: somebody else does; unconfirmed: it only warns."
    )
    source: str = Field(description="Where its rules were read.")
    date: str = Field(description="When they were read.")
    unchecked: list[str] = Field(description="What it asks and nobody can see in a file.")


class Carriers(Told):
    """Who is known to print and carry letters."""

    carriers: list[CarrierLine]


class Finding(Told):
    """One thing that the carrier may refuse the file for, or print otherwise than it looks."""

    rule: str
    severity: Literal["error", "warning", "note"]
    page: int | None
    pages: list[int]
    box_mm: list[float] | None = Field(description="x, y, width and height from the page's top left corner.")
    name: str | None
    message: str
    hint: str | None
    source: str | None


class PagePicture(Told):
    """A page that shows what was found on it: what stays free in red, the address field in blue."""

    page: int
    png: str = Field(description="In base64.")


class Preflight(Told):
    """Whether a carrier takes a PDF."""

    carrier: str
    status: str
    pages: int | None
    address: list[str] = Field(description="Lines of the address as they stand in the carrier's field.")
    findings: list[Finding]
    unchecked: list[str]
    passed: bool = Field(description="No finding is an error.")
    pictures: list[PagePicture]


ANSWERED = (Verdict, Carriers, Preflight)
"""What an endpoint answers with; the others are parts of these."""
