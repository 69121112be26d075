"""What one template may use up: work, printed characters, and the size of its values.

Job: counts what a running template does and ends it when it asks for more than a letter needs, so that endless loops
and giant strings fail the same way on any machine, however fast. Secret: the limits, and what each thing costs. It
knows values only; where in a template they are counted is `sandbox`'s affair.
"""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Iterator
from typing import Any

MAX_STEPS = 500_000
"""Turns of loops, calls, and items or thousands of characters that filters and comparisons look at, in one template: a
letter with ten thousand table rows stays far below."""
MAX_OUTPUT = 5_000_000
"""Printed characters in one template: some two thousand pages."""
MAX_TEXT = 1_000_000
"""Characters or items of one value."""
MAX_BITS = 10_000
"""Size of a whole number."""
MAX_DEPTH = 50
"""Lists in lists: Python compares and hashes them by calls in calls, and has no bound for it."""


class Limit(Exception):
    """The template asked for more than a letter may use."""


class _Budget:
    __slots__ = ("output", "steps")

    def __init__(self) -> None:
        self.steps = 0
        self.output = 0

    def step(self, count: int = 1) -> None:
        self.steps += count
        if self.steps > MAX_STEPS:
            raise Limit(f"the template takes more than {MAX_STEPS:,} steps")

    def printed(self, count: int) -> None:
        self.output += count
        if self.output > MAX_OUTPUT:
            raise Limit(f"the template prints more than {MAX_OUTPUT:,} characters")


_budget: contextvars.ContextVar[_Budget] = contextvars.ContextVar("budget")


@contextlib.contextmanager
def fresh() -> Iterator[None]:
    """A budget of its own for what runs inside."""
    token = _budget.set(_Budget())
    try:
        yield
    finally:
        _budget.reset(token)


def step(count: int = 1) -> None:
    """Take `count` steps off the budget."""
    _budget.get().step(count)


def printed(count: int) -> None:
    """Take `count` printed characters off the budget."""
    _budget.get().printed(count)


def weigh(value: Any) -> None:
    """Take off the budget what it costs to look at all of a value: shared parts count as often as they are met, so
    that lists of lists of lists end as well."""
    budget = _budget.get()
    if isinstance(value, str):
        budget.step(len(value) // 1000)
        return
    level, depth = [value], 0
    while level:
        deeper: list[Any] = []
        for one in level:
            if isinstance(one, str):
                budget.step(len(one) // 1000)
            elif isinstance(one, dict | list | tuple):
                budget.step(len(one))
                deeper.extend(one)
                if isinstance(one, dict):
                    deeper.extend(one.values())
            elif isinstance(one, range):
                budget.step(len(one))
        level, depth = deeper, depth + 1
        if depth > MAX_DEPTH and level:
            raise Limit(f"a value has lists in lists, more than {MAX_DEPTH} deep")


def weighed(value: Any) -> Any:
    """The value, weighed."""
    weigh(value)
    return value


def sliced(value: Any) -> Any:
    """The value, with the price of a slice of it taken off."""
    step(_size(value) // (1000 if isinstance(value, str) else 100))
    return value


def counted(iterable: Any) -> Iterator[Any]:
    """The items, each of which takes a step."""
    budget = _budget.get()
    for item in iterable:
        budget.step()
        yield item


def turned(value: Any) -> Any:
    """The value, with a step taken off: the test of a loop runs as often as the loop turns."""
    step()
    return value


def text(size: int) -> None:
    """Take off what a piece of a template costs that may run many times: a step, and its own characters."""
    budget = _budget.get()
    budget.step()
    budget.printed(size)


def bounded(size: int) -> None:
    """Refuse a value of more characters or items than a letter needs, before it is made."""
    if size > MAX_TEXT:
        raise Limit(f"a value would have {size:,} characters or items; {MAX_TEXT:,} is the most")


def check_operator(operator: str, left: Any, right: Any) -> None:
    """Refuse an operation whose result would be too large, before it is made, and count what it costs."""
    numbers = isinstance(left, int) and isinstance(right, int)
    if operator == "**" and (not numbers or right > MAX_BITS or left.bit_length() * max(right, 0) > MAX_BITS):
        if numbers or abs(left) > 1e6 or abs(right) > 64:
            raise Limit("the power is too large a number for a letter")
    elif operator == "*":
        if numbers and left.bit_length() + right.bit_length() > MAX_BITS:
            raise Limit("the product is too large a number for a letter")
        for value, times in ((left, right), (right, left)):
            if isinstance(value, str | list | tuple) and isinstance(times, int):
                bounded(_size(value) * times)
                step(_size(value) * max(0, times) // (1000 if isinstance(value, str) else 100))
    elif operator == "+":
        if isinstance(left, str | list | tuple):
            step((_size(left) + _size(right)) // (1000 if isinstance(left, str) else 100))
        bounded(_size(left) + _size(right))
    elif operator == "%" and isinstance(left, str):
        raise Limit("'%' does not format text here: join parts with ~")


def _size(value: Any) -> int:
    return len(value) if isinstance(value, str | list | tuple | dict) else 0
