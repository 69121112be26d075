"""Reads records from JSON: a list of objects, or one object a line.

An object within a record becomes columns with a dot (`to.name`); a list stays a list. A number stays the text that was
written: 1.10 does not become 1.1, nor 12345678901234567890 a float.

Not here: how a file is cut into the texts of its records, in constant memory (duckdb.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from letterpress.errors import UnreadableInput
from letterpress.recipients import csv as recipients_csv
from letterpress.recipients import duckdb as recipients_duckdb
from letterpress.recipients.cells import as_text
from letterpress.recipients.rows import MAX_DEPTH, depth
from letterpress.text.quantities import Shown


def form_of(path: Path, form: str) -> str:
    """Find out how a file is written: people call a list `.json`, and lines as well.

    :param form: `array` or `newline_delimited`, as the file's name says.
    :returns: the same, as its first character says.
    """
    if form == "array" and not recipients_csv.starts_with(path, b"[") and recipients_csv.starts_with(path, b"{"):
        return "newline_delimited"
    return form


def records(path: Path, source: str, form: str) -> Iterator[dict[str, Any]]:
    """Read every record: column -> text, or a list.

    :param source: the file as the user named it.
    :param form: see `form_of`.
    :raises UnreadableInput: a record is not JSON, no object, or nested too deeply.
    """
    for number, text in enumerate(recipients_duckdb.json_texts(path, source, form), start=1):
        try:
            record = json.loads(
                text, parse_int=_number, parse_float=_number, parse_constant=str, object_pairs_hook=_group
            )
        except _Doubled as error:
            message, hint = f"has '{error}' twice: one of its values would be lost", "give each value a name of its own"
            raise UnreadableInput(
                message, file=source, record=str(number), hint=hint, code="column-doubled", value=str(error)
            ) from None
        except ValueError as error:
            message = f"is not JSON: {error}"
            raise UnreadableInput(message, file=source, record=str(number), code="json-unreadable") from error
        except RecursionError:
            raise _deep(source, number) from None
        if depth(record) > MAX_DEPTH:
            raise _deep(source, number)
        if not isinstance(record, dict):
            hint = 'write each record as {"column": "value", ...}'
            message = "is not a group of fields"
            raise UnreadableInput(message, file=source, record=str(number), hint=hint, code="record-no-object")
        columns: dict[str, Any] = {}
        _flatten("", record, columns)
        yield columns


def _number(text: str) -> Shown:
    return Shown(text, text)


class _Doubled(ValueError):
    """A name that stands twice in one group of JSON."""


def _group(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """:raises _Doubled: two of the pairs have one name."""
    group = dict(pairs)
    if len(group) < len(pairs):
        names = [name for name, _ in pairs]
        raise _Doubled(next(name for name in names if names.count(name) > 1))
    return group


def _deep(source: str, number: int) -> UnreadableInput:
    message = f"is nested more than {MAX_DEPTH} levels deep"
    hint = "a record is a group of fields; it may hold groups and lists, but not without end"
    params = (("limit", MAX_DEPTH),)
    return UnreadableInput(message, file=source, record=str(number), hint=hint, code="record-too-deep", params=params)


def _flatten(prefix: str, record: Mapping[str, Any], columns: dict[str, Any]) -> None:
    for key, value in record.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            _flatten(f"{name}.", value, columns)
        else:
            columns[name] = value if isinstance(value, list | Shown) else as_text(value)
