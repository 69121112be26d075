"""Says what a letter's file may be named after, and what of it the letter itself has.

Not here: how a name is made of it (file_names.py).
"""

from __future__ import annotations

from typing import Any

from letterpress.batch.variants import Cells
from letterpress.letterhead import choices
from letterpress.model import Job
from letterpress.recipients import columns
from letterpress.recipients.columns import Mapped


def known_names(job: Job, mapped: Mapped, cells: Cells | None = None) -> set[str]:
    """Say what may stand in a file's name."""
    known = {"record", "letter", "key", *choices.COLUMNS} | set(mapped.columns) | set(mapped.paths)
    known |= {name for name, _ in job.values} | {f"fields.{name}" for name in job.letter.fields}
    return known | set(given(job)) | ({"variant", *cells.axes} if cells else set())


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
