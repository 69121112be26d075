"""What can be chosen for a letter, declared once; and what a job's letter is to look like in the end.

`TABLE` has a row for each choice: options of commands, keywords of the Python API, axes of `variants:`, columns of a
record and names in a file's name are made from it, and all choices are part of a job's id (batch/fingerprint.py).
To add one: an attribute of `model.Choices`, a keyword of `api.Chosen`, a row here, and the code that uses its value.

Not here: what a letterhead's parameters may be (definition.py).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from letterpress.errors import Diagnostic, FieldError, LetterpressError, UsageError, did_you_mean, fixes, nearest
from letterpress.letterhead import choice_readers
from letterpress.letterhead.papers import LETTER_COUNTRIES, PAPERS
from letterpress.model import COPIES, ENCLOSURES_MODES, PROFILES, SIGN_MODES, Choices, Job, Letter, Profile
from letterpress.text import paper_names

if TYPE_CHECKING:  # letterheads and languages are heavy, and the command line needs the table alone
    from letterpress.carriers.values import Carrier
    from letterpress.letterhead.definition import Letterhead
    from letterpress.letterhead.design import Design


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceSpec:
    """What one choice may be, and where it can be made."""

    name: str
    """Attribute of `model.Choices`, keyword of the Python API, key in `variants:`, column of a table."""
    help: str
    """What `--help` says of it."""
    values: tuple[str, ...] = ()
    """All that there are, found in any case; empty, if they are too many or known to a project alone."""
    noun: str = ""
    """What one of `values` is, as in "'a5' is no paper"."""
    read: Callable[[str], Any] = str.strip
    """Reads a text that `values` do not know; raises a `FieldError`."""
    spelt: Callable[[str], str] = str.casefold
    """Gives one of `values` for other spellings of it."""
    metavar: str | None = None
    """What stands for the value in `--help`; None: the values themselves."""
    option: str | None = None
    """The option that makes the choice; None: its name behind two hyphens."""
    pairs: bool = False
    """Whether it is made for several by name: `NAME=VALUE`, as often as wanted."""
    axis: bool = False
    """Whether `variants:` may list its values; one of a pair is then for all signatories."""
    column: bool = False
    """Whether a record may choose it for itself."""
    switch: bool = False
    """Whether its option takes no value, and chooses it by being there."""

    @property
    def flag(self) -> str:
        """The option as it is typed."""
        return self.option or f"--{self.name}"

    @property
    def shown(self) -> str:
        """What stands for the value in `--help`."""
        return self.metavar or "|".join(self.values)


TABLE = (
    ChoiceSpec(
        name="letterhead",
        help="Instead of the letter's own; see `letterpress letterheads`.",
        metavar="NAME",
        axis=True,
        column=True,
    ),
    ChoiceSpec(
        name="lang",
        help="Language, by its tag or name: en-US, de-CH, German.",
        read=choice_readers.lang,
        metavar="LANGUAGE",
        axis=True,
        column=True,
    ),
    ChoiceSpec(
        name="paper",
        help="Paper size.",
        noun="paper",
        values=tuple(PAPERS),
        spelt=paper_names.name,
        axis=True,
        column=True,
    ),
    ChoiceSpec(
        name="copy",
        help=f"{', '.join(COPIES)}; cc:NAME or bcc:NAME for one whom the letter names.",
        read=choice_readers.copy,
        metavar="COPY",
        axis=True,
    ),
    ChoiceSpec(
        name="sign",
        help=f"How NAME signs: {', '.join(SIGN_MODES)}; render, variants and merge also take a key (.p12).",
        noun="way to sign",
        values=SIGN_MODES,
        metavar="NAME=WAY",
        pairs=True,
        axis=True,
    ),
    ChoiceSpec(
        name="profile",
        help="archive (default): PDF/A-3a and PDF/UA-1; press: PDF/X-4 besides, in CMYK; press-x1a: PDF/X-1a alone; "
        "screen: a plain PDF.",
        noun="profile",
        values=PROFILES,
        axis=True,
    ),
    ChoiceSpec(
        name="date",
        help="The letters' date, YYYY-MM-DD; `today` is the day by the clock.",
        read=choice_readers.date,
        metavar="DATE",
        axis=True,
    ),
    ChoiceSpec(
        name="parameters",
        help="Give a parameter of the letterhead its value; see `letterpress letterheads NAME`.",
        metavar="NAME=VALUE",
        option="--param",
        pairs=True,
    ),
    ChoiceSpec(
        name="enclosures",
        help="Of one that is less than PDF/A-3a and PDF/UA-1: the letter claims less too (default), or is refused.",
        noun="way with enclosures",
        values=ENCLOSURES_MODES,
    ),
    ChoiceSpec(
        name="carrier",
        help="Make the letter fit the post or letter service that prints it; see `letterpress carriers`.",
        metavar="NAME",
    ),
    ChoiceSpec(
        name="marks",
        help="Crop marks around the pages of a press copy.",
        read=choice_readers.switch,
        switch=True,
    ),
    ChoiceSpec(
        name="tac",
        help="Most ink of a press copy, all four together, in per cent.",
        read=choice_readers.ink,
        metavar="PERCENT",
    ),
)
"""Every choice, in the order in which options are listed and values stand in a variant's file name."""

