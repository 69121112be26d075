"""A table and its records: the values, and where each stands in its source.

The number of a record is its place in the source, counted from 1 without the header; an empty row is passed over and
keeps its number, but an empty object of JSON is a record. Where a spreadsheet program shows the source, `Record.placed`
says row and cell as it shows them: hidden rows, merged cells and whatever stands above the header are counted.

Not here: how a source is read (tables.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from letterpress.errors import Diagnostic, Edit, Fix
from letterpress.processes import stages
from letterpress.recipients.cells import Spoilt, column_letters
from letterpress.text.quantities import Shown


class Row(NamedTuple):
    """One row of a source, in the order of its columns."""

    cells: list[Any]
    line: int | None = None
    """For a text file: the line it begins in."""
    unquoted: bool = False
    """For a text file: whether it is one line that holds the cells as they are, with the delimiter between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where the records of a table come from: what they all share, and is known once for the table."""

    file: str
    """The source as the user named it; without the password, if it had one."""
    columns: tuple[str, ...]
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    """Names of all sheets of the workbook that are shown; empty for a source that has none."""
    header_row: int | None = None
    """Row of the header as a spreadsheet program shows it, counted from 1; None: it shows no rows of this source."""
    first_column: int = 0
    """Where the first of the columns stands, counted from 0."""

    def cell(self, at: int, row: int | None) -> str | None:
        """Name the cell of a column, `B7`; None where a source has no cells.

        :param at: the column's place among the columns, counted from 0.
        """
        return None if row is None else f"{column_letters(self.first_column + at)}{row}"


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
    origin: Origin | None = None
    """None for values that a program gave."""
    line: int | None = None
    """See `Row`; `unquoted` likewise."""
    unquoted: bool = False

    @property
    def row(self) -> int | None:
        """Its row as the spreadsheet program shows it, with the header's and those above counted."""
        header = self.origin.header_row if self.origin is not None else None
        return None if header is None else header + self.number

    def placed(
        self, fault: Diagnostic, column: str | None = None, *, declared: Iterable[tuple[str, int | None]] = ()
    ) -> Diagnostic:
        """Add to a fault of this record the place where it is to be mended: sheet and row, and the cell of a column.

        A fault that is of a line of the letter, or of another file such as an image, stays there.

        :param column: that the faulty value comes from; None: none by itself.
        :param declared: file and line where letters declare the field: a fault's place only until the cell is known.
        """
        origin = self.origin
        if origin is None:
            return fault if column is None else replace(fault, column=column, value=self._value(fault, column))
        place: dict[str, Any] = {"sheet": origin.sheet, "row": self.row}
        at = origin.columns.index(column) if column in origin.columns else None
        if column is not None:
            place |= {"column": column, "value": self._value(fault, column)}
        if at is not None:
            place["cell"] = origin.cell(at, self.row)
        if fault.file is None or (column is not None and (fault.file, fault.line) in declared):
            place |= {"file": origin.file, "line": self.line}
            if at is not None and self.unquoted:
                place["span"] = self._span(at)
        if fault.fixes and place.get("cell") is not None:
            place["fixes"] = tuple(_of_cell(fix, origin.sheet, str(place["cell"])) for fix in fault.fixes)
        return replace(fault, **place)

    def _value(self, fault: Diagnostic, column: str) -> str | int | float | bool | None:
        value = self.values.get(column)
        return value if fault.value is None and isinstance(value, str) and value else fault.value

    def _span(self, at: int) -> tuple[int, int]:
        """First and last character of a cell in its line, counted from 1; of an empty one the range before it ends."""
        cells = list(self.values.values())
        start = 1 + sum(len(cell) + 1 for cell in cells[:at])
        return start, start + len(cells[at]) - 1 if at < len(cells) else start - 1

    def spoilt_fault(self, column: str) -> Diagnostic:
        """Say what is wrong with a cell that gives no value, in a column that is used."""
        message = self.spoilt[column]
        formula = "formula" in message
        hint = "open and save it in the spreadsheet program" if formula else "mend the cell"
        code = "formula-not-calculated" if formula else "cell-is-error"
        value = None if formula else message.rpartition("holds ")[2].partition(", of which")[0]
        if "digits are lost" in message:
            code = "number-cut"
            hint = "write it as text: format the column as text first, then fill it in again"
        return self.placed(
            Diagnostic(message=message, record=str(self.number), field=column, hint=hint, code=code, value=value),
            column,
        )

    def packed(self) -> list[Any]:
        """Give the record as a list that JSON can hold: number, values, and a group of what else there is."""
        packed: list[Any] = [self.number, dict(self.values)]
        exact = {column: cell.exact for column, cell in self.values.items() if isinstance(cell, Shown)}
        if self.line is not None or self.spoilt or exact:
            more: dict[str, Any] = {"line": self.line}
            if self.unquoted:
                more["unquoted"] = True
            if self.spoilt:
                more["spoilt"] = dict(self.spoilt)
            if exact:
                more["exact"] = exact
            packed.append(more)
        return packed

    def packed_json(self) -> str:
        """Give `packed` as JSON."""
        values = self.values
        if self.spoilt or not set(map(type, values.values())) <= _TEXT:
            return json.dumps(self.packed(), ensure_ascii=False)
        # As the line above gives it, in a quarter of the time.
        cells = ", ".join([f"{_json_text(column)}: {_json_text(cell)}" for column, cell in values.items()])
        if self.line is None:
            return f"[{self.number}, {{{cells}}}]"
        more = ', "unquoted": true' if self.unquoted else ""
        return f'[{self.number}, {{{cells}}}, {{"line": {self.line}{more}}}]'

    @classmethod
    def unpacked(cls, packed: Iterable[Any], origin: Origin | None) -> Record:
        """Read what `packed` gave."""
        number, values, *rest = packed
        more = dict(rest[0]) if rest else {}
        exact = more.pop("exact", {})
        values = (
            {**values, **{column: Shown(values[column], text) for column, text in exact.items()}} if exact else values
        )
        return cls(number=number, values=values, origin=origin, **more)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A source of records."""

    origin: Origin
    rows: Callable[[], Iterator[Row]]
    """Reads the rows behind the header, from the first one on."""
    notes: tuple[Diagnostic, ...] = ()
    loose: bool = False
    """Whether a record may lack columns (JSON), so that a short one is no fault. One that is empty was written by
    somebody, unlike an empty row, and is not passed over."""
    scan: Callable[[], int] | None = None
    """Reads a text file to its end, quickly, counts its rows and raises what `rows` would; None: only `rows` can."""

    @property
    def name(self) -> str:
        """As the user named it; without the password, if it had one."""
        return self.origin.file

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return self.origin.columns

    def records(self) -> Iterator[Record]:
        """Read every record, in the order of the source."""
        columns, origin = self.origin.columns, self.origin
        width = len(columns)
        for number, (cells, line, unquoted) in enumerate(stages.beating(self.rows()), start=1):
            if len(cells) == width and _is_plain(cells):
                bare = [cell.strip() for cell in cells]
                if self.loose or any(bare):
                    unquoted = unquoted and bare == cells
                    values = dict(zip(columns, bare, strict=True))
                    yield Record(number=number, values=values, origin=origin, line=line, unquoted=unquoted)
                continue
            spoilt = {
                column: cell.fault for column, cell in zip(columns, cells, strict=False) if isinstance(cell, Spoilt)
            }
            raw, cells = cells, [_bare(cell) for cell in cells]
            if origin.sheet is not None:  # an OpenDocument sheet says no empty cells at a row's end
                cells += [""] * (width - len(cells))
            if not (self.loose or spoilt or any(cell not in ("", None) for cell in cells)):
                continue
            values = dict(zip(columns, cells, strict=False))
            unquoted = unquoted and raw == cells  # a cell without its blanks does not say where it stands in its line
            record = Record(number=number, values=values, spoilt=spoilt, origin=origin, line=line, unquoted=unquoted)
            fault = _with_nul(record) or (None if self.loose else _ragged(record, cells))
            yield record if fault is None else replace(record, fault=fault)


def _of_cell(fix: Fix, sheet: str | None, cell: str) -> Fix:
    """The fix of a value as an edit of its cell: what a correction makes of it."""
    if fix.edit is not None or fix.kind != "replace" or fix.value is None:
        return fix
    return replace(fix, edit=Edit(text=str(fix.value), sheet=sheet, cell=cell))


def harmless(cell: str) -> str:
    """Write a cell so that no spreadsheet program takes it for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _is_plain(cells: list[Any]) -> bool:
    """Tell whether all cells are texts of ASCII without a NUL, as most are: a quick look instead of many."""
    return set(map(type, cells)) == _TEXT and (joined := "".join(cells)).isascii() and "\0" not in joined


