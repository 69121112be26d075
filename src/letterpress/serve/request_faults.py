"""Says what is wrong with a request's body and parameters: pydantic's complaints in plain words, and JSON that is none.

Not here: how a body is read (bodies.py), what may be in it (models.py). Source: the types of errors in pydantic's
documentation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel

from letterpress.errors import Diagnostic, did_you_mean, fixes, nearest

_MOST = 50
"""Faults of one request that are told."""
_EXPECTED = {
    "string": "a text",
    "bool": "true or false",
    "int": "a whole number",
    "decimal": "a number",
    "float": "a number",
    "is": "a number",
    "none": "null",
    "dict": "an object",
    "mapping": "an object",
    "model": "an object",
    "list": "a list",
    "tuple": "a list",
}
"""How the types of complaints begin that a value is of another kind -> what is expected."""
_KIND = re.compile(
    r"(string|bool|int|decimal|float|none|dict|mapping|model|list|tuple)_(?:\w+_)?(?:type|parsing|required)"
)


def fault(message: str, field: str | None, hint: str | None = None, **about: Any) -> Diagnostic:
    """Make a fault of a request.

    :param field: path of what it is about: `variants.2.paper`, or the name of a part.
    :param about: further fields of `Diagnostic`.
    """
    return Diagnostic(message=message, field=field and field[:200], hint=hint, code="request-invalid", **about)


def of_errors(
    errors: Iterable[Any], given: Any, model: type[BaseModel] | None = None, part: str | None = None
) -> list[Diagnostic]:
    """Make faults of pydantic's complaints; those of one place, which is of several kinds, are one.

    :param given: what was checked.
    :param model: that it was checked by; None: parameters of the path and the query.
    :param part: of a multipart body, that it came in.
    """
    found: dict[tuple[str | int, ...], list[Any]] = {}
    for error in errors:
        found.setdefault(_place(error, given, model), []).append(error)
    return [_of_place(place, many, model, part) for place, many in list(found.items())[:_MOST]]


def _place(error: Any, given: Any, model: type[BaseModel] | None) -> tuple[str | int, ...]:
    """Where in the request it is: without the kinds of a value of several, which pydantic writes behind it."""
    if model is None:
        return tuple(error["loc"])
    place: list[str | int] = []
    for step in error["loc"]:
        if (isinstance(given, Mapping) and step in given) or (isinstance(given, list) and isinstance(step, int)):
            given = given[step]
        elif error["type"] != "missing":
            break
        place.append(step)
    return tuple(place)


def _of_place(
    place: tuple[str | int, ...], errors: Sequence[Any], model: type[BaseModel] | None, part: str | None
) -> Diagnostic:
    steps = [str(step + 1) if isinstance(step, int) else step for step in place]
    field = ".".join([*([part] if part else []), *steps]) or None
    error, value = errors[0], errors[0].get("input")
    kind, context = error["type"], error.get("ctx", {})
    known = _names(model, place[:-1]) if model else ()
    if kind == "missing":
        return fault("is missing", field, f'add "{steps[-1]}": {_about(model, place)}' if model else None)
    if kind == "extra_forbidden":
        return _unknown(steps[-1], field, known)
    if kind == "literal_error":
        words = tuple(re.findall(r"'([^']*)'", str(context.get("expected", ""))))
        near = nearest(str(value), words)
        message, hint = f"cannot be {_shown(value)}", did_you_mean(str(value), words)
        return fault(message, field, hint, **_value(value), params=(("choices", words),), fixes=fixes(value, near))
    expected = dict.fromkeys(filter(None, (_expected(one["type"]) for one in errors)))
    if "a number" in expected:
        expected.pop("a whole number", None)
    if expected:
        what = "the body is" if field is None else "is"
        message = f"{what} {_called(value)}, and {' or '.join(expected)} is expected"
        return fault(message, field, _hint(value, [*expected]) if place else _example(model), **_value(value))
    return fault(_otherwise(kind, context, error["msg"]), field, _about(model, place) or None, **_value(value))


def _unknown(name: str, field: str | None, known: Sequence[str]) -> Diagnostic:
    near = nearest(name, known)
    hint = did_you_mean(name, known) or f"there are {', '.join(known)}"
    if not near and "data" in known:
        hint = 'what is printed in the letter goes into "data"; ' + hint
    return fault("there is no such field here", field, hint, value=name[:200], fixes=fixes(name, near, kind="rename"))


def _expected(kind: str) -> str | None:
    match = _KIND.fullmatch(kind)
    return _EXPECTED[match[1]] if match else None


def _otherwise(kind: str, context: Mapping[str, Any], said: str) -> str:
    """Say what else a value can be wrong in."""
    words = {
        "string_too_long": "is longer than {max_length} characters",
        "string_too_short": "is shorter than {min_length} characters",
        "too_long": "has more than {max_length} entries",
        "too_short": "has less than {min_length} entries",
        "greater_than_equal": "is less than {ge}",
        "less_than_equal": "is more than {le}",
        "string_pattern_mismatch": "is not as it has to be: {pattern}",
        "finite_number": "is no finite number",
        "int_from_float": "is no whole number",
        "string_unicode": "holds half a character",
    }
    form = words.get(kind)
    said = said.removeprefix("Value error, ")
    return form.format(**context) if form else said[:1].lower() + said[1:].replace("\n", " ")


def _example(model: type[BaseModel] | None) -> str:
    """An object that an endpoint takes."""
    known = _fields(model) if model else {}
    for name, example in _EXAMPLES.items():
        if name in known:
            return f"send an object, such as {example}"
    return "send an object"


_EXAMPLES = {
    "text": '{"text": "---\\nletterhead: plain\\n---\\nA text."}',
    "data": '{"data": {"name": "Ada Brook"}}; {} is for the letter as it is',
    "records": '{"records": [{"name": "Ada Brook"}]}',
    "variants": '{"variants": [{"paper": "a4"}]}; {} is for the letter\'s own',
    "pdf": '{"key": "NAME", "pdf": "..."}, with the PDF in base64',
    "key": '{"key": "NAME"}',
}
"""Field of a body -> an example of a body that has it."""


def _hint(value: Any, expected: list[str]) -> str | None:
    number = isinstance(value, int | float) or type(value).__name__ == "Decimal"
    if "a text" in expected and number and not isinstance(value, bool):
        return f'write it in quotes: "{value}"'
    if "a text" in expected and value is None:
        return "write a text, or leave it out"
    return "write one entry for each: [...]" if "a list" in expected else None


def _value(value: Any) -> dict[str, Any]:
    plain = isinstance(value, str | int | float | bool)
    return {"value": value[:200] if isinstance(value, str) else value} if plain else {}


def _shown(value: Any) -> str:
    return f"'{value[:60]}'" if isinstance(value, str) else _called(value)


def _called(value: Any) -> str:
    """What JSON calls a value."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list | tuple):
        return "a list"
    return f"the text {_shown(value)}" if isinstance(value, str) else f"the number {value}"


