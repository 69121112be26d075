"""Answers requests in worker processes, for somebody who goes on working meanwhile; the newest of a subject wins.

A request waits until a worker is free; there need not be any. One that is replaced before it is begun is dropped; one
that is under way is told, ends at its next step, and is ended if it does not. A worker has the limits of a merge's, and
one that dies of its request is replaced: no other request is harmed.

Not here: what a worker does (answers.py), how it is watched (processes/kept_worker.py); runs of many letters, which
have all their items before they begin (batch/supervisor.py).
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from letterpress.interactive.answers import Superseded
from letterpress.interactive.fairness import Turns
from letterpress.processes import kept_worker
from letterpress.processes.kept_worker import KeptWorker, Unwanted
from letterpress.processes.limits import Limits, Point

PATIENCE = 1.0
"""Seconds that a request which nobody waits for any more may take to its next step, on top of twice what answers took
lately: to end a worker and start another costs more than a long letter does."""
_FORGETTING = 0.8
"""What is left, with each answer, of the longest that one took."""
_LOOK = 0.2
"""Seconds between two looks at whether another crew is ready."""
_READY = "letterpress.interactive.preview:ready"

Tell = Callable[[str, Any], None]
"""Takes what a request says before its answer: which kind of news, and the news."""


class Request:
    """A request, whose answer comes later. Made by `Crew.ask`."""

    def __init__(
        self, function: str, arguments: tuple[Any, ...], subject: str | None, tell: Tell | None, point: Point
    ) -> None:
        self.function = function
        self.point = point
        self.arguments = arguments
        self.subject = subject
        self.tell = tell
        self.answer: Future[Any] = Future()
        """The function's result; `Superseded`, or what the function or a limit raised."""
        self.dropped: float | None = None
        """When it was dropped, by the monotonic clock."""
        self.owner: str | None = None
        """Whose it is."""
        self.ending = False
        """Whether it was asked to come to an end in its own time."""

    @property
    def wanted(self) -> bool:
        """Whether somebody still waits for the answer."""
        return self.dropped is None

    def drop(self) -> None:
        """Wait for it no longer."""
        if self.dropped is None:
            self.dropped = time.monotonic()

    def end(self) -> None:
        """Ask it to come to an end in its own time, and answer with what it has."""
        self.ending = True

    def say(self, kind: str, news: Any) -> bool:
        """Pass news on, if somebody still waits for it; gives whether."""
        if self.wanted and self.tell is not None:
            self.tell(kind, news)
        return self.wanted

    def is_dropped_since(self, seconds: float) -> bool:
        """Whether it was dropped so long ago."""
        return self.dropped is not None and time.monotonic() - self.dropped > seconds


