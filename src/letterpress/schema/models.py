"""Checks what a letter, a person and a letterhead may hold, and names every fault with its field.

The data are plain texts, lists and mappings, as YAML and TOML give them. Behind this check no shape is checked again.

Not here: how a fault is worded (`messages`), the frozen values (`values`), the JSON Schema (`json_schema`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, ValidationError, model_validator

from letterpress.errors import FieldError, FieldFault
from letterpress.model import (
    FIELD_TYPES,
    FieldType,
)
from letterpress.schema import carriers, inserters, messages
from letterpress.schema.attachments import AttachmentFile, InvoiceFile, OneAttachment, TraderFile
from letterpress.schema.codes import Code, CodeFile
from letterpress.schema.parties import AddresseeFile, DesignFile, PartyFile, PersonFile, SignatoryFile, StationeryFile
from letterpress.schema.scalars import AutoLine, Checked, Date, Language, Line, Lines, Paper, Text, as_list
from letterpress.schema.scalars import one_line as one_line


def _field_spec(value: Any) -> Any:
    """`amount: decimal` names a type; `amount: 12` gives a default."""
    if isinstance(value, str):
        return {"type": value} if value in FIELD_TYPES else {"default": value}
    return {} if value is None else value


class EnclosureFile(Checked):
    """What is enclosed: listed below the letter, and appended to it if it is a file."""

    title: Line | None = None
    """What it is called in the list; without it, as the PDF says."""
    file: Line | None = None
    """A PDF beside the letter; its pages follow the letter's."""
    pages: Annotated[str, BeforeValidator(one_line), Field(pattern=messages.PAGES)] | None = None
    """Which of its pages: 1-3, 5."""

    @model_validator(mode="after")
    def _something(self) -> EnclosureFile:
        if not self.file and (self.pages or not self.title):
            hint = "add 'file: annex.pdf', or write its title only"
            raise FieldError("has no file", hint, code="enclosure-fileless")
        return self


# Tags that begin so are pydantic's own steps to `messages`: they are in no field's path.
_Enclosure = Annotated[
    Annotated[Line, Tag("function-text")] | Annotated[EnclosureFile, Tag("function-file")],
    Discriminator(lambda value: "function-file" if isinstance(value, Mapping | EnclosureFile) else "function-text"),
]


class FieldFile(Checked):
    """A field that the body uses and a record or --set fills."""

    type: FieldType = "text"
    """What its values are; it decides how they are written in the letter's language."""
    required: bool = False
    """Whether a letter without a value is a fault."""
    default: Line | list[Any] | None = None
    """The value when none is given."""
    choices: Lines = Field(default=[])
    """The values allowed, for `type: choice`."""
    currency: Annotated[str, BeforeValidator(one_line), Field(pattern=messages.CURRENCY)] | None = None
    """ISO 4217 code, for `type: money`."""
    description: Line | None = None
    """What it is, for whoever keeps the list."""

    @model_validator(mode="after")
    def _complete(self) -> FieldFile:
        if self.type == "choice" and not self.choices:
            hint = "add 'choices: [one, another]'"
            raise FieldError("is of type choice and has no choices", hint, code="field-choiceless")
        if self.type == "money" and not self.currency:
            hint = "add 'currency: USD'"
            raise FieldError("is of type money and has no currency", hint, code="field-currencyless")
        return self


def _sign(value: Any) -> Any:
    return {"comma": ",", "point": "."}.get(value.strip().lower(), value.strip()) if isinstance(value, str) else value


