"""Appends a PAdES signature to a PDF, with time stamps and validation data as its level asks. Import it lazily.

pyHanko takes half a second to load, hence the laziness.

Three things differ from stock pyHanko, each for a measured reason. A key is parsed once by keys.py, not at every
signature (RSA-4096: 500 ms less). The file's metadata stay as they are: pyHanko rewrites XMP at each update, for 2 ms
and 1.5 KB, and a reader would have to be told why the metadata of a signed letter changed. A stamp becomes the field's
appearance as it is, without pyHanko's frame, background and transparency around it.

Not here: what may be signed, and by whom (`preconditions`); the CMS structure (`cms`).
Source: ETSI EN 319 142-1, 5 (PAdES), ISO 32000-2, 12.8.
"""

from __future__ import annotations

import datetime
import functools
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from asn1crypto import x509
from pyhanko.pdf_utils.generic import DictionaryObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.signers.pdf_signer import (
    DSSContentSettings,
    PdfTimeStamper,
    SigDSSPlacementPreference,
    TimestampDSSContentSettings,
)
from pyhanko.sign.timestamps import TimestampRequestError
from pyhanko.stamp import BaseStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from letterpress.errors import LetterpressError
from letterpress.signing.certificates import contents, key_kinds
from letterpress.signing.certificates.trust_store import TrustStore
from letterpress.signing.keys.signer import Signer
from letterpress.signing.run_async import wait_for
from letterpress.signing.writing import cms
from letterpress.signing.writing.timestamp_server import TimestampServer

_ATTRIBUTES = 1600
"""Bytes of a CMS signature besides certificates and the signature itself, with the longest names likely."""
_LONGEST = 32_767
"""Bytes of a string in PDF/A, which a signature is (ISO 19005-3, 6.1.13)."""
_LONG_TERM = (
    "B-LT needs revocation lists or OCSP for every certificate, the timestamp server's too: add issuers and CRLs by "
    "--trust, or sign at B-T"
)
_TIMESTAMP_FIELD = "letterpress-time-stamp-{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One signature to be made, with everything looked up and checked."""

    field: str
    """The field's `T`."""
    signer: Signer
    certifies: bool
    time: datetime.datetime
    long_term: bool
    """Whether revocation information goes into the file (B-LT and B-LTA)."""
    archive: bool
    """Whether a document time stamp closes the file (B-LTA)."""
    timestamps: TimestampServer | None
    trust: TrustStore
    stamp: bytes | None
    """A PDF of one page that becomes the field's appearance."""
    reason: str | None
    location: str | None
    contact: str | None


def carry_out(reader: Any, order: Order) -> bytes:
    """Append the signature to the PDF that `reader` (see `fields.open_pdf`) has open.

    :raises LetterpressError: the timestamp server fails, or what the level asks for cannot be had.
    """
    try:
        return wait_for(_carry_out(reader, order))
    except TimestampRequestError as error:
        raise LetterpressError(_server(order).diagnose(error)) from error
    except (SigningError, PathBuildingError, PathValidationError) as error:
        because = f": {error.__cause__}" if error.__cause__ else ""
        raise LetterpressError(
            f"cannot be signed: {error}{because}",
            hint=_LONG_TERM if order.long_term else None,
            code="validation-data-missing" if order.long_term else "signing-failed",
            params=(("cause", f"{error}{because}"),),
        ) from error


def _server(order: Order) -> TimestampServer:
    if order.timestamps is None:
        raise ValueError("this level needs a timestamp server")
    return order.timestamps


async def _carry_out(reader: Any, order: Order) -> bytes:
    context = _context(order) if order.long_term else None
    try:
        output = await _signature(reader, order, context)
        if order.archive:
            output = await _document_timestamp(output, order, context)
    finally:
        if context is not None:
            await context.aclose()
    return output


async def _signature(reader: Any, order: Order, context: Any) -> bytes:
    timestamper = order.timestamps.client if order.timestamps else None
    room = _reserve(order)
    if room > _LONGEST:
        message = f"the signature would take {room:,} bytes with its certificates; PDF/A has room for {_LONGEST:,}"
        hint = "use a key file that holds the key's own certificate and those that issued it, and no others"
        params = (("bytes", room), ("limit", _LONGEST))
        raise LetterpressError(message, hint=hint, code="signature-too-large", params=params)
    signer = signers.PdfSigner(
        signers.PdfSignatureMetadata(
            field_name=order.field,
            md_algorithm=order.signer.digest,
            reason=order.reason,
            location=order.location,
            contact_info=order.contact,
            certify=order.certifies,
            subfilter=fields.SigSeedSubFilter.PADES,
            docmdp_permissions=fields.MDPPerm.FILL_FORMS,
            embed_validation_info=order.long_term,
            validation_context=context,
            signer_key_usage=set(),  # purpose.faults has looked
            dss_settings=DSSContentSettings(
                include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
            ),
        ),
        signer=_Key(order.signer),
        timestamper=timestamper,
        stamp_style=_StampStyle(order.stamp),
    )
    writer = _Appending(reader.stream, prev=reader)
    session = signer.init_signing_session(writer, existing_fields_only=True)
    session.system_time = order.time
    validation = await session.perform_presign_validation(writer)
    document = session.prepare_tbs_document(validation_info=validation, bytes_reserved=2 * room)
    digest, output = document.digest_tbs_document(in_place=True)
    await document.perform_signature(
        document_digest=digest.document_digest, pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=order.time)
    )
    return _content(output)


