"""Lists as people have them: headers of exports, titles above a header, rows that are nobody, blanks."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import letterpress
from letterpress.errors import UnreadableInput
from letterpress.model import FieldSpec, Party, Writing, frozendict
from letterpress.recipients import column_names, columns, headers, marks, nobody, sample_names
from letterpress.recipients.tables import Choice, open_table
from tests.recipients.test_columns import letter
from tests.support.project import FRONT, Project, pdf_text


def test_two_addresses_of_one_record_are_said() -> None:
    header = ["Billing Name", "Billing City", "Shipping Name", "Shipping City"]
    mapped = columns.map_columns(letter(), header, source="orders.csv")
    one = dict(zip(header, ["Ada", "Bangor", "Ben", "Bath"], strict=True))
    assert columns.assign(mapped, one)[0]["to.name"] == "Ada"
    assert [fault.code for fault in columns.several_addresses(mapped, one)] == ["address-several"]
    same = {**one, "Shipping Name": "Ada", "Shipping City": "Bangor"}
    assert not columns.several_addresses(mapped, same)


def test_what_the_letter_writes_itself_stands() -> None:
    own = letter(subject="Spring", closing="Sincerely", salutation="auto")
    record = {"name": "Ada Brook", "Subject": "Chemistry", "Closing": "2019-03-01", "Salutation": "Ms."}
    mapped = columns.map_columns(own, list(record), source="l.csv")
    assert [(fault.code, fault.value) for fault in mapped.faults] == [
        ("column-kept-out", "Subject"),
        ("column-kept-out", "Closing"),
    ]
    assert not columns.kept_out(mapped, record)
    assert [one.value for one in columns.kept_out(mapped, {**record, "Salutation": "Dear friend"})] == ["Dear friend"]
    assert columns.assign(mapped, record)[0] == {"to.name": "Ada Brook", "to.honorific": "Ms."}
    asked = columns.map_columns(own, list(record), source="l.csv", given={"Subject": "subject"})
    assert columns.assign(asked, record)[0]["subject"] == "Chemistry"


def test_a_map_for_several_lists() -> None:
    fields = frozendict({"fee": FieldSpec(required=True), "note": FieldSpec()})
    wants = letter(fields=fields, map=frozendict({"Tel": "ignore", "Bemerkung": "note", "Betrag": "fee"}))
    faults = columns.map_columns(wants, ["Name"], source="l.csv").faults
    named = {fault.value: fault.severity for fault in faults if fault.code == "column-unknown"}
    assert named == {"Bemerkung": "warning", "Betrag": "error"}


@pytest.mark.parametrize(
    ("value", "courtesy"),
    [("Mrs", True), ("Frau Dr.", True), ("Prof. Dr.", True), ("Mme", True), ("Harbor Engineer", False), ("Mayor", False),
     ("Senator", False), ("", False)],
)  # fmt: skip
def test_forms_of_address_are_told_from_jobs(value: str, courtesy: bool) -> None:
    assert column_names.is_courtesy(value) is courtesy


TOTALS: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
    ({"to.name": "Total"}, {"name": "Total", "fee": "30"}, True),
    ({"to.name": "Summe:"}, {"name": "Summe:", "fee": "1.234,50 €"}, True),
    ({"to.name": "Total", "to.city": "2"}, {"name": "Total", "city": "2"}, True),
    ({"to.postcode": "04401"}, {"name": "", "zip": "04401"}, False),
    ({"to.name": "Total", "to.city": "Bangor"}, {"name": "Total", "city": "Bangor"}, False),
    ({"to.city": "Summe"}, {"name": "", "city": "Summe", "fee": "30"}, True),
    ({"to.name": "Ada"}, {"name": "Ada", "fee": "30"}, False),
    ({"fields.fee": "30"}, {"name": "", "fee": "30"}, True),
    ({}, {"name": "", "number": "00417"}, False),
    ({}, {"name": "", "paid": "FALSE"}, True),
]


@pytest.mark.parametrize(("values", "cells", "total"), TOTALS)
def test_totals_are_nobody(values: dict[str, Any], cells: dict[str, Any], total: bool) -> None:
    assert nobody.is_total(values, cells, ["fields.fee"]) is total


def test_an_address_that_lacks_something_is_said() -> None:
    paths = dict.fromkeys(("to.name", "to.street", "to.city", "to.honorific"), ())
    said = nobody.incomplete({"to.name": "Ada", "to.city": "Bath"}, paths)
    assert [(fault.code, fault.field, fault.message) for fault in said] == [
        ("address-incomplete", "to.street", "the recipient has no street")
    ]
    assert nobody.incomplete({"to.name": "Ada"}, paths)[0].message == "the recipient has no address"
    assert not nobody.incomplete({"to.name": "Ada", "to.street": "1 Orchard Road", "to.country": "SG"}, paths)
    assert not nobody.incomplete({"to.name": "Sgt Orr", "to.postcode": "BFPO 57"}, paths), "it has neither"
    paths["to.postcode"] = ()
    home = {"to.name": "Ada", "to.street": "5 Elm Street", "to.city": "Concord"}
    assert [(one.field, one.message) for one in nobody.incomplete(home, paths, "US")] == [
        ("to.postcode", "the recipient has no postcode")
    ]
    for better in ({"to.postcode": "03301"}, {"to.city": "Concord, NH 03301"}, {"to.country": "IE"}):
        assert not nobody.incomplete(home | better, paths, "US")
    by_language = [nobody.incomplete(home, paths, None, lang) for lang in ("en-US", "de", "en-IE")]
    assert [len(said) for said in by_language] == [1, 1, 0]  # of no known country, the list's column says it
    assert dict(by_language[0][0].params)["reason"] == "postcode"
    assert len(nobody.incomplete(home | {"to.honorific": "Frau"}, paths, None, "en-IE")) == 0
    assert not nobody.incomplete(home | {"to.country": "Nowhere"}, paths, "US")
    full = {"to.organisation": "Verein", "to.honorific": "Frau", "to.street": "S 1", "to.city": "X 1"}
    assert [fault.code for fault in nobody.incomplete(full, paths)] == ["honorific-nameless"]
    alone = {**full, "to.given": "Maria"}
    assert [fault.code for fault in nobody.incomplete(alone, {**paths, "to.family": ()})] == ["family-missing"]
    assert nobody.incomplete(alone, paths) == ()  # a list without family names has them in no column
    assert nobody.incomplete({**alone, "to.family": "Orr"}, {**paths, "to.family": ()}) == ()


COUNTRIES = ["DE", "DE", "DE", "PL"]


@pytest.mark.parametrize(
    ("named", "postcode", "said"),
    [
        (COUNTRIES, "00-049", ("warning", "it is printed as typed")),
        (COUNTRIES, "10115", ("note", "the letter goes to Germany")),
        (["AT", "PL", "US", "CH"], "10115", None),  # the list's way to say the sender's own
        (["DE", "", "", "PL"], "00-049", None),
        (["DE", "DE"], "00-049", None),
    ],
)
def test_an_empty_country_is_told_where_others_have_one(
    project: Project, named: list[str], postcode: str, said: tuple[str, str] | None
) -> None:
    front = FRONT.replace('to: {name: Dr. Ada Brook, lines: [4 Mill Lane, "Bangor, ME 04401"]}\n', "")
    front = front.replace("lang: en-US", "lang: de-DE")
    rows = [("Ada Orr", "Weg 1", "10115", "Ort", country) for country in named]
    rows.append(("Jan Orr", "Weg 2", postcode, "Ort", ""))
    table = "\n".join(map(",".join, [("name", "street", "postcode", "city", "country"), *rows])) + "\n"
    ran = project.cli(
        "merge", project.letter("Text\n", front), "--data", project.write("people.csv", table), "--dry-run", "--json"
    )
    faults = ran.json["letters"][-1]["diagnostics"]
    found = [one for one in faults if one["code"] == "country-empty"]
    assert [(one["severity"], one["cell"]) for one in found] == (
        [] if said is None else [(said[0], f"E{len(rows) + 1}")]
    )
    assert said is None or said[1] in found[0]["message"]
    assert len([one for one in faults if one["code"] == "postcode-wrong"]) == (said is None and postcode == "00-049")


def faults_of(path: Path) -> list[tuple[str | None, str]]:
    table = open_table(str(path))
    mapped = columns.map_columns(letter(), table.columns, source=table.name)
    return [(fault.code, fault.message) for fault in headers.check(table, mapped, letter(), [])]


def test_a_list_that_names_nobody_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    lists = {
        "Export of today\nname;street;city\nAda;S 1;Bath\n": "header-elsewhere",
        "Ada Brook;4 Mill Lane;Bangor\nBen Lind;5 Mill Lane;Bangor\n": "table-unrelated",
        "amount;due\n3;2026-01-01\n": "table-unrelated",
        "name;amount\nAda;3\n": "address-columns-missing",
        "name;Lane;postcode;city\nAda;4 Mill Lane;BA1 7AA;Bath\n": "address-column-missing",
        "name;street;postcode;Parish\nAda;4 Mill Lane;BA1 7AA;Bath\n": "address-columns-missing",
    }
    for text, code in lists.items():
        path.write_text(text)
        assert [found for found, _ in faults_of(path)] == [code], text
    path.write_text("name;street;city\nAda;S 1;24103 Kiel\n")
    assert faults_of(path) == []


@pytest.mark.parametrize(
    ("header", "firm"),
    [
        ("Name 1;Ansprechpartner;Straße;Ort", "Name 1"),
        ("NAME1;Contact Person;STRAS;ORT01", "NAME1"),
        ("A/C;Name;Address Line 1;Contact Name", "Name"),
        ("Name;Ansprechpartner;Straße;Ort", None),  # it may be somebody of one's own
        ("Name 1;Straße;Ort", None),
    ],
)
def test_a_firm_is_told_from_who_is_written_to_there(header: str, firm: str | None) -> None:
    mapped = columns.map_columns(letter(), header.split(";"), source="l.csv")
    assert mapped.paths.get("to.organisation") == (None if firm is None else (firm,))
    assert bool([fault for fault in mapped.faults if fault.code == "column-ambiguous"]) == ("Name;Ansp" in header)


@pytest.mark.parametrize(
    ("text", "home", "said"),
    [
        ("name,postcode,city\nAda,04401,Bangor\n", "US", ["street", "state or province"]),
        ("name,street,postcode,city\nAda,4 Mill Lane,04401,Bangor\n", "US", ["state or province"]),
        ('name,street,postcode,city\nAda,4 Mill Lane,04401,"Bangor, ME"\n', "US", []),
        ("name,street,city state zip code\nAda,4 Mill Lane,Bangor ME 04401\n", "US", []),
        ("name,street,postcode,city,country\nAda,Kai 1,28195,Bremen,Germany\n", "US", []),
        ("name,street,postcode,city\nAda,Kai 1,28195,Bremen\n", "DE", []),
        ("name,postcode,city\nAda,28195,Bremen\n", "DE", ["street"]),
        ("name,PO box,postcode,city\nAda,12,28195,Bremen\n", "DE", []),
        ("name,postcode,city,Wegstrecke\nAda,28195,Bremen,Kai 1\n", "DE", ["street"]),
        ("name,street,city\nAda,Kai 1,Bremen\n", "DE", ["postcode"]),
        ("name,street,city,member,sector\nAda,Kai 1,Bex,7,1880\n", "CH", ["postcode"]),
        ("name,street,city,country\nAda,Kai 1,Bremen,Germany\n", "IE", ["postcode"]),
        ("name,street,city\nAda,1 Quay,Cork\n", "IE", []),
        ("name,street,city\nAda,Kai 1,28195 Bremen\n", "DE", []),
        ('name,street,city\nAda,"Kai 1, 28195",Bremen\n', "DE", []),
    ],
)
def test_a_list_without_a_column_for_street_or_state_says_so(
    tmp_path: Path, text: str, home: str, said: list[str]
) -> None:
    path = tmp_path / "l.csv"
    path.write_text(text)
    table, of_home = open_table(str(path)), dataclasses.replace(letter(), sender=Party(name="X", country=home))
    mapped = columns.map_columns(of_home, table.columns, source=table.name)
    faults = headers.check(table, mapped, of_home, [])
    assert [fault.message.split("no column for the ")[1].split(",")[0] for fault in faults] == said
    assert all(fault.severity == "warning" and "lack" in (fault.hint or "") for fault in faults)
    if "Wegstrecke" in text:
        assert "--map 'Wegstrecke=street'" in str(faults[0].hint)
    if "sector" in text:  # its values could be postcodes
        assert "'sector', 'member' are not used" in faults[0].message
        assert "--map 'sector=postcode'" in str(faults[0].hint)


def test_a_list_without_a_column_for_the_town_names_those_that_are_not_used(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text("name;Rue;NPA;Quartier\nAda;Rue 5;1003;Lausanne\n")
    ((code, message),) = faults_of(path)
    assert (code, "for a town" in message, "'Quartier' is not used" in message) == (
        "address-columns-missing",
        True,
        True,
    )


@pytest.mark.parametrize(
    ("header", "row", "street"),
    [
        ("Nome,Logradouro,Número,Complemento,CEP,Cidade,UF", "Ana,Rua Augusta,1200,Apto 4,01304001,São Paulo,SP", "Rua Augusta 1200\nApto 4"),
        ("Nombre,Calle,Número,CP,Ciudad", "Ana,Calle Mayor,5,28013,Madrid", "Calle Mayor 5"),
        # laposte.fr/sna, rubrique 83: line 3 the delivery point (wing, building), line 4 the street.
        ("Nom,Adresse,Complément d'adresse,CP,Ville", "Ana Roy,3 rue A,Bât. B,75008,Paris", "Bât. B\n3 rue A"),
        ("Nom,Complément,Adresse,CP,Ville", "Ana Roy,Appt 4,3 rue A,75008,Paris", "Appt 4\n3 rue A"),
        ("Número,Nombre,Dirección,CP,Ciudad", "17,Ana,Calle Mayor 5,28013,Madrid", "Calle Mayor 5"),
    ],
)  # fmt: skip
def test_a_number_beside_a_street_is_the_houses(tmp_path: Path, header: str, row: str, street: str) -> None:
    path = tmp_path / "l.csv"
    path.write_text(f"{header}\n{row}\n", encoding="utf-8")
    table = open_table(str(path))
    mapped = columns.map_columns(letter(), table.columns, source=table.name)
    values, _ = columns.assign(mapped, next(iter(table.records())).values)
    assert values["to.street"] == street


PLACES = ["NPA;Localité", "Npa;Lieu", "NP;Località", "No postal;Luogo", "N° postal d'acheminement;Ville", "Numero postale;Luogo",
    "CAP;Comune", "Code postal;Lieu", "Código postal;Lugar", "NPLZ;Ort", "NPA Localité", "NPA/Lieu", "NPA, luogo", "CAP Luogo", "CP et commune",
    "CP y localidad", "Postcode/gemeente", "Código postal e localidade", "PLZ/Wohnort"]  # fmt: skip


@pytest.mark.parametrize("street", ["Rue;No", "Rue;N°", "Rue;Numéro", "Via;No", "Strasse;No.", "Straat;Nummer", "Calle;Nº", "Rue et no", "Rue / N°",
    "Via e numero", "Via e n.", "Via, n. civico", "Rua e nº", "Calle y número", "Straat en nr.", "Straat + huisnr", "Strasse/No"])  # fmt: skip
def test_the_words_of_lists_for_street_postcode_and_town(street: str) -> None:
    for place in PLACES:
        header = f"Nom complet;{street};{place}".split(";")
        cells = ["Ada Orr", *(("Weg", "5") if ";" in street else ("Weg 5",))]
        cells += ["1003", "Bex"] if ";" in place else ["1003 Bex"]
        found = columns.map_columns(letter(), header, source="l.csv")
        values, _ = columns.assign(found, dict(zip(header, cells, strict=True)))
        town = {"to.postcode": "1003", "to.city": "Bex"} if ";" in place else {"to.city": "1003 Bex"}
        assert (values, found.faults) == ({"to.name": "Ada Orr", "to.street": "Weg 5", **town}, ()), place


@pytest.mark.parametrize(
    ("header", "unused"),
    [
        ("No;Nom complet;Rue;NPA;Localité", ["No"]),
        ("Nom complet;No;Rue;NPA;Localité", ["No"]),
        ("Nom complet;Rue;NPA;Localité;No", ["No"]),
        ("Nom complet;Rue;No;Numéro de rue;NPA;Localité", ["No"]),
        ("Nom complet;Rue;NPA;Localité;Lieu", ["Lieu"]),
        ("Nom complet;Lieu", ["Lieu"]),
        ("Nom complet;Rue;NPA;Lieu;Luogo", ["Lieu", "Luogo"]),
        ("Nom complet;Rue;NPA;Localité;NP", ["NP"]),
    ],
)
def test_a_word_of_other_meanings_is_of_the_address_only_where_that_lacks_it(header: str, unused: list[str]) -> None:
    found = columns.map_columns(letter(), header.split(";"), source="l.csv")
    assert [dict(fault.params)["columns"] for fault in found.faults] == [tuple(unused)]


def test_initials_of_a_dutch_list_stand_before_the_name(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text("Voorletters,Tussenvoegsel,Achternaam\nJ.,van den,Berg\n", encoding="utf-8")
    table = open_table(str(path))
    mapped = columns.map_columns(letter(), table.columns, source=table.name)
    assert columns.assign(mapped, next(iter(table.records())).values)[0]["to.name"] == "J. van den Berg"


def test_the_row_of_a_header_below_a_title_is_the_spreadsheets(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Members"], [], ["name", "street", "city"], ["Ada", "S 1", "Bath"]):
        book.active.append(row)
    book.save(tmp_path / "l.xlsx")
    (code, message), *_ = faults_of(tmp_path / "l.xlsx")
    assert code == "header-elsewhere"
    assert "row 3" in message


def test_the_letter_says_which_row_names_the_columns(tmp_path: Path) -> None:
    (path := tmp_path / "l.csv").write_text(
        "Export of today\n\nname;street;city\nAda;S 1;24103 Kiel\n\nBen;S 2;24103 Kiel\n"
    )
    table = open_table(str(path), Choice(header_row=3))
    assert [(record.row, record.values["name"]) for record in table.records()] == [(4, "Ada"), (6, "Ben")]
    assert table.scan is not None
    assert table.scan() == 2
    mapped = columns.map_columns(letter(), table.columns, source=table.name)
    assert headers.check(table, mapped, letter(data=Writing(header_row=3)), []) == []
    for row in (2, 9):
        with pytest.raises(UnreadableInput, match=f"row {row} is empty"):
            open_table(str(path), Choice(header_row=row))


def test_a_title_alone_above_names_that_are_the_letters_own_is_none_of_them(tmp_path: Path) -> None:
    (path := tmp_path / "l.csv").write_text("Dues\nWho is it;Where;Name\nAda;S 1;Bath\n")
    (code, message), *_ = faults_of(path)
    assert (code, "row 2" in message) == ("header-elsewhere", True)


def test_delimiters_that_are_seldom_or_stand_in_values(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text("name^street\nAda^S 1\n")
    with pytest.raises(UnreadableInput, match=r"--delimiter '\^'"):
        open_table(str(path))
    path.write_text("Name, Vorname;Ort, Ortsteil\nLind, Jo;Kiel, Gaarden\n")
    assert open_table(str(path)).columns == ("Name, Vorname", "Ort, Ortsteil")
    path.write_text('name,note\n"Jo Lind", "Quay side"\n')
    assert [dict(record.values) for record in open_table(str(path)).records()] == [
        {"name": "Jo Lind", "note": "Quay side"}
    ]


def test_blanks_are_no_part_of_a_value_and_no_record(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text("name,city\n Ada \u00a0,\u200bBath\n \u00a0, \u200b\nBen,Bath\n", encoding="utf-8")
    found = [(record.number, dict(record.values)) for record in open_table(str(path)).records()]
    assert found == [(1, {"name": "Ada", "city": "Bath"}), (3, {"name": "Ben", "city": "Bath"})]


def test_records_within_a_json_file_are_told_where_they_are(tmp_path: Path) -> None:
    path = tmp_path / "l.json"
    path.write_text('{"count": 2, "customers": [{"name": "Ada"}, {"name": "Ben"}]}')
    table = open_table(str(path))
    mapped = columns.map_columns(letter(), table.columns, source="l.json")
    (fault,) = headers.check(table, mapped, letter(), [])
    assert fault.code == "table-unrelated"
    assert "'customers'" in str(fault.hint)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("l.xls", b"<html><table><tr><td>name</td></tr></table></html>", "is a web page and no list"),
        ("l.csv", b"\xef\xbb\xbf<!DOCTYPE html>\n<html>log in</html>", "is a web page and no list"),
        ("l.csv", b"PK\x03\x04" + bytes(90), "is a workbook, or another packed file, and no text"),
        ("l.txt", b"\xd0\xcf\x11\xe0" + bytes(90), "is a workbook and no text"),
        ("l.csv", b"%PDF-1.7\n", "is a PDF and no list"),
        ("l.xlsx", b"name;city\nAda;Bath\n", "is a text and no workbook"),
        ("l.xls", b"<?xml version='1.0'?><Workbook/>", "is an XML file of an older Excel"),
    ],
)
def test_a_file_that_is_no_list_by_its_name_says_what_it_is(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableInput) as caught:
        open_table(str(tmp_path / name))
    (fault,) = caught.value.diagnostics
    assert (fault.message, fault.code) == (message, "file-disguised")
    assert fault.hint


def test_what_stands_beside_a_name_is_no_name() -> None:
    header = ["Prefix", "First", "MI", "Last", "Suffix", "Company", "City", "ST", "Zip"]
    mapped = columns.map_columns(letter(), header, source="l.csv")
    assert not [fault for fault in mapped.faults if fault.severity == "error"]
    values, _ = columns.assign(
        mapped, dict.fromkeys(header, "") | {"First": "Kim", "Last": "Lee", "Suffix": "MD", "ST": "ME"}
    )
    assert (values["to.name"], values["to.region"]) == ("Kim Lee MD", "ME")
    values, _ = columns.assign(mapped, dict.fromkeys(header, "") | {"Suffix": "MD", "MI": "Q", "Company": "Orr"})
    assert values == {"to.organisation": "Orr"}


def test_a_formula_in_a_text_is_named() -> None:
    formulas = ['=HYPERLINK("https://x.example","y")', "=SUMME(A1:A3)", "=1+1", "=$B$2*3", "=A1", "=(2-1)/4"]
    for text in (*formulas, "=1", "= yes", "=> see", "=)", "==", "=A quay"):
        said = marks.faults({"a": text}, ["a"])
        assert [fault.code for _, fault in said] == ["value-marked"] * (text in formulas), text


def test_a_list_that_lies_on_its_side_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text("Name;Ada;Ben\nStreet;4 Mill Lane;5 Mill Lane\nZIP;04401;04401\nCity;Bangor;Bangor\n")
    assert [found for found, _ in faults_of(path)] == ["table-transposed"]
    path.write_text(
        "Name;Street;City\nStreet;4 Mill Lane;24103 Kiel\nCity;5 Mill Lane;24103 Kiel\n"
    )  # people may be called so
    assert faults_of(path) == []


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"name": "* Please call before"}, True),
        ({"name": "Stand: 25.11.2026"}, True),
        ({"name": "Printed by Kim, page 1 of 1"}, True),
        ({"city": "Stand: 25.11.2026"}, True),
        ({"name": "(c) 2026 Harbor Light Clinic"}, True),
        ({"name": "Ada Brook"}, False),
        ({"name": "Studio 54"}, False),
        ({"name": "Max von und zu der Orr"}, False),
        ({"name": "Stand: 25.11.2026", "city": "Bangor"}, False),
    ],
)
def test_a_remark_below_a_list_is_nobody(cells: dict[str, str], expected: bool) -> None:
    row = {"name": "", "street": "", "city": "", "fee": ""} | cells
    assert nobody.is_remark(row) is expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("name", "street", "city"), True),
        (("Name ", "STREET", ""), True),
        (("Straße", "Ort", "PLZ"), True),
        (("Straße", "Ort", ""), False),  # people may be called so
        (("Name", "", ""), False),
        (("Ada", "street", "city"), False),
    ],
)
def test_a_header_within_a_list_is_nobody(cells: tuple[str, ...], expected: bool) -> None:
    assert nobody.is_header(dict(zip(("name", "street", "city"), cells, strict=True))) is expected


def test_a_letter_that_an_encoding_lost_is_named() -> None:
    for value, word in {"M?ller": "M?ller", "An der Stra?e 5": "Stra?e", "J?RGEN?": None, "Who? Me": None}.items():
        said = marks.faults({"name": value}, ["name"])
        assert [fault.value for _, fault in said] == ([word] if word else []), value
        assert not marks.has_none({"name": value}) or word is None
    assert not marks.faults({"url": "https://x.example/a?b=c", "q": "a?b&c"}, ["url", "q"])


def test_a_total_whose_formula_was_never_calculated_gets_no_letter(project: Project) -> None:
    rows = [
        HEADER,
        ["Ada", "4 Mill Lane", "04401", "Bangor", 3],
        ["Total", None, None, None, "=SUM(E2:E2)"],
        [None, None, None, None, "=SUM(E2:E2)"],
        ['="T"', None, None, None, "=SUM(E2:E2)"],
        ["Ben", "4 Mill Lane", "04401", "Bangor", "=E2"],
    ]
    assert [(status, [code for code, _ in said]) for status, said in _said(_merged(project, rows))] == [
        ("done", []),
        ("skipped", ["record-is-total"]),
        ("skipped", ["record-is-total"]),
        ("failed", ["formula-not-calculated"] * 2),
        ("failed", ["formula-not-calculated"]),
    ]


def test_a_remark_below_a_list_gets_no_letter(project: Project) -> None:
    rows = [HEADER, ["Ada", "4 Mill Lane", "04401", "Bangor", 3], ["Stand: 25.11.2026", None, None, None, None]]
    assert _said(_merged(project, rows)) == [("done", []), ("skipped", [("record-is-remark", None)])]


def test_doubled_columns_are_named_by_their_letters(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text("name,Betrag,x,Betrag\n")
    with pytest.raises(UnreadableInput, match="two columns are called 'Betrag': B and D"):
        open_table(str(path))


MARKS = [
    ("'04401", "04401"), ('="04401"', "04401"), ("Quay &amp; Sons", "Quay & Sons"), ("Flat 2<br>4 Mill Lane", "Flat 2\n4 Mill Lane"),
    (r"Flat 2\nBath", "Flat 2\nBath"), ("9050018 ::: 9050207", "9050018"), ("a:::b", "a:::b"), ("'s-Gravenhage", "'s-Gravenhage"), (r"C:\new", r"C:\new"), ("R&D; Q", "R&D; Q"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "clean"), MARKS)
def test_marks_of_exports(value: str, clean: str) -> None:
    assert marks.cleaned(value) == clean
    said = marks.faults({"note": value, "other": "&amp;"}, ["note"])
    code = "value-nothing" if value and not clean else "value-marked"
    assert [(column, fault.code) for column, fault in said] == [("note", code)] * (value != clean)


@pytest.mark.parametrize("clean", [False, True])
def test_marks_are_taken_away_where_the_letter_says_so(project: Project, clean: bool) -> None:
    front = FRONT.replace('to: {name: Dr. Ada Brook, lines: [4 Mill Lane, "Bangor, ME 04401"]}\n', "")
    front += "data: {clean: true}\n" if clean else ""
    letter = project.letter("{{ fields.note }}\n", front + "fields: {note: {}}\n")
    table = "name,street,postcode,city,country,note\nAda Brook,4 Mill Lane,'04401,Bangor,US,Quay &amp; Sons\n"
    project.write("people.csv", table)
    ran = project.cli("merge", "--jobs", "0", letter, "--data", "people.csv", "-o", "out", "--json")
    assert ran.code == 0, ran
    said = ran.json["letters"][0]["diagnostics"]
    assert "postcode-wrong" not in {fault["code"] for fault in said}  # the mark says it
    marked = [fault["value"] for fault in said if fault["code"] == "value-marked"]
    assert marked == ([] if clean else ["Quay &amp; Sons", "'04401"])
    (pdf,) = (project.root / "out").rglob("*.pdf")
    assert ("Quay & Sons" in pdf_text(pdf)) == clean
    assert ("'04401" in pdf_text(pdf)) == (not clean)


ODD = """\
---
letterhead: plain
lang: en-US
date: 2026-03-02
fields: {amount: {type: money, currency: USD}}
---

