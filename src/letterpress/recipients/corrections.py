"""Corrections of a list: values that stand in the place of what its cells hold, and rows that are left out.

They are applied as the list is read, before anything is checked, and kept in a file of their own: the list itself is
never written. A correction knows the value that it replaces; where the list holds another one since, it is not applied
and is said to be out of date.

Not here: how a table is read (tables.py); what a fix proposes (errors.Edit).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from letterpress.errors import Diagnostic, LetterpressError
from letterpress.files import atomic
from letterpress.frozen import frozendict
from letterpress.recipients.cells import Spoilt
from letterpress.recipients.records import Origin, Row, Table

ENDING = ".corrections.json"
"""Behind the name of the list, beside which they are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """Another value for one cell."""

    record: int
    """Number of the record in its source, from 1, without the header."""
    column: str
    """The column's name in the header."""
    was: str
    """What the cell holds, as the list shows it, without blanks at its ends."""
    text: str
    """What is read instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """All corrections of one list, or of one sheet of a workbook."""

    cells: tuple[Correction, ...] = ()
    left_out: frozenset[int] = frozenset()
    """Numbers of records that get no letter."""

    def __bool__(self) -> bool:
        return bool(self.cells or self.left_out)

    def with_cell(self, correction: Correction) -> Corrections:
        """Add a correction; it takes the place of an earlier one of its cell, and what was there first is kept."""
        place = (correction.record, correction.column)
        earlier = next((one for one in self.cells if (one.record, one.column) == place), None)
        kept = tuple(one for one in self.cells if one is not earlier)
        if earlier is not None:
            correction = replace(correction, was=earlier.was)
        if correction.text == correction.was:
            return replace(self, cells=kept)  # it says what the list says
        return replace(self, cells=(*kept, correction))

    def without(self, record: int, column: str) -> Corrections:
        """Take a correction back."""
        return replace(self, cells=tuple(one for one in self.cells if (one.record, one.column) != (record, column)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Corrections of a list as they are kept: those of each sheet."""

    sheets: Mapping[str, Corrections] = field(default_factory=frozendict)
    """Name of the sheet -> its corrections; empty: a list that has no sheets, or of whichever sheet is read."""

    def of(self, sheet: str | None) -> Corrections:
        """Give the corrections of a sheet."""
        return self.sheets.get(sheet or "", self.sheets.get("", Corrections()))

    def having(self, sheet: str | None, corrections: Corrections) -> Kept:
        """Put others in the place of those of a sheet."""
        return Kept(sheets=frozendict({**self.sheets, sheet or "": corrections}))

    def with_cells(self, sheet: str | None, cells: Iterable[Correction]) -> Kept:
        """Add corrections of cells of a sheet; each takes the place of an earlier one of its cell."""
        own = self.of(sheet)
        for one in cells:
            own = own.with_cell(one)
        return self.having(sheet, own)


# --- applying ---------------------------------------------------------------------------------------------------------


def applied(table: Table, corrections: Corrections) -> Table:
    """Give the table with its corrections; a row that is left out is empty, and so passed over."""
    if not corrections:
        return table
    by_record: dict[int, list[tuple[int, Correction]]] = {}
    for one in corrections.cells:
        if one.column in table.columns:
            by_record.setdefault(one.record, []).append((table.columns.index(one.column), one))

    def rows() -> Iterator[Row]:
        for number, row in enumerate(table.rows(), start=1):
            if number in corrections.left_out:
                yield Row([""] * len(row.cells), row.line)
            elif number in by_record:
                yield _corrected(row, by_record[number])
            else:
                yield row

    return replace(table, rows=rows, scan=None if corrections.left_out else table.scan)


def _corrected(row: Row, corrections: Iterable[tuple[int, Correction]]) -> Row:
    cells = list(row.cells)
    for at, one in corrections:
        if at < len(cells) and _holds(cells[at], one.was):
            cells[at] = one.text
        elif at >= len(cells) and not one.was:  # the row ends before the column: its cell is empty
            cells += [""] * (at - len(cells)) + [one.text]
    return Row(cells, row.line)


