"""Reads whom a form of address and a name mean together: one person, two, a family, a couple or a firm.

"Herr und Frau Mo Orr" are two people, "Familie Orr" is a family, "Firma Kran" is no person; "Divers" is no word of
address.
What stands above the address is written from the same reading, so that a word that is known never is one of the name.

Not here: what a single word means (`words`); what the words before one person's name say (`honorifics`); which
salutation they get (`salutation`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from letterpress.addressing import names, words
from letterpress.addressing.words import Word
from letterpress.model import Gender, Person

Kind = Literal["persons", "family", "married", "men", "women", "firm", "group"]
_BY_GIVEN = frozenset(("sir", "dame"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Whom a form of address and a name mean."""

    kind: Kind = "persons"
    persons: tuple[Person, ...] = ()
    """Each of them: what stands before the name as honorific, and a name without it."""
    name: str = ""
    """A family's or a firm's name."""
    shared: bool = False
    """Whether the persons have one family name, which is written once."""
    lines: tuple[str, ...] = ()
    """How they stand above an address, without titles of jobs."""
    unread: tuple[str, ...] = ()
    """Words in the place of a form of address that say nothing."""


@dataclass(slots=True)
class _Unit:
    """The words before a name, and the name."""

    before: list[str]
    name: list[str]
    means: list[Word]


def lines(person: Person, lang: str) -> tuple[str, ...]:
    """Say who it is, above an address: no form of address without a name, and words as the language writes them."""
    return (*read(person, lang).lines, *((person.title,) if person.title else ()))


def gender(person: Person, lang: str) -> Gender | None:
    """Give the gender by which a person is addressed: a word of address wins over the field."""
    found = read(person, lang)
    if found.kind != "persons" or len(found.persons) != 1:
        return None if found.kind != "persons" or len(found.persons) > 1 else person.gender
    said = [_means(word, lang) for word in (found.persons[0].honorific or "").split()]
    known: list[Gender] = [one for one in said if one in ("female", "male")]  # type: ignore[misc]
    return known[-1] if known else found.persons[0].gender


@lru_cache(maxsize=512)
def read(person: Person, lang: str) -> Reading:
    """Read the form of address and the name of a person as lists have them."""
    name = " ".join((person.name or "").split()) or " ".join(part for part in (person.given, person.family) if part)
    honorific = " ".join((person.honorific or "").split())
    if not name:
        return Reading(persons=(replace(person, honorific=honorific or None),), unread=_unread(honorific.split(), lang))
    if not honorific and not _has_words(name, lang):
        return Reading(persons=(person,), lines=(name,))
    if honorific and names.behind(honorific):
        written = name if name.endswith(honorific) else f"{name} {honorific}"
        return Reading(persons=(person,), lines=(written,))
    honorific = " ".join(_not_twice(honorific.split(), name.split(), lang))
    units = _units(honorific.split(), name.split(), lang)
    found = [word for unit in units for word in unit.means]
    unread = _unread(honorific.split(), lang)
    if any(word.means == "firm" for word in found) or words.is_firm(name):
        return _firm(units, name, person, lang, unread)
    line = _line(honorific.split(), name.split(), units, lang)
    behind = words.family_behind(name, lang)
    if behind is not None:
        inner = name.split()[:-1]
        inner = inner[1:] if inner[0].lower() == "the" and len(inner) > 1 else inner
        return Reading(kind="family", name=" ".join(inner), lines=(line,), unread=unread)
    kinds: tuple[Kind, ...] = ("family", "married", "men", "women")
    kind = next((kind for kind in kinds if any(word.means == kind for word in found)), None)
    if kind is not None:
        both = {word.means for word in found} >= {"men", "women"}
        return _group("group" if both else kind, units, person, line, unread, lang)
    return _persons(units, person, line, unread, lang)


def _not_twice(honorific: list[str], name: list[str], lang: str) -> list[str]:
    """The form of address without what the name begins with too: a column "Frau" beside "Frau Ada Orr"."""
    ahead: set[str] = set()
    for at in range(len(name) - 1):
        if not words.leads_at(name, at, bool(ahead), lang):
            break
        ahead.add(words.fold(name[at]))
    return [word for word in honorific if words.fold(word) not in ahead]


def _has_words(name: str, lang: str) -> bool:
    """Whether a name may hold a word of address, or two names."""
    parts = name.split()
    if words.is_firm(name) or words.family_behind(name, lang) is not None:
        return True
    return any(words.is_title(part) or words.find(part, lang) is not None for part in parts)


# --- parts ------------------------------------------------------------------------------------------------------------


