"""What the post room costs: python benchmarks/post.py [LETTERS]

Codes: letters of a list with and without them, by turns in one process, made from each other's pages as in a merge; CPU
and clock a letter, medians of blocks. Then the letter of docs/post-room.md to LETTERS customers (default 100,000), as
press copies with codes, marks and a Data Matrix on each sheet, all in one file for the printer, on both sides and sorted: its time, bytes a letter
and the most memory of the process, for a tenth of the letters and for all. A few hundred of them are made, and linked.
"""

from __future__ import annotations

import contextlib
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]
MADE = 300
"""Letters of the file that are made."""
BLOCKS, BLOCK = 7, 40
"""Letters by turns; the first block warms up."""


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


def _status(pid: int | str) -> float:
    """Most memory of a process in MB; 0, if it has ended."""
    with contextlib.suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/status").read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return 0.0


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += map(int, task.read_text().split())
    return found


def merge(folder: Path) -> tuple[float, list[float]]:
    """Follow the recipe's merge with some customers, none of whom gets an enclosure.

    :returns: most MB of the run's own process, and of each worker.
    """
    from tests.proofs import post

    command = next(line for line, _ in post.files(folder) if "--inserter" in line).split()[1:]
    with (folder / post.LIST).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(next(post.rows(1))))
        writer.writeheader()
        writer.writerows({**row, "prices": "no", "report": "no"} for row in post.rows(MADE))
    workers: dict[int, float] = {}
    most = 0.0
    with subprocess.Popen([sys.executable, "-m", "letterpress", *command], cwd=folder, stderr=subprocess.PIPE) as run:
        while run.poll() is None:
            # The command watches over a process that does the work, and that has the workers.
            own = (_children(run.pid) or [run.pid])[0]
            most = max(most, _status(own))
            for child in _children(own):
                workers[child] = max(workers.get(child, 0.0), _status(child))
            time.sleep(0.05)
    assert run.returncode == 0
    return most, sorted(workers.values())[-2:]


def many(folder: Path, letters: int) -> Path:
    """A run of so many letters: those that were made, again and again, as links."""
    from letterpress.batch.journal import Entry, Journal, Written

    place = folder / f"out/{letters}"
    with Journal(folder / "out/invoices", write=False) as journal:
        made = list(journal.noted(journal.runs()[0].number))
    with Journal(place) as journal:
        number = journal.begin({"letter": "content/letters/invoice.md"})
        for first in range(0, letters, 500):
            block = [(at, made[at % len(made)]) for at in range(first, min(first + 500, letters))]
            with journal.planning(number):
                journal.add_all(
                    number,
                    [
                        Entry(
                            seq=at + 1,
                            id=f"i{at}",
                            record=f"{at + 1} (K-{at:06})",
                            output=f"{at:06}.pdf",
                            folded=f"{at:06}.pdf",
                        )
                        for at, _ in block
                    ],
                )
            written = []
            for at, one in block:
                (place / f"{at:06}.pdf").hardlink_to(folder / "out/invoices" / str(one.entry.output))
                file = (f"{at:06}.pdf", f"i{at}", one.size, 1)
                about = {"pages": one.entry.pages, "sha256": one.entry.sha256, "dispatch": one.dispatch, "file": file}
                written.append(Written(seq=at + 1, state="done", **about))
            journal.write(number, written)
        journal.finish(number, "done")
    return place


def spool(place: Path) -> None:
    """Put a run's letters into one file, in this process; print what that took."""
    from letterpress.batch.journal import Journal
    from letterpress.inserters import catalogue
    from letterpress.post import spools

    root = place.parents[1]
    wanted = spools.Wanted(duplex=True, sort=("country", "postcode"), inserter=catalogue.find("our-machine", root))
    with Journal(place, write=False) as journal:
        run = spools.Run(journal, journal.runs()[0].number, place)
        before, work, begun = _status("self"), time.process_time(), time.perf_counter()
        made = spools.write(run, place / "all.pdf", wanted, title="Invoices", lang="en")
        seconds, clock = time.process_time() - work, time.perf_counter() - begun
    size = (place / "all.pdf").stat().st_size
    found = {"letters": made.letters, "bytes": size, "before": before, "most": _status("self"), "cpu": seconds}
    print(json.dumps({**found, "clock": clock}))


def main() -> None:
    letters = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    console = Console()
    console.print(f"load: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    table = Table("codes", "CPU", "clock", "without: CPU", "clock", "they take")
    of_codes(table)
    console.print(table)
    table = Table("letters", "their file", "clock", "CPU a letter", "bytes a letter", "memory before", "most")
    with tempfile.TemporaryDirectory() as name:
        most, workers = merge(Path(name))
        for count in (letters // 10, letters):
            place = many(Path(name), count)
            ran = subprocess.run([sys.executable, __file__, "--one", str(place)], capture_output=True, text=True)
            if ran.returncode:
                sys.exit(ran.stderr)
            one = json.loads(ran.stdout)
            table.add_row(
                f"{count:,}", f"{one['bytes'] / 1e6:.0f} MB", f"{one['clock']:.0f} s",
                f"{one['cpu'] / count * 1000:.2f} ms", f"{one['bytes'] / count:,.0f}", f"{one['before']:.0f} MB",
                f"{one['most']:.0f} MB",
            )  # fmt: skip
            console.print(f"{count:,} letters; load: {os.getloadavg()[0]:.1f}")
    console.print(table)
    console.print(
        f"a merge with codes: its process {most:.0f} MB, workers {', '.join(f'{one:.0f} MB' for one in workers)}"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        spool(Path(sys.argv[2]))
    else:
        main()
