"""Reads whom a form of address and a name mean together: one person, two, a family, a couple or a firm.

"Herr und Frau Mo Orr" are two people, "Familie Orr" is a family, "Firma Kran" is no person; "Divers" is no word of
address.
What stands above the address is written from the same reading, so that a word that is known never is one of the name.

Not here: what a single word means (`words`); what the words before one person's name say (`honorifics`); which
salutation they get (`salutation`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Literal

from letterpress.addressing import bodies, held_offices, japanese, name_line, names, particles, parting, typed, words
from letterpress.model import Gender, Party, Person

Kind = Literal["persons", "family", "families", "married", "doctors", "men", "women", "firm", "group", "unsure"]
_KINDS: tuple[Kind, ...] = ("family", "families", "married", "doctors", "men", "women")
_FIELDS = tuple(field.name for field in fields(Person))
_BRACKETS = re.compile(r"(.+?) \((\w+\.?)\)")
"""Kim Orr (Mrs)."""
_NAMELESS = frozenset(("fr", "ja", "pl", "pt"))
"""Languages whose salutations of people have no name in them."""
_SIGNORI = frozenset(("es", "it", "pt"))
"""Languages whose word for several men is the one for women and men, too: Sigg. Mario e Anna Rossi."""
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


def lines(person: Person, lang: str) -> tuple[str, ...]:
    """Say who it is, above an address: no form of address without a name, and words as the language writes them."""
    found = read(person, lang)
    if japanese.is_for(lang):
        named = japanese.respectful(found.lines, person, found.kind, lang)
        return japanese.titled(named, person.title, found.kind) if person.title else named
    return (*found.lines, *((person.title,) if person.title else ()))


def as_printed(party: Party, lang: str) -> Party:
    """A recipient as the address has it: in Japanese, with 御中 behind a firm without a person."""
    return japanese.as_printed(party, lang) if japanese.is_for(lang) else party


def dead(person: Person) -> str | None:
    """Find what says behind a name that its owner has died: (deceased), verstorben."""
    return names.dead(person.name or "")


def gender(person: Person, lang: str) -> Gender | None:
    """Give the gender by which a person is addressed: a word of address wins over the field."""
    found = read(person, lang)
    if found.kind != "persons" or len(found.persons) != 1:
        return None if found.kind != "persons" or len(found.persons) > 1 else person.gender
    said = [parting.means(word, lang) for word in (found.persons[0].honorific or "").split()]
    known: list[Gender] = [one for one in said if one in ("female", "male")]  # type: ignore[misc]
    return known[-1] if known else found.persons[0].gender


def read(person: Person, lang: str) -> Reading:
    """Read the form of address and the name of a person as lists have them."""
    return _read(Person(**{name: getattr(person, name) for name in _FIELDS}), lang)  # a party's other parts say nothing


@lru_cache(maxsize=512)
def _read(person: Person, lang: str) -> Reading:
    person = typed.tidied(person, lang)
    if (
        person.name
        and not (person.honorific or person.given or person.family)
        and held_offices.is_office(person.name, lang)
    ):
        person = replace(person, honorific=person.name, name=None)
    match = _BRACKETS.fullmatch(person.name or "") if not person.honorific else None
    if match and parting.says_gender(match[2], lang):  # Kim Orr (Mrs)
        return replace(_read(replace(person, name=match[1], honorific=match[2]), lang), lines=(str(person.name),))
    name, beside = names.apart(person.name or "")
    if beside is None:
        return _read_name(person, lang)
    found = _read_name(replace(person, name=name), lang)  # c/o John Orr: a line of its own
    return replace(found, lines=(*found.lines, beside))


def _read_name(person: Person, lang: str) -> Reading:
    name = " ".join((person.name or "").split()) or " ".join(part for part in (person.given, person.family) if part)
    honorific = " ".join((person.honorific or "").split())
    if words.says_nothing(honorific, lang):
        honorific = ""
    if not name:
        parted = parting.part(honorific.split(), [], lang)
        said = " ".join(word for unit in parted.units for word in unit.before) if len(parted.units) == 1 else ""
        office = " ".join(name_line.as_address(said.split(), lang)) if held_offices.stands_alone(said, lang) else ""
        return Reading(
            persons=(replace(person, honorific=said or None),),
            lines=(office,) if office else (),
            unread=tuple(parted.unread),
        )
    listed = () if honorific or person.given or person.family else _listed(name, lang)
    if listed:
        return Reading(persons=listed, lines=(name,))
    if not honorific and _is_word_alone(name, lang):
        return Reading(kind="unsure", name=name, lines=(name,), unread=(name,))
    if not honorific and not has_words(name, lang):
        return Reading(persons=(replace(person, honorific=None),), lines=(name,))
    if honorific and names.behind(honorific):
        written = name if name.endswith(honorific) else f"{name} {honorific}"
        return Reading(persons=(person,), lines=(written,))
    whole = f"{honorific} {name}"
    if honorific and bodies.is_body(whole) and not has_words(honorific, lang, alone=True):
        return Reading(kind="firm", name=whole, lines=(whole,))  # The Executors of the late | John Smith
    parted = parting.part(_not_twice(honorific.split(), name.split(), lang), name.split(), lang)
    found = [word.means for unit in parted.units for word in unit.means]
    if ("firm" in found and "family" not in found) or bodies.is_firm(name) or _is_body(person, name, parted, lang):
        return _firm(parted, name, lang)
    behind = words.family_behind(name, lang)
    if behind is not None and "and_family" in words.salutations(lang) and words.is_and(name.split()[-2]):
        alone = _read_name(replace(person, name=" ".join(name.split()[:-2])), lang)
        if alone.kind == "persons" and alone.persons:  # Mr John Smith and family
            ending = " ".join(name.split()[-2:])
            return replace(alone, kind="family", lines=tuple(f"{line} {ending}" for line in alone.lines))
    if behind is not None:
        inner = name.split()[:-1]
        inner = inner[1:] if inner[0].lower() == "the" and len(inner) > 1 else inner
        return Reading(kind="family", name=" ".join(inner), lines=(name,), unread=tuple(parted.unread))
    kind = next((kind for kind in _KINDS if kind in found), None)
    if kind is None:
        return _persons(parted, person, lang)
    return _group("group" if {"men", "women"} <= set(found) else kind, parted, person, lang)


def _is_body(person: Person, name: str, parted: parting.Parted, lang: str) -> bool:
    """Whether an office or a house stands in a name's place: nobody calls it Frau or Dr., or knows its given name."""
    if (person.given and person.family) or person.gender or not bodies.is_body(name):
        return False
    found = {word.means for unit in parted.units for word in unit.means}
    titled = any(words.is_any_title(word) for word in (person.honorific or "").split())
    if titled or words.family_behind(name, lang) is not None:
        return False
    return not {"female", "male", "family", "married"} & found