class DataFile(Checked):
    """How the letter's lists are written, whatever language the letter itself is in."""

    lang: Language | None = None
    """Language of the list, for the order of its dates, its decimal sign and its names of months: de, en-GB."""
    dates: Literal["dmy", "mdy", "ymd"] | None = None
    """Order of day, month and year in dates such as 03/04/2026."""
    decimal: Annotated[Literal[",", "."], BeforeValidator(_sign)] | None = None
    """What stands before the decimals of numbers: "," or "."."""
    clean: bool = False
    """Whether marks that exports leave in values are taken away: '04401, ="04401", &amp;, <br>."""
    header_row: Annotated[int, Field(ge=1, le=1_000)] | None = None
    """Row that holds the names of the columns, where a title stands above it; counted from 1, as spreadsheets do."""
    encoding: Line | None = None
    """Encoding of a list of text that is no Unicode, where another one is found: windows-1252, windows-1250."""


class LetterFile(Checked):
    """The front matter of a letter."""

    model_config = ConfigDict(populate_by_name=True, title="A letterpress letter")

    letterhead: Line = "plain"
    """Name of a letterhead: one of the project's templates/, or a shipped one."""
    lang: Language = "en-US"
    """Language as a BCP 47 tag: en-US, de-CH."""
    date: Date | None = None
    """The letter's date, YYYY-MM-DD or as its language writes it; --date overrides it."""
    sender: PartyFile | None = Field(default=None, alias="from")
    """Who writes: a name of content/organisations/ or content/people/, or written out here."""
    to: Annotated[list[PartyFile], BeforeValidator(as_list)] = Field(default=[])
    """Who is written to."""
    subject: Line | None = None
    """What the letter is about."""
    reference: dict[str, Line] = Field(default={})
    """References: `ours`, `yours`, or any label."""
    via: Lines = Field(default=[])
    """Through whom the letter goes to its recipient."""
    notices: Lines = Field(default=[])
    """Mailing notices: By certified mail, Confidential."""
    salutation: AutoLine | None = None
    """Dear Dr. Brook, say, or auto for what is usual; without a final mark it gets its language's."""
    closing: AutoLine | None = None
    """Sincerely, say, or auto for what is usual."""
    signatories: list[SignatoryFile] = Field(default=[])
    """Who signs, in order: names of content/people/, or written out here."""
    signatories_order: Literal["given", "rank"] = "given"
    """Whether they stand as written, or by their rank, the most senior first."""
    sign: Literal["in-order", "any-order"] = "any-order"
    """Whether digital signatures must come in the order of the signatories."""
    enclosures: Annotated[list[_Enclosure], BeforeValidator(as_list)] = Field(default=[])
    """What is enclosed: titles, or PDFs whose pages are appended."""
    enclosures_conformance: Literal["lower", "refuse", "keep"] | None = None
    """Of an enclosure that costs the letter PDF/A-3a or PDF/UA-1: lower, the letter claims less; refuse (or keep), it
    is an error. What is not said is lower, with a warning."""
    attachments: Annotated[list[OneAttachment], BeforeValidator(as_list)] = Field(default=[])
    """Files that are in the PDF as files, and on no page: data, a source."""
    einvoice: InvoiceFile | None = None
    """The e-invoice that the letter shows to people, attached as Factur-X or XRechnung."""
    codes: Annotated[list[Code], BeforeValidator(as_list)] = Field(default=[])
    """Codes that machines read: of a post, Data Matrix, QR, a payment's."""
    cc: Lines = Field(default=[])
    """Who gets a copy."""
    bcc: Lines = Field(default=[])
    """Printed on the file copy only."""
    postscript: Text | None = None
    """What is added below the signatures."""
    paper: Paper | None = None
    """Paper size; without it the usual one of the letterhead and the country."""
    bilingual: Literal["sequence", "columns"] = "sequence"
    """Where the text has parts in several languages (<!-- lang: fr -->): one after the other, or side by side."""
    typography: bool = True
    """Whether typed quotes, dashes, dots and spaces are set as the language's printers set them; false: as typed."""
    parameters: dict[str, Any] = Field(default={})
    """The letterhead's own parameters: see `letterpress letterheads NAME`."""
    fit: Literal["page", "none"] | None = None
    """page: the letter is set tighter where that saves a last page that would hold less than a third."""
    stationery: StationeryFile | None = None
    """The firm's printed paper as PDFs, which lie under the letter's pages."""
    fields: dict[str, Annotated[FieldFile, BeforeValidator(_field_spec)]] = Field(default={})
    """What the body may use as {{ fields.name }}."""
    variants: dict[str, Any] = Field(default={})
    """The matrix for `letterpress variants`."""
    map: dict[str, Line] = Field(default={})
    """Column of a table -> field, for `letterpress merge`."""
    data: DataFile | None = None
    """How the letter's lists are written: `{lang: de, dates: dmy, decimal: ","}`."""


