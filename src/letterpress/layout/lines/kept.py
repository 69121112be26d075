"""Remembers the last values of a long run in bounded room."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TypeVar

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class Kept(dict[_Key, _Value]):
    """Values by their keys; the older half of them goes where there are too many. Reading costs what a dict's does."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, key: _Key, value: _Value) -> None:
        if len(self) >= self._most:
            for old in list(self)[: self._most // 2]:
                del self[old]
        dict.__setitem__(self, key, value)
