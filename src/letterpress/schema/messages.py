"""Turns pydantic's complaints into faults: a field path that people count from 1, what is wrong, what to do.

A complaint is a dict: pydantic itself is not needed here, and not loaded. Source: the types of errors in pydantic's
documentation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from letterpress.errors import FieldError, FieldFault, did_you_mean, nearest, question, unknown_field
from letterpress.text import language_names

CURRENCY = r"^[A-Z]{3}$"
LANG = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
COLOUR = "^#[0-9A-Fa-f]{6}$"
PAGES = r"^[1-9][0-9]*(-([1-9][0-9]*)?)?( *, *[1-9][0-9]*(-([1-9][0-9]*)?)?)*$"


class _Spelling(NamedTuple):
    """How a format writes things, for hints."""

    field: str
    group: str
    items: str
    text: str
    quotes: str


_YAML = _Spelling(
    field="add '{name}:'",
    group="write 'name: value' lines below it",
    items="write one '- ' line for each",
    text="write one text",
    quotes='put the text in quotes: a colon followed by a space begins a field in YAML ("Re: your letter")',
)
_TOML = _Spelling(
    field="add '{name} = ...'",
    group="write a line [{path}], and 'name = value' lines below it",
    items='write it as a list: ["one", "two"]',
    text='write one text in quotes: "..."',
    quotes='write one text in quotes: "..."',
)


def _location(data: Any, written: tuple[Any, ...]) -> list[Any]:
    """Where in `data` a fault is: without pydantic's own steps, and without the 0 of a list that is written as one."""
    location = []
    for part in written:
        if isinstance(part, str) and part.startswith(("list[", "function-")):
            continue
        if isinstance(part, int):
            if not isinstance(data, list):
                continue
            data = data[part]
        else:
            data = data.get(part) if isinstance(data, Mapping) else None
        location.append(part)
    return location


_OPTIONS = frozenset(("carrier", "profile", "copy"))
"""What is no field of a file, but an option of render and merge."""


def of(parts: tuple[Any, ...], model: Any, data: Mapping[str, Any], error: Any, *, toml: bool = False) -> FieldFault:
    """One of pydantic's complaints about `data` as a fault.

    :param parts: models that may be nested in `model`, for the names that a place could have.
    :param toml: whether `data` was written in TOML; else in YAML. The hints show how a thing is written there.
    """
    location = _location(data, error["loc"])
    path = ".".join(str(part + 1) if isinstance(part, int) else part for part in location)
    kind, given = error["type"], error.get("input")
    spelling = _TOML if toml else _YAML
    if kind == "extra_forbidden":
        name = str(location[-1])
        known = _names_at(parts, model, location[:-1])
        from letterpress.schema import field_words  # here: few letters have this fault

        instead = field_words.meant(name, known)
        hint = question(instead) or did_you_mean(name, known)
        instead = instead or nearest(name, known)
        if name.strip() != name:  # YAML takes none but ordinary blanks for an indent
            hint = "no-break spaces stand before it: indent the line with ordinary ones"
        if hint is None and len(location) > 1:
            hint = f"known: {', '.join(known)}"
        elif hint is None and not toml:
            hint = "values for the text go below 'fields:', those for the letterhead below 'parameters:'"
        if len(location) == 1 and name in _OPTIONS:
            instead, hint = (
                (),
                f"it is chosen where letters are made: --{name} {given if isinstance(given, str) else ''}".rstrip(),
            )
        return unknown_field(path, name, hint, instead)
    if kind == "missing":
        return FieldFault(path, "is missing", spelling.field.format(name=location[-1]), "field-missing")
    if kind == "value_error":
        cause = error["ctx"]["error"]
        return cause.at(path) if isinstance(cause, FieldError) else FieldFault(path, str(cause), None, "value-invalid")
    if kind in ("literal_error", "string_pattern_mismatch") or kind.startswith("bool"):
        return _of_value(path, kind, str(given), error)
    expected = _EXPECTED.get(kind)
    if expected is None:
        message = error["msg"][:1].lower() + error["msg"][1:]
        return FieldFault(path, message, None, "value-invalid", _as_written(given))
    hint = {"group of fields": spelling.group.format(path=path), "list": spelling.items}.get(expected)
    if expected == "group of fields" and spelling is _YAML and (names := _of_group(parts, model, location, kind)):
        hint = f"{hint}; {names}"
    hint = hint or _text_hint(given, spelling)
    message = f"is a {expected}, and here stands {_named(given)}"
    return FieldFault(path, message, hint, "type-wrong", _as_written(given), (("expected", expected),))


