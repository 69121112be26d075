"""The inside of a worker process: letters in, PDFs on disk, a word back for each.

A worker is a fresh interpreter, started with `command()`; nothing else should run this module. Messages come through
its standard input: `orders` once, then a `base` before the first letter that is made of it, `items`, and `stop`. It
answers `ready` (or `unfit`, with the reason), and for each letter `start` and `outcome`.

A worker whose parent has gone writes nothing more: another run may have begun in the folder, once the lock that this
one holds as well is free.

Not here: how a letter is made (maker.py); who watches (supervisor.py).
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
from collections import deque
from typing import Any

from letterpress.batch.maker import Item, Maker, Orders
from letterpress.errors import LetterpressError
from letterpress.model import Job
from letterpress.processes import limits, stages
from letterpress.processes.channel import Board, Channel

_LARGE = 0.6
"""Part of the memory that it may use, from which on a worker ends itself between two letters."""


def command() -> list[str]:
    """Give the command that starts a worker: a fresh interpreter with our search path.

    Never a fork: a process that has loaded Pango and its threads cannot be forked safely.
    """
    code = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from letterpress.batch.worker import main; main()"
    return [sys.executable, "-c", code, json.dumps(sys.path)]


def main() -> None:
    """Work until there is nothing more to do or nobody to do it for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to hear
    outgoing = os.dup(1)
    os.dup2(2, 1)  # whatever a library prints, it must not get between the messages
    channel = Channel(os.dup(0), outgoing)
    _Worker(channel).work()


class _Worker:
    """One worker and its pipe."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.bases: dict[int, Job] = {}
        self.items: deque[Item] = deque()
        self.stopped = False
        self.memory = 0
        self.maker: Maker | None = None

    def work(self) -> None:
        """Make letters as they come; the pipe is read between two, so that `stop` is heard after the one in hand."""
        while True:
            self._read()
            if self.items and not self.stopped and self.maker is not None:
                item = self.items.popleft()
                self._send(("start", item.seq))
                self._send(("outcome", self.maker.make(self.bases[item.base], item)))
                self._retire_if_large()
            elif self.channel.ended or self.stopped:
                return
            else:
                select.select([self.channel.incoming], [], [])

    def _send(self, message: Any) -> None:
        self.channel.send(message)
        self.channel.flush_all()

    def _read(self) -> None:
        for kind, *content in self.channel.receive():
            if kind == "orders":
                self._begin(*content)
            elif kind == "base":
                self.bases[content[0]] = content[1]
            elif kind == "items":
                self.items.extend(content[0])
            else:
                self.stopped = True
        if self.channel.ended:
            self.stopped = True

    def _begin(self, orders: Orders, parent: int, board: int) -> None:
        """Get ready, while the parent still reads its records.

        :param parent: number of the process that this one works for.
        :param board: file descriptor of the board that says what this one is at.
        """
        limits.die_with(parent)
        stages.tell(Board(board))

        def leave_if_alone() -> None:
            if os.getppid() != parent:
                os._exit(0)

        self.memory = orders.limits.memory
        self.maker = Maker(orders, before_writing=leave_if_alone)
        try:
            self.maker.prepare()
        except LetterpressError as error:
            self._send(("unfit", error.diagnostics))
            self.stopped = True
            return
        limits.bound_memory(orders.limits)
        limits.unbound_time()  # a command bounds its own time, and a worker is watched
        self._send(("ready",))

    def _retire_if_large(self) -> None:
        """End, to be replaced, while memory is still far from the limit: a leak of a library is no letter's fault."""
        if limits.memory_of(os.getpid()) > _LARGE * self.memory:
            self.channel.flush_all()
            os._exit(0)
