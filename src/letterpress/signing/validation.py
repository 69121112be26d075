"""Judging signatures one by one, with pyHanko's validation.

Job: `Judge`, which fills verdicts.py. Secret: pyHanko's validation, timestamps. Not here: certificates (trust.py), what
was added since (revisions.py). Import it lazily: pyHanko takes half a second to load.

Trust is judged at the moment at which the signature is proven to have existed: the time of its own timestamp, if a
trusted server gave it, else the time of the oldest trusted time stamp over the file after it, else now. Time stamps
over the file are judged from the newest, now, to the oldest, each at the time that the next one proves (ETSI EN 319
102-1 in outline). Revocation counts from its date on.
"""

from __future__ import annotations

import contextlib
import datetime
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pyhanko.sign.diff_analysis import DiffResult, SuspiciousModification
from pyhanko.sign.fields import SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.validation import EmbeddedPdfSignature, async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, extract_tst_data_iter
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel

from letterpress.signing import (
    algorithms,
    allowed_changes,
    ber,
    certificates,
    changes,
    fields,
    paths,
    revocation,
    turns,
    validation_data,
)
from letterpress.signing.certificates import minute
from letterpress.signing.fields import Place
from letterpress.signing.report import SignatureReport, TimestampReport, Verification
from letterpress.signing.run_async import wait_for
from letterpress.signing.trust import Outcome, Trust

for _name in ("pyhanko", "pyhanko_certvalidator"):  # what they log is said in reasons and notes
    logging.getLogger(_name).addHandler(logging.NullHandler())

CLOCK_TOLERANCE = datetime.timedelta(minutes=10)
"""How far another machine's clock may run ahead of this one before a time counts as being in the future."""

_USAGE = KeyUsageConstraints(key_usage=set())
"""Key usage is judged by certificates.usage_fault, for one rule and one wording in sign and verify."""

_GAP = re.compile(rb"<[0-9A-Fa-f]+>")

_COVERS = {
    SignatureCoverageLevel.ENTIRE_FILE: "whole file",
    SignatureCoverageLevel.ENTIRE_REVISION: "revision",
}


@dataclass(slots=True)
class _Findings:
    """What is collected about one signature while it is judged."""

    broken: list[str] = field(default_factory=list)
    """Reasons why it is not valid."""
    doubts: list[str] = field(default_factory=list)
    """Reasons why it is not trusted."""
    notes: list[str] = field(default_factory=list)


