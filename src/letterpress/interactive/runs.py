"""Makes the letters of a list while somebody looks on: progress, a stop that finishes what is in hand, all in one file.

The run is the one that `letterpress merge` makes: what is there already is not made again, and a run that was stopped
goes on when it is asked for again, with the corrections that were made meanwhile.

Not here: runs themselves (batch/run.py), the variants of one letter (variant_runs.py), corrections
(recipients/corrections.py).
"""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from letterpress import api
from letterpress.batch import combine, list_plan, made_files, variants
from letterpress.batch.earlier_files import Earlier
from letterpress.batch.first_look import Source
from letterpress.batch.list_plan import OpenList
from letterpress.batch.plan import Plan
from letterpress.batch.run import Batch, Settings, cores
from letterpress.batch.variants import Cells
from letterpress.errors import Diagnostic, LetterpressError
from letterpress.files import project
from letterpress.interactive import preview
from letterpress.interactive.answers import Say, answering
from letterpress.interactive.lists import List
from letterpress.model import Job, Result, frozendict
from letterpress.post import asked, spools
from letterpress.post.asked import Asked
from letterpress.post.spools import Spool, Spools
from letterpress.processes import stages
from letterpress.processes.limits import Limits
from letterpress.recipients import selection
from letterpress.recipients.records import Record, harmless

