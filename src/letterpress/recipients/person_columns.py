"""Says what columns that hold parts of people's names make together: a given name in one column and a family name in
another are one name, whichever way the columns are named.

Not here: what the name of a single column means (column_names.py); where it goes (column_places.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from letterpress.addressing import households
from letterpress.model import Person

NAME_OR_FIRM = "name_or_firm"
"""Meaning of a column that has firms and people: `Name / Firma`."""
_PARTS = {"to.given": "given_name", "to.family": "family_name"}
_NAME = ("to.name", "given_name", "family_name")


def settled(meant: Iterable[tuple[str, str | None]]) -> tuple[list[tuple[str, str | None]], str | None]:
    """Give each column with what it means beside the others, and the one whose family names may be firms.

    A part of a name that a map says (`to.family`) makes the name as a column that is known by its own name does; beside
    a column of the whole name, the parts say which of it is the family's.
    """
    meant = list(meant)
    kinds = {meaning for _, meaning in meant}
    instead: dict[str, str] = {} if "to.name" in kinds and not {*_NAME[1:]} & kinds else dict(_PARTS)
    if NAME_OR_FIRM in kinds:
        given = {"given_name", "to.given"} & kinds
        named = {"to.name", "family_name", "to.family"} & kinds
        whole = "to.organisation" if named and "to.organisation" not in kinds else "to.name"
        instead[NAME_OR_FIRM] = "family_name" if given and not named else whole
    or_firm = next((column for column, meaning in meant if meaning == NAME_OR_FIRM), None)
    is_family = instead.get(NAME_OR_FIRM) == "family_name"
    return [
        (column, instead.get(meaning, meaning) if meaning else None) for column, meaning in meant
    ], or_firm if is_family else None


def with_firm(values: dict[str, Any]) -> None:
    """Put what stands in a column of family names or firms where a firm belongs, if no given name and no form of
    address stand beside it: there is no person."""
    name = str(values.get("to.name", ""))
    if not name or {"to.given", "to.honorific", "to.organisation"} & values.keys():
        return
    if "," in name and households.read(Person(name=name), "").kind == "persons":  # Orr, Hans
        return
    values["to.organisation"] = values.pop("to.name")
    values.pop("to.family", None)


def without_family(paths: Mapping[str, Sequence[str]]) -> bool:
    """Say whether columns give given names, and none a family name: every name would lack it.

    :param paths: the columns of each field.
    """
    if "to.given" not in paths or "to.family" in paths or "to.lines" in paths:
        return False
    return set(paths["to.given"]) & set(paths.get("to.name", paths["to.given"])) != set()
