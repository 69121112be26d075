"""One letter for the records of a group: values of their types, sums, a household's persons, and what they differ in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.project import Project, Ran, pdf_text

pytestmark = pytest.mark.slow

FRONT = """\
letterhead: plain
lang: en-US
date: 2026-03-02
salutation: auto
typography: false
fields:
  records: list
  item: text
  amount: {type: money, currency: USD}
  due: date
  paid: boolean
  seats: {type: integer, default: 2}
"""
BODY = """\
| Item | Amount | Due |
|---|---:|---|
{% for one in fields.records %}| {{ one.item }} | {{ one.amount }} | {{ one.due }} |
{% endfor %}| Total | {{ fields.records | sum('amount') }} | |

{{ fields.records | count }} items, {{ fields.records | count('paid') }} paid, {{ fields.records | count('amount') }} priced;
least {{ fields.records | min('amount') }}, most {{ fields.records | max('amount') }}, average
{{ fields.records | average('amount') }}, last {{ fields.records | max('due') }}, {{ fields.records | sum('seats') }} seats.
"""
HEADER = "House,Name,Anrede,Street,ZIP,City,Item,Amount,Due,Paid\n"


def merge(project: Project, *options: str) -> Ran:
    command = ("merge", "content/letters/letter.md", "--data", "people.csv", "-o", "out", "--jobs", "0", "--json")
    return project.cli(*command, "--group-by", "House", *options)


def words(path: Path) -> str:
    return " ".join(pdf_text(path).split())


def test_a_statement_has_the_items_of_its_group_and_their_sums(project: Project) -> None:
    project.letter(BODY, FRONT)
    rows = ("Rope,1234.5,2026-04-03,yes", "Anchor,0.10,,no", "Buoy,,2026-05-01,")
    project.write("people.csv", HEADER + "".join(f"A,Ada Brook,Ms.,4 Mill Lane,04401,Bangor,{row}\n" for row in rows))
    ran = merge(project)
    assert ran.code == 0, ran.err
    (letter,) = ran.json["letters"]
    assert letter["diagnostics"] == []
    text = words(project.root / "out/letter-00001.pdf")
    assert "Rope $1,234.50 April 3, 2026 Anchor $0.10 Buoy May 1, 2026 Total $1,234.60" in text
    assert "3 items, 1 paid, 2 priced; least $0.10, most $1,234.50, average $617.30, last May 1, 2026, 6 seats." in text
    assert "None" not in text


def test_a_household_is_addressed_with_its_persons(project: Project) -> None:
    project.letter("Dear {{ to.name }}: {{ fields.item }} for both.\n", FRONT)
    rows = [
        "A,Ada Brook,Ms.,4 Mill Lane,04401,Bangor,Rope,,,",
        "A,ada brook,Ms.,4 Mill Lane,04401,Bangor,Rope,,,",
        "A,Ben Brook,Mr.,6 Mill Lane,04401,Bangor,Buoy,,,",
        ",Cy Orr,Mr.,8 Mill Lane,04401,Bangor,Rope,,,",
        ",Di Orr,Ms.,9 Mill Lane,04401,Bangor,Rope,,,",
    ]
    project.write("people.csv", HEADER + "\n".join(rows) + "\n")
    ran = merge(project)
    assert ran.code == 0, ran.err
    letters = ran.json["letters"]
    assert [one["record"] for one in letters] == ["1+2+3", "4", "5"]
    text = words(project.root / "out/letter-00001.pdf")
    assert "Ms. Ada Brook Mr. Ben Brook 4 Mill Lane Bangor 04401" in text
    assert "Dear Ms. Brook and Mr. Brook:" in text
    assert "Dear Ada Brook and Ben Brook: Rope" in text
    said = [(fault["code"], fault["column"], fault["message"]) for fault in letters[0]["diagnostics"]]
    assert [one[:2] for one in said] == [("group-differs", "Street"), ("group-differs", "Item")]
    assert "('4 Mill Lane', '6 Mill Lane'): the first is taken" in said[0][2]
    for alone in letters[1:]:
        assert [fault["code"] for fault in alone["diagnostics"]] == ["group-nameless"]


def test_what_is_wrong_in_a_group_names_the_cell(project: Project) -> None:
    project.letter(BODY.replace("{{ one.due }}", "{{ one.dew }}"), FRONT)
    rows = ["A,Ada,,4 Mill Lane,04401,Bangor,Rope,1,soon,", "A,Ben,,4 Mill Lane,04401,Bangor,Rope,£2,,"]
    project.write("people.csv", HEADER + "\n".join(rows) + "\n")
    ran = merge(project, "--dry-run")
    (letter,) = ran.json["letters"]
    found = [(fault["code"], fault.get("cell"), fault["field"]) for fault in letter["diagnostics"]]
    assert found[:2] == [("date-unreadable", "I2", "fields.due"), ("currency-wrong", "H3", "fields.records.2.amount")]
    assert [(fault["line"], fault["value"], fault["hint"]) for fault in letter["diagnostics"][2:]] == [
        (18, "dew", "did you mean 'due'?")
    ]
