"""Reads the letters that are packed: their files, which must be as they were made, and what the lists say of them.

Not here: where a letter stands in the package (`package`).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from letterpress import dispatch
from letterpress.dispatch import Dispatch
from letterpress.errors import LetterpressError
from letterpress.post.examination import Examination
from letterpress.post.ledger import Letter, record_parts
from letterpress.post.values import Wanted
from letterpress.processes import stages


class Read(NamedTuple):
    """A letter that was read."""

    letter: Letter
    number: int
    """Its place in the package, from 1."""
    noted: Dispatch
    content: bytes
    row: dict[str, Any]
    """What the lists say of it, but for its place."""


@dataclass(slots=True)
class Seen:
    """What is found out of the letters on the way."""

    number: int = 0
    profiles: Counter[str] = field(default_factory=Counter)
    carriers: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str | None] = field(default_factory=Counter)
    signed: int = 0
    """Letters that were signed after they were made."""


class Reader:
    """Reads the letters of one package, in its order."""

    def __init__(self, folder: Path, wanted: Wanted) -> None:
        """:raises UsageError: there is no such carrier."""
        self._folder, self._wanted = folder, wanted
        self.seen = Seen()
        asked = wanted.preflight or wanted.carrier is not None
        self._examination = Examination(wanted.carrier, wanted.root, wanted.limits) if asked else None

    def read(self, letters: Iterable[Letter]) -> Iterator[Read]:
        """Read letters, one after the other.

        :raises LetterpressError: one is not there, or was changed since it was made.
        """
        seen = self.seen
        for letter in letters:
            stages.beat(letter.record)
            content = self._content(letter)
            noted = dispatch.read(letter.noted)
            seen.number += 1
            seen.profiles[noted.profile] += 1
            if noted.carrier:
                seen.carriers[noted.carrier] += 1
            verdict = self._examination.verdict(content, noted) if self._examination is not None else None
            seen.verdicts[verdict] += 1
            yield Read(letter, seen.number, noted, content, self._row(letter, noted, content, verdict))

    def _row(self, letter: Letter, noted: Dispatch, content: bytes, verdict: str | None) -> dict[str, Any]:
        redact = self._wanted.redact
        record, key = record_parts(letter.record)
        same = ("lang", "letterhead", "paper", "profile", "carrier", "duplex", "enclosures", "envelopes", "country")
        return {
            **{name: getattr(noted, name) for name in same},
            "number": self.seen.number,
            "record": record,
            "key": None if redact else key,
            "recipient": () if redact else noted.to,
            "postcode": None if redact else noted.postcode,
            "pages": letter.pages,
            "sheets": letter.sheets,
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "preflight": verdict,
        }

    def _content(self, letter: Letter) -> bytes:
        path = self._folder / letter.output
        try:
            content = path.read_bytes()
        except OSError as error:
            message = f"was made, and cannot be read: {error.strerror}"
            hint = "run the same merge again: it is made anew"
            raise LetterpressError(message, file=str(path), hint=hint, code="letter-unreadable") from error
        if hashlib.sha256(content).hexdigest() == letter.sha256:
            return content
        from letterpress.signing import existing  # here: few letters are signed after a merge

        same = hashlib.sha256(content[: letter.size]).hexdigest() == letter.letter_sha256
        if same and len(content) > letter.size and existing.signers(path):
            self.seen.signed += 1
            return content
        hint = "look who has changed it; remove it, and run the same merge again: it is made anew"
        message = "is not as the merge has made it"
        raise LetterpressError(message, file=str(path), hint=hint, code="package-letter-changed")
