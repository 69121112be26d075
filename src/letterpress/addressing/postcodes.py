"""Writes postcodes as their country does (SW1A 1AA, 1012 CD, 411 34), and says which cannot be one of its country.

Sources: the patterns of Google's address data; `data/addresses.toml` for the spelling.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from letterpress import data
from letterpress.addressing import countries, formats
from letterpress.errors import Problem
from letterpress.model import Party
from letterpress.text import language


@lru_cache(maxsize=4096)
def spelled(country: str, postcode: str, *, assumed: bool = False) -> str:
    """Write a postcode as its country does, whatever was typed: small letters, other gaps, a prefix (D-10115).

    One that cannot be the country's stays as it was typed.

    :param assumed: whether nobody names the country: then one that is written as another's (00-049) stays, too.
    """
    typed = " ".join(postcode.split())
    if assumed and of_others(country, postcode):
        return typed
    return _spelled(country, postcode) or typed.removeprefix("〒").strip() or typed


@lru_cache(maxsize=4096)
def of_others(country: str, postcode: str) -> tuple[str, ...]:
    """Give the countries whose postcodes are written as this one is, with a gap or hyphen where the country's have
    none: 00-049 is Poland's form, and not Germany's. None where the country has it so, or nobody has.

    >>> of_others("DE", "00-049"), of_others("DE", "10115"), of_others("SE", "411-34")
    (('PL',), (), ())
    """
    typed = " ".join(re.sub("[‐‑‒–—−ー]", "-", unicodedata.normalize("NFKC", postcode).upper()).split())
    rules = formats.rules(country)
    if not re.search(r"\w[- ]\w", typed) or rules is None or not rules.postal_code_matchers:
        return ()
    own = _spelled(country, typed)
    if own is not None and (own == typed or re.sub("[- ]", "-", own) == typed.replace(" ", "-")):
        return ()
    return tuple(other for other in data.table("addresses")["spelling"] if _spelled(other, typed) == typed)


@lru_cache(maxsize=4096)
def of_town(country: str, town: str) -> tuple[str, str]:
    """Part a town from the postcode that its cell holds too: D-10115 Berlin; a long one on the other side as well, or
    without a gap (Berlin 10115, BONN53111).

    :returns: the town, and the postcode as typed; an empty one where there is none, or a state stands between them.
    """
    rules = formats.rules(country)
    if rules is None or not rules.postal_code_matchers or country == "US":
        return town, ""
    words = re.sub(r"^([A-Z]{1,3}) ?[-–] ?(?=[0-9])", r"\1-", town).split()  # NL - 2132 NG Hoofddorp
    layout = formats.layout(country, True)
    before = layout.find("%Z") < layout.find("%C")
    found = _parted(country, words, before)
    if found is None and (whole := re.fullmatch(r"(\D*[^\W\d])([0-9]{4,6})|([0-9]{4,6})([^\W\d]\D*)", " ".join(words))):
        words = [part.strip() for part in whole.groups() if part]
        found = _parted(country, words, words[0].isdigit())
    if found is None and sum(map(str.isdigit, town)) > 3:
        found = _parted(country, words, not before)
    return found or (town, "")


def _parted(country: str, words: list[str], before: bool) -> tuple[str, str] | None:
    """The town, and the postcode before or behind it; None where there is none of the country."""
    for count in (2, 1):
        at = count if before else len(words) - count
        if not 0 < at < len(words):
            continue
        ahead, behind = " ".join(words[:at]), " ".join(words[at:])
        code, rest = (ahead, behind) if before else (behind, ahead)
        if any(char.isdigit() for char in code) and _spelled(country, code) is not None:
            return rest.rstrip(","), code
    return None


def is_in_line(country: str, line: str) -> bool:
    """Say whether a line of an address is the one with its country's postcode: alone where the country has it so
    (United Kingdom), else before or behind the town.

    >>> is_in_line("GB", "SW1A 1AA"), is_in_line("CH", "8001 Zürich"), is_in_line("CH", "CHE-123.456.789")
    (True, True, False)
    """
    rules = formats.rules(country)
    if rules is None or not rules.postal_code_matchers:
        return False
    words = line.replace(",", " ").split()
    parts = [words]
    if not formats.layout(country, True).endswith("%n%Z"):
        parts += [part for count in (1, 2) for part in (words[:count], words[-count:])]
    typed = (" ".join(part) for part in parts)
    return any(any(map(str.isdigit, text)) and _spelled(country, text) is not None for text in typed)


def wrong(party: Party, home: str | None) -> Problem | None:
    """Say what is wrong with a postcode that cannot be one of its country; None if it can be, or nobody knows.

    :param home: the sender's country: where the party names none, it is taken to be there.
    """
    country = countries.code(party.country) or party.country if party.country else home or ""
    country = country.upper()
    rules = formats.rules(country)
    if not party.postcode or rules is None or not rules.postal_code_matchers:
        return None
    others = of_others(country, party.postcode) if not party.country else ()
    own = _spelled(country, party.postcode)
    if own is not None and not others:
        return None
    name = language.country_name(country, "en")
    examples = tuple(_spelled(country, example.strip()) or example for example in rules.postal_code_examples[:2])
    hint = f"there they read like {' or '.join(examples)}" if examples else "look it up"
    whole = _with_zeros(country, party.postcode, party.region or "", examples)
    if whole:
        hint += f"; a list that has lost a zero in front means {whole}"
    message = f"'{party.postcode}' cannot be a postcode of {name}"
    if others:
        named = " or ".join(language.country_name(other, "en") for other in others)
        message = f"'{party.postcode}' has the form of a postcode of {named}, and not of {name}"
        hint = "add 'country:'" + (f"; if it is in {name}, write {own}" if own else "")
    elif not party.country:
        hint += "; if it is in another country, add 'country:'"
    return Problem(
        message,
        hint,
        code="postcode-wrong",
        value=party.postcode,
        params=(("country", country), ("examples", examples), *((("whole", whole),) if whole else ())),
    )


def missing(party: Party, home: str | None, lang: str) -> Problem | None:
    """Say that an address with street and town has no postcode, where its country's post wants one.

    :param home: the sender's country, where the party names none; else the one where the language is mostly written.
    """
    country = countries.code(party.country) or "" if party.country else (home or of_language(lang))
    if party.postcode or not (party.street and party.city) or is_within(party.city) or not is_wanted(country):
        return None
    return Problem(
        "the recipient has no postcode",
        f"fill it in: the post wants one ({language.country_name(country.upper(), 'en')})",
        code="address-incomplete",
        params=(("missing", ("postcode",)), ("reason", "postcode")),
    )


def is_within(town: str) -> bool:
    """Say whether a town's cell may have its postcode too: Bangor, ME 04401."""
    return any(map(str.isdigit, town))


