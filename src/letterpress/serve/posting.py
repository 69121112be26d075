"""What goes in and comes out of the service for envelopes, labels, spools and packages, as models.

Not here: letters and jobs (models.py), which endpoint takes and gives which (routes/post.py, routes/jobs.py).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from letterpress.interactive.fault_bodies import Fault
from letterpress.post.envelopes import MOST_MOVED
from letterpress.serve.models import Choices, Given, Letter, Listed, Name, Told

_CODES = "Whether the letter's codes of posts stand below the address, and its Data Matrix above."
Moved = Annotated[float, Field(ge=-MOST_MOVED, le=MOST_MOVED)]


class AddressedRequest(Choices, Listed):
    """Addresses of a list's letters that are to be printed: of records in JSON, or of a file in a multipart body."""


class EnvelopesRequest(AddressedRequest):
    """Envelopes that are to be printed. The options of `letterpress envelopes`."""

    size: Name = Field(description="Of the envelope, such as `c6-5` or `us-10`: a name of `GET /v1/envelopes`.")
    return_address: bool = Field(True, description="Whether the sender's address stands at the upper left.")
    rotate: bool = Field(False, description="Whether pages have the short edge above, as many printers take envelopes.")
    codes: bool = Field(False, description=_CODES)


class LabelsRequest(AddressedRequest):
    """Labels that are to be printed. The options of `letterpress labels`."""

    label_sheet: Name = Field(description="Such as `avery-l7160` or `avery-5160`: a name of `GET /v1/labels`.")
    skip: int = Field(0, ge=0, le=1000, description="Labels of the first sheet that are used already.")
    offset: Annotated[list[Moved], Field(min_length=2, max_length=2)] = Field(
        default=[0.0, 0.0], description="mm by which all is moved to the right, and down, where a printer is off."
    )
    outline: bool = Field(False, description="Whether the labels' edges are drawn, for a test print on plain paper.")
    return_address: bool = Field(False, description="Whether the sender's address stands in a line above.")
    codes: bool = Field(False, description=_CODES)


class PackageRequest(Given):
    """How the letters of a job are to be packed. The options of `letterpress package`."""

    group: list[Name] = Field(
        default_factory=list,
        max_length=20,
        description="Group letters by sheets, pages, weight, country, postcode, enclosures, envelope, carrier, "
        "profile, letterhead, paper or lang. Each group has its folder and its list.",
    )
    spool: bool = Field(False, description="Whether the letters of a group are one PDF instead of single letters.")
    redact: bool = Field(False, description="Whether recipients are left out of the lists and of the names of files.")
    duplex: bool | None = Field(
        None, description="Whether both sides are printed; without it as the job or the carrier says."
    )
    preflight: bool = Field(False, description="Whether each letter is examined for its carrier; the list says so.")
    carrier: Name | None = Field(None, description="For whom each letter is examined, whatever it was made for.")
    strict: bool = Field(False, description="Whether there is no package where a letter of the job failed.")


# --- answers ----------------------------------------------------------------------------------------------------------


class Envelope(Told):
    """An envelope without a window."""

    name: str
    title: str
    width: float = Field(description="In mm.")
    height: float


class Envelopes(Told):
    """The envelopes that are known."""

    envelopes: list[Envelope]


class LabelSheet(Told):
    """A sheet of labels."""

    name: str
    title: str
    paper: Literal["a4", "letter"]
    columns: int
    rows: int
    label: list[float] = Field(description="Width and height of a label, in mm.")


class LabelSheets(Told):
    """The sheets of labels that are known."""

    sheets: list[LabelSheet]


class Printed(Told):
    """What was printed: the JSON of `letterpress envelopes` and `labels`, with the PDF."""

    printed: int = Field(description="Envelopes or labels.")
    pages: int
    done: int = Field(description="Letters whose addresses are printed.")
    failed: int = Field(description="Letters whose addresses do not fit, or that have faults: they are not printed.")
    skipped: int
    sha256: str
    letters: list[Letter]
    diagnostics: list[Fault]
    pdf: str = Field(description="The file, in base64.", json_schema_extra={"contentEncoding": "base64"})


class PackageVerdict(Told):
    """Whether a package is whole and unchanged."""

    files: int
    letters: int
    sums: str | None = Field(description="SHA-256 of its check sums: the sender's package has the same.")
    passed: bool
    diagnostics: list[Fault]


SENT = (EnvelopesRequest, LabelsRequest, PackageRequest)
ANSWERED = (Envelopes, LabelSheets, Printed, PackageVerdict)
