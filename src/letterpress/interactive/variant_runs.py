"""Makes the variants of one letter while somebody looks on: a file for each, with progress, and a stop.

`letterpress variants` makes the same files. There is no journal: who asks again has all of them made again, but for
those that the order says are made.

Not here: variants of the letters of a list (runs.py), their pictures beside each other (sheets.py).
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from letterpress import api
from letterpress.batch import combine, named_files
from letterpress.batch.executor import at_work, executor_for
from letterpress.batch.maker import PRESS, Item, Orders, Outcome
from letterpress.batch.run import cores
from letterpress.batch.variants import Cell
from letterpress.errors import Diagnostic, LetterpressError
from letterpress.files import inputs
from letterpress.interactive import preview
from letterpress.interactive.answers import Say, answering
from letterpress.interactive.runs import End, Letter, Order, Teller, cells_of, of_choices, put_together
from letterpress.processes import stages

prepare = preview.prepare
_STATUS = {"done": "done", "kept": "skipped"}


@answering
def run(say: Say, order: Order) -> End:
    """Make the variants; says `progress` while it does. `Say.is_to_end` finishes those in hand, and stops.

    :raises LetterpressError: the letter cannot be used, no variant be made, a file of the
        letter would be replaced, or the folder not be written into.
    """
    stages.at("reading the letter")
    job = replace(api.job(api.read(order.letter), **dict(order.chosen)), strict=order.strict)
    cells = cells_of(job, order) or of_choices(job, order.variants)
    folder = _folder(order.folder)
    read = {path for cell in cells.chosen for path in named_files.files(cell.job)}
    inputs.check((("variants", folder / cell.output) for cell in cells.chosen), read)
    made = [
        cell for cell in cells.chosen if str(folder / cell.output) in order.made and (folder / cell.output).is_file()
    ]
    run = _Run(order, folder, Teller(say), total=len(cells.chosen), faults=cells.notes)
    for cell in made:
        run.take(
            Letter(
                id=cell.output,
                number=cell.said,
                status="skipped",
                output=str(folder / cell.output),
                pages=None,
                diagnostics=(),
            )
        )
    wanted = [cell for cell in cells.chosen if cell not in made]
    if wanted:
        stages.free()  # the executor watches its processes
        run.make(wanted)
    run.teller.rest()
    end = _end(run.total, run.counts, run.pages, run.faults)
    if order.combined is None or end.state != "done":
        return end
    parts = [combine.Part(path=folder / cell.output, title=cell.said) for cell in cells.chosen]
    return replace(end, combined=put_together(job, parts, order.combined))


@dataclass(slots=True)
class _Run:
    """A run, as far as it is."""

    order: Order
    folder: Path
    teller: Teller
    total: int
    faults: tuple[Diagnostic, ...]
    counts: Counter[str] = field(default_factory=Counter)
    pages: int = 0

    def take(self, letter: Letter) -> None:
        """Take on what became of a variant."""
        self.counts[letter.status] += 1
        self.pages += letter.pages or 0
        self.teller.add(letter)

    def make(self, wanted: Sequence[Cell]) -> None:
        """Make variants, until all are made or it is to end."""
        with tempfile.TemporaryDirectory(prefix="letterpress-") as scratch:
            jobs = min(cores() if self.order.jobs is None else self.order.jobs, len(wanted))
            orders = Orders(press=PRESS, folder=str(self.folder.resolve()), limits=self.order.limits)
            with at_work(executor_for(jobs, orders, scratch=scratch)) as executor:
                executor.submit([cell.job for cell in wanted], _items(wanted))
                for outcome in executor.results():
                    if outcome is not None and outcome.status == "stop":
                        self.faults = (*self.faults, *outcome.diagnostics)
                        executor.stop()
                    elif outcome is not None:
                        self.take(_letter(wanted[outcome.seq], outcome, self.folder))
                    if self.teller.told(self.total):
                        executor.stop()


def _folder(name: str) -> Path:
    folder = Path(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message, hint = f"cannot be made: {error.strerror}", "choose another one, or ask for the right to write there"
        raise LetterpressError(message, file=name, hint=hint, code="folder-unusable") from error
    return folder


def _items(cells: Sequence[Cell]) -> list[Item]:
    return [
        Item(seq=at, base=at, id=cell.job.id or "", record=None, values=(), output=cell.output)
        for at, cell in enumerate(cells)
    ]


def _letter(cell: Cell, outcome: Outcome, folder: Path) -> Letter:
    status = _STATUS.get(outcome.status, "failed")
    return Letter(
        id=cell.output,
        number=cell.said,
        status=status,
        output=None if status == "failed" else str(folder / cell.output),
        pages=outcome.pages,
        diagnostics=outcome.diagnostics,
    )


def _end(total: int, counts: Counter[str], pages: int, faults: tuple[Diagnostic, ...]) -> End:
    pending = total - counts.total()
    state = "failed" if counts["failed"] else "done"
    return End(
        state="interrupted" if pending else state,
        letters=total,
        done=counts["done"],
        failed=counts["failed"],
        skipped=counts["skipped"],
        pending=pending,
        pages=pages,
        faults=faults,
        combined=None,
        faulty=None,
    )
