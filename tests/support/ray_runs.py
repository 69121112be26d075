"""Runs on a Ray cluster of several nodes on this machine, under fire: `python -m tests.support.ray_runs FOLDER PLAN.json`.

The cluster lives in a network of its own that has the loopback alone, since Ray takes the machine's address otherwise;
that needs root. All scenarios of a plan share one cluster. Prints a line of JSON for each: what was killed, what the
manifests hold, and how long it took.

A plan is a list of scenarios: `letters`, `size` (of a shard), `signed`, `kills` (of workers), `nodes` (kills of nodes),
`driver` and `head` (whether the driver, or the whole cluster with its head, is killed and begun anew), `store` (moto's S3
instead of a folder), `command` (real letters, by the command line), `cpus` (of a shard: more than any node has).
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import random
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from letterpress.places import Place, place_of
from letterpress.shards import driver, manifest, ray_engine, run, sweeping
from tests.shards import runs
from tests.support import stores

_NETWORK, _NAMES = 0x40000000, 0x04000000
"""CLONE_NEWNET, CLONE_NEWUTS of unshare(2)."""
ROOT = Path(__file__).resolve().parents[2]
CPUS = 1
"""Of a node."""
NODES = 2


def isolate() -> None:
    """Move this process into a network that has nothing but the loopback.

    :raises OSError: it may not.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NETWORK | _NAMES) or libc.sethostname(b"localhost", 9):  # its old name would be looked for
        raise OSError(ctypes.get_errno(), "no network of its own")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        request = struct.pack("16sh", b"lo", 0)
        flags = struct.unpack("16sh", fcntl.ioctl(one, 0x8913, request))[1]  # SIOCGIFFLAGS
        fcntl.ioctl(one, 0x8914, struct.pack("16sh", b"lo", flags | 1))  # SIOCSIFFLAGS: up


def can_isolate() -> bool:
    """Whether this machine lets a process of ours do that."""
    code = "from tests.support import ray_runs; ray_runs.isolate()"
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True).returncode == 0


def environment() -> None:
    """What Ray is told: no reports to its makers, no tokens, and no look-up of other machines."""
    os.environ.update(
        RAY_USAGE_STATS_ENABLED="0", RAY_AUTH_MODE="disabled", RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO="0",
        RAY_DISABLE_IMPORT_WARNING="1", RAY_worker_niceness="0", RAY_health_check_failure_threshold="3", RAY_health_check_period_ms="500",
        RAY_gcs_rpc_server_reconnect_timeout_s="5",
        PYTHONPATH=f"{ROOT}:{ROOT / 'src'}",
    )  # fmt: skip


def workers() -> list[int]:
    """Processes of this process's own cluster that make shards: those of Ray, and the worker processes below them."""
    parents: dict[int, int] = {}
    names: dict[int, str] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            names[int(folder.name)] = (folder / "cmdline").read_bytes().decode(errors="replace")
    ours: set[int] = {os.getpid()}
    while True:
        more = {pid for pid, parent in parents.items() if parent in ours} - ours
        if not more:
            shards = [pid for pid in ours if names.get(pid, "").startswith("ray::_work")]
            return shards + [pid for pid in ours if parents.get(pid) in shards and "batch.worker" in names.get(pid, "")]
        ours |= more


class Cluster:
    """A head that makes no letters, and some nodes."""

    def __init__(self, nodes: int = NODES, cpus: int = CPUS) -> None:
        self._count = nodes
        self._about = {"num_cpus": cpus, "object_store_memory": 80_000_000, "include_dashboard": False}
        self.begin()

    def begin(self) -> None:
        """Begin head and nodes. Ray waits 30 seconds for a process of its own, which a busy machine may need longer for."""
        from ray.cluster_utils import Cluster as RayCluster

        for left in (2, 1, 0):
            self.cluster = RayCluster()
            try:
                self.cluster.add_node(**{**self._about, "num_cpus": 0})  # the first one is the head
                self.nodes = [self.cluster.add_node(**self._about) for _ in range(self._count)]
                return
            except Exception:
                with contextlib.suppress(Exception):
                    self.cluster.shutdown()
                if not left:
                    raise

    def kill_node(self) -> None:
        """End a node without a word, and begin another."""
        self.cluster.remove_node(self.nodes.pop(0), allow_graceful=False)
        self.nodes.append(self.cluster.add_node(wait=False, **self._about))

    def kill_head(self) -> None:
        """End the head without a word, and so the cluster."""
        self.cluster.remove_node(self.cluster.head_node, allow_graceful=False)

    def end(self) -> None:
        self.cluster.shutdown()


