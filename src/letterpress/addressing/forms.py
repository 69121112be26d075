"""Reads the table of forms of address into offices and languages.

The table, `data/forms.toml`, saves words: series of offices share a pattern, and a region states only what differs
from its language. Military ranks are in `data/ranks.toml`, by service. What was seen of each form, and where, and what
speaks for another one, is in `data/forms-seen.toml`.

Not here: which form somebody gets (`salutation`).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from letterpress import data
from letterpress.addressing import ranks
from letterpress.errors import Problem, nearest, question
from letterpress.model import Gender

Styles = Mapping[str, Any]
"""By `female`, `male` and `neutral`."""
_COUNTRIES = {"uk": "GB", "jp": "JP"}
"""Prefixes of offices' keys -> ISO 3166-1, where they differ."""
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
    """Where to look it up: a key of the table's sources."""
    seen: str | None
    """The page on which the form was found, and what was seen there; None: it is as style guides teach it."""
    doubt: str | None
    """Another reading, and who has it."""
    corrected: bool = False
    """Whether the table had another form before it was looked up."""
    abbreviation: str | None = None
    words: Mapping[str, str]
    """What stands for {her}, {him}, {acc} and {it} in the pattern of a series."""
    there: tuple[frozenset[str], Styles, Styles] | None = None
    """Towns where the office is more than elsewhere, and its address and salutation there."""

    def of(self, city: str | None) -> tuple[Styles, Styles]:
        """Give lines and salutation for somebody who holds the office in a town."""
        if self.there is not None and (city or "").casefold() in self.there[0]:
            return self.there[1], self.there[2]
        return self.address, self.salutation


def offices(country: str | None = None) -> tuple[Office, ...]:
    """Give all forms, or those of one country (ISO 3166-1), in the table's order."""
    return tuple(row for row in _offices() if country in (None, row.country))


def office(key: str, lang: str) -> Office | None:
    """Find the form of an office in the letter's language; None if the table has none."""
    language = lang.split("-")[0].lower()
    return next((row for row in _offices() if row.key == key and row.lang == language), None)


def office_anywhere(key: str) -> Office | None:
    """Find the form of an office in the first language that the table has it in."""
    return next((row for row in _offices() if row.key == key), None)


def unknown_office(key: str) -> Problem | None:
    """Say what is wrong with a key that is not in the table; None if it is in it."""
    known = dict.fromkeys(row.key for row in _offices())
    if key in known:
        return None
    prefix = key.partition("-")[0].lower()
    siblings = tuple(other for other in known if other.startswith(f"{prefix}-"))[:8]
    instead = nearest(key, known)
    hints = (
        question(instead),
        f"{prefix}- has {', '.join(siblings)} ..." if siblings else None,
        "`letterpress salutation --offices` lists them all",
    )
    return Problem(
        f"there is no form of address '{key}'",
        "; ".join(hint for hint in hints if hint),
        code="office-unknown",
        value=key,
        params=(("siblings", siblings),),
        instead=instead,
    )


def language(lang: str) -> tuple[str, Mapping[str, Any]]:
    """Find the row of a language: its tag in the table, and its forms. English for a language that has no row."""
    table = data.table("forms")["languages"]
    tag = data.table("forms")["aliases"].get(lang, lang)
    base = tag.split("-")[0].lower()
    if base not in table:
        return "en", table["en"]
    region = table.get(tag, {})
    return (tag if region else base), {**table[base], **region}


def has_language(lang: str) -> bool:
    """Say whether there are forms in a language; English ones stand for them elsewhere."""
    tag, _ = language(lang)
    return tag.split("-")[0] == lang.split("-")[0].lower()


def source(key: str) -> str:
    """Give the citation of a source."""
    return str(data.table("forms")["sources"][key])


def reservation(key: str, lang: str) -> Problem | None:
    """Say that the form of an office was not found in a source, or that sources differ; None if it can be trusted."""
    row = office(key, lang) or office_anywhere(key)
    if row is None or (row.seen is not None and row.doubt is None):
        return None
    if row.seen is None:
        message = f"the form of address '{key}' was not found in a source: it is as style guides teach it"
        hint = f"look it up in {source(row.source)}, or ask the office"
        return Problem(message, f"{hint}; another reading: {row.doubt}" if row.doubt else hint, "office-unseen", key)
    return Problem(f"sources differ on the form of address '{key}'", f"or: {row.doubt}", "office-doubtful", key)


def edition() -> tuple[str, datetime.date]:
    """Give the version of the table of forms of address, and the day of its last change."""
    about = data.table("forms")["about"]
    return about["version"], about["date"]


