"""Addresses in the order of their country, with no part lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letterpress.addressing import address, capitals, countries, postcodes, regions, shared_address
from letterpress.model import Party, Person
from letterpress.text import language
from tests.support.project import FRONT, Project

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
COUNTRIES = [a + b for a in _LETTERS for b in _LETTERS if countries.is_code(a + b)]
PARTS = {"street": "4 Mill Lane", "city": "Bangor", "postcode": "04401", "region": "ME"}


def lines(home: str | None = None, lang: str = "en-US", **parts: Any) -> list[str]:
    return list(address.lines(Party(**parts), home=home, lang=lang))


@pytest.mark.parametrize(
    ("parts", "home", "lang", "expected"),
    [
        ({"country": "US", **PARTS}, "US", "en-US", ["Ada", "Clinic", "4 Mill Lane", "Bangor, ME 04401"]),
        (
            {"country": "US", **PARTS},
            "DE",
            "de-DE",
            ["Ada", "Clinic", "4 Mill Lane", "BANGOR, ME 04401", "VEREINIGTE STAATEN"],
        ),
        (
            {"country": "DE", "street": "Weg 1", "city": "Bonn", "postcode": "53111"},
            "DE",
            "de-DE",
            ["Ada", "Clinic", "Weg 1", "53111 Bonn"],
        ),
        (
            {"country": "CH", "street": "Weg 1", "city": "Bern", "postcode": "3011"},
            "DE",
            "de-DE",
            None,
        ),
        (
            {"country": "GB", "street": "1 Quay", "city": "London", "postcode": "SW1A 1AA"},
            "GB",
            "en-GB",
            None,
        ),
        ({"street": "1 Quay", "city": "Town"}, None, "en", ["Ada", "Clinic", "1 Quay", "Town"]),
    ],
)
def test_the_order_is_the_countrys(
    parts: dict[str, str], home: str | None, lang: str, expected: list[str] | None
) -> None:
    found = lines(home, lang, name="Ada", organisation="Clinic", **parts)
    text = "\n".join(found)
    for part in ("Ada", "Clinic", *(value for key, value in parts.items() if key != "country")):
        assert part.upper() in text.upper()
    assert expected is None or sorted(found) == sorted(expected)
    assert expected is None or found[2:] == expected[2:]


WERFT = {"organisation": "Werft", "street": "1 Quay", "city": "Town", "postcode": "1"}


@pytest.mark.parametrize(
    ("country", "lang", "expected"),
    [
        ("US", "en-US", ["Attn: Ada Brook", "Werft", "1 Quay"]),
        ("GB", "en-GB", ["For the attention of Ada Brook", "Werft", "1 Quay"]),
        ("DE", "de", ["Werft", "Ada Brook", "1 Quay"]),
        ("FR", "fr", ["Werft", "À l’attention de : Ada Brook", "1 Quay"]),
        ("IT", "it", ["Werft", "Alla c.a. di Ada Brook", "1 Quay"]),
        ("ES", "es", ["Werft", "A la atención de Ada Brook", "1 Quay"]),
        ("NL", "nl", ["Werft", "T.a.v. Ada Brook", "1 Quay"]),
        ("PL", "pl", ["Werft", "Do rąk: Ada Brook", "1 Quay"]),
    ],
)
def test_the_attention_line_has_its_language_and_its_countrys_place(
    country: str, lang: str, expected: list[str]
) -> None:
    assert lines(country, lang, country=country, attention="Ada Brook", **WERFT)[:3] == expected
    whole = Party(organisation="Werft", attention="Ada Brook", country=country, lines=("1 Quay",))
    assert list(address.lines(whole, home=country, lang=lang)) == expected


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("en-US", "c/o Kim Lee"),
        ("de", "c/o Kim Lee"),
        ("de-AT", "bei Kim Lee"),
        ("fr", "s/c de Kim Lee"),
        ("nl", "p/a Kim Lee"),
        ("it", "presso Kim Lee"),
        ("fi", "c/o Kim Lee"),
    ],
)
def test_with_whom_somebody_lives_stands_between_name_and_street(lang: str, line: str) -> None:
    assert lines("US", lang, name="Ada", care_of="Kim Lee", country="US", **PARTS)[:3] == ["Ada", line, "4 Mill Lane"]
    assert lines("US", lang, name="Ada", care_of="Kim Lee", lines=("x",)) == ["Ada", line, "x"]


def test_japan_in_its_own_order_and_in_latin_letters() -> None:
    own = {"name": "山田 太郎", "honorific": "様", "street": "千代田1-1", "city": "千代田区", "region": "東京都"}
    found = lines("JP", "ja", country="JP", postcode="100-0001", care_of="田中", **own)
    assert found == ["〒100-0001", "東京都 千代田区", "千代田1-1", "田中様方", "山田 太郎 様"]
    latin = {"name": "Taro Yamada", "street": "1-1 Chiyoda", "city": "Chiyoda-ku", "region": "Tokyo"}
    found = lines("DE", "de", country="JP", postcode="100-0001", **latin)
    assert found == ["Taro Yamada", "1-1 Chiyoda", "CHIYODA-KU, TOKYO 100-0001", "JAPAN"]


def test_several_persons_over_one_address() -> None:
    both = (Person(name="Ada Brook", honorific="Frau", title="Leiterin"), Person(name="Jan Orr"))
    found = lines("DE", "de", persons=both, street="Weg 1", postcode="53111", city="Bonn", country="DE")
    assert found == ["Frau Ada Brook", "Leiterin", "Jan Orr", "Weg 1", "53111 Bonn"]
    assert lines("DE", "de", persons=both, lines=("Weg 1",)) == [*found[:3], "Weg 1"]


@pytest.mark.parametrize(
    ("home", "lang", "country", "line"),
    [
        ("DE", "de", "FR", "FRANKREICH"),
        ("DE", "en-US", "FR", "FRANCE"),  # the German post reads German, and English as every post
        ("US", "de", "DE", "GERMANY"),
        ("CH", "fr", "DE", "ALLEMAGNE"),
        ("CH", "it", "DE", "GERMANIA"),
        ("JP", "ja", "US", "UNITED STATES"),  # Latin letters
        ("EG", "ar", "FR", "FRANCE"),
        (None, "fr", "DE", "ALLEMAGNE"),
        ("DE", "de", "DE", None),
        ("de", "de", "de", None),
    ],
)
def test_the_country_line_is_what_the_senders_post_reads(
    home: str | None, lang: str, country: str, line: str | None
) -> None:
    found = lines(home, lang, name="Ada", street="x", city="y", country=country)
    assert found[-1] == (line or "y")


def test_a_place_that_stands_in_the_countrys_format_is_said_once() -> None:
    found = lines("US", "en-US", name="Ada", street="1 Road", city="Singapore", postcode="123456", country="SG")
    assert found == ["Ada", "1 Road", "SINGAPORE 123456", "SINGAPORE"]
    assert lines("SG", "en-SG", name="Ada", city="Singapore", country="SG") == ["Ada", "SINGAPORE"]


@pytest.mark.parametrize(
    ("country", "city", "postcode", "region", "last"),
    [
        ("DE", "28195 Bremen", "28195", None, "28195 Bremen"),
        ("DE", "D-28195 Bremen", "28195", None, "28195 Bremen"),
        ("DE", "Bremen 21", "28195", None, "28195 Bremen 21"),
        ("US", "Bangor, ME 04401", "04401", "ME", "Bangor, ME 04401"),
        ("US", "Bangor 04401", "04401", "ME", "Bangor, ME 04401"),
        ("GB", "Bath BA1 7AA", "ba1 7aa", None, "BA1 7AA"),
        ("CH", "8001 Zürich", "8002", None, "8002 8001 Zürich"),  # which is right nobody knows
    ],
)
def test_a_postcode_that_the_town_says_too_is_said_once(
    country: str, city: str, postcode: str, region: str | None, last: str
) -> None:
    found = lines(
        country, "en", name="Ada", street="1 Road", city=city, postcode=postcode, region=region, country=country
    )
    assert found[-1] == last
    assert " ".join(found).upper().count("BATH") == (country == "GB")


@pytest.mark.parametrize(
    ("country", "postcode"),
    [
        ("US", "04401"), ("US", "04401-1234"), ("GB", "SW1A 1AA"), ("GB", "sw1a1aa"), ("DE", "53111"), ("CH", "CH-8002"),
        ("CH", "8002"), ("LV", "LV-1073"), ("LV", "1073"), ("JP", "〒100-0001"), ("JP", "１００−０００１"), ("NL", "1234ab"),
        ("SE", "SE-114 55"), ("CA", "k1a 0b1"), ("IE", "D02 X285"), ("AE", "anything"), ("ZZ", "1"),
    ],
)  # fmt: skip
def test_postcodes_that_can_be(country: str, postcode: str) -> None:
    assert postcodes.wrong(Party(country=country, postcode=postcode), None) is None


def test_a_postcode_of_anothers_form_stays_where_no_country_is_named() -> None:
    assert postcodes.of_others("DE", "00-049") == ("PL",)
    assert postcodes.of_others("DE", "411 34") == ("CZ", "GR", "SE", "SK")
    for home, own in (
        ("DE", "D-10115"),
        ("PL", "00 049"),
        ("SE", "411-34"),
        ("DE", "10 115"),
        ("US", "04401-1234"),
        ("", "00-049"),
    ):
        assert postcodes.of_others(home, own) == (), own
    party = Party(name="Jan", street="Prosta 1", city="Warszawa", postcode="00-049")
    assert address.lines(party, home="DE", lang="de")[-1] == "00-049 Warszawa"
    assert address.lines(replace(party, country="DE"), home="DE", lang="de")[-1] == "00049 Warszawa"
    found = postcodes.wrong(party, "DE")
    assert found is not None
    assert found.message == "'00-049' has the form of a postcode of Poland, and not of Germany"
    assert found.hint == "add 'country:'; if it is in Germany, write 00049"
    assert postcodes.wrong(replace(party, country="DE"), "DE") is None
    dutch = postcodes.wrong(replace(party, postcode="1012 CD"), "DE")
    assert (dutch.message, dutch.hint) == (  # type: ignore[union-attr]
        "'1012 CD' has the form of a postcode of Netherlands, and not of Germany",
        "add 'country:'",
    )


@pytest.mark.parametrize(
    ("country", "postcode", "name", "example"),
    [("US", "0440", "United States", "95014"), ("GB", "12345", "United Kingdom", "EC1Y 8SY"), ("DE", "8033", "Germany", "26133")],
)  # fmt: skip
def test_postcodes_that_cannot_be(country: str, postcode: str, name: str, example: str) -> None:
    found = postcodes.wrong(Party(country=country, postcode=postcode), None)
    assert found is not None
    assert (found.code, found.value) == ("postcode-wrong", postcode)
    assert found.message == f"'{postcode}' cannot be a postcode of {name}"
    assert example in str(found.hint)
    at_home = postcodes.wrong(Party(postcode=postcode), country)
    assert at_home is not None
    assert str(at_home.hint).endswith("if it is in another country, add 'country:'")


def test_every_countrys_example_is_one_of_its_postcodes() -> None:
    for country in COUNTRIES:
        example = postcodes.example(country)
        assert example is None or postcodes.wrong(Party(country=country, postcode=example), None) is None, country


def test_a_wrong_postcode_is_a_warning_at_its_line_and_the_letter_is_made(project: Project) -> None:
    front = FRONT.replace('to: {name: Dr. Ada Brook, lines: [4 Mill Lane, "Bangor, ME 04401"]}', TO)
    ran = project.render("Text.\n", front)
    assert ran.code == 0
    (warning,) = ran.faults
    assert (warning["severity"], warning["field"], warning["line"]) == ("warning", "to.postcode", 10)
    assert warning["message"] == "'0440' cannot be a postcode of United States"
    ran = project.cli("check", "content", "--layout")
    assert ran.code == 0
    assert ran.err.count("cannot be a postcode") == 1
    assert project.cli("check", "content").err.count("letter.md:10: to.postcode: warning: '0440' cannot be") == 1


TO = """to:
  name: Ada
  street: 4 Mill Lane
  city: Bangor
  postcode: "0440"
  region: ME"""


def test_lines_are_printed_as_they_are() -> None:
    assert lines(name="Ada", honorific="Dr.", title="Director", lines=("a", "b")) == ["Dr. Ada", "Director", "a", "b"]


def test_home_country() -> None:
    assert address.home_country(Party(country="de"), "en-US") == "DE"
    assert address.home_country(None, "en-US") == "US"
    assert address.home_country(None, "zh-Hant-TW") == "TW"
    assert address.home_country(Party(), "fr") is None


@pytest.mark.parametrize(("code", "known"), [("US", True), ("de", True), ("ZZ", False), ("UK", False), ("EU", False)])
def test_countries(code: str, known: bool) -> None:
    assert countries.is_code(code) is known


@given(
    st.sampled_from(COUNTRIES),
    st.lists(st.sampled_from(["street", "city", "postcode", "region", "organisation", "title"]), unique=True),
    st.sampled_from([None, "US", "DE", "JP"]),
)
@settings(max_examples=300)
def test_no_part_is_lost_in_any_country(country: str, given_parts: list[str], home: str | None) -> None:
    parts = {name: f"<{name}>" for name in given_parts}
    found = lines(home, "en-US", name="<name>", country=country, **parts)
    text = "\n".join(found).upper()
    left_out = regions.left_out(Party(country=country, **parts), home)
    for value in ("<name>", *parts.values()):
        assert text.count(value.upper()) == (0 if left_out and value == left_out.value else 1), (country, found)
    assert all(line == line.strip() and line for line in found)


def _letters(text: str) -> str:
    """What stays of a text when it is written in capitals, and a code stands for a region."""
    return "".join(language.without_accents(language.capitals(text, "und")).replace("İ", "I").split())


_WILD = st.text(st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(" %{n}ZAC"), min_size=1, max_size=12)
_NAMES = ("name", "honorific", "title", "organisation", "attention", "care_of", "street", "city", "postcode", "region")


@given(
    st.sampled_from(COUNTRIES),
    st.fixed_dictionaries({"name": _WILD}, optional=dict.fromkeys(_NAMES[1:], _WILD)),
    st.sampled_from([None, "US", "DE", "JP", "SA"]),
    st.sampled_from(["en-US", "de", "fr", "ja", "ar", "nl"]),
    st.booleans(),
)
@settings(max_examples=300)
def test_wild_parts_stay_whole_in_every_country(
    country: str, parts: dict[str, str], home: str | None, lang: str, several: bool
) -> None:
    """No part is lost, no line is empty, and there is one country line at most: none at home, one abroad."""
    parts = {name: " ".join(text.split()) for name, text in parts.items() if text.strip()}
    extra = {"persons": (Person(name="<first>"), Person(name="<second>"))} if several else {}
    own = {name: text for name, text in parts.items() if not (several and name in ("name", "honorific", "title"))}
    found = lines(home, lang, country=country, **own, **extra)
    text = "\n".join(found)
    party = Party(country=country, **own)
    if party.region and not regions.has_place(country, party):
        del own["region"]
    for value in (*own.values(), *(("<first>", "<second>") if several else ())):
        assert _letters(value) in _letters(text), (country, found)
    assert all(line.strip() == line != "" for line in found)
    abroad = not countries.is_inland(country, home or "")
    assert (found[-1].upper() == found[-1]) or not abroad
    bare = lines(home, lang, name="x", country=country)
    assert len(bare) == (2 if abroad else 1)


@pytest.mark.parametrize(
    ("country", "line", "expected"),
    [
        ("GB", "SW1A 1AA", True),
        ("GB", "London SW1A 1AA", False),
        ("CH", "8001 Zürich", True),
        ("CH", "CHE-123.456.789", False),
        ("US", "Bangor, ME 04401", True),
        ("HK", "8001", False),  # it has no postcodes
        ("XX", "8001", False),
    ],
)
def test_a_line_is_the_one_with_the_postcode(country: str, line: str, expected: bool) -> None:
    assert postcodes.is_in_line(country, line) is expected


def test_posts_that_want_a_region() -> None:
    assert [code for code in ("US", "CA", "AU", "IT", "DE", "GB", "HK", "XX") if regions.is_wanted(code)] == [
        *("US", "CA", "AU", "IT")
    ]


def test_recipients_at_one_address_share_its_lines() -> None:
    place = {"street": "Weg 1", "city": "Bonn", "postcode": "53111"}
    parties = [Party(**place), Party(city="Bonn"), Party(**place), Party(city="Bonn"), Party(lines=("X",))]
    end = ("Weg 1", "53111 Bonn")
    printed = [("Ada", *end), ("Cy", "Bonn"), ("Bo", "Chair", *end), ("Di", "Bonn"), ("X",)]
    assert shared_address.blocks(parties, printed) == (
        ("Ada", "Bo", "Chair", *end),
        ("Cy", "Bonn"),  # a town alone is no address
        ("Di", "Bonn"),
        ("X",),
    )
    twice = shared_address.blocks([Party(lines=("X", "Y"))] * 2, [("X", "Y")] * 2)
    assert twice == (("X", "X", "Y"),), "the first line is who each is"


@pytest.mark.parametrize(
    ("name", "lang", "small"),
    [
        ("HANS MEIER", "de", "Hans Meier"),
        ("JAN VAN DYK", "nl", "Jan van Dyk"),
        ("MCDONALD", "en", "McDonald"),
        ("MCGE", "en", "Mcge"),
        ("IJSBRAND", "nl", "IJsbrand"),
        ("O'BRIEN", "en", "O'Brien"),
        ("JP Smith", "en", "JP Smith"),
        ("JO SMITH", "en", "Jo Smith"),
        ("J.P. SMITH", "en", "J.P. Smith"),
        ("IRMAK", "tr", "IRMAK"),
    ],
)
def test_a_name_in_capitals_is_written_small(name: str, lang: str, small: str) -> None:
    assert capitals.in_small(name, lang) == small
