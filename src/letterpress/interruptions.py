"""The signals that ask a command to end, each heard once.

A terminal sends Ctrl-C to all processes in the foreground, and a watching process passes on what it is sent: a process
may be told one thing twice. What was ignored when the command began (`nohup`) stays ignored.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))

_SAME = 0.2
"""Seconds within which a signal is the same one, come by another way."""


def heeded() -> tuple[int, ...]:
    """Those of `ENDING` that are not ignored."""
    return tuple(number for number in ENDING if signal.getsignal(number) is not signal.SIG_IGN)


def once(handler: Callable[[], None]) -> Callable[[int, FrameType | None], Any]:
    """A signal handler that calls `handler`, but not twice for one signal."""
    last = [float("-inf")]

    def heard(_: int, __: FrameType | None) -> None:
        now = time.monotonic()
        same, last[0] = now - last[0] < _SAME, now
        if not same:
            handler()

    return heard


def interrupt() -> None:
    """What a signal does that nobody has other plans for: `finally` is run, and the command ends with 130."""
    raise KeyboardInterrupt
