"""An amount of money in a template: it is compared with numbers and with amounts of its currency, added to those, and
multiplied and divided by numbers, exactly.

Not here: how an amount prints (filters.py), and sums over records (record_filters.py).
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from letterpress.errors import FieldError


class Money(NamedTuple):
    """An amount in a currency (ISO 4217), printed as the letter's language does. It is a value even where it is 0."""

    amount: Decimal
    currency: str

    def _with(self, other: Any, work: Callable[[Any, Any], Any]) -> Any:
        """Apply an operator to both amounts; 0 is of every currency, so that a sum may begin with it.

        :raises FieldError: they are of two currencies.
        """
        if isinstance(other, Money):
            if other.currency != self.currency:
                message = f"an amount in {self.currency} and one in {other.currency} are not compared or added up"
                raise FieldError(message, "choose those of one currency first", code="currency-mixed")
            return work(self.amount, other.amount)
        number = _number(other)
        return NotImplemented if number is None else work(self.amount, number)

    def _added(self, other: Any, work: Callable[[Any, Any], Any]) -> Any:
        if not isinstance(other, Money) and other != 0:
            return NotImplemented
        return Money(self._with(other, work), self.currency)

    def __lt__(self, other: Any) -> Any:
        """Compare with an amount of the same currency, or with a number."""
        return self._with(other, operator.lt)

    def __le__(self, other: Any) -> Any:
        """As `<`."""
        return self._with(other, operator.le)

    def __gt__(self, other: Any) -> Any:
        """As `<`."""
        return self._with(other, operator.gt)

    def __ge__(self, other: Any) -> Any:
        """As `<`."""
        return self._with(other, operator.ge)

    def __eq__(self, other: object) -> bool:
        """Say whether it is the same amount in the same currency, or that number."""
        if isinstance(other, Money):
            return self.amount == other.amount and self.currency == other.currency
        number = _number(other)
        return number is not None and self.amount == number

    def __ne__(self, other: object) -> bool:
        """The contrary of `==`."""
        return not self == other

    def __hash__(self) -> int:
        """Of the amount, which it equals."""
        return hash(self.amount)

    def __add__(self, other: Any) -> Any:
        """Add an amount of the same currency."""
        return self._added(other, operator.add)

    def __radd__(self, other: Any) -> Any:
        """Add it to 0, with which a sum begins."""
        return self + other

    def __sub__(self, other: Any) -> Any:
        """Take an amount of the same currency away."""
        return self._added(other, operator.sub)

    def __mul__(self, other: Any) -> Any:
        """Multiply by a number."""
        number = _number(other)
        return NotImplemented if number is None else Money(self.amount * number, self.currency)

    def __rmul__(self, other: Any) -> Any:
        """As `*`."""
        return self * other

    def __truediv__(self, other: Any) -> Any:
        """Divide by a number; by an amount of the same currency it gives a number."""
        if isinstance(other, Money):
            return self._with(other, operator.truediv)
        number = _number(other)
        return NotImplemented if number is None else Money(self.amount / number, self.currency)

    def __neg__(self) -> Money:
        """The same amount on the other side."""
        return Money(-self.amount, self.currency)

    def __abs__(self) -> Money:
        """The amount without its sign."""
        return Money(abs(self.amount), self.currency)


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return Decimal(str(value)) if isinstance(value, float) else Decimal(value)
