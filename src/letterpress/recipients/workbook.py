"""Reads sheets of workbooks: XLSX, XLSM, XLSB, XLS and ODS.

Before the reader sees a workbook it is unpacked once without keeping it, since the reader takes memory for the whole
rectangle of a sheet: two cells in opposite corners, in 1.4 KB, would be 549 GB.

Source: ECMA-376 part 1, 18.3.1.4 (cell) and 18.3.1.73 (row); a sheet's size as Excel has it.
"""

from __future__ import annotations

import datetime
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from letterpress.errors import UnreadableInput
from letterpress.recipients import number_formats, ods, sheet_cells
from letterpress.recipients.cells import as_text
from letterpress.text import language
from letterpress.text.quantities import Shown

MAX_CELLS = 25_000_000
"""Cells of the rectangle that a sheet fills, empty ones too: 0.8 GB. A million rows of twenty columns fit."""
MAX_UNPACKED = 2_000_000_000
"""Bytes of all parts of a workbook, unpacked."""
_TOP = 200
"""Rows by which a sheet shows whether it holds a table."""
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
_FAULTS = (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, ValueError, SyntaxError)
_BLOCK = 1 << 20
_OVERLAP = 512
"""Bytes of a block that are looked at once more with the next one, in which a tag may end."""

# A cell with content: spreadsheet programs write a format as an empty element, which takes no memory when it is read.
_PLACE = re.compile(rb"""<(?:[\w.-]+:)?c\s(?:[^<>]*?\s)?r\s*=\s*["']([A-Za-z]+)(\d+)["'][^<>]*(?<!/)>""")
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)")


def sheets(path: Path, shown: str) -> tuple[Any, tuple[str, ...], tuple[str, ...]]:
    """Open a workbook; gives it, the names of all its sheets, and of those that are not hidden.

    :raises UnreadableInput: it is none, is locked, or would take more memory than a sheet of people does.
    """
    import python_calamine as calamine

    _check(path, shown)
    try:
        book = calamine.load_workbook(str(path))
    except calamine.PasswordError as error:
        hint = "save a copy without one"
        raise UnreadableInput("is locked with a password", file=shown, hint=hint, code="file-locked") from error
    except (calamine.CalamineError, OSError) as error:
        raise _unreadable(shown, error) from error
    except BaseException as error:
        raise _panic(shown, error) from error
    visible = tuple(sheet.name for sheet in book.sheets_metadata if str(sheet.visible).endswith("Visible"))
    return book, tuple(book.sheet_names), visible or tuple(book.sheet_names)


def texts_in_front(book: Any, names: Sequence[str]) -> tuple[str, ...]:
    """Find the sheets in front of a table that hold text for readers: rows of one cell at most; none, if all do.

    :param names: of the sheets that are shown, in order.
    """
    found: list[str] = []
    for name in names:
        sheet = book.get_sheet_by_name(name)
        if any(sum(cell not in ("", None) for cell in row) > 1 for row in sheet.to_python(nrows=_TOP)):
            return tuple(found)
        found.append(name)
    return ()


def rows(book: Any, name: str, shown: str) -> Iterator[Sequence[Any]]:
    """Read every row of the sheet `name`, with its cells' values in their types.

    Rows above the first that holds anything come as empty ones: the first row is row 1. Columns left of it do not come.

    :raises UnreadableInput: the sheet cannot be read.
    """
    import python_calamine as calamine

    try:
        yield from book.get_sheet_by_name(name).iter_rows()
    except calamine.CalamineError as error:
        raise _unreadable(f"{shown}: sheet '{name}'", error) from error
    except GeneratorExit:
        raise
    except BaseException as error:
        raise _panic(shown, error) from error


def look(path: Path, name: str, shown: str) -> sheet_cells.Looks:
    """Find what the sheet `name` shows besides its values; see `sheet_cells`. XLSX only.

    :raises UnreadableInput: the workbook cannot be read.
    """
    try:
        return sheet_cells.look(path, name)
    except _FAULTS as error:
        raise _unreadable(shown, error) from error


def open_document(path: Path, name: str, shown: str) -> ods.Sheet:
    """Read a sheet of an OpenDocument spreadsheet.

    :raises UnreadableInput: it cannot be read.
    """
    try:
        return ods.read(path, name)
    except (*_FAULTS, KeyError) as error:
        raise _unreadable(shown, error) from error


