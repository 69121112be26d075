"""Characters that no page can show.

Job: finds them in a text and names them. Secret: which they are: control characters, halves of surrogate pairs and
noncharacters, which fonts do not have and XML, and with it the PDF's metadata, does not allow. U+2028 and U+2029 are
not among them: they are breaks, and are set as such.
"""

from __future__ import annotations

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
