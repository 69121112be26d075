"""What cells show: number formats of workbooks, cells of OpenDocument, hidden and merged ones."""

from __future__ import annotations

import datetime
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font

from letterpress.recipients import number_formats
from letterpress.recipients.tables import Choice, Table, open_table
from letterpress.text.quantities import Shown

DAY = datetime.datetime(2026, 4, 3, 14, 5, 9)


@pytest.mark.parametrize(
    ("value", "code", "lang", "expected"),
    [
        ("4401", "00000", "en", "04401"),
        ("1.1", "0.00", "en", "1.10"),
        ("2075550142", "(000) 000-0000", "en", "(207) 555-0142"),
        ("2075550142", "[<=9999999]###\\-####;\\(###\\)\\ ###\\-####", "en", "(207) 555-0142"),
        ("5550142", "[<=9999999]###-####;(###) ###-####", "en", "555-0142"),
        ("123456789", "000\\-00\\-0000", "en", "123-45-6789"),
        ("221621010", "00000\\-0000", "en", "22162-1010"),
        ("0.15", "0%", "en", "15%"),
        ("0.075", "0.0%", "de", "7,5%"),
        ("0.075", "0%", "en", "8%"),
        ("1234.5", '#,##0.00\\ "€"', "de", "1.234,50 €"),
        ("-1234.5", '#,##0.00\\ "€"', "en", "-1,234.50 €"),
        ("1234.5", "[$£-809]#,##0.00", "en", "£1,234.50"),
        ("1234.5", "_-[$€-2] * #,##0.00_-;-[$€-2] * #,##0.00_-", "en", "€ 1,234.50"),
        ("-5", "#,##0.00_);(#,##0.00)", "en", "(5.00)"),
        ("-5", "#,##0.00_);[Red]\\(#,##0.00\\)", "en", "(5.00)"),
        ("33.333333", "0.00", "en", "33.33"),
        ("2.5", "0.##", "en", "2.5"),
        ("0.5", "#.00", "en", ".50"),
        ("1234567", "#,##0,", "en", "1,235"),
        ("7", '"No. "0', "en", "No. 7"),
        ("1000000", "#,##0", "de-CH", "1’000’000"),
        ("0.5", "# ?/?", "en", "1/2"),
        ("2.75", "# ??/??", "en", "2 3/4"),
        ("-1.5", "# ?/?", "en", "-1 1/2"),
        ("1.375", "# ?/8", "en", "1 3/8"),
        ("1.999", "# ?/?", "en", "2"),
        ("1.5", "?/?", "en", "3/2"),
        ("12345", "0.00E+00", "de", "1,23E+04"),
        ("0.000999", "0.0E-0", "en", "1.0E-3"),
        ("12345", "##0.0E+0", "en", "12.3E+3"),
        ("0", '0.00;-0.00;"-"', "en", "-"),
        ("0", "0;;;@", "en", ""),
        ("1", '[=1]"one";0" of them"', "en", "one"),
        ("7", 'General" kg"', "en", "7 kg"),
        ("-1.5", "General;[Red]-General", "de", "-1,5"),
        ("5", "0 [odd] x", "en", None),
        (DAY.time(), "hh:mm", "en", "14:05"),
        (DAY.time(), "h:mm AM/PM", "en", "2:05 PM"),
        (DAY, "h A/P", "en", "2 P"),
        (DAY.replace(microsecond=250000), "mm:ss.00", "en", "05:09.25"),
        (datetime.timedelta(hours=30, minutes=5), "[h]:mm", "en", "30:05"),
        (datetime.timedelta(minutes=90), "[mm]:ss", "en", "90:00"),
        (datetime.timedelta(hours=-1), "[h]:mm", "en", None),
        (DAY, "[$-40C]d mmmm yyyy", "en", "3 avril 2026"),
        (DAY, "[$-F800]dddd, mmmm d", "en", "Friday, April 3"),
        (DAY, '[$-411]ggge"年"m"月"d"日";@', "ja", "令和8年4月3日"),
        (datetime.date(1988, 1, 7), "ge.m.d", "ja", "S63.1.7"),
        (DAY, "yyyy/m/d(aaa)", "ja", "2026/4/3(金)"),
        (DAY, "d/m/bbbb", "th", "3/4/2569"),
        (DAY, "mmmmm", "en", "A"),
        (DAY, "d x yyyy", "en", None),
        (DAY, "dd.mm.yyyy", "en", "03.04.2026"),
        (DAY, "d. mmmm yyyy", "de", "3. April 2026"),
        (DAY, "[$-409]d-mmm-yy", "en", "3-Apr-26"),
        (DAY, "yyyy-mm-dd hh:mm:ss", "en", "2026-04-03 14:05:09"),
        (DAY, "m/d/yy h:mm AM/PM", "en", "4/3/26 2:05 PM"),
        (DAY, "[date]", "en-US", "4/3/2026"),
        (DAY, "[date]", "de", "03.04.2026"),
        (DAY, "dddd", "en", "Friday"),
    ],
)
def test_a_value_as_its_cell_shows_it(value: Any, code: str, lang: str, expected: str | None) -> None:
    found = number_formats.shown(Decimal(value) if isinstance(value, str) else value, code, lang)
    assert (found and found[0]) == expected


