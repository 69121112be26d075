"""Orders signatories by rank, and says where a mark of authority ("i. A.", "By direction", "Acting") stands.

Nobody's rank is guessed from a title. Ranks and marks are data (`data/ranks.toml`, with sources); a rank is named as
the forms of address name it: Colonel, COL, or the key us-army-colonel.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from letterpress import data
from letterpress.errors import Problem, did_you_mean, nearest
from letterpress.model import Signatory

Place = Literal["before", "name", "title"]
"""Where a mark stands: before the handwriting, below the name, or below name and title."""


class RankFault(NamedTuple):
    """A signatory who cannot be ordered."""

    at: int
    """Which one, counted from 1."""
    problem: Problem


def faults(people: Sequence[Signatory]) -> list[RankFault]:
    """Find what keeps signatories from being ordered by rank: one has none, or one that is not known."""
    numbered = all(one.rank is not None and one.rank.isdigit() for one in people)
    problems = [(at, _problem(signatory, numbered=numbered)) for at, signatory in enumerate(people, start=1)]
    return [RankFault(at, problem) for at, problem in problems if problem is not None]


def _problem(signatory: Signatory, *, numbered: bool) -> Problem | None:
    """:param numbered: whether the ranks of all are numbers."""
    rank, names = signatory.rank, (("name", signatory.name),)
    if rank is None:
        hint = "add 'rank: CAPT', or a number (1 signs first); or write 'signatories_order: given'"
        return Problem(f"{signatory.name} has no rank to be ordered by", hint, code="rank-missing", params=names)
    if rank.isdigit():
        if numbered:
            return None
        message = f"the rank of {signatory.name} is a number, and another's is a name"
        hint = "give all of them numbers, or all of them names"
        return Problem(message, hint, code="rank-mixed", value=rank, params=names)
    if rank in _seniority():
        return None
    if rank in _unsure():
        examples = _unsure()[rank]
        hint = f"write {' or '.join(examples)}" if examples else "write First Lieutenant, 1LT, or LT of the Navy"
        message = f"'{rank}' is a rank of several grades"
        return Problem(message, hint, code="rank-ambiguous", value=rank, instead=examples)
    hint = did_you_mean(rank, _seniority()) or "give a number: 1 signs first"
    instead = nearest(rank, _seniority())
    return Problem(f"there is no rank '{rank}' in the table", hint, code="rank-unknown", value=rank, instead=instead)


def by_rank(people: Sequence[Signatory]) -> tuple[Signatory, ...]:
    """Order signatories, the most senior first; those of one rank in the order given.

    :raises ValueError: `faults` has something to say.
    """
    if faults(people):
        raise ValueError("the signatories cannot be ordered by rank")
    return tuple(sorted(people, key=lambda signatory: _position(signatory.rank or "")))


def rank_key(service: str, rank: str) -> str:
    """Write the key of a rank among the forms of address: us-army-first-lieutenant."""
    return f"{service}-{re.sub(r'[^a-z0-9]+', '-', rank.lower()).strip('-')}"


@lru_cache(maxsize=1)
def _spoken() -> dict[str, str | None]:
    """Abbreviation of a rank -> what a salutation calls somebody; None where the services differ."""
    found: dict[str, str | None] = {}
    for service in data.table("ranks")["service"]:
        for _, short, said, _ in service["ranks"]:
            found[short] = said if found.get(short, said) == said and "/" not in said else None
    return found


def spoken(abbreviation: str) -> str | None:
    """Say what a salutation calls somebody of an American rank: LTC is Colonel; None where that is not sure."""
    return _spoken().get(abbreviation)


def spoken_titles() -> frozenset[str]:
    """Give all that a salutation may call somebody of an American rank."""
    return frozenset(said for said in _spoken().values() if said)


def mark_place(mark: str) -> Place:
    """Say where a mark of authority stands; one that is not in the table stands before the handwriting."""
    written = _bare(mark)
    return next((place for start, place in _marks() if written.startswith(start)), "before")


def _position(rank: str) -> int:
    return int(rank) if rank.isdigit() else _seniority()[rank]


def _bare(mark: str) -> str:
    return re.sub(r"\s+", "", mark).casefold()


@lru_cache(maxsize=1)
def _grades() -> dict[str, dict[str, list[str]]]:
    """What a rank may be called -> its pay grades -> the ways to say which of them is meant."""
    table = data.table("ranks")
    found: dict[str, dict[str, list[str]]] = {}
    for service in table["service"]:
        for rank, short, _, grade in service["ranks"]:
            if not grade:
                continue
            said = f"{short}, {service['mark']}"
            for name in (rank, short, said, f"{rank}, {service['mark']}", rank_key(service["key"], rank), grade):
                found.setdefault(name, {}).setdefault(grade, []).append(said)
    for grade, names in table["also"].items():
        for name in names:
            found.setdefault(name, {}).setdefault(grade, [])
    return found


@lru_cache(maxsize=1)
def _seniority() -> dict[str, int]:
    """Rank or grade -> its place, the most senior first: officers, warrant officers, enlisted people."""
    sure = {name: next(iter(grades)) for name, grades in _grades().items() if len(grades) == 1}
    order = {grade: ("OWE".index(grade[0]), -int(grade[2:])) for grade in set(sure.values())}
    places = {grade: at for at, grade in enumerate(sorted(order, key=lambda grade: order[grade]))}
    return {name: places[grade] for name, grade in sure.items() if name not in data.table("ranks")["unsure"]}


@lru_cache(maxsize=1)
def _unsure() -> dict[str, tuple[str, ...]]:
    """Names of ranks that mean several grades, each with the ways to say which."""
    several = {name: grades for name, grades in _grades().items() if len(grades) > 1}
    ways = {name: tuple(said[0] for said in grades.values()) for name, grades in several.items()}
    return {**dict.fromkeys(data.table("ranks")["unsure"], ()), **ways}


@lru_cache(maxsize=1)
def _marks() -> tuple[tuple[str, Place], ...]:
    places: tuple[Place, ...] = ("name", "title", "before")
    return tuple((_bare(start), place) for place in places for start in data.table("ranks")["marks"][place])
