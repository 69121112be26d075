"""Keeps a process for calls that must not harm the caller's: one call after the other, each within its limits.

`KeptWorker` starts a fresh interpreter (never a fork of the caller, which may have threads), gives it calls by name,
and replaces it when a call ends it. A program, a studio or a service uses it from any thread; a forked child of the
program gets a worker of its own.

The two talk in pickled tuples. To the worker: `("call", function, arguments, options, limits, hooks?, folder)`, and
`("answer", worked?, value)`. From it: `("begun",)` once what the call needs is loaded, `("ask", hook, arguments)`, and
at the end `("done", value)`, `("raised", error)` or `("memory", None)`.

Not here: the worker's own side (call_server.py), runs of many letters on all cores (batch/supervisor.py), and what the
limits are (limits.py).
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import selectors
import signal
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from typing import IO, Any

from letterpress.errors import LetterpressError
from letterpress.processes import limits as bounds
from letterpress.processes.channel import Board, Channel
from letterpress.processes.limits import Limits, Point
from letterpress.processes.scratch import Scratch, remove_left

Hook = Callable[..., Any]

_TICK = 0.05
"""Seconds between two looks at the worker."""
_START = 60.0
"""Seconds that a worker may take to start and to load what a call needs, before the call's own time begins."""
_GRACE = 5.0
"""Seconds that a worker has to end whose pipe has ended."""


class Ended(LetterpressError):
    """The call took more than it may, or ended its worker."""


class Unwanted(Exception):
    """Nobody waits for the call's result any more, and it was ended."""


class _Gone(Exception):
    """The worker has ended, and the call is not to blame."""


class KeptWorker:
    """One worker process; it starts with the first call."""

    def __init__(self, folder: str | None = None) -> None:
        """:param folder: that calls are made in; None: the caller's working folder."""
        self._lock = threading.Lock()
        self._folder = folder
        self._process: _Process | None = None
        _all.add(self)

    def call(
        self,
        function: str,
        *arguments: Any,
        limits: Limits,
        point: Point,
        hooks: Mapping[str, Hook] | None = None,
        unwanted: Callable[[], bool] | None = None,
        **options: Any,
    ) -> Any:
        """Call a function in the worker; other threads wait for their turn, which does not count.

        :param function: `module:name`. Arguments, options and the result are pickled.
        :param point: what the call is about, for the fault.
        :param hooks: functions of the caller that the call may use: it gets `ask(name, ...)` as its first argument.
            Their time does not count.
        :param unwanted: asked while the call goes on; once it says yes, the worker is ended.
        :raises Unwanted: it said so.
        :raises Ended: it took more time or memory than it may, or ended the worker.
        :raises Exception: what the function raises.
        """
        message = ("call", function, arguments, options, limits, bool(hooks), self._folder or _folder())
        with self._lock:
            for again in (True, False):
                if self._process is None or self._process.has_ended():
                    self._drop()
                    self._process = _Process()
                try:
                    return self._process.call(message, limits, point, hooks or {}, unwanted)
                except _Gone:  # it retired or was killed between two calls: another one may do it, once
                    self._drop()
                    if not again:
                        raise Ended(bounds.broken(-signal.SIGKILL, limits.memory, point)) from None
                except (Ended, Unwanted):
                    self._drop()
                    raise
                except LetterpressError:
                    raise
                except BaseException:
                    if not self._process.idle:  # Ctrl-C, or a hook's: what the worker is at is of no use any more
                        self._drop()
                    raise
        raise AssertionError("unreachable")

    @property
    def pid(self) -> int | None:
        """The worker's process number, if there is one."""
        process = self._process
        return process.process.pid if process is not None else None

    def close(self) -> None:
        """End the worker. The next call would start another."""
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        if self._process is not None:
            self._process.end()
            self._process = None

    def _forget(self) -> None:
        """In a forked child: the worker is the parent's."""
        self._lock = threading.Lock()
        if self._process is not None:
            self._process.let_go()
            self._process = None


_all: weakref.WeakSet[KeptWorker] = weakref.WeakSet()
_shared = KeptWorker()


def shared() -> KeptWorker:
    """Give the worker of this process, for all who need no other."""
    return _shared


@atexit.register
def _close_all() -> None:
    for worker in list(_all):
        worker.close()


def _forget_all() -> None:
    for worker in list(_all):
        worker._forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)


def _folder() -> str | None:
    """The working folder; None, if it is there no more."""
    try:
        return os.getcwd()  # noqa: PTH109
    except OSError:
        return None


