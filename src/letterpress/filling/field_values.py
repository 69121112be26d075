"""Reads the text that a record, a default or --set gives for a declared field, as the field's type.

Not here: which readings a text has (`text.written`), signs of currencies (`amounts`).
"""

from __future__ import annotations

import contextlib
import datetime
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from letterpress.errors import FieldError, Problem, did_you_mean, nearest
from letterpress.filling import amounts
from letterpress.model import FieldSpec, Writing
from letterpress.templating.money import Money
from letterpress.text import language, number_words, written
from letterpress.text.quantities import Number, Percent, Shown, Whole


def read(value: Any, spec: FieldSpec, lang: str, writing: Writing | None = None) -> Any:
    """Read a value as its field's type.

    :param lang: the letter's language, whose way of writing numbers and dates is taken for what has no `writing`.
    :param writing: how the list writes its values, for what a record gives.

    :raises FieldError: it is not of the field's type.
    """
    if isinstance(value, Shown) and spec.type in ("boolean", "date", "integer", "decimal", "money"):
        value = _exact(value, spec, lang)
    if spec.type == "list":
        return _read_list(value)
    if isinstance(value, list | tuple | Mapping):
        wrong = several(value)
        raise FieldError(wrong.message, wrong.hint, code=wrong.code, params=wrong.params)
    if spec.type == "boolean":
        return value if isinstance(value, bool) else written.boolean(str(value), (writing and writing.lang) or lang)
    if spec.type == "date":
        if isinstance(value, datetime.datetime):
            return value.date()
        return value if isinstance(value, datetime.date) else _read_date(str(value), lang, writing)
    if spec.type in ("integer", "decimal", "money"):
        try:
            return _read_number(value, spec, lang, writing)
        except FieldError as error:
            if writing is not None and error.code == "number-unreadable" and (meant := number_words.found(value, lang)):
                error.instead = error.instead or (meant,)  # of a list alone: nobody mends that without looking
            raise
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


def several(value: Any) -> Problem:
    """Make the fault of a list or a group of values where one value belongs."""
    what = "a group of values" if isinstance(value, Mapping) else f"a list of {len(value)}"
    hint = "give one value; a field of type list holds several"
    return Problem(f"is {what}, and one value belongs here", hint, "type-wrong", params=(("expected", "one"),))


def as_text(value: Any) -> str:
    """Write a value as a table or --set has it."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)


_NO_DAYS = {
    datetime.date(1, 1, 1): ".NET and Java",
    datetime.date(1899, 12, 30): "databases and LibreOffice",
    datetime.date(1899, 12, 31): "Excel",
    datetime.date(9999, 12, 31): "SAP and databases",
}
"""What programs write for no day at all, or for one that never comes."""


def doubt(value: Any) -> Problem | None:
    """Say that an amount has more decimals than its currency, and so is printed rounded; that a day is hardly one."""
    if isinstance(value, datetime.date) and value in _NO_DAYS:
        message = f"{value} is what {_NO_DAYS[value]} write for no day, and is printed"
        return Problem(message, "empty the cell, or fill in the day", "date-empty", value.isoformat())
    if not isinstance(value, Money):
        return None
    decimals = language.currency_decimals(value.currency)
    rounded = value.amount.quantize(Decimal(1).scaleb(-decimals), rounding="ROUND_HALF_EVEN")
    if rounded == value.amount:
        return None
    rounded = rounded or rounded.copy_abs()  # as it is printed: nothing has no minus
    message = f"{value.amount} {value.currency} is printed rounded, as {rounded}"
    hint = "round it in the list, or declare the field as decimal to print all of it"
    return Problem(message, hint, "amount-rounded", str(value.amount), (("printed", str(rounded)),))


def _exact(value: Shown, spec: FieldSpec, lang: str) -> Any:
    """Give the value of a typed cell; an amount that shows another currency is refused, a part of a hundred is one."""
    if spec.type == "money" and spec.currency:
        with contextlib.suppress(ArithmeticError):
            number = Decimal(value.exact)
            amounts.check_shown(value, spec.currency, lang)
            return number
    if spec.type == "decimal" and value.endswith("%"):
        with contextlib.suppress(ArithmeticError):
            return Percent(value.exact)
    if spec.type in ("integer", "decimal"):
        with contextlib.suppress(ArithmeticError):
            return Decimal(value.exact)
    return value.exact


_DAY_ZERO = datetime.date(1899, 12, 30)
"""What spreadsheets count days from."""


def _read_date(text: str, lang: str, writing: Writing | None) -> datetime.date:
    try:
        return written.date(text, lang) if writing is None else _listed_date(text, lang, writing)
    except FieldError as error:
        from letterpress.schema import dates  # here: no letter without this fault needs it

        error.instead = error.instead or dates.readings(text)
        if re.fullmatch(r"[345]\d{4}(?:\.\d+)?", text.strip()):
            day = _DAY_ZERO + datetime.timedelta(days=int(float(text)))
            error.hint = f"it looks like a spreadsheet's number of a day, {day}: format the column as dates"
        raise


def _listed_date(text: str, lang: str, writing: Writing) -> datetime.date:
    """Read a date of a list, whose order is said, found out from its column, or does not matter."""
    found = written.dates(text, (writing.lang or lang,))
    if len(set(found.values())) == 1 and (writing.dates is None or writing.dates in found):
        return next(iter(found.values()))
    if writing.dates is None:
        raise written.ambiguous_date(text, found)
    if writing.dates in found:
        return found[writing.dates]
    message = f"'{text}' is not a date: the list writes them as {written.spelt(writing.dates)}"
    raise FieldError(message, "mend the value", code="date-unreadable", value=text)


def is_whole(spec: FieldSpec) -> bool:
    """Say whether a field's values have no decimals: whole numbers, and amounts in yen."""
    return spec.type == "integer" or bool(spec.currency and language.currency_decimals(spec.currency) == 0)


