"""Where a fault of a record is: sheet, row and cell as the spreadsheet program shows them; file and line of a CSV."""

from __future__ import annotations

import json
import pickle
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pytest

import letterpress
from letterpress.errors import Diagnostic, UnreadableInput, UsageError
from letterpress.recipients import columns, selection, sql_names
from letterpress.recipients.cells import column_letters
from letterpress.recipients.tables import Choice, Record, Table, open_table
from tests.support.project import Project


def told(table: Table, column: str | None = None) -> dict[int, dict[str, Any]]:
    """Number of each record -> where a fault of its cell in `column` would be."""
    places = {}
    for record in table.records():
        fault = record.placed(Diagnostic(message="is wrong", record=str(record.number)), column).as_json()
        keys = ("file", "line", "sheet", "row", "cell", "column", "value", "span")
        places[record.number] = {key: fault[key] for key in keys if fault[key] is not None}
    return places


# --- workbooks --------------------------------------------------------------------------------------------------------


def people_xlsx(path: Path) -> None:
    """A sheet that begins at B3, with a title above its header, a hidden row, an empty one and merged cells."""
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "Notes"
    sheet = book.create_sheet("People")
    rows = [
        ("Name", "ZIP", "Note"),
        ("Ada", "1", "a"),
        ("Bo", "2", "b"),
        ("", "", ""),
        ("Cy", "3", "c"),
        ("Di", "4", ""),
    ]
    for down, row in enumerate(rows, start=3):
        for across, value in enumerate(row, start=2):
            sheet.cell(down, across, value or None)
    sheet.row_dimensions[4].hidden = True
    sheet.merge_cells("D7:D8")
    book.save(path)


