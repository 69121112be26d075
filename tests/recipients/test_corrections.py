"""Corrections of a list are applied before it is checked, kept in a file of their own, and never written into it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from letterpress import api, pipeline
from letterpress.batch import list_plan
from letterpress.batch.list_plan import Reading
from letterpress.content import reader
from letterpress.errors import LetterpressError
from letterpress.model import Job
from letterpress.recipients import corrections
from letterpress.recipients.corrections import Correction, Corrections, Kept
from letterpress.recipients.tables import open_table
from tests.support.project import FRONT, Project

LETTER = FRONT.replace("to: {name: Dr. Ada Brook", "to: {name: Ada") + (
    "fields:\n  boxes: {type: integer, required: true}\n  day: {type: date, required: true}\n"
)
ROWS = [
    [None, "The members"],
    [],
    [None, "Name", "Street", "City", "Region", "Postcode", "Boxes", "Day"],
    [None, "Ada", "1 Quay", "Bangor", "ME", "04401", "3", "2026-04-01"],
    [],
    [None, "Ben", "2 Quay", "Bangor", "ME", "04401", "three", "03/04/2026"],
    [None, "Cy", "3 Quay", "Bangor", "ME", "04401", "4"],
]


def _book(path: Path) -> str:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Members"
    for row in ROWS[2:]:
        sheet.append(row)
    sheet.insert_rows(1, 2)
    book.save(path)
    return str(path)


def _job(project: Project) -> Job:
    return api.job(reader.load(project.letter("{{ fields.boxes }} until {{ fields.day }}\n", LETTER)))


def test_a_correction_mends_a_record_where_the_spreadsheet_shows_it(project: Project) -> None:
    """The header stands in row 3 and column B, and a row between is empty: rows count as the spreadsheet's do."""
    path = _book(project.root / "members.xlsx")
    before = Path(path).read_bytes()
    job = _job(project)
    found = list_plan.opened(job, path, Reading())
    assert [fault.code for fault in found.faults] == ["column-written-ambiguously"]
    assert (found.faults[0].cell, found.faults[0].row) == ("H6", 6)
    made = Corrections().with_cell(Correction(record=3, column="Day", was="03/04/2026", text="2026-04-03"))
    found = list_plan.opened(job, path, Reading(corrections=Kept().having(None, made)))
    assert not found.broken  # the column is read with the correction in it
    plan = list_plan.plan(found, Reading())
    records = {record.number: record for record in found.table.records()}
    assert sorted(records) == [1, 3, 4]
    faults = {}
    for number, record in records.items():
        ((_, letter),) = plan.letters(record)
        result = pipeline.examine(letter)
        faults[number] = [plan.for_people(fault, [record]) for fault in result.diagnostics if fault.severity == "error"]
    assert faults[1] == []
    (boxes,) = faults[3]
    assert (boxes.code, boxes.row, boxes.cell, boxes.column) == ("number-unreadable", 6, "G6", "Boxes")
    correction = Correction(record=3, column="Boxes", was="three", text="3")
    made = made.with_cell(correction).with_cell(Correction(record=4, column="Day", was="", text="2026-05-01"))
    found = list_plan.opened(
        job, path, Reading(corrections=Kept().having(None, replace(made, left_out=made.left_out | {1})))
    )
    plan = list_plan.plan(found, Reading())
    letters = [letter for record in found.table.records() for _, letter in plan.letters(record)]
    assert [letter.record for letter in letters] == ["3", "4"]
    assert [pipeline.examine(letter).status for letter in letters] == ["done", "done"]
    assert Path(path).read_bytes() == before


def test_a_correction_is_not_used_where_the_list_says_something_else_now(project: Project) -> None:
    path = project.root / "members.csv"
    path.write_text("name,boxes\nAda,3\nBen,5\n")
    table = open_table(str(path))
    made = Corrections(
        cells=(
            Correction(record=2, column="boxes", was="four", text="4"),
            Correction(record=1, column="boxes", was="3", text="2"),
            Correction(record=9, column="boxes", was="", text="1"),
            Correction(record=1, column="cases", was="", text="1"),
        )
    )
    assert [record.values["boxes"] for record in corrections.applied(table, made).records()] == ["2", "5"]
    outdated = corrections.out_of_date(table, made)
    assert [(one.code, one.row, one.cell, one.column) for one in outdated] == [
        ("correction-outdated", 2, None, "cases"),
        ("correction-outdated", 3, "B3", "boxes"),
        ("correction-outdated", 10, "B10", "boxes"),
    ]


def test_corrections_are_kept_beside_the_list(project: Project) -> None:
    path = corrections.file_of(project.root / "members.csv")
    assert corrections.read(path) == Kept()
    made = Corrections().with_cell(Correction(record=2, column="Ort", was="Munchen", text="München"))
    made = replace(made, left_out=frozenset({7}))
    corrections.write(path, Kept().having(None, made))
    assert corrections.read(path) == Kept().having(None, made)
    assert corrections.read(path).of("Members") == made  # one that was kept before sheets had their own
    both = Kept().having("Members", made).having("Guests", replace(made, left_out=made.left_out | {1}))
    corrections.write(path, both)
    assert corrections.read(path) == both
    assert (both.of("Guests").left_out, both.of("Others")) == ({1, 7}, Corrections())
    again = made.with_cell(Correction(record=2, column="Ort", was="München", text="Munchen"))
    assert again.cells == ()  # it says what the list says
    assert made.without(2, "Ort") == Corrections(left_out=frozenset({7}))
    for broken in (
        "no",
        '{"cells": 3, "left_out": []}',
        "[" * 100_000,
        "[]",
        '{"sheets": []}',
        '{"cells": [{"record": "x"}], "left_out": []}',
    ):
        path.write_text(broken)
        with pytest.raises(LetterpressError) as raised:
            corrections.read(path)
        assert raised.value.diagnostics[0].code == "corrections-unreadable"


def test_a_copy_of_the_list_has_its_corrections(project: Project) -> None:
    path = _book(project.root / "members.xlsx")
    made = Corrections().with_cell(Correction(record=3, column="Boxes", was="three", text="3, or 4"))
    made = replace(made, left_out=frozenset({1}))
    data = corrections.copy(open_table(path), made)
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[0] == ["Name", "Street", "City", "Region", "Postcode", "Boxes", "Day"]
    assert ["Ben", "2 Quay", "Bangor", "ME", "04401", "3, or 4", "03/04/2026"] in rows
    assert not any("Ada" in row for row in rows)
    written = project.root / "copy.csv"
    written.write_bytes(data)
    assert [record.values["Name"] for record in open_table(str(written)).records()] == ["Ben", "Cy"]
