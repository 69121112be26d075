"""Attachments: files in a letter's PDF as files, with their relationship, and nothing that the letter does not name."""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path
from typing import Any

import pikepdf
import pytest

import letterpress
from tests.support import verapdf
from tests.support.project import FRONT, LETTER, Project

CSV = b"tide;metres\n1;2,5\n"
ATTACHED = """\
attachments:
  - figures.csv
  - {file: "{{ fields.readings }}", title: 'Ablesungen für {{ to.name }}', relationship: data}
fields:
  readings: {default: ""}
"""
OPEN: list[pikepdf.Pdf] = []
"""An object of a file is gone when the file is."""


@pytest.fixture
def attached(project: Project) -> Project:
    project.write("content/letters/figures.csv", CSV)
    project.write("content/letters/Straße.xml", "<a/>")
    project.letter(front=FRONT + ATTACHED)
    return project


def specs(pdf: bytes | Path) -> list[Any]:
    """The files that the catalog names, each of which the name tree has too."""
    opened = pikepdf.open(io.BytesIO(pdf) if isinstance(pdf, bytes) else pdf)
    OPEN.append(opened)
    listed = list(opened.Root.get("/AF", []))
    if listed:
        names = list(opened.Root.Names.EmbeddedFiles.Names)
        assert names[::2] == sorted(names[::2], key=bytes)
        assert {one.objgen for one in names[1::2]} == {one.objgen for one in listed}
    assert len(opened.attachments) == len(listed)
    return listed


def made(project: Project, **fields: str) -> bytes:
    result = letterpress.render(project.root / LETTER, fields=fields)
    assert result.pdf is not None, result.diagnostics
    assert not result.diagnostics
    assert result.claims == ("PDF/A-3a", "PDF/UA-1")
    return result.pdf


def test_a_file_is_in_the_letter_as_it_is_with_what_a_viewer_shows(attached: Project) -> None:
    pdf = made(attached, readings="Straße.xml")
    first, second = specs(pdf)
    assert [str(first[key]) for key in ("/F", "/UF", "/AFRelationship")] == [
        "figures.csv",
        "figures.csv",
        "/Unspecified",
    ]
    assert "/Desc" not in first
    stream = first.EF.F
    assert stream.read_bytes() == CSV
    assert str(stream.Subtype) == "/text/csv"
    assert (int(stream.Params.Size), bytes(stream.Params.CheckSum)) == (len(CSV), hashlib.md5(CSV).digest())
    assert str(stream.Params.ModDate) == "D:20260115"
    assert (str(second.UF), str(second.Desc)) == ("Straße.xml", "Ablesungen für Dr. Ada Brook")
    assert (str(second.AFRelationship), str(second.EF.F.Subtype)) == ("/Data", "/text/xml")


def test_the_letter_is_still_archived_and_accessible(attached: Project) -> None:
    verapdf.require()
    assert verapdf.validate(made(attached, readings="Straße.xml")) == []


def test_the_same_files_give_the_same_bytes_whenever_they_were_written(attached: Project) -> None:
    before = made(attached)
    os.utime(attached.root / "content/letters/figures.csv", (1, 1))
    assert made(attached) == before
    attached.write("content/letters/figures.csv", CSV + b"2;2,4\n")
    assert made(attached) != before


def test_a_file_without_a_name_is_left_out(attached: Project) -> None:
    assert [str(one.UF) for one in specs(made(attached))] == ["figures.csv"]


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("../../secret.txt", "file-outside"),
        ("/etc/hostname", "file-outside"),
        ("link.csv", "file-outside"),
        ("figurs.csv", "file-missing"),
        ("../letters", "file-unreadable"),
        ("../letters/./FIGURES.csv", "attachment-twice"),
    ],
)
def test_only_a_file_of_the_project_is_attached(attached: Project, file: str, code: str) -> None:
    attached.write("secret.txt", "no")
    attached.write("content/letters/FIGURES.csv", "other")
    (attached.root / "content/letters/link.csv").symlink_to(attached.root / "secret.txt")
    result = letterpress.render(attached.root / LETTER, fields={"readings": file})
    assert result.pdf is None
    [fault] = result.diagnostics
    assert (fault.code, fault.field) == (code, "attachments.2.file")
    assert fault.line is not None


def test_check_finds_a_file_that_is_missing(attached: Project) -> None:
    (attached.root / "content/letters/figures.csv").unlink()
    ran = attached.cli("check", LETTER, "--json")
    assert ran.code == 1
    assert [(fault["code"], fault["field"]) for fault in ran.faults] == [("file-missing", "attachments.1.file")]


@pytest.mark.parametrize(
    ("written", "code"),
    [("[{title: A}]", "field-missing"), ("[{file: figures.csv, relationship: x}]", "choice-unknown")],
)
def test_what_an_attachment_may_say_is_checked(attached: Project, written: str, code: str) -> None:
    attached.letter(front=f"{FRONT}attachments: {written}\n")
    assert [fault["code"] for fault in attached.cli("check", LETTER, "--json").faults] == [code]


def test_a_press_copy_names_the_attachments_that_it_leaves_out(attached: Project) -> None:
    result = letterpress.render(attached.root / LETTER, profile="press")
    assert result.pdf is not None
    assert specs(result.pdf) == []
    [fault] = result.diagnostics
    assert (fault.code, fault.severity) == ("attachments-left-out", "warning")
    assert "figures.csv" in fault.message
    assert "attachments" not in result.as_json()


def test_a_list_attaches_by_record_and_the_combined_file_has_none(attached: Project) -> None:
    attached.write("content/letters/two.xml", "<two/>")
    attached.write("list.csv", "name,readings\nAda,two.xml\nBo,Straße.xml\n")
    order = ("merge", "--jobs", "0", LETTER, "--data", "list.csv", "-o", "out", "--combine", "all.pdf", "--json")
    ran = attached.cli(*order)
    assert ran.code == 0, ran.err
    [said] = [fault for fault in ran.faults if fault["code"] == "attachments-combined"]
    assert (said["severity"], said["params"]) == ("note", {"attached": 2})
    assert specs(attached.root / "all.pdf") == []
    letters = sorted((attached.root / "out").glob("*.pdf"))
    assert [[str(one.UF) for one in specs(letter)] for letter in letters] == [
        ["figures.csv", "two.xml"],
        ["figures.csv", "Straße.xml"],
    ]
    figures = {"file": "figures.csv", "relationship": "unspecified", "sha256": hashlib.sha256(CSV).hexdigest()}
    two = {"file": "two.xml", "relationship": "data", "sha256": hashlib.sha256(b"<two/>").hexdigest()}
    assert ran.json["letters"][0]["attachments"] == [figures, two]
    attached.write("content/letters/two.xml", "<other/>")
    again = [letter["status"] for letter in attached.cli(*order).json["letters"]]
    assert again == ["done", "skipped"]  # a changed file makes its letter anew
