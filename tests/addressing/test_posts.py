"""Addresses as the posts have them, against `addresses.txt`, whose rows are typed from their sources."""

from __future__ import annotations

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


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.country}-{row.city}" for row in ROWS])
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
    named = {line.split()[1] for line in TEXT.splitlines() if line.startswith("#   ") and len(line.split()[1]) == 1}
    assert {row.source for row in ROWS} <= named
    rows = Counter(row.country for row in ROWS)
    assert len(rows) >= 80
    assert sum(count >= 2 for count in rows.values()) >= 60
    assert all(countries.is_code(row.country) for row in ROWS)
