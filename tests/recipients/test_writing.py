"""How the columns of a table are written: one reading for a whole column, or a fault with both."""

from __future__ import annotations

from pathlib import Path

import pytest

import letterpress
from letterpress.model import Writing
from letterpress.recipients import columns, tables, writing

LETTER = """---
fields: {due: date, amount: {type: money, currency: EUR}, count: integer, yen: {type: money, currency: JPY}}
---
{{ fields.due }}{% if fields.amount %} {{ fields.amount }}{% endif %}{% if fields.count %} {{ fields.count }}{% endif %}
"""


def found(tmp_path: Path, text: str, said: Writing | None = None) -> tuple[dict[str, Writing], list[str]]:
    (tmp_path / "letter.md").write_text(LETTER, encoding="utf-8")
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    letter = letterpress.load(tmp_path / "letter.md")
    table = tables.open_table(str(tmp_path / "list.csv"))
    mapped = columns.map_columns(letter, table.columns, source=table.name)
    writings, faults = writing.of_table(letter, table, mapped, said or Writing())
    return writings, [f"{fault.code} {fault.cell} {fault.value} {fault.message.partition(': ')[2]}" for fault in faults]


@pytest.mark.parametrize(
    ("column", "values", "expected"),
    [
        ("due", ["03/04/2026", "15/04/2026"], "dmy"),
        ("due", ["03/04/2026", "04/15/2026"], "mdy"),
        ("due", ["03/04/2026", "soon", "", "04/15/26"], "mdy"),
        ("due", ["03.04.2026", "04.05.2026"], None),  # points are written in one order only
        ("due", ["04/04/2026", "2026-04-03"], None),  # the same day in both orders
        ("due", ["15/04/2026", "04/15/2026"], None),  # each has one reading
        ("amount", ["1.234", "1.234,50"], ","),
        ("amount", ["€ 1,234", "€ 0.5"], "."),
        ("amount", ["1 234", "12"], None),
        ("count", ["1,234", "1,234,567"], "."),
        ("count", ["1,000", "1,234"], "."),
        ("yen", ["¥1.234"], ","),
    ],
)
def test_one_reading_for_a_column(tmp_path: Path, column: str, values: list[str], expected: str | None) -> None:
    rows = "".join(f'"{value}",x\n' for value in values)
    writings, faults = found(tmp_path, f"{column},name\n{rows}")
    assert faults == []
    assert (writings[column].dates if column == "due" else writings[column].decimal) == expected


@pytest.mark.parametrize(
    ("column", "values", "expected"),
    [
        ("due", ["2026-01-01", "03/04/2026"], "A3 03/04/2026 no value of the column says which"),
        ("amount", ["5", "EUR 1.234"], "A3 EUR 1.234 no value of the column says which"),
        ("count", ["5", "1,000"], "A3 1,000 no value of the column says which"),
        ("count", ["1,234", "1.234"], "A2 1,234 the column has both '1,234' (record 1) and '1.234' (record 2)"),
        (
            "due",
            ["15/04/2026", "04/15/2026", "03/04/2026"],
            "A4 03/04/2026 the column has both '15/04/2026' (record 1) and '04/15/2026' (record 2)",
        ),
    ],
)
def test_an_ambiguous_column_is_a_fault(tmp_path: Path, column: str, values: list[str], expected: str) -> None:
    rows = "".join(f'"{value}",x\n' for value in values)
    assert found(tmp_path, f"{column},name\n{rows}")[1] == [f"column-written-ambiguously {expected}"]


def test_what_is_declared_needs_no_reading(tmp_path: Path) -> None:
    letter = tmp_path / "declared.md"
    letter.write_text("---\ndata: {lang: de, decimal: point}\n---\nx\n", encoding="utf-8")
    said = writing.declared(letterpress.load(letter))
    assert said == Writing(lang="de", dates="dmy", decimal=".")
    assert writing.declared(letterpress.load(letter), "en-US") == Writing(lang="en-US", dates="mdy", decimal=".")
    assert found(tmp_path, "due,amount\n03/04/2026,1.234\n", said)[1] == []


def test_rows_of_a_program_have_no_column_to_look_at(tmp_path: Path) -> None:
    (tmp_path / "letter.md").write_text(LETTER, encoding="utf-8")
    rows = [{"name": "A", "due": "03/04/2026"}, {"name": "A", "due": "2026-04-03"}]
    made = list(letterpress.merge(tmp_path / "letter.md", rows))
    assert [result.status for result in made] == ["failed", "done"]
    assert [fault.code for fault in made[0].diagnostics] == ["address-columns-missing", "date-ambiguous"]
    assert dict(made[0].diagnostics[1].params)["readings"] == ("2026-04-03", "2026-03-04")
    (made,) = letterpress.merge(tmp_path / "letter.md", [{"name": "A", "due": "2026-04-03", "yen": "1,234"}])
    assert made.status == "done"
    (made_with,) = letterpress.merge(tmp_path / "letter.md", rows[:1], data_lang="en-GB")
    assert made_with.status == "done"
