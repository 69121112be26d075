"""The addresses of a list's letters, as the letters have them: the same way from a record to its lines.

Not here: how they are set on envelopes and labels (`setting`).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from letterpress import pipeline
from letterpress.batch import planning
from letterpress.batch.plan import NoLetter, Plan
from letterpress.code import Code
from letterpress.errors import Diagnostic, LetterpressError, itself_failed
from letterpress.letterhead import settled
from letterpress.letterhead.settled import Settled
from letterpress.model import Job, Result
from letterpress.post import coding
from letterpress.recipients.tables import Record

OF_SALUTATIONS = frozenset(
    "name-unread honorific-unread gender-unreadable gender-contradicted person-unnamed salutation-english "
    "salutation-kept-out recipient-in-text column-kept-out".split()
)
"""What is said of a letter's salutation, and of columns that its texts do not use: no envelope or label has them."""


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
    records: tuple[Record, ...] = ()
    """What the letter is of, in a list."""


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
    if not any(party.lines or party.street or party.postcode or party.city for party in filled.to):
        fault = Diagnostic(
            message="the recipient has no address: there is nothing to print but the name",
            file=job.letter.path,
            record=job.record,
            field="to.street",
            hint="fill in the address, or leave the record out",
            code="recipient-placeless",
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


def of_records(plan: Plan, records: Iterable[Record], *, unique: bool = False) -> Iterator[Addressed]:
    """Find to whom the letters of a table's records go, in order, one after the other.

    :param unique: whether a record that goes where an earlier one goes is left out; else it is warned of.
    """
    shared = plan.ways.job
    first: dict[str, str] = {}
    """The first record that goes to an address."""
    for record in records:
        unmade = replace(shared, record=str(record.number), id=f"{shared.letter.slug}-{record.number}")
        members = record.members or (record,)
        try:
            said = plan.said(record)
            again = _doubled(plan, record, first, unique=unique)
            if again is not None and unique:
                yield Addressed(result=unmade.result("skipped", (again,)), records=members)
                continue
            said = said if again is None else (*said, again)
            for _, job in plan.letters(record):
                found = of_job(replace(job, id=unmade.id))
                faults = tuple(plan.for_people(fault, members) for fault in found.result.diagnostics)
                if any(fault.code == "recipient-placeless" for fault in faults):  # which says it better
                    said = tuple(fault for fault in said if fault.code != "address-incomplete")
                told = tuple(fault for fault in (*said, *faults) if fault.code not in OF_SALUTATIONS)
                result = replace(found.result, diagnostics=told)
                yield replace(found, result=result, records=members)
        except NoLetter as error:
            yield Addressed(result=unmade.result("skipped", error.diagnostics))
        except LetterpressError as error:
            yield Addressed(result=unmade.result("failed", error.diagnostics))
        except MemoryError:
            raise
        except Exception as error:
            fault = itself_failed(error, shared.letter.path, str(record.number))
            yield Addressed(result=unmade.result("failed", (fault,)))


def _doubled(plan: Plan, record: Record, first: dict[str, str], *, unique: bool) -> Diagnostic | None:
    """What is to be said of a record whose address was printed already."""
    label = plan.label(record.members or (record,))
    _, key = plan.keys(record, named=False)
    if not key or first.setdefault(key, label) == label:
        return None
    return planning.doubled_fault(label, first[key], plan, record.members or (record,), unique=unique)