def people_ods(path: Path) -> None:
    """The same as an OpenDocument sheet, which says empty rows and cells by a number of repeats."""
    texts = [("Name", "ZIP", "Note"), ("Ada", "1", "a"), ("Bo", "2", "b"), (), ("Cy", "3", "c"), ("Di", "4", "")]
    rows = '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
    for cells in texts:
        inner = "".join(
            f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
            if text
            else "<table:table-cell/>"
            for text in cells
        )
        rows += f"<table:table-row><table:table-cell/>{inner}</table:table-row>"
    content = (
        '<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="People">{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content)
        manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
        archive.writestr("META-INF/manifest.xml", manifest)


@pytest.mark.parametrize(("name", "write"), [("people.xlsx", people_xlsx), ("people.ods", people_ods)])
def test_rows_and_cells_are_those_that_the_program_shows(tmp_path: Path, name: str, write: Any) -> None:
    path = tmp_path / name
    write(path)
    table = open_table(str(path), Choice(sheet="People"))
    assert [record.values["Name"] for record in table.records()] == ["Ada", "Bo", "Cy", "Di"]
    assert [record.fault for record in table.records()] == [None] * 4, "an empty last cell is no fault"
    assert [record.values["Note"] for record in table.records()] == ["a", "b", "c", ""]
    place = {"file": str(path), "sheet": "People", "column": "ZIP"}
    assert told(table, "ZIP") == {
        1: {**place, "row": 4, "cell": "C4", "value": "1"},
        2: {**place, "row": 5, "cell": "C5", "value": "2"},
        4: {**place, "row": 7, "cell": "C7", "value": "3"},
        5: {**place, "row": 8, "cell": "C8", "value": "4"},
    }
    assert told(table)[5] == {"file": str(path), "sheet": "People", "row": 8}


def test_letters_of_columns_go_on_behind_z() -> None:
    assert [column_letters(at) for at in (0, 25, 26, 51, 52, 701, 702, 16383)] == [
        "A", "Z", "AA", "AZ", "BA", "ZZ", "AAA", "XFD",
    ]  # fmt: skip


def test_a_column_of_two_names_is_told_by_its_cell(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("\nname,zip,Name\nAda,1,x\n")
    with pytest.raises(UnreadableInput) as caught:
        open_table(str(tmp_path / "a.csv"))
    fault = caught.value.diagnostics[0]
    assert (fault.code, fault.row, fault.cell, fault.value) == ("column-doubled", 2, "C2", "Name")


# --- CSV --------------------------------------------------------------------------------------------------------------

PEOPLE = 'sep=;\n\nName;Note;ZIP\nAda;a;1\n"Bo";"one\ntwo";2\n\nCy;;3\n"Di";d;4\n'


def test_a_record_of_a_csv_has_file_line_row_and_cell(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE)
    place = {"file": str(path), "column": "ZIP"}
    # Excel hides its own `sep=` line; a value in quotes takes lines of the file, and no row.
    assert told(open_table(str(path)), "ZIP") == {
        1: {**place, "line": 4, "row": 3, "cell": "C3", "value": "1", "span": [7, 7]},
        2: {**place, "line": 5, "row": 4, "cell": "C4", "value": "2"},
        4: {**place, "line": 8, "row": 6, "cell": "C6", "value": "3", "span": [5, 5]},
        5: {**place, "line": 9, "row": 7, "cell": "C7", "value": "4"},  # quotes: which characters is not known
    }
    assert told(open_table(str(path)), "Note")[4]["span"] == [4, 3]
    assert told(open_table(str(path)))[2] == {"file": str(path), "line": 5, "row": 4}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_span_cuts_the_value_out_of_its_line(tmp_path: Path, end: str) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(end.join(["Name,Ort,PLZ", "Łukasz,Köln,01067", "Bo,,1", ""]).encode("utf-8-sig"))
    lines = path.read_text("utf-8-sig").splitlines()
    for record in open_table(str(path)).records():
        for column, value in record.values.items():
            fault = record.placed(Diagnostic(message="is wrong"), column)
            assert fault.line is not None
            assert fault.span is not None
            assert lines[fault.line - 1][fault.span[0] - 1 : fault.span[1]] == value


def test_short_records_broken_quotes_and_nuls_have_their_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b\n"1\n1",2\n3\n')
    short = list(open_table(str(path)).records())[1].fault
    assert short is not None
    assert (short.code, short.line, short.row, dict(short.params)) == (
        "record-ragged",
        4,
        3,
        {"cells": 1, "columns": 2},
    )
    path.write_text('a,b\n"1\n1",2\n3,"4\n')
    with pytest.raises(UnreadableInput) as caught:
        list(open_table(str(path)).records())
    fault = caught.value.diagnostics[0]
    assert (fault.code, fault.line, fault.row, fault.record) == ("quote-unclosed", 4, 3, "2")
    path.write_text("a,b\n1,\0\n")
    nul = next(open_table(str(path)).records()).fault
    assert nul is not None
    assert (nul.code, nul.line, nul.cell, nul.column) == ("nul-character", 2, "B2", "b")


def test_the_longest_cell_stays_a_setting_of_the_host(tmp_path: Path) -> None:
    import csv

    (tmp_path / "a.csv").write_text("a,b\n" + "x" * 200_000 + ",1\n2,3\n")
    before = csv.field_size_limit(5_000)
    try:
        records = open_table(str(tmp_path / "a.csv")).records()
        assert len(next(records).values["a"]) == 200_000
        assert csv.field_size_limit() == 5_000
    finally:
        csv.field_size_limit(before)


# --- what has no cells ------------------------------------------------------------------------------------------------


def test_json_and_databases_have_number_and_column(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('[{"name": "Ada", "zip": "1"}]')
    with sqlite3.connect(tmp_path / "a.db") as database:
        database.execute("CREATE TABLE people AS SELECT 'Ada' AS name, '1' AS zip")
    database.close()
    for name in ("a.json", "a.db"):
        table = open_table(str(tmp_path / name))
        assert told(table, "zip") == {1: {"file": str(tmp_path / name), "column": "zip", "value": "1"}}


def test_a_record_keeps_its_place_packed_and_pickled(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE)
    for record in open_table(str(tmp_path / "people.csv")).records():
        assert pickle.loads(pickle.dumps(record)) == record
        assert Record.unpacked(json.loads(json.dumps(record.packed())), record.origin) == record


@pytest.mark.parametrize(
    ("fault", "stays"),
    [
        (Diagnostic(message="x"), False),
        (Diagnostic(message="x", file="letter.md", line=7), False),  # where the letter declares the field
        (Diagnostic(message="x", file="letter.md", line=12, span=(3, 4)), True),
        (Diagnostic(message="x", file="logo.png"), True),
    ],
)
def test_a_fault_of_a_line_or_of_another_file_stays_there(tmp_path: Path, fault: Diagnostic, stays: bool) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE)
    record = next(open_table(str(tmp_path / "people.csv")).records())
    placed = record.placed(fault, "ZIP", declared=[("letter.md", 7)])
    there = (placed.file, placed.line, placed.span)
    assert there == ((fault.file, fault.line, fault.span) if stays else (str(tmp_path / "people.csv"), 4, (7, 7)))
    assert (placed.row, placed.cell, placed.column) == (3, "C3", "ZIP")


# --- through a run ----------------------------------------------------------------------------------------------------

FRONT = "letterhead: plain\nto: {name: X, lines: [1 Quay]}\nfields: {amount: integer, act: text}\n"


def test_faults_found_before_and_after_layout_have_their_cells(project: Project) -> None:
    """The layout finds that no font has a character; a worker knows fields and no table."""
    letter = project.letter("Text {{ fields.amount }}, {{ fields.act }}.\n", FRONT)
    (project.root / "people.csv").write_text(
        'Name,Street,ZIP,City,Country,Amount,Act,State\n"Ada","1 Quay\nRear",04101,Portland,US,1,fine,ME\n'
        "Bo,2 Quay,04101,Portland,US,many,fine,ME\nCy,3 Quay,041,Portland,US,3,fine,ME\nDi,4 Quay,04101,Portland,US,4,\U0001f9a9,ME\n"
    )
    ran = project.cli(
        "merge", letter, "--data", "people.csv", "-o", "out", "--jobs", "0", "--json", "--report", "r.csv"
    )
    faults = [fault for result in ran.json["letters"] for fault in result["diagnostics"]]
    keys = ("record", "file", "line", "row", "cell", "column", "field", "value", "span")
    assert [tuple(fault[key] for key in keys) for fault in faults] == [
        ("2", "people.csv", 4, 3, "F3", "Amount", "fields.amount", "many", [29, 32]),
        ("3", "people.csv", 5, 4, "C4", "ZIP", "to.postcode", "041", [11, 13]),
        ("4", "people.csv", 6, 5, "G5", "Act", "fields.act", "\U0001f9a9", [31, 31]),
    ]
    report = (project.root / "r.csv").read_text("utf-8-sig").splitlines()
    assert sorted(line.split(",")[:5] for line in report[1:]) == [
        ["2", "3", "F3", "error", "Amount"],
        ["3", "4", "C4", "warning", "ZIP"],
        ["4", "5", "G5", "error", "Act"],
    ]
    project.cli("runs", "out", "--failed-csv", "mend.csv")
    lines = (project.root / "mend.csv").read_text("utf-8-sig").splitlines()
    assert lines[0].endswith(",Act,State,letterpress:row,letterpress:cell")
    assert [line.rsplit(",", 2)[1:] for line in lines[1:]] == [["3", "F3"], ["5", "G5"]]
    again = project.cli("merge", letter, "--data", "mend.csv", "-o", "again", "--dry-run", "--json")
    assert "letterpress:row" not in again.err
    assert again.json["letters"][0]["diagnostics"][0]["row"] == 2


def judged(project: Project, where: str) -> list[Record]:
    """The records that --where chooses, and those that it cannot judge."""
    letter = letterpress.load(project.letter("Text {{ fields.amount }}.\n", FRONT.replace(", act: text", "")))
    path = project.root / "people.csv"
    path.write_text("Name,Amount\nAda,99999999999999999999\nBo,5\nCy,1e400\n")
    table = open_table(str(path))
    mapped = columns.map_columns(letter, table.columns, source=table.name)
    return list(selection.chosen(table, letter, mapped, selection.Wanted(where=where)))


def test_numbers_that_no_machine_integer_holds_are_compared(project: Project) -> None:
    unjudged, ada = judged(project, "amount > 9999999999999999999")
    assert ada.values["Name"] == "Ada"
    assert ada.row == 2
    fault = unjudged.fault  # what SQL cannot judge is never left out unseen
    assert fault is not None
    assert (fault.cell, fault.line, fault.value) == ("B4", 4, "1e400")


@pytest.mark.parametrize("where", ["name > 99999999999999999999", "CAST(name AS INTEGER) > 1", "name = '\udcff'"])
def test_sql_that_cannot_be_worked_out_is_a_fault_of_the_option(project: Project, where: str) -> None:
    with pytest.raises(UsageError) as caught:
        judged(project, where)
    assert [(fault.code, fault.field) for fault in caught.value.diagnostics] == [("sql-refused", "--where")]


POST = "Name,Post code,Land,Due date\nAda,2,Germany,b\nBo,1,DE,a\nCy,3,Deutschland,c\nDi,4,FR,d\n"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"order_by": "postcode DESC"}, "Di Cy Ada Bo"),
        ({"order_by": "Post code"}, "Bo Ada Cy Di"),
        ({"order_by": "post_code desc nulls last, name"}, "Di Cy Ada Bo"),
        ({"order_by": "'Post code'"}, "Bo Ada Cy Di"),
        ({"order_by": "left(Name, 1) DESC, Post code"}, "Di Cy Bo Ada"),
        ({"order_by": "Due date DESC"}, "Di Cy Ada Bo"),
        ({"where": "country = 'DE' OR postcode = '4'"}, "Bo Di"),
    ],
)
def test_columns_are_chosen_by_their_names_without_blanks_and_by_fields(
    project: Project, wanted: dict[str, Any], found: str
) -> None:
    letter = letterpress.load(project.letter())
    table = open_table(str(project.write("people.csv", POST)))
    mapped = columns.map_columns(letter, table.columns, source=table.name)
    chosen = selection.chosen(table, letter, mapped, selection.Wanted(**wanted))
    assert " ".join(str(record.values["Name"]) for record in chosen) == found


