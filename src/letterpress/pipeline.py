"""The way a letter takes, on one screen.

Job: `press(job)` makes one PDF. It never raises for a bad letter: the `Result` carries the diagnostics. Secret: none;
this is the only joint between the rooms, and each line is a call into one of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from letterpress.content import reader
from letterpress.errors import Diagnostic, LetterpressError, did_you_mean, itself_failed
from letterpress.filling import checks, letter, source_locations
from letterpress.layout import engine
from letterpress.letterhead import compose, definition
from letterpress.letterhead.papers import LETTER_COUNTRIES
from letterpress.model import Filled, Job, Letter, Result, copy_parts
from letterpress.page import LayoutFault, Page
from letterpress.processes import stages
from letterpress.text import language, numbers

if TYPE_CHECKING:
    from letterpress.signing.keys import Signer
    from letterpress.signing.sign import Stamp, StampText

_STAMP_SIZES = (7.5, 6.5, 5.5, 4.5)  # pt of a stamp's type, tried from the largest that has room for its lines
_STAMP_LEADING = 1.16


def prepare() -> None:
    """Load what the first letter needs, so that its time is its own."""
    engine.load()


def press(job: Job) -> Result:
    """Make one letter's PDF. Nothing is written; `Result.pdf` holds the bytes."""
    return _unraised(job, _press)


def _unraised(job: Job, make: Callable[[Job], Result]) -> Result:
    """What `make` makes of the job, or a failed result: what it raises is a fault of this letter and of no other.

    :raises MemoryError: whoever bounds the memory knows what to say.
    """
    try:
        with numbers.own_context():
            return make(job)
    except LetterpressError as error:
        return _stopped(job, error)
    except MemoryError:
        raise
    except Exception as error:
        return _failed(job, [itself_failed(error, job.letter.path, job.record)])


def _press(job: Job) -> Result:
    """`press`, which may raise."""
    stages.at("filling in the letter")
    head = definition.find(job.letterhead or job.letter.letterhead, job.letter.root)
    lang, paper, parameters = _choices(job, head)
    filled, warnings = letter.fill(job, lang=lang, paper=paper, letterhead=head.name)
    if filled is None:
        return _failed(job, warnings)
    asked = _asked(job, head, filled, parameters)
    archive, kind = job.profile == "archive", copy_parts(job.copy)[0]
    looks: dict[str, Any] = {"paper": paper, "copy": kind, "given": parameters, "overlaid": job.overlay}
    page = compose.compose(head, filled, job.letter, archive=archive, **looks)
    stages.at("laying out the letter")
    laid = engine.lay_out(page)
    faults = [*warnings, *asked, *(_located(job, fault, page) for fault in laid.faults)]
    if laid.pdf is None or any(fault.severity == "error" for fault in asked):
        return _failed(job, faults)
    pdf = _with_annexes(laid.pdf, filled)
    return Result(
        id=job.id or job.letter.slug,
        source=job.letter.path,
        record=job.record,
        output=job.output,
        status="done",
        pages=laid.pages + sum(len(annex.pages) for annex in filled.annexes),
        sha256=hashlib.sha256(pdf).hexdigest(),
        diagnostics=tuple(faults),
        pdf=pdf,
        signature_fields=laid.signature_fields,
        enclosures=tuple((annex.title, len(annex.pages)) for annex in filled.annexes),
    )


def read(path: str | Path) -> Letter:
    """Read a letter that is to be made.

    :raises LetterpressError: it cannot be read, or has faults: all that can be known of it without its layout.
    """
    letter, faults = reader.examine(path)
    if letter is None or any(fault.severity == "error" for fault in faults):
        more = check(Job(letter=letter)) if letter is not None else []
        raise LetterpressError(dict.fromkeys([*faults, *more]))
    return letter


def press_file(path: str | Path, chosen: Job) -> Result:
    """Make the PDF of the letter in a file; one that cannot be read or has faults has failed, as any bad letter.

    :param chosen: what `press` takes; its letter is not looked at.
    """
    stages.at("reading the letter")
    try:
        letter = read(path)
    except LetterpressError as error:
        name = reader.slug_of(Path(path))
        return Result(id=name, source=str(path), status="failed", diagnostics=error.diagnostics)
    return press(replace(chosen, letter=letter))


def _with_annexes(pdf: bytes, filled: Filled) -> bytes:
    """The letter with the pages of its enclosures behind its own."""
    if not filled.annexes:
        return pdf
    from letterpress.pdf import append

    stages.at("adding the enclosures")
    return append.append(pdf, filled.annexes, label=language.labels(filled.lang)["enclosure"])


def examine(job: Job) -> Result:
    """All that can be known of a letter with its values without laying it out; `Result.pdf` is None."""
    return _unraised(job, _examine)


def _examine(job: Job) -> Result:
    """`examine`, which may raise."""
    head = definition.find(job.letterhead or job.letter.letterhead, job.letter.root)
    lang, paper, parameters = _choices(job, head)
    filled, faults = letter.fill(job, lang=lang, paper=paper, letterhead=head.name)
    if filled is None:
        return _failed(job, faults)
    faults += _asked(job, head, filled, parameters)
    if any(fault.severity == "error" for fault in faults):
        return _failed(job, faults)
    return replace(_failed(job, faults), status="done", output=job.output)


