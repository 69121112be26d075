"""Drives a run on many machines: finds which shards are missing, has an engine make them, and counts.

It keeps nothing: a driver that is killed is begun anew, and goes on with what the manifests do not have. Several at
once do no harm.

Not here: what makes shards (engine.py), and what is left behind by attempts that were ended (sweeping.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from letterpress.errors import Diagnostic, LetterpressError
from letterpress.places import Place
from letterpress.shards import manifest
from letterpress.shards.engine import Engine, ShardDone
from letterpress.shards.manifest import Counts, Manifest
from letterpress.shards.run import Run

State = Literal["running", "done", "failed", "stopped", "interrupted"]
_AT_ONCE = 16
"""Manifests that are read at the same time: a store answers many as quickly as one."""


class Driver:
    """One run on its way."""

    def __init__(self, run: Run, place: Place) -> None:
        self.run = run
        self._place = place
        self._engine: Engine | None = None
        self.state: State = "running"
        self.faults: tuple[Diagnostic, ...] = ()
        """Why the run had to stop, if it had to."""
        self.counts = Counts()
        self.made = frozenset(manifest.there(place))
        """Shards that were made before."""

    @property
    def missing(self) -> list[int]:
        """Shards that are to be made."""
        return [shard for shard in range(self.run.shards) if shard not in self.made]

    @property
    def lacking(self) -> str | None:
        """What the engine waits for, since no shard can be made without it."""
        return None if self._engine is None else self._engine.lacking

    def work(self, engine: Engine | None) -> Iterator[ShardDone | None]:
        """Make what is missing; gives each shard as it is done, None now and then. Then `state` says how it ended.

        :param engine: None, where nothing is missing.
        """
        self._engine = engine
        left = set(self.missing)
        try:
            for done in engine.work(sorted(left)) if engine is not None and left else ():
                if done is not None:
                    left.discard(done.shard)
                    self.counts = self.counts.plus(done.counts)
                    if done.faults:
                        self._stop(done.faults)
                yield done
            if self.made and self.state == "running":
                for counts in self._before():
                    self.counts = self.counts.plus(counts)
        except LetterpressError as error:
            self._stop(error.diagnostics)
        finally:
            if engine is not None:
                engine.close()
        if self.state == "running":
            self.state = "stopped" if left else "failed" if self.counts.failed else "done"

    def _stop(self, faults: tuple[Diagnostic, ...]) -> None:
        self.faults = self.faults or faults
        self.state = "stopped"
        if self._engine is not None:
            self._engine.stop()

    def interrupt(self) -> None:
        """Stop with the letters in hand. May be called by a signal's handler."""
        self.state = "interrupted"
        if self._engine is not None:
            self._engine.stop()

    def _before(self) -> Iterator[Counts]:
        """What the shards count that were made before."""
        shards = [shard for shard in sorted(self.made) if shard < self.run.shards]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            yield from pool.map(lambda shard: manifest.counts_of(self._place, shard), shards)


def counted(run: Run, place: Place) -> tuple[Counts, int]:
    """Count a run by its manifests alone: its letters, and its shards that are made."""
    driver = Driver(run, place)
    counts = Counts()
    for one in driver._before():
        counts = counts.plus(one)
    return counts, len(driver.made)


def manifests(run: Run, place: Place) -> Iterator[Manifest]:
    """Give the manifests of all shards that are made, in order. Some are in memory at once."""
    shards = sorted(shard for shard in manifest.there(place) if shard < run.shards)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for at in range(0, len(shards), _AT_ONCE):
            yield from pool.map(lambda shard: manifest.read(place, run, shard), shards[at : at + _AT_ONCE])