def _units(honorific: list[str], name: list[str], lang: str) -> list[_Unit]:
    """Part what is written into people: what stands before each name, and the name."""
    units = [_Unit([], [], [])]
    written = [*honorific, *name]
    for at, word in enumerate(written):
        in_honorific = at < len(honorific)
        unit = units[-1]
        if words.is_and(word) and _begins_another(written, at, len(honorific), unit, lang):
            units.append(_Unit([], [], []))
        elif in_honorific or (not unit.name and at + 1 < len(written) and _leads(written, at, unit, lang)):
            found = _found(word, lang)
            if found is not None and found.means not in ("none", "unsure"):
                unit.means.append(found)
            if found is None or found.means not in ("none", "unsure"):
                unit.before.append(word)
        else:
            unit.name.append(word)
    either = [unit for unit in units if any(words.is_or(word) for word in unit.before)]
    for unit in either:  # Herr oder Frau: says nothing
        unit.before = [word for word in unit.before if not words.is_or(word) and not _says_gender(word, lang)]
        unit.means = [one for one in unit.means if one.means not in ("female", "male")]
    return _distributed(units)


def _begins_another(written: list[str], at: int, border: int, unit: _Unit, lang: str) -> bool:
    """Whether an "and" stands between two people, and not within a name (Ortega y Gasset)."""
    following = written[at + 1 :]
    if not following or not (unit.before or unit.name):
        return False
    if at < border:
        return at + 1 < border
    if not unit.name:  # Mr. and Mrs. Lind, all in the name
        return bool(unit.before) and _leads(following, 0, _Unit([], [], []), lang)
    if len(following) > 1 and _leads(following, 0, _Unit([], [], []), lang):
        return True
    one_given = (len(unit.name) == 1 and len(following) > 1 and len(written[at]) > 1) or written[at] in "&+"
    return one_given and any(word.means in ("female", "male") for word in unit.means) and len(following) > 1


def _distributed(units: list[_Unit]) -> list[_Unit]:
    """Frau und Herr, Ada und Jan Orr: each name to its form of address."""
    last = units[-1]
    if len(units) < 2 or any(unit.name for unit in units[:-1]):
        return units
    parts = _split(last.name)
    if len(parts) == len(units):
        for unit, part in zip(units, parts, strict=True):
            unit.name = part
    return units


def _split(name: list[str]) -> list[list[str]]:
    """Part a list of names at each "and", comma or slash."""
    parts: list[list[str]] = [[]]
    for word in name:
        if words.is_and(word) or word == "/":
            parts.append([])
            continue
        parts[-1].append(word.rstrip(","))
        if word.endswith(","):
            parts.append([])
    return [part for part in parts if part]


def _leads(parts: list[str], at: int, unit: _Unit, lang: str) -> bool:
    return words.leads_at(parts, at, bool(unit.before), lang) or (len(parts) > at + 2 and _in_couple(parts, at, lang))


def _in_couple(parts: list[str], at: int, lang: str) -> bool:
    """M. et Mme Durand: what may be an initial alone is a word of address beside another."""
    one = words.find(parts[at], lang)
    if one is None or one.means not in ("female", "male") or not words.is_and(parts[at + 1]):
        return False
    other = words.find(parts[at + 2], lang)
    return other is not None and other.means in ("female", "male")


def _found(word: str, lang: str) -> Word | None:
    found = words.find(word, lang)
    return None if found is not None and words.title_fold(word) in words.titles()["silent"] else found


def _means(word: str, lang: str) -> str | None:
    for kind in ("female", "male"):
        if words.title_fold(word) in words.titles()[kind]:
            return kind
    found = words.find(word, lang)
    return found.means if found is not None else None


def _says_gender(word: str, lang: str) -> bool:
    return _means(word, lang) in ("female", "male")


def _unread(honorific: Iterable[str], lang: str) -> tuple[str, ...]:
    found = ((word, words.find(word, lang)) for word in honorific)
    return tuple(word for word, one in found if one is not None and one.means == "unsure")


# --- whom they mean ---------------------------------------------------------------------------------------------------


def _persons(units: list[_Unit], person: Person, line: str, unread: tuple[str, ...], lang: str) -> Reading:
    """One person, or two or more who are named one by one."""
    if len(units) == 1:
        unit = units[0]
        honorific = " ".join(unit.before) or None
        said = _gender_only(person, lang)
        only = replace(person, honorific=honorific, name=" ".join(unit.name), gender=said or person.gender)
        return Reading(persons=(only,), lines=(line,), unread=unread)
    last = names.split(" ".join(units[-1].name), given=None, family=None, country=None, lang=lang)
    family = last.family or (units[-1].name[0] if len(units[-1].name) == 1 else None)
    if person.family and " ".join(units[-1].name).endswith(person.family):
        family = person.family
    people, shared = [], True
    for unit in units:
        alone = not unit.name
        given_only = len(unit.name) == 1 and (
            len(units[-1].name) > 1 or any(words.title_fold(word) in _BY_GIVEN for word in unit.before)
        )
        name = " ".join(unit.name)
        own = family
        if unit is not units[-1] and not alone and not given_only:
            shared, own = False, None
        if alone or given_only:
            name = " ".join(part for part in (name, family or units[-1].name[-1]) if part)
        elif unit is not units[-1] and len(unit.name) == 1:
            own = name
        given = name.removesuffix(f" {own}") if own and name != own else None
        honorific = " ".join(unit.before) or None
        people.append(Person(name=name, honorific=honorific, given=given, family=own))
    if family is None and not all(unit.name for unit in units):
        return Reading(kind="group", name=" ".join(units[-1].name), lines=(line,), unread=(*unread, person.name or ""))
    separate = bool(person.honorific) and len(units) > 1 and all(unit.name for unit in units)
    separate = separate and not any(words.find(word, lang) for word in (person.name or "").split())
    written = _each(units, family, lang) if separate else (line,)
    return Reading(persons=tuple(people), shared=shared, lines=written, unread=unread)


