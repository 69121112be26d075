"""Makes letters as jobs, a few at a time: in the background, with results as they come, and through restarts.

A job that was taken is on the disk before its answer is sent. Whatever ends the server, the next start goes on with it:
the run's journal knows which letters are there (batch/run.py), and those are not made again.

Not here: which job is next (turns.py), what a job has on the disk (job_files.py), what a run is (interactive/runs.py).
"""

from __future__ import annotations

import contextlib
import datetime
import re
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from letterpress.errors import Diagnostic, LetterpressError, itself_failed
from letterpress.files import atomic
from letterpress.interactive.answers import Superseded
from letterpress.interactive.crew import Crew, Request
from letterpress.interactive.lists import List
from letterpress.interactive.runs import End, Order, Progress
from letterpress.post.asked import Asked
from letterpress.processes.limits import Limits, Point
from letterpress.serve import job_files, lists, turns
from letterpress.serve.config import Config
from letterpress.serve.job_files import Job, expires
from letterpress.serve.logs import Log
from letterpress.serve.metrics import Metrics
from letterpress.serve.problems import Places, busy, missing, refused
from letterpress.serve.tokens import Token
from letterpress.serve.webhooks import Webhooks

_LONG = 30 * 24 * 3600.0
"""Seconds that a job may take: each of its letters has its own limit."""
_STALLED = 600.0
"""Seconds without a letter after which a job is given up."""
_GRACE = 7.5
"""Seconds that letters in hand have from the moment at which the service is to stop."""
_SWEEP = 30.0
_LOOK = 0.1
_TRIES = 20
"""Times that a job is begun whose folder is still held by the processes of a server that was killed."""


