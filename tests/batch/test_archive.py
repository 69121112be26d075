"""`merge -o letters.zip`: all letters in one archive, or, while it is not finished, in a folder beside it."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.project import Project, Ran
from tests.support.runner import hear

pytestmark = pytest.mark.slow

FRONT = """\
letterhead: plain
lang: en-US
date: 2026-03-02
from: {name: Harbor Light Clinic, lines: [12 Quay Road, "Portland, ME 04101"], country: US}
salutation: Dear {{ to.name }}
closing: Sincerely
signatories: [{name: Jo Lind, title: Director}]
fields: {amount: {type: decimal, required: true}}
"""
UNFINISHED = "letters.zip.unfinished"


def people(number: int, wrong: int | None = None) -> str:
    rows = [f"Person {n},{n} Mill Lane,{n:05},Bangor,US,{'x' if n == wrong else n}" for n in range(1, number + 1)]
    return "Name,Street address,ZIP,City,Country,Amount\n" + "\n".join(rows) + "\n"


@pytest.fixture
def desk(project: Project) -> Project:
    project.letter("We owe you {{ fields.amount }}.\n", FRONT)
    project.write("people.csv", people(3))
    return project


def merge(project: Project, *options: str) -> Ran:
    command = ("merge", "content/letters/letter.md", "--data", "people.csv", "-o", "letters.zip", "--jobs", "0")
    return project.cli(*command, *options)


def test_an_archive_holds_the_letters_that_a_folder_would(desk: Project) -> None:
    ran = merge(desk, "--json")
    assert ran.code == 0, ran.err
    assert ran.json["summary"]["archive"] == "letters.zip"
    assert [Path(one["output"]) for one in ran.json["letters"]] == [
        Path(f"letters.zip/letter-0000{n}.pdf") for n in range(1, 4)
    ]
    with zipfile.ZipFile(desk.root / "letters.zip") as archive:
        assert archive.namelist() == [f"letter-0000{n}.pdf" for n in range(1, 4)]
        found = [hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()]
    assert found == [one["sha256"] for one in ran.json["letters"]]
    assert not (desk.root / UNFINISHED).exists()
    assert "3 pages in letters.zip" in ran.err
    first = (desk.root / "letters.zip").read_bytes()
    ran = merge(desk, "--combine", "all.pdf")
    assert "all.pdf: all in one" in ran.err
    assert (desk.root / "letters.zip").read_bytes() == first


def test_letters_that_failed_are_made_by_the_next_run_and_the_others_are_not(desk: Project) -> None:
    desk.write("people.csv", people(3, wrong=2))
    ran = merge(desk, "--name", "{to.postcode}/{record}")
    assert ran.code == 1
    assert f"letterpress runs {UNFINISHED} --failed-csv" in ran.err
    with zipfile.ZipFile(desk.root / "letters.zip") as archive:
        assert archive.namelist() == ["00001/1.pdf", "00003/3.pdf"]
    desk.write("people.csv", people(3))
    ran = merge(desk, "--name", "{to.postcode}/{record}", "--json")
    assert (ran.json["summary"]["done"], ran.json["summary"]["skipped"]) == (1, 2)
    with zipfile.ZipFile(desk.root / "letters.zip") as archive:
        assert archive.namelist() == ["00001/1.pdf", "00002/2.pdf", "00003/3.pdf"]
    assert not (desk.root / UNFINISHED).exists()


def test_what_others_have_put_into_the_folder_stays(desk: Project) -> None:
    desk.write("people.csv", people(2, wrong=2))
    merge(desk)
    desk.write(f"{UNFINISHED}/note.txt", "mine")
    desk.write("people.csv", people(2))
    assert merge(desk).code == 0
    assert [path.name for path in (desk.root / UNFINISHED).iterdir()] == ["note.txt"]


def test_no_archive_is_made_where_none_may_be(desk: Project) -> None:
    assert merge(desk, "--dry-run").code == 0
    assert not list(desk.root.glob("letters.zip*"))
    assert merge(desk, "--preview", "1").code == 2
    older = desk.write("letters.zip", "an older one")
    older.chmod(0o444)
    ran = merge(desk)
    assert ran.code == 1
    assert "letters.zip: is read-only" in ran.err
    assert not (desk.root / UNFINISHED).exists()
    older.unlink()
    (desk.root / "letters.zip").mkdir()
    assert merge(desk).code == 0  # a folder is a folder, whatever it is called
    assert (desk.root / "letters.zip/letter-00001.pdf").exists()


def test_a_run_that_is_killed_leaves_no_archive_and_goes_on(desk: Project) -> None:
    number = 30
    desk.write("people.csv", people(number))
    command = [sys.executable, "-m", "letterpress", "merge", "content/letters/letter.md", "--data", "people.csv"]
    process = subprocess.Popen(
        [*command, "-o", "letters.zip", "--jobs", "1", "--jsonl"],
        cwd=desk.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        preexec_fn=hear,
        process_group=0,
    )
    assert process.stdout is not None
    process.stdout.readline()
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert not (desk.root / "letters.zip").exists()
    ran = merge(desk, "--json")
    assert ran.code == 0, ran.err
    assert ran.json["summary"]["skipped"] >= 1
    with zipfile.ZipFile(desk.root / "letters.zip") as archive:
        assert len(archive.namelist()) == number
        assert archive.testzip() is None
    assert sorted(path.name for path in desk.root.glob("letters.zip*")) == ["letters.zip"]


def test_an_archive_that_cannot_be_written_loses_no_letter(desk: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from letterpress.files import zip_stream

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(zip_stream.ZipStream, "finish", full)
        ran = merge(desk)
    assert ran.code == 1
    assert "the disk is full" in ran.err
    assert not (desk.root / "letters.zip").exists()
    assert not list(desk.root.rglob("*.part"))
    assert len(list((desk.root / UNFINISHED).glob("*.pdf"))) == 3
    assert merge(desk, "--json").json["summary"]["skipped"] == 3
    assert (desk.root / "letters.zip").exists()
