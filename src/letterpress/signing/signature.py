"""Signs a PDF in the place that a letter keeps for a signatory: PDF in, signed PDF out.

PAdES signatures of level B-B, B-T, B-LT and B-LTA are appended so that nothing that stood in the file changes, and so
that it stays PDF/A-3a and PDF/UA-1.

Not here: whether it may be signed (`preconditions`), how a signature is put into the file (`writing/`), where keys come
from (`keys/`), whether a signature is to be believed (`verification`).
Source: ETSI EN 319 142-1 (PAdES).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from letterpress.errors import Diagnostic, LetterpressError
from letterpress.processes import kept_worker
from letterpress.processes.limits import Limits, Point
from letterpress.signing import fields, preconditions
from letterpress.signing.certificates import contents, trust_store
from letterpress.signing.fields import Place
from letterpress.signing.keys.signer import Signer
from letterpress.signing.preconditions import Level
from letterpress.text import numbers

if TYPE_CHECKING:
    from letterpress.signing.writing import timestamp_server

TSA_TIMEOUT = 10.0
"""Seconds that a timestamp server has for one answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StampText:
    """The words of a visible signature.

    Name and title are in the field's `TU` too, where a screen reader finds them.
    """

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
        """Return one JSON object, without the PDF."""
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
    on_behalf: bool = False,
    source: str | None = None,
    limits: Limits | None = None,
) -> SignedPdf:
    """Sign `pdf` in the place kept for a signatory. `pdf` itself is never touched.

    A file that is written oddly, but the same to every program, is signed with a warning.

    :param field: a signatory's name, the field's name, or the name's slug.
    :param level: PAdES level; from B-T on it needs `tsa`.
    :param tsa: URL of a timestamp server (RFC 3161).
    :param tsa_optional: sign at B-B, with a warning, if the server fails.
    :param tsa_timeout: seconds that the server has for one answer.
    :param trust: certificates and revocation lists for B-LT and B-LTA, which carry them in the file.
    :param stamp: draws the visible signature; without it the place on the page stays empty.
    :param reason: why, and `place` where it is signed, and `contact` how to reach the signer: stand in the signature.
    :param certify: the first signature certifies the letter (DocMDP 2: from then on only signatures) unless this is
        False; later ones approve it.
    :param time: the signing time claimed, with its zone, by default now.
    :param on_behalf: whether the key may be in another's name than the place is kept for.
    :param source: names the file in diagnostics.
    :param limits: with these the file is read and written in a process of its own, within them; `signer` and `stamp`
        stay in this one, and take as long as they take.
    :raises UnreadableInput: `pdf` is no PDF, damaged or encrypted.
    :raises UsageError: the options do not go together.
    :raises LetterpressError: the field is missing, signed already or not yet due; the key is in another's name;
        programs read the file in more than one way, or what its pages show may change; the certificate may not sign;
        the timestamp server fails.
    """
    if limits is not None:
        signed_there: SignedPdf = kept_worker.shared().call(
            "letterpress.signing.signature:sign_for",
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
            on_behalf=on_behalf,
            source=source,
        )
        return signed_there
    from letterpress.signing.writing import pades

    preconditions.check_options(level, tsa, time)
    when = time or datetime.datetime.now().astimezone()
    reader = fields.open_pdf(pdf, source)
    places = fields.places(reader)
    target = fields.find(places, field)
    certifies = preconditions.may_sign(places, target, certify)
    warnings = preconditions.check_file(reader, pdf, source)
    store = trust_store.read_trust(trust)
    warnings += preconditions.check_certificate(signer, target, when, store, on_behalf=on_behalf)
    server, level = _timestamp_server(level, tsa, tsa_timeout, tsa_optional, signer.digest, warnings)
    signed = pades.carry_out(
        reader,
        pades.Order(
            field=target.name,
            signer=signer,
            certifies=certifies,
            time=when,
            long_term=level in ("B-LT", "B-LTA"),
            archive=level == "B-LTA",
            timestamps=server,
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
        signer=contents.name_of(signer.chain[0]),
        level=level,
        certifies=certifies,
        time=when,
        added=len(signed) - len(pdf),
        open=tuple(other.signatory for other in places if other.open and other.name != target.name),
        diagnostics=tuple(warnings),
    )


@dataclass(frozen=True, slots=True)
class _RemoteSigner:
    """A signer in the process that has called this one: its key never comes here."""

    chain: tuple[bytes, ...]
    digest: str
    ask: Callable[..., Any]

    def sign(self, data: bytes) -> bytes:
        """Have the calling process sign `data`."""
        signature: bytes = self.ask("sign", data)
        return signature


def sign_for(
    ask: Callable[..., Any], pdf: bytes, chain: tuple[bytes, ...], digest: str, stamped: bool, **options: Any
) -> SignedPdf:
    """Sign for another process, which is asked for the signature and the stamp (`processes/kept_worker`).

    :param ask: calls one of that process's functions, `sign` or `stamp`, by name.
    :param chain: of the signer there; `digest` likewise.
    :param stamped: whether there is a stamp.
    """

    def draw(text: StampText, width: float, height: float) -> bytes:
        drawn: bytes = ask("stamp", text, width, height)
        return drawn

    return sign(pdf, signer=_RemoteSigner(chain, digest, ask), stamp=draw if stamped else None, **options)


def _draw(
    stamp: Stamp | None, target: Place, signer: Signer, when: datetime.datetime, reason: str | None, place: str | None
) -> bytes | None:
    """Have the stamp drawn; None where there is none, or the place has no size."""
    width, height = target.size
    if stamp is None or not width or not height:
        return None
    own = signer.chain[0]
    words = StampText(
        name=target.signatory,
        title=target.title,
        signer=contents.name_of(own),
        time=when,
        reason=reason,
        place=place,
        note=contents.TEST_UNIT if contents.is_test_identity(own) else None,
    )
    return stamp(words, width, height)


def _timestamp_server(
    level: Level, url: str | None, timeout: float, optional: bool, digest: str, warnings: list[Diagnostic]
) -> tuple[timestamp_server.TimestampServer | None, Level]:
    """Try the timestamp server once, and return it with the level that can be reached with it."""
    from letterpress.signing.writing import timestamp_server

    if level == "B-B" or url is None:
        return None, level
    server = timestamp_server.TimestampServer(url, timeout)
    fault = server.fault(digest)
    if fault is None:
        return server, level
    if not optional:
        raise LetterpressError(fault)
    warnings.append(
        Diagnostic(
            severity="warning",
            message=f"signed at B-B, without a timestamp: {fault.message}",
            hint="the signature is good as long as the certificate; for B-T, sign a fresh copy when the server is back",
            code="timestamp-omitted",
            value=fault.value,
            params=fault.params,
        )
    )
    return None, "B-B"
