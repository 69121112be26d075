"""Reads the records that a list holds, such as a group's (`fields.records`): values as their fields declare them.

A value in a record of a list is of the type of the letter's field that has its name; a cell without a value has the
field's default. Not here: which records make a group (`recipients.selection`), and how one value is read
(`field_values`).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import Any

from letterpress.errors import FieldError, Problem, Severity
from letterpress.filling import field_values
from letterpress.filling.checks import SHOWN
from letterpress.filling.context import MISSING, Faults, FillContext, counted
from letterpress.templating.filters import RecordValues


def read(context: FillContext, faults: Faults, name: str, items: Iterable[Any]) -> list[Any]:
    """Read the items of a list that are records; others stay as they are.

    :param name: of the field of type list; what is wrong in a record is noted for `fields.NAME.NUMBER.VALUE`.
    """
    items = list(items)
    named = set(itertools.chain.from_iterable(item for item in items if isinstance(item, Mapping)))
    if not named:
        return items
    known = {*named, *SHOWN, *context.letter.fields}
    read_items = []
    for at, item in counted(items):
        if not isinstance(item, Mapping):
            read_items.append(item)
            continue
        values = {key: _read(context, faults, (name, at, key), value) for key, value in _with_defaults(context, item)}
        read_items.append(RecordValues(f"fields.{name}.{at}", values, known))
    return read_items


def _with_defaults(context: FillContext, item: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    yield from item.items()
    for key, spec in context.letter.fields.items():
        if key not in item and spec.default is not None:
            yield key, None


def _read(context: FillContext, faults: Faults, place: tuple[str, int, str], value: Any) -> Any:
    spec = context.letter.fields.get(place[2])
    is_given = value is not None and value != ""
    if spec is None or spec.type == "list":
        return value if is_given else None
    value = value if is_given else spec.default
    if value is None:
        if not spec.required:
            return None
        _note(faults, place, Problem("is required and has no value", "fill in the cell", "value-missing"))
        return MISSING
    try:
        typed = field_values.read(value, spec, context.lang, spec.writing if is_given else None)
    except FieldError as error:
        hint = error.hint or f"it is declared as {spec.type}"
        _note(faults, place, Problem(error.message, hint, error.code, error.value, error.params, error.instead))
        return MISSING
    if rounded := field_values.doubt(typed):
        _note(faults, place, rounded, "warning")
    return typed


def _note(faults: Faults, place: tuple[str, int, str], problem: Problem, severity: Severity = "error") -> None:
    """Note what is wrong with a value, but not what has been said of a group's first record as the letter's own."""
    name, at, key = place
    said = any(
        fault.field == f"fields.{key}" and fault.code == problem.code and fault.value == problem.value
        for fault in faults
    )
    if at > 1 or not said:
        faults.of_field(problem, f"fields.{name}.{at}.{key}", severity)
