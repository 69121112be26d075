"""Who signs before whom, and where a mark of authority stands.

Job: orders signatories by rank, and says of a mark ("i. A.", "By direction", "Acting") where convention has it. Secret:
the table of ranks and marks, `data/ranks.toml`, where each has its source. Nobody's rank is guessed from a title.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from letterpress import data
from letterpress.errors import did_you_mean
from letterpress.model import Signatory

Place = Literal["before", "name", "title"]
"""Where a mark stands: before the handwriting, below the name, or below name and title."""


class RankFault(NamedTuple):
    """A signatory who cannot be ordered."""

    at: int
    """Which one, counted from 1."""
    message: str
    hint: str | None


def faults(people: Sequence[Signatory]) -> list[RankFault]:
    """What keeps signatories from being ordered by rank: one has none, or one that is not known."""
    found = []
    numbered = [one.rank is not None and one.rank.isdigit() for one in people]
    for at, one in enumerate(people, start=1):
        if one.rank is None:
            hint = "add 'rank: CAPT', or a number (1 signs first); or write 'signatories_order: given'"
            found.append(RankFault(at, f"{one.name} has no rank to be ordered by", hint))
        elif one.rank.isdigit() and not all(numbered):
            message = f"the rank of {one.name} is a number, and another's is a name"
            found.append(RankFault(at, message, "give all of them numbers, or all of them names"))
        elif not one.rank.isdigit() and one.rank not in _seniority():
            hint = did_you_mean(one.rank, _seniority()) or "give a number: 1 signs first"
            found.append(RankFault(at, f"there is no rank '{one.rank}' in the table", hint))
    return found


def by_rank(people: Sequence[Signatory]) -> tuple[Signatory, ...]:
    """The most senior first; those of one rank in the order given.

    :raises ValueError: `faults` has something to say.
    """
    if faults(people):
        raise ValueError("the signatories cannot be ordered by rank")
    return tuple(sorted(people, key=lambda one: _position(one.rank or "")))


def mark_place(mark: str) -> Place:
    """Where a mark of authority stands; one that is not in the table stands before the handwriting."""
    written = _bare(mark)
    return next((place for start, place in _marks() if written.startswith(start)), "before")


def _position(rank: str) -> int:
    return int(rank) if rank.isdigit() else _seniority()[rank]


def _bare(mark: str) -> str:
    return re.sub(r"\s+", "", mark).casefold()


@lru_cache(maxsize=1)
def _seniority() -> dict[str, int]:
    """Rank or grade -> its place, the most senior first."""
    grades = enumerate(data.table("ranks")["ranks"].items())
    return {name: place for place, (grade, names) in grades for name in (grade, *names)}


@lru_cache(maxsize=1)
def _marks() -> tuple[tuple[str, Place], ...]:
    places: tuple[Place, ...] = ("name", "title", "before")
    return tuple((_bare(start), place) for place in places for start in data.table("ranks")["marks"][place])
