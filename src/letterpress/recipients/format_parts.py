"""The grammar of number formats of spreadsheet cells: sections, and the parts of a section.

Source: ECMA-376 part 1, 18.8.31 (their grammar).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_PART = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[\$(?P<sign>[^\]-]*)(?:-[^\]]*)?\]|(?P<short>\[date\])'
    r"|\[(?P<condition>[<>=]+-?[\d.]+)\]|\[(?P<elapsed>h+|m+|s+)\]|\[[^\]]*\]|(?P<general>General|@)"
    r"|(?P<digit>[0#?])|(?P<unit>y+|m+|d+|h+|s+|g+|e+(?![+-])|b+|a{3,})|(?P<half>AM/PM|A/P)|(?P<other>.)",
    re.DOTALL | re.IGNORECASE,
)
_SECTION = re.compile(r'((?:"[^"]*"|\\.|[^;"\\])*)(?:;|$)')


class Part(NamedTuple):
    """A piece of a section: `literal`, `digit`, `unit` (of a day or time), `other` and so on, and its text."""

    kind: str
    text: str


@lru_cache(maxsize=256)
def sections(code: str) -> tuple[str, ...]:
    """Part a format: for what is above zero, below it, zero, and text."""
    return tuple(match[1] for match in _SECTION.finditer(code))[: code.count(";") + 1] or ("",)


@lru_cache(maxsize=512)
def parts(section: str) -> tuple[Part, ...]:
    """Give the pieces of a section; colours and spaces that only fill are left out."""
    found = []
    for match in _PART.finditer(section):
        kind = match.lastgroup
        if kind is not None and (kind != "sign" or match[kind]):
            found.append(Part("literal" if kind in ("quoted", "escaped", "sign") else kind, match[kind]))
    return tuple(found)
