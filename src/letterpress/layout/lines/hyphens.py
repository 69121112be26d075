"""The parts of a word that may stand at the end of a line, as WeasyPrint finds them.

Not here: hyphens that a text has itself. Source: WeasyPrint 70, `split_first_line`, step 4.
"""

from __future__ import annotations

from typing import Any

from letterpress.layout import private_api
from letterpress.layout.lines.kept import Kept
from letterpress.layout.lines.page_fonts import Unsettable
from letterpress.layout.lines.style import TextStyle

_WORDS = 4096


class Hyphens:
    """Where words of one style are divided."""

    def __init__(self, style: TextStyle) -> None:
        """Find the language's patterns.

        :raises Unsettable: the style divides words only where a line is much too short.
        """
        self.character: str = style["hyphenate_character"]
        self._total, left, right = style["hyphenate_limit_chars"]
        self._parts: Kept[str, tuple[str, ...]] = Kept(_WORDS)
        self._patterns: Any = None
        if style["hyphens"] == "auto":
            zone = style["hyphenate_limit_zone"]
            if getattr(zone, "value", None) != 0:
                raise Unsettable("words are divided by how short a line is")
            self._lang, self._patterns = private_api.hyphenation(style["lang"], left, right)

    def parts(self, word: str) -> tuple[str, ...]:
        """Give the parts of a word in the order in which they are tried; none where it is not divided.

        :raises Unsettable: it is written otherwise where it is divided.
        """
        if self._patterns is None:
            return ()
        parts = self._parts.get(word)
        if parts is None:
            parts = self._parts[word] = self._found(word)
        return parts

    def _found(self, word: str) -> tuple[str, ...]:
        at = 0
        while boundaries := private_api.word_boundaries(word[at:], self._lang):
            start, stop = boundaries
            if stop - start >= self._total:
                before, inner = word[: at + start], word[at + start : at + stop]
                parts = tuple(before + begin for begin, _ in self._patterns.iterate(inner))
                if not all(word.startswith(part) for part in parts):
                    raise Unsettable("a word that is written otherwise where it is divided")
                return parts
            at += stop
        return ()
