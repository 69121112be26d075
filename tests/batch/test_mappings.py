"""The Python merge: it makes of rows what the command makes of a table, and no row ends it."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import letterpress
from tests.support.project import Project, pdf_text

FRONT = """\
letterhead: plain
lang: en-US
date: 2026-03-02
from: {name: Harbor Light Clinic, lines: [12 Quay Road, "Portland, ME 04101"], country: US}
salutation: Dear {{ to.name }}
closing: Sincerely
signatories: [{name: Jo Lind, title: Director}]
fields:
  amount: {type: decimal, required: true}
  fee: {type: money, currency: USD}
  seats: integer
  due: date
  member: boolean
  plan: {type: choice, choices: [basic, full]}
  parts: list
  note: {}
"""
MAPPED = FRONT.replace("fields:", "map: {Kundennr: note, Region code: ignore}\nfields:")
BODY = """\
{{ fields.amount }} {{ fields.fee or "-" }} {{ fields.seats or "-" }} {{ fields.due or "-" }} {{ fields.note or "-" }}
{% if fields.member %}member{% endif %} {{ fields.plan or "-" }} {% for item in fields.parts or [] %}*{{ item }}* {% endfor %}
"""
COLUMNS = (
    "Given name,Family name,Street address,House number,ZIP,City,Country,to.title,Language,Letterhead,Paper,Signatory,"
    "Enclosures,Subject,Amount,Fee,Seats,Due,Member,Plan,fields.parts,Kundennr,Region code,Shoe size"
)
ADA = "Ada,Brook,Mill Lane,4,04401,Bangor,US,Director,,,,,,,1,,,,,,,,,"
GOOD = [
    ADA,
    "Anna,Grün,Lindenallee,12 a,01067,Dresden,Deutschland,,de-DE,din5008,A4,kim-ito,Plan {{ x }}; Liste,Betreff,"
    '"1.234,50","99,90 USD",3,02.04.2026,ja,full,Schraube; Mutter,K-7,x,38',
    "Max,Orr,Quay,1,04401,Bangor,Germany,,,CONGRESS,letter,kim-ito; jo-lind,,,2.5,,,,no,basic,,,,",
]
BAD = [
    ",,Mill Lane,4,04402,Bangor,US,,,,,,,,1,,,,,,,,,",
    "Bad,Amount,Mill Lane,4,04403,Bangor,US,,,,,,,,twelve,,,,,,,,,",
    "No,Amount,Mill Lane,4,04404,Bangor,US,,,,,,,,,,,,,,,,,",
    "Bad,Rest,Mill Lane,4,04405,Bangor,US,,,,,,,,1,free,1.5,soon,perhaps,none,,,,",
    "Bad,Country,Mill Lane,4,04406,Bangor,Germny,,,,,,,,1,,,,,,,,,",
    "Bad,Signatory,Mill Lane,4,04407,Bangor,US,,,,,kim-itto,,,1,,,,,,,,,",
    "Bad,Letterhead,Mill Lane,4,04408,Bangor,US,,,plian,,,,,1,,,,,,,,,",
    "Bad,Paper,Mill Lane,4,04409,Bangor,US,,,,a5,,,,1,,,,,,,,,",
    "Bad,Language,Mill Lane,4,04410,Bangor,US,,xx-YY,,,,,,1,,,,,,,,,",
    "Bad\u202eText,X,Mill Lane,4,04411,Bangor,US,,,,,,,,1,,,,,,,,,",
]


@pytest.fixture
def desk(project: Project) -> Project:
    project.letter(BODY, FRONT)
    project.letter(BODY, MAPPED, "content/letters/mapped.md")
    german = MAPPED.replace("en-US", "de-DE").replace("Dear", "Guten Tag").replace("Sincerely", "Mit Gruß")
    for name in ("letter", "mapped"):
        project.letter("Deutsch: " + BODY, german, f"content/letters/{name}.de.md")
    project.write("content/people/kim-ito.yml", "name: Kim Ito\ntitle: Treasurer\n")
    project.write("content/people/jo-lind.yml", "name: Jo Lind\ntitle: Director\n")
    return project


def merge(rows: Any, letter: str = "content/letters/letter.md", **chosen: Any) -> list[letterpress.Result]:
    return list(letterpress.merge(letter, rows, **chosen))


TABLE = {"sheet", "row", "cell", "fixes"}


def same(fault: Mapping[str, Any], command: Mapping[str, Any]) -> bool:
    """Whether two diagnostics say the same, but for the place in a table, which rows in Python do not have."""
    apart = TABLE | ({"file", "line", "span"} if command["file"] == "people.csv" else set())
    texts = [json.dumps({key: value for key, value in one.items() if key not in apart}) for one in (fault, command)]
    return texts[0] == texts[1]


@pytest.mark.slow
def test_the_python_merge_makes_what_the_command_makes_of_every_kind_of_column(desk: Project) -> None:
    table = "\n".join([COLUMNS, *GOOD, *BAD]) + "\n"
    desk.write("people.csv", table)
    ran = desk.cli("merge", "content/letters/mapped.md", "--data", "people.csv", "-o", "out", "--jobs", "0", "--json")
    assert ran.code == 1, ran.err
    results = merge(csv.DictReader(io.StringIO(table)), "content/letters/mapped.md")
    letters = ran.json["letters"]
    assert [one["status"] for one in letters] == ["done"] * len(GOOD) + ["failed"] * len(BAD)
    for one, result in zip(letters, results, strict=True):
        assert (result.record, result.status, result.pages) == (one["record"], one["status"], one["pages"])
        if result.pdf is not None:
            assert result.pdf == Path(one["output"]).read_bytes()
        of_columns = ("column-unused", "column-gives-text")
        own = [fault for fault in result.as_json()["diagnostics"] if fault["code"] not in of_columns]
        wrong = [pair for pair in zip(own, one["diagnostics"], strict=True) if not same(*pair)]
        assert not wrong, json.dumps(wrong)
    unused = [fault for result in results for fault in result.diagnostics if fault.code == "column-unused"]
    assert [(fault.message, fault.value) for fault in unused] == [("not used: the column 'Shoe size'", "Shoe size")]
    assert unused[0] in results[0].diagnostics
    (command,) = [fault for fault in ran.json["diagnostics"] if fault["code"] == "column-unused"]
    assert same(unused[0].as_json(), command)
    german = results[1].pdf
    assert german is not None
    for text in ("Deutsch: 1.234,50", "Kim Ito", "Plan {{ x }}", "GERMANY", "K-7", "Schraube"):
        assert text in pdf_text(german)


def test_every_bad_record_says_what_is_wrong_and_where(desk: Project) -> None:
    table = "\n".join([COLUMNS, *BAD]) + "\n"
    found = [
        [(fault.code, fault.field, fault.column) for fault in result.diagnostics if fault.severity == "error"]
        for result in merge(csv.DictReader(io.StringIO(table)), "content/letters/mapped.md")
    ]
    places = [[place[1:] for place in faults] for faults in found]
    assert places == [
        [("to.name", "Given name")],
        [("fields.amount", "Amount")],
        [("fields.amount", "Amount")],
        [("fields.fee", "Fee"), ("fields.seats", "Seats"), ("fields.due", "Due"), ("fields.member", "Member"),
         ("fields.plan", "Plan")],
        [("to.country", "Country")],
        [("signatories", "Signatory")],
        [("letterhead", "Letterhead")],
        [("paper", "Paper")],
        [("lang", "Language")],
        [("to.name", "Given name"), ("to.given", "Given name")],
    ]  # fmt: skip
    assert found[0][0][0] == "record-nameless"
    assert found[7][0][0] == "choice-unknown"


def test_values_with_a_type_are_as_good_as_texts(desk: Project) -> None:
    text = {
        "name": "Ada", "postcode": "4401", "city": "Bangor", "amount": "1234.125", "fee": "3", "seats": "7",
        "due": "2026-04-05", "member": "true", "parts": "1; 2.5; x", "note": "12", "plan": "", "lang": "",
    }  # fmt: skip
    typed = {
        "to": {"name": " Ada ", "postcode": 4401, "city": "Bangor"}, "amount": 1234.125, "fee": Decimal(3), "seats": 7,
        "due": datetime.datetime(2026, 4, 5), "member": True, "parts": (1, 2.5, "x"), "note": 12, "plan": None, "lang": None,
    }  # fmt: skip
    one, other = merge([text])[0], merge([typed])[0]
    assert one.status == "done", one.diagnostics
    assert other.sha256 == one.sha256
    # 1.125 is a thousand and more where a point groups digits, but a float has said which number it is.
    (german,) = merge([{**typed, "amount": 1.125, "lang": "de-DE"}])
    assert german.pdf is not None
    assert "Deutsch: 1,125" in pdf_text(german.pdf)
    (wrong,) = merge([{**typed, "amount": float("nan")}])
    assert ("fields.amount", "amount") in [(fault.field, fault.column) for fault in wrong.diagnostics]


class Door(Mapping[str, Any]):
    """A mapping that asks elsewhere, and gets no answer."""

    def __getitem__(self, key: str) -> Any:
        raise ConnectionError("the database has gone")

    def __iter__(self) -> Iterator[str]:
        raise ConnectionError("the database has gone")

    def __len__(self) -> int:
        return 1


def deep(levels: int) -> dict[str, Any]:
    found: dict[str, Any] = {"name": "Ada"}
    for _ in range(levels):
        found = {"to": found}
    return found


BAD_ROWS: dict[str, tuple[Any, str, str]] = {
    "list": (["Ada"], "record-not-mapping", "is no mapping but of type list"),
    "text": ("Ada", "record-not-mapping", "of type str"),
    "nothing": (None, "record-not-mapping", "of type NoneType"),
    "number as a column": ({1: "Ada"}, "record-not-mapping", "names a column by 1, which is no text"),
    "a mapping that raises": (Door(), "record-unreadable", "ConnectionError: the database has gone"),
    "deep": (deep(40), "record-too-deep", "nested more than 32 levels deep"),
    "a column twice": ({"to.name": "A", "to": {"name": "B"}}, "record-not-mapping", "two values for the column 'to.name'"),
    "two columns for one place": ({"name": "A", "ZIP": "1", "postcode": "2", "amount": 1}, "column-ambiguous", "would both be"),
    "no column for what is required": ({"name": "A", "amuont": "1"}, "column-missing", "is required"),
    "nobody": ({"name": " ", "amount": 1}, "record-nameless", "names nobody"),
    "lines beside a town": ({"lines": "A", "street": "B", "city": "C", "amount": 1}, "record-nameless", "'lines' stand beside"),
    "true for a name": ({"name": True, "amount": 1}, "type-wrong", "is true, and a text belongs here"),
    "false as a text": ({"name": "A", "city": "false", "amount": 1}, "type-wrong", "is false, and a text belongs here"),
    "an empty list": ({"name": [], "city": "C", "amount": 1}, "type-wrong", "is an empty list"),
}  # fmt: skip


def test_what_would_not_be_printed_is_said(desk: Project) -> None:
    rows = [
        {"lines": "A", "street": "B", "amount": 1},
        {"honorific": "Mr", "email": "a@example.org", "amount": 1},
        {"lines": "A\nB", "street": "B", "amount": 1},
    ]
    mixed, alone, good = merge(rows, desk.letter("Text.\n", FRONT))
    assert ("address-mixed", "to.street") in {(one.code, one.field) for one in mixed.diagnostics}
    assert {"recipient-unprinted", "table-unrelated"} & {one.code for one in alone.diagnostics}
    assert "address-mixed" not in {one.code for one in good.diagnostics}


@pytest.mark.parametrize("case", BAD_ROWS)
def test_a_bad_row_is_its_own_fault_and_the_next_is_made(desk: Project, case: str) -> None:
    bad, code, message = BAD_ROWS[case]
    good = {"name": "Ada", "amount": 1}
    first, second, third = merge([good, bad, good], desk.letter("Text.\n", FRONT))
    assert (first.status, second.status, third.status) == ("done", "failed", "done")
    assert (second.record, second.id, second.pdf) == ("2", "letter-2", None)
    (fault,) = [fault for fault in second.diagnostics if fault.severity == "error"]
    assert (fault.code, fault.record) == (code, "2")
    assert message in fault.message
    assert third.sha256 == first.sha256


def test_what_no_one_foresaw_in_a_row_is_that_rows_fault(desk: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from letterpress.batch import plan

    plain = plan.columns.assign

    def assign(mapped: Any, record: Mapping[str, Any], **more: Any) -> Any:
        if record["name"] == "Bad":
            raise RuntimeError("a fault of our own")
        return plain(mapped, record, **more)

    monkeypatch.setattr(plan.columns, "assign", assign)
    letter = desk.letter("Text.\n", FRONT)
    results = merge([{"name": name, "amount": 1} for name in ("Ada", "Bad", "Cy")], letter)
    assert [result.status for result in results] == ["done", "failed", "done"]
    assert [fault.code for fault in results[1].diagnostics] == ["itself-failed"]


def test_rows_are_asked_for_one_at_a_time_and_may_have_columns_of_their_own(desk: Project) -> None:
    asked: list[int] = []

    def rows() -> Iterator[dict[str, Any]]:
        for number, extra in enumerate(({}, {"hat": "S"}, {"hat": "M"}, {}), start=1):
            asked.append(number)
            yield {"name": f"Person {number}", "amount": number, **extra}

    letter = desk.letter("Text.\n", FRONT)
    results = letterpress.merge(letter, rows())
    assert [fault.code for fault in next(results).diagnostics] == ["address-columns-missing"]
    assert asked == [1]
    codes = [[(fault.code, fault.value) for fault in result.diagnostics] for result in (next(results), *results)]
    assert codes == [[("column-unused", "hat")], [], []]


def test_a_map_says_what_a_key_is(desk: Project) -> None:
    letter = desk.letter("{{ fields.amount }}\n", FRONT)
    (result,) = merge([{"name": "Ada", "Betrag": "5", "x": "y"}], letter, map={"Betrag": "amount", "x": "ignore"})
    assert (result.status, [fault.code for fault in result.diagnostics]) == ("done", ["address-columns-missing"])
    (result,) = merge([{"name": "Ada", "amount": "5"}], letter, map={"Betrga": "note"})
    assert [fault.code for fault in result.diagnostics] == ["column-unknown"]


def test_a_language_for_all_takes_its_version_of_the_letter(desk: Project) -> None:
    (result,) = merge([{"name": "Ada", "amount": "1,5", "Kundennr": "x", "Region code": "y"}], lang="de-DE")
    assert result.pdf is not None, result.diagnostics
    assert "Deutsch: 1,5 - - - x" in pdf_text(result.pdf)  # and the version's own map says what a column is
    assert [fault.code for fault in result.diagnostics] == ["address-columns-missing"]


def test_limits_hold_for_each_record(desk: Project) -> None:
    letter = desk.letter("Text.\n", FRONT)
    rows = [{"name": "Ada", "amount": 1}, {"name": "Bo", "amount": "x"}]
    free, bound = merge(rows, letter), merge(rows, letter, limits=letterpress.Limits())
    assert [result.as_json() for result in bound] == [result.as_json() for result in free]
    assert free[0].pdf is not None
    assert hashlib.sha256(free[0].pdf).hexdigest() == bound[0].sha256


def test_rows_hear_what_the_command_says_of_a_list(desk: Project) -> None:
    letter = desk.letter("{{ fields.amount }} {{ fields.note or '' }}\n", FRONT)
    address = {"street": "4 Lane", "zip": "04401", "city": "Bangor"}
    rows = [
        {"name": "Ada &amp; Ben", **address, "amount": 1},
        {"colour": "blue", "amount": 2},
        {"name": "Cy", **address, "city": "", "amount": 3},
        {"name": "Di", **address, "amount": 4, "Signatory": "", "Subject": "Yours"},
    ]
    results = merge(rows, letter)
    assert [result.status for result in results] == ["done", "failed", "done", "done"]
    codes = [sorted(fault.code or "" for fault in result.diagnostics) for result in results]
    assert codes == [
        ["value-marked"],
        ["column-unused", "table-unrelated"],
        ["address-incomplete"],
        ["column-gives-text", "signatories-empty"],
    ]
    assert results[3].diagnostics[-1].message == "nobody is named: the letter's own signatories sign (Jo Lind)"


HOUSEHOLDS = """\
name,street,city,postcode,country,household,fee
Ada Brook,4 Mill Lane,Bangor,04401,US,7,"1,200.50"
Max Orr,1 Quay,Portland,04101,US,,3
Ben Brook,4 Mill Lane,Bangor,04401,US,7,2
"""
MEMBERS = (
    FRONT.partition("fields:")[0].replace("Dear {{ to.name }}", "auto")
    + "fields:\n  records: list\n  fee: {type: money, currency: USD}\nmap: {household: ignore}\n"
)
FEES = "{% for one in fields.records %}\n- {{ one.name }}: {{ one.fee }}\n{% endfor %}\nTotal {{ fields.records | sum('fee') }}\n"


def test_a_name_that_the_letter_says_stands_above_addresses_without_one(desk: Project) -> None:
    own = "to: {name: To all households, organisation: Club, street: 1 Old Road, country: GB}\n"
    front = FRONT.partition("fields:")[0].replace("{{ to.name }}", "all") + own
    letter = desk.letter("Text.\n", front)
    row = {"Street": "4 Mill Lane", "City": "Bangor", "State": "ME", "ZIP": "04401"}
    first, second = (merge([one], letter)[0] for one in (row, {"Name": "Ada Brook", **row}))
    assert "To all households Club 4 Mill Lane Bangor, ME 04401" in pdf_text(first.pdf)
    assert "Old Road" not in pdf_text(first.pdf)
    assert "Club" not in pdf_text(second.pdf)  # what rows say of whom they name, they say all of


def test_rows_that_belong_together_get_one_letter_as_the_command_makes_it(desk: Project) -> None:
    desk.letter(FEES, MEMBERS, "content/letters/members.md")
    desk.write("people.csv", HOUSEHOLDS)
    ran = desk.cli(
        "merge", "content/letters/members.md", "--data", "people.csv", "--group-by", "household", "-o", "out", "--json",
        "--jobs", "0",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    rows = csv.DictReader(io.StringIO(HOUSEHOLDS))
    results = merge(rows, "content/letters/members.md", group_by=["household"])
    letters = ran.json["letters"]
    assert [result.record for result in results] == [one["record"] for one in letters] == ["1+3", "2"]
    for one, result in zip(letters, results, strict=True):
        assert result.pdf == Path(one["output"]).read_bytes()
        assert [fault["code"] for fault in one["diagnostics"]] == [fault.code for fault in result.diagnostics]
    assert "$1,202.50" in pdf_text(results[0].pdf or b"")


def test_a_key_to_group_by_that_no_row_has_is_refused(desk: Project) -> None:
    desk.letter(FEES, MEMBERS, "content/letters/members.md")
    rows = csv.DictReader(io.StringIO(HOUSEHOLDS))
    with pytest.raises(letterpress.UsageError, match="no row has 'houshold'") as caught:
        merge(rows, "content/letters/members.md", group_by=["houshold"])
    assert "household" in str(caught.value.diagnostics[0].hint)
