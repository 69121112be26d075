"""A file or database of recipients -> a stream of records whose values are the text that stands there.

Job: says which columns a source has and gives its records, as often as asked, in constant memory (but for a workbook,
which its reader loads whole). Secret: kinds of files, psycopg (PostgreSQL), sqlite3, and
how a cell with a type becomes text again. A record's number is its place in the source, counted from 1 without the
header; an empty row is passed over and keeps its number, so that the clerk finds row 731 as row 731.
"""

from __future__ import annotations

import datetime
import json
import re
import sqlite3
import string
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from letterpress.errors import Diagnostic, LetterpressError, UnreadableInput, UsageError, did_you_mean
from letterpress.processes import signals, stages
from letterpress.recipients import csv as recipients_csv
from letterpress.recipients import duckdb as recipients_duckdb
from letterpress.recipients import workbook
from letterpress.text.urls import hidden, without_password

Cells: TypeAlias = tuple[int, list[Any]]
"""Number of a record, and its cells."""

_CSV = {".csv", ".tsv", ".tab", ".txt"}
_BOOKS = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"}
_JSON = {".json": "array", ".jsonl": "newline_delimited", ".ndjson": "newline_delimited"}
_SQLITE = {".sqlite", ".sqlite3", ".db"}
_KINDS = "CSV, TSV, XLSX, ODS, JSON, JSON Lines, Parquet, SQLite, or a postgresql:// URL"


_BLOCK = 1000
"""Rows that are asked of a database at once."""
MAX_DEPTH = 32
"""Levels of lists and groups in a record of JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record of a source."""

    number: int
    """Its place in the source, from 1, without the header."""
    values: Mapping[str, Any]
    """Column -> text, or a list where the source has one (JSON)."""
    fault: Diagnostic | None = None
    """Why it cannot be used, if it cannot."""
    spoilt: Mapping[str, str] = field(default_factory=dict)
    """Column -> what is wrong with its cell, where that gives no value: `B3 holds #N/A`. It matters if it is used."""
    members: tuple[Record, ...] = ()
    """All records of a household, itself first, where records were grouped."""

    def spoilt_fault(self, column: str, source: str | None) -> Diagnostic:
        """The fault of a cell that gives no value, in a column that is used."""
        message = self.spoilt[column]
        hint = "mend the cell" if "formula" not in message else "open and save it in the spreadsheet program"
        return Diagnostic(message=message, file=source, record=str(self.number), field=column, hint=hint)


