"""Lays the records of a run out in shards: a Parquet file each, which one machine reads without the others.

All records go through a database in a temporary folder, which is held to a fixed amount of memory: it finds those that
may have one name, or one address, and writes the files. Names and addresses are known to it by numbers alone; records
whose numbers are equal are looked at again by whoever asks.

A file a shard, since DuckDB makes row groups of whole vectors of 2,048 rows: a row group a shard would bind shards to
that size, and each machine would read the places of all row groups for the sake of one.

Not here: which records there are (selection.py), and what a shard is (shards/).
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from letterpress.recipients.duckdb import blocks, connect, execute, faults_said

_SEPARATOR = "\x1f"
"""Between the cells of the file that records come in by: JSON writes no control character as it is."""
_MOST_LINE = 32_000_000
"""Bytes of one record, and of the part of the file that is read at once: without it, DuckDB takes all of it."""
_COLUMNS = {"seq": "BIGINT", "name": "BIGINT", "address": "BIGINT", "fault": "VARCHAR", "rows": "VARCHAR"}


class Laid(NamedTuple):
    """A record on its way into the shards, and out of them."""

    seq: int
    """Its place in the run, from 1."""
    rows: str
    """JSON: the list of its records, as `Record.packed` gives them; of one that is grouped, all members."""
    fault: str | None = None
    """JSON: why it cannot be used, if it cannot."""
    first: str | None = None
    """Of a letter to an address that another one goes to: that one's record."""
    name: str | None = None
    """Of its file; None: nobody else can have it. On the way in only, as `address`."""
    address: str = ""
    """Its address's key; empty: it has none."""


class ShardFiles:
    """The records of a run, in order."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="letterpress-")
        self._path = Path(self._folder.name)
        with faults_said():
            self._connection = connect(str(self._path / "records.duckdb"))

    def __enter__(self) -> ShardFiles:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._folder.cleanup()

    def fill(self, records: Iterable[Laid]) -> int:
        """Put all records in; gives their number.

        :raises LetterpressError: the disk is full.
        """
        count = 0
        lines = self._path / "records.txt"
        with lines.open("wb") as file:
            for count, laid in enumerate(records, start=1):  # noqa: B007 - the last one is the number of all
                name = "" if laid.name is None else hash(laid.name)
                address = hash(laid.address) if laid.address else ""
                text = f"{laid.seq}\x1f{name}\x1f{address}\x1f{laid.fault or ''}\x1f{laid.rows}\n"
                try:
                    file.write(text.encode())
                except UnicodeEncodeError:  # half a surrogate pair: JSON has a way to write it
                    rows = json.dumps(json.loads(laid.rows))
                    fault = "" if laid.fault is None else json.dumps(json.loads(laid.fault))
                    file.write(f"{laid.seq}\x1f{name}\x1f{address}\x1f{fault}\x1f{rows}\n".encode())
        self._load("records", lines, _COLUMNS)
        self._run("CREATE TABLE doubles (seq BIGINT, first VARCHAR)")
        return count

    def alike(self, what: str) -> Iterator[list[Laid]]:
        """Give the records that may have one name (`name`) or one address (`address`), a group each time.

        A group may hold records that are not alike; those that are, are in one.
        """
        sql = (
            f"SELECT seq, rows, fault, {what} FROM records WHERE {what} IN (SELECT {what} FROM records "  # noqa: S608 - ours
            f"WHERE {what} IS NOT NULL GROUP BY {what} HAVING count(*) > 1) ORDER BY {what}, seq"
        )
        group: list[Laid] = []
        number = None
        for seq, rows, fault, of in self._rows(sql):
            if of != number and group:
                yield group
                group = []
            number = of
            group.append(Laid(seq, rows, fault))
        if group:
            yield group

    def mark(self, doubles: Iterable[tuple[int, str]]) -> int:
        """Note letters to an address that another one goes to; gives their number.

        :param doubles: pairs (the letter's place, the record that the first letter there is of).
        """
        count = 0
        lines = self._path / "doubles.txt"
        with lines.open("w", encoding="utf-8", errors="replace") as file:
            for count, (seq, first) in enumerate(doubles, start=1):  # noqa: B007
                file.write(f"{seq}\x1f{json.dumps(first)}\n")
        self._run("DROP TABLE doubles")
        self._load("doubles", lines, {"seq": "BIGINT", "first": "VARCHAR"})
        return count

    def write(self, path: Path, first: int, last: int) -> None:
        """Write the file of one shard.

        :param first: place of its first record, from 1; `last` likewise.
        :raises LetterpressError: the disk is full.
        """
        sql = (
            "COPY (SELECT r.seq, r.rows, r.fault, d.first FROM records r LEFT JOIN "  # noqa: S608 - numbers
            f"(SELECT * FROM doubles WHERE seq BETWEEN {first} AND {last}) d USING (seq) "
            f"WHERE r.seq BETWEEN {first} AND {last} ORDER BY r.seq) "
            f"TO '{str(path).replace(chr(39), chr(39) * 2)}' (FORMAT parquet, COMPRESSION zstd)"
        )
        self._run(sql)

    def _load(self, table: str, lines: Path, columns: dict[str, str]) -> None:
        kinds = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
        given = (
            f"delim = '{_SEPARATOR}', quote = '', escape = '', header = false, auto_detect = false, nullstr = '', "
            f"max_line_size = {_MOST_LINE}, buffer_size = {_MOST_LINE}, columns = {{{kinds}}}"
        )
        sql = f"CREATE TABLE {table} AS SELECT * FROM read_csv(?, {given})"  # noqa: S608 - ours
        with faults_said():
            execute(self._connection, sql, [str(lines)])
        lines.unlink()

    def _run(self, sql: str) -> None:
        with faults_said():
            execute(self._connection, sql)

    def _rows(self, sql: str) -> Iterator[Sequence[Any]]:
        with faults_said():
            result = execute(self._connection.cursor(), sql)
            for block in blocks(self._connection, result):
                yield from block


def read(path: Path) -> list[Laid]:
    """Read the records of one shard, in order.

    :raises LetterpressError: the file is not as it was written.
    """
    with faults_said(), connect() as connection:
        result = execute(connection, "SELECT seq, rows, fault, first FROM read_parquet(?) ORDER BY seq", [str(path)])
        rows = [row for block in blocks(connection, result) for row in block]
    return [Laid(seq, text, fault, None if first is None else json.loads(first)) for seq, text, fault, first in rows]
