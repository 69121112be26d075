"""The format of a project's files: who writes it, what becomes of older and newer ones, and options with a new name."""

from __future__ import annotations

import json
import re
import tomllib

import pytest

from letterpress.cli import app, deprecated
from letterpress.schema.format import FORMAT
from tests.support.project import FRONT, ROOT, Project

HEAD = "templates/ours/letterhead.toml"


def test_a_new_project_is_of_the_newest_format(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert project.cli("new", "ours").code == 0
    monkeypatch.chdir(project.root / "ours")
    files = ("letterpress.toml", "templates/own/letterhead.toml")
    for file in files:
        assert tomllib.loads((project.root / "ours" / file).read_text())["format"] == FORMAT
    assert project.cli("check", "letterpress.toml").code == 0
    ran = project.cli("upgrade", "--json").json
    assert (ran["files"], ran["written"], ran["diagnostics"]) == ([], False, [])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('extends = "plain"\n', 'format = 1\nextends = "plain"\n'),
        ('# Ours.\n#\n\nextends = "plain"\n', '# Ours.\n#\nformat = 1\n\nextends = "plain"\n'),
        ("# Ours.\r\n[parameters.fit]\r\n", "# Ours.\r\nformat = 1\r\n[parameters.fit]\r\n"),
        ("# Ours.", "# Ours.\nformat = 1\n"),
        ("", "format = 1\n"),
        ('extends = "plain"\nformat = 0 # none\n', 'extends = "plain"\nformat = 1\n'),
    ],
)
def test_an_older_file_is_brought_up_and_else_stays_as_it_is(project: Project, before: str, after: str) -> None:
    project.letterhead("ours", toml=before)
    project.write("letterpress.toml", "format = 1\n")
    tried = project.cli("upgrade", "--dry-run", "--json").json
    assert (project.root / HEAD).read_bytes().decode() == before
    ran = project.cli("upgrade", "--json")
    assert (ran.code, ran.json) == (0, {**tried, "written": True})
    assert [(file["file"], file["from"]) for file in tried["files"]] == [(HEAD, 0)]
    assert (project.root / HEAD).read_bytes().decode() == after
    assert "nothing to upgrade" in project.cli("upgrade").err


def test_a_project_without_its_file_gets_one_and_letters_stay(project: Project) -> None:
    letter = project.letter()
    assert project.cli("render", letter, "-o", "before.pdf").code == 0
    said = project.cli("upgrade")
    assert (said.code, "1 file brought up to format 1" in said.err) == (0, True)
    assert "+++ letterpress.toml\n@@ -0,0 +1,2 @@\n+# What holds" in said.out
    assert project.cli("render", letter, "-o", "after.pdf").code == 0
    assert (project.root / "before.pdf").read_bytes() == (project.root / "after.pdf").read_bytes()


def test_a_newer_file_is_an_error_that_says_so_and_is_left_alone(project: Project) -> None:
    project.letterhead("ours", toml='# Ours.\nformat = 2\nextends = "plain"\nunheard = "of"\n')
    front = "letterhead: ours\ndate: 2026-01-15\nto: {name: Ada}\n"
    fault = project.fault("Text.\n", front)
    assert (fault["code"], fault["file"], fault["value"], fault["params"]) == ("format-newer", HEAD, 2, {"known": 1})
    ran = project.cli("upgrade", "--json")
    assert (ran.code, [(one["code"], one["line"]) for one in ran.faults]) == (1, [("format-newer", 2)])
    assert "format = 2" in (project.root / HEAD).read_text()
    project.write("letterpress.toml", 'format = 7\nunheard = "of"\n')
    (fault,) = project.cli("check", "letterpress.toml", "--json").json["diagnostics"]
    assert (fault["code"], fault["line"]) == ("format-newer", 1)


def test_what_cannot_be_brought_up_is_said_and_the_others_are(project: Project) -> None:
    project.letterhead("broken", toml="extends =\n")
    project.letterhead("ours")
    ran = project.cli("upgrade", "--json")
    assert (ran.code, [one["code"] for one in ran.faults]) == (1, ["toml-invalid"])
    assert [one["file"] for one in ran.json["files"]] == [HEAD, "letterpress.toml"]
    said = project.cli("upgrade", "--dry-run")
    assert (said.code, "1 file left as it is" in said.err, "nothing" in said.err) == (1, True, False)


