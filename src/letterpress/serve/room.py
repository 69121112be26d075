"""Says whether there is room in memory for one more body: each has its limit, and all of them together have one.

Not here: the limit of one body (bodies.py).
"""

from __future__ import annotations

import threading

from letterpress.serve.problems import busy


class Room:
    """The memory for bodies."""

    def __init__(self, most: int) -> None:
        """:param most: bytes."""
        self.most, self.taken = most, 0
        self.lock = threading.Lock()

    def entry(self) -> Entry:
        """Begin a request."""
        return Entry(self)


class Entry:
    """What one request takes of it."""

    def __init__(self, room: Room) -> None:
        self._room, self._size = room, 0

    def take(self, size: int) -> None:
        """Take more.

        :param size: bytes.
        :raises Declined: there is no more; the request is to be sent again.
        """
        with self._room.lock:
            if size and self._room.taken + size > self._room.most:
                raise busy("bodies-full", "Too much is being sent at once", 2)
            self._room.taken += size
            self._size += size

    def leave(self) -> None:
        """Give back what was taken."""
        with self._room.lock:
            self._room.taken -= self._size
            self._size = 0
