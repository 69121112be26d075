"""A cell of a table: the text of a typed value, the letters of its column, and what a cell without a value is.

Not here: which cells of a workbook have no value (sheet_cells.py).
"""

from __future__ import annotations

import contextlib
import datetime
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from letterpress.text.quantities import Shown

_EXACT = 1e18
"""Whole numbers below it are written with all their digits; a float has no more."""


class Spoilt(str):
    """A cell that gives no value: an empty text, and what is wrong with it."""

    fault: str

    def __new__(cls, fault: str) -> Spoilt:
        """:param fault: with the cell's place: `B3 holds #N/A`."""
        cell = super().__new__(cls, "")
        cell.fault = fault
        return cell


def as_text(value: Any) -> str:
    """Give a typed cell as the text that was typed into it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        # 15 digits are what a spreadsheet keeps and shows: 0.1 + 0.2 is 0.3 there.
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT else format(value, ".15g")
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


def numeric(text: str) -> Shown:
    """Give a number as a program writes it, to be read as one whatever the list's language is; never as 1.2e+18.

    What is no number (NaN) is an empty cell: statistics programs write it where a value is missing.
    """
    if text.lower() in ("nan", "-nan"):
        return Shown("", "")
    plain = text
    if "e" in text.lower():
        with contextlib.suppress(InvalidOperation):
            plain = format(Decimal(text), "f")
    return Shown(plain, plain)


_DIGITS = 15
"""Of a number that a spreadsheet keeps; the others become 0."""
_LONG = re.compile(r"-?[1-9]\d{15,}(?:\.0*)?")


def cut(exact: str) -> str | None:
    """Say what is wrong with a number that has more digits than a spreadsheet keeps."""
    if len(exact) <= _DIGITS or not _LONG.fullmatch(exact):
        return None
    return f"holds {exact}, of which digits are lost: a spreadsheet keeps {_DIGITS}"


def without_midnight(text: str) -> str:
    """Give a moment without its time, where that is midnight: it is a day."""
    return _MIDNIGHT.sub("", text)


_MIDNIGHT = re.compile(r"(?<=\d) 00:00:00(?:\.0+)?(?:[+-]00(?::?00)?)?$")


def column_letters(index: int) -> str:
    """Name a column as spreadsheets do: `A` to `Z`, then `AA`.

    :param index: counted from 0.
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