def as_shown(value: Any, code: str, lang: str) -> str:
    """Give a cell as it is shown, together with its value, if that has a type."""
    text = as_text(value)
    if isinstance(value, bool) or not isinstance(
        value, int | float | datetime.date | datetime.time | datetime.timedelta
    ):
        return text
    if code not in number_formats.GENERAL:
        number = Decimal(text) if isinstance(value, int | float) else value
        found = number_formats.shown(number, code, lang)
        if found is not None:
            return Shown(found[0], text if found[1] is None else str(found[1]))
    if isinstance(value, float) and "e" not in text:
        return Shown(text.replace(".", language.decimal_sign(lang)), text)
    return Shown(text, text)


def first_column(book: Any, name: str) -> int:
    """Find the column, counted from 0, that the rows of the sheet `name` begin with."""
    start = book.get_sheet_by_name(name).start
    return int(start[1]) if start else 0


def _unreadable(shown: str, error: BaseException) -> UnreadableInput:
    message = f"is not a workbook that can be read: {error}"
    return UnreadableInput(message, file=shown, hint="save it again", code="workbook-unreadable")


def _panic(shown: str, error: BaseException) -> BaseException:
    """Make a fault of what the reader, which is written in Rust, did not foresee; anything else stays as it is."""
    return _unreadable(shown, error) if type(error).__name__ == "PanicException" else error


# --- before it is read ------------------------------------------------------------------------------------------------


def _check(path: Path, shown: str) -> None:
    """Look through every part of a workbook that is a ZIP archive.

    :raises UnreadableInput: a part declares entities, a sheet is too large, or all is too much.
    """
    with path.open("rb") as file:
        begin = file.read(4)
        if not begin:
            hint = "save the workbook again, and look whether it has come whole"
            raise UnreadableInput("is empty", file=shown, hint=hint, code="workbook-unreadable")
        if begin != b"PK\x03\x04":
            return  # XLS, whose sheets have 16 million cells at most, or locked
    total = 0
    try:
        with zipfile.ZipFile(path) as archive:
            for part in archive.infolist():
                if part.is_dir() or not part.filename.lower().endswith((".xml", ".rels", ".bin")):
                    continue
                with archive.open(part) as content:
                    total = _look_through(content, part.filename, shown, total)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise _unreadable(shown, error) from error


def _look_through(content: Any, name: str, shown: str, total: int) -> int:
    """Look through one part.

    :param total: unpacked bytes of the parts before it.
    :returns: those, and this part's.
    """
    last_row, last_column = 0, 0
    block, rest = b"", b""
    binary = name.lower().endswith(".bin")
    while block := content.read(_BLOCK):
        total += len(block)
        if total > MAX_UNPACKED:
            message = f"unpacks to more than {MAX_UNPACKED // 1_000_000} MB"
            hint, params = "save the sheet with the records as CSV", (("limit", MAX_UNPACKED),)
            raise UnreadableInput(message, file=shown, hint=hint, code="workbook-too-large", params=params)
        if binary:
            continue
        text = rest + block
        if _DECLARES.search(text):
            message = f"'{name}' in it declares entities, which no spreadsheet program writes"
            hint = "open it in a spreadsheet program and save it again"
            raise UnreadableInput(message, file=shown, hint=hint, code="workbook-declares-entities", value=name)
        for letters, digits in _PLACE.findall(text):
            row, column = int(digits), _number(letters)
            last_row, last_column = max(last_row, row), max(last_column, column)
            if row > MAX_ROWS or column > MAX_COLUMNS or last_row * last_column > MAX_CELLS:
                raise _far(shown, name, (letters + digits).decode(), last_row, last_column)
        rest = text[-_OVERLAP:]
    return total


def _far(shown: str, part: str, place: str, rows: int, columns: int) -> UnreadableInput:
    if rows > MAX_ROWS or columns > MAX_COLUMNS:
        message = f"has a cell {place[:24]} in '{part}'; a sheet ends at XFD1048576"
    else:
        message = f"reaches {rows:,} rows down and {columns:,} columns across in '{part}' (at {place})"
    hint = "delete what stands far from the records, or save them as CSV"
    return UnreadableInput(message, file=shown, cell=place[:24], hint=hint, code="sheet-too-large")


def _number(letters: bytes) -> int:
    """Give a column's number by its letters, counted from 1; beyond the last for a name that no sheet has."""
    if len(letters) > 3:
        return MAX_COLUMNS + 1
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
