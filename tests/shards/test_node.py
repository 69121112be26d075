"""One machine's part of a run: each shard exactly once in its place, whatever happens to letters, attempts and machines."""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from letterpress import api
from letterpress.errors import LetterpressError, UsageError
from letterpress.places import place_of
from letterpress.processes.limits import Limits
from letterpress.shards import driver, manifest, node_keys, sweeping
from letterpress.shards.engine import ShardDone, check_name
from letterpress.shards.node import Crew, Node, work_shard
from letterpress.shards.run import LAYOUTS
from tests.shards import runs

ROOT = Path(__file__).resolve().parents[2]


def test_records_that_bring_a_process_down_are_named_and_the_others_made(tmp_path: Path) -> None:
    acts = ["a", "crash", "hang", "fail", "raise", "b", "c"]
    run, place = runs.made(tmp_path, acts, size=4, limits=Limits(seconds=1.5))
    letters = runs.held(run, place)
    assert list(letters) == [*range(1, 8)]
    failed = {seq: letter.diagnostics[-1].code for seq, (letter, _) in letters.items() if letter.status == "failed"}
    assert failed == {2: "process-ended", 3: "limit-time", 4: None, 5: "itself-failed"}
    assert all(json.loads(letters[seq][0].rows or "")[0][0] == seq for seq in failed)
    for seq in (1, 6, 7):
        letter, content = letters[seq]
        assert hashlib.sha256(content).hexdigest() == letter.sha256
        assert len(content) == letter.size
    assert manifest.counts_of(place, 0) == (1, 3, 0, 1)
    counts, shards = driver.counted(run, place)
    assert (counts, shards) == ((3, 4, 0, 3), 2)


def test_real_letters_have_the_bytes_that_a_merge_makes(tmp_path: Path) -> None:
    data = runs.project(tmp_path, ["first", "second"])
    place = place_of(tmp_path / "out")
    planned = runs.plan(tmp_path, place, size=1)
    found = runs.work(planned.run, place, jobs=0, press=None)
    assert (found.state, found.counts.done) == ("done", 2)
    with data.open(encoding="utf-8") as file:
        results = list(api.merge(api.load(tmp_path / "content/letters/letter.md"), csv.DictReader(file)))
    assert [content for _, content in runs.held(planned.run, place).values()] == [result.pdf for result in results]


def test_what_is_missing_is_made_and_nothing_else(tmp_path: Path) -> None:
    run, place = runs.made(tmp_path, ["a"] * 12, size=4)
    before = {entry.name: entry.modified for entry in place.list()}
    place.remove(manifest.name_of(1))
    found = driver.Driver(run, place)
    assert found.missing == [1]
    assert runs.work(run, place).counts == (12, 0, 0, 12)
    after = {entry.name: entry.modified for entry in place.list()}
    changed = {name for name in after if after[name] != before.get(name)}
    assert {name.partition(".")[0] for name in changed} == {"shards/000001"}
    assert sweeping.sweep(run, place) == 1  # the bundle whose manifest was removed
    assert sweeping.sweep(run, place) == 0
    assert len(runs.held(run, place)) == 12


def test_with_strict_a_record_with_a_warning_fails_on_each_machine(tmp_path: Path) -> None:
    """The second lacks its street, and the fourth goes where the first goes."""
    data = runs.project(tmp_path, list("abcd"))
    text = data.read_text().replace("2 Quay Road", "").replace("Name 4,4 Quay Road", "Name 1,1 Quay Road")
    data.write_text(text)
    found = []
    for strict in (False, True):
        place = place_of(tmp_path / f"out-{strict}")
        run = runs.plan(tmp_path, place, size=3, job={"strict": strict}).run
        runs.work(run, place, jobs=0)
        letters = [letter for manifest in driver.manifests(run, place) for letter in manifest.letters]
        found.append([(one.status, {fault.severity for fault in one.diagnostics}) for one in letters])
    good, warned, failed = ("done", set()), ("done", {"warning"}), ("failed", {"error"})
    assert found == [[good, warned, good, warned], [good, failed, good, failed]]


@pytest.mark.parametrize("kind", LAYOUTS)
def test_the_second_attempt_at_a_shard_leaves_nothing(tmp_path: Path, kind: Any) -> None:
    runs.project(tmp_path, ["a", "b"])
    place = place_of(tmp_path / "out")
    run = runs.plan(tmp_path, place, layout=kind).run
    press = None if kind == "spool" else runs.QUICK
    crew = Crew(jobs=0, press=press)
    first = work_shard(run, 0, place, crew)
    before = {entry.name: place.get(entry.name) for entry in place.list()}
    second = work_shard(run, 0, runs.Blind(place), crew)  # type: ignore[arg-type]
    assert second == first
    assert {entry.name: place.get(entry.name) for entry in place.list()} == before
    if kind == "files":
        assert [letter.output for letter in first.letters] == ["letters/letter-00001.pdf", "letters/letter-00002.pdf"]
        assert first.bundle is None
    else:
        assert first.bundle is not None
        content = place.get(first.bundle)
        assert (first.size, first.sha256) == (len(content), hashlib.sha256(content).hexdigest())
        assert content.startswith(b"%PDF" if kind == "spool" else b"PK")


