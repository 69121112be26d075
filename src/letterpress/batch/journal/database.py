"""Keeps what a run has done: every letter of it with its state, and for every file which job made it.

A run can be killed at any moment and go on: a letter is written down as done only after its file is safely there, so
what a crash loses is at most a note, never a letter. A run that was killed is known by its state: `planning` or
`running` in the journal of a folder whose lock is free.

Not here: how the database is opened and kept whole (store.py).
"""

from __future__ import annotations

import contextlib
import datetime
import json
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from letterpress.batch.journal.entries import Entry, Noted, Run, RunState, State, Written
from letterpress.batch.journal.finished import Row
from letterpress.batch.journal.store import FOLDER, Store
from letterpress.errors import Diagnostic, LetterpressError
from letterpress.files import atomic, targets

KEPT_RUNS = 5
"""Runs whose letters are kept; of older ones only the sums are."""


class Journal(Store):
    """The journal of one output folder."""

    def scratch(self) -> Path:
        """Make an empty folder for the temporary files of this run's workers: one that is killed removes none itself.

        What a killed run has left behind is removed first.

        :raises LetterpressError: the folder cannot be made.
        """
        with self._guarded():
            killed = self._execute("SELECT 1 FROM runs WHERE state IN ('planning', 'running') LIMIT 1").fetchone()
        self.tidy(debris=killed is not None or bool(self.notes))
        folder = self.folder / FOLDER / "work"
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            message = f"the output folder cannot be used: {error.strerror}"
            raise LetterpressError(message, file=str(self.folder), code="folder-unusable") from error
        return folder

    def tidy(self, *, debris: bool) -> None:
        """Remove temporary files that are ours: the folder of `scratch`, which nobody else writes into.

        :param debris: also those that killed workers have left beside letters. They are known by their names and by
            locks that nobody holds (files/atomic.py); to look for them takes a walk through all letters.
        """
        shutil.rmtree(self.folder / FOLDER / "work", ignore_errors=True)
        if debris:
            atomic.remove_abandoned(self.folder)

    # --- a run --------------------------------------------------------------------------------------------------------

    def begin(self, about: Mapping[str, Any]) -> int:
        """Start a run; `about` says what it is, for people. One that never ended was killed."""
        with self._guarded(), self._transaction():
            self._execute("UPDATE runs SET state = 'killed' WHERE state IN ('planning', 'running')")
            cursor = self._execute(
                "INSERT INTO runs (started, state, about) VALUES (?, 'planning', ?)", (_now(), json.dumps(about))
            )
            run = int(cursor.lastrowid or 0)
            self._execute("DELETE FROM letters WHERE run <= ?", (run - KEPT_RUNS,))
        return run

    @contextlib.contextmanager
    def planning(self, run: int) -> Iterator[None]:
        """Put all letters of a run in at once, or none: `with planning(run):` and `add` in it.

        A run that is killed while it plans leaves nothing behind but its number.
        """
        with self._guarded():
            self._execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._execute("ROLLBACK")
                self._execute("DELETE FROM runs WHERE run = ?", (run,))
            raise
        with self._guarded():
            self._execute("UPDATE runs SET state = 'running' WHERE run = ?", (run,))
            self._execute("COMMIT")

    def add(self, run: int, entry: Entry) -> Entry | None:
        """Put a letter in.

        :returns: the entry that has its name already, if one has; then nothing was put in.
        """
        with self._guarded():
            try:
                self._execute(_INSERT, _row_of(run, entry))
            except sqlite3.IntegrityError:
                return self._one("run = ? AND folded = ?", (run, entry.folded))
        return None

    def add_all(self, run: int, entries: Sequence[Entry]) -> list[tuple[Entry, Entry]]:
        """Put many letters in.

        :returns: those that were not put in, each with the entry that has its name already.
        """
        values = [_row_of(run, entry) for entry in entries]
        with self._guarded():
            self._begin_if_none()
            self._execute("SAVEPOINT many")
            try:
                self._execute_many(_INSERT, values)
                self._execute("RELEASE many")
            except sqlite3.IntegrityError:  # which of them it was is found one by one
                self._execute("ROLLBACK TO many")
                self._execute("RELEASE many")
            else:
                return []
        taken = ((entry, self.add(run, entry)) for entry in entries)
        return [(entry, other) for entry, other in taken if other is not None]

    def commit(self) -> None:
        """Have what was put in on the disk."""
        with self._guarded():
            if self._in_transaction:
                self._execute("COMMIT")

    def entry(self, run: int, seq: int) -> Entry | None:
        """Give one letter of the run."""
        return self._one("run = ? AND seq = ?", (run, seq))

    def named(self, run: int, folded: str) -> Entry | None:
        """Give the letter of the run that goes under a name, as `file_names.folded` gives it."""
        return self._one("run = ? AND folded = ?", (run, folded))

    def at_address(self, run: int, address: str) -> Entry | None:
        """Give the first letter of the run that goes to this address."""
        # The index is named since SQLite would rather walk the whole run, to have it in order.
        sql = "SELECT min(seq) FROM letters INDEXED BY letters_by_address WHERE run = ? AND address = ?"
        with self._guarded():
            seq = self._execute(sql, (run, address)).fetchone()[0]
        return None if seq is None else self.entry(run, seq)

    @property
    def has_files(self) -> bool:
        """Whether a run has left any file."""
        with self._guarded():
            return bool(self._execute("SELECT EXISTS (SELECT 1 FROM files)").fetchone()[0])

    def made(self, output: str) -> tuple[str, str, int | None, int, int] | None:
        """Give job id, SHA-256, pages, bytes and time in ns of the file that a run has left under this name."""
        sql = "SELECT id, sha256, pages, bytes, mtime FROM files WHERE output = ?"
        with self._guarded():
            row: tuple[str, str, int | None, int, int] | None = self._execute(sql, (output,)).fetchone()
        # A row that is damaged in itself is as good as none: the letter is made anew, or kept if it is signed.
        return row if row is not None and isinstance(row[3], int) and isinstance(row[4], int) else None

    def is_clean(self, entry: Entry) -> bool:
        """Tell whether a letter is known to have been made, by the same job, without a warning.

        It is not where only older runs than `KEPT_RUNS` have made it.
        """
        sql = "SELECT diagnostics FROM letters WHERE run IN (SELECT run FROM runs ORDER BY run DESC LIMIT ?)"
        sql += " AND folded = ? AND output = ? AND id = ? AND state = 'done' ORDER BY run DESC LIMIT 1"
        with self._guarded():
            row = self._execute(sql, (KEPT_RUNS, entry.folded, entry.output, entry.id)).fetchone()
            return row is not None and all(fault.severity == "note" for fault in _load(row[0]))

    def files(self) -> Iterator[tuple[str, tuple[str, str, int | None, int, int]]]:
        """Give all files that runs have left: each output with what `made` says of it."""
        with self._guarded():
            rows = self._execute("SELECT output, id, sha256, pages, bytes, mtime FROM files ORDER BY output").fetchall()
        for output, *made in rows:
            if isinstance(made[3], int) and isinstance(made[4], int):
                yield output, (made[0], made[1], made[2], made[3], made[4])

    def left(self, run: int) -> Iterator[tuple[str, tuple[str, str, int | None, int, int]]]:
        """Give the files that runs have left and that no letter of this run has, as `files` does.

        A letter that is still to be made has its file.
        """
        held = "SELECT output FROM letters WHERE run = ? AND state <> 'failed' AND output IS NOT NULL"
        with self._guarded():
            kept = {output for (output,) in self._execute(held, (run,))}
        return ((output, made) for output, made in self.files() if output not in kept)

    def write(self, run: int, letters: Iterable[Written]) -> None:
        """Write down what became of letters, all in one commit. Their files are on the disk by then.

        :raises LetterpressError: the journal is gone, or the disk is full.
        """
        self.check()
        try:
            with self._guarded(), self._transaction():
                self._write(run, letters)
        except OSError as error:
            raise targets.fault(self._finished.path, error) from error

    def _write(self, run: int, letters: Iterable[Written]) -> None:
        states: list[tuple[Any, ...]] = []
        made: list[Row] = []
        times: list[int] = []
        noted: list[tuple[str, str, str]] = []
        for letter in letters:
            states.append((letter.state, letter.pages, letter.sha256, _dump(letter.diagnostics), run, letter.seq))
            if letter.file is not None:
                output, job, size, mtime = letter.file
                made.append((output, job, letter.letter_sha256 or letter.sha256 or "", letter.pages, size))
                times.append(mtime)
                if letter.dispatch is not None:
                    noted.append((output, job, letter.dispatch))
        self._execute_many(_UPDATE, states)
        if made:
            files = [(*row, mtime) for row, mtime in zip(made, times, strict=True)]
            self._execute_many("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?)", files)
            self._execute_many("INSERT OR REPLACE INTO dispatch VALUES (?, ?, ?)", noted)
            self._append(made)

    def finish(self, run: int, state: RunState, counts: Mapping[str, int] | None = None) -> None:
        """Write down how the run has ended.

        :param counts: what `counts` gives now, if that is known.
        """
        counts = self.counts(run) if counts is None else counts
        with self._guarded():
            self._execute(
                "UPDATE runs SET state = ?, finished = ?, done = ?, failed = ?, skipped = ?, pending = ?, pages = ? "
                "WHERE run = ?",
                (state, _now(), *(counts[key] for key in ("done", "failed", "skipped", "pending", "pages")), run),
            )

    # --- asking -------------------------------------------------------------------------------------------------------

    def entries(self, run: int, *, state: State | None = None) -> Iterator[Entry]:
        """Give letters of a run in order, in constant memory, and while others of them change.

        They are asked for in blocks, each from where the last ended: a cursor that stays open over writes to the same
        table may give a row twice, or not at all.
        """
        seq = 0
        condition = "run = ? AND seq > ?" + (" AND state = ?" if state else "") + " ORDER BY seq LIMIT 200"
        while True:
            given = (run, seq, state) if state else (run, seq)
            with self._guarded():
                block = list(self._select(condition, given))
            if not block:
                return
            yield from block
            seq = block[-1].seq

    def noted(self, run: int) -> Iterator[Noted]:
        """Give the letters of a run that are there, in order, with what is noted of each, in constant memory."""
        with self._guarded():
            known = bool(self._execute("SELECT 1 FROM sqlite_master WHERE name = 'dispatch'").fetchone())
        for entry in self.entries(run):
            if entry.state not in ("done", "skipped") or entry.output is None:
                continue
            made = self.made(entry.output)
            if made is None or made[0] != entry.id:
                made = (entry.id, "", None, 0, 0)
            with self._guarded():
                sql = "SELECT noted FROM dispatch WHERE output = ? AND id = ?"
                row = self._execute(sql, (entry.output, entry.id)).fetchone() if known else None
            yield Noted(entry=entry, dispatch=row[0] if row else None, letter_sha256=made[1], size=made[3])

    def counts(self, run: int) -> dict[str, int]:
        """Count letters by state, and the pages of those that are there."""
        counted = {"letters": 0, "done": 0, "failed": 0, "skipped": 0, "pending": 0, "pages": 0}
        sql = "SELECT state, count(*), coalesce(sum(pages), 0) FROM letters WHERE run = ? GROUP BY state"
        with self._guarded():
            for state, number, pages in self._execute(sql, (run,)):
                counted[state] = number
                counted["letters"] += number
                counted["pages"] += pages
        return counted

    def letterless(self, run: int) -> int:
        """Count the records of a run that get no letter: a list's total, or another record at the same address."""
        sql = "SELECT count(*) FROM letters WHERE run = ? AND state = 'skipped' AND output IS NULL"
        with self._guarded():
            return int(self._execute(sql, (run,)).fetchone()[0])

    def runs(self) -> list[Run]:
        """Give all runs, the newest first."""
        columns = "run, started, finished, state, about, done, failed, skipped, pending, pages"
        sql = f"SELECT {columns} FROM runs ORDER BY run DESC"  # noqa: S608 - ours
        runs = []
        with self._guarded():
            for number, started, finished, state, about, *sums in self._execute(sql).fetchall():
                keys = ("done", "failed", "skipped", "pending", "pages")
                counts = dict(zip(keys, sums, strict=True)) if sums[0] is not None else self.counts(number)
                runs.append(
                    Run(
                        number=number,
                        started=started,
                        finished=finished,
                        state=state,
                        about=json.loads(about),
                        counts=counts,
                    )
                )
        return runs

    def _one(self, condition: str, given: tuple[Any, ...]) -> Entry | None:
        with self._guarded():
            return next(self._select(condition, given), None)

    def _select(self, condition: str, given: tuple[Any, ...]) -> Iterator[Entry]:
        columns = "seq, id, record, output, state, base, rows, address, folded, pages, sha256, diagnostics"
        for row in self._execute(f"SELECT {columns} FROM letters WHERE {condition}", given):  # noqa: S608 - ours
            values = dict(zip(columns.split(", "), row, strict=True))
            yield Entry(**{**values, "diagnostics": _load(values["diagnostics"])})


_INSERT = "INSERT INTO letters VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_UPDATE = "UPDATE letters SET state = ?, pages = ?, sha256 = ?, diagnostics = ? WHERE run = ? AND seq = ?"


def _row_of(run: int, entry: Entry) -> tuple[Any, ...]:
    return (
        run, entry.seq, entry.id, entry.record, entry.output, entry.folded, entry.address or None, entry.base,
        entry.rows, entry.state, entry.pages, entry.sha256, _dump(entry.diagnostics),
    )  # fmt: skip


def _dump(diagnostics: tuple[Diagnostic, ...]) -> str | None:
    return json.dumps([one.as_json() for one in diagnostics], ensure_ascii=False) if diagnostics else None


def _load(text: str | None) -> tuple[Diagnostic, ...]:
    return tuple(Diagnostic.from_json(one) for one in json.loads(text)) if text else ()


def _now() -> str:
    return datetime.datetime.now().astimezone().isoformat(timespec="seconds")
