"""What makes the letters of a run, as the run sees it, and which there are.

A run plans letters and writes down what became of them; where they are made is nothing to it. Two executors are here:
supervised worker processes, and this process itself. One that deals letters out to other machines would be a third.

Not here: how a letter is made (maker.py).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from letterpress.batch.maker import Item, Orders, Outcome
from letterpress.model import Job


class Executor(Protocol):
    """Makes letters. Every item that goes in comes out once, as an `Outcome`, unless the work is stopped."""

    hurried: bool
    """Whether `results` is to give None as often as it can, since the caller has work of its own to do then."""

    @property
    def debris(self) -> bool:
        """Whether something was killed at work, and may have left temporary files in the output folder."""
        ...

    def start(self) -> None:
        """Get ready, without waiting until all is; `stop(at_once=True)` ends what this begins.

        :raises LetterpressError: it cannot.
        """
        ...

    def submit(self, bases: Sequence[Job], items: Iterable[Item]) -> None:
        """Hand over letters; called once.

        :param bases: the jobs that the items share, by their numbers.
        :param items: taken as they are needed: a run has more of them than memory should hold.
        """
        ...

    def results(self) -> Iterator[Outcome | None]:
        """Give outcomes as letters are done, in any order. None comes now and then, so that the caller can look up.

        :raises LetterpressError: no more letters can be made.
        """
        ...

    def stop(self, *, at_once: bool = False) -> None:
        """Begin no more letters. Those in hand are finished, and come out of `results`.

        :param at_once: do not finish them, and end all that was started; nobody listens any more.
        """
        ...


def executor_for(jobs: int, orders: Orders, *, hold: Sequence[int] = (), scratch: str | None = None) -> Executor:
    """Choose what makes the letters.

    :param jobs: worker processes; 0: none, the letters are made in this process.
    :param hold: file descriptors that worker processes hold as long as they live, such as a lock's.
    :param scratch: folder for the temporary files of worker processes: one that is killed cannot remove its own.
    """
    if jobs == 0:
        from letterpress.batch.serial import Serial

        return Serial(orders)
    from letterpress.batch.supervisor import Supervisor

    return Supervisor(jobs, orders, hold=hold, scratch=scratch)


@contextlib.contextmanager
def at_work(executor: Executor) -> Iterator[Executor]:
    """Start an executor, and end it however the block ends."""
    try:
        executor.start()
        yield executor
    finally:
        executor.stop(at_once=True)
