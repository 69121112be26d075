"""An output never replaces what the same command reads, nor another of its outputs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.project import FRONT, LETTER, Project, Ran, png

TO_ALL = "".join(line for line in FRONT.splitlines(keepends=True) if not line.startswith(("to:", "salutation:")))


def snapshot(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def refused(project: Project, *command: str | Path) -> Ran:
    """The command ends with 2 and has touched nothing."""
    before = snapshot(project.root)
    ran = project.cli(*command, "--json")
    assert ran.code == 2, ran
    assert snapshot(project.root) == before
    return ran


_EITHER = {"output-is-input", "output-unsuitable"}
"""A file that is no PDF by its name is refused for that already."""


def is_input(project: Project, *command: str | Path) -> None:
    ran = refused(project, *command)
    faults = ran.faults
    codes = {"output-is-input"} if str(command[-1]).endswith(".pdf") or "--report" in command else _EITHER
    assert {fault["code"] for fault in faults} <= codes
    assert all(fault["field"].startswith("--") and fault["hint"] for fault in faults)


@pytest.fixture
def office(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A letter made of many files, a list, and a key."""
    from letterpress.signing.keys import test_identity

    monkeypatch.setenv("LETTERPRESS_PASSPHRASE", "x")
    test_identity.new_identity("Jo Lind", project.root / "jo.p12", "x")
    project.letterhead("mine", css="p { margin-bottom: 2mm }\n")
    project.write("content/people/jo-lind.yml", "name: Jo Lind\ntitle: Director\n")
    project.write("content/letters/drawing.png", png())
    front = TO_ALL.replace("letterhead: plain", "letterhead: mine").replace(
        "{name: Jo Lind, title: Director}", "jo-lind"
    )
    project.letter("![A drawing](drawing.png)\n", front + "to: {name: Ada Brook, lines: [4 Mill Lane]}\n")
    return project


def test_render_never_replaces_what_it_reads(office: Project) -> None:
    (office.root / "link.pdf").symlink_to(LETTER)
    os.link(office.root / LETTER, office.root / "same.pdf")
    for target in (
        LETTER,
        f"./content/../{LETTER}",
        office.root / LETTER,
        "link.pdf",
        "same.pdf",
        "content/people/jo-lind.yml",
        "content/letters/drawing.png",
        "templates/mine/style.css",
        "templates/mine/letterhead.toml",
    ):
        is_input(office, "render", LETTER, "-o", target)
    is_input(office, "render", LETTER, "-o", "jo.p12", "--sign", "Jo Lind=jo.p12")
    assert office.cli("render", LETTER, "-o", "letter.pdf").code == 0
    assert office.cli("render", LETTER, "-o", "letter.pdf").code == 0


def test_render_never_replaces_an_enclosure(office: Project) -> None:
    office.cli("render", LETTER, "-o", "content/letters/annex.pdf")
    path = office.letter(front=FRONT + "enclosures: [{file: annex.pdf}]\n", path="content/letters/cover.md")
    is_input(office, "render", path, "-o", "content/letters/annex.pdf")


def test_merge_never_replaces_what_it_reads(office: Project) -> None:
    office.letter(front=TO_ALL)
    office.write("list.csv", "name,street,city\nAda,1 Mill Lane,Bangor\n")
    command = ["merge", LETTER, "--data", "list.csv", "-o", "out", "--jobs", "0"]
    for option in ("--report", "--combine"):
        for target in ("list.csv", LETTER, "./list.csv"):
            is_input(office, *command, option, target)
    office.letter(
        "![A drawing](drawing.png)\n",
        TO_ALL.replace("plain", "mine").replace("{name: Jo Lind, title: Director}", "jo-lind"),
    )
    for target in ("content/letters/drawing.png", "content/people/jo-lind.yml", "templates/mine/style.css"):
        is_input(office, *command, "--combine", target)
    ran = refused(office, *command, "--report", "both.pdf", "--combine", "both.pdf")
    assert "is what --combine writes as well" in ran.faults[0]["message"]
    ran = refused(office, *command, "--report", "out/.letterpress/journal.sqlite3")
    assert "for a run's own records" in ran.faults[0]["message"]
    for option in ("--combine", "--report"):
        for target in ("out/letter-00001.pdf", "out/LETTER-00001.pdf", "./out/../out/letter-00001.pdf"):
            ran = refused(office, *command, option, target)
            assert (ran.faults[0]["field"], ran.faults[0]["message"]) == (option, "is the letter of record 1")
    assert not (office.root / "out").exists()


