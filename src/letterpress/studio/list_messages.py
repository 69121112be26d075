"""Bodies of requests and answers about lists, runs and signatures; see `messages`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from letterpress.interactive.fault_bodies import Fault
from letterpress.studio.messages import Box, Chosen, Correction, Draft, ListOf, Message, Name, Short

FileName = Annotated[str, Field(pattern=r"^[\w][\w .-]{0,80}$")]
"""Of a PDF, without `.pdf`."""


class ListFile(Message):
    """A list in the project."""

    path: str
    modified: float
    size: int
    """Bytes."""


class Lists(Message):
    """The lists in the project."""

    lists: list[ListFile]


class OpenList(Message):
    """A draft with its list."""

    draft: Draft
    data: ListOf


class NewField(Message):
    """The field that a column would be, if it is to be printed in the text."""

    name: str
    type: Literal["text", "integer", "decimal", "money", "date"]
    currency: str | None


class Column(Message):
    """A column of a list, and what it is used as."""

    name: str
    letters: str | None
    used_as: list[str]
    how: Literal["found", "chosen", "ignored", "unused"]
    samples: list[str]
    field: NewField | None
    """Null where it is used already."""


class Corrections(Message):
    """All corrections of a list."""

    cells: Annotated[list[Correction], Field(default=[], max_length=100_000)]
    left_out: Annotated[list[Annotated[int, Field(ge=1)]], Field(default=[], max_length=1_000_000)]


class Overview(Message):
    """A list as a whole."""

    columns: list[Column]
    lacking: list[str]
    ranges: list[tuple[int, int]]
    header_row: int | None
    sheet: str | None
    sheets: list[str]
    """All sheets of the workbook that are shown."""
    faults: list[Fault]
    questions: list[Fault]
    """Columns all of whose values have two readings: one answer tells for all their rows."""
    blocking: bool
    corrections: Corrections


class Correct(Message):
    """Corrections of a list, in the place of those that there are."""

    source: Name
    sheet: Short | None = None
    """Of a workbook; as the overview of the list names it."""
    corrections: Corrections


class Find(Message):
    """A text to be looked for in a list."""

    draft: Draft
    data: ListOf
    text: Short
    after: Annotated[int, Field(ge=0)] = 0


class Found(Message):
    """The record that holds it."""

    record: int | None


class RowFaults(Message):
    """What is to be said of a row."""

    number: int
    row: int | None
    faults: list[Fault]
    blocking: bool
    skipped: bool
    same_address: int | None
    """The record before it with the same address and name."""
    same_place: int | None
    """The record before it with the same address and another name."""
    recipient: str
    """Organisation or name; empty where the row names nobody."""


class RowsNews(Message):
    """Rows that were looked at."""

    kind: Literal["rows"] = "rows"
    rows: list[RowFaults]


class CheckedNews(Message):
    """All rows were looked at."""

    kind: Literal["checked"] = "checked"
    letters: int
    faulty: int
    skipped: int


class Check(Message):
    """A list to be looked through."""

    draft: Draft
    data: ListOf
    tab: Annotated[str, Field(pattern=r"^[\w-]{1,64}$")]


class Make(Message):
    """Letters to be made, of a letter that is saved."""

    letter: Name
    data: ListOf
    chosen: Chosen = Chosen()
    folder: Name | None = None
    """In the project; null: the letter's own folder below `out/`."""
    combined: bool = False
    """Whether all letters go into one PDF as well."""


class Variant(Message):
    """What a variant of a letter chooses."""

    letterhead: Short | None = None
    lang: Short | None = None
    paper: Short | None = None
    copy_: Annotated[Short | None, Field(alias="copy")] = None


class MakeVariants(Message):
    """Variants to be made, of a letter that is saved."""

    letter: Name
    variants: Annotated[list[Variant], Field(min_length=1, max_length=200)]
    data: ListOf | None = None
    """The list whose letters are made in all of them; null: the letter itself is."""
    chosen: Chosen = Chosen()
    """For all of them."""
    run: Short | None = None
    """A run that was stopped, to be gone on with: what it has made is not made again, if the letter is the same."""


class Keep(Message):
    """A PDF that was shown, to be kept in the project."""

    letter: Name
    """The letter that it is of; its name is the PDF's."""
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    name: FileName | None = None
    """Another name than the letter's."""


class Kept(Message):
    """A PDF of the project."""

    path: str
    faults: list[Fault]


class PdfPages(Message):
    """The pages of a PDF of the project, whose pictures `/api/picture` draws."""

    path: str
    sha256: str
    pdf: str
    """Address of the PDF."""
    sizes: list[tuple[float, float]]
    """In pt."""


class RunLetter(Message):
    """What became of a letter."""

    number: str
    status: Literal["done", "failed", "skipped"]
    output: str | None
    pages: int | None
    faults: list[Fault]


class RunState(Message):
    """A run, as far as it is."""

    id: str
    state: Literal["running", "done", "failed", "interrupted", "stopped"]
    total: int
    made: int
    failed: int
    seconds: float
    rate: float
    """Letters a second; 0 while it is not known."""
    left: float | None
    """Seconds that it goes on, as far as is known."""
    folder: str
    letters: list[RunLetter]
    """From the one on that was asked for: `?after=N`."""
    faults: list[Fault]
    combined: str | None
    """Address of the PDF of all letters."""
    faulty: str | None
    """Address of the rows whose letters failed, as CSV."""


class Place(Message):
    """A place that a letter keeps for a signature."""

    name: str
    signatory: str
    title: str | None
    open: bool
    signed_by: str | None
    signed_at: str | None
    page: int | None
    box: Box | None


class Places(Message):
    """The places of a PDF."""

    places: list[Place]


class Look(Message):
    """A PDF of the project."""

    path: Name


class KeyOf(Message):
    """A PDF of the project, and a key file."""

    path: Name
    key: Annotated[str, Field(max_length=400_000, repr=False)]
    """PKCS#12, in base64."""
    passphrase: Annotated[str, Field(max_length=1_000, repr=False)]


class Owner(Message):
    """Whose key it is."""

    name: str
    organisation: str | None
    email: str | None
    issuer: str
    self_issued: bool
    valid_from: str
    valid_to: str
    valid_now: bool
    test: bool
    own_places: list[str]
    """Names of the open places that are kept for them."""


class Sign(KeyOf):
    """An order to sign."""

    place: Name
    letterhead: Name = "plain"
    on_behalf: bool = False
    """Whether it is confirmed that the key is another's than the place."""
    tsa: Short | None = None
    name: FileName | None = None
    """Under which the signed PDF is saved, beside the one that is signed; null: in its place."""
    reason: Annotated[str, Field(max_length=300)] | None = None
    """Why it is signed; stands in the signature and its stamp."""


class Signed(Message):
    """A letter that was signed, and is saved."""

    path: str
    signer: str
    signatory: str
    level: str
    open: list[str]
    """Who has not signed yet."""
    faults: list[Fault]


class Issuer(Message):
    """Whose certificate it is that is to be trusted."""

    name: str
    organisation: str | None
    valid_from: str
    valid_to: str
    valid_now: bool
    test: bool
    sha256: str
    """Its fingerprint, to be compared with what the issuer says."""
    trusted: bool
    """Whether it is among the project's already."""


class Verified(Message):
    """What the signatures of a PDF are worth."""

    valid: bool
    report: dict[str, Any]
    """As `letterpress verify --json` has it."""
