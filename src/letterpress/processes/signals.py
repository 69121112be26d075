"""Hears the signals that ask a command to end, each once.

A terminal sends Ctrl-C to all processes in the foreground, and a watching process passes on what it is sent: a process
may be told one thing twice. What was ignored when the command began (`nohup`) stays ignored.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, TypeVar

T = TypeVar("T")

ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))

_SAME = 0.5
"""Seconds within which a signal is the same one, come by another way."""
_ENDING = 1.5
"""Seconds in which a command that has been interrupted is left to end."""


def heeded() -> tuple[int, ...]:
    """Give those of `ENDING` that are not ignored."""
    return tuple(number for number in ENDING if signal.getsignal(number) is not signal.SIG_IGN)


def once(handler: Callable[[], None], *, same: float = _SAME) -> Callable[[int, FrameType | None], Any]:
    """Make a signal handler that calls `handler`, but not twice for one signal.

    :param same: seconds within which another signal is taken for the same one.
    """
    last = [float("-inf")]

    def heard(_: int, __: FrameType | None) -> None:
        now = time.monotonic()
        again, last[0] = now - last[0] < same, now
        if not again:
            handler()

    return heard


def interrupt() -> None:
    """End the command with 130, after `finally` was run: what a signal does where nothing else is planned for it."""
    _asked.append(True)
    raise KeyboardInterrupt


_asked: list[bool] = []


def asked() -> bool:
    """Say whether `interrupt` has been called."""
    return bool(_asked)


interrupting = once(interrupt, same=_ENDING)
"""The signal handler that does this; what ends already is not interrupted once more."""


def waiting(work: Callable[[], T], cancel: Callable[[], None]) -> T:
    """Do work in which a library does not look at signals, as databases do; gives its result.

    It is done in a thread of its own, while this one waits for signals; one that ends the command cancels the work.

    :param cancel: makes `work` end, from another thread.
    """
    if threading.current_thread() is not threading.main_thread():
        return work()
    results: list[T] = []
    failures: list[BaseException] = []
    over = threading.Event()  # not `join`, which takes the thread for ended when it is interrupted itself

    def do() -> None:
        try:
            results.append(work())
        except BaseException as error:  # carried over to the thread that waits
            failures.append(error)
        finally:
            over.set()

    thread = threading.Thread(target=do, name="letterpress-query", daemon=True)
    try:
        thread.start()
        over.wait()
    except BaseException:
        while not over.wait(0.05):  # again and again: it may not have begun when it is told the first time
            cancel()
        raise
    if failures:
        raise failures[0]
    return results[0]
