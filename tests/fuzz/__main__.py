"""Run the harnesses for as long as is wanted: `python -m tests.fuzz [TARGET...] [--seconds N] [--seed N] [--out DIR]`.

Each target gets an equal share of the time. Inputs are run in blocks, each in a process of its own with a limit of time
and memory, so that one which hangs, eats memory or kills the process is found as well: the input at hand is in a file
before it is run. A finding is written to the output folder with what it did; the exit code is 1 if there are any.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

BLOCK = 200
"""Inputs of one process."""
BLOCK_SECONDS = 120
"""Time for a block: 0.6 s an input, where the slowest take 50 ms."""
MEMORY = 3_000_000_000
"""Bytes of address space of a block's process."""


def block(name: str, seed: int, at_hand: Path) -> None:
    """Run `BLOCK` inputs of one target and print what became of them, as JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    import hypothesis
    from hypothesis import HealthCheck, settings
    from hypothesis import strategies as st

    from tests.fuzz.targets import TARGETS

    target = TARGETS[name]
    counts = {"good": 0, "refused": 0}
    failures: dict[str, tuple[bytes, str]] = {}

    @hypothesis.seed(seed)
    @settings(max_examples=BLOCK, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @hypothesis.given(st.data())
    def run(data: st.DataObject) -> None:
        value = data.draw(target.inputs())
        at_hand.write_bytes(value)
        try:
            counts[target.run(value)] += 1
        except Exception as error:  # a finding: noted, and the block goes on
            what = traceback.format_exception(error)
            place = next((line.strip() for line in reversed(what) if "letterpress" in line), "")
            failures.setdefault(f"{type(error).__name__} {place}", (value, "".join(what)))

    run()
    found = [{"input": value.hex(), "what": what} for value, what in failures.values()]
    print(json.dumps({"counts": counts, "findings": found}))


def campaign(name: str, seconds: float, seed: int, out: Path) -> dict[str, int]:
    """Run blocks of one target until its time is over; gives the counts of its row."""
    row = {"inputs": 0, "good": 0, "refused": 0, "findings": 0}
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with tempfile.TemporaryDirectory(prefix="letterpress-fuzz-") as scratch:
            at_hand = Path(scratch) / "input"
            command = [sys.executable, "-m", "tests.fuzz", "--block", name, str(seed), str(at_hand)]
            environment = {**os.environ, "TMPDIR": scratch}
            try:
                ran = subprocess.run(
                    command, capture_output=True, text=True, timeout=BLOCK_SECONDS, check=False, env=environment
                )
                died = f"exit code {ran.returncode}\n{ran.stderr[-4000:]}" if ran.returncode else ""
            except subprocess.TimeoutExpired:
                died = f"more than {BLOCK_SECONDS} s for {BLOCK} inputs"
            if died:
                _keep(out, name, at_hand.read_bytes() if at_hand.exists() else b"", f"seed {seed}: {died}")
                row["findings"] += 1
            else:
                found = json.loads(ran.stdout.splitlines()[-1])
                for kind, count in found["counts"].items():
                    row[kind] += count
                    row["inputs"] += count
                for finding in found["findings"]:
                    row["inputs"] += 1
                    row["findings"] += _keep(out, name, bytes.fromhex(finding["input"]), finding["what"])
        seed += 1
    return row


def _keep(out: Path, name: str, data: bytes, what: str) -> int:
    """Write a finding down; 1 if its cause is a new one."""
    cause = hashlib.sha256("\n".join(line for line in what.splitlines() if "line " in line).encode()).hexdigest()[:8]
    path = out / f"{name}-{cause}"
    if path.with_suffix(".txt").exists():
        return 0
    out.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".input").write_bytes(data)
    path.with_suffix(".txt").write_text(what, encoding="utf-8")
    return 1


def main() -> int:
    """The command line."""
    if sys.argv[1:2] == ["--block"]:
        block(sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))
        return 0
    from tests.fuzz.targets import TARGETS

    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Fuzz letterpress.")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"{', '.join(TARGETS)}; all by default")
    parser.add_argument("--seconds", type=float, default=600, help="for all targets together")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the first block; the time by default")
    parser.add_argument("--out", type=Path, default=Path("out/fuzz"), help="where findings go")
    arguments = parser.parse_args()
    names = arguments.targets or list(TARGETS)
    if wrong := [name for name in names if name not in TARGETS]:
        parser.error(f"no target {wrong[0]}; there are {', '.join(TARGETS)}")
    print(f"{datetime.date.today()}, {platform.machine()}, {os.cpu_count()} cores, seed {arguments.seed}")
    print(f"{'target':<14}{'inputs':>9}{'good':>9}{'refused':>9}{'findings':>10}", flush=True)
    findings = 0
    for name in names:
        row = campaign(name, arguments.seconds / len(names), arguments.seed, arguments.out)
        findings += row["findings"]
        print(f"{name:<14}{row['inputs']:>9}{row['good']:>9}{row['refused']:>9}{row['findings']:>10}", flush=True)
    if findings:
        print(f"{arguments.out}: {findings} findings, each with its input")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
