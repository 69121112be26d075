"""What preflight says of a folder of other people's PDFs: a table of rules, of what took too much, and of the slowest.

Each file is examined for two carriers by a kept worker, within limits, as the command does. Nothing may end in a
traceback. A file that takes more than it may is counted, not lost.

Command line: `python -m tests.proofs.foreign_preflight FOLDER [--most NUMBER]`, or `--made` for files that `oddpdfs` makes.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from letterpress import Limits, preflight
from letterpress.processes import kept_worker
from tests.support import oddpdfs

CARRIERS = ("notify", "print-shop")
LIMITS = Limits(seconds=30, memory_mb=1500)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", nargs="?", type=Path)
    options.add_argument("--most", type=int, default=100_000, help="files at most")
    options.add_argument("--made", action="store_true", help="files that oddpdfs makes, instead of a folder's")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) if given.made or given.folder is None else given.folder
        if folder == Path(made):
            for at, odd in enumerate(oddpdfs.all_of(300)):
                (folder / f"{at:04}-{odd.name.replace('/', '-')}.pdf").write_bytes(odd.data)
        return examine([path for path in sorted(folder.rglob("*.pdf")) if path.is_file()][: given.most])


def examine(paths: list[Path]) -> int:
    """Examine the files, and print the table."""
    rules: Counter[str] = Counter()
    ended: list[str] = []
    tracebacks: list[str] = []
    times: list[tuple[float, int, str]] = []
    for path in paths:
        for carrier in CARRIERS:
            begun = time.perf_counter()
            try:
                report = preflight.examine(path, carrier=carrier, pictures=True, limits=LIMITS)
            except kept_worker.Ended as error:
                ended.append(f"{path}: {error.diagnostics[0].message}")
                continue
            except Exception:
                tracebacks.append(f"{path}\n{traceback.format_exc()}")
                continue
            times.append((time.perf_counter() - begun, report.pages or 0, str(path)))
            rules.update({finding.rule for finding in report.findings} or {"passes"})
    pages = sum(count for _, count, _ in times)
    spent = sum(seconds for seconds, _, _ in times)
    print(f"{len(paths)} files, {pages} pages, {spent:.1f} s: {spent / max(pages, 1):.3f} s a page with pictures")
    for rule, count in rules.most_common():
        print(f"  {rule:<24}{count:>6}")
    print(f"ended by their limits: {len(ended)}", *ended, sep="\n  ")
    print(
        "slowest:",
        *(f"{seconds:6.2f} s {count:>4} pages {path}" for seconds, count, path in sorted(times)[-5:]),
        sep="\n  ",
    )
    print(f"tracebacks: {len(tracebacks)}", *tracebacks, sep="\n")
    return 1 if tracebacks else 0


if __name__ == "__main__":
    sys.exit(main())
