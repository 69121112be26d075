"""What goes into the service and what comes out, as models: the OpenAPI document is made of these.

Not here: which endpoint takes and gives which (routes/), how a body is read (bodies.py), what is said of jobs
(job_models.py), and what goes to the post (posting.py).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from letterpress.interactive.fault_bodies import Fault
from letterpress.model import ENCLOSURES_MODES, PROFILES, SIGN_MODES

Name = Annotated[str, Field(min_length=1, max_length=200)]
Short = Annotated[str, Field(max_length=200)]
Number = Annotated[Decimal, WithJsonSchema({"type": "number"})]
"""As it was written: 1.10 does not become 1.1."""
Scalar = str | bool | int | Number | None


class Given(BaseModel):
    """What a client sends: a name that is not known is refused."""

    model_config = ConfigDict(extra="forbid", populate_by_name=False)


class Told(BaseModel):
    """What the service answers."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


# --- what a letter is made with ---------------------------------------------------------------------------------------


class Choices(Given):
    """What is chosen for a letter; without a choice it is as the letter says. The options of `letterpress render`."""

    letterhead: Name | None = Field(None, description="Instead of the letter's own.")
    lang: Name | None = Field(None, description="Language, by its tag or name.")
    paper: Name | None = Field(None, description="`a4` or `letter`.")
    copy_: Name | None = Field(None, alias="copy", description="original, draft, file, conformed; cc:NAME or bcc:NAME.")
    profile: Literal[PROFILES] | None = None  # type: ignore[valid-type]
    date: Name | None = Field(None, description="A day, `YYYY-MM-DD`, or `today`.")
    parameters: dict[str, Scalar] = Field(
        default_factory=dict, description="Of the letterhead: name and value. None may name a file."
    )
    sign: dict[str, Literal[SIGN_MODES]] = Field(  # type: ignore[valid-type]
        default_factory=dict, description="Signatory and way of signing."
    )
    enclosures: Literal[ENCLOSURES_MODES] | None = Field(  # type: ignore[valid-type]
        None, description="What becomes of the letter where an enclosure keeps less: `lower` or `refuse`."
    )
    carrier: Name | None = Field(None, description="A post or letter service that the letter is made to fit.")
    marks: bool | None = Field(None, description="Whether a press copy has crop marks.")
    tac: Annotated[float, Field(ge=200, le=400)] | None = Field(
        None,
        description="Most ink of a press copy in one place, all four inks together, in per cent (total area coverage).",
    )
    fields: dict[str, Scalar] = Field(
        default_factory=dict, description="Field and value, as `--set`; also `to.name` and the like."
    )


STRICT = "Warnings count as errors, as `--strict`: a letter with one fails."


class RenderRequest(Choices):
    """A letter that is to be made or checked."""

    data: dict[str, Any] | None = Field(
        None,
        description="The values of one record, as a row of a list has them: the letter is the one that `letterpress "
        "merge` makes of it. Its schema is at `/v1/letters/{letter}/schema`. Without it the letter is made by itself.",
    )
    map: dict[str, str] = Field(default_factory=dict, description="Key of `data` and field, where the name is another.")
    data_lang: Name | None = Field(None, description="Language that dates and numbers in `data` are written in.")
    strict: bool = Field(False, description=STRICT)


class TextRequest(RenderRequest):
    """A letter whose text is sent; only where the service was started with `--allow-text`."""

    text: str = Field(max_length=2_000_000, description="Front matter and Markdown, as a letter's file.")


class Webhook(Given):
    """Where to tell what becomes of a job."""

    url: str = Field(max_length=2000, pattern=r"^https?://", description="Is sent a POST with JSON.")
    events: tuple[Literal["job.started", "job.ended", "letter.failed"], ...] = Field(("job.ended",), max_length=3)


class Variant(Given):
    """What one variant chooses."""

    letterhead: Name | None = None
    lang: Name | None = None
    paper: Name | None = None
    copy_: Name | None = Field(None, alias="copy")
    profile: Literal[PROFILES] | None = None  # type: ignore[valid-type]


class Listed(Given):
    """A list: its records as JSON, or how a file is read that is sent with it."""

    records: list[dict[str, Any]] | None = Field(None, description="One letter for each.")
    map: dict[str, str] = Field(default_factory=dict, description="Column and field, where the name is another.")
    data_lang: Name | None = Field(None, description="Language that dates and numbers of the list are written in.")
    key: Name | None = Field(None, description="Column whose value names a record to people.")
    group_by: list[Name] = Field(default_factory=list, max_length=20, description="One letter for records that agree.")
    sheet: Name | None = Field(None, description="Of a workbook.")
    delimiter: Annotated[str, Field(min_length=1, max_length=10)] | None = Field(None, description="Of a CSV file.")
    encoding: Annotated[str, Field(min_length=1, max_length=40)] | None = Field(None, description="Of a CSV file.")


class Printer(Given):
    """How the letters of a list go to the printer. The options of `letterpress merge --combine`."""

    duplex: bool = Field(False, description="Both sides are printed: each letter begins on a new sheet.")
    split: list[Name | int] = Field(
        default_factory=list,
        max_length=10,
        description="Several files: of letters alike in `country`, `sheets`, `weight` ..., and of so many: "
        '`["country", 5000]`.',
    )
    sort: list[Name] = Field(
        default_factory=list, max_length=10, description='In this order: `["country", "postcode"]`.'
    )
    insert_sheet: Name | None = Field(None, description="Name of a letter, a sheet of which stands before each file.")
    inserter: Name | None = Field(None, description="The marks that an inserting machine reads from each sheet.")
    grammage: Annotated[float, Field(ge=30, le=400)] | None = Field(None, description="Of the paper, in g/m2.")
    weights: list[Annotated[int, Field(ge=1, le=100_000)]] | None = Field(
        None, min_length=1, max_length=50, description="Limits of the classes of weight, in g."
    )


