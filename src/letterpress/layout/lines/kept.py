"""Remembers the last values of a long run in bounded room."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TypeVar

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")
_MOST = 8192


class Kept(dict[_Key, _Value]):
    """Values by their keys; the older half of them goes where there are too many. Reading costs what a dict's does."""

    def __setitem__(self, key: _Key, value: _Value) -> None:
        if len(self) >= _MOST:
            for old in list(self)[: _MOST // 2]:
                del self[old]
        super().__setitem__(key, value)
