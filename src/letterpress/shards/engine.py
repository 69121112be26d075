"""What makes the shards of a run, as its driver sees it, and which there are.

Not here: how one machine makes a shard (node.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from letterpress.errors import Diagnostic, UsageError
from letterpress.places import Place
from letterpress.shards.manifest import Counts
from letterpress.shards.node import Crew
from letterpress.shards.run import Run

LOCAL = "local"
RAY = "ray"


class ShardDone(NamedTuple):
    """What became of a shard: its manifest is there, or the faults say why the run cannot go on."""

    shard: int
    counts: Counts = Counts()
    faults: tuple[Diagnostic, ...] = ()


class Engine(Protocol):
    """Makes shards, each at least once. It holds nothing that the run needs: the manifests say what is made."""

    lacking: str | None
    """What no shard can be made without and is waited for; None: nothing is."""

    def work(self, shards: Iterable[int]) -> Iterator[ShardDone | None]:
        """Make shards; gives each as it is done, in any order. None comes now and then, so that the caller can look up.

        :raises LetterpressError: no more shards can be made.
        """
        ...

    def stop(self) -> None:
        """Begin no more shards, and leave those in hand. May be called by a signal's handler."""
        ...

    def close(self) -> None:
        """End all that was started."""
        ...


def engine_for(name: str, run: Run, place: Place, crew: Crew) -> Engine:
    """Choose what makes the shards.

    :param name: `local`, `ray`, or `ray://ADDRESS`.
    :raises UsageError: there is no such engine, or it is not installed.
    """
    if name == LOCAL:
        from letterpress.shards.local_engine import LocalEngine

        return LocalEngine(run, place, crew)
    check_name(name)
    from letterpress.shards.ray_engine import RayEngine

    return RayEngine(run, place, crew, address=None if name == RAY else name.removeprefix("ray://"))


def look_for(name: str) -> None:
    """Look for a cluster before a run is planned for it.

    :raises UsageError: there is none at the address, or Ray is not installed.
    """
    if name != LOCAL:
        from letterpress.shards import ray_engine

        ray_engine.look_for(None if name == RAY else name.removeprefix("ray://"))


def check_name(name: str) -> None:
    """:raises UsageError: there is no such engine."""
    if name not in (LOCAL, RAY) and not (name.startswith("ray://") and name != "ray://"):
        message, hint = f"'{name}' makes no shards", "local, ray, or ray://ADDRESS"
        raise UsageError(message, field="--on", hint=hint, code="engine-unknown", value=name)
