"""Makes a letter's PDF: the stages in order.

`press`, `examine` and `check` raise nothing for a bad letter: its diagnostics say what is wrong with it.

Not here: what a job's letter looks like (letterhead/choices.py), where in the sources a fault is
(filling/source_locations.py), signatures on a finished letter (stamp.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from letterpress.content import places
from letterpress.errors import Diagnostic, LetterpressError, itself_failed
from letterpress.filling import checks, letter, source_locations
from letterpress.layout import engine
from letterpress.letterhead import choices, compose, definition, requirements
from letterpress.model import Filled, Job, Result, copy_parts
from letterpress.processes import stages
from letterpress.text import language


def prepare() -> None:
    """Load what the first letter needs, so that its time is its own."""
    engine.load()


def press(job: Job) -> Result:
    """Make one letter's PDF. Nothing is written; `Result.pdf` holds the bytes.

    :raises MemoryError: whoever bounds the memory knows what to say.
    """
    return _unraised(job, _press)


def examine(job: Job) -> Result:
    """Find all that can be known of a letter with its values without laying it out; `Result.pdf` is None.

    :raises MemoryError: see `press`.
    """
    return _unraised(job, _examine)


def check(job: Job) -> list[Diagnostic]:
    """Find all that can be known of a letter without laying it out and without a record's values."""
    faults: list[Diagnostic] = []
    try:
        choices.settle(job, definition.find(job.letterhead or job.letter.letterhead, job.letter.root))
    except LetterpressError as error:
        faults += [source_locations.placed(job, diagnostic) for diagnostic in error.diagnostics]
    faults += checks.check_postcodes(job.letter, job.lang or job.letter.lang)
    faults += [*checks.check_defaults(job.letter), *checks.check_templates(job.letter)]
    return list(places.complete([*faults, *letter.check_enclosures(job)]))


class _Ready(NamedTuple):
    """A letter with nothing left to fill in, or the faults that keep it from that."""

    head: definition.Letterhead
    look: choices.Look
    filled: Filled | None
    faults: list[Diagnostic]


def _fill(job: Job) -> _Ready:
    head = definition.find(job.letterhead or job.letter.letterhead, job.letter.root)
    look = choices.settle(job, head)
    filled, faults = letter.fill(job, lang=look.lang, paper=look.paper, letterhead=head.name)
    if filled is not None:
        asked = requirements.check(job, head, filled, look.parameters)
        faults = [*faults, *(source_locations.placed(job, fault) for fault in asked)]
    return _Ready(head, look, filled, faults)


def _press(job: Job) -> Result:
    stages.at("filling in the letter")
    head, look, filled, faults = _fill(job)
    if filled is None:
        return job.result("failed", faults)
    page = compose.compose(
        head,
        filled,
        job.letter,
        paper=look.paper,
        copy=copy_parts(job.copy)[0],
        archive=job.profile == "archive",
        given=look.parameters,
        overlaid=job.overlay,
    )
    stages.at("laying out the letter")
    laid = engine.lay_out(page)
    unasked = not any(fault.severity == "error" for fault in faults)
    faults += [source_locations.located(job, fault, page.letterhead_folders) for fault in laid.faults]
    if laid.pdf is None or not unasked:
        return job.result("failed", faults)  # with what the layout found: all faults are said in one run
    pdf = laid.pdf
    if filled.annexes:
        from letterpress.pdf import append

        stages.at("adding the enclosures")
        pdf = append.append(pdf, filled.annexes, label=language.labels(filled.lang)["enclosure"])
    return job.result(
        "done",
        faults,
        pages=laid.pages + sum(len(annex.pages) for annex in filled.annexes),
        sha256=hashlib.sha256(pdf).hexdigest(),
        pdf=pdf,
        signature_fields=laid.signature_fields,
        enclosures=tuple((annex.title, len(annex.pages)) for annex in filled.annexes),
    )


def _examine(job: Job) -> Result:
    faults = _fill(job).faults
    return job.result("failed" if any(fault.severity == "error" for fault in faults) else "done", faults)


def _unraised(job: Job, make: Callable[[Job], Result]) -> Result:
    """Give what `make` makes of the job, or a failed result: what it raises is a fault of this letter alone."""
    result = _made(job, make)
    return replace(result, diagnostics=places.complete(result.diagnostics)) if result.diagnostics else result


def _made(job: Job, make: Callable[[Job], Result]) -> Result:
    try:
        return make(job)
    except LetterpressError as error:
        faults = [source_locations.placed(job, diagnostic) for diagnostic in error.diagnostics]
        faults += [source_locations.placed(job, fault) for fault in checks.check_templates(job.letter)]
        return job.result("failed", dict.fromkeys(faults))  # what else is wrong is said in the same run
    except MemoryError:
        raise
    except Exception as error:
        return job.result("failed", [itself_failed(error, job.letter.path, job.record)])
