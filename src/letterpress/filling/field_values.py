"""Reads the text that a record, a default or --set gives for a declared field, as the field's type.

Not here: how a language writes numbers, dates, yes and no (`text.language`).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from letterpress.errors import FieldError, did_you_mean, nearest
from letterpress.model import FieldSpec
from letterpress.templating.filters import Money
from letterpress.text import language


def read(value: Any, spec: FieldSpec, lang: str) -> Any:
    """Read a value as its field's type.

    :param lang: the letter's language, whose way of writing numbers and dates is taken.

    :raises FieldError: it is not of the field's type.
    """
    if spec.type == "list":
        return _read_list(value)
    if spec.type == "boolean":
        return value if isinstance(value, bool) else language.read_boolean(str(value), lang)
    if spec.type == "date":
        return value if isinstance(value, datetime.date) else _read_date(str(value), lang)
    if spec.type in ("integer", "decimal", "money"):
        return _read_number(value, spec, lang)
    text = as_text(value)
    if spec.type == "choice" and text not in spec.choices:
        hint = did_you_mean(text, spec.choices) or "its choices are " + ", ".join(spec.choices)
        raise FieldError(
            f"'{text}' is not one of its choices",
            hint,
            code="choice-unknown",
            value=text,
            params=(("choices", tuple(spec.choices)),),
            instead=nearest(text, spec.choices),
        )
    return text


def as_text(value: Any) -> str:
    """Write a value as a table or --set has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)


def _read_date(text: str, lang: str) -> datetime.date:
    try:
        return language.read_date(text, lang)
    except FieldError as error:
        from letterpress.schema import dates  # here: no letter without this fault needs it

        error.instead = error.instead or dates.readings(text)
        raise


def _read_number(value: Any, spec: FieldSpec, lang: str) -> Any:
    text = as_text(value).strip()
    if spec.type == "money":
        assert spec.currency is not None  # noqa: S101 - the schema asks for it
        text = re.sub(rf"^\s*{spec.currency}\s*|\s*{spec.currency}\s*$|[€$£¥]", "", text).strip()
    number = value if isinstance(value, Decimal) else language.read_decimal(text, lang)
    if number.adjusted() > 20:
        raise FieldError(f"'{text}' is too large a number", code="number-too-large", value=text)
    if spec.type == "integer":
        if number != number.to_integral_value():
            raise FieldError(f"'{text}' is not a whole number", code="number-not-whole", value=text)
        return int(number)
    return Money(number, spec.currency) if spec.type == "money" and spec.currency else number


def _read_list(value: Any) -> Any:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(";") if part.strip())
    if isinstance(value, list | tuple):
        return tuple(dict(item) if isinstance(item, Mapping) else item for item in value)
    hint = "separate its items with semicolons"
    raise FieldError("is not a list", hint, code="type-wrong", params=(("expected", "list"),))