{{ fields.amount or "-" }}
"""


def _merged(project: Project, rows: list[list[Any]], *sheets: tuple[str, list[list[Any]]], data: str = "") -> Any:
    """The letters of a dry run over a workbook of these rows, with sheets in front of it."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, content in (*sheets, ("Data", rows)):
        sheet = book.create_sheet(name)
        for row in content:
            sheet.append(row)
    book.save(project.root / "list.xlsx")
    project.write("content/letters/odd.md", ODD.replace("---\n\n", f"{data}---\n\n"))
    return project.cli(
        "merge", "content/letters/odd.md", "--data", "list.xlsx", "-o", "out", "--jobs", "0", "--dry-run", "--json"
    ).json


def _said(ran: Any) -> list[tuple[str, list[tuple[str, str | None]]]]:
    return [(one["status"], [(fault["code"], fault["cell"]) for fault in one["diagnostics"]]) for one in ran["letters"]]


HEADER = ["Name", "Street", "ZIP", "City", "amount"]


def test_rows_and_cells_that_programs_spoil(project: Project) -> None:
    rows: list[list[Any]] = [
        HEADER,
        ["JÃ¼rgen", "4 Mill Lane", "04401", "Bangor", 1],
        ["M\ufffdller", "4 Mill Lane", "04401", "Bangor", 1],
        ["Name", "Street", "ZIP", "City", "amount"],
        ["NULL", "4 Mill Lane", "04401", "Bangor", None],
        ["Ada Null", "4 Mill Lane", "04401", "Bangor", "nan"],
    ]
    letters = _merged(project, rows)["letters"]
    found = {
        one["record"]: (one["status"], [(fault["code"], fault["cell"]) for fault in one["diagnostics"]])
        for one in letters
    }
    assert found == {
        "1": ("done", [("text-double-encoded", "A2")]),
        "2": ("failed", [("character-lost", "A3")]),
        "3": ("skipped", [("record-is-header", None)]),
        "4": ("done", [("value-nothing", "A5")]),
        "5": ("failed", [("value-nothing", "E6"), ("number-unreadable", "E6")]),
    }


