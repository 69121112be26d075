"""What is told of usual values by a quick look is what a thorough one finds, whatever the values are."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from letterpress.batch import file_names, fingerprint
from letterpress.batch.journal import finished
from letterpress.recipients import address_keys, column_names, columns, marks, records
from letterpress.recipients.columns import Mapped
from letterpress.recipients.records import Origin, Record, Row, Table
from letterpress.text.quantities import Shown

SIGNS = st.sampled_from("aZ09 -._~'\"&<>=\\/|*?:#%@+,;()[]{}\t\n\0éßﬁ東\u200b\ufeff\ufffd")
ODD = "con aux.pdf com1 COM¹ NUL.x -- n/a N/A. 'k. A.' None NULL &amp; <br> '04401 =\"04\" _x000D_ \\n".split()
ODD += ["Ada Brook", "4 Mill Lane", "a  b", " a", "a ", "con .x", "x" * 300, "é" * 120, "nicht angegeben", ".", ""]
TEXTS = st.one_of(
    st.text(SIGNS, max_size=12),
    st.text(max_size=20),
    st.sampled_from(ODD),
)
ROWS = st.lists(TEXTS, min_size=3, max_size=3)
COLUMNS = ("name", "to.city", 'Straße "x"')


@given(st.lists(ROWS, max_size=6), st.booleans())
def test_the_records_of_a_table(cells: list[list[str]], loose: bool) -> None:
    def rows() -> Iterator[Row]:
        return (Row(list(row), at, unquoted=at % 2 == 0) for at, row in enumerate(cells))

    table = Table(origin=Origin(file="list.csv", columns=COLUMNS, header_row=1), rows=rows, loose=loose)
    quick = list(table.records())
    with mock.patch.object(records, "_is_plain", return_value=False):
        assert quick == list(table.records())


@given(ROWS, st.none() | st.integers(0, 10**9), st.booleans(), st.booleans())
def test_a_record_as_json(row: list[str], line: int | None, unquoted: bool, shown: bool) -> None:
    values = dict(zip(COLUMNS, row, strict=True)) | ({"n": Shown("15%", "0.15")} if shown else {})
    record = Record(number=7, values=values, line=line, unquoted=unquoted and line is not None)
    assert record.packed_json() == json.dumps(record.packed(), ensure_ascii=False)


@given(TEXTS)
def test_a_name_without_case_accents_and_punctuation(text: str) -> None:
    assert column_names.fold(text) == column_names._folded(text)


@given(TEXTS)
def test_a_cell_that_says_nothing(text: str) -> None:
    if text.strip() == text and column_names.is_nothing(text):
        assert text[0] not in column_names.not_nothing()
    mapped = Mapped(paths={"to.name": ("name",)}, columns=("name",), recipient=("name",))
    empty = text.strip() == text and len(text) < 20 and column_names.is_nothing(text)
    assert columns.with_values(mapped, {"name": text})["name"] == ("" if empty else text)


@given(ROWS)
def test_a_row_without_marks(row: list[str]) -> None:
    values = dict(zip(COLUMNS, row, strict=True))
    found = marks.faults(values, COLUMNS) + marks.lost(values, COLUMNS)
    assert not found or not marks.has_none(values)
    assert marks.has_none({"name": "Ada Brook", "city": "Bangor"})


@given(ROWS)
def test_an_address(row: list[str]) -> None:
    values = dict(zip(("to.name", "to.street", "to.city"), row, strict=True))
    key = address_keys.address_key(values)
    texts = [
        str(values.get(f"to.{part}", "")) for part in "name organisation street postcode city country lines".split()
    ]
    assert key == ("\n".join(map(column_names._folded, texts)) if row[1] or row[2] else "")


@given(TEXTS)
def test_a_part_of_a_files_name(text: str) -> None:
    quick = file_names._clean(text), file_names._safe(text), file_names.folded(text)
    anything = re.compile("")
    with mock.patch.multiple(file_names, _UNCLEAN=anything, _UNSAFE=anything):
        assert quick[:2] == (file_names._clean(text), file_names._safe(text))
    composed = file_names.unicodedata.normalize("NFKC", text).casefold()
    assert quick[2] == file_names.unicodedata.normalize("NFC", composed)


@given(st.dictionaries(TEXTS, TEXTS | st.integers(), max_size=4))
def test_the_id_of_a_job(values: dict[str, object]) -> None:
    text = json.dumps(sorted(values.items()), default=str)
    assert fingerprint.of_letter("base", values) == hashlib.sha256(f"base\n{text}".encode()).hexdigest()[:32]


@given(TEXTS, st.none() | st.integers(0, 999))
def test_a_line_of_the_second_record(name: str, pages: int | None) -> None:
    row = (name, "job", "ab" * 32, pages, 17)
    _, text = finished._line(row).split(b" ", 1)
    assert text == json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
    assert finished._row(finished._line(row)) == row