class Crew:
    """Worker processes, each with a thread of this process that hands it one request after the other."""

    def __init__(
        self,
        *,
        workers: int = 1,
        limits: Limits | None = None,
        ready: str | None = _READY,
        name: str = "crew",
        after: Crew | None = None,
        folder: str | None = None,
    ) -> None:
        """Begin.

        :param limits: of each request.
        :param ready: what a worker is asked for while nothing waits, so that it has loaded what it needs; None: it
            starts with its first request.
        :param folder: that the workers work in; None: that of this process.
        :param after: another crew, whose workers are to be ready first: ours start then, or when they are asked.
        """
        self._after = after
        self._first = threading.Event()
        """Whether the first worker is ready."""
        self._ready = ready
        self.limits = limits or Limits()
        self._waiting: deque[Request] = deque()
        self._at_work: dict[int, Request] = {}
        self._changed = threading.Condition()
        self._closed = False
        self._usual = 0.0
        """Seconds that the longest answer took lately."""
        self._turns = Turns(workers)
        self._workers = [KeptWorker(folder) for _ in range(workers)]
        self._threads = [
            threading.Thread(target=self._work, args=(at, worker), name=f"letterpress-{name}-{at}", daemon=True)
            for at, worker in enumerate(self._workers)
        ]
        for thread in self._threads:
            thread.start()

    def ask(
        self,
        function: str,
        *arguments: Any,
        subject: str | None = None,
        tell: Tell | None = None,
        first: bool = False,
        point: Point | None = None,
        owner: str | None = None,
    ) -> Request:
        """Ask for something; it is done when a worker is free.

        :param function: `module:name` of one that is `answers.answering`. Arguments, news and result are pickled.
        :param subject: what it is about: an older request of this subject is dropped.
        :param tell: takes the news, in a thread of the crew.
        :param first: whether it goes before those that wait.
        :param point: what it is about, for the fault of one that takes too much.
        :param owner: whose it is, where several ask.
        """
        request = Request(function, arguments, subject, tell, point or Point())
        request.owner = owner
        with self._changed:
            if self._closed:
                raise RuntimeError("the crew has gone home")
            if subject is not None:
                self._drop(subject)
            self._turns.asked(owner)
            (self._waiting.appendleft if first else self._waiting.append)(request)
            self._changed.notify()
        return request

    def drop(self, subject: str) -> None:
        """Wait no longer for what is about this subject."""
        with self._changed:
            self._drop(subject)

    def _drop(self, subject: str) -> None:
        older = [request for request in (*self._waiting, *self._at_work.values()) if request.subject == subject]
        for request in older:
            request.drop()
            if request in self._waiting:
                self._waiting.remove(request)
                request.answer.set_exception(Superseded())

    def is_ready(self) -> bool:
        """Whether a worker has loaded what it needs, and waits or works."""
        return self._first.is_set()

    @property
    def waiting(self) -> int:
        """Requests that no worker has begun."""
        return len(self._waiting)

    @property
    def pids(self) -> list[int]:
        """The workers' process numbers, of those that have begun."""
        return [worker.pid for worker in self._workers if worker.pid is not None]

    def close(self) -> None:
        """End the workers; what waits is dropped."""
        with self._changed:
            self._closed = True
            for request in (*self._waiting, *self._at_work.values()):
                request.dropped = float("-inf")  # at once
            waiting, self._waiting = self._waiting, deque()
            self._changed.notify_all()
        for request in waiting:
            request.answer.set_exception(Superseded())
        for thread in self._threads:
            thread.join()
        for worker in self._workers:
            worker.close()

    # --- in a thread of its own ---------------------------------------------------------------------------------------

    def _work(self, at: int, worker: KeptWorker) -> None:
        ready = self._ready is None
        while True:
            with self._changed:
                request = self._next(at)
                if request is None and not self._closed and (ready or self._waiting):
                    self._changed.wait(_LOOK if self._waiting else None)
                    request = self._next(at)
                if self._closed:
                    return
            if request is None:
                if ready:
                    continue
                ready = self._start(worker) or ready
                continue
            if not request.wanted:
                request.answer.set_exception(Superseded())
                with self._changed:
                    del self._at_work[at]
                continue
            ready = self._answer(request, worker) or self._ready is None
            with self._changed:
                del self._at_work[at]

    def _next(self, at: int) -> Request | None:
        """Take up the request that a worker answers next, if one may be begun now."""
        request = self._turns.following(self._waiting, self._at_work.values())
        if request is not None:
            self._waiting.remove(request)
            self._at_work[at] = request
        return request

    def _start(self, worker: KeptWorker) -> bool:
        """Start a worker while nothing waits, so that the next request finds it ready; gives whether it is."""
        if self._after is not None and not self._after.is_ready():
            with self._changed:
                if not self._waiting and not self._closed:
                    self._changed.wait(_LOOK)
            return False
        # A request that cannot be answered says why; this has nobody to say it to.
        with contextlib.suppress(Exception):
            worker.call(
                str(self._ready),
                hooks={"say": lambda *_: True},
                limits=self.limits,
                point=Point(),
                unwanted=lambda: self._closed,
            )
        self._first.set()
        return True

    def _answer(self, request: Request, worker: KeptWorker) -> bool:
        """Have a request answered; gives whether the worker is there afterwards."""
        self._first.set()
        begun = time.monotonic()
        try:
            return self._answered(request, worker, begun)
        finally:
            self._turns.answered(request.owner, time.monotonic() - begun)

    def _answered(self, request: Request, worker: KeptWorker, begun: float) -> bool:
        patience = PATIENCE + 2 * self._usual
        try:
            answer = worker.call(
                request.function,
                *request.arguments,
                limits=self.limits,
                point=request.point,
                hooks={"say": request.say, "is_to_end": lambda: request.ending},
                unwanted=lambda: request.is_dropped_since(patience),
            )
        except Unwanted:
            request.answer.set_exception(Superseded())
            return False
        except kept_worker.Ended as error:
            request.answer.set_exception(error if request.wanted else Superseded())
            return False
        except Exception as error:
            request.answer.set_exception(error if request.wanted else Superseded())
            return True
        self._usual = max(_FORGETTING * self._usual, time.monotonic() - begun)
        if request.wanted:
            request.answer.set_result(answer)
        else:
            request.answer.set_exception(Superseded())
        return True
