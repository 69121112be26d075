"""The words before a name -> what they say of how somebody is addressed.

Job: finds the gender, the courtesy and the title in an honorific and in what leads a name. Secret: which words count
where: a "D." is a don in an honorific, and an initial in a name.
"""

from __future__ import annotations

from collections.abc import Mapping
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


def read(one: Person, lang: str) -> Titles:
    """What the honorific of a person, the words that lead the name, and the field `gender` say."""
    _, row = forms.language(lang)
    name = " ".join((one.name or "").split())
    ahead = leading(name)
    rest = name.split()[len(ahead) :]
    known = forms.words()
    gender: Gender | None = None
    reason: str | None = None
    courtesy: str | None = None
    other: list[str] = []
    found: list[str] = []
    for word in (*(one.honorific or "").split(), *ahead):
        folded = forms.fold(word)
        if folded in known.female or folded in known.male:
            gender = "female" if folded in known.female else "male"
            reason = f"'{word}' says {gender}"
            courtesy = row.get("courtesies", {}).get(folded, courtesy)
        elif folded in row.get("courtesies", {}):
            courtesy, reason = row["courtesies"][folded], f"'{word}' is the courtesy to use"
        if folded in known.titles:
            found.append(folded)
        elif not (folded in known.female | known.male | known.silent or names.behind(word) or courtesy):
            other.append(word)
    if gender is None and one.gender is not None:
        gender, reason = one.gender, reason or f"the field 'gender' says {one.gender}"
    silent = row.get("silent", ())
    title = next((one for one in row["titles"] for word in found if word in one["words"] and word not in silent), None)
    return Titles(gender, reason, courtesy, title, " ".join(other), " ".join(rest), " ".join(ahead))


def leading(name: str) -> list[str]:
    """The words at the beginning of a name that are no part of it: "The Honorable", "Prof. Dr."."""
    known = forms.words()
    parts = name.split()
    found: list[str] = []
    for at, word in enumerate(parts[:-1]):
        folded = forms.fold(word)
        article = folded == "the" and forms.fold(parts[at + 1]) in _ARTICLED
        tail = folded in _ARTICLED and bool(found)
        if not (article or tail or folded in known.leading or (word.endswith(".") and folded in known.leading_dotted)):
            break
        found.append(word)
    return found
