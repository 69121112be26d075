"""Immutable values shared by all stages: letter, people, job, result. They are picklable, and do no I/O. A text in a
`Letter` may hold `{{ }}`: it is a template until `filling` has made it plain text.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from letterpress.code import Code, CodeSpec
from letterpress.dispatch import Dispatch
from letterpress.enclosed import Annex as Annex
from letterpress.enclosed import Attached, AttachedFile, Attachment, Invoice
from letterpress.enclosed import Enclosure as Enclosure
from letterpress.errors import Diagnostic, strictly
from letterpress.frozen import frozendict as frozendict
from letterpress.writing import Writing as Writing

Copy = Literal["original", "draft", "file", "conformed"]
Profile = Literal["archive", "screen", "press", "press-x1a"]
SignMode = Literal["ink", "conformed", "digital", "blank"]
Status = Literal["done", "failed", "skipped"]
Gender = Literal["female", "male", "neutral"]
FieldType = Literal["text", "integer", "decimal", "money", "date", "boolean", "choice", "list"]
EnclosuresMode = Literal["lower", "refuse"]

LINK_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
"""Where a link in a letter may lead."""

COPIES: tuple[Copy, ...] = ("original", "draft", "file", "conformed")
COPY_LISTS = ("cc", "bcc")
"""Fields of a letter that name who gets a copy; `cc:NAME` is the copy for that one."""
PROFILES: tuple[Profile, ...] = ("archive", "screen", "press", "press-x1a")
ENCLOSURES_MODES: tuple[EnclosuresMode, ...] = ("lower", "refuse")
SIGN_MODES: tuple[SignMode, ...] = ("ink", "conformed", "digital", "blank")
FIELD_TYPES: tuple[FieldType, ...] = ("text", "integer", "decimal", "money", "date", "boolean", "choice", "list")


def copy_parts(copy: str) -> tuple[str, str]:
    """Split a copy into its kind and for whom it is: `cc:Dr. Brook` -> ("cc", "Dr. Brook"), `file` -> ("file", "")."""
    kind, _, name = copy.partition(":")
    return kind.strip(), name.strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who somebody is, and how they are to be addressed."""

    name: str | None = None
    honorific: str | None = None
    title: str | None = None
    given: str | None = None
    family: str | None = None
    """The family name, where the name does not show it."""
    gender: Gender | None = None
    """As the person wants to be addressed. Never guessed: None is the neutral form."""
    office: str | None = None
    """Key of a form of address (`forms.toml`), such as `us-senator`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party(Person):
    """A person or organisation, as sender or recipient.

    Either `lines` as they are to be printed below the name, or parts that `address.py` formats for the country.
    """

    lines: tuple[str, ...] = ()
    persons: tuple[Person, ...] = ()
    """Several persons over one address, instead of `name`."""
    organisation: str | None = None
    attention: str | None = None
    """Who in the organisation is to have the letter."""
    care_of: str | None = None
    """With whom the recipient lives or works: "c/o"."""
    street: str | None = None
    postcode: str | None = None
    city: str | None = None
    region: str | None = None
    country: str | None = None
    """ISO 3166-1 alpha-2 code, such as `US`."""
    phone: str | None = None
    email: str | None = None
    web: str | None = None
    foot: tuple[tuple[str, ...], ...] = ()
    """Columns of lines for the letterhead's foot: legal form, register, bank."""
    design: Mapping[str, Any] = field(default_factory=frozendict)
    """Of a sender: values of a letterhead's parameters that its letters have, whichever letterhead they have."""
    design_base: str | None = None
    """Folder that the files of `design` are relative to, absolute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatory:
    """One who signs: a block below the closing."""

    name: str
    title: str | None = None
    organisation: str | None = None
    authority: str | None = None
    """A mark at the signature: "i. A.", "ppa.", "By direction"; `addressing.ranks` says where it is set."""
    rank: str | None = None
    """What `signatories_order: rank` goes by: a rank such as `CAPT`, or a number."""
    sign: SignMode | None = None
    """How this person signs; None leaves it to the copy: blank, or "/s/ Name" on a conformed copy."""
    ink: str | None = None
    """Image of the handwriting: a path as written, relative to the file that names it."""
    ink_base: str | None = None
    """Folder that `ink` is relative to, absolute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """A field that the body may use and that a record or --set fills."""

    type: FieldType = "text"
    required: bool = False
    default: Any = None
    """Value when none is given, as written; None means there is no default."""
    choices: tuple[str, ...] = ()
    currency: str | None = None
    """ISO 4217 code, for `money`."""
    description: str | None = None
    writing: Writing | None = None
    """Of a record's values; None: the letter's language decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The text between salutation and closing, parsed once."""

    template: str
    """HTML with the author's `{{ }}` and `{% %}` in place."""
    lines: tuple[tuple[int, int], ...]
    """Pairs (line of `template`, line of the source file), ascending, for the lines that hold a tag."""
    words: tuple[tuple[str, int], ...] = ()
    """Author's runs of text with their source line: where a character came from, for diagnostics."""
    images: tuple[tuple[str, int], ...] = ()
    """Image sources as written, with their source line."""
    raw: bool = False
    """Whether it holds HTML of the author's own, or a value in an attribute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What a letter says in a further language. Texts may still hold `{{ }}`."""

    lang: str
    body: Body
    subject: str | None = None
    salutation: str | None = None
    closing: str | None = None
    postscript: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter as its author wrote it, checked and frozen. Texts may still hold `{{ }}`."""

    slug: str
    """The file's name without its ending; names the output."""
    path: str
    """The file as the user named it, for diagnostics. Never written into a PDF."""
    folder: str
    """Absolute folder of the file: what its images are relative to."""
    root: str
    """Absolute root of the project (nearest folder upward with `letterpress.toml`, `content/` or `templates/`)."""
    letterhead: str
    lang: str
    """BCP 47 tag, such as `en-US`."""
    date: datetime.date | None
    body: Body
    sender: Party | None = None
    """`from` in the front matter."""
    to: tuple[Party, ...] = ()
    subject: str | None = None
    reference: tuple[tuple[str, str], ...] = ()
    """Pairs (key or label, text): `ours`, `yours`, or any label as written."""
    via: tuple[str, ...] = ()
    """Through whom the letter goes to its recipient."""
    notices: tuple[str, ...] = ()
    """Mailing notices: "By certified mail", "Confidential"."""
    salutation: str | None = None
    closing: str | None = None
    signatories: tuple[Signatory, ...] = ()
    signatories_order: Literal["given", "rank"] = "given"
    sign: Literal["in-order", "any-order"] = "any-order"
    enclosures: tuple[str | Enclosure, ...] = ()
    """A text is listed; an `Enclosure` is listed, and its pages follow the letter's."""
    enclosures_conformance: EnclosuresMode | None = None
    """Whether a letter becomes what its enclosures are, or is refused then; None: it does not say."""
    attachments: tuple[Attachment, ...] = ()
    einvoice: Invoice | None = None
    codes: tuple[CodeSpec, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    postscript: str | None = None
    paper: str | None = None
    versions: tuple[Version, ...] = ()
    """Further languages, in the order of the file."""
    bilingual: Literal["sequence", "columns"] = "sequence"
    typography: bool = True
    """Whether the author's texts are set by the conventions of their language, or print as typed."""
    parameters: Mapping[str, Any] = field(default_factory=frozendict)
    fit: Literal["page", "none"] | None = None
    """Whether a last page that would hold little is to be saved, as a value of the letterhead's parameter `fit`."""
    project_parameters: Mapping[str, Any] = field(default_factory=frozendict)
    """What the project says of the letterhead's parameters for all its letters."""
    project_letterhead: str | None = None
    """The letterhead that they are for; None: for each that has them."""
    stationery: Mapping[str, Any] = field(default_factory=frozendict)
    """The firm's printed paper, as values of the letterhead's parameters `stationery_first` and `_following`."""
    fields: Mapping[str, FieldSpec] = field(default_factory=frozendict)
    variants: Mapping[str, Any] = field(default_factory=frozendict)
    map: Mapping[str, str] = field(default_factory=frozendict)
    """Column of a table -> field path, for `merge`."""
    data: Writing | None = None
    places: Mapping[str, tuple[str, int]] = field(default_factory=frozendict)
    """Field path -> (file, line) where its value is written."""
    remarks: tuple[Diagnostic, ...] = ()
    """Warnings and notes of the file, found when it was read: each is said once, not for each record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What is chosen for a letter, whatever it says itself; None: as it says. `choices.TABLE` says the rest."""

    letterhead: str | None = None
    lang: str | None = None
    paper: str | None = None
    copy: str = "original"  # one of `COPIES`, or `cc:NAME` or `bcc:NAME`
    sign: tuple[tuple[str, SignMode], ...] = ()
    """Pairs (signatory's name, way of signing) that override the content's."""
    profile: Profile | None = None  # None: the one that the carrier asks for, else `archive`
    date: datetime.date | None = None
    parameters: tuple[tuple[str, Any], ...] = ()  # pairs (the letterhead's parameter, value as written)
    enclosures: EnclosuresMode | None = None  # see `Letter.enclosures_conformance`
    carrier: str | None = None
    marks: bool = False  # of a press copy: whether it has crop marks
    tac: float = 300.0  # of a press copy: total area coverage that nothing goes beyond, in per cent

    @property
    def rendition(self) -> Profile:
        """The profile, once the carrier's is among the choices."""
        return self.profile or "archive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One PDF to be made: a letter, what is chosen for it, and what fills it."""

    letter: Letter
    choices: Choices = Choices()
    values: tuple[tuple[str, Any], ...] = ()
    """Pairs (path, value as written): `amount` or `fields.amount`, `to.name` ..."""
    overlay: bool = False
    """Whether the standard's field, windows, folds and clear zones are drawn over page 1: a proof, not a letter."""
    signed_by: tuple[str, ...] = ()
    """Fingerprints of the certificates that sign the letter at once, so that another key makes another job; names of
    the signatories, where nothing asks for that."""
    record: str | None = None  # number, and key if one is named, of the record this job was made from
    stays_free: tuple[tuple[float, float, float, float, str], ...] = ()  # on every page: x, y, width, height (mm), why
    strict: bool = False  # whether a warning fails the letter; not on its page, and so no part of its id
    id: str | None = None
    output: str | None = None
    """Path the PDF goes to, for the result; the pipeline itself writes nothing."""

    @property
    def letterhead(self) -> str:
        """The letterhead's name: as chosen, else as the letter says."""
        return self.choices.letterhead or self.letter.letterhead

    @property
    def lang(self) -> str:
        """The language: as chosen, else as the letter says."""
        return self.choices.lang or self.letter.lang

    @property
    def common_title(self) -> str:
        """What all letters of a list are called: their subject, if it is the same for all, else the file's name."""
        subject = self.letter.subject
        return subject if subject and "{" not in subject else self.letter.slug

    @property
    def paper(self) -> str | None:
        """The size of paper: as chosen, else as the letter says, if it does."""
        return self.choices.paper or self.letter.paper

    @property
    def date(self) -> datetime.date | None:
        """The date: as chosen, else as the letter says, if it does."""
        return self.choices.date or self.letter.date

    def result(self, status: Status, diagnostics: Iterable[Diagnostic], **made: Any) -> Result:
        """Make the result of this job, with further attributes of the `Result`."""
        about: dict[str, Any] = {"id": self.id or self.letter.slug, "source": self.letter.path, "record": self.record}
        about["output"] = None if status == "failed" else self.output
        return Result(status=status, diagnostics=tuple(diagnostics), **about, **made)

    def judged(self, result: Result) -> Result:
        """Give a result of this job as it counts: where warnings are errors, one of them fails the letter."""
        faults = strictly(result.diagnostics) if self.strict else result.diagnostics
        return result if faults == result.diagnostics else self.result("failed", faults, laid_out=result.laid_out)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledVersion:
    """What a letter says in a further language, with nothing left to fill in."""

    lang: str
    body: str
    subject: str | None
    salutation: str | None
    closing: str | None
    postscript: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A letter with nothing left to fill in. Texts are plain; `body` is HTML."""

    lang: str
    date: datetime.date | None
    sender: Party | None
    to: tuple[Party, ...]
    addresses: tuple[tuple[str, ...], ...]
    """Blocks of address: one for each recipient, or for several at one address."""
    sender_lines: tuple[str, ...]
    subject: str | None
    reference: tuple[tuple[str, str], ...]
    via: tuple[str, ...]
    notices: tuple[str, ...]
    salutation: str | None
    closing: str | None
    signatories: tuple[Signatory, ...]
    enclosures: tuple[str, ...]
    cc: tuple[str, ...]
    bcc: tuple[str, ...]
    postscript: str | None
    body: str
    versions: tuple[FilledVersion, ...] = ()
    annexes: tuple[Annex, ...] = ()
    """The enclosures whose pages follow the letter's."""
    attachments: tuple[AttachedFile, ...] = ()
    codes: tuple[Code, ...] = ()
    copy_for: str | None = None  # of `cc` or `bcc`, the one whose copy this is


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureField:
    """A place that the finished PDF keeps for a digital signature."""

    name: str
    """The field's `T`: a slug of the signatory's name, unique in the file."""
    signatory: str
    title: str | None
    page: int  # counted from 1
    box: tuple[float, float, float, float]  # x1, y1, x2, y2 in pt from the page's bottom-left corner


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The outcome of one job. A failed job has no PDF; its diagnostics say why."""

    id: str
    source: str
    status: Status
    record: str | None = None
    output: str | None = None
    pages: int | None = None
    sha256: str | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    pdf: bytes | None = None
    signature_fields: tuple[SignatureField, ...] = ()
    enclosures: tuple[tuple[str, int], ...] = ()
    """Title and number of pages of each enclosure that is in the PDF, after the letter's own pages."""
    attachments: tuple[Attached, ...] = ()  # the files that are in the PDF as files
    claims: tuple[str, ...] = ()  # the standards that the PDF says it keeps: `PDF/A-3a`, `PDF/UA-1`
    shape: str | None = None
    """Equal for PDFs of the same objects but for the pages' content and the letter's own texts; None: not known."""
    variant: Mapping[str, str] | None = None  # of a letter's matrix, what this variant chooses: axis -> value
    dispatch: Dispatch | None = None  # to whom it goes, and how it was made
    laid_out: str | None = None  # of a letter of a list, why; empty: its pages were made from those of another

    def as_json(self) -> dict[str, Any]:
        """Give the JSON object of one letter as `--json` has it; enclosures, attachments, variant where it has some."""
        document = {n: getattr(self, n) for n in ("id", "source", "record", "output", "pages", "sha256", "status")}
        document |= {"variant": dict(self.variant)} if self.variant is not None else {}
        document |= {"claims": list(self.claims)} if self.status == "done" else {}
        document["diagnostics"] = [fault.as_json() for fault in self.diagnostics]
        told = [{"title": title, "pages": pages} for title, pages in self.enclosures]
        document |= {"enclosures": told} if told else {}
        return document | ({"attachments": [one._asdict() for one in self.attachments]} if self.attachments else {})
