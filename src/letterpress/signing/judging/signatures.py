"""Judges one signature: whether it is of this file, when it was made, and whether its signer is trusted.

Not here: time stamps over the file (`timestamps`), certificates (`certificates/`), what may change after a signature
(`changes/`), the order of signing (`turns`).
Source: ETSI EN 319 102-1 (validation), EN 319 142-1 (PAdES levels).
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pyhanko.sign.diff_analysis import DiffResult
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.validation import EmbeddedPdfSignature, async_validate_pdf_signature
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation
from pyhanko.sign.validation.settings import KeyUsageConstraints

from letterpress.signing import fields
from letterpress.signing.certificates import algorithms, contents, purpose
from letterpress.signing.certificates.contents import minute
from letterpress.signing.certificates.trust import Outcome
from letterpress.signing.fields import Place
from letterpress.signing.judging import embedded
from letterpress.signing.judging.case import Case
from letterpress.signing.reasons import Reason
from letterpress.signing.report import SignatureReport

_USAGE = KeyUsageConstraints(key_usage=set())
"""Key usage is judged by purpose.usage_fault, for one rule and one wording in sign and verify."""


@dataclass(slots=True)
class _Findings:
    """What is collected about one signature while it is judged."""

    broken: list[Reason] = field(default_factory=list)
    """Reasons why it is not valid."""
    doubts: list[Reason] = field(default_factory=list)
    """Reasons why it is not trusted."""
    notes: list[Reason] = field(default_factory=list)


async def judge(case: Case, place: Place, item: Any) -> SignatureReport:
    """Judge what stands in the field of `place`. It never raises for a bad signature.

    :param item: pyHanko's view of it, or the exception that pyHanko raised over it.
    """
    if not isinstance(item, EmbeddedPdfSignature):
        return _unreadable(place, item)
    try:
        return await _report(case, place, item)
    except Exception as error:  # a forged signature may fail anywhere in the validation
        return _unreadable(place, error)


async def _report(case: Case, place: Place, item: Any) -> SignatureReport:
    findings = _Findings()
    own, beside = item.signer_cert, embedded.beside(item)
    status = await _status(case, item, beside)
    _check_integrity(case, item, status, findings)
    time, proven = _time(case, item, status, await _revoked_authority(case, item), findings)
    # Trust is judged at the moment at which the signature is proven to have existed.
    since = time if proven and time is not None else case.existed(item.signed_revision)
    if case.online:
        await case.trust.fetch(own, beside, case.moment)
    outcome = await case.trust.outcome(own, beside, since)
    _add_doubts(case, outcome, item, status, findings)
    if since < case.moment and outcome.trusted:
        today = await case.trust.outcome(own, beside, case.moment)
        if today.revoked is not None:
            text = f"the certificate was revoked later, on {minute(today.revoked)}"
            params = (("since", today.revoked.isoformat()),)
            findings.notes.append(Reason(code="certificate-revoked-later", text=text, params=params))
    _add_remarks(place, own.dump(), findings)
    trusted = not findings.broken and not findings.doubts
    return SignatureReport(
        field=place.name,
        signatory=place.signatory,
        signer=contents.name_of(own.dump()),
        valid=not findings.broken,
        trusted=trusted,
        level=_level(case, item, status),
        time=time,
        time_proven=proven,
        covers=embedded.COVERS.get(status.coverage, "part"),
        certifies=embedded.certifies(case.reader, item),
        revocation=outcome.revocation,
        chain=tuple(dict.fromkeys(map(contents.name_of, outcome.way))) if trusted else (),
        reasons_detail=tuple(findings.broken + findings.doubts),
        changes=tuple(words for revision, words in case.made if revision > item.signed_revision),
        notes_detail=tuple(findings.notes),
        reason=embedded.said(item, "/Reason"),
        place=embedded.said(item, "/Location"),
    )


async def _status(case: Case, item: Any, beside: Sequence[bytes]) -> Any:
    """Ask pyHanko about the signature and its timestamp."""
    moment = case.existed(item.signed_revision)
    context = case.trust.context(moment, case.trust.climb(item.signer_cert.dump(), beside))
    ways = [case.trust.climb(token.owner, token.beside) for token in embedded.timestamps(item)]
    return await async_validate_pdf_signature(
        item,
        context,
        ts_validation_context=case.trust.context(moment, *ways),
        diff_policy=case.review,
        key_usage_settings=_USAGE,
    )


def _check_integrity(case: Case, item: Any, status: Any, findings: _Findings) -> None:
    """Check that the bytes are those that were signed, and that what came after them is allowed."""
    broken = findings.broken
    if not status.intact:
        text = "the signed bytes were changed: the file is not what was signed"
        broken.append(Reason(code="signed-bytes-changed", text=text))
    elif not status.valid:
        text = "the signature was not made with the key of its certificate"
        broken.append(Reason(code="signature-not-by-key", text=text))
    if status.coverage not in embedded.COVERS:
        broken.append(Reason(code="signature-partial", text="the signature covers only part of the file"))
    elif not isinstance(status.diff_result, DiffResult) or not status.docmdp_ok:
        detail = case.what_changed(item, status.diff_result)
        text = f"the file was changed after this signature, and not by signing: {detail}"
        broken.append(Reason(code="signed-file-changed", text=text, params=(("changes", detail),)))
    if getattr(status, "seed_value_constraint_error", None) is not None:
        text = "the signature breaks the conditions that its field sets"
        broken.append(Reason(code="field-conditions-broken", text=text))
    if not embedded.fills_its_gap(item, case.pdf):
        broken.append(Reason(code="signature-hides-data", text="there is hidden data behind the signature"))


async def _revoked_authority(case: Case, item: Any) -> Reason | None:
    """Say why whoever gave a timestamp within the signature is not believed, if that is for revocation."""
    moment = case.existed(item.signed_revision)
    for token in embedded.timestamps(item):
        certificate = extract_certs_for_validation(token.signed_data).signer_cert
        outcome = await case.trust.outcome(certificate, token.beside, moment)
        if outcome.revoked is not None:
            name = contents.name_of(token.owner)
            text = f"the timestamp is by {name}, who is not believed: {outcome.reasons[0].text}"
            return Reason(code="timestamp-untrusted", text=text, params=(("certificate", name),))
    return None


def _time(
    case: Case, item: Any, status: Any, revoked: Reason | None, findings: _Findings
) -> tuple[datetime.datetime | None, bool]:
    """Return the time of signing, and whether a trusted server vouches for it.

    :param revoked: why who gave its timestamp is not believed.
    """
    claimed = _claimed_time(case, item, findings)
    stamp = status.timestamp_validity
    if stamp is None:
        return claimed, False
    if not (stamp.valid and stamp.intact):
        text = "its timestamp is not of this signature, or was tampered with"
        findings.broken.append(Reason(code="timestamp-broken", text=text))
        return claimed, False
    if stamp.timestamp > case.latest:
        text = f"its timestamp is from the future: {minute(stamp.timestamp)}"
        params = (("time", stamp.timestamp.isoformat()),)
        findings.broken.append(Reason(code="time-in-future", text=text, params=params))
        return claimed, False
    if not stamp.trusted:
        findings.notes.append(case.unknown_authority(stamp.signing_cert.dump(), embedded.timestamps(item)))
        return claimed, False
    if revoked is not None:
        findings.notes.append(revoked)
    if revoked is not None or _weak_timestamps(case, item):
        return claimed, False
    return stamp.timestamp, True


def _claimed_time(case: Case, item: Any, findings: _Findings) -> datetime.datetime | None:
    """Return the time that the signer claims, which may not lie in the future."""
    claimed: datetime.datetime | None = None
    try:
        claimed = item.self_reported_timestamp
    except Exception:  # anything may stand there
        findings.notes.append(Reason(code="time-unreadable", text="the signing time cannot be read"))
    if claimed is not None and claimed.tzinfo is None:
        claimed = claimed.replace(tzinfo=datetime.UTC)
    if claimed is not None and claimed > case.latest:
        text = f"it says that it was made on {minute(claimed)}, which has not come yet"
        findings.broken.append(Reason(code="time-in-future", text=text, params=(("time", claimed.isoformat()),)))
    return claimed


def _add_doubts(case: Case, outcome: Outcome, item: Any, status: Any, findings: _Findings) -> None:
    """Say why the signature is not trusted."""
    own = item.signer_cert.dump()
    findings.doubts.extend(algorithms.of_signer(item.signer_info, own))
    findings.doubts.extend(_weak_timestamps(case, item))
    if problem := purpose.usage_fault(own):
        name = contents.name_of(own)
        text = f"the certificate of {name} {problem}"
        findings.doubts.append(Reason(code="certificate-purpose", text=text, params=(("certificate", name),)))
    if status.intact and status.valid:
        findings.doubts.extend(reason for reason in outcome.reasons if reason not in findings.doubts)


def _weak_timestamps(case: Case, item: Any) -> list[Reason]:
    """Say what is weak about the timestamps within a signature, and the certificates of those who gave them."""
    reasons: list[Reason] = []
    for token in embedded.timestamps(item):
        reasons.extend(algorithms.of_timestamp(token.signed_data, token.owner, "its timestamp"))
        reasons.extend(case.weak_way(token.owner, token.beside))
    return list(dict.fromkeys(reasons))


def _level(case: Case, item: Any, status: Any) -> str | None:
    """Return the PAdES level that the file carries, whether or not its parts are trusted."""
    if item.sig_object.get("/SubFilter") != SigSeedSubFilter.PADES.value or not embedded.names_certificate(item):
        return None
    after = [report for revision, report in case.stamped if revision > item.signed_revision and report.valid]
    stamp = status.timestamp_validity
    if not after and (stamp is None or not (stamp.valid and stamp.intact)):
        return "B-B"
    if not case.dss.speaks_of(item.signer_cert):
        return "B-T"
    return "B-LTA" if after else "B-LT"


def _add_remarks(place: Place, own: bytes, findings: _Findings) -> None:
    """Say what a reader ought to know of the signer."""
    name = contents.name_of(own)
    if fields.slug(name) != fields.slug(place.signatory):
        text = f"the place is kept for {place.signatory}, and {name} signed there"
        params = (("signatory", place.signatory), ("certificate", name))
        findings.notes.append(Reason(code="signer-other-name", text=text, params=params))
    if contents.is_test_identity(own):
        findings.notes.append(
            Reason(code="identity-for-tests", text="a test identity: anybody can make one in any name")
        )


def _unreadable(place: Place, error: Exception) -> SignatureReport:
    """Report what stands in a field and is no signature."""
    cause = type(error).__name__
    text = f"what stands in the field is no signature that can be read ({cause})"
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
        reasons_detail=(Reason(code="signature-unreadable", text=text, params=(("cause", cause),)),),
        changes=(),
        notes_detail=(),
    )