@numbers.in_own_context
def check(job: Job) -> list[Diagnostic]:
    """All that can be known of a letter without laying it out and without a record's values."""
    faults: list[Diagnostic] = []
    try:
        head = definition.find(job.letterhead or job.letter.letterhead, job.letter.root)
        _choices(job, head)
    except LetterpressError as error:
        faults += [_placed(job, diagnostic) for diagnostic in error.diagnostics]
    faults += checks.check_postcodes(job.letter, job.lang or job.letter.lang)
    faults += [*checks.check_defaults(job.letter), *checks.check_templates(job.letter)]
    return [*faults, *letter.check_enclosures(job)]


def _stopped(job: Job, error: LetterpressError) -> Result:
    """A job that an error ended, with what else can be known to be wrong: all faults are said in one run."""
    faults = [_placed(job, diagnostic) for diagnostic in error.diagnostics]
    faults += [replace(fault, record=job.record) for fault in checks.check_templates(job.letter)]
    return _failed(job, tuple(dict.fromkeys(faults)))


def stamp(
    words: Mapping[str, str],
    width: float,
    height: float,
    *,
    letterhead_name: str = "plain",
    lang: str = "en-US",
    root: str = ".",
) -> bytes:
    """A visible signature as a PDF of one page, as large as the field it goes into.

    :param words: texts: signer, title, time, reason, place, note; an empty one is not shown.
    :param width: of the field, in pt; `height` likewise.
    :raises LetterpressError: there is no such letterhead, or its stamp cannot be laid out.
    """
    head = definition.find(letterhead_name, root)
    return _drawn(head, compose.stamps(head.folders), tuple(sorted(words.items())), width, height, lang)


@lru_cache(maxsize=32)
def _drawn(
    head: definition.Letterhead,
    _stamps: tuple[tuple[str, int], ...],
    pairs: tuple[tuple[str, str], ...],
    width: float,
    height: float,
    lang: str,
) -> bytes:
    """A stamp says the minute: one who signs a thousand letters has it laid out once a minute."""
    words = dict(pairs)
    lines = sum(bool(words.get(name)) for name in ("signer", "title", "time", "reason", "note"))
    for size in (size for size in _STAMP_SIZES if lines * size * _STAMP_LEADING <= height or size == _STAMP_SIZES[-1]):
        page = compose.compose_stamp(head, words, width=width, height=height, lang=lang, size=size)
        laid = engine.lay_out(page)
        if laid.pdf is not None and laid.pages == 1:
            return laid.pdf
    faults = laid.faults or [LayoutFault("its words do not fit the field", "give a shorter reason or place")]
    raise LetterpressError(Diagnostic(message=f"stamp: {one.message}", hint=one.hint) for one in faults)


def letterhead_stamp(name: str, lang: str, root: str | Path) -> Stamp:
    """The visible signature as the letterhead `name` of the project at `root` lays it out, in the language `lang`."""

    def draw(text: StampText, width: float, height: float) -> bytes:
        words = {
            "signer": text.signer,
            "title": text.title or "",
            "time": f"{language.date_text(text.time.date(), lang)}, {text.time:%H:%M} {text.time.tzname()}",
            "reason": text.reason or "",
            "place": text.place or "",
            "note": text.note or "",
        }
        return stamp(words, width, height, letterhead_name=name, lang=lang, root=str(root))

    return draw


def sign(
    result: Result,
    signers: Sequence[tuple[str, Signer]],
    *,
    letterhead_name: str,
    root: str | Path,
    tsa: str | None = None,
) -> Result:
    """A finished letter, signed by several at once, in this order.

    :param signers: pairs of a signatory's name and what signs for it.
    :param letterhead_name: whose stamp is set in the fields.
    :param tsa: URL of a timestamp server (RFC 3161); with it the level is B-T, else B-B.
    :raises LetterpressError: one cannot sign; nothing is signed then.
    """
    from letterpress.signing import fields
    from letterpress.signing import sign as signing

    if result.pdf is None or not signers:
        return result
    stages.at("signing")
    pdf = result.pdf
    lang = fields.language(fields.open_pdf(pdf, result.source))
    stamp_here = letterhead_stamp(letterhead_name, lang, root)
    diagnostics = list(result.diagnostics)
    for name, signer in signers:
        level: signing.Level = "B-T" if tsa else "B-B"
        signed = signing.sign(
            pdf, field=name, signer=signer, level=level, tsa=tsa, stamp=stamp_here, source=result.source
        )
        pdf = signed.pdf
        diagnostics += signed.diagnostics
    digest = hashlib.sha256(pdf).hexdigest()
    return replace(result, pdf=pdf, sha256=digest, diagnostics=tuple(diagnostics))


def _failed(job: Job, diagnostics: Sequence[Diagnostic]) -> Result:
    return Result(
        id=job.id or job.letter.slug,
        source=job.letter.path,
        record=job.record,
        status="failed",
        diagnostics=tuple(diagnostics),
    )


