"""Says whether a name is written as names are: every word of it, and what none of them may be.

Words look like names (a capital, hyphens, apostrophes, initials, particles), and are no word of address, title, office,
body, relation or remark of any language, unless people are also called so.

Not here: whether a salutation is understood (`certainty`); which part of a name is the family's (`names`).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

from letterpress import data
from letterpress.addressing import bodies, forms, names, particles, words

_MOST_WORDS = 8
"""Words of a name: Maria da Conceição da Silva Costa Pereira has seven."""
_LONGEST = 24
"""Letters of a word of a name, between hyphens."""
_CASED = re.compile(r"(?:IJ|[^\W\d_])[^\W\d_]*")
_INITIALS = re.compile(r"[^\W\d_]\.?(?:-?[^\W\d_a-zß-ÿ]\.)*")
_PREFIX = re.compile(
    r"^(?:d|l|dell|dall|nell|sant|de|al|el|as|ash|ar|at|an|az|ben|t|s|ó|o)['’-](?=\w{2})", re.IGNORECASE
)
_INITIAL = re.compile(r"^(?:[^\W\d_a-z]\.-)+(?=[^\W\d_])")
"""The H.- of H.-Dieter."""
_JAPANESE = ("様", "殿", "御中", "先生", "各位", "会社", "商店", "(株)", "部", "課", "係")
_IRISH = frozenset(("ó", "ní", "uí", "mac", "mhic", "nic", "an", "na"))
"""Words of Irish names after which a small letter may stand before the capital."""
_LENITED = re.compile("[thn][A-ZÁÉÍÓÚ][a-záéíóú]+")
"""Mac an tSaoi, Ó hAodha."""
_FF = re.compile("ff[a-zâêîôûŵŷ]{3,}")
"""A capital F as it was written once, and as families in Wales and England still write it: ffoulkes, fforde."""
_ANY_LETTERS = re.compile(r"[^\W\d_](?:[^\W\d_]|['’ʼʻ.\u0300-\u036f-])*")
_JOINING = frozenset(("y", "e", "i"))
"""Words that join two family names: Ortega y Gasset."""


def unlike(name: str, *, family: str | None = None, titled: bool = True, own: bool = False) -> tuple[str, ...]:
    """Give the words of a name that are none of one, without the letters behind it; nothing if it is understood.

    :param family: the family name, where a field or column of its own says it.
    :param own: whether the given name has one, too: then a word with a capital may be written in any way.
    :param titled: whether a form of address or a gender says that it is one person's, so that "y" joins family names.
    """
    parts = unicodedata.normalize("NFC", name).split()
    if not parts or (len(parts) > 1 and words.fold(name) in _known()):
        return (name,) if name else ()
    if titled and not family and len(name) == 1 and name.isupper():  # Mr T
        return ()
    wrong = tuple(word for at, word in enumerate(parts) if not is_word(parts, at, family or "", titled=titled, own=own))
    if wrong:
        return wrong
    named = [
        word
        for word in parts
        if (not is_particle(word) or parts == [word.capitalize()])
        and not (_INITIALS.fullmatch(word) and _has_case(word))
    ]
    return (name,) if not named or len(parts) > _MOST_WORDS else ()


# --- a word of a name -------------------------------------------------------------------------------------------------


def is_word(parts: list[str], at: int, family: str, *, titled: bool, own: bool = False) -> bool:
    """Say whether one of the words of a name is one of a name, in its place."""
    word, last = parts[at], at == len(parts) - 1
    if word in _JOINING:
        return 0 < at < len(parts) - 1 and at + 2 + (titled and at > 1) >= len(parts) and (titled or at > 1)
    if word == "of":  # Lord Smith of Leeds
        return titled and 0 < at < len(parts) - 1
    if (
        0 < at < len(parts) - 1 and names.is_noble(word) and (word.istitle() or " ".join(parts).isupper())
    ):  # Otto Graf Lambsdorff
        return True
    if is_particle(word) and not last and not (word.isupper() and len(word) == 1):
        return not words.is_and(word) or _joins_particles(parts, at)
    if own and _ANY_LETTERS.fullmatch(word) and any(map(str.isupper, word)):
        return not any(_is_known(piece, parts, at) for piece in word.split("-") if len(piece.strip(".")) > 1)
    if _INITIALS.fullmatch(word) and _has_case(word) and word[0] == word[0].upper():
        return not last and not (word.count(".") > 2 and words.fold(word) in _known())
    if word in ("Mª", "M.ª"):
        return True
    if word.endswith(".") and "-" not in word:
        return plain(word) in listed()["short"] and word[0].isupper() and not last
    bare = _PREFIX.sub("", _INITIAL.sub("", re.sub(r"(?<=\w)-[^\W\d_]\.$", "", word)))
    if bare != word and word[0].isupper() and bare.isalpha() and bare.islower():  # D’hondt
        bare = bare.capitalize()
    pieces = bare.split("-")
    pieces[1:] = [_PREFIX.sub("", piece) for piece in pieces[1:]]  # Lefèvre-d'Ormesson
    return all(_is_piece(piece, parts, at, family, alone=len(pieces) == 1 and bare == word) for piece in pieces)


def _joins_particles(parts: list[str], at: int) -> bool:
    """Whether an "und" stands as in von und zu Guttenberg; y, e and i are said already."""
    if words.fold(parts[at]) in ("a", "en", "ja"):
        return False
    return 0 < at < len(parts) - 2 and is_particle(parts[at - 1]) and is_particle(parts[at + 1])


def is_particle(word: str) -> bool:
    """Say whether a word is one that stands inside names: van, De, St."""
    bare = word.rstrip(".").lower()
    if (len(bare) == 1 and word[0].isupper()) or word in ("mc", "mac", "st", "ste", "sta", "san", "santa"):
        return False
    known = particles.small() | listed()["particles"]
    return bare in known or particles.spelled(word.lower()) in known


def _is_piece(piece: str, parts: list[str], at: int, family: str, *, alone: bool) -> bool:
    """Whether what stands between two hyphens looks like a name, and is no word that is none."""
    if len(piece) > _LONGEST or not _is_letters(piece):
        return False
    if not alone and is_particle(piece):  # Smit-de Vries
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
    if (at or family) and _FF.fullmatch(piece):
        return True
    if not (piece[0].isupper() or piece[0].istitle()):
        return at > 0 and parts[at - 1].lower() in _IRISH and _LENITED.fullmatch(piece) is not None
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
    ascii_ = "".join(char for char in unicodedata.normalize("NFD", piece) if char.isascii())
    spoken = not ascii_.isalpha() or re.search(r"[AEIOUY]", ascii_) is not None
    others = [
        word for number, word in enumerate(parts) if number != at and len(word.strip(".")) > 1 and word.lower() != word
    ]
    if "-" in parts[at] and len(piece) < 3:  # J-P
        return True
    if not others or all(word == word.upper() for word in others if not is_particle(word)):
        return (spoken and len(piece) > 1) or piece in ("NG", "NGUYỄN")
    if piece in family.split():
        return spoken
    if at == 0 and len(piece) == 2:
        return True
    return spoken and (len(piece) > 3 or (len(piece) == 3 and len(parts) == 2))


def _is_known(piece: str, parts: list[str], at: int) -> bool:
    """Whether a word is one of address, a title, an office, a body ... and not also a name in its place."""
    folded = plain(piece)
    if len(set(folded)) == 1 and len(folded) > 1:  # Xxx
        return True
    lists = listed()
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


def plain(word: str) -> str:
    """Write a word as the lists have it: small letters, without marks around it."""
    return word.strip(".,;:()[]\"'„“”").casefold()


# --- the words --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def listed() -> dict[str, frozenset[str]]:
    """Give the lists of words that a name may have or not, in small letters."""
    found: dict[str, Any] = {**data.table("name_words")["certain"]}
    found["care_of"] = data.table("name_words")["behind"]["care_of"]
    found["letters"] = data.table("name_words")["behind"]["letters"]
    found["bodies"] = [word for key in _BODIES for word in data.table("name_words")["bodies"][key]]
    found["functions"] = data.table("address_words")["functions"]["fr"]
    lower = {name: frozenset(map(str.casefold, known)) for name, known in found.items()}
    return {**lower, "firms": frozenset(data.table("address_words")["firms"])}


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    """Every word that is none of a name, of all languages, as lists have it."""
    address, name = data.table("address_words"), data.table("name_words")
    found: set[str] = set()
    for known in address["titles"].values():
        found.update(known)
    for rows in address["offices"].values():
        found.update(word for row in rows for word in row)
    for known in (*address["functions"].values(), *(name["bodies"][key] for key in _BODIES)):
        found.update(known)
    found.update(address["firms"], address["firm_words"], *(address[key] for key in _ADDRESS), name["behind"]["dead"])
    found.update(
        name["certain"]["others"],
        name["certain"]["no_names"],
        name["certain"]["trades"],
        name["behind"]["care_of"],
        name["behind"]["maiden"],
        forms.titles(),
    )
    found |= {word for key in (address["none"], name["behind"]["maiden"]) for text in key for word in text.split()}
    found -= {"not", "say", "prefer", "other"}
    found -= {"n", "h", "c", "o", "e", "i", "y", "pol", "nat", "phil", "an", "to", "la", "le", "el"}
    return frozenset(plain(word) for word in found if word)


_BODIES = ("first", "last", "behind_and", "legal")
_ADDRESS = ("any_and", "any_or", "none", "openings", "gender_only_female", "gender_only_male")


@lru_cache(maxsize=1)
def _known_plain() -> frozenset[str]:
    """Words of address of all languages, without their accents."""
    table = data.table("address_words")["words"]
    return frozenset(words.fold(word) for rows in table.values() for row in rows for word in row[0] if len(word) > 1)
