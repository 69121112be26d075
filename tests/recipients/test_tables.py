"""Sources of records: what people really send, read as text, row by row."""

from __future__ import annotations

import codecs
import csv
import gc
import io
import json
import os
import pwd
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from letterpress.errors import LetterpressError, UnreadableInput, UsageError
from letterpress.recipients import records, sheet_cells, tables
from letterpress.recipients.records import Record
from letterpress.recipients.tables import Choice, Table, open_table
from letterpress.text.quantities import Shown
from tests.support import needs
from tests.support.project import Project

NAME = "Łukasz O'Neill-Müller"


def table(path: Path, content: str | bytes, written: str = "utf-8", **choice: str) -> Table:
    path.write_bytes(content if isinstance(content, bytes) else content.encode(written))
    return open_table(str(path), Choice(**choice))


def rows(found: Table) -> list[list[str]]:
    return [list(record.values.values()) for record in found.records()]


# --- CSV --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(tmp_path: Path, delimiter: str, end: str) -> None:
    lines = [["Name", "PLZ", "Betrag"], ["Ada", "01067", "1,5"], ["Bo", "00001", "2,25"]]
    text = end.join(delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in line) for line in lines)
    found = table(tmp_path / "a.csv", text + end)
    assert found.columns == ("Name", "PLZ", "Betrag")
    assert rows(found) == lines[1:]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
    ],
)
def test_encodings_are_found_out(tmp_path: Path, encoding: str, mark: bytes) -> None:
    found = table(tmp_path / "a.csv", mark + f"Name;Ort\n{NAME};Köln\n".encode(encoding))
    assert (found.columns, rows(found), found.notes) == (("Name", "Ort"), [[NAME, "Köln"]], ())


def test_windows_1252_is_read_and_said(tmp_path: Path) -> None:
    found = table(tmp_path / "a.csv", "Name;Ort\nMüller;Köln – Süd\n", "cp1252")
    assert rows(found) == [["Müller", "Köln – Süd"]]
    assert "Windows-1252" in found.notes[0].message
    assert found.notes[0].line == 2


def test_a_file_of_two_encodings_is_refused_with_its_line(tmp_path: Path) -> None:
    content = "Name\nMüller\nWeiß\n".encode() + "Jäger\n".encode("cp1252")
    with pytest.raises(UnreadableInput) as caught:
        table(tmp_path / "a.csv", content)
    assert (caught.value.diagnostics[0].line, "the rest is" in str(caught.value)) == (4, True)


def test_bytes_of_no_encoding_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="neither UTF-8 nor Windows-1252"):
        table(tmp_path / "a.csv", b"Name,City\nA\x81\x8d,\xff\xfe\n")


def test_a_given_encoding_counts(tmp_path: Path) -> None:
    assert rows(table(tmp_path / "a.csv", "Name,x\nŁódź,1\n", "cp1250", encoding="cp1250")) == [["Łódź", "1"]]
    with pytest.raises(UsageError, match="not an encoding"):
        table(tmp_path / "a.csv", "a,b\n", encoding="klingon")
    with pytest.raises(UnreadableInput, match="is not utf-8"):
        table(tmp_path / "a.csv", "ä\n", "cp1252", encoding="utf-8")


def test_excels_sep_line_is_no_header(tmp_path: Path) -> None:
    found = table(tmp_path / "a.csv", "sep=;\r\nName;Ort\r\nAda;Köln\r\n")
    assert (found.columns, rows(found)) == (("Name", "Ort"), [["Ada", "Köln"]])


def test_values_stay_as_they_are_written(tmp_path: Path) -> None:
    cells = [
        "01067",
        "12345678901234567890123",
        "1.10",
        "2024-02-30",
        "TRUE",
        "1e5",
        "=SUM(A1)",
        "NULL",
        "-",
    ]
    header = ",".join(f"c{at}" for at in range(len(cells)))
    assert rows(table(tmp_path / "a.csv", f"{header}\n{','.join(cells)}\n")) == [cells]