def _holds(cell: Any, was: str) -> bool:
    """Whether a cell holds what a correction replaces; one that gives no value holds nothing."""
    return ("" if isinstance(cell, Spoilt) or cell is None else str(cell).strip()) == was.strip()


def out_of_date(table: Table, corrections: Corrections) -> tuple[Diagnostic, ...]:
    """Say which corrections are not applied, since the list holds another value there now, or has no such cell."""
    wanted: dict[int, list[Correction]] = {}
    for one in corrections.cells:
        wanted.setdefault(one.record, []).append(one)
    found = []
    columns = table.columns
    rows = enumerate(table.rows(), start=1) if wanted else ()
    seen = {number: row.cells for number, row in rows if number in wanted}
    for number, group in sorted(wanted.items()):
        cells = seen.get(number)
        for one in group:
            at = columns.index(one.column) if one.column in columns else None
            if cells is not None and at is not None and _holds(cells[at] if at < len(cells) else "", one.was):
                continue
            found.append(_stale(table.origin, one, at))
    return tuple(found)


def _stale(origin: Origin, one: Correction, at: int | None) -> Diagnostic:
    row = None if origin.header_row is None else origin.header_row + one.record
    return Diagnostic(
        severity="warning",
        message=f"the correction '{one.text}' is not used: the list does not hold '{one.was}' there any more",
        file=origin.file,
        record=str(one.record),
        hint="look at the value, and correct it anew if need be",
        code="correction-outdated",
        value=one.text,
        sheet=origin.sheet,
        row=row,
        cell=None if at is None else origin.cell(at, row),
        column=one.column,
        params=(("was", one.was),),
    )


# --- kept -------------------------------------------------------------------------------------------------------------


def file_of(source: str | Path) -> Path:
    """Where the corrections of a list are kept: beside it."""
    return Path(f"{source}{ENDING}")


def read(path: Path) -> Kept:
    """Read the corrections of a list; none where there is no file.

    :raises LetterpressError: the file holds something else.
    """
    try:
        data = json.loads(path.read_bytes())
        found = {"": _read(data)} if "cells" in data or "sheets" not in data else {}
        return Kept(
            sheets=frozendict(found | {str(sheet): _read(one) for sheet, one in data.get("sheets", {}).items()})
        )
    except FileNotFoundError:
        return Kept()
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise LetterpressError(message, file=str(path), code="file-unreadable") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        hint = "take it away: the list is read without corrections then"
        raise LetterpressError(
            "holds no corrections of a list", file=str(path), hint=hint, code="corrections-unreadable"
        ) from error


def _read(data: Any) -> Corrections:
    cells = tuple(
        Correction(record=int(one["record"]), column=str(one["column"]), was=str(one["was"]), text=str(one["text"]))
        for one in data["cells"]
    )
    return Corrections(cells=cells, left_out=frozenset(map(int, data["left_out"])))


def write(path: Path, kept: Kept) -> None:
    """Keep the corrections of a list, whole or not at all.

    :raises LetterpressError: the file cannot be written.
    """
    document: dict[str, Any] = _document(kept.sheets[""]) if "" in kept.sheets else {}
    sheets = {sheet: _document(one) for sheet, one in kept.sheets.items() if sheet}
    if sheets or not document:
        document["sheets"] = sheets
    atomic.write(path, (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode())


def _document(corrections: Corrections) -> dict[str, Any]:
    ordered = sorted(corrections.cells, key=lambda one: (one.record, one.column))
    cells = [{"record": one.record, "column": one.column, "was": one.was, "text": one.text} for one in ordered]
    return {"cells": cells, "left_out": sorted(corrections.left_out)}


def copy(table: Table, corrections: Corrections) -> bytes:
    """Write the whole list anew with its corrections, as CSV in UTF-8 with a byte order mark, which Excel asks for.

    Cells are written as the list shows them.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(table.columns)
    for number, row in enumerate(applied(table, corrections).rows(), start=1):
        if number not in corrections.left_out:
            writer.writerow([_as_written(cell) for cell in row.cells])
    return b"\xef\xbb\xbf" + file.getvalue().encode("utf-8")


def _as_written(cell: Any) -> str:
    return "; ".join(map(str, cell)) if isinstance(cell, list) else "" if cell is None else str(cell)
