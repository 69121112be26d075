"""Reads records from a database: SQLite files, and PostgreSQL by its URL. Nothing is ever written.

SQLite is opened with `mode=ro`. PostgreSQL is read in a transaction that may not write, through a cursor on the server,
with every value as text, so that a number comes as it is stored.

Sources: sqlite.org, "URI Filenames"; PostgreSQL, "SET TRANSACTION", "Client Connection Defaults".
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

from letterpress.errors import LetterpressError, UnreadableInput, UsageError, did_you_mean
from letterpress.processes import signals
from letterpress.recipients.cells import as_text, numeric, without_midnight
from letterpress.text.urls import hidden, without_password

_BLOCK = 1000
"""Rows that are asked for at once."""
_CONNECT = 10
"""Seconds to wait for a server."""
_SQLITE_FAULTS = (sqlite3.Error, ValueError)
"""What SQLite's module raises; a ValueError for a query with characters that are no text."""

Source: TypeAlias = tuple[tuple[str, ...], Callable[[], Iterator[list[Any]]]]
"""The columns of a table, and a function that reads its rows from the first one on."""


def sqlite(path: Path, source: str, table: str | None, query: str | None) -> Source:
    """Open a table of an SQLite file.

    :param source: the file as the user named it.
    :param table: None: the only one that it has.
    :param query: SQL, instead of a table.
    :raises UsageError: there is no such table, or it is not clear which is meant.
    :raises UnreadableInput: it is no database, or the query fails.
    """
    uri = path.resolve().as_uri() + "?mode=ro"
    try:
        # Opened in one thread and read in another: `signals.waiting` keeps this one free to hear Ctrl-C.
        connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        try:
            sql = query or _whole_table(connection, source, table)
            cursor = signals.waiting(lambda: connection.execute(sql), connection.interrupt)
            columns = tuple(str(column[0]) for column in cursor.description or ())
        finally:
            connection.close()
    except _SQLITE_FAULTS as error:
        raise _sqlite_fault(error, source) from error

    def rows() -> Iterator[list[Any]]:
        opened = sqlite3.connect(uri, uri=True, check_same_thread=False)
        try:
            cursor = signals.waiting(lambda: opened.execute(sql), opened.interrupt)
            while block := signals.waiting(lambda: cursor.fetchmany(_BLOCK), opened.interrupt):
                for row in block:
                    yield [numeric(as_text(cell)) if isinstance(cell, int | float) else as_text(cell) for cell in row]
        except _SQLITE_FAULTS as error:
            raise _sqlite_fault(error, source) from error
        finally:
            opened.close()

    return columns, rows


def _sqlite_fault(error: Exception, source: str) -> UnreadableInput:
    hint = "check --table or --query"
    return UnreadableInput(f"SQLite says: {error}", file=source, hint=hint, code="database-refused")


def _whole_table(connection: sqlite3.Connection, source: str, wanted: str | None) -> str:
    kinds = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name"
    names = [str(row[0]) for row in connection.execute(kinds)]
    name = wanted or (names[0] if len(names) == 1 else None)
    if name is None:
        hint = f"choose with --table: {', '.join(names[:12]) or 'it has none'}"
        params = (("tables", tuple(names)),)
        message = f"the database has {len(names)} tables"
        raise UsageError(message, file=source, field="--table", hint=hint, code="table-not-chosen", params=params)
    if name not in names:
        message, near = f"there is no table '{name}'", did_you_mean(name, names)
        raise UsageError(message, file=source, field="--table", hint=near, code="table-unknown", value=name)
    return f"SELECT * FROM {_quoted(name)}"  # noqa: S608 - quoted


