"""A record -> the values of a job.

Job: maps the columns of a record to the fields of a letter and the parts of its recipient. Secret: which names mean what.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from letterpress.model import Job, Letter

TO_PARTS = ("name", "honorific", "title", "organisation", "street", "postcode", "city", "region", "country", "lines")
"""Columns that make the recipient, with or without `to.` before them."""


def job_for(job: Job, record: Mapping[str, Any], number: int) -> Job:
    """`job` with the values of one record; `number` counts from 1."""
    shared = dict(job.values)
    values = {**shared, **dict(assign(job.letter, record))}
    return replace(job, values=tuple(values.items()), record=str(number), id=f"{job.letter.slug}-{number}")


def assign(letter: Letter, record: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    """Pairs (field path, value). A column that is a declared field is one; else a part of the recipient."""
    pairs: list[tuple[str, Any]] = []
    for column, value in record.items():
        name = letter.map.get(column, column)
        if name not in letter.fields and name in TO_PARTS:
            name = f"to.{name}"
        pairs.append((name, value))
    return tuple(pairs)