def test_errors_of_a_spreadsheet_saved_as_csv_are_no_values(tmp_path: Path) -> None:
    text = "name,a,b,c\n#REF!,#NV,1.2E+18,x\n\nAda,#1 Mill Lane,1.2E,#N/A and more\nBo,####,Err:502, #N/A \n"
    first, second, third = table(tmp_path / "a.csv", text).records()
    assert first.spoilt == {
        "name": "A2 holds #REF!", "a": "B2 holds #NV", "b": "C2 holds 1.2E+18, of which digits are lost"
    }  # fmt: skip
    assert (first.spoilt_fault("b").code, first.spoilt_fault("b").value) == ("number-cut", "1.2E+18")
    assert second.spoilt == {}
    assert third.spoilt == {"a": "B5 holds ####", "b": "C5 holds Err:502", "c": "D5 holds #N/A"}


def test_typed_sources_keep_their_types(tmp_path: Path) -> None:
    lists = "['nuts', 'bolts, M6', NULL] AS parts, [1, 2]::INT[] AS counts, 1.20::DECIMAL(9, 2) AS price, 1e18 AS large"
    moments = "TIMESTAMP '2026-04-03' AS day, TIMESTAMP '2026-04-03 14:30' AS moment"
    path = tmp_path / "a.parquet"
    duckdb.execute(f"COPY (SELECT {lists}, {moments}) TO '{path}' (FORMAT parquet)")
    (record,) = open_table(str(path)).records()
    values = list(record.values.values())
    assert values == [
        ["nuts", "bolts, M6", ""], ["1", "2"], "1.20", "1000000000000000000", "2026-04-03", "2026-04-03 14:30:00"
    ]  # fmt: skip
    assert [value.exact for value in values if isinstance(value, Shown)] == ["1.20", "1000000000000000000"]
    assert [value.exact for value in Record.unpacked(json.loads(json.dumps(record.packed())), None).values.values()
            if isinstance(value, Shown)] == ["1.20", "1000000000000000000"]  # fmt: skip


def test_a_fault_of_json_lines_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput) as caught:
        list(table(tmp_path / "a.jsonl", '{"a": 1}\n\n{"a": 2}\n{"a" 3}\n').records())
    (fault,) = caught.value.diagnostics
    assert (fault.code, fault.line) == ("json-unreadable", 4)


def test_quotes_line_breaks_and_delimiters_in_values(tmp_path: Path) -> None:
    text = 'Name,Note\n"Smith, Ada","said ""hi""\nand left"\nBo,5" pipe\n'
    assert rows(table(tmp_path / "a.csv", text)) == [["Smith, Ada", 'said "hi"\nand left'], ["Bo", '5" pipe']]


def test_backslash_and_single_quotes(tmp_path: Path) -> None:
    escaped = table(tmp_path / "a.csv", 'Name,Note\n"Ada","the \\"old\\" mill"\n"Bo","x, y"\n')
    assert rows(escaped) == [["Ada", 'the "old" mill'], ["Bo", "x, y"]]
    single = table(tmp_path / "b.csv", "'Name','Note'\n'Ada','a, b'\n'Bo','x'\n")
    assert rows(single) == [["Ada", "a, b"], ["Bo", "x"]]
    apostrophe = table(tmp_path / "c.csv", "Name,City\nO'Neill,D'Arcy\n'Aziz,x\n")
    assert rows(apostrophe) == [["O'Neill", "D'Arcy"], ["'Aziz", "x"]]


def test_a_quote_never_closed_stops_everything_with_its_record(tmp_path: Path) -> None:
    text = "Name,City\nAda,X\n" + '"Bo,Y\n' + "".join(f"N{at},C\n" for at in range(50))
    with pytest.raises(UnreadableInput) as caught:
        rows(table(tmp_path / "a.csv", text))
    fault = caught.value.diagnostics[0]
    assert (fault.record, fault.line) == ("2", 3)
    assert "never closed" in fault.message


