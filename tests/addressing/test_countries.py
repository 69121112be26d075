"""Countries by any usual name, and their names on envelopes; postcodes and regions as typed."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pytest

from letterpress import data
from letterpress.addressing import address, countries, postcodes, regions
from letterpress.model import Party
from letterpress.text import language
from tests.support.project import Project, pdf_text

LANGUAGES = [tag for tag in data.table("labels") if "-" not in tag]

USUAL = {
    "US": "USA; U.S.A.; us; United States of America; America; Vereinigte Staaten; États-Unis; Etats-Unis; 米国; EE. UU.",
    "GB": "UK; U.K.; England; Scotland; Wales; Northern Ireland; Great Britain; Großbritannien; GROSSBRITANNIEN; 英国",
    "NL": "Holland; The Netherlands; Niederlande; Pays-Bas; Nederland; Hollande; NLD",
    "CH": "Schweiz; Suisse; Svizzera; die Schweiz; Switzerland; CHE",
    "DE": "D; DEU; Deutschland; Allemagne; Bundesrepublik Deutschland; ドイツ; ألمانيا; Saksa",
    "AT": "A; Österreich; Oesterreich; Osterreich; Autriche; AUT",
    "FR": "F; la France; Frankreich; FRA",
    "FI": "FIN; Suomi",
    "GR": "EL; Hellas; Ελλάδα; ΕΛΛΑΔΑ",
    "CZ": "Czech Republic; Czechia; Tschechien; Česko; CZE",
    "CI": "Ivory Coast; Côte d'Ivoire; Cote d’Ivoire; Elfenbeinküste",
    "TR": "Turkey; Türkiye; TÜRKİYE; Turkiye; Tuerkei",
    "KR": "Korea; South Korea; Korea (Republic of); Korea, Republic of",
    "BA": "Bosnia & Herzegovina; Bosnia and Herzegovina; Bosnien",
    "LC": "St Lucia; St. Lucia; Saint Lucia",
    "BS": "Bahamas; The Bahamas",
    "RU": "Russia; Russian Federation; Россия",
    "HK": "Hong Kong; Hongkong; Hong Kong SAR; 香港",
    "MM": "Burma; Myanmar; Birma; Myanmar (Burma)",
    "NO": "no; NO; Norge",
    "IE": "Ireland; Eire; Republic of Ireland; IRL",
}


@pytest.mark.parametrize("code", USUAL)
def test_a_country_is_known_by_its_usual_names(code: str) -> None:
    for name in USUAL[code].split("; "):
        assert countries.code(name) == code, name


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("Germny", "there is no country 'Germny'", "did you mean 'Germany'"),
        ("Engalnd", "there is no country 'Engalnd'", "did you mean 'England' or 'Engeland'"),
        ("EU", "there is no country 'EU'", "two letters of ISO 3166-1"),
        ("Congo", "'Congo' may be one of several countries", "write CD (DEMOCRATIC REPUBLIC OF THE CONGO) or CG"),
    ],
)
def test_what_is_no_country_or_several(name: str, message: str, hint: str) -> None:
    found = countries.unknown(name, "en")
    assert found is not None
    assert countries.code(name) is None
    assert (found.message, found.code) == (message, "country-unknown")
    assert hint in str(found.hint)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_name_of_a_language_means_another_country(lang: str) -> None:
    for name, code in language.country_names(lang):
        if countries.is_code(code):
            assert countries.code(name, lang) == code or countries.unknown(name, lang), name
            assert countries.code(name, lang) in (code, None), name


@pytest.mark.parametrize("lang", [*LANGUAGES, "tr", "pt"])
def test_names_on_envelopes_have_no_remark_and_are_of_one_country_each(lang: str) -> None:
    names = {
        code: countries.on_envelope(code, lang) for _, code in language.country_names(lang) if countries.is_code(code)
    }
    assert len(set(names.values())) == len(names)
    for name in names.values():
        assert not re.search(r"[)）]$|\bSAR\b|\bRAE\b|\bSRA\b", name)
        assert lang != "en" or "&" not in name
        assert language.capitals(name, lang) == name


@pytest.mark.parametrize(
    ("code", "lang", "name"),
    [
        ("HK", "en", "HONG KONG"), ("HK", "de", "HONGKONG"), ("MO", "fr", "MACAO"), ("MM", "en", "MYANMAR"),
        ("MM", "es", "MYANMAR"), ("TW", "en", "TAIWAN"), ("BE", "tr", "BELÇİKA"), ("GB", "de", "VEREINIGTES KÖNIGREICH"),
        ("BA", "en", "BOSNIA AND HERZEGOVINA"), ("CD", "fr", "RÉPUBLIQUE DÉMOCRATIQUE DU CONGO"), ("NL", "en", "NETHERLANDS"),
        ("AT", "el", "ΑΥΣΤΡΙΑ"), ("MT", "el", "ΜΑΛΤΑ"),
    ],
)  # fmt: skip
def test_the_name_on_an_envelope(code: str, lang: str, name: str) -> None:
    assert countries.on_envelope(code, lang) == name


@pytest.mark.parametrize(
    ("text", "lang", "written"),
    [
        ("Diyarbakır, İzmir", "tr", "DİYARBAKIR, İZMİR"), ("Gießen", "de", "GIESSEN"), ("Αθήνα", "el", "ΑΘΗΝΑ"),
        ("Ταϊβάν", "el", "ΤΑΪΒΑΝ"), ("თბილისი", "ka", "თბილისი"), ("Երևան", "hy", "ԵՐԵՎԱՆ"), ("Łódź", "pl", "ŁÓDŹ"),
        ("Bern", "de", "BERN"), ("東京", "ja", "東京"),
    ],
)  # fmt: skip
def test_capitals_are_the_languages(text: str, lang: str, written: str) -> None:
    assert language.capitals(text, lang) == written


@pytest.mark.parametrize(
    ("country", "typed", "written"),
    [
        ("GB", "sw1a1aa", "SW1A 1AA"), ("GB", "ec1y8sy", "EC1Y 8SY"), ("GB", "m11ae", "M1 1AE"), ("GB", "bfpo57", "BFPO 57"),
        ("NL", "1012cd", "1012 CD"), ("NL", "NL-1012 CD", "1012 CD"), ("SE", "41134", "411 34"), ("SE", "S-411 34", "411 34"),
        ("PL", "90001", "90-001"), ("BR", "01310100", "01310-100"), ("JP", "〒１００−０００１", "100-0001"), ("JP", "1000001", "100-0001"),
        ("DE", "D-10115", "10115"), ("DE", "D 10115", "10115"), ("AT", "A-1010", "1010"), ("FR", "F-75008", "75008"),
        ("FR", "75 008", "75008"), ("CH", "CH 8001", "8001"), ("LI", "FL-9490", "9490"), ("CA", "k1a0b1", "K1A 0B1"),
        ("IE", "d02x285", "D02 X285"), ("LV", "1073", "LV-1073"), ("US", "94303 1234", "94303-1234"), ("DE", "8033", "8033"),
        ("GB", "nonsense", "nonsense"), ("ZZ", " any  thing ", "any thing"), ("AE", "12", "12"), ("TW", "10603", "10603"),
    ],
)  # fmt: skip
def test_a_postcode_is_spelled_as_its_country_does(country: str, typed: str, written: str) -> None:
    assert postcodes.spelled(country, typed) == written


def test_a_zero_that_a_spreadsheet_dropped_is_suggested() -> None:
    found = postcodes.wrong(Party(country="DE", postcode="1067"), None)
    assert found is not None
    assert str(found.hint).endswith("a list that has lost a zero in front means 01067")


@pytest.mark.parametrize(
    ("country", "home", "lang", "city", "missing"),
    [
        *((country, None, "en", "Town", True) for country in ("US", "DE", "AT", "CH", "FR", "GB", "CA")),
        ("IE", "US", "en", "Cork", False), ("HK", "US", "en", "Hong Kong", False), ("Germany", None, "en", "Ulm", True),
        (None, "US", "en", "Portland", True), (None, None, "en", "Portland", False), (None, None, "de", "Ulm", True),
        ("US", None, "en", "Bangor, ME 04401", False), ("US", None, "en", None, False),
    ],
)  # fmt: skip
def test_an_address_without_the_postcode_that_its_post_wants(
    country: str | None, home: str | None, lang: str, city: str | None, missing: bool
) -> None:
    party = Party(street="4 Lane", city=city, country=country)
    assert (postcodes.missing(party, home, lang) is not None) is missing
    assert postcodes.missing(dataclasses.replace(party, postcode="1"), home, lang) is None
    assert postcodes.missing(dataclasses.replace(party, street=None), home, lang) is None


@pytest.mark.parametrize(
    ("region", "postcode", "whole"),
    [
        ("ME", "4401", "04401"), ("Maine", "4401", "04401"), (None, "4401", "04401"), ("NY", "501", "00501"),
        ("ME", "0440", None), ("ME", "440", None), ("CA", "4401", None), ("ME", "44011x", None),
    ],
)  # fmt: skip
def test_a_dropped_zero_makes_a_postcode_of_the_state(region: str | None, postcode: str, whole: str | None) -> None:
    found = postcodes.wrong(Party(country="US", region=region, postcode=postcode), None)
    assert found is not None
    assert dict(found.params).get("whole") == whole


def written(home: str, lang: str = "en", **parts: Any) -> list[str]:
    return list(address.lines(Party(name="Jo", street="1 A", **parts), home=home, lang=lang))[2:]


def test_a_region_is_a_code_a_name_or_left_out_with_a_warning() -> None:
    assert written("US", city="Palo Alto", region="California", postcode="94303", country="USA") == [
        "Palo Alto, CA 94303"
    ]
    assert written("CA", city="Gatineau", region="quebec", postcode="j8x3x7", country="CA") == ["GATINEAU QC J8X 3X7"]
    assert written("US", city="Boston", region="Mass.", postcode="02108", country="US") == ["Boston, MA 02108"]
    assert written("IE", city="Cork", region="County Cork", postcode="t12x2y3") == ["Cork", "Co. Cork", "T12 X2Y3"]
    kent = Party(city="Dover", region="Kent", postcode="CT16 1AA", country="UK")
    found = regions.left_out(kent, None)
    assert found is not None
    assert (found.code, found.value) == ("region-left-out", "Kent")
    assert written("GB", city="Dover", region="Kent", postcode="CT16 1AA", country="UK") == ["DOVER", "CT16 1AA"]
    assert written("GB", city="Dover", region="Kent", country="UK") == [
        "DOVER, Kent"
    ]  # it may be all there is to find it
    assert regions.left_out(Party(city="Zürich", region="Zurich", postcode="8001", country="CH"), None) is None
    assert written("CH", city="Zürich", region="Zurich", country="CH") == ["Zürich"]


@pytest.mark.parametrize(
    ("home", "country", "last"),
    [
        ("US", "PR", "Town"),
        ("FR", "RE", "TOWN"),
        ("GB", "JE", "JERSEY"),  # above the postcode
        ("CH", "LI", "Town"),
        ("DE", "PR", "PUERTO RICO"),
    ],
)
def test_mail_that_a_post_serves_as_its_own_has_no_country_line(home: str, country: str, last: str) -> None:
    assert written(home, city="Town", country=country)[-1] == last


@pytest.mark.parametrize(
    ("home", "city", "country", "named"),
    [
        ("DE", "Wien, Österreich", None, "AT"),
        ("US", "London, UK", None, "GB"),
        ("ES", "Lisboa, Portugal", None, "PT"),
        ("US", "Portland, ME", None, None),  # Maine, and no Montenegro
        ("US", "Atlanta, Georgia", None, None),
        ("DE", "Tiflis, Georgien", None, "GE"),
        ("DE", "Wien, Österreich", "AT", None),
        ("GB", "Wells, Somerset", None, None),
    ],
)
def test_a_country_in_the_place_of_the_town(home: str, city: str, country: str | None, named: str | None) -> None:
    found = regions.country_in_town(Party(city=city, country=country), home)
    assert (dict(found.params)["country"] if found else None) == named


@pytest.mark.parametrize("country", ["AT", "CH", "DE", "FR", "NL", "BE", "LI", "LU", "SE"])
@pytest.mark.parametrize("firm", [{"name": "Hotel Gotthardblick"}, {"organisation": "Hotel Gotthardblick"}])
def test_the_firm_is_on_the_first_line_where_its_name_is_the_name_too(country: str, firm: dict[str, str]) -> None:
    party = Party(attention="Frau Tresch", street="Schmiedgasse 44", city="Andermatt", country=country, **firm)
    assert address.lines(party, home=country, lang="de")[:3] == (
        "Hotel Gotthardblick",
        "Frau Tresch",
        "Schmiedgasse 44",
    )
    above = Party(attention="Ms Tresch", city="Town", country="US", **firm)
    assert address.lines(above, home="US", lang="en-US")[:2] == ("Attn: Ms Tresch", "Hotel Gotthardblick")


def test_a_letter_takes_countries_by_name_and_a_template_too(project: Project) -> None:
    front = """letterhead: plain
