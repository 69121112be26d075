"""What the border complains about, in plain words.

Job: turns pydantic's complaints into faults: a field path that people count from 1, what is wrong, what to do. Secret:
the kinds of complaints there are. Needs no pydantic: a complaint is a dict.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from letterpress.errors import FieldError, FieldFault, did_you_mean

COUNTRY = r"^[A-Za-z]{2}$"
CURRENCY = r"^[A-Z]{3}$"
LANG = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
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


def of(parts: tuple[Any, ...], model: Any, data: Mapping[str, Any], error: Any, *, toml: bool = False) -> FieldFault:
    """One of pydantic's complaints about `data` as a fault.

    :param parts: models that may be nested in `model`, for the names that a place could have.
    :param toml: whether `data` was written in TOML; else in YAML. The hints show how a thing is written there.
    """
    spelling = _TOML if toml else _YAML
    location = _location(data, error["loc"])
    path = ".".join(str(part + 1) if isinstance(part, int) else part for part in location)
    kind, given = error["type"], error.get("input")
    if kind == "extra_forbidden":
        name = str(location[-1])
        known = _names_at(parts, model, location[:-1])
        return FieldFault(path, "unknown field", did_you_mean(name, known))
    if kind == "missing":
        return FieldFault(path, "is missing", spelling.field.format(name=location[-1]))
    if kind == "value_error":
        cause = error["ctx"]["error"]
        if isinstance(cause, FieldError):
            return FieldFault(path, cause.message, cause.hint)
        return FieldFault(path, str(cause), None)
    if kind == "literal_error":
        words = re.findall(r"'([^']*)'", error["ctx"]["expected"])
        return FieldFault(path, f"cannot be '{given}'", did_you_mean(str(given), words) or f"one of {', '.join(words)}")
    if kind == "string_type":
        return FieldFault(path, f"is a text, and here stands {_named(given)}", _text_hint(given, spelling))
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return FieldFault(
            path, f"is a group of fields, and here stands {_named(given)}", spelling.group.format(path=path)
        )
    if kind == "list_type":
        return FieldFault(path, f"is a list, and here stands {_named(given)}", spelling.items)
    if kind == "string_pattern_mismatch":
        what, hint = _PATTERNS[error["ctx"]["pattern"]]
        tag = str(given).replace("_", "-")
        if re.fullmatch(LANG, tag) and "language" in what:
            hint = f"did you mean '{tag}'?"
        return FieldFault(path, f"'{given}' is not {what}", hint)
    if kind.startswith("bool"):
        return FieldFault(path, f"'{given}' is neither true nor false", "write true or false")
    return FieldFault(path, error["msg"][:1].lower() + error["msg"][1:], None)


_PATTERNS = {
    COUNTRY: ("a country's code", "write the two letters of ISO 3166-1, such as US or DE"),
    CURRENCY: ("a currency's code", "write the three capitals of ISO 4217, such as USD or EUR"),
    PAGES: ("a choice of pages", "write pages and ranges, counted from 1, such as 1-3, 5"),
    LANG: ("a language's tag", "write a BCP 47 tag, such as en-US or de-CH"),
}


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
    """The field names of the model that is nested at `location`."""
    current: Any = model
    for part in location:
        if isinstance(part, int):
            continue
        inner = _nested(parts, current, str(part))
        if inner is not None:
            current = inner
    return [field.alias or name for name, field in current.model_fields.items()]


def _nested(parts: tuple[Any, ...], model: Any, name: str) -> Any:
    for key, field in model.model_fields.items():
        if name in (key, field.alias):
            for candidate in parts:
                if candidate.__name__ in str(field.annotation) or candidate.__name__ in str(field):
                    return candidate
    return None
