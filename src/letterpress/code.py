"""A code that a letter asks for, and one that was made: values that are picklable, without I/O.

Not here: how one is made (`codes`), and how it is drawn (`layout.codes`).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSpec:
    """A code that a letter asks for. Texts may hold `{{ }}`."""

    kind: str
    """`type` in the front matter: a name of the table `codes`."""
    place: str | None = None
    """Where it is to stand; None: where codes of its kind do."""
    alt: str | None = None
    """What is read aloud in its place; None: what its kind is called."""
    values: tuple[tuple[str, str], ...] = ()
    """Pairs (key, text as written) of what it is made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What a payment slip says beside its code."""

    lang: str
    account: str
    creditor: tuple[str, ...]
    debtor: tuple[str, ...]
    """Empty: to be written in by hand."""
    reference: str
    information: tuple[str, ...]
    currency: str
    amount: str
    """Empty: to be written in by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """What a code of a payment asks for."""

    iban: str
    currency: str
    amount: Decimal | None
    """None: to be written in by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code that was made of a letter's values."""

    kind: str
    place: str
    """As the letter says; empty: where codes of its kind stand."""
    alt: str
    symbol: str
    """Its bars or modules, as `codes.symbols` writes them."""
    width: float
    """mm that it is drawn in; never scaled."""
    height: float
    clear: tuple[float, float]
    """mm that stay free at its sides, and above and below it."""
    content: str
    """What a reader reads."""
    field: str
    """Path of the field that asks for it."""
    slip: Slip | None = None
    payment: Payment | None = None
