"""Opens the database of one output folder for one run alone, and keeps it whole.

The database is SQLite (WAL, synchronous=FULL): a commit has reached the disk when it returns, and a process that is
killed in the middle of one leaves the state before it. Finished letters are noted a second time as text
(finished.py). A damaged database is set aside by name, and the new one is filled from that second record: what it says
of a file holds only if the file's own SHA-256 agrees.

Not here: what is in the database (database.py); the lock (files/lock.py).
Source: sqlite.org, "Write-Ahead Logging", "PRAGMA synchronous", "How To Corrupt An SQLite Database File".
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

from letterpress.batch.journal import damage
from letterpress.batch.journal.finished import Finished, Row
from letterpress.errors import Diagnostic, LetterpressError, UnreadableInput
from letterpress.files import lock

FOLDER = ".letterpress"
"""In the output folder."""
_FORMAT = 1
_PATIENCE = 10.0
"""Seconds to wait for another program that holds the journal."""
_SPARE_LINES = 1000
"""Lines of the second record, beyond two for each file, from which on it is written anew."""

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
CREATE TABLE IF NOT EXISTS dispatch (output TEXT PRIMARY KEY, id TEXT NOT NULL, noted TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS second (bytes INTEGER NOT NULL, lines INTEGER NOT NULL);
"""
_COLUMNS = {
    "runs": ("run", "started", "finished", "state", "about", "done", "failed", "skipped", "pending", "pages"),
    "letters": (
        "run", "seq", "id", "record", "output", "folded", "address", "base", "rows", "state", "pages", "sha256",
        "diagnostics",
    ),
    "files": ("output", "id", "sha256", "pages", "bytes", "mtime"),
    "dispatch": ("output", "id", "noted"),
    "second": ("bytes", "lines"),
}  # fmt: skip


