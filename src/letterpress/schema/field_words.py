"""Finds the field that a word of another language or program means: `Betreff` and `objet` are `subject`.

Not here: the words (`data/fields.toml`, and `data/columns.toml` for addresses), and what columns of a table mean.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from letterpress import data

_FIELDS_OF_COLUMNS = {"given_name": "given", "family_name": "family"}
"""Columns whose fields have another name."""


def meant(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """Give the field of `known` that a word means, or the two that it may mean; nothing where it means none.

    >>> meant("Empfänger", ["to", "from"])
    ('to',)
    """
    return tuple(name for name in _words().get(_folded(word), ()) if name in set(known))[:2]


@lru_cache(maxsize=1)
def _words() -> dict[str, tuple[str, ...]]:
    """Folded word -> fields, those of the letter before those of an address."""
    found: dict[str, tuple[str, ...]] = {}
    for table in ("fields", "columns"):
        for field, words in data.table(table).items():
            for word in words:
                name = _FIELDS_OF_COLUMNS.get(field, field)
                found[_folded(word)] = (*found.get(_folded(word), ()), name)
    return found


def _folded(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in letters if char.isalnum())
