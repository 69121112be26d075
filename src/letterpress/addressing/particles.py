"""Finds where a family name begins with a word that stands alone: van, De, Ó, ap, bin, Mac.

Not here: the name in its parts (`names`).

Its tables are in `data/name_words.toml`, with their sources.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from letterpress import data


@lru_cache(maxsize=1)
def small() -> frozenset[str]:
    """Words that begin a family name where they are in small letters."""
    return _table()["small"]


@lru_cache(maxsize=1)
def capital() -> frozenset[str]:
    """Words that begin one as people write them with a capital, between a given name and the rest: Mario De Luca."""
    return _table()["capital"]


@lru_cache(maxsize=1)
def between() -> frozenset[str]:
    """Words that stand between two family names, and begin none."""
    return _table()["between"]


@lru_cache(maxsize=1)
def _table() -> dict[str, frozenset[str]]:
    return {key: frozenset(listed) for key, listed in data.table("name_words")["family_names"].items()}


def begins(words: Sequence[str], at: int, *, irish: bool = False) -> bool:
    """Say whether a family name begins with a word, and this is not all of the name.

    :param irish: whether the letter or whoever it is for is in Ireland, where a single O is no initial.
    """
    word = spelled(words[at])
    if word in small() or ("-" in word and word.rpartition("-")[2] in small()):  # Jansen-de Vries
        return True
    if at + 1 == len(words):
        return False
    rest, shouted = words[at + 1 :], all(one.isupper() for one in words[at:])
    if word == "O":
        return irish or unicodedata.normalize("NFC", rest[0]).split("-")[0].capitalize() in _table()["irish_o"]
    if word in capital() or (shouted and word.capitalize() in capital()):
        return True
    if len(word) == 1 and word.isupper():  # an initial: E Ó Briain
        return False
    return word.lower() in small() | _table()["before"] and begins(words, at + 1)  # Op de Beeck, Abd al Rahman


def is_initial(words: Sequence[str], at: int) -> bool:
    """Say whether one of the words before a family name is an initial, and no O of O Brien."""
    bare = len(words[at]) == 1 and words[at].isupper() and not begins(words, at)
    return at < len(words) - 1 and (bare or words[at].endswith("."))


def spelled(word: str) -> str:
    """A word as the tables have it, whichever apostrophe it has."""
    return unicodedata.normalize("NFC", word).translate({0x2019: "'", 0x02BC: "'", 0x00B4: "'", 0x60: "'"})
