"""Makes shards on one machine: the project is unpacked once, and a run's worker processes make the letters.

A shard is made by whoever creates its manifest. Until then an attempt has files of its own; they go, if another attempt
was first. So it does not matter how often, where and by whom a shard is tried, or which attempt is killed.

A record that cannot be made is in the manifest with what is wrong, as in any run: the worker processes are watched, and
a letter that brings them down is given up by name.

Not here: which shards are to be made, and where (driver.py, engine.py).
"""

from __future__ import annotations

import contextlib
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

from letterpress.batch import maker, planning
from letterpress.batch.executor import Executor, executor_for
from letterpress.batch.journal import Entry
from letterpress.batch.maker import Item, Key, Outcome
from letterpress.batch.plan import Plan
from letterpress.errors import Diagnostic, LetterpressError
from letterpress.places import Place
from letterpress.processes.limits import Limits
from letterpress.recipients import marks, shard_files
from letterpress.shards import layout, letters, manifest, node_keys, project_archive
from letterpress.shards.manifest import Made, Manifest
from letterpress.shards.run import Run
from letterpress.shards.scratch import Scratch


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """How a machine works."""

    jobs: int = 1
    """Worker processes; 0: none, letters are made in the process itself."""
    keys: tuple[Key, ...] | None = None
    """Who signs; None: those of the machine's own environment. They are never sent to another machine."""
    press: str | None = None
    """`module:function` that makes the letters, for tests and benchmarks."""


class Stopped(Exception):
    """The work was ended from outside, in the middle of a shard."""