lang: de
from: {name: A, street: Weg 1, postcode: D-10115, city: Berlin, country: Deutschland}
to: {name: Jo, street: 1 Harbour Rd, city: Wan Chai, country: "{{ fields.land }}"}
fields: {land: {type: text, default: Hong Kong SAR}}
"""
    ran = project.render("Text.\n", front)
    assert ran.code == 0
    shown = pdf_text(project.pdf)
    assert "HONGKONG" in shown
    assert "10115 Berlin" in shown
    ran = project.render("Text.\n", front.replace("Hong Kong SAR", "Atlantis"))
    (fault,) = ran.faults
    assert (fault["field"], fault["message"]) == ("to.country", "there is no country 'Atlantis'")


def test_a_long_town_in_capitals_still_fits_its_window(project: Project) -> None:
    front = """letterhead: din5008
lang: de
date: 2026-01-15
from: {name: A, street: Weg 1, postcode: "10115", city: Berlin, country: DE}
to: {name: Jo, street: 1 rue X, postcode: "51290", city: Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson, country: FR}
"""
    assert project.render("Text.\n", front).code == 0
    shown = pdf_text(project.pdf).replace("\x02", "- ")  # PDFium's sign for a hyphen at the end of a line
    assert "51290 SAINT-REMY-EN-BOUZEMONT- SAINT-GENEST-ET-ISSON FRANKREICH" in shown
