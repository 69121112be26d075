"""The plan of a run on many machines: the same letters, names and remarks as on one, whatever the list is like."""

from __future__ import annotations

import datetime
import json
import os
import tempfile
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from letterpress import api
from letterpress.batch.list_plan import Reading
from letterpress.batch.run import Batch, Settings
from letterpress.cli import records
from letterpress.errors import LetterpressError, UnreadableInput, UsageError
from letterpress.places import place_of
from letterpress.processes.limits import Limits
from letterpress.recipients import selection
from letterpress.recipients.selection import Wanted
from letterpress.shards import driver, project_archive
from letterpress.shards import run as runs_json
from letterpress.shards.scratch import Scratch
from tests.shards import runs


def on_one_machine(root: Path, wanted: Wanted, **given: Any) -> list[tuple[Any, ...]]:
    """What a run in a folder makes of the same list."""
    job = api.job(api.load(root / "content/letters/letter.md"))
    reading = {"limits": Limits(), "mapping": (), "corrections": None, "name": given.pop("names", None)}
    job, table, mapped, plan = records.planned(job, str(root / "people.csv"), reading)
    with Batch(Settings(folder=root / "one", jobs=0, press=runs.QUICK, **given)) as batch:
        batch.plan(plan, selection.chosen(table, job.letter, mapped, wanted), {})
        list(batch.results())
        return [
            about(result.record, result.output and Path(result.output).name, result) for result in batch.all_results()
        ]


def about(record: str | None, output: str | None, one: Any) -> tuple[Any, ...]:
    return record, output, one.status, one.id, one.sha256, one.pages, [fault.as_json() for fault in one.diagnostics]


def on_many(root: Path, **asked: Any) -> list[tuple[Any, ...]]:
    place = place_of(root / "many")
    run = runs.plan(root, place, size=3, **asked).run
    runs.work(run, place, jobs=0)
    return [about(one.record, one.output, one) for manifest in driver.manifests(run, place) for one in manifest.letters]


NAMES = ["Ada Brook", "Sam Hill", "", "Ada Brook", "Zoë Quay", "Mia Ford", "Sam Hill", "Tom Reed"]


def awkward(root: Path) -> None:
    """A list with a double, a record without a name, a letter that fails, a short row, and characters of all kinds."""
    runs.project(root, ["a", "b", "c", "d", 'x"y', "fail", "ü\u2028😀", "h"], names=NAMES)
    data = root / "people.csv"
    text = data.read_text(encoding="utf-8").replace("4 Quay Road", "1 quay road").replace('x"y', '"x""y, z"')
    data.write_text(text + "Too,short\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("wanted", "unique"),
    [(Wanted(), False), (Wanted(), True), (Wanted(order_by="act DESC", where="name <> 'Tom Reed'"), False)],
)
def test_the_letters_are_those_of_a_run_on_one_machine(tmp_path: Path, wanted: Wanted, unique: bool) -> None:
    """Names, ids, bytes, states, and every word that is said."""
    awkward(tmp_path)
    expected = on_one_machine(tmp_path, wanted, unique=unique)
    assert on_many(tmp_path, wanted=wanted, unique=unique) == expected
    codes = {fault["code"] for *_, faults in expected for fault in faults}
    assert {"record-ragged", "record-nameless"} < codes
    assert ("recipient-left-out" if unique else "recipient-doubled") in codes


def test_two_letters_of_one_name_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    awkward(tmp_path)
    place = place_of(tmp_path / "out")
    with pytest.raises(UsageError) as refused:
        runs.plan(tmp_path, place, reading=Reading(names="{to.name|slug}"))
    said = [(fault.code, fault.value) for fault in refused.value.diagnostics]
    assert sorted(said) == [("output-doubled", "ada-brook.pdf"), ("output-doubled", "sam-hill.pdf")]
    assert "records 1 and 4" in str(refused.value)
    assert list(place.list()) == []


