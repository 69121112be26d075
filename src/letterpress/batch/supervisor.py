"""Supervises worker processes: deals out letters in chunks, enforces limits of time and memory, replaces dead workers.

A worker that dies is replaced. The letter that it was at is tried again, by itself, so that it can take no others
along; if it kills its worker again, it is to blame, and is given up by name. The other letters that the worker had been
given go back to the front of the queue.

Not `concurrent.futures.ProcessPoolExecutor`: that breaks as a whole when one of its processes is killed.

Not here: what a worker does (worker.py); the pipe and the board (processes/channel.py).
Sources: prctl(2) for PR_SET_PDEATHSIG, signal(7), setrlimit(2).
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
from dataclasses import dataclass, field
from typing import IO

from letterpress.batch import worker as batch_worker
from letterpress.batch.maker import Item, Orders, Outcome
from letterpress.errors import Diagnostic, LetterpressError
from letterpress.model import Job
from letterpress.processes.channel import Board, Channel
from letterpress.processes.limits import Point, broken, memory_of, too_much_memory, too_slow

CHUNK_SECONDS = 0.1
"""Work handed to a worker at once: many fast letters, few slow ones, so that all workers end together."""
_CHUNK = 256
"""Letters handed to a worker at once, at most."""
_FIRST_CHUNK = 2
"""Letters handed to a worker of which it is not known yet how fast it is."""
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
    """A worker process, as its supervisor knows it."""

    process: subprocess.Popen[bytes]
    channel: Channel
    log: IO[bytes]
    """Its standard error, in a file: a pipe that nobody reads would stop it when it is full."""
    board: Board
    ready: bool = False
    items: dict[int, Item] = field(default_factory=dict)
    """Handed out and not yet come back, by their numbers, in order."""
    chunk: int = _FIRST_CHUNK
    """Letters that it is handed at once."""
    bases: set[int] = field(default_factory=set)
    """Those that it has been sent."""
    verdict: str | None = None
    """Why it was killed by its supervisor: `time` or `memory`."""
    stage: str = ""
    """What it was at when it ended."""

    @property
    def current(self) -> tuple[Item, float] | None:
        """The letter that it is at, and when it began with it; None while it waits, and once its outcome is known."""
        number, begun = self.board.task or (-1, 0.0)
        return (self.items[number], begun) if number in self.items else None

    def came_back(self, outcomes: Sequence[Outcome], seconds: float) -> None:
        """Take letters off its list, and settle how many it gets at once.

        :param seconds: what they took.
        """
        for outcome in outcomes:
            self.items.pop(outcome.seq, None)
        self.chunk = max(1, min(_CHUNK, round(CHUNK_SECONDS * len(outcomes) / max(seconds, 1e-6))))


class Supervisor:
    """An `Executor` of a number of worker processes; they start at once, and warm up while the caller prepares."""

    def __init__(self, jobs: int, orders: Orders, *, hold: Sequence[int] = (), scratch: str | None = None) -> None:
        """:param jobs: number of workers; see `executor_for` for the others."""
        self.hurried = False
        self._jobs = max(1, jobs)
        self._orders = orders
        self._limits = orders.limits
        self._hold = tuple(hold)
        self._environment = {**os.environ, **({"TMPDIR": scratch} if scratch else {})}
        self._workers: list[_Worker] = []
        self._selector = selectors.DefaultSelector()
        self._bases: Sequence[Job] = ()
        self._again: deque[Item] = deque()
        """Letters that go before those that were never handed out."""
        self._alone: deque[Item] = deque()
        """Letters that have lost a worker, and go by themselves."""
        self._tries: dict[int, int] = {}
        self._early_ends = 0
        self._source: Iterator[Item] = iter(())
        self._exhausted = True
        self._stopping = False
        self._cut_short = False
        """Whether workers were ended that still had letters."""
        self.replaced = 0
        """Workers that had to be replaced."""

    @property
    def debris(self) -> bool:
        """Whether a worker was killed, which may have left a temporary file beside a letter."""
        return self.replaced > 0 or self._cut_short

    @property
    def pids(self) -> list[int]:
        """The workers' process numbers."""
        return [worker.process.pid for worker in self._workers]

    def start(self) -> None:
        """Start the workers.

        :raises LetterpressError: the system starts no more processes.
        """
        for _ in range(self._jobs):
            self._start()

    def stop(self, *, at_once: bool = False) -> None:
        """Hand out no more letters; with `at_once`, end all workers.

        The workers are told by `results`, not here: this may be called by a signal's handler, in the middle of a
        message to one of them.
        """
        self._stopping = True
        if at_once:
            self._end_all()
            self._selector.close()

    def submit(self, bases: Sequence[Job], items: Iterable[Item]) -> None:
        """Take on letters."""
        self._bases = bases
        self._source = iter(items)
        first = next(self._source, None)
        self._exhausted = first is None  # with nothing to do, nobody waits for the workers to warm up
        if first is not None:
            self._again.append(first)

    def results(self) -> Iterator[Outcome | None]:
        """Give outcomes as they come; None after each look at the workers.

        :raises LetterpressError: workers cannot be started, or cannot do what they are for.
        """
        told = False
        while True:
            if self._stopping and not told:
                for worker in self._workers:
                    worker.channel.send(("stop",))
                told = True
            if not self._stopping:
                self._hand_out()
            if self._finished():
                return
            yield from self._listen()
            self._watch()
            yield None

    def _finished(self) -> bool:
        idle = not any(worker.items for worker in self._workers)
        if self._stopping:
            return idle
        return idle and self._exhausted and not self._again and not self._alone

    # --- handing out --------------------------------------------------------------------------------------------------

    def _hand_out(self) -> None:
        for worker in self._workers:
            # The next chunk is there before the last letter of this one is done: a worker never waits for its parent,
            # which may be writing to the journal just then.
            if worker.ready and len(worker.items) <= worker.chunk and worker.verdict is None:
                self._give(worker, self._chunk(worker.chunk, idle=not worker.items))
        while len(self._workers) < self._jobs:
            self._start()

    def _chunk(self, most: int, *, idle: bool) -> list[Item]:
        """Take the next letters of one base.

        :param most: number of letters.
        :param idle: whether the worker has no letter at all. Only then it gets one that has lost its worker before, and
            that one alone: if it kills again, it takes no other along, and is surely to blame.
        """
        if self._alone:
            return [self._alone.popleft()] if idle else []
        chunk: list[Item] = []
        while len(chunk) < most:
            item = self._again.popleft() if self._again else next(self._source, None)
            if item is None:
                self._exhausted = True
                break
            if chunk and item.base != chunk[0].base:
                self._again.appendleft(item)
                break
            chunk.append(item)
        return chunk

    def _give(self, worker: _Worker, chunk: list[Item]) -> None:
        if not chunk:
            return
        base = chunk[0].base
        if base not in worker.bases:
            worker.channel.send(("base", base, self._bases[base]))
            worker.bases.add(base)
        worker.items.update((item.seq, item) for item in chunk)
        worker.channel.send(("items", chunk))
        self._want_writing(worker)

    def _want_writing(self, worker: _Worker) -> None:
        """Ask the selector to say when a pipe that was full takes more; sending never waits."""
        known = worker.channel.outgoing in self._selector.get_map()
        if worker.channel.waiting and not known:
            self._selector.register(worker.channel.outgoing, selectors.EVENT_WRITE, worker)
        elif known and not worker.channel.waiting:
            self._selector.unregister(worker.channel.outgoing)

    # --- listening and watching ---------------------------------------------------------------------------------------

    def _listen(self) -> Iterator[Outcome]:
        for key, _ in self._selector.select(0 if self.hurried else TICK):
            worker: _Worker = key.data
            if worker not in self._workers:  # both of its pipes were ready, and the first was enough to bury it
                continue
            worker.channel.flush()
            self._want_writing(worker)
            for kind, *content in worker.channel.receive():
                if kind == "ready":
                    worker.ready = True
                    self._early_ends = 0
                elif kind == "unfit":  # every other worker would say the same
                    raise LetterpressError(content[0])
                elif kind == "stopped":
                    worker.items.clear()  # none of those that it still has is begun
                else:
                    worker.came_back(*content)
                    yield from content[0]
            # Only now: what a worker has said before it died is heard first, so that no letter is made twice.
            if worker.channel.ended:
                yield from self._bury(worker)

    def _watch(self) -> None:
        """Kill the workers whose letter takes too much. The pipe that closes then brings them to `_bury`."""
        now = time.monotonic()
        for worker in self._workers:
            current = worker.current
            if current is None or worker.verdict is not None:
                continue
            if now - current[1] > self._limits.seconds:
                worker.verdict = "time"
            elif memory_of(worker.process.pid) > self._limits.memory:
                worker.verdict = "memory"
            if worker.verdict is not None:
                worker.process.kill()

    def _bury(self, worker: _Worker) -> Iterator[Outcome]:
        """Take a dead worker's letters back; the one it was at is tried again, or given up."""
        self._unregister(worker)
        self._workers.remove(worker)
        code = _wait(worker.process)
        last_words = _last_words(worker.log)
        culprit, _ = worker.current or (None, 0.0)
        worker.stage = worker.board.stage
        worker.board.close()
        self.replaced += 1
        if not worker.ready and code != -signal.SIGKILL:
            self._early_ends += 1
            if self._early_ends >= _STARTS:
                raise _no_workers(last_words or f"they end with {code}")
        waiting = [item for item in worker.items.values() if item is not culprit]
        self._again.extendleft(reversed(waiting))
        if culprit is None:
            return
        # It has ended by itself: it was large (worker.py), or found that its parent had gone on without it.
        if worker.verdict is None and code == 0:
            self._again.appendleft(culprit)
            return
        tries = self._tries.get(culprit.seq, 0) + 1
        self._tries[culprit.seq] = tries
        # SIGKILL that is not ours comes from a person, or from a system that is short of memory: the letter that was
        # in hand may be as innocent as any, and has more tries.
        outside = worker.verdict is None and code == -signal.SIGKILL
        if tries < (TRIES_KILLED if outside else TRIES):
            self._alone.append(culprit)
        else:
            fault = self._given_up(culprit, worker, code, tries, last_words)
            yield Outcome(seq=culprit.seq, status="failed", diagnostics=(fault,))

    def _given_up(self, item: Item, worker: _Worker, code: int, tries: int, last_words: str) -> Diagnostic:
        point = Point(file=self._bases[item.base].letter.path, record=item.record, stage=worker.stage)
        if worker.verdict == "memory":
            return too_much_memory(self._limits.memory, point)
        if worker.verdict == "time" or code == -signal.SIGXCPU:
            return too_slow(self._limits.seconds, point, tries=tries)
        return broken(code, self._limits.memory, point, tries=tries, said=last_words)

    # --- processes ----------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        log = tempfile.TemporaryFile(prefix="letterpress-worker-")  # noqa: SIM115 - lives as long as the worker
        board = Board.new()
        try:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter
                batch_worker.command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                bufsize=0,
                # The lock goes along: while a worker of a killed run still writes, no other run begins in the folder.
                pass_fds=(*self._hold, board.descriptor),
                process_group=0,  # Ctrl-C at the terminal goes to us alone; a letter in hand is finished
                env=self._environment,
            )
        except OSError as error:
            log.close()
            board.close()
            raise _no_workers(str(error.strerror)) from error
        assert process.stdin is not None  # noqa: S101 - asked for
        assert process.stdout is not None  # noqa: S101
        channel = Channel(process.stdout.fileno(), process.stdin.fileno())
        worker = _Worker(process=process, channel=channel, log=log, board=board)
        self._workers.append(worker)
        self._selector.register(channel.incoming, selectors.EVENT_READ, worker)
        channel.send(("orders", self._orders, os.getpid(), board.descriptor))

    def _unregister(self, worker: _Worker) -> None:
        for descriptor in (worker.channel.incoming, worker.channel.outgoing):
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(descriptor)

    def _end_all(self) -> None:
        """End all workers. None has a letter in hand, or nobody waits for it any more."""
        self._cut_short = self._cut_short or any(worker.items for worker in self._workers)
        for worker in self._workers:  # all are told to die before the first is waited for
            self._unregister(worker)
            worker.process.kill()
        for worker in self._workers:
            _wait(worker.process)
            worker.log.close()
            worker.board.close()
        self._workers.clear()


def _no_workers(reason: str) -> LetterpressError:
    return LetterpressError(
        f"workers cannot be started: {reason}", code="workers-not-started", params=(("reason", reason),)
    )


def _wait(process: subprocess.Popen[bytes]) -> int:
    """Wait for a process whose pipe has ended, and end it if it holds on in spite of that.

    :returns: its exit code, negative for a signal.
    """
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
    """Read the last line that a worker has written for people: the last that names an error, if one does."""
    with log:
        size = log.seek(0, os.SEEK_END)
        log.seek(max(0, size - 4000))
        texts = log.read().decode("utf-8", "replace").splitlines()
    lines = [line.strip() for line in texts if line.strip()]
    blaming = [line for line in lines if "Error" in line or "atal" in line]
    return (blaming or lines or [""])[-1][:200]