def _number(text: str, spec: FieldSpec, lang: str, writing: Writing | None) -> Decimal:
    if writing is None:
        return written.number(text, lang)
    found = written.numbers(text)
    numbers = set(found.values())
    if writing.decimal is None and len(numbers) == 1:
        return numbers.pop()
    if writing.decimal is None and is_whole(spec) and len(fit := {one for one in numbers if one == one // 1}) == 1:
        return fit.pop()
    if writing.decimal is None and numbers:
        raise written.ambiguous_number(text, found)
    if writing.decimal in found:
        return found[writing.decimal]
    hint = None
    if numbers:
        hint = f"the list writes '{writing.decimal}' before decimals"
    elif _SHORTENED.fullmatch(text.strip()):
        hint = "a spreadsheet has cut a long number short: format its column as text, and export it again"
    raise FieldError(f"'{text}' is not a number", hint, code="number-unreadable", value=text)


_SHORTENED = re.compile(r"[+-]?\d(?:[.,]\d+)?E[+]\d+")


def _read_number(value: Any, spec: FieldSpec, lang: str, writing: Writing | None) -> Any:
    text = as_text(value).strip()
    if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    elif spec.type == "money" and spec.currency:
        bare = amounts.bare(text, spec.currency, (writing and writing.lang) or lang)
        number = _number(bare, spec, lang, writing)
    elif spec.type == "decimal" and (part := re.fullmatch(r"(.*\d)\s?%", text)):
        number = Percent(_number(part[1], spec, lang, writing).scaleb(-2))
    else:
        number = _number(text, spec, lang, writing)
    if not number.is_finite():
        raise FieldError(f"'{text}' is not a number", code="number-unreadable", value=text)
    if number.adjusted() > 20:
        raise FieldError(f"'{text}' is too large a number", code="number-too-large", value=text)
    if spec.type == "integer":
        if number != number.to_integral_value():
            raise FieldError(f"'{text}' is not a whole number", code="number-not-whole", value=text)
        return Whole(number)
    if spec.type == "money" and spec.currency:
        return Money(number, spec.currency)
    return number if isinstance(number, Percent) else Number(number)


def _read_list(value: Any) -> Any:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(";") if part.strip())
    if isinstance(value, list | tuple):
        return tuple(dict(item) if isinstance(item, Mapping) else item for item in value)
    hint = "separate its items with semicolons"
    raise FieldError("is not a list", hint, code="type-wrong", params=(("expected", "list"),))