def _not_twice(honorific: list[str], name: list[str], lang: str) -> list[str]:
    """The form of address without what the name begins with too: a column "Frau" beside "Frau Ada Orr"."""
    ahead: set[str] = set()
    for at in range(len(name) - 1):
        if not words.leads_at(name, at, bool(ahead), lang):
            break
        ahead.add(words.fold(name[at]))
    return [word for word in honorific if words.fold(word) not in ahead]


def needs_no_name(party: Party, honorific: str, lang: str) -> bool:
    """Say whether what stands for a form of address is right without a name: an office; where a firm is named, 御中."""
    if held_offices.stands_alone(honorific, lang):
        return True
    if not party.organisation:
        return False
    found = words.find(honorific, lang)
    return (
        names.behind(honorific) or words.says_nothing(honorific, lang) or (found is not None and found.means == "firm")
    )


def is_office(honorific: str) -> bool:
    """Say whether a form of address of any language names an office: Herr Landrat, Mme la Ministre."""
    return held_offices.names_an_office(honorific)


def has_words(name: str, lang: str, *, alone: bool = False) -> bool:
    """Say whether a name may hold a word of address, or be a firm's.

    :param alone: whether only words of address and titles of people count.
    """
    parts = name.split()
    if alone:
        found = [words.find(part, lang) for part in parts]
        people = any(one is not None and one.means not in ("none", "unsure") for one in found)
        return people or any(words.is_any_title(part) for part in parts)
    if names.dead(name) is not None or _is_unsure(name):
        return True
    if bodies.is_firm(name) or bodies.is_body(name) or words.family_behind(name, lang) is not None:
        return True
    return any(words.is_title(part) or words.find(part, lang) is not None for part in parts)


def _is_word_alone(name: str, lang: str) -> bool:
    """Whether a name is a word of address and nothing else: Familie."""
    found = words.find(name, lang) if " " not in name else None
    return found is not None and found.counts == "always" and found.means != "none"


def _listed(name: str, lang: str) -> tuple[Person, ...]:
    """Several people who are named in full, without a word of address: John Orr, MD & Ann Lee."""
    parts = name.split()
    if (
        not any(words.is_and(part) or part == "/" for part in parts[1:-1])
        or bodies.is_firm(name)
        or bodies.is_body(name)
    ):
        return ()
    named = [" ".join(part) for part in parting.split(parts) if not names.letters(part)]
    if len(named) < 2 or any(len(one.split()) < 2 or has_words(one, lang) for one in named):
        return ()
    return tuple(Person(name=one) for one in named)