class ParameterFile(Checked):
    """One parameter of a letterhead."""

    type: Literal["text", "integer", "number", "boolean", "choice", "length", "color", "file", "font"] = "text"
    """What its values are."""
    default: Any = None
    """The value where a letter chooses none."""
    choices: list[str] = Field(default=[])
    """The values allowed, for type choice."""
    least: str | None = None
    """The smallest value allowed, for type length: 11mm."""
    omits: dict[str, list[str]] = Field(default={})
    """Choice -> texts of a letter that it does not print."""
    description: str = ""
    """What it does, for `letterpress letterheads NAME`."""


class ProjectFile(Checked):
    """letterpress.toml: what holds for all letters of a project, where they and the command say nothing."""

    model_config = ConfigDict(populate_by_name=True, title="A letterpress project")

    format: Annotated[int, Field(ge=1)] | None = None
    """Format of this file, which `letterpress upgrade` writes. A file without it is of before formats were counted."""
    letterhead: Line | None = None
    """Name of a letterhead: one of the project's templates/, or a shipped one."""
    lang: Language | None = None
    """Language as a BCP 47 tag: en-US, de-CH."""
    paper: Paper | None = None
    """Paper size."""
    sender: PartyFile | None = Field(default=None, alias="from")
    """Who writes: a name of content/organisations/ or content/people/, or written out here."""
    signatories: list[SignatoryFile] = Field(default=[])
    """Who signs, in order: names of content/people/, or written out here."""
    enclosures_conformance: Literal["lower", "refuse", "keep"] | None = None
    """Of an enclosure that costs a letter PDF/A-3a or PDF/UA-1: lower, the letter claims less; refuse (or keep), it is
    an error."""
    parameters: dict[str, Any] = Field(default={})
    """Parameters of the letterhead: see `letterpress letterheads NAME`; files are seen from the project's root."""
    output: Line | None = None
    """The folder that letters go to, seen from the project's root; without it, out/ where the command is run."""


def _inks(value: Any) -> Any:
    """`"#0f4a56" = [95, 30, 35, 45]` says the inks alone."""
    return {"cmyk": value} if isinstance(value, list) else value


class PressColourFile(Checked):
    """What a colour is printed with."""

    cmyk: Annotated[list[Annotated[float, Field(ge=0, le=100)]], Field(min_length=4, max_length=4)]
    """Cyan, magenta, yellow and black in per cent: [95, 30, 35, 45]."""
    spot: Line | None = None
    """Name of an ink of its own, as the printer calls it; `cmyk` stands for it where it is not printed."""


class PressFile(Checked):
    """What a press copy is made with."""

    profile: Line | None = None
    """An ICC profile of the press and the paper, in the letterhead's folder; without it that of coated paper ships."""
    condition: Line | None = None
    """The profile's printing condition as the ICC's registry names it: FOGRA52."""
    bleed: float | None = Field(default=None, ge=0, le=4)
    """By how much the page's background goes beyond the sheet, in mm."""
    colors: dict[Annotated[str, Field(pattern=messages.COLOUR)], Annotated[PressColourFile, BeforeValidator(_inks)]] = (
        Field(default={})
    )
    """Colours of the letterhead with their inks; all others are converted by the profile."""


