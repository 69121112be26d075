"""Makes shards as tasks on a Ray cluster. The only module that knows Ray, which the extra `letterpress[ray]` brings.

A task is one shard on one machine, with worker processes of its own. Ray tries it again elsewhere if its machine or its
process is lost; what we say of a shard is a value, and never tried again. Nothing of a run is kept in Ray: if its head
is lost, the same command goes on from the manifests.

No key and no passphrase is among a task's arguments, which Ray keeps and logs: machines have their own (node_keys.py).

Not here: how a shard is made (node.py).
Source: Ray, "Task fault tolerance", "Anti-pattern: unnecessary ray.get", "Pattern: limit the number of pending tasks".
"""

from __future__ import annotations

import atexit
import contextlib
import os
import platform
import socket
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from letterpress.errors import Diagnostic, LetterpressError, UsageError
from letterpress.places import Place
from letterpress.shards.engine import ShardDone
from letterpress.shards.node import Crew, Node
from letterpress.shards.run import Run

_IN_FLIGHT = 2
"""Shards in flight for each that can be made at once: the next is there before the last is done."""
_RETRIES = 16
"""Times that a shard may lose its machine or its process."""
_TICK = 0.2
"""Seconds between two looks at the cluster."""
_LOOK = 10.0
"""Seconds without a shard after which the cluster's machines are looked at, and between two such looks."""
_GIVE_UP = 900.0
"""Seconds that a cluster may have no machine for a shard: a cloud takes minutes to bring one."""
_PATIENCE = 5.0
"""Seconds in which a cluster's head has to take a connection. Ray itself asks one that is not there without an end."""


