"""Reads the value of a letterhead's parameter by its type, and holds the defaults of a letterhead.toml to the same.

Not here: where the value for a letter comes from (`parameters`).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from letterpress.errors import FieldError, FieldFault, did_you_mean, nearest

if TYPE_CHECKING:
    from letterpress.letterhead.definition import Parameter

_LENGTH = re.compile(r"-?\d+(\.\d+)?(mm|cm|in|pt|px|em|rem)|0")
_COLOR = re.compile(r"#[0-9A-Fa-f]{3}([0-9A-Fa-f]{3})?|[A-Za-z]+|rgb\(\d+, *\d+, *\d+\)")
_ALIKE = 0.85
"""How like the name of a parameter another one is that is a typing mistake: acent, and not slogan (0.8 of logo)."""
_COLOR_HINT = "write it as #7a1f33, or as one of the colour names of style sheets: navy, darkred, teal"


def read(value: Any, spec: Parameter) -> Any:
    """Read the value of a parameter.

    :raises FieldError: it is not of the parameter's type.
    """
    text = "" if value is None else str(value).strip()
    if spec.type == "boolean":
        if isinstance(value, bool) or text.lower() in ("true", "false"):
            return value if isinstance(value, bool) else text.lower() == "true"
        raise _malformed(f"'{text}' is neither true nor false", text, spec)
    if isinstance(value, bool | list | tuple | Mapping):
        raise _malformed(f"'{value}' is not a {spec.type}", str(value), spec)
    if spec.type == "integer" and not re.fullmatch(r"[+-]?\d{1,9}", text):
        raise _malformed(f"'{text}' is not a whole number", text, spec)
    if spec.type == "number" and not re.fullmatch(r"[+-]?\d{1,9}(\.\d{1,9})?", text):
        raise _malformed(f"'{text}' is not a number", text, spec)
    if spec.type == "length" and not _LENGTH.fullmatch(text):
        raise _malformed(f"'{text}' is not a length such as 25mm or 11.5pt", text, spec)
    if spec.type == "length" and spec.least and not text.endswith("em"):
        _check_least(text, spec.least)
    if spec.type == "color" and not _is_color(text):
        raise _malformed(f"'{text}' is not a colour such as #1a3e6e", text, spec, _COLOR_HINT)
    if spec.type == "choice" and text not in spec.choices:
        message = f"'{text}' is not one of its choices: {', '.join(spec.choices)}"
        near, params = nearest(text, spec.choices), (("choices", tuple(spec.choices)),)
        raise FieldError(message, code="choice-unknown", value=text, params=params, instead=near)
    return {"integer": int, "number": float}.get(spec.type, str)(text)


def default(
    name: str, spec: Parameter, inherited: Mapping[str, Parameter], *, anew: bool
) -> tuple[Any, FieldFault | None]:
    """Read the default that a letterhead.toml gives a parameter.

    :param inherited: the parameters of what the letterhead extends.
    :param anew: whether it says a type, choices or a description, as of a parameter that is new.
    :returns: its value, and what is wrong.
    """
    near = tuple(difflib.get_close_matches(name.casefold(), inherited, cutoff=_ALIKE))
    if name not in inherited and near and (not anew or name.casefold() in near):
        message = f"no letterhead that this one extends has a parameter '{name}'"
        hint = did_you_mean(name.casefold(), inherited)
        hint = f"{hint} A new parameter has a type or a description" if not anew else hint
        return spec.default, FieldFault(
            f"parameters.{name}", message, hint, "parameter-unknown", name, (), near, rename=True
        )
    if spec.default is None:
        return None, None
    try:
        return read(spec.default, spec), None
    except FieldError as error:
        return spec.default, error.at(f"parameters.{name}.default", f"it is of type {spec.type}")


def _is_color(text: str) -> bool:
    if not _COLOR.fullmatch(text):
        return False
    from letterpress.rawhtml import styles  # here: few letters give a colour

    return styles.color(text) is not None


def _malformed(message: str, text: str, spec: Parameter, hint: str | None = None) -> FieldError:
    return FieldError(message, hint, code="parameter-malformed", value=text, params=(("type", spec.type),))


def _check_least(text: str, least: str) -> None:
    """Check a length that is not measured by its type.

    :raises FieldError: it is less than `least`.
    """
    from letterpress.letterhead import zones  # here: few letters give such a length

    if zones.points(text) < zones.points(least):
        message, params = f"{text} is less than {least}, which is the least", (("least", least),)
        raise FieldError(message, code="length-too-small", value=text, params=params)