class Jobs:
    """The jobs of a service."""

    def __init__(
        self,
        config: Config,
        places: Places,
        webhooks: Webhooks,
        log: Log,
        metrics: Metrics,
        also: Callable[[], None] = lambda: None,
    ) -> None:
        """Begin; jobs that were not finished go on.

        :param also: called whenever what has been kept long enough is deleted.
        """
        self._also = also
        self._config, self._places, self._webhooks = config, places, webhooks
        self._log, self._metrics = log, metrics
        self._store = config.store / "jobs"
        self._known = {job.id: job for job in job_files.read_all(self._store)}
        self._deleted = job_files.Deleted(config.store / "deleted", config.keep)
        """Jobs that somebody has deleted: a request that is sent again does not make one anew."""
        self._waiting = deque(job for job in self._known.values() if not job.has_ended)
        self._stopped: set[str] = set()
        """Jobs that somebody has stopped."""
        self._changed = threading.Condition()
        self._at_work: list[Job] = []
        self._at_once = config.file.jobs_at_once
        limits = Limits(seconds=_LONG, memory_mb=config.limits.memory_mb)
        self._crew = Crew(workers=self._at_once, limits=limits, ready=None, name="job", folder=str(config.root))
        self._closed = False
        self._swept = time.monotonic()
        self.stopping = False
        """Whether no more is begun, and what is in hand is finished."""
        self._stop_at = float("inf")
        self._threads = [
            threading.Thread(target=self._work, name=f"letterpress-jobs-{number}", daemon=True)
            for number in range(self._at_once)
        ]
        for thread in self._threads:
            thread.start()

    # --- what clients ask for -----------------------------------------------------------------------------------------

    @property
    def open(self) -> int:
        """Jobs that have not ended."""
        return sum(not job.has_ended for job in list(self._known.values()))

    def begin(
        self, token: Token, about: dict[str, Any], data: bytes | None, name: str | None = None
    ) -> tuple[Job, bool]:
        """Take a job; gives it, and whether it is new.

        :param about: what `_order` and `_list` read; `file` is the list's.
        :param data: the list.
        :param name: of the job, where it is asked for with an `Idempotency-Key`.
        :raises Declined: too many wait.
        :raises LetterpressError, OSError: it cannot be kept.
        """
        with self._changed:
            known = self._known.get(name or "")
            if known is not None:
                return known, False
            if name is not None and name in self._deleted:
                hint = "begin another job, with another Idempotency-Key"
                raise refused(
                    409, "job-deleted", "the job of this Idempotency-Key was deleted", hint, field="Idempotency-Key"
                )
            if self.stopping:
                raise busy("stopping", "The service is being stopped", 5)
            if self.open >= self._config.file.limits.jobs:
                raise busy("queue-full", "Too many jobs are waiting", 30)
            created = _now().isoformat()
            whole = {**about, "token": token.name, "created": created, "ended": None, "state": "queued"}
            job = job_files.create(self._store, name or secrets.token_hex(16), whole)
            try:
                if data is not None:
                    atomic.write(job.folder / about["file"], data)
                job.change()
            except BaseException:
                job.remove()
                raise
            self._known[job.id] = job
            self._waiting.append(job)
            self._changed.notify_all()
        return job, True

    def get(self, token: Token, name: str) -> Job:
        """Give a job of a token; `admin` has all.

        :raises Declined: there is none.
        """
        job = self._known.get(name)
        if job is None or not (job.about["token"] == token.name or token.may("admin")):
            raise missing("job")
        return job

    def of(self, token: Token) -> list[Job]:
        """Give the jobs of a token, the newest first."""
        own = [one for one in self._known.values() if one.about["token"] == token.name or token.may("admin")]
        return sorted(own, key=lambda job: str(job.about["created"]), reverse=True)

    def stop(self, token: Token, job: Job) -> None:
        """Finish the letters in hand of a job, and end it.

        :param token: whose wish it is.
        """
        if not job.has_ended:
            self._log.write("job", id=job.id, state="stopping", token=token.name)
        with self._changed:
            if job in self._waiting:
                self._waiting.remove(job)
                self._end(job, "stopped")
            elif not job.has_ended:
                self._stopped.add(job.id)

    def delete(self, job: Job) -> None:
        """Delete a job with its letters.

        :raises Declined: it has not ended.
        """
        if not job.has_ended:
            hint = f"stop it first: POST /v1/jobs/{job.id}/stop"
            raise refused(409, "job-open", "the job has not ended", hint, headers={"retry-after": "5"})
        with self._changed:
            self._deleted.add(job.id)
        self._known.pop(job.id, None)
        job.remove()

    def halt(self) -> None:
        """Begin no more, and finish the letters in hand. May be called by a signal's handler."""
        if not self.stopping:
            self._stop_at = time.monotonic() + _GRACE
            self.stopping = True

    def close(self) -> None:
        """Stop the jobs at work, and wait a moment for their letters in hand."""
        self.halt()
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(max(0.0, self._stop_at - time.monotonic()))
        self._crew.close()
        for thread in self._threads:
            thread.join()

    # --- in threads of their own --------------------------------------------------------------------------------------

    def _work(self) -> None:
        while True:
            with self._changed:
                if self._closed:
                    return
                job = self._next()
                if job is None:
                    self._changed.wait(_LOOK if self.stopping else 1.0)
                is_due = time.monotonic() - self._swept > _SWEEP
                if is_due:
                    self._swept = time.monotonic()
            if job is not None:
                self._make_safely(job)
            if is_due:
                self.sweep()

    def _next(self) -> Job | None:
        """Take a job up, if one may begin now."""
        job = None if self.stopping else turns.following(self._waiting, self._at_work, self._at_once)
        if job is not None:
            self._waiting.remove(job)
            self._at_work.append(job)
        return job

    def _make_safely(self, job: Job) -> None:
        try:
            self._make(job)
        except Exception as error:
            self._log.failure(error, job=job.id)
            with contextlib.suppress(Exception):
                self._end(job, "refused", (itself_failed(error, None),))
        finally:
            with self._changed:
                self._at_work.remove(job)
                self._changed.notify_all()

    def sweep(self) -> None:
        """Delete the jobs that have been kept long enough."""
        self._also()
        self._deleted.sweep()
        now = _now()
        for job in list(self._known.values()):
            until = expires(job.about, self._config.keep)
            if until is not None and until < now:
                self._known.pop(job.id, None)
                job.remove()

    def _make(self, job: Job) -> None:
        job.change(state="running")
        self._told(job, "job.started")
        self._log.write("job", id=job.id, state="running")
        for attempt in range(_TRIES):
            try:
                end: End | None = self._made(job)
                faults: tuple[Diagnostic, ...] = ()
            except LetterpressError as error:
                end, faults = None, error.diagnostics
                if any(one.code == "folder-busy" for one in faults) and attempt < _TRIES - 1:
                    time.sleep(0.5)
                    continue
            except _Interrupted:
                job.change(state="queued")
                return
            break
        if end is None:
            self._end(job, "refused", faults)
        elif end.state == "interrupted" and job.id not in self._stopped and self.stopping:
            job.change(state="queued")  # goes on with the next start
        else:
            self._ended(job, end)

    def _ended(self, job: Job, end: End) -> None:
        if end.faulty is not None:
            atomic.write(job.faulty, end.faulty)
        names = ("title", "letters", "pages", "sheets")
        spools = [{"name": Path(one.file).name, **{name: getattr(one, name) for name in names}} for one in end.spools]
        job.change(spools=spools)
        state = {"done": "done", "failed": "failed", "interrupted": "stopped"}.get(end.state, "refused")
        job.change(counts={"total": end.letters, **job.counts(), "pages": end.pages})
        self._end(job, state, end.faults)

    def _end(self, job: Job, state: str, faults: tuple[Diagnostic, ...] = ()) -> None:
        said = self._places.faults(faults, f"{self._folder(job)}")
        job.change(state=state, ended=_now().isoformat(), faults=said)
        self._stopped.discard(job.id)
        self._metrics.jobs.labels(state).inc()
        self._log.write("job", id=job.id, state=state, letters=job.rows)
        self._told(job, "job.ended")

    def _told(self, job: Job, event: str, **more: Any) -> None:
        webhook = job.about.get("webhook")
        if webhook and event in webhook["events"]:
            self._webhooks.tell(webhook["url"], event, {"job": job.id, "state": job.state, **more})

    def _folder(self, job: Job) -> Path:
        """The job's folder, as its worker names it."""
        root = self._config.root
        return job.folder.relative_to(root) if job.folder.is_relative_to(root) else job.folder

    def _made(self, job: Job) -> End:
        """Make the letters of a job.

        :raises LetterpressError: none can be made.
        """
        news = threading.Event()
        about = job.about
        job.letters.mkdir(exist_ok=True)
        order = _order(about, self._folder(job), self._config)
        given = _list(about, self._folder(job))
        point = Point(file=about["letter"], stage="making the letters")
        arguments = (order,) if given is None else (order, given)
        work = "variant_runs:run" if given is None else "runs:run"

        def take(_: str, said: Progress) -> None:
            news.set()
            self._take(job, said, order.folder)

        request = self._crew.ask(f"letterpress.interactive.{work}", *arguments, tell=take, point=point)
        end: End = self._awaited(job, request, news)
        return end

    def _awaited(self, job: Job, request: Request, news: threading.Event) -> Any:
        last = time.monotonic()
        while True:
            try:
                return request.answer.result(timeout=_LOOK)
            except TimeoutError:
                pass
            except Superseded:
                if self.stopping:
                    raise _Interrupted from None
                fault = Diagnostic(message=f"no letter was made for {_STALLED:g} s", code="job-stalled")
                raise LetterpressError(fault) from None
            if news.is_set():
                news.clear()
                last = time.monotonic()
            if self.stopping or job.id in self._stopped:
                request.end()
            if time.monotonic() - last > _STALLED:
                request.drop()

    def _take(self, job: Job, said: Progress, folder: str) -> None:
        """Write down what has become of letters."""
        rows = [
            {
                "id": job.id_of(one.number, one.id),
                "record": one.number,
                "position": _position(one.number),
                "status": one.status,
                "file": None if one.output is None else Path(one.output).relative_to(folder).as_posix(),
                "pages": one.pages,
                "diagnostics": self._places.faults(one.diagnostics, str(self._folder(job))),
            }
            for one in said.letters
        ]
        new = job.add(rows)
        with job.lock:
            pages = job.about.get("counts", {}).get("pages", 0) + sum(row["pages"] or 0 for row in new)
            job.about["counts"] = {"total": said.total, **job.counts(), "pages": pages}
        for row in new:
            self._metrics.job_letters.labels(row["status"]).inc()
            if row["status"] == "failed":
                self._told(job, "letter.failed", number=row["number"])


class _Interrupted(Exception):
    """The service ends before the letters in hand were finished."""


def _order(about: dict[str, Any], folder: Path, config: Config) -> Order:
    return Order(
        letter=about["letter"],
        chosen=tuple(about["chosen"].items()),
        folder=str(folder / "letters"),
        variants=tuple(tuple(one.items()) for one in about.get("variants") or ()),
        matrix=about.get("matrix", False),
        strict=about.get("strict", False),
        combined=str(folder / "combined.pdf") if about["combined"] else None,
        printer=Asked(**about.get("printer") or {}),
        limits=config.limits,
        jobs=config.job_workers,
    )


def _list(about: dict[str, Any], folder: Path) -> List | None:
    if about.get("file") is None:
        return None
    return List(source=str(folder / about["file"]), reading=lists.reading(about["reading"]))


def _position(record: str) -> int | None:
    """The place of a record in its list, from 1; of records together, the first one's; None for a variant."""
    figures = re.match(r"[0-9]+", record)
    return int(figures[0]) if figures is not None else None


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
