"""The result of the strict reading of a file: frozen values, with their codes and sentences for people.

Not here: the rules (`revisions`, `readings`).
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["added", "differently", "two-ways", "tail", "limit", "oddly"]
"""`added`: bytes behind a signature that no section lists. `differently`: behind a signature, written so that programs
read it differently. `two-ways`: the part up to the first signature can be read in two ways. `tail`: more than white
space behind the end. `limit`: too large to be judged. `oddly`: odd, and the same in all ways of reading."""

_NUMBER = re.compile(r"\d+")

MOST_FINDINGS = 20
"""Findings that are told one by one."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or odd in a file."""

    kind: Kind
    why: str
    """A fragment of a sentence: "object 6 at byte 24055 is not listed by its section"."""
    offset: int | None = None
    """The byte where it is, counted from 0."""
    number: int | None = None
    """The number of the object that it concerns."""

    @property
    def code(self) -> str:
        """Which kind of reason it is in a verdict."""
        return CODES[self.kind]

    def place(self) -> str:
        """Say where it is: "object 6 at byte 24055"; empty if it has no place."""
        parts = []
        if self.number is not None:
            parts.append(f"object {self.number}")
        if self.offset is not None:
            parts.append(f"at byte {self.offset}")
        return " ".join(parts)

    def reason(self) -> str:
        """Say what is wrong, with its place."""
        place = self.place()
        return f"{self.why} ({place})" if place else self.why

    def sentence(self, *, signed: bool = True) -> str:
        """Make the whole sentence, without a full stop.

        :param signed: whether the file bears a signature; if not, the sentence is for somebody who is about to sign.
        """
        template = (_SIGNED if signed else _UNSIGNED)[self.kind]
        return template.format(reason=self.reason(), place=self.place() or "at its end", why=self.why)


CODES: dict[Kind, str] = {
    "added": "bytes-unaccounted",
    "differently": "file-read-differently",
    "two-ways": "file-read-two-ways",
    "tail": "file-goes-on",
    "limit": "file-not-judged",
    "oddly": "file-written-oddly",
}
"""The codes under which the kinds stand in a verdict."""

_SIGNED: dict[Kind, str] = {
    "added": "after the signature, bytes were added that the file does not account for ({place}): another program may "
    "show another page; {why}",
    "differently": "after the signature the file was written so that programs read it differently: {reason}",
    "two-ways": "already when it was signed the file could be read in two ways ({place}): what the signer saw is not "
    "certain; {why}",
    "tail": "the file goes on after its end ({place}): {why}",
    "limit": "the file cannot be judged: {reason}",
    "oddly": "the file was written oddly before it was signed ({reason}), and that part has not changed since; all "
    "ways of reading it give the same",
}
_UNSIGNED: dict[Kind, str] = _SIGNED | {
    "two-ways": "the file can be read in two ways ({place}): another program may show another page than the one that "
    "is signed; {why}",
    "oddly": "the file is written oddly ({reason}); all ways of reading it give the same",
}


@dataclass(frozen=True, slots=True)
class Report:
    """The result of the strict reading of one file."""

    faults: tuple[Finding, ...] = ()
    """Why programs may show different things; empty for a file that reads the same everywhere."""
    notes: tuple[Finding, ...] = ()
    """What is odd in the part up to the first signature, and makes no difference."""


def _by_kind(faults: list[Finding]) -> list[Finding]:
    """Keep one fault of all that differ in nothing but the place: the first, which says how many more there are."""
    kinds: dict[tuple[str, str], dict[Finding, None]] = {}
    for fault in faults:
        kinds.setdefault((fault.kind, _NUMBER.sub("", fault.why)), {})[fault] = None
    return [
        dataclasses.replace(first, why=f"{first.why}; and {len(rest)} more fault{'s'[: len(rest) != 1]} of this kind")
        if rest
        else first
        for first, *rest in kinds.values()
    ]


def summary(faults: list[Finding], notes: list[Finding]) -> Report:
    """Report the first faults, and one note for all oddities, so that a hostile file cannot fill the screen."""
    seen = sorted(_by_kind(faults), key=lambda finding: finding.kind != "added")  # bytes unaccounted for first
    told = seen[:MOST_FINDINGS]
    if len(seen) > len(told):
        rest = len(seen) - len(told)
        told.append(Finding(seen[0].kind, f"and {rest} more faults of the same file", seen[MOST_FINDINGS].offset))
    odd = list(dict.fromkeys(notes))
    if not odd or any(finding.kind in ("two-ways", "limit") for finding in told):  # then not all ways give the same
        return Report(tuple(told))
    words = "; ".join(finding.reason() for finding in odd[:3])
    more = f"; and {len(odd) - 3} more" if len(odd) > 3 else ""
    return Report(tuple(told), (Finding("oddly", words + more),))
