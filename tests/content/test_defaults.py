"""What a project says once for all its letters, in `letterpress.toml`."""

from __future__ import annotations

import letterpress
from tests.support.project import Project, pdf_text

TOML = """\
letterhead = "din5008"
lang = "de-DE"
paper = "a4"
from = "firm"
signatories = [{name = "Jo Lind"}]
output = "post"

[parameters]
form = "a"
logo = "art/logo.svg"
"""
FIRM = "name: Firm GmbH\nlines: [Weg 1, 24103 Kiel]\ndesign: {rule: head, accent: '#0f4a56'}\n"
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><rect width="20" height="10"/></svg>'
FRONT = """\
to: {name: Ada Brook, lines: [Weg 2, 24103 Kiel]}
date: 2026-01-02
subject: Angebot
salutation: auto
closing: auto
"""


def _project(project: Project, toml: str = TOML) -> Project:
    project.write("letterpress.toml", toml)
    project.write("art/logo.svg", LOGO)
    project.write("content/organisations/firm.yml", FIRM)
    return project


def test_what_a_project_says_holds_for_its_letters(project: Project) -> None:
    _project(project)
    ran = project.render("Text.\n", FRONT)
    assert ran.code == 0, ran
    text = pdf_text(project.root / "post/letter.pdf")
    assert all(part in text for part in ("Firm GmbH", "2. Januar 2026", "Jo Lind"))
    letter = letterpress.load("content/letters/letter.md")
    assert (letter.letterhead, letter.lang, letter.paper) == ("din5008", "de-DE", "a4")
    assert letter.project_parameters == {"form": "a", "logo": "art/logo.svg"}


def test_letter_and_command_come_before_it(project: Project) -> None:
    _project(project)
    front = f"{FRONT}lang: en-GB\nsignatories: [{{name: Ben Falk}}]\nparameters: {{form: b}}\n"
    ran = project.render("Text.\n", front, "--letterhead", "plain", "-o", "out/letter.pdf")
    assert ran.code == 0, ran  # parameters of the letter and of the project that plain does not have are not for it
    assert project.render("Text.\n", front, "-o", "out/letter.pdf").code == 0
    text = pdf_text(project.pdf)
    assert all(part in text for part in ("Ben Falk", "2 January 2026"))
    assert "Jo Lind" not in text


def test_a_letter_in_another_letterhead_takes_the_parameters_that_it_has(project: Project) -> None:
    _project(project)
    ran = project.render("Text.\n", f"{FRONT}letterhead: plain\n")
    assert ran.code == 0, ran
    assert ran.faults == []


def test_merge_and_the_api_go_the_same_way(project: Project) -> None:
    _project(project)
    project.write("list.csv", "name,street,postcode,city\nAda,Weg 2,24103,Kiel\n")
    letter = project.letter("Text.\n", FRONT.replace("to: {name: Ada Brook, lines: [Weg 2, 24103 Kiel]}\n", ""))
    ran = project.cli("merge", "--jobs", "0", letter, "--data", "list.csv", "--json")
    assert ran.code == 0, ran
    made = next((project.root / "post/letter").glob("*.pdf"))
    assert "Firm GmbH" in pdf_text(made)
    rows = [{"name": "Ada", "street": "Weg 2", "postcode": "24103", "city": "Kiel"}]
    (result,) = letterpress.merge(letter, rows)
    assert result.pdf is not None, result.diagnostics
    assert pdf_text(result.pdf) == pdf_text(made)
    project.write("letterpress.toml", TOML.replace('form = "a"', 'form = "b"'))
    again = project.cli("merge", "--jobs", "0", letter, "--data", "list.csv", "--json")
    assert again.json["letters"][0]["status"] == "done"  # and not skipped: another default makes another letter


def test_config_shows_each_value_and_who_says_it(project: Project) -> None:
    _project(project)
    found = {value["name"]: value for value in project.cli("config", "--json").json["values"]}
    assert found["lang"] == {"name": "lang", "value": "de-DE", "file": "letterpress.toml", "line": 2}
    assert found["parameters.form"]["line"] == 9
    assert found["parameters.rule"]["file"] == "content/organisations/firm.yml"
    assert found["output"]["value"] == "post"
    letter = project.letter("Text.\n", f"{FRONT}lang: en-GB\n")
    lines = project.cli("config", letter).out.splitlines()
    assert ["lang", "en-GB", f"{letter}:7"] in [line.split() for line in lines]
    assert ["letterhead", "din5008", "letterpress.toml:1"] in [line.split() for line in lines]
    (project.root / "letterpress.toml").unlink()
    ran = project.cli("config")
    assert ran.code == 0
    assert "letterpress.toml" in ran.err
    assert ["lang", "en-US", "letterpress"] in [line.split() for line in ran.out.splitlines()]


def test_faults_of_the_file_are_named_and_mended(project: Project) -> None:
    toml = TOML.replace("lang =", "langg =").replace("form =", "fom =").replace('"firm"', '"frm"')
    _project(project, f"subject = 'Hi'\n{toml}")
    letter = project.letter("Text.\n", FRONT)
    expected = {
        ("field-unknown", "subject", 1),
        ("field-unknown", "langg", 3),
        ("person-unknown", "from", 5),
        ("parameter-unknown", "parameters.fom", 10),
    }
    for path in (letter, "letterpress.toml"):
        ran = project.cli("check", path, "--json")
        assert ran.code == 1
        assert {(fault["code"], fault["field"], fault["line"]) for fault in ran.faults} == expected, path
        assert {fault["file"] for fault in ran.faults} == {"letterpress.toml"}
    subject = next(fault for fault in ran.faults if fault["field"] == "subject")
    assert "is a field of a letter" in subject["message"]
    assert not subject["fixes"]
    project.cli("check", letter, "--fix")
    mended = project.root.joinpath("letterpress.toml").read_text()
    assert all(part in mended for part in ("\nlang =", "\nform =", '"firm"'))
    broken = _project(project, "lang = \n").cli("render", letter, "--json")
    assert [fault["code"] for fault in broken.faults] == ["toml-invalid"]
