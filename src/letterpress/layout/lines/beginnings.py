"""Remembers how texts of one style were broken, so that a text that begins as another does is broken only from where
they part: of a paragraph whose last sentence differs from letter to letter, its last lines.

A line that was broken does not depend on what stands far behind it. What was looked at for it is said with it; where
that is the same, and neither text ends there, the line is the same.

Not here: how a line is broken (`greedy`, `breaking`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from letterpress.layout.lines.breaking import Broken
from letterpress.layout.lines.kept import Kept

_TEXTS = 512
_ALIKE = 24
"""Characters by which a text that may begin alike is found."""


class _Row(NamedTuple):
    broken: Broken
    end: int
    """Where the next line begins."""
    looked: int
    """Characters of the text that were looked at; more follow."""


class Begun:
    """A text that is being broken."""

    __slots__ = ("end", "key", "lines", "rows", "text")

    def __init__(self, text: str, key: tuple[str, Sequence[float]]) -> None:
        self.text = text
        self.key = key
        self.lines: list[Broken] = []
        """Those that are known."""
        self.rows: list[_Row] = []
        """The first of its lines, as far as other texts may have them as well."""
        self.end = 0
        """Where the next line begins."""

    def add(self, broken: Broken, end: int, looked: int | None) -> None:
        """Add a line.

        :param end: where the next one begins.
        :param looked: how much of the text was looked at; None if it may be all of it.
        """
        self.lines.append(broken)
        self.end = end
        if looked is not None and len(self.rows) == len(self.lines) - 1:
            self.rows.append(_Row(broken, end, looked))


class Beginnings:
    """Texts that were broken."""

    def __init__(self) -> None:
        self._kept: Kept[tuple[str, Sequence[float]], Begun] = Kept(_TEXTS)

    def find(self, text: str, widths: Sequence[float]) -> Begun:
        """Give the lines that a text has in common with one that was broken before.

        :param widths: of the lines, in px.
        """
        found = Begun(text, (text[:_ALIKE], widths))
        other = self._kept.get(found.key)
        if other is None:
            return found
        same = 0
        for row in other.rows:
            if len(text) <= row.looked or text[same : row.looked] != other.text[same : row.looked]:
                break
            same = max(same, row.looked)
            found.add(*row)
        return found

    def keep(self, begun: Begun) -> None:
        """Remember a text that is broken."""
        self._kept[begun.key] = begun
