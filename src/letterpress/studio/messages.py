"""What the page and the studio say to each other: the bodies of requests and answers, as JSON.

Each model is a body; `endpoints` says which endpoint takes and gives which. Unknown fields are refused. Places on a
page are in hundredths of its width and height, counted from its top left corner, y down.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from letterpress.interactive.fault_bodies import Fault

Short = Annotated[str, Field(max_length=1_000)]
Name = Annotated[str, Field(min_length=1, max_length=300)]
Text = Annotated[str, Field(max_length=4_000_000)]
Box = tuple[float, float, float, float]
"""x, y, width and height."""


class Message(BaseModel):
    """What all have in common."""

    model_config = ConfigDict(extra="forbid", frozen=True)


# --- what many have ---------------------------------------------------------------------------------------------------


class Faults(Message):
    """Why something cannot be done, or what is known to be wrong."""

    faults: list[Fault]
    blocking: bool = True
    """Whether the letter cannot be made."""


class Done(Message):
    """It is done."""

    done: bool = True


class Chosen(Message):
    """What is chosen for a letter on top of what it says itself."""

    letterhead: Short | None = None
    lang: Short | None = None
    paper: Short | None = None
    copy_: Annotated[Short | None, Field(alias="copy")] = None
    profile: Literal["archive", "press"] | None = None
    carrier: Short | None = None
    date: Short | None = None
    parameters: dict[Short, Short] = {}
    fields: dict[Short, Short] = {}


class Draft(Message):
    """A letter's text as it is in the page, saved or not."""

    path: Name
    """In the project: `content/letters/offer.md`."""
    text: Text
    chosen: Chosen = Chosen()
    overlay: bool = False
    """Whether the standard's geometry is drawn over page 1."""


class Correction(Message):
    """Another value for a cell of the list."""

    record: Annotated[int, Field(ge=1)]
    column: Short
    was: Short
    text: Annotated[str, Field(max_length=20_000)]


class ListOf(Message):
    """The list that letters are made of, and how it is read. Its corrections are kept by the studio, beside it."""

    source: Name
    """A file in the project."""
    sheet: Short | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    encoding: Short | None = None
    table: Short | None = None
    header_row: Annotated[int, Field(ge=1)] | None = None
    """Row of the columns' names, as a spreadsheet program counts; what the letter says goes before it."""
    lang: Short | None = None
    mapping: dict[Short, Short] = {}
    """Column -> field, or `ignore`."""
    key: Short | None = None
    """Column that names a record to people."""
    names: Short | None = None
    """Pattern of the letters' files."""
    tried: Annotated[list[Correction], Field(max_length=1_000)] = []
    """Corrections that are looked at, and not kept."""


# --- write ------------------------------------------------------------------------------------------------------------


class ListChosen(Message):
    """The list that a letter is made of."""

    source: Name
    """A file in the project."""
    sheet: Short | None = None


class KeepList(Message):
    """Which list a letter is made of; null: none."""

    path: Name
    list: ListChosen | None


class Opened(Message):
    """A letter's file."""

    path: str
    text: str
    sha256: str
    """Of the file as it is on the disk: a save says which one it replaces."""
    modified: float
    list: ListChosen | None = None
    """The one that it was made of last."""


class FieldOf(Message):
    """A field that the letter declares."""

    name: str
    title: str
    type: str
    required: bool
    default: str | None
    choices: list[str]
    currency: str | None
    description: str | None


class Parameter(Message):
    """A parameter of a letterhead."""

    name: str
    title: str
    type: str
    default: str | None
    choices: list[str]
    description: str
    of_design: bool


class Guides(Message):
    """The standard of a letterhead, drawn as large as its sheet."""

    svg: str | None
    """Null: the letterhead follows none."""


class Form(Message):
    """A draft as a form has it."""

    values: dict[str, Any]
    """The front matter as it is written: texts, lists and groups; null where there is nothing behind a name."""
    places: dict[str, int]
    """Path of a field -> line of the draft."""
    fields: list[FieldOf]
    parameters: list[Parameter]
    currency: str | None
    """Of the sender's country, ISO 4217: what a new field for an amount would be in."""
    has_guides: bool
    """Whether the letterhead follows a standard whose geometry can be drawn over the page."""
    body_line: int
    """Line that the text begins on."""
    sample: list[str]
    """Fields whose value is still that of the sample with which letters are begun; `body`: a paragraph of the text."""


