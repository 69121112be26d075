"""The runs of a studio: one at a time makes the letters of a list, in a worker that starts with the first run.

Not here: what a run is (interactive/runs.py).
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Any

from letterpress.errors import Diagnostic, LetterpressError, itself_failed
from letterpress.interactive.answers import Superseded
from letterpress.interactive.crew import Crew, Request
from letterpress.interactive.lists import List
from letterpress.interactive.runs import End, Letter, Order, Progress
from letterpress.processes.limits import Limits, Point

_LONG = 30 * 24 * 3600.0
"""Seconds that a run may take: each of its letters has its own limit."""
KEPT = 8
"""Runs that are remembered."""
_GRACE = 5.0
"""Seconds that the letters in hand have to be finished when the studio ends."""


@dataclass(slots=True)
class Run:
    """A run, as far as it is. Read under its lock."""

    id: str
    order: Order
    letter_sha256: str = ""
    """Of the letter's file as the run began."""
    request: Request | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)
    progress: Progress | None = None
    letters: list[Letter] = field(default_factory=list)
    """All that were told of."""
    end: End | None = None
    faults: tuple[Diagnostic, ...] = ()
    """Why it could not be made."""

    @property
    def state(self) -> str:
        """`running`, or how it has ended."""
        if self.end is not None:
            return self.end.state
        return "stopped" if self.faults else "running"

    def take(self, _: str, news: Progress) -> None:
        """Take news of the worker."""
        with self.lock:
            self.progress = news
            self.letters += news.letters

    def over(self, answer: Future[Any]) -> None:
        """Take the answer."""
        end: End | None = None
        faults: tuple[Diagnostic, ...] = ()
        try:
            end = answer.result()
        except LetterpressError as error:
            faults = error.diagnostics
        except Superseded:
            faults = (Diagnostic(message="was ended with the studio", code="run-ended"),)
        except Exception as error:
            faults = (itself_failed(error, self.order.letter),)
        with self.lock:
            self.end, self.faults = end, faults


class Runs:
    """All runs of a studio."""

    def __init__(self, limits: Limits) -> None:
        """:param limits: of each letter."""
        self.jobs: int | None = None
        """Processes that make the letters of a run; 0: the one that watches the run; None: one for each core."""
        self._limits = limits
        self._crew: Crew | None = None
        self._runs: dict[str, Run] = {}
        self._found: dict[str, Run] = {}
        self._lock = threading.Lock()
        self._count = 0

    def begin(self, order: Order, given: List | None, *, letter_sha256: str = "") -> Run:
        """Begin a run.

        :param given: the list that letters are made of; None: the variants of one letter are made.

        :raises LetterpressError: another one is at work.
        """
        with self._lock:
            if any(run.state == "running" for run in self._runs.values()):
                message, hint = "letters are being made already", "wait for their end, or stop them"
                raise LetterpressError(message, hint=hint, code="run-busy")
            self._count += 1
            crew = self._at_work()
            order = replace(order, jobs=self.jobs)
            run = Run(id=str(self._count), order=order, letter_sha256=letter_sha256)
            self._runs[run.id] = run
            while len(self._runs) > KEPT:
                self._runs.pop(next(iter(self._runs)))
            point = Point(file=order.letter, stage="making the letters")
            work = "runs:run" if given is not None else "variant_runs:run"
            about = (order,) if given is None else (order, given)
            run.request = crew.ask(f"letterpress.interactive.{work}", *about, tell=run.take, point=point)
        run.request.answer.add_done_callback(run.over)
        return run

    def found(self, order: Order, letters: tuple[Letter, ...]) -> Run:
        """Take on letters that were found in a folder, as a run that has ended: so they can be had as one."""
        with self._lock:
            before = next((run for run in self._found.values() if run.order.folder == order.folder), None)
            self._count += before is None
            name = str(self._count) if before is None else before.id
            counts: dict[str, Any] = {
                "letters": len(letters),
                "skipped": len(letters),
                "done": 0,
                "failed": 0,
                "pending": 0,
                "pages": 0,
            }
            end = End(state="done", **counts, faults=(), combined=None, faulty=None)
            run = Run(id=name, order=order, letters=list(letters), end=end)
            self._found[name] = run
            while len(self._found) > KEPT:
                self._found.pop(next(iter(self._found)))
        return run

    def combined(self, run: Run, target: str, *, duplex: bool = False) -> str:
        """Put the letters of a run that has ended into one PDF; gives its path.

        :param duplex: whether each begins on a new sheet that is printed on both sides.
        :raises LetterpressError: one of them is not there any more, or it cannot be written.
        """
        with run.lock:
            letters = [(one.output, one.number) for one in run.letters if one.output and one.status != "failed"]
        point = Point(file=run.order.letter, stage="putting the letters together")
        files = tuple(dict.fromkeys(letters))
        request = self._at_work().ask(
            "letterpress.interactive.runs:combined", run.order.letter, files, target, duplex, point=point
        )
        path = str(request.answer.result(timeout=_LONG))
        with run.lock:
            run.end = None if run.end is None else replace(run.end, combined=path)
        return path

    def _at_work(self) -> Crew:
        if self._crew is None:
            limits = Limits(seconds=_LONG, memory_mb=self._limits.memory_mb)
            self._crew = Crew(limits=limits, name="run")
        return self._crew

    def get(self, name: str) -> Run:
        """Give a run.

        :raises LetterpressError: there is none of that name.
        """
        run = self._runs.get(name) or self._found.get(name)
        if run is None:
            raise LetterpressError("there is no such run", code="run-unknown", value=name[:40])
        return run

    def made(self, name: str | None, letter_sha256: str) -> frozenset[str]:
        """Give the files that a run has made of this very letter; none where that run is not known any more."""
        run = self._runs.get(name or "")
        if run is None or run.letter_sha256 != letter_sha256:
            return frozenset()
        with run.lock:
            return frozenset(one.output for one in run.letters if one.status != "failed" and one.output is not None)

    def stop(self, name: str) -> Run:
        """Finish the letters in hand of a run, and end it."""
        run = self.get(name)
        if run.request is not None:
            run.request.end()
        return run

    def close(self) -> None:
        """Stop all that are at work, and wait a moment for them."""
        running = [run for run in self._runs.values() if run.state == "running" and run.request is not None]
        for run in running:
            if run.request is not None:
                run.request.end()
        until = time.monotonic() + _GRACE
        while any(run.state == "running" for run in running) and time.monotonic() < until:
            time.sleep(0.05)
        if self._crew is not None:
            self._crew.close()
