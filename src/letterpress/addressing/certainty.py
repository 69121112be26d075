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
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from letterpress import data
from letterpress.addressing import bodies, forms, names, ranks, words
from letterpress.addressing.greeting import Greeting
from letterpress.addressing.honorifics import Titles
from letterpress.addressing.households import Reading
from letterpress.model import Person

_MOST_WORDS = 8
"""Words of a name: Maria da Conceição da Silva Costa Pereira has seven."""
_LONGEST = 24
"""Letters of a word of a name, between hyphens."""
_CASED = re.compile(r"(?:IJ|[^\W\d_])[^\W\d_]*")
_INITIALS = re.compile(r"[^\W\d_]\.?(?:-?[^\W\d_]\.)*")
_PREFIX = re.compile(
    r"^(?:d|l|dell|dall|nell|sant|de|al|el|as|ash|ar|at|an|az|ben|t|s|ó|o)['’-](?=\w{2})", re.IGNORECASE
)
_INITIAL = re.compile(r"^(?:[^\W\d_a-z]\.-)+(?=[^\W\d_])")
"""The H.- of H.-Dieter."""
_JAPANESE = ("様", "殿", "御中", "先生", "各位", "会社", "商店", "(株)", "部", "課", "係")
_SINGULAR = frozenset(("it",))
"""Languages whose neutral form of one person is none of several: Gentile."""
_JOINING = frozenset(("y", "e", "i"))
"""Words that join two family names: Ortega y Gasset."""


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
    lists = _lists()
    others = [word for word in typed if _bare(word) in lists["others"]]
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
    kept = {_bare(word) for one in reading.persons for word in (one.name or "").split()}
    named = [word for word in before if word.istitle() and word.isalpha() and not of_name(f"Z. {word}")]
    for first, second in itertools.pairwise(before):
        if first in named and second in named and not {_bare(first), _bare(second)} & kept:
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


def of_name(name: str, *, family: str | None = None, titled: bool = True) -> tuple[str, ...]:
    """Give the words of a name that are none of one, without the letters behind it; nothing if it is understood.

    :param family: the family name, where a field or column of its own says it.
    :param titled: whether a form of address or a gender says that it is one person's, so that "y" joins family names.
    """
    text = name.replace(",", " ") if family else name
    parts = unicodedata.normalize("NFC", text).split()
    if not parts:
        return (name,) if name else ()
    if len(parts) == 1 and titled and len(name) == 1 and name.isupper():  # Mr T
        return ()
    wrong = tuple(word for at, word in enumerate(parts) if not _is_name(parts, at, family or "", titled=titled))
    if wrong:
        return wrong
    named = [word for word in parts if not _is_particle(word) and not (_INITIALS.fullmatch(word) and _has_case(word))]
    return (name,) if not named or len(parts) > _MOST_WORDS else ()


def of_number(name: str) -> tuple[str, ...]:
    """Give the words that say that a name is that of several or of a body, where no salutation has the name."""
    parts, lists = name.split(), _lists()
    found = []
    for at, word in enumerate(parts):
        several = words.is_and(word) and not _is_name(parts, at, "", titled=True)
        body = word in lists["firms"] or _bare(word) in lists["bodies"]
        called = at == len(parts) - 1 and _bare(word) in lists["also_family"]
        if at and (several or body) and not called:
            found.append(word)
    return tuple(found)


def of_person(greeting: Greeting, person: Person, titles: Titles, name: names.Name, lang: str) -> Greeting:
    """Give one person's salutation with what of the name is not understood, as far as it has it."""
    if not has_name(greeting):
        return of_function(replace(greeting, unsure=of_number(name.full)), titles)
    titled = titles.gender is not None or person.family is not None or titles.title is not None
    alone = [word for word in name.full.split() if not _is_particle(word)]
    if titles.unread and len(alone) == 1 and not titled:  # HHJ Smith: no "Dear Smith"
        return replace(greeting, unsure=titles.unread)
    if titles.title and "name" in titles.title and not name.given and titles.title["neutral"] in ("Sir", "Dame"):
        return replace(greeting, unsure=(name.full,))  # Dear Sir John
    if not titled and lang.split("-")[0] not in _SINGULAR:  # Dear John and Ann Smith
        return replace(greeting, unsure=of_names(name.full, titled=False))
    return replace(greeting, unsure=of_name(name.full, family=person.family, titled=titled))


