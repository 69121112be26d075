"""Holds the layout to one thread at a time: Pango's font maps are not safe in threads.

Not here: what is done meanwhile (`engine`, `unlaid`).
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator

_lock = threading.RLock()
_FORK_PATIENCE = 10.0  # seconds that a fork waits for a layout in another thread


@contextlib.contextmanager
def held() -> Iterator[None]:
    """Keep all other threads from laying out while the block runs."""
    with _lock:
        yield


def _before_fork() -> None:
    """Wait until no thread is laying out: the child would inherit Pango in the middle of something."""
    _lock.acquire(timeout=_FORK_PATIENCE)


def _after_fork_in_parent() -> None:
    with contextlib.suppress(RuntimeError):  # it was not to be had in time
        _lock.release()


def _after_fork_in_child() -> None:
    """A lock of its own: whoever holds the old one is a thread that the child does not have."""
    global _lock
    _lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_after_fork_in_child)
