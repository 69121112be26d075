"""What a run costs besides its letters: python benchmarks/run.py [LETTERS]

A letter to LETTERS people (default 20,000), with the parent of the run as it is: the list is read, planned and written
into the journal, letters are handed to two workers in messages, and what became of them is written down. The letters
themselves are a few bytes, so that the parent is never idle; what the workers do is not counted. A table of the parent's
CPU time a letter, by parts, and of its memory for a tenth of the letters and for all.

Then the time until the first letter is there, by the clock, of the command with real letters: `--name` as it is without
the option, and with names that might be alike, which are all looked at before.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
GOAL = 50.0
"""Microseconds of the parent's CPU time a letter, in sum."""
LETTER = "content/letters/korea-policy.md"


def spent(work: Callable[[], object]) -> float:
    """Seconds of this process's CPU time."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def exhaust(items: Iterable[object]) -> None:
    for _ in items:
        pass


def measure(folder: Path, data: Path) -> dict[str, float]:
    """One run in this process: microseconds a letter by part, and megabytes at its end."""
    from letterpress import api
    from letterpress.batch.first_look import Source
    from letterpress.batch.journal import Journal, Written
    from letterpress.batch.run import Batch, Settings
    from letterpress.cli import records
    from letterpress.processes.limits import Limits

    job = api.job(api.load(folder / LETTER))
    given: dict[str, Any] = {"limits": Limits(), "mapping": (), "corrections": None}

    def planned() -> tuple[Any, Any]:
        _, table, _, plan = records.planned(job, str(data), given)
        return table, plan

    table, plan = planned()
    seconds = {"the run, in all": 0.0}
    count = 0
    with Batch(Settings(folder=folder / "out", jobs=2, press="tests.support.makers:quick")) as batch:

        def run() -> None:
            nonlocal count
            batch.plan(plan, table.records(), {}, source=Source(table=table))
            count = sum(1 for result in batch.results() if result is not None)

        seconds["the run, in all"] = spent(run)
        assert batch.state == "done", batch.faults
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert count == table.scan()

    # Its parts once more by themselves, in the order in which they come; what is left of the whole is the rest.
    table, plan = planned()
    seconds["a first look"] = spent(lambda: Source(table=table).count())
    seconds["reading the list"] = spent(lambda: exhaust(table.records()))
    seconds["planning"] = spent(lambda: exhaust(plan.entries(table.records()))) - seconds["reading the list"]
    entries = [entry for entry, _ in plan.entries(table.records())]
    with Journal(folder / "alone") as journal:
        number = journal.begin({})
        blocks = [entries[at : at + 256] for at in range(0, len(entries), 256)]

        def put() -> None:
            with journal.planning(number):
                exhaust(journal.add_all(number, block) for block in blocks)

        def write() -> None:
            for block in blocks:
                journal.write(
                    number,
                    [
                        Written(
                            seq=one.seq, state="done", pages=2, sha256="ab" * 32, file=(one.output or "", one.id, 1, 2)
                        )
                        for one in block
                    ],
                )

        seconds["journal: the plan"] = spent(put)
        seconds["journal: outcomes"] = spent(write)
    parts = {part: value / count * 1e6 for part, value in seconds.items()}
    rest = parts["the run, in all"] - sum(value for part, value in parts.items() if part != "the run, in all")
    return {**parts, "messages, outcomes, results": rest, "memory": memory}


def in_a_process(folder: Path, letters: int) -> dict[str, float]:
    import merge

    place = folder / str(letters)
    place.mkdir()
    data = merge.project(place, letters)
    ran = subprocess.run([sys.executable, __file__, "--one", str(place), str(data)], capture_output=True, text=True)
    if ran.returncode:
        sys.exit(ran.stderr)
    found: dict[str, float] = json.loads(ran.stdout)
    return found


def first_letter(folder: Path, *options: str) -> float:
    """Seconds by the clock until `letterpress merge` tells of its first letter; then it is ended."""
    out = Path(tempfile.mkdtemp(dir=folder))
    command = [sys.executable, "-m", "letterpress", "merge", LETTER, "--data", "people.csv", "-o", str(out), "--jsonl"]
    begun = time.perf_counter()
    with subprocess.Popen([*command, *options], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as run:
        assert run.stdout is not None
        line = json.loads(run.stdout.readline())
        seconds = time.perf_counter() - begun
        run.terminate()
        run.stdout.read()
    assert line["status"] == "done", line
    return seconds


def main() -> None:
    letters = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    console = Console()
    table = Table("the parent's part", "CPU a letter", title=f"a run of {letters:,} small letters")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        few, many = in_a_process(folder, max(1, letters // 10)), in_a_process(folder, letters)
        for part, value in many.items():
            if part not in ("memory", "the run, in all"):
                table.add_row(part, f"{value:.1f} us")
        table.add_section()
        table.add_row("the run, in all", f"{many['the run, in all']:.1f} us (goal: {GOAL:.0f})")
        table.add_row(
            f"memory: {letters // 10:,} -> {letters:,} letters", f"{few['memory']:.0f} -> {many['memory']:.0f} MB"
        )
        place = folder / str(letters)
        for what, options in (("", ()), (", names that may be alike", ("--name", "{to.street}-{to.name|slug}"))):
            table.add_row(f"the first letter of {letters:,}{what}", f"{first_letter(place, *options):.2f} s")
    console.print(table)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(Path(sys.argv[2]), Path(sys.argv[3]))))
    else:
        main()
