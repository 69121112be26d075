"""Runs that are killed, starved, filled up and pulled away: nothing lost, nothing doubled, nothing torn.

Real processes and real signals. The letters are made by `tests/support/makers.py`, so that thousands fit into a test.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from letterpress.batch.journal import Journal
from letterpress.batch.run import Batch, Settings
from letterpress.errors import LetterpressError, UsageError
from letterpress.model import Job, Result
from letterpress.processes.limits import Limits
from letterpress.recipients.tables import open_table
from tests.support import makers, needs, runner

pytestmark = pytest.mark.slow


def write(path: Path, acts: list[str]) -> Path:
    """A table with a record for each act."""
    lines = ["name,act", *(f"Name {at},{act}" for at, act in enumerate(acts, start=1))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def settings(folder: Path, **given: Any) -> Settings:
    chosen: dict[str, Any] = {"jobs": 2, "press": "tests.support.makers:quick", **given}
    return Settings(folder=folder, **chosen)


def run(folder: Path, data: Path, **given: Any) -> tuple[Batch, list[Result]]:
    """A run in this process; its workers are processes all the same."""
    with Batch(settings(folder, **given)) as batch:
        plan, _ = runner.plan(data, folder.parent)
        batch.plan(plan, open_table(str(data)).records(), {})
        return batch, [result for result in batch.results() if result is not None]


def expected(number: int, act: str = "") -> bytes:
    values: tuple[tuple[str, Any], ...] = (("to.name", f"Name {number}"), *((("fields.act", act),) if act else ()))
    return makers.content(Job(letter=runner.letter(Path("/")), values=values, record=str(number)))


def check_all(folder: Path, acts: list[str]) -> None:
    """Every letter is there once, whole, and nothing else is."""
    there = {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and ".letterpress" not in path.parts
    }
    assert there == {f"{number:06}.pdf" for number in range(1, len(acts) + 1)}
    for number, act in enumerate(acts, start=1):
        assert (folder / f"{number:06}.pdf").read_bytes() == expected(number, act), f"letter {number} is torn"
    with Journal(folder, write=False) as journal:
        last = journal.runs()[0]
        assert last.state == "done"
        assert last.counts["done"] + last.counts["skipped"] == len(acts)


def orphans(folder: Path) -> list[int]:
    """Workers that still have the run's lock open."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if any(
                str(fd.readlink()).startswith(str(folder)) for fd in (process / "fd").iterdir()
            ) and process.name != str(os.getpid()):
                found.append(int(process.name))
    return found


# --- what a run does --------------------------------------------------------------------------------------------------


def test_a_run_makes_all_and_running_again_makes_none(tmp_path: Path) -> None:
    acts = [""] * 60
    data = write(tmp_path / "a.csv", acts)
    _, first = run(tmp_path / "out", data)
    assert sorted(result.status for result in first) == ["done"] * 60
    check_all(tmp_path / "out", acts)
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("*.pdf")}
    _, second = run(tmp_path / "out", data)
    assert {result.status for result in second} == {"skipped"}
    assert {result.sha256 for result in second} == {result.sha256 for result in first}
    assert times == {path: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("*.pdf")}


def test_only_what_is_missing_or_has_changed_is_made(tmp_path: Path) -> None:
    acts = [""] * 20
    data = write(tmp_path / "a.csv", acts)
    run(tmp_path / "out", data)
    (tmp_path / "out/000003.pdf").unlink()
    (tmp_path / "out/000005.pdf").write_bytes(b"torn")
    content = bytearray((tmp_path / "out/000007.pdf").read_bytes())
    content[10] ^= 1  # as long as before
    (tmp_path / "out/000007.pdf").write_bytes(content)
    os.utime(tmp_path / "out/000009.pdf")  # touched, and the same
    data.write_text(data.read_text().replace("Name 11,", "Other 11,"))
    _, results = run(tmp_path / "out", data)
    assert {result.record for result in results if result.status == "done"} == {"3", "5", "7", "11"}
    _, again = run(tmp_path / "out", data, again=True)
    assert {result.status for result in again} == {"done"}


def test_a_failed_letter_is_named_its_older_file_goes_and_it_is_tried_in_the_next_run(tmp_path: Path) -> None:
    run(tmp_path / "out", write(tmp_path / "a.csv", ["", "", ""]))
    data = write(tmp_path / "a.csv", ["", "fail", ""])
    batch, results = run(tmp_path / "out", data)
    (failed,) = [result for result in results if result.status == "failed"]
    assert (failed.record, failed.diagnostics[0].field, failed.output) == ("2", "fields.act", None)
    assert not (tmp_path / "out/000002.pdf").exists()
    assert batch.state == "failed"
    assert batch.earlier is not None
    assert (batch.earlier.removed, batch.earlier.left) == (("000002.pdf",), ())
    _, second = run(tmp_path / "out", write(tmp_path / "a.csv", ["", "slow", ""]))
    assert {(result.record, result.status) for result in second} == {("1", "skipped"), ("2", "done"), ("3", "skipped")}


