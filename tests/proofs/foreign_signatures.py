"""What `verify` says of other people's signed files: `python -m tests.proofs.foreign_signatures FOLDER` (`make proof-foreign FOLDER=...`).

It prints a table (file, verdict, reason, seconds) and, below, how many files were refused for which reason. Nothing of
the files is kept, and nobody is trusted: a verdict is about the file and its signatures, not about who signed.
"""

from __future__ import annotations

import collections
import datetime
import multiprocessing
import platform
import re
import signal
import sys
import time
import warnings
from pathlib import Path
from typing import NamedTuple

from letterpress.errors import LetterpressError
from letterpress.signing import verify

SECONDS = 60
"""A file that takes longer is given up."""


class GivenUp(BaseException):
    """The time is over; no handler of exceptions may take it for a fault of the file."""


class Row(NamedTuple):
    """A line of the table."""

    file: str
    verdict: str
    reason: str
    seconds: float


def judge(path: Path) -> Row:
    """What is said of one file."""
    signal.signal(signal.SIGALRM, _give_up)
    signal.alarm(SECONDS)
    start = time.perf_counter()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            verdict, reason = _said(path.read_bytes())
    except LetterpressError as error:
        verdict, reason = "not read", error.diagnostics[0].message
    except GivenUp:
        verdict, reason = "GIVEN UP", f"after {SECONDS} s"
    finally:
        signal.alarm(0)
    return Row(path.name, verdict, reason, time.perf_counter() - start)


def _give_up(*_: object) -> None:
    raise GivenUp


def _said(pdf: bytes) -> tuple[str, str]:
    found = verify(pdf)
    broken = [
        reason for report in (*found.signatures, *found.timestamps) if not report.valid for reason in report.reasons
    ]
    if found.problems or broken:
        return "NOT VALID", (*found.problems, *broken)[0]
    if not found.signatures and not found.timestamps:
        return "not signed", ""
    if found.notes:
        return "valid, with a note", found.notes[0]
    return "valid", ""


def kind(reason: str) -> str:
    """A reason without what differs from file to file."""
    return re.sub(r"\d+", "N", re.sub(r"\([^()]*(?:\([^()]*\)[^()]*)*\)|'[^']*'", "(...)", reason))[:180]


def main() -> int:
    folder = Path(sys.argv[1])
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() == ".pdf")
    print(f"{datetime.date.today()}, {platform.machine()}, {platform.system()}: {len(files)} files\n")
    print("| file | verdict | reason | seconds |\n|---|---|---|---|")
    with multiprocessing.get_context("fork").Pool(2, maxtasksperchild=20) as pool:
        rows = []
        for row in pool.imap(judge, files):
            rows.append(row)
            print(f"| {row.file} | {row.verdict} | {row.reason[:220]} | {row.seconds:.1f} |", flush=True)
    print("\n| verdict | reason | files |\n|---|---|---|")
    counted = collections.Counter((row.verdict, kind(row.reason)) for row in rows)
    for (verdict, reason), count in sorted(counted.items(), key=lambda item: (item[0][0], -item[1])):
        print(f"| {verdict} | {reason} | {count} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