def _content(output: Any) -> bytes:
    content: bytes = output.getvalue()
    return content


def _reserve(order: Order) -> int:
    """Return the bytes to keep for the CMS signature: what must fit, and no more, since each counts twice in hex."""
    chain = order.signer.chain
    certificates_size = sum(len(der) for der in chain if der is chain[0] or not contents.is_self_issued(der))
    size = certificates_size + key_kinds.signature_size(chain[0]) + _ATTRIBUTES
    return size + (order.timestamps.size(order.signer.digest) if order.timestamps else 0)


async def _document_timestamp(pdf: bytes, order: Order, context: Any) -> bytes:
    server = _server(order)
    writer = _Appending(BytesIO(pdf))
    taken = {name for name, _, _ in fields.enumerate_sig_fields(writer.prev)}
    number = next(n for n in range(1, len(taken) + 2) if _TIMESTAMP_FIELD.format(n) not in taken)
    output = await PdfTimeStamper(server.client, field_name=_TIMESTAMP_FIELD.format(number)).async_timestamp_pdf(
        writer,
        order.signer.digest,
        validation_context=context,
        bytes_reserved=2 * server.size(order.signer.digest),
        in_place=True,
        dss_settings=TimestampDSSContentSettings(include_vri=False, update_before_ts=True),
        embed_roots=False,
    )
    return _content(output)


def _context(order: Order) -> Any:
    """Make the context that revocation information is collected against.

    Collecting is not judging: any chain's own end is an anchor.
    """
    chain = [*order.signer.chain, *order.trust.helpers, *order.trust.anchors]
    if contents.is_self_issued(order.signer.chain[0]):
        raise LetterpressError(
            f"the certificate of {contents.name_of(order.signer.chain[0])} issued itself, so that nobody can "
            "revoke it, and B-LT would promise what it cannot hold",
            hint="sign at B-T, or use a certificate of an issuer",
            code="certificate-self-issued",
            params=(("certificate", contents.name_of(order.signer.chain[0])),),
        )
    known = [*map(_asn1, chain), *_server(order).client.cert_registry]
    anchors = [certificate for certificate in known if certificate.self_issued]
    if order.trust.anchors:
        anchors.extend(map(_asn1, order.trust.anchors))
    if not any(contents.is_self_issued(der) for der in chain):
        anchors.append(_asn1(order.signer.chain[-1]))
    return ValidationContext(
        trust_roots=anchors,
        other_certs=known,
        crls=list(order.trust.revocation_lists),
        allow_fetching=True,
        revocation_mode="require",
    )


@functools.lru_cache(maxsize=64)
def _asn1(der: bytes) -> Any:
    return x509.Certificate.load(der)


_PDF_OF_ARCHIVES = (1, 7)
"""The version of PDF that PDF/A-3 is made of (ISO 19005-3, 6.1.2)."""


class _Appending(IncrementalPdfFileWriter):  # type: ignore[misc,unused-ignore] # pyHanko is untyped
    """Appends; leaves XMP, document information and the version of PDF as the letter's renderer wrote them."""

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        """Not above 1.7: elliptic keys would make it 2.0, and the letter would no longer be a PDF/A-3."""
        super().ensure_output_version(min(version, _PDF_OF_ARCHIVES))

    def register_extension(self, ext: Any) -> None:
        """Only extensions of PDF 1.7, of which PAdES is one."""
        if ext.base_version == "/1.7":
            super().register_extension(ext)

    def _update_meta(self) -> None:
        """Do nothing; `tests/signing/test_sign.py` pins that no metadata are written."""


class _Key(signers.Signer):  # type: ignore[misc,unused-ignore]
    """pyHanko's view of a `keys.signer.Signer`."""

    def __init__(self, signer: Signer) -> None:
        store = SimpleCertificateStore()
        store.register_multiple(map(_asn1, signer.chain))
        super().__init__(signing_cert=_asn1(signer.chain[0]), cert_registry=store, embed_roots=False)
        self._signer = signer

    async def async_sign(self, data_digest: bytes, digest_algorithm: str, timestamper: Any = None, **_: Any) -> bytes:
        """Sign what has the digest `data_digest`; return the CMS structure in DER."""

        async def timestamp(digest: bytes) -> bytes:
            token: bytes = (await timestamper.async_timestamp(digest, digest_algorithm)).dump()
            return token

        return await cms.build(self._signer, data_digest, timestamp if timestamper is not None else None)


@dataclass(frozen=True)
class _StampStyle(BaseStampStyle):  # type: ignore[misc,unused-ignore]
    """Gives the field the page of `pdf` as its appearance, or leaves it empty."""

    pdf: bytes | None = None

    def __init__(self, pdf: bytes | None) -> None:
        object.__setattr__(self, "pdf", pdf)

    def create_stamp(self, writer: Any, box: Any, text_params: Any) -> Any:
        """Called by pyHanko with the writer of the file."""
        return _Appearance(writer, self.pdf) if self.pdf is not None else None


class _Appearance:
    """A page of another PDF as the look of a field."""

    def __init__(self, writer: Any, pdf: bytes) -> None:
        self.writer = writer
        self.pdf = pdf

    def apply_appearance(self, annotation: Any) -> None:
        """Called by pyHanko with the field's widget."""
        page = self.writer.import_page_as_xobject(PdfFileReader(BytesIO(self.pdf)))
        annotation[pdf_name("/AP")] = DictionaryObject({pdf_name("/N"): page})
