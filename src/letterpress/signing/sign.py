"""A digital signature in the place that a letter keeps for it: PDF in, signed PDF out.

Job: PAdES signatures of level B-B, B-T, B-LT and B-LTA, appended so that nothing that stood in the file changes, and so
that it stays PDF/A-3a and PDF/UA-1. Secret: who may sign where and when. Not here: how a signature is put into the file
(pades.py), where keys come from (keys.py, tokens.py), files on disk (files/atomic.py), and whether a signature is to be
believed (verify.py).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from letterpress.errors import Diagnostic, LetterpressError, UsageError
from letterpress.processes import kept_worker
from letterpress.processes.limits import Limits, Point
from letterpress.signing import active_content, certificates, fields, paths, strict
from letterpress.signing.fields import Place
from letterpress.signing.keys import Signer
from letterpress.text import numbers, urls

if TYPE_CHECKING:
    from letterpress.signing import pades

Level = Literal["B-B", "B-T", "B-LT", "B-LTA"]
LEVELS: tuple[Level, ...] = get_args(Level)

TSA_TIMEOUT = 10.0
"""Seconds that a timestamp server has for one answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StampText:
    """The words of a visible signature. Name and title are in the field's `TU` too, where a screen reader finds
    them."""

    name: str
    """The signatory, as the letter names the place."""
    title: str | None
    signer: str
    """The name in the certificate."""
    time: datetime.datetime
    """With its time zone."""
    reason: str | None = None
    place: str | None = None
    note: str | None = None
    """What else the stamp ought to say: that the key is one for trying out."""


