"""What preflight costs: `python benchmarks/preflight.py [--count N]` prints a table.

Letters of two pages, made for their carrier and examined for it in one process: median and 90th
percentile in ms a file, a page, and a page with its pictures. The goal is less than 500 ms a page.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.support import posts  # noqa: E402

from letterpress import preflight  # noqa: E402

CASES = (("din5008 b", "pingen"), ("uk", "notify"), ("us-business double", "postalmethods"), ("plain", "print-shop"))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--count", type=int, default=20, help="examinations of each file")
    chosen = options.parse_args()
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{machine}, {chosen.count} examinations each\n")
    print(f"{'letterhead':<20}{'carrier':<15}{'pages':>6}{'ms':>8}{'p90':>8}{'a page':>8}{'with pictures':>15}")
    looks = {str(look): look for look in posts.looks()}
    for name, carrier in CASES:
        with tempfile.TemporaryDirectory() as folder:
            made = posts.made(Path(folder), looks[name], carrier)
        pdf, pages = made.pdf, made.pages
        if pdf is None or pages is None:
            raise SystemExit(f"{name} for {carrier}: {made.diagnostics}")
        bare = measured(lambda pdf=pdf, carrier=carrier: preflight.examine(pdf, carrier=carrier), chosen.count)
        drawn = measured(
            lambda pdf=pdf, carrier=carrier: preflight.examine(pdf, carrier=carrier, pictures=True), chosen.count
        )
        median, late = statistics.median(bare), sorted(bare)[int(len(bare) * 0.9)]
        print(
            f"{name:<20}{carrier:<15}{pages:>6}{median:>8.0f}{late:>8.0f}{median / pages:>8.0f}"
            f"{statistics.median(drawn) / pages:>15.0f}"
        )


def measured(call: Callable[[], object], count: int) -> list[float]:
    """Milliseconds of each call, after one that loads what it needs."""
    call()
    times = []
    for _ in range(count):
        begun = time.perf_counter()
        call()
        times.append((time.perf_counter() - begun) * 1000)
    return times


if __name__ == "__main__":
    main()