BY_NAME: Mapping[str, ChoiceSpec] = {spec.name: spec for spec in TABLE}
AXES = tuple(spec.name for spec in TABLE if spec.axis)
"""What a cell of `variants:` may choose."""
COLUMNS = tuple(spec.name for spec in TABLE if spec.column)
"""What a record may choose."""
IN_NAMES = tuple(spec.name for spec in TABLE if not spec.pairs)
"""What a file's name may use."""
DEFAULTS = Choices()


# --- reading ----------------------------------------------------------------------------------------------------------


def read(name: str, value: Any) -> Any:
    """Read the value of one choice as a text, or as what its attribute of `model.Choices` holds.

    :param value: for pairs, a mapping or pairs (name, value).
    :raises UsageError: there is no such value; `field` is the choice's name.
    """
    spec = BY_NAME[name]
    if not spec.pairs:
        return _read_one(spec, value)
    items = value.items() if isinstance(value, Mapping) else value
    return tuple((str(key), _read_one(spec, item, key)) for key, item in items)


def _read_one(spec: ChoiceSpec, value: Any, key: str | None = None) -> Any:
    if not isinstance(value, str):
        return _read_typed(spec, value)
    if spec.pairs and not spec.values:
        return value
    try:
        if not spec.values:
            return spec.read(value)
        return _one_of(spec, value, key)
    except FieldError as error:
        raise UsageError(fault(error, field=spec.name)) from None


def _read_typed(spec: ChoiceSpec, value: Any) -> Any:
    """A value that is no text: a day for the date, and whatever a letterhead's parameter takes."""
    if spec.pairs and not spec.values:
        return value
    if isinstance(value, datetime.date) and spec.read is choice_readers.date:
        return value.date() if isinstance(value, datetime.datetime) else value
    return _read_one(spec, str(value))


def _one_of(spec: ChoiceSpec, text: str, key: str | None) -> str:
    folded = spec.spelt(text.strip())
    if folded in spec.values:
        return folded
    near = nearest(folded, spec.values)
    whose = f" for {key}" if key else ""
    raise FieldError(
        f"'{text}' is no {spec.noun}{whose}",
        did_you_mean(folded, spec.values) if near else f"one of {', '.join(spec.values)}",
        code="choice-unknown",
        value=text,
        params=(("choice", spec.name), ("known", spec.values)),
        instead=near,
    )


def fault(error: FieldError, *, field: str) -> Diagnostic:
    """Make the diagnostic of a value that was not read; its place is for the caller to add."""
    about: dict[str, Any] = {"code": error.code, "value": error.value, "params": error.params}
    mended = fixes(error.value, error.instead)
    return Diagnostic(message=error.message, field=field, hint=error.hint, fixes=mended, **about)


def chosen(choices: Choices, given: Mapping[str, Any]) -> Choices:
    """Give `choices` with those that are given; one that is None stays as it is.

    :raises UsageError: with every value that there is not; `field` is its choice's name.
    """
    values: dict[str, Any] = {}
    faults: list[Diagnostic] = []
    for name, value in given.items():
        try:
            if value is not None:
                values[name] = read(name, value)
        except UsageError as error:
            faults += error.diagnostics
    if faults:
        raise UsageError(faults)
    return replace(choices, **values)


def chosen_by_texts(choices: Choices, texts: Mapping[str, str], letter: Letter) -> Choices:
    """Give `choices` with what a variant or a record chooses, a text each.

    :param letter: the letter that it is for: one way of signing is the way of all its signatories.
    :raises UsageError: see `chosen`.
    """
    names = [signatory.name for signatory in letter.signatories]
    given = {name: dict.fromkeys(names, text) if BY_NAME[name].pairs else text for name, text in texts.items()}
    return chosen(choices, given)