def test_a_machine_that_would_make_other_letters_is_refused(tmp_path: Path) -> None:
    run, place = runs.made(tmp_path, ["a"])
    other = dataclasses.replace(run, base="0" * 64, versions={**run.versions, "weasyprint": "1.0"})
    with pytest.raises(UsageError) as refused, Node(other, place, Crew(jobs=0)):
        pass
    assert refused.value.diagnostics[0].code == "node-differs"
    assert "weasyprint" in str(refused.value)
    assert "instead of 1.0" in str(refused.value)
    with pytest.raises(UsageError, match="there is no shard 1"):
        work_shard(run, 1, place, Crew(jobs=0))


def test_signed_letters_take_their_key_from_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from letterpress import signing

    run, place = runs.signed(tmp_path)
    assert b"p12" in place.get("run.json")
    refused: list[str | None] = []
    (tmp_path / "other").mkdir()
    signing.new_identity("Ada Brook", tmp_path / "other/ada.p12", passphrase="open")
    monkeypatch.delenv(node_keys.FOLDER, raising=False)
    for folder in (None, "nowhere", "other"):
        if folder is not None:
            monkeypatch.setenv(node_keys.FOLDER, str(tmp_path / folder))
        monkeypatch.setenv(node_keys.PASSPHRASE, "open")
        with pytest.raises(UsageError) as error, Node(run, place, Crew(jobs=0)):
            pass
        refused.append(error.value.diagnostics[0].code)
    assert refused == ["node-key-missing", "node-key-missing", "node-key-other"]
    monkeypatch.setenv(node_keys.FOLDER, str(tmp_path / "keys"))
    first = work_shard(run, 0, place, Crew(jobs=0))
    assert work_shard(run, 0, runs.Blind(place), Crew(jobs=0)) == first  # type: ignore[arg-type]
    letters = runs.held(run, place)
    for letter, content in letters.values():
        assert hashlib.sha256(content).hexdigest() == letter.sha256
        assert [one.valid for one in signing.verify(content).signatures] == [True]
    assert len(letters) == 1
    assert len(list(place.list("shards/"))) == 2


def test_three_processes_race_for_each_manifest_and_one_of_them_makes_it(tmp_path: Path) -> None:
    runs.project(tmp_path, ["a"] * 40)
    place = place_of(tmp_path / "out")
    run = runs.plan(tmp_path, place, size=2).run
    start = tmp_path / "start"
    command = [sys.executable, "-m", "tests.support.shard_racer", str(tmp_path / "out"), str(start)]
    with contextlib.ExitStack() as stack:
        racers = [
            stack.enter_context(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True))
            for _ in range(3)
        ]
        assert [racer.stdout and racer.stdout.readline() for racer in racers] == ["ready\n"] * 3
        start.touch()
        told = [racer.communicate()[0].split() for racer in racers]
    counting = [manifest.read(place, run, shard).attempt for shard in range(run.shards)]
    assert told == [counting] * 3
    assert len(list(place.list("shards/"))) == 2 * run.shards
    assert len(runs.held(run, place)) == 40


def test_an_engine_that_stops_a_run_leaves_its_faults(tmp_path: Path) -> None:
    run, place = runs.made(tmp_path, ["a"] * 3, size=1)
    place.remove(manifest.name_of(0))
    place.remove(manifest.name_of(2))

    class Failing:
        def __init__(self) -> None:
            self.stopped = self.closed = False

        def work(self, shards: Iterable[int]) -> Iterator[ShardDone | None]:
            assert list(shards) == [0, 2]
            yield None
            yield ShardDone(0, faults=LetterpressError("the place is full", code="x-y").diagnostics)
            assert self.stopped

        def stop(self) -> None:
            self.stopped = True

        def close(self) -> None:
            self.closed = True

    engine = Failing()
    found = runs.work(run, place, engine)
    assert (found.state, [fault.message for fault in found.faults]) == ("stopped", ["the place is full"])
    assert engine.closed


def test_a_manifest_that_is_damaged_is_said_with_its_name(tmp_path: Path) -> None:
    run, place = runs.made(tmp_path, ["a"])
    name = manifest.name_of(0)
    whole = place.get(name)
    assert json.loads(whole)["letters"][0]["record"] == "1"
    failed = manifest.Made(seq=1, id="x", record="1", status="failed")
    assert failed.as_json() == {"seq": 1, "id": "x", "record": "1", "status": "failed"}  # of no file it says no size
    for content in (whole[: len(whole) // 2], b"{}", whole.replace(run.id.encode(), b"other")):
        place.put(name, content)
        with pytest.raises(LetterpressError) as damaged:
            manifest.read(place, run, 0)
        assert damaged.value.diagnostics[0].code == "manifest-damaged"
        assert name in str(damaged.value)


def test_engines_are_known_by_name() -> None:
    for name in ("local", "ray", "ray://head:6379"):
        check_name(name)
    for name in ("dask", "ray://", "RAY"):
        with pytest.raises(UsageError):
            check_name(name)
