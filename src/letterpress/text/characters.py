"""Characters that no page can show.

Job: finds them in a text and names them. Secret: which they are: control characters, halves of surrogate pairs and
noncharacters, which fonts do not have and XML, and with it the PDF's metadata, does not allow. U+2028 and U+2029 are
not among them: they are breaks, and are set as such.
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


def named(char: str) -> str:
    """The character's code point and what it is: "U+0007 (a control character)"."""
    kind = {"Cc": "a control character", "Cs": "half of a surrogate pair"}.get(
        unicodedata.category(char), "a noncharacter"
    )
    return f"U+{ord(char):04X} ({kind})"


def _cannot_print(char: str) -> bool:
    if char.isprintable() or char in "\t\n":
        return False
    code = ord(char)
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
