"""Judging signatures one by one: the one module that knows pyHanko's validation.

Job: `Judge`, which fills verdicts.py. Secret: pyHanko's validation, the document security store, timestamps. Import it
lazily: pyHanko takes half a second to load.

Trust is judged at the moment at which the signature is proven to have existed: the time of its own timestamp, if a
trusted server gave it, else the time of the oldest trusted time stamp over the file after it, else now. Time stamps
over the file are judged from the newest, now, to the oldest, each at the time that the next one proves (ETSI EN 319
102-1 in outline). Revocation counts from its date on.
"""

from __future__ import annotations

import datetime
import functools
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from asn1crypto import cms, x509
from pyhanko.sign.diff_analysis import DiffResult
from pyhanko.sign.fields import SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.validation import EmbeddedPdfSignature, async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import RevokedError

from letterpress.signing import certificates, revisions, revocation, signature_fields
from letterpress.signing.revocation import Evidence
from letterpress.signing.signature_fields import Place
from letterpress.signing.verdicts import SignatureReport, TimestampReport, Verification
from letterpress.signing.waiting import wait_for

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
        self.online = online
        self.dss = revocation.read_dss(reader)
        self.evidence = Evidence(crls=(*store.revocation_lists, *self.dss.crls), ocsps=self.dss.ocsps)
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
        reports = wait_for(self._judge_all(embedded, by_name))
        return Verification(
            signatures=tuple(reports),
            timestamps=tuple(report for _, report in self.stamped),
            places=tuple(known),
            problems=(),
        )

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
        status = await self._status(item)
        self._integrity(item, status, findings)
        time, proven = self._time(item, status, findings)
        own = item.signer_cert.dump()
        since = time if proven and time is not None else self._existed(item.signed_revision)
        if self.online:
            await self._fetch(item)
        outcome = await self._path(item, since)
        self._doubts(outcome, own, status, findings)
        if since < self.moment and outcome.path is not None:
            today = await self._path(item, self.moment)
            if today.revoked is not None:
                findings.notes.append(f"the certificate was revoked later, on {_minute(today.revoked)}")
        level = self._level(item, status, own)
        self._remarks(place, own, findings)
        return SignatureReport(
            field=place.name,
            signatory=place.signatory,
            signer=certificates.name_of(own),
            valid=not findings.broken,
            trusted=not findings.broken and not findings.doubts,
            level=level,
            time=time,
            time_proven=proven,
            covers=_COVERS.get(status.coverage, "part"),
            certifies=item.docmdp_level is not None and _is_certification(self.reader, item),
            revocation=outcome.revocation,
            chain=_names(outcome.path) if not findings.broken and not findings.doubts else (),
            reasons=tuple(findings.broken + findings.doubts),
            changes=tuple(words for revision, words in self.made if revision > item.signed_revision),
            notes=tuple(findings.notes),
        )

    async def _status(self, item: Any) -> Any:
        context = self._context(item, self._existed(item.signed_revision))
        return await async_validate_pdf_signature(
            item, context, diff_policy=revisions.POLICY, key_usage_settings=_USAGE
        )

    def _context(self, item: Any, moment: datetime.datetime | None, mode: str = "soft-fail") -> Any:
        """What certificates are judged against, at `moment`; None: now, with the network."""
        evidence = self.evidence.at(moment or self.moment)
        return ValidationContext(
            trust_roots=[_asn1(der) for der in self.store.anchors],
            other_certs=[*map(_asn1, self.store.helpers), *item.other_embedded_certs, *self.dss.certificates],
            crls=list(evidence.crls),
            ocsps=list(evidence.ocsps),
            moment=moment,
            allow_fetching=moment is None,
            revocation_mode=mode,
            retroactive_revinfo=True,
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
            seen = revisions.describe(self.reader, item.signed_revision)
            detail = "; ".join(seen) or str(status.diff_result).splitlines()[0][:200]
            findings.broken.append(f"the file was changed after this signature, and not by signing: {detail}")
        if getattr(status, "seed_value_constraint_error", None) is not None:
            findings.broken.append("the signature breaks the conditions that its field sets")
        if not _only_the_signature(item, self.pdf):
            findings.broken.append("there is hidden data behind the signature")

    def _time(self, item: Any, status: Any, findings: _Findings) -> tuple[datetime.datetime | None, bool]:
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
            findings.broken.append(f"it says that it was made on {_minute(claimed)}, which has not come yet")
        stamp = status.timestamp_validity
        if stamp is None:
            return claimed, False
        if not (stamp.valid and stamp.intact):
            findings.broken.append("its timestamp is not of this signature, or was tampered with")
            return claimed, False
        if stamp.timestamp > latest:
            findings.broken.append(f"its timestamp is from the future: {_minute(stamp.timestamp)}")
            return claimed, False
        if not stamp.trusted:
            authority = certificates.name_of(stamp.signing_cert.dump())
            findings.notes.append(f"the timestamp is by {authority}, whose issuer is not among those you trust")
            return claimed, False
        return stamp.timestamp, True

    def _doubts(self, outcome: _Outcome, own: bytes, status: Any, findings: _Findings) -> None:
        """Why the certificate is not trusted."""
        name = certificates.name_of(own)
        if problem := certificates.usage_fault(own):
            findings.doubts.append(f"the certificate of {name} {problem}")
        if outcome.path is None and status.intact and status.valid:
            findings.doubts.append(_doubt(outcome, own, name, bool(self.store.anchors)))

    async def _path(self, item: Any, moment: datetime.datetime) -> _Outcome:
        """The path of trust as it was at `moment`, and whether anybody has said that it was broken by revocation."""
        own = item.signer_cert
        unknown = "none" if certificates.is_self_issued(own.dump()) else "unknown"
        modes = [("soft-fail", unknown)]
        if self.evidence.at(moment).speaks_of(own):
            modes.insert(0, ("require", "good"))
        for mode, word in modes:
            try:
                validator = CertificateValidator(own, validation_context=self._context(item, moment, mode))
                return _Outcome(moment, await validator.async_validate_usage(set()), word)
            except RevokedError as error:
                return _Outcome(moment, None, "revoked", error.revocation_dt)
            except Exception:  # whatever stands in the way of a path, there is none in this mode
                logging.getLogger("pyhanko").debug("no path of trust (%s)", mode, exc_info=True)
        return _Outcome(moment, None, unknown)

    async def _fetch(self, item: Any) -> None:
        """Ask those who issued the certificate, over the network, and keep what they say."""
        context = self._context(item, None, "require")
        try:
            await CertificateValidator(item.signer_cert, validation_context=context).async_validate_usage(set())
        except Exception:  # what was learned on the way counts all the same
            logging.getLogger("pyhanko").debug("no revocation information", exc_info=True)
        finally:
            await context.aclose()
        self.evidence = Evidence(
            crls=tuple({*self.evidence.crls, *(found.dump() for found in context.crls)}),
            ocsps=tuple({*self.evidence.ocsps, *(found.dump() for found in context.ocsps)}),
        )

    def _level(self, item: Any, status: Any, own: bytes) -> str | None:
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
        if signature_fields.slug(name) != signature_fields.slug(place.signatory):
            findings.notes.append(f"the place is kept for {place.signatory}, and {name} signed there")
        if certificates.is_test_identity(own):
            findings.notes.append("a test identity: anybody can make one in any name")

    async def _judge_timestamp(self, name: str, item: Any) -> TimestampReport:
        reasons: list[str] = []
        context = self._context(item, self._existed(item.signed_revision))
        time, trusted = None, False
        try:
            status = await async_validate_pdf_timestamp(item, context, diff_policy=revisions.POLICY)
            time, trusted = status.timestamp, status.trusted
            if not (status.intact and status.valid):
                reasons.append("the file is not what was time-stamped")
            elif status.coverage not in _COVERS:
                reasons.append("the time stamp covers only part of the file")
            elif not isinstance(status.diff_result, DiffResult):
                reasons.append("the file was changed after this time stamp, and not by signing")
            if time > self.moment + CLOCK_TOLERANCE:
                reasons.append(f"it is from the future: {_minute(time)}")
        except Exception as error:  # a forged time stamp may fail anywhere
            reasons.append(f"it cannot be read ({type(error).__name__})")
        return TimestampReport(
            field=name,
            authority=_owner(item),
            time=time,
            valid=not reasons,
            trusted=trusted and not reasons,
            reasons=tuple(reasons),
        )


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of the search for a path of trust."""

    moment: datetime.datetime
    path: Any
    revocation: str
    """As in `SignatureReport.revocation`."""
    revoked: datetime.datetime | None = None


def _doubt(outcome: _Outcome, own: bytes, name: str, anchors: bool) -> str:
    """Why there is no path of trust, for people."""
    certificate = certificates.parse(own)
    if outcome.revoked is not None:
        return f"the certificate of {name} was revoked on {_minute(outcome.revoked)}"
    if outcome.moment > certificate.not_valid_after_utc:
        return (
            f"the certificate of {name} expired on {_minute(certificate.not_valid_after_utc)}, and no trusted "
            "timestamp proves that it was signed before"
        )
    if outcome.moment < certificate.not_valid_before_utc:
        return f"the certificate of {name} is not valid before {_minute(certificate.not_valid_before_utc)}"
    if certificates.is_self_issued(own):
        return f"{name} vouches for this key alone: the certificate issued itself and is not among those you trust"
    issuer = certificate.issuer.rfc4514_string()
    if not anchors:
        return f"nothing is trusted yet, so that nobody vouches for {name}; name the issuer's certificate ({issuer})"
    return f"the certificate of {name}, issued by {issuer}, leads to none that you trust"


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


def _names(path: Any) -> tuple[str, ...]:
    """The path's names, from the signer to the trusted end."""
    if path is None:
        return ()
    return tuple(dict.fromkeys(certificates.name_of(one.dump()) for one in reversed(list(path.iter_certs(True)))))


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
    used = len(cms.ContentInfo.load(content).dump())
    start, end = int(item.byte_range[1]), int(item.byte_range[2])
    return not content[used:].strip(b"\0") and _GAP.fullmatch(pdf, start, end) is not None


@functools.lru_cache(maxsize=64)
def _asn1(der: bytes) -> Any:
    return x509.Certificate.load(der)


def _minute(moment: datetime.datetime) -> str:
    return f"{moment.astimezone(datetime.UTC):%Y-%m-%d %H:%M} UTC"
