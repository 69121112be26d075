"""What `verify` says of a letter: frozen values, and their JSON.

Not here: how they are found (`verification`, `judging/`). The JSON is described in docs/verifying.md.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from letterpress.signing.fields import LABEL, Place, slug
from letterpress.signing.reasons import Reason, texts


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureReport:
    """One signature, and what was found about it."""

    field: str
    """The field's name (`T`)."""
    signatory: str
    """For whom the field is kept."""
    signer: str | None
    """The name in the certificate; None if that cannot be read."""
    valid: bool
    """The signature is mathematically right, covers the letter, and nothing but signing happened since."""
    trusted: bool
    """Valid, and the certificate leads to one that was named as trusted, is in date, may sign and is not revoked."""
    level: str | None
    """`B-B`, `B-T`, `B-LT` or `B-LTA`; None if it is no PAdES signature."""
    time: datetime.datetime | None
    """When: a timestamp server's word if a trusted one gave it, else the signer's."""
    time_proven: bool
    """Whether a trusted timestamp server vouches for `time`."""
    covers: str
    """`whole file`; `revision`: all that was there when it was signed; or `part`, which is never valid."""
    certifies: bool
    """Whether the signature certifies the letter (DocMDP)."""
    revocation: str
    """`good`, `revoked`, `unknown`, or `none` for a certificate that issued itself."""
    chain: tuple[str, ...]
    """Names from the signer to the trusted end, if trusted."""
    reasons_detail: tuple[Reason, ...]
    """Why it is not valid or not trusted; empty if it is both."""
    changes: tuple[str, ...]
    """What was added since, all of it allowed if the signature is valid."""
    notes_detail: tuple[Reason, ...]
    """What else a reader ought to know."""
    reason: str | None = None
    """Why it was signed, as the signer says, and `place` where: as sure as the signature is."""
    place: str | None = None

    @property
    def reasons(self) -> tuple[str, ...]:
        """`reasons_detail` as sentences alone."""
        return texts(self.reasons_detail)

    @property
    def notes(self) -> tuple[str, ...]:
        """`notes_detail` as sentences alone."""
        return texts(self.notes_detail)

    def as_json(self) -> dict[str, Any]:
        """Return the signature's object in the JSON of `verify`."""
        return {
            "field": self.field,
            "signatory": self.signatory,
            "signer": self.signer,
            "valid": self.valid,
            "trusted": self.trusted,
            "level": self.level,
            "time": self.time.isoformat() if self.time else None,
            "time_proven": self.time_proven,
            "covers": self.covers,
            "certifies": self.certifies,
            "reason": self.reason,
            "place": self.place,
            "revocation": self.revocation,
            "chain": list(self.chain),
            "reasons": list(self.reasons),
            "reasons_detail": [reason.as_json() for reason in self.reasons_detail],
            "changes": list(self.changes),
            "notes": list(self.notes),
            "notes_detail": [note.as_json() for note in self.notes_detail],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TimestampReport:
    """A time stamp over the whole file (B-LTA)."""

    field: str
    authority: str | None
    time: datetime.datetime | None
    valid: bool
    """It is of this file, and nothing but signing happened since."""
    trusted: bool
    """Valid, and by an authority that leads to one that was named as trusted."""
    reasons_detail: tuple[Reason, ...]
    """What is wrong with it, and makes the whole letter not valid: broken, or of an algorithm that can be forged."""
    notes_detail: tuple[Reason, ...] = ()
    """What else a reader ought to know: an authority that is not trusted proves no time, and breaks nothing."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """`reasons_detail` as sentences alone."""
        return texts(self.reasons_detail)

    @property
    def notes(self) -> tuple[str, ...]:
        """`notes_detail` as sentences alone."""
        return texts(self.notes_detail)

    def as_json(self) -> dict[str, Any]:
        """Return the time stamp's object in the JSON of `verify`."""
        return {
            "field": self.field,
            "authority": self.authority,
            "time": self.time.isoformat() if self.time else None,
            "valid": self.valid,
            "trusted": self.trusted,
            "reasons": list(self.reasons),
            "reasons_detail": [reason.as_json() for reason in self.reasons_detail],
            "notes": list(self.notes),
            "notes_detail": [note.as_json() for note in self.notes_detail],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The verdict on a letter."""

    signatures: tuple[SignatureReport, ...]
    """In the order in which they were made."""
    timestamps: tuple[TimestampReport, ...]
    """Time stamps over the file, oldest first."""
    places: tuple[Place, ...]
    """All places for signatures, signed or open, in the letter's order."""
    problems_detail: tuple[Reason, ...]
    """What is wrong with the file as a whole; then none of its signatures is valid."""
    notes_detail: tuple[Reason, ...] = ()
    """What is odd about the file as a whole, and changes nothing."""

    @property
    def problems(self) -> tuple[str, ...]:
        """`problems_detail` as sentences alone."""
        return texts(self.problems_detail)

    @property
    def notes(self) -> tuple[str, ...]:
        """`notes_detail` as sentences alone."""
        return texts(self.notes_detail)

    @property
    def valid(self) -> bool:
        """Whether there is a signature, all are valid and trusted, and nothing is wrong with file and time stamps."""
        return (
            bool(self.signatures)
            and not self.problems
            and all(signature.valid and signature.trusted for signature in self.signatures)
            and not any(timestamp.reasons_detail for timestamp in self.timestamps)
        )

    @property
    def state(self) -> str:
        """What stands on the whole letter, in one sentence."""
        signed = [place for place in self.places if not place.open]
        still_open = [place for place in self.places if place.open]
        if not self.places and self.problems:
            return "whether it has signatures cannot be said"
        if not self.places:
            return "this PDF has no place for a digital signature"
        text = f"{len(signed)} of {len(self.places)} {'has' if len(signed) == 1 else 'have'} signed"
        text += "".join(f"; {words}" for words in self._for_others())
        if still_open:
            text += "; open: " + ", ".join(_who(place) for place in still_open)
        bad = [signature.signatory for signature in self.signatures if not signature.valid]
        unknown = [signature.signatory for signature in self.signatures if signature.valid and not signature.trusted]
        if bad:
            text += "; not valid: " + ", ".join(bad)
        if unknown:
            text += "; not trusted: " + ", ".join(unknown)
        if any(timestamp.reasons_detail for timestamp in self.timestamps):
            text += "; a time stamp over the file is not valid"
        return text

    def _for_others(self) -> list[str]:
        """Say who signed in a place that is kept for another."""
        kept = {place.name for place in self.places if place.label.startswith(LABEL)}
        return [
            f"{report.signer} signed in the place of {report.signatory}"
            for report in self.signatures
            if report.field in kept
            and report.signer is not None
            and _same_name(report.signer) != _same_name(report.signatory)
        ]

    def with_file(self, problems: Sequence[Reason], notes: Sequence[Reason]) -> Verification:
        """Return the same verdict with what is said of the file as a whole; no signature survives its problems."""
        whole = dataclasses.replace(
            self,
            problems_detail=(*problems, *self.problems_detail),
            notes_detail=(*self.notes_detail, *notes),
        )
        if not problems:
            return whole
        return dataclasses.replace(
            whole,
            signatures=tuple(
                dataclasses.replace(
                    report, valid=False, trusted=False, chain=(), reasons_detail=(*problems, *report.reasons_detail)
                )
                for report in self.signatures
            ),
            timestamps=tuple(
                dataclasses.replace(
                    report, valid=False, trusted=False, reasons_detail=(*problems, *report.reasons_detail)
                )
                for report in self.timestamps
            ),
        )

    def as_json(self) -> dict[str, Any]:
        """Return the JSON document of `verify`."""
        return {
            "signatures": [signature.as_json() for signature in self.signatures],
            "timestamps": [timestamp.as_json() for timestamp in self.timestamps],
            "open": [
                {"field": place.name, "signatory": place.signatory, "title": place.title}
                for place in self.places
                if place.open
            ],
            "state": self.state,
            "problems": list(self.problems),
            "problems_detail": [problem.as_json() for problem in self.problems_detail],
            "notes": list(self.notes),
            "notes_detail": [note.as_json() for note in self.notes_detail],
            "valid": self.valid,
        }


def _same_name(name: str) -> str:
    """Fold a name as the field names of a letter do: `José` and `Jose` are one."""
    return slug(name) or name.casefold()


def _who(place: Place) -> str:
    return f"{place.signatory} ({place.title})" if place.title else place.signatory