def test_one_file_is_brought_up_alone(project: Project) -> None:
    project.letterhead("ours")
    project.letterhead("others")
    assert [one["file"] for one in project.cli("upgrade", HEAD, "--json").json["files"]] == [HEAD]
    assert tomllib.loads((project.root / HEAD).read_text())["format"] == FORMAT
    assert "format" not in (project.root / HEAD.replace("ours", "others")).read_text()
    ran = project.cli("upgrade", project.letter(), "--json")
    assert (ran.code, ran.faults[0]["message"]) == (2, "has no format that could be an older one")


def test_the_schemas_for_editors_are_brought_up_where_they_are_ours(project: Project) -> None:
    assert project.cli("new", "ours").code == 0
    files = [project.root / "ours/content" / f"{kind}.schema.json" for kind in ("letter", "person")]
    now = [file.read_text() for file in files]
    for file in files:
        older = json.loads(file.read_text())
        older["properties"].popitem()
        file.write_text("\ufeff" + json.dumps(older), encoding="utf-8")
    tried = project.cli("upgrade", "ours", "--dry-run")
    lines = now[0].count("\n")
    assert tried.out.splitlines()[0] == f"ours/content/letter.schema.json: schema: {lines:,} lines new, 1 gone"
    assert len(tried.out.splitlines()) == 2
    ran = project.cli("upgrade", "ours", "--json")
    assert [one["file"] for one in ran.json["files"]] == [f"ours/content/{file.name}" for file in files]
    assert ran.json["files"][0]["diff"].count("\n+") > 1000, "a program gets the whole diff"
    assert [file.read_text(encoding="utf-8-sig") for file in files] == now
    files[0].write_text('{"title": "Somebody else\'s"}')
    assert project.cli("upgrade", "ours", "--json").json["files"] == []


def test_a_byte_order_mark_is_read_over_in_every_toml_file(project: Project) -> None:
    mark = b"\xef\xbb\xbf"
    project.letterhead("ours", toml=f'\ufeffformat = {FORMAT}\nextends = "plain"\n')
    project.write("letterpress.toml", mark + f'format = {FORMAT}\nletterhead = "ours"\n'.encode())
    assert project.cli("upgrade", "--json").json["files"] == []
    assert project.press(front=FRONT.replace("letterhead: plain\n", "")).pdf is not None
    project.write(HEAD, mark + b'extends = "plain"\n')
    assert project.cli("upgrade", HEAD).code == 0
    assert (project.root / HEAD).read_bytes().startswith(mark + b"format = 1")
    project.write("carriers/own.toml", mark + b'title = "Own"\n')
    assert "not TOML" not in project.cli("carriers", "own").err


def test_where_there_is_no_project_nothing_is_made(project: Project) -> None:
    ran = project.cli("upgrade", "/", "--json")
    assert (ran.code, ran.faults[0]["code"]) == (2, "project-missing")


# --- options with a new name ------------------------------------------------------------------------------------------


def test_an_older_name_works_and_says_until_when(project: Project) -> None:
    letter = project.letter()
    project.write("list.csv", "name\nAda\n")
    ran = project.cli("merge", "--jobs", "0", letter, "--data", "list.csv", "--sheet=A", "--dry-run", "--json")
    now = project.cli("merge", "--jobs", "0", letter, "--data", "list.csv", "--data-sheet", "A", "--dry-run", "--json")
    assert ran.code == now.code
    (warning,) = [fault for fault in ran.json["diagnostics"] if fault["code"] == "deprecated"]
    assert (warning["severity"], warning["field"], warning["params"]) == (
        "warning", "--sheet", {"now": "--data-sheet", "until": "2.0"},
    )  # fmt: skip
    assert ran.json["summary"]["deprecated"] == 1
    assert "--sheet: warning: the option has a new name, --data-sheet" in ran.err
    assert "deprecated" not in now.out + now.err


def test_each_older_name_is_declared_and_documented() -> None:
    text = (ROOT / "docs/stability.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"`(\w+) (--[\w-]+)`", text.rpartition("| what |")[2]))
    assert listed == {(command, name) for command, names in deprecated.OPTIONS.items() for name in names}
    for name, renamed in deprecated.OPTIONS.items():
        command = app.get_command(None, name)  # type: ignore[arg-type]
        assert command is not None
        for older, now in renamed.items():
            assert [option for option in command.params if {older, now.now} <= set(option.opts)], (name, older)
