"""Shows a list beside the letter that is made of it: what its columns are used as, one row after the other, all faults.

Rows count as the spreadsheet shows them. The list stays in memory as long as its file and how it is read stay as they
are, so that a row is there as quickly as a letter without a list.

Not here: which column means what (recipients/columns.py); what a correction is (recipients/corrections.py).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from letterpress import api, pipeline
from letterpress.batch import list_plan
from letterpress.batch.list_plan import OpenList, Reading
from letterpress.batch.plan import NoLetter, Plan
from letterpress.content import places
from letterpress.errors import Diagnostic, LetterpressError
from letterpress.interactive import list_columns, preview
from letterpress.interactive.answers import Say, answering
from letterpress.interactive.list_columns import Column
from letterpress.interactive.preview import Draft, Faults, Shown, Wanted
from letterpress.model import Job
from letterpress.processes import stages
from letterpress.recipients import columns, corrections, nobody, tables, writing
from letterpress.recipients.columns import Mapped
from letterpress.recipients.records import Record, Row, Table

prepare = preview.prepare
KEPT_ROWS = 20_000
"""Rows of a list that stay in memory; a longer one is read anew each time."""
_TOLD = 50
"""Rows whose faults are said at once, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """A file or database of records, and how it is read."""

    source: str
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A list as a whole."""

    columns: tuple[Column, ...]
    lacking: tuple[str, ...]
    """Required fields that no column gives."""
    ranges: tuple[tuple[int, int], ...]
    """Numbers of the records that there are: first and last of each run, since empty rows count."""
    header_row: int | None
    """Row of the header in the spreadsheet, from 1: a record's row is that and its number. None: it has no rows."""
    sheet: str | None
    sheets: tuple[str, ...]
    """All sheets of the workbook that are shown."""
    faults: tuple[Diagnostic, ...]
    """What is wrong with its columns; with an error no letter is made."""
    questions: tuple[Diagnostic, ...]
    """Columns all of whose values have two readings: one answer tells for all their rows."""

    @property
    def blocking(self) -> bool:
        """Whether no letter can be made."""
        return any(fault.severity == "error" for fault in self.faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowValues:
    """What one row says."""

    number: int
    row: int | None
    cells: tuple[tuple[str, str], ...]
    """Pairs (column, text), with the corrections in it."""
    values: tuple[tuple[str, str, tuple[str, ...]], ...]
    """Triples (path of a field, its value, the columns that it comes from)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFaults:
    """What is to be said of one row."""

    number: int
    row: int | None
    diagnostics: tuple[Diagnostic, ...]
    skipped: bool = False
    """Whether it gets no letter, and needs none: it is nobody to write to."""
    same_address: int | None = None
    """The record before it that has the same address and name."""
    same_place: int | None = None
    """The record before it that has the same address and another name; one of a firm's is none."""
    recipient: str = ""
    """Whose row it is: the organisation, else the person's name; empty where the row names nobody."""

    @property
    def blocking(self) -> bool:
        """Whether its letter cannot be made."""
        return not self.skipped and any(fault.severity == "error" for fault in self.diagnostics)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A list that was looked through."""

    letters: int
    """Rows whose letter can be made."""
    faulty: int
    skipped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    """A draft with its list."""

    job: Job
    found: tuple[Diagnostic, ...]
    """What was found when the letter was read."""
    of_list: OpenList
    plan: Plan | None
    """None where the list cannot be used."""


# --- answers ----------------------------------------------------------------------------------------------------------


@answering
def overview(say: Say, draft: Draft, given: List) -> Overview:
    """Look at a list as a whole.

    :raises LetterpressError: the letter or the list cannot be read.
    """
    opened = _opened(draft, given)
    of_list = opened.of_list
    numbers = [record.number for record in of_list.table.records()]
    lacking = (one.field or "" for one in of_list.mapped.faults if one.code == "column-missing")
    origin = of_list.table.origin
    faults = of_list.faults or of_list.mapped.faults
    return Overview(
        columns=tuple(list_columns.of_list(opened.job, of_list, given.reading)),
        lacking=tuple(lacking),
        ranges=tuple(_ranges(numbers)),
        header_row=origin.header_row,
        sheet=origin.sheet,
        sheets=origin.sheets,
        questions=tuple(filter(writing.of_whole_column, of_list.ambiguous)),
        faults=tuple(dict.fromkeys((*of_list.table.notes, *faults))),
    )


@answering
def show(say: Say, draft: Draft, given: List, number: int, wanted: Wanted) -> Shown:
    """Show the letter of one record: its `row` first, then as `preview.show` does.

    :param number: of the record.
    :raises LetterpressError: the letter or the list cannot be read, or there is no such record.
    """
    opened = _opened(draft, given)
    record = _record(opened.of_list.table, number)
    say("row", _values(opened.of_list.mapped, record))
    try:
        job, said = _job(opened, record)
    except LetterpressError as error:
        faults = Faults(diagnostics=tuple(dict.fromkeys((*opened.found, *error.diagnostics))), final=True)
        say("faults", faults)
        return Shown(faults=faults, pdf=None, pages=None)

    def placed(kind: str, news: object = None) -> None:
        say(kind, _placed(opened, record, news) if isinstance(news, Faults) else news)

    shown = preview.show_job(placed, job, (*opened.found, *said), wanted, draft.text)
    return replace(shown, faults=_placed(opened, record, shown.faults))


@answering
def check(say: Say, draft: Draft, given: List) -> Checked:
    """Look through all rows: says `rows` with what is to be said of them, in order, without any layout.

    :raises LetterpressError: the letter or the list cannot be read or used.
    """
    opened = _opened(draft, given)
    if opened.plan is None:
        raise LetterpressError(opened.of_list.faults)
    counts = {"letters": 0, "faulty": 0, "skipped": 0}
    seen: _Seen = ({}, {})
    waiting: list[RowFaults] = []
    with places.unsaved({draft.shown: draft.text}):
        for record in opened.of_list.table.records():
            one = _checked(opened, opened.plan, record, seen)
            counts["skipped" if one.skipped else "faulty" if one.blocking else "letters"] += 1
            waiting.append(one)
            if len(waiting) >= _TOLD:
                say("rows", tuple(waiting))
                waiting = []
        say("rows", tuple(waiting))
    return Checked(**counts)


@answering
def find(say: Say, draft: Draft, given: List, text: str, after: int) -> int | None:
    """Find the next record that holds a text in any of its cells, from the first one on again behind the last.

    :param after: number of the record that is looked at now; 0: none.
    :returns: its number; None if there is none.
    :raises LetterpressError: the letter or the list cannot be read.
    """
    wanted = text.casefold().strip()
    before = None
    for record in _opened(draft, given).of_list.table.records():
        if wanted and any(wanted in str(value).casefold() for value in record.values.values()):
            if record.number > after:
                return record.number
            before = record.number if before is None else before
    return before


@answering
def copy(say: Say, given: List) -> bytes:
    """Write the whole list with its corrections, as CSV; see `corrections.copy`.

    :raises LetterpressError: the list cannot be read.
    """
    stages.at("reading the data")
    table = tables.open_table(given.source, replace(given.reading.choice, lang=given.reading.lang))
    return corrections.copy(table, given.reading.corrections.of(table.origin.sheet))


# --- parts ------------------------------------------------------------------------------------------------------------


def _opened(draft: Draft, given: List) -> _Open:
    """Read the draft, and open its list."""
    stages.at("reading the letter")
    letter, faults = preview.read(draft)
    if letter is None:
        raise LetterpressError(faults)
    # Not in the language that is chosen: what a record chooses comes on top of that (batch/bases.py).
    job = replace(api.job(letter, **dict(draft.chosen)), overlay=draft.overlay)
    stages.at("reading the data")
    table = _kept(job, given)
    of_list = list_plan.opened(job, given.source, given.reading, source=table)
    plan = None if of_list.broken else list_plan.plan(of_list, given.reading)
    return _Open(job=job, found=faults, of_list=of_list, plan=plan)


_last: tuple[tuple[object, ...], Table] | None = None
"""The list that was looked at last, and what it was read from."""


def _kept(job: Job, given: List) -> Table:
    """Give the list without its corrections, from memory if it is the same as last time."""
    global _last
    path = Path(given.source)
    status = path.stat() if path.is_file() else None
    reading = given.reading
    ways = (reading.choice, reading.lang or job.lang, job.letter.data)
    key = (given.source, ways, status and (status.st_mtime_ns, status.st_size))
    if _last is not None and _last[0] == key:
        return _last[1]
    table = list_plan.open_source(job, given.source, reading)
    rows: list[Row] = list(itertools.islice(table.rows(), KEPT_ROWS + 1))
    if len(rows) <= KEPT_ROWS:
        table = replace(table, rows=lambda: iter(rows), scan=None)
    _last = (key, table) if status is not None else None
    return table


def _record(table: Table, number: int) -> Record:
    for record in table.records():
        if record.number == number:
            return record
    raise LetterpressError(
        f"there is no record {number}", file=table.name, code="record-missing", value=number, record=str(number)
    )


def _job(opened: _Open, record: Record) -> tuple[Job, tuple[Diagnostic, ...]]:
    """The job of a record, and what is to be said of the record.

    :raises LetterpressError: the list or the record cannot be used, or gets no letter.
    """
    if opened.plan is None:
        raise LetterpressError(opened.of_list.faults)
    said = opened.plan.said(record)
    ((_, job),) = opened.plan.letters(record)
    return job, said


def _placed(opened: _Open, record: Record, faults: Faults) -> Faults:
    """Name the cells that faults of a record come from."""
    plan, members = opened.plan, record.members or (record,)
    if plan is None:
        return faults
    known = {*opened.found}
    placed = (one if one in known or one.row else plan.for_people(one, members) for one in faults.diagnostics)
    return replace(faults, diagnostics=tuple(dict.fromkeys(placed)))


_Seen = tuple[dict[str, list[int]], dict[str, list[int]]]
"""Address with its name, and address without it -> the records that have it, as many as are told of."""
_HOUSE = 4
"""Records of one address with other names that are told of; where there are more, it is no household."""


def _checked(opened: _Open, plan: Plan, record: Record, seen: _Seen) -> RowFaults:
    """Look at one record.

    :param seen: of the records before it; this one is added.
    """
    row, recipient = record.row, _recipient(opened.of_list.mapped, record)
    try:
        job, said = _job(opened, record)
    except NoLetter as error:
        return RowFaults(
            number=record.number, row=row, diagnostics=error.diagnostics, skipped=True, recipient=recipient
        )
    except LetterpressError as error:
        return RowFaults(number=record.number, row=row, diagnostics=error.diagnostics, recipient=recipient)
    result = pipeline.examine(job)
    members = record.members or (record,)
    found = [plan.for_people(fault, members) for fault in result.diagnostics]
    values = dict(job.values)
    if job.letter.salutation == "auto" and (unnamed := nobody.unnamed(values, opened.of_list.mapped.paths)):
        found.append(plan.for_people(unnamed, members))
    keys = (columns.address_key(values), columns.place_key(values))
    same, place = (_before(one, key, record.number) for one, key in zip(seen, keys, strict=True))
    many = len(seen[1].get(keys[1], ())) > _HOUSE
    return RowFaults(
        number=record.number,
        row=row,
        diagnostics=tuple(dict.fromkeys((*said, *found))),
        same_address=same,
        same_place=None if same or many else place,
        recipient=recipient,
    )


def _before(seen: dict[str, list[int]], key: str, number: int) -> int | None:
    """The first record that has a key, if that is not the one of this number, which is remembered."""
    if not key:
        return None
    those = seen.setdefault(key, [])
    if len(those) <= _HOUSE:
        those.append(number)
    return those[0] if those[0] != number else None


def _recipient(mapped: Mapped, record: Record) -> str:
    """Name whose row it is, whatever else is wrong with it."""
    assigned, _ = columns.assign(mapped, record.values)
    full = record.values.get(mapped.full_name or "", "")
    parts = (assigned.get(f"to.{part}") for part in ("given", "family"))
    names = (assigned.get("to.organisation"), assigned.get("to.name"), full, " ".join(str(one) for one in parts if one))
    return next((str(name) for name in names if name), "")


def _values(mapped: Mapped, record: Record) -> RowValues:
    assigned, chosen = columns.assign(mapped, record.values)
    values = ((path, str(value), mapped.sources(path)) for path, value in {**assigned, **chosen}.items())
    cells = tuple((name, str(value)) for name, value in record.values.items())
    return RowValues(number=record.number, row=record.row, cells=cells, values=tuple(values))


def _ranges(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """Give the runs of numbers that follow each other."""
    for _, run in itertools.groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        group = [number for _, number in run]
        yield group[0], group[-1]
