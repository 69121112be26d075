"""The matrix: which cells there are, what they are called, what they look like."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from letterpress import api
from letterpress.batch import variants
from letterpress.errors import LetterpressError
from tests.support.project import FRONT, Project


def cells(project: Project, matrix: str, front: str = FRONT) -> list[str]:
    letter = api.load(project.letter(front=front + matrix))
    return [cell.output for cell in variants.cells(api.job(letter)).chosen]


def faults(project: Project, matrix: str) -> list[str]:
    with pytest.raises(LetterpressError) as caught:
        cells(project, matrix)
    return [str(fault) for fault in caught.value.diagnostics]


def test_every_combination_named_by_what_differs(project: Project) -> None:
    found = cells(project, "variants:\n  paper: [letter, a4]\n  letterhead: [plain, congress]\n  copy: [file]\n")
    assert found == [
        "letter.plain.letter.pdf",
        "letter.congress.letter.pdf",
        "letter.plain.a4.pdf",
        "letter.congress.a4.pdf",
    ]


def test_one_value_makes_no_name(project: Project) -> None:
    assert cells(project, "variants:\n  paper: a4\n") == ["letter.pdf"]


def test_exclude_takes_out_what_it_matches(project: Project) -> None:
    matrix = (
        "variants:\n  paper: [letter, a4]\n  copy: [original, file, draft]\n"
        "  exclude:\n    - {paper: a4, copy: draft}\n    - {copy: file}\n"
    )
    assert cells(project, matrix) == ["letter.letter.original.pdf", "letter.letter.draft.pdf", "letter.a4.original.pdf"]


def test_include_adds_cells_and_adds_to_cells(project: Project) -> None:
    front = FRONT + "fields:\n  tone: {default: plain}\n"
    matrix = (
        "variants:\n  copy: [original, file]\n  include:\n    - {copy: file, tone: formal}\n    - {paper: letter}\n"
        "    - {copy: draft, lang: de-DE}\n"
    )
    letter = api.load(project.letter(front=front + matrix))
    found = [(cell.output, dict(cell.choices)) for cell in variants.cells(api.job(letter)).chosen]
    assert found == [
        ("letter.en-us.letter.original.pdf", {"copy": "original", "paper": "letter"}),
        ("letter.en-us.letter.file.formal.pdf", {"copy": "file", "tone": "formal", "paper": "letter"}),
        ("letter.de-de.draft.pdf", {"copy": "draft", "lang": "de-DE"}),
    ]


def test_fields_and_ways_to_sign(project: Project) -> None:
    front = FRONT + "fields: {amount: decimal}\n"
    letter = api.load(
        project.letter("{{ fields.amount }}\n", front + "variants:\n  amount: [1.5, 20]\n  sign: [blank, conformed]\n")
    )
    found = variants.cells(api.job(letter)).chosen
    assert [cell.output for cell in found] == [
        "letter.blank.1-5.pdf", "letter.conformed.1-5.pdf", "letter.blank.20.pdf", "letter.conformed.20.pdf",
    ]  # fmt: skip
    assert (found[1].job.choices.sign, found[1].job.values) == (
        (("Jo Lind", "conformed"),),
        (("amount", Decimal("1.5")),),
    )


@pytest.mark.parametrize(
    ("matrix", "said"),
    [
        ("variants:\n  papr: [a4]\n", "variants.papr: 'papr' is neither a choice nor a field of the letter"),
        ("variants:\n  paper: [a5]\n", "variants.paper: 'a5' is no paper"),
        ("variants:\n  letterhead: [plian]\n", "did you mean 'plain'?"),
        ("variants:\n  copy: [file, file]\n", "'file' is in the list twice"),
        ("variants:\n  paper: {a4: 1}\n", "is a list of values"),
        ("variants:\n  date: [tomorrow]\n", "'tomorrow' is not a date"),
        ("variants:\n  exclude: [a4]\n  paper: [a4]\n", "is a group of choices"),
        ("variants:\n  paper: [a4]\n  exclude: [{paper: a4}]\n", "no variant is left"),
        ("", "has no variants"),
    ],
)
def test_faults_have_their_line(project: Project, matrix: str, said: str) -> None:
    assert said in " ".join(faults(project, matrix))


def test_a_version_of_another_language(project: Project) -> None:
    german = FRONT.replace("en-US", "de-DE").replace("Dear", "Guten Tag")
    project.letter("Deutsch.\n", german, "content/letters/letter.de.md")
    letter = api.load(project.letter("English.\n", FRONT + "variants:\n  lang: [en-US, de-CH, fr-FR]\n"))
    found = {cell.choices["lang"]: cell.job.letter for cell in variants.cells(api.job(letter)).chosen}
    assert {lang: ("Deutsch" in one.body.template, one.slug) for lang, one in found.items()} == {
        "en-US": (False, "letter"),
        "de-CH": (True, "letter"),
        "fr-FR": (False, "letter"),
    }


@pytest.mark.slow
def test_the_command_makes_all_cells_and_a_sheet(project: Project) -> None:
    import pikepdf

    project.letter(
        "Thank you.\n", FRONT + "variants:\n  letterhead: [plain, congress]\n  copy: [original, draft, conformed]\n"
    )
    ran = project.cli(
        "variants", "content/letters/letter.md", "-o", "out", "--sheet", "out/sheet.pdf", "--json", "--jobs", "2"
    )
    assert ran.code == 0, ran.err
    assert [(one["id"], one["status"]) for one in ran.json["letters"]] == [
        (f"letter.{head}.{copy}", "done")
        for head in ("plain", "congress")
        for copy in ("original", "draft", "conformed")
    ]
    assert sorted(path.name for path in (project.root / "out").glob("letter*.pdf")) == sorted(
        f"{one['id']}.pdf" for one in ran.json["letters"]
    )
    with pikepdf.open(project.root / "out/sheet.pdf") as sheet:
        (page,) = sheet.pages
        assert len(page.Resources.XObject) == 6
        width = float(page.Resources.XObject.P0.BBox[2])
        scale = float(page.Contents.read_bytes().split()[1])
        assert width * scale == pytest.approx(380, abs=1)  # type of 11 pt is 7 pt on it: it can be read
        assert b"letter.congress.draft" in page.Contents.read_bytes()
    listed: Any = project.cli("variants", "content/letters/letter.md", "--list", "--json").json
    assert len(listed["variants"]) == 6
    png = project.cli("variants", "content/letters/letter.md", "-o", "out", "--sheet", "out/sheet.png")
    assert png.code == 0
    assert (project.root / "out/sheet.png").read_bytes().startswith(b"\x89PNG")
    assert project.cli("variants", "content/letters/letter.md", "--sheet", "x.gif").code == 2


@pytest.mark.slow
def test_a_cell_that_fails_is_one_of_many(project: Project) -> None:
    front = (
        FRONT.replace("date: 2026-01-15\n", "") + "variants:\n  letterhead: [plain, congress]\n"
    )  # congress asks for a date
    ran = project.cli("variants", project.letter(front=front), "-o", "out", "--json")
    assert ran.code == 1
    assert [one["status"] for one in ran.json["letters"]] == ["done", "failed"]


@pytest.mark.slow
def test_variants_are_filled_from_a_record(project: Project) -> None:
    project.write("people.csv", "Name,City,Amount\nAda,Bangor,5\nBo,Portland,7\n")
    front = FRONT + "fields: {amount: {required: true}}\nvariants:\n  paper: [a4, letter]\n"
    letter = project.letter("{{ fields.amount }} for {{ to.name }}\n", front)
    ran = project.cli("variants", letter, "-o", "out", "--data", "people.csv", "--record", "2", "--json")
    assert ran.code == 0, ran.err
    assert project.cli("variants", letter, "--data", "people.csv", "--record", "3").code == 2