def test_a_run_that_is_planned_is_found_again_and_another_is_refused(tmp_path: Path) -> None:
    runs.project(tmp_path, ["a"] * 7)
    place = place_of(tmp_path / "out")
    first = runs.plan(tmp_path, place)
    assert (first.again, first.run.shards, first.run.records) == (False, 2, 7)
    again = runs.plan(tmp_path, place)
    assert again.again
    assert again.run == first.run
    dated = replace(first.run, choices=replace(first.run.choices, date=datetime.date(2027, 3, 1)))
    other = place_of(tmp_path / "dated")
    other.put(runs_json.NAME, dated.as_json())
    assert runs_json.read(other) == dated, "its day is a day again"
    with pytest.raises(LetterpressError) as refused:
        runs.plan(tmp_path, place, unique=True)
    assert refused.value.diagnostics[0].code == "run-other"
    letter = tmp_path / "content/letters/letter.md"
    letter.write_text(letter.read_text().replace("number", "sign"))
    with pytest.raises(LetterpressError, match="another run"):
        runs.plan(tmp_path, place)


def test_a_place_without_a_run_and_a_damaged_one_are_said(tmp_path: Path) -> None:
    place = place_of(tmp_path / "out")
    with pytest.raises(UnreadableInput) as missing:
        runs_json.read(place)
    assert missing.value.diagnostics[0].code == "run-missing"
    for content in (b"{}", b"[1]", b"\xff", json.dumps({"format": 99}).encode()):
        place.put("run.json", content)
        with pytest.raises(UnreadableInput) as damaged:
            runs_json.read(place)
        assert damaged.value.diagnostics[0].code == "run-unreadable"


def test_the_archive_has_what_letters_need_and_no_key_and_is_the_same_each_time(tmp_path: Path) -> None:
    runs.project(tmp_path, ["a"])
    for name in (
        "content/people/ada.yml", "content/letters/logo.png", "content/keys/ada.p12", "content/keys/ada.pem",
        "content/lists/all.csv", "content/.hidden/x.md", "templates/own/letterhead.toml", "notes/private.txt",
        "letterpress.toml", ".env",
    ):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    job = api.job(api.load(tmp_path / "content/letters/letter.md"))
    archive = project_archive.pack(job, tmp_path / "people.csv")
    assert zipfile.ZipFile(BytesIO(archive)).namelist() == [
        "content/letters/letter.md", "content/letters/logo.png", "content/people/ada.yml", "letterpress.toml",
        "templates/own/letterhead.toml",
    ]  # fmt: skip
    assert project_archive.pack(job, None) == archive
    for wrong in (archive[:-1] + b"x", archive + b"x"):
        with pytest.raises(LetterpressError, match="not the one"):
            project_archive.unpack(wrong, project_archive.digest(archive), tmp_path / "there")
        with pytest.raises(LetterpressError, match="not the one"):
            project_archive.unpack(wrong, project_archive.digest(wrong), tmp_path / "there")


def test_nothing_is_unpacked_outside_of_its_folder(tmp_path: Path) -> None:
    from letterpress.files import zip_stream

    for name in ("../x", "/x", "a/../../x"):
        buffer = BytesIO()
        with zip_stream.ZipStream(buffer) as stream:
            stream.add(name, b"x")
            stream.finish()
        archive = buffer.getvalue()
        with pytest.raises(LetterpressError, match="not the one"):
            project_archive.unpack(archive, project_archive.digest(archive), tmp_path / "there")
    assert list(tmp_path.iterdir()) == []


def test_letters_are_not_made_in_a_folder_that_others_may_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    home = tmp_path / f"letterpress-{os.geteuid()}"
    with Scratch() as scratch:
        assert scratch.folder.parent == home
    home.chmod(0o755)
    with Scratch() as scratch:
        assert scratch.folder.parent.parent == tmp_path
        assert scratch.folder.parent != home
        assert scratch.folder.parent.stat().st_mode & 0o077 == 0
