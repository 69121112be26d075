"""Says what a letter's file may be named after, and what of it the letter itself has.

Not here: how a name is made of it (file_names.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from letterpress.batch import file_names
from letterpress.batch.file_names import Pattern
from letterpress.batch.variants import Cell, Cells
from letterpress.errors import LetterpressError
from letterpress.letterhead import choices
from letterpress.model import Job
from letterpress.recipients import columns
from letterpress.recipients.columns import Mapped
from letterpress.recipients.records import Record

_RECIPIENT = ("to.family", "to.name", "to.organisation")


def known_names(job: Job, mapped: Mapped, cells: Cells | None = None) -> set[str]:
    """Say what may stand in a file's name."""
    known = (
        {"record", "record.row", "letter", "key", file_names.RECIPIENT, *choices.COLUMNS}
        | set(mapped.columns)
        | set(mapped.paths)
    )
    known |= {name for name, _ in job.values} | {f"fields.{name}" for name in job.letter.fields}
    return known | set(given(job)) | ({"variant", *cells.axes} if cells else set())


class Names:
    """The names of the files of one run."""

    def __init__(self, job: Job, pattern: Pattern, key: str | None) -> None:
        """:param key: column whose value names a record to people."""
        self._pattern = pattern
        self._key = key or ""
        self._given = given(job)
        self._asked = pattern.names() | ({"to.organisation"} if "to.name" in pattern.names() else set())

    def of(
        self, job: Job, record: Record, values: Mapping[str, Any], chosen: Mapping[str, str], cell: Cell | None
    ) -> str:
        """Give the path of a letter's file.

        :param job: its base; `values` are the record's by field path, `chosen` what it chooses.
        :raises LetterpressError: a value that the name needs is missing.
        """
        found = {name: self._value(name, job, record, values, chosen, cell) for name in self._asked}
        try:
            return file_names.fill(self._pattern, found)
        except LetterpressError as error:
            raise LetterpressError(replace(error.diagnostics[0], file=job.letter.path)) from error

    def _value(
        self,
        name: str,
        job: Job,
        record: Record,
        values: Mapping[str, Any],
        chosen: Mapping[str, str],
        cell: Cell | None,
    ) -> Any:
        """What a name stands for: the variant says it, else the record, else the letter itself."""
        if cell is not None and (name == "variant" or name in cell.choices):
            return (cell.name or "variant") if name == "variant" else cell.choices[name]
        if name == "record":
            return record.number
        if name == "record.row":  # as its spreadsheet shows it
            return record.number if record.row is None else record.row
        if name == "key":
            return record.values.get(self._key, "")
        if name == file_names.RECIPIENT and name not in record.values:
            return next(filter(None, (values.get(part) or self._given.get(part) for part in _RECIPIENT)), "")
        field = name.removeprefix("fields.")
        if field != name and field in values and field in job.letter.fields:
            return values[field]
        if name in chosen:
            return getattr(job.choices, name) if name in choices.COLUMNS else chosen[name]
        if name in values:
            return values[name]
        return record.values[name] if name in record.values else self._given.get(name)


def given(job: Job) -> dict[str, Any]:
    """Values that the letter itself has for a file's name."""
    letter = job.letter
    party = letter.to[0] if letter.to else None
    parts = {f"to.{name}": getattr(party, name) for name in columns.TO_PARTS if party is not None}
    defaults = {f"fields.{name}": spec.default for name, spec in letter.fields.items()}
    chosen = {name: getattr(job.choices, name) or getattr(letter, name, None) for name in choices.IN_NAMES}
    given = {"letter": letter.slug, **{name: str(value) for name, value in chosen.items() if value}}
    values = {**given, **parts, **defaults, **dict(job.values)}
    return {name: value for name, value in values.items() if value and "{{" not in str(value)}
