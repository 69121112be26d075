"""Makes the letters of a list while somebody looks on: progress, a stop that finishes what is in hand, all in one file.

The run is the one that `letterpress merge` makes: what is there already is not made again, and a run that was stopped
goes on when it is asked for again, with the corrections that were made meanwhile.

Not here: runs themselves (batch/run.py), corrections (recipients/corrections.py).
"""

from __future__ import annotations

import csv
import io
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from letterpress import api
from letterpress.batch import combine, list_plan
from letterpress.batch.first_look import Source
from letterpress.batch.plan import Plan
from letterpress.batch.run import Batch, Settings, cores
from letterpress.errors import Diagnostic
from letterpress.interactive import preview
from letterpress.interactive.answers import Say, answering
from letterpress.interactive.lists import List
from letterpress.model import Result
from letterpress.processes import stages
from letterpress.processes.limits import Limits
from letterpress.recipients import selection
from letterpress.recipients.records import harmless

prepare = preview.prepare
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
    combined: str | None = None
    """A PDF of all letters, made when none has failed or been left."""
    limits: Limits = field(default_factory=Limits)
    """Of each letter."""
    jobs: int | None = None
    """Worker processes; None: one for each core."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What became of one letter."""

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


@answering
def run(say: Say, order: Order, given: List) -> End:
    """Make the letters; says `progress` while it does. `Say.is_to_end` finishes the letters in hand, and stops.

    :raises LetterpressError: the letter or the list cannot be used, or the folder not be written into.
    """
    stages.at("reading the letter")
    job = api.in_language(api.job(api.read(order.letter), **dict(order.chosen)))
    jobs = cores() if order.jobs is None else order.jobs
    settings = Settings(folder=Path(order.folder), jobs=jobs, limits=order.limits, inputs=(order.letter, given.source))
    with Batch(settings) as batch:
        opened, plan = list_plan.planned(job, given.source, given.reading)
        table = opened.table
        records = selection.chosen(table, job.letter, opened.mapped, selection.Wanted())
        about = {"letter": order.letter, "data": given.source}
        total = batch.plan(plan, records, about, source=Source(table=table))
        stages.free()
        _make(say, batch, total)
        counts = batch.journal.counts(batch.run)
        combined = None
        if order.combined is not None and batch.state == "done":
            combined = _combined(batch, plan, order.combined)
        return End(
            state=batch.state,
            **{name: counts[name] for name in ("letters", "done", "failed", "skipped", "pending", "pages")},
            faults=(*table.notes, *opened.mapped.faults, *batch.faults),
            combined=combined,
            faulty=_faulty(batch, plan, table.columns) if counts["failed"] else None,
        )


def _make(say: Say, batch: Batch, total: int) -> None:
    begun = told = time.monotonic()
    made = failed = fresh = 0
    new: list[Letter] = []
    stopping = False
    for result in batch.results():
        if result is not None:
            new.append(_letter(result))
            made += result.status != "failed"
            failed += result.status == "failed"
            fresh += result.status == "done"
        now = time.monotonic()
        if now - told >= _TOLD or made + failed == total:
            seconds = now - begun
            rate = fresh / seconds if fresh and seconds else 0.0
            total = batch.planned or total
            say(
                "progress",
                Progress(total=total, made=made, failed=failed, seconds=seconds, rate=rate, letters=tuple(new)),
            )
            told, new = now, []
            if not stopping and say.is_to_end():
                stopping = True
                batch.interrupt()
    if new:
        seconds = time.monotonic() - begun
        say("progress", Progress(total=total, made=made, failed=failed, seconds=seconds, rate=0.0, letters=tuple(new)))


def _letter(result: Result) -> Letter:
    return Letter(
        number=result.record or "",
        status=result.status,
        output=result.output,
        pages=result.pages,
        diagnostics=result.diagnostics,
    )


def _combined(batch: Batch, plan: Plan, target: str) -> str:
    parts = (combine.Part(path=path, title=entry.record or entry.id) for entry, path in batch.files())
    letter = plan.ways.job.letter
    combine.write(Path(target), parts, title=letter.subject or letter.slug, lang=letter.lang)
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
