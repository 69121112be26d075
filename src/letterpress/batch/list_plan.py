"""Opens the list that letters are made of, finds where its columns go, and plans the letters.

One way for the command, and for whoever shows the list before any letter is made: that one sees all that is wrong, the
command stops at it.

Not here: how a source is read (recipients/tables.py), what an option is called (cli/records.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from letterpress import pipeline
from letterpress.batch import file_names
from letterpress.batch.plan import Plan, Ways, known_names
from letterpress.errors import Diagnostic, LetterpressError, UsageError, did_you_mean, fixes, nearest, strictly
from letterpress.model import Job, Writing, frozendict
from letterpress.processes import stages
from letterpress.recipients import columns, corrections, empty_countries, headers, tables, writing
from letterpress.recipients.columns import Mapped
from letterpress.recipients.corrections import Kept
from letterpress.recipients.tables import Choice, Table
from letterpress.text import urls

if TYPE_CHECKING:
    from letterpress.batch.variants import Cells


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a list is read, where it does not say so itself."""

    mapping: Mapping[str, str] = field(default_factory=frozendict)
    """Column -> field, on top of the letter's own `map:`."""
    lang: str | None = None
    """Language of the list, for its dates and numbers."""
    choice: Choice = field(default_factory=Choice)
    """Which sheet, delimiter, table and the like; its `lang` is that of the letter, unless the list's is said."""
    group_by: tuple[str, ...] = ()
    """Columns in which the records of one letter agree."""
    names: str | None = None
    """Pattern of the files' names; None: the usual one, with the variant behind it where there are several."""
    usual_names: str = file_names.DEFAULT
    key: str | None = None
    """Column whose value names a record to people."""
    corrections: Kept = field(default_factory=Kept)
    """Of the list's sheets."""
    by_row: bool = False
    """Whether a value with two readings is its own row's fault where its column does not show which is meant; else no
    letter is made before it is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenList:
    """A list, with where its columns go."""

    job: Job
    """Its letter knows how the list is written."""
    table: Table
    """With its corrections."""
    mapped: Mapped
    faults: tuple[Diagnostic, ...] = ()
    """What has to be mended before there is a letter, with what else is to be said then; none, if all is well."""
    ambiguous: tuple[Diagnostic, ...] = ()
    """Columns whose values have two readings; among the faults unless that is left to the rows."""

    @property
    def broken(self) -> bool:
        """Whether no letter can be made of it."""
        return bool(self.faults)


def planned(job: Job, data: str, reading: Reading, cells: Cells | None = None) -> tuple[OpenList, Plan]:
    """Open a list and plan its letters: all that must be right before the first letter.

    :param cells: the variants that each record's letter is made in, checked already; None: it is made once.
    :raises LetterpressError: with everything that is wrong.
    """
    stages.begin(job.letter.path, "checking the letter")
    broken = [] if cells else [fault for fault in pipeline.check(job, paged=False) if fault.severity == "error"]
    if broken:
        raise LetterpressError(broken)
    stages.begin(urls.without_password(data), "reading the data", "data")
    found = opened(job, data, reading, cells)
    if found.broken:
        faults = strictly(found.faults) if job.strict else found.faults
        raise UsageError(faults)
    refuse_warned(found)
    return found, plan(found, reading, cells)


def refuse_warned(found: OpenList) -> None:
    """Where warnings are errors, refuse one that is of no record: of the letter, the list or its columns.

    :raises UsageError: there is one.
    """
    said = (*found.job.letter.remarks, *found.table.notes, *found.mapped.faults)
    if found.job.strict and any(fault.severity == "warning" for fault in said):
        raise UsageError(strictly(said))


def plan(found: OpenList, reading: Reading, cells: Cells | None = None) -> Plan:
    """Plan the letters of a list that can be used.

    :raises UsageError: the pattern of the files' names is wrong.
    """
    names = file_names.read(_pattern(reading, cells), known_names(found.job, found.mapped, cells))
    ways = Ways(
        job=found.job, mapped=found.mapped, pattern=names, key=reading.key, group_by=reading.group_by, cells=cells
    )
    return Plan(ways)


def _pattern(reading: Reading, cells: Cells | None) -> str:
    return reading.names or reading.usual_names + (".{variant}" if cells and len(cells.every) > 1 else "")


def opened(
    job: Job, data: str, reading: Reading, cells: Cells | None = None, *, source: Table | None = None
) -> OpenList:
    """Open a list and find where its columns go; what is wrong with them is in the result.

    :param source: the list, without its corrections, if it is open already.
    :raises UnreadableInput, UsageError: it cannot be read, or what is chosen of it does not exist.
    """
    said = _declared(job, reading.lang)
    source = source or open_source(job, data, reading)
    corrected = reading.corrections.of(source.origin.sheet)
    table = corrections.applied(source, corrected)
    key, shared = reading.key, _shared(job, cells)
    mapped = mapped_columns(job, table, reading, cells)
    diagnostics = headers.check(table, mapped, job.letter, shared)
    if any(fault.severity == "error" for fault in diagnostics):
        guessed = [note for note in table.notes if note.code == "sheet-guessed"]  # it may be the wrong one
        # What is wrong with its columns one by one is of no use then.
        return OpenList(job=job, table=table, mapped=mapped, faults=(*diagnostics, *guessed))
    outdated = corrections.out_of_date(source, corrected)
    mapped = replace(mapped, faults=(*mapped.faults, *diagnostics, *outdated))
    faults = [fault for fault in mapped.faults if fault.severity == "error"]
    if key and key not in table.columns:
        hint = did_you_mean(key, table.columns)
        mended = fixes(key, nearest(key, table.columns))
        about: dict[str, Any] = {"code": "column-unknown", "value": key, "fixes": mended}
        faults.append(Diagnostic(message=f"there is no column '{key}'", field="--key", hint=hint, **about))
    if faults:
        more = (fault for fault in mapped.faults if fault not in faults)
        return OpenList(job=job, table=table, mapped=mapped, faults=(*more, *faults))
    writings, ambiguous = writing.of_table(job.letter, table, mapped, said)
    job, faults = writing.applied(job, writings), [] if reading.by_row else ambiguous
    return OpenList(job=job, table=table, mapped=mapped, faults=tuple(faults), ambiguous=tuple(ambiguous))


def mapped_columns(job: Job, table: Table, reading: Reading, cells: Cells | None = None) -> Mapped:
    """Find where the columns of a table go."""
    pattern = _pattern(reading, cells)
    named = [column for column in table.columns if f"{{{column}" in pattern]
    mapped = columns.map_columns(
        job.letter,
        table.columns,
        source=table.name,
        given=dict(reading.mapping),
        shared=_shared(job, cells),
        grouped=bool(reading.group_by),
        known=[*reading.group_by, *named, *([reading.key] if reading.key else [])],
    )
    return replace(mapped, countries=empty_countries.usual(table, mapped, job.letter, _shared(job, cells)))


def _shared(job: Job, cells: Cells | None) -> list[str]:
    """Paths that have one value for all records."""
    return [*(name for name, _ in job.values), *(cells.shared if cells else ())]


def open_source(job: Job, data: str, reading: Reading) -> Table:
    """Open a list without its corrections.

    :raises UnreadableInput, UsageError: see `opened`.
    """
    said = _declared(job, reading.lang)
    header_row = said.header_row or reading.choice.header_row
    otherwise = said.encoding or reading.choice.otherwise
    choice = replace(reading.choice, lang=said.lang or job.lang, header_row=header_row, otherwise=otherwise)
    return tables.open_table(data, choice)


def without_records(table: Table) -> Diagnostic:
    """Warn that a list makes no letter at all, which is hardly meant."""
    message, hint = "holds the names of columns and no record: no letter is made", "add a row for each letter"
    return Diagnostic(severity="warning", message=message, file=table.name, hint=hint, code="records-none")


def _declared(job: Job, lang: str | None) -> Writing:
    """How lists are written, as far as the letter or --data-lang says.

    :raises UsageError: the language is none.
    """
    try:
        return writing.declared(job.letter, lang)
    except UsageError as error:
        place: dict[str, Any] = (
            {"field": "--data-lang"} if lang is not None else {"file": job.letter.path, "field": "data.lang"}
        )
        raise UsageError(replace(fault, **place) for fault in error.diagnostics) from error
