"""How many branches of the modules that decide are taken by their own tests: `python -m tests.proofs.covered [AREA ...]`,
or `make proof-coverage [AREAS="trust money"]`.

Each area (deciding.py) is measured by its tests alone, by branches and not by lines. What runs in other processes is not
counted. Prints each module with less than all, what is not taken there, and a line for each area; ends with 1 where a
module has less than the least.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.proofs.deciding import AREAS, PACKAGE, Area

ROOT = PACKAGE.parents[1]
LEAST = 95.0
"""Per cent of the branches of a module."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What is taken of a module, or of an area."""

    name: str
    branches: int
    taken: int
    lines: tuple[int, ...] = ()
    """Where something is not taken."""

    @property
    def percent(self) -> float:
        return 100.0 * self.taken / self.branches if self.branches else 100.0


def rows(area: Area, report: Mapping) -> list[Row]:
    """The area's modules in a report of coverage (`coverage json`)."""
    files = report["files"]
    found = []
    for file in area.files():
        of = files[f"{file.relative_to(ROOT)}"]
        lines = sorted({start for start, _ in of["missing_branches"]})
        name = f"{file.relative_to(PACKAGE).with_suffix('')}"
        about = of["summary"]
        found.append(
            Row(name=name, branches=about["num_branches"], taken=about["covered_branches"], lines=tuple(lines))
        )
    return found


def total(area: Area, modules: Iterable[Row]) -> Row:
    """The area's modules together."""
    kept = list(modules)
    return Row(name=area.about, branches=sum(row.branches for row in kept), taken=sum(row.taken for row in kept))


def low(found: Iterable[Row]) -> list[Row]:
    """Modules of which too little is taken."""
    return [row for row in found if row.percent < LEAST]


def measured(area: Area, folder: Path) -> Mapping:
    """Run an area's tests, and report what they have taken."""
    settings = folder / "coverage.ini"
    settings.write_text("[run]\nbranch = True\nsource = src/letterpress\n", encoding="utf-8")
    environment = os.environ | {"COVERAGE_FILE": f"{folder / area.about}"}
    coverage = [sys.executable, "-m", "coverage"]
    tests = ["-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider", *area.tests]
    ran = subprocess.run([*coverage, "run", f"--rcfile={settings}", *tests], cwd=ROOT, env=environment)
    if ran.returncode:
        raise SystemExit(f"{area.about}: its tests fail (above), and nothing is measured")
    report = folder / f"{area.about}.json"
    subprocess.run(
        [*coverage, "json", "-q", f"--rcfile={settings}", "-o", f"{report}"], cwd=ROOT, env=environment, check=True
    )
    return json.loads(report.read_text(encoding="utf-8"))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make proof-coverage")
    parser.add_argument(
        "areas", nargs="*", metavar="AREA", help=f"all without one: {', '.join(a.about for a in AREAS)}"
    )
    given = parser.parse_args(arguments)
    machine = f"{datetime.date.today()}, {platform.machine()}, {len(os.sched_getaffinity(0))} cores"
    table = Table("module", "branches", "taken", "%", "lines with one that is not", title=f"branches, {machine}")
    below, sums = [], []
    with tempfile.TemporaryDirectory(prefix="letterpress-") as name:
        for area in [one for one in AREAS if not given.areas or one.about in given.areas]:
            modules = rows(area, measured(area, Path(name)))
            sums.append(total(area, modules))
            below += low(modules)
            for row in [*(row for row in modules if row.taken < row.branches), sums[-1]]:
                lines = ", ".join(map(str, row.lines))
                table.add_row(row.name, str(row.branches), str(row.taken), f"{row.percent:.1f}", lines)
            table.add_section()
    Console(width=118).print(table)
    print("; ".join(f"{row.name}: {row.percent:.1f} %" for row in sums), end=". ")
    print(f"{len(below)} modules below {LEAST:.0f} % of their branches" + "".join(f"; {row.name}" for row in below))
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())
