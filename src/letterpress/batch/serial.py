"""Makes letters one after the other in the run's own process: for a debugger, and where no process can be started.

A letter that hangs or brings its process down ends the run: nobody is there to give it up by name. What is done stays
done, and is in the journal.

Not here: worker processes (supervisor.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from letterpress.batch.maker import Item, Maker, Orders, Outcome
from letterpress.model import Job
from letterpress.processes import stages


class Serial:
    """One letter at a time, in this process."""

    debris = False
    """What is killed here is the run itself: what it leaves is removed by the next one."""

    def __init__(self, orders: Orders) -> None:
        self.hurried = False
        self._orders = orders
        self._maker: Maker | None = None
        self._bases: Sequence[Job] = ()
        self._items: Iterator[Item] = iter(())
        self._stopping = False

    def start(self) -> None:
        """Begin."""
        self._maker = Maker(self._orders)

    def submit(self, bases: Sequence[Job], items: Iterable[Item]) -> None:
        """Take on letters, which are asked for one by one."""
        self._bases, self._items = bases, iter(items)

    def results(self) -> Iterator[Outcome | None]:
        """Make them.

        :raises LetterpressError: a native library is missing.
        """
        assert self._maker is not None  # noqa: S101 - `start` comes first
        prepared = False
        while not self._stopping and (item := next(self._items, None)) is not None:
            if not prepared:
                self._maker.prepare()
                prepared = True
            stages.beat(item.record)
            yield self._maker.make(self._bases[item.base], item)
            yield None

    def stop(self, *, at_once: bool = False) -> None:
        """Begin no more letters; there is none in hand that could be ended."""
        self._stopping = True