class Judge:
    """Judges the signatures of one file at one moment against one store of trust."""

    def __init__(
        self, reader: Any, pdf: bytes, store: certificates.TrustStore, moment: datetime.datetime, *, online: bool
    ) -> None:
        self.reader = reader
        self.pdf = pdf
        self.store = store
        self.moment = moment
        self.review = allowed_changes.Review()
        self.online = online
        self.dss = revocation.read_dss(reader)
        self.trust = Trust(store, self.dss)
        self.stamped: list[tuple[int, TimestampReport]] = []
        """Time stamps over the file, each with its revision."""
        self.made: list[tuple[int, str]] = []
        """Signatures and time stamps by revision, in words."""

    def verdict(self, known: Sequence[Place]) -> Verification:
        """The verdict on the whole file, whose places are `known`."""
        by_name = {place.name: place for place in known}
        embedded: list[tuple[str, Any]] = []
        for name, value, reference in enumerate_sig_fields(self.reader, filled_status=True):
            if value is not None:
                embedded.append((name, self._open(reference, name)))
        embedded.sort(key=lambda item: getattr(item[1], "signed_revision", -1))
        self.made = [
            (item.signed_revision, f"{'time-stamped' if _is_timestamp(item) else 'signed'} by {_owner(item)}")
            for _, item in embedded
            if isinstance(item, EmbeddedPdfSignature)
        ]
        if embedded:
            self.made = sorted([*self.made, *self._stored()], key=lambda made: made[0])
        problems = [*turns.wrong_places(embedded, by_name), *turns.wrong_order(embedded, known)]
        reports = wait_for(self._judge_all(embedded, by_name))
        return Verification(
            signatures=tuple(reports),
            timestamps=tuple(report for _, report in self.stamped),
            places=tuple(known),
            problems=tuple(problems),
        )

    def _stored(self) -> list[tuple[int, str]]:
        """The revisions that add validation data, in words."""
        found = []
        with contextlib.suppress(Exception):  # a store that is too odd is refused, with its reason, by the review
            for revision in range(1, self.reader.xrefs.total_revisions):
                if validation_data.added_in(self.reader, revision):
                    found.append((revision, "validation data was added"))
        return found

    def _open(self, reference: Any, name: str) -> Any:
        """pyHanko's view of the signature in a field, or the exception that it raised."""
        try:
            return EmbeddedPdfSignature(self.reader, reference.get_object(), name)
        except Exception as error:  # whatever stands there is not a signature
            return error

    async def _judge_all(self, embedded: list[tuple[str, Any]], places: dict[str, Place]) -> list[SignatureReport]:
        # The newest time stamp is judged now, each older one at the time that the next one proves.
        for name, item in reversed(embedded):
            if isinstance(item, EmbeddedPdfSignature) and _is_timestamp(item):
                self.stamped.insert(0, (item.signed_revision, await self._judge_timestamp(name, item)))
            elif not isinstance(item, EmbeddedPdfSignature) and name not in places:
                self.stamped.insert(0, (-1, _no_timestamp(name, item)))
        return [
            await self._judge(places[name], item)
            for name, item in embedded
            if name in places and not (isinstance(item, EmbeddedPdfSignature) and _is_timestamp(item))
        ]

    def _existed(self, revision: int) -> datetime.datetime:
        """The earliest moment at which `revision` is proven to have existed: by a later time stamp, or else now."""
        proofs = [report.time for made, report in self.stamped if made > revision and report.trusted and report.time]
        return min([*proofs, self.moment])

    async def _judge(self, place: Place, item: Any) -> SignatureReport:
        if not isinstance(item, EmbeddedPdfSignature):
            return _unreadable(place, item)
        try:
            return await self._report(place, item)
        except Exception as error:  # a forged signature may fail anywhere in the validation
            return _unreadable(place, error)

    async def _report(self, place: Place, item: Any) -> SignatureReport:
        findings = _Findings()
        own, beside = item.signer_cert, [one.dump() for one in item.other_embedded_certs]
        status = await self._status(item, beside)
        self._integrity(item, status, findings)
        time, proven = self._time(item, status, await self._revoked_authority(item), findings)
        since = time if proven and time is not None else self._existed(item.signed_revision)
        if self.online:
            await self.trust.fetch(own, beside, self.moment)
        outcome = await self.trust.outcome(own, beside, since)
        self._doubts(outcome, item, status, findings)
        if since < self.moment and outcome.trusted:
            today = await self.trust.outcome(own, beside, self.moment)
            if today.revoked is not None:
                findings.notes.append(f"the certificate was revoked later, on {minute(today.revoked)}")
        self._remarks(place, own.dump(), findings)
        trusted = not findings.broken and not findings.doubts
        return SignatureReport(
            field=place.name,
            signatory=place.signatory,
            signer=certificates.name_of(own.dump()),
            valid=not findings.broken,
            trusted=trusted,
            level=self._level(item, status),
            time=time,
            time_proven=proven,
            covers=_COVERS.get(status.coverage, "part"),
            certifies=item.docmdp_level is not None and _is_certification(self.reader, item),
            revocation=outcome.revocation,
            chain=tuple(dict.fromkeys(map(certificates.name_of, outcome.way))) if trusted else (),
            reasons=tuple(findings.broken + findings.doubts),
            changes=tuple(words for revision, words in self.made if revision > item.signed_revision),
            notes=tuple(findings.notes),
        )

    async def _status(self, item: Any, beside: Sequence[bytes]) -> Any:
        """pyHanko's word on the signature and its timestamp."""
        moment = self._existed(item.signed_revision)
        context = self.trust.context(moment, self.trust.climb(item.signer_cert.dump(), beside))
        ways = [self.trust.climb(owner, others) for _, owner, others in _timestamps(item)]
        return await async_validate_pdf_signature(
            item,
            context,
            ts_validation_context=self.trust.context(moment, *ways),
            diff_policy=self.review,
            key_usage_settings=_USAGE,
        )

    def _integrity(self, item: Any, status: Any, findings: _Findings) -> None:
        """Whether the bytes are those that were signed, and what came after them is allowed."""
        if not status.intact:
            findings.broken.append("the signed bytes were changed: the file is not what was signed")
        elif not status.valid:
            findings.broken.append("the signature was not made with the key of its certificate")
        if status.coverage not in _COVERS:
            findings.broken.append("the signature covers only part of the file")
        elif not isinstance(status.diff_result, DiffResult) or not status.docmdp_ok:
            detail = self._what_changed(item, status.diff_result)
            findings.broken.append(f"the file was changed after this signature, and not by signing: {detail}")
        if getattr(status, "seed_value_constraint_error", None) is not None:
            findings.broken.append("the signature breaks the conditions that its field sets")
        if not _only_the_signature(item, self.pdf):
            findings.broken.append("there is hidden data behind the signature")

    def _what_changed(self, item: Any, result: Any) -> str:
        seen = changes.describe(self.reader, item.signed_revision)
        words = str(result).splitlines()[0][:200] if isinstance(result, SuspiciousModification) else ""
        if getattr(result, "for_people", False) and words not in seen:
            seen.append(words)
        return "; ".join(seen) or words or "the changes are of a kind that this signature does not allow"

    async def _revoked_authority(self, item: Any) -> str | None:
        """Why whoever gave a timestamp within the signature is not believed, if that is for revocation."""
        moment = self._existed(item.signed_revision)
        for token, owner, beside in _timestamps(item):
            certificate = extract_certs_for_validation(token).signer_cert
            outcome = await self.trust.outcome(certificate, beside, moment)
            if outcome.revoked is not None:
                return f"the timestamp is by {certificates.name_of(owner)}, who is not believed: {outcome.reasons[0]}"
        return None

    def _time(
        self, item: Any, status: Any, revoked: str | None, findings: _Findings
    ) -> tuple[datetime.datetime | None, bool]:
        """The time of signing, and whether a trusted server vouches for it."""
        claimed: datetime.datetime | None = None
        try:
            claimed = item.self_reported_timestamp
        except Exception:
            findings.notes.append("the signing time cannot be read")
        if claimed is not None and claimed.tzinfo is None:
            claimed = claimed.replace(tzinfo=datetime.UTC)
        latest = self.moment + CLOCK_TOLERANCE
        if claimed is not None and claimed > latest:
            findings.broken.append(f"it says that it was made on {minute(claimed)}, which has not come yet")
        stamp = status.timestamp_validity
        if stamp is None:
            return claimed, False
        if not (stamp.valid and stamp.intact):
            findings.broken.append("its timestamp is not of this signature, or was tampered with")
            return claimed, False
        if stamp.timestamp > latest:
            findings.broken.append(f"its timestamp is from the future: {minute(stamp.timestamp)}")
            return claimed, False
        if not stamp.trusted:
            findings.notes.append(self._unknown_authority(stamp.signing_cert.dump(), _timestamps(item)))
            return claimed, False
        if revoked is not None:
            findings.notes.append(revoked)
        if revoked is not None or self._weak_timestamps(item):
            return claimed, False
        return stamp.timestamp, True

    def _unknown_authority(self, owner: bytes, tokens: Sequence[tuple[Any, bytes, tuple[bytes, ...]]]) -> str:
        """Why the timestamp of `owner` proves nothing."""
        words = f"the timestamp is by {certificates.name_of(owner)}, "
        for _, other, beside in tokens:
            climb = self.trust.climb(owner, beside)
            if other == owner and climb.trusted:
                causes = paths.faults(climb.way, self.moment) or ("its certificate is not one for time stamps",)
                return words + "who is not believed: " + "; ".join(causes)
        return words + "whose issuer is not among those you trust"

    def _doubts(self, outcome: Outcome, item: Any, status: Any, findings: _Findings) -> None:
        """Why the signature is not trusted."""
        own = item.signer_cert.dump()
        findings.doubts.extend(algorithms.of_signer(item.signer_info, own))
        findings.doubts.extend(self._weak_timestamps(item))
        if problem := certificates.usage_fault(own):
            findings.doubts.append(f"the certificate of {certificates.name_of(own)} {problem}")
        if status.intact and status.valid:
            findings.doubts.extend(reason for reason in outcome.reasons if reason not in findings.doubts)

    def _weak_timestamps(self, item: Any) -> list[str]:
        """What is weak about the timestamps within a signature, and the certificates of those who gave them."""
        found: list[str] = []
        for token, owner, others in _timestamps(item):
            found.extend(algorithms.of_timestamp(token, owner, "its timestamp"))
            found.extend(self._weak_way(owner, others))
        return list(dict.fromkeys(found))

    def _weak_way(self, owner: bytes, others: Sequence[bytes]) -> list[str]:
        climb = self.trust.climb(owner, others)
        ends = self.trust.anchors.ders
        return [reason for der in climb.way for reason in algorithms.of_certificate(der, anchor=der in ends)]

    def _level(self, item: Any, status: Any) -> str | None:
        """The PAdES level that the file carries, whether or not its parts are trusted."""
        if item.sig_object.get("/SubFilter") != SigSeedSubFilter.PADES.value or not _names_certificate(item):
            return None
        after = [report for revision, report in self.stamped if revision > item.signed_revision and report.valid]
        stamp = status.timestamp_validity
        if not after and (stamp is None or not (stamp.valid and stamp.intact)):
            return "B-B"
        if not self.dss.speaks_of(item.signer_cert):
            return "B-T"
        return "B-LTA" if after else "B-LT"

    def _remarks(self, place: Place, own: bytes, findings: _Findings) -> None:
        name = certificates.name_of(own)
        if fields.slug(name) != fields.slug(place.signatory):
            findings.notes.append(f"the place is kept for {place.signatory}, and {name} signed there")
        if certificates.is_test_identity(own):
            findings.notes.append("a test identity: anybody can make one in any name")

    async def _judge_timestamp(self, name: str, item: Any) -> TimestampReport:
        broken: list[str] = []
        weak: list[str] = []
        notes: list[str] = []
        time, trusted = None, False
        try:
            owner, beside = item.signer_cert.dump(), tuple(one.dump() for one in item.other_embedded_certs)
            context = self.trust.context(self._existed(item.signed_revision), self.trust.climb(owner, beside))
            status = await async_validate_pdf_timestamp(item, context, diff_policy=self.review)
            time, trusted = status.timestamp, status.trusted
            if not (status.intact and status.valid):
                broken.append("the file is not what was time-stamped")
            elif status.coverage not in _COVERS:
                broken.append("the time stamp covers only part of the file")
            elif not isinstance(status.diff_result, DiffResult):
                detail = self._what_changed(item, status.diff_result)
                broken.append(f"the file was changed after this time stamp, and not by signing: {detail}")
            if not _only_the_signature(item, self.pdf):
                broken.append("there is hidden data behind the time stamp")
            if time > self.moment + CLOCK_TOLERANCE:
                broken.append(f"it is from the future: {minute(time)}")
            weak.extend(algorithms.of_timestamp(item.signed_data, owner, "the time stamp"))
            weak.extend(self._weak_way(owner, beside))
            outcome = await self.trust.outcome(item.signer_cert, beside, self._existed(item.signed_revision))
            if outcome.revoked is not None:
                trusted = False
                notes.append(outcome.reasons[0])
            elif not trusted and not weak:
                notes.append(self._unknown_authority(owner, [(item.signed_data, owner, beside)]))
        except Exception as error:  # a forged time stamp may fail anywhere
            broken.append(f"it cannot be read ({type(error).__name__})")
        return TimestampReport(
            field=name,
            authority=_owner(item),
            time=time,
            valid=not broken,
            trusted=trusted and not broken and not weak,
            reasons=tuple(broken + weak),
            notes=tuple(notes),
        )


