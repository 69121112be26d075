"""A mapping that does not change, for the parts of values that are mappings."""

from __future__ import annotations

from typing import Any


class frozendict(dict[str, Any]):  # noqa: N801 - named like frozenset, which it is for dict
    """A dict that refuses change, so that a `Letter` is immutable in all parts; picklable, unlike MappingProxyType."""

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise TypeError("this mapping is frozen")

    __setitem__ = __delitem__ = clear = pop = popitem = setdefault = update = __ior__ = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(sorted(self.items())))

    def __reduce__(self) -> tuple[Any, ...]:
        return (frozendict, (dict(self),))
