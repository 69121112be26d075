"""One file whose signatures are judged: what all its signatures share, and the time that is proven for each revision.

Not here: the judgement of one signature (`signatures`) or time stamp (`timestamps`).
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pyhanko.sign.diff_analysis import SuspiciousModification

from letterpress.signing.certificates import algorithms, contents, paths
from letterpress.signing.certificates.revocation import Evidence
from letterpress.signing.certificates.trust import Trust
from letterpress.signing.changes import allowed_changes, description
from letterpress.signing.judging.embedded import Timestamp
from letterpress.signing.reasons import Reason
from letterpress.signing.report import TimestampReport

CLOCK_TOLERANCE = datetime.timedelta(minutes=10)
"""How far another machine's clock may run ahead of this one before a time counts as being in the future."""


@dataclass(slots=True)
class Case:
    """One file, judged at one moment against one store of trust."""

    reader: Any
    """pyHanko's."""
    pdf: bytes
    moment: datetime.datetime
    online: bool
    """Whether revocation information is fetched."""
    dss: Evidence
    """What the file brings along in its document security store."""
    trust: Trust
    review: allowed_changes.Review = field(default_factory=allowed_changes.Review)
    stamped: list[tuple[int, TimestampReport]] = field(default_factory=list)
    """Time stamps over the file, each with its revision, the oldest first; filled from the newest on."""
    made: list[tuple[int, str]] = field(default_factory=list)
    """Signatures, time stamps and validation data by revision, in words."""

    @property
    def latest(self) -> datetime.datetime:
        """The moment behind which a time is in the future."""
        return self.moment + CLOCK_TOLERANCE

    def existed(self, revision: int) -> datetime.datetime:
        """Return the earliest moment at which `revision` is proven to have existed: by a later time stamp, or now."""
        proofs = [report.time for made, report in self.stamped if made > revision and report.trusted and report.time]
        return min([*proofs, self.moment])

    def what_changed(self, item: Any, result: Any) -> str:
        """Say what was changed after a signature, as far as it can be told.

        :param result: of pyHanko's comparison: SuspiciousModification, or another than is allowed.
        """
        seen = description.describe(self.reader, item.signed_revision)
        words = str(result).splitlines()[0][:200] if isinstance(result, SuspiciousModification) else ""
        if getattr(result, "for_people", False) and words not in seen:
            seen.append(words)
        return "; ".join(seen) or words or "the changes are of a kind that this signature does not allow"

    def weak_way(self, owner: bytes, beside: Sequence[bytes]) -> list[Reason]:
        """Say which certificates on the way up from `owner` are too weak."""
        climb = self.trust.climb(owner, beside)
        ends = self.trust.anchors.ders
        return [reason for der in climb.way for reason in algorithms.of_certificate(der, anchor=der in ends)]

    def unknown_authority(self, owner: bytes, tokens: Sequence[Timestamp]) -> Reason:
        """Say why the timestamp that `owner` gave, one of `tokens`, proves nothing."""
        name = contents.name_of(owner)
        words, params = f"the timestamp is by {name}, ", (("certificate", name),)
        for token in tokens:
            climb = self.trust.climb(owner, token.beside)
            if token.owner == owner and climb.trusted:
                reasons = paths.faults(climb.way, self.moment)
                causes = [reason.text for reason in reasons] or ["its certificate is not one for time stamps"]
                text = f"{words}who is not believed: {'; '.join(causes)}"
                return Reason(code="timestamp-untrusted", text=text, params=params)
        text = f"{words}whose issuer is not among those you trust"
        return Reason(code="timestamp-untrusted", text=text, params=params)
