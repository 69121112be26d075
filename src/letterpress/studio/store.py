"""Keeps the pictures, PDFs and reports that the page was told of, until newer ones take their room."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

PICTURES = 48_000_000
"""Bytes of pictures: some hundred pages."""
PDFS = 64_000_000
REPORTS = 32
"""Reports on PDFs, each of some findings."""


class Store:
    """Bytes by name; the oldest are let go of where there is no more room. Any thread may use it."""

    def __init__(self, most: int) -> None:
        """:param most: bytes."""
        self._most, self._size = most, 0
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, name: str, data: bytes) -> None:
        """Keep something; what is larger than all the room is not kept."""
        with self._lock:
            older = self._kept.pop(name, None)
            self._size += len(data) - (len(older) if older is not None else 0)
            self._kept[name] = data
            while self._size > self._most and self._kept:
                _, gone = self._kept.popitem(last=False)
                self._size -= len(gone)

    def get(self, name: str) -> bytes | None:
        """Give it, if it is still there; it counts as new then."""
        with self._lock:
            found = self._kept.get(name)
            if found is not None:
                self._kept.move_to_end(name)
            return found

    def names(self, among: list[str]) -> frozenset[str]:
        """Give those names that are there."""
        with self._lock:
            return frozenset(name for name in among if name in self._kept)

    @property
    def size(self) -> int:
        """Bytes that are kept."""
        return self._size


class Recent:
    """Values by name, so many at most: the oldest are let go of. Any thread may use it."""

    def __init__(self, most: int) -> None:
        """:param most: how many."""
        self._most = most
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, name: Hashable, value: Any) -> None:
        """Keep a value."""
        with self._lock:
            self._kept.pop(name, None)
            self._kept[name] = value
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def get(self, name: Hashable) -> Any:
        """Give it, if it is still there; None if it is not."""
        with self._lock:
            return self._kept.get(name)