@lru_cache(maxsize=256)
def closing_for(call: str, lang: str) -> str | None:
    """Find the closing behind an office's salutation: haute considération for Madame la Maire.

    :returns: None where no office is called so, or several that close differently.
    """
    base, _, region = lang.partition("-")
    named = [row for row in _offices() if row.lang == base.lower() and row.closing and call in _calls(row)]
    found = {row.closing for row in [row for row in named if row.country == region] or named}
    return found.pop() if len(found) == 1 else None


def _calls(row: Office) -> set[str]:
    """A series' salutations of a woman and of a man."""
    texts = {str(row.salutation["female"]), str(row.salutation["male"])}
    return {
        text.replace("{her}", row.words.get("her", "")).replace("{him}", row.words.get("him", "")) for text in texts
    }


def counts(rows: Iterable[Office]) -> dict[str, int]:
    """Count forms: all, those that were found on a page, corrected then, doubtful, and looked up in vain."""
    listed = tuple(rows)
    return {
        "forms": len(listed),
        "seen": sum(row.seen is not None for row in listed),
        "corrected": sum(row.corrected for row in listed),
        "doubtful": sum(row.doubt is not None for row in listed),
        "not_seen": sum(row.seen is None for row in listed),
    }


@lru_cache(maxsize=1)
def titles() -> frozenset[str]:
    """Give the words that are a title in some language."""
    rows = (title for row in data.table("forms")["languages"].values() for title in row.get("titles", ()))
    return frozenset(word for title in rows for word in title["words"])


# --- reading ----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _offices() -> tuple[Office, ...]:
    table = data.table("forms")
    rows = [*(_single(row) for row in table["office"]), *_ranks(data.table("ranks")["service"])]
    rows += [row for series in table["series"] for row in _series(series)]
    order = ("us", "uk", "de", "at", "ch", "fr", "es", "it", "nl", "jp")
    return tuple(sorted(rows, key=lambda row: order.index(row.key.partition("-")[0])))


def _country(key: str) -> str:
    prefix = key.partition("-")[0]
    return _COUNTRIES.get(prefix, prefix.upper())


def _styles(written: Any) -> Styles:
    return written if isinstance(written, dict) else dict.fromkeys(_GENDERS, written)


def _evidence(key: str, lang: str, series: str = "") -> tuple[str | None, str | None, bool]:
    """What was seen of a form, what is doubted of it, whether it was corrected; a rank has what its service has."""
    table = data.table("forms-seen")
    names = (f"{key}.{lang}", key, series)
    corrected = not {*names[:2]}.isdisjoint(table["corrected"])
    seen = next((table["seen"][name] for name in names if name in table["seen"]), "")
    doubt = next((table["doubt"][name] for name in names if name in table["doubt"]), None)
    return data.table("forms")["sources"].get(seen, seen) or None, doubt, corrected


def _single(row: Mapping[str, Any]) -> Office:
    address, salutation = _styles(row["address"]), _styles(row["salutation"])
    there = row.get("there")
    seen, doubt, corrected = _evidence(row["key"], row["lang"])
    return Office(
        key=row["key"],
        name=row["name"],
        country=_country(row["key"]),
        lang=row["lang"],
        address=address,
        salutation=salutation,
        closing=row.get("closing"),
        source=row["source"],
        words={},
        there=there
        and (
            frozenset(city.casefold() for city in there["cities"]),
            _styles(there.get("address", address)),
            _styles(there.get("salutation", salutation)),
        ),
        seen=seen,
        doubt=doubt,
        corrected=corrected,
    )


def _series(series: Mapping[str, Any]) -> Iterator[Office]:
    for key, name, her, him, acc, it in series["rows"]:
        row = _single({**series, "key": key, "name": name})
        yield replace(row, words={"her": her, "him": him, "acc": acc, "it": it})


def _ranks(services: list[Mapping[str, Any]]) -> Iterator[Office]:
    for service in services:
        for rank, abbreviation, spoken, _ in service["ranks"]:
            key = ranks.rank_key(service["key"], rank)
            seen, doubt, corrected = _evidence(key, "en", service["key"])
            written = rank.partition(" (")[0]
            called: Any = f"Dear {spoken} {{family}}"
            if spoken == "Mr./Ms.":
                called = {
                    "female": "Dear Ms. {family}",
                    "male": "Dear Mr. {family}",
                    "neutral": f"Dear {written} {{family}}",
                }
            yield Office(
                key=key,
                name=f"{rank}, {service['name']}",
                country="US",
                lang="en",
                address=_styles([f"{written} {{full}}, {service['mark']}"]),
                salutation=_styles(called),
                closing=None,
                source=service["source"],
                abbreviation=abbreviation,
                words={},
                seen=seen,
                doubt=doubt,
                corrected=corrected,
            )
