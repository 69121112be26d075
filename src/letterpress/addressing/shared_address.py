"""Joins recipients at one address into one block: their names, each with what they are, above what they share.

Not here: the lines of an address (`address`).
"""

from __future__ import annotations

from collections.abc import Sequence

from letterpress.model import Party

_PLACE = ("street", "postcode", "city", "region", "country")


def blocks(parties: Sequence[Party], addresses: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Join parties, in the order of the first of each block.

    :param addresses: for each party, the lines of its address, the name first.
    """
    groups: dict[object, list[tuple[str, ...]]] = {}
    for at, (party, lines) in enumerate(zip(parties, addresses, strict=True)):
        place = party.lines or tuple(getattr(party, name) for name in _PLACE)
        at_one_place = any(place) and (party.lines or (party.street and party.city))
        groups.setdefault(place if at_one_place else at, []).append(lines)
    return tuple(_joined(group) for group in groups.values())


def _joined(group: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The lines that differ, one recipient after the other, and then those that all end with."""
    if len(group) == 1:
        return group[0]
    shared = 0
    shortest = min(len(lines) for lines in group)
    while shared < shortest - 1 and len({lines[-1 - shared] for lines in group}) == 1:
        shared += 1
    own = [line for lines in group for line in lines[: len(lines) - shared]]
    return (*own, *group[0][len(group[0]) - shared :])
