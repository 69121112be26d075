"""Knows the post offices of forces abroad: BFPO of the British, APO, FPO and DPO of the American.

What goes to one is mail of the country whose forces they are, wherever the office lies: the name of the country around
it, below the address, would send the letter there by that country's post.

Seen: gov.uk/bfpo/how-to-address-bfpo-mail (the BFPO number ends the address; nothing else on the letter, and GB behind
the number from abroad); Domestic Mail Manual 703.2, as `data/addresses.toml` says (APO AE 09499).
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from letterpress import data
from letterpress.addressing import countries
from letterpress.errors import Problem
from letterpress.model import Party
from letterpress.text import language

_BFPO = re.compile(r"B\.?\s?F\.?\s?P\.?\s?O\.?(?:\s*(?:c/o\s*)?\d{1,4})?|BF1\s?\d[A-Z]{2}", re.IGNORECASE)
"""A BFPO number, or a postcode of the area that stands for all of them."""
_STATES = r"(?:AA|AE|AP)"
"""What stands in the place of a state behind APO, FPO or DPO."""
_CODES = r"(?:09\d{3}|340\d\d|96[2-6]\d\d)(?:-?\d{4})?"
"""The ZIP codes of those three, AE, AA and AP."""


def served(party: Party) -> Party:
    """The party with the country whose post serves it: that of its forces, if it is at one of their post offices."""
    country = country_of(party.city or "", party.region or "", party.postcode or "", party.street or "")
    return party if country is None or country == party.country else replace(party, country=country)


def country_left_out(party: Party, home: str | None) -> Problem | None:
    """Say that the country which a party names is not printed, since the post office of forces there is another's."""
    country = country_of(party.city or "", party.region or "", party.postcode or "", party.street or "")
    if not party.country or country is None or countries.code(party.country) in (None, country):
        return None
    place = language.country_name(country, "en")
    return Problem(
        f"'{party.country}' is left out of the address: a post office of forces abroad is no part of the country there",
        f"take it out, or write {country} ({place}), whose forces they are",
        code="country-left-out",
        value=party.country,
        params=(("country", country),),
    )


@lru_cache(maxsize=1024)
def country_of(city: str, region: str, postcode: str, street: str = "") -> str | None:
    """Give the country whose forces' post office an address names; None if it names none.

    >>> country_of("APO", "AE", "09499"), country_of("", "", "BFPO 57"), country_of("Bangor", "ME", "04401")
    ('US', 'GB', None)
    """
    if any(_BFPO.fullmatch(line.strip()) for line in (city, postcode, *street.split("\n"))):
        return "GB"
    return "US" if _is_american(city.strip().upper(), region.strip().upper(), postcode.strip()) else None


def _is_american(city: str, region: str, postcode: str) -> bool:
    offices = "|".join(data.table("addresses")["places"]["military"])
    whole = re.fullmatch(rf"(?:{offices})(?:[\s,]+({_STATES}))?(?:[\s,]+({_CODES}))?", city)
    if whole is None:
        return False
    return bool(whole[1] or re.fullmatch(_STATES, region) or whole[2] or re.fullmatch(_CODES, postcode))