class Spoilt(str):
    """A cell that gives no value: an empty text, and what is wrong with it."""

    fault: str

    def __new__(cls, fault: str) -> Spoilt:
        """:param fault: with the cell's place: `B3 holds #N/A`."""
        one = super().__new__(cls, "")
        one.fault = fault
        return one


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What of a source is meant, where it does not say so itself. None: found out."""

    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    table: str | None = None
    query: str | None = None
    seconds: float | None = None
    """How long a server may take for one answer; None: as long as it takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A source of records."""

    name: str
    """As the user named it; without the password, if it had one."""
    columns: tuple[str, ...]
    cells: Callable[[], Iterator[Cells]]
    notes: tuple[Diagnostic, ...] = ()
    loose: bool = field(default=False)
    """Whether a record may lack columns (JSON), so that a short one is no fault."""

    def records(self) -> Iterator[Record]:
        """Every record, in the order of the source."""
        width = len(self.columns)
        for number, cells in stages.beating(self.cells()):
            spoilt = {
                column: cell.fault
                for column, cell in zip(self.columns, cells, strict=False)
                if isinstance(cell, Spoilt)
            }
            if not spoilt and not any(cell not in ("", None) for cell in cells):
                continue
            fault = self._with_nul(number, cells)
            if fault is None and len(cells) != width and not self.loose:
                fault = self._ragged(number, cells)
            values = dict(zip(self.columns, cells, strict=False))
            yield Record(number=number, values=values, fault=fault, spoilt=spoilt)

    def _ragged(self, number: int, cells: list[Any]) -> Diagnostic | None:
        width = len(self.columns)
        if len(cells) > width and not any(cells[width:]):
            return None
        message = f"has {len(cells)} cells; the header has {width}"
        hint = "put a value that holds the delimiter or a line break in quotes"
        return Diagnostic(message=message, file=self.name, record=str(number), hint=hint)

    def _with_nul(self, number: int, cells: list[Any]) -> Diagnostic | None:
        for column, cell in zip(self.columns, cells, strict=False):
            if _has_nul(cell):
                hint = "the file is damaged, or was cut off while it was written: export it again"
                message = "holds a NUL character (U+0000), which cannot be printed"
                return Diagnostic(message=message, file=self.name, record=str(number), field=column, hint=hint)
        return None


def _has_nul(cell: Any) -> bool:
    return any(map(_has_nul, cell)) if isinstance(cell, list) else isinstance(cell, str) and "\0" in cell


def open_table(source: str, choice: Choice | None = None) -> Table:
    """Find out what `source` is, and its columns.

    :raises UnreadableInput: it cannot be read; the diagnostic names line or record.
    :raises UsageError: it is of a kind that is not known, or what was chosen of it does not exist.
    """
    choice = choice or Choice()
    if re.match(r"postgres(ql)?://", source):
        return _checked(_postgres(source, choice))
    path = Path(source)
    suffix = path.suffix.lower()
    if not path.exists():
        siblings = [sibling.name for sibling in path.parent.iterdir()] if path.parent.is_dir() else []
        raise UnreadableInput("there is no such file", file=source, hint=did_you_mean(path.name, siblings[:1000]))
    if path.is_dir():
        raise UnreadableInput("is a folder, not a file of records", file=source, hint=f"name a file: {_KINDS}")
    _check_choice(source, suffix, choice)
    try:
        if suffix in _CSV:
            table = _csv(path, source, choice)
        elif suffix in _BOOKS:
            table = _workbook(path, source, choice)
        elif suffix in _JSON:
            table = _json(path, source, _JSON[suffix])
        elif suffix == ".parquet":
            columns = recipients_duckdb.parquet_columns(path, source)
            table = Table(
                name=source, columns=columns, cells=lambda: _numbered(recipients_duckdb.parquet_rows(path, source))
            )
        elif suffix in _SQLITE:
            table = _sqlite(path, source, choice)
        else:
            raise UsageError(
                f"'{suffix or path.name}' is no kind of file that records are read from", file=source, hint=_KINDS
            )
    except OSError as error:
        raise UnreadableInput(f"cannot be read: {error.strerror or error}", file=source) from error
    return _checked(table)


def _check_choice(source: str, suffix: str, choice: Choice) -> None:
    fits = {"delimiter": _CSV, "encoding": _CSV, "sheet": _BOOKS, "table": _SQLITE, "query": _SQLITE}
    for name, kinds in fits.items():
        if getattr(choice, name) is not None and suffix not in kinds:
            raise UsageError(f"a {suffix} file has no {name}", file=source, field=f"--{name}", hint="leave it out")


def _checked(table: Table) -> Table:
    """The table, if every column has a name of its own."""
    seen: dict[str, str] = {}
    for column in table.columns:
        if column.casefold() in seen:
            hint = "give each column a name of its own"
            raise UnreadableInput(f"two columns are called '{column}'", file=table.name, hint=hint)
        seen[column.casefold()] = column
        if "\0" in column:
            hint = "the file is damaged, or is no table: export it again"
            message = "the header holds a NUL character (U+0000), which cannot be printed"
            raise UnreadableInput(message, file=table.name, hint=hint)
    if not table.columns:
        raise UnreadableInput(
            "holds no header and no records", file=table.name, hint="write the columns' names in its first row"
        )
    return table


def _named(header: list[str]) -> tuple[str, ...]:
    """Names of columns; one without a name is called by its letter, as spreadsheets do."""
    while header and not header[-1].strip():
        header = header[:-1]
    return tuple(name.strip() or f"column {_letters(at)}" for at, name in enumerate(header))


def _letters(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _numbered(rows: Iterator[list[Any]]) -> Iterator[Cells]:
    return enumerate(rows, start=1)


# --- kinds of sources -------------------------------------------------------------------------------------------------


def _csv(path: Path, source: str, choice: Choice) -> Table:
    layout, notes = recipients_csv.examine(path, source, delimiter=choice.delimiter, encoding=choice.encoding)

    def rows() -> Iterator[list[str]]:
        return recipients_csv.rows(path, source, layout)

    return _headed(source, rows, tuple(notes))


def _workbook(path: Path, source: str, choice: Choice) -> Table:
    book, names, visible = workbook.sheets(path, source)
    name = choice.sheet or next(iter(visible), None)
    if name is None or name not in names:
        raise UsageError(
            f"there is no sheet '{name}'", file=source, field="--sheet", hint=did_you_mean(str(name), names)
        )
    notes = []
    if choice.sheet is None and len(visible) > 1:
        others = ", ".join(f"'{other}'" for other in visible[1:5])
        message = f"the sheet '{name}' is read; there are others: {others}"
        notes.append(Diagnostic(severity="note", message=message, file=source, hint="choose with --sheet"))

    spoilt = workbook.without_value(path, name, source)
    rows_spoilt = {int(place.lstrip(string.ascii_uppercase)) for place in spoilt}
    first = workbook.first_column(book, name)

    def rows() -> Iterator[list[Any]]:
        for number, row in enumerate(workbook.rows(book, name, source), start=1):
            cells: list[Any] = [as_text(cell) for cell in row]
            for at in range(len(cells)) if number in rows_spoilt else ():
                place = f"{_letters(first + at)}{number}"
                if place in spoilt:
                    cells[at] = Spoilt(f"{place} {spoilt[place]}")
            yield cells

    return _headed(source, rows, tuple(notes))


def _headed(source: str, rows: Callable[[], Iterator[list[Any]]], notes: tuple[Diagnostic, ...]) -> Table:
    """A table whose first row that is not empty names its columns."""
    columns: tuple[str, ...] = ()
    for row in rows():
        if any(str(cell).strip() for cell in row):
            columns = _named([str(cell) for cell in row])
            break

    def cells() -> Iterator[Cells]:
        headed = False
        number = 0
        for row in rows():
            if headed:
                number += 1
                yield number, row
            else:
                headed = any(str(cell).strip() for cell in row)

    return Table(name=source, columns=columns, cells=cells, notes=notes)


def _json(path: Path, source: str, form: str) -> Table:
    if form == "array" and not recipients_csv.starts_with(path, b"["):
        form = "newline_delimited" if recipients_csv.starts_with(path, b"{") else form
    columns: dict[str, None] = {}
    for _, flat in stages.beating(_json_records(path, source, form)):
        columns.update(dict.fromkeys(flat))
    names = tuple(columns)

    def cells() -> Iterator[Cells]:
        for number, flat in _json_records(path, source, form):
            yield number, [flat.get(name, "") for name in names]

    return Table(name=source, columns=names, cells=cells, loose=True)


def _json_records(path: Path, source: str, form: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, text in enumerate(recipients_duckdb.json_texts(path, source, form), start=1):
        try:
            # Numbers stay as they are written: 1.10 does not become 1.1, nor 12345678901234567890 a float.
            record = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
        except ValueError as error:
            raise UnreadableInput(f"is not JSON: {error}", file=source, record=str(number)) from error
        except RecursionError:
            raise _deep(source, number) from None
        if _depth(record) > MAX_DEPTH:
            raise _deep(source, number)
        if not isinstance(record, dict):
            hint = 'write each record as {"column": "value", ...}'
            raise UnreadableInput("is not a group of fields", file=source, record=str(number), hint=hint)
        flat: dict[str, Any] = {}
        _flatten("", record, flat)
        yield number, flat


def _deep(source: str, number: int) -> UnreadableInput:
    message = f"is nested more than {MAX_DEPTH} levels deep"
    hint = "a record is a group of fields; it may hold groups and lists, but not without end"
    return UnreadableInput(message, file=source, record=str(number), hint=hint)


def _depth(value: Any) -> int:
    """Levels of lists and groups, found without going down them one call each."""
    depth, level = 0, [value]
    while level := [one for one in level if isinstance(one, list | dict)]:
        depth += 1
        level = [inner for one in level for inner in (one.values() if isinstance(one, dict) else one)]
    return depth


def _flatten(prefix: str, record: Mapping[str, Any], into: dict[str, Any]) -> None:
    for key, value in record.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            _flatten(f"{name}.", value, into)
        else:
            into[name] = value if isinstance(value, list) else as_text(value)


def _sqlite(path: Path, source: str, choice: Choice) -> Table:
    uri = path.resolve().as_uri() + "?mode=ro"
    try:
        connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        try:
            query = _query(connection, source, choice)
            found = signals.waiting(lambda: connection.execute(query), connection.interrupt)
            columns = tuple(str(item[0]) for item in found.description)
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise UnreadableInput(f"SQLite says: {error}", file=source, hint="check --table or --query") from error

    def rows() -> Iterator[list[str]]:
        opened = sqlite3.connect(uri, uri=True, check_same_thread=False)
        try:
            found = signals.waiting(lambda: opened.execute(query), opened.interrupt)
            while block := signals.waiting(lambda: found.fetchmany(_BLOCK), opened.interrupt):
                for row in block:
                    yield [as_text(cell) for cell in row]
        except sqlite3.Error as error:
            raise UnreadableInput(f"SQLite says: {error}", file=source, hint="check --table or --query") from error
        finally:
            opened.close()

    return Table(name=source, columns=columns, cells=lambda: _numbered(rows()))


def _query(connection: sqlite3.Connection, source: str, choice: Choice) -> str:
    if choice.query:
        return choice.query
    kinds = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name"
    names = [str(row[0]) for row in connection.execute(kinds)]
    name = choice.table or (names[0] if len(names) == 1 else None)
    if name is None:
        hint = f"choose with --table: {', '.join(names[:12]) or 'it has none'}"
        raise UsageError(f"the database has {len(names)} tables", file=source, field="--table", hint=hint)
    if name not in names:
        raise UsageError(f"there is no table '{name}'", file=source, field="--table", hint=did_you_mean(name, names))
    return f"SELECT * FROM {_quoted(name)}"  # noqa: S608 - quoted


def _postgres(url: str, choice: Choice) -> Table:
    """PostgreSQL, read in a transaction that may not write, through a cursor on the server, every value as text."""
    import psycopg

    shown = without_password(url)
    query = choice.query
    if query is None:
        if choice.table is None:
            raise UsageError("which table?", file=shown, field="--table", hint="give --table NAME or --query SQL")
        query = "SELECT * FROM " + ".".join(_quoted(part) for part in choice.table.split("."))  # noqa: S608 - quoted
    query = query.strip().rstrip(";")

    def connect() -> Any:
        connection = psycopg.connect(url, connect_timeout=10, application_name="letterpress")
        connection.read_only = True
        connection.execute("SET datestyle TO 'ISO, YMD'")
        if choice.seconds is not None:  # a server goes on with a query whose client has been ended
            connection.execute(f"SET statement_timeout TO {int(choice.seconds * 1000)}")
        return connection

    def fault(error: Exception) -> LetterpressError:
        text = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        hint = "check the URL, --table or --query"
        if isinstance(error, psycopg.errors.QueryCanceled):
            hint = "make the query simpler, or raise --time-limit"
        return UnreadableInput(f"PostgreSQL says: {hidden(text, url)}", file=shown, hint=hint)

    try:
        with connect() as connection:
            described = connection.execute(f"SELECT * FROM ({query}) AS records LIMIT 0").description or ()  # noqa: S608
            columns = tuple(column.name for column in described)
    except psycopg.Error as error:
        raise fault(error) from error

    def rows() -> Iterator[list[str]]:
        texts = ", ".join(f"{_quoted(column)}::text" for column in columns)
        try:
            with connect() as opened, opened.cursor(name="records") as cursor:
                cursor.itersize = 1000
                cursor.execute(f"SELECT {texts} FROM ({query}) AS records")  # noqa: S608 - the user's own query
                for row in cursor:
                    yield ["" if cell is None else cell for cell in row]
        except psycopg.Error as error:
            raise fault(error) from error

    return Table(name=shown, columns=columns, cells=lambda: _numbered(rows()))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def as_text(value: Any) -> str:
    """A cell with a type, as the text that was typed into it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        # 15 digits are what a spreadsheet keeps and shows: 0.1 + 0.2 is 0.3 there.
        return str(int(value)) if value.is_integer() and abs(value) < 1e18 else format(value, ".15g")
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)
