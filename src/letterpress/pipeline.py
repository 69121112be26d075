"""The way a letter takes, on one screen.

Job: `press(job)` makes one PDF. It never raises for a bad letter: the `Result` carries the diagnostics. Secret: none;
this is the only joint between the rooms, and each line is a call into one of them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace

from letterpress import compose, content, fill, language, layout, letterhead
from letterpress.errors import Diagnostic, LetterpressError, did_you_mean
from letterpress.model import Filled, Job, Letter, Result
from letterpress.standards import LETTER_COUNTRIES

load = content.load


def press(job: Job) -> Result:
    """Make one letter's PDF. Nothing is written; `Result.pdf` holds the bytes."""
    try:
        head = letterhead.find(job.letterhead or job.letter.letterhead, job.letter.root)
        lang, paper, parameters = _choices(job, head)
        filled, warnings = fill.fill(job, lang=lang, paper=paper, letterhead=head.name)
        if filled is None:
            return _failed(job, warnings)
        _check_asked(job, head, filled)
        archive = job.profile == "archive"
        page = compose.compose(head, filled, job.letter, paper=paper, copy=job.copy, archive=archive, given=parameters)
        laid = layout.lay_out(page)
    except LetterpressError as error:
        return _failed(job, [_placed(job, diagnostic) for diagnostic in error.diagnostics])
    faults = [*warnings, *(_located(job, fault) for fault in laid.faults)]
    if laid.pdf is None:
        return _failed(job, faults)
    return Result(
        id=job.id or job.letter.slug,
        source=job.letter.path,
        record=job.record,
        output=job.output,
        status="done",
        pages=laid.pages,
        sha256=hashlib.sha256(laid.pdf).hexdigest(),
        diagnostics=tuple(faults),
        pdf=laid.pdf,
        signature_fields=laid.signature_fields,
    )


def check(job: Job) -> list[Diagnostic]:
    """All that can be known of a letter without laying it out and without a record's values."""
    faults: list[Diagnostic] = []
    try:
        head = letterhead.find(job.letterhead or job.letter.letterhead, job.letter.root)
        _choices(job, head)
    except LetterpressError as error:
        faults += [_placed(job, diagnostic) for diagnostic in error.diagnostics]
    return [*faults, *fill.check_templates(job.letter)]


def _failed(job: Job, diagnostics: Sequence[Diagnostic]) -> Result:
    return Result(
        id=job.id or job.letter.slug,
        source=job.letter.path,
        record=job.record,
        status="failed",
        diagnostics=tuple(diagnostics),
    )


def _choices(job: Job, head: letterhead.Letterhead) -> tuple[str, str, dict[str, object]]:
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
    values, problems = letterhead.parameters(head, given)
    for name, message, hint in problems:
        faults.append(Diagnostic(message=message, field=f"parameters.{name}", hint=hint))
    if faults:
        raise LetterpressError(faults)
    return lang, paper, dict(values)


def _usual_paper(lang: str, papers: tuple[str, ...]) -> str:
    """US Letter where people write on it, if the letterhead is made for it; else the letterhead's first."""
    region = lang.rpartition("-")[2]
    return "letter" if region in LETTER_COUNTRIES and "letter" in papers else papers[0]


def _own_parameters(job: Job, head: letterhead.Letterhead) -> bool:
    """A letter's parameters are for its own letterhead; another one takes those that it knows under the same name."""
    return job.letterhead in (None, job.letter.letterhead) or set(job.letter.parameters) <= set(head.parameters)


def _check_asked(job: Job, head: letterhead.Letterhead, filled: Filled) -> None:
    faults = [
        Diagnostic(
            message=f"the letterhead '{head.name}' asks for it, and it is missing",
            field=name,
            hint=f"add '{name}:' to the front matter" + (", or give --date" if name == "date" else ""),
        )
        for name in compose.missing(head, filled)
    ]
    for number, lines in enumerate(filled.addresses, start=1):
        if len(lines) > head.address_lines:
            message = (
                f"the address has {len(lines)} lines; the address field of '{head.name}' holds {head.address_lines}"
            )
            path = "to" if len(filled.addresses) == 1 else f"to.{number}"
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
    if faults:
        raise LetterpressError(faults)


def _placed(job: Job, fault: Diagnostic) -> Diagnostic:
    """The fault with file and line of its field in the letter, if it does not name a file itself."""
    if fault.file is not None:
        return replace(fault, record=job.record)
    path = fault.field or ""
    while path and path not in job.letter.places:
        path = path.rpartition(".")[0]
    file, line = job.letter.places.get(path, (job.letter.path, None)) if path else (job.letter.path, None)
    return replace(fault, file=file, line=line, record=job.record)


def _located(job: Job, fault: layout.LayoutFault) -> Diagnostic:
    """A layout's fault with the line of the source that it is about, where its text can be found there."""
    if fault.file:
        return Diagnostic(message=fault.message, file=fault.file, record=job.record, hint=fault.hint)
    file, line, field = _find(job.letter, fault.needle) if fault.needle else (job.letter.path, None, None)
    return Diagnostic(message=fault.message, file=file, line=line, field=field, record=job.record, hint=fault.hint)


def _find(letter: Letter, needle: str) -> tuple[str, int | None, str | None]:
    for source, line in letter.body.images:
        if needle == source or needle.endswith("/" + re.sub(r"^(\.\.?/)+", "", source)):
            return letter.path, line, None
    for text, line in letter.body.words:
        if needle in text:
            return letter.path, line, None
    for path, text in fill.texts(letter):
        if needle in text and path in letter.places:
            return letter.places[path][0], letter.places[path][1], path
    return letter.path, None, None