class Preview(Message):
    """What is to be shown of a draft."""

    draft: Draft
    tab: Annotated[str, Field(pattern=r"^[\w-]{1,64}$")]
    """Of the page: a newer request of the same one takes the place of an older."""
    data: ListOf | None = None
    """The list that the letter is made of."""
    record: Annotated[int, Field(ge=1)] | None = None
    """The record of the list whose letter is shown."""
    pages: Annotated[list[Annotated[int, Field(ge=1, le=10_000)]], Field(max_length=20)] = [1]
    dpi: Annotated[int, Field(ge=20, le=220)] = 96
    known: Annotated[list[Short], Field(max_length=200)] = []
    """Names of pictures that the page has."""


class FaultsNews(Faults):
    """First: what is wrong with the text and its values; then with the pages."""

    kind: Literal["faults"] = "faults"
    final: bool


class Placed(Message):
    """Where on a page a part of the letter's file stands."""

    kind: Literal["lines", "field", "signature"]
    page: int
    box: Box
    lines: tuple[int, int] | None
    name: str | None


class PagesNews(Message):
    """The pages, before their pictures."""

    kind: Literal["pages"] = "pages"
    count: int
    sizes: list[tuple[float, float]]
    """In pt."""
    pdf: str
    """Address of the PDF."""
    sha256: str
    places: list[Placed]


class PictureNews(Message):
    """The picture of a page."""

    kind: Literal["picture"] = "picture"
    page: int
    name: str
    """Equal for equal pictures."""
    address: str
    width: int
    height: int


class RowNews(Message):
    """The row of the list whose letter is shown."""

    kind: Literal["row"] = "row"
    number: int
    row: int | None
    """As the spreadsheet shows it."""
    cells: dict[str, str]
    values: list[tuple[str, str, list[str]]]
    """Path of a field, its value, and the columns that it comes from."""


class EndNews(Message):
    """The end of an answer that comes in lines."""

    kind: Literal["end"] = "end"
    superseded: bool = False
    """Whether a newer request has taken its place."""
    faults: list[Fault] = []
    """Why it ended early, if it did: it took too much, or could not be begun."""
    places: list[Placed] | None = None
    """With those of the values that are printed."""


class Picture(Message):
    """One more page of a PDF that was shown."""

    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    page: Annotated[int, Field(ge=1, le=10_000)]
    dpi: Annotated[int, Field(ge=20, le=220)] = 96


class Sheet(Message):
    """A draft with several choices, to be seen beside each other."""

    draft: Draft
    tab: Annotated[str, Field(pattern=r"^[\w-]{1,64}$")]
    choices: Annotated[list[Chosen], Field(max_length=200)]
    dpi: Annotated[int, Field(ge=10, le=100)] = 40
    known: Annotated[list[Short], Field(max_length=400)] = []


class ContactSheet(Message):
    """A draft with several choices, whose first pages are to be a PDF of one page."""

    draft: Draft
    choices: Annotated[list[Chosen], Field(min_length=1, max_length=200)]
    titles: Annotated[list[Short], Field(max_length=200)]
    """What stands below each."""


class Drawn(Message):
    """A PDF that was drawn."""

    pdf: str
    """Its address."""


class CellNews(Message):
    """The draft with one of the choices."""

    kind: Literal["cell"] = "cell"
    number: int
    """Which of them, from 0."""
    pages: int
    """0 where it cannot be made."""
    address: str | None
    """Of the picture of page 1."""
    name: str | None
    width: int
    height: int
    faults: list[Fault]


class Shown(Message):
    """A PDF that was shown."""

    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Run(Message):
    """A part of a block."""

    text: str
    strong: bool
    slanted: bool
    line: bool
    """Whether it begins another line of the page."""


class Block(Message):
    """A block of a letter, or what is read in the place of a picture or a field."""

    role: str
    """As the structure of the PDF names it: P, H1, LBody, TH, TD, Figure, Form ..."""
    text: str
    page: int
    y: float
    """Of its first line, in pt from the sheet's foot."""
    runs: list[Run]
    """Its text in the parts that are set in one way, line by line."""


class Read(Message):
    """A letter in the order in which it is read aloud."""

    blocks: list[Block]


class Change(Message):
    """Another value for a field of the front matter; null takes it out."""

    path: Short
    value: Any


class Changes(Message):
    """Changes of a draft's front matter, which keep its comments and order."""

    path: Name
    text: Text
    changes: Annotated[list[Change], Field(max_length=200)]


class Changed(Message):
    """The draft with its changes."""

    text: str


class Save(Message):
    """A draft to be saved."""

    path: Name
    text: Text
    sha256: str | None
    """Of the file that it replaces; null: there is none yet. Another file there is a conflict (409)."""


class Conflict(Message):
    """The file has changed on the disk since it was opened."""

    path: str
    exists: bool
    text: str | None
    sha256: str | None
    modified: float | None
