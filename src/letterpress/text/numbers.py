"""Counts in decimal as Python does by default, whatever the host has set for its own sums.

A host's precision or rounding would change amounts in letters: `decimal`'s context is one for all of a thread.
Not here: how numbers are written (`language`).
"""

from __future__ import annotations

import decimal
import functools
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_TRAPS = [decimal.DivisionByZero, decimal.InvalidOperation, decimal.Overflow]
_LIMITS = {"prec": 28, "Emin": -999_999, "Emax": 999_999, "capitals": 1, "clamp": 0}
_OWN = decimal.Context(rounding=decimal.ROUND_HALF_EVEN, flags=[], traps=_TRAPS, **_LIMITS)


def own_context() -> AbstractContextManager[decimal.Context]:
    """Make a context in which decimal numbers are added, rounded and divided as everywhere else."""
    return decimal.localcontext(_OWN)  # of which it makes a copy


def exact() -> AbstractContextManager[decimal.Context]:
    """Make a context with digits enough that no sum of a letter's numbers is rounded."""
    own = decimal.Context(rounding=decimal.ROUND_HALF_EVEN, flags=[], traps=_TRAPS, **{**_LIMITS, "prec": 200})
    return decimal.localcontext(own)


def in_own_context(function: Callable[P, T]) -> Callable[P, T]:
    """Run a function in such a context."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        with own_context():
            return function(*args, **kwargs)

    return run
