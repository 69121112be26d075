"""A run in a process of its own, to be killed: `python -m tests.support.runner FOLDER DATA.csv MAKER JOBS`.

Prints a line of JSON for each letter, then one for the run; the letters are made by one of `tests/support/makers.py`, or by
letterpress itself (MAKER `press`).
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from letterpress.batch import file_names
from letterpress.batch.first_look import Source
from letterpress.batch.plan import Plan, Ways, known_names
from letterpress.batch.run import Batch, Settings
from letterpress.model import Body, FieldSpec, Job, Letter, frozendict
from letterpress.processes.limits import Limits
from letterpress.recipients import columns
from letterpress.recipients.tables import open_table

ROOT = Path(__file__).resolve().parents[2]
T = TypeVar("T")


def letter(folder: Path) -> Letter:
    """A letter without a file, whose field `act` the makers obey."""
    return Letter(
        slug="letter",
        path="letter.md",
        folder=str(folder),
        root=str(folder),
        letterhead="plain",
        lang="en-US",
        date=None,
        body=Body(template="<p>Dear {{ to.name }}, {{ fields.act }}</p>", lines=()),
        fields=frozendict({"act": FieldSpec()}),
    )


def plan(data: Path, folder: Path, pattern: str = "{record:06}") -> tuple[Plan, columns.Mapped]:
    """The plan of a run over a table."""
    job = Job(letter=letter(folder))
    table = open_table(str(data))
    mapped = columns.map_columns(job.letter, table.columns, source=str(data))
    return Plan(Ways(job=job, mapped=mapped, pattern=file_names.read(pattern, known_names(job, mapped)))), mapped


def main() -> int:
    folder, data, maker, jobs = sys.argv[1:5]
    press = None if maker == "press" else f"tests.support.makers:{maker}"
    limits = Limits(seconds=float(os.environ.get("SECONDS_A_LETTER", "60")), memory_mb=400)
    settings = Settings(folder=Path(folder), jobs=int(jobs), press=press, limits=limits)
    with Batch(settings) as batch:
        ways, _ = plan(Path(data), Path(folder).parent)
        signal.signal(signal.SIGINT, lambda *_: batch.interrupt())
        table = open_table(data)
        batch.plan(ways, table.records(), {"data": data}, source=Source(table=table))
        print(json.dumps({"begun": os.getpid()}), flush=True)
        for result in batch.results():
            if result is not None:
                print(json.dumps(result.as_json()), flush=True)
        faults = [str(fault) for fault in batch.faults]
        print(json.dumps({"state": batch.state, "debris": batch.executor.debris, "faults": faults}), flush=True)
    return {"done": 0, "failed": 1, "interrupted": 130}.get(batch.state, 3)


def start(folder: Path, data: Path, maker: str = "quick", jobs: int = 2, **environment: str) -> subprocess.Popen[bytes]:
    """Start a run in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "tests.support.runner", str(folder), str(data), maker, str(jobs)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **environment},
    )


PATIENCE = 120.0
"""Seconds after which a process that shows nothing counts as hung, however busy the machine is."""


def wait_for(condition: Callable[[], T]) -> T:
    """What `condition` gives once it is true."""
    end = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)
    return found


def hear() -> None:
    """For a new process: hear what ends a command, even if the tests were started without (`nohup`)."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def children(pid: int) -> list[int]:
    """Processes that a process has started and that live."""
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [int(child) for child in found]


def run_under_fire(
    folder: Path, data: Path, *, maker: str, kills: int, pause: tuple[float, float], seed: int, parents: float = 0.2
) -> tuple[int, int]:
    """Run to the end, again and again, while workers and the parent are killed at random moments.

    :param kills: at least so many, if the run lasts; then it is left in peace.
    :param pause: seconds between two, at random between these.
    :param parents: part of the kills that go to the parent.
    :returns: kills of workers, kills of parents.
    """
    dice = random.Random(seed)
    killed = {"worker": 0, "parent": 0}
    while True:
        with subprocess.Popen(
            [sys.executable, "-m", "tests.support.runner", str(folder), str(data), maker, "2"],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        ) as run:
            while run.poll() is None:
                time.sleep(dice.uniform(*pause))
                workers = children(run.pid)
                if sum(killed.values()) >= kills or (not workers and killed["parent"] > 1):
                    continue  # two may come in the start, the others find letters in hand, however slow the machine is
                if dice.random() < parents:
                    run.kill()
                    killed["parent"] += 1
                    break
                if workers:
                    try:
                        os.kill(dice.choice(workers), signal.SIGKILL)
                        killed["worker"] += 1
                    except ProcessLookupError:
                        pass
            code = run.wait()
            said = run.stderr.read().decode() if run.stderr else ""
        if code != -signal.SIGKILL:
            if code != 0:
                raise AssertionError(f"the run ended with {code}: {said}")
            return killed["worker"], killed["parent"]


if __name__ == "__main__":
    sys.exit(main())