_TEXT = {str}
_json_text = json.encoder.encode_basestring
_UNSEEN = "\u200b\ufeff\u2060"
"""Characters without width that are no white space to Python: at a cell's ends they are blanks."""


def _bare(cell: Any) -> Any:
    """Take away the blanks at a cell's ends, no-break and zero-width ones too: they are no part of its value."""
    if isinstance(cell, Spoilt):
        return cell
    if isinstance(cell, list):
        return [_bare(item) for item in cell]
    if not isinstance(cell, str):
        return cell
    cell = cell.strip()
    while cell and (cell[0] in _UNSEEN or cell[-1] in _UNSEEN):
        cell = cell.strip(_UNSEEN).strip()
    return cell


def _ragged(record: Record, cells: list[Any]) -> Diagnostic | None:
    """Say that a row is shorter or longer than the header; empty cells beyond it do not count."""
    width = len(record.origin.columns) if record.origin is not None else 0
    if len(cells) == width or (len(cells) > width and not any(cells[width:])):
        return None
    message = f"has {len(cells)} cells; the header has {width}"
    hint = "put a value that holds the delimiter or a line break in quotes"
    params = (("cells", len(cells)), ("columns", width))
    cell = None
    if record.origin is not None and record.origin.sheet is not None:  # its rows are as wide as the header, or wider
        at = next(at for at in range(width, len(cells)) if cells[at])
        cell = record.origin.cell(at, record.row)
        message = f"has '{str(cells[at])[:40]}' in {cell}, beside the columns of the list"
        hint = "delete it, or write a name above its column"
    fault = Diagnostic(message=message, record=str(record.number), hint=hint, code="record-ragged", params=params)
    return replace(record.placed(fault), cell=cell)


def _with_nul(record: Record) -> Diagnostic | None:
    for column, cell in record.values.items():
        if _has_nul(cell):
            hint = "the file is damaged, or was cut off while it was written: export it again"
            message = "holds a NUL character (U+0000), which cannot be printed"
            number = str(record.number)
            fault = Diagnostic(message=message, record=number, field=column, hint=hint, code="nul-character")
            return record.placed(fault, column)
    return None


def _has_nul(cell: Any) -> bool:
    return any(map(_has_nul, cell)) if isinstance(cell, list) else isinstance(cell, str) and "\0" in cell