def test_two_records_of_one_name_stop_the_run_before_its_first_letter(tmp_path: Path) -> None:
    data = write(tmp_path / "a.csv", ["", "", ""])
    data.write_text("name,act\nMüller,\nAda,\nMULLER,\nmu\u0308ller,\n", encoding="utf-8")
    with Batch(settings(tmp_path / "out")) as batch:
        plan, _ = runner.plan(data, tmp_path, "{to.name}")
        with pytest.raises(UsageError, match=r"records 1 and 4 would both become 'müller\.pdf'"):
            batch.plan(plan, open_table(str(data)).records(), {})
    assert not (tmp_path / "out").exists()


def test_doubles_are_reported_or_left_out(tmp_path: Path) -> None:
    data = tmp_path / "a.csv"
    data.write_text("name,street,city\nAda,1 Mill Lane,X\nBo,2 Mill Lane,X\nADA,1 Mill  Lane.,x\n", encoding="utf-8")
    batch, results = run(tmp_path / "out", data)
    assert batch.duplicates == 1
    (third,) = [result for result in results if result.record == "3"]
    assert (third.status, third.diagnostics[0].severity) == ("done", "warning")
    assert "same address as record 1" in third.diagnostics[0].message
    _, results = run(tmp_path / "out2", data, unique=True)
    assert [(r.record, r.status) for r in sorted(results, key=lambda r: r.record or "")] == [
        ("1", "done"),
        ("2", "done"),
        ("3", "skipped"),
    ]


# --- poison -----------------------------------------------------------------------------------------------------------


def test_poison_is_named_while_the_rest_goes_on(tmp_path: Path) -> None:
    acts = [""] * 60
    for number, act in {5: "crash", 17: "hang", 29: "memory", 41: "exit", 42: "raise", 59: "killed"}.items():
        acts[number - 1] = act
    # Time for the one that eats memory to reach its limit first, on a busy machine too.
    limits = Limits(seconds=3.0, memory_mb=300)
    batch, results = run(tmp_path / "out", write(tmp_path / "a.csv", acts), limits=limits)
    failed = {result.record: str(result.diagnostics[-1]) for result in results if result.status == "failed"}
    assert set(failed) == {"5", "17", "29", "41", "42", "59"}
    assert "SIGABRT" in failed["5"]
    assert "took more than 3 s, 2 times" in failed["17"]
    assert "more than 300 MB" in failed["29"]
    assert "exit code 3" in failed["41"]
    assert "RuntimeError: a fault of our own" in failed["42"]
    assert "8 times (SIGKILL)" in failed["59"]
    done = {result.record for result in results if result.status == "done"}
    assert done == {str(number) for number in range(1, 61)} - set(failed)
    assert batch.state == "failed"
    for number in (1, 30, 60):
        assert (tmp_path / f"out/{number:06}.pdf").read_bytes() == expected(number)


def test_workers_that_cannot_start_are_said(tmp_path: Path) -> None:
    data = write(tmp_path / "a.csv", [""])
    batch, _ = run(tmp_path / "out", data, press="tests.support.makers:nothing_of_that_name")
    assert batch.state == "stopped"
    assert "workers cannot be started" in str(batch.faults[0])
    assert "nothing_of_that_name" in str(batch.faults[0])


# --- killed -----------------------------------------------------------------------------------------------------------


def test_twenty_kills_over_eight_hundred_letters(tmp_path: Path) -> None:
    """`make proof-kills` does some hundreds of them."""
    acts = ["slow" if number % 3 == 0 else "" for number in range(800)]
    data = write(tmp_path / "a.csv", acts)
    folder = tmp_path / "out"
    workers, parents = runner.run_under_fire(
        folder, data, maker="quick", kills=22, pause=(0.02, 0.4), seed=20190411, parents=0.3
    )
    assert workers + parents >= 20, f"the run ended after {workers} + {parents} kills"
    assert workers >= 5
    assert parents >= 3
    check_all(folder, acts)
    assert not list(folder.rglob("*.part"))
    assert not (folder / ".letterpress/work").exists()
    assert not orphans(folder)


def test_a_killed_parent_takes_its_workers_along(tmp_path: Path) -> None:
    data = write(tmp_path / "a.csv", ["hang"] * 4)
    process = runner.start(tmp_path / "out", data)
    assert process.stdout is not None
    process.stdout.readline()
    runner.wait_for(lambda: len(runner.children(process.pid)) == 2)
    workers = runner.children(process.pid)
    time.sleep(0.5)
    process.kill()
    process.communicate()
    runner.wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))
    assert not orphans(tmp_path / "out")


