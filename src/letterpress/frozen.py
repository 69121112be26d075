"""A mapping that does not change, for the parts of values that are mappings; and what is found out once of a value."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

_T = TypeVar("_T")
_Found = TypeVar("_Found")
_KEPT = 8
"""Values that are remembered: a run has one letter, or a few."""


class frozendict(dict[str, Any]):  # noqa: N801 - named like frozenset, which it is for dict
    """A dict that refuses change, so that a `Letter` is immutable in all parts; picklable, unlike MappingProxyType."""

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise TypeError("this mapping is frozen")

    __setitem__ = __delitem__ = clear = pop = popitem = setdefault = update = __ior__ = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(sorted(self.items())))

    def __reduce__(self) -> tuple[Any, ...]:
        return (frozendict, (dict(self),))


def once(find: Callable[[_T], _Found]) -> Callable[[_T], _Found]:
    """Remember what a function finds out of a value that does not change, such as a `Letter`; the very object counts.

    What the function gives is given to all who ask: it is not to be changed.
    """
    kept: dict[int, tuple[_T, _Found]] = {}

    @functools.wraps(find)
    def found(value: _T) -> _Found:
        known = kept.get(id(value))
        if known is None or known[0] is not value:
            while len(kept) >= _KEPT:
                kept.pop(next(iter(kept)), None)
            known = kept[id(value)] = value, find(value)
        return known[1]

    return found


def last(find: Callable[..., _Found]) -> Callable[..., _Found]:
    """Remember what a function gave last, and give it again for equal arguments, of which letters of a list share most.

    What the function gives is given to all who ask: it is not to be changed.
    """
    kept: list[tuple[tuple[Any, ...], _Found]] = []

    @functools.wraps(find)
    def found(*arguments: Any) -> _Found:
        for known, made in kept:
            if known == arguments:  # of the very same values only the identity is looked at
                return made
        made = find(*arguments)
        kept.insert(0, (arguments, made))
        del kept[_KEPT:]
        return made

    return found
