"""A run: many letters, none lost, none doubled.

Job: plans the letters into the journal, has the crew make what is missing, and writes down what became of each. Secret:
the order of these steps, by which a run can be killed at any of them and go on where it was. `Batch` is used with
`with`: its workers start at once, while the records are still being read.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from letterpress import output
from letterpress.batch import file_names, worker
from letterpress.batch.journal import Entry, Journal, RunState, State, Written
from letterpress.batch.supervisor import Crew
from letterpress.batch.worker import Key, Outcome
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
        self._plan: Plan | None = None
        self._scratch = tempfile.TemporaryDirectory(prefix="letterpress-") if settings.dry else None
        self.folder = Path(self._scratch.name) if self._scratch else settings.folder
        self.journal = Journal(self.folder)
        try:
            self.crew = self._crew()
        except BaseException:
            self.journal.close()
            raise

    def _crew(self) -> Crew:
        settings = self.settings
        scratch = self.journal.scratch()
        press = settings.press or (worker.CHECK if settings.dry and not settings.layout else worker.PRESS)
        return Crew(
            settings.jobs,
            folder=None if settings.dry else str(settings.folder.resolve()),
            press=press,
            limits=settings.limits,
            hold=() if self.journal.lock is None else (self.journal.lock,),
            scratch=str(scratch.resolve()),
            keys=() if settings.dry else settings.keys,
            tsa=settings.tsa,
            replace_signed=settings.replace_signed,
        )

    def __enter__(self) -> Batch:
        try:
            self.crew.__enter__()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.crew.__exit__()
            self.journal.tidy(debris=self.crew.replaced > 0)
        finally:
            self.journal.close()
            if self._scratch is not None:
                self._scratch.cleanup()

    # --- planning -----------------------------------------------------------------------------------------------------

    def plan(self, plan: Plan, found: Iterable[Record], about: Mapping[str, Any]) -> int:
        """Read all records and put their letters into the journal; gives their number.

        :raises UsageError: two letters would have one name; nothing has been made then.
        :raises LetterpressError: the records cannot be read.
        """
        self._plan = plan
        self.run = self.journal.begin(about)
        clashes: list[Diagnostic] = []
        total = 0
        with self.journal.planning(self.run):
            for entry in plan.entries(found):
                total += 1
                entry = self._known(self._addressed(entry))
                other = self.journal.add(self.run, entry)
                if other is not None:
                    clashes.append(_clash(entry, other))
            if clashes:
                more = len(clashes) - _SHOWN
                if more > 0:
                    clashes = [
                        *clashes[:_SHOWN],
                        Diagnostic(message=f"and {more} more letters with a name that is taken"),
                    ]
                raise UsageError(clashes)
            self._check_names(plan)
        self.state = "running"
        return total

    def _addressed(self, entry: Entry) -> Entry:
        """The entry with a remark if it goes where another goes; with `unique`, it is dropped."""
        if not entry.address:
            return entry
        first = self.journal.at_address(self.run, entry.address)
        if first is None:
            return entry
        self.duplicates += 1
        message = f"goes to the same address as record {first.record}"
        if self.settings.unique:
            note = Diagnostic(severity="note", message=f"{message}, and is left out", record=entry.record)
            return replace(entry, state="skipped", diagnostics=(note,), folded=None, output=None, address=None)
        note = Diagnostic(severity="warning", message=message, record=entry.record, hint="--unique leaves it out")
        return replace(entry, diagnostics=(*entry.diagnostics, note), address=None)

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
                message = f"is the letter of record {entry.record}"
                faults.append(Diagnostic(message=message, file=file, field=option, hint="name another file"))
        if faults:
            raise UsageError(faults)

    def _in_place_of(self, path: Path, folder: Path) -> Entry | None:
        """The letter that goes where a file is."""
        real = Path(os.path.realpath(path))
        if not real.is_relative_to(folder):
            return None
        return self.journal.named(self.run, file_names.folded(real.relative_to(folder).as_posix()))

    def _known(self, entry: Entry) -> Entry:
        """The entry as skipped, if its file is there, made by the same job, and nobody has done more than sign it."""
        settings = self.settings
        if settings.dry or entry.state != "pending" or entry.output is None:
            return entry
        made = self.journal.made(entry.output)
        if made is None or made[0] != entry.id:
            return entry  # the letter has changed, or is not known: its worker looks whether it may be replaced
        _, sha256, pages, size, mtime = made
        path = self.folder / entry.output
        if settings.again and settings.replace_signed:
            return entry
        try:
            found = path.stat()
            if found.st_size == size and not settings.again:
                same = found.st_mtime_ns == mtime or _sha256(path) == sha256
                return replace(entry, state="skipped", pages=pages, sha256=sha256) if same else entry
            kept = self._signed(entry, sha256, size) if found.st_size >= size else None
        except OSError:
            return entry
        return entry if kept is None else replace(kept, pages=pages)

    def _signed(self, entry: Entry, sha256: str, size: int) -> Entry | None:
        """The entry as skipped, if its file begins with the letter that the journal knows and bears signatures.

        :raises OSError: it cannot be read.
        """
        from letterpress.signing import existing

        path = self.folder / (entry.output or "")
        content = path.read_bytes()
        if hashlib.sha256(content[:size]).hexdigest() != sha256 or not (signers := existing.signers(path)):
            return None
        note = replace(output.kept_note(self.settings.folder / (entry.output or ""), signers), record=entry.record)
        digest = hashlib.sha256(content).hexdigest()
        return replace(entry, state="skipped", sha256=digest, diagnostics=(*entry.diagnostics, note))

    # --- the run ------------------------------------------------------------------------------------------------------

    def interrupt(self) -> None:
        """Finish the letters in hand, and stop."""
        self.state = "interrupted"
        self.crew.stop()

    def results(self) -> Iterator[Result | None]:
        """What becomes of each letter, as it is known; None now and then.

        A letter's result comes after it is in the journal. When this ends, `state` says how.
        """
        assert self._plan is not None  # noqa: S101 - `plan` comes first
        for state in ("failed", "skipped"):
            for entry in self.journal.entries(self.run, state=state):
                yield self.result(entry)
        plan = self._plan
        items = (plan.item(entry) for entry in self.journal.entries(self.run, state="pending"))
        waiting: list[Outcome] = []
        since = 0.0  # the first letter is told at once
        try:
            for outcome in self.crew.work(plan.bases, items):
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
            self.journal.check()
        except LetterpressError as error:
            self.state, self.faults = "stopped", error.diagnostics
            return
        self._end()

    def _stop(self, outcome: Outcome) -> None:
        if not self.faults:
            self.faults = outcome.diagnostics
        self.state = "stopped"
        self.crew.stop()

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
        assert self._plan is not None  # noqa: S101
        found: list[tuple[Entry, Written]] = []
        for outcome in outcomes:
            entry = self.journal.entry(self.run, outcome.seq)
            if entry is None:
                continue
            faults = self._faults(entry, outcome)
            state = _STATES.get(outcome.status, "failed")
            there = entry.output and state != "failed"
            file = (entry.output or "", entry.id, outcome.size, outcome.mtime) if there else None
            written = Written(
                seq=outcome.seq,
                state=state,
                pages=None if state == "failed" else outcome.pages,
                sha256=outcome.kept or outcome.sha256,
                letter_sha256=outcome.sha256,
                diagnostics=(*entry.diagnostics, *faults),
                file=None if self.settings.dry else file,
            )
            found.append((entry, written))
        self.journal.write(self.run, [written for _, written in found])
        for entry, written in found:
            yield self.result(
                replace(
                    entry,
                    state=written.state,
                    pages=written.pages,
                    sha256=written.sha256,
                    diagnostics=written.diagnostics,
                )
            )

    def _faults(self, entry: Entry, outcome: Outcome) -> tuple[Diagnostic, ...]:
        """What is wrong with a letter, with the cells of its record: a worker knows fields and no table."""
        if not outcome.diagnostics or self._plan is None:
            return ()
        record = self._plan.records(entry)[0]
        return tuple(self._plan.for_people(self._shown(fault), record) for fault in outcome.diagnostics)

    def _shown(self, fault: Diagnostic) -> Diagnostic:
        """The fault with a file of the output folder as the user would name it: workers know where it really is."""
        folder = str(self.settings.folder.resolve()) + os.sep
        if fault.file is None or not fault.file.startswith(folder):
            return fault
        return replace(fault, file=str(self.settings.folder / fault.file.removeprefix(folder)))

    def result(self, entry: Entry) -> Result:
        """A journal's entry as interface.md's result."""
        assert self._plan is not None  # noqa: S101
        there = entry.state in ("done", "skipped") and entry.output is not None and not self.settings.dry
        status: Status = entry.state if entry.state != "pending" else "skipped"
        return Result(
            id=entry.id,
            source=self._plan.ways.job.letter.path,
            record=entry.record,
            output=str(self.settings.folder / entry.output) if there and entry.output else None,
            status=status,
            pages=entry.pages,
            sha256=entry.sha256,
            diagnostics=entry.diagnostics,
        )

    def all_results(self) -> Iterator[Result]:
        """Every letter in order, from the journal; what was not begun is left out."""
        for entry in self.journal.entries(self.run):
            if entry.state != "pending":
                yield self.result(entry)


def _clash(entry: Entry, other: Entry) -> Diagnostic:
    message = f"records {other.record} and {entry.record} would both become '{entry.output}'"
    return Diagnostic(message=message, field="--name", hint="put what differs into --name, such as {record}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
