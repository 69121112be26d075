"""A host that does several things at once: threads, an event loop, forks and pools of processes."""

from __future__ import annotations

import asyncio
import hashlib
import multiprocessing
import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import letterpress
from tests.embedding import calls
from tests.support.project import ROOT


@pytest.mark.slow
def test_eight_threads_make_what_one_makes(host: Path, expected: dict[str, Any]) -> None:
    """All begin at once, each with another letter than its neighbour."""
    begin = threading.Barrier(8)

    def work(number: int) -> tuple[str, str, bool]:
        begin.wait()
        name = calls.LETTERS[number % 3]
        pdf = letterpress.render(calls.letter(host, name)).pdf
        assert pdf is not None
        both = calls.signed(pdf, host)
        assert both.startswith(pdf)
        return name, hashlib.sha256(pdf).hexdigest(), calls.verdict(both, host)

    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(work, range(8)))
    assert made == [(name, expected[name], True) for name in (*calls.LETTERS * 2, *calls.LETTERS[:2])]


@pytest.mark.slow
def test_a_running_event_loop(host: Path, expected: dict[str, Any]) -> None:
    """Called in a coroutine itself, and in threads that the loop waits for; the loop goes on."""

    async def service() -> tuple[dict[str, Any], list[str]]:
        here = asyncio.get_running_loop()
        found = calls.everything(host, limits=False)
        assert asyncio.get_running_loop() is here
        jobs = [asyncio.to_thread(calls.digest, calls.letter(host, name)) for name in calls.LETTERS]
        return found, await asyncio.gather(*jobs)

    found, digests = asyncio.run(service())
    assert found == expected
    assert digests == [expected[name] for name in calls.LETTERS]


FORKS = """
import os, signal, sys, threading, time
from pathlib import Path
from tests.embedding import calls
import weasyprint

path = calls.letter(Path(sys.argv[1]))
expected = calls.digest(path)
inside, real, stop = threading.Event(), weasyprint.HTML.render, threading.Event()

def render(*arguments, **options):
    inside.set()
    time.sleep(0.2)  # the fork comes in the middle of it
    return real(*arguments, **options)

def work():
    while not stop.is_set():
        assert calls.digest(path) == expected

weasyprint.HTML.render = render
thread = threading.Thread(target=work)
thread.start()
for turn in range(2):
    inside.clear()
    inside.wait()
    pid = os.fork()
    if pid == 0:
        signal.alarm(40)
        weasyprint.HTML.render = real
        os._exit(0 if calls.digest(path) == expected else 1)
    assert os.waitpid(pid, 0)[1] == 0, "the child could not make its letter"
stop.set()
thread.join()
print("made")
"""


@pytest.mark.slow
def test_a_fork_while_a_thread_makes_a_letter(host: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORKS, str(host)], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert (ran.stdout, ran.returncode) == ("made\n", 0), ran.stderr


@pytest.mark.slow
@pytest.mark.parametrize("way", ["spawn", "forkserver"])
def test_a_pool_of_processes(host: Path, expected: dict[str, Any], way: str) -> None:
    context = multiprocessing.get_context(way)
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        loaded = letterpress.load(calls.letter(host))
        result = pool.submit(letterpress.render, loaded).result()  # values travel both ways
    assert result.sha256 == expected["one"]
