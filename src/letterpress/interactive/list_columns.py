"""Shows what each column of a list is used as, its first values, and the field that an unused one would be.

Not here: which column means what (recipients/columns.py).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from letterpress.batch.list_plan import OpenList, Reading
from letterpress.interactive import new_fields
from letterpress.interactive.new_fields import NewField
from letterpress.model import Job
from letterpress.recipients import column_names, marks

IGNORE = "ignore"
"""What a column is used as that is not for the letter."""
_SAMPLES = 3
"""Values of a column that are shown beside it."""
_LOOKED_AT = 200
"""Records from whose cells the type of a field is guessed."""
_FREE = ("unused", "ignored")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column, and what it is used as."""

    name: str
    letters: str | None
    """As the spreadsheet calls it: `B`; None where the source has no cells."""
    used_as: tuple[str, ...]
    """Paths of fields, as `fields.boxes` or `to.city`."""
    how: Literal["found", "chosen", "ignored", "unused"]
    """Whether that was found by its name, or somebody chose it."""
    samples: tuple[str, ...]
    """Its first values that are not empty."""
    field: NewField | None
    """What field it would be, if it is to be printed in the text; None where it is used already."""


def _is_empty(value: Any) -> bool:
    """Whether a cell has no value, or only says that it has none: n/a, NULL."""
    return value in ("", None) or (
        isinstance(value, str) and (column_names.is_nothing(value) or not marks.cleaned(str(value)))
    )


def of_list(job: Job, found: OpenList, reading: Reading) -> Iterator[Column]:
    """Say what each column of a list is used as."""
    table, mapped = found.table, found.mapped
    origin = table.origin
    cells: dict[str, list[Any]] = {name: [] for name in table.columns}
    for record in itertools.islice(table.records(), _LOOKED_AT):
        for name, value in record.values.items():
            if name in cells and not _is_empty(value):
                cells[name].append(value)
    chosen = {**job.letter.map, **reading.mapping}
    used: dict[str, list[str]] = {name: [] for name in table.columns}
    groups = [dict(mapped.paths), *(dict(group) for _, group in mapped.groups)]
    for path, names in (item for group in groups for item in group.items()):
        for name in names:
            if path not in used.setdefault(name, []):
                used[name].append(path)
    for name, otherwise in mapped.by_value.items():
        used.setdefault(name, []).append(otherwise or "to.honorific")
    if mapped.full_name:
        used.setdefault(mapped.full_name, []).append("to.name")
    for at, name in enumerate(table.columns):
        cell = origin.cell(at, origin.header_row)
        explicit = chosen.get(name)
        paths = tuple(dict.fromkeys(used[name]))
        how: Literal["found", "chosen", "ignored", "unused"] = "found" if paths else "unused"
        if explicit is not None:
            how = "ignored" if explicit == IGNORE else "chosen"
        letters = None if cell is None else cell.rstrip("0123456789")
        samples = tuple(str(value) for value in cells[name][:_SAMPLES])
        field = new_fields.guess(name, cells[name], job.letter, job.letter.fields) if how in _FREE else None
        yield Column(name=name, letters=letters, used_as=paths, how=how, samples=samples, field=field)
