"""`letterpress check --fix`: what has exactly one answer is mended, in the files as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.project import FRONT, LETTER, Project

WRONG = FRONT.replace("titel", "title").replace("title: Director", "titel: Director") + "subjekt: X\n"


def test_the_diff_is_printed_and_written_and_what_remains_is_said(project: Project) -> None:
    path = project.letter("One {{ to.nme }}.\n\n[^2]\n", WRONG)
    ran = project.cli("check", path, "--fix")
    assert ran.out == (
        f"--- {path}\n"
        f"+++ {path}\n"
        "@@ -6,10 +6,10 @@\n"
        ' to: {name: Dr. Ada Brook, lines: [4 Mill Lane, "Bangor, ME 04401"]}\n'
        " salutation: Dear Dr. Brook\n"
        " closing: Sincerely\n"
        "-signatories: [{name: Jo Lind, titel: Director}]\n"
        "-subjekt: X\n"
        "+signatories: [{name: Jo Lind, title: Director}]\n"
        "+subject: X\n"
        " ---\n"
        " \n"
        "-One {{ to.nme }}.\n"
        "+One {{ to.name }}.\n"
        " \n"
        " [^2]\n"
    )
    assert ran.code == 1
    assert ran.err == (
        f"{path}:15: there is no footnote '2'. hint: add a line '[^2]: ...' below the text\n"
        "1 checked, 3 mended, 1 to mend\n"
    )
    project.write(path, Path(path).read_text().replace("[^2]", "Two."))
    ran = project.cli("check", path, "--fix")
    assert (ran.code, ran.out, ran.err) == (0, "", "1 checked, 0 mended, nothing found\n")


def test_a_dry_run_shows_the_same_and_writes_nothing(project: Project) -> None:
    path = project.letter(front=WRONG)
    before = Path(path).read_bytes()
    tried = project.cli("check", path, "--fix", "--dry-run")
    assert Path(path).read_bytes() == before
    assert tried.code == 1
    assert "1 checked, 2 can be mended, 2 to mend" in tried.err
    assert project.cli("check", path, "--fix").out == tried.out
    assert Path(path).read_bytes() != before


def test_a_dry_run_of_nothing_is_wrong_usage(project: Project) -> None:
    assert project.cli("check", project.letter(), "--dry-run").code == 2


def test_the_json_document_holds_the_diff_and_what_was_mended(project: Project) -> None:
    document = project.cli("check", project.letter(front=WRONG), "--fix", "--json").json
    assert document["diff"].startswith(f"--- {LETTER}\n+++ {LETTER}\n@@ ")
    assert [fault["code"] for fault in document["mended"]] == ["field-unknown", "field-unknown"]
    assert document["diagnostics"] == []
    assert document["summary"] == {"checked": 1, "errors": 0, "warnings": 0, "mended": 2}


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_byte_order_mark_line_ends_and_mode_stay(project: Project, newline: str, mark: str) -> None:
    text = f"---\n{WRONG}to: {{name: X}}\n---\n\nGrüße {{{{ to.nme }}}}\u2028und {{{{ to.nme }}}}"
    text = text.replace("closing: Sincerely", "closing: Sincerely\nclosing: Sincerely").replace("to: {name: X}\n", "")
    file = project.write(LETTER, mark + text.replace("\n", newline))
    file.chmod(0o640)
    project.cli("check", LETTER, "--fix")
    project.cli("check", LETTER, "--fix")  # the second name on a line is the next run's
    mended = text.replace("titel", "title").replace("subjekt", "subject").replace("nme", "name")
    mended = mended.replace("closing: Sincerely\nclosing: Sincerely", "closing: Sincerely")
    assert file.read_bytes().decode() == mark + mended.replace("\n", newline)
    assert file.stat().st_mode & 0o777 == 0o640
    assert not list(project.root.rglob("*.part"))


def test_people_clauses_and_letterheads_are_mended_where_their_faults_lie(project: Project) -> None:
    project.write("content/people/jo.yml", "name: Jo Lind\ntitel: Director\n")
    project.write("content/organisations/clinic.yml", "name: Clinic\ncountry: Germany\n")
    project.write("content/clauses/terms.md", "---\nfields: {x: {type: decimall}}\n---\nTerms of {{ to.nme }}.\n")
    project.letterhead("own", toml='extends = "plein"\n\n[parameters.font_size]\ntpye = "length"\ndefault = "9pt"\n')
    front = "letterhead: own\nfrom: clinic\nto: {name: A}\nsignatories: [jo]\n"
    letters = [project.letter("{% clause terms %}\n", front, f"content/letters/{name}.md") for name in "ab"]
    for _ in range(3):  # what stops the reading of a file hides what is wrong behind it
        project.cli("check", *letters, "--fix")
    assert Path("content/people/jo.yml").read_text() == "name: Jo Lind\ntitle: Director\n"
    assert Path("content/organisations/clinic.yml").read_text() == "name: Clinic\ncountry: Germany\n"
    assert Path("templates/own/letterhead.toml").read_text() == (
        'extends = "plain"\n\n[parameters.font_size]\ntype = "length"\ndefault = "9pt"\n'
    )
    # What a clause's templates name is known in a letter only, and said on the letter's own line.
    assert Path("content/clauses/terms.md").read_text() == (
        "---\nfields: {x: {type: decimal}}\n---\nTerms of {{ to.nme }}.\n"
    )


def test_what_has_two_answers_is_left(project: Project) -> None:
    path = project.letter(front=FRONT.replace("2026-01-15", "3/4/2026"))
    ran = project.cli("check", path, "--fix", "--json")
    assert [fix["value"] for fix in ran.faults[0]["fixes"]] == ["2026-04-03", "2026-03-04"]
    assert ran.json["diff"] == ""
    assert ran.code == 1


def test_a_file_that_is_read_only_is_left_and_said(project: Project) -> None:
    path = project.letter(front=WRONG)
    before = Path(path).read_bytes()
    Path(path).chmod(0o444)
    ran = project.cli("check", path, "--fix", "--json")
    assert Path(path).read_bytes() == before
    assert [fault["code"] for fault in ran.faults] == ["field-unknown", "field-unknown", "output-read-only"]
    assert ran.code == 1
