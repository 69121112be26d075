"""Writes states and provinces as their post has them: by their code (CA, RM), by name, or not at all.

Source: Google's address data; `data/addresses.toml` says which posts want codes, and which have no region.
"""

from __future__ import annotations

from functools import lru_cache

from letterpress import data
from letterpress.addressing import countries, formats
from letterpress.errors import Problem
from letterpress.model import Party
from letterpress.text import language


def name(country: str | None, region: str) -> str:
    """Give a region's name where the party gives its code (ME: Maine); else as it is given."""
    return next((label for code, label in _choices((country or "").upper()) if code == region.upper()), region)


@lru_cache(maxsize=2048)
def posted(country: str, region: str) -> str:
    """Write a region as the country's post has it: California is CA, and VI, which is no word, is Álava."""
    table = data.table("addresses")["regions"]
    typed = region.strip()
    if country in table["codes"]:
        wanted = _folded(typed)
        old = {_folded(name): code for name, code in table["also"].get(country, {}).items()}
        found = (code for code, label in _choices(country) if wanted in (_folded(code), _folded(label)))
        return old.get(wanted) or next(found, typed)
    if country in table["names"]:
        return name(country, typed)
    return typed


def is_american(country: str) -> bool:
    """Say whether the United States' post serves a country of its own code as one of its states (PR, GU, VI)."""
    return country in data.table("addresses")["places"]["american"]


def territory(country: str, region: str | None) -> str:
    """Give what stands in a state's place in such a country: its code, unless something else was typed."""
    return country if not region or countries.code(region) == country else region


def has_place(country: str, party: Party) -> bool:
    """Say whether the party's region is printed: not where the post has none and the town and postcode say it all."""
    if not party.region or not party.city:
        return True
    if _is_the_town(country, party):
        return False
    return not (party.postcode and country in data.table("addresses")["regions"]["none"])


@lru_cache(maxsize=256)
def is_wanted(country: str) -> bool:
    """Say whether the country's post wants a region's code in each address (US, CA, AU, IT ...), by Google's data."""
    rules = formats.rules(country)
    if rules is None or country not in data.table("addresses")["regions"]["codes"]:
        return False
    return "country_area" in rules.required_fields


def left_out(party: Party, home: str | None) -> Problem | None:
    """Say that a region is not printed; None if it is, or if it only says the town again."""
    country = countries.code(party.country) or "" if party.country else (home or "").upper()
    if has_place(country, party) or _is_the_town(country, party):
        return None
    place = language.country_name(country, "en")
    return Problem(
        f"'{party.region}' is left out of the address: the post of {place} has no region in one",
        "take it out, or give the address as 'lines:' to have it printed",
        code="region-left-out",
        value=party.region,
        params=(("country", country),),
    )


def country_in_town(party: Party, home: str | None) -> Problem | None:
    """Say that the town's cell names a country (Wien, Österreich), so that the address would be one at home.

    A name that is one of the sender's states too (Georgia) says nothing, nor do two letters, which may be a state's.
    """
    behind = (party.city or "").rpartition(",")[2].strip()
    if (
        party.country
        or behind == (party.city or "").strip()
        or (len(behind) < 4 and behind not in ("UK", "USA", "UAE"))
    ):
        return None
    found = countries.code(behind)
    if found is None or posted((home or "").upper(), behind) != behind:
        return None
    return Problem(
        f"'{party.city}' names a country in the place of the town: the address is written as one at home",
        f"write it as 'country: {found}'",
        code="country-in-town",
        value=party.city,
        params=(("country", found),),
    )


def _is_the_town(country: str, party: Party) -> bool:
    """Whether the region only says the town again (8001 Zürich, Zürich; LAGOS, Lagos), and no post wants it as a code.

    In Japan the town and the prefecture are both written: Kyoto, Kyoto.
    """
    if country == "JP" or country in data.table("addresses")["regions"]["codes"]:
        return False
    return _folded(party.region or "") == _folded(party.city or "")


@lru_cache(maxsize=256)
def _choices(country: str) -> tuple[tuple[str, str], ...]:
    rules = formats.rules(country)
    return tuple(rules.country_area_choices) if rules is not None else ()


def _folded(text: str) -> str:
    bare = language.without_accents(text).casefold().replace(".", "").strip()
    return bare.removeprefix("county ").removeprefix("co ")  # Ireland's: Co. Cork
