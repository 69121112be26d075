"""`letterpress plan`, `shard` and `merge --on`: a run on many machines, from the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from letterpress.cli import sharded
from tests.shards import runs
from tests.support.project import Project

LETTER = "content/letters/letter.md"


@pytest.fixture
def people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Five records, one of which has nobody's name."""
    monkeypatch.chdir(tmp_path)
    for name in sharded._INDEXES:
        monkeypatch.delenv(name, raising=False)
    runs.project(tmp_path, ["a", "b", "c", "d", "e"], names=["Ada", "Sam", "", "Mia", "Tom"])
    return Project(tmp_path)


def test_a_run_is_planned_made_by_index_and_finished_by_merge(people: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = people.cli("plan", LETTER, "--data", "people.csv", "-o", "out/run", "--shard-size", "2", "--json")
    assert ran.code == 0, ran
    assert (ran.json["run"]["letters"], ran.json["run"]["shards"], ran.json["run"]["folder"]) == (5, 3, "out/run")
    assert people.cli("shard", "out/run", "--jobs", "0").code == 2
    assert people.cli("shard", "out/run", "--jobs", "0", "--index", "3").code == 2
    monkeypatch.setenv("AWS_BATCH_JOB_ARRAY_INDEX", "1")
    ran = people.cli("shard", "out/run", "--jobs", "0", "--json")
    assert ran.code == 0, ran
    assert {key: ran.json[key] for key in ("shard", "done", "failed")} == {"shard": 1, "done": 1, "failed": 1}
    monkeypatch.setenv("JOB_COMPLETION_INDEX", "0")
    assert people.cli("shard", "out/run", "--jobs", "0", "--json").json["shard"] == 0
    told = people.cli("runs", "out/run", "--json").json["runs"][0]
    assert (told["state"], told["made"], told["done"], told["failed"], told["pending"]) == ("unfinished", 2, 3, 1, 1)

    merge = (
        "merge",
        LETTER,
        "--data",
        "people.csv",
        "-o",
        "out/run",
        "--shard-size",
        "2",
        "--on",
        "local",
        "--jobs",
        "0",
    )
    ran = people.cli(*merge, "--json", "--report", "report.csv")
    assert ran.code == 1, ran
    summary = ran.json["summary"]
    assert {key: summary[key] for key in ("letters", "done", "failed", "pending", "state")} == {
        "letters": 5, "done": 4, "failed": 1, "pending": 0, "state": "failed",
    }  # fmt: skip
    letters = ran.json["letters"]
    assert [one["status"] for one in letters] == ["done", "done", "failed", "done", "done"]
    assert letters[0]["output"].startswith("out/run/shards/000000.")
    assert letters[0]["output"].endswith(".zip#letter-00001.pdf")
    assert letters[0]["claims"] == ["PDF/A-3a", "PDF/UA-1"]
    with open("report.csv", encoding="utf-8-sig", newline="") as file:
        assert [(row["record"], row["row"], row["severity"]) for row in csv.DictReader(file)] == [("3", "4", "error")]

    assert people.cli("runs", "out/run", "--failed-csv", "mend.csv", "--sweep").code == 0
    with open("mend.csv", encoding="utf-8-sig", newline="") as file:
        assert [(row["street"], row["letterpress:row"]) for row in csv.DictReader(file)] == [("3 Quay Road", "4")]
    ran = people.cli("runs", "out/run", "--failures")
    assert "record 3" in ran.err
    again = people.cli(*merge, "--json")
    assert again.code == 1
    assert again.json["letters"] == letters
    assert {**again.json["summary"], "seconds": 0} == {**summary, "seconds": 0}
    other = people.cli(*merge[:4], *merge[4:6], "--on", "local", "--shard-size", "3")
    assert other.code == 1
    assert "another run was planned here" in other.err


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--on", "dask"), 2, "makes no shards"),
        (("--on", "local", "--combine", "all.pdf"), 2, "--combine"),
        (("--on", "local", "--dry-run"), 2, "--dry-run"),
        (("--on", "local", "--eml"), 2, "--eml"),
        (("--on", "local", "-o", "all.zip"), 2, "-o FILE.zip"),
        (("--shard-size", "5"), 2, "--shard-size goes with --on"),
        (("--pack", "files"), 2, "--pack goes with --on"),
    ],
)
def test_options_that_mean_nothing_there_are_refused(
    people: Project, options: tuple[str, ...], code: int, said: str
) -> None:
    ran = people.cli("merge", LETTER, "--data", "people.csv", *options)
    assert (ran.code, said in ran.err) == (code, True), ran
    assert not Path("out").exists()


def test_a_sweep_is_for_runs_on_many_machines(people: Project) -> None:
    ran = people.cli("runs", "out", "--sweep", "--json")
    assert ran.code == 2
    assert json.loads(ran.out)["diagnostics"][0]["code"] == "option-useless"


def test_runs_of_one_machine_and_of_many_do_not_share_a_folder(project: Project) -> None:
    letter = project.letter(front="letterhead: plain\ndate: 2026-01-15\n")
    project.write("list.csv", "name,city\nAda,Bangor\n")
    given = [letter, "--data", "list.csv", "--jobs", "0"]
    assert project.cli("merge", *given, "-o", "one").code == 0
    for command in (["merge", *given, "--on", "local"], ["plan", *given[:3]]):
        ran = project.cli(*command, "-o", "one", "--json")
        assert (ran.code, ran.faults[-1]["code"]) == (2, "run-other"), ran.err
    assert project.cli("merge", *given, "--on", "local", "-o", "many").code == 0
    ran = project.cli("merge", *given, "-o", "many", "--json")
    assert (ran.code, ran.faults[-1]["code"]) == (2, "run-other")
