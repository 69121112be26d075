"""Checks what a letter, a person and a letterhead may hold, and names every fault with its field.

The data are plain texts, lists and mappings, as YAML and TOML give them. Behind this check no shape is checked again.
The only module that imports pydantic.

Not here: how a fault is worded (`messages`), the frozen values (`values`), the JSON Schema (`json_schema`).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, ValidationError, model_validator

from letterpress.errors import FieldError, FieldFault
from letterpress.model import (
    FIELD_TYPES,
    FieldType,
    Gender,
    SignMode,
)
from letterpress.schema import messages


def _one_line(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if isinstance(value, datetime.date):
        value = value.isoformat()
    if isinstance(value, str):
        value = value.strip()
        if "\n" in value:
            raise FieldError("is one line of text, and has a line break", "write it on one line", code="line-break")
    return value


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def _iso_date(value: Any) -> Any:
    if isinstance(value, str):
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip()):
            from letterpress.schema import dates  # here: no letter without this fault needs it

            instead, message = dates.readings(value), f"'{value}' is not a date"
            hint = f"write YYYY-MM-DD: {' or '.join(instead)}" if instead else "write YYYY-MM-DD"
            raise FieldError(message, hint, code="date-unreadable", value=value, instead=instead)
        try:
            return datetime.date.fromisoformat(value.strip())
        except ValueError:
            message = f"'{value}' is a day that does not exist"
            raise FieldError(message, "write YYYY-MM-DD", code="date-nonexistent", value=value) from None
    return value


def _field_spec(value: Any) -> Any:
    """`amount: decimal` names a type; `amount: 12` gives a default."""
    if isinstance(value, str):
        return {"type": value} if value in FIELD_TYPES else {"default": value}
    return {} if value is None else value


Line = Annotated[str, BeforeValidator(_one_line)]
Text = Annotated[str, BeforeValidator(lambda value: value.strip() if isinstance(value, str) else _one_line(value))]
Lines = Annotated[list[Line], BeforeValidator(_as_list)]
Date = Annotated[datetime.date, BeforeValidator(_iso_date)]
Paper = Annotated[
    Literal["a4", "letter"], BeforeValidator(lambda value: value.lower() if isinstance(value, str) else value)
]


class _Checked(BaseModel):
    # Built on first use: a letter that names no letterhead.toml need not wait for that one's model.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, str_strip_whitespace=True)


class AddresseeFile(_Checked):
    """One of several persons over one address."""

    name: Line | None = None
    """The name as it is printed."""
    honorific: Line | None = None
    """Before the name: Dr., Prof., Ms., The Honorable."""
    title: Line | None = None
    """What the person is: Director, Member of Congress."""
    given: Line | None = None
    """The given name, where `name` does not show it clearly."""
    family: Line | None = None
    """The family name, where `name` does not show it clearly: García Márquez, Bonham Carter."""
    gender: Gender | None = None
    """As the person wants to be addressed: female, male or neutral. Without it, forms are neutral."""
    office: Line | None = None
    """Key of a form of address, such as us-senator: `letterpress salutation --offices` lists them."""


class StationeryFile(_Checked):
    """A firm's printed paper as PDFs, which lie under the letter's pages."""

    first: Line
    """A PDF: the paper of page 1; a second page is that of the later ones."""
    following: Line | None = None
    """A PDF of one page: the paper of the later pages; without it, and without a second page, they are white."""


class DesignFile(_Checked):
    """How a firm's letters look, whichever letterhead they have; files lie beside the file that names them."""

    logo: Line | None = None
    """The firm's logo: SVG or PNG."""
    logo_height: Line | None = None
    """How high it stands: 15mm."""
    logo_place: Literal["auto", "left", "center", "right"] | None = None
    """Before the name, above it, or on the second axis; auto: as the head has it."""
    head_name: bool | None = None
    """Whether the name is printed as well; false where the logo shows it."""
    accent: Line | None = None
    """The firm's colour: #0f4a56."""
    font: Line | None = None
    """The face of the text, or "text + labels": a shipped family, or a folder with font files."""
    rule: Literal["none", "head", "foot", "both"] | None = None
    """A rule below the head, above the foot, or both."""
    head: Literal["auto", "left", "center", "right", "band"] | None = None
    """Where the head stands; band: white on a band of the firm's colour."""
    stationery: StationeryFile | None = None
    """The firm's printed paper as PDFs, which lie under the letter's pages."""


