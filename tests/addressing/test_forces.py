"""Post offices of forces abroad: whose mail it is, and that no letter to one names the country around it."""

from __future__ import annotations

import pytest

from letterpress.addressing import forces
from letterpress.model import Party

PARTS: list[tuple[str | None, dict[str, str]]] = [
    ("GB", {"postcode": "BFPO 57"}),
    ("GB", {"city": "bfpo57"}),
    ("GB", {"city": "B.F.P.O. 5439", "postcode": ""}),
    ("GB", {"city": "BFPO", "postcode": "BF1 2AT"}),
    ("GB", {"city": "Akrotiri", "postcode": "bf12at"}),
    ("GB", {"street": "Unit 4\nBFPO 57", "city": "Akrotiri"}),
    ("US", {"city": "APO", "region": "AE", "postcode": "09021"}),
    ("US", {"city": "fpo", "region": "ap"}),
    ("US", {"city": "DPO", "postcode": "34033-0048"}),
    ("US", {"city": "APO, AE 09021"}),
    ("US", {"city": "FPO AP", "postcode": "96278"}),
    (None, {"city": "Apo", "postcode": "8000"}),  # the mountain of the Philippines
    (None, {"city": "Bangor", "region": "ME", "postcode": "04401"}),
    (None, {"city": "Fort AE", "region": "AE", "postcode": "09021"}),
    (None, {"street": "Friends of BFPO 57", "city": "Bath", "postcode": "BA1 1AA"}),
    (None, {"city": "Bradford", "postcode": "BD1 2AT"}),
    (None, {}),
]


@pytest.mark.parametrize(("country", "parts"), PARTS)
def test_whose_mail_it_is(country: str | None, parts: dict[str, str]) -> None:
    party = Party(name="Sgt A. Orr", country="CY", **parts)  # type: ignore[arg-type]
    assert forces.served(party).country == country or (country is None and forces.served(party) is party)
    found = forces.country_left_out(party, "GB")
    assert (found is not None) is (country is not None)
    if found is not None:
        assert (found.code, found.value, dict(found.params)) == ("country-left-out", "CY", {"country": country})


@pytest.mark.parametrize("named", [None, "UK", "GB", "Atlantis"])
def test_their_own_country_is_no_fault(named: str | None) -> None:
    assert forces.country_left_out(Party(name="A", postcode="BFPO 57", country=named), None) is None


@pytest.mark.parametrize("named", ["UK", "Scotland", "Schweiz", "Deutschland", "Italia"])
def test_a_country_that_is_typed_as_a_name_is_no_fault_anywhere_else(named: str) -> None:
    for party in (Party(name="A", street="1 Quay", city="Bath", country=named), Party(name="A", country=named)):
        assert forces.country_left_out(party, "GB") is None
