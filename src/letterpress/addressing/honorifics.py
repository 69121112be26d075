"""Finds the gender, the courtesy and the title that an honorific, and the words that lead a name, say of one person.

Which words count depends on where they stand: a "D." is a don in an honorific, and an initial in a name.

Not here: what a word of address means (`words`); two people in one name, and families (`households`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from letterpress.addressing import forms, names, ranks, words
from letterpress.model import Gender, Person


@dataclass(frozen=True, slots=True)
class Titles:
    """What the words before a name say."""

    gender: Gender | None
    reason: str | None
    """Which word or field says the gender."""
    courtesy: str | None
    """Ms., Mrs.: as the author wrote it, in the letter's language."""
    title: Mapping[str, Any] | None
    other: str
    """A title that an English salutation repeats as it is written."""
    unread: tuple[str, ...]
    """Words of the honorific that no list has: no salutation repeats them."""
    name: str
    """The name without what leads it."""
    leading: str
    """What leads the name."""
    noble: str = ""
    """A title of nobility before the name, in German: Gräfin."""


def read(person: Person, lang: str) -> Titles:
    """Read the honorific of a person, the words that lead the name, and the field `gender`.

    A word that says a gender wins over the field: the author chose it for this letter.
    """
    _, row = forms.language(lang)
    name = " ".join((person.name or "").split())
    ahead = leading(name, lang)
    rest = name.split()[len(ahead) :]
    gender: Gender | None = None
    reason: str | None = None
    courtesy: str | None = None
    other: list[str] = []
    unread: list[str] = []
    titles: list[str] = []
    noble = ""
    for word in (*(person.honorific or "").split(), *ahead):
        folded = words.title_fold(word)
        said = _gender(word, lang, row)
        if said is not None:
            gender, reason = said, f"'{word}' says {said}"
            courtesy = row.get("courtesies", {}).get(folded, courtesy)
        elif folded in row.get("courtesies", {}):
            courtesy, reason = row["courtesies"][folded], f"'{word}' is the courtesy to use"
        if "noble_male" in row and folded in _nobles():
            noble = word
        elif folded in forms.titles():
            titles.append(folded)
            if said is None and not _spoken(folded, row):
                unread.append(word)
        elif folded in words.titles()["spoken"]:
            other.append(word)
        elif lang.startswith("en") and said is None and ranks.spoken(word.strip(".")) is not None:
            other.append(ranks.spoken(word.strip(".")) or "")
        elif said is None and not _silent(word, lang):
            unread.append(word)
    if gender is None and person.gender is not None:
        gender, reason = person.gender, reason or f"the field 'gender' says {person.gender}"
    silent = row.get("silent", ())
    spoken = [word for word in titles if word not in silent]
    title = next((known for known in row["titles"] if _is_said(known, spoken)), None)
    return Titles(
        gender, reason, courtesy, title, " ".join(other), tuple(unread), " ".join(rest), " ".join(ahead), noble
    )


def _is_said(known: Mapping[str, Any], spoken: list[str]) -> bool:
    """Whether a title of the table is among the words; one of two words (Sgt Maj) needs both."""
    return (
        all(word in spoken for word in known["words"])
        if "all" in known
        else any(word in spoken for word in known["words"])
    )


def _spoken(title: str, row: Mapping[str, Any]) -> bool:
    """Whether a title is in the salutations of a language, or left out of them by its usage."""
    listed = any(title in known["words"] for known in row["titles"]) or title in row.get("silent", ())
    return listed or not row["titles"] or title in words.titles()["silent"]


def _nobles() -> frozenset[str]:
    known = words.titles()
    return known["noble_female"] | known["noble_male"] | known["noble_silent_female"] | known["noble_silent_male"]


def noble_gender(word: str) -> Gender | None:
    """The gender that a title of nobility says."""
    folded, known = words.title_fold(word), words.titles()
    if folded in known["noble_female"] | known["noble_silent_female"]:
        return "female"
    return "male" if folded in known["noble_male"] | known["noble_silent_male"] else None


def _gender(word: str, lang: str, row: Mapping[str, Any]) -> Gender | None:
    """The gender that a word says; none that is a title in the letter's language (Dutch mr., English Fr.)."""
    folded = words.title_fold(word)
    for gender in ("female", "male"):
        if folded in words.titles()[gender]:
            return gender
    if "noble_male" in row and folded in _nobles():
        return noble_gender(word)
    if folded in row.get("silent", ()) or any(folded in known["words"] for known in row["titles"]):
        return None
    found = words.find(word, lang)
    return found.means if found is not None and found.means in ("female", "male") else None


def _silent(word: str, lang: str) -> bool:
    """Whether a word is known, and nothing that a salutation would repeat."""
    folded, known = words.title_fold(word), words.titles()
    if folded.startswith("dipl-"):
        return True
    if folded in known["silent"] | known["leading"] | known["leading_dotted"] or names.behind(word):
        return True
    found = words.find(word, lang)
    return found is not None and found.means != "unsure"


def leading(name: str, lang: str) -> list[str]:
    """Find the words at the beginning of a name that are no part of it: "The Honorable", "Prof. Dr.".

    The last word of a name is never one: somebody may be called Prior.
    """
    parts = name.split()
    ahead: list[str] = []
    for at, word in enumerate(parts[:-1]):
        if not words.leads_at(parts, at, bool(ahead), lang):
            break
        ahead.append(word)
    return ahead


def not_twice(honorific: str, style: Iterable[str]) -> str:
    """The honorific without the Frau or Herr that a line of the style begins with."""
    first, _, rest = honorific.partition(" ")
    return rest if first and any(line.startswith(first) and "{full}" not in line for line in style) else honorific


def without_courtesy(honorific: str, lang: str) -> str:
    """Dr. of Frau Dr."""
    _, row = forms.language(lang)
    kept = (
        word for word in honorific.split() if words.title_fold(word) in forms.titles() or not _gender(word, lang, row)
    )
    return " ".join(kept)
