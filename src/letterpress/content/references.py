"""Finds countries and offices that do not exist, and leaves out of a front matter what is at fault.

Not here: the shape of the front matter (`schema`), and the names of people and organisations (`reader`).
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from letterpress.addressing import countries
from letterpress.errors import FieldFault


def nearest(places: Mapping[str, Any], path: str) -> Any:
    """Find the place of a field, or that of the nearest group around it."""
    while path and path not in places:
        path = path.rpartition(".")[0]
    return places.get(path) if path else None


def unknown_country(party: Any, path: str, lang: str) -> list[FieldFault]:
    """Give the fault of a party whose country nobody knows, by its code or by name.

    :param path: the party's own path; empty in a file of its own.
    """
    name = party.get("country") if isinstance(party, dict) else None
    if not isinstance(name, str) or not name.strip() or "{{" in name or "\n" in name.strip():
        return []
    wrong = countries.unknown(name.strip(), lang)
    if wrong is None:
        return []
    field = f"{path}.country".lstrip(".")
    return [FieldFault(field, wrong.message, wrong.hint, wrong.code, wrong.value, wrong.params, wrong.instead)]


def unknown_countries(data: Mapping[str, Any]) -> list[FieldFault]:
    """Find the countries of sender and recipients that do not exist."""
    lang = str(data.get("lang") or "en-US")
    return [fault for path, party in _parties(data) for fault in unknown_country(party, path, lang)]


def _parties(data: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Sender and recipients, each with its path."""
    to = data.get("to")
    several = enumerate(to if isinstance(to, list) else [], start=1)
    return [("from", data.get("from")), *((f"to.{at}", party) for at, party in several), ("to", to)]


def unknown_offices(data: Mapping[str, Any]) -> list[FieldFault]:
    """Find the offices of sender and recipients that are no form of address."""
    return [fault for path, party in _parties(data) for fault in unknown_office(party, path)]


def unknown_office(party: Any, path: str) -> list[FieldFault]:
    """Find the offices of a party, and of its persons, that are no form of address."""
    if not isinstance(party, dict):
        return []
    faults = []
    key = party.get("office")
    if isinstance(key, str) and "{{" not in key:
        from letterpress.addressing import forms  # here: few letters name an office, and the table is long

        wrong = forms.unknown_office(key.strip())
        if wrong is not None:
            field = f"{path}.office".lstrip(".")
            faults.append(FieldFault(field, wrong.message, wrong.hint, wrong.code, key, wrong.params, wrong.instead))
    persons = party.get("persons")
    for at, person in enumerate(persons if isinstance(persons, list) else [], start=1):
        faults += unknown_office(person, f"{path}.persons.{at}".lstrip("."))
    return faults


def without(data: dict[str, Any], paths: list[str]) -> dict[str, Any]:
    """Leave the fields at fault out of `data`; the parameters go with a letterhead, since they are for it alone."""
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