class _Process:
    """A worker process as its caller sees it."""

    def __init__(self) -> None:
        """:raises LetterpressError: it cannot be started."""
        self.log: IO[bytes] = tempfile.TemporaryFile(prefix="letterpress-worker-")  # noqa: SIM115
        self.board = Board.new()
        self.scratch = Scratch()  # one that is killed cannot remove its temporary files
        code = (
            "import sys, json; sys.path[:] = json.loads(sys.argv[1]); "
            "from letterpress.processes.call_server import main; main()"
        )
        # The caller's path and not `-m`: the program may have put letterpress there itself.
        command = [sys.executable, "-c", code, json.dumps(sys.path), str(self.board.descriptor)]
        try:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self.log,
                bufsize=0,
                pass_fds=(self.board.descriptor,),
                process_group=0,  # Ctrl-C goes to us alone
                env={**os.environ, "TMPDIR": self.scratch.path},
            )
        except OSError as error:
            self.log.close()
            self.board.close()
            self.scratch.remove()
            message = f"a worker cannot be started: {error.strerror}"
            raise LetterpressError(message, code="worker-unstartable") from error
        remove_left()
        assert self.process.stdin is not None  # noqa: S101 - asked for
        assert self.process.stdout is not None  # noqa: S101
        self.channel = Channel(self.process.stdout.fileno(), self.process.stdin.fileno())
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.channel.incoming, selectors.EVENT_READ)
        self.idle = True

    def has_ended(self) -> bool:
        """Whether it has gone since the last call."""
        return self.process.poll() is not None

    def call(
        self,
        message: Any,
        limits: Limits,
        point: Point,
        hooks: Mapping[str, Hook],
        unwanted: Callable[[], bool] | None = None,
    ) -> Any:
        """Make one call; see `KeptWorker.call`."""
        self.idle = False
        self.channel.send(message)
        # The clock of the call itself begins with "begun": until then the worker starts and loads libraries, which on a
        # busy machine takes longer than some calls may. What the caller's own hooks take is taken off.
        begun = time.monotonic() + _START
        failure: Exception | None = None
        while True:
            self._wait()
            for kind, *content in self.channel.receive():
                if kind == "begun":
                    begun = time.monotonic()
                elif kind == "ask":
                    asked = time.monotonic()
                    failure = self._answer(hooks, *content)
                    begun += time.monotonic() - asked
                else:
                    self.idle = True
                    return self._result(kind, content[0], limits, point, failure)
            if unwanted is not None and unwanted():
                raise Unwanted
            if self.channel.ended:
                raise self._end_of(limits, point)
            if time.monotonic() - begun > limits.seconds:
                raise Ended(bounds.too_slow(limits.seconds, self._placed(point)))
            if bounds.memory_of(self.process.pid) > limits.memory:
                raise Ended(bounds.too_much_memory(limits.memory, self._placed(point)))

    def _wait(self) -> None:
        """Wait until there is something to read, or a tick; send what waits meanwhile.

        A call may be larger than the pipe (64 KB on Linux), and the worker may write before it has read all of it: to
        send it whole first would have both wait for each other.
        """
        if not self.channel.waiting:
            self.selector.select(_TICK)
            return
        poll = select.poll()
        poll.register(self.channel.outgoing, select.POLLOUT)
        poll.register(self.channel.incoming, select.POLLIN)
        poll.poll(_TICK * 1000)
        self.channel.flush()

    def _answer(self, hooks: Mapping[str, Hook], name: str, arguments: tuple[Any, ...]) -> Exception | None:
        try:
            self.channel.send(("answer", True, hooks[name](*arguments)))
        except Exception as error:
            self.channel.send(("answer", False, None))
            return error
        return None

    def _result(self, kind: str, value: Any, limits: Limits, point: Point, failure: Exception | None) -> Any:
        if failure is not None:
            raise failure
        if kind == "raised":
            raise value
        if kind == "memory":
            raise Ended(bounds.too_much_memory(limits.memory, self._placed(point)))
        return value

    def _placed(self, point: Point) -> Point:
        return Point(file=point.file, record=point.record, kind=point.kind, stage=self.board.stage or point.stage)

    def _end_of(self, limits: Limits, point: Point) -> Exception:
        """Say why a worker's pipe has ended."""
        code = self.process.wait(_GRACE)
        if code in (0, -signal.SIGKILL):  # it retired a moment ago, or was killed from outside
            return _Gone()
        said = self._last_words()
        return Ended(bounds.broken(code, limits.memory, self._placed(point), said=said))

    def _last_words(self) -> str:
        size = self.log.seek(0, os.SEEK_END)
        self.log.seek(max(0, size - 4000))
        lines = [line.strip() for line in self.log.read().decode("utf-8", "replace").splitlines() if line.strip()]
        return next((line for line in reversed(lines) if "Error" in line or "atal" in line), "")[:200]

    def end(self) -> None:
        """Kill it, and close all that leads to it."""
        self.process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(_GRACE)
        self.scratch.remove()
        self._close()

    def let_go(self) -> None:
        """Close our copies of what leads to it: it is another process's child."""
        self.process.returncode = 0  # so that nobody waits for it
        self.scratch.let_go()
        self._close()

    def _close(self) -> None:
        self.selector.close()
        for pipe in (self.process.stdin, self.process.stdout, self.log):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self.board.close()