def test_quotes_that_do_not_match_name_their_record(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput) as caught:
        rows(table(tmp_path / "a.csv", 'Name,City\nAda,X\n"Bo"x,Y\n'))
    assert caught.value.diagnostics[0].record == "2"


def test_short_and_long_rows_are_faults_of_their_record(tmp_path: Path) -> None:
    found = list(table(tmp_path / "a.csv", "a,b,c\n1,2,3\n1,2\n1,2,3,4\n1,2,3,,\n").records())
    assert [record.fault is None for record in found] == [True, False, False, True]
    assert "has 2 cells; the header has 3" in str(found[1].fault)


def test_empty_rows_keep_their_number(tmp_path: Path) -> None:
    found = table(tmp_path / "a.csv", "\n\nName,City\nAda,X\n\n,,\nBo,Y\n\n")
    assert [(record.number, record.values["Name"]) for record in found.records()] == [(1, "Ada"), (4, "Bo")]


def test_one_column_and_header_only(tmp_path: Path) -> None:
    assert rows(table(tmp_path / "a.csv", "Name\nAda\nBo\n")) == [["Ada"], ["Bo"]]
    assert rows(table(tmp_path / "b.csv", "Name;City\n")) == []


@pytest.mark.parametrize("content", ["", "\n\n", "   \n"])
def test_nothing_at_all_is_said(tmp_path: Path, content: str) -> None:
    with pytest.raises(UnreadableInput, match="no header"):
        table(tmp_path / "a.csv", content)


def test_two_columns_of_one_name(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="two columns are called 'name'"):
        table(tmp_path / "a.csv", "Name,name\na,b\n")


def test_a_column_without_a_name_has_its_letter(tmp_path: Path) -> None:
    assert table(tmp_path / "a.csv", "Name,,City,\na,b,c,\n").columns == ("Name", "column B", "City")


def test_what_is_not_there_or_not_known(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("a\n1\n")
    with pytest.raises(UnreadableInput, match=r"did you mean 'people\.csv'"):
        open_table(str(tmp_path / "poeple.csv"))
    with pytest.raises(UnreadableInput, match="is a folder"):
        open_table(str(tmp_path))
    (tmp_path / "people.docx").write_bytes(b"PK")
    with pytest.raises(UsageError, match="no kind of file"):
        open_table(str(tmp_path / "people.docx"))
    with pytest.raises(UsageError, match="has no sheet"):
        open_table(str(tmp_path / "people.csv"), Choice(sheet="x"))


CELLS = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), max_size=12)


@given(
    st.integers(2, 5).flatmap(
        lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=8)
    ),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_whatever_a_csv_writer_writes_is_read(cells: list[list[str]], delimiter: str, encoding: str) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow([f"column{at}" for at in range(len(cells[0]))])
    writer.writerows(cells)
    with tempfile.TemporaryDirectory() as folder:
        found = table(Path(folder) / "a.csv", buffer.getvalue(), encoding, delimiter=delimiter)
        bare = [[records._bare(cell) for cell in row] for row in cells]
        assert rows(found) == [row for row in bare if any(row)]


