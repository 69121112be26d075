"""A run: many letters, none lost, none doubled.

It plans all letters into the journal, has an executor make those that are missing, and writes down what became of each,
in an order by which it can be killed at any moment and go on where it was:

1. The lock of the output folder is taken: one run at a time.
2. All letters are put into the journal in one commit, or none. Before it nothing is made. Of a long list that a first
   look finds free of what planning could refuse (first_look.py), letters are made while the rest is still planned.
3. A letter's file is written beside its place, synced and renamed (files/atomic.py): it is there whole or not at all.
   The files of a worker's letters of a moment take each step together.
4. Only then the letter is written down as done, many letters in one commit (journal/). If the run is killed between 3
   and 4, the file is there and the journal does not know it: the next run makes the letter once more, byte for byte the
   same, in the same place.
5. Only then its result is given on: who reads "done" can rely on it, power cut or not.

`Batch` is used with `with`: its executor starts at once, while the records are still being read.

Not here: what a letter of the run is made of (plan.py); how it gets into the journal (planning.py); who makes it
(executor.py).
"""

from __future__ import annotations

import os
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from letterpress.batch import archive, maker
from letterpress.batch.executor import Executor, executor_for
from letterpress.batch.file_contents import FileContents
from letterpress.batch.journal import Entry, Journal, RunState, State, Written
from letterpress.batch.maker import Item, Outcome
from letterpress.batch.settings import Settings as Settings
from letterpress.batch.settings import cores as cores
from letterpress.batch.waiting import Waiting
from letterpress.errors import Diagnostic, LetterpressError
from letterpress.model import Result, Status
from letterpress.processes import stages
from letterpress.recipients import marks

if TYPE_CHECKING:  # heavy: while they are loaded, the workers start
    from letterpress.batch.earlier_files import Earlier
    from letterpress.batch.first_look import Source
    from letterpress.batch.plan import Plan
    from letterpress.batch.planning import Planning
    from letterpress.batch.stored import Stored
    from letterpress.recipients.tables import Record

_COMMIT_AFTER = 0.1
"""Seconds after which what is done is written down: one commit for many letters."""
_COMMIT_LETTERS = 256
_STATES: dict[str, State] = {"done": "done", "kept": "skipped"}
"""What the journal calls the outcomes of letters that are there."""


