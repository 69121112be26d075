"""Makes shards one after the other on this machine: the worker processes stay from one to the next.

Not here: the work itself (node.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from letterpress.errors import LetterpressError
from letterpress.places import Place
from letterpress.shards.engine import ShardDone
from letterpress.shards.node import Crew, Node, Stopped
from letterpress.shards.run import Run


class LocalEngine:
    """This machine."""

    def __init__(self, run: Run, place: Place, crew: Crew) -> None:
        self._run, self._place, self._crew = run, place, crew
        self._node: Node | None = None
        self._stopping = False
        self.lacking: str | None = None

    def work(self, shards: Iterable[int]) -> Iterator[ShardDone | None]:
        """Make shards, in order."""
        with Node(self._run, self._place, self._crew) as self._node:
            for shard in shards:
                if self._stopping:
                    return
                try:
                    yield ShardDone(shard, self._node.work(shard).counts)
                except Stopped:
                    return
                except LetterpressError as error:
                    yield ShardDone(shard, faults=error.diagnostics)

    def stop(self) -> None:
        """Finish the letters in hand."""
        self._stopping = True
        if self._node is not None:
            self._node.stop()

    def close(self) -> None:
        """Nothing is left when `work` has ended."""
