"""Letters of lists that are made from the pages of another, held against a layout of each: a table.

Run `make proof-plates`, or `python -m tests.proofs.plates [LETTERS]`: LETTERS in all (20,000), over each letter that
ships, those with codes (every second with room for the marks of an inserting machine), and each golden case. A row has the letters that were made from another's pages, those that were laid out and why
most of them were, and how many of the first differ from a layout in a byte or a remark, which has to be none.
"""

from __future__ import annotations

import itertools
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from letterpress.errors import LetterpressError
from tests.support import lists
from tests.support.project import ROOT

_PART = 50
"""Letters that are made one after the other by one process."""


class _Row(NamedTuple):
    letter: Path
    pressed: int
    laid_out: Counter[str]
    failed: int
    differ: list[str]


def letters() -> list[Path]:
    """Give the letters that ship, those with codes and with room for marks, and the golden cases."""
    return [*lists.LETTERS, *lists.CODED, *sorted((ROOT / "tests/cases").glob("**/*.md"))]


def _made(task: tuple[Path, int, int]) -> _Row:
    letter, seed, count = task
    made = list(lists.jobs(letter, count, seed))
    results = lists.pressed(made)
    reasons = Counter(result.laid_out or "" for result in results if result.status == "done")
    pressed = reasons.pop("", 0)
    failed = sum(result.status != "done" for result in results)
    differ = [f"seed {seed}, record {one.job.record}" for one in lists.differences(made, results)]
    return _Row(letter, pressed, reasons, failed, differ)


def _tasks(total: int) -> Iterator[tuple[Path, int, int]]:
    every = letters()
    each = -(-total // len(every))
    for seed in range(1, -(-each // _PART) + 1):
        for letter in every:
            yield letter, seed, min(_PART, each - (seed - 1) * _PART)


def _readable(task: tuple[Path, int, int]) -> bool:
    try:
        next(lists.jobs(task[0], 1))
    except LetterpressError:
        return False  # a case of a fault
    return True


def main(argv: list[str]) -> int:
    """Make the letters.

    :returns: 1 if one of them differs.
    """
    total, begun = int(argv[0]) if argv else 20_000, time.monotonic()
    tasks = list(filter(_readable, _tasks(total)))
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        rows = list(pool.imap_unordered(_made, tasks))
    wrong = pressed = coded = 0
    for letter, group in itertools.groupby(sorted(rows, key=lambda row: row.letter), key=lambda row: row.letter):
        found = list(group)
        reasons = sum((row.laid_out for row in found), Counter[str]())
        differ = [where for row in found for where in row.differ]
        wrong, pressed = wrong + len(differ), pressed + sum(row.pressed for row in found)
        coded += sum(row.pressed for row in found) if letter in lists.CODED else 0
        print(
            f"{letter.parent.name if letter.stem == 'letter' else letter.stem:28} {sum(row.pressed for row in found):6} pressed {reasons.total():6} laid out "
            f"{sum(row.failed for row in found):5} failed {len(differ):3} differ  "
            + "; ".join(f"{count} {why}" for why, count in reasons.most_common(2))
        )
        for where in differ[:5]:
            print(f"  {where}")
    print(
        f"{pressed:,} letters were made from another's pages, {coded:,} of them with codes, {wrong} differ; {time.monotonic() - begun:.0f} s"
    )
    return 1 if wrong or not pressed or not coded else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