@given(st.binary(max_size=400))
def test_no_bytes_at_all_break_the_reader(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            rows(table(Path(folder) / "a.csv", content))
        except LetterpressError as error:
            assert all(fault.message for fault in error.diagnostics)  # noqa: PT017 - either is good


# --- other kinds ------------------------------------------------------------------------------------------------------


def test_json_keeps_numbers_as_written(tmp_path: Path) -> None:
    text = """[{"name": "Ada", "zip": "01067", "n": 1.10, "to": {"city": "X"}},
        {"big": 12345678901234567890, "tags": ["a", 1], "no": null}]"""
    found = table(tmp_path / "a.json", text)
    assert found.columns == ("name", "zip", "n", "to.city", "big", "tags", "no")
    assert rows(found) == [
        ["Ada", "01067", "1.10", "X", "", "", ""],
        ["", "", "", "", "12345678901234567890", ["a", "1"], ""],
    ]


def test_a_name_that_stands_twice_in_a_group_of_json_is_a_fault(tmp_path: Path) -> None:
    for text in ('[{"a": "1"}, {"a": "1", "b": "2", "a": "3"}]', '[{"a": 1}, {"b": {"a": 1, "a": 2}}]'):
        with pytest.raises(UnreadableInput) as caught:
            list(table(tmp_path / "a.json", text).records())
        (fault,) = caught.value.diagnostics
        assert (fault.code, fault.record, fault.value) == ("column-doubled", "2", "a")


def test_a_cell_beside_a_sheet_s_columns_is_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["name", "city"], ["Ada", "Bath"], ["Ben", "Bath", None, "see above"]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    faults = [record.fault for record in open_table(str(tmp_path / "a.xlsx")).records()]
    assert faults[0] is None
    assert faults[1] is not None
    assert (faults[1].code, faults[1].cell) == ("record-ragged", "D3")
    assert "beside the columns" in faults[1].message
    assert "quotes" not in str(faults[1].hint)


def test_json_lines_and_bad_json(tmp_path: Path) -> None:
    assert rows(table(tmp_path / "a.jsonl", '{"a": "1"}\n{"a": true}\n')) == [["1"], ["true"]]
    assert rows(table(tmp_path / "b.json", '{"a": "1"}\n{"a": "2"}\n')) == [["1"], ["2"]]
    with pytest.raises(UnreadableInput, match="is not JSON"):
        table(tmp_path / "c.json", '[{"a": "1"}, {"a": ')
    with pytest.raises(UnreadableInput, match="not a group of fields"):
        table(tmp_path / "d.json", "[1, 2]")


def test_a_file_called_like_a_pattern(tmp_path: Path) -> None:
    assert rows(table(tmp_path / "a[1]*.json", '[{"a": "1"}]')) == [["1"]]


def test_parquet(tmp_path: Path) -> None:
    import duckdb

    path = tmp_path / "a.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT '007' AS zip, 1.10::DECIMAL(5, 2) AS amount, DATE '2024-02-29' AS due, NULL::VARCHAR AS no) "
            f"TO '{path}'"
        )
    found = open_table(str(path))
    assert found.columns == ("zip", "amount", "due", "no")
    assert rows(found) == [["007", "1.10", "2024-02-29", ""]]
    (tmp_path / "b.parquet").write_bytes(b"PAR1nonsense")
    with pytest.raises(UnreadableInput, match="not a Parquet file"):
        open_table(str(tmp_path / "b.parquet"))


