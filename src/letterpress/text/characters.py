"""Finds characters that no page can show, marks of direction that do not match, and words too long for a line breaker.

No page can show control characters, halves of surrogate pairs and noncharacters: fonts do not have them, and XML, and
with it the PDF's metadata, does not allow them. Overrides of the direction are refused as well: they print other words
than were written. U+2028 and U+2029 are line and paragraph breaks, and are set as such.

Sources: XML 1.0, section 2.2; Unicode Standard Annex 9, section 2 (marks that begin a part in the other direction, and
those that end it).
"""

from __future__ import annotations

import re
import unicodedata

from letterpress.errors import Problem

MAX_WORD = 1_000
"""Characters without a place to break a line: the layout looks through all of a word for each line of it."""
_LONG_WORD = re.compile(f"[!-\u0dff]{{{MAX_WORD + 1},}}")  # scripts from Thai on break without spaces
_CLOSED_BY = {
    "\u202a": "\u202c",
    "\u202b": "\u202c",
    "\u2066": "\u2069",
    "\u2067": "\u2069",
    "\u2068": "\u2069",
}
"""Embeddings and isolates -> the mark that ends each."""
_DIRECTIONS = re.compile("[\u202a-\u202c\u2066-\u2069]")
_OVERRIDES = "\u202d\u202e"

_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(
    f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17)
)
"""U+FDD0 to U+FDEF, and the last two code points of each of the 17 planes."""
_UNPRINTABLE = re.compile(f"[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{_OVERRIDES}{_NONCHARACTERS}]")
"""Control characters but tab and line feed, halves of surrogate pairs, overrides, noncharacters."""


def unprintable(text: str) -> str | None:
    """Find the first character of `text` that cannot be printed; tabs and line ends can."""
    if text.isascii() and text.isprintable():
        return None
    match = _UNPRINTABLE.search(text)
    return match[0] if match else None


def without_unprintable(text: str) -> str:
    """Put a space in the place of each character that cannot be printed."""
    return _UNPRINTABLE.sub(" ", text)


def unbalanced(text: str) -> str | None:
    """Find the first mark of direction that is opened and not closed in `text`, or closes what was not opened."""
    if text.isascii() or not _DIRECTIONS.search(text):
        return None
    opened: list[str] = []
    for match in _DIRECTIONS.finditer(text):
        char = match[0]
        if char in _CLOSED_BY:
            opened.append(char)
        elif not opened or _CLOSED_BY[opened.pop()] != char:
            return char
    return opened[0] if opened else None


def refused(text: str, *, in_value: bool = False) -> Problem | None:
    """Say what is wrong with the characters of a text; None if nothing is.

    :param in_value: whether it is the value of a field, which the message then says.
    """
    char = unprintable(text)
    if char is not None:
        return _cannot_be_printed(char, in_value=in_value)
    return refused_direction(text, in_value=in_value)


def refused_direction(text: str, *, in_value: bool = False) -> Problem | None:
    """Do as `refused`, for marks of direction alone."""
    if text.isascii():
        return None
    override = next((char for char in text if char in _OVERRIDES), None)
    if override is not None:
        return _cannot_be_printed(override, in_value=in_value)
    char = unbalanced(text)
    if char is None:
        return None
    said = "is opened and not closed" if char in _CLOSED_BY else "closes what was not opened"
    return Problem(
        f"{named(char)} {'in the value ' if in_value else ''}{said}",
        "close it in the same text, or delete it: it would turn the words behind it around",
        code="direction-unbalanced",
        value=char,
        params=(("character", code_point(char)),),
    )


def _cannot_be_printed(char: str, *, in_value: bool = False) -> Problem:
    return Problem(
        f"{named(char)} {'in the value ' if in_value else ''}cannot be printed",
        "delete it",
        code="character-unprintable",
        value=None if unicodedata.category(char) == "Cs" else char,  # half of a pair is no text that JSON can hold
        params=(("character", code_point(char)),),
    )


def code_point(char: str) -> str:
    """Write a character as Unicode does: `U+0007`."""
    return f"U+{ord(char):04X}"


def named(char: str) -> str:
    """Name a character by its code point and what it is: "U+0007 (a control character)"."""
    if char in _OVERRIDES:
        return f"{code_point(char)} (an override of the direction: words behind it would print reversed)"
    if char in _CLOSED_BY or char in _CLOSED_BY.values():
        return f"{code_point(char)} ({unicodedata.name(char).lower()})"
    kind = {"Cc": "a control character", "Cs": "half of a surrogate pair"}.get(
        unicodedata.category(char), "a noncharacter"
    )
    return f"{code_point(char)} ({kind})"


def long_word(text: str) -> str | None:
    """Find the first word of `text` that is longer than a line breaker can handle."""
    match = _LONG_WORD.search(text) if len(text) > MAX_WORD else None
    return match[0] if match else None


def too_long(word: str) -> Problem:
    """Say what is wrong with such a word, and what to do."""
    return Problem(
        f"a word has {len(word):,} characters ('{word[:20]}...'); {MAX_WORD:,} is the most",
        "part it by spaces or line breaks",
        code="word-too-long",
        params=(("characters", len(word)), ("limit", MAX_WORD)),
    )


def runs_left_to_right(text: str) -> bool:
    """Say whether a line by itself runs from left to right: by its first letter; without any, if it has figures.

    In a letter from right to left such a line has to be told so: its house or telephone number would stand behind it.

    >>> runs_left_to_right("12 Quay Road"), runs_left_to_right("+44 20 7946-0958"), runs_left_to_right("شارع 12")
    (True, True, False)
    """
    strong = (unicodedata.bidirectional(char) for char in text)
    first = next((kind for kind in strong if kind in ("L", "R", "AL")), None)
    return first == "L" if first else any(char.isdigit() for char in text)
