"""Addresses as the posts have them, against `addresses.txt`, whose rows are typed from their sources."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from letterpress.addressing import address, countries
from letterpress.model import Party


class Row(NamedTuple):
    """One address of the table."""

    country: str
    source: str
    street: str
    postcode: str
    city: str
    region: str
    at_home: str
    abroad: str


TEXT = Path(__file__).with_name("addresses.txt").read_text(encoding="utf-8")
ROWS = [
    Row(*(cell.strip() for cell in line.split("|"))) for line in TEXT.splitlines() if line and not line.startswith("#")
]


SOURCES = dict(re.findall(r"^#   ([a-z])  (\S.*)", TEXT, re.MULTILINE))
"""The letter of each source, and the first line of what it is."""


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.country}-{row.city}: {SOURCES.get(row.source)}" for row in ROWS])
def test_an_address_is_written_as_its_source_has_it(row: Row) -> None:
    parts = {"street": row.street, "postcode": row.postcode, "city": row.city, "region": row.region}
    party = Party(name="Jo Lind", country=row.country, **{name: text for name, text in parts.items() if text})
    name_at = -1 if row.at_home.startswith("〒") else 0
    if row.at_home != "-":
        found = list(address.lines(party, home=row.country, lang="en"))
        assert found.pop(name_at) == "Jo Lind"
        assert " / ".join(found) == row.at_home
    if row.abroad != "-":
        home = "CH" if row.country != "CH" else "DE"
        assert address.lines(party, home=home, lang="fr")[1:-1] == tuple(row.abroad.split(" / "))


def test_the_table_has_enough_and_names_its_sources() -> None:
    assert {row.source for row in ROWS} == set(SOURCES)
    rows = Counter(row.country for row in ROWS)
    assert len(rows) >= 80
    assert sum(count >= 2 for count in rows.values()) >= 60
    assert all(countries.is_code(row.country) for row in ROWS)


LINES: list[tuple[str, str, dict[str, str], str]] = [
    # home, language, the party, its lines below the name. USPS Publication 28, appendix B: territories are as states.
    ("US", "en-US", {"city": "San Juan", "region": "PR", "postcode": "00901", "country": "PR"}, "San Juan, PR 00901"),
    ("US", "en-US", {"city": "San Juan", "postcode": "00901", "country": "Puerto Rico"}, "San Juan, PR 00901"),
    ("DE", "en", {"city": "San Juan", "region": "PR", "postcode": "00901", "country": "PR"}, "SAN JUAN PR 00901"),
    ("US", "en-US", {"city": "Cruz Bay", "postcode": "00830", "country": "VI"}, "Cruz Bay, VI 00830"),
    ("US", "en-US", {"city": "Hagatna", "region": "Guam", "postcode": "96910", "country": "GU"}, "Hagatna, GU 96910"),
    ("US", "en-US", {"city": "APO", "region": "AE", "postcode": "09499", "country": "US"}, "APO AE 09499"),
    ("DE", "en", {"city": "FPO", "region": "AP", "postcode": "96667", "country": "US"}, "FPO AP 96667 / UNITED STATES"),
    ("GB", "en-GB", {"postcode": "bfpo57", "country": "GB"}, "BFPO 57"),  # BFPO: no town, no country
    # Royal Mail: the island in capitals, above the postcode; abroad the country's line says it.
    ("GB", "en-GB", {"city": "Douglas", "region": "Isle of Man", "postcode": "IM1 1AA", "country": "IM"},
     "DOUGLAS / ISLE OF MAN / IM1 1AA"),
    ("GB", "en-GB", {"city": "St Helier", "region": "Jersey", "postcode": "je24tr", "country": "JE"},
     "ST HELIER / JERSEY / JE2 4TR"),
    ("DE", "en", {"city": "St Helier", "region": "Jersey", "postcode": "JE2 4TR", "country": "JE"},
     "ST HELIER / JE2 4TR / JERSEY"),
    # Jersey Post, "Addressing standards": the island's name above the postcode, typed as a region or not.
    ("GB", "en-GB", {"city": "St Helier", "postcode": "je24tr", "country": "Jersey"}, "ST HELIER / JERSEY / JE2 4TR"),
    ("JE", "en-GB", {"city": "St Helier", "postcode": "je24tr"}, "ST HELIER / JERSEY / JE2 4TR"),
    ("GB", "en-GB", {"city": "St Peter Port", "postcode": "gy11aa", "country": "Guernsey"},
     "ST PETER PORT / GUERNSEY / GY1 1AA"),
    # Singapore's own name in the letter's language stands in the country's line alone.
    ("DE", "de", {"city": "Singapur", "postcode": "546080", "country": "SG"}, "SINGAPORE 546080 / SINGAPUR"),
    # The UPU's sheet of Indonesia (slidelegend.com): the postcode to the right of the town; where Google's format has it
    # beside the province. Vietnam: HANOI 11517 (cn360cn.com, from the UPU's sheet).
    ("DE", "en", {"city": "Bandung", "postcode": "40198", "country": "ID"}, "BANDUNG 40198 / INDONESIA"),
    ("DE", "en", {"city": "Hanoi", "postcode": "11517", "country": "VN"}, "HANOI 11517 / VIETNAM"),
    # A region that only says the town again.
    ("DE", "en", {"city": "Lagos", "region": "Lagos", "postcode": "100221", "country": "NG"}, "LAGOS 100221 / NIGERIA"),
    ("DE", "en", {"city": "Kyoto", "region": "Kyoto", "postcode": "604-8001", "country": "JP"},
     "KYOTO, KYOTO 604-8001 / JAPAN"),
    # The town's cell holds the postcode too, with a prefix or in small letters.
    ("DE", "de", {"city": "D-10115 Berlin"}, "10115 Berlin"),
    ("DE", "de", {"city": "F-75008 Paris", "country": "FR"}, "75008 PARIS / FRANKREICH"),
    ("DE", "de", {"city": "1012ab Amsterdam", "country": "NL"}, "1012 AB AMSTERDAM / NIEDERLANDE"),
    ("DE", "en", {"city": "London sw1a 2aa", "country": "GB"}, "LONDON / SW1A 2AA / UNITED KINGDOM"),
    ("GB", "en-GB", {"city": "Dublin D02 X285", "country": "IE"}, "DUBLIN / D02 X285 / IRELAND"),
    ("DE", "de", {"city": "Praha 10", "country": "CZ"}, "PRAHA 10 / TSCHECHIEN"),
    ("US", "en-US", {"city": "Washington, DC 20001"}, "Washington, DC 20001"),
    ("GB", "en-GB", {"city": "BFPO", "postcode": "BFPO 57"}, "BFPO 57"),
    # South African Post Office, Bulk Mail Guide: the postcode immediately below the name of the town.
    ("DE", "en", {"city": "Cape Town", "region": "Western Cape", "postcode": "8001", "country": "ZA"},
     "CAPE TOWN / 8001 / SOUTH AFRICA"),
    ("DE", "en", {"street": "1 Queen's Road", "city": "Central", "region": "Hong Kong", "country": "HK"},
     "1 Queen's Road / CENTRAL / HONG KONG"),
    ("DE", "en", {"street": "1 Queen's Road", "city": "Hong Kong", "country": "HK"}, "1 Queen's Road / HONG KONG"),
    ("US", "en-US", {"attention": "Attn: Attn: Jo Berg"}, "Attn: Jo Berg"),
    ("DE", "de", {"attention": "z. Hd. Frau Berg"}, "Frau Berg"),
    ("DE", "de", {"attention": "Herr"}, ""),
    ("FR", "fr", {"attention": "A l'attention de Mme Roy"}, "À l’attention de : Mme Roy"),
    # languageadvisor.net: alla cortese attenzione della Signora Navone; Spanish contracts "de el Sr.".
    ("IT", "it", {"attention": "Dott. Verdi"}, "Alla c.a. del Dott. Verdi"),
    ("IT", "it", {"attention": "Sig.ra Neri"}, "Alla c.a. della Sig.ra Neri"),
    ("IT", "it", {"attention": "Avv. Neri"}, "Alla c.a. dell’Avv. Neri"),
    ("IT", "it", {"attention": "Anna Neri"}, "Alla c.a. di Anna Neri"),
    ("ES", "es", {"attention": "Sra. Ruiz"}, "A la atención de la Sra. Ruiz"),
    ("ES", "es", {"attention": "A la atención de Sr. Mora"}, "A la atención del Sr. Mora"),
    ("ES", "es", {"attention": "A la atención del Sr. Mora"}, "A la atención del Sr. Mora"),
    ("IT", "it", {"attention": "Alla cortese attenzione del Dott. Verdi"}, "Alla c.a. del Dott. Verdi"),
    ("MX", "es-MX", {"attention": "Eva Mora"}, "A la atención de Eva Mora"),
    ("DE", "de", {"care_of": "c/o Berg"}, "c/o Berg"),
    # Long postcodes on the side where the country has none, without a gap, or with a prefix that stands apart.
    ("DE", "de", {"city": "Berlin 10115"}, "10115 Berlin"),
    ("DE", "de", {"city": "BERLIN10115"}, "10115 BERLIN"),
    ("DE", "de", {"city": "10115Berlin"}, "10115 Berlin"),
    ("DE", "de", {"city": "D - 10115 Berlin"}, "10115 Berlin"),
    ("DE", "de", {"city": "NL - 1012 AB Amsterdam", "country": "NL"}, "1012 AB AMSTERDAM / NIEDERLANDE"),
    ("DE", "de", {"city": "Paris 75008", "country": "FR"}, "75008 PARIS / FRANKREICH"),
    ("DE", "de", {"city": "Genève 2", "country": "CH"}, "GENÈVE 2 / SCHWEIZ"),
    ("DE", "de", {"city": "Bad 1234 Ort"}, "Bad 1234 Ort"),
    # A firm that a list names twice.
    ("DE", "de", {"organisation": "JO  lind", "city": "Bonn"}, "Bonn"),
    ("DE", "de", {"organisation": "Jo Lind GmbH", "city": "Bonn"}, "Jo Lind GmbH / Bonn"),
    ("DE", "de", {"organisation": "Jo Lind", "title": "Inhaberin", "attention": "Frau Orr"}, "Inhaberin / Frau Orr"),
    ("PL", "pl", {"care_of": "U Thant"}, "u U Thant"),
]  # fmt: skip


@pytest.mark.parametrize(("home", "lang", "given", "below"), LINES, ids=[row[3] for row in LINES])
def test_territories_islands_and_labels(home: str, lang: str, given: dict[str, str], below: str) -> None:
    party = Party(name="Jo Lind", **given)  # type: ignore[arg-type]
    lines = [line.replace("\u00a0", " ") for line in address.lines(party, home=home, lang=lang) if line != "Jo Lind"]
    if countries.code(given.get("country", "")) == "PR" and home == "DE":
        assert lines.pop() == "PUERTO RICO"
    assert " / ".join(lines) == below


@pytest.mark.parametrize(
    ("typed", "whole"),
    [("Südtirol", "Italy"), ("Texas", "United States"), ("Bayern", "Germany"), ("Catalonia", "Spain"), ("Tirol", "Austria"),
     ("Ontario", "Canada"), ("Vlaanderen", "Belgium")],
)  # fmt: skip
def test_a_region_in_the_place_of_a_country_is_named_with_its_country(typed: str, whole: str) -> None:
    problem = countries.unknown(typed, "en")
    assert problem is not None
    assert f"it is a part of {whole}" in problem.hint


@pytest.mark.parametrize("name", ["Vaticano", "Vatikan", "Città del Vaticano"])
def test_the_vatican_by_its_usual_names(name: str) -> None:
    assert countries.code(name) == "VA"