def test_sqlite(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript(
        "CREATE TABLE people (name TEXT, zip TEXT, n INTEGER); CREATE TABLE other (x);"
        "INSERT INTO people VALUES ('Ada', '01067', 12345678901), ('Bo', NULL, 2);"
    )
    connection.close()
    assert rows(open_table(str(path), Choice(table="people"))) == [["Ada", "01067", "12345678901"], ["Bo", "", "2"]]
    assert rows(open_table(str(path), Choice(query="SELECT name FROM people WHERE n = 2"))) == [["Bo"]]
    with pytest.raises(UsageError, match="has 2 tables"):
        open_table(str(path))
    with pytest.raises(UsageError, match="did you mean 'people'"):
        open_table(str(path), Choice(table="poeple"))
    with pytest.raises(UnreadableInput):
        rows(open_table(str(path), Choice(query="DELETE FROM people RETURNING name")))


def test_workbooks_by_sheet(tmp_path: Path) -> None:
    import datetime

    import openpyxl

    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Members"
    sheet.append(["Name", "PLZ", "Amount", "Due", "Yes", "Long"])
    sheet.append(["Ada", "01067", 1234.5, datetime.date(2026, 3, 2), True, 123456789012])
    sheet.append([])
    sheet.append(["Bo", 4401, 0.1 + 0.2, datetime.datetime(2026, 3, 2, 14, 30), False, None])
    book.create_sheet("Other").append(["x"])
    book.save(path)
    found = open_table(str(path))
    assert found.columns == ("Name", "PLZ", "Amount", "Due", "Yes", "Long")
    assert [(record.number, *record.values.values()) for record in found.records()] == [
        (1, "Ada", "01067", "1234.5", "2026-03-02", "true", "123456789012"),
        (3, "Bo", "4401", "0.3", "2026-03-02 14:30:00", "false", ""),
    ]
    assert "there are others: 'Other'" in found.notes[0].message
    assert open_table(str(path), Choice(sheet="Other")).columns == ("x",)
    with pytest.raises(UsageError, match="there is no sheet 'Membres'"):
        open_table(str(path), Choice(sheet="Membres"))
    (tmp_path / "b.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    with pytest.raises(UnreadableInput, match="not a workbook"):
        open_table(str(tmp_path / "b.xlsx"))


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


def _as_server_user(folder: Path) -> dict[str, int]:
    """PostgreSQL does not run as root: as `nobody`, then."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The URL of a real server, started for these tests, that is reached through a socket in a folder of its own."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = shutil.which("initdb") or (str(found[-1]) if found else None)
    if initdb is None:
        needs.lack("postgresql", "PostgreSQL's server is not installed (Debian: apt-get install postgresql)")
    binaries = Path(initdb).resolve().parent
    folder = Path(tempfile.mkdtemp(prefix="lp-pg-"))
    who = _as_server_user(folder)
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    run = {"check": True, "capture_output": True, "timeout": 60, "env": environment, "cwd": folder, **who}
    data = folder / "data"
    try:
        subprocess.run(
            [binaries / "initdb", "-D", data, "-U", "clerk", "-E", "UTF8", "--no-sync", "-A", "trust"], **run
        )
        options = f"-c listen_addresses='' -k {folder} -c fsync=off"
        subprocess.run([binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"], **run)
    except (subprocess.SubprocessError, OSError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        needs.lack("postgresql", f"PostgreSQL cannot be started here: {getattr(error, 'stderr', b'') or error}")
    try:
        yield f"postgresql://clerk:secret@/postgres?host={folder}"
    finally:
        subprocess.run([binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"], **run)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow
def test_postgresql_table_and_query(server: str) -> None:
    import psycopg

    with psycopg.connect(server) as connection:
        connection.execute(
            "CREATE TABLE people "
            "(name text, zip text, amount numeric(12, 2), due date, member boolean, big bigint, tags text[])"
        )
        connection.execute(
            "INSERT INTO people SELECT 'Name ' || n, '01067', n + 0.10, date '2026-03-02', n % 2 = 0, "
            "9007199254740993, NULL FROM generate_series(1, 3000) AS n"
        )
    found = open_table(server, Choice(table="public.people"))
    assert found.columns == ("name", "zip", "amount", "due", "member", "big", "tags")
    assert "secret" not in found.name
    everyone = rows(found)
    assert len(everyone) == 3000
    assert everyone[1] == ["Name 2", "01067", "2.10", "2026-03-02", "true", "9007199254740993", ""]
    query = "SELECT name FROM people WHERE amount > 2999 ORDER BY amount DESC;"
    assert rows(open_table(server, Choice(query=query))) == [["Name 3000"], ["Name 2999"]]
    query = "SELECT ARRAY['nuts', 'bolts, M6', NULL] AS a, ARRAY[1, 2] AS b, 1.234::float8 AS c, "
    query += "timestamp '2026-03-02' AS d, timestamptz '2026-03-02 14:30' AS e"
    (record,) = open_table(server, Choice(query=query)).records()
    values = list(record.values.values())
    assert values[:4] == [["nuts", "bolts, M6", ""], ["1", "2"], "1.234", "2026-03-02"]
    assert values[4].startswith("2026-03-02 ")
    assert isinstance(values[2], Shown)
    with pytest.raises(UnreadableInput, match="PostgreSQL says"):
        open_table(server, Choice(table="nobody"))
    with pytest.raises(UnreadableInput):
        rows(open_table(server, Choice(query="DELETE FROM people RETURNING name")))
    with pytest.raises(UsageError, match="which table"):
        open_table(server)


def test_postgresql_that_does_not_answer(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="PostgreSQL says") as caught:
        open_table(f"postgresql://clerk:secret@/none?host={tmp_path}", Choice(table="people"))
    assert "secret" not in str(caught.value)


def test_passwords_are_not_shown() -> None:
    assert (
        tables.without_password("postgresql://u:p:@ss@h/db?password=x&sslmode=require")
        == "postgresql://u@h/db?sslmode=require"
    )


SPECTRUM = Path(__file__).resolve().parents[3] / "shared/data/csv-spectrum"


@pytest.mark.skipif(not SPECTRUM.is_dir(), reason="csv-spectrum lies beside the project only where it is developed")
def test_csv_spectrum_is_read_as_it_is_meant() -> None:
    files = sorted((SPECTRUM / "csvs").glob("*.csv"))
    assert len(files) == 12
    for file in files:
        expected = json.loads((SPECTRUM / f"json/{file.stem}.json").read_text(encoding="utf-8"))
        expected = expected if isinstance(expected, list) else [expected]
        table = tables.open_table(str(file))
        found = [{key: value or "" for key, value in record.values.items()} for record in table.records()]
        found = [{key: value.replace("\r\n", "\n") for key, value in row.items()} for row in found]
        wanted = [{key: value.replace("\r\n", "\n") for key, value in row.items()} for row in expected]
        for row in (*found, *wanted):
            row.pop("Contact Phone Number", None)  # the list's own table and its JSON do not agree on it
        assert found == wanted, file.name


# --- files that are made to harm --------------------------------------------------------------------------------------


def sheet_of(cells: str, before: str = "") -> bytes:
    """A workbook of one sheet, with these cells as they are written."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="a" Type="{kind}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="a" Type="{kind}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{kind}"><sheets><sheet name="S" sheetId="1" r:id="a"/>'
        "</sheets></workbook>",
        "xl/worksheets/sheet1.xml": f'{before}<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def cell(place: str, text: str = "x") -> str:
    row = "".join(filter(str.isdigit, place))
    return f'<row r="{row}"><c r="{place}" t="inlineStr"><is><t>{text}</t></is></c></row>'


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (sheet_of(cell("A1") + cell("XFD1048576")), "reaches 1,048,576 rows down and 16,384 columns across"),
        (sheet_of(cell("A1") + cell("XFD2000")), "2,000 rows down and 16,384 columns"),
        (sheet_of(cell("A1") + cell("ZZZZZZZZ999999999")), "has a cell ZZZZZZZZ999999999"),
        (sheet_of(cell("A1") + cell("A1048577")), "has a cell A1048577"),
        (sheet_of(cell("A1", "&a;"), '<!DOCTYPE x [<!ENTITY a "b">]>'), "declares entities"),
        (sheet_of(cell("A1") + " " * 3_000_000 + cell("XFD1048576")), "reaches 1,048,576 rows"),
    ],
)
def test_a_sheet_that_would_take_all_memory_is_refused_by_name(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "far.xlsx"
    path.write_bytes(data)
    with pytest.raises(UnreadableInput) as caught:
        open_table(str(path))
    assert caught.value.diagnostics[0].file == str(path)
    assert words in caught.value.diagnostics[0].message


def test_formats_far_away_are_no_cells(tmp_path: Path) -> None:
    """A format of whole columns is written as empty cells."""
    far = '<row r="1048576"><c r="A1048576" s="1"/><c r="XFD1048576" s="1" /></row>'
    (tmp_path / "a.xlsx").write_bytes(sheet_of(cell("A1", "name") + cell("A2", ' r="XFD1048576" Ada') + far))
    found = open_table(str(tmp_path / "a.xlsx"))
    assert [record.values["name"] for record in found.records()] == ['r="XFD1048576" Ada']


def test_a_workbook_that_unpacks_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from letterpress.recipients import workbook

    monkeypatch.setattr(workbook, "MAX_UNPACKED", 5_000_000)
    (tmp_path / "a.xlsx").write_bytes(sheet_of(cell("A1", "x" * 6_000_000)))
    with pytest.raises(UnreadableInput, match="unpacks to more than 5 MB"):
        open_table(str(tmp_path / "a.xlsx"))


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("[" * 50_000 + "]" * 50_000, "1"),
        ('[{"name": "Ada"}, {"name": ' + "[" * 40 + "]" * 40 + "}]", "2"),
        ('[{"name": "Ada"}, {"name": ' + "[" * 50_000 + "]" * 50_000 + "}]", "2"),
        ('[{"name": ' + '{"a": ' * 500 + "1" + "}" * 500 + "}]", "1"),
    ],
)
def test_json_nested_without_end_is_a_fault_of_its_record(tmp_path: Path, text: str, record: str) -> None:
    (tmp_path / "deep.json").write_text(text)
    with pytest.raises(UnreadableInput, match="nested more than 32 levels") as caught:
        list(open_table(str(tmp_path / "deep.json")).records())
    assert caught.value.diagnostics[0].file == str(tmp_path / "deep.json")
    assert caught.value.diagnostics[0].record == record


