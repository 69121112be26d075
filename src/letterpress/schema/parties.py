"""Checks what the files of people and organisations may hold: names and addresses, a firm's design, signatories."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from letterpress.errors import FieldError
from letterpress.model import Gender, SignMode
from letterpress.schema.scalars import Checked, Line, Lines, Rows, one_line

OTHER_NAMES = {"telephone": "phone", "website": "web"}
"""What people write for a field: `reference:` has a `telephone` too."""


class AddresseeFile(Checked):
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


class StationeryFile(Checked):
    """A firm's printed paper as PDFs, which lie under the letter's pages."""

    first: Line
    """A PDF: the paper of page 1; a second page is that of the later ones."""
    following: Line | None = None
    """A PDF of one page: the paper of the later pages; without it, and without a second page, they are white."""


class DesignFile(Checked):
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
    country: Annotated[str, BeforeValidator(one_line)] | None = None
    """By any usual name or code: US, USA, Deutschland, Holland. ISO 3166-1's two letters (US, DE) go before others."""
    phone: Line | None = None
    """Telephone number; printed of a sender, where the letterhead shows it. `telephone` says the same."""
    email: Line | None = None
    """Electronic address; printed of a sender, where the letterhead shows it."""
    web: Line | None = None
    """Address on the web; printed of a sender, where the letterhead shows it. `website` says the same."""
    foot: list[Lines] = Field(default=[])
    """Columns of the letterhead's foot, each a text or a list of lines: legal form, register, bank."""
    design: DesignFile | None = None
    """Of a sender: how its letters look, whichever letterhead they have: logo, accent, font, printed paper."""

    @model_validator(mode="before")
    @classmethod
    def _other_names(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        names = {other: name for other, name in OTHER_NAMES.items() if other in data and name not in data}
        return {names.get(name, name): value for name, value in data.items()} if names else data

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


class SignatoryFile(Checked):
    """One who signs."""

    name: Line
    """The name as it is printed below the signature."""
    title: Rows | None = None
    """What the person is: Chair, Member of Congress; a list prints a line each."""
    organisation: Rows | None = None
    """For whom the person signs; a list prints a line each."""
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

    title: Rows | None = None
    """What the person is: Chair, Member of Congress; a list prints a line each below a signature, one in an address."""
    organisation: Rows | None = None
    """The firm, office or body, below the name or in its place; a list likewise."""
    authority: Line | None = None
    rank: Line | None = None
    sign: SignMode | None = None
    ink: Line | None = None