class Fire:
    """Kills workers, nodes and the driver at random moments, while a run lasts."""

    def __init__(self, cluster: Cluster, folder: Path, place: Place, about: dict[str, Any]) -> None:
        self._cluster, self._folder, self._place = cluster, folder, place
        self._left, self._nodes_left = about.get("kills", 0), about.get("nodes", 0)
        self._pause = tuple(about.get("pause", (0.3, 0.8)))
        self._once = [what for what in ("driver", "head") if about.get(what)]
        self._by_command = about.get("size") if about.get("command") else None
        self._dice = random.Random(7)
        self.workers = self.nodes = self.drivers = self.heads = 0

    def run(self) -> dict[str, Any]:
        """Drive the run to its end, again and again; gives what its last driver says."""
        while True:
            heads = self.heads
            # A file and no pipe, which would be full before anybody reads it.
            with (
                tempfile.TemporaryFile() as out,
                subprocess.Popen(self._command(), cwd=self._folder, stdout=out) as driver,
            ):
                while driver.poll() is None:
                    time.sleep(self._dice.uniform(*self._pause))
                    self._shoot(driver)
                out.seek(0)
                said = out.read()
            if self.heads > heads:
                self._cluster.end()
                self._cluster.begin()
            elif driver.returncode != -signal.SIGKILL:
                if not said.startswith(b"{"):
                    raise SystemExit(f"a driver has ended with {driver.returncode}, and has said {said[:2000]!r}")
                found: dict[str, Any] = json.loads(said)
                return found.get("summary", found)

    def _command(self) -> list[str]:
        address = self._cluster.cluster.address
        if self._by_command is None:
            return [sys.executable, "-m", "tests.support.ray_runs", "--drive", self._place.address, address]
        merge = ["merge", "content/letters/letter.md", "--data", "people.csv", "--on", f"ray://{address}"]
        more = ["-o", self._place.address, "--shard-size", str(self._by_command), "--json"]
        return [sys.executable, "-m", "letterpress", *merge, *more]

    def _shoot(self, driver: subprocess.Popen[bytes]) -> None:
        if self._once and sum(1 for _ in manifest.there(self._place)) >= 2 * (self.drivers + self.heads + 1):
            if self._once.pop(0) == "driver":
                self.drivers += 1
                driver.kill()
            else:
                self.heads += 1
                self._cluster.kill_head()
            return
        at_work = workers()
        if not at_work:
            return
        left = self._nodes_left + self._left  # a node early, so that one is killed however soon the run is over
        if self._nodes_left and ((not self.nodes and self.workers) or self._dice.random() < self._nodes_left / left):
            self._nodes_left -= 1
            self.nodes += 1
            self._cluster.kill_node()
        elif self._left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._dice.choice(at_work), signal.SIGKILL)
                self._left -= 1
                self.workers += 1


def drive(address: str, cluster: str, cpus: int = 1) -> driver.Driver:
    """Make what is missing of the run that is planned in a place."""
    from letterpress.shards.node import Crew

    place = place_of(address)
    planned = run.read(place)
    found = driver.Driver(planned, place)
    crew = Crew(jobs=cpus, press=None if planned.signers else runs.QUICK)
    for _ in found.work(ray_engine.RayEngine(planned, place, crew, address=cluster)):
        pass
    return found