@pytest.mark.parametrize(
    ("value", "code", "exact"),
    [
        ("33.333", "0.00", "33.33"),
        ("0.075", "0%", "0.08"),
        ("1234567", "#,##0,", "1234567"),
        ("-1234.5", "#,##0.00_);[Red](#,##0.00)", "-1234.50"),
        ("-5", "0.00;[Red]0.00", "-5.00"),
        ("-0.075", "0%;(0%)", "-0.08"),
        ("-1234567", "#,##0,;(#,##0,)", "-1234567"),
        ("12345.67", "0.0E+00", "12345.67"),
        ("0.3333", "# ?/?", "0.3333"),
        ("0", '0.00;-0.00;"-"', "0"),
        ("-5", '0;"less"', "-5"),
    ],
)
def test_the_number_is_the_one_that_is_shown(value: str, code: str, exact: str) -> None:
    found = number_formats.shown(Decimal(value), code, "en")
    assert found is not None
    assert found[1] == Decimal(exact)


def cells(found: Table) -> list[list[tuple[str, str | None]]]:
    return [
        [(str(cell), cell.exact if isinstance(cell, Shown) else None) for cell in record.values.values()]
        for record in found.records()
    ]


def test_a_workbook_is_read_as_it_is_shown(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["code", "part", "plain", "day", "long"])
    for row in range(2, 6):
        sheet.append([4400 + row, 0.15, 1.234, datetime.date(2026, 4, row), 1234567890123456 if row == 3 else 7])
        sheet.cell(row, 1).number_format = "00000" if row < 4 else "General"
        sheet.cell(row, 2).number_format = "0%"
        sheet.cell(row, 4).number_format = "dd.mm.yy"
    sheet.row_dimensions[4].hidden = True
    sheet["F7"] = "note"
    sheet.merge_cells("A5:A6")
    book.save(tmp_path / "a.xlsx")
    found = open_table(str(tmp_path / "a.xlsx"), Choice(lang="de"))
    read = cells(found)
    assert read[0] == [
        ("04402", "4402"), ("15%", "0.15"), ("1,234", "1.234"), ("02.04.26", "2026-04-02"), ("7", "7")
    ]  # fmt: skip
    assert read[2][0] == ("4404", "4404")
    spoilt = [record.spoilt for record in found.records()][1]
    assert spoilt["long"].startswith("E3 holds 1234567890123456, of which")
    assert [(note.code, note.row, note.cell) for note in found.notes] == [
        ("rows-hidden", 4, None), ("cells-merged", None, "A5")
    ]  # fmt: skip


def test_a_format_that_is_not_known_is_said_with_its_cell(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["code", "hour", "share"])
    for row, code in enumerate(("0.0", "0 [odd] x", "0 [odd] x"), start=2):
        sheet.append([4400 + row, datetime.time(14, 30), 0.5])
        sheet.cell(row, 1).number_format = code
        sheet.cell(row, 2).number_format = "hh:mm"
        sheet.cell(row, 3).number_format = "# ?/?"
    book.save(tmp_path / "a.xlsx")
    found = open_table(str(tmp_path / "a.xlsx"))
    assert [(note.code, note.cell) for note in found.notes] == [("format-unknown", "A3")]
    assert [[text for text, _ in row] for row in cells(found)][1] == ["4403", "14:30", "1/2"]


