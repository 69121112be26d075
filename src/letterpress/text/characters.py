"""Characters that no page can show.

Job: finds them in a text and names them. Secret: which they are: control characters, halves of surrogate pairs and
noncharacters, which fonts do not have and XML, and with it the PDF's metadata, does not allow; and overrides of the
direction, which print other words than were written. U+2028 and U+2029 are not among them: they are breaks, and are set
as such.

Marks that begin a part in the other direction (embeddings, isolates) print as they should if each is closed:
`unbalanced` finds those that are not. Source: Unicode Standard Annex 9, section 2.
"""

from __future__ import annotations

import re
import unicodedata


def unprintable(text: str) -> str | None:
    """The first character of `text` that cannot be printed; tabs and line ends can."""
    if text.isascii() and text.isprintable():
        return None
    return next((char for char in text if _cannot_print(char)), None)


def without_unprintable(text: str) -> str:
    """`text` with a space for each character that cannot be printed."""
    return "".join(" " if _cannot_print(char) else char for char in text)


def unbalanced(text: str) -> str | None:
    """The first mark of direction that is opened and not closed in `text`, or closes what was not opened."""
    if text.isascii() or not _DIRECTIONS.search(text):
        return None
    opened: list[str] = []
    for found in _DIRECTIONS.finditer(text):
        char = found[0]
        if char in _CLOSED_BY:
            opened.append(char)
        elif not opened or _CLOSED_BY[opened.pop()] != char:
            return char
    return opened[0] if opened else None


def refused(text: str) -> tuple[str, str] | None:
    """What is wrong with the characters of a value or a field, and what to do; None if nothing is."""
    char = unprintable(text)
    if char is not None:
        return f"{named(char)} cannot be printed", "delete it"
    return refused_direction(text)


def refused_direction(text: str) -> tuple[str, str] | None:
    """The same of its marks of direction alone."""
    if text.isascii():
        return None
    override = next((char for char in text if char in _OVERRIDES), None)
    if override is not None:
        return f"{named(override)} cannot be printed", "delete it"
    char = unbalanced(text)
    if char is None:
        return None
    said = "is opened and not closed" if char in _CLOSED_BY else "closes what was not opened"
    return f"{named(char)} {said}", "close it in the same text, or delete it: it would turn the words behind it around"


def in_value(message: str) -> str:
    """What is said of a text's character, said of a value's."""
    head, bracket, rest = message.rpartition(") ")
    return f"{head}{bracket}in the value {rest}"


_CLOSED_BY = {
    "\u202a": "\u202c",
    "\u202b": "\u202c",
    "\u2066": "\u2069",
    "\u2067": "\u2069",
    "\u2068": "\u2069",
}
_DIRECTIONS = re.compile("[\u202a-\u202c\u2066-\u2069]")
_OVERRIDES = "\u202d\u202e"


def named(char: str) -> str:
    """The character's code point and what it is: "U+0007 (a control character)"."""
    if char in _OVERRIDES:
        return f"U+{ord(char):04X} (an override of the direction: words behind it would print reversed)"
    if char in _CLOSED_BY or char in _CLOSED_BY.values():
        return f"U+{ord(char):04X} ({unicodedata.name(char).lower()})"
    kind = {"Cc": "a control character", "Cs": "half of a surrogate pair"}.get(
        unicodedata.category(char), "a noncharacter"
    )
    return f"U+{ord(char):04X} ({kind})"


def _cannot_print(char: str) -> bool:
    if char.isprintable() or char in "\t\n":
        return False
    code = ord(char)
    if char in _OVERRIDES:
        return True
    return unicodedata.category(char) in ("Cc", "Cs") or 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE


MAX_WORD = 1_000
"""Characters without a place to break a line: the layout looks through all of a word for each line of it."""
_LONG_WORD = re.compile(f"[!-\u0dff]{{{MAX_WORD + 1},}}")  # scripts from Thai on break without spaces


def long_word(text: str) -> str | None:
    """The first word of `text` that is longer than a line breaker can handle."""
    found = _LONG_WORD.search(text) if len(text) > MAX_WORD else None
    return found[0] if found else None


def too_long(word: str) -> tuple[str, str]:
    """What is said of such a word, and what to do."""
    message = f"a word has {len(word):,} characters ('{word[:20]}...'); {MAX_WORD:,} is the most"
    return message, "part it by spaces or line breaks"
