"""Worker processes and the one who looks after them.

Job: hands out letters in chunks, watches time and memory of each, replaces a worker that died, tries its letter again,
and gives a letter up by name when it is the letter that kills. Secret: processes, signals, pipes and clocks. Every item
that goes in comes out once, as an `Outcome`, unless the work is stopped.

Not `ProcessPoolExecutor`: that breaks as a whole when one of its processes is killed.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import IO, Any

from letterpress.batch import worker
from letterpress.batch.worker import Item, Key, Orders, Outcome
from letterpress.errors import Diagnostic, LetterpressError
from letterpress.model import Job
from letterpress.processes.channel import Board, Channel
from letterpress.processes.limits import Limits, Point, broken, memory_of, too_much_memory, too_slow

CHUNK = 8
"""Letters handed to a worker at once."""
TICK = 0.05
"""Seconds between two looks at the workers."""
TRIES = 2
"""Times that a letter may kill its worker."""
TRIES_KILLED = 8
"""Times that its worker may be killed from outside: the letter need not be to blame."""
_STARTS = 4
"""Workers that may end in a row before they have begun."""
_GRACE = 5.0
"""Seconds that a worker whose pipe has ended may take to end itself."""


@dataclass(slots=True, eq=False)
class _Worker:
    process: subprocess.Popen[bytes]
    channel: Channel
    log: IO[bytes]
    board: Board
    ready: bool = False
    items: deque[Item] = field(default_factory=deque)
    """Handed out and not yet come back, in order."""
    bases: set[int] = field(default_factory=set)
    current: Item | None = None
    begun: float = 0.0
    verdict: str | None = None
    """Why we have killed it: `time` or `memory`."""
    stage: str = ""
    """What it was at when it ended."""


class Crew:
    """A number of workers, to be used with `with`; they start at once, and warm up while the caller prepares."""

    def __init__(
        self,
        jobs: int,
        *,
        folder: str | None,
        press: str = worker.PRESS,
        limits: Limits | None = None,
        keep: bool = False,
        hold: Sequence[int] = (),
        scratch: str | None = None,
        keys: tuple[Key, ...] = (),
        tsa: str | None = None,
        replace_signed: bool = False,
    ) -> None:
        """:param folder: where files are written, absolute; None: nowhere.
        :param press: `module:function` that makes a `Result` of a `Job`.
        :param keep: whether outcomes bring the PDF along.
        :param hold: file descriptors that workers hold as long as they live.
        :param keys: who signs each letter at once.
        :param tsa: URL of a timestamp server, for signing.
        :param replace_signed: whether files that bear signatures are replaced.
        :param scratch: folder for workers' temporary files: one that is killed cannot remove its own.
        """
        self._jobs = max(1, jobs)
        self._limits = limits or Limits()
        self._orders = Orders(
            press=press,
            folder=folder,
            limits=self._limits,
            parent=os.getpid(),
            keep=keep,
            keys=keys,
            tsa=tsa,
            replace_signed=replace_signed,
        )
        self._hold = tuple(hold)
        self._environment = {**os.environ, **({"TMPDIR": scratch} if scratch else {})}
        self._workers: list[_Worker] = []
        self._selector = selectors.DefaultSelector()
        self._bases: Sequence[Job] = ()
        self._again: deque[Item] = deque()
        self._alone: deque[Item] = deque()
        self._tries: dict[int, int] = {}
        self._early_ends = 0
        self._source: Iterator[Item] = iter(())
        self._exhausted = True
        self.stopping = False
        self.replaced = 0
        """Workers that had to be replaced."""

    def __enter__(self) -> Crew:
        for _ in range(self._jobs):
            self._start()
        return self

    def __exit__(self, *_: object) -> None:
        self._dismiss()
        self._selector.close()

    def stop(self) -> None:
        """Finish the letters in hand and hand out no more."""
        self.stopping = True

    @property
    def pids(self) -> list[int]:
        """The workers' process numbers."""
        return [one.process.pid for one in self._workers]

    def work(self, bases: Sequence[Job], items: Iterable[Item]) -> Iterator[Outcome | None]:
        """Make every item; outcomes come as they are done. None comes now and then, so that the caller can look up.

        :raises LetterpressError: workers cannot be started.
        """
        self._bases = bases
        self._source = iter(items)
        first = next(self._source, None)
        self._exhausted = first is None  # with nothing to do, nobody waits for the workers to warm up
        if first is not None:
            self._again.append(first)
        told = False
        while True:
            if self.stopping and not told:
                for one in self._workers:
                    one.channel.send(("stop",))
                told = True
            if not self.stopping:
                self._hand_out()
            if self._finished():
                return
            yield from self._listen()
            yield from self._watch()
            yield None

    def _finished(self) -> bool:
        if self.stopping:
            return not any(one.current for one in self._workers)
        idle = not any(one.items for one in self._workers)
        return idle and self._exhausted and not self._again and not self._alone

    # --- handing out --------------------------------------------------------------------------------------------------

    def _hand_out(self) -> None:
        for one in self._workers:
            # The next chunk is there before the last letter of this one is done.
            if one.ready and len(one.items) <= 1 and one.verdict is None:
                self._give(one, self._chunk(idle=not one.items))
        while len(self._workers) < self._jobs:
            self._start()

    def _chunk(self, *, idle: bool) -> list[Item]:
        """The next letters of one base. One that has lost its worker before goes alone, so that it can take none
        along."""
        if self._alone:
            return [self._alone.popleft()] if idle else []
        chunk: list[Item] = []
        while len(chunk) < CHUNK:
            item = self._again.popleft() if self._again else next(self._source, None)
            if item is None:
                self._exhausted = True
                break
            if chunk and item.base != chunk[0].base:
                self._again.appendleft(item)
                break
            chunk.append(item)
        return chunk

    def _give(self, one: _Worker, chunk: list[Item]) -> None:
        if not chunk:
            return
        base = chunk[0].base
        if base not in one.bases:
            one.channel.send(("base", base, self._bases[base]))
            one.bases.add(base)
        one.items.extend(chunk)
        one.channel.send(("items", chunk))
        self._want_writing(one)

    def _want_writing(self, one: _Worker) -> None:
        """Ask the selector to say when a pipe that was full takes more."""
        known = one.channel.outgoing in self._selector.get_map()
        if one.channel.waiting and not known:
            self._selector.register(one.channel.outgoing, selectors.EVENT_WRITE, one)
        elif known and not one.channel.waiting:
            self._selector.unregister(one.channel.outgoing)

    # --- listening and watching ---------------------------------------------------------------------------------------

    def _listen(self) -> Iterator[Outcome]:
        for key, _ in self._selector.select(TICK):
            one: _Worker = key.data
            if one not in self._workers:
                continue
            one.channel.flush()
            self._want_writing(one)
            for kind, *content in one.channel.receive():
                if kind == "ready":
                    one.ready = True
                    self._early_ends = 0
                elif kind == "start":
                    one.current = one.items[0]
                    one.begun = time.monotonic()
                else:
                    one.items.popleft()
                    one.current = None
                    yield content[0]
            if one.channel.ended:
                yield from self._bury(one)

    def _watch(self) -> Iterator[Outcome]:
        now = time.monotonic()
        for one in self._workers:
            if one.current is None or one.verdict is not None:
                continue
            if now - one.begun > self._limits.seconds:
                one.verdict = "time"
            elif memory_of(one.process.pid) > self._limits.memory:
                one.verdict = "memory"
            if one.verdict is not None:
                one.process.kill()  # the closed pipe brings it to `_bury`
        yield from ()

    def _bury(self, one: _Worker) -> Iterator[Outcome]:
        """Take a dead worker's letters back; the one it was at is tried again, or given up."""
        self._unregister(one)
        self._workers.remove(one)
        code = _wait(one.process)
        last_words = _last_words(one.log)
        one.stage = one.board.stage
        one.board.close()
        self.replaced += 1
        if not one.ready and code != -signal.SIGKILL:
            self._early_ends += 1
            if self._early_ends >= _STARTS:
                raise LetterpressError(f"workers cannot be started: {last_words or f'they end with {code}'}")
        culprit = one.current
        waiting = [item for item in one.items if item is not culprit]
        self._again.extendleft(reversed(waiting))
        if culprit is None:
            return
        if one.verdict is None and code == 0:  # it saw that we had gone on without it, or retired
            self._again.appendleft(culprit)
            return
        tries = self._tries.get(culprit.seq, 0) + 1
        self._tries[culprit.seq] = tries
        outside = one.verdict is None and code == -signal.SIGKILL
        if tries < (TRIES_KILLED if outside else TRIES):
            self._alone.append(culprit)
        else:
            yield Outcome(
                seq=culprit.seq, status="failed", diagnostics=(self._poison(culprit, one, code, tries, last_words),)
            )

    def _poison(self, item: Item, one: _Worker, code: int, tries: int, last_words: str) -> Diagnostic:
        point = Point(file=self._bases[item.base].letter.path, record=item.record, stage=one.stage)
        if one.verdict == "memory":
            return too_much_memory(self._limits.memory, point)
        if one.verdict == "time" or code == -signal.SIGXCPU:
            return too_slow(self._limits.seconds, point, tries=tries)
        return broken(code, self._limits.memory, point, tries=tries, said=last_words)

    # --- processes ----------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        log = tempfile.TemporaryFile(prefix="letterpress-worker-")  # noqa: SIM115 - lives as long as the worker
        board = Board.new()
        try:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter
                worker.command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                bufsize=0,
                pass_fds=(*self._hold, board.descriptor),
                process_group=0,  # Ctrl-C goes to us alone
                env=self._environment,
            )
        except OSError as error:
            log.close()
            board.close()
            raise LetterpressError(f"workers cannot be started: {error.strerror}") from error
        assert process.stdin is not None  # noqa: S101 - asked for
        assert process.stdout is not None  # noqa: S101
        channel = Channel(process.stdout.fileno(), process.stdin.fileno())
        one = _Worker(process=process, channel=channel, log=log, board=board)
        self._workers.append(one)
        self._selector.register(channel.incoming, selectors.EVENT_READ, one)
        channel.send(("orders", replace(self._orders, board=board.descriptor)))

    def _unregister(self, one: _Worker) -> None:
        for descriptor in (one.channel.incoming, one.channel.outgoing):
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(descriptor)

    def _dismiss(self) -> None:
        """End all workers. None has a letter in hand, or nobody waits for it any more."""
        for one in self._workers:
            self._unregister(one)
            one.process.kill()
        for one in self._workers:
            _wait(one.process)
            one.log.close()
            one.board.close()
        self._workers.clear()


def _wait(process: subprocess.Popen[bytes]) -> int:
    """The exit code of a process whose pipe has ended; one that holds on in spite of that is ended."""
    try:
        code = process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        code = process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    return code


def _last_words(log: IO[bytes]) -> str:
    """The last line that a worker has written for people."""
    with log:
        size = log.seek(0, os.SEEK_END)
        log.seek(max(0, size - 4000))
        lines: list[Any] = [line.strip() for line in log.read().decode("utf-8", "replace").splitlines() if line.strip()]
    return next((line for line in reversed(lines) if "Error" in line or "atal" in line), lines[-1] if lines else "")[
        :200
    ]