class Store:
    """The database of one output folder, and its second record."""

    def __init__(self, folder: Path, *, write: bool = True) -> None:
        """Open it; with `write`, for one run alone.

        :raises UsageError: another run is at work in the folder.
        :raises UnreadableInput: there is no journal, and none is to be made.
        :raises LetterpressError: it cannot be made.
        """
        self.folder = folder
        self._path = folder / FOLDER / "journal.sqlite3"
        self._finished = Finished(self._path.with_name("finished.txt"))
        self.notes: tuple[Diagnostic, ...] = ()
        """What had to be done to use it, to be said."""
        self.lock: int | None = None
        self._db: sqlite3.Connection | None = None
        self._made_folder = False
        self._given_up = False
        if not write and not self._path.exists():
            hint = "name the folder that `letterpress merge -o` was given"
            message = "no run has been made into this folder"
            raise UnreadableInput(message, file=str(folder), hint=hint, code="run-missing")
        self._reading = not write
        try:
            if write:
                self._made_folder = not folder.exists()
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self.lock = lock.acquire(self._path.parent / "lock", folder)
            with self._guarded():
                if write:
                    self._set_aside_if_damaged()
                self._open(write)
                if write:
                    self._restore()
        except OSError as error:
            self._release()
            hint = "choose another folder with -o"
            message = f"the output folder cannot be used: {error.strerror}"
            raise LetterpressError(message, file=str(folder), hint=hint, code="folder-unusable") from error
        except BaseException:  # whatever it is: a lock that outlives its run would keep all others out
            self._release()
            raise
        self._inode = _inode(self._path)

    def _set_aside_if_damaged(self) -> None:
        """Give a damaged journal another name, and say so.

        :raises LetterpressError: a newer letterpress has made it.
        """
        if not self._path.exists():
            wrong = "was missing" if self._finished.size else None
        elif not self._finished.size and self._path.is_file() and not self._path.stat().st_size:
            wrong = None  # a run was killed at its very beginning
        else:
            try:
                wrong = damage.reason(self._path, _COLUMNS, _FORMAT, _PATIENCE)
            except damage.Newer:
                hint = "use that letterpress, or another folder"
                message = "the journal is of a newer letterpress"
                raise LetterpressError(message, file=str(self._path), hint=hint, code="journal-newer") from None
            if wrong is not None:
                aside = damage.set_aside(self._path)
                wrong = f"was damaged ({wrong}) and has been set aside as '{aside.name}'"
        if wrong is not None:
            known = len({row[0] for row in self._finished.rows()})
            message = f"the journal {wrong}; {known} finished letters are noted elsewhere, and known by their content"
            hint = "letters that are known are left as they are; all others are made anew"
            note = Diagnostic(
                severity="warning", message=message, file=str(self._path), hint=hint, code="journal-damaged"
            )
            self.notes = (*self.notes, note)

    def _open(self, write: bool) -> None:
        self._db = sqlite3.connect(self._path, isolation_level=None, timeout=_PATIENCE)
        if not write:
            self._db.execute("PRAGMA query_only = ON")
            return
        # WAL lets `letterpress runs` read while a run writes. FULL syncs at each commit: with NORMAL, which is enough
        # against a crash of the program, a power cut could take back a "done" that was told already.
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(_SCHEMA)
        self._db.execute(f"PRAGMA user_version = {_FORMAT}")

    def _restore(self) -> None:
        """Bring the journal and the second record together.

        The record is longer than the journal knows if the journal is new, or has lost its last commits: its lines are
        taken over. It is shorter if it was lost, and has too many lines after many runs: it is written anew.
        """
        known, lines = self._execute("SELECT bytes, lines FROM second").fetchone() or (0, 0)
        size = self._finished.size
        if size > known:
            with self._transaction():
                for row in self._finished.rows(known):
                    # No time of the file: it holds only if the file's content agrees.
                    self._execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, 0)", row)
                    lines += 1
                self._note_second(size, lines)
        files = self._execute("SELECT count(*) FROM files").fetchone()[0]
        if size < known or (files and not size) or lines > 2 * files + _SPARE_LINES:
            rows = self._execute("SELECT output, id, sha256, pages, bytes FROM files ORDER BY output")
            size = self._finished.rewrite(rows)
            with self._transaction():
                self._note_second(size, files)

    def _note_second(self, size: int, lines: int) -> None:
        self._execute("DELETE FROM second")
        self._execute("INSERT INTO second VALUES (?, ?)", (size, lines))

    def _execute(self, sql: str, given: tuple[Any, ...] = ()) -> sqlite3.Cursor:
        if self._db is None:
            raise sqlite3.ProgrammingError("the journal is closed")
        return self._db.execute(sql, given)

    def _execute_many(self, sql: str, given: Sequence[tuple[Any, ...]]) -> None:
        if self._db is None:
            raise sqlite3.ProgrammingError("the journal is closed")
        self._db.executemany(sql, given)

    @property
    def _in_transaction(self) -> bool:
        return self._db is not None and self._db.in_transaction

    def _begin_if_none(self) -> None:
        if not self._in_transaction:
            self._execute("BEGIN IMMEDIATE")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close it, and let another run in. One that no run was ever put into is removed."""
        try:
            unused = self._given_up or self._unused()
            self._close()
            if unused:
                self._remove()
        finally:
            self._release()

    def give_up(self) -> None:
        """Remove it when it is closed, with its folder if that is empty then: what was made is elsewhere."""
        self._given_up = self.lock is not None and _inode(self._path) == self._inode

    def _unused(self) -> bool:
        """Tell whether no run was ever put into it; False where it cannot be read, which is no reason to remove it."""
        with contextlib.suppress(sqlite3.Error, OSError):
            empty = self.lock is not None and not self._execute("SELECT EXISTS (SELECT 1 FROM runs)").fetchone()[0]
            return empty and not self._finished.size and _inode(self._path) == self._inode
        return False

    def _remove(self) -> None:
        """Remove what was made to open it, and nothing else."""
        place = self._path.parent
        shutil.rmtree(place / "work", ignore_errors=True)
        for name in ("journal.sqlite3", "journal.sqlite3-wal", "journal.sqlite3-shm", "finished.txt", "lock"):
            with contextlib.suppress(OSError):
                (place / name).unlink()
        with contextlib.suppress(OSError):
            place.rmdir()
            if self._made_folder or self._given_up:
                self.folder.rmdir()

    def _close(self) -> None:
        database, self._db = self._db, None
        with contextlib.suppress(sqlite3.Error, OSError):
            if database is not None:
                database.close()
        with contextlib.suppress(OSError):
            self._finished.close()

    def _release(self) -> None:
        """Close the database, then let go of the lock: in this order, since the next run opens it at once."""
        held, self.lock = self.lock, None
        try:
            self._close()
        finally:
            if held is not None:
                os.close(held)

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        """Say SQLite's faults plainly."""
        try:
            yield
        except (sqlite3.Error, ValueError, TypeError) as error:  # a damaged row is no text, no JSON, no diagnostic
            message, hint, code = _said(error, self._reading)
            raise LetterpressError(message, file=str(self._path), hint=hint, code=code) from error

    def check(self) -> None:
        """Check that the journal is still where it was: SQLite would go on writing into a file that was deleted.

        :raises LetterpressError: it is not.
        """
        if _inode(self._path) != self._inode:
            message, hint = "the output folder was removed during the run", "run again: all letters will be made anew"
            raise LetterpressError(message, file=str(self.folder), hint=hint, code="folder-removed")

    def copy_to(self, path: Path) -> None:
        """Write a copy of the database, as it is now, to a path where there is no file."""
        with self._guarded(), contextlib.closing(sqlite3.connect(path)) as copy:
            if self._db is not None:
                self._db.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, which needs no other to be read

    # --- the two records ----------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        """Run all statements, or none; what was put in before and not yet committed goes the same way."""
        self._begin_if_none()
        try:
            yield
            self._execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._execute("ROLLBACK")
            raise

    def _append(self, made: Sequence[Row]) -> None:
        """Note finished letters in the second record; within the transaction that notes them in the first.

        :raises OSError: the disk is full, or refuses.
        """
        # The text is on the disk before the commit. Killed in between, the next run finds more text than the journal
        # knows of, and takes it over (`_restore`); the other way round a letter would be known in one place only.
        lines = self._execute("SELECT max(lines) FROM second").fetchone()[0] or 0
        self._note_second(self._finished.append(made), lines + len(made))


def _said(error: Exception, reading: bool) -> tuple[str, str, str]:
    """Say a fault of SQLite, what to do, and the diagnostic's code.

    :param reading: whether the journal was only to be read.
    """
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return "the disk is full", "make room, and run again: what is done stays done", "disk-full"
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return "another program holds the journal", "close it, and run again", "journal-held"
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN):
        hint = "make it writable, or choose another folder with -o"
        return f"the journal cannot be used: {error}", hint, "journal-unusable"
    if reading:
        hint = "the next `letterpress merge` into this folder sets it aside"
        return f"the journal cannot be read: {error}", hint, "journal-unusable"
    return f"the journal cannot be used: {error}", "run again: a damaged journal is set aside", "journal-unusable"


def _inode(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
