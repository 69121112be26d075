"""What is wrong with a letter's front matter beyond its shape.

Job: finds countries and offices that do not exist, and leaves out what is at fault, so that the rest can be examined in
the same run. Secret: how a field's path leads through the data.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

from letterpress.addressing import address
from letterpress.errors import FieldFault

_MISTAKEN_COUNTRIES = {"UK": "GB", "EL": "GR"}


def nearest(places: Mapping[str, Any], path: str) -> Any:
    """The place of a field, or that of the nearest group around it."""
    while path and path not in places:
        path = path.rpartition(".")[0]
    return places.get(path) if path else None


def unknown_country(party: Any, path: str) -> list[FieldFault]:
    """The fault of a party whose country does not exist."""
    code = party.get("country") if isinstance(party, dict) else None
    if not isinstance(code, str) or not re.fullmatch("[A-Za-z]{2}", code.strip()) or address.is_country(code.strip()):
        return []
    usual = _MISTAKEN_COUNTRIES.get(code.strip().upper())
    hint = f"did you mean '{usual}'?" if usual else "write the two letters of ISO 3166-1, such as US or DE"
    return [FieldFault(f"{path}.country".lstrip("."), f"there is no country '{code}'", hint)]


def unknown_offices(data: Mapping[str, Any]) -> list[FieldFault]:
    """Offices of sender and recipients that are no form of address."""
    to = data.get("to")
    parties = [("from", data.get("from")), ("to", to)]
    parties += [(f"to.{at}", one) for at, one in enumerate(to if isinstance(to, list) else [], start=1)]
    return [fault for path, one in parties for fault in unknown_office(one, path)]


def unknown_office(party: Any, path: str) -> list[FieldFault]:
    """Offices of a party, and of its persons, that are no form of address."""
    if not isinstance(party, dict):
        return []
    found = []
    key = party.get("office")
    if isinstance(key, str) and "{{" not in key:
        from letterpress.addressing import forms  # here: few letters name an office, and the table is long

        wrong = forms.unknown_office(key.strip())
        if wrong is not None:
            field = f"{path}.office".lstrip(".")
            found.append(FieldFault(field, wrong.message, wrong.hint, wrong.code, key, wrong.params, wrong.instead))
    persons = party.get("persons")
    for at, one in enumerate(persons if isinstance(persons, list) else [], start=1):
        found += unknown_office(one, f"{path}.persons.{at}".lstrip("."))
    return found


def without(data: dict[str, Any], paths: list[str]) -> dict[str, Any]:
    """`data` without the fields at fault; the parameters go with a letterhead, since they are for it alone."""
    kept: dict[str, Any] = copy.deepcopy(data)
    for path in paths:
        if path == "letterhead":
            kept.pop("parameters", None)
        steps = path.split(".")
        group: Any = kept
        for step in steps[:-1]:
            group = group.get(step) if isinstance(group, dict) else _item(group, step)
        if isinstance(group, dict) and steps[-1] in group:
            del group[steps[-1]]
        else:
            kept.pop(steps[0], None)
    return kept


def _item(group: Any, step: str) -> Any:
    return group[int(step) - 1] if isinstance(group, list) and step.isdigit() and int(step) <= len(group) else None
