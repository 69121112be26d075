"""The addresses of a list's letters, as the letters have them: the same way from a record to its lines.

Not here: how they are set on envelopes and labels (`setting`).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from letterpress import pipeline
from letterpress.batch.plan import NoLetter, Plan
from letterpress.code import Code
from letterpress.errors import Diagnostic, LetterpressError, itself_failed
from letterpress.letterhead import settled
from letterpress.letterhead.settled import Settled
from letterpress.model import Job, Result
from letterpress.post import coding
from letterpress.recipients.tables import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """A letter that goes to somebody, or what is wrong with it."""

    result: Result
    """Without a PDF; `status` says whether it could be filled."""
    addresses: tuple[tuple[str, ...], ...] = ()
    """One for each recipient at an address of their own."""
    sender: tuple[str, ...] = ()
    lang: str = ""
    date: datetime.date | None = None
    codes: tuple[Code, ...] = ()
    """Those of the letter that stand on envelopes."""
    made_with: Settled | None = None
    """Letterhead and look of the letter."""


def of_job(job: Job) -> Addressed:
    """Find to whom a letter goes. Nothing is raised for a bad letter."""
    filled, result = pipeline.filled(job)
    if filled is None:
        return Addressed(result=result)
    if not any(filled.addresses):
        fault = Diagnostic(
            message="the letter names nobody that it goes to",
            file=job.letter.path,
            record=job.record,
            field="to",
            hint="give the letter a recipient, or the list a column for it",
            code="recipient-nameless",
        )
        return Addressed(result=job.result("failed", (*result.diagnostics, fault)))
    return Addressed(
        result=result,
        addresses=tuple(address for address in filled.addresses if address),
        sender=filled.sender_lines,
        lang=filled.lang,
        date=filled.date,
        codes=tuple(code for code in filled.codes if coding.printable(code.kind)),
        made_with=settled.settle(job),
    )


def of_records(plan: Plan, records: Iterable[Record]) -> Iterator[Addressed]:
    """Find to whom the letters of a table's records go, in order, one after the other."""
    shared = plan.ways.job
    for record in records:
        unmade = replace(shared, record=str(record.number), id=f"{shared.letter.slug}-{record.number}")
        members = record.members or (record,)
        try:
            said = plan.said(record)
            for _, job in plan.letters(record):
                found = of_job(replace(job, id=unmade.id))
                faults = tuple(plan.for_people(fault, members) for fault in found.result.diagnostics)
                yield replace(found, result=replace(found.result, diagnostics=(*said, *faults)))
        except NoLetter as error:
            yield Addressed(result=unmade.result("skipped", error.diagnostics))
        except LetterpressError as error:
            yield Addressed(result=unmade.result("failed", error.diagnostics))
        except MemoryError:
            raise
        except Exception as error:
            fault = itself_failed(error, shared.letter.path, str(record.number))
            yield Addressed(result=unmade.result("failed", (fault,)))
