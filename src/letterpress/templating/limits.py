"""Counts what a running template does, and ends it when it asks for more than a letter needs.

Counted are steps of work, printed characters and the size of values; never time, so that an endless loop or a giant
text fails the same way on any machine, however fast. What would be too large is refused before it is made.

Not here: where in a template the functions of this module are called (`tree`, `sandbox`).
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

    def __init__(self, message: str, limit: int | None = None) -> None:
        """Say what is too much, and the most that may be."""
        super().__init__(message)
        self.params: tuple[tuple[str, int], ...] = () if limit is None else (("limit", limit),)


class _Budget:
    __slots__ = ("output", "steps")

    def __init__(self) -> None:
        self.steps = 0
        self.output = 0

    def step(self, count: int = 1) -> None:
        self.steps += count
        if self.steps > MAX_STEPS:
            raise Limit(f"the template takes more than {MAX_STEPS:,} steps", MAX_STEPS)

    def printed(self, count: int) -> None:
        self.output += count
        if self.output > MAX_OUTPUT:
            raise Limit(f"the template prints more than {MAX_OUTPUT:,} characters", MAX_OUTPUT)


_budget: contextvars.ContextVar[_Budget] = contextvars.ContextVar("budget")


@contextlib.contextmanager
def fresh() -> Iterator[None]:
    """Give what runs inside a budget of its own."""
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
    """Take off the budget what it costs to look at all of a value.

    A part that is shared counts as often as it is met: `{% set a = [a, a] %}`, said forty times, is a small value with
    10**12 parts. The value is gone through level by level and not by calls in calls, which Python bounds by a crash.
    """
    budget = _budget.get()
    if isinstance(value, str):
        budget.step(len(value) // 1000)
        return
    level, depth = [value], 0
    while level:
        deeper: list[Any] = []
        for part in level:
            if isinstance(part, str):
                budget.step(len(part) // 1000)
            elif isinstance(part, dict | list | tuple):
                budget.step(len(part))
                deeper.extend(part)
                if isinstance(part, dict):
                    deeper.extend(part.values())
            elif isinstance(part, range):
                budget.step(len(part))
        level, depth = deeper, depth + 1
        if depth > MAX_DEPTH and level:
            raise Limit(f"a value has lists in lists, more than {MAX_DEPTH} deep", MAX_DEPTH)


def weighed(value: Any) -> Any:
    """Weigh a value, and give it back."""
    weigh(value)
    return value


def sliced(value: Any) -> Any:
    """Take the price of a slice of a value off the budget, and give the value back."""
    step(_size(value) // (1000 if isinstance(value, str) else 100))
    return value


def counted(iterable: Any) -> Iterator[Any]:
    """Give the items, each of which takes a step."""
    budget = _budget.get()
    for item in iterable:
        budget.step()
        yield item


def turned(value: Any) -> Any:
    """Take off a step, and give the value back: the test of a loop runs as often as the loop turns."""
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
        raise Limit(f"a value would have {size:,} characters or items; {MAX_TEXT:,} is the most", MAX_TEXT)


def check_operator(operator: str, left: Any, right: Any) -> None:
    """Refuse an operation whose result would be too large, before it is made, and count what it costs."""
    numbers = isinstance(left, int) and isinstance(right, int)
    # Whole numbers have no bound in Python: their result's bits are known before it is made. A power of other numbers
    # is bounded by what a float can hold, and a Decimal's by its context, if base and exponent are not absurd.
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
