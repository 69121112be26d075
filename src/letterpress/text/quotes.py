"""Says what each typed " and ' means (opens, closes, leaves letters out, measures), and which mark print sets for it.

It is told from what stands around it. A mark whose meaning is not clear stays as it is typed. Which marks a language
has, and which words begin with an apostrophe, is data (`data/typography.toml`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from letterpress.text.conventions import VALUE, Conventions

_OPENERS = "([{<«‹„‚“‘「『¿¡–—/"


def marks(rules: Conventions, flat: str, fixed: Sequence[bool]) -> dict[int, str]:
    """Find the marks to set.

    :param flat: the run's text.
    :param fixed: for each character, whether it stays as it is.
    :returns: index in `flat` -> mark to set there.
    """
    quotes = _Quotes(rules, flat, fixed)
    quotes.read()
    return quotes.marks


class _Quotes:
    """Goes through a run once, from its beginning: what was opened decides what a later mark may close."""

    def __init__(self, rules: Conventions, flat: str, fixed: Sequence[bool]) -> None:
        self.rules = rules
        self.flat = flat
        self.fixed = fixed
        self.marks: dict[int, str] = {}
        self.open: list[tuple[str, str]] = []
        """Marks that wait for their end: as typed, and the mark that will close them."""
        self.said = list(flat)
        """The run as it is by now."""

    def read(self) -> None:
        if self.rules.apostrophe_groups:  # 1'234'567, as in Switzerland
            for match in re.finditer(r"(?<![\d'])\d{1,3}(?:'\d{3})+(?![\d'])", self.flat):
                for at in range(match.start(), match.end()):
                    if self.flat[at] == "'":
                        self._say(at, "’")
        for at, char in enumerate(self.said):
            if char in "\"'" and not self.fixed[at]:
                (self._double if char == '"' else self._single)(at)

    def _say(self, at: int, mark: str) -> None:
        if not self.fixed[at]:
            self.marks[at] = self.said[at] = mark

    def _around(self, at: int) -> tuple[str, str]:
        return self.said[at - 1] if at else "", self.flat[at + 1 : at + 2]

    def _waits(self, typed: str) -> bool:
        return any(mark == typed for mark, _ in self.open)

    def _opens(self, before: str, typed: str) -> bool:
        """Whether what stands before a mark lets it open: nothing, a space, a bracket; in scripts that have no spaces
        between words, anything."""
        return not before or before.isspace() or before in _OPENERS or (_is_unspaced(before) and not self._waits(typed))

    def _begin(self, at: int, typed: str) -> None:
        """Open at the level that the mark and those around it ask for."""
        outer = sum(mark == typed for mark, _ in self.open) % 2
        pairs = (self.rules.quotes, self.rules.nested or self.rules.quotes)
        # A " that stands alone takes the language's outer marks, a ' its nested ones. Each mark of the same kind that
        # is open already turns that around: a " within a " takes the nested marks.
        pair = pairs[(typed == "'") ^ outer]
        if len(pair) == 2:
            self.open.append((typed, pair[1]))
            self._say(at, pair[0])

    def _end(self, at: int, typed: str) -> None:
        """Close the last mark like it; what was opened in it and not closed was no quotation."""
        while self.open:
            mark, closing = self.open.pop()
            if mark == typed:
                self._say(at, closing)
                return

    def _double(self, at: int) -> None:
        before, after = self._around(at)
        # Two marks side by side outside of a quotation are empty, or a sign of repetition in a list: left as typed.
        if not self.rules.quotes or (not self.open and '"' in (before, after) and self.said[at : at + 2] != ['"', "'"]):
            return
        waits = self._waits('"')
        if (
            self._opens(before, '"')
            and after
            and not after.isspace()
            and not (waits and not _is_word(after) and before in "–—/")  # "... –", cut short, and so closed
        ):
            self._begin(at, '"')
        elif waits and not self._measures(at, before):
            self._end(at, '"')
        # What stands before it does not let it open, but nothing is open and a word follows: href="a".
        elif not waits and after and not after.isspace() and not _is_word(before):
            self._begin(at, '"')

    def _measures(self, at: int, before: str) -> bool:
        """Whether a mark behind a figure is the inches of a quotation that still waits for its end."""
        if not before.isdigit():
            return False
        later = [self._around(other) for other in range(at + 1, len(self.flat)) if self.flat[other] == '"']
        ends = sum(1 for near, far in later if near and not near.isspace() and not _is_word(far))
        begins = sum(1 for near, far in later if self._opens(near, '"') and far and not far.isspace())
        return ends > begins

    def _single(self, at: int) -> None:
        """Tell the four meanings of ' apart, the surest first."""
        before, after = self._around(at)
        # Within a word it is an apostrophe (it's), but between figures it may be minutes or feet: 5'30.
        if _is_word(before) and (_is_word(after) or (after in '"«“„' and after and not self._waits("'"))):
            if not (before.isdigit() and (after.isdigit() or not after.isalpha())):
                self._say(at, "’")
        elif not _is_word(before) and self._leaves_out(at):
            self._say(at, "’")
        elif self._opens(before, "'") and after and not after.isspace() and self._has_end(at):
            if len(self.rules.quotes) == 2:
                self._begin(at, "'")
            else:  # no marks are known: both stay as they are typed
                self.open.append(("'", "'"))
        elif self._waits("'") and before and not before.isspace() and not self._is_possessive(at, before, after):
            self._end(at, "'")
        elif (before.isalpha() or before == VALUE) or (not _is_word(before) and _is_word(after)):
            self._say(at, "’")

    def _leaves_out(self, at: int) -> bool:
        """Whether the mark stands for what is left out at a word's beginning: 'tis, rock 'n' roll, '90s."""
        rest = self.flat[at + 1 :]
        word = re.match(r"[^\W\d_]+", rest)
        if word and word[0].lower() in self.rules.elisions:
            if word[0] != "n" or rest[1:2] != "'":
                return True
            self._say(at + 2, "’")  # both marks of 'n'
            return True
        year = re.match(r"\d\d(s?)(?!\w)", rest)
        return bool(year) and bool(year[1] or not self._has_end(at))  # type: ignore[index]

    def _has_end(self, at: int) -> bool:
        """Whether a mark further on can close a quotation that begins here."""
        for other in range(at + 2, len(self.flat)):
            if self.flat[other] == "'" and not self.fixed[other]:
                before, after = self.flat[other - 1], self.flat[other + 1 : other + 2]
                if not before.isspace() and not _is_word(after):
                    return True
        return False

    def _is_possessive(self, at: int, before: str, after: str) -> bool:
        """ "the boys' books" within a quotation that ends later."""
        return before == "s" and after == " " and self.open[-1][0] == "'" and self._has_end(at)


def _is_word(char: str) -> bool:
    return bool(char) and (char.isalnum() or char == VALUE) and not _is_unspaced(char)


def _is_unspaced(char: str) -> bool:
    """Whether it is of a script that is written without spaces: Chinese characters, kana."""
    return "\u2e80" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff"