class JobRequest(Choices):
    """Letters that are to be made as a job."""

    combined: bool = Field(False, description="Also put all letters into one PDF, in order, for a print spool.")
    strict: bool = Field(False, description=STRICT)
    webhook: Webhook | None = None


class VariantsRequest(JobRequest):
    """Variants of a letter; without `variants` those of its own matrix."""

    variants: list[Variant] = Field(default_factory=list, max_length=200)


class BatchRequest(JobRequest, Listed):
    """Letters of a list: its records as JSON, or a file in a multipart body."""

    name: Name | None = Field(None, description="Pattern of the files' names, as `--name`.")
    matrix: bool = Field(False, description="Whether each is made in all variants of the letter's matrix.")
    printer: Printer | None = Field(None, description='With `"combined": true`: how the letters go to the printer.')


class SignRequest(Given):
    """How a PDF is to be signed."""

    key: Name = Field(description="Name of a key of the service.")
    place: Short | None = Field(None, description="For whom the place is kept; without it that of the key's owner.")
    letterhead: Name = Field("plain", description="Whose stamp is set in the place.")
    reason: Short | None = None


class SignJson(SignRequest):
    """How a PDF is to be signed, with the PDF."""

    pdf: str = Field(description="The file, in base64.", json_schema_extra={"contentEncoding": "base64"})


# --- answers ----------------------------------------------------------------------------------------------------------


class Problem(Told):
    """Why a request was not answered (RFC 9457)."""

    type: Literal["about:blank"] = "about:blank"
    title: str
    status: int
    code: str = Field(description="Which kind of refusal it is; stays as it is.")
    trace: str = Field(description="Finds the request in the service's log.")
    diagnostics: list[Fault] = Field(default_factory=list)


class Enclosed(Told):
    """An enclosure whose pages are in the PDF."""

    title: str
    pages: int


class AttachedFile(Told):
    """A file that is in the PDF as a file."""

    file: str
    relationship: str
    sha256: str


class Letter(Told):
    """What became of a letter, as `--json` has it."""

    id: str
    source: str
    record: str | None
    output: str | None
    pages: int | None
    sha256: str | None
    status: Literal["done", "failed", "skipped"]
    claims: list[str] = Field(default_factory=list)
    variant: dict[str, str] | None = None
    enclosures: list[Enclosed] = Field(default_factory=list)
    attachments: list[AttachedFile] = Field(default_factory=list)
    diagnostics: list[Fault]


class Rendered(Told):
    """A letter that was made."""

    result: Letter
    pdf: str = Field(description="The file, in base64.", json_schema_extra={"contentEncoding": "base64"})


class Checked(Told):
    """What is wrong with a letter."""

    ok: bool = Field(description="Whether it can be made, as far as shows without its pages.")
    diagnostics: list[Fault]


class LetterField(Told):
    """A field that a letter declares."""

    name: str
    title: str
    type: str
    required: bool
    default: str | None
    choices: list[str]
    currency: str | None
    description: str | None


class LetterSummary(Told):
    """A letter of the project."""

    name: str
    file: str


class Letters(Told):
    """The letters of the project."""

    letters: list[LetterSummary]


class LetterCode(Told):
    """A code for machines that a letter carries (`codes:` in its front matter)."""

    type: str
    title: str
    place: str = Field(description="Where it stands: address, info, end, slip or page.")
    values: dict[str, str] = Field(
        description="What it is made of, as the letter says: `{{ fields.amount }}` is the value of `amount` in `data`."
    )


class LetterDetails(LetterSummary):
    """A letter of the project, and what it asks for."""

    subject: str | None
    lang: str | None
    letterhead: str | None
    signatories: list[str]
    fields: list[LetterField]
    codes: list[LetterCode]
    variants: list[str]
    diagnostics: list[Fault]


class Parameter(Told):
    """A parameter of a letterhead."""

    name: str
    title: str
    type: str
    default: str | None
    choices: list[str]
    description: str


class Letterhead(Told):
    """A letterhead that letters of the project can have."""

    name: str
    title: str
    country: str | None
    description: str
    papers: list[str]
    shipped: bool
    parameters: list[Parameter]
    fault: Fault | None


class Letterheads(Told):
    """All letterheads."""

    letterheads: list[Letterhead]


class Code(Told):
    """A code of diagnostics."""

    code: str
    means: str
    do: str = Field(description="What to do, in plain words.")


class Codes(Told):
    """All codes that diagnostics may have."""

    codes: list[Code]


class Key(Told):
    """A key that this token may sign with."""

    name: str
    kind: Literal["file", "pkcs11"]
    usable: bool = Field(
        description="Whether its file and its passphrase are there; else signing is answered with 503."
    )


class Keys(Told):
    """The keys that this token may sign with."""

    keys: list[Key]


class Signed(Told):
    """A PDF that was signed."""

    signer: str
    signatory: str
    level: str
    open: list[str] = Field(description="Whose places are still open.")
    diagnostics: list[Fault]
    pdf: str = Field(description="The file, in base64.", json_schema_extra={"contentEncoding": "base64"})


class Health(Told):
    """Whether the service is there."""

    status: Literal["ok", "starting", "stopping"]


SENT = (RenderRequest, TextRequest, VariantsRequest, BatchRequest, SignRequest, SignJson)
ANSWERED = (
    Problem, Rendered, Checked, Letters, LetterDetails, Letterheads, Letterhead, Keys, Signed, Health, Codes,
)  # fmt: skip
