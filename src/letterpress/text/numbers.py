"""Counts in decimal as Python does by default, whatever the host has set for its own sums.

A host's precision or rounding would change amounts in letters: `decimal`'s context is one for all of a thread.
Not here: how numbers are written (`language`).
"""

from __future__ import annotations

import decimal
from contextlib import AbstractContextManager

_TRAPS = [decimal.DivisionByZero, decimal.InvalidOperation, decimal.Overflow]
_LIMITS = {"prec": 28, "Emin": -999_999, "Emax": 999_999, "capitals": 1, "clamp": 0}


def own_context() -> AbstractContextManager[decimal.Context]:
    """Make a context in which decimal numbers are added, rounded and divided as everywhere else."""
    own = decimal.Context(rounding=decimal.ROUND_HALF_EVEN, flags=[], traps=_TRAPS, **_LIMITS)
    return decimal.localcontext(own)