def _timestamps(item: Any) -> list[tuple[Any, bytes, tuple[bytes, ...]]]:
    """The timestamps within a signature: SignedData, the certificate of who gave it, those that came along, in DER."""
    found = []
    for token in extract_tst_data_iter(item.signer_info, signed=False):
        known = extract_certs_for_validation(token)
        found.append((token, known.signer_cert.dump(), tuple(one.dump() for one in known.other_certs)))
    return found


def _no_timestamp(name: str, error: Exception) -> TimestampReport:
    return TimestampReport(
        field=name,
        authority=None,
        time=None,
        valid=False,
        trusted=False,
        reasons=(f"it cannot be read ({type(error).__name__})",),
        notes=(),
    )


def _unreadable(place: Place, error: Exception) -> SignatureReport:
    return SignatureReport(
        field=place.name,
        signatory=place.signatory,
        signer=None,
        valid=False,
        trusted=False,
        level=None,
        time=None,
        time_proven=False,
        covers="part",
        certifies=False,
        revocation="unknown",
        chain=(),
        reasons=(f"what stands in the field is no signature that can be read ({type(error).__name__})",),
        changes=(),
        notes=(),
    )


def _is_timestamp(item: Any) -> bool:
    return bool(item.sig_object_type == "/DocTimeStamp")


def _owner(item: Any) -> str:
    try:
        return certificates.name_of(item.signer_cert.dump())
    except Exception:
        return "somebody unknown"


def _is_certification(reader: Any, item: Any) -> bool:
    try:
        reference = reader.root["/Perms"].raw_get("/DocMDP").reference
        return bool(reference == item.sig_field.raw_get("/V").reference)
    except (KeyError, AttributeError):
        return False


def _names_certificate(item: Any) -> bool:
    """Whether the signer's certificate is among what was signed, as PAdES asks."""
    kinds = {attribute["type"].native for attribute in item.signer_info["signed_attrs"]}
    return bool(kinds & {"signing_certificate", "signing_certificate_v2"})


def _only_the_signature(item: Any, pdf: bytes) -> bool:
    """Whether the gap in the signed bytes holds nothing but the signature, in hexadecimal, and zeros."""
    content = bytes(item.pkcs7_content)
    used = ber.end_of(content)
    start, end = int(item.byte_range[1]), int(item.byte_range[2])
    return not content[used:].strip(b"\0") and _GAP.fullmatch(pdf, start, end) is not None
