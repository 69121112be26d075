"""The inside of a worker process: letters in, PDFs on disk, a word back for each.

A worker is a fresh interpreter, started with `command()`; nothing else should run this module. Messages come through
its standard input: `orders` once, then a `base` before the first letter that is made of it, `items`, and `stop`. It
answers `ready` (or `unfit`, with the reason), `outcomes` of a group of letters with the seconds that they took, and at
the end `stopped`. Which letter it is at stands on its board.

The files of a group go to the disk together, since each wait for the disk takes as long for many as for one.

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
import time
from collections import deque
from typing import Any

from letterpress.batch.maker import Begun, Item, Maker, Orders, Outcome
from letterpress.errors import LetterpressError
from letterpress.model import Job
from letterpress.processes import limits, stages
from letterpress.processes.channel import Board, Channel

_GROUP = 64
"""Letters whose files are written at once, at most: each holds a file descriptor."""
_GROUP_SECONDS = 0.1
"""How long the first letter of a group waits for the others, at most."""
_LARGE = 0.6
"""Part of the memory that it may use, from which on a worker ends itself between two letters."""
_LOOKS = 8
"""Letters after which a worker looks at its memory again."""


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
        self.made = 0
        self.maker: Maker | None = None
        self.board: Board | None = None
        self.outcomes: list[Outcome] = []
        """Known and not yet told."""
        self.begun: list[Begun] = []
        """Letters whose files are not in their places yet."""
        self.since = 0.0
        """When the first letter of this group was begun."""

    def work(self) -> None:
        """Make letters as they come; the pipe is read between two, so that `stop` is heard after the one in hand."""
        while True:
            self._read()
            if self.items and not self.stopped and self.maker is not None:
                self._make(self.maker, self.items.popleft())
                self._retire_if_large()
                continue
            self._finish_group()
            if self.channel.ended or self.stopped:
                self._send(("stopped",))
                return
            select.select([self.channel.incoming], [], [])

    def _make(self, maker: Maker, item: Item) -> None:
        assert self.board is not None  # noqa: S101 - it comes with the maker
        self.board.begin_task(item.seq)
        if not self.outcomes and not self.begun:
            self.since = time.monotonic()
        made = maker.begin(self.bases[item.base], item)
        if isinstance(made, Outcome):
            self.outcomes.append(made)
        else:
            self.begun.append(made)
        many = len(self.begun) + len(self.outcomes) >= _GROUP
        if many or time.monotonic() - self.since > _GROUP_SECONDS:
            self._finish_group()

    def _finish_group(self) -> None:
        """Write the files of the letters that are made, and tell of them."""
        if self.maker is None or self.board is None or not (self.begun or self.outcomes):
            return
        seconds = time.monotonic() - self.since
        # The last letter is still the one in hand: if this ends the process, it is tried again by itself.
        if self.begun:
            self.board.begin_task(self.begun[-1].item.seq)
            self.outcomes += self.maker.finish(self.begun)
        self._send(("outcomes", self.outcomes, seconds))
        self.outcomes, self.begun = [], []
        self.board.begin_task(None)

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
        self.board = Board(board)
        stages.tell(self.board)

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
        self.made += 1
        if self.made % _LOOKS:
            return
        if limits.memory_of(os.getpid()) > _LARGE * self.memory:
            self._finish_group()
            os._exit(0)