class Node:
    """One process that makes shards of one run, used with `with`."""

    def __init__(self, run: Run, place: Place, crew: Crew | None = None) -> None:
        self.run = run
        self._place = place
        self._crew = crew or Crew()
        self._stack = contextlib.ExitStack()
        self._stopping = False

    def __enter__(self) -> Node:
        """Get ready.

        :raises UsageError: this machine would make other letters, or lacks a key.
        :raises LetterpressError: the project cannot be read.
        """
        with self._stack:
            keys = self._crew.keys if self._crew.keys is not None else node_keys.from_environment(self.run)
            scratch = self._stack.enter_context(Scratch())
            self._root, self._letters = scratch.folder / "project", scratch.folder / "letters"
            self._root.mkdir()
            project_archive.unpack(self._place.get(self.run.archive), self.run.project, self._root)
            self._plan: Plan = letters.plan_of(self.run, self._root)
            self._letters.mkdir()
            self._executor: Executor = self._started(keys, scratch)
            self._stack.callback(self._executor.stop, at_once=True)
            self._executor.start()
            self._stack = self._stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _started(self, keys: tuple[Key, ...], scratch: Scratch) -> Executor:
        orders = maker.Orders(
            press=self._crew.press or maker.PRESS,
            folder=None,  # they come back, since a file of a shard need not be safe on this machine's disk
            keep=True,
            limits=Limits(seconds=self.run.seconds, memory_mb=self.run.memory_mb),
            keys=keys,
            tsa=self.run.tsa,
        )
        return executor_for(self._crew.jobs, orders, hold=(scratch.lock,), scratch=str(scratch.folder))

    def stop(self) -> None:
        """Finish the letters in hand, and leave the shard; may be called by a signal's handler."""
        self._stopping = True
        self._executor.stop()

    def work(self, shard: int) -> Manifest:
        """Make a shard, unless it is made.

        :returns: its manifest: this attempt's, or that of who was first.
        :raises LetterpressError: the place or this machine takes no more; no letter is to blame.
        :raises Stopped: `stop` was called.
        """
        self.run.check(shard)
        if self._place.size(manifest.name_of(shard)) is not None:
            return manifest.read(self._place, self.run, shard)
        attempt = secrets.token_hex(8)
        try:
            made = self._made(shard)
            if self._stopping:
                raise Stopped
            stored = layout.store(self.run, self._place, shard, attempt, made, self._letters)
            return self._committed(shard, attempt, stored)
        finally:
            shutil.rmtree(self._letters, ignore_errors=True)
            self._letters.mkdir(exist_ok=True)

    def _committed(self, shard: int, attempt: str, stored: layout.Stored) -> Manifest:
        found = Manifest(
            run=self.run.id,
            shard=shard,
            attempt=attempt,
            bundle=stored.bundle,
            size=stored.size,
            sha256=stored.sha256,
            letters=stored.letters,
        )
        if self._place.create(manifest.name_of(shard), found.as_json()):
            return found
        for name in stored.names:
            self._place.remove(name)
        return manifest.read(self._place, self.run, shard)

    def _made(self, shard: int) -> list[Made]:
        """Make the letters of a shard; gives them in order."""
        laid = self._laid(shard)
        entries: dict[int, Entry] = {}
        items: list[Item] = []
        planned = self._plan.entries(letters.records(self.run, laid), first=self.run.first(shard))
        for one, (entry, item) in zip(laid, planned, strict=True):
            entry = planning.judged(entry, strict=self.run.strict)
            if one.first is not None and entry.state == "pending":
                entry = planning.doubled(entry, one.first, self._plan, unique=self.run.unique)
                entry = planning.judged(entry, strict=self.run.strict)
            entries[entry.seq] = entry
            if entry.state == "pending" and item is not None:
                items.append(item)
        made = {entry.seq: self._unmade(entry) for entry in entries.values() if entry.state != "pending"}
        for outcome in self._outcomes(items):
            made[outcome.seq] = self._letter(entries[outcome.seq], outcome)
        return [made[seq] for seq in sorted(made)]

    def _laid(self, shard: int) -> list[shard_files.Laid]:
        path = self._letters.parent / "records.parquet"
        path.write_bytes(self._place.get(self.run.records_file(shard)))
        return shard_files.read(path)

    def _outcomes(self, items: list[Item]) -> Iterator[Outcome]:
        if not items:
            return
        self._executor.submit(self._plan.bases, items)
        for outcome in self._executor.results():
            if outcome is None:
                continue
            if outcome.status == "stop":
                raise LetterpressError(outcome.diagnostics)
            yield outcome

    def _unmade(self, entry: Entry) -> Made:
        """A letter that cannot be made, or is not to be."""
        failed = entry.state == "failed"
        return Made(
            seq=entry.seq,
            id=entry.id,
            record=entry.record,
            status="failed" if failed else "skipped",
            diagnostics=self._named(entry.diagnostics),
            rows=entry.rows if failed else None,
        )

    def _letter(self, entry: Entry, outcome: Outcome) -> Made:
        failed = outcome.status != "done"
        if outcome.pdf is not None:
            layout.keep(self._letters, entry.seq, outcome.pdf)
        records = self._plan.records(entry) if outcome.diagnostics else []
        faults = (self._plan.for_people(fault, records) for fault in outcome.diagnostics)
        return Made(
            seq=entry.seq,
            id=entry.id,
            record=entry.record,
            status="failed" if failed else "done",
            output=None if failed else entry.output,
            pages=None if failed else outcome.pages,
            sha256=None if failed else outcome.sha256,
            size=len(outcome.pdf or b""),
            claims=() if failed else outcome.claims,
            diagnostics=self._named((*entry.diagnostics, *marks.said_once(faults, entry.diagnostics))),
            rows=entry.rows if failed else None,
        )

    def _named(self, faults: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
        """Name files as the user did: workers know where they lie here."""
        return tuple(letters.named(fault, self._root, self.run.prefix) for fault in faults)


def work_shard(run: Run, shard: int, place: Place, crew: Crew | None = None) -> Manifest:
    """Make one shard, unless it is made; see `Node.work`."""
    with Node(run, place, crew) as node:
        return node.work(shard)
