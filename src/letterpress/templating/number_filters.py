"""Filters of numbers and days: rounded, read, and written as the letter's language has them.

What cannot be read, or in two ways, is a fault. Not here: filters of records (record_filters.py).
"""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from letterpress.errors import FieldError, nearest
from letterpress.templating import filters, limits
from letterpress.templating.messages import TemplateFault
from letterpress.templating.money import Money
from letterpress.text import language, written


def _round(value: Any, decimals: int = 0, method: str = "common") -> Any:
    if isinstance(value, filters.NoValue):
        return str(value)
    if not -30 <= decimals <= 30:
        raise limits.Limit("a number is rounded to between -30 and 30 decimals")
    rule = {"common": "ROUND_HALF_UP", "ceil": "ROUND_CEILING", "floor": "ROUND_FLOOR"}.get(method)
    if rule is None:
        message, known = f"'{method}' is no way of rounding", ("common", "ceil", "floor")
        instead = nearest(str(method), known)
        raise TemplateFault(
            message, hint="common, ceil or floor", code="rounding-unknown", value=str(method), instead=instead
        )
    if isinstance(value, Money):
        return Money(_round(value.amount, decimals, method), value.currency)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        hint = "declare the field as decimal, integer or money"
        raise TemplateFault(f"{filters.kind(value)} cannot be rounded", hint=hint, code="value-filters.kind")
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=rule)


def _date(value: Any) -> str:
    if isinstance(value, filters.NoValue):
        return str(value)
    if isinstance(value, datetime.date):
        return language.date_text(value, filters.printing_language())
    if not isinstance(value, str):
        raise TemplateFault(f"{filters.kind(value)} is not a date", code="value-filters.kind")
    found = written.dates(value, (filters.printing_language(),))  # its FieldError becomes a fault
    if len(days := set(found.values())) > 1:  # a list may write it otherwise than the letter does
        fault = written.ambiguous_date(value, found)
        raise FieldError(fault.message, "declare the field as date", code="date-ambiguous", value=value)
    return language.date_text(days.pop(), filters.printing_language())


def _number(value: Any, decimals: int | None = None) -> str:
    if isinstance(value, filters.NoValue):
        return str(value)
    if isinstance(value, Money):
        value = value.amount
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise TemplateFault(f"{filters.kind(value)} is not a number", code="value-filters.kind")
    number = _read(value) if isinstance(value, str) else Decimal(str(value))
    return language.value_text(number if decimals is None else _round(number, decimals), filters.printing_language())


def _read(text: str) -> Decimal:
    """Read a number that can be but one.

    :raises FieldError: it is none, or could be two.
    """
    found = written.numbers(text)
    if len(set(found.values())) > 1:
        fault = written.ambiguous_number(text.strip(), found)
        raise FieldError(fault.message, "declare the field as decimal or integer", code=fault.code, value=text)
    return next(iter(found.values())) if found else written.number(text, filters.printing_language())


_NONE = object()


def _float(value: Any, default: Any = _NONE) -> Any:
    """As Jinja's, but that what is no number is a fault where Jinja gives 0.0."""
    return _plain_number(value, float, default)


def _int(value: Any, default: Any = _NONE) -> Any:
    """As Jinja's, but that what is no number is a fault where Jinja gives 0."""
    return _plain_number(value, lambda number: int(float(number) if isinstance(number, str) else number), default)


def _plain_number(value: Any, convert: Callable[[Any], Any], default: Any) -> Any:
    if isinstance(value, filters.NoValue) and default is _NONE:
        return str(value)
    value = value.amount if isinstance(value, Money) else value
    if isinstance(value, str | int | float | Decimal):
        with contextlib.suppress(ValueError):
            return convert(value)
    if default is not _NONE:
        return default
    shown = f"'{value}'" if isinstance(value, str) else filters.kind(value)
    hint = "declare the field as decimal, integer or money"
    raise TemplateFault(f"{shown} is not a number", hint=hint, code="number-unreadable")


OWN: dict[str, Callable[..., Any]] = {
    "date": _date,
    "float": _float,
    "int": _int,
    "number": _number,
    "round": _round,
}
"""These filters by their names, some in place of Jinja's."""