def check(choices: Choices, letter: Letter) -> list[Diagnostic]:
    """Find what the letter's project does not have: letterhead, language, parameters of the letterhead.

    :returns: faults whose `field` is the choice's name, and for a parameter `parameters.NAME`.
    """
    from letterpress.letterhead import definition
    from letterpress.text import language

    faults: list[Diagnostic] = []
    head = None
    try:
        head = definition.find(choices.letterhead or letter.letterhead, letter.root)
    except LetterpressError as error:
        if choices.letterhead and error.diagnostics[0].file is None:  # a broken letterhead is no wrong choice
            faults += (replace(fault, field="letterhead") for fault in error.diagnostics)
    if choices.lang:
        try:
            language.check(choices.lang)
        except LetterpressError as error:
            faults += (replace(fault, field="lang") for fault in error.diagnostics)
    if head is not None:
        from letterpress.letterhead import parameters

        faults += parameters.faults(head, dict(choices.parameters))
    return faults


# --- the look ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a letter's page is made with."""

    lang: str
    """BCP 47 tag."""
    paper: str
    """Name of a size of paper that the letterhead is made for."""
    parameters: Mapping[str, Any]
    """The letterhead's parameters, each with its value; files are absolute."""
    design: Design
    """What the parameters of a firm's design come to."""
    said: frozenset[str] = frozenset()
    """Names of those that the letter, its firm or who asks for it gives a value."""
    notes: tuple[Diagnostic, ...] = ()
    """What is to be said of it all the same."""
    carrier: Carrier | None = None
    """Whom the letter is made for."""
    profile: Profile = "archive"


def settle(job: Job, head: Letterhead) -> Look:
    """Find the look of a job's letter with the letterhead `head`: as chosen, else the letter's, else the letterhead's.

    :raises LetterpressError: with every choice that does not fit.
    """
    from letterpress.letterhead import definition, parameters
    from letterpress.text import language

    faults: list[Diagnostic] = []
    try:
        language.check(job.lang)
    except LetterpressError as error:
        faults += error.diagnostics
    carrier = None
    if job.choices.carrier is not None:
        from letterpress.letterhead import carrier_fit  # here: few letters are made for a carrier

        carrier, unknown = carrier_fit.chosen(job)
        faults += unknown
    paper = job.paper or _usual_paper(job, head, carrier)
    if paper not in head.papers:
        faults.append(
            Diagnostic(
                message=f"the letterhead '{head.name}' is not made for paper '{paper}'",
                field="paper",
                hint=f"it is made for {', '.join(head.papers)}",
                code="paper-unfit",
                value=paper,
                params=(("letterhead", head.name), ("papers", head.papers)),
                fixes=fixes(paper, head.papers),
            )
        )
    given, notes = parameters.given(job, head)
    firm = parameters.firm(job)
    own = [name for name in firm if given.get(name) is firm[name]]
    faults += parameters.faults(head, given, own)
    if job.overlay and head.standard is None:
        message = f"the letterhead '{head.name}' follows no standard that could be drawn over it"
        about: dict[str, Any] = {"code": "standard-missing", "params": (("letterhead", head.name),)}
        faults.append(Diagnostic(message=message, field="--overlay", hint="leave out --overlay", **about))
    if faults:
        raise LetterpressError(faults)
    from letterpress.letterhead import look_files

    profile = job.choices.rendition
    values = definition.parameters(head, given)[0]
    if carrier is not None:
        from letterpress.letterhead import carrier_fit

        standard, band = definition.standard_of(head, values), values.get("head") == "band"
        profile, marks = job.choices.profile or carrier_fit.usual_profile(carrier), job.choices.marks
        faults = carrier_fit.check(head, paper, standard, carrier, band=band, profile=profile, marks=marks)
        if faults:
            from letterpress.letterhead import carrier_ways

            given_with: dict[str, Any] = {"profile": profile, "marks": marks}
            raise LetterpressError(carrier_ways.helped(faults, head, values, paper, carrier, **given_with))
        notes = [*notes, *carrier_fit.notes(carrier, profile)]
    read = look_files.read(job, head, values, paper=paper, firm=own, carrier=carrier)
    if read.faults:
        raise LetterpressError(read.faults)
    return Look(
        lang=job.lang,
        paper=paper,
        parameters=read.values,
        design=read.design,
        said=frozenset(given),
        notes=(*notes, *read.notes),
        carrier=carrier,
        profile=profile,
    )


def _usual_paper(job: Job, head: Letterhead, carrier: Carrier | None) -> str:
    """US Letter where people write on it, if the letterhead is made for it; else the letterhead's first; of those that
    the carrier takes, if it takes any."""
    papers = (carrier is not None and tuple(name for name in head.papers if _takes(carrier, name))) or head.papers
    region = job.lang.rpartition("-")[2]
    return "letter" if region in LETTER_COUNTRIES and "letter" in papers else papers[0]


def _takes(carrier: Carrier, paper: str) -> bool:
    return carrier.takes_sheet(PAPERS[paper].width, PAPERS[paper].height)