def _is_unsure(name: str) -> bool:
    """Whether a comma keeps a name from being understood; not where people are listed: Ada Orr, Jan Orr and Mo Lee."""
    mark = next((mark for mark in ",/" if mark in name), None)
    if mark is None or not names.is_unsure(name):
        return mark is None and names.is_unsure(name)
    return not any(words.is_and(part) for part in name.partition(mark)[2].split())


# --- whom they mean ---------------------------------------------------------------------------------------------------


def _persons(parted: parting.Parted, person: Person, lang: str) -> Reading:
    """One person, or two or more who are named one by one."""
    units, unread = parted.units, tuple(parted.unread)
    line: tuple[str, ...] = (name_line.whole(parted, lang),)
    name = " ".join(units[0].name)
    if len(units) == 1 and _is_unsure(name) and not person.family and lang.split("-")[0] not in _NAMELESS:
        titled = bool(units[0].before) and not person.honorific  # The Honorable Ann Orr, Mayor
        first = name.partition(",")[0]
        if titled and len(first.split()) > 1:
            only = replace(person, honorific=" ".join(units[0].before), name=first)
            return Reading(persons=(only,), lines=line, unread=unread)
        return Reading(kind="unsure", name=name, lines=line, unread=(*unread, name))
    if len(units) == 1:
        honorific = " ".join(units[0].before) or None
        gender = _gender_only(person, lang) or person.gender
        only = replace(person, honorific=honorific, name=name, gender=gender)
        return Reading(persons=(only,), lines=line, unread=unread)
    named = next((unit for unit in reversed(units) if unit.name), None)
    if named is None:  # M. | u. Mag. / und
        return Reading(kind="unsure", name=name or line[0], lines=line, unread=(*unread, name or line[0]))
    for unit, whole in zip(units, _with_family([unit.name for unit in units], person), strict=True):
        unit.name = whole
    family = _shared_family(named.name, person, lang)
    if family is None and lang.split("-")[0] in _NAMELESS:
        family = named.name[-1]
    if family is None and not all(unit.name for unit in units):
        return Reading(kind="group", name=" ".join(named.name), lines=line, unread=(*unread, " ".join(named.name)))
    people = tuple(_one_of(unit, named, family, parted, person, first=not at) for at, unit in enumerate(units))
    shared = all(one.family == family for one in people) and (
        any(len(unit.name) < 2 for unit in units) or _are_givens(person)
    )
    if (
        person.honorific
        and all(unit.name for unit in units)
        and not any(role == "and" for _, role in parted.shown[-1:])
    ):
        line = _each(units, family, lang) if _in_columns(person, lang) else line
    return Reading(persons=people, shared=shared, lines=line, unread=unread)


def _are_givens(person: Person) -> bool:
    """Whether a field of its own has the given names of several, who have one family name: José María und Ida | Orr."""
    givens = (person.given or "").split()
    listed = any(words.is_and(word) or word == "/" for word in givens[1:-1])
    return listed and bool(person.family) and (person.name or "").startswith(person.given or "")


def _with_family(named: list[list[str]], person: Person) -> list[list[str]]:
    """Each one's name with the family's, where a field has the given names, of which one may be two words."""
    own = (person.family or "").split()
    if not _are_givens(person):
        return named
    return [[*name, *own] if len(name) > 1 and name[-len(own) :] != own else name for name in named]


def _shared_family(name: list[str], person: Person, lang: str) -> str | None:
    """The family name of the one who is named in full, which may be that of both."""
    if person.family and " ".join(name).endswith(person.family):
        return person.family
    if len(name) == 1:
        return name[0]
    if len(name) == 2 and (name[0] in particles.capital() or particles.begins(name, 0)):  # Familie De Vries; O Brien
        return " ".join(name)
    if name[0][0].islower():  # von der Orr
        return " ".join(name)
    if particles.is_initial(name, 0):  # J. P. Smith, E Ó Briain
        ahead = next((at for at in range(len(name)) if not particles.is_initial(name, at)), len(name) - 1)
        return _shared_family(name[ahead:], person, lang)
    return names.split(" ".join(name), given=None, family=None, country=None, lang=lang).family