def test_what_programs_write_for_nothing_is_taken_away_where_the_letter_says_so(project: Project) -> None:
    rows = [HEADER, ["Ada", "4 Mill Lane", "04401", "Bangor", "NULL"], ["None", "1 Quay", "04401", "Bangor", None]]
    ran = _merged(project, rows, data="data: {clean: true}\n")
    assert sorted(_said(ran)) == [("done", []), ("failed", [("record-nameless", "A3")])]


def test_instructions_in_front_of_the_table_are_passed_over(project: Project) -> None:
    rows = [HEADER, ["Ada", "4 Mill Lane", "04401", "Bangor", 1]]
    ran = _merged(project, rows, ("Read me", [["How to fill this in"], [], ["1. Write"]]))
    assert _said(ran) == [("done", [])]
    (note,) = [fault for fault in ran["diagnostics"] if fault["code"] == "sheet-guessed"]
    assert "the sheet 'Data' is read" in note["message"]
    assert "Read me in front of it holds no table" in note["message"]


def test_a_table_of_instructions_is_a_fault_that_names_the_other_sheet(project: Project) -> None:
    front = ("Help", [["Field", "Meaning"], ["Shoe", "size"]])
    ran = _merged(project, [HEADER, ["Ada", "4 Mill Lane", "04401", "Bangor", 1]], front)
    assert [fault["code"] for fault in ran["diagnostics"]] == ["table-unrelated", "sheet-guessed"]
    assert "'Data'" in ran["diagnostics"][1]["message"]


