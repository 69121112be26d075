"""Tells the process that watches this one, if there is one, what is being worked on.

A unit of work (a letter, a file, reading the data) has the time limit for itself; a stage says where in it the work is.
Not here: who watches (cli/child_process.py, batch/worker.py, kept_worker.py) and what may be used (limits.py). Where
nobody watches, as in a program that calls letterpress itself, all of this does nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from letterpress.processes.limits import Limits

T = TypeVar("T")

_BEAT = 0.2
"""Seconds between two signs of life of long work."""


class Watched:
    """The line to a watching process; this one leads nowhere. What each says, the functions of this module tell."""

    def under(self, limits: Limits) -> None:
        """See `under`."""

    def begin(self, file: str | None, stage: str, kind: str) -> Any:
        """See `begin`."""

    def keep(self, value: Any) -> None:
        """See `keep`."""

    def at(self, stage: str, file: str | None) -> None:
        """See `at`."""

    def beat(self, record: str | None) -> None:
        """See `beat`."""

    def made(self, letters: int, of: int | None) -> None:
        """See `made`."""

    def free(self, *, memory: bool) -> None:
        """See `free`."""

    def once(self) -> None:
        """See `once`."""

    def ending(self) -> None:
        """See `ending`."""

    def temporary(self, path: str, *, there: bool) -> None:
        """See `temporary`; it is there, or is there no more."""


_watched: Watched | None = None


def tell(watched: Watched | None) -> None:
    """Tell this one from now on."""
    global _watched
    _watched = watched


def under(limits: Limits) -> None:
    """Set the limits of every unit that follows."""
    if _watched is not None:
        _watched.under(limits)


def begin(file: str | None, stage: str, kind: str = "letter") -> Any:
    """Begin a unit of work, and end the one before.

    :param file: what it is about, as the user named it.
    :param kind: `letter`, `file`, `data` or `choosing`: what is to blame if it takes too much; `run`: other processes
        do the work, without a limit of time here, and the same command goes on where this one ends.
    :returns: what was kept of this unit, if an earlier process of this command has done it; else None.
    :raises LetterpressError: an earlier process of this command has died of this unit.
    """
    return _watched.begin(file, stage, kind) if _watched is not None else None


def keep(value: Any) -> None:
    """Keep what became of the unit, in case that a later one ends this process; picklable, and not None."""
    if _watched is not None:
        _watched.keep(value)


def at(stage: str, file: str | None = None) -> None:
    """Say at which stage the unit is, as in `while laying out the letter`; and the file, if it is another one."""
    if _watched is not None:
        _watched.at(stage, file)


def beat(record: str | None = None) -> None:
    """Say that the unit is long and moves on: its time begins anew."""
    if _watched is not None:
        _watched.beat(record)


def made(letters: int, of: int | None) -> None:
    """Say how many letters of a run are made, of how many, if that is known yet."""
    if _watched is not None:
        _watched.made(letters, of)


def beating(items: Iterable[T]) -> Iterator[T]:
    """Give the items; each is a sign of life, so that only what stands still is ended."""
    if _watched is None:
        yield from items
        return
    last = time.monotonic()
    for number, item in enumerate(items, start=1):
        if time.monotonic() - last > _BEAT:
            beat(str(number))
            last = time.monotonic()
        yield item


def free(*, memory: bool = False) -> None:
    """Take away the limit of time until the next unit: a person is asked, or others do the work.

    :param memory: whether it has no limit of memory either.
    """
    if _watched is not None:
        _watched.free(memory=memory)


def once() -> None:
    """Say that the command cannot be begun anew: a passphrase or the standard input has been read."""
    if _watched is not None:
        _watched.once()


def ending() -> None:
    """Say that a signal was heard, and the work ends in its own time: it is not to be cut short."""
    if _watched is not None:
        _watched.ending()


def temporary(path: str | Path, *, there: bool) -> None:
    """Say that a temporary file of ours comes or has gone; if this process is ended before it can, others remove it.

    :param there: told before it is made, and after it has been removed or renamed.
    """
    if _watched is not None:
        _watched.temporary(str(path), there=there)