@pytest.mark.parametrize(
    ("wanted", "message", "hint"),
    [
        ({"order_by": "'Town'"}, "there is no column 'Town'", "the columns are"),
        ({"order_by": "Postcod"}, "there is no column 'Postcod'", 'did you mean "Post code"?'),
        ({"where": "Post code = '1'"}, "DuckDB says", 'a name with blanks stands in double quotes: "Post code"'),
    ],
)
def test_a_name_that_sql_does_not_find_is_named_as_it_has_to_stand(
    project: Project, wanted: dict[str, Any], message: str, hint: str
) -> None:
    letter = letterpress.load(project.letter())
    table = open_table(str(project.write("people.csv", POST)))
    mapped = columns.map_columns(letter, table.columns, source=table.name)
    with pytest.raises(UsageError) as caught:
        list(selection.chosen(table, letter, mapped, selection.Wanted(**wanted)))
    [fault] = caught.value.diagnostics
    assert message in fault.message
    assert hint in (fault.hint or "")
    assert "__record" not in (fault.hint or "")


@pytest.mark.parametrize(
    ("where", "others"),
    [
        ("Land = 'Germany'", ["'DE' (1)", "'Deutschland' (1)"]),
        ("country IN ('Germany', 'DE') AND name > ''", ["'Deutschland' (1)"]),
        ("country IN ('Germany', 'DE', 'Deutschland')", []),
        ("Land = 'FR'", []),
        ("name = 'Germany'", []),
    ],
)
def test_rows_of_the_same_country_in_other_words_are_told(project: Project, where: str, others: list[str]) -> None:
    table = open_table(str(project.write("people.csv", POST)))
    mapped = columns.map_columns(letterpress.load(project.letter()), table.columns, source=table.name)
    said = sql_names.countries_left_out(where, table, mapped, "en")
    assert [other for one in said for other in ("'DE' (1)", "'Deutschland' (1)") if other in one.message] == others
    assert {one.code for one in said} <= {"country-otherwise"}


