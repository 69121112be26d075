"""Finds values of a recipient that would not be printed, or not as they are meant: `true` for a name, a street beside
`lines`, a form of address for nobody.

Not here: what an address lacks (nobody.py), and what exports leave in values (marks.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from letterpress.errors import Diagnostic
from letterpress.recipients.columns import Mapped

_SWITCHES = ("true", "false")
_UNPRINTED = frozenset(f"to.{part}" for part in ("honorific", "title", "gender", "email", "phone", "web"))
"""Parts that make no line of an address by themselves."""
_BESIDE = ("street", "region")
"""Parts that `lines` leave no place for."""


def wrong(mapped: Mapped, record: Mapping[str, Any]) -> Iterator[tuple[str, Diagnostic]]:
    """Find values that are no text where one belongs: pairs of column and fault."""
    for path, column, _ in mapped.direct:
        value = record.get(column) if column is not None else None
        if column is None or not path.startswith("to.") or path == "to.gender":
            continue
        if isinstance(value, bool) or (isinstance(value, str) and value in _SWITCHES):
            message, shown = f"is {str(value).lower()}, and a text belongs here", str(value).lower()
        elif isinstance(value, list) and not value and path != "to.lines":
            message, shown = "is an empty list, and one value belongs here", None
        else:
            continue
        hint = "write what is to be printed, or leave it out"
        yield column, Diagnostic(message=message, field=path, hint=hint, code="type-wrong", value=shown)


def lost(values: Mapping[str, Any]) -> tuple[Diagnostic, ...]:
    """Warn of values that no line of the letter's address has.

    :param values: the record's values by field path.
    """
    parts = [path for path in values if path.startswith("to.")]
    if parts and _UNPRINTED.issuperset(parts):
        names = ", ".join(path.removeprefix("to.") for path in parts)
        return (
            Diagnostic(
                severity="warning",
                message=f"the recipient has {names} alone: the letter has no name and no address",
                field=parts[0],
                hint="add a name, an organisation or an address, or leave it out",
                code="recipient-unprinted",
                params=(("parts", tuple(path.removeprefix("to.") for path in parts)),),
            ),
        )
    if "to.lines" not in values:
        return ()
    lines = values["to.lines"]
    text = "\n".join(map(str, lines)) if isinstance(lines, list | tuple) else str(lines)
    left = [part for part in _BESIDE if str(values.get(f"to.{part}") or "") not in text]
    return tuple(
        Diagnostic(
            severity="warning",
            message=f"the {part} is not printed: 'lines' are the whole address",
            field=f"to.{part}",
            hint="write it among the lines, or give name, street and city instead of 'lines'",
            code="address-mixed",
            value=str(values[f"to.{part}"]),
            params=(("part", part),),
        )
        for part in left
    )


def has_lines(mapped: Mapped, record: Mapping[str, Any]) -> bool:
    """Whether a record gives an address in lines, whatever becomes of them beside a town."""
    return any(record.get(column) for column in mapped.paths.get("to.lines", ()))
