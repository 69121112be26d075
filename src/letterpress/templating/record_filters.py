"""Filters over a list, above all over the records of a group: sums, counts, averages, least and greatest, in order.

Each takes the name of a value that the records have: `{{ fields.records | sum('amount') }}`. An empty cell is no
number: it is left out, and in order it comes last. Sums are exact, and amounts keep their currency; the sum of no
amounts is 0 of the currency that the field is declared in.

Not here: what a single value prints (`filters`).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from letterpress.errors import did_you_mean, nearest
from letterpress.templating import filters
from letterpress.templating.filters import NoValue, Values, kind
from letterpress.templating.messages import TemplateFault
from letterpress.templating.money import Money
from letterpress.text import numbers


def _value(item: Any, name: str | int | None) -> Any:
    """The value of that name in a record, or the item itself; None: an empty cell.

    :raises TemplateFault: the record has no such value.
    """
    if isinstance(name, int) and isinstance(item, list | tuple) and -len(item) <= name < len(item):
        item = item[name]
    elif name is not None:
        for part in str(name).split("."):
            if item is not None:
                item = _part(item, part)
    if isinstance(item, NoValue):
        str(item)  # raises, if it is not an empty cell
        return None
    return item


def _part(item: Any, name: str) -> Any:
    if isinstance(item, tuple) and name in getattr(item, "_fields", ()):
        return getattr(item, name)
    if not isinstance(item, dict):
        raise TemplateFault(f"{kind(item)} has no '{name}'", code="name-unknown", value=name)
    if name in item:
        return item[name]
    known = item.known if isinstance(item, Values) else frozenset(item)
    if isinstance(item, Values) and name in known:
        return None
    hint = did_you_mean(name, known) or "declare it under 'fields:' in the front matter"
    instead = nearest(name, known)
    raise TemplateFault(f"'{name}' is not known", hint=hint, code="name-unknown", value=name, instead=instead)


def _values(items: Iterable[Any], name: str | int | None) -> Iterator[Any]:
    """The values that are there."""
    if isinstance(items, str | dict) or not isinstance(items, Iterable):
        if isinstance(items, NoValue):
            str(items)  # raises, if it is not an empty cell
            return
        hint = "declare it as a list" if isinstance(items, str) else None
        raise TemplateFault(f"{kind(items)} is no list", hint=hint, code="value-kind")
    for item in items:
        value = _value(item, name)
        if value is not None and value != "":
            yield value


def _number(value: Any, what: str, name: str | int | None) -> Any:
    """A number or amount, exactly.

    :raises TemplateFault: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | Money):
        hint = f"declare '{name}' as money, decimal or integer under 'fields:'" if name else None
        message = f"{what} adds numbers, and {kind(value)} is none"
        raise TemplateFault(message, hint=hint, code="value-kind", value=name)
    return Decimal(str(value)) if isinstance(value, float) else value


def _added(total: Any, number: Any, what: str) -> Any:
    """:raises TemplateFault: they are amounts of two currencies."""
    if not isinstance(number, Money):
        if isinstance(total, Money):
            raise TemplateFault(f"{what} cannot add {kind(number)} to {total.currency}", code="currency-mixed")
        return total + number
    if isinstance(total, Money):
        _same_currency(total, number, f"{what} cannot add {number.currency} to {total.currency}")
        return Money(total.amount + number.amount, number.currency)
    if total:
        raise TemplateFault(f"{what} cannot add {number.currency} to a number", code="currency-mixed")
    return Money(total + number.amount, number.currency)


def _same_currency(one: Money, other: Money, message: str) -> None:
    if one.currency != other.currency:
        hint = "choose those of one currency first: selectattr('currency', 'equalto', 'EUR')"
        raise TemplateFault(message, hint=hint, code="currency-mixed", value=other.currency)


