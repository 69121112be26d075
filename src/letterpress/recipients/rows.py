"""Makes records of Python mappings: rows of the Python API, as `tables` makes them of files.

A text is taken without blanks at its ends, None is an empty cell, a group in a row is columns with a dot (`to.name`).
Numbers and days keep their type, so that a field takes them as they are, whatever the letter's language writes.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from letterpress.errors import Diagnostic
from letterpress.recipients.cells import as_text
from letterpress.recipients.records import Record

MAX_DEPTH = 32
"""Levels of lists and groups in a record."""
_HINT = "give a mapping of columns to values, such as {'name': 'Ada Brook', 'city': 'Bangor'}"


def record(number: int, row: object) -> Record:
    """Make a record of a row; one that cannot be used has its fault, whatever it is.

    :param number: its place among the rows, from 1.
    """
    try:
        return Record(number=number, values=_values(row))
    except _Unusable as error:
        return _faulty(number, str(error), code=error.code)
    except Exception as error:  # a mapping may be a door to a database
        said = f"{type(error).__name__}: {error}".splitlines()[0].rstrip(": ")
        return _faulty(number, f"cannot be read: {said}", code="record-unreadable")


class _Unusable(ValueError):
    def __init__(self, message: str, code: str = "record-not-mapping") -> None:
        super().__init__(message)
        self.code = code


def _faulty(number: int, message: str, *, code: str) -> Record:
    fault = Diagnostic(message=message, record=str(number), hint=_HINT, code=code)
    return Record(number=number, values={}, fault=fault)


def _values(row: object) -> dict[str, Any]:
    if not isinstance(row, Mapping):
        raise _Unusable(f"the record is no mapping but of type {type(row).__name__}")
    values: dict[str, Any] = {}
    for column, value in _flat(row, "", MAX_DEPTH):
        if column in values:
            raise _Unusable(f"the record has two values for the column '{column}'")
        values[column] = value
    return values


def _flat(row: Mapping[Any, Any], before: str, depth: int) -> Iterator[tuple[str, Any]]:
    if not depth:
        raise _Unusable(f"the record is nested more than {MAX_DEPTH} levels deep", code="record-too-deep")
    for column, value in row.items():
        if not isinstance(column, str):
            raise _Unusable(f"the record names a column by {column!r}, which is no text")
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{column}.", depth - 1)
        else:
            yield f"{before}{column}", _cell(value)


def _cell(value: Any) -> Any:
    """The value as a letter takes it: a text, a number, a day, yes or no, or a list of them."""
    if isinstance(value, str):
        return str(value).strip()
    if isinstance(value, bool):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [dict(item) if isinstance(item, Mapping) else _cell(item) for item in value]
    if isinstance(value, int | Decimal | float) and math.isfinite(value):
        return Decimal(as_text(value)) if isinstance(value, float) else value
    if type(value) is datetime.date:
        return value
    return as_text(value).strip()


def depth(value: Any) -> int:
    """Count the levels of lists and groups, without a call for each: Python's stack is what is to be spared."""
    depth, level = 0, [value]
    while level := [item for item in level if isinstance(item, list | dict)]:
        depth += 1
        level = [inner for item in level for inner in (item.values() if isinstance(item, dict) else item)]
    return depth