def of_function(greeting: Greeting, titles: Titles) -> Greeting:
    """Give a salutation with the French function that it has, and whether that is understood: Monsieur le Maire."""
    text = next((text for text in (titles.office or {}).values() if " " in text), None)
    if text is None or text not in greeting.salutation:
        return greeting
    held = [word for word in re.split(r"[\s’]+", text)[1:] if word.casefold() not in ("le", "la", "l")]
    known = bool(held) and (held[0].casefold() in _lists()["functions"] or text.casefold() in _calls())
    plain = len(held) < _MOST_WORDS and all(re.fullmatch(r"[^\W\d_]+(?:-[^\W\d_]+)*", word) for word in held)
    return replace(greeting, named=(text,), unsure=(*greeting.unsure, *(() if known and plain else (text,))))


def of_names(name: str, *, titled: bool = True) -> tuple[str, ...]:
    """Give what is none of a name in that of a family or of several: Meier und Huber, Dr. Meier."""
    listed: list[list[str]] = [[]]
    parts = name.split()
    for at, word in enumerate(parts):
        if words.is_and(word) or word == "/":
            if _is_name(parts, at, "", titled=titled):
                listed[-1].append(word)
            else:
                listed.append([])
        elif not titled or not words.is_any_title(word):
            listed[-1].append(word)
    return tuple(wrong for one in listed for wrong in (of_name(" ".join(one), titled=titled) if one else (name,)))


def of_body(name: str) -> tuple[str, ...]:
    """Give the name of a firm that is none: an address on the net, a number, brackets or quotation marks."""
    odd = re.search(r"[@\"“”„«»\[\]{}()<>;:|\\_=*#%?!]|https?|www\.", name)
    return (name,) if odd or not re.search(r"[^\W\d_]{2}", name) or len(name) > 80 else ()


# --- a word of a name -------------------------------------------------------------------------------------------------


def _is_name(parts: list[str], at: int, family: str, *, titled: bool) -> bool:
    word, last = parts[at], at == len(parts) - 1
    if word in _JOINING:
        return 0 < at < len(parts) - 1 and at + 2 + (titled and at > 1) >= len(parts) and (titled or at > 1)
    if word == "of":  # Lord Smith of Leeds
        return titled and 0 < at < len(parts) - 1
    if 0 < at < len(parts) - 1 and names.is_noble(word):  # Otto Graf Lambsdorff
        return True
    if _is_particle(word) and not last and not (word.isupper() and len(word) == 1):
        return not words.is_and(word) or _joins_particles(parts, at)
    if _INITIALS.fullmatch(word) and _has_case(word) and word[0] == word[0].upper():
        return not last
    if word in ("Mª", "M.ª"):
        return True
    if word.endswith(".") and "-" not in word:
        return _bare(word) in _lists()["short"] and word[0].isupper() and not last
    bare = _PREFIX.sub("", _INITIAL.sub("", re.sub(r"(?<=\w)-[^\W\d_]\.$", "", word)))
    if bare != word and word[0].isupper() and bare.isalpha() and bare.islower():  # D’hondt
        bare = bare.capitalize()
    pieces = bare.split("-")
    return all(_is_piece(piece, parts, at, family, alone=len(pieces) == 1 and bare == word) for piece in pieces)


def _joins_particles(parts: list[str], at: int) -> bool:
    """Whether an "und" stands as in von und zu Guttenberg; y, e and i are said already."""
    if words.fold(parts[at]) in ("a", "en", "ja"):
        return False
    return 0 < at < len(parts) - 2 and _is_particle(parts[at - 1]) and _is_particle(parts[at + 1])


