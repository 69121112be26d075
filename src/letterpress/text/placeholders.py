"""Finds what stands in a letter for something to be filled in: `[Your Name]`, `«Vorname»`, `${amount}`, `XX.XX.2026`.

Chat programs, Word's mail merge and templates of other programs leave them. All of it is printed as typed, and is a
warning, since it may be meant. What stands in two braces is a value, and no matter of this module.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from letterpress import data
from letterpress.errors import Problem

_TO_FILL = (
    "your|insert|enter|add your|recipient|recipients?['’]s?|sender|sender['’]s|company(?: name)?|client(?: name)?|"
    "customer(?: name)?|(?:first|last|full)[ _]?name|name|date|today['’]s date|address|street address|"
    "city, state(?:,? zip(?: code)?)?|phone(?: number)?|e-?mail(?: address)?|job title|signature|amount|"
    "ihre?[nrms]?|dein(?:e[nrms]?)?|vorname|nachname|anrede|datum|betrag|adresse|firma|firmenname|ort, datum|"
    "unterschrift|"
    "votre|vos|nom|prénom|montant|tu|su|nombre|apellidos?|fecha|dirección|il tuo|la tua|nome|cognome|data|indirizzo|"
    "uw|je|naam|voornaam|achternaam|bedrag|adres"
)
_WORDS_BEHIND = "your|insert|enter|add your|ihre?[nrms]?|dein(?:e[nrms]?)?|votre|vos|su|tu|il tuo|la tua|uw|je"
_KINDS = (
    re.compile(
        rf"(?<![\w\]![])\[(?:(?:{_WORDS_BEHIND})\b[^\[\]\n]{{0,50}}|(?:{_TO_FILL}))\](?![\[(:\]])", re.IGNORECASE
    ),
    re.compile(r"\$\{[ \t]*[A-Za-z_][\w. -]{0,40}\}"),
    re.compile(r"(?<![!\[\w])\[\[[A-Za-z_][\w. |-]{0,40}\]\](?![\](:\[])"),
    re.compile(r"(?<![\w%])%[A-Z][A-Z_]{2,30}%(?![\w%])"),
    re.compile(
        r"\b[xX]{2}[./-][xX]{2}[./-](?:[xX]{2,4}|\d{2,4})\b|\b(?:TT\.MM\.JJJJ|DD/MM/YYYY|MM/DD/YYYY|YYYY-MM-DD)\b"
    ),
    re.compile(r"\b(?:TODO|TBD)\b:?|\bX{4,}\b|(?<!\w)\?{3,}(?!\w)"),
)
_MERGE_FIELD = re.compile(r"«([^\W\d_][\w ]{1,30})»|<<([^\W\d_][\w ]{1,30})>>")
_MARKS = frozenset("[$%xX«<?") | frozenset("TDMY")


def find(text: str) -> Iterator[tuple[Problem, int]]:
    """Find each placeholder of a text, once: what is to be said of it, and where it begins."""
    if text.isalnum() or _MARKS.isdisjoint(text):
        return
    seen: set[str] = set()
    found = [(match.start(), match[0]) for kind in _KINDS for match in kind.finditer(text)]
    found += [
        (match.start(), match[0])
        for match in _MERGE_FIELD.finditer(text)
        if "_" in match[0] or _folded(match[1] or match[2]) in _names()
    ]
    for at, written in sorted(found):
        if written not in seen:
            seen.add(written)
            yield _problem(written), at


def _problem(written: str) -> Problem:
    return Problem(
        f"'{written}' looks like something that was to be filled in, and is printed as typed",
        "write what belongs there, or a value such as {{ to.name }}",
        code="placeholder-left",
        value=written,
    )


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    return "".join(char for char in text if char.isalnum())


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    """Names of columns of address lists, which Word's fields of a merge are called by."""
    return frozenset(_folded(name) for names in data.table("columns").values() for name in names)