class PartyFile(AddresseeFile):
    """A person or organisation: what `to` and `from` take."""

    lines: Lines = Field(default=[])
    """The address below the name, line by line, printed as it is. Instead of the parts."""
    persons: list[AddresseeFile] = Field(default=[])
    """Several persons over one address, instead of `name`."""
    organisation: Line | None = None
    """The firm, office or body, below the name or in its place."""
    attention: Line | None = None
    """Who in the organisation is to have the letter; its label is the language's, its place the country's."""
    care_of: Line | None = None
    """With whom the recipient lives or works (c/o)."""
    street: Line | None = None
    """Street and number, or post box."""
    postcode: Line | None = None
    """The postal code, in quotes: "04401"."""
    city: Line | None = None
    """Town or city."""
    region: Line | None = None
    """State, province or prefecture, where the country's addresses have one."""
    country: Annotated[str, BeforeValidator(_one_line), Field(pattern=messages.COUNTRY)] | None = None
    """ISO 3166-1 code of two letters: US, DE."""
    phone: Line | None = None
    """Telephone number; printed of a sender, where the letterhead shows it."""
    email: Line | None = None
    """Electronic address; printed of a sender, where the letterhead shows it."""
    web: Line | None = None
    """Address on the web; printed of a sender, where the letterhead shows it."""
    foot: list[Lines] = Field(default=[])
    """Columns of the letterhead's foot, each a text or a list of lines: legal form, register, bank."""
    design: DesignFile | None = None
    """Of a sender: how its letters look, whichever letterhead they have: logo, accent, font, printed paper."""

    @model_validator(mode="after")
    def _lines_or_parts(self) -> PartyFile:
        parts = [name for name in ("street", "postcode", "city", "region") if getattr(self, name)]
        if self.lines and parts:
            params = (("fields", ("lines", *parts)),)
            message = f"has both lines and {', '.join(parts)}"
            raise FieldError(message, "write the address one way", code="address-doubled", params=params)
        doubled = [name for name in AddresseeFile.model_fields if getattr(self, name)]
        if self.persons and doubled:
            params = (("fields", ("persons", *doubled)),)
            message = f"has both persons and {', '.join(doubled)}"
            raise FieldError(message, "write each person in the list", code="persons-doubled", params=params)
        return self


class SignatoryFile(_Checked):
    """One who signs."""

    name: Line
    """The name as it is printed below the signature."""
    title: Line | None = None
    """What the person is: Chair, Member of Congress."""
    organisation: Line | None = None
    """For whom the person signs."""
    authority: Line | None = None
    """A mark at the signature, set where convention has it: i. A., ppa., By direction, Acting."""
    rank: Line | None = None
    """For `signatories_order: rank`: a rank such as CAPT or O-6, or a number; 1 signs first."""
    sign: SignMode | None = None
    """ink: an image of the handwriting; conformed: "/s/ Name"; digital: a field to sign in; blank: room for a pen."""
    ink: Line | None = None
    """PNG or SVG of the handwriting, beside the file that names it."""


class PersonFile(PartyFile):
    """content/people/<name>.yml and content/organisations/<name>.yml."""

    authority: Line | None = None
    rank: Line | None = None
    sign: SignMode | None = None
    ink: Line | None = None


class EnclosureFile(_Checked):
    """What is enclosed: listed below the letter, and appended to it if it is a file."""

    title: Line | None = None
    """What it is called in the list; without it, as the PDF says."""
    file: Line | None = None
    """A PDF beside the letter; its pages follow the letter's."""
    pages: Annotated[str, BeforeValidator(_one_line), Field(pattern=messages.PAGES)] | None = None
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


class FieldFile(_Checked):
    """A field that the body uses and a record or --set fills."""

    type: FieldType = "text"
    """What its values are; it decides how they are written in the letter's language."""
    required: bool = False
    """Whether a letter without a value is a fault."""
    default: Line | list[Any] | None = None
    """The value when none is given."""
    choices: Lines = Field(default=[])
    """The values allowed, for `type: choice`."""
    currency: Annotated[str, BeforeValidator(_one_line), Field(pattern=messages.CURRENCY)] | None = None
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


