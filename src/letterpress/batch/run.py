"""A run: many letters, none lost, none doubled.

It plans all letters into the journal, has an executor make those that are missing, and writes down what became of each,
in an order by which it can be killed at any moment and go on where it was:

1. The lock of the output folder is taken: one run at a time.
2. All letters are put into the journal in one commit, or none. Before it nothing is made.
3. A letter's file is written beside its place, synced and renamed (files/atomic.py): it is there whole or not at all.
   The files of a worker's letters of a moment take each step together.
4. Only then the letter is written down as done, many letters in one commit (journal/). If the run is killed between 3
   and 4, the file is there and the journal does not know it: the next run makes the letter once more, byte for byte the
   same, in the same place.
5. Only then its result is given on: who reads "done" can rely on it, power cut or not.

`Batch` is used with `with`: its executor starts at once, while the records are still being read.

Not here: what a letter of the run is made of (plan.py); who makes it (executor.py).
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from letterpress.batch import file_names, maker, unchanged
from letterpress.batch.executor import Executor, executor_for
from letterpress.batch.file_contents import FileContents
from letterpress.batch.journal import Entry, Journal, RunState, State, Written
from letterpress.batch.maker import Key, Outcome
from letterpress.errors import Diagnostic, LetterpressError, UsageError
from letterpress.files import inputs
from letterpress.model import Result, Status
from letterpress.processes.limits import Limits

if TYPE_CHECKING:  # heavy: while they are loaded, the workers start
    from letterpress.batch.plan import Plan
    from letterpress.recipients.tables import Record

_COMMIT_AFTER = 0.1
"""Seconds after which what is done is written down: one commit for many letters."""
_COMMIT_LETTERS = 256
_STATES: dict[str, State] = {"done": "done", "kept": "skipped"}
"""What the journal calls the outcomes of letters that are there."""
_SHOWN = 20
"""Faults of one kind that are listed one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a run works."""

    folder: Path
    jobs: int = field(default_factory=lambda: cores())
    """Worker processes; 0: none, letters are made in this process."""
    limits: Limits = field(default_factory=Limits)
    again: bool = False
    """Make letters anew that are there and have not changed."""
    unique: bool = False
    """Drop letters to an address that another one goes to."""
    dry: bool = False
    """Check everything and write nothing."""
    layout: bool = False
    """In a dry run, lay every letter out as well."""
    keys: tuple[Key, ...] = field(default=(), repr=False)
    """Who signs each letter at once, in this order."""
    tsa: str | None = None
    """URL of a timestamp server, for signing."""
    replace_signed: bool = False
    """Replace letters that bear signatures, if they have changed; with `again`, all of them."""
    inputs: tuple[str, ...] = ()
    """Files that the run reads besides the letter's: no letter may replace one."""
    outputs: tuple[tuple[str, str], ...] = ()
    """Pairs (option, path) of what is written besides the letters: none may be one of them."""
    verify_plates: bool = False
    """Lay out every letter, too, that is made from the pages of another, and compare."""
    press: str | None = None
    """`module:function` that makes the letters, for tests and benchmarks."""


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Batch:
    """One run."""

    def __init__(self, settings: Settings) -> None:
        """:raises UsageError: another run is at work in the folder."""
        self.settings = settings
        self.state: RunState = "planning"
        self.faults: tuple[Diagnostic, ...] = ()
        """Why the run had to stop, if it had to."""
        self.duplicates = 0
        """Letters to an address that another one goes to."""
        self.run = 0
        self._contents = FileContents()
        self._plan: Plan | None = None
        self._scratch = tempfile.TemporaryDirectory(prefix="letterpress-") if settings.dry else None
        self.folder = Path(self._scratch.name) if self._scratch else settings.folder
        self.journal = Journal(self.folder)
        try:
            self.executor = self._executor()
        except BaseException:
            self.journal.close()
            raise

    def _executor(self) -> Executor:
        settings = self.settings
        laid_out = maker.PRESS_VERIFIED if settings.verify_plates else maker.PRESS
        press = settings.press or (maker.CHECK if settings.dry and not settings.layout else laid_out)
        orders = maker.Orders(
            press=press,
            folder=None if settings.dry else str(settings.folder.resolve()),
            limits=settings.limits,
            keys=() if settings.dry else settings.keys,
            tsa=settings.tsa,
            replace_signed=settings.replace_signed,
        )
        hold = () if self.journal.lock is None else (self.journal.lock,)
        return executor_for(settings.jobs, orders, hold=hold, scratch=str(self.journal.scratch().resolve()))

    def __enter__(self) -> Batch:
        try:
            self.executor.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        # The lock goes last: whoever comes next finds no worker of ours at work, and nothing half written.
        try:
            self.executor.stop(at_once=True)
            self.journal.tidy(debris=self.executor.debris)
        finally:
            self.journal.close()
            if self._scratch is not None:
                self._scratch.cleanup()

    # --- planning -----------------------------------------------------------------------------------------------------

    def plan(self, plan: Plan, records: Iterable[Record], about: Mapping[str, Any]) -> int:
        """Read all records and put their letters into the journal.

        :param about: what the run is, for people.
        :returns: the number of letters.
        :raises UsageError: two letters would have one name; nothing has been made then.
        :raises LetterpressError: the records cannot be read.
        """
        self._plan = plan
        self.run = self.journal.begin(about)
        clashes: list[Diagnostic] = []
        total = 0
        with self.journal.planning(self.run):
            for entry in plan.entries(records):
                total += 1
                entry = self._if_there(self._addressed(entry))
                other = self.journal.add(self.run, entry)
                if other is not None:
                    clashes.append(_clash(entry, other, plan))
            if clashes:
                raise UsageError(_some(clashes))
            self._check_names(plan)
        self.state = "running"
        return total

    def _addressed(self, entry: Entry) -> Entry:
        """Give the entry with a remark if it goes where another goes; with `unique`, it is dropped."""
        if not entry.address:
            return entry
        first = self.journal.at_address(self.run, entry.address)
        if first is None or first.record == entry.record:  # its other variants go there, too
            return entry
        self.duplicates += 1
        message = f"goes to the same address as record {first.record}"
        about: dict[str, Any] = {"record": entry.record, "params": (("first", first.record),)}
        if self.settings.unique:
            said = Diagnostic(
                severity="note", message=f"{message}, and is left out", code="recipient-left-out", **about
            )
            return replace(entry, state="skipped", diagnostics=(said,), folded=None, output=None, address=None)
        hint = "--unique leaves it out"
        said = Diagnostic(severity="warning", message=message, hint=hint, code="recipient-doubled", **about)
        return replace(entry, diagnostics=(*entry.diagnostics, said), address=None)

    def _if_there(self, entry: Entry) -> Entry:
        """Give the entry as skipped, if its file need not be made."""
        settings = self.settings
        if settings.dry or entry.state != "pending" or entry.output is None:
            return entry
        made = self.journal.made(entry.output)
        if made is None or (settings.again and settings.replace_signed):
            return entry
        return unchanged.skipped(entry, made, settings.folder, again=settings.again)

    def _check_names(self, plan: Plan) -> None:
        """Refuse letters that would replace what the run reads, or what else it writes.

        :raises UsageError: with every one.
        """
        read = plan.inputs()
        inputs.check(((option, Path(file)) for option, file in self.settings.outputs), read)
        folder = Path(os.path.realpath(self.settings.folder))
        faults: list[Diagnostic] = []
        for path in (*read, *(Path(file) for file in self.settings.inputs)):
            entry = self._in_place_of(path, folder)
            if entry is not None and path.exists():
                fault = inputs.is_input(path, "--output")
                faults.append(replace(fault, record=entry.record, hint="choose another folder with -o, or --name"))
        for option, file in self.settings.outputs:
            entry = self._in_place_of(Path(file), folder)
            if entry is not None:
                message, hint = f"is the letter of record {entry.record}", "name another file"
                params = (("record", entry.record),)
                faults.append(
                    Diagnostic(
                        message=message, file=file, field=option, hint=hint, code="output-is-letter", params=params
                    )
                )
        if faults:
            raise UsageError(faults)

    def _in_place_of(self, path: Path, folder: Path) -> Entry | None:
        """Find the letter that goes where a file is."""
        real = Path(os.path.realpath(path))
        if not real.is_relative_to(folder):
            return None
        return self.journal.named(self.run, file_names.folded(real.relative_to(folder).as_posix()))

    # --- the run ------------------------------------------------------------------------------------------------------

    def interrupt(self) -> None:
        """Finish the letters in hand, and stop. May be called by a signal's handler."""
        self.state = "interrupted"
        self.executor.stop()

    def results(self) -> Iterator[Result | None]:
        """Give what becomes of each letter, as it is known; None now and then.

        A letter's result comes after it is in the journal. When this ends, `state` says how.
        """
        assert self._plan is not None  # noqa: S101 - `plan` comes first
        for state in ("failed", "skipped"):
            for entry in self.journal.entries(self.run, state=state):
                yield self.result(entry)
        plan = self._plan
        items = (plan.item(entry) for entry in self.journal.entries(self.run, state="pending"))
        try:
            self.executor.submit(plan.bases, items)
            yield from self._made()
            self.journal.check()
        except LetterpressError as error:
            self.state, self.faults = "stopped", error.diagnostics
            return
        self._end()

    def _made(self) -> Iterator[Result | None]:
        """Write down what the executor makes. A commit waits for the disk: it is for all letters of a moment."""
        waiting: list[Outcome] = []
        since = 0.0  # the first letter is told at once
        for outcome in self.executor.results():
            if outcome is not None and outcome.status == "stop":
                self._stop(outcome)
            elif outcome is not None:
                waiting.append(outcome)
            late = time.monotonic() - since > _COMMIT_AFTER
            if waiting and (late or len(waiting) >= _COMMIT_LETTERS):
                yield from self._written(waiting)
                waiting, since = [], time.monotonic()
            if outcome is None:
                yield None
        yield from self._written(waiting)

    def _stop(self, outcome: Outcome) -> None:
        if not self.faults:
            self.faults = outcome.diagnostics
        self.state = "stopped"
        self.executor.stop()

    def _end(self) -> None:
        if self.state == "running":
            self.state = "failed" if self.journal.counts(self.run)["failed"] else "done"
        try:
            self.journal.finish(self.run, self.state)
        except LetterpressError as error:
            self.state, self.faults = "stopped", self.faults or error.diagnostics

    def _written(self, outcomes: list[Outcome]) -> Iterator[Result]:
        """Write outcomes down, then give them on."""
        if not outcomes:
            return
        entries: list[Entry] = []
        letters: list[Written] = []
        for outcome in outcomes:
            entry = self.journal.entry(self.run, outcome.seq)
            if entry is not None:
                entries.append(entry)
                self._contents.take(outcome)
                letters.append(self._to_write(entry, outcome))
        self.journal.write(self.run, letters)
        for entry, letter in zip(entries, letters, strict=True):
            yield self.result(
                replace(
                    entry,
                    state=letter.state,
                    pages=letter.pages,
                    sha256=letter.sha256,
                    diagnostics=letter.diagnostics,
                )
            )

    def _to_write(self, entry: Entry, outcome: Outcome) -> Written:
        state = _STATES.get(outcome.status, "failed")
        there = entry.output and state != "failed" and not self.settings.dry
        return Written(
            seq=outcome.seq,
            state=state,
            pages=None if state == "failed" else outcome.pages,
            sha256=outcome.kept or outcome.sha256,
            letter_sha256=outcome.sha256,
            diagnostics=(*entry.diagnostics, *self._faults(entry, outcome)),
            file=(entry.output or "", entry.id, outcome.size, outcome.mtime) if there else None,
        )

    def _faults(self, entry: Entry, outcome: Outcome) -> tuple[Diagnostic, ...]:
        """What is wrong with a letter, with the cells of its record: a worker knows fields and no table."""
        if not outcome.diagnostics or self._plan is None:
            return ()
        records, plan = self._plan.records(entry), self._plan
        return tuple(plan.in_variant(plan.for_people(self._shown(one), records), entry) for one in outcome.diagnostics)

    def _shown(self, fault: Diagnostic) -> Diagnostic:
        """Name a file of the output folder as the user would: workers know where it really is."""
        folder = str(self.settings.folder.resolve()) + os.sep
        if fault.file is None or not fault.file.startswith(folder):
            return fault
        return replace(fault, file=str(self.settings.folder / fault.file.removeprefix(folder)))

    def result(self, entry: Entry) -> Result:
        """Make a result of a journal's entry."""
        assert self._plan is not None  # noqa: S101
        there = entry.state in ("done", "skipped") and entry.output is not None and not self.settings.dry
        status: Status = entry.state if entry.state != "pending" else "skipped"
        cell = self._plan.variant(entry)
        return Result(
            id=entry.id,
            source=self._plan.ways.job.letter.path,
            record=entry.record,
            output=str(self.settings.folder / entry.output) if there and entry.output else None,
            status=status,
            pages=entry.pages,
            sha256=entry.sha256,
            diagnostics=entry.diagnostics,
            variant=cell.choices if cell else None,
            **self._contents.of(entry.seq)._asdict(),
        )

    @property
    def plates(self) -> dict[str, Any]:
        """How many letters were made from the pages of another, and how many were laid out, by why."""
        counted = self._contents.laid_out
        why = {reason: number for reason, number in counted.most_common() if reason}
        return {"pressed": counted[""], "laid_out": why}

    def all_results(self) -> Iterator[Result]:
        """Give every letter in order, from the journal; what was not begun is left out."""
        for entry in self.journal.entries(self.run):
            if entry.state != "pending":
                yield self.result(entry)


def _clash(entry: Entry, other: Entry, plan: Plan) -> Diagnostic:
    message = f"records {other.record} and {entry.record} would both become '{entry.output}'"
    hint = "put what differs into --name, such as {record}"
    one, two = plan.variant(other), plan.variant(entry)
    if other.record == entry.record and one is not None and two is not None:
        message = (
            f"two variants of record {entry.record} would both become '{entry.output}': {one.said}, and {two.said}"
        )
        hint = "put what differs into --name, such as {variant}"
    params = (("records", (other.record, entry.record)),)
    return Diagnostic(
        message=message, field="--name", hint=hint, code="output-doubled", value=entry.output, params=params
    )


def _some(clashes: list[Diagnostic]) -> list[Diagnostic]:
    """Give the first of many, and how many more there are."""
    more = len(clashes) - _SHOWN
    if more <= 0:
        return clashes
    message = f"and {more} more letters with a name that is taken"
    return [*clashes[:_SHOWN], Diagnostic(message=message, code="output-doubled", params=(("more", more),))]
