"""Runs on a Ray cluster whose workers, nodes and driver are killed: every letter once and whole, signed or not."""

from __future__ import annotations

import json
import platform
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from letterpress.errors import Diagnostic, UsageError
from letterpress.places import place_of
from letterpress.shards import engine, ray_engine
from letterpress.shards.node import Crew
from tests.shards import runs
from tests.support import needs, ray_runs
from tests.support.project import Project

pytestmark = pytest.mark.slow

PLAN: list[dict[str, Any]] = [
    {"letters": 320, "size": 10, "act": "slow", "kills": 7, "nodes": 1, "driver": True},
    {"letters": 12, "size": 2, "signed": True, "kills": 3, "pause": [1.0, 1.6]},
    {"letters": 2, "size": 1, "cpus": 64},
]


def test_nothing_is_lost_doubled_or_torn_whatever_is_killed(tmp_path: Path) -> None:
    needs.package("ray", "ray")
    if not ray_runs.can_isolate():
        needs.lack("root", "a network of its own needs root: Ray takes the machine's address otherwise")
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(PLAN))
    command = [sys.executable, "-m", "tests.support.ray_runs", str(tmp_path / "runs"), str(plan)]
    ran = subprocess.run(command, cwd=ray_runs.ROOT, capture_output=True, text=True)
    found = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]
    assert len(found) == len(PLAN), (ran.returncode, ran.stdout[-1000:], ran.stderr[-4000:])
    *found, without = found
    assert (without["state"], without["lacking"] in without["faults"][0]) == ("stopped", True), without
    assert "64 CPUs" in without["lacking"], without
    for about, one in zip(PLAN[:-1], found, strict=True):
        assert (one["state"], one["faults"]) == ("done", []), one
        assert (one["letters"], one["lost"], one["torn"], one["failed"]) == (about["letters"], [], [], []), one
        assert one["files"] == 2 * one["shards"], one  # of each a manifest and a bundle
        # On a quiet machine a run may be over before the last kill.
        assert one["workers"] >= about["kills"] // 2, one
        assert (one["nodes"], one["drivers"]) == (about.get("nodes", 0), about.get("driver", False)), one


def test_a_cluster_that_is_not_there_and_a_library_that_is_missing_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs.project(tmp_path, ["a"])
    place = place_of(tmp_path / "out")
    run = runs.plan(tmp_path, place).run
    with socket.socket() as closed:  # bound, and heard by nobody
        closed.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(UsageError) as nobody:
            engine.engine_for(f"ray://{address}", run, place, Crew())
    (fault,) = nobody.value.diagnostics
    assert (fault.code, fault.value, address in fault.message) == ("ray-unreachable", address, True)
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(UsageError) as missing:
        engine.engine_for("ray", run, place, Crew())
    assert missing.value.diagnostics[0].code == "ray-missing"
    assert "letterpress[ray]" in str(missing.value)


def test_a_fault_of_ours_is_a_value_and_no_exception(tmp_path: Path) -> None:
    """Ray would try an exception again, or lose what it says."""
    run, place = runs.made(tmp_path, ["a", "b"], size=1)
    place.put("project/" + run.project + ".zip", b"other")
    place.remove("shards/000001.json")
    done = ray_engine._work((run, place, Crew(jobs=0, press=runs.QUICK)), 1)
    assert [fault.code for fault in done.faults] == ["project-damaged"]
    assert done.faults[0].message.endswith(f"(on machine {platform.node()})")
    assert ray_engine._node is None


def test_a_machine_without_what_the_store_wants_is_named_with_where_it_belongs() -> None:
    (fault,) = map(ray_engine._of_machine, [Diagnostic(message="there are no credentials", code="store-refused")])
    assert fault.message == f"there are no credentials (on machine {platform.node()})"
    assert "environment of its `ray start`" in (fault.hint or "")


@pytest.mark.parametrize("address", ["nobody", "127.0.0.1:1", "nobody:"])
def test_a_cluster_is_looked_for_before_a_run_is_planned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    runs.project(tmp_path, ["a"])
    monkeypatch.chdir(tmp_path)
    command = (
        "merge",
        "content/letters/letter.md",
        "--data",
        "people.csv",
        "-o",
        "out/run",
        "--on",
        f"ray://{address}",
    )
    ran = Project(tmp_path).cli(*command)
    assert ran.code == 2
    assert f"no Ray cluster to be reached at {address}" in ran.err
    assert not (tmp_path / "out").exists()
