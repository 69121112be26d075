"""Addresses in the order of their country, with no part lost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letterpress import address
from letterpress.model import Party

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
            ["Ada", "Clinic", "4 Mill Lane", "Bangor, ME 04401", "VEREINIGTE STAATEN"],
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
        assert part in text
    assert expected is None or sorted(found) == sorted(expected)
    assert expected is None or found[2:] == expected[2:]


def test_lines_are_printed_as_they_are() -> None:
    assert lines(name="Ada", honorific="Dr.", title="Director", lines=("a", "b")) == ["Dr. Ada", "Director", "a", "b"]


def test_home_country() -> None:
    assert address.home_country(Party(country="de"), "en-US") == "DE"
    assert address.home_country(None, "en-US") == "US"
    assert address.home_country(None, "zh-Hant-TW") == "TW"
    assert address.home_country(Party(), "fr") is None


@pytest.mark.parametrize(("code", "known"), [("US", True), ("de", True), ("ZZ", False), ("UK", False), ("EU", False)])
def test_countries(code: str, known: bool) -> None:
    assert address.is_country(code) is known


_COUNTRIES = [a + b for a in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for b in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]


@given(
    st.sampled_from([code for code in _COUNTRIES if address.is_country(code)]),
    st.lists(st.sampled_from(["street", "city", "postcode", "region", "organisation", "title"]), unique=True),
    st.sampled_from([None, "US", "DE", "JP"]),
)
@settings(max_examples=300)
def test_no_part_is_lost_in_any_country(country: str, given_parts: list[str], home: str | None) -> None:
    parts = {name: f"<{name}>" for name in given_parts}
    found = lines(home, "en-US", name="<name>", country=country, **parts)
    text = "\n".join(found)
    for value in ("<name>", *parts.values()):
        assert text.count(value) == 1, (country, found)
    assert all(line == line.strip() and line for line in found)