Stamp = Callable[[StampText, float, float], bytes]
"""Draws a stamp: words, width and height in pt -> a PDF of one page of that size, untagged, all fonts embedded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedPdf:
    """A signed letter, and what was done to it."""

    pdf: bytes
    field: str
    signatory: str
    """For whom the field was kept."""
    signer: str
    """The name in the certificate."""
    level: Level
    """The level reached, which is B-B if the timestamp server failed and was optional."""
    certifies: bool
    """Whether this signature certifies the letter; from then on only signatures may be added."""
    time: datetime.datetime
    """The signing time that the signature claims."""
    added: int
    """Bytes that the signature added to the file."""
    open: tuple[str, ...]
    """Signatories whose places are still open."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """Warnings."""

    def as_json(self) -> dict[str, Any]:
        """One JSON object, without the PDF."""
        return {
            "field": self.field,
            "signatory": self.signatory,
            "signer": self.signer,
            "level": self.level,
            "certifies": self.certifies,
            "time": self.time.isoformat(),
            "bytes_added": self.added,
            "open": list(self.open),
            "diagnostics": [diagnostic.as_json() for diagnostic in self.diagnostics],
        }


@numbers.in_own_context
def sign(
    pdf: bytes,
    *,
    field: str,
    signer: Signer,
    level: Level = "B-B",
    tsa: str | None = None,
    tsa_optional: bool = False,
    tsa_timeout: float = TSA_TIMEOUT,
    trust: Sequence[bytes | Path] = (),
    stamp: Stamp | None = None,
    reason: str | None = None,
    place: str | None = None,
    contact: str | None = None,
    certify: bool | None = None,
    time: datetime.datetime | None = None,
    source: str | None = None,
    limits: Limits | None = None,
) -> SignedPdf:
    """Sign `pdf` in the field kept for `field`: a signatory's name, the field's name, or the name's slug.

    The first signature certifies the letter (DocMDP 2: from then on only signatures) unless `certify` is False; later
    ones approve it. `tsa` is the URL of a timestamp server, needed from B-T on; with `tsa_optional` a letter is signed
    at B-B, with a warning, if it fails within `tsa_timeout` seconds. `trust` adds certificates and revocation lists for
    B-LT and B-LTA, which carry them in the file. `time` is the signing time claimed, with its zone, by default now.
    `source` names the file in diagnostics. With `limits` the file is read and written in a process of its own, within
    them; `signer` and `stamp` stay in this one, and take as long as they take.

    A file that is written oddly, but the same to every program, is signed with a warning.

    Raises UnreadableInput for what is no PDF, damaged or encrypted; UsageError for options that do not go together;
    LetterpressError for a field that is missing, signed already or not yet due, for a file that programs read in more
    than one way or whose pages may change (scripts and the like), for a certificate that may not sign, for a timestamp
    server that fails. `pdf` itself is never touched.
    """
    if limits is not None:
        signed_there: SignedPdf = kept_worker.shared().call(
            "letterpress.signing.sign:sign_for",
            pdf,
            signer.chain,
            signer.digest,
            stamp is not None,
            limits=limits,
            point=Point(file=source, stage="signing", kind="file"),
            hooks={"sign": signer.sign, **({"stamp": stamp} if stamp else {})},
            field=field,
            level=level,
            tsa=tsa,
            tsa_optional=tsa_optional,
            tsa_timeout=tsa_timeout,
            trust=trust,
            reason=reason,
            place=place,
            contact=contact,
            certify=certify,
            time=time,
            source=source,
        )
        return signed_there
    from letterpress.signing import pades

    _check_options(level, tsa, time)
    when = time or datetime.datetime.now().astimezone()
    reader = fields.open_pdf(pdf, source)
    known = fields.places(reader)
    target = fields.find(known, field)
    certifies = _may_sign(known, target, certify)
    warnings = _check_file(reader, pdf, source)
    store = certificates.read_trust(trust)
    warnings += _check_certificate(signer, target, when, store)
    timestamps, level = _timestamps(level, tsa, tsa_timeout, tsa_optional, signer.digest, warnings)
    signed = pades.carry_out(
        reader,
        pades.Order(
            field=target.name,
            signer=signer,
            certifies=certifies,
            time=when,
            long_term=level in ("B-LT", "B-LTA"),
            archive=level == "B-LTA",
            timestamps=timestamps,
            trust=store,
            stamp=_draw(stamp, target, signer, when, reason, place),
            reason=reason,
            location=place,
            contact=contact,
        ),
    )
    return SignedPdf(
        pdf=signed,
        field=target.name,
        signatory=target.signatory,
        signer=certificates.name_of(signer.chain[0]),
        level=level,
        certifies=certifies,
        time=when,
        added=len(signed) - len(pdf),
        open=tuple(other.signatory for other in known if other.open and other.name != target.name),
        diagnostics=tuple(warnings),
    )


@dataclass(frozen=True, slots=True)
class _Afar:
    """A signer in the process that has called this one: its key never comes here."""

    chain: tuple[bytes, ...]
    digest: str
    ask: Callable[..., Any]

    def sign(self, data: bytes) -> bytes:
        """The signature of `data`."""
        signature: bytes = self.ask("sign", data)
        return signature


def sign_for(
    ask: Callable[..., Any], pdf: bytes, chain: tuple[bytes, ...], digest: str, stamped: bool, **options: Any
) -> SignedPdf:
    """Sign for another process, which is asked for the signature and the stamp; see processes/kept_worker.py."""

    def draw(text: StampText, width: float, height: float) -> bytes:
        drawn: bytes = ask("stamp", text, width, height)
        return drawn

    return sign(pdf, signer=_Afar(chain, digest, ask), stamp=draw if stamped else None, **options)


def _check_options(level: str, tsa: str | None, time: datetime.datetime | None) -> None:
    if level not in LEVELS:
        raise UsageError(f"there is no level {level}", hint="the levels are " + ", ".join(LEVELS))
    if level != "B-B" and not tsa:
        raise UsageError(f"level {level} needs a timestamp server", hint="add --tsa URL, or sign at B-B")
    if tsa is not None and not urls.is_web_address(tsa):
        shown = urls.without_password(tsa) if "://" in tsa else urls.without_password(f"//{tsa}").removeprefix("//")
        raise UsageError(
            f"'{shown}' is not the URL of a timestamp server",
            hint="it starts with http:// or https://; `/`, `@`, `:` in a password are written %2F, %40, %3A",
        )
    if time is not None and time.tzinfo is None:
        raise UsageError("the signing time needs a time zone")


def _may_sign(known: Sequence[Place], target: Place, certify: bool | None) -> bool:
    """Whether the signature certifies. Raises LetterpressError if the field cannot be signed now."""
    if not target.open:
        when = f" on {target.signed_at:%Y-%m-%d at %H:%M %Z}".rstrip() if target.signed_at else ""
        still_open = [place.signatory for place in known if place.open]
        raise LetterpressError(
            f"the field of {target.signatory} is already signed, by {target.signed_by or 'somebody unknown'}{when}",
            hint="still open: " + ", ".join(still_open) if still_open else "all have signed",
        )
    by_name = {place.name: place for place in known}
    earlier = [by_name[name].signatory for name in target.after if name in by_name and by_name[name].open]
    if earlier:
        raise LetterpressError(
            f"it is not yet {target.signatory}'s turn: this letter is signed in order",
            hint="first to sign: " + ", ".join(earlier),
        )
    later = [place.signatory for place in known if not place.open and target.name in place.after]
    if later:
        raise LetterpressError(
            f"the field of {target.signatory} is locked: {later[0]} signed after it in order",
            hint="render the letter again and have it signed from the first signatory on",
        )
    signed = any(not place.open for place in known)
    if certify and signed:
        raise UsageError("only the first signature can certify a letter", hint="leave certify out: this one approves")
    return not signed if certify is None else certify


def _check_file(reader: Any, pdf: bytes, source: str | None) -> list[Diagnostic]:
    """Warnings about the file. Raises LetterpressError if what one signs is not what others see."""
    ends = [*fields.signed_ends(reader).values()]
    signed = bool(ends)
    report, active = strict.check(pdf, ends), active_content.find(reader)
    faults = [*(fault.sentence(signed=signed) for fault in report.faults), *active.problems(signed=signed)]
    if faults:
        hint = (
            "ask for the file as it was signed; see letterpress verify"
            if signed
            else "have the program that made it write it anew, without what is named here, and sign that"
        )
        raise LetterpressError(
            Diagnostic(message=f"cannot be signed: {fault}", file=source, hint=hint) for fault in faults
        )
    notes = [*(note.sentence(signed=signed) for note in report.notes), *active.notes]
    return [Diagnostic(severity="warning", message=note, file=source) for note in notes]


def _check_certificate(
    signer: Signer, target: Place, when: datetime.datetime, store: certificates.TrustStore
) -> list[Diagnostic]:
    """Warnings about the signer. Raises LetterpressError for a key or a chain that nobody could ever trust."""
    own = signer.chain[0]
    _check_digest(signer)
    if faults := certificates.faults(own, when):
        raise LetterpressError(faults)
    above = paths.climb(own, paths.Pool(store.anchors), paths.Pool(signer.chain), paths.Pool(store.helpers))
    rooted = above.trusted or certificates.is_self_issued(above.way[-1])
    if causes := paths.faults(above.way, when, trusted=rooted and len(above.way) > 1):
        hint = "ask its issuer for a new one: whoever verifies the signature will not trust it"
        raise LetterpressError([Diagnostic(message=cause, hint=hint) for cause in causes])
    warnings = [] if rooted or len(above.way) > 1 else [_no_issuer(own)]
    if rare := certificates.rarely_known(own):
        warnings.append(
            Diagnostic(
                severity="note",
                message=f"the key of {certificates.name_of(own)} is {rare}, which not every program can verify yet",
                hint="letterpress can; use an RSA key, P-256 or P-384 if everybody is to",
            )
        )
    name = certificates.name_of(own)
    expected = fields.slug(target.signatory) or target.signatory.casefold()
    if (fields.slug(name) or name.casefold()) != expected:
        warnings.append(
            Diagnostic(
                severity="warning",
                message=f"the key belongs to {name}, and the place is kept for {target.signatory}",
                hint="verify will show both names; use the key of the person who signs",
            )
        )
    return warnings


def _check_digest(signer: Signer) -> None:
    """Refuse a signer that would use another digest than its key can be verified with."""
    own = signer.chain[0]
    usual = certificates.digest_for(own)
    fixed = certificates.pss(own) is not None or (
        usual != certificates.DIGESTS.get("rsa") and not certificates.key_bits(own)
    )
    if signer.digest not in certificates.PSS_DIGESTS or (fixed and signer.digest != usual):
        raise LetterpressError(
            f"the key of {certificates.name_of(own)} signs with {usual}, and not with {signer.digest}",
            hint="let the signer's `digest` be certificates.digest_for(chain[0])",
        )


def _no_issuer(own: bytes) -> Diagnostic:
    return Diagnostic(
        severity="warning",
        message=f"the key comes without the certificate of its issuer ({certificates.issuer_of(own)}), "
        "and the signature will hold none",
        hint="who does not know the issuer will not trust the signature; add the chain with --cert CHAIN.pem",
    )


def _draw(
    stamp: Stamp | None, target: Place, signer: Signer, when: datetime.datetime, reason: str | None, place: str | None
) -> bytes | None:
    width, height = target.size
    if stamp is None or not width or not height:
        return None
    own = signer.chain[0]
    words = StampText(
        name=target.signatory,
        title=target.title,
        signer=certificates.name_of(own),
        time=when,
        reason=reason,
        place=place,
        note=certificates.TEST_UNIT if certificates.is_test_identity(own) else None,
    )
    return stamp(words, width, height)


def _timestamps(
    level: Level, url: str | None, timeout: float, optional: bool, digest: str, warnings: list[Diagnostic]
) -> tuple[pades.Timestamps | None, Level]:
    """The timestamp server, tried once, and the level that can be reached with it."""
    from letterpress.signing import pades

    if level == "B-B" or url is None:
        return None, level
    timestamps = pades.Timestamps(url, timeout)
    failure = timestamps.fault(digest)
    if failure is None:
        return timestamps, level
    if not optional:
        raise LetterpressError(failure)
    warnings.append(
        Diagnostic(
            severity="warning",
            message=f"signed at B-B, without a timestamp: {failure.message}",
            hint="the signature is good as long as the certificate; for B-T, sign a fresh copy when the server is back",
        )
    )
    return None, "B-B"
