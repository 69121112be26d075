"""Finds marks that exports and web forms leave in values: `'04401`, `="04401"`, `&amp;`, `<br>`, a written `\\n`; and
words that were encoded twice."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from letterpress.errors import Diagnostic, fixes
from letterpress.recipients import encodings
from letterpress.recipients.records import Record

_ANY = re.compile(r"^(?:'[\d.,/ ()+=@-]+$|=\")| ::: |&#?\w{2,31};|<(?:br|/?p)\b[^<>]*>|\\n|_x000D_", re.IGNORECASE)
_SIGNS = re.compile(r"['=&<\\]|_[xX]|:::|\w\?\w")
"""Of each of them, what is found quickly."""
_BREAK = re.compile(r"\s*(?:<(?:br|/p)\b[^<>]*>|\\r\\n|\\n|_x000D_)\s*", re.IGNORECASE)
_NOTHING = frozenset("NULL null (null) <null> None nan NaN <NA> NaT N/A n/a #NULL undefined \\N".split())
"""What programs write for a cell without a value. Null is a name as well: it is never taken away unsaid."""
_FORMULA = re.compile(r"=\s*(?:[A-ZÄÖÜ.]{2,}\(.*\)|\$?[A-Z]{1,3}\$?\d{1,7}\b.*|-?[\d(][\d.,()\s]*[-+*/^&].*)$", re.S)
_QUESTIONED = re.compile(r"(?<![\w/.:=?&#%-])[^\W\d_]+\?[a-zäöüßéèñ]+(?![\w/.:=?&#%])")
"""A word with a question mark in it, as programs write for a letter that their encoding has not (`M?ller`); no address
of the web, and no two words."""
_PATH = re.compile(r"^\\\\|\b[A-Za-z]:\\")
"""A folder of Windows, in which `\\n` is no line's end."""


def cleaned(value: str) -> str:
    """Give the value without the marks; itself, if it has none."""
    if value in _NOTHING:
        return ""
    if not _ANY.search(value) or _PATH.search(value):
        return value
    if value.startswith('="') and value.endswith('"') and len(value) > 2:
        value = value[2:-1].replace('""', '"')
    elif re.fullmatch(r"'[\d.,/ ()+=@-]+", value):
        value = value[1:]
    value = value.partition(" ::: ")[0]  # Google's contacts: what there are several of stands in one cell
    value = re.sub(r"(?i)<p\b[^<>]*>", "", _BREAK.sub("\n", value))
    return html.unescape(value).strip()


def cleaned_record(record: Record) -> Record:
    """Give a record whose values have no marks, and those of its household likewise."""
    values = {name: cleaned(value) if type(value) is str else value for name, value in record.values.items()}
    return replace(record, values=values, members=tuple(cleaned_record(member) for member in record.members))


def has_none(record: Mapping[str, Any]) -> bool:
    """Tell quickly, of most records, that neither `faults` nor `lost` finds anything in any column."""
    cells = record.values()
    if not set(map(type, cells)) <= {str}:
        return False
    joined = "\0".join(cells)
    return joined.isascii() and not _SIGNS.search(joined) and _NOTHING.isdisjoint(cells)


def faults(record: Mapping[str, Any], used: Iterable[str], *, encoded: bool = True) -> list[tuple[str, Diagnostic]]:
    """Warn of each marked value in a column that is used: pairs of column and warning.

    :param encoded: whether words that are encoded twice are said as well; of a text file they have been.
    """
    said: list[tuple[str, Diagnostic]] = []
    for column in used:
        value = record.get(column)
        if not isinstance(value, str) or (value not in _NOTHING and value.isascii() and not _SIGNS.search(value)):
            continue
        if value in _NOTHING:
            said.append((column, _nothing(value)))
            continue
        if "?" in value and (questioned := _QUESTIONED.search(value)):
            said.append((column, _letter_lost(questioned[0])))
        if _FORMULA.match(value):
            said.append((column, _formula(value)))
        if encoded and not value.isascii():
            said += [(column, _encoded_twice(word, was)) for word, was in encodings.doubled(value)]
        if not _ANY.search(value) or (clean := cleaned(value)) == value:
            continue
        shown = clean.replace("\n", " / ")
        warning = Diagnostic(
            severity="warning",
            message=f"'{value}' bears the marks of an export: it would be '{shown}'",
            hint="mend the cell, or say in the letter: data: {clean: true}",
            code="value-marked",
            value=value,
            fixes=fixes(value, (clean,)),
        )
        said.append((column, warning))
    return said


def _encoded_twice(word: str, was: str) -> Diagnostic:
    return Diagnostic(
        severity="warning",
        message=f"'{word}' is '{was}' in UTF-8 that was read as another encoding before it was saved",
        hint="export the list again where it comes from, as UTF-8, or mend the cell",
        code="text-double-encoded",
        value=word,
        params=(("was", was), ("count", 1)),
        fixes=fixes(word, (was,)),
    )


def _letter_lost(word: str) -> Diagnostic:
    return Diagnostic(
        severity="warning",
        message=f"'{word}' has a question mark where a letter seems to be lost, and is printed so",
        hint="write the letter, or export the list again where it comes from, as UTF-8",
        code="letter-lost",
        value=word,
    )


def _formula(value: str) -> Diagnostic:
    return Diagnostic(
        severity="warning",
        message=f"'{value}' is a formula of a spreadsheet, and would be printed as it stands",
        hint="save the list with the formulas' values",
        code="value-marked",
        value=value,
    )


def _nothing(value: str) -> Diagnostic:
    return Diagnostic(
        severity="warning",
        message=f"'{value}' is what programs write for an empty cell, and would be printed",
        hint="empty the cell, or say in the letter: data: {clean: true}",
        code="value-nothing",
        value=value,
        fixes=fixes(value, ("",)),
    )


def said_once(letter: Iterable[Diagnostic], record: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Leave out what is said of a letter only because its value is marked, or its country empty, which has been said of
    its record."""
    marked = {fault.value for fault in record if fault.code in ("value-marked", "value-nothing", "country-empty")}
    return tuple(fault for fault in letter if fault.code != "postcode-wrong" or fault.value not in marked)


def lost(record: Mapping[str, Any], used: Iterable[str]) -> list[tuple[str, Diagnostic]]:
    """Find the characters that a program could not read, in columns that are used: what they were is lost."""
    found = ((column, record.get(column)) for column in used)
    return [
        (
            column,
            Diagnostic(
                message=f"'{value}' holds U+FFFD, which stands for a character that was lost when the list was made",
                hint="write the character, or export the list again where it comes from, as UTF-8",
                code="character-lost",
                value=value,
            ),
        )
        for column, value in found
        if isinstance(value, str) and "\ufffd" in value
    ]
