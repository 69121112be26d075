"""Columns: what they mean, what found no place, what is missing; and which records are chosen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from letterpress import data
from letterpress.errors import UsageError
from letterpress.model import Body, FieldSpec, Letter, frozendict
from letterpress.recipients import columns as recipients_columns
from letterpress.recipients.selection import Wanted, chosen
from letterpress.recipients.tables import Record, open_table

FIELDS = {"amount": FieldSpec(type="money", currency="EUR"), "due": FieldSpec(type="date"), "note": FieldSpec()}


def letter(**changes: Any) -> Letter:
    values: dict[str, Any] = {
        "slug": "offer",
        "path": "offer.md",
        "folder": "/nowhere",
        "root": "/nowhere",
        "letterhead": "plain",
        "lang": "de-DE",
        "date": None,
        "body": Body(template="", lines=()),
        "fields": frozendict(FIELDS),
    }
    return Letter(**{**values, **changes})


def mapped(columns: Sequence[str], **given: Any) -> recipients_columns.Mapped:
    one = given.pop("letter", None) or letter()
    return recipients_columns.map_columns(one, columns, source="people.csv", **given)


def paths(*columns: str, **given: Any) -> dict[str, tuple[str, ...]]:
    return dict(mapped(columns, **given).paths)


@pytest.mark.parametrize(
    ("column", "path"),
    [
        ("name", "to.name"),
        ("to.name", "to.name"),
        ("Name", "to.name"),
        ("ZIP", "to.postcode"),
        ("Zip code", "to.postcode"),
        ("PLZ", "to.postcode"),
        ("Street address", "to.street"),
        ("STRASSE", "to.street"),
        ("Straße", "to.street"),
        ("code postal", "to.postcode"),
        ("Pays", "to.country"),
        ("E-Mail", "to.email"),
        ("Firma", "to.organisation"),
        ("amount", "fields.amount"),
        ("Amount", "fields.amount"),
        ("fields.due", "fields.due"),
        ("Sprache", "lang"),
        ("letterhead", "letterhead"),
        ("subject", "subject"),
    ],
)
def test_what_a_column_means(column: str, path: str) -> None:
    assert paths(column) == {path: (column,)}


def test_parts_of_a_name_are_known_as_such_too() -> None:
    assert paths("Vorname") == {"to.name": ("Vorname",), "to.given": ("Vorname",)}
    assert paths("Family name") == {"to.name": ("Family name",), "to.family": ("Family name",)}
    assert paths("gender", "Anrede", "office") == {
        "to.gender": ("gender",),
        "to.honorific": ("Anrede",),
        "to.office": ("office",),
    }


def test_a_declared_field_goes_before_a_part_of_the_address() -> None:
    one = letter(fields=frozendict({"title": FieldSpec(), "city": FieldSpec()}))
    assert paths("title", "City", letter=one) == {"fields.title": ("title",), "fields.city": ("City",)}


def test_parts_of_a_name_and_a_street_are_joined() -> None:
    found = mapped(["Nachname", "Hausnummer", "Vorname", "Straße"])
    values, _ = recipients_columns.assign(
        found, {"Nachname": "Grün", "Vorname": "Anna", "Straße": "Lindenallee", "Hausnummer": "12 a"}
    )
    name = {"to.name": "Anna Grün", "to.given": "Anna", "to.family": "Grün"}
    assert values == {**name, "to.street": "Lindenallee 12 a"}


def test_a_name_beside_a_first_name_is_a_family_name() -> None:
    found = mapped(["Name", "Vorname"])
    names = [("Grün", "Anna"), ("Anna Grün", "Anna"), ("Grün", "")]
    made = [recipients_columns.assign(found, {"Name": name, "Vorname": given})[0]["to.name"] for name, given in names]
    assert made == ["Anna Grün", "Anna Grün", "Grün"]


def test_an_explicit_map_is_on_top() -> None:
    one = letter(map=frozendict({"Kundennr": "note", "Betrag": "fields.amount", "PLZ": "ignore"}))
    assert paths("Kundennr", "Betrag", "PLZ", letter=one) == {
        "fields.note": ("Kundennr",),
        "fields.amount": ("Betrag",),
    }
    assert paths("City", given={"City": "note"}) == {"fields.note": ("City",)}


def test_faults_of_a_map_name_column_and_field() -> None:
    found = mapped(["Betrag"], given={"Betrga": "amount", "Betrag": "amuont"})
    messages = [(fault.message, fault.hint) for fault in found.faults if fault.severity == "error"]
    assert ("there is no column 'Betrga' in people.csv", "did you mean 'Betrag'?") in messages
    assert ("the letter has no field 'amuont'", "did you mean 'amount'?") in messages


def test_a_column_is_not_taken_for_a_field_that_another_gives() -> None:
    """Renamed as a fix says, a list would have the column twice."""
    one = letter(fields=frozendict({"copies": FieldSpec()}))
    (alone,) = (fault for fault in mapped(["Copis"], letter=one).faults if fault.code == "column-unused")
    assert [fix.value for fix in alone.fixes] == ["copies"]
    (beside,) = (fault for fault in mapped(["Copies", "Copis"], letter=one).faults if fault.code == "column-unused")
    assert beside.fixes == ()


def test_a_map_for_several_lists_may_name_a_column_that_one_lacks() -> None:
    """Unless it is another column misspelt: one that nothing else of the map names."""
    fields = frozendict({"stage": FieldSpec(), "warned": FieldSpec()})
    stages = letter(fields=fields, map=frozendict({"Mahnstufe": "stage", "Mahnung": "warned"}))
    (fault,) = (one for one in mapped(["Name", "Mahnstufe"], letter=stages).faults if one.code == "column-unknown")
    assert (fault.severity, fault.value) == ("warning", "Mahnung")
    misspelt = letter(fields=fields, map=frozendict({"Mahnstuffe": "stage"}))
    (fault,) = (one for one in mapped(["Name", "Mahnstufe"], letter=misspelt).faults if one.code == "column-unknown")
    assert (fault.severity, fault.hint) == ("error", "did you mean 'Mahnstufe'?")


def test_two_columns_for_one_place() -> None:
    (fault,) = mapped(["ZIP", "Postcode"]).faults
    assert (fault.severity, fault.field) == ("error", "to.postcode")
    assert "'ZIP' and 'Postcode'" in fault.message
    assert not mapped(["ZIP", "Postcode"], given={"Postcode": "ignore"}).faults
    assert paths("ZIP", "Postcode", given={"Postcode": "to.postcode"}) == {"to.postcode": ("Postcode",)}


def test_unmapped_and_missing_columns_are_said_at_once() -> None:
    one = letter(fields=frozendict({"amount": FieldSpec(required=True), "due": FieldSpec(required=True)}))
    faults = mapped(["Name", "Amounnt", "Shoe size"], letter=one).faults
    assert [(fault.severity, fault.field) for fault in faults] == [
        ("warning", None),
        ("error", "fields.amount"),
        ("error", "fields.due"),
    ]
    assert "'Amounnt', 'Shoe size'" in faults[0].message
    assert "did you mean 'Amounnt'?" in str(faults[1])
    assert not [f for f in mapped(["amount"], letter=one, shared=["due"]).faults if f.severity == "error"]


def test_no_header_of_the_table_has_two_meanings() -> None:
    seen: dict[str, str] = {}
    for meaning, names in data.table("columns").items():
        for name in names:
            folded = recipients_columns._fold(name)
            assert seen.setdefault(folded, meaning) == meaning, name


def test_one_address_however_it_is_typed() -> None:
    one = {"to.name": "Anna Grün", "to.street": "Lindenallee 12", "to.postcode": "01067", "to.city": "Dresden"}
    two = {"to.name": "ANNA  GRÜN", "to.street": "Lindenallee 12.", "to.postcode": "01067", "to.city": "dresden"}
    assert recipients_columns.address_key(one) == recipients_columns.address_key(two) != ""
    assert recipients_columns.address_key({"to.name": "Anna"}) == ""
    assert recipients_columns.address_key({**one, "to.street": "Lindenallee 1"}) != recipients_columns.address_key(one)


# --- choosing ---------------------------------------------------------------------------------------------------------

PEOPLE = """Name;PLZ;Betrag;Fällig;Haushalt
Ada;01067;1.234,50;02.03.2026;A
Bo;10115;90;2026-05-01;B
Cy;01069;100,00;;A
Di;80331;7,5;01.01.2025;C
"""


def select(tmp_path: Path, text: str = PEOPLE, **wanted: Any) -> list[Record]:
    path = tmp_path / "people.csv"
    path.write_text(text, encoding="utf-8")
    found = open_table(str(path))
    one = letter(map=frozendict({"Betrag": "amount", "Fällig": "due", "Haushalt": "note"}))
    return list(
        chosen(found, one, recipients_columns.map_columns(one, found.columns, source="people.csv"), Wanted(**wanted))
    )


def names(found: list[Record]) -> str:
    return " ".join(str(record.values["Name"]) for record in found)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, "Ada Bo Cy Di"),
        ({"limit": 2}, "Ada Bo"),
        ({"where": "Betrag > 99"}, "Ada Cy"),
        ({"where": "PLZ LIKE '010%'"}, "Ada Cy"),
        ({"where": "Fällig < DATE '2026-04-01'"}, "Ada Di"),
        ({"where": "Fällig IS NULL"}, "Cy"),
        ({"order_by": "Betrag DESC"}, "Ada Cy Bo Di"),
        ({"order_by": "Haushalt"}, "Ada Cy Bo Di"),
        ({"order_by": "Betrag", "limit": 1}, "Di"),
        ({"where": "Name <> 'Bo' -- a comment"}, "Ada Cy Di"),
    ],
)
def test_choosing(tmp_path: Path, wanted: dict[str, Any], expected: str) -> None:
    assert names(select(tmp_path, **wanted)) == expected


def test_values_and_numbers_survive_the_choice(tmp_path: Path) -> None:
    (record,) = select(tmp_path, where="Name = 'Cy'")
    assert (record.number, record.values) == (
        3,
        {"Name": "Cy", "PLZ": "01069", "Betrag": "100,00", "Fällig": "", "Haushalt": "A"},
    )


def test_a_sample_is_the_same_each_time(tmp_path: Path) -> None:
    first = names(select(tmp_path, sample=2))
    assert len(first.split()) == 2
    assert first == names(select(tmp_path, sample=2))


def test_households(tmp_path: Path) -> None:
    found = select(tmp_path, group_by=("Haushalt",))
    assert [[member.values["Name"] for member in record.members] for record in found] == [["Ada", "Cy"], ["Bo"], ["Di"]]
    assert names(select(tmp_path, group_by=("Haushalt",), order_by="Name DESC")) == "Di Cy Bo"


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"where": "Betragg > 1"}, "Betragg"),
        ({"where": "1 = 1); DROP TABLE records; --"}, "DuckDB says"),
        ({"order_by": "Name,"}, "DuckDB says"),
        ({"where": "EXISTS (SELECT * FROM read_text('/etc/hostname'))"}, "disabled"),
        ({"where": "EXISTS (SELECT * FROM read_csv('people.csv'))"}, "disabled"),
        ({"group_by": ("Haus",)}, "did you mean 'Haushalt'"),
    ],
)
def test_sql_that_cannot_be(tmp_path: Path, wanted: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        select(tmp_path, **wanted)


def test_a_value_that_sql_cannot_judge_is_a_fault_and_not_left_out(tmp_path: Path) -> None:
    found = select(tmp_path, PEOPLE.replace("90;", "ninety;"), where="Betrag > 99")
    faulty = [record for record in found if record.fault is not None]
    assert [(record.number, str(record.fault.field)) for record in faulty if record.fault] == [(2, "Betrag")]
    assert names([record for record in found if record.fault is None]) == "Ada Cy"
    # Where the condition does not ask for it, it is the letter's to say.
    assert names(select(tmp_path, PEOPLE.replace("90;", "ninety;"), where="Name = 'Bo'")) == "Bo"
