"""Decides whether a salutation that names somebody is understood whole: every word of it, and whom it means.

Each salutation is held against this before it is given. It may have the words that the tables of forms have in the
letter's language, and names; a name is made of words that look like one and are no word of address, title, office,
body, relation or remark of any language. What does not hold is a doubt, and the language's neutral form stands instead.

Sources: the words are those of `data/address_words.toml` and `data/name_words.toml`; shapes of names: CLDR, Person
Names (particles, initials, generations); Unicode, DerivedCoreProperties (letters with case).

Not here: how the salutation comes about (`salutation`); which part of a name is the family's (`names`).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from letterpress import data
from letterpress.addressing import forms, name_shape, names, ranks, words
from letterpress.addressing.greeting import Greeting
from letterpress.addressing.honorifics import Titles
from letterpress.addressing.households import Reading
from letterpress.model import Person

_SINGULAR = frozenset(("it",))
"""Languages whose neutral form of one person is none of several: Gentile."""


def of_text(greeting: Greeting, lang: str) -> tuple[str, ...]:
    """Give what a salutation has beside the names in it that is no word of the tables in the letter's language."""
    rest = greeting.salutation
    for name in sorted(filter(None, greeting.named), key=len, reverse=True):
        rest = _standing(name).sub(" ", rest)
    known = _vocabulary(lang)
    return tuple(word for word in re.split(r"[\s,،、]+", rest) if word and word.casefold() not in known)


def has_name(greeting: Greeting) -> bool:
    """Say whether a salutation has one of the names."""
    return any(_standing(name).search(greeting.salutation) for name in greeting.named if name)


@lru_cache(maxsize=2048)
def _standing(name: str) -> re.Pattern[str]:
    """A name as words of its own: no Gut of Guten Tag."""
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")


def of_reading(person: Person, reading: Reading, titles: Titles, lang: str) -> tuple[str, ...]:
    """Give what stands in a form of address and a name that says that somebody else is meant, or several.

    Heirs, a wife, a department; two genders where one is taken; a form of address for one of two.

    :param titles: of the first person.
    """
    if reading.kind in ("firm", "unsure", "group"):
        return ()
    before = (person.honorific or "").split()
    typed = [*before, *names.without_company(names.apart(person.name or "")[0]).split()]
    lists = name_shape.listed()
    others = [word for word in typed if name_shape.plain(word) in lists["others"]]
    others += [word for word in before if word.casefold() in lists["care_of"]]
    if others and reading.kind == "persons":
        return tuple(others)
    if reading.kind != "persons":
        return ()
    if len(reading.persons) > 1:
        return _of_several(reading, before, lang)
    said = {found: word for word in typed if (found := _gender(word, lang))}
    return tuple(said.values()) if len(said) > 1 and titles.gender is not None else ()


def _of_several(reading: Reading, before: list[str], lang: str) -> tuple[str, ...]:
    """Another name among the words before the name (Frau Eva Müller u. Herrn Max | Huber); Mr | John & Ann Smith."""
    kept = {name_shape.plain(word) for one in reading.persons for word in (one.name or "").split()}
    named = [word for word in before if word.istitle() and word.isalpha() and not name_shape.unlike(f"Z. {word}")]
    for first, second in itertools.pairwise(before):
        if first in named and second in named and not {name_shape.plain(first), name_shape.plain(second)} & kept:
            return (first, second)
    bare = [one for one in reading.persons if not one.honorific and not one.gender]
    single = [word for word in before if _gender(word, lang)]
    return (
        tuple(str(one.name) for one in bare) if single and reading.shared and len(bare) < len(reading.persons) else ()
    )


def _gender(word: str, lang: str) -> str | None:
    folded = words.title_fold(word)
    for gender in ("female", "male"):
        if folded in words.titles()[gender]:
            return None if folded in ("lord", "lady", "baron", "sir", "dame") else gender
    found = words.find(word, lang)
    if found is None or found.means not in ("female", "male") or found.counts != "always" or found.address == "":
        return None
    return found.means


def of_number(name: str) -> tuple[str, ...]:
    """Give the words that say that a name is that of several or of a body, where no salutation has the name."""
    parts, lists = name.split(), name_shape.listed()
    found = []
    for at, word in enumerate(parts):
        several = words.is_and(word) and not name_shape.is_word(parts, at, "", titled=True)
        body = word in lists["firms"] or name_shape.plain(word) in lists["bodies"]
        called = at == len(parts) - 1 and name_shape.plain(word) in lists["also_family"]
        if at and (several or body) and not called:
            found.append(word)
    return tuple(found)


