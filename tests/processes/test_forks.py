"""A child that is forked beside other threads finds no lock of theirs held."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable

import pytest

from letterpress.processes import forks

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks here")


def child_of(check: Callable[[], bool]) -> int:
    """Fork, and give the child's exit code: 0 if `check` is true there."""
    child = os.fork()
    if child == 0:
        signal.alarm(60)
        os._exit(0 if check() else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def is_free(lock: forks.Lock) -> bool:
    with lock:
        return True


@pytest.mark.parametrize("threads", [1, 3])
def test_a_fork_waits_for_the_work_of_others_and_none_begins_meanwhile(threads: int) -> None:
    lock, others, over = threading.Lock(), forks.Lock(), threading.Event()
    begun = threading.Barrier(threads + 1)

    def work() -> None:
        begun.wait(30)
        while not over.is_set():  # without a pause: whoever waits for a moment between two turns may wait for ever
            with forks.kept_off(), lock, others:
                sum(range(20_000))

    working = [threading.Thread(target=work) for _ in range(threads)]
    for thread in working:
        thread.start()
    begun.wait(30)
    try:
        ends = [child_of(lambda: lock.acquire(timeout=10) and is_free(others)) for _ in range(20)]
    finally:
        over.set()
        for thread in working:
            thread.join()
    assert ends == [0] * 20
    assert is_free(others)


def test_work_that_comes_later_waits_for_a_fork_that_waits() -> None:
    held, over, begun, ends = threading.Event(), threading.Event(), threading.Event(), []

    def hold() -> None:
        with forks.kept_off():
            held.set()
            over.wait(60)

    def begin() -> None:
        with forks.kept_off():
            begun.set()

    def fork() -> None:
        ends.append(child_of(lambda: True))

    first, forking, later = (threading.Thread(target=step) for step in (hold, fork, begin))
    first.start()
    held.wait(60)
    forking.start()
    while not forks._forking:
        time.sleep(0.001)
    later.start()
    assert not begun.wait(0.2)
    over.set()
    assert begun.wait(60)
    for thread in (first, forking, later):
        thread.join()
    assert ends == [0]


def test_a_thread_may_fork_in_the_midst_of_its_own_work() -> None:
    lock = forks.Lock()

    def goes_on() -> bool:
        with forks.kept_off(), lock:  # as its parent, which holds it
            return True

    with forks.kept_off(), lock, lock:
        assert child_of(goes_on) == 0
    assert child_of(goes_on) == 0  # the parent's own work is over, and counted so


def test_a_lock_whose_holder_outlasts_the_patience_is_renewed_in_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forks, "_PATIENCE", 0.1)
    lock, held, over = forks.Lock(), threading.Event(), threading.Event()

    def hold() -> None:
        with lock:
            held.set()
            over.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(60)
    try:
        assert child_of(lambda: is_free(lock)) == 0
    finally:
        over.set()
        thread.join()
