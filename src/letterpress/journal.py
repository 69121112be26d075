"""What a run has done, so that it can be killed at any moment and go on.

Job: keeps, beside the output, every letter of a run with its state, and for every file which job made it. Secret:
SQLite (WAL, synchronous=FULL), and how long old runs are kept. A letter is written down as done only after its file is
safely there: what is lost in a crash is at most a note, never a letter.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from letterpress import lock
from letterpress.errors import Diagnostic, LetterpressError, UnreadableInput

FOLDER = ".letterpress"
"""In the output folder."""
KEPT_RUNS = 5
"""Runs whose letters are kept; of older ones only the sums are."""
_FORMAT = 1

State = Literal["pending", "done", "failed", "skipped"]
RunState = Literal["planning", "running", "done", "failed", "interrupted", "stopped", "killed"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
  run INTEGER PRIMARY KEY, started TEXT NOT NULL, finished TEXT, state TEXT NOT NULL, about TEXT NOT NULL,
  done INTEGER, failed INTEGER, skipped INTEGER, pending INTEGER, pages INTEGER);
CREATE TABLE IF NOT EXISTS letters (
  run INTEGER NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL, record TEXT, output TEXT, folded TEXT, address TEXT,
  base INTEGER NOT NULL, rows TEXT NOT NULL, state TEXT NOT NULL, pages INTEGER, sha256 TEXT, diagnostics TEXT,
  PRIMARY KEY (run, seq)) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS letters_by_name ON letters (run, folded) WHERE folded IS NOT NULL;
CREATE INDEX IF NOT EXISTS letters_by_address ON letters (run, address, seq) WHERE address IS NOT NULL;
CREATE TABLE IF NOT EXISTS files (
  output TEXT PRIMARY KEY, id TEXT NOT NULL, sha256 TEXT NOT NULL, pages INTEGER, bytes INTEGER, mtime INTEGER)
  WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One letter of a run."""

    seq: int
    """Its place in the run, from 1."""
    id: str
    record: str | None
    output: str | None
    """Relative to the output folder."""
    state: State = "pending"
    base: int = 0
    """Which of the run's letters and choices it is made with."""
    rows: str = "[]"
    """JSON: the records it is made from, as [number, values] each."""
    address: str | None = None
    folded: str | None = None
    pages: int | None = None
    sha256: str | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What became of one letter, to be written down."""

    seq: int
    state: State
    pages: int | None = None
    sha256: str | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    file: tuple[str, str, int, int] | None = None
    """Output, job id, size in bytes, time of the file in ns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run, as `letterpress runs` shows it."""

    number: int
    started: str
    finished: str | None
    state: RunState
    about: Mapping[str, Any]
    counts: Mapping[str, int]


class Journal:
    """The journal of one output folder."""

    def __init__(self, folder: Path, *, write: bool = True) -> None:
        """Open it; with `write`, for one run alone.

        :raises UsageError: another run is at work in the folder.
        :raises UnreadableInput: there is no journal, and none is to be made.
        :raises LetterpressError: it cannot be made.
        """
        self.folder = folder
        self._path = folder / FOLDER / "journal.sqlite3"
        self.lock: int | None = None
        self._made_folder = False
        if not write and not self._path.exists():
            hint = "name the folder that `letterpress merge -o` was given"
            raise UnreadableInput("no run has been made into this folder", file=str(folder), hint=hint)
        try:
            if write:
                self._made_folder = not folder.exists()
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self.lock = lock.acquire(self._path.parent / "lock", folder)
            self._db = sqlite3.connect(self._path, isolation_level=None, timeout=10)
        except OSError as error:
            hint = "choose another folder with -o"
            raise LetterpressError(
                f"the output folder cannot be used: {error.strerror}", file=str(folder), hint=hint
            ) from error
        try:
            with self._guarded():
                self._prepare(write)
        except BaseException:
            self._release()
            raise
        self._inode = _inode(self._path)

    def _prepare(self, write: bool) -> None:
        if not write:
            self._db.execute("PRAGMA query_only = ON")
            return
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, _FORMAT):
            hint = "use that letterpress, or another folder"
            raise LetterpressError("the journal is of a newer letterpress", file=str(self._path), hint=hint)
        self._db.executescript(_SCHEMA)
        self._db.execute(f"PRAGMA user_version = {_FORMAT}")

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close it, and let another run in. One that no run was ever put into is removed."""
        unused = False
        with contextlib.suppress(sqlite3.Error):
            unused = self.lock is not None and self._db.execute("SELECT count(*) FROM runs").fetchone()[0] == 0
            self._db.close()
        if unused and _inode(self._path) == self._inode:
            shutil.rmtree(self._path.parent, ignore_errors=True)
            if self._made_folder:
                with contextlib.suppress(OSError):
                    self.folder.rmdir()
        self._release()

    def _release(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._db.close()
        if self.lock is not None:
            os.close(self.lock)
            self.lock = None

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        """SQLite's faults, said plainly."""
        try:
            yield
        except sqlite3.Error as error:
            full = "full" in str(error)
            message = "the disk is full" if full else f"the journal cannot be used: {error}"
            hint = (
                "make room, and run again: what is done stays done" if full else "run again; if it stays so, delete it"
            )
            raise LetterpressError(message, file=str(self._path), hint=hint) from error

    def scratch(self) -> Path:
        """An empty folder for the temporary files of this run; what a killed run has left behind is removed first."""
        killed = self._db.execute("SELECT 1 FROM runs WHERE state IN ('planning', 'running') LIMIT 1").fetchone()
        self.tidy(debris=killed is not None)
        folder = self.folder / FOLDER / "work"
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise LetterpressError(
                f"the output folder cannot be used: {error.strerror}", file=str(self.folder)
            ) from error
        return folder

    def tidy(self, *, debris: bool) -> None:
        """Remove temporary files; with `debris`, also those beside the letters, of workers that were killed."""
        shutil.rmtree(self.folder / FOLDER / "work", ignore_errors=True)
        if debris:
            for path in self.folder.rglob(".*.part"):
                with contextlib.suppress(OSError):
                    path.unlink()

    # --- a run --------------------------------------------------------------------------------------------------------

    def begin(self, about: Mapping[str, Any]) -> int:
        """Start a run; `about` says what it is, for people. One that never ended was killed."""
        with self._guarded():
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("UPDATE runs SET state = 'killed' WHERE state IN ('planning', 'running')")
            cursor = self._db.execute(
                "INSERT INTO runs (started, state, about) VALUES (?, 'planning', ?)", (_now(), json.dumps(about))
            )
            run = int(cursor.lastrowid or 0)
            self._db.execute("DELETE FROM letters WHERE run <= ?", (run - KEPT_RUNS,))
            self._db.execute("COMMIT")
        return run

    @contextlib.contextmanager
    def planning(self, run: int) -> Iterator[None]:
        """All letters of a run are put in at once, or none."""
        with self._guarded():
            self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._db.execute("ROLLBACK")
                self._db.execute("DELETE FROM runs WHERE run = ?", (run,))
            raise
        with self._guarded():
            self._db.execute("UPDATE runs SET state = 'running' WHERE run = ?", (run,))
            self._db.execute("COMMIT")

    def add(self, run: int, entry: Entry) -> Entry | None:
        """Put a letter in; gives the entry that has its name already, if one has, and puts nothing in."""
        values = (
            run, entry.seq, entry.id, entry.record, entry.output, entry.folded, entry.address or None, entry.base,
            entry.rows, entry.state, entry.pages, entry.sha256, _dump(entry.diagnostics),
        )  # fmt: skip
        with self._guarded():
            try:
                self._db.execute("INSERT INTO letters VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
            except sqlite3.IntegrityError:
                return self._one("run = ? AND folded = ?", (run, entry.folded))
        return None

    def entry(self, run: int, seq: int) -> Entry | None:
        """One letter of the run."""
        return self._one("run = ? AND seq = ?", (run, seq))

    def at_address(self, run: int, address: str) -> Entry | None:
        """The first letter of the run that goes to this address."""
        # The index is named since SQLite would rather walk the whole run, to have it in order.
        sql = "SELECT min(seq) FROM letters INDEXED BY letters_by_address WHERE run = ? AND address = ?"
        with self._guarded():
            seq = self._db.execute(sql, (run, address)).fetchone()[0]
        return None if seq is None else self.entry(run, seq)

    def made(self, output: str) -> tuple[str, str, int | None, int, int] | None:
        """Job id, sha256, pages, bytes and time of the file that a run has left under this name."""
        sql = "SELECT id, sha256, pages, bytes, mtime FROM files WHERE output = ?"
        found: tuple[str, str, int | None, int, int] | None = self._db.execute(sql, (output,)).fetchone()
        return found

    def write(self, run: int, letters: Iterable[Written]) -> None:
        """Write down what became of letters, all in one commit.

        :raises LetterpressError: the journal is gone, or the disk is full.
        """
        self.check()
        with self._guarded():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                for one in letters:
                    self._db.execute(
                        "UPDATE letters SET state = ?, pages = ?, sha256 = ?, diagnostics = ? "
                        "WHERE run = ? AND seq = ?",
                        (one.state, one.pages, one.sha256, _dump(one.diagnostics), run, one.seq),
                    )
                    if one.file is not None:
                        output, job, size, mtime = one.file
                        self._db.execute(
                            "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?)",
                            (output, job, one.sha256, one.pages, size, mtime),
                        )
                self._db.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._db.execute("ROLLBACK")
                raise

    def check(self) -> None:
        """Whether the journal is still where it was: SQLite would go on writing into a file that has been deleted.

        :raises LetterpressError: it is not.
        """
        if _inode(self._path) != self._inode:
            hint = "run again: all letters will be made anew"
            raise LetterpressError("the output folder was removed during the run", file=str(self.folder), hint=hint)

    def finish(self, run: int, state: RunState) -> None:
        """The run's end."""
        counts = self.counts(run)
        with self._guarded():
            self._db.execute(
                "UPDATE runs SET state = ?, finished = ?, done = ?, failed = ?, skipped = ?, pending = ?, pages = ? "
                "WHERE run = ?",
                (state, _now(), *(counts[key] for key in ("done", "failed", "skipped", "pending", "pages")), run),
            )

    # --- asking -------------------------------------------------------------------------------------------------------

    def entries(self, run: int, *, state: State | None = None) -> Iterator[Entry]:
        """Letters of a run in order, in constant memory, and while others of them change."""
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

    def counts(self, run: int) -> dict[str, int]:
        """Letters by state, and the pages of those that are there."""
        counted = {"letters": 0, "done": 0, "failed": 0, "skipped": 0, "pending": 0, "pages": 0}
        sql = "SELECT state, count(*), coalesce(sum(pages), 0) FROM letters WHERE run = ? GROUP BY state"
        with self._guarded():
            for state, number, pages in self._db.execute(sql, (run,)):
                counted[state] = number
                counted["letters"] += number
                counted["pages"] += pages
        return counted

    def runs(self) -> list[Run]:
        """All runs, the newest first."""
        columns = "run, started, finished, state, about, done, failed, skipped, pending, pages"
        sql = f"SELECT {columns} FROM runs ORDER BY run DESC"  # noqa: S608 - ours
        found = []
        with self._guarded():
            for number, started, finished, state, about, *sums in self._db.execute(sql).fetchall():
                keys = ("done", "failed", "skipped", "pending", "pages")
                counts = dict(zip(keys, sums, strict=True)) if sums[0] is not None else self.counts(number)
                found.append(
                    Run(
                        number=number,
                        started=started,
                        finished=finished,
                        state=state,
                        about=json.loads(about),
                        counts=counts,
                    )
                )
        return found

    def _one(self, condition: str, given: tuple[Any, ...]) -> Entry | None:
        with self._guarded():
            return next(self._select(condition, given), None)

    def _select(self, condition: str, given: tuple[Any, ...]) -> Iterator[Entry]:
        columns = "seq, id, record, output, state, base, rows, address, folded, pages, sha256, diagnostics"
        for row in self._db.execute(f"SELECT {columns} FROM letters WHERE {condition}", given):  # noqa: S608 - ours
            values = dict(zip(columns.split(", "), row, strict=True))
            yield Entry(**{**values, "diagnostics": _load(values["diagnostics"])})


def _dump(diagnostics: tuple[Diagnostic, ...]) -> str | None:
    return json.dumps([one.as_json() for one in diagnostics], ensure_ascii=False) if diagnostics else None


def _load(text: str | None) -> tuple[Diagnostic, ...]:
    return tuple(Diagnostic(**one) for one in json.loads(text)) if text else ()


def _now() -> str:
    return datetime.datetime.now().astimezone().isoformat(timespec="seconds")


def _inode(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