# --- what there is ----------------------------------------------------------------------------------------------------


def _model_at(model: type[BaseModel], place: Sequence[str | int]) -> type[BaseModel] | None:
    """The model that is nested at a place; None: there is none."""
    current: type[BaseModel] | None = model
    for step in place:
        if isinstance(step, str) and current is not None:
            field = _fields(current).get(step)
            if field is not None:  # else it is a name in a group of such models
                current = next(iter(_models(field.annotation)), None)
    return current


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [one for inner in get_args(annotation) for one in _models(inner)]


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _names(model: type[BaseModel], place: Sequence[str | int]) -> tuple[str, ...]:
    found = _model_at(model, place)
    return tuple(_fields(found)) if found else ()


def _about(model: type[BaseModel] | None, place: Sequence[str | int]) -> str:
    """What a field is, as the OpenAPI document says it."""
    owner = _model_at(model, place[:-1]) if model and place else None
    field = _fields(owner).get(str(place[-1])) if owner else None
    return str(field.description or "") if field is not None else ""


# --- JSON that is none ------------------------------------------------------------------------------------------------


def of_json(body: bytes, error: Exception, part: str | None, model: type[BaseModel] | None) -> Diagnostic:
    """Say why a body, or a part of it, is no JSON.

    :param error: what reading it raised.
    :param part: of a multipart body.
    :param model: of what is expected.
    """
    what, example = "the part" if part else "the body", _example(model)
    if not body.strip():
        return fault(f"{what} is empty", part, example)
    if isinstance(error, RecursionError):
        return fault(
            f"{what} is nested too deeply", part, "values of a letter are texts, numbers, yes or no, and lists"
        )
    if isinstance(error, UnicodeError):
        return fault(f"{what} holds half a character, or is not UTF-8", part, "write JSON in UTF-8")
    if isinstance(error, json.JSONDecodeError):
        place = f"line {error.lineno}, character {error.colno}"
        hint = "names and texts stand in double quotes, and nothing behind the last comma"
        return fault(f"{what} is no JSON: it cannot be read on from {place}", part, hint)
    return fault(f"{what} is no JSON: {error}", part, example)