class LetterFile(_Checked):
    """The front matter of a letter."""

    model_config = ConfigDict(populate_by_name=True, title="A letterpress letter")

    letterhead: Line = "plain"
    """Name of a letterhead: one of the project's templates/, or a shipped one."""
    lang: Annotated[str, BeforeValidator(_one_line), Field(pattern=messages.LANG)] = "en-US"
    """Language as a BCP 47 tag: en-US, de-CH."""
    date: Date | None = None
    """The letter's date, YYYY-MM-DD; --date overrides it."""
    sender: PartyFile | None = Field(default=None, alias="from")
    """Who writes: a name of content/organisations/ or content/people/, or written out here."""
    to: Annotated[list[PartyFile], BeforeValidator(_as_list)] = Field(default=[])
    """Who is written to."""
    subject: Line | None = None
    """What the letter is about."""
    reference: dict[str, Line] = Field(default={})
    """References: `ours`, `yours`, or any label."""
    via: Lines = Field(default=[])
    """Through whom the letter goes to its recipient."""
    notices: Lines = Field(default=[])
    """Mailing notices: By certified mail, Confidential."""
    salutation: Line | None = None
    """Dear Dr. Brook, say, or auto for what is usual; without a final mark it gets its language's."""
    closing: Line | None = None
    """Sincerely, say, or auto for what is usual."""
    signatories: list[SignatoryFile] = Field(default=[])
    """Who signs, in order: names of content/people/, or written out here."""
    signatories_order: Literal["given", "rank"] = "given"
    """Whether they stand as written, or by their rank, the most senior first."""
    sign: Literal["in-order", "any-order"] = "any-order"
    """Whether digital signatures must come in the order of the signatories."""
    enclosures: Annotated[list[_Enclosure], BeforeValidator(_as_list)] = Field(default=[])
    """What is enclosed: titles, or PDFs whose pages are appended."""
    enclosures_conformance: Literal["lower", "refuse", "keep"] | None = None
    """Of an enclosure that costs the letter PDF/A-3a or PDF/UA-1: lower, the letter claims less; refuse (or keep), it
    is an error. What is not said is lower, with a warning."""
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


class ParameterFile(_Checked):
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


class ProjectFile(_Checked):
    """letterpress.toml: what holds for all letters of a project, where they and the command say nothing."""

    model_config = ConfigDict(populate_by_name=True, title="A letterpress project")

    letterhead: Line | None = None
    """Name of a letterhead: one of the project's templates/, or a shipped one."""
    lang: Annotated[str, BeforeValidator(_one_line), Field(pattern=messages.LANG)] | None = None
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


class LetterheadFile(_Checked):
    """templates/<name>/letterhead.toml."""

    extends: str | None = None
    """The letterhead that this one differs from."""
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
    allow_log: list[str] | None = None
    """WeasyPrint messages (their beginning) that do not fail a letter."""
    parameters: dict[str, ParameterFile] = Field(default={})
    """What a letter can choose; a parameter that is inherited keeps what is not said anew."""


_PARTS = (  # models that stand inside others
    PartyFile,
    AddresseeFile,
    SignatoryFile,
    EnclosureFile,
    FieldFile,
    ParameterFile,
    DesignFile,
    StationeryFile,
)
_MODELS: dict[str, type[BaseModel]] = {
    "letter": LetterFile,
    "person": PersonFile,
    "organisation": PersonFile,
    "letterhead": LetterheadFile,
    "project": ProjectFile,
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
        toml = model is LetterheadFile or model is ProjectFile
        faults = error.errors(include_url=False)
        return None, [messages.of(_PARTS, model, data, fault, toml=toml) for fault in faults]


@lru_cache(maxsize=1)
def letter_fields() -> frozenset[str]:
    """List the names of a letter's fields."""
    return frozenset(field.alias or name for name, field in LetterFile.model_fields.items())


@lru_cache(maxsize=1)
def signatory_fields() -> frozenset[str]:
    """List the names of a signatory's fields."""
    return frozenset(SignatoryFile.model_fields)


@lru_cache(maxsize=1)
def party_fields() -> frozenset[str]:
    """List the names of a sender's or recipient's fields."""
    return frozenset(PartyFile.model_fields)
