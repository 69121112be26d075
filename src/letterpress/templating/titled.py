"""What stands in a template for a value that is not there yet: its title, on a page that is looked at and never sent.

Whatever a template does with the value gives the title again, so that no filter and no sum hides that it is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from letterpress.templating import filters


class Titled(filters.NoValue):
    """The title of a field without a value. In a condition it is as the letter would be: false, unless it must come."""

    __slots__ = ("_required", "_title")

    def __init__(self, title: str, *, required: bool) -> None:
        self._title = title
        self._required = required

    def __str__(self) -> str:
        return self._title

    def __bool__(self) -> bool:
        return self._required

    def __iter__(self) -> Iterator[Titled]:
        yield self

    def __len__(self) -> int:
        return 1

    def __getattr__(self, name: str) -> Titled:
        """Give what a record of a list has under that name: its title is the name."""
        if name.startswith("_"):
            raise AttributeError(name)
        return Titled(in_words(name), required=self._required)

    def __getitem__(self, name: Any) -> Titled:
        return self.__getattr__(name) if isinstance(name, str) else self

    def __contains__(self, _: object) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return hash(self._title)

    def _compared(self, _: object) -> bool:
        return False

    def _reckoned(self, *_: object) -> Titled:
        return self

    __lt__ = __le__ = __gt__ = __ge__ = _compared
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _reckoned
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = __rpow__ = __neg__ = __pos__ = __abs__ = _reckoned


def in_words(name: str) -> str:
    """Write a field's name as people would: `due_date` is "Due date"."""
    words = " ".join(name.replace("_", " ").replace("-", " ").split())
    return words[:1].upper() + words[1:]