def test_a_nul_is_damage_of_its_record_and_not_another_encoding(tmp_path: Path) -> None:
    (tmp_path / "nul.csv").write_bytes(b"name,w\nA\0B,1\nAda,2\n\0\0\0\0\n")
    found = list(open_table(str(tmp_path / "nul.csv")).records())
    faults = [(record.number, record.fault and record.fault.field) for record in found]
    assert faults == [(1, "name"), (2, None), (3, "name")]
    assert "NUL" in str(found[0].fault)
    (tmp_path / "head.csv").write_bytes(b"na\0me,w\nAda,1\n")
    with pytest.raises(UnreadableInput, match="header holds a NUL"):
        open_table(str(tmp_path / "head.csv"))
    (tmp_path / "wide.csv").write_bytes("name,w\r\nÅsa,1\r\n".encode("utf-16-le"))
    assert [record.values for record in open_table(str(tmp_path / "wide.csv")).records()] == [{"name": "Åsa", "w": "1"}]


@pytest.mark.slow
def test_postgresql_ends_a_query_that_takes_too_long_itself(server: str) -> None:
    endless = "SELECT count(*)::text AS name FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b"
    with pytest.raises(UnreadableInput, match="statement timeout") as caught:
        rows(open_table(server, Choice(query=endless, seconds=0.3)))
    assert "--time-limit" in str(caught.value)


