"""Numbers that a field of a letter has: each is there, and so true in `{% if %}`, whether it is 0 or not.

What is worked out with them is a plain number again. Not here: amounts of money (`templating.filters`), which are
true likewise, and how a number is written (`language`).
"""

from __future__ import annotations

from decimal import Decimal


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
