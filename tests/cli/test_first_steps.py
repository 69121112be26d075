"""What people who are new to it type: each works, or says what to type instead."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from pathlib import Path

import pypdfium2
import pytest

from tests.support.project import FRONT, Project

LETTER = "content/letters/letter.md"
TEXT = f"---\n{FRONT}---\n\nHello.\n"


def archive(name: str, content: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        opened.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.docx", archive("word/document.xml", "<w/>"), "is a document of Word (.docx)"),
        ("a.odt", archive("mimetype", "application/vnd.oasis.opendocument.text"), "is a document of LibreOffice (.odt)"),
        ("a.md", b"%PDF-1.7\n", "is a PDF"),
        ("a.html", b"\n<!DOCTYPE html>\n<html>", "is a web page (HTML)"),
        ("a.rtf", b"{\\rtf1", "is a document in RTF"),
        ("a.txt", b"Dear Sir\n", "the first line is not '---'"),
        ("a.md", b"", "the file is empty"),
        ("a.md", TEXT.encode("utf-16-le"), "is in UTF-16, and not in UTF-8"),
        ("a.md", TEXT[4:].encode(), "the fields begin without a line '---' above them"),
        ("a.md", TEXT.replace("---\n\n", "----\n\n").encode(), "and not with '----'"),
        ("a.md", "\n".join(["—", *TEXT.split("\n")[1:]]).encode(), "the first line is '—', and not '---'"),
    ],
)  # fmt: skip
def test_files_that_are_no_letter(project: Project, name: str, data: bytes, words: str) -> None:
    project.write(name, data)
    ran = project.cli("render", name)
    assert ran.code in (1, 2)
    assert words in ran.err
    assert "hint: " in ran.err
    assert len(ran.err.splitlines()) == 1


def test_a_letter_that_lies_elsewhere(project: Project) -> None:
    project.write(LETTER, TEXT)
    for typed in ("letter.md", "letter", "lettr.md", "letters/letter.md"):
        assert f"did you mean '{LETTER}'?" in project.cli("render", typed).err, typed
    assert f"did you mean '{LETTER}'?" in project.cli("render", LETTER.removesuffix(".md")).err
    assert LETTER in project.cli("render", "content").err


@pytest.mark.parametrize("name", ["out/a.docx", "out/a.html", "out/a.PNG"])
def test_endings_of_other_formats(project: Project, name: str) -> None:
    project.write(LETTER, TEXT)
    ran = project.cli("render", LETTER, "-o", name)
    assert (ran.code, "letterpress writes PDF" in ran.err) == (2, True)
    assert not (project.root / name).exists()


def test_the_standard_input_is_a_letter(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from letterpress.cli import render

    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(TEXT.replace("Hello", "Typed here").encode())))
    render._stdin.cache_clear()
    assert project.cli("render", "-", "-o", "a.pdf").code == 0
    render._stdin.cache_clear()
    assert "Typed here" in pypdfium2.PdfDocument(project.root / "a.pdf")[0].get_textpage().get_text_bounded()


def test_pages_as_pictures_and_the_viewer(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = project.root / "seen"
    viewer = project.write("bin/xdg-open", f'#!/bin/sh\nprintf "%s\\n" "$@" > "{seen}"\nexit "${{ANSWER:-0}}"\n')
    viewer.chmod(viewer.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{viewer.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr("letterpress.processes.viewer.PROGRAMS", ("xdg-open",))
    project.write(LETTER, TEXT)
    project.write("out/a b-2.png", b"older")
    ran = project.cli("render", LETTER, "-o", "out/a b.pdf", "--png", "--dpi", "36", "--open")
    assert ran.code == 0, ran.err
    assert (project.root / "out/a b-1.png").read_bytes().startswith(b"\x89PNG")
    assert "a b-2.png: warning: is no page of this letter" in ran.err
    assert seen.read_text() == f"{(project.root / 'out/a b.pdf').resolve()}\n", "one argument, whole"
    monkeypatch.setenv("ANSWER", "3")
    failed = project.cli("render", LETTER, "--open")
    assert (failed.code, "could not be opened: xdg-open ended with 3" in failed.err) == (0, True)
    assert "--dpi goes with --png" in project.cli("render", LETTER, "--dpi", "36").err


def test_init_changes_nothing_that_is_there(project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = project.root / "Neue Briefe ä"
    folder.mkdir()
    (folder / ".gitignore").write_text("mine\n")
    monkeypatch.chdir(folder)
    assert project.cli("init").code == 0
    assert (folder / ".gitignore").read_text() == "mine\n"
    assert project.cli("render", "content/letters/first-letter.md").code == 0
    again = project.cli("init")
    assert (again.code, "has content/, letterpress.toml and templates/ already" in again.err) == (2, True)


def test_an_address_that_commas_cut(project: Project) -> None:
    front = TEXT.replace("---\n\n", "to: [Frau X, Firma Y, 80331 München]\n---\n\n")
    front = "\n".join(line for line in front.split("\n") if not line.startswith("to: {"))
    project.write(LETTER, front)
    ran = project.cli("render", LETTER)
    assert ran.err.count("nobody is called") == 1
    assert 'to: {name: "Frau X", lines: ["Firma Y", "80331 München"]}' in ran.err


def test_typographic_quotes(project: Project) -> None:
    project.write(LETTER, TEXT.replace("---\n\n", "postscript: “Soon”\n---\n\n"))
    ran = project.cli("check", LETTER)
    assert "postscript: warning: the quotes “ ” are printed" in ran.err


def test_missing_characters_by_script_and_a_link_that_leads_nowhere(project: Project) -> None:
    project.write(LETTER, TEXT.replace("Hello.", "ᚠᚢᚦ\n\nSee [x](#nowhere)."))
    runes = project.cli("render", LETTER).err
    assert runes.count("no font has") == 1
    assert "these 3 Runic letters: ᚠ ᚢ ᚦ" in runes
    project.write(LETTER, TEXT.replace("Hello.", "See [x](#nowhere)."))
    link = project.cli("render", LETTER).err
    assert "a link leads to '#nowhere'" in link
    assert "style.css" not in link
