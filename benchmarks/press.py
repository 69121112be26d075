"""What a press copy costs against an archive copy of the same letter: python benchmarks/press.py [LETTERS]

LETTERS letters of each kind (default 200), in one process, each made as an archive copy and as a press copy, whichever
first by turns: laid out in full, and made from the pages of another. CPU time, and the ratio of the two; the goals are
1.10 for a letter that is laid out, and 1.20 for one that is made from another's pages.
"""

from __future__ import annotations

import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]
LETTERS = ("korea-policy", "solardach", "offer")
GOALS = {"laid out": 1.10, "from another's pages": 1.20}
_WARM = 10


def spent(job: Any) -> tuple[float, Any]:
    """Seconds of CPU time that a letter takes, and its result."""
    from letterpress import pipeline

    begun = time.process_time()
    result = pipeline.press(job)
    return time.process_time() - begun, result


def measure(name: str, count: int, *, alone: bool) -> tuple[float, float, int]:
    """Median milliseconds of archive and press copies, and how many pairs were measured.

    :param alone: letters by themselves, which are laid out; else those of a list.
    """
    from tests.support import lists

    (letter,) = (one for one in lists.LETTERS if one.stem == name)
    jobs = [replace(job, record=None) if alone else job for job in lists.jobs(letter, count + _WARM)]
    times: tuple[list[float], list[float]] = ([], [])
    for number, job in enumerate(jobs):
        pair = (job, replace(job, choices=replace(job.choices, profile="press")))
        order = (0, 1) if number % 2 else (1, 0)
        made = {which: spent(pair[which]) for which in order}
        results = [made[which][1] for which in (0, 1)]
        assert all(result.status == "done" for result in results), results
        alike = alone or all(result.laid_out == "" for result in results)
        if number >= _WARM and alike:
            for which in (0, 1):
                times[which].append(made[which][0] * 1000)
    return statistics.median(times[0]), statistics.median(times[1]), len(times[0])


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    table = Table("letter", "made", "pairs", "archive, ms", "press, ms", "ratio", "goal")
    for name in LETTERS:
        for how, goal in GOALS.items():
            alone = how == "laid out"
            archive, press, pairs = measure(name, max(20, count // 5) if alone else count, alone=alone)
            row = [f"{pairs}", f"{archive:.2f}", f"{press:.2f}", f"{press / archive:.3f}", f"{goal:.2f}"]
            table.add_row(name, how, *row)
    Console().print(table)


if __name__ == "__main__":
    main()
