"""Finds the code of a unit that people write: `h`, `Stunden` and `HUR` are HUR.

The words are in the table `data/units.toml`; a code of UN/ECE Recommendation 20 or 21 is taken as it is, if EN 16931
allows it.
"""

from __future__ import annotations

import difflib
import re
from functools import cache

from letterpress import data
from letterpress.einvoice import library
from letterpress.einvoice.values import Wrong

_CLOSE, _LEAST = 0.8, 4
"""How much two words have to have in common to be one that was misspelt, and the letters of the shortest."""


def code(text: str, key: str) -> str:
    """Give a unit's code.

    :param key: what says it, for the fault.
    :raises Wrong: it is not known.
    """
    word = " ".join(text.split())
    found = _words().get(word.casefold().rstrip(". "))
    if found is not None:
        return found
    if re.fullmatch(r"[A-Z0-9]{2,3}", word) and not word.isdigit() and library.allows_unit(word):
        return word
    near = tuple(_misspelt(word.casefold()))
    hint = (
        "write its code of UN/ECE Recommendation 20 or 21, such as C62 for a piece, or a word such as hour, kg or box"
    )
    if near:
        hint = f"write {' or '.join(near)}"
    raise Wrong(key, f"'{text}' is no unit that is known", hint, code="einvoice-unit", value=text, instead=near)


def _misspelt(word: str) -> list[str]:
    """The words that it may be, misspelt; a word that only looks like another is none of them."""
    known = [one for one in _words() if len(one) >= _LEAST]
    return difflib.get_close_matches(word, known, n=2, cutoff=_CLOSE) if len(word) >= _LEAST else []


@cache
def _words() -> dict[str, str]:
    return {word.casefold(): unit for unit, words in data.table("units").items() for word in (*words, unit)}