def postgresql(url: str, table: str | None, query: str | None, seconds: float | None) -> Source:
    """Open a table of a PostgreSQL server.

    :param seconds: how long the server may take for one answer; None: as long as it takes.
    :raises UsageError: neither table nor query is given.
    :raises UnreadableInput: the server does not answer, or refuses the query; no message holds the password.
    """
    import psycopg

    shown = without_password(url)
    if query is None:
        if table is None:
            hint = "give --table NAME or --query SQL"
            raise UsageError("which table?", file=shown, field="--table", hint=hint, code="table-not-chosen")
        query = "SELECT * FROM " + ".".join(_quoted(part) for part in table.split("."))  # noqa: S608 - quoted
    records = query.strip().rstrip(";")

    def connect() -> Any:
        connection = psycopg.connect(url, connect_timeout=_CONNECT, application_name="letterpress")
        try:
            connection.read_only = True
            connection.execute("SET datestyle TO 'ISO, YMD'")
            if seconds is not None:  # a server goes on with a query whose client has been ended
                connection.execute(f"SET statement_timeout TO {int(seconds * 1000)}")
        except BaseException:  # Ctrl-C as well: nobody else knows it yet
            connection.close()
            raise
        return connection

    def fault(error: Exception) -> LetterpressError:
        text = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        hint, code = "check the URL, --table or --query", "database-refused"
        if isinstance(error, psycopg.errors.QueryCanceled):
            hint, code = "make the query simpler, or raise --time-limit", "limit-time"
        return UnreadableInput(f"PostgreSQL says: {hidden(text, url)}", file=shown, hint=hint, code=code)

    try:
        with _closed_in_the_end(connect()) as connection:
            described = connection.execute(f"SELECT * FROM ({records}) AS records LIMIT 0").description or ()  # noqa: S608
            columns = tuple(column.name for column in described)
            kinds = [_kind(connection, column.type_code) for column in described]
    except (psycopg.Error, UnicodeError) as error:
        raise fault(error) from error

    def rows() -> Iterator[list[Any]]:
        texts = ", ".join(
            f"to_json({_quoted(column)})::text" if kind == "array" else f"{_quoted(column)}::text"
            for column, kind in zip(columns, kinds, strict=True)
        )
        try:
            with _closed_in_the_end(connect()) as opened:
                cursor = opened.cursor(name="records")
                cursor.itersize = _BLOCK
                try:
                    cursor.execute(f"SELECT {texts} FROM ({records}) AS records")  # noqa: S608 - the user's own query
                    for row in cursor:
                        yield [_typed(cell, kind) for cell, kind in zip(row, kinds, strict=True)]
                finally:
                    _end(opened)
                    cursor.close()  # of a closed connection: the server is asked nothing
        except (psycopg.Error, UnicodeError) as error:
            raise fault(error) from error

    return columns, rows


@contextlib.contextmanager
def _closed_in_the_end(connection: Any) -> Iterator[Any]:
    """Close a connection whatever happens. (psycopg's own `with` asks the server for a rollback before, and leaves the
    connection open where Ctrl-C ends that.)"""
    try:
        yield connection
    finally:
        _end(connection)


def _end(connection: Any) -> None:
    """Close a connection, and stop a query that the server is still at: it would go on without whoever asked for it."""
    from psycopg.pq import TransactionStatus

    try:
        if connection.info.transaction_status == TransactionStatus.ACTIVE:
            connection.cancel_safe(timeout=_CONNECT)
    finally:
        connection.close()


_NUMERIC = frozenset({"int2", "int4", "int8", "numeric", "float4", "float8"})


def _kind(connection: Any, code: int) -> str:
    """Say which kind of column it is: `array`, `number`, `moment`, or anything else."""
    known = connection.adapters.types.get(code)
    if known is not None and known.array_oid == code:
        return "array"
    name = "" if known is None else known.name
    return "number" if name in _NUMERIC else "moment" if name in ("timestamp", "timestamptz") else ""


def _typed(cell: str | None, kind: str) -> Any:
    """Give a value of a column: as a list, as a number, or as the text it is."""
    if cell is None:
        return ""
    if kind == "array":
        items = json.loads(cell, parse_int=str, parse_float=str)
        return ["" if item is None else item if isinstance(item, dict | list) else as_text(item) for item in items]
    return numeric(cell) if kind == "number" else without_midnight(cell) if kind == "moment" else cell


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
