"""Puts the letters that another executor makes into a store, while it makes the next ones.

A letter comes out as done when the store has it. What cannot be delivered since the store is gone or refuses stops the
run: the letter stays in the folder, is not written down, and is made again by the next run.

Not here: what may be replaced in the store (stored.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace

from letterpress.batch.executor import Executor
from letterpress.batch.maker import Item, Outcome
from letterpress.batch.stored import THREADS, Stored
from letterpress.errors import Diagnostic, LetterpressError
from letterpress.files import targets
from letterpress.model import Job

_TICK = 0.05
"""Seconds between two looks at what was delivered, when no more is made."""
_OF_A_LETTER = frozenset({"signed-not-replaced", "store-name"})
"""Codes of faults that are one letter's, and not the store's."""


class Delivering:
    """An `Executor` that makes letters with another, and delivers them."""

    def __init__(self, executor: Executor, stored: Stored, *, keep: bool, replace_signed: bool) -> None:
        """:param keep: whether the letters stay in the folder as well, for what is made of them."""
        self._executor, self._stored = executor, stored
        self._keep, self._replace_signed = keep, replace_signed
        self._items: dict[int, Item] = {}
        """Letters that are being made."""
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="letterpress-store")
        self._under_way: set[Future[Outcome]] = set()
        self._given_up = False

    @property
    def hurried(self) -> bool:
        """See `Executor.hurried`."""
        return self._executor.hurried

    @hurried.setter
    def hurried(self, value: bool) -> None:
        self._executor.hurried = value

    @property
    def debris(self) -> bool:
        """See `Executor.debris`."""
        return self._executor.debris

    def start(self) -> None:
        """See `Executor.start`."""
        self._executor.start()

    def submit(self, bases: Sequence[Job], items: Iterable[Item]) -> None:
        """See `Executor.submit`."""
        self._executor.submit(bases, self._seen(items))

    def _seen(self, items: Iterable[Item]) -> Iterator[Item]:
        for item in items:
            self._items[item.seq] = item
            yield item

    def results(self) -> Iterator[Outcome | None]:
        """See `Executor.results`."""
        for outcome in self._executor.results():
            if outcome is None:
                yield from self._delivered()
                yield None
                continue
            item = self._items.pop(outcome.seq, None)
            if item is None or item.output is None or outcome.status != "done":
                yield outcome
            else:
                self._under_way.add(self._pool.submit(self._deliver, item, outcome))
        while self._under_way:
            wait(self._under_way, _TICK, FIRST_COMPLETED)
            yield from self._delivered()
            yield None

    def stop(self, *, at_once: bool = False) -> None:
        """See `Executor.stop`."""
        self._executor.stop(at_once=at_once)
        if at_once:
            self._given_up = True
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _delivered(self) -> Iterator[Outcome]:
        for future in [one for one in self._under_way if one.done()]:
            self._under_way.discard(future)
            if future.cancelled():
                continue
            outcome = future.result()
            if outcome.status == "stop" and not self._given_up:
                self._given_up = True  # each of the others would wait for the same store, and as long
                for other in self._under_way:
                    other.cancel()
            yield outcome

    def _deliver(self, item: Item, outcome: Outcome) -> Outcome:
        name = item.output or ""
        path = self._stored.folder / name
        try:
            content = path.read_bytes()
            done = self._stored.deliver(name, content, replace_signed=self._replace_signed)
            if not self._keep:
                path.unlink()
        except OSError as error:
            return _stopped(outcome, targets.fault(path, error).diagnostics)
        except LetterpressError as error:
            faults = tuple(replace(fault, record=item.record) for fault in error.diagnostics)
            if all(fault.code in _OF_A_LETTER for fault in faults):
                return Outcome(seq=outcome.seq, status="failed", diagnostics=faults)
            return _stopped(outcome, error.diagnostics)
        said = tuple(replace(one, record=item.record) for one in done.diagnostics)
        status = "done" if done.kept is None else "kept"
        return outcome._replace(status=status, kept=done.kept, diagnostics=(*outcome.diagnostics, *said))


def _stopped(outcome: Outcome, faults: tuple[Diagnostic, ...]) -> Outcome:
    return Outcome(seq=outcome.seq, status="stop", diagnostics=faults)
