"""Gives the codes of a letter their values, and makes them.

A value that is a field and nothing else (`{{ fields.amount }}`) is taken as it is, and not as it would print: an amount
stays a number.

Not here: what a code is made of (`codes.making`).
"""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from typing import Any

from letterpress.code import Code, CodeSpec
from letterpress.codes import making
from letterpress.codes.catalogue import kinds
from letterpress.errors import FieldError, Problem
from letterpress.filling.context import MISSING, Faults, FillContext, counted
from letterpress.filling.parties import Addressed
from letterpress.filling.texts import fill_text
from letterpress.templating.money import Money
from letterpress.templating.titled import Titled

FIELD = re.compile(r"\{\{\s*(fields|to|from)\.(\w+)\s*\}\}")
_FIELDS = re.compile(r"\bfields\.(\w+)")
_OF_RECIPIENT = {"routing": "to.postcode", "postcode": "to.postcode", "house_number": "to.street", "debtor": "to"}
"""Where a value comes from that the code does not say."""
_PARTIES = ("to.", "from.")
"""What begins the path of a part of an address, which a code names where it takes it from there."""


def fill(context: FillContext, faults: Faults, addressed: Addressed) -> tuple[Code, ...]:
    """Make the codes of a letter; one that is at fault is left out."""
    made = (_made(context, faults, addressed, spec, f"codes.{at}") for at, spec in counted(context.letter.codes))
    return tuple(code for code in made if code is not None)


def _made(context: FillContext, faults: Faults, addressed: Addressed, spec: CodeSpec, path: str) -> Code | None:
    values = {key: field_value(context, faults, text, f"{path}.{key}") for key, text in spec.values}
    if any(_is_missing(value) for value in values.values()) or _waits(context, spec):
        return None
    paths = {key: _path(text, f"{path}.{key}") for key, text in spec.values}
    alt = fill_text(context, faults, spec.alt, f"{path}.alt")
    recipient = addressed.to[0] if addressed.to else None
    try:
        if "amount" in values:
            _take_money(values, spec)
        given = making.Given(values=values, recipient=recipient, sender=addressed.sender, lang=context.lang)
        return making.make(CodeSpec(kind=spec.kind, place=spec.place, alt=alt), given, path)
    except FieldError as error:
        if context.titled and recipient is None:
            return None  # to whom it goes is still to come
        key = error.key if isinstance(error, making.Wrong) else ""
        where = paths.get(key) or (_OF_RECIPIENT.get(key) if recipient is not None else None) or path
        if key.startswith(_PARTIES):
            where, key = _of_party(context, key), ""
        hint = error.hint or f"'{spec.kind}' is made of: {', '.join(kinds()[spec.kind].keys)}"
        bare = key in ("", "type", "content") or (where in paths.values() and not _is_part(dict(spec.values)[key]))
        message = error.message if bare else f"{key}: {error.message}"
        params = (*error.params, ("type", spec.kind), *([("part", key)] if key else []))
        faults.of_field(Problem(message, hint, error.code, error.value, params, error.instead), where)
        return None


def field_value(context: FillContext, faults: Faults, text: str, path: str) -> Any:
    """A value as a record or --set gives it, where the text names nothing but it; else the text with its values."""
    match = FIELD.fullmatch(text.strip())
    if match is not None and match[1] == "fields":
        value = context.names.get("fields", {}).get(match[2], "")
        if isinstance(value, str | Decimal | int | datetime.date | Money):
            return value
    return fill_text(context, faults, text, path)


def _is_missing(value: Any) -> bool:
    """Whether a value was at fault, which was said, or its title stands for it on a page that is looked at."""
    return isinstance(value, Titled) or value == MISSING


def _waits(context: FillContext, spec: CodeSpec) -> bool:
    """Whether a text names a field whose title stands for its value."""
    fields = context.names.get("fields", {})
    names = {name for _, text in spec.values for name in _FIELDS.findall(text)}
    return any(_is_missing(fields.get(name)) for name in names)


def _path(text: str, path: str) -> str:
    """The field that a value comes from, where the text names one alone: the cell of a list is found by it."""
    named = {f"{match[1]}.{match[2]}" for match in FIELD.finditer(text)}
    return named.pop() if len(named) == 1 and "{%" not in text else path


def _is_part(text: str) -> bool:
    """Whether a text says more than the field that it names."""
    return bool(FIELD.search(text)) and FIELD.fullmatch(text.strip()) is None


def _of_party(context: FillContext, key: str) -> str:
    """The path of a part of an address: of several recipients, the first is the payer."""
    return key.replace("to.", "to.1.", 1) if key.startswith("to.") and len(context.letter.to) > 1 else key


def _take_money(values: dict[str, Any], spec: CodeSpec) -> None:
    """Part an amount from its currency.

    :raises making.Wrong: the code is paid in another.
    """
    money = values["amount"]
    if not isinstance(money, Money):
        return
    values["amount"] = money.amount
    wanted = "EUR" if spec.kind == "epc" else values.setdefault("currency", money.currency)
    if money.currency != wanted:
        message = f"is in {money.currency}, and the code is paid in {wanted}"
        hint = "give an amount in that currency"
        raise making.Wrong("amount", message, hint, code="amount-currency", value=money.currency)
