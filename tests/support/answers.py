"""Answers to requests of a crew, some of which harm their worker; run in real workers."""

from __future__ import annotations

import os
import time
from pathlib import Path

from letterpress.interactive.answers import Say, answering


@answering
def echo(say: Say, value: object) -> tuple[int, object]:
    """The worker's process number and the value."""
    say("begun", value)
    return os.getpid(), value


@answering
def wait(say: Say, flag: str, value: object) -> object:
    """Wait until there is a file, asking now and then whether the answer is still wanted."""
    say("begun", value)
    while not Path(flag).exists():
        time.sleep(0.005)
        say("waiting", value)
    return value


@answering
def nap(say: Say, seconds: float) -> int:
    """Take so long, with no step in between; gives the worker's process number."""
    say("begun", seconds)
    time.sleep(seconds)
    return os.getpid()


@answering
def harm(say: Say, kind: str) -> None:
    """Hang, take all memory, crash, or fail."""
    say("begun", kind)
    if kind == "hang":
        time.sleep(3600)
    if kind == "crash":
        os.abort()
    if kind == "fail":
        raise KeyError("a fault of our own")
    hoard = []
    while True:
        hoard.append(b"x" * 20_000_000)


@answering
def ready(say: Say) -> None:
    """Nothing is needed."""