def total(items: Iterable[Any], attribute: str | int | None, start: Any, currencies: Mapping[Any, str]) -> Any:
    """Add numbers only, and exactly: as decimals where one is.

    :param currencies: of the letter's fields: of an amount that no record has, the sum is 0 of its currency.
    """
    added, empty = start, True
    with numbers.exact():
        for value in _values(items, attribute):
            added, empty = _added(added, _number(value, "sum", attribute), "sum"), False
    currency = currencies.get(attribute) if empty and not start else None
    return Money(Decimal(0), currency) if currency else added


def _average(items: Iterable[Any], attribute: str | int | None = None) -> Any:
    """The sum divided by how many there are; of none there is no average."""
    found = [_number(value, "average", attribute) for value in _values(items, attribute)]
    if not found:
        return None
    with numbers.exact():
        total: Any = 0
        for number in found:
            total = _added(total, number, "average")
        if isinstance(total, Money):
            return Money(total.amount / len(found), total.currency)
        return Decimal(total) / len(found)


def _count(items: Any, attribute: str | int | None = None) -> int:
    """How many there are; of records, in how many `{% if record.NAME %}` holds."""
    if attribute is None:
        return len(items)
    return sum(1 for value in _values(items, attribute) if not _is_false(value))


def _is_false(value: Any) -> bool:
    return value is False or (isinstance(value, str | list | tuple | dict) and not value)


def _least(name: str, better: Callable[[Any, Any], bool]) -> Callable[..., Any]:
    """Make `min` or `max`: of numbers, amounts of one currency, days or texts; None of none."""

    def run(items: Iterable[Any], attribute: str | int | None = None, case_sensitive: bool = False) -> Any:
        found: Any = None
        for value in _values(items, attribute):
            if found is None or better(_compared(name, value, found, case_sensitive), _key(found, case_sensitive)):
                found = value
        return found

    return run


def _compared(name: str, value: Any, other: Any, case_sensitive: bool) -> Any:
    """What a value is compared by.

    :raises TemplateFault: it is of another kind than the other.
    """
    if isinstance(value, Money) and isinstance(other, Money):
        _same_currency(value, other, f"{name} cannot compare {value.currency} with {other.currency}")
    elif kind(value) != kind(other):
        raise TemplateFault(f"{name} cannot compare {kind(value)} with {kind(other)}", code="value-kind")
    elif not isinstance(value, str | bool | int | float | Decimal | datetime.date):
        raise TemplateFault(f"{name} does not compare {kind(value)}", code="value-kind")
    return _key(value, case_sensitive)


def _key(value: Any, case_sensitive: bool) -> Any:
    if isinstance(value, str) and not case_sensitive:
        return value.casefold()
    return value.amount if isinstance(value, Money) else value


def _sort(
    items: Iterable[Any], reverse: bool = False, case_sensitive: bool = False, attribute: str | int | None = None
) -> list[Any]:
    """Give the items in order, by one value of theirs or by several with commas between; what has none comes last."""
    ordered = list(items)
    names: list[str | int | None] = [attribute]
    if isinstance(attribute, str):
        names = [name.strip() for name in attribute.split(",")]
    for name in reversed(names):
        keyed = [(_value(item, name), item) for item in ordered]
        there = [pair for pair in keyed if pair[0] is not None]
        keys = [_compared("sort", value, there[0][0], case_sensitive) for value, _ in there]
        places = sorted(range(len(there)), key=lambda at, keys=keys: keys[at], reverse=bool(reverse))  # type: ignore[misc]
        ordered = [there[at][1] for at in places] + [item for value, item in keyed if value is None]
    return ordered


def _join(items: Iterable[Any], separator: str = "", attribute: str | int | None = None) -> str:
    """Put the items one behind the other; an empty cell of a record is left out with its separator."""
    found = items if attribute is None else _values(items, attribute)
    parts: list[Any] = []
    for index, item in enumerate(found):
        parts += ([separator] if index else []) + [item]
    return filters.joined(parts)


OWN: dict[str, Callable[..., Any]] = {
    "average": _average,
    "count": _count,
    "join": _join,
    "max": _least("max", lambda one, other: one > other),
    "min": _least("min", lambda one, other: one < other),
    "sort": _sort,
}
"""In place of Jinja's, where it has them; `sum` is put together in `sandbox`, which knows the letter's fields."""
