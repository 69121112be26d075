"""The conventions of print in a language, and where its lines must not break.

They are data: `data/typography.toml`, with sources.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from letterpress import data
from letterpress.text import language

NBSP = "\u00a0"
VALUE = "\ufffc"
"""Stands in a run for what is not the author's text: a value, code, an image, a passage in another language."""
_WORD = f"[^\\W_]|{VALUE}"
_UPPER = f"[A-ZÀ-ÖØ-ÞĀ-Ž{VALUE}]"
# Units of the SI, of trade and of time: those of one letter stay with a figure only, the others with a value as well.
_LONG_UNITS = (
    "mm cm dm km mg kg dag ml cl dl hl km² m² m³ cm² cm³ km/h m/s ha kW kWh MW MWh GW Wh Hz kHz MHz GHz kB MB GB TB dB "
    "bar hPa min °C °F € £ $ ¥ % ‰ EUR USD GBP CHF PLN CZK JPY kr zł Kč Ft Uhr ppm a.m. p.m. "
    "heure heures Euro euro euros Franken franc francs"
).split()
_SHORT_UNITS = "m g t l h s V W A K J N".split()


@dataclass(frozen=True, slots=True, eq=False)
class Conventions:
    """One language's conventions: the keys of `typography.toml`."""

    quotes: str = ""
    nested: str = ""
    inside: str = ""
    space_before: Mapping[str, str] = field(default_factory=dict)
    em: str = ""
    group: str = ""
    apostrophe_groups: bool = False
    numbered: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    spaced: tuple[str, ...] = ()
    small_words: tuple[str, ...] = ()
    elisions: tuple[str, ...] = ()
    date_first: bool = True
    number_mark: str = ""


@lru_cache(maxsize=64)
def of(lang: str) -> Conventions:
    """Give the conventions of `lang`: everybody's, overlaid with the language's and then the region's.

    `numbered` (words that a number follows, such as "No.") is added to; every other key is replaced.
    """
    table = data.table("typography")
    merged: dict[str, Any] = dict(table["any"])
    for key in (lang.split("-")[0].lower(), lang):
        own = table.get(key, {})
        merged.update({name: value for name, value in own.items() if name != "numbered"})
        merged["numbered"] = [*merged["numbered"], *own.get("numbered", ())]
    frozen: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in merged.items()
    }
    return Conventions(**frozen)


def tied(rules: Conventions, lang: str, flat: str) -> Iterator[int]:
    """Find the spaces of a text at which a line must not break; a single line break counts as a space.

    :returns: their indices in `flat`; one may come more than once.
    """
    flat = re.sub(r"(?<! )\n(?![ \n])", " ", flat)
    if " " in flat:
        for pattern in _ties(rules, lang):
            for match in pattern.finditer(flat):
                yield match.end() - 1


@lru_cache(maxsize=16)
def spaced(rules: Conventions) -> re.Pattern[str]:
    """Compile the pattern of a language's abbreviations; the longest first, since "i. d. R." begins as others do."""
    forms = sorted(rules.spaced, key=len, reverse=True)
    return re.compile(
        r"(?<![\w.])(?:" + "|".join(re.escape(form).replace(r"\ ", f"[ {NBSP}\u202f]?") for form in forms) + ")"
    )


@lru_cache(maxsize=64)
def _ties(rules: Conventions, lang: str) -> tuple[re.Pattern[str], ...]:
    """Compile the patterns that end with a space that must hold.

    What stands behind the space is only looked at, so that two of them may share a word: "5 000 km".
    """

    def words(items: tuple[str, ...] | list[str]) -> str:
        return "|".join(re.escape(item) for item in sorted(items, key=len, reverse=True))

    start, end = f"(?<!{_WORD.replace('|', ')(?<!')})", f"(?!{_WORD})"
    patterns = [
        rf"\d (?=(?:{words([*_LONG_UNITS, *_SHORT_UNITS])}){end})",  # 5 m
        rf"{VALUE} (?=(?:{words(_LONG_UNITS)}){end})",  # {{ fields.length }} km; a letter alone may be a word there
        rf"{start}(?:{words(rules.numbered)}) (?=[\d{VALUE}])",  # No. 5
        r"\S (?=[–—](?:\s|$))",  # a dash begins no line
        r"\S (?=…(?:$|[\s.,;:!?)\]»”’\"']))",
        r"\S (?=[;:!?»](?:\s|$))",
    ]
    if rules.titles:
        patterns.append(rf"{start}(?:{words(rules.titles)})\.? (?={_UPPER})")  # Dr. Lee
    if rules.small_words:
        patterns.append(rf"(?<![\w'’{VALUE}])(?:{words(rules.small_words)}) (?=\S)")
    months = words(language.months(lang))
    if rules.date_first:
        patterns += [
            rf"(?<!\d)\d{{1,2}}(?:\.|º|er)? (?=(?:de )?(?:{months}){end})",  # 11. April, 11 de abril
            rf"(?<!\d)\d{{1,2}} de (?=(?:{months}){end})",
        ]
    elif months:
        patterns.append(rf"{start}(?:{months}) (?=\d{{1,2}}(?!\d))")
    return tuple(re.compile(pattern) for pattern in patterns)