def _gender_only(person: Person, lang: str) -> Gender | None:
    """The gender that a word says which is no form of address: weiblich."""
    for word in (person.honorific or "").split():
        found = words.find(word, lang)
        if found is not None and found.address == "" and found.means in ("female", "male"):
            return found.means
    return None


def _each(units: list[_Unit], family: str | None, lang: str) -> tuple[str, ...]:
    """Frau Ada Orr / Herrn Jan Orr: a line each."""
    written = []
    for unit in units:
        name = [*unit.name, family] if family and len(unit.name) == 1 and unit is not units[-1] else unit.name
        written.append(" ".join((*as_address(unit.before, lang, couple=False), *name)))
    return tuple(written)


def _group(kind: Kind, units: list[_Unit], person: Person, line: str, unread: tuple[str, ...], lang: str) -> Reading:
    """A family, a couple, or several of one gender."""
    name = [word for unit in units for word in unit.name]
    parts = _split(name)
    if kind in ("men", "women") and len(parts) > 1:
        one: Gender = "male" if kind == "men" else "female"
        people = tuple(Person(name=" ".join(part), family=_family(part, lang), gender=one) for part in parts)
        return Reading(persons=people, lines=(line,), unread=unread)
    family = person.family if person.family and parts and len(parts[-1]) > 1 else None
    family = family or (_family(parts[-1], lang) if parts else "") or " ".join(name)
    return Reading(kind=kind, name=family, lines=(line,), unread=unread)


def _family(name: list[str], lang: str) -> str | None:
    """The family name in the last of several names."""
    if len(name) == 1:
        return name[0]
    if len(name) > 1 and (name[0].endswith(".") or name[0][0].islower()):
        return " ".join(name[1:] if name[0].endswith(".") else name)
    return names.split(" ".join(name), given=None, family=None, country=None, lang=lang).family


def _firm(units: list[_Unit], name: str, person: Person, lang: str, unread: tuple[str, ...]) -> Reading:
    """No person: a word such as Firma is left out where the name shows it."""
    leading = [word for unit in units for word in unit.before]
    said = tuple(word for word in leading if _says_gender(word, lang))
    bare = name.split()
    while len(bare) > 1 and _firm_word(bare[0], lang):
        bare = bare[1:]
    written = " ".join(bare)
    word = next((word for word in leading if _firm_word(word, lang)), None)
    if word is not None and not words.is_firm(written):
        found = words.find(word, lang)
        shown = found.address if found is not None and found.address is not None else word
        titles = [one for one in leading if one == word or words.title_fold(one) in ("spett", "spettle")]
        written = " ".join([*(shown if one == word else one for one in titles), written])
    return Reading(kind="firm", name=" ".join(bare), lines=(written,), unread=(*unread, *said))


def _firm_word(word: str, lang: str) -> bool:
    found = words.find(word, lang)
    return found is not None and found.means == "firm"


# --- above an address -------------------------------------------------------------------------------------------------


def _line(honorific: list[str], name: list[str], units: list[_Unit], lang: str) -> str:
    """One line with all of it, each word of address as the language has it there."""
    couple = len(units) > 1
    leading = sum(len(unit.before) for unit in units)
    out: list[str] = []
    either = any(words.is_or(word) for word in honorific)
    kept = [word for word in honorific if not (either and (words.is_or(word) or _says_gender(word, lang)))]
    out += as_address(kept, lang, couple=couple)
    before: list[str] = []
    at = 0
    if leading:
        while at < len(name) and (_in_units(name[at], units) or (couple and words.is_and(name[at]))):
            before.append(name[at])
            at += 1
    out += as_address(before, lang, couple=couple)
    if couple:  # Herrn Dr. Hans und Frau Eva Meier: words stand within
        known = {word for unit in units for word in unit.before}
        out += [
            one for word in name[at:] for one in (as_address([word], lang, couple=True) if word in known else [word])
        ]
    else:
        out += name[at:]
    return " ".join(out)


def _in_units(word: str, units: list[_Unit]) -> bool:
    return any(word in unit.before for unit in units)


def as_address(leading: Iterable[str], lang: str, *, couple: bool = False) -> list[str]:
    """Words of address as the language writes them above an address; what says nothing is left out."""
    out: list[str] = []
    for word in leading:
        found = words.find(word, lang)
        if found is None or words.title_fold(word) in words.titles()["silent"]:
            out.append(word)
            continue
        shown = found.couple if couple and found.couple is not None else found.address
        shown = word if shown is None else shown
        if shown and out and out[-1].lower() == "de" and shown.startswith("De "):
            out.pop()
        if shown:
            out.append(shown)
    return out
