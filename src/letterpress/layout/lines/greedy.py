"""Breaks a text into lines by the widths of its words, where these tell without doubt what Pango would do.

Pango ends a line behind the last word that fits as it stands before a space, the next line's first letter being kerned
against that space; and WeasyPrint adds one more word if it fits as it stands at a line's end. A line is sure if its
last word fits in each of these ways, and the next word in none; and if its break is a usual one: behind a space,
between words that hold no other place for a break. All other lines are broken by WeasyPrint's own function
(`breaking`).

Source: Pango 1.50, `process_item`; Unicode Standard Annex 14, rules LB7, LB13 to LB18, LB25 and LB29.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

from letterpress.layout.lines.hyphens import Hyphens
from letterpress.layout.lines.words import Words, has_script

CLEAR = 8
"""Units of Pango by which a line must be narrower or wider than its room: widths in px are cut to whole units."""
_KERNED = 2048
"""Units of Pango: more than a letter is moved towards the one behind it."""
_ALPHANUMERIC = "0-9A-Za-z\xc0-\xd6\xd8-\xf6\xf8-\u024f\u1e00-\u1eff"
_UNBROKEN = re.compile(
    f"[\"'\u2018\u201a\u201c\u201e\xab(\\[]*[\xa0\u202f]?"
    f"[{_ALPHANUMERIC}$&][{_ALPHANUMERIC}\xa0\u202f.,;:'\u2019&@_]*"
    f"[\"'\u2019\u201c\u201d\xbb)\\]!?%\u2026]*[.,;:]*"
).fullmatch
"""A word that no line begins or ends in, and before which one may."""
_CLOSED = re.compile(f"[{_ALPHANUMERIC}.,;:!?%)\\]\u2013\u2014\u2026\u20ac]$").search
"""How a word ends behind whose space a line may begin with anything, and so with a bracket."""
_QUOTED = re.compile("[\"'\u2019\u201c\u201d\xbb]$").search
"""How one ends behind whose space a line may begin with a letter or figure: a quotation mark would keep a bracket."""
_BEGINS = re.compile(f"[{_ALPHANUMERIC}]").match


def _is_usual(before: str, behind: str) -> bool:
    """Whether a line may be broken between two words, and not inside the second."""
    return bool(_UNBROKEN(behind) and (_CLOSED(before) or (_QUOTED(before) and _BEGINS(behind))))


class Stretch:
    """Words of a text, from one of them to its end, with their widths."""

    def __init__(self, text: str, words: Words) -> None:
        """Measure a text's words.

        :raises Unsettable: one of them cannot be had.
        """
        self.texts = text.split(" ")
        self.words = words.all(text)
        self._sums = list(accumulate([word.middle_units for word in self.words], initial=0))
        self._space = words.space_units
        self._get = words.get
        self._looked = 0

    def end(self, start: int, limit: int) -> int | None:
        """Find the last word of a line; None where widths do not tell.

        :param start: its first word.
        :param limit: how wide it may be, in units of Pango.
        """
        last = len(self.words) - 1
        end = max(bisect_right(self._sums, self._sums[start] + self._space + limit, start + 1) - 2, start)
        self._looked = end + 2
        least, most = self._widths(start, end)
        while least > limit + CLEAR and end > start:
            end -= 1
            least, most = self._widths(start, end)
        if most > limit - CLEAR or not self._has_script(start, end):
            return None  # figures alone may be set in another face than beside letters
        if end == last:
            return end
        if self._widths(start, end + 1)[0] <= limit + CLEAR:
            return None
        if _is_usual(self.texts[end], self.texts[end + 1]) or self._is_whole(start, end, limit):
            return end
        return None

    def _is_whole(self, start: int, end: int, limit: int) -> bool:
        """Whether the word behind a line could only be broken behind a hyphen of its own, and even what stands before
        the first one is too wide for the line."""
        head, hyphen, rest = self.texts[end + 1].partition("-")
        if not (hyphen and _BEGINS(rest) and head and _is_usual(self.texts[end], head)):
            return False
        return self._before_a_space(start, end) + self._get(head + hyphen).last_units > limit + _KERNED

    def looked_at(self, start: int) -> int | None:
        """Say how many characters were looked at, from a line's first word on, to find its end: whole words, with the
        space behind the last; None where the text may have ended with it.

        :param start: the line's first word, for which `end` was asked last.
        """
        behind = self._looked + 1
        return sum(map(len, self.texts[start:behind])) + behind - start if behind < len(self.texts) else None

    def part(self, start: int, end: int, limit: int, hyphens: Hyphens) -> str | None:
        """Find the part of the next word that a line ends in: empty if there is none, None where it is not sure.

        :param end: the line's last word.
        """
        following = self.texts[end + 1]
        before = self._before_a_space(start, end)
        for part in hyphens.parts(following):
            width = before + self._get(part + hyphens.character).last_units
            if width <= limit - CLEAR:
                return part
            if width <= limit + CLEAR:
                return None
        return ""

    def divide(self, number: int, length: int) -> None:
        """Let a word begin behind its first letters, which the line before has.

        :param length: how many letters.
        """
        word = self._get(self.texts[number][length:])
        self._sums[number] += self.words[number].middle_units - word.middle_units
        self.texts[number], self.words[number] = self.texts[number][length:], word

    def _has_script(self, start: int, end: int) -> bool:
        return has_script(self.texts[start]) or any(map(has_script, self.texts[start : end + 1]))

    def _before_a_space(self, start: int, end: int) -> int:
        """The width of a line of these words, if a space follows, in units of Pango."""
        first = self.words[start]
        return self._sums[end + 1] - self._sums[start] - first.middle_units + first.first_units

    def _widths(self, start: int, end: int) -> tuple[int, int]:
        """The least and the greatest width that a line of these words is tried with, in units of Pango."""
        last, before_a_space = self.words[end], self._before_a_space(start, end)
        at_the_end = before_a_space - last.middle_units + last.last_units
        if end + 1 == len(self.words):
            return at_the_end, at_the_end
        following = self.words[end + 1]
        kerned = before_a_space + self._space - (following.middle_units - following.first_units)
        return min(before_a_space, at_the_end, kerned), max(before_a_space, at_the_end, kerned)
