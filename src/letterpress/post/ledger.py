"""Puts the letters of a package into the order of their groups, in constant memory.

The ledger is a database of SQLite without a name, which lies on the disk as soon as it is large, and goes with its
connection. Source: sqlite.org, "In-Memory Databases", "Temporary Databases".
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import NamedTuple, Self

from letterpress.post.grouping import Key


class Letter(NamedTuple):
    """A letter that is to be packed."""

    output: str
    """Relative to the folder of the run."""
    record: str | None
    """As the journal calls it."""
    pages: int
    sheets: int
    sha256: str
    """Of its file; `letter_sha256`: of the letter in it, which has `size` bytes."""
    letter_sha256: str
    size: int
    noted: str
    """The note for its dispatch."""
    rows: str = "[]"
    """JSON: its records, where something of them is asked for."""


class Total(NamedTuple):
    """Sums of a group."""

    key: Key
    letters: int
    pages: int
    sheets: int


class Ledger:
    """The letters of one package, used with `with`."""

    def __init__(self) -> None:
        """Begin with none."""
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute("PRAGMA journal_mode = OFF")
        columns = "seq INTEGER PRIMARY KEY, place TEXT, key TEXT, sort TEXT, pages INTEGER, sheets INTEGER, letter TEXT"
        self._db.execute(f"CREATE TABLE letters ({columns})")
        self._db.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def add(self, key: Key, letter: Letter, order: str = "") -> None:
        """Put in the next letter of the run.

        :param order: by which the letters of a group are sorted; equal ones stand as in the run.
        """
        given = (key.order, json.dumps(key.values), order, letter.pages, letter.sheets, json.dumps(letter))
        self._db.execute(
            "INSERT INTO letters (place, key, sort, pages, sheets, letter) VALUES (?, ?, ?, ?, ?, ?)", given
        )

    def totals(self) -> Iterator[Total]:
        """Give the sums of the groups, in their order. None may be added any more."""
        self._db.execute("CREATE INDEX IF NOT EXISTS by_group ON letters (place, key, sort, seq)")
        sql = "SELECT key, count(*), sum(pages), sum(sheets) FROM letters GROUP BY place, key ORDER BY place, key"
        for key, *sums in self._db.execute(sql):
            yield Total(Key(tuple(json.loads(key))), *sums)

    def letters(self, key: Key) -> Iterator[Letter]:
        """Give the letters of a group, in their order."""
        sql = "SELECT letter FROM letters WHERE place = ? AND key = ? ORDER BY sort, seq"
        for (text,) in self._db.execute(sql, (key.order, json.dumps(key.values))):
            yield Letter(*json.loads(text))


def record_parts(record: str | None) -> tuple[str | None, str | None]:
    """Split what the journal calls a record into its number and its key: `12 (K-7)`."""
    if record is None:
        return None, None
    number, joint, key = record.partition(" (")
    return number, key.removesuffix(")") if joint else None