@pytest.mark.slow
def test_a_signal_cancels_a_query_at_the_server(server: str) -> None:
    import psycopg

    def ring(*_: object) -> None:
        raise KeyboardInterrupt

    def ring_when_it_runs() -> None:
        """Send the signal once the server is at work on the query, so that it never falls into psycopg's own connecting."""
        with psycopg.connect(server, autocommit=True) as connection:
            while not stop.is_set():
                if connection.execute(running).fetchall():
                    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGALRM)  # the one that waits
                    return
                stop.wait(0.02)

    endless = "SELECT count(*)::text AS name FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b"
    # Records come through a cursor: what runs is its FETCH.
    running = "SELECT query FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'FETCH%'"
    stop = threading.Event()
    bell = threading.Thread(target=ring_when_it_runs)
    before = signal.signal(signal.SIGALRM, ring)
    try:
        found = open_table(server, Choice(query=f"SELECT name FROM ({endless}) AS x"))
        bell.start()
        with pytest.raises(KeyboardInterrupt):
            rows(found)
    finally:
        stop.set()
        bell.join()
        signal.signal(signal.SIGALRM, before)
    del found
    gc.collect()  # a connection left open is this test's own warning, not the next one's
    with psycopg.connect(server, autocommit=True) as connection:
        end = time.monotonic() + 20  # a server ends what is cancelled soon, and this query by itself never
        while (left := connection.execute(running).fetchall()) and time.monotonic() < end:
            time.sleep(0.02)
        assert left == []


