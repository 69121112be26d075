"""Finds the given and the family name in a name as people write it, as far as they are sure.

Where a name does not say which part is which, there is no family name, and whoever asks uses the full name.

A library such as nameparser is not used: it always gives an answer, the English one, and never says that it guessed.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from letterpress import data
from letterpress.addressing import bodies, particles
from letterpress.addressing import words as address_words

BEHIND = frozenset("様 殿 先生 御中 氏 さん 各位 Esq. Esq".split())
"""Honorifics that stand behind a name."""
_FAMILY_FIRST = frozenset("CN HK HU JP KH KP KR MO TW VN".split())
"""Countries whose own people put the family name first; in an English letter some turn it round, and some do not."""
_NO_FAMILY_NAMES = frozenset("BT ER ET ID LA MM MN MY TH".split())
"""Countries where the last of the names is mostly the father's or one's own, or nobody is addressed by it.

Sources: cicc.or.jp, "Data book of cultural convention in Asian countries", 2.24; executiveplanet.com (Indonesia)."""
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
    family = " ".join(_without_suffixes(family)) if family else family
    full = " ".join(words) or " ".join(part for part in (given, family) if part)
    if family and given and family.startswith(f"{given} "):
        family = family[len(given) + 1 :]  # a column "Name" beside "Vorname" may hold both
    if family:
        return Name(full or family, given, family, "the field 'family' says it")
    if given and full.startswith(f"{given} ") and len(full) > len(given) + 1:
        return Name(full, given, full[len(given) + 1 :], "the field 'given' says what is not the family name")
    if given and full == given and len(words) < 2:
        return Name(full, given, None, "the given name stands alone")
    if any(mark in full for mark in ",/&") or len(words) < 2:
        return Name(full, given, None, "the name does not show a family name")
    if len(words) == 2 and len(words[0]) > 2 and words[0].isupper() and not words[1].isupper():
        return Name(full, words[1], words[0], "the family name is in capitals")
    if country in _NO_FAMILY_NAMES:
        return Name(full, None, None, "most people there have no family name, or none by which they are addressed")
    if country == "IS":
        return Name(full, None, None, "Icelandic names end with the father's or mother's, by which nobody is addressed")
    if _is_ideographic(full):
        return Name(full, " ".join(words[1:]), words[0], "names in Chinese characters begin with the family name")
    if (country or "") in _FAMILY_FIRST or lang.split("-")[0] in ("ja", "hu", "zh", "ko", "vi"):
        return Name(full, None, None, "the order of given and family name is not sure")
    return _western(words, full, country, lang)


def _western(words: list[str], full: str, country: str | None, lang: str) -> Name:
    """Part a name whose family name comes last, where it is one word or begins with a particle."""
    irish = country == "IE" or lang in ("en-IE", "ga")
    begun = particles.spelled(words[0])
    if begun in particles.small() or begun.rpartition("-")[2] in particles.small():  # de Vries; Smit-de Vries
        return Name(full, None, full, "a particle begins the family name")
    following = len(words) > 2 and particles.begins(words, 1)
    leads = particles.begins(words, 0, irish=irish) and (begun != "Di" or lang.startswith("it"))
    if leads and (len(words) == 2 or (following and words[1] not in particles.between())):
        sure = following and words[1].islower()  # Van de Velde; not De Luca, Van Morrison
        return Name(full, None, full if sure else None, "a particle or a given name begins the name")
    start = next((at for at, word in enumerate(words) if at and _begins_family(words, at, irish)), None)
    if start is not None and words[start] in particles.between():  # Ortega y Gasset
        return Name(full, None, None, "the name may hold two family names")
    if start is not None and start > 1 and words[start] in ("zur", "zum"):  # Hans Meier zur Wiese
        return Name(full, None, None, "a name may stand before the particle")
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


def _begins_family(words: list[str], at: int, irish: bool) -> bool:
    """Whether a word begins the family name: a particle, or a title of nobility, which in German is part of it."""
    return particles.begins(words, at, irish=irish) or (at + 1 < len(words) and is_noble(words[at]))


@lru_cache(maxsize=512)
def is_noble(word: str) -> bool:
    """Say whether a word behind a given name is a title of nobility in German: Otto Graf Lambsdorff."""
    titles = data.table("address_words")["titles"]
    kinds = ("noble_female", "noble_male", "noble_silent_female", "noble_silent_male")
    return word[0].isupper() and any(word.lower() in titles[kind] for kind in kinds)


def turned(name: str, lang: str) -> str:
    """Turn "Meier, Hans", "de la Cruz, Juan" and "Orr, Ben, Jr." round; another name, and Acme, Inc., stays."""
    if bodies.is_firm(name):
        return name
    family, *rest = (part.strip() for part in name.split(","))
    given = [part for part in rest if not all(_is_behind([word], whole=False) for word in part.split())]
    before, ahead = family.split(), " ".join(given).split()
    behind = [word for part in rest if part not in given for word in part.split()]
    titles: list[str] = []
    while len(before) > 1 and _is_behind(before[-1:], whole=False):  # Orr Jr., Ben
        behind.insert(0, before.pop())
    while len(before) > 1 and (
        (len(before[0]) > 2 and before[0].endswith(".")) or address_words.leads(before[0], lang)
    ):
        # Prof. Dr. Grün, Anna; Herr Orr, Hans
        titles.append(before.pop(0))
    while ahead and _is_behind(ahead[-1:], whole=False):  # Meier, Hans jun.
        behind.insert(0, ahead.pop())
    while ahead and (address_words.leads(ahead[0], lang) or (titles and address_words.is_and(ahead[0]))):
        titles.append(ahead.pop(0))  # Smith, Mr & Mrs J
    while len(ahead) > 1 and ahead[-1] in particles.small():  # Vries, J. de
        before.insert(0, ahead.pop())
    for part in (before, ahead):  # Meier, Hans Dr.; Meier Dr., Hans; Meier, Prof. Dr. med. Hans
        while len(part) > 1 and address_words.is_title(part[0]):
            titles.append(part.pop(0))
        end = len(part)
        while end > 1 and address_words.is_title(part[end - 1]):
            end -= 1
        titles += part[end:]
        del part[end:]
    if len(given) != 1 or not before or not 0 < len(ahead or titles) < 4 or any(char.isdigit() for char in name):
        return name
    two = lang.split("-")[0] in ("es", "pt") and len(before) == 2
    if not two and any(particles.spelled(word.lower()) not in particles.small() for word in before[:-1]):
        return name
    words = all(word[0].isalpha() and word.lower() not in "&/+" for word in (*before, *ahead))
    return " ".join((*titles, *ahead, *before, *behind)) if words and (ahead or titles)[-1][0].isupper() else name


def letters(words: list[str]) -> bool:
    """Say whether words are letters behind a name alone: Jr., MdB."""
    return bool(words) and _is_behind(words, whole=False) and len(words) < 3


def dead(name: str) -> str | None:
    """Find what says behind a name that somebody cannot have a letter any more: (deceased), verstorben, †."""
    words = name.replace("(", " ").replace(")", " ").split()
    return next((word for word in words[1:] if word.casefold().strip(".,") in _behind()["dead"]), None)


@lru_cache(maxsize=1024)
def is_unsure(name: str) -> bool:
    """Say whether a name is not understood: a comma or a stroke is in it, or a title behind it (Orr Hans Dr.); or it is
    an e-mail address, as where the columns of a list are shifted."""
    if "@" in name and re.fullmatch(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", name.strip()):
        return True
    parts = _without_suffixes(name)
    behind = len(parts) > 1 and "." in parts[-1] and address_words.is_title(parts[-1])
    return behind or any("," in part or "/" in part for part in parts)


def without_company(name: str) -> str:
    """A name without who comes along: John Orr or Current Resident, Max Orr nebst Gattin."""
    if not name.casefold().endswith(_or_else()):
        return name
    return name[: -max(len(end) for end in _or_else() if name.casefold().endswith(end))]


def apart(name: str) -> tuple[str, str | None]:
    """Part a name from whom the letter is left with: Ann Lee, c/o John Orr."""
    words = name.split()
    for at, word in enumerate(words[1:-1], start=1):
        if word.casefold() in _behind()["care_of"] and ("/" in word or word == "℅" or at > 1):
            return " ".join(words[:at]).rstrip(","), " ".join(words[at:])
    return name, None


def _without_suffixes(name: str) -> list[str]:
    """The words of a name, without Jr., PhD, KC, MdB, geb. Orr and what stands in brackets."""
    bare = (re.sub(r"\s*\([^)]*\)", "", name) if "(" in name else name).strip() or name
    if " - " in bare or " – " in bare:  # Hans Orr - Einkauf
        bare = re.sub(r"^(\S+ \S+.*?)\s+[-–]\s.*$", r"\1", bare)
    words = without_company(bare).split()
    birth = next((at for at, word in enumerate(words) if at and _folded(word) in _behind()["maiden"]), None)
    if birth is not None and birth + 1 < len(words):
        words = words[:birth]
    shouted = len(words) < 3 and bare.isupper()
    while len(words) > 1 and not shouted and _is_behind(words):
        two = (len(words) > 2 and not _is_behind(words[-1:])) or _two(words)
        words = words[: -2 if two else -1]
    while len(words) > 1 and _folded(words[-1]) in _behind()["dead"]:
        words.pop()
    if words:
        words[-1] = words[-1].rstrip(",")
    return [word for word in words if word]


def _two(words: list[str]) -> bool:
    """Whether the last two words are one of letters behind a name: a. D., LL. M."""
    return (
        len(words) > 2
        and all("." in word for word in words[-2:])
        and _folded("".join(words[-2:])) in _behind()["two_words"]
    )


def _is_behind(words: list[str], *, whole: bool = True) -> bool:
    """Whether the last of words are letters behind a name, and no name: MA, not Ma; Sen., not Sen."""
    if _two(words if whole else ["", *words]):
        return True
    word, folded = words[-1], _folded(words[-1])
    if folded not in _behind()["letters"]:
        return False
    if folded in _behind()["small"]:
        return "." in word or folded not in ("sen", "em") or word.isupper()
    return "." in word or any(char.isupper() for char in word[1:]) or folded in ("esq", "bt", "bart")


@lru_cache(maxsize=1)
def _behind() -> dict[str, frozenset[str]]:
    return {name: frozenset(listed) for name, listed in data.table("name_words")["behind"].items()}


@lru_cache(maxsize=1)
def _or_else() -> tuple[str, ...]:
    return tuple(f" {end}" for end in data.table("name_words")["behind"]["or_else"])


def _folded(word: str) -> str:
    return word.replace(".", "").replace(",", "").lower()


def _is_ideographic(text: str) -> bool:
    return all(char.isspace() or unicodedata.name(char, "").startswith("CJK") for char in text)
