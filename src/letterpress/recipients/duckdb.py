"""Reads JSON and Parquet with DuckDB, and chooses records with SQL.

`Selection` is records in a database of their own in a temporary folder, chosen and ordered there, and given back in
that order. DuckDB is held to one thread and a fixed amount of memory, reads nothing but what it was given, and installs
no extension. What it says of a fault is said on as a diagnostic; none of its exceptions leaves this module.

Not here: what a JSON record means (json.py); which column has which type in SQL (selection.py, columns.py).
Source: duckdb.org, "Configuration", "Securing DuckDB".
"""

from __future__ import annotations

import contextlib
import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from letterpress.errors import LetterpressError, UnreadableInput, UsageError
from letterpress.processes import signals
from letterpress.recipients import sql_names
from letterpress.recipients.cells import Spoilt, as_text, numeric, without_midnight
from letterpress.recipients.sql_names import quoted

MEMORY = "256MB"
_BLOCK = 1000
_RECORD_BYTES = 64_000_000
"""Size of one record as JSON."""


def connect(path: str = ":memory:") -> Any:
    """Open a database: a file, or one in memory."""
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": 1,
        "memory_limit": MEMORY,
        "preserve_insertion_order": True,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    return duckdb.connect(path, config=settings)


def execute(connection: Any, sql: str, arguments: Sequence[Any] = ()) -> Any:
    """Run SQL in a way that a signal can interrupt: DuckDB itself would not notice one."""
    with _readable():
        return signals.waiting(lambda: connection.execute(sql, arguments), connection.interrupt)


def blocks(connection: Any, result: Any) -> Iterator[list[Any]]:
    """Give the rows of a result, some at a time."""
    while True:
        with _readable():
            block = signals.waiting(lambda: result.fetchmany(_BLOCK), connection.interrupt)
        if not block:
            return
        yield block


@contextlib.contextmanager
def _readable() -> Iterator[None]:
    """Make DuckDB's own errors of those that come as others.

    It cuts what it quotes of a file after some bytes: such a message comes to Python as an error of decoding. SQL that
    holds half a surrogate pair comes as one of encoding.
    """
    import duckdb

    try:
        yield
    except UnicodeDecodeError as error:
        raise duckdb.Error(error.object.decode("utf-8", "replace")) from error
    except UnicodeEncodeError as error:
        raise duckdb.Error("holds characters that are none") from error


@contextlib.contextmanager
def faults_said() -> Iterator[None]:
    """Say DuckDB's faults in a database of our own as one of ours.

    :raises LetterpressError: the disk is full, or a file of ours is damaged.
    """
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        raise LetterpressError(f"DuckDB says: {_plainly(error)}", code="selection-failed") from error


_UNKNOWN = re.compile(r'Referenced column "([^"]+)" not found')


def _plainly(error: Exception) -> str:
    return str(error).split("\n")[0].strip()


def json_texts(path: Path, shown: str, form: str) -> Iterator[str]:
    """Cut a JSON file into the texts of its records.

    :param form: `array`, or `newline_delimited`.
    :raises UnreadableInput: it is not JSON.
    """
    import duckdb

    with connect() as connection:
        sql = "SELECT json FROM read_json_objects(?, format = ?, maximum_object_size = ?)"
        try:
            result = execute(connection, sql, [_no_glob(path), form, _RECORD_BYTES])
            for block in blocks(connection, result):
                for (text,) in block:
                    yield text
        except duckdb.Error as error:
            if form == "newline_delimited" and (wrong := _bad_line(path)) is not None:
                line, said = wrong
                hint = 'each line is one record, {"column": "value", ...}'
                place: dict[str, Any] = {"file": shown, "line": line, "code": "json-unreadable"}
                raise UnreadableInput(f"is not JSON: {said}", **place, hint=hint) from error
            hint = "a .json file is a list of records, [{...}, {...}]; a .jsonl file has one record a line"
            message = f"is not JSON: {_plainly(error)}"
            raise UnreadableInput(message, file=shown, hint=hint, code="json-unreadable") from error


