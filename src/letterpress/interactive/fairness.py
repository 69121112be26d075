"""Says whose request a free worker answers next, where several owners ask: nobody waits behind all that another sent.

A request goes first whose owner has the fewest under way; of these, that of the owner who was served longest ago; then
the oldest. An owner whose answers take long leaves a worker free for the others, as long as there are any.

Not here: who answers (crew.py).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

_LONG = 1.0
"""Seconds from which on an owner's answers take long."""
_LATELY = 60.0
"""Seconds for which another owner who has asked is taken to ask again."""
_FORGETTING = 0.8
"""What is left, with each answer, of the longest that one took."""


class Owned(Protocol):
    """A request of somebody."""

    owner: str | None


R = TypeVar("R", bound=Owned)


class Turns:
    """What is known of the owners."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._begun = 0
        self._served: dict[str | None, int] = {}
        self._asked: dict[str | None, float] = {}
        self._usual: dict[str | None, float] = {}

    def asked(self, owner: str | None, now: float | None = None) -> None:
        """Note that an owner has asked.

        :param now: by the monotonic clock.
        """
        self._asked[owner] = time.monotonic() if now is None else now

    def answered(self, owner: str | None, seconds: float) -> None:
        """Note how long an answer took, whatever it was."""
        self._usual[owner] = max(_FORGETTING * self._usual.get(owner, 0.0), seconds)

    def following(self, waiting: Sequence[R], at_work: Iterable[R], now: float | None = None) -> R | None:
        """Choose the request that is answered next, the oldest first among those that wait; None: none may begin now.

        :param now: by the monotonic clock.
        """
        now = time.monotonic() if now is None else now
        busy = Counter(one.owner for one in at_work)
        may = (one for one in waiting if not self._is_held_back(one.owner, busy[one.owner], now))
        found = min(may, key=lambda one: (busy[one.owner], self._served.get(one.owner, 0)), default=None)
        if found is not None:
            self._begun += 1
            self._served[found.owner] = self._begun
        return found

    def _is_held_back(self, owner: str | None, busy: int, now: float) -> bool:
        """Whether an owner has all the workers that are for whose answers take long."""
        if owner is None or self._workers < 2 or busy < self._workers - 1 or self._usual.get(owner, 0.0) < _LONG:
            return False
        return any(now - at < _LATELY for other, at in self._asked.items() if other != owner)
