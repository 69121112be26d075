"""Says whether a token may ask once more, or when: a bucket of requests that fills evenly.

Source: the token bucket, as RFC 2697 has it.
"""

from __future__ import annotations

import math
import threading
import time

BURST = 10.0
"""Seconds' worth of requests that may come at once."""


class Rates:
    """The buckets of all tokens."""

    def __init__(self, per_minute: int) -> None:
        """:param per_minute: requests of one token; 0: as many as it likes."""
        self._each = per_minute / 60
        self._most = max(1.0, BURST * self._each)
        self._buckets: dict[str, tuple[float, float]] = {}
        """Name -> requests that may come, and when that was so."""
        self._lock = threading.Lock()

    def wait(self, name: str, now: float | None = None) -> int | None:
        """Take a request from a bucket; gives the seconds to wait where there is none, else None.

        :param now: by the monotonic clock.
        """
        if not self._each:
            return None
        now = time.monotonic() if now is None else now
        with self._lock:
            left, since = self._buckets.get(name, (self._most, now))
            left = min(self._most, left + (now - since) * self._each)
            if left >= 1:
                self._buckets[name] = left - 1, now
                return None
            self._buckets[name] = left, now
            return max(1, math.ceil((1 - left) / self._each))
