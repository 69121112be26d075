"""Runs on many machines under fire, in their long form: `python -m tests.proofs.scale [LETTERS [KILLS]]`, or `make proof-scale`

On a Ray cluster of two nodes in a network of its own: small letters (a tenth of LETTERS, 10,000) under KILLS (100) kills of
workers and a tenth as many of nodes; signed ones; a head that is killed, and the run begun anew; and LETTERS (100,000)
real letters into moto's S3 by the command line under the same kills, whose manifests a script without letterpress
reads. Prints a table, with the day and the machine. Needs root.
"""

from __future__ import annotations

import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[2]
_COLUMNS = ("letters", "shards", "workers", "nodes", "drivers", "heads", "lost", "torn", "swept", "seconds")


def plan(letters: int, kills: int) -> list[tuple[str, dict[str, Any]]]:
    small, pause = max(20, letters // 10), [0.5, 1.5]
    nodes = max(1, kills // 10)
    return [
        (
            "small",
            {
                "letters": small,
                "size": 20,
                "act": "slow",
                "kills": kills,
                "nodes": nodes,
                "driver": True,
                "pause": pause,
            },
        ),
        (
            "signed",
            {
                "letters": max(20, small // 10),
                "size": 10,
                "signed": True,
                "kills": nodes,
                "nodes": 1,
                "pause": [2.0, 4.0],
            },
        ),
        ("head killed", {"letters": small, "size": 50, "act": "slow", "head": True}),
        (
            "into S3, by command",
            {
                "letters": letters,
                "size": 500,
                "command": True,
                "store": True,
                "kills": kills,
                "nodes": nodes,
                "pause": [1.0, 3.0],
            },
        ),
    ]


def _told(command: list[str]) -> Iterator[str]:
    """A process's lines, each shown when it comes: a run of half an hour that is ended has said what it saw."""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(f"{datetime.datetime.now():%H:%M:%S} {line.rstrip()}", file=sys.stderr, flush=True)
            yield line.rstrip()


def main() -> int:
    letters = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    scenarios = plan(letters, kills)
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "plan.json"
        file.write_text(json.dumps([about for _, about in scenarios]))
        command = [sys.executable, "-m", "tests.support.ray_runs", f"{name}/runs", str(file), "--listed"]
        lines = list(_told(command))
    found = [json.loads(line) for line in lines if line.startswith("{")]
    said = [line for line in lines if "records once" in line]
    today, cores = datetime.date.today(), len(os.sched_getaffinity(0))
    table = Table(
        "run", *_COLUMNS, title=f"{today}, {platform.machine()}, {cores} cores, load {os.getloadavg()[2]:.0f}"
    )
    for (title, _), one in zip(scenarios, found, strict=False):
        numbers = (one[column] if isinstance(one[column], int | float) else len(one[column]) for column in _COLUMNS)
        table.add_row(title, *(f"{number:,}" for number in numbers))
    Console(width=140).print(table)
    print("\n".join(f"the manifests, read without letterpress: {line}" for line in said))
    whole = all(
        (one["state"], one["letters"], one["lost"], one["torn"], one["failed"])
        == ("done", about["letters"], [], [], [])
        for (_, about), one in zip(scenarios, found, strict=False)
    )
    return (
        0 if whole and len(found) == len(scenarios) and said == [line for line in said if " 0 otherwise" in line] else 1
    )


if __name__ == "__main__":
    sys.exit(main())