def _choices(job: Job, head: definition.Letterhead) -> tuple[str, str, dict[str, object]]:
    """Language, paper and parameters: as the job says, else the letter, else the letterhead.

    :raises LetterpressError: with everything that does not fit.
    """
    faults: list[Diagnostic] = []
    lang = job.lang or job.letter.lang
    try:
        language.check(lang)
    except LetterpressError as error:
        faults += error.diagnostics
    paper = job.paper or job.letter.paper or _usual_paper(lang, head.papers)
    if paper not in head.papers:
        message = f"the letterhead '{head.name}' is not made for paper '{paper}'"
        faults.append(Diagnostic(message=message, field="paper", hint=f"it is made for {', '.join(head.papers)}"))
    given = {**job.letter.parameters, **dict(job.parameters)} if _own_parameters(job, head) else dict(job.parameters)
    values, problems = definition.parameters(head, given)
    for name, message, hint in problems:
        faults.append(Diagnostic(message=message, field=f"parameters.{name}", hint=hint))
    if job.overlay and head.standard is None:
        message = f"the letterhead '{head.name}' follows no standard that could be drawn over it"
        faults.append(Diagnostic(message=message, field="--overlay", hint="leave out --overlay"))
    if faults:
        raise LetterpressError(faults)
    return lang, paper, dict(values)


def _usual_paper(lang: str, papers: tuple[str, ...]) -> str:
    """US Letter where people write on it, if the letterhead is made for it; else the letterhead's first."""
    region = lang.rpartition("-")[2]
    return "letter" if region in LETTER_COUNTRIES and "letter" in papers else papers[0]


def _own_parameters(job: Job, head: definition.Letterhead) -> bool:
    """A letter's parameters are for its own letterhead; another one takes those that it knows under the same name."""
    return job.letterhead in (None, job.letter.letterhead) or set(job.letter.parameters) <= set(head.parameters)


def _asked(job: Job, head: definition.Letterhead, filled: Filled, parameters: Mapping[str, object]) -> list[Diagnostic]:
    """Faults of a letter against what its letterhead asks for, and against how it is to be signed."""
    faults = [
        Diagnostic(
            message=f"the letterhead '{head.name}' asks for it, and it is missing",
            field=name,
            hint=f"add '{name}:' to the front matter" + (", or give --date" if name == "date" else ""),
        )
        for name in compose.missing(head, filled)
    ]
    faults += [
        Diagnostic(
            severity="warning",
            message=f"the letterhead '{head.name}' has no {name}; it is not printed",
            field=name,
            hint="take it out of the front matter, or choose another letterhead",
        )
        for name in compose.unprinted(head, filled, parameters)
    ]
    standard = definition.standard_of(head, parameters)
    limit = (standard.lines if standard else None) or head.address_lines
    whose = standard.title if standard and standard.lines else f"the address field of '{head.name}'"
    for number, lines in enumerate(filled.addresses, start=1):
        if len(lines) > limit:
            message = f"the address has {len(lines)} lines; {whose} holds {limit}"
            path = f"to.{number}" if len(filled.addresses) == len(filled.to) > 1 else "to"
            faults.append(Diagnostic(message=message, field=path, hint="join or drop lines"))
    for number, one in enumerate(filled.signatories, start=1):
        if one.sign == "ink" and not one.ink:
            message = f"{one.name} has no image of a signature to sign with in ink"
            hint = "add 'ink: FILE' (PNG or SVG) to the signatory, or choose blank, conformed or digital"
            faults.append(Diagnostic(message=message, field=f"signatories.{number}.sign", hint=hint))
    wanted = {name for name, _ in job.sign} - {one.name for one in filled.signatories}
    for name in sorted(wanted):
        known = did_you_mean(name, [one.name for one in filled.signatories])
        faults.append(
            Diagnostic(message=f"'{name}' is not a signatory of this letter", field="signatories", hint=known)
        )
    return [_placed(job, fault) for fault in faults]


def _placed(job: Job, fault: Diagnostic) -> Diagnostic:
    """The fault with file and line of its field in the letter, if it does not name a file itself."""
    if fault.file is not None:
        return replace(fault, record=job.record)
    file, line = source_locations.of_field(job.letter, fault.field or "")
    return replace(fault, file=file, line=line, record=job.record)


def _located(job: Job, fault: LayoutFault, page: Page) -> Diagnostic:
    """A layout's fault with the line of the source that it is about, where its text can be found there."""
    if fault.file:
        return Diagnostic(message=fault.message, file=fault.file, record=job.record, hint=fault.hint)
    if fault.line is not None:
        path = job.letter.path
        return Diagnostic(message=fault.message, file=path, line=fault.line, record=job.record, hint=fault.hint)
    place = (
        source_locations.find(job, fault.needle, page.letterhead_folders)
        if fault.needle
        else (job.letter.path, None, None)
    )
    file, line, field = place
    return Diagnostic(message=fault.message, file=file, line=line, field=field, record=job.record, hint=fault.hint)