def _one_of(
    unit: parting.Unit, named: parting.Unit, family: str | None, parted: parting.Parted, person: Person, *, first: bool
) -> Person:
    """One of two people: with a name in full, or with the family name of the other.

    :param person: both of them, as they are given.
    :param first: whether it is the first, whose given name a couple's one name has: Ir. en mevrouw J. Smit.
    """
    known = parted.known
    said = next((known[word].means for word in unit.before if word in known), None)
    gender: Gender | None = said if said in ("female", "male") else None
    by_given = any(words.title_fold(word) in _BY_GIVEN for word in unit.before)
    name, own = list(unit.name), family
    if unit is not named and len(name) == 1 and (len(named.name) > 1 or by_given):
        name += (family or named.name[-1]).split()
    elif unit is not named and name:
        own = name[0] if len(name) == 1 else family if family and _are_givens(person) else None
    elif not name:
        name = list(named.name) if first else (family or named.name[-1]).split()
    text = " ".join(name)
    given = text.removesuffix(f" {own}") if own and text != own and text.endswith(f" {own}") else None
    before = " ".join(word for word in unit.before if word not in known)
    return Person(name=text, honorific=before or None, given=given, family=own, gender=gender)


def _in_columns(person: Person, lang: str) -> bool:
    """Whether all words of address stand in the honorific, and the names alone in the name."""
    name = (person.name or "").split()
    return not any(words.leads_at(name, at, False, lang) for at in range(len(name)))


def _gender_only(person: Person, lang: str) -> Gender | None:
    """The gender that a word says which is no form of address: weiblich."""
    for word in (person.honorific or "").split():
        found = words.find(word, lang)
        if found is not None and found.address == "" and found.means in ("female", "male"):
            return found.means
    return None


def _each(units: list[parting.Unit], family: str | None, lang: str) -> tuple[str, ...]:
    """Frau Ada Orr / Herrn Jan Orr: a line each."""
    written = []
    for unit in units:
        by_given = any(words.title_fold(word) in _BY_GIVEN for word in unit.before)  # Sir John and Lady Smith
        bare = len(unit.name) == 1 and unit is not units[-1] and (len(units[-1].name) > 1 or by_given)
        name = [*unit.name, family] if family and bare else unit.name
        written.append(" ".join((*name_line.as_address(unit.before, lang, couple=False), *name)))
    return tuple(written)


def _group(kind: Kind, parted: parting.Parted, person: Person, lang: str) -> Reading:
    """A family, a couple, or several of one gender."""
    unread, line = tuple(parted.unread), (name_line.whole(parted, lang),)
    name = [word for unit in parted.units for word in unit.name]
    parts = _with_family(parting.split(name), person)
    if kind in ("men", "women") and len(parts) > 1 and not (kind == "men" and lang.split("-")[0] in _SIGNORI):
        if len(parts[-1]) > 1 and parts[-1][0].lower() not in particles.small():  # Herren Max und Jan Orr
            parts = [[*part, parts[-1][-1]] if len(part) == 1 else part for part in parts]
        one: Gender = "male" if kind == "men" else "female"
        family = [_shared_family(part, Person(family=person.family), lang) for part in parts]
        people = (Person(name=" ".join(part), family=own, gender=one) for part, own in zip(parts, family, strict=True))
        return Reading(persons=tuple(people), lines=line, unread=unread)
    shared = _shared_family(parts[-1], person, lang) if parts else None
    if len(parts) > 1 and all(len(part) == 1 for part in parts):  # Drs. Lee and Orr, Familie Meier und Huber
        shared = " ".join(name)
    elif len(parts) > 1 and all(len(part) > 1 for part in parts):  # Drs. Ann Lee and Jo Orr
        own = [_shared_family(part, Person(family=person.family), lang) for part in parts]
        joined = f" {next((word for word in name if words.is_and(word)), '/')} ".join(dict.fromkeys(map(str, own)))
        shared = joined if None not in own else " ".join(name)
    if kind == "group":  # Damen und Herren: of a salutation, and of no address
        line = (" ".join(name),)
    if kind == "family" and len(parts) == 1 and lang.split("-")[0] in ("es", "pt"):  # Familia García López
        shared = person.family or " ".join(name)
    if kind in ("family", "married") and shared:  # Familie Dr. Meier
        shared = " ".join(
            (*(word for unit in parted.units for word in unit.before if words.is_of_family(word)), shared)
        )
    return Reading(kind=kind, name=shared or " ".join(name), lines=line, unread=unread)


def _firm(parted: parting.Parted, name: str, lang: str) -> Reading:
    """No person: a word such as Firma is left out where the name shows it."""
    leading = [word for unit in parted.units for word in unit.before]
    said = () if bodies.is_body(name) else tuple(word for word in leading if parting.says_gender(word, lang))
    bare, line = name_line.of_firm(leading, name, lang)
    return Reading(kind="firm", name=bare, lines=(line,), unread=(*parted.unread, *said))
