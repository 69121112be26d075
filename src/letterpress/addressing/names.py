"""Finds the given and the family name in a name as people write it, as far as they are sure.

Where a name does not say which part is which, there is no family name, and whoever asks uses the full name.

A library such as nameparser is not used: it always gives an answer, the English one, and never says that it guessed.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

BEHIND = frozenset("様 殿 先生 御中 氏 さん 各位 Esq. Esq".split())
"""Honorifics that stand behind a name."""
_SUFFIXES = frozenset(
    "jr sr ii iii iv v esq phd md dds jd llm llb mba ma msc bsc ba dphil dlitt kc qc mp mep msp ms mla obe mbe cbe kbe "
    "dbe cmg frs jp usn usmc usa usaf uscg ussf ret bt cstj sj op osb facs faia rn dvm".split()
)
_PARTICLES = frozenset(
    "van von vom zu zum zur der den de del della dello dei degli di da dal du des dos das do la le lo ten ter te 't af "
    "av bin ibn bint al el y e und".split()
)
_BETWEEN = frozenset("y e und".split())
"""Particles that stand between two family names, and begin none."""
_FAMILY_FIRST = frozenset("CN HK HU JP KH KP KR MO TW VN".split())
"""Countries whose own people put the family name first; in an English letter some turn it round, and some do not."""
_TWO_FAMILY_NAMES = frozenset("AO AR BO BR CL CO CR CU DO EC ES GQ GT HN MX MZ NI PA PE PR PT PY SV UY VE".split())


class Name(NamedTuple):
    """A name in its parts."""

    full: str
    """Given and family name, without titles and suffixes."""
    given: str | None
    family: str | None
    """None where the name does not say which part is the family's."""
    reason: str
    """Why the family name is what it is, or is not known."""


def behind(honorific: str) -> bool:
    """Say whether the honorific stands behind the name: 山田太郎 様, John Smith Esq."""
    return honorific in BEHIND


def split(name: str, *, given: str | None, family: str | None, country: str | None, lang: str) -> Name:
    """Part a name that has no titles before it.

    :param given: as the author says; `family` likewise: they win over what the name looks like.
    :param country: where the person lives (ISO 3166-1), for the order of names.
    :param lang: the letter's language, for the same.
    """
    words = _without_suffixes(name)
    full = " ".join(words) or " ".join(part for part in (given, family) if part)
    if family and given and family.startswith(f"{given} "):
        family = family[len(given) + 1 :]  # a column "Name" beside "Vorname" may hold both
    if family:
        return Name(full or family, given, family, "the field 'family' says it")
    if given and full.startswith(f"{given} ") and len(full) > len(given) + 1:
        return Name(full, given, full[len(given) + 1 :], "the field 'given' says what is not the family name")
    if any(mark in full for mark in ",/&") or len(words) < 2:
        return Name(full, given, None, "the name does not show a family name")
    if _is_ideographic(full):
        return Name(full, " ".join(words[1:]), words[0], "names in Chinese characters begin with the family name")
    if (country or "") in _FAMILY_FIRST or lang.split("-")[0] in ("ja", "hu", "zh", "ko", "vi"):
        return Name(full, None, None, "the order of given and family name is not sure")
    return _western(words, full, country, lang)


def _western(words: list[str], full: str, country: str | None, lang: str) -> Name:
    """Part a name whose family name comes last, where it is one word or begins with a particle."""
    if words[0].lower() in _PARTICLES and words[0][0].islower():
        return Name(full, None, full, "a particle begins the family name")
    start = next((at for at, word in enumerate(words) if at and word.lower() in _PARTICLES and word[0].islower()), None)
    if start is not None and words[start] in _BETWEEN:  # Ortega y Gasset
        return Name(full, None, None, "the name may hold two family names")
    if start is not None and start < len(words) - 1:
        return Name(full, " ".join(words[:start]), " ".join(words[start:]), "a particle begins the family name")
    middle = [word for word in words[1:-1] if not re.fullmatch(r"\w\.?", word)]
    if middle:
        return Name(full, None, None, "with three names or more, the family name may be one or two of them")
    two = (country or "") in _TWO_FAMILY_NAMES or lang.split("-")[0] in ("es", "pt")
    if two and len(words) > 2:
        return Name(full, None, None, "the name may hold two family names")
    if not words[-1][0].isalpha() or words[-1].endswith("."):
        return Name(full, None, None, "the name does not show a family name")
    return Name(full, " ".join(words[:-1]), words[-1], "the last of the names")


def _without_suffixes(name: str) -> list[str]:
    """The words of a name, without Jr., PhD, KC and the like at its end."""
    words = name.split()
    while len(words) > 1 and _folded(words[-1]) in _SUFFIXES and not words[-1].islower():
        words.pop()
    if words:
        words[-1] = words[-1].rstrip(",")
    return words


def _folded(word: str) -> str:
    return re.sub(r"[.,]", "", word).lower()


def _is_ideographic(text: str) -> bool:
    return all(char.isspace() or unicodedata.name(char, "").startswith("CJK") for char in text)
