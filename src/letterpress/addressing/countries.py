"""Finds the country that a name means, and names it as an envelope does.

Sources: Unicode's CLDR, through Babel, for the names of countries in each language; `data/countries.toml` for other
usual names, the signs of vehicles, and the names that posts write.

Not here: how an address is written in a country (`address`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache

from letterpress import data
from letterpress.addressing import formats
from letterpress.errors import Problem, did_you_mean
from letterpress.text import language

_LANGUAGES = "pt sv da nb fi cs sk hu el tr ru uk bg ro hr sl et lv lt zh ko he".split()
"""Languages beyond those with labels in which lists name countries, their own above all: Sverige, Suomi, Ελλάδα."""
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_ARTICLES = ("the ", "die ", "der ", "das ", "la ", "le ", "les ", "el ", "il ", "lo ", "gli ", "het ", "los ", "l ")


def is_code(text: str) -> bool:
    """Say whether it is the ISO 3166-1 alpha-2 code of a country that addresses are known for."""
    return text.upper() in formats.known()


@lru_cache(maxsize=4096)
def code(text: str, lang: str = "en") -> str | None:
    """Find the country (ISO 3166-1 alpha-2) that a code, a sign of vehicles or a usual name means; None: none or many.

    A code goes before a sign, and a sign before a name. Names are known in `lang`, in English, in every language that
    has labels here, and in the languages of most countries that letters go to.
    """
    found = _codes(text, lang)
    return found[0] if len(found) == 1 else None


def unknown(text: str, lang: str) -> Problem | None:
    """Say what is wrong with a country that nobody knows, or that may be one of several; None if it is one."""
    found = _codes(text, lang)
    if len(found) == 1:
        return None
    if found:
        hint = f"write {' or '.join(f'{country} ({on_envelope(country, lang)})' for country in found)}"
        return Problem(f"'{text}' may be one of several countries", hint, "country-unknown", text, instead=found)
    if whole := _whole_of().get(_key(text)):
        name = language.country_name(whole, lang if language.is_known(lang) else "en")
        hint = (
            f"it is a part of {name}: write '{name}' as the country, and '{text}' as the region if its post wants one"
        )
        return Problem(f"there is no country '{text}'", hint, "country-unknown", text, instead=(name,))
    near = did_you_mean(" ".join(text.split()), _usual(lang))
    hint = near or "write its name, or its two letters of ISO 3166-1, such as US or DE"
    return Problem(f"there is no country '{text}'", hint, "country-unknown", text)


@lru_cache(maxsize=512)
def on_envelope(country: str, lang: str) -> str:
    """Name a country in a language as its line on an envelope does, in capitals: HONG KONG, MYANMAR, BELÇİKA."""
    own: Mapping[str, str] = data.table("countries")["envelope"].get(country, {})
    tongue = lang.split("-")[0].lower()
    name = own.get(tongue) or own.get("all") or language.country_name(country, lang)
    name = re.sub(r"\s*[(（][^()（）]*[)）]$", "", name) or name
    if tongue == "en":
        name = name.replace(" & ", " and ")
    return language.capitals(name, lang)


def is_inland(country: str, home: str) -> bool:
    """Say whether mail from `home` to `country` is inland mail: within it, or to what its post serves as its own."""
    return country == home or country in data.table("countries")["inland"].get(home, ())


@cache
def signs(country: str) -> tuple[str, ...]:
    """Give what people write before the country's postcodes: its code, and its sign of vehicles (D-10115)."""
    table: Mapping[str, str] = data.table("countries")["signs"]
    return (country, *(sign for sign, of in table.items() if of == country))


@lru_cache(maxsize=4096)
def _codes(text: str, lang: str) -> tuple[str, ...]:
    written = " ".join(unicodedata.normalize("NFKC", text).split())
    short = written.upper()
    if re.fullmatch("[A-Z]{2}", short) and is_code(short):
        return (short,)
    if re.fullmatch("[A-Z]{1,3}", short):
        known = data.table("countries")["signs"].get(short) or language.country_of_alias(short)
        if known and is_code(known):
            return (known,)
    key = _key(written)
    several: Mapping[str, list[str]] = data.table("countries")["several"]
    for name, codes in several.items():
        if _key(name) == key:
            return tuple(codes)
    if own := _own_names().get(key):
        return (own,)
    tags = ("en", *(tag.split("-")[0] for tag in data.table("labels")), *_LANGUAGES)
    for tag in dict.fromkeys((lang if language.is_known(lang) else "en", *tags)):
        found = _names(tag).get(key)
        if found is not None:
            return (found,)
    return ()


def _key(name: str) -> str:
    """What a name is compared by: no accents, dots, hyphens, articles; one way to write Saint and "and"."""
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name.replace("ı", "i")).casefold())
    bare = "".join(char for char in bare if not unicodedata.combining(char) or ord(char) > 0x36F)
    bare = re.sub(r", (the|la|die)$", "", bare)
    bare = re.sub(r"[.,()\[\]（）]", "", bare.replace("&", " and "))
    bare = " ".join(re.sub(r"[-‐‑–—/’'`´ʼ]", " ", bare).split())
    for article in _ARTICLES:
        bare = bare.removeprefix(article) if len(bare) > len(article) + 2 else bare
    return re.sub(r"\bsaint\b", "st", bare)


@cache
def _own_names() -> dict[str, str]:
    table: Mapping[str, list[str]] = data.table("countries")["names"]
    return {_key(name): country for country, names in table.items() for name in names}


@cache
def _whole_of() -> dict[str, str]:
    """The country of each region that people write in a country's place."""
    posts = data.table("addresses")["regions"]["codes"]
    states = {
        _key(label): country
        for country in ("SO", "IE", "MX", "BR", "IT", "AU", "CA", "US")
        if country in posts and (rules := formats.rules(country)) is not None
        for _, label in rules.country_area_choices
    }
    table: Mapping[str, list[str]] = data.table("countries")["parts"]
    return states | {_key(name): country for country, names in table.items() for name in names}


@lru_cache(maxsize=64)
def _names(lang: str) -> dict[str, str]:
    listed = [(name, country) for name, country in language.country_names(lang) if is_code(country)]
    names = {
        _key(name.translate(_UMLAUTS)): country for name, country in listed
    }  # Oesterreich, as old systems write it
    names |= {_key(name): country for name, country in listed}
    envelope = data.table("countries")["envelope"]
    tongue = lang.split("-")[0].lower()
    return names | {_key(row[tongue]): country for country, row in envelope.items() if tongue in row}


@lru_cache(maxsize=64)
def _usual(lang: str) -> tuple[str, ...]:
    """Names that a mistyped one may have meant: in the language and in English, and those that are no country's own
    name but one by which it goes, such as England.
    """
    tags = dict.fromkeys((lang if language.is_known(lang) else "en", "en"))
    names = [name for tag in tags for name, country in language.country_names(tag) if is_code(country)]
    further: Mapping[str, list[str]] = data.table("countries")["names"]
    names += [name for group in further.values() for name in group if len(name) > 3]
    return tuple(dict.fromkeys(names))
