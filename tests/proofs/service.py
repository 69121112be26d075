"""The service under fire: many clients, workers that are killed, and every operation with many requests.

    make proof-serve [SECONDS=60]

Each answer is compared with the letter of its own request, made alone before: none may be lost or another's. Workers
are killed meanwhile, and the memory of the server and its workers is looked at before and after.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

from letterpress.processes.limits import memory_of
from tests.serve import client, load
from tests.serve.client import below

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = 32
EXAMPLES = 1000


def main(seconds: float) -> int:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        shutil.copytree(ROOT / "content", root / "content")
        (root / "serve.toml").write_text("[limits]\nrate = 0\n", encoding="utf-8")
        with (
            Path(folder, "log").open("w", encoding="utf-8") as log,
            client.process(root, "--allow-text", log=log) as served,
        ):
            failures = _loaded(served.pid, served.origin, seconds) + _killed(served.pid, served.origin, seconds / 2)
            failures += _described(served.origin)
            begun = time.monotonic()
            served.process.send_signal(signal.SIGTERM)
            code = served.process.wait(timeout=30)
            print(f"ended {time.monotonic() - begun:.1f} s after SIGTERM, code {code}")
            return int(bool(failures or code))


def _memory(pid: int) -> tuple[int, int]:
    """Megabytes of the server, and of all its workers."""
    return memory_of(pid) // 1_000_000, sum(map(memory_of, below(pid))) // 1_000_000


def _loaded(pid: int, origin: str, seconds: float) -> int:
    requests = load.expected(origin)
    load.run(origin, load.among(requests), clients=4, seconds=min(5, seconds))
    before = _memory(pid)
    done = load.run(origin, load.among(requests), clients=CLIENTS, seconds=seconds)
    after = _memory(pid)
    count = len(done.seconds)
    print(f"{CLIENTS} clients, {seconds:g} s: {count} answers, {len(done.wrong)} wrong, {count / seconds:.0f} a second")
    print(f"p50 {done.within(0.5):.0f} ms, p99 {done.within(0.99):.0f} ms")
    print(f"memory of server and workers: {before} MB before, {after} MB after")
    for one in done.wrong[:3]:
        print("wrong:", one)
    grown = after[0] - before[0] > 50 or after[1] - before[1] > 150
    return len(done.wrong) + grown


def _killed(pid: int, origin: str, seconds: float) -> int:
    """Workers are killed now and then: who was being answered is answered all the same."""
    requests, stop, kills = load.expected(origin), threading.Event(), 0

    def kill() -> None:
        nonlocal kills
        while not stop.wait(2.0):
            workers = below(pid)
            if workers:
                try:
                    os.kill(random.choice(workers), signal.SIGKILL)
                    kills += 1
                except ProcessLookupError:
                    continue

    killer = threading.Thread(target=kill)
    killer.start()
    done = load.run(origin, load.among(requests), clients=8, seconds=seconds)
    stop.set()
    killer.join()
    print(f"{kills} workers killed in {seconds:g} s: {len(done.seconds)} answers, {len(done.wrong)} wrong")
    for one in done.wrong[:3]:
        print("wrong:", one)
    return len(done.wrong)


def _described(origin: str) -> int:
    """Every operation with many requests made of the document."""
    import urllib.request

    from tests.serve.requests_by_document import examine, operations

    with urllib.request.urlopen(f"{origin}/openapi.json") as answer:
        document = json.load(answer)
    failures = 0
    for operation in operations(document):
        try:
            examine(operation, origin, EXAMPLES)
            print(f"{operation.method.upper()} {operation.path}: no finding")
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            failures += 1
            print(f"{operation.method.upper()} {operation.path}: {error}")
    return failures


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 60))
