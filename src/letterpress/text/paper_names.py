"""Finds the size of paper that people and programs name: `A4`, `DIN A4`, `US Letter`, `8.5 x 11 in`.

Not here: the sizes themselves, and what each letterhead is made for (letterhead/papers.py).
"""

from __future__ import annotations

import re

_NAMES = {
    "a4": r"(?:(?:din|iso)\s*)?a\s*4|210\s*x\s*297(?:\s*mm)?",
    "letter": r"(?:us|ansi)?\s*letter|ansi a|8[.,]5\s*(?:in)?\s*x\s*11(?:\s*in)?|216\s*x\s*279(?:\s*mm)?",
}
_MARKS = str.maketrans({"-": " ", "_": " ", "×": "x", '"': "in", "″": "in", "”": "in", "(": " ", ")": " "})
_MORE = re.compile(r"\b(?:paper|size|papier|format)\b")


def name(text: str) -> str:
    """Give the paper's name; the text as it is where it is none that letters are made on.

    >>> name("US Letter"), name("DIN A4"), name("8.5 x 11"), name("A5")
    ('letter', 'a4', 'letter', 'A5')
    """
    bare = " ".join(_MORE.sub("", text.casefold().translate(_MARKS)).split())
    return next((paper for paper, pattern in _NAMES.items() if re.fullmatch(pattern, bare)), text)
