"""Covering sets: few rows in which every combination of values of two axes (or three) occurs at least once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations, product

Row = dict[str, str]
"""Axis -> value."""
Value = tuple[str, str]
"""Axis and value."""
Combination = frozenset[Value]
"""Values of some axes."""
Axes = Mapping[str, Sequence[str]]


def rows(axes: Axes, strength: int, never: Collection[Combination] = ()) -> list[Row]:
    """Make the rows, the same ones each time: a greedy choice of each value.

    :param never: values that cannot be together. What no row can have because of them is left out.
    """
    rules = _Rules(axes, never)
    missing = _Missing(axes, strength)
    made: list[Row] = []
    while missing.left:
        start = next(iter(missing.left))
        row = _filled(axes, dict(start), missing, rules) if rules.allow(start) else None
        if row is None:
            missing.take(start)
            continue
        for held in map(frozenset, combinations(row.items(), strength)):
            missing.take(held)
        missing.used.update(row.items())
        made.append({axis: row[axis] for axis in axes})
    return made


class _Rules:
    """What cannot be together."""

    def __init__(self, axes: Axes, never: Collection[Combination]) -> None:
        self._axes = axes
        self._never = never
        self._others: defaultdict[Value, list[Combination]] = defaultdict(list)
        for one in never:
            for value in one:
                self._others[value].append(one - {value})

    def allow(self, some: Combination) -> bool:
        """Whether these may be together."""
        return not any(one <= some for one in self._never)

    def left(self, row: Row) -> dict[str, list[str]] | None:
        """The values that each other axis may have then; None if one has none."""
        held = row.items()
        found = {}
        for axis in self._axes:
            if axis not in row:
                found[axis] = [one for one in self._axes[axis] if not self._bars((axis, one), held)]
                if not found[axis]:
                    return None
        return found

    def _bars(self, value: Value, held: Collection[Value]) -> bool:
        return any(all(one in held for one in others) for others in self._others[value])


class _Missing:
    """The combinations that no row has yet."""

    def __init__(self, axes: Axes, strength: int) -> None:
        self.left = dict.fromkeys(_every(axes, strength))
        self.used: Counter[Value] = Counter()
        """In how many rows a value is."""
        self._strength = strength
        self._others: defaultdict[Value, set[Combination]] = defaultdict(set)
        """Value -> what is missing together with it."""
        for one in self.left:
            for value in one:
                self._others[value].add(one - {value})

    def take(self, one: Combination) -> None:
        """Take away what a row has, or none can have."""
        if one in self.left:
            del self.left[one]
            for value in one:
                self._others[value].discard(one - {value})

    def best(self, left: Mapping[str, list[str]], row: Row) -> list[Value]:
        """The values of one axis: first what brings most that is missing, then what was used least."""
        held = {frozenset(some) for some in combinations(row.items(), self._strength - 1)}
        ranked = [
            (-len(self._others[axis, value] & held), self.used[axis, value], order, at, axis, value)
            for order, (axis, values) in enumerate(left.items())
            for at, value in enumerate(values)
        ]
        chosen = min(ranked)[4]
        return [(axis, value) for *_, axis, value in sorted(ranked) if axis == chosen]


def _every(axes: Axes, strength: int) -> Iterator[Combination]:
    """Every combination of values of so many axes."""
    for names in combinations(axes, strength):
        for values in product(*(axes[name] for name in names)):
            yield frozenset(zip(names, values, strict=True))


def _filled(axes: Axes, row: Row, missing: _Missing, rules: _Rules) -> Row | None:
    """Give each axis that has none a value; None if there is no such row."""
    if len(row) == len(axes):
        return row
    left = rules.left(row)
    for axis, value in missing.best(left, row) if left is not None else ():
        full = _filled(axes, {**row, axis: value}, missing, rules)
        if full is not None:
            return full
    return None
