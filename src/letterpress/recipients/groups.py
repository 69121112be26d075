"""Makes one recipient of the records that a group has: a household's persons over one address.

Who stands in several records is one person. Everything else of the letter is the first record's; where the others have
something else, that is said. Not here: which records make a group (selection.py), what a body prints of them
(`filling.listed_records`), and how several persons are addressed (`addressing`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from letterpress.errors import Diagnostic
from letterpress.recipients.column_names import CHOICES, GROUP_FIELD, fold
from letterpress.recipients.columns import Mapped

_PERSON = ("name", "honorific", "title", "given", "family", "gender", "office")
_ADDRESS = ("organisation", "attention", "care_of", "street", "postcode", "city", "region", "country", "lines")
_SHARED = (*(f"to.{part}" for part in _ADDRESS), *CHOICES, "subject", "salutation", "closing", "postscript")
_SHOWN = 3
"""Values of a column in which records differ, that are shown."""


def persons(members: Sequence[Mapping[str, Any]]) -> list[tuple[int, dict[str, Any]]]:
    """Find the persons of a group, if it has several: for each the number of its record in the group, and its parts.

    :param members: the records' values by field path.
    """
    found: dict[str, tuple[int, dict[str, Any]]] = {}
    for at, values in enumerate(members):
        parts = {part: values[f"to.{part}"] for part in _PERSON if f"to.{part}" in values}
        name = parts.get("name") or " ".join(str(parts[part]) for part in ("given", "family") if part in parts)
        if name:
            found.setdefault(fold(str(name)), (at, parts))
    return list(found.values()) if len(found) > 1 else []


def member_values(mapped: Mapped, values: Mapping[str, Any]) -> dict[str, Any]:
    """One record of a group, as the letter's body sees it: by field and by part of the address; None: an empty cell."""
    empty = dict.fromkeys(path.rpartition(".")[2] for path in mapped.paths if path not in CHOICES)
    return {**empty, **{path.rpartition(".")[2]: value for path, value in values.items() if path != "to.persons"}}


def differences(
    members: Sequence[Mapping[str, Any]], chosen: Sequence[Mapping[str, str]], used: Iterable[str], mapped: Mapped
) -> tuple[Diagnostic, ...]:
    """Warn of what the records of a group do not agree in, though the letter has it once.

    :param members: the records' values by field path; `chosen` likewise, what they choose.
    :param used: fields that the letter's texts name by themselves, and not in a loop over the records.
    """
    said = []
    for path in (*_SHARED, *used):
        source = chosen if path in CHOICES else members
        values = {fold(str(one[path])): one[path] for one in source if path in one}
        if len(values) < 2:
            continue
        shown = ", ".join(f"'{value}'" for value in [*values.values()][:_SHOWN]) + (
            ", ..." if len(values) > _SHOWN else ""
        )
        hint = "mend the list, or group by more columns: --group-by 'A,B'"
        if path.startswith("fields."):
            name = path.removeprefix("fields.")
            hint = (
                f"print it for each record: {{% for one in fields.{GROUP_FIELD} %}}{{{{ one.{name} }}}}{{% endfor %}}"
            )
        what = mapped.column(path) or path
        said.append(
            Diagnostic(
                severity="warning",
                message=f"the records of this group differ in {what} ({shown}): the first is taken",
                field=path,
                hint=hint,
                code="group-differs",
                params=(("values", tuple(map(str, values.values()))),),
            )
        )
    return tuple(said)


_IN_MEMBER = re.compile(rf"fields\.{GROUP_FIELD}\.(\d+)\.(.+)")
_IN_PERSON = re.compile(r"to\.persons\.(\d+)\.(.+)")


def place(path: str | None, members: Sequence[Mapping[str, Any]]) -> tuple[int, str | None]:
    """Find the record of a group that a fault's field is of, from 0, and the field's name in it."""
    if path is not None and (match := _IN_MEMBER.fullmatch(path)):
        name = match[2]
        at = int(match[1]) - 1
        return (
            (at, next((known for known in members[at] if known.rpartition(".")[2] == name), name))
            if at < len(members)
            else (0, path)
        )
    if path is not None and (match := _IN_PERSON.fullmatch(path)):
        found = persons(members)
        number = int(match[1]) - 1
        return (found[number][0], f"to.{match[2]}") if number < len(found) else (0, path)
    return 0, path
