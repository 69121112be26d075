"""Opens a file or database of recipients as a table: its columns, and a stream of records whose values are texts.

A table gives its records as often as asked, in constant memory (but for a workbook, which its reader loads whole).

Not here: each kind of source (csv.py, workbook.py, json.py, database.py; duckdb.py for Parquet); which column means
what (columns.py).
"""

from __future__ import annotations

import itertools
import re
import string
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from letterpress.errors import Diagnostic, UnreadableInput, UsageError, did_you_mean
from letterpress.processes import stages
from letterpress.recipients import csv as recipients_csv
from letterpress.recipients import csv_rows, damage, database, disguised, number_formats, sheet_cells, workbook
from letterpress.recipients import duckdb as recipients_duckdb
from letterpress.recipients import json as recipients_json
from letterpress.recipients.cells import Spoilt, column_letters, cut
from letterpress.recipients.records import Origin, Record, Row, Table
from letterpress.text.quantities import Shown
from letterpress.text.urls import without_password

__all__ = ["Choice", "Origin", "Record", "Row", "Table", "open_table"]

_CSV = {".csv", ".tsv", ".tab", ".txt"}
_BOOKS = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"}
_JSON = {".json": "array", ".jsonl": "newline_delimited", ".ndjson": "newline_delimited"}
_SQLITE = {".sqlite", ".sqlite3", ".db"}
_KINDS = "CSV, TSV, XLSX, ODS, JSON, JSON Lines, Parquet, SQLite, or a postgresql:// URL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What of a source is meant, where it does not say so itself. None: found out."""

    delimiter: str | None = None
    encoding: str | None = None
    otherwise: str | None = None
    """Encoding of a list that is no Unicode, of no meaning for any other."""
    sheet: str | None = None
    table: str | None = None
    query: str | None = None
    lang: str | None = None
    """Whose signs and names of months a sheet shows; None: English."""
    header_row: int | None = None
    """Row of the columns' names as a spreadsheet program shows it; of no meaning for a source without rows. None: the
    first that is not empty."""
    seconds: float | None = None
    """How long a server may take for one answer; None: as long as it takes."""


# --- opening ----------------------------------------------------------------------------------------------------------


def open_table(source: str, choice: Choice | None = None) -> Table:
    """Find out what `source` is, and its columns.

    :raises UnreadableInput: it cannot be read; the diagnostic names line or record.
    :raises UsageError: it is of a kind that is not known, or what was chosen of it does not exist.
    """
    choice = choice or Choice()
    if re.match(r"postgres(ql)?://", source):
        _check_choice(without_password(source), _SERVER, choice)
        columns, rows = database.postgresql(source, choice.table, choice.query, choice.seconds)
        return _checked(_plain(without_password(source), columns, rows))
    path = Path(source)
    suffix = path.suffix.lower()
    if "://" in source:
        from letterpress import places  # here: few lists lie in object storage

        if places.is_store(source):
            _check_choice(source, suffix, choice)
            return _checked(_opened(places.local_copy(source), source, suffix, choice))
    if re.match(r"https?://", source):
        get = "download the list, and name its file"
        raise UnreadableInput(
            "is an address on the web: lists are read from files", file=source, hint=get, code="file-missing"
        )
    if not path.exists():
        siblings = [sibling.name for sibling in path.parent.iterdir()] if path.parent.is_dir() else []
        hint = did_you_mean(path.name, siblings[:1000])
        raise UnreadableInput("there is no such file", file=source, hint=hint, code="file-missing")
    if path.is_dir():
        hint = f"name a file: {_KINDS}"
        raise UnreadableInput("is a folder, not a file of records", file=source, hint=hint, code="file-is-folder")
    _check_choice(source, suffix, choice)
    try:
        return _checked(_opened(path, source, suffix, choice))
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}"
        raise UnreadableInput(message, file=source, code="file-unreadable") from error


