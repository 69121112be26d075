"""Remembers what the files of a run hold, as far as the journal does not say it: the standards that each claims to
keep, its enclosures and attachments.

Letters of a run hold mostly the same, so that each costs four bytes; one with an attachment of its own, such as an
e-invoice, some hundred. Not here: what lasts after the run (journal/).
"""

from __future__ import annotations

from array import array
from collections import Counter
from typing import Any, NamedTuple

from letterpress.batch.maker import Outcome
from letterpress.enclosed import Attached


class Contents(NamedTuple):
    """What a file holds."""

    claims: tuple[str, ...] = ()
    enclosures: tuple[tuple[str, int], ...] = ()
    attachments: tuple[Attached, ...] = ()


class FileContents:
    """Of all letters that a run has made so far."""

    def __init__(self) -> None:
        self._numbers: dict[Contents, int] = {Contents(): 0}
        self._distinct = [Contents()]
        self._of = array("I")
        """By a letter's place in the run."""
        self._laid_out: Counter[str] = Counter()
        """Letters by why they were laid out; empty: they were made from the pages of another."""
        self._first: dict[str, str] = {}
        """The record of the first letter that was laid out, by why."""

    def take(self, outcome: Outcome, record: str | None) -> None:
        """Remember what a letter's file holds.

        :param record: that the letter is of.
        """
        if outcome.laid_out is not None:
            self._laid_out[outcome.laid_out] += 1
            self._first.setdefault(outcome.laid_out, record or "")
        contents = Contents(outcome.claims, outcome.enclosures, outcome.attachments)
        if contents not in self._numbers:
            self._numbers[contents] = len(self._distinct)
            self._distinct.append(contents)
        if len(self._of) <= outcome.seq:
            self._of.extend([0] * (outcome.seq + 1 - len(self._of)))
        self._of[outcome.seq] = self._numbers[contents]

    def of(self, seq: int) -> Contents:
        """What the file of the letter at this place holds; nothing, where this run has not made it."""
        return self._distinct[self._of[seq]] if seq < len(self._of) else self._distinct[0]

    @property
    def plates(self) -> dict[str, Any]:
        """How many letters were made from the pages of another, and how many were laid out, by why."""
        why = {reason: number for reason, number in self._laid_out.most_common() if reason}
        first = {reason: self._first[reason] for reason in why}
        return {"pressed": self._laid_out[""], "laid_out": why, "first": first}
