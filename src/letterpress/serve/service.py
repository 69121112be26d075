"""What a running service has: the project's letters, its workers, its jobs, and who may ask for them.

Nothing here runs in the server's own process but the server: letters are made, and files of strangers read, in workers
with limits of time and memory. Letters, signatures, what goes to the post, and jobs have workers of their own, so that
none waits for another kind; all but those of letters start when they are asked for.

Not here: what can be asked for (routes/), and what holds for every request (guarded.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.requests import Request

from letterpress.errors import LetterpressError
from letterpress.files.project_files import LETTERS, Outside, ProjectFiles
from letterpress.interactive import crew
from letterpress.interactive.answers import Superseded
from letterpress.interactive.crew import Crew
from letterpress.processes.kept_worker import Ended
from letterpress.processes.limits import Point
from letterpress.serve import problems
from letterpress.serve.config import Config
from letterpress.serve.idempotency import Answers
from letterpress.serve.jobs import Jobs
from letterpress.serve.logs import Log
from letterpress.serve.metrics import Metrics
from letterpress.serve.problems import Declined, Places
from letterpress.serve.rates import Rates
from letterpress.serve.room import Room
from letterpress.serve.tokens import Tokens
from letterpress.serve.webhooks import Webhooks

FOLDER = "content/letters"
_LISTED = 1.0
"""Seconds for which the project is taken to have the same letters."""
_TRIES = 2
"""Times that a request is given to the workers, which try one again themselves, while somebody kills them."""
STOPPING = 6.0
"""Seconds that requests have to be answered once the service is to stop."""


class Service:
    """A service for one project."""

    def __init__(self, config: Config, tokens: Tokens, log: Log) -> None:
        """Begin: its workers start now, and jobs that were not finished go on."""
        self.config = config
        self.tokens = tokens
        self.log = log
        self.files = ProjectFiles(config.root)
        self.places = Places(config.root, config.store)
        self.metrics = Metrics()
        self.rates = Rates(config.file.limits.rate)
        self.answers = Answers(config.store / "answers", config.keep)
        root, limits = str(config.root), config.limits
        self.press = Crew(
            workers=config.workers,
            limits=limits,
            ready="letterpress.interactive.letters:warm",
            name="press",
            folder=root,
        )
        warm = "letterpress.interactive.signatures:warm" if config.file.keys else None
        self.work = Crew(limits=limits, ready=warm, name="work", folder=root)
        for name in config.file.keys:
            if (reason := config.why_unusable(name)) is not None:
                log.write("key", name=name, state="unusable", reason=reason)
        self.post = Crew(limits=limits, ready=None, name="post", folder=root)
        self.webhooks = Webhooks(config, log, self.metrics)
        self.jobs = Jobs(config, self.places, self.webhooks, log, self.metrics, self.answers.sweep)
        self.stopping = False
        self._stop_at = float("inf")
        self.room = Room(int(1_000_000 * config.file.limits.bodies_mb))
        self._listed: dict[str, str] = {}
        self._listed_at = float("-inf")
        self._lock = threading.Lock()
        self._watch()

    @property
    def _crews(self) -> tuple[Crew, ...]:
        return self.press, self.work, self.post

    def _watch(self) -> None:
        watch = self.metrics.watch
        watch("queue_waiting", "Requests that wait for a worker.", lambda: sum(one.waiting for one in self._crews))
        watch("workers", "Worker processes for requests.", lambda: sum(len(one.pids) for one in self._crews))
        watch("jobs_waiting", "Jobs that wait or run.", lambda: self.jobs.open)

    # --- the project's letters ----------------------------------------------------------------------------------------

    def letters(self) -> Mapping[str, str]:
        """List the letters by name; one in a folder is `folder:letter`."""
        now = time.monotonic()
        with self._lock:
            if now - self._listed_at > _LISTED:
                found = (self.files.shown(path) for path in self.files.listed(LETTERS, FOLDER))
                named = {self.name_of(path): path for path in found}
                self._listed, self._listed_at = named, now
            return self._listed

    @staticmethod
    def name_of(path: str) -> str:
        """Give the name of a letter.

        :param path: of its file, in the project.
        """
        return path.removeprefix(f"{FOLDER}/").removesuffix(".md").replace("/", ":")

    def letter(self, name: str) -> str:
        """Find the file of a letter, in the project.

        :raises Declined: the project has none of that name.
        """
        path = self.letters().get(name)
        if path is not None:
            return path
        path = f"{FOLDER}/{name.replace(':', '/')}.md"  # it may be a moment old
        try:
            if "/" not in name and self.files.find(path, LETTERS).is_file():
                return path
        except Outside:
            pass
        of_file = name.removesuffix(".md")
        raise problems.missing("letter", name, [of_file] if of_file in self.letters() else self.letters())

    # --- workers ------------------------------------------------------------------------------------------------------

    async def ask(self, request: Request, team: Crew, function: str, *arguments: Any, about: str | None = None) -> Any:
        """Have a worker answer, as long as the client waits for it.

        :param function: of `interactive/`.
        :param about: the file that it is about.
        :raises Declined: too many wait, or the service ends before there is an answer.
        :raises LetterpressError: what the answer raises, or it takes too much.
        """
        for left in reversed(range(_TRIES)):
            try:
                return await self._asked(request, team, function, arguments, about)
            except Ended as error:
                if not left or all(one.code != "process-ended" for one in error.diagnostics):
                    raise
        raise AssertionError("unreachable")

    async def _asked(
        self, request: Request, team: Crew, function: str, arguments: tuple[Any, ...], about: str | None
    ) -> Any:
        if self.stopping:
            raise problems.busy("stopping", "The service is being stopped", 5)
        if team.waiting >= self.config.file.limits.queue:
            raise problems.busy("queue-full", "Too many requests are waiting", 1)
        point, owner = Point(file=about, stage="answering"), request.state.token.name
        asked = team.ask(f"letterpress.interactive.{function}", *arguments, point=point, owner=owner)
        answer = asyncio.wrap_future(asked.answer)
        gone = asyncio.ensure_future(_gone(request))
        try:
            while not answer.done():
                await asyncio.wait((answer, gone), timeout=0.5, return_when=asyncio.FIRST_COMPLETED)
                if gone.done() and not answer.done():
                    raise Declined(499, "client-gone", "The client has gone")
                if self.is_over() and not answer.done():
                    raise problems.busy("stopping", "The service is being stopped", 5)
            return answer.result()
        except Superseded:
            raise problems.busy("stopping", "The service is being stopped", 5) from None
        finally:
            gone.cancel()
            if not answer.done():
                _drop(asked)
                answer.add_done_callback(lambda done: done.cancelled() or done.exception())

    def is_ready(self) -> bool:
        """Whether letters can be made at once."""
        return self.press.is_ready() and not self.stopping

    def is_over(self) -> bool:
        """Whether the service ends, and the time is over that requests had to be answered."""
        return time.monotonic() > self._stop_at

    # --- the end ------------------------------------------------------------------------------------------------------

    def stop(self) -> None:
        """Take no more requests; those that were taken are answered. May be called by a signal's handler."""
        self._stop_at = min(self._stop_at, time.monotonic() + STOPPING)
        self.stopping = True
        self.jobs.halt()

    def close(self) -> None:
        """End the workers and jobs; jobs go on with the next start."""
        self.stop()
        self._stop_at = time.monotonic()
        self.jobs.close()
        self.webhooks.close()
        for team in self._crews:
            team.close()


async def _gone(request: Request) -> None:
    """Wait until the client has gone."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _drop(asked: crew.Request) -> None:
    asked.drop()


def started(root: Path, config: Config, tokens: Tokens, log: Log) -> Service:
    """Start a service.

    :raises LetterpressError: its store cannot be made.
    """
    try:
        config.store.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(OSError):
            config.store.chmod(0o700)
    except OSError as error:
        message = f"cannot be made: {error.strerror}"
        hint = "name another folder: 'store' in serve.toml"
        raise LetterpressError(message, file=str(config.store), hint=hint, code="folder-unusable") from error
    return Service(config, tokens, log)