prepare = preview.prepare
Variants = tuple[tuple[tuple[str, str], ...], ...]
"""Of each variant what it chooses: pairs such as `("paper", "a4")`."""
_TOLD = 0.2
"""Seconds between two words on how far the run is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Which letters are to be made, and where they go."""

    letter: str
    """Its file."""
    chosen: tuple[tuple[str, Any], ...] = ()
    """As `api.Chosen` has them."""
    folder: str
    variants: Variants = ()
    """The variants that each letter is made in; none: it is made once, as it is."""
    strict: bool = False
    """Whether a warning fails its letter."""
    matrix: bool = False
    """Whether each letter is made in all variants of its own matrix."""
    made: frozenset[str] = frozenset()
    """Of the variants of one letter, files that a run made before it was stopped: they are not made again."""
    combined: str | None = None
    """A PDF of all letters, made when none has failed or been left."""
    printer: Asked = field(default_factory=Asked)
    """How the letters of a list go into that PDF, which may be several files then."""
    limits: Limits = field(default_factory=Limits)
    """Of each letter."""
    jobs: int | None = None
    """Worker processes; None: one for each core."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What became of one letter."""

    id: str
    """As the run has it: the same whenever the run goes on."""
    number: str
    """The record's, with its key if there is one."""
    status: str
    """`done`, `skipped` (it was there already, or gets no letter) or `failed`."""
    output: str | None
    pages: int | None
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is."""

    total: int
    made: int
    failed: int
    seconds: float
    """Since its first letter was begun."""
    rate: float
    """Letters a second; 0 while it is not known."""
    letters: tuple[Letter, ...]
    """Those that were not told of before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a run has ended."""

    state: str
    """`done`, `failed` (some letters), `interrupted` or `stopped` (the folder takes no more)."""
    letters: int
    done: int
    failed: int
    skipped: int
    pending: int
    """Letters that were not begun."""
    pages: int
    faults: tuple[Diagnostic, ...]
    """Why it had to stop, if it had to; what is to be said of the list."""
    combined: str | None
    faulty: bytes | None
    """The rows whose letters failed, as CSV with what is wrong; None if none has."""
    spools: tuple[Spool, ...] = ()
    """The files of all letters of a list, of which `combined` is the first."""


@answering
def run(say: Say, order: Order, given: List) -> End:
    """Make the letters; says `progress` while it does. `Say.is_to_end` finishes the letters in hand, and stops.

    :raises LetterpressError: the letter or the list cannot be used, or the folder not be written into.
    """
    stages.at("reading the letter")
    root = project.root_of(Path())
    job = api.in_language(replace(api.job(api.read(order.letter), **dict(order.chosen)), strict=order.strict))
    if order.combined is not None:
        asked.wanted(order.printer, root)
        job = asked.prepared(job, order.printer, root)
    jobs = cores() if order.jobs is None else order.jobs
    settings = Settings(folder=Path(order.folder), jobs=jobs, limits=order.limits, inputs=(order.letter, given.source))
    with Batch(settings) as batch:
        cells = cells_of(job, order)
        opened, plan, records = _planned(job, given, cells)
        table = opened.table
        about: dict[str, Any] = made_files.about(order.letter, given.source, given.reading.choice.sheet, table)
        if order.combined is not None:
            about |= {"duplex": order.printer.duplex, **asked.noted(plan.ways.job, order.printer, root)}
        total = batch.plan(plan, records, about, source=Source(table=table))
        stages.free()
        _make(say, batch, total)
        counts = batch.journal.counts(batch.run)
        earlier = batch.earlier or Earlier()
        none = () if total else (list_plan.without_records(table),)
        made = Spools(files=())
        if order.combined is not None and total and batch.state == "done":
            run = spools.Run(batch.journal, batch.run, settings.folder)
            made = asked.write(run, Path(order.combined), order.printer, plan.ways.job, root)
        return End(
            state=batch.state,
            **{name: counts[name] for name in ("letters", "done", "failed", "skipped", "pending", "pages")},
            faults=(
                *(cells.notes if cells else ()),
                *table.notes,
                *opened.mapped.faults,
                *none,
                *batch.faults,
                *earlier.diagnostics,  # of the others `there` tells
                *made.diagnostics,
            ),
            combined=made.files[0].file if made.files else None,
            spools=made.files,
            faulty=_faulty(batch, plan, table.columns) if counts["failed"] else None,
        )


def _planned(job: Job, given: List, cells: Cells | None) -> tuple[OpenList, Plan, Iterator[Record]]:
    opened, plan = list_plan.planned(job, given.source, given.reading, cells)
    wanted = selection.Wanted(group_by=given.reading.group_by)
    return opened, plan, selection.chosen(opened.table, job.letter, opened.mapped, wanted)


@answering
def there(say: Say, order: Order, given: List) -> made_files.Found:
    """Look what of the letters is there, and what of an earlier list or text is.

    :raises LetterpressError: the letter or the list cannot be used.
    """
    stages.at("reading the letter")
    job = api.in_language(api.job(api.read(order.letter), **dict(order.chosen)))
    _, plan, records = _planned(job, given, cells_of(job, order))
    return made_files.look(Path(order.folder), plan, records)


@answering
def remove_left(say: Say, order: Order, given: List) -> tuple[str, ...]:
    """Remove the files of letters that are not made any more; gives those that stay, since they were changed or signed.

    :raises LetterpressError: see `there`; a run is at work in the folder.
    """
    stages.at("reading the letter")
    job = api.in_language(api.job(api.read(order.letter), **dict(order.chosen)))
    _, plan, records = _planned(job, given, cells_of(job, order))
    folder = Path(order.folder)
    return made_files.remove(folder, made_files.look(folder, plan, records).left)


@answering
def combined(say: Say, letter: str, files: tuple[tuple[str, str], ...], target: str, duplex: bool = False) -> str:
    """Put letters that are there into one PDF, each with its own bookmark; gives its path.

    :param files: pairs (path, title).
    :param duplex: whether each letter begins on a new sheet that is printed on both sides.
    :raises LetterpressError: one cannot be read, or the PDF not be written.
    """
    job = api.job(api.read(letter))
    stages.free()
    return put_together(
        job, (combine.Part(path=Path(path), title=title) for path, title in files), target, duplex=duplex
    )


def cells_of(job: Job, order: Order) -> Cells | None:
    """Make the variants that are ordered; None: a letter is made once, as it is.

    :raises LetterpressError: see `of_choices`; the letter's own matrix has faults.
    """
    if order.matrix:
        return _good(variants.cells(job))
    return of_choices(job, order.variants) if order.variants else None


def of_choices(job: Job, wanted: Variants) -> Cells:
    """Make the variants of a letter that somebody has put together, whatever `variants:` it has of its own.

    What is wrong with one that cannot be made is among the notes.

    :raises LetterpressError: a choice is none, two variants would have one name, or none can be made.
    """
    groups = tuple(frozendict(one) for one in wanted)
    return _good(variants.cells(replace(job, letter=replace(job.letter, variants=frozendict(include=groups)))))


def _good(made: Cells) -> Cells:
    """Leave out the variants that cannot be made; what is wrong with them is among the notes.

    :raises LetterpressError: none can.
    """
    good = tuple(cell for cell in made.chosen if not cell.fails)
    wrong = made.grouped((cell, fault) for cell in made.chosen if cell.fails for fault in cell.faults)
    if not good:
        raise LetterpressError(wrong)
    return replace(made, chosen=good, notes=(*made.notes, *wrong))


def _make(say: Say, batch: Batch, total: int) -> None:
    teller = Teller(say)
    for result in batch.results():
        if result is not None:
            teller.add(_letter(result))
        if teller.told(batch.planned or total):
            batch.interrupt()
    teller.rest()


class Teller:
    """Says how far a run is, now and then, and hears whether it is to end."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._begun = self._last = time.monotonic()
        self._total = self._made = self._failed = self._fresh = 0
        self._new: list[Letter] = []
        self._ending = False

    def add(self, letter: Letter) -> None:
        """Take on what became of a letter."""
        self._new.append(letter)
        self._made += letter.status != "failed"
        self._failed += letter.status == "failed"
        self._fresh += letter.status == "done"

    def told(self, total: int) -> bool:
        """Say how far it is, if it is time to; True once, when the run is to end.

        :param total: letters of the run, as far as is known.
        """
        now = time.monotonic()
        if now - self._last < _TOLD and self._made + self._failed < self._total:
            return False
        self._total, self._last = total, now
        seconds = now - self._begun
        self._progress(seconds, self._fresh / seconds if self._fresh and seconds else 0.0)
        if self._ending or not self._say.is_to_end():
            return False
        self._ending = True
        return True

    def rest(self) -> None:
        """Say what has not been told yet."""
        if self._new:
            self._progress(time.monotonic() - self._begun, 0.0)

    def _progress(self, seconds: float, rate: float) -> None:
        about = {"total": self._total, "made": self._made, "failed": self._failed}
        self._say("progress", Progress(**about, seconds=seconds, rate=rate, letters=tuple(self._new)))
        self._new = []


def _letter(result: Result) -> Letter:
    return Letter(
        id=result.id,
        number=result.record or "",
        status=result.status,
        output=result.output,
        pages=result.pages,
        diagnostics=result.diagnostics,
    )


def put_together(job: Job, parts: Iterable[combine.Part], target: str, *, duplex: bool = False) -> str:
    """Put letters into one PDF; gives its path."""
    combine.write(Path(target), parts, title=job.common_title, lang=job.lang, duplex=duplex)
    return target


def _faulty(batch: Batch, plan: Plan, columns: tuple[str, ...]) -> bytes:
    """The rows whose letters failed: their number, cells and what is wrong."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(("letterpress: row", *columns, "letterpress: fault"))
    for entry in batch.journal.entries(batch.run, state="failed"):
        for record in plan.records(entry):
            said = "; ".join(str(fault.message) for fault in entry.diagnostics if fault.severity == "error")
            cells = [str(record.values.get(column, "")) for column in columns]
            writer.writerow((record.row or record.number, *map(harmless, cells), said))
    return b"\xef\xbb\xbf" + file.getvalue().encode("utf-8")
