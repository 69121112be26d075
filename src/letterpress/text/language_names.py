"""Finds the tag of a language as people and programs write it: `de`, `DE`, `de_DE.UTF-8`, `ger`, `German`, `Deutsch`.

Every place that takes a language (front matter, parts of the text, options, columns, variants) reads it here.

Sources: CLDR, through Babel, for the names of languages and countries in all languages that have labels, and of each
language in its own; ISO 639-2 for codes of three letters.
"""

from __future__ import annotations

import re
from functools import lru_cache

from letterpress import data
from letterpress.errors import nearest
from letterpress.text import language

_CODES = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*(\.[A-Za-z0-9-]+)?(@\w+)?")
"""A BCP 47 tag, or a locale of the system: `de_DE.UTF-8`."""
_WITH_COUNTRY = re.compile(r"(.+?)\s*(?:\((.+)\)|[-,/]\s*(.+))")
_OTHER_NAMES = {"swiss german": "de-CH", "schweizerdeutsch": "de-CH", "chinesisch": "zh", "ger": "de"}
"""What letters are meant to be in: no letter is written in a dialect (`gsw`) by its name."""


@lru_cache(maxsize=256)
def tag(text: str) -> str | None:
    """Give the BCP 47 tag of a language; None if there is none of that name that letters can be set in.

    >>> tag("de_DE"), tag("German"), tag("français"), tag("Deutsch (Schweiz)")
    ('de-DE', 'de', 'fr', 'de-CH')
    """
    text = " ".join(text.split())
    if _CODES.fullmatch(text):
        code = _canonical(re.split(r"[.@]", text)[0])
        if language.is_known(code):
            return code
    return _named(text)


def tag_or_same(text: str) -> str:
    """Give the tag, or the text as it is where it is no language: whoever checks it says so."""
    return tag(text) or text


def meant(text: str) -> tuple[str, ...]:
    """Find the tags that a text may have meant: its own, those of a country that it names, or of names nearly the same.

    >>> meant("Österreich"), meant("Deutsh")
    (('de-AT',), ('de',))
    """
    own = tag(text)
    if own is not None:
        return (own,)
    country = _country_names().get(text.strip().casefold())
    if country is not None:
        from babel.languages import get_official_languages

        spoken = get_official_languages(country, regional=True, de_facto=True)
        written = [one for one in spoken if one in data.table("labels")] or list(spoken[:1])
        return tuple(f"{one}-{country}" for one in written if language.is_known(f"{one}-{country}"))
    names = _label_names() if len(text.strip()) > 3 else {}
    return tuple(dict.fromkeys(names[name] for name in nearest(text.strip().casefold(), names)))[:1]


def _canonical(code: str) -> str:
    """Write a tag as BCP 47 recommends: `de-CH`, `zh-Hans`; a language's code of three letters as that of two."""
    from babel.core import get_global

    first, *rest = re.split("[-_]", code)
    short = get_global("language_aliases").get(first.lower(), first.lower()) if len(first) == 3 else first.lower()
    parts = [str(short).split("_")[0]]
    for part in rest:
        letters = part.isalpha()
        parts.append(
            part.upper() if letters and len(part) == 2 else part.title() if letters and len(part) == 4 else part
        )
    return "-".join(parts)


def _named(text: str) -> str | None:
    name = text.casefold()
    found = _OTHER_NAMES.get(name) or _label_names().get(name)
    if found:
        return found
    if parts := _WITH_COUNTRY.fullmatch(text):  # Deutsch (Schweiz)
        spoken, where = tag(parts[1]), parts[2] or parts[3]
        country = where.upper() if re.fullmatch("[A-Za-z]{2}", where) else _country_names().get(where.casefold())
        together = f"{spoken}-{country}"
        return together if spoken and country and "-" not in spoken and language.is_known(together) else None
    return _own_names().get(name)


@lru_cache(maxsize=1)
def _country_names() -> dict[str, str]:
    """The names of countries in the languages that have labels, for a language's region."""
    from babel import Locale

    locales = [Locale.parse(code) for code in data.table("labels") if "-" not in code]
    named = ((str(name).casefold(), code) for locale in locales for code, name in locale.territories.items())
    return {name: code for name, code in named if len(code) == 2}


@lru_cache(maxsize=1)
def _label_names() -> dict[str, str]:
    """The names of languages in those that have labels: the language's own name first, then English ones."""
    from babel import Locale, localedata

    known = set(localedata.locale_identifiers())
    codes = [code for code in data.table("labels") if "-" not in code]
    names: dict[str, str] = {}
    locales = {code: Locale.parse(code) for code in codes}
    for code, locale in locales.items():
        names.setdefault(str(locale.languages.get(code, "")).casefold(), code)
    for locale in locales.values():
        for code, name in locale.languages.items():
            if code in known:
                names.setdefault(str(name).casefold(), code.replace("_", "-"))
    names.pop("", None)
    return names


@lru_cache(maxsize=1)
def _own_names() -> dict[str, str]:
    """Each language's name of itself. Takes most of a second: asked for where no other name fits."""
    from babel import Locale, localedata

    names: dict[str, str] = {}
    for code in localedata.locale_identifiers():
        if "_" not in code:
            names.setdefault(str(Locale.parse(code).get_language_name(code)).casefold(), code)
    return names


def main_language(country: str) -> str:
    """Give the language that most of a country's people write, as a tag: `de-CH`.

    :param country: ISO 3166-1 code.

    >>> main_language("GB")
    'en-GB'
    """
    from babel.languages import get_official_languages

    official = get_official_languages(country, regional=True, de_facto=True)
    return f"{official[0]}-{country}" if official else "en"


@lru_cache(maxsize=256)
def in_country(tag: str, country: str | None) -> str | None:
    """Give a language as a country writes it; None if it is none of the country's, or has a region or script already.

    :param country: ISO 3166-1 code.

    >>> in_country("fr", "CH"), in_country("en", "CH")
    ('fr-CH', None)
    """
    from babel.languages import get_official_languages

    if not country or "-" in tag or tag not in get_official_languages(country, regional=True, de_facto=True):
        return None
    together = f"{tag}-{country}"
    return together if language.is_known(together) else None


@lru_cache(maxsize=64)
def home_of(tag: str) -> str | None:
    """Give the country as which a language without a region is written (CLDR): its code of ISO 3166-1.

    >>> home_of("en")
    'US'
    """
    from babel.core import get_global

    likely = get_global("likely_subtags").get(tag)
    return str(likely).split("_")[-1] if likely else None


@lru_cache(maxsize=64)
def currency(country: str) -> str | None:
    """Give the currency that a country pays in today (CLDR), as its code of ISO 4217; None: it is not known.

    :param country: ISO 3166-1 code.

    >>> currency("GB")
    'GBP'
    """
    from babel.numbers import get_territory_currencies

    found = get_territory_currencies(country.upper())
    return str(found[0]) if found else None
