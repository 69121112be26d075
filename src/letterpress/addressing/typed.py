"""Writes a form of address and a name as they are read: what is typed glued together, with blanks, or turned round.

Not here: whom they mean (`households`).
"""

from __future__ import annotations

import re
from dataclasses import replace

from letterpress.addressing import names, words
from letterpress.model import Person

_GLUED = re.compile(r"(?<=[a-z])\.(?=[A-ZÄÖÜ][a-zäöü])")
"""Prof.Dr."""
_ATTENTION = re.compile(r"^(?:z\.? ?Hd?n?\.|zu H[äa]nden(?: von)?) ")
_SERVICE = re.compile(r"(?<!^)\b([aidz])\. ?([DR])\.(?= \S)")
"""Staatsministerin a. D. Ulla Berg; behind a name it is the name's."""


def tidied(person: Person, lang: str) -> Person:
    """Give a person with the form of address and the name as they are read."""
    name = _spaced(" ".join((person.name or "").split()))
    honorific = _ATTENTION.sub("z.Hd. ", f"{_GLUED.sub('. ', person.honorific or '')} .")
    honorific = _SERVICE.sub(r"\1.\2.", honorific).removesuffix(" .").strip()
    person = replace(person, name=_SERVICE.sub(r"\1.\2.", name) or None, honorific=honorific or None)
    if "," in name and person.family in (None, "", person.name) and not _several(honorific, lang):
        return _turned(person, name, lang)
    return person


def _turned(person: Person, name: str, lang: str) -> Person:
    """Meier, Hans; also where a column of family names has all of it."""
    written = names.turned(name, lang)
    first = name.partition(",")[0]
    family = first if person.family and written.endswith(f" {first}") else None
    return replace(person, name=written, family=family if written != name else person.family)


def _spaced(name: str) -> str:
    """Dr.Meier as Dr. Meier, and z. Hd. in one word."""
    name = _ATTENTION.sub("z.Hd. ", name)
    first, dot, rest = name.partition(".")
    if dot and rest[:1].isupper() and words.is_title(f"{first}."):
        return f"{first}. {rest}"
    return name


def _several(honorific: str, lang: str) -> bool:
    """Whether a form of address is one of several people: Herren Orr, Brook."""
    found = [words.find(word, lang) for word in honorific.split()]
    return any(one is not None and one.means in ("men", "women", "firm", "family", "married") for one in found)
