"""The files for the printer in a package: in the order of the merge's own, with their marks and insert sheets."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

import letterpress
from letterpress.errors import LetterpressError
from letterpress.inserters import catalogue
from letterpress.model import Choices
from letterpress.post import as_merged, spools
from letterpress.post.grouping import Weighing
from tests.support import blank_runs
from tests.support.project import Project

MARKS = """\
source = "the machine's settings"
date = "2026-11"
x = 8
y = 10
pitch = 4
length = 10
thickness = 0.5
functions = ["start", "eoc", "sequence:4", "wrap:3"]
"""
SHEET = """---
letterhead: plain
lang: en-US
date: 2026-03-02
from: {name: Print room, lines: [12 Quay Road]}
fields: {group: {type: text}, letters: {type: integer}, number: {type: integer}, files: {type: integer}}
---
{{ fields.letters }} letters for {{ fields.group }}, {{ fields.number }} of {{ fields.files }}.
"""


def merged(project: Project, sheet: str | None = None, **wanted: Any) -> tuple[spools.Run, spools.Wanted]:
    """A run whose combined files are made so."""
    project.write("inserters/own.toml", MARKS)
    asked = spools.Wanted(inserter=catalogue.find("own", project.root), **wanted)
    about = {**as_merged.note(asked, job="Offer", sheet=sheet, choices=Choices()), "duplex": asked.duplex}
    return blank_runs.run_of(project.root / "out", about), asked


def package(project: Project, **options: Any) -> tuple[letterpress.Package, Path]:
    """A package of its spools, unpacked."""
    file = project.root / "p.zip"
    made = letterpress.package(project.root / "out", file, spool=True, root=str(project.root), **options)
    assert letterpress.verify_package(file).passed
    with zipfile.ZipFile(file) as archive:
        archive.extractall(project.root / "unpacked")
    return made, project.root / "unpacked"


def _first_page(file: Path) -> str:
    with pypdfium2.PdfDocument(file) as pdf:
        return str(pdf[0].get_textpage().get_text_bounded())


ORDERS: tuple[dict[str, Any], ...] = (
    {},
    {"groups": ("country",), "sort": ("postcode",), "most": 2},
    {"sort": ("sheets",), "duplex": True},
    {"groups": ("weight",), "weighing": Weighing(grammage=120, limits=(15,))},
)


@pytest.mark.parametrize("wanted", ORDERS, ids=str)
def test_the_files_of_a_package_are_those_of_the_merge(project: Project, wanted: dict[str, Any]) -> None:
    run, asked = merged(project, **wanted)
    made = spools.write(run, project.root / "all.pdf", asked, title="Offer", lang="en")
    own, folder = package(project)
    files = [Path(one.file) for one in made.files]
    places = [folder / one.place for one in own.groups]
    assert [place.stem for place in places] == [
        file.stem.removeprefix("all_") if wanted.get("groups") else file.stem.replace("all", "offer") for file in files
    ]
    for place, file in zip(places, files, strict=True):
        assert blank_runs.pages(place) == blank_runs.pages(file)
        assert any(b"0.5 re" in content for _, content in blank_runs.pages(place)), "no mark is printed"
    assert [one.letters for one in own.groups] == [one.letters for one in made.files]


def test_each_letter_begins_on_the_page_that_the_list_says_behind_an_insert_sheet(project: Project) -> None:
    sheet = str(project.write("content/letters/sheet.md", SHEET))
    merged(project, sheet, groups=("country",), duplex=True)
    made, folder = package(project)
    listed = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for one in listed["letters"]:
        width, _ = blank_runs.pages(folder / one["file"])[one["first_page"] - 1]
        assert width == 101 + 10 * int(one["record"])
    said = [_first_page(folder / one.place) for one in made.groups]
    assert "3 letters for country DE, 1 of 3." in said[0]
    assert "1 letters for country none, 3 of 3." in said[2]
    assert (listed["inserter"], made.pages, made.sheets) == ("own", 10, 7)  # the sheets between are not counted
    page = (folder / "READ-ME.html").read_text(encoding="utf-8")
    assert "Marks on the sheets are for: own." in page
    assert "Before the letters of each file stands an insert sheet, which is not counted." in page
    assert "The empty backs of sheets are pages of the files as well" in page


def test_groups_that_are_asked_for_take_the_place_of_the_merges(project: Project) -> None:
    merged(project, groups=("country",), most=2, sort=("postcode",))
    made, folder = package(project, group="sheets", redact=True)
    assert [one.title for one in made.groups] == ["sheets 1", "sheets 2", "sheets 3"]
    assert blank_runs.letters(folder / made.groups[1].place) == [3, 5]


def _other(project: Project) -> None:
    project.write("inserters/own.toml", MARKS.replace("pitch = 4", "pitch = 5"))


def _gone(project: Project) -> None:
    (project.root / "inserters/own.toml").unlink()


@pytest.mark.parametrize(("change", "code"), [(_other, "inserter-changed"), (_gone, "inserter-unknown")])
def test_marks_that_are_not_what_they_were_are_said(
    project: Project, change: Callable[[Project], None], code: str
) -> None:
    merged(project)
    change(project)
    with pytest.raises(LetterpressError) as caught:
        package(project)
    assert caught.value.diagnostics[0].code == code
    assert letterpress.package(project.root / "out", project.root / "p.zip").letters == 6  # which bear none