def _opened(path: Path, source: str, suffix: str, choice: Choice) -> Table:
    """Open a file by its kind.

    :raises OSError: it cannot be read.
    """
    if suffix in _CSV | _BOOKS:
        disguised.check(path, source, text=suffix in _CSV)
    if suffix in _CSV:
        return _csv(path, source, choice)
    if suffix in _BOOKS:
        return _workbook(path, source, choice)
    if suffix in _JSON:
        return _json(path, source, _JSON[suffix])
    if suffix == ".parquet":
        columns = recipients_duckdb.parquet_columns(path, source)
        return _plain(source, columns, lambda: recipients_duckdb.parquet_rows(path, source))
    if suffix in _SQLITE:
        return _plain(source, *database.sqlite(path, source, choice.table, choice.query))
    message = f"'{suffix or path.name}' is no kind of file that records are read from"
    hint = disguised.hint_for(suffix) or _KINDS
    raise UsageError(message, file=source, hint=hint, code="file-kind-unknown", value=suffix)


def _check_choice(source: str, suffix: str, choice: Choice) -> None:
    """:raises UsageError: the choice says something of the source that its kind does not have."""
    databases = _SQLITE | {_SERVER}
    fits = {"delimiter": _CSV, "encoding": _CSV, "sheet": _BOOKS, "table": databases, "query": databases}
    for name, kinds in fits.items():
        if getattr(choice, name) is not None and suffix not in kinds:
            kind = "a database" if suffix == _SERVER else f"a {suffix} file" if suffix else "such a file"
            option, of = ("--data-sheet" if name == "sheet" else f"--{name}"), _OF_KIND[name]
            message, hint = f"{kind} has no {name}", f"leave {option} out: it is for {of}"
            raise UsageError(message, file=source, field=option, hint=hint, code="option-useless", value=name)
    if choice.table is not None and choice.query is not None:
        message, hint = "the query says which records are read, and the table is another thing", "give one of the two"
        raise UsageError(message, file=source, field="--table", hint=hint, code="option-useless")


_SERVER = "postgresql"
"""In the place of a file's ending."""
_OF_KIND = {
    "delimiter": "CSV files", "encoding": "CSV files", "sheet": "workbooks", "table": "databases", "query": "databases",
}  # fmt: skip


def _checked(table: Table) -> Table:
    """Give the table back, if every column has a name of its own.

    :raises UnreadableInput: one has not, or there is none.
    """
    origin = table.origin
    if not origin.columns and not table.loose:
        hint = "write the columns' names in its first row"
        raise UnreadableInput("holds no header and no records", file=origin.file, hint=hint, code="table-empty")
    seen: dict[str, int] = {}
    for at, column in enumerate(origin.columns):
        row = origin.header_row
        place: dict[str, Any] = {"file": origin.file, "sheet": origin.sheet, "row": row, "cell": origin.cell(at, row)}
        if column.casefold() in seen:
            first = seen[column.casefold()]
            if row is None:
                names = f"{first + 1} and {at + 1}"
            else:
                names = " and ".join(column_letters(origin.first_column + one) for one in (first, at))
            hint = "give each column a name of its own"
            message = f"two columns are called '{column}': {names}"
            raise UnreadableInput(message, **place, hint=hint, code="column-doubled", column=column, value=column)
        seen[column.casefold()] = at
        if "\0" in column:
            hint = "the file is damaged, or is no table: export it again"
            message = "the header holds a NUL character (U+0000), which cannot be printed"
            raise UnreadableInput(message, **place, hint=hint, code="nul-character")
    return table


# --- kinds of sources -------------------------------------------------------------------------------------------------


def _plain(source: str, columns: tuple[str, ...], rows: Callable[[], Iterator[list[Any]]]) -> Table:
    """A table of a source that has neither lines nor cells: of its records only the number is known."""
    return Table(origin=Origin(file=source, columns=columns), rows=lambda: map(Row, rows()))


def _csv(path: Path, source: str, choice: Choice) -> Table:
    chosen = {"delimiter": choice.delimiter, "encoding": choice.encoding, "otherwise": choice.otherwise}
    layout, notes = recipients_csv.examine(path, source, **chosen)

    def rows() -> Iterator[Row]:
        return csv_rows.rows(path, source, layout)

    table = _headed(Origin(file=source, columns=()), rows, tuple(notes), choice.header_row)
    above = sum(map(_is_filled, itertools.islice(rows(), table.origin.header_row or 0)))
    return replace(table, scan=lambda: csv_rows.count(path, source, layout) - above)


