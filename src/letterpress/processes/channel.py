"""Passes messages between a process and its workers through pipes, and keeps what a worker is at in a file.

A message is its length (4 bytes, big-endian), followed by a pickled value. The file can still be read when the worker
has been killed.

Not here: what the messages say (kept_worker.py, call_server.py; for runs batch/worker.py and batch/supervisor.py).
"""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import struct
import tempfile
import time
from typing import Any

from letterpress.processes import stages

_HEAD = struct.Struct("!I")
_BLOCK = 1 << 16
_BOARD = 256
"""Size of the stage in a board's file in bytes."""
_TASK = struct.Struct("!qdq")
"""What follows it: a task's number, when it was begun, and the number again, by which a half-written one is known."""


class Channel:
    """Messages through a pair of pipes that never block: what does not fit yet waits."""

    def __init__(self, incoming: int, outgoing: int) -> None:
        self.incoming = incoming
        self.outgoing = outgoing
        os.set_blocking(incoming, False)
        os.set_blocking(outgoing, False)
        self._in = bytearray()
        self._out = bytearray()
        self.ended = False

    def send(self, message: Any) -> None:
        """Send a message, or as much of it as the pipe has room for; `flush` sends the rest."""
        data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
        self._out += _HEAD.pack(len(data)) + data
        self.flush()

    @property
    def waiting(self) -> bool:
        """Whether something waits to be sent."""
        return bool(self._out)

    def flush(self) -> None:
        """Send what waits, or as much of it as the pipe has room for."""
        try:
            while self._out:
                sent = os.write(self.outgoing, memoryview(self._out)[:_BLOCK])
                del self._out[:sent]
        except BlockingIOError:
            pass
        except OSError:  # the other end is gone; reading will tell
            self._out.clear()

    def flush_all(self) -> None:
        """Send all that waits, however long it takes."""
        while self._out:
            select.select([], [self.outgoing], [])
            self.flush()

    def receive(self) -> list[Any]:
        """Take every whole message that is there; one that broke off with its sender is dropped."""
        try:
            while block := os.read(self.incoming, _BLOCK):
                self._in += block
            self.ended = True
        except BlockingIOError:
            pass
        except OSError:
            self.ended = True
        messages = []
        start = 0
        while len(self._in) - start >= _HEAD.size:
            (size,) = _HEAD.unpack_from(self._in, start)
            if len(self._in) - start - _HEAD.size < size:
                break
            start += _HEAD.size
            messages.append(pickle.loads(bytes(self._in[start : start + size])))  # noqa: S301 - our own process's
            start += size
        del self._in[:start]
        return messages


class Board(stages.Watched):
    """A temporary file without a name, which a worker shares with its parent: what the worker is at.

    The worker writes its task and the stage of it; the parent reads them when it looks at its workers, and after one
    has died. They are not sent as messages: with one for every stage of every letter, the parent would read little
    else.
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    @classmethod
    def new(cls) -> Board:
        """Make a board with a new file; its file descriptor is passed to the worker."""
        descriptor, path = tempfile.mkstemp(prefix="letterpress-board-")
        os.unlink(path)  # noqa: PTH108
        return cls(descriptor)

    def at(self, stage: str, file: str | None) -> None:
        """Write the stage; `file` is left out, since the parent knows it."""
        with contextlib.suppress(OSError):  # a full disk is no fault of the letter
            os.pwrite(self.descriptor, stage.encode()[:_BOARD].ljust(_BOARD), 0)

    @property
    def stage(self) -> str:
        """What was written last."""
        with contextlib.suppress(OSError):
            return os.pread(self.descriptor, _BOARD, 0).decode("utf-8", "replace").strip()
        return ""

    def begin_task(self, number: int | None) -> None:
        """Write which task is begun now; None: there is none."""
        number = -1 if number is None else number
        with contextlib.suppress(OSError):
            os.pwrite(self.descriptor, _TASK.pack(number, time.monotonic(), number), _BOARD)

    @property
    def task(self) -> tuple[int, float] | None:
        """The task's number, and when it was begun by the monotonic clock, which all processes share."""
        with contextlib.suppress(OSError, struct.error):
            number, begun, again = _TASK.unpack(os.pread(self.descriptor, _TASK.size, _BOARD))
            return (number, begun) if number == again and number >= 0 else None
        return None

    def close(self) -> None:
        """Close the file."""
        with contextlib.suppress(OSError):
            os.close(self.descriptor)