class RayEngine:
    """A Ray cluster: the one at an address, the one that this machine is part of, or a new one on this machine."""

    def __init__(self, run: Run, place: Place, crew: Crew, *, address: str | None = None) -> None:
        """:raises UsageError: Ray is not installed, or there is no cluster at the address."""
        look_for(address)
        self._ray = _ray()
        self._crew = crew
        self._stopping = False
        self.lacking: str | None = None
        self._ours = not self._ray.is_initialized()
        if self._ours:
            self._connect(address)
        about: dict[str, Any] = {"num_cpus": max(1, crew.jobs), "max_retries": _RETRIES, "retry_exceptions": False}
        self._task = self._ray.remote(**about)(_work)
        # An argument of each task and no object of the cluster's store, which would be lost with its machine.
        self._shared = (run, place, Crew(jobs=crew.jobs, press=crew.press))

    def _connect(self, address: str | None) -> None:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # it would report to its makers
        os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        try:
            self._ray.init(
                address=address,
                log_to_driver=False,
                logging_level="ERROR",
                include_dashboard=False if address is None else None,
                configure_logging=False,
            )
        except (OSError, RuntimeError, ValueError) as error:
            raise _unreachable(address, _first_line(error)) from error

    def work(self, shards: Iterable[int]) -> Iterator[ShardDone | None]:
        """Make shards, some at a time on each machine."""
        waiting = iter(shards)
        at_work: dict[Any, int] = {}
        ended = False
        looked = found = time.monotonic()
        with self._said():
            while True:
                most = self._most()
                while not (self._stopping or ended) and len(at_work) < most:
                    shard = next(waiting, None)
                    if shard is None:
                        ended = True
                    else:
                        at_work[self._task.remote(self._shared, shard)] = shard
                if not at_work or self._stopping:
                    return
                done, _ = self._ray.wait([*at_work], num_returns=1, timeout=_TICK)
                for reference in done:
                    yield self._outcome(reference, at_work.pop(reference))
                if done:
                    looked = found = time.monotonic()
                    self.lacking = None
                elif time.monotonic() - looked > _LOOK:
                    looked, self.lacking = time.monotonic(), self._lacking()
                    found = looked if self.lacking is None else found
                    if looked - found > _GIVE_UP:
                        raise _no_machine(self.lacking)
                yield None

    def _most(self) -> int:
        """Shards that may be in flight."""
        cpus = self._ray.cluster_resources().get("CPU", 0)
        return max(1, int(cpus // max(1, self._crew.jobs))) * _IN_FLIGHT

    def _lacking(self) -> str | None:
        """What the cluster lacks for a shard, if it has no machine for one, busy or not."""
        most = max((node["Resources"].get("CPU", 0) for node in self._ray.nodes() if node["Alive"]), default=0)
        if most >= self._crew.jobs:
            return None
        return f"no machine of the Ray cluster has {self._crew.jobs} CPUs for a shard: the most is {most:.0f}"

    def _outcome(self, reference: Any, shard: int) -> ShardDone:
        try:
            done: ShardDone = self._ray.get(reference)
        except self._ray.exceptions.RayTaskError as error:  # what our own code did not foresee
            message = f"letterpress itself failed in shard {shard}: {_first_line(error.cause or error)}"
            fault = Diagnostic(message=message, hint="please report this", code="itself-failed")
            return ShardDone(shard, faults=(fault,))
        except self._ray.exceptions.WorkerCrashedError as error:
            message = f"shard {shard} has lost its process {_RETRIES + 1} times: {_first_line(error)}"
            hint = "look at the machines' memory; the same command goes on"
            return ShardDone(shard, faults=(Diagnostic(message=message, hint=hint, code="shard-lost", value=shard),))
        return done

    @contextlib.contextmanager
    def _said(self) -> Iterator[None]:
        """Say what Ray says of its own end.

        :raises LetterpressError: the cluster is lost.
        """
        try:
            yield
        except (self._ray.exceptions.RayError, ConnectionError) as error:
            message = f"the Ray cluster is lost: {_first_line(error)}"
            hint = "start it again; the same command goes on where the run was"
            raise LetterpressError(message, hint=hint, code="ray-lost") from error

    def stop(self) -> None:
        """Begin no more shards; those in hand are left to end."""
        self._stopping = True

    def close(self) -> None:
        """Leave the cluster; one that was started here ends."""
        if self._ours:
            self._ray.shutdown()


def _ray() -> Any:
    try:
        import ray
    except ImportError:
        message = "runs on Ray need the package ray"
        hint = "pip install 'letterpress[ray]'"
        raise UsageError(message, field="--on", hint=hint, code="ray-missing") from None
    return ray


def _no_machine(lacking: str | None) -> LetterpressError:
    hint = "add machines by `ray start --address`, or ask for fewer CPUs by --jobs; the same command goes on"
    return LetterpressError(
        f"{lacking}, and none came within {_GIVE_UP / 60:.0f} minutes", hint=hint, code="ray-no-machine"
    )


def _unreachable(address: str | None, why: str) -> UsageError:
    message = f"there is no Ray cluster to be reached at {address or 'this machine'}: {why}"
    hint = "start one with `ray start --head`, and name the address that it prints, HOST:PORT"
    return UsageError(message, field="--on", hint=hint, code="ray-unreachable", value=address)


def look_for(address: str | None) -> None:
    """Look whether Ray is installed, and somebody is at an address.

    :raises UsageError: Ray is missing, or nobody is there.
    """
    _ray()
    if address is None or address in _NAMED:
        return
    try:
        _knock(address)
    except OSError as error:
        raise _unreachable(address, _first_line(error)) from error


_NAMED = ("auto", "local")
"""What Ray itself understands for an address."""


def _knock(address: str) -> None:
    """Connect to a cluster's head once, and let go of it.

    :param address: HOST:PORT.
    :raises OSError: nobody is there.
    """
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        message = "it names no port"
        raise OSError(message)
    socket.create_connection((host.strip("[]"), int(port)), timeout=_PATIENCE).close()


def _first_line(error: BaseException) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)[:200]


# --- on the machines --------------------------------------------------------------------------------------------------

_node: Node | None = None
"""Of this process, between two shards of one run."""


def _work(shared: tuple[Run, Place, Crew], shard: int) -> ShardDone:
    """Make a shard in a process of Ray's. Faults of ours are a value: Ray is not to try them again."""
    try:
        return ShardDone(shard, _node_of(*shared).work(shard).counts)
    except LetterpressError as error:
        _end_node()
        return ShardDone(shard, faults=tuple(map(_of_machine, error.diagnostics)))


def _of_machine(fault: Diagnostic) -> Diagnostic:
    """A fault with the machine's name: it may be of this one alone, and what it lacks is not what the command has."""
    hint = fault.hint
    if (fault.code or "").startswith("store-"):
        where = "a machine's processes have the environment of its `ray start`: the store's variables belong there"
        hint = f"{where}; {hint}" if hint else where
    return replace(fault, message=f"{fault.message} (on machine {platform.node()})", hint=hint)


def _node_of(run: Run, place: Place, crew: Crew) -> Node:
    """The node of this process, which keeps its worker processes as long as the run is the same."""
    global _node
    if _node is None or _node.run.id != run.id:
        _end_node()
        _node = Node(run, place, crew).__enter__()
        atexit.register(_end_node)
    return _node


def _end_node() -> None:
    global _node
    if _node is not None:
        _node.__exit__()
        _node = None