def drive_without_machine(cluster: Cluster, folder: Path, about: dict[str, Any]) -> dict[str, Any]:
    """A run whose shards ask for more CPUs than any node has."""
    folder.mkdir(parents=True)
    place = place_of(str(folder / "out"))
    runs.project(folder, ["x"] * about["letters"])
    runs.plan(folder, place, size=about["size"])
    command = [sys.executable, "-m", "tests.support.ray_runs", "--drive", place.address, cluster.cluster.address]
    ran = subprocess.run([*command, str(about["cpus"])], cwd=folder, capture_output=True, text=True, check=True)
    return {**json.loads(ran.stdout), "letters": about["letters"]}


def scenario(cluster: Cluster, folder: Path, about: dict[str, Any]) -> dict[str, Any]:
    """One run under fire, and what its manifests hold."""
    folder.mkdir(parents=True)
    letters, size = about["letters"], about["size"]
    place = place_of(f"s3://bucket/{folder.name}" if about.get("store") else str(folder / "out"))
    if about.get("signed"):
        runs.signed(folder, ("x",) * letters, size=size, keys=folder.parent / "keys")
    else:
        runs.project(folder, [about.get("act", "x")] * letters)
        if not about.get("command"):
            runs.plan(folder, place, size=size)
    begun = time.monotonic()
    fire = Fire(cluster, folder, place, about)
    said = fire.run()
    seconds = time.monotonic() - begun
    planned = run.read(place)
    left = sweeping.sweep(planned, place)
    held = runs.held(planned, place)
    return {
        "state": said["state"], "faults": said.get("faults", []), "letters": len(held),
        "lost": sorted(set(range(1, letters + 1)) - set(held)),
        "torn": [seq for seq, (letter, content) in held.items() if not runs.is_whole(letter, content)],
        "failed": [seq for seq, (letter, _) in held.items() if letter.status != "done"],
        "workers": fire.workers, "nodes": fire.nodes, "drivers": fire.drivers, "heads": fire.heads, "swept": left,
        "files": sum(1 for _ in place.list("shards/")), "shards": planned.shards, "seconds": round(seconds, 1),
        "place": place.address,
    }  # fmt: skip


@contextlib.contextmanager
def running(short: str, nodes: int = NODES) -> Iterator[Cluster]:
    os.environ["RAY_TMPDIR"] = short
    cluster = Cluster(nodes)
    try:
        yield cluster
    finally:
        cluster.end()


def main() -> None:
    environment()
    if sys.argv[1] == "--drive":
        with contextlib.redirect_stdout(sys.stderr):
            if len(sys.argv) > 4:
                ray_engine._LOOK, ray_engine._GIVE_UP = 0.3, 1.0
            found = drive(sys.argv[2], sys.argv[3], *map(int, sys.argv[4:]))
        faults = [str(fault) for fault in found.faults]
        print(json.dumps({"state": found.state, "faults": faults, "lacking": found.lacking}))
        return
    isolate()
    # Nodes take keys from their own environment, which they have from this process.
    os.environ.update(LETTERPRESS_KEYS=str(Path(sys.argv[1]) / "keys"), LETTERPRESS_PASSPHRASE="open")
    folder, plan = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())
    with contextlib.ExitStack() as stack:
        if any(about.get("store") for about in plan):
            server = stack.enter_context(stores.moto())
            server.bucket("bucket")
            os.environ.update(server.environment)
        # A short path, since sockets lie there; not the one where other clusters of this machine leave their address.
        short = stack.enter_context(tempfile.TemporaryDirectory(prefix="ray-", dir="/tmp", ignore_cleanup_errors=True))
        cluster = stack.enter_context(running(short))
        for number, about in enumerate(plan):
            play = drive_without_machine if about.get("cpus") else scenario
            print(json.dumps(play(cluster, folder / str(number), about)), flush=True)
            if about.get("store") and len(sys.argv) > 3:
                listing = [sys.executable, str(ROOT / "tests/proofs/list_manifests.py"), "bucket", str(number)]
                print(
                    subprocess.run([*listing, str(about["letters"])], capture_output=True, text=True).stdout, flush=True
                )


if __name__ == "__main__":
    main()
