"""Finds the gender, the courtesy and the title that an honorific, and the words that lead a name, say of one person.

Which words count depends on where they stand: a "D." is a don in an honorific, and an initial in a name.

Not here: what a word of address means (`words`); two people in one name, and families (`households`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from letterpress.addressing import forms, held_offices, names, ranks, words
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
    office: Mapping[str, str] | None = None
    """What a salutation has of an office without the name, by gender: Bürgermeisterin, Monsieur le Maire."""


def read(person: Person, lang: str) -> Titles:
    """Read the honorific of a person, the words that lead the name, and the field `gender`.

    A word that says a gender wins over the field: the author chose it for this letter.
    """
    _, row = forms.language(lang)
    name = " ".join((person.name or "").split())
    ahead = leading(name, lang)
    written = " ".join((person.honorific or "").split())
    said = _Said(lang, row, (*written.split(), *ahead), name.split()[len(ahead) :])
    function = held_offices.function(written, lang)
    if function is not None:  # Monsieur le Maire
        said.gender = "male" if function[0] == "Monsieur" else "female"
        said.reason = f"'{written}' says {said.gender}"
        said.office = {said.gender: " ".join(function)}
    for word in ahead if function else said.words:
        said.take(word)
    if said.gender is None and person.gender is not None:
        said.gender, said.reason = person.gender, said.reason or f"the field 'gender' says {person.gender}"
    return Titles(
        said.gender,
        said.reason,
        said.courtesy,
        said.title(),
        "" if said.unread else " ".join(said.other),  # Senior Vice President is no President
        tuple(said.unread),
        " ".join(said.rest),
        " ".join(ahead),
        said.noble,
        said.office,
    )


@dataclass(slots=True)
class _Said:
    """What has been read so far of the words before a name."""

    lang: str
    row: Mapping[str, Any]
    words: tuple[str, ...]
    rest: list[str]
    """The name behind them."""
    gender: Gender | None = None
    reason: str | None = None
    courtesy: str | None = None
    other: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    noble: str = ""
    office: Mapping[str, str] | None = None

    def take(self, word: str) -> None:
        """Read the next word."""
        folded = words.title_fold(word)
        held = words.office(word, self.lang)
        if self.office is None and held is not None and not self._is_said_with_name(folded):
            self.office = {"female": held.female, "male": held.male}
            if held.gender is not None and self.gender is None:
                self.gender, self.reason = held.gender, f"'{word}' says {held.gender}"
            return
        said = _gender(word, self.lang, self.row)
        courtesies = self.row.get("courtesies", {})
        if said is not None:
            self.gender, self.reason = said, f"'{word}' says {said}"
            self.courtesy = courtesies.get(folded, self.courtesy)
        elif folded in courtesies:
            self.courtesy, self.reason = courtesies[folded], f"'{word}' is the courtesy to use"
        self._take_title(word, folded, said)

    def _take_title(self, word: str, folded: str, said: Gender | None) -> None:
        english = self.lang.startswith("en")
        if "noble_male" in self.row and folded in _nobles():
            self.noble = word.rstrip(".")
        elif folded == "of" and self.titles and self.titles[-1] in words.peers():
            return
        elif folded in words.peers() and english and not self._has_title_of_its_own(word):
            self.other.append(word)
        elif folded in forms.titles():
            self.titles.append(folded)
            if said is None and not _spoken(folded, self.row):
                self.unread.append(word)
        elif folded in words.titles()["spoken"]:
            self.other.append(word)
        elif english and said is None and ranks.spoken(word.strip(".")) is not None:
            self.other.append(ranks.spoken(word.strip(".")) or "")
        elif said is None and not _silent(word, self.lang):
            self.unread.append(word)

    def title(self) -> Mapping[str, Any] | None:
        """The title of the table that the salutation has; of two words (Rt Revd) with those that it has not alone."""
        spoken = [word for word in self.titles if word not in self.row.get("silent", ())]
        every = [words.title_fold(word) for word in self.words]
        return next((known for known in self.row["titles"] if _is_said(known, spoken, every)), None)

    def _is_said_with_name(self, folded: str) -> bool:
        """Whether the language's salutations have a title with the name: Herr Pfarrer Meier."""
        return any(folded in known["words"] for known in self.row["titles"])

    def _has_title_of_its_own(self, rank: str) -> bool:
        """Whether a peer's title stands behind the rank (Earl Orr, Countess of Harrow), and no given name."""
        behind = self.words[self.words.index(rank) + 1 :]
        return len(self.rest) < 2 or "of" in (*behind[:1], *self.rest[:1])


def _is_said(known: Mapping[str, Any], spoken: list[str], every: list[str]) -> bool:
    """Whether a title of the table is among the words; one of two words (Sgt Maj, Rt Revd) needs both.

    :param every: what stands before the name, with words that no salutation says alone.
    """
    if "each" in known:
        return all(any(word in every for word in words_) for words_ in known["each"])
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