def _workbook(path: Path, source: str, choice: Choice) -> Table:
    book, names, visible = workbook.sheets(path, source)
    texts = workbook.texts_in_front(book, visible) if choice.sheet is None and len(visible) > 1 else ()
    name = choice.sheet or next((sheet for sheet in visible if sheet not in texts), None)
    if name is None or name not in names:
        message, hint = f"there is no sheet '{name}'", did_you_mean(str(name), names)
        raise UsageError(message, file=source, field="--data-sheet", hint=hint, code="sheet-unknown", value=name)
    notes = []
    if choice.sheet is None and len(visible) > 1:
        others = ", ".join(f"'{other}'" for other in [sheet for sheet in visible if sheet != name][:4])
        message = f"the sheet '{name}' is read; there are others: {others}"
        if texts:
            message += f" ({', '.join(texts)} in front of it holds no table)"
        hint, params = "choose with --data-sheet", (("sheets", tuple(visible)),)
        note = Diagnostic(
            severity="note", message=message, file=source, hint=hint, code="sheet-guessed", sheet=name, params=params
        )
        notes.append(note)
    if path.suffix.lower() == ".ods":
        sheet = workbook.open_document(path, name, source)
        notes += _looks(source, name, sheet.hidden, sheet.merged)
        origin = Origin(file=source, columns=(), sheet=name, sheets=visible, first_column=sheet.first_column)
        return _headed(origin, lambda: (Row(list(row)) for row in sheet.rows), tuple(notes), choice.header_row)
    looks = workbook.look(path, name, source)
    notes += _looks(source, name, sorted(looks.hidden), looks.merged, sorted(looks.struck))
    if path.suffix.lower() in (".xls", ".xlsb") or looks.unplaced:
        message = (
            "number formats and errors of this workbook are not read: numbers come as stored, errors as empty cells"
        )
        hint = "save it as .xlsx in a spreadsheet program"
        notes.append(
            Diagnostic(severity="warning", message=message, file=source, hint=hint, code="formats-not-read", sheet=name)
        )
    notes += _unread_formats(source, name, looks)
    rows_spoilt = {int(place.lstrip(string.ascii_uppercase)) for place in looks.faults}
    first = workbook.first_column(book, name)
    lang = choice.lang or "en"

    def rows() -> Iterator[Row]:
        for number, row in enumerate(workbook.rows(book, name, source), start=1):
            cells: list[Any] = [
                cell if type(cell) is str else workbook.as_shown(cell, looks.format(column_letters(at), number), lang)
                for at, cell in enumerate(row, start=first)
            ]
            for at in range(len(cells)) if number in rows_spoilt else ():
                place = f"{column_letters(first + at)}{number}"
                if place in looks.faults:
                    cells[at] = Spoilt(f"{place} {looks.faults[place]}")
            for at, cell in enumerate(cells):
                if isinstance(cell, Shown) and (fault := cut(cell.exact)):
                    cells[at] = Spoilt(f"{column_letters(first + at)}{number} {fault}")
            yield Row(cells)

    origin = Origin(file=source, columns=(), sheet=name, sheets=visible, first_column=first)
    return _headed(origin, rows, tuple(notes), choice.header_row)


def _looks(
    source: str, sheet: str, hidden: Sequence[int], merged: Iterable[str], struck: Sequence[int] = ()
) -> list[Diagnostic]:
    """Say what a sheet hides, strikes out and joins: such rows get letters too, and only one cell of those merged has
    the value."""
    about: dict[str, Any] = {"severity": "warning", "file": source, "sheet": sheet}
    said = []
    params: tuple[tuple[str, Any], ...]
    for code, what, numbers in (("rows-hidden", "hidden", hidden), ("rows-struck", "struck-out", struck)):
        if not numbers:
            continue
        rows = f"{numbers[0]}" if len(numbers) == 1 else f"{numbers[0]} to {numbers[-1]}"
        message = f"{len(numbers)} {what} {'row is' if len(numbers) == 1 else 'rows are'} read as well ({rows})"
        hint, params = "delete them, or leave them out with --where", (("rows", tuple(numbers[:100])),)
        said.append(Diagnostic(message=message, hint=hint, code=code, row=numbers[0], params=params, **about))
    merged = [cells for cells in merged if len(set(re.findall(r"\d+", cells))) > 1]  # else it is one wide cell
    if merged:
        shown = ", ".join(merged[:5]) + (", ..." if len(merged) > 5 else "")
        message = f"of merged cells only the first one has the value: {shown}"
        hint, params = "unmerge them, and write the value into each row", (("cells", tuple(merged[:100])),)
        cell = merged[0].partition(":")[0]
        said.append(Diagnostic(message=message, hint=hint, code="cells-merged", cell=cell, params=params, **about))
    return said