def _bad_line(path: Path) -> tuple[int, str] | None:
    """Find the first line that is no record by itself, counted from 1, and what is wrong with it."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        for number, text in enumerate(file, start=1):
            try:
                if text.strip():
                    json.loads(text)
            except (ValueError, RecursionError) as error:
                return number, str(error)
    return None


def parquet_columns(path: Path, shown: str) -> tuple[str, ...]:
    """Read the names of the columns of a Parquet file.

    :raises UnreadableInput: it is none.
    """
    import duckdb

    with connect() as connection:
        try:
            result = execute(connection, "SELECT * FROM read_parquet(?) LIMIT 0", [_no_glob(path)])
            return tuple(str(column[0]) for column in result.description)
        except duckdb.Error as error:
            raise _no_parquet(error, shown) from error


def parquet_rows(path: Path, shown: str) -> Iterator[list[Any]]:
    """Read every row of a Parquet file: arrays as lists, each other value as text that remembers a number.

    :raises UnreadableInput: it breaks off.
    """
    import duckdb

    with connect() as connection:
        try:
            described = execute(connection, "SELECT * FROM read_parquet(?) LIMIT 0", [_no_glob(path)]).description
            kinds = [str(column[1]) for column in described]
            texts = ", ".join(
                f"CAST({'to_json' if kind.endswith(']') else ''}({quoted(str(column[0]))}) AS VARCHAR)"
                for column, kind in zip(described, kinds, strict=True)
            )
            result = execute(connection, f"SELECT {texts} FROM read_parquet(?)", [_no_glob(path)])  # noqa: S608 - quoted
            for block in blocks(connection, result):
                for row in block:
                    yield [_typed(cell, kind) for cell, kind in zip(row, kinds, strict=True)]
        except duckdb.Error as error:
            raise _no_parquet(error, shown) from error


def _typed(cell: str | None, kind: str) -> Any:
    """Give a value of a column: as a list, as a number, or as the text it is."""
    if cell is None:
        return ""
    if kind.endswith("]"):
        return [_item(item) for item in json.loads(cell, parse_int=str, parse_float=str)]
    if kind.startswith(_NUMBERS):
        return numeric(cell)
    if kind.startswith(("STRUCT", "MAP", "UNION")):
        return Spoilt(f"a cell holds {cell[:60]}, which is a group of values and no text")
    return without_midnight(cell) if kind.startswith("TIMESTAMP") else cell


def _item(item: Any) -> Any:
    return "" if item is None else item if isinstance(item, dict | list) else as_text(item)


_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
            "UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL")  # fmt: skip


def _no_parquet(error: Exception, shown: str) -> UnreadableInput:
    return UnreadableInput(f"is not a Parquet file: {_plainly(error)}", file=shown, code="parquet-unreadable")


def _no_glob(path: Path) -> str:
    """Quote a path, which DuckDB takes for a pattern: a file called `a[1].json` is meant as it is."""
    return "".join(f"[{char}]" if char in "*?[" else char for char in str(path))


class Selection:
    """Records in a database of their own, to be chosen from with SQL."""

    def __init__(self, columns: Sequence[str], types: Mapping[str, str], also: Mapping[str, str] | None = None) -> None:
        """:param types: column -> SQL type, for those that are not text.
        :param also: what else columns may be called: name -> column.
        """
        self._columns = tuple(columns)
        self._also = dict(also or {})
        self._types = {column: types.get(column, "VARCHAR") for column in columns}
        self._folder = tempfile.TemporaryDirectory(prefix="letterpress-")
        self._connection = connect(str(Path(self._folder.name) / "records.duckdb"))

    def __enter__(self) -> Selection:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._folder.cleanup()

    def fill(self, rows: Iterable[tuple[int, Sequence[Any], str]]) -> None:
        """Put in every record.

        :param rows: of each its number, its values in the order of the columns (None where there is none), and a text
            that stands for it and is given back.
        :raises LetterpressError: DuckDB cannot take them: the disk is full, or a value is not of its column's type.
        """
        path = Path(self._folder.name) / "records.jsonl"
        with path.open("w", encoding="utf-8") as file:
            for number, values, text in rows:
                cells = {f"c{at}": value for at, value in enumerate(values)}
                file.write(json.dumps({"n": number, "t": text, **cells}) + "\n")
        kinds = {f"c{at}": self._types[column] for at, column in enumerate(self._columns)}
        fields = ", ".join(f"{name}: '{kind}'" for name, kind in {"n": "BIGINT", "t": "VARCHAR", **kinds}.items())
        names = ", ".join(f"c{at} AS {quoted(column)}" for at, column in enumerate(self._columns))
        sql = (
            f'CREATE TABLE records AS SELECT n AS "__record", t AS "__text", {names} '  # noqa: S608 - quoted
            f"FROM read_json(?, format = 'newline_delimited', maximum_object_size = {_RECORD_BYTES}, "
            f"columns = {{{fields}}})"
        )
        with self._plainly():
            execute(self._connection, sql, [str(path)])
            path.unlink()
            execute(self._connection, "SET enable_external_access = false")

    def chosen(
        self,
        *,
        where: str | None = None,
        order_by: str | None = None,
        sample: int | None = None,
        seed: int = 0,
        group_by: Sequence[str] = (),
    ) -> Iterator[tuple[str, int]]:
        """Choose records: gives their texts in order, each with the number of its group (its own, if ungrouped).

        :raises UsageError: `where` or `order_by` is not what SQL can read, with what DuckDB says of it.
        """
        also = "".join(f", {quoted(column)} AS {quoted(name)}" for name, column in self._also.items())
        source = f"(SELECT *{also} FROM records)"  # noqa: S608 - quoted
        if where:
            source = f"(SELECT * FROM {source} WHERE ({where}\n))"  # noqa: S608 - the user's own; no file is in reach
        if sample is not None:
            # Which records a sample has depends on nothing but the seed: the same call gives the same letters.
            shuffled = f'hash("__record" + {seed} * 1000003), "__record"'
            source = f"(SELECT * FROM {source} ORDER BY {shuffled} LIMIT {sample})"  # noqa: S608
        group = '"__record"'
        if group_by:
            keys = ", ".join(quoted(name) for name in group_by)
            named = " OR ".join(f"CAST({quoted(name)} AS VARCHAR) <> ''" for name in group_by)
            alone = f'CASE WHEN {named} THEN 0 ELSE "__record" END'  # records without a key have nothing in common
            group = f'min("__record") OVER (PARTITION BY {keys}, {alone})'
        if order_by:
            order_by = sql_names.ordered(order_by, self._columns, self._also)
        order = f'{order_by}\n, "__record"' if order_by else '"__record"'
        numbered = f"row_number() OVER (ORDER BY {order}) AS o"
        ordered = f'SELECT "__text" AS t, {group} AS g, {numbered} FROM {source}'  # noqa: S608
        # A group stands where its first record stands.
        sql = f"SELECT t, g FROM ({ordered}) ORDER BY min(o) OVER (PARTITION BY g), o"  # noqa: S608
        with self._plainly("--where" if where else "--order-by", f"{where or ''} {order_by or ''}"):
            result = execute(self._connection, sql)
            for block in blocks(self._connection, result):
                yield from block

    @contextlib.contextmanager
    def _plainly(self, option: str | None = None, given: str = "") -> Iterator[None]:
        """Say DuckDB's faults as ours.

        :param option: that gave the SQL; None: it is our own.
        :param given: what the options say.
        """
        import duckdb

        try:
            yield
        except duckdb.Error as error:
            message = f"DuckDB says: {_plainly(error)}"
            if option is None:
                raise LetterpressError(message, code="selection-failed") from error
            if unknown := _UNKNOWN.search(str(error)):
                raise sql_names.missing(unknown[1], option, self._columns, self._also) from error
            hint = "a column is text unless its field has another type: CAST(age AS INTEGER) > 17"
            hint = sql_names.unquoted(given, self._columns) or f'{hint}; names with blanks in ""'
            raise UsageError(message, field=option, hint=hint, code="sql-refused") from error