class Batch:
    """One run."""

    def __init__(self, settings: Settings) -> None:
        """:raises UsageError: another run is at work in the folder."""
        self.settings = settings
        self.state: RunState = "planning"
        self.faults: tuple[Diagnostic, ...] = ()
        """Why the run had to stop, if it had to."""
        self.earlier: Earlier | None = None
        """What was found of earlier runs in the folder, where there was one."""
        self.run = 0
        self._contents = FileContents()
        self._plan: Plan | None = None
        self._planning: Planning | None = None
        self._in_hand: dict[int, Item] = {}
        """Letters that were handed out, by their place in the run."""
        self._planned: deque[Entry] = deque()
        """Letters that were planned in the run, are not to be made, and have not been told."""
        self._scratch = tempfile.TemporaryDirectory(prefix="letterpress-") if settings.dry else None
        self.folder = Path(self._scratch.name) if self._scratch else settings.folder
        self._shown_folder = str((settings.archive or settings.folder) / "-")[:-1]
        self.stored: Stored | None = None
        if settings.place is not None and not settings.dry:
            from letterpress.batch.stored import Stored  # here: few runs go to a store

            self._shown_folder = f"{settings.shown.rstrip('/')}/"
            self.stored = Stored(settings.place, settings.folder)
            self.stored.begin()
        self.journal = Journal(self.folder)
        try:
            work = self.journal.scratch().resolve()
            self._waiting = Waiting(work)
            self.executor = self._executor(work)
        except BaseException:
            self.journal.close()
            raise

    def _executor(self, work: Path) -> Executor:
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
            mail=settings.mail,
        )
        hold = () if self.journal.lock is None else (self.journal.lock,)
        executor = executor_for(settings.jobs, orders, hold=hold, scratch=str(work))
        if self.stored is None:
            return executor
        from letterpress.batch.delivering import Delivering

        return Delivering(executor, self.stored, keep=settings.keep, replace_signed=settings.replace_signed)

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
            self._waiting.close()
            self.journal.tidy(debris=self.executor.debris)
        finally:
            self.journal.close()
            if self._scratch is not None:
                self._scratch.cleanup()

    # --- planning -----------------------------------------------------------------------------------------------------

    def plan(
        self, plan: Plan, records: Iterable[Record], about: Mapping[str, Any], *, source: Source | None = None
    ) -> int:
        """Read the records and put their letters into the journal: all, or so many that the first may be made.

        :param about: what the run is, for people.
        :param source: the same records, for a first look at all of them; without it, all are planned.
        :returns: the number of letters, or, where more are to be planned, how many there may be.
        :raises UsageError: two letters would have one name; nothing has been made then.
        :raises LetterpressError: the records cannot be read.
        """
        from letterpress.batch.planning import Planning

        self._plan = plan
        self.run = self.journal.begin(about)
        self._planning = Planning(self.settings, self.journal, self.run, plan, records, self._waiting, self.stored)
        with self.journal.planning(self.run):
            expected = self._plan_first(self._planning, None if self.settings.dry else source)
            if expected is None:
                self._planning.refuse_clashes()
                self._planning.check_names()
        self.state = "running"
        return self._planning.counts.total if expected is None else expected

    def _plan_first(self, planning: Planning, source: Source | None) -> int | None:
        """Plan letters; gives how many there may be, if they may be made while the others are planned."""
        from letterpress.batch import first_look

        while planning.block():
            if source is not None and planning.counts.total >= first_look.AFTER:
                expected = first_look.letters(planning, source)
                if expected is not None:
                    return expected
                source = None
        return None

    def _plan_more(self, planning: Planning) -> None:
        """Plan further letters, in the middle of the run. If they cannot be, the run ends with the letters in hand."""
        try:
            self._planned.extend(entry for entry in planning.block() if entry.state != "pending")
            planning.refuse_clashes()
            if planning.done:
                planning.check_names()
                self.journal.commit()
                self.executor.hurried = False
        except LetterpressError as error:  # the records are not what they were at the first look, or the disk is full
            self._stop(error.diagnostics)
        if planning.done:
            self._free()

    def _free(self) -> None:
        """Lift the limit of time for reading, which each record that is read begins anew: processes are waited for."""
        if self.settings.jobs:
            stages.free()

    @property
    def duplicates(self) -> int:
        """Letters to an address that another one goes to."""
        return self._planning.counts.duplicates if self._planning else 0

    @property
    def planned(self) -> int | None:
        """The number of letters; None while there are more to plan."""
        return self._planning.counts.total if self._planning is not None and self._planning.done else None

    # --- the run ------------------------------------------------------------------------------------------------------

    def interrupt(self) -> None:
        """Finish the letters in hand, and stop. May be called by a signal's handler."""
        self.state = "interrupted"
        self.executor.stop()

    def results(self) -> Iterator[Result | None]:
        """Give what becomes of each letter, as it is known; None now and then.

        A letter's result comes after it is in the journal. When this ends, `state` says how.
        """
        plan, planning = self._plan, self._planning
        assert plan is not None  # noqa: S101 - `plan` comes first
        assert planning is not None  # noqa: S101
        for state in ("failed", "skipped") if planning.counts.unmade else ():
            for entry in self.journal.entries(self.run, state=state):
                yield self.result(entry)
        try:
            self.executor.hurried = not planning.done
            self.executor.submit(plan.bases, self._items(planning))
            yield from self._made(planning)
            while not planning.done and self.state != "stopped":  # an interrupted run knows all letters, too
                self._plan_more(planning)
                yield from self._told()
            self.journal.check()
        except LetterpressError as error:
            self.state, self.faults = "stopped", error.diagnostics
            return
        self._end()

    def _items(self, planning: Planning) -> Iterator[Item]:
        """Hand out what waits; where it is less than what is asked for, more is planned."""
        while True:
            block = self._waiting.take()
            if not block and planning.done:
                return
            if not block:
                self._plan_more(planning)
                if self.state == "stopped":
                    return
            for item in block:
                self._in_hand[item.seq] = item
                yield item

    def _told(self) -> Iterator[Result]:
        """Give the letters on that were planned and are not to be made."""
        while self._planned:
            yield self.result(self._planned.popleft())

    def _made(self, planning: Planning) -> Iterator[Result | None]:
        """Write down what the executor makes. A commit waits for the disk: it is for all letters of a moment."""
        waiting: list[Outcome] = []
        since = 0.0  # the first letter is told at once
        for outcome in self.executor.results():
            if outcome is not None and outcome.status == "stop":
                self._stop(outcome.diagnostics)
            elif outcome is not None:
                waiting.append(outcome)
                if len(waiting) < _COMMIT_LETTERS:
                    continue
            if waiting and (len(waiting) >= _COMMIT_LETTERS or time.monotonic() - since > _COMMIT_AFTER):
                yield from self._written(waiting)
                waiting, since = [], time.monotonic()
            if outcome is None:
                if not planning.done and self.state == "running":
                    self._plan_more(planning)
                yield from self._told()
                yield None
        yield from self._written(waiting)

    def _stop(self, faults: tuple[Diagnostic, ...]) -> None:
        """Finish the letters in hand, and end."""
        self._free()
        if not self.faults:
            self.faults = faults
        self.state = "stopped"
        self.executor.stop()

    def _end(self) -> None:
        counts = self.journal.counts(self.run)
        if self.state == "running":
            self.state = "failed" if counts["failed"] else "done"
        try:
            self.earlier = self._planning.earlier() if self._planning and self.state != "stopped" else None
            self.journal.finish(self.run, self.state, counts)
        except LetterpressError as error:
            self.state, self.faults = "stopped", self.faults or error.diagnostics
            return
        if self.stored is not None and self.state != "stopped":
            try:
                self.stored.keep(self.journal)
            except LetterpressError as error:  # the letters are there, and this machine knows them
                self.faults = (*self.faults, *(replace(one, severity="warning") for one in error.diagnostics))

    def _written(self, outcomes: list[Outcome]) -> Iterator[Result]:
        """Write outcomes down, then give them on."""
        if not outcomes:
            return
        entries: list[Entry | Item] = []
        letters: list[Written] = []
        for outcome in outcomes:
            entry = self._entry_of(outcome)
            if entry is not None:
                entries.append(entry)
                self._contents.take(outcome, entry.record)
                letters.append(self._to_write(entry, outcome))
        self.journal.write(self.run, letters)
        for entry, letter in zip(entries, letters, strict=True):
            yield self._result(entry, letter)

    def _entry_of(self, outcome: Outcome) -> Entry | Item | None:
        """The journal's entry of a letter that has come back; where nothing is to be said of it, what is in hand."""
        item = self._in_hand.pop(outcome.seq, None)
        noted = self._planning.noted if self._planning is not None else ()
        if item is None or outcome.diagnostics or item.seq in noted:
            return self.journal.entry(self.run, outcome.seq)
        return item

    def _to_write(self, entry: Entry | Item, outcome: Outcome) -> Written:
        state = _STATES.get(outcome.status, "failed")
        there = entry.output and state != "failed" and not self.settings.dry
        diagnostics = () if isinstance(entry, Item) else (*entry.diagnostics, *self._faults(entry, outcome))
        return Written(
            seq=outcome.seq,
            state=state,
            pages=None if state == "failed" else outcome.pages,
            sha256=outcome.kept or outcome.sha256,
            letter_sha256=outcome.sha256,
            diagnostics=diagnostics,
            file=(entry.output or "", entry.id, outcome.size, outcome.mtime) if there else None,
            dispatch=outcome.dispatch,
        )

    def _faults(self, entry: Entry, outcome: Outcome) -> tuple[Diagnostic, ...]:
        """What is wrong with a letter, with the cells of its record: a worker knows fields and no table."""
        if not outcome.diagnostics or self._plan is None:
            return ()
        records, plan = self._plan.records(entry), self._plan
        found = (plan.in_variant(plan.for_people(self._shown(one), records), entry) for one in outcome.diagnostics)
        return marks.said_once(found, entry.diagnostics)

    def _shown(self, fault: Diagnostic) -> Diagnostic:
        """Name a file of the output folder as the user would: workers know where it really is."""
        folder = str(self.settings.folder.resolve()) + os.sep
        if fault.file is None or not fault.file.startswith(folder):
            return fault
        return replace(fault, file=str(self.settings.folder / fault.file.removeprefix(folder)))

    def result(self, entry: Entry) -> Result:
        """Make a result of a journal's entry."""
        return self._result(entry, entry)

    def _result(self, entry: Entry | Item, known: Entry | Written) -> Result:
        """Make the result of a letter.

        :param known: what became of it.
        """
        assert self._plan is not None  # noqa: S101
        state = known.state
        there = state in ("done", "skipped") and entry.output is not None and not self.settings.dry
        status: Status = state if state != "pending" else "skipped"
        cell = self._plan.variant(entry)
        contents = self._contents.of(entry.seq)
        return Result(
            id=entry.id,
            source=self._plan.ways.job.letter.path,
            record=entry.record,
            output=f"{self._shown_folder}{entry.output}" if there and entry.output else None,
            status=status,
            pages=known.pages,
            sha256=known.sha256,
            diagnostics=known.diagnostics,
            variant=cell.choices if cell else None,
            claims=contents.claims,
            enclosures=contents.enclosures,
            attachments=contents.attachments,
        )

    @property
    def plates(self) -> dict[str, Any]:
        """How many letters were made from the pages of another, and how many were laid out, by why."""
        return self._contents.plates

    def files(self) -> Iterator[tuple[Entry, Path]]:
        """Give every letter that is there, in order, with its file."""
        return archive.letters(self.journal, self.run, self.settings.folder)

    def all_results(self) -> Iterator[Result]:
        """Give every letter in order, from the journal; what was not begun is left out."""
        for entry in self.journal.entries(self.run):
            if entry.state != "pending":
                yield self.result(entry)
