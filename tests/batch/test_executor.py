"""What makes the letters is nothing to a run: this process, worker processes, or any other that does what they do."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from letterpress.batch.executor import Executor, at_work, executor_for
from letterpress.batch.maker import PRESS, Item, Maker, Orders, Outcome
from letterpress.batch.run import Batch, Settings
from letterpress.batch.serial import Serial
from letterpress.batch.supervisor import Supervisor
from letterpress.errors import LetterpressError
from letterpress.model import Job, Result
from letterpress.processes.limits import Limits
from letterpress.recipients.tables import open_table
from tests.support import makers, needs, runner
from tests.support.project import Project

ACTS = ["", "fail", "", "raise", ""]


def table(folder: Path) -> Path:
    path = folder / "people.csv"
    path.write_text("name,act\n" + "".join(f"Name {at},{act}\n" for at, act in enumerate(ACTS, start=1)))
    return path


def make(batch: Batch, data: Path) -> Iterator[Result]:
    """Plan and make all letters of a table."""
    plan, _ = runner.plan(data, batch.folder.parent)
    batch.plan(plan, open_table(str(data)).records(), {})
    yield from (result for result in batch.results() if result is not None)


def told(results: Iterable[Result]) -> list[tuple[Any, ...]]:
    return sorted(
        (result.record, result.status, result.sha256, [(fault.message, fault.row) for fault in result.diagnostics])
        for result in results
    )


def settings(folder: Path, jobs: int) -> Settings:
    return Settings(folder=folder, jobs=jobs, press="tests.support.makers:quick")


class LastFirst:
    """Makes all letters from the last to the first: outcomes come in any order."""

    debris = False

    def __init__(self, orders: Orders) -> None:
        self.maker = Maker(orders)
        self.waiting: list[tuple[Job, Item]] = []
        self.stopped = 0

    def start(self) -> None:
        """Nothing to begin."""

    def submit(self, bases: Sequence[Job], items: Iterable[Item]) -> None:
        self.waiting = [(bases[item.base], item) for item in items]

    def results(self) -> Iterator[Outcome | None]:
        while self.waiting:
            yield self.maker.make(*self.waiting.pop())

    def stop(self, *, at_once: bool = False) -> None:
        self.waiting.clear()
        self.stopped += at_once


def test_every_executor_makes_the_same_letters(tmp_path: Path) -> None:
    data = table(tmp_path)
    found = {}
    for jobs in (0, 2):
        with Batch(settings(tmp_path / f"out{jobs}", jobs)) as batch:
            assert isinstance(batch.executor, Supervisor if jobs else Serial)
            found[jobs] = told(make(batch, data))
            assert (batch.state, batch.journal.counts(batch.run)["failed"]) == ("failed", 2)
    batch = Batch(settings(tmp_path / "out", 0))
    last_first: Executor = LastFirst(
        Orders(press=batch.settings.press or "", folder=str(batch.folder), limits=Limits())
    )
    batch.executor = last_first
    with batch:
        found[-1] = told(make(batch, data))
    assert last_first.stopped == 1  # type: ignore[attr-defined]
    assert found[0] == found[2] == found[-1]
    assert [row for _, _, _, faults in found[0] for _, row in faults] == [3, 5]
    for folder in ("out0", "out2", "out"):
        assert [path.name for path in sorted((tmp_path / folder).glob("*.pdf"))] == [f"00000{n}.pdf" for n in (1, 3, 5)]
        for path in (tmp_path / folder).glob("*.pdf"):
            number = int(path.stem)
            values = (("to.name", f"Name {number}"),)
            expected = Job(letter=runner.letter(tmp_path), values=values, record=str(number))
            assert path.read_bytes() == makers.content(expected)


@pytest.mark.parametrize("jobs", [0, 1])
def test_a_run_that_is_interrupted_goes_on_where_it_was(tmp_path: Path, jobs: int) -> None:
    data = tmp_path / "people.csv"
    data.write_text("name,act\n" + "".join(f"Name {at},slow\n" for at in range(16)))
    with Batch(settings(tmp_path / "out", jobs)) as batch:
        results = make(batch, data)
        first = next(results)
        batch.interrupt()
        done = [first, *results]
        assert batch.state == "interrupted"
        assert {result.status for result in done} == {"done"}
        assert len(done) < 16
    with Batch(settings(tmp_path / "out", jobs)) as batch:
        statuses = [result.status for result in make(batch, data)]
        assert (statuses.count("skipped"), statuses.count("done")) == (len(done), 16 - len(done))


def test_a_merge_without_worker_processes(project: Project) -> None:
    letter = project.letter("Dear {{ fields.name }}.\n", "letterhead: plain\nto: {name: X}\nfields: {name: text}\n")
    (project.root / "people.csv").write_text("name\nAda\nBo\n")
    command = ("merge", letter, "--data", "people.csv", "--json")
    there = project.cli(*command, "-o", "there", "--jobs", "1").json["letters"]
    here = project.cli(*command, "-o", "here", "--jobs", "0").json["letters"]
    assert [result["sha256"] for result in here] == [result["sha256"] for result in there]
    assert [result["status"] for result in here] == ["done", "done"]


def test_a_native_library_that_is_missing_stops_the_run_with_its_hint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker loads WeasyPrint as everyone does, and what it says is what the run says."""
    if sys.platform != "linux":
        needs.lack("LD_LIBRARY_PATH", "the library is hidden by Linux's way of finding it")
    (tmp_path / "libpango-1.0.so.0").write_text("no library")
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    with at_work(executor_for(1, Orders(press=PRESS, folder=None, limits=Limits()))) as executor:
        executor.submit([Job(letter=runner.letter(tmp_path))], [item()])
        with pytest.raises(LetterpressError, match="libpango") as caught:
            list(executor.results())
    (fault,) = caught.value.diagnostics
    assert "is missing" in fault.message
    assert "apt install" in (fault.hint or "")


def item() -> Item:
    return Item(seq=1, base=0, id="x", record="1", values=(), output=None)


@pytest.mark.parametrize("jobs", [0, 1])
def test_an_executor_that_is_ended_with_letters_waiting_leaves_nothing(jobs: int) -> None:
    orders = Orders(press="tests.support.makers:quick", folder=None, limits=Limits())
    executor = executor_for(jobs, orders)
    with at_work(executor):
        executor.submit([Job(letter=runner.letter(Path("/")))], (item() for _ in range(9)))
        assert next(outcome for outcome in executor.results() if outcome is not None).status == "done"
        pids = executor.pids if isinstance(executor, Supervisor) else []
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]
    assert not executor.debris
