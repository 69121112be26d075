"""What the post room costs: python benchmarks/post.py [LETTERS]

Codes: letters of a list with and without them, by turns in one process, made from each other's pages as in a merge; CPU
and clock a letter, medians of blocks. Then the letter of docs/post-room.md to LETTERS customers (default 100,000), as
press copies with codes, marks of an inserting machine and an insert sheet, all in one file: the time of letters and file,
bytes a letter, and the most memory of the run's process and of its workers, for a tenth of the letters and for all.
"""

from __future__ import annotations

import contextlib
import csv
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]
BLOCKS, BLOCK = 7, 40
"""Letters by turns; the first block warms up."""
_TICK = os.sysconf("SC_CLK_TCK")


def of_codes(table: Table) -> None:
    """Add a row for each letter with codes."""
    from tests.support import lists

    from letterpress import pipeline

    for path in lists.CODED:
        coded = [replace(job, stays_free=()) for job in lists.jobs(path, BLOCKS * BLOCK)]
        letter = coded[0].letter
        plain = [replace(job, letter=bare) for bare in [replace(letter, codes=())] for job in coded]
        taken: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
        for at in range(0, len(coded), BLOCK):
            for has, jobs in ((True, coded), (False, plain)):
                work, begun = time.process_time(), time.perf_counter()
                for job in jobs[at : at + BLOCK]:
                    assert pipeline.press(job).status == "done"
                taken[has].append((time.process_time() - work, time.perf_counter() - begun))
        with_codes, without = (
            [statistics.median(one[kind] for one in taken[has][1:]) / BLOCK * 1000 for kind in (0, 1)]
            for has in (True, False)
        )
        kinds = ", ".join(spec.kind for spec in letter.codes)
        table.add_row(
            kinds, *(f"{value:.2f} ms" for value in (*with_codes, *without)), f"{with_codes[0] - without[0]:+.2f} ms"
        )


@dataclass
class Watched:
    """What is seen of a run while it lasts."""

    letters: float = 0.0
    """Seconds until the file of all was begun; `work`: of CPU time, of the run's own process."""
    work: float = 0.0
    all: float = 0.0
    all_work: float = 0.0
    before: float = 0.0
    """MB of the run's process until then."""
    peak: float = 0.0
    workers: dict[int, float] = field(default_factory=dict)
    bytes: int = 0


def _status(pid: int) -> tuple[float, float]:
    """Most memory of a process in MB, and seconds of its own CPU time; zeros, if it has ended."""
    with contextlib.suppress(OSError, IndexError):
        most = Path(f"/proc/{pid}/status").read_text().partition("VmHWM:")[2].split()[0]
        parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return int(most) / 1024, (int(parts[11]) + int(parts[12])) / _TICK
    return 0.0, 0.0


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += map(int, task.read_text().split())
    return found


def of_run(folder: Path, letters: int) -> Watched:
    """Follow the recipe's merge with so many customers, none of whom gets an enclosure."""
    from tests.proofs import post

    command = next(line for line, _ in post.files(folder) if "--inserter" in line).split()[1:]
    with (folder / post.LIST).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(next(post.rows(1))))
        writer.writeheader()
        writer.writerows({**row, "prices": "no", "report": "no"} for row in post.rows(letters))
    at = command.index("--split")
    command[at + 1] = "letterhead"  # of which there is one, so that all are in one file
    program = [sys.executable, "-m", "letterpress", *command]
    seen, begun = Watched(), time.perf_counter()
    with subprocess.Popen(program, cwd=folder, stderr=subprocess.PIPE, text=True) as run:
        while run.poll() is None:
            # The command watches over a process that does the work, and that has the workers.
            own = (_children(run.pid) or [run.pid])[0]
            most, work = _status(own)
            seen.peak, seen.all_work = max(seen.peak, most), max(seen.all_work, work)
            if not seen.letters and any((folder / "print").glob(".*")):
                seen.letters, seen.work, seen.before = time.perf_counter() - begun, work, most
            for child in _children(own):
                seen.workers[child] = max(seen.workers.get(child, 0.0), _status(child)[0])
            time.sleep(0.05)
        assert run.stderr is not None
        said = run.stderr.read()
    assert run.returncode == 0, said
    seen.all = time.perf_counter() - begun
    seen.bytes = sum(one.stat().st_size for one in (folder / "print").glob("all*.pdf"))
    return seen


def main() -> None:
    letters = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    console = Console()
    console.print(f"load: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    table = Table("codes", "CPU", "clock", "without: CPU", "clock", "they take")
    of_codes(table)
    console.print(table)
    table = Table(
        "letters",
        "letters",
        "their file",
        "its CPU a letter",
        "bytes a letter",
        "the run, most",
        "before",
        "workers, most",
    )
    for count in (letters // 10, letters):
        with tempfile.TemporaryDirectory() as name:
            seen = of_run(Path(name), count)
        table.add_row(
            f"{count:,}", f"{seen.letters:.0f} s", f"{seen.all - seen.letters:.0f} s",
            f"{(seen.all_work - seen.work) / count * 1000:.2f} ms", f"{seen.bytes / count:,.0f}",
            f"{seen.peak:.0f} MB", f"{seen.before:.0f} MB",
            ", ".join(f"{most:.0f} MB" for most in sorted(seen.workers.values())[-2:]),
        )  # fmt: skip
        console.print(f"load: {os.getloadavg()[0]:.1f}")
    console.print(table)


if __name__ == "__main__":
    main()
