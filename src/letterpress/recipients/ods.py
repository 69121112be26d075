"""Reads sheets of OpenDocument spreadsheets: what each cell shows, and the value itself.

The reader of other workbooks drops tabs and line breaks of a cell, and does not know what a number shows.

Source: OpenDocument 1.3 part 3, 9.1 (tables), 19.385 (office:value), 5.1 and 6.1 (paragraphs, white space).
"""

from __future__ import annotations

import contextlib
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from letterpress.recipients import cells
from letterpress.recipients.cells import Spoilt, column_letters
from letterpress.text import written
from letterpress.text.quantities import Shown

_MAX_ROWS, _MAX_COLUMNS = 1_048_576, 16_384
_NUMBERS = frozenset({"float", "currency", "percentage"})


class Sheet(NamedTuple):
    """A sheet's rows, with the first row as row 1, and what it hides or joins."""

    rows: list[list[Any]]
    first_column: int
    """Where the rows begin, counted from 0."""
    hidden: list[int]
    """Rows that are hidden, by hand or by a filter, counted from 1."""
    merged: list[str]
    """Ranges of cells that are merged: `A2:A4`."""


def read(path: Path, name: str) -> Sheet:
    """Read the sheet `name`.

    :raises ValueError, zipfile.BadZipFile, ElementTree.ParseError: the file cannot be read.
    """
    with zipfile.ZipFile(path) as archive, archive.open("content.xml") as content:
        rows: list[list[Any]] = []
        hidden: list[int] = []
        merged: list[str] = []
        pending: list[tuple[int, bool]] = []
        for row in _rows_of(content, name):
            count = int(_attribute(row, "number-rows-repeated") or 1)
            out = _attribute(row, "visibility") in ("collapse", "filter")
            cells = list(_cells(row, len(rows) + sum(number for number, _ in pending) + 1, merged))
            if not cells:
                pending.append((count, out))
                continue
            for number, _ in pending:
                rows += [[] for _ in range(number)] if len(rows) + number <= _MAX_ROWS else _too_many()
            pending = []
            if len(rows) + count > _MAX_ROWS:
                _too_many()
            hidden += range(len(rows) + 1, len(rows) + count + 1) if out else ()
            rows += [list(cells) for _ in range(count)]
    first = min((next(at for at, cell in enumerate(row) if _holds(cell)) for row in rows if row), default=0)
    return Sheet([row[first:] for row in rows], first, hidden, merged)


def _too_many() -> Any:
    raise ValueError(f"it has more than {_MAX_ROWS:,} rows")


def _holds(cell: Any) -> bool:
    return isinstance(cell, Spoilt) or cell != ""


def _rows_of(content: Any, name: str) -> Iterator[Element]:
    """The rows of one table, each forgotten when the next one comes."""
    table: Element | None = None
    for event, element in ElementTree.iterparse(content, events=("start", "end")):  # noqa: S314 - see workbook._check
        kind = _name(element.tag)
        if event == "start":
            if kind == "table" and table is None and _attribute(element, "name") == name:
                table = element
        elif kind == "table-row":
            if table is not None:
                yield element
            element.clear()
        elif element is table:
            return


def _cells(row: Element, number: int, merged: list[str]) -> Iterator[Any]:
    """The cells of a row, without the empty ones at its end.

    :param number: of the row, from 1.
    :param merged: gets the ranges that begin in it.
    """
    at = empty = 0
    for cell in row:
        if _name(cell.tag) not in ("table-cell", "covered-table-cell"):
            continue
        count = int(_attribute(cell, "number-columns-repeated") or 1)
        value = _value(cell, f"{column_letters(at)}{number}")
        down, across = (int(_attribute(cell, f"number-{side}-spanned") or 1) for side in ("rows", "columns"))
        if _holds(value) and (down > 1 or across > 1):
            last = f"{column_letters(at + across - 1)}{number + down - 1}"
            merged.append(f"{column_letters(at)}{number}:{last}")
        at += count
        if not _holds(value):
            empty += count
            continue
        if at > _MAX_COLUMNS:
            raise ValueError(f"it has more than {_MAX_COLUMNS:,} columns")
        yield from [""] * empty
        yield from [value] * count
        empty = 0


def _value(cell: Element, place: str) -> Any:
    text = "\n".join(_text(part) for part in cell if _name(part.tag) == "p")
    kind = _attribute(cell, "value-type")
    formula = _attribute(cell, "formula") is not None
    kinds = [value for key, value in cell.items() if _name(key) == "value-type"]
    if "error" in kinds or (formula and re.fullmatch(r"#[A-Z/0!?]+|Err:\d+", text)):
        return Spoilt(f"{place} holds {text[:40] or 'an error'}")
    if formula and kind is None and not text:
        return Spoilt(f"{place} holds a formula that was never calculated")
    if kind in _NUMBERS:
        exact = _attribute(cell, "value") or ""
        if fault := cells.cut(exact):
            return Spoilt(f"{place} {fault}")
        with contextlib.suppress(InvalidOperation):
            return Shown(text or exact, str(_as_shown(Decimal(exact), text)))
    if kind == "date":
        day = (_attribute(cell, "date-value") or "").replace("T", " ").removesuffix(" 00:00:00")
        return Shown(text or day, day)
    if kind == "boolean":
        answer = _attribute(cell, "boolean-value") or text
        return Shown(text or answer, answer)
    return text


def _as_shown(value: Decimal, text: str) -> Decimal:
    """The number that a cell shows, which may be rounded: 33.33 for a third of a hundred."""
    core = re.search(r"\d(?:.*\d)?", text)
    scale = 2 if text.rstrip().endswith("%") else 0
    for number in written.numbers(core[0]).values() if core else ():
        exponent = number.as_tuple().exponent
        unit = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
        if abs(abs(value.scaleb(scale)) - number) <= unit / 2:
            return (number if value >= 0 else -number).scaleb(-scale)
    return value


def _text(element: Element) -> str:
    """The words of a paragraph, with its tabs, line breaks and spaces; notes are none of them."""
    text = element.text or ""
    for part in element:
        kind = _name(part.tag)
        if kind == "s":
            text += " " * min(int(_attribute(part, "c") or 1), 1000)
        elif kind in ("tab", "line-break"):
            text += "\t" if kind == "tab" else "\n"
        elif kind not in ("annotation", "note"):
            text += _text(part)
        text += part.tail or ""
    return text


def _name(tag: str) -> str:
    return str(tag).rpartition("}")[2]


def _attribute(element: Element, name: str) -> str | None:
    return next((value for key, value in element.items() if _name(key) == name and "calcext" not in key), None)