def test_letters_of_a_merge_never_replace_an_enclosure_of_any_record(office: Project) -> None:
    office.cli("render", LETTER, "-o", "content/letters/a.pdf")
    office.cli("render", LETTER, "-o", "content/letters/b.pdf")
    fields = "fields: {annex: text}\nenclosures: [{file: a.pdf}, {file: '{{ fields.annex }}.pdf'}]\n"
    office.letter(front=TO_ALL + fields)
    office.write("list.csv", "name,street,city,annex,file\nAda,1 Mill Lane,X,b,c\nBen,2 Mill Lane,X,b,b\n")
    command = ["merge", LETTER, "--data", "list.csv", "-o", "content/letters", "--jobs", "0", "--map", "file=ignore"]
    is_input(office, *command, "--name", "{file}")  # of record 2 both a letter and an enclosure of record 1
    is_input(office, *command, "--name", "{file}", "--dry-run")
    office.write("list.csv", "name,street,city,annex,file\nAda,1 Mill Lane,X,b,a\n")
    is_input(office, *command, "--name", "{file}")


def test_variants_never_replace_what_they_read(office: Project) -> None:
    office.letter(front=FRONT + "variants: {paper: [a4]}\n")
    office.write("list.csv", "name\nAda\n")
    # Its ending must be .pdf or .png: only a link can lead to what is read.
    for target in (LETTER, "list.csv"):
        (office.root / "sheet.pdf").unlink(missing_ok=True)
        (office.root / "sheet.pdf").symlink_to(target)
        is_input(office, "variants", LETTER, "--data", "list.csv", "--sheet", "sheet.pdf")
    (office.root / "sheet.pdf").unlink()
    (office.root / "out").mkdir()
    (office.root / "out/letter.pdf").symlink_to("../" + LETTER)
    is_input(office, "variants", LETTER)
    (office.root / "out/letter.pdf").unlink()
    ran = refused(office, "variants", LETTER, "--sheet", "out/letter.pdf")
    assert "is what --output writes as well" in ran.faults[0]["message"]


def test_sign_never_replaces_what_it_reads(office: Project) -> None:
    office.letter(front=FRONT.replace("title: Director", "title: Director, sign: digital"))
    office.cli("render", LETTER, "-o", "letter.pdf")
    command = ["sign", "letter.pdf", "--as", "Jo Lind", "--key", "jo.p12"]
    is_input(office, *command, "-o", "jo.p12")
    is_input(office, *command, "--trust", "test-ca/ca.pem", "-o", "test-ca/ca.pem")
    assert office.cli(*command, "-o", "letter.pdf").code == 0  # in place, said aloud


# --- pipes and descriptors, as a shell gives them ---------------------------------------------------------------------


def shell(project: Project, command: str) -> subprocess.CompletedProcess[bytes]:
    program = f"{sys.executable} -m letterpress"
    return subprocess.run(
        ["bash", "-c", command.replace("letterpress", program)], cwd=project.root, capture_output=True, timeout=120
    )


def test_a_letter_goes_through_the_shells_pipes(office: Project) -> None:
    ran = shell(office, f"letterpress render {LETTER} -o /dev/stdout | cat > one.pdf")
    assert not ran.stdout
    ran = shell(office, f"letterpress render {LETTER} -o >(cat > two.pdf); wait $!")
    assert ran.returncode == 0, ran.stderr
    expected = (office.root / "one.pdf").read_bytes()
    assert expected.startswith(b"%PDF-")
    assert (office.root / "two.pdf").read_bytes() == expected
    ran = shell(office, f"echo before > log; letterpress render {LETTER} -o /dev/fd/3 3>> log")
    assert (office.root / "log").read_bytes() == b"before\n" + expected


def test_a_pdf_and_json_do_not_share_stdout(office: Project) -> None:
    for target in ("-", "/dev/stdout", "/dev/fd/1"):
        ran = refused(office, "render", LETTER, "-o", target)
        assert "stdout" in ran.faults[0]["message"]
    office.write("list.csv", "name\nAda\n")
    for option in ("--report", "--combine"):
        ran = refused(office, "merge", LETTER, "--data", "list.csv", option, "/dev/stdout")
        assert (ran.faults[0]["field"], ran.faults[0]["message"]) == (
            option,
            "a file and JSON cannot both go to stdout",
        )
