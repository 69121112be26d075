"""Finds the code of a unit that people write: `h`, `Stunden` and `HUR` are HUR.

The words are in the table `data/units.toml`; a code of UN/ECE Recommendation 20 or 21 is taken as it is.
"""

from __future__ import annotations

import re
from functools import cache

from letterpress import data
from letterpress.einvoice.values import Wrong
from letterpress.errors import nearest


def code(text: str, key: str) -> str:
    """Give a unit's code.

    :param key: what says it, for the fault.
    :raises Wrong: it is not known.
    """
    word = " ".join(text.split())
    known = _words()
    found = known.get(word) or known.get(word.casefold().rstrip("."))
    if found is not None:
        return found
    if re.fullmatch(r"[A-Z0-9]{2,3}", word) and not word.isdigit():
        return word
    near = nearest(word.casefold(), known)
    hint = (
        f"write {' or '.join(near)}" if near else "write its code of UN/ECE Recommendation 20, such as C62 for a piece"
    )
    raise Wrong(key, f"'{text}' is no unit that is known", hint, code="einvoice-unit", value=text, instead=near)


@cache
def _words() -> dict[str, str]:
    return {word: unit for unit, words in data.table("units").items() for word in (*words, unit)}
