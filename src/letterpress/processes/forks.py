"""Keeps a fork apart from the work of other threads.

A child has the one thread that forked it, and every lock as it was at that moment: one that another thread held stays
held for ever, be it ours, a library's (Jinja's caches, `functools.cached_property` before Python 3.12) or one in C.
So a fork waits until no other thread is at work, and no thread begins meanwhile.

Not here: what is started by `subprocess`, which has no such child.
"""

from __future__ import annotations

import contextlib
import os
import threading
import weakref
from collections.abc import Iterator

_PATIENCE = 60.0  # seconds that a fork waits for the letters of other threads

_state = threading.Condition(threading.Lock())
_working = 0  # threads at work
_forking = 0  # threads that wait until they may fork
_own = threading.local()


@contextlib.contextmanager
def kept_off() -> Iterator[None]:
    """Let forks in other threads wait while the block runs. It may stand within another."""
    _begin()
    try:
        yield
    finally:
        _end()


class Lock:
    """A reentrant lock that no fork finds held by another thread."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        _locks.add(self)

    def __enter__(self) -> None:
        _begin()
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()
        _end()

    def _renew(self) -> None:
        self._lock = threading.RLock()


_locks: weakref.WeakSet[Lock] = weakref.WeakSet()


def _depth() -> int:
    """In how many blocks this thread is."""
    return getattr(_own, "depth", 0)


def _begin() -> None:
    global _working
    if not _depth():  # who is at work already goes on: the fork waits for its end
        with _state:
            _state.wait_for(lambda: not _forking)
            _working += 1
    _own.depth = _depth() + 1


def _end() -> None:
    global _working
    _own.depth -= 1
    if not _own.depth:
        with _state:
            _working -= 1
            _state.notify_all()


def _before_fork() -> None:
    """Wait for the others, and keep them where they are: what is held here is held by this thread alone."""
    global _forking
    _state.acquire()
    _forking += 1
    mine = 1 if _depth() else 0
    _state.wait_for(lambda: _working <= mine, timeout=_PATIENCE)


def _after_fork_in_parent() -> None:
    global _forking
    _forking -= 1
    _state.notify_all()
    _state.release()


def _after_fork_in_child() -> None:
    """Begin anew, with this thread alone; what it holds itself, it still holds."""
    global _state, _working, _forking
    _state, _working, _forking = threading.Condition(threading.Lock()), 1 if _depth() else 0, 0
    if not _working:
        for lock in _locks:
            lock._renew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_after_fork_in_child)
