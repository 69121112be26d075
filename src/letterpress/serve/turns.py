"""Says which job is made next, where several are made at once: a short one never waits for a long one.

Long jobs leave a place free that only short ones have. Among those that may begin, a job goes first whose token has the
fewest under way; of these the oldest. With one place there is no choice: jobs are made in order.

Not here: who makes them (jobs.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import PurePosixPath

from letterpress.serve.job_files import Job

LONG = 1000
"""Letters of a long job, at least: fewer are made in seconds, or in a minute where each has a layout of its own."""
_LINES = frozenset({".csv", ".tsv", ".tab", ".jsonl", ".ndjson"})
_ROW = {".json": 100}
_PACKED_ROW = 25
"""Bytes of a row in a workbook, which is packed. It is a guess: a file is not opened to find out how long it is."""


def following(waiting: Iterable[Job], at_work: Iterable[Job], at_once: int) -> Job | None:
    """Choose the job that is made next, the oldest first among those that wait; None: none may begin now.

    :param at_once: jobs that are made at the same time.
    """
    busy = list(at_work)
    if len(busy) >= at_once:
        return None
    tokens = Counter(job.about["token"] for job in busy)
    is_full = at_once > 1 and sum(map(is_long, busy)) >= at_once - 1
    may = (job for job in waiting if not (is_full and is_long(job)))
    return min(may, key=lambda job: tokens[job.about["token"]], default=None)


def is_long(job: Job) -> bool:
    """Whether a job takes long, as far as is known: by its list's size, and then by its letters."""
    counted = int(job.about.get("counts", {}).get("total") or 0)
    return max(counted, int(job.about.get("expected", 0))) >= LONG


def expected(name: str, data: bytes) -> int:
    """Guess how many records a list has.

    :param name: of its file; the ending says what it is.
    """
    ending = PurePosixPath(name).suffix.lower()
    if ending in _LINES:
        return max(data.count(b"\n"), data.count(b"\r"))
    return len(data) // _ROW.get(ending, _PACKED_ROW)