@pytest.mark.parametrize(
    "encoding", ["hex", "rot13", "base64", "undefined", "idna", "punycode", "unicode_escape", "a\0"]
)
def test_what_is_no_encoding_of_files_is_refused_by_name(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    with pytest.raises(UsageError) as caught:
        open_table(str(tmp_path / "a.csv"), Choice(encoding=encoding))
    fault = caught.value.diagnostics[0]
    assert (fault.code, fault.field, fault.value) == ("encoding-unknown", "--encoding", encoding)


def test_utf_16_that_does_not_say_its_order_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    with pytest.raises(UnreadableInput) as caught:
        open_table(str(tmp_path / "a.csv"), Choice(encoding="utf-16"))
    assert caught.value.diagnostics[0].code == "encoding-wrong"


def test_sql_that_is_no_query_is_told(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "a.db") as database:
        database.execute("CREATE TABLE people AS SELECT 'Ada' AS name")
    database.close()
    for query, code in (
        ("SELECT 1; SELECT 2", "database-refused"),
        ("SELECT '\udcff'", "database-refused"),
        ("-- nothing", "table-empty"),
    ):
        with pytest.raises(UnreadableInput) as caught:
            open_table(str(tmp_path / "a.db"), Choice(query=query))
        assert caught.value.diagnostics[0].code == code
