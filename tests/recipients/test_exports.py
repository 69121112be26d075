"""The header lines of usual exports: their columns are known, and none of another meaning is taken."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from letterpress import api
from letterpress.recipients import columns, headers, tables
from tests.support.project import Project

EXPORTS = tomllib.loads((Path(__file__).parent / "exports.toml").read_text(encoding="utf-8"))
FRONT = "letterhead: plain\nlang: en-US\ndate: 2026-03-02\n"


@pytest.fixture
def letter(project: Project) -> Any:
    return api.load(project.root / project.letter("Text.\n", FRONT))


@pytest.mark.parametrize("name", EXPORTS)
def test_an_exports_header_is_known(project: Project, letter: Any, name: str) -> None:
    export = EXPORTS[name]
    project.write("list.csv", f"{export['header']}\n{export['row']}\n")
    table = tables.open_table(str(project.root / "list.csv"))
    mapped = columns.map_columns(letter, table.columns, source="list.csv")
    assert [str(fault) for fault in mapped.faults if fault.severity == "error"] == []
    assert headers.check(table, mapped, letter, ()) == []
    (record,) = table.records()
    assert record.fault is None, record.fault
    values, _ = columns.assign(mapped, record.values)
    passed_over = ("to.given", "to.family", "to.phone", "to.email", "to.web")
    found = {path: value for path, value in values.items() if path not in passed_over}
    expected = {f"to.{part}": value for part, value in export["to"].items()} | export.get("values", {})
    assert found == expected


def _values(project: Project, letter: Any, text: str) -> dict[str, Any]:
    project.write("list.csv", text)
    table = tables.open_table(str(project.root / "list.csv"))
    mapped = columns.map_columns(letter, table.columns, source="list.csv")
    assert not [fault for fault in mapped.faults if fault.severity == "error"]
    (record,) = table.records()
    return columns.assign(mapped, record.values)[0]


def test_the_row_above_the_header_of_datev_is_passed_over(project: Project, letter: Any) -> None:
    text = 'EXTF;700;16;"Debitoren/Kreditoren";5;;;\nKonto;Name (Adressattyp Unternehmen);Straße;Ort\n1;Kai GmbH;Kaiweg 4;Husum\n'
    assert _values(project, letter, text) == {
        "to.organisation": "Kai GmbH",
        "to.street": "Kaiweg 4",
        "to.city": "Husum",
    }


@pytest.mark.parametrize(
    ("header", "row", "place"),
    [
        ("Street,Billing City,Billing ZIP", "1 Rd,Bath,04401", ("1 Rd", "Bath", "04401", None)),
        ("Street,City,ZIP,Shipping Country", "1 Rd,Kiel,24103,DE", ("1 Rd", "Kiel", "24103", "DE")),
        ("Preferred Address Lines,Preferred City,Preferred ZIP", "1 Rd,Bath,04401", ("1 Rd", "Bath", "04401", None)),
        ("address.street,address.city,address.zip", "1 Rd,Bath,04401", ("1 Rd", "Bath", "04401", None)),
        ("address.line1,address.city,address.postal_code", "1 Rd,Bath,04401", ("1 Rd", "Bath", "04401", None)),
        ("billing_address.address1,billing_address.city", "1 Rd,Bath", ("1 Rd", "Bath", None, None)),
        ("Address Line 1,Address City,Address Postcode", "1 Rd,Bath,04401", ("1 Rd", "Bath", "04401", None)),
        ("Street,City,Home Street,Home Country", ",,1 Rd,DE", ("1 Rd", None, None, "DE")),
    ],
)
def test_the_parts_of_an_address_find_each_other(
    project: Project, letter: Any, header: str, row: str, place: tuple[str | None, ...]
) -> None:
    values = _values(project, letter, f"Name,{header}\nA,{row}\n")
    assert tuple(values.get(f"to.{part}") for part in ("street", "city", "postcode", "country")) == place


@pytest.mark.parametrize(
    ("header", "row", "street"),
    [
        ("Nr;Name;Straße;PLZ;Ort", "7;A;Weg 5;24103;Kiel", "Weg 5"),
        ("Name;Nr.;Straße;PLZ;Ort", "A;7;Weg 5;24103;Kiel", "Weg 5"),
        ("Name;Straße;PLZ;Ort;Nr", "A;Weg 5;24103;Kiel;7", "Weg 5"),
        ("Número;Nombre;Calle;Ciudad", "7;A;Calle Mayor 5;Madrid", "Calle Mayor 5"),
        ("Name;Straße;Nr.;PLZ;Ort;Land", "A;Weg;5;24103;Kiel;DE", "Weg 5"),
        ("Nome;Logradouro;Número;Cidade;País", "A;Rua B;5;Recife;BR", "Rua B 5"),
        ("Name;Hausnummer;Straße;PLZ;Ort;Land", "A;5;Weg;24103;Kiel;DE", "Weg 5"),
    ],
)
def test_a_number_is_the_house_s_behind_its_street_alone(
    project: Project, letter: Any, header: str, row: str, street: str
) -> None:
    assert _values(project, letter, f"{header}\n{row}\n")["to.street"] == street


@pytest.mark.parametrize(
    ("header", "severity"),
    [
        ("Name,Gildestadt,Gildestraße,Gilde-PLZ", "error"),
        ("Name,Bill to 1,Bill to 2,Bill to 3", "error"),
        ("Name,Straße 1,PLZ 1,Ort 1,Straße 2,PLZ 2,Ort 2", "error"),
        ("Name,street;city", "error"),
        ("Name,RECH_STR,RECH_PLZ,RECH_ORT", "error"),
        ("Name,Street,City,ZIP,Land des Kunden,Gilde-Country", "warning"),
        ("Name,Rue,NPA,Lieu du membre", "error"),
        ("Name,Rue,NPA,Lieu,Luogo", "error"),
        ("Name,Rue,Localité,NPA du membre", "error"),
        ("Name,Lieu du cours,Email", None),
        ("Name,Rue,NPA,Luogo di nascita", None),
        ("Name,Email Address,Place of birth,Birth City,IP address,Order State,Address Status", None),
        ("Name,Street,City,ZIP,School City,Event Address", None),
        ("Name,Mailadresse,Geburtsort,Birthplace City", None),
    ],
)
def test_what_seems_to_be_of_the_address_and_is_not_known_is_a_fault(
    project: Project, letter: Any, header: str, severity: str | None
) -> None:
    project.write("list.csv", f"{header}\n{',' * header.count(',')}\n")
    table = tables.open_table(str(project.root / "list.csv"))

    def found(given: dict[str, str]) -> list[str]:
        mapped = columns.map_columns(letter, table.columns, source="list.csv", given=given)
        return [f.severity for f in headers.check(table, mapped, letter, ()) if f.code == "address-column-unclear"]

    assert found({}) == ([severity] if severity else [])
    assert found(dict.fromkeys(table.columns[1:], "ignore")) == []


def test_what_belongs_to_no_address_is_not_used_and_said(project: Project, letter: Any) -> None:
    header = "Name,Street,City,Location Name,Company Phone"
    mapped = columns.map_columns(letter, header.split(","), source="list.csv")
    assert [fault.message for fault in mapped.faults] == ["not used: the columns 'Location Name', 'Company Phone'"]


def test_a_column_that_is_ignored_on_the_command_line_names_nobody(project: Project, letter: Any) -> None:
    project.write("list.csv", "Kunde-X,Street,City\nA,1 Rd,Bath\n")
    table = tables.open_table(str(project.root / "list.csv"))
    mapped = columns.map_columns(letter, table.columns, source="list.csv", given={"Kunde-X": "ignore"})
    assert [fault.severity for fault in headers.check(table, mapped, letter, ())] == ["warning"]


@pytest.mark.parametrize(
    ("header", "row", "street"),
    [
        ("Straße;Postfach", "Kaiweg 4;12 34", "Kaiweg 4"),
        ("Straße;Postfach", ";12 34", "Postfach 12 34"),
        ("Rue;Boîte postale", ";BP 7", "BP 7"),
        ("Street;PO Box", ";77", "PO Box 77"),
        ("Business Street;Business Address PO Box", ";77", "PO Box 77"),
    ],
)
def test_a_box_stands_where_there_is_no_street(
    project: Project, letter: Any, header: str, row: str, street: str
) -> None:
    values = _values(project, letter, f"Name;{header}\nA;{row}\n")
    assert values["to.street"] == street


@pytest.mark.parametrize(
    ("header", "row", "street", "left"),
    [
        ("Rue;Case postale;Pays", "Rue 5;12;CH", "Rue 5\nCase postale 12", None),
        ("Case postale;Rue;Pays", "Case postale;Rue 5;CH", "Rue 5\nCase postale", None),
        ("Rue;No;Case postale;Pays", "Rue;5;12;CH", "Rue 5\nCase postale 12", None),
        ("Via;Casella postale;Paese", "Via 5;12;Svizzera", "Via 5\nCasella postale 12", None),
        ("Rue;BP;Pays", "3 rue A;7;France", "3 rue A\nBP 7", None),
        ("Rue;Boîte postale;Pays", "3 rue A, BP 7;7;FR", "3 rue A, BP 7", None),
        ("Straße;Postfach;Land", "Postfach 12;12;DE", "Postfach 12", None),
        ("Straße;Postfach;Land", "Weg 12;12;DE", "Weg 12", "12"),
        ("Straße;Postfach;Land", "Weg 5;-;DE", "Weg 5", None),
        ("Street;PO Box;Country", "5 Rd;PO Box 12;GB", "5 Rd", "PO Box 12"),
        ("Home Street;Home PO Box;Home Country", "5 Rd;12;US", "5 Rd", "12"),
        ("Home Street;Home PO Box;Home Country", "5 Rd;12;CH", "5 Rd\nPO Box 12", None),
    ],
)
def test_a_box_beside_a_street_is_printed_below_it_or_said_not_to_be(
    project: Project, letter: Any, header: str, row: str, street: str, left: str | None
) -> None:
    project.write("list.csv", f"Name;{header}\nA;{row}\n")
    table = tables.open_table(str(project.root / "list.csv"))
    mapped = columns.map_columns(letter, table.columns, source="list.csv")
    (record,) = table.records()
    assert columns.assign(mapped, record.values)[0]["to.street"] == street
    said = [note for note in columns.notes(mapped, record.values) if note.code == "box-not-printed"]
    assert [(note.severity, note.value) for note in said] == ([] if left is None else [("warning", left)])
    assert all(note.field in table.columns for note in said)


def test_nobility_and_particles_stand_between_the_names(project: Project, letter: Any) -> None:
    values = _values(project, letter, "Vorname;Nachname;Adelstitel;Namensvorsatz;Ort\nJana;Berg;Gräfin;von;Husum\n")
    assert (values["to.name"], values["to.family"]) == ("Jana Gräfin von Berg", "Gräfin von Berg")


def test_a_shops_own_street_is_said_once_and_a_second_column_of_a_place_is_named(project: Project, letter: Any) -> None:
    project.write("list.csv", "Billing Name,Billing Address1,Billing City,Billing Town\nA,4 Mill Lane,Bangor,B\n")
    table = tables.open_table(str(project.root / "list.csv"))
    mapped = columns.map_columns(letter, table.columns, source="list.csv")
    assert [fault.message for fault in mapped.faults] == ["not used: the column 'Billing Town'"]


def test_a_date_that_is_called_as_a_part_of_a_name_names_nobody(project: Project) -> None:
    front = FRONT + "fields: {given: date}\n"
    project.write("list.csv", "Donor name;Day;Street;City\nA;2026-01-02;B 1;Bangor\n")
    ran = project.cli(
        "merge", "--jobs", "0", project.letter(front=front), "--data", "list.csv", "--map", "Day=given", "--dry-run"
    )
    assert (ran.code, "'Donor name' seems to be one" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("header", "severity", "named"),
    [
        ("Kundenname-XY;Straße;PLZ;Ort", "error", "'Kundenname-XY' seems to be one"),
        ("Nome del socio;Via;CAP;Comune", "error", "'Nome del socio' seems to be one"),
        ("Datei-Name;Straße;PLZ;Ort", "warning", "without a name"),
        ("Name des Kunden;Firma;Straße;PLZ;Ort", None, ""),
    ],
)
def test_a_list_whose_columns_name_nobody_says_so(
    project: Project, letter: Any, header: str, severity: str | None, named: str
) -> None:
    project.write("list.csv", f"{header}\nA;B 1;25813;Husum\n")
    table = tables.open_table(str(project.root / "list.csv"))
    mapped = columns.map_columns(letter, table.columns, source="list.csv")
    said = headers.check(table, mapped, letter, ())
    assert [(fault.severity, fault.code) for fault in said] == ([(severity, "name-column-missing")] if severity else [])
    assert all(named in fault.message for fault in said)


def test_a_letter_that_names_all_may_have_a_list_of_mere_addresses(project: Project) -> None:
    letter = api.load(project.root / project.letter("Text.\n", f"{FRONT}to: {{name: To all residents}}\n"))
    project.write("list.csv", "Straße;PLZ;Ort\nB 1;25813;Husum\n")
    table = tables.open_table(str(project.root / "list.csv"))
    mapped = columns.map_columns(letter, table.columns, source="list.csv")
    assert headers.check(table, mapped, letter, ()) == []


@pytest.mark.parametrize("word", ["-", "–", "n/a", "N/A", "k.A.", "k. A.", "keine Angabe", "n.v.t."])
def test_a_cell_that_says_that_there_is_nothing_is_empty_and_noted(project: Project, letter: Any, word: str) -> None:
    project.write("list.csv", f"Name;Firma;Straße;PLZ;Ort\nJo Lind;{word};Kai 1;25813;Husum\n")
    table = tables.open_table(str(project.root / "list.csv"))
    mapped = columns.map_columns(letter, table.columns, source="list.csv")
    (record,) = table.records()
    assert "to.organisation" not in columns.assign(mapped, record.values)[0]
    (note,) = columns.notes(mapped, record.values)
    assert (note.code, note.severity, f"'Firma' holds '{word}'" in note.message) == ("cell-says-nothing", "note", True)


@pytest.mark.parametrize("word", ["Null", "Na", "None"])
def test_a_name_is_never_nothing(project: Project, letter: Any, word: str) -> None:
    assert _values(project, letter, f"Name;Ort\n{word};Husum\n")["to.name"] == word