_EXPECTED = {
    "string_type": "text",
    "model_type": "group of fields",
    "model_attributes_type": "group of fields",
    "dict_type": "group of fields",
    "list_type": "list",
}
"""Kind of complaint -> what the field takes."""


def _of_value(path: str, kind: str, given: str, error: Any) -> FieldFault:
    """The fault of a text that is not one of those that the field takes."""
    if kind == "literal_error":
        words = tuple(re.findall(r"'([^']*)'", error["ctx"]["expected"]))
        hint = did_you_mean(given, words) or f"one of {', '.join(words)}"
        near, params = nearest(given, words), (("choices", words),)
        return FieldFault(path, f"cannot be '{given}'", hint, "choice-unknown", given, params, near)
    if kind.startswith("bool"):
        message = f"'{given}' is neither true nor false"
        return FieldFault(path, message, "write true or false", "boolean-unreadable", given)
    code, what, hint = _PATTERNS[error["ctx"]["pattern"]]
    instead: tuple[str, ...] = ()
    if code == "language-unknown":
        instead = language_names.meant(given)
        hint = question(instead) or hint
    return FieldFault(path, f"'{given}' is not {what}", hint, code, given, instead=instead)


_PATTERNS = {
    COLOUR: ("colour-malformed", "a colour", "write the six digits that the letterhead's styles have, such as #0f4a56"),
    CURRENCY: (
        "currency-malformed",
        "a currency's code",
        "write the three capitals of ISO 4217, such as USD or EUR",
    ),
    PAGES: ("pages-malformed", "a choice of pages", "write pages and ranges, counted from 1, such as 1-3, 5"),
    LANG: (
        "language-unknown",
        "a language that letterpress can set",
        "write its name, or a BCP 47 tag such as en-US or de-CH",
    ),
}
"""Pattern of a field -> code, what it takes, and a hint."""


def _as_written(value: Any) -> str | None:
    return None if value is None or isinstance(value, Mapping | list) else str(value)


def _named(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "a group of fields"
    return "a list" if isinstance(value, list) else f"'{value}'"


def _text_hint(value: Any, spelling: _Spelling) -> str | None:
    if isinstance(value, Mapping) and value:
        return spelling.quotes
    return "write a text behind the colon, or leave the field out" if value is None else spelling.text


def _names_at(parts: tuple[Any, ...], model: Any, location: list[Any]) -> list[str]:
    """List the field names of the model that is nested at `location`."""
    current: Any = model
    for part in location:
        if isinstance(part, int):
            continue
        inner = _nested(parts, current, str(part))
        if inner is not None:
            current = inner
    return [field.alias or name for name, field in current.model_fields.items()]


def _of_group(parts: tuple[Any, ...], model: Any, location: list[Any], kind: str) -> str | None:
    """Say which names a group has that something else was written for."""
    if kind == "dict_type":
        return _FREE.get(str(location[-1])) if location else None
    names = _names_at(parts, model, location)
    return f"its fields are {', '.join(names)}" if names != _names_at(parts, model, location[:-1]) else None


_FREE = {
    "reference": "'ours' and 'yours' are known, or any label: 'ours: HC/2026/0417'",
    "parameters": "`letterpress letterheads NAME` lists those of a letterhead: 'fit: page'",
    "fields": "the names are your own, each with what it holds: 'amount: decimal'",
    "variants": "the names are choices or fields, each with a list: 'paper: [a4, letter]'",
    "map": "the names are columns, each with its field: 'ZIP: postcode'",
}
"""Groups whose names are not all known, with what they are."""


def _nested(parts: tuple[Any, ...], model: Any, name: str) -> Any:
    for key, field in model.model_fields.items():
        if name in (key, field.alias):
            for candidate in parts:
                if candidate.__name__ in str(field.annotation) or candidate.__name__ in str(field):
                    return candidate
    return None