def test_what_is_no_number_in_parquet_is_empty_and_a_group_of_values_is_no_text(tmp_path: Path) -> None:
    import duckdb

    source = "SELECT 'Ada' AS name, 'nan'::DOUBLE AS amount, {'a': 1} AS note"
    duckdb.sql(f"COPY ({source}) TO '{tmp_path / 'list.parquet'}' (FORMAT parquet)")
    (record,) = open_table(str(tmp_path / "list.parquet")).records()
    assert (record.values["name"], record.values["amount"]) == ("Ada", "")
    assert record.spoilt == {"note": "a cell holds {'a': 1}, which is a group of values and no text"}


@pytest.mark.parametrize(
    ("city", "country", "home", "wanted"),
    [
        ("Bangor", "US", None, True),  # USPS Publication 28: city, state and ZIP
        ("Bangor", None, "US", True),
        ("Bangor, ME", "USA", None, False),
        ("Roma", "Italia", None, True),
        ("Roma (RM)", "Italia", None, False),
        ("Brampton", "Canada", None, True),
        ("Perth", "AU", None, True),
        ("Husum", "DE", None, False),
        ("Husum", None, None, False),
        ("San Juan", "PR", None, False),
    ],
)
def test_a_town_without_its_state_is_said_where_the_post_wants_one(
    city: str, country: str | None, home: str | None, wanted: bool
) -> None:
    values = {"to.name": "Jo", "to.street": "1", "to.postcode": "12345", "to.city": city}
    values |= {"to.country": country} if country else {}
    paths = dict.fromkeys((*values, "to.region"), ())
    said = nobody.incomplete(values, paths, home)
    assert [(fault.code, fault.field) for fault in said] == ([("region-missing", "to.region")] if wanted else [])
    assert nobody.incomplete(values | {"to.region": "X"}, paths, home) == ()


