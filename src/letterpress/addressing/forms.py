"""The table of forms of address.

Job: reads `forms.toml` into offices and languages. Secret: how the table saves words: series of offices that share a
pattern, military ranks, regions that state only what differs from their language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from letterpress import data
from letterpress.errors import did_you_mean
from letterpress.model import Gender

Styles = Mapping[str, Any]
"""By `female`, `male` and `neutral`."""
_COUNTRIES = {"uk": "GB", "jp": "JP"}
_GENDERS: tuple[Gender, ...] = ("female", "male", "neutral")


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """One form of address, in one language."""

    key: str
    name: str
    """What it is for, for people who choose."""
    country: str
    lang: str
    """Language of the form, without a region."""
    address: Styles
    """Lines of the inside address; one names the person."""
    salutation: Styles
    closing: str | None
    source: str
    seen: bool
    """Whether the form was found in its source when the table was written."""
    abbreviation: str | None = None
    words: Mapping[str, str]
    """What stands for {her}, {him}, {acc} and {it} in the pattern of a series."""


@dataclass(frozen=True, slots=True)
class Words:
    """Words that decide what a person is called; all folded: small letters, no full stops."""

    female: frozenset[str]
    male: frozenset[str]
    silent: frozenset[str]
    leading: frozenset[str]
    leading_dotted: frozenset[str]
    titles: frozenset[str]
    """Words that are a title in some language."""


def fold(word: str) -> str:
    """A word as the table's lists have it."""
    return re.sub(r"[.,]", "", word).lower()


def offices(country: str | None = None) -> tuple[Office, ...]:
    """All forms, or those of one country (ISO 3166-1), in the table's order."""
    return tuple(one for one in _offices() if country in (None, one.country))


def office(key: str, lang: str) -> Office | None:
    """The form of an office in the letter's language; None if the table has none."""
    language = lang.split("-")[0].lower()
    return next((one for one in _offices() if one.key == key and one.lang == language), None)


def office_anywhere(key: str) -> Office | None:
    """The form of an office in the first language that the table has it in."""
    return next((one for one in _offices() if one.key == key), None)


def unknown_office(key: str) -> str | None:
    """What to say of a key that is not in the table, as a hint; None if it is in it."""
    known = dict.fromkeys(one.key for one in _offices())
    if key in known:
        return None
    near = did_you_mean(key, known)
    prefix = key.partition("-")[0].lower()
    same = [one for one in known if one.startswith(f"{prefix}-")]
    if not near or not near.startswith("did"):
        near = None
    some = f"{prefix}- has {', '.join(same[:8])} ..." if same else None
    more = "`letterpress salutation --offices` lists them all"
    return "; ".join(part for part in (near, some, more) if part)


def language(lang: str) -> tuple[str, Mapping[str, Any]]:
    """The row of a language: its tag in the table, and its forms. English for a language that has no row."""
    table = data.table("forms")["languages"]
    tag = data.table("forms")["aliases"].get(lang, lang)
    base = tag.split("-")[0].lower()
    if base not in table:
        return "en", table["en"]
    region = table.get(tag, {})
    return (tag if region else base), {**table[base], **region}


def source(key: str) -> str:
    """The citation of a source."""
    return str(data.table("forms")["sources"][key])


@lru_cache(maxsize=1)
def words() -> Words:
    """The lists of words."""
    table = data.table("forms")["genders"]
    titles = (one for row in data.table("forms")["languages"].values() for one in row.get("titles", ()))
    lists = {name: frozenset(found) for name, found in table.items()}
    return Words(**lists, titles=frozenset(word for one in titles for word in one["words"]))


def read_gender(text: str) -> Gender | None:
    """A gender as a table's column says it: female, f, weiblich ...; None if that is not sure (m is mujer as well)."""
    word = fold(text.strip())
    return next((gender for gender in _GENDERS if word in data.table("forms")["gender-values"][gender]), None)


# --- reading ----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _offices() -> tuple[Office, ...]:
    table = data.table("forms")
    found = [*(_single(row) for row in table["office"]), *_ranks(table["service"])]
    found += [one for series in table["series"] for one in _series(series)]
    order = ("us", "uk", "de", "at", "ch", "fr", "es", "it", "nl", "jp")
    return tuple(sorted(found, key=lambda one: order.index(one.key.partition("-")[0])))


def _country(key: str) -> str:
    prefix = key.partition("-")[0]
    return _COUNTRIES.get(prefix, prefix.upper())


def _styles(written: Any) -> Styles:
    return written if isinstance(written, dict) else dict.fromkeys(_GENDERS, written)


def _single(row: Mapping[str, Any]) -> Office:
    return Office(
        key=row["key"],
        name=row["name"],
        country=_country(row["key"]),
        lang=row["lang"],
        address=_styles(row["address"]),
        salutation=_styles(row["salutation"]),
        closing=row.get("closing"),
        source=row["source"],
        seen=row.get("seen", False),
        words={},
    )


def _series(series: Mapping[str, Any]) -> Iterator[Office]:
    for key, name, her, him, acc, it, seen in series["rows"]:
        row = _single({**series, "key": key, "name": name, "seen": seen})
        yield Office(
            **{field: getattr(row, field) for field in row.__slots__ if field != "words"},
            words={"her": her, "him": him, "acc": acc, "it": it},
        )


def _ranks(services: list[Mapping[str, Any]]) -> Iterator[Office]:
    for service in services:
        for rank, abbreviation, spoken in service["ranks"]:
            slug = re.sub(r"[^a-z0-9]+", "-", rank.lower()).strip("-")
            written = rank.partition(" (")[0]
            yield Office(
                key=f"{service['key']}-{slug}",
                name=f"{rank}, {service['name']}",
                country="US",
                lang="en",
                address=_styles([f"{written} {{full}}, {service['mark']}"]),
                salutation=_styles(f"Dear {spoken} {{family}}"),
                closing=None,
                source=service["source"],
                seen=False,
                abbreviation=abbreviation,
                words={},
            )
