"""Says what a word is, for all that compares what was written with what was made of it.

A word: letters and digits after NFKC, without soft hyphens and without marks that stand on letters. In Chinese and
Japanese, which part words by nothing, each character is one.

Not here: which words a letter has (`layout.lost_words`), and which a PDF has (`pdf.spoken`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

SOFT_HYPHEN = "\u00ad"
_WIDE = "\u2e80-\u2fff\u3040-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"(?![{_WIDE}])[^\W_](?:(?![{_WIDE}])[^\W_])*|(?=[{_WIDE}])[^\W_]")
_PLAIN = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """Split a text into its words."""
    return _WORD.findall(_plain(text))


def folded(text: str) -> list[str]:
    """Split a text into its words, in the one form that all ways to set them have in common.

    Capitals are set for what was typed in small letters; in Greek they lose their accents, and in Turkish an i with a
    dot and one without have capitals of their own.
    """
    if text.isascii():
        return _PLAIN.findall(text.lower())
    apart = unicodedata.normalize("NFKD", _plain(text)).casefold().replace("ı", "i")
    return _WORD.findall("".join(char for char in apart if not unicodedata.combining(char)))


def written(text: str) -> Iterator[tuple[str, int, int]]:
    """Give each word of a text, folded, with the places in the text that it begins and ends at."""
    if text.isascii():
        yield from ((found[0].lower(), found.start(), found.end()) for found in _PLAIN.finditer(text))
        return
    begin = None
    for at, char in enumerate(f"{text} "):
        inside = bool(_PLAIN.search(unicodedata.normalize("NFKC", char))) or (
            begin is not None and (char == SOFT_HYPHEN or unicodedata.combining(char) != 0)
        )
        if inside and begin is None:
            begin = at
        elif not inside and begin is not None:
            for word in folded(text[begin:at]):
                yield word, begin, at
            begin = None


def _plain(text: str) -> str:
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", text.replace(SOFT_HYPHEN, ""))
    return "".join(char for char in plain if not unicodedata.combining(char))