def test_rows_that_are_struck_out_are_said(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["name", "city"], ["Ada", "Bath"], ["Ben", "Bath"], ["Cy", "Bath"]):
        sheet.append(row)
    for cell in (*sheet[3], sheet["B9"]):  # an empty cell that is struck out says nothing
        cell.font = Font(strike=True)
    sheet["A4"].font = Font(bold=True)
    book.save(tmp_path / "a.xlsx")
    assert [
        (note.code, note.row, dict(note.params)["rows"]) for note in open_table(str(tmp_path / "a.xlsx")).notes
    ] == [("rows-struck", 3, (3,))]


def test_long_numbers_and_answers_of_an_open_document(tmp_path: Path) -> None:
    typed = "<table:table-cell office:value-type={}><text:p>{}</text:p></table:table-cell>"
    header = "".join(typed.format('"string"', name) for name in "abc")
    found = document(
        tmp_path / "a.ods",
        f"<table:table-row>{header}</table:table-row>",
        "<table:table-row>",
        typed.format('"float" office:value="12345678901234567890"', "1,23456789012346E+019"),
        typed.format('"boolean" office:boolean-value="true"', "WAHR"),
        typed.format('"time" office:time-value="PT14H30M00S"', "14:30"),
        "</table:table-row>",
    )
    assert cells(found) == [[("", None), ("WAHR", "true"), ("14:30", None)]]
    (record,) = found.records()
    assert record.spoilt["a"].startswith("A2 holds 12345678901234567890, of which digits are lost")


def test_a_workbook_whose_formats_are_not_seen_says_so(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["code"])
    book.active.append([4401])
    book.save(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content.replace(b' r="A2"', b"") if "sheet1" in name else content)
    assert open_table(str(tmp_path / "a.xlsx")).notes == ()
    (note,) = open_table(str(tmp_path / "b.xlsx")).notes
    assert (note.code, note.severity) == ("formats-not-read", "warning")


ODS = """<?xml version="1.0"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.3"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"><office:body><office:spreadsheet>
 <table:table table:name="List">ROWS</table:table></office:spreadsheet></office:body></office:document-content>"""


def document(path: Path, *rows: str) -> Table:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", ODS.replace("ROWS", "".join(rows)))
    return open_table(str(path))


def test_an_open_document_is_read_as_it_is_shown(tmp_path: Path) -> None:
    typed = "<table:table-cell office:value-type={}><text:p>{}</text:p></table:table-cell>"
    header = "".join(typed.format('"string"', name) for name in ("a", "b", "c", "d"))
    found = document(
        tmp_path / "a.ods",
        f"<table:table-row>{header}</table:table-row>",
        "<table:table-row>",
        '<table:table-cell office:value-type="string"><text:p>Mill<text:tab/>Hou<text:span>se<text:line-break/>',
        'B<text:s text:c="2"/>x</text:span></text:p><text:p>two</text:p></table:table-cell>',
        typed.format('"percentage" office:value="0.15"', "15 %"),
        typed.format('"float" office:value="33.3333333"', "33,33"),
        typed.format('"date" office:date-value="2026-04-03T00:00:00"', "03.04.26"),
        "</table:table-row>",
        '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>',
        '<table:table-row table:visibility="filter" table:number-rows-repeated="2">',
        '<table:table-cell table:number-columns-repeated="2" office:value-type="boolean" office:boolean-value="true"/>',
        typed.format('"string" calcext:value-type="error" table:formula="of:=1/0"', "#DIV/0!"),
        '<table:table-cell table:formula="of:=1"/></table:table-row>',
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>',
    )
    assert cells(found)[0] == [
        ("Mill\tHouse\nB  x\ntwo", None), ("15 %", "0.15"), ("33,33", "33.33"), ("03.04.26", "2026-04-03")
    ]  # fmt: skip
    records = list(found.records())
    assert [record.row for record in records] == [2, 5, 6]
    assert records[1].values["b"] == "true"
    assert records[1].spoilt == {"c": "C5 holds #DIV/0!", "d": "D5 holds a formula that was never calculated"}
    assert [note.row for note in found.notes] == [5]