def _unread_formats(source: str, sheet: str, looks: sheet_cells.Looks) -> Iterator[Diagnostic]:
    """Say where numbers have a format that is not known, and are read without it."""
    for column, runs in looks.formats.items():
        row, code = next((run for run in runs if not number_formats.is_known(run[1])), (None, ""))
        if row is not None:
            yield Diagnostic(
                severity="warning",
                message=f"the number format '{code}' is not known: numbers and days are read as they are stored",
                file=source,
                sheet=sheet,
                row=row,
                cell=f"{column}{row}",
                hint="compare a letter with the sheet; format the column as text, and type what is to be printed",
                code="format-unknown",
                value=code,
            )


def _headed(
    origin: Origin, rows: Callable[[], Iterator[Row]], notes: tuple[Diagnostic, ...], chosen: int | None
) -> Table:
    """A table whose first row that is not empty names its columns.

    :param chosen: the row that does, where it is said.
    :raises UnreadableInput: that row is empty.
    """
    header: int | None = None
    columns: tuple[str, ...] = ()
    for number, row in enumerate(rows(), start=1):
        if chosen is not None and number < chosen:
            continue
        if chosen is None and str(row.cells[0] if row.cells else "").strip() in _PREAMBLES and header is None:
            continue
        if _is_filled(row):
            header, columns = number, _named([str(cell) for cell in row.cells], origin.first_column)
            break
        if chosen is not None:
            break
    if chosen is not None and header is None:
        raise _no_names(origin, chosen)

    def below() -> Iterator[Row]:
        remaining = rows()
        for _ in range(header or 0):
            next(remaining)
        return damage.marked(remaining, (header or 0) + 1, origin.first_column)

    return Table(origin=replace(origin, columns=columns, header_row=header), rows=below, notes=notes)


def _is_filled(row: Row) -> bool:
    return any(str(cell).strip() for cell in row.cells)


def _no_names(origin: Origin, row: int) -> UnreadableInput:
    message = f"row {row} is empty, and is said to hold the names of the columns (data: header_row)"
    hint = "say which row does, or leave header_row out"
    place: dict[str, Any] = {"file": origin.file, "sheet": origin.sheet, "row": row}
    return UnreadableInput(message, **place, hint=hint, code="header-empty", value=row)


_PREAMBLES = ("EXTF", "DTVF")
"""What the row above the header of a file in the format of DATEV begins with."""
_TWICE = {"titre": "Titre (fonction)"}
"""Names that an export's header has twice, and what the second is: French Outlook's form of address and job."""


def _named(header: list[str], first: int) -> tuple[str, ...]:
    """Names of columns; one without a name is called by its letter, as spreadsheets do.

    :param first: where the first column stands, counted from 0.
    """
    while header and not header[-1].strip():
        header = header[:-1]
    for name, second in _TWICE.items():
        places = [at for at, one in enumerate(header) if one.strip().casefold() == name]
        if len(places) == 2:
            header = [second if at == places[1] else one for at, one in enumerate(header)]
    return tuple(
        " ".join(name.split()) or f"column {column_letters(at)}" for at, name in enumerate(header, start=first)
    )


def _json(path: Path, source: str, form: str) -> Table:
    """A table of all columns that any record has: the file is read once to find them."""
    form = recipients_json.form_of(path, form)
    names: dict[str, None] = {}
    is_empty = True
    for record in stages.beating(recipients_json.records(path, source, form)):
        names.update(dict.fromkeys(record))
        is_empty = False
    if is_empty:
        hint = 'write each record as {"column": "value", ...}'
        raise UnreadableInput("holds no record", file=source, hint=hint, code="table-empty")
    columns = tuple(names)

    def rows() -> Iterator[Row]:
        for record in recipients_json.records(path, source, form):
            yield Row([record.get(name, "") for name in columns])

    return Table(origin=Origin(file=source, columns=columns), rows=rows, loose=True)