# --- cells of a workbook that give no value ---------------------------------------------------------------------------


def with_gaps(path: Path) -> None:
    """A sheet that begins at B3, with errors, formulas and an empty result among its cells."""
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "Notes"
    sheet = book.create_sheet("Offer & Co")
    rows = [
        ("name", "amount", "note"),
        ("Ada", "#N/A", "fine"),
        ("Bo", "=1+1", "fine"),
        ("Cy", 3, "#DIV/0!"),
        ("Di", 4, "=1+2"),
        ("#REF!", "", ""),
        ("Ed", 5, "'=1+2"),
    ]
    for down, row in enumerate(rows, start=3):
        for across, value in enumerate(row, start=2):
            sheet.cell(down, across, value)
    book.active = 1
    book["Notes"].sheet_state = "hidden"
    book.save(path)
    # What spreadsheet programs write where a formula gives an empty text, and a number.
    part = "xl/worksheets/sheet2.xml"
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    empty = b'<c r="D7" t="str"><f>1+2</f><v></v></c>'
    parts[part] = re.sub(rb'<c r="D7"[^>]*>.*?</c>', empty, parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_errors_and_formulas_without_a_value_are_told_by_cell(tmp_path: Path) -> None:
    with_gaps(tmp_path / "gaps.xlsx")
    table = open_table(str(tmp_path / "gaps.xlsx"))
    found = {record.number: dict(record.spoilt) for record in table.records()}
    assert found == {
        1: {"amount": "C4 holds #N/A"},
        2: {"amount": "C5 holds a formula that was never calculated"},
        3: {"note": "D6 holds #DIV/0!"},
        4: {},
        5: {"name": "B8 holds #REF!"},
        6: {},
    }
    assert [record.values["name"] for record in table.records()] == ["Ada", "Bo", "Cy", "Di", "", "Ed"]
    assert all(record.fault is None for record in table.records())


@pytest.mark.parametrize("choice", [(), ("--order-by", "name"), ("--where", "amount IS NULL OR amount > 3")])
def test_a_cell_without_a_value_fails_its_record_if_its_column_is_used(
    project: Project, choice: tuple[str, ...]
) -> None:
    front = "letterhead: plain\nto: {name: X, lines: [1 Quay]}\nfields: {amount: integer}\nmap: {note: ignore}\n"
    letter = project.letter("Text {{ fields.amount }}.\n", front)
    with_gaps(project.root / "gaps.xlsx")
    ran = project.cli("merge", letter, "--data", "gaps.xlsx", "-o", "out", "--dry-run", "--jobs", "0", *choice)
    assert ran.code == 1
    assert "record 1: amount: C4 holds #N/A. hint: mend the cell" in ran.err
    assert "record 2: amount: C5 holds a formula that was never calculated. hint: open and save it" in ran.err
    assert "#DIV/0!" not in ran.err
    if "--where" not in choice:
        assert "record 5: name: B8 holds #REF!" in ran.err
        assert "6 records checked, 3 to mend" in ran.err


def test_a_long_cell_between_two_blocks_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_gaps(tmp_path / "gaps.xlsx")
    whole = sheet_cells.look(tmp_path / "gaps.xlsx", "Offer & Co").faults
    assert len(whole) == 4
    monkeypatch.setattr(sheet_cells, "_BLOCK", 7)
    assert sheet_cells.look(tmp_path / "gaps.xlsx", "Offer & Co").faults == whole
    assert sheet_cells.look(tmp_path / "gaps.xlsx", "Notes").faults == {}
    monkeypatch.setattr(sheet_cells, "MOST", 3)
    with pytest.raises(UnreadableInput, match="more than 3 of its cells are errors"):
        open_table(str(tmp_path / "gaps.xlsx"))
