"""Values of fields: numbers, which are there and so true in `{% if %}` also where they are 0, and cells with a type.

What is worked out with them is a plain number again. Not here: amounts of money (`templating.filters`), which are
true likewise, and how a number is written (`language`).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any


class Number(Decimal):
    """A number of a field."""

    def __bool__(self) -> bool:
        return True


class Whole(int):
    """A whole number of a field."""

    def __bool__(self) -> bool:
        return True


class Percent(Number):
    """A part of a hundred, as spreadsheets have it: 15 % is 0.15, and is printed as it was written."""


class Shown(str):
    """A value that has a type in its source: its text is what the sheet shows, `exact` how a program writes it.

    A cell that holds 0.15 and shows `15%` is that text to a field of text, and that number to a field of numbers.
    """

    exact: str

    def __new__(cls, text: str, exact: str) -> Shown:
        """:param exact: a number as `1234.5`, a day as `2026-04-03`."""
        shown = super().__new__(cls, text)
        shown.exact = exact
        return shown

    def __reduce__(self) -> tuple[Any, ...]:
        return (Shown, (str(self), self.exact))

    def strip(self, chars: str | None = None, /) -> Shown:
        """Give itself with the ends of the text taken off: it stays what it is."""
        text = super().strip(chars)
        return self if text == self else Shown(text, self.exact)