def test_an_attention_line_of_a_form_of_address_alone_is_said() -> None:
    (said,) = nobody.incomplete({"to.organisation": "Kai", "to.attention": "z. Hd. Herr"}, {})
    assert (said.code, said.field) == ("honorific-nameless", "to.attention")


@pytest.mark.parametrize(
    ("front", "body", "header", "expected"),
    [
        ("to: {name: Dr. Ada Brook}\nsalutation: Dear Dr. Brook", "Hello.", "name,city", ["salutation"]),
        ("to: {name: Dr. Ada Brook}\nsalutation: Dear all", "Ask Dr. Ada Brook.", "name,city", [None]),
        ("to: {organisation: Kai AG}\nsubject: Kai AG and we", "x", "company,street", ["subject"]),
        ("to: {name: Dr. Ada Brook}\nsalutation: 'Dear {{ to.name }}'", "Mr. Brook is ill.", "name,city", []),
        ("to: {name: Dr. Ada Brook}\nsalutation: Dear Dr. Brook", "Hello.", "amount,city", []),
        ("to: {name: '{{ fields.x }}'}\nfields: {x: text}\nsalutation: Dear x", "Hello.", "x,city", []),
    ],
)
def test_a_letter_that_names_its_own_recipient_says_so(
    project: Project, front: str, body: str, header: str, expected: list[str | None]
) -> None:
    loaded = letterpress.load(project.root / project.letter(f"{body}\n", f"letterhead: plain\n{front}\n"))
    given = columns.map_columns(loaded, header.split(","), source="l.csv").paths
    assert [fault.field for fault in sample_names.left(loaded, given)] == expected


def test_a_list_in_a_letter_s_place_is_told_where_it_goes(project: Project) -> None:
    project.write("l.csv", "name,city\nAda,Bath\n")
    ran = project.cli("render", "l.csv")
    assert ran.code == 1
    assert "it is a list: letterpress merge LETTER.md --data l.csv" in ran.err
