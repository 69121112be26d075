"""Answers the calls of a kept worker's caller, in the worker's process.

Not here: how the process is started, watched and replaced, and which messages there are (kept_worker.py).
"""

from __future__ import annotations

import contextlib
import importlib
import os
import pickle
import select
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

from letterpress.errors import LetterpressError
from letterpress.processes import limits as bounds
from letterpress.processes import stages
from letterpress.processes.channel import Board, Channel
from letterpress.processes.limits import Limits

_RETIRE = 0.6
"""Part of the memory limit above which the worker ends itself between two calls: the next one gets a fresh one."""


def main() -> None:
    """Answer calls until there is nobody to call."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the caller's to hear
    outgoing = os.dup(1)
    os.dup2(2, 1)  # whatever a library prints, it must not get between the messages
    board = Board(int(sys.argv[2]))
    stages.tell(board)
    threading.Thread(target=_end_with_the_caller, name="letterpress-lifeline", daemon=True).start()
    _Server(Channel(os.dup(0), outgoing), board).work()


def _end_with_the_caller() -> None:
    """End as soon as the other end of our standard input is closed, also in the middle of a call.

    Not the system's own signal for that (PR_SET_PDEATHSIG): it comes when the thread ends that has started us.
    """
    poll = select.poll()
    poll.register(0, 0)  # nothing but hang-ups
    poll.poll()
    os._exit(0)


class _Server:
    """One call after the other, until the caller has gone."""

    def __init__(self, channel: Channel, board: Board) -> None:
        self.channel = channel
        self.board = board
        self.limits: Limits | None = None
        self.known: dict[str, Callable[..., Any]] = {}

    def work(self) -> None:
        while True:
            _, function, arguments, options, limits, asking, folder = self._next()
            self.board.at("", None)
            if folder is not None:  # a relative path is meant from where the caller is now
                with contextlib.suppress(OSError):
                    os.chdir(folder)
            if limits != self.limits:
                bounds.bound_memory(limits)
                self.limits = limits
            self._send(self._answer(function, (self._ask, *arguments) if asking else arguments, options))
            if bounds.memory_of(os.getpid()) > _RETIRE * limits.memory:
                os._exit(0)

    def _answer(self, name: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> tuple[str, Any]:
        try:
            function = self._function(name)
            self._send(("begun",))
            assert self.limits is not None  # noqa: S101 - they come with the call
            bounds.bound_time(self.limits.seconds)
            return "done", function(*arguments, **options)
        except MemoryError:
            return "memory", None
        except Exception as error:
            try:
                pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
            except Exception:  # some exceptions cannot travel
                return "raised", RuntimeError(f"{type(error).__name__}: {error}")
            return "raised", error

    def _function(self, name: str) -> Callable[..., Any]:
        if name not in self.known:
            module, _, attribute = name.partition(":")
            loaded = importlib.import_module(module)
            if prepare := getattr(loaded, "prepare", None):
                prepare()  # loads what its calls need, before the time of the first one begins
            self.known[name] = getattr(loaded, attribute)
        return self.known[name]

    def _ask(self, name: str, *arguments: Any) -> Any:
        self._send(("ask", name, arguments))
        _, worked, value = self._next()
        if not worked:
            # Only to end the call: the caller, who has the exception of its own part, raises that.
            raise LetterpressError("the caller's part has failed", code="hook-failed")
        return value

    def _next(self) -> tuple[Any, ...]:
        while True:
            for message in self.channel.receive():
                return tuple(message)  # never more than one: the caller waits for the answer
            if self.channel.ended:
                os._exit(0)
            select.select([self.channel.incoming], [], [])

    def _send(self, message: Any) -> None:
        self.channel.send(message)
        self.channel.flush_all()
