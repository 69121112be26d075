"""Finds the gender, the courtesy and the title that an honorific, and the words that lead a name, say.

Which words count depends on where they stand: a "D." is a don in an honorific, and an initial in a name. The words are
data (`data/forms.toml`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from letterpress.addressing import forms, names
from letterpress.model import Gender, Person

_ARTICLED = frozenset("hon honorable honourable rt right rev revd reverend most very".split())


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
    """An honorific that no list has."""
    name: str
    """The name without what leads it."""
    leading: str
    """What leads the name."""


def read(person: Person, lang: str) -> Titles:
    """Read the honorific of a person, the words that lead the name, and the field `gender`.

    A word that says a gender wins over the field: the author chose it for this letter.
    """
    _, row = forms.language(lang)
    name = " ".join((person.name or "").split())
    ahead = leading(name)
    rest = name.split()[len(ahead) :]
    known = forms.words()
    gender: Gender | None = None
    reason: str | None = None
    courtesy: str | None = None
    other: list[str] = []
    titles: list[str] = []
    for word in (*(person.honorific or "").split(), *ahead):
        folded = forms.fold(word)
        if folded in known.female or folded in known.male:
            gender = "female" if folded in known.female else "male"
            reason = f"'{word}' says {gender}"
            courtesy = row.get("courtesies", {}).get(folded, courtesy)
        elif folded in row.get("courtesies", {}):
            courtesy, reason = row["courtesies"][folded], f"'{word}' is the courtesy to use"
        if folded in known.titles:
            titles.append(folded)
        elif not (folded in known.female | known.male | known.silent or names.behind(word) or courtesy):
            other.append(word)
    if gender is None and person.gender is not None:
        gender, reason = person.gender, reason or f"the field 'gender' says {person.gender}"
    silent = row.get("silent", ())
    spoken = [word for word in titles if word not in silent]
    title = next((known for known in row["titles"] if any(word in known["words"] for word in spoken)), None)
    return Titles(gender, reason, courtesy, title, " ".join(other), " ".join(rest), " ".join(ahead))


def leading(name: str) -> list[str]:
    """Find the words at the beginning of a name that are no part of it: "The Honorable", "Prof. Dr.".

    The last word of a name is never one: somebody may be called Prior.
    """
    known = forms.words()
    parts = name.split()
    ahead: list[str] = []
    for at, word in enumerate(parts[:-1]):
        folded = forms.fold(word)
        article = folded == "the" and forms.fold(parts[at + 1]) in _ARTICLED
        tail = folded in _ARTICLED and bool(ahead)
        if not (article or tail or folded in known.leading or (word.endswith(".") and folded in known.leading_dotted)):
            break
        ahead.append(word)
    return ahead


def not_twice(honorific: str, style: Iterable[str]) -> str:
    """The honorific without the Frau or Herr that a line of the style begins with."""
    first, _, rest = honorific.partition(" ")
    return rest if first and any(line.startswith(first) and "{full}" not in line for line in style) else honorific


def without_courtesy(honorific: str) -> str:
    """Dr. of Frau Dr."""
    known = forms.words()
    courtesies = known.female | known.male
    return " ".join(
        word for word in honorific.split() if forms.fold(word) not in courtesies or forms.fold(word) in known.titles
    )