def of_person(greeting: Greeting, person: Person, titles: Titles, name: names.Name, lang: str) -> Greeting:
    """Give one person's salutation with what of the name is not understood, as far as it has it."""
    if not has_name(greeting):
        return of_function(replace(greeting, unsure=of_number(name.full)), titles)
    titled = titles.gender is not None or person.family is not None or titles.title is not None
    alone = [word for word in name.full.split() if not name_shape.is_particle(word)]
    if titles.unread and len(alone) == 1 and not titled:  # HHJ Smith: no "Dear Smith"
        return replace(greeting, unsure=titles.unread)
    if titles.title and "name" in titles.title and not name.given and titles.title["neutral"] in ("Sir", "Dame"):
        return replace(greeting, unsure=(name.full,))  # Dear Sir John
    if not titled and lang.split("-")[0] not in _SINGULAR:  # Dear John and Ann Smith
        return replace(greeting, unsure=of_names(name.full, lang, titled=False))
    whole = name.full
    stands = bool(_standing(whole).search(greeting.salutation))
    if titled and stands and " " not in whole and person.given == whole and not person.family:  # Herr Dietmar
        return replace(greeting, unsure=(whole,))
    if person.family and not stands:  # J. Smith, Hans
        whole = whole.replace(",", " ")
    both = bool(person.given and person.family)
    doubts = name_shape.unlike(whole, family=person.family, titled=titled, own=both)
    own = name_shape.unlike(name.family or "", family=person.family, own=both) if person.family else ()
    return replace(greeting, unsure=doubts or own)


def of_function(greeting: Greeting, titles: Titles) -> Greeting:
    """Give a salutation with the French function that it has, and whether that is understood: Monsieur le Maire."""
    text = next((text for text in (titles.office or {}).values() if " " in text), None)
    if text is None or text not in greeting.salutation:
        return greeting
    held = [word for word in re.split(r"[\s’]+", text)[1:] if word.casefold() not in ("le", "la", "l")]
    known = bool(held) and (held[0].casefold() in name_shape.listed()["functions"] or text.casefold() in _calls())
    plain = len(held) < 9 and all(re.fullmatch(r"[^\W\d_]+(?:-[^\W\d_]+)*", word) for word in held)
    return replace(greeting, named=(text,), unsure=(*greeting.unsure, *(() if known and plain else (text,))))


def of_names(name: str, lang: str, *, titled: bool = True) -> tuple[str, ...]:
    """Give what is none of a name in that of a family or of several: Meier und Huber, Dr. Meier."""
    listed: list[list[str]] = [[]]
    parts = name.split()
    own = {word for title in forms.language(lang)[1]["titles"] for word in title["words"]}
    for at, word in enumerate(parts):
        if (words.is_and(word) and word == word.lower()) or word == "/":
            if name_shape.is_word(parts, at, "", titled=titled):
                listed[-1].append(word)
            else:
                listed.append([])
        elif not titled or words.title_fold(word) not in own or word.islower():
            listed[-1].append(word)
    return tuple(
        wrong for one in listed for wrong in (name_shape.unlike(" ".join(one), titled=titled) if one else (name,))
    )


def of_body(name: str) -> tuple[str, ...]:
    """Give the name of a firm that is none: an address on the net, a number, brackets or quotation marks."""
    odd = re.search(r"[@\"“”„«»\[\]{}()<>;:|\\_=*#%?!]|https?|www\.", name)
    return (name,) if odd or not re.search(r"[^\W\d_]{2}", name) or len(name) > 80 else ()


# --- the words of a language -----------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _calls() -> frozenset[str]:
    """The French salutations of offices, in small letters."""
    return frozenset(text.casefold() for one in forms.offices() if one.lang == "fr" for text in _texts(one.salutation))


@lru_cache(maxsize=32)
def _vocabulary(lang: str) -> frozenset[str]:
    """Every word that a salutation in a language may have beside a name."""
    _, row = forms.language(lang)
    base = forms.language(lang)[0].split("-")[0]
    texts = [*_texts(row), *_texts(words.salutations(lang)), *_texts(data.table("address_words")["functions"])]
    texts += _texts(data.table("address_words")["offices"].get(base, ()))
    texts += _texts(data.table("address_words")["titles"]) if "noble_male" in row else ()
    for office in forms.offices():
        if office.lang == base:
            texts += [
                *_texts(office.salutation),
                *_texts(office.words),
                *(_texts(office.there[2]) if office.there else ()),
            ]
    if base == "en":
        texts += ranks.spoken_titles() | words.titles()["spoken"] | words.titles()["peers"]
    found = (word for text in texts for word in re.split(r"[\s,،、|]+", re.sub(r"\{\w+\}", " ", text)))
    return frozenset(word.casefold() for word in found if word)


def _texts(value: Any) -> Iterator[str]:
    """Every text in a table's value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict) or hasattr(value, "values"):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, Iterable):
        for one in value:
            yield from _texts(one)