def test_ctrl_c_finishes_the_letters_in_hand(tmp_path: Path) -> None:
    acts = ["slow"] * 150
    data = write(tmp_path / "a.csv", acts)
    process = runner.start(tmp_path / "out", data)
    assert process.stdout is not None
    for _ in range(20):
        process.stdout.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=runner.PATIENCE)
    assert process.returncode == 130, err
    end = json.loads(out.splitlines()[-1])
    assert end["state"] == "interrupted"
    made = len(list((tmp_path / "out").glob("*.pdf")))
    assert 20 <= made < 150
    with Journal(tmp_path / "out", write=False) as journal:
        last = journal.runs()[0]
        assert (last.state, last.counts["done"], last.counts["pending"]) == ("interrupted", made, 150 - made)
    _, results = run(tmp_path / "out", data)
    assert sum(result.status == "skipped" for result in results) == made
    check_all(tmp_path / "out", acts)


# --- the folder -------------------------------------------------------------------------------------------------------


def test_a_second_run_is_refused_and_harms_nothing(tmp_path: Path) -> None:
    acts = ["slow"] * 100
    data = write(tmp_path / "a.csv", acts)
    process = runner.start(tmp_path / "out", data)
    assert process.stdout is not None
    process.stdout.readline()
    with pytest.raises(UsageError, match=f"another run is at work in this folder \\(process {process.pid}\\)"):
        run(tmp_path / "out", data)
    process.communicate(timeout=runner.PATIENCE)
    assert process.returncode == 0
    check_all(tmp_path / "out", acts)


def test_the_folder_removed_in_the_run_stops_it(tmp_path: Path) -> None:
    data = write(tmp_path / "a.csv", ["slow"] * 400)
    process = runner.start(tmp_path / "out", data)
    assert process.stdout is not None
    for _ in range(10):
        process.stdout.readline()
    while (tmp_path / "out").exists():
        shutil.rmtree(tmp_path / "out", ignore_errors=True)
    out, err = process.communicate(timeout=runner.PATIENCE)
    assert process.returncode == 3, err
    assert "the output folder was removed during the run" in json.loads(out.splitlines()[-1])["faults"][0]


def test_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(LetterpressError, match="cannot be used"):
        Batch(settings(tmp_path / "out"))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 3 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    done = (
        os.geteuid() == 0
        and shutil.which("mount")
        and subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder], capture_output=True, check=False)
    )
    if not done or done.returncode:
        needs.lack("mount", "a small file system cannot be mounted here: that takes root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=False)


def test_a_full_disk_stops_the_run_and_going_on_needs_only_room(tmp_path: Path, small_disk: Path) -> None:
    acts = [""] * 700
    data = write(tmp_path / "a.csv", acts)
    folder = small_disk / "out"
    (small_disk / "ballast").write_bytes(b"x" * 1_000_000)
    try:
        batch, results = run(folder, data)
        state, said = batch.state, " ".join(str(fault) for fault in batch.faults)
    except LetterpressError as error:  # so full that not even the journal could be begun
        results, state, said = [], "stopped", str(error)
    assert state == "stopped"
    assert "disk is full" in said
    assert not [result for result in results if result.status == "failed"]
    assert not list(folder.rglob("*.part"))
    for path in folder.glob("*.pdf"):
        assert path.read_bytes() == expected(int(path.stem))
    subprocess.run(["mount", "-o", "remount,size=30m", small_disk], check=True)
    run(folder, data)
    check_all(folder, acts)


# --- many -------------------------------------------------------------------------------------------------------------


def test_forty_thousand_records_in_flat_memory(tmp_path: Path) -> None:
    """The parent plans 40,000 records and hands them out; it needs no more than for 5,000."""
    code = (
        "import resource, sys; from pathlib import Path; from tests.batch import test_run as t\n"
        "folder, data = Path(sys.argv[1]), Path(sys.argv[2])\n"
        "from letterpress.batch.run import Batch; from tests.support import runner; from letterpress.recipients.tables import open_table\n"
        "with Batch(t.settings(folder, dry=True, jobs=1)) as batch:\n"
        "    plan, _ = runner.plan(data, folder.parent)\n"
        "    total = batch.plan(plan, open_table(str(data)).records(), {})\n"
        "    count = 0\n"
        "    while block := batch._waiting.take(): count += len(block)\n"
        "    assert count == total\n"
        "    print(total, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)\n"
    )
    used = {}
    for number in (5_000, 40_000):
        data = tmp_path / f"{number}.csv"
        rows = "".join(f"Name {n},{n} Mill Lane,Bangor,with some text to fill it\n" for n in range(number))
        data.write_text("name,street,city,act\n" + rows, encoding="utf-8")
        ran = subprocess.run(
            [sys.executable, "-c", code, tmp_path / f"out{number}", data],
            cwd=runner.ROOT,
            capture_output=True,
            check=True,
        )
        total, used[number] = map(int, ran.stdout.split())
        assert total == number
    assert used[40_000] - used[5_000] < 7, used  # 200 bytes a record


def test_workers_ask_linux_to_end_with_their_parent() -> None:
    if sys.platform != "linux":
        needs.lack("prctl", "PR_SET_PDEATHSIG is Linux's; elsewhere the closed pipe ends a worker")
    assert hasattr(ctypes.CDLL(None), "prctl")