def _is_particle(word: str) -> bool:
    """Whether a word is one that stands inside names: van, De, St."""
    bare = word.rstrip(".").lower()
    if len(bare) == 1 and word[0].isupper():
        return False
    return bare in names.PARTICLES or word in names.PARTICLES or bare in _lists()["particles"]


def _is_piece(piece: str, parts: list[str], at: int, family: str, *, alone: bool) -> bool:
    """Whether what stands between two hyphens looks like a name, and is no word that is none."""
    if len(piece) > _LONGEST or not _is_letters(piece):
        return False
    if not alone and _is_particle(piece):  # Smit-de Vries
        return True
    if _has_case(piece) and not _is_written_as_name(piece, parts, at, family):
        return False
    return not _is_known(piece, parts, at)


def _is_letters(piece: str) -> bool:
    """Letters of one script, with an apostrophe before two of them or more: O'Brien, N’Diaye."""
    if _has_case(piece) and not re.fullmatch(r"[^'’ʼʻ]+(?:['’ʼʻ][^'’ʼʻ]{2,})*", piece):
        return False
    letters = [char for char in piece if char not in "'’ʼʻ׳・゠ー·\u200c\u200d"]
    if not letters or any(unicodedata.category(char)[0] not in "LM" for char in letters):
        return False
    scripts = {unicodedata.name(char, "?").split(" ")[0] for char in letters if unicodedata.category(char)[0] == "L"}
    japanese = {"CJK", "HIRAGANA", "KATAKANA", "IDEOGRAPHIC"}
    return len(scripts - {"MODIFIER", "FEMININE", "MASCULINE"}) <= 1 or scripts <= japanese


def _has_case(word: str) -> bool:
    return word.upper() != word.lower()


def _is_written_as_name(piece: str, parts: list[str], at: int, family: str) -> bool:
    """A capital before small letters, one more inside (McDonald), or all of it in capitals where the list has that."""
    if not (piece[0].isupper() or piece[0].istitle()):
        return False
    if len(piece) > 1 and piece == piece.upper():
        return _may_be_in_capitals(piece, parts, at, family)
    if len(piece) == 1:
        return len(parts[at]) > 1
    inside = [char for char in piece[1:] if char.isupper()]
    bare = piece.removeprefix("IJ") if piece.startswith("IJ") else piece[1:]
    return not [char for char in bare if char.isupper()] or (
        len(inside) == 1
        and re.search(r"(?:['’ʼʻ]|\w{2})[^\W\d_][^\W\d_]{1,}$", piece) is not None
        and piece[-1].islower()
    )


def _may_be_in_capitals(piece: str, parts: list[str], at: int, family: str) -> bool:
    """MEIER, HANS MEIER, Jean DURAND, JP Smith; and none of DLRG, EDV."""
    plain = "".join(char for char in unicodedata.normalize("NFD", piece) if char.isascii())
    spoken = not plain.isalpha() or re.search(r"[AEIOUY]", plain) is not None
    others = [
        word for number, word in enumerate(parts) if number != at and len(word.strip(".")) > 1 and word.lower() != word
    ]
    if "-" in parts[at] and len(piece) < 3:  # J-P
        return True
    if not others or all(word == word.upper() for word in others if not _is_particle(word)):
        return (spoken and len(piece) > 1) or piece in ("NG", "NGUYỄN")
    if piece in family.split():
        return spoken
    if at == 0 and len(piece) == 2:
        return True
    return spoken and (len(piece) > 3 or (len(piece) == 3 and len(parts) == 2))


