"""The kinds of codes: what each is called, takes, and measures. They are rows of the table `data/codes.toml`.

Not here: what is made of the values (`making`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from letterpress import data


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """The measures of a code of bars of four states, in mm."""

    width: float
    pitch: float
    full: float
    tracker: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of code."""

    name: str
    title: str
    """What it is called, and what is read aloud in its place."""
    keys: tuple[str, ...]
    """What it is made of, besides `KEYS`."""
    places: tuple[str, ...]
    """Where it may stand, its own place first."""
    clear: tuple[float, float]
    """How much stays free at its sides, and above and below it: mm; of a code of modules, in modules."""
    bars: Bars | None = None
    """None: it is made of square modules."""
    symbology: str = ""
    """What zint calls it, if zint makes it."""
    module: float = 0.0
    """mm of a module, where the letter says nothing."""
    fixed: float = 0.0
    """mm of its side, where the standard says it."""


KEYS = ("type", "place", "alt")
"""What each code of a letter may say."""


@cache
def kinds() -> Mapping[str, Kind]:
    """The kinds by their names, in the order of the table."""
    return {name: _kind(name, row) for name, row in data.table("codes")["kinds"].items()}


def _kind(name: str, row: Mapping[str, object]) -> Kind:
    given = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items() if key != "source"}
    bars = given.pop("bars", None)
    return Kind(name=name, bars=Bars(**bars) if isinstance(bars, dict) else None, **given)  # type: ignore[arg-type]