class LetterheadFile(Checked):
    """templates/<name>/letterhead.toml."""

    format: Annotated[int, Field(ge=1)] | None = None
    """Format of this file, which `letterpress upgrade` writes. A file without it is of before formats were counted."""
    extends: str | None = None
    """The letterhead that this one differs from."""
    title: Line = ""
    """What people call it, in a few words: "American business letter"; else its name."""
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = None
    """ISO 3166-1 code of the country whose custom it follows, if it follows one."""
    description: str = ""
    """What it is, for `letterpress letterheads`."""
    papers: list[Paper] | None = None
    """Paper sizes it is made for, the usual one first."""
    standard: str | None = None
    """The standard that says where everything stands: din5008-b, or din5008-{form} to let a parameter choose."""
    requires: list[str] | None = None
    """Fields of a letter that it asks for."""
    omits: list[str] | None = None
    """Fields of a letter that it has no place for: a letter that has them is told."""
    address_lines: int | None = Field(default=None, ge=1)
    """Lines that the address field holds."""
    fonts: list[str] | None = None
    """Families it uses."""
    system_fonts: list[str] | None = None
    """Families of the system for what no shipped font has: those that are installed, in this order; at least one is."""
    stationery: StationeryFile | None = None
    """The firm's printed paper as PDFs in its folder, which lie under the letters' pages."""
    press: PressFile | None = None
    """How its press copies are printed: exact inks for its colours, a profile, the bleed."""
    allow_log: list[str] | None = None
    """WeasyPrint messages (their beginning) that do not fail a letter."""
    parameters: dict[str, ParameterFile] = Field(default={})
    """What a letter can choose; a parameter that is inherited keeps what is not said anew."""


_PARTS = (  # models that stand inside others
    PartyFile,
    AddresseeFile,
    SignatoryFile,
    EnclosureFile,
    AttachmentFile,
    InvoiceFile,
    TraderFile,
    CodeFile,
    FieldFile,
    DataFile,
    ParameterFile,
    DesignFile,
    StationeryFile,
    *carriers.PARTS,
    *inserters.PARTS,
    PressFile,
    PressColourFile,
)
_MODELS: dict[str, type[BaseModel]] = {
    "letter": LetterFile,
    "person": PersonFile,
    "organisation": PersonFile,
    "letterhead": LetterheadFile,
    "project": ProjectFile,
    "carrier": carriers.CarrierFile,
    "inserter": inserters.InserterFile,
}


def kinds() -> tuple[str, ...]:
    """List the kinds of files that there is a schema for."""
    return tuple(_MODELS)


def model_of(kind: str) -> type[BaseModel]:
    """Give the model of a kind of file, for its JSON Schema."""
    return _MODELS[kind]


def check(kind: str, data: Mapping[str, Any]) -> tuple[Any, list[FieldFault]]:
    """Check data.

    :param kind: one of `kinds()`.
    :returns: the model, or None where there are faults; and all faults.
    """
    model = _MODELS[kind]
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        toml = model in (LetterheadFile, ProjectFile, carriers.CarrierFile, inserters.InserterFile)
        faults = error.errors(include_url=False)
        return None, [messages.of(_PARTS, model, data, fault, toml=toml) for fault in faults]


@lru_cache(maxsize=1)
def letter_fields() -> frozenset[str]:
    """List the names of a letter's fields."""
    return frozenset(letter_fields_in_order())


def letter_fields_in_order() -> tuple[str, ...]:
    """List the names of a letter's fields as the page has them: who writes, to whom, what about ..."""
    return tuple(field.alias or name for name, field in LetterFile.model_fields.items())


@lru_cache(maxsize=1)
def signatory_fields() -> frozenset[str]:
    """List the names of a signatory's fields."""
    return frozenset(SignatoryFile.model_fields)


@lru_cache(maxsize=1)
def party_fields() -> frozenset[str]:
    """List the names of a sender's or recipient's fields."""
    return frozenset(PartyFile.model_fields)