def _is_known(piece: str, parts: list[str], at: int) -> bool:
    """Whether a word is one of address, a title, an office, a body ... and not also a name in its place."""
    folded = _bare(piece)
    if len(set(folded)) == 1 and len(folded) > 2:  # Xxx
        return True
    lists = _lists()
    if len(parts) > 1 and at == 0 and folded in lists["also_given"]:
        return False
    if at == len(parts) - 1 and {folded, words.fold(piece)} & lists["also_family"]:
        return False
    if folded in _known() or words.fold(piece) in _known_plain():
        return True
    if folded in lists["letters"]:
        return len(piece) > 2 and any(char.isupper() for char in piece[1:]) and piece != piece.upper()
    job = at + 1 < len(parts) and folded.endswith(tuple(lists["jobs"]))
    return job or piece.endswith(_JAPANESE) or bodies.is_compound(folded) or _ends_as(folded, lists["endings"])


def _ends_as(folded: str, endings: frozenset[str]) -> bool:
    return any(folded.endswith(one) and len(folded) > len(one) + 2 for one in endings)


def _bare(word: str) -> str:
    return word.strip(".,;:()[]\"'„“”").casefold()


# --- the words --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _lists() -> dict[str, frozenset[str]]:
    found: dict[str, Any] = {**data.table("name_words")["certain"]}
    found["care_of"] = data.table("name_words")["behind"]["care_of"]
    found["letters"] = data.table("name_words")["behind"]["letters"]
    found["bodies"] = [word for key in _BODIES for word in data.table("name_words")["bodies"][key]]
    found["functions"] = data.table("address_words")["functions"]["fr"]
    listed = {name: frozenset(word.casefold() for word in listed) for name, listed in found.items()}
    return {**listed, "firms": frozenset(data.table("address_words")["firms"])}


@lru_cache(maxsize=1)
def _calls() -> frozenset[str]:
    """The French salutations of offices, in small letters."""
    return frozenset(text.casefold() for one in forms.offices() if one.lang == "fr" for text in _texts(one.salutation))


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    """Every word that is none of a name, of all languages, as lists have it."""
    address, name = data.table("address_words"), data.table("name_words")
    found: set[str] = set()
    for listed in address["titles"].values():
        found.update(listed)
    for rows in address["offices"].values():
        found.update(word for row in rows for word in row)
    for listed in (*address["functions"].values(), *(name["bodies"][key] for key in _BODIES)):
        found.update(listed)
    found.update(address["firms"], address["firm_words"], *(address[key] for key in _ADDRESS), name["behind"]["dead"])
    found.update(name["certain"]["others"], name["certain"]["no_names"], name["certain"]["trades"], forms.titles())
    found -= {"n", "h", "c", "o", "e", "i", "y", "pol", "nat", "phil", "an", "to", "la", "le", "el"}
    return frozenset(_bare(word) for word in found if word)


_BODIES = ("first", "last", "behind_and", "legal")
_ADDRESS = ("any_and", "any_or", "none", "openings", "gender_only_female", "gender_only_male")


@lru_cache(maxsize=1)
def _known_plain() -> frozenset[str]:
    """Words of address of all languages, without their accents."""
    table = data.table("address_words")["words"]
    return frozenset(words.fold(word) for rows in table.values() for row in rows for word in row[0] if len(word) > 1)


@lru_cache(maxsize=32)
def _vocabulary(lang: str) -> frozenset[str]:
    """Every word that a salutation in a language may have beside a name."""
    _, row = forms.language(lang)
    base = forms.language(lang)[0].split("-")[0]
    texts = [*_texts(row), *_texts(words.salutations(lang)), *_texts(data.table("address_words")["functions"])]
    texts += _texts(data.table("address_words")["offices"].get(base, ()))
    texts += words.titles()["spoken"] | words.titles()["peers"]
    texts += _texts(data.table("address_words")["titles"]) if "noble_male" in row else ()
    for office in forms.offices():
        if office.lang == base:
            texts += [
                *_texts(office.salutation),
                *_texts(office.words),
                *(_texts(office.there[2]) if office.there else ()),
            ]
    if base == "en":
        texts += ranks.spoken_titles()
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