def of_language(lang: str) -> str:
    """Give the country whose post is meant where nothing says one: none of English, some of whose have no postcodes."""
    return {"de": "DE", "fr": "FR", "it": "IT", "es": "ES", "nl": "NL"}.get(lang, "")


@lru_cache(maxsize=256)
def is_wanted(country: str) -> bool:
    """Say whether the country's post wants a postcode in each address, by Google's data."""
    rules = formats.rules(country.upper())
    return rules is not None and "postal_code" in rules.required_fields


def example(country: str | None) -> str | None:
    """Give a postcode as the country has them; None if it has none."""
    rules = formats.rules((country or "").upper())
    if rules is None or not rules.postal_code_examples:
        return None
    return spelled((country or "").upper(), rules.postal_code_examples[0].strip())


@lru_cache(maxsize=1024)
def _spelled(country: str, postcode: str) -> str | None:
    """The postcode in its country's spelling; None if it cannot be one. Of an unknown kind, as it was typed."""
    clean = unicodedata.normalize("NFKC", postcode).upper()
    clean = " ".join(re.sub("[‐‑‒–—−ー]", "-", clean).split()).removeprefix("〒").strip()
    rules = formats.rules(country)
    if rules is None or not rules.postal_code_matchers:
        return " ".join(postcode.split()) or None
    bare = [clean]
    for sign in (*countries.signs(country), rules.postal_code_prefix.strip("- ")):
        if sign and clean.startswith(sign):
            bare.append(clean.removeprefix(sign).lstrip("- "))
    spelling: list[str] | None = data.table("addresses")["spelling"].get(country)
    for text in bare:
        compact = re.sub("[- ]", "", text)
        if spelling and (match := re.fullmatch(spelling[0], compact)):
            written = match.expand(spelling[1])
            if any(_is_valid(rules, form) for form in (written, compact, text)):
                return written
        for form in (compact, text):
            if not spelling and _is_valid(rules, form):
                return form
    return next((text for text in bare if _is_valid(rules, text)), None)


def _is_valid(rules: object, postcode: str) -> bool:
    return all(re.fullmatch(matcher.pattern, postcode) for matcher in rules.postal_code_matchers)  # type: ignore[attr-defined]


def _with_zeros(country: str, postcode: str, region: str, examples: tuple[str, ...]) -> str | None:
    """The postcode with the zeros that a spreadsheet drops, if that makes it one of the region: 4401, 04401.

    One that has a zero in front has lost another digit: 0440 of Maine is not 00440.
    """
    digits = postcode.strip()
    if not digits.isdecimal() or digits.startswith("0") or not examples:
        return None
    longer = digits.zfill(len(re.sub("[^0-9]", "", examples[0])))
    if longer == digits or not formats.is_of_region(country, region, longer):
        return None
    return _spelled(country, longer)
