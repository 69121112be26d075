"""PAdES signatures, appended to a PDF: the one module that knows pyHanko's writer.

Job: carry out one `Order`. Secret: pyHanko's signing machinery, CMS, the document security store, document time stamps,
RFC 3161. Import it lazily: pyHanko takes half a second to load. What may be signed, and by whom, is sign.py's business.

Three things differ from stock pyHanko, each for a measured reason. A key is parsed once by keys.py, not at every
signature (RSA-4096: 500 ms less). The file's metadata stay as they are: pyHanko rewrites XMP at each update, for 2 ms
and 1.5 KB, and a reader would have to be told why the metadata of a signed letter changed. A stamp becomes the field's
appearance as it is, without pyHanko's frame, background and transparency around it.
"""

from __future__ import annotations

import base64
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
from pyhanko.sign.timestamps import HTTPTimeStamper, TimestampRequestError
from pyhanko.stamp import BaseStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from letterpress.errors import Diagnostic, LetterpressError
from letterpress.signing import certificates, cms
from letterpress.signing.keys import Signer
from letterpress.signing.run_async import wait_for
from letterpress.text import urls

_ATTRIBUTES = 1600
"""Bytes of a CMS signature besides certificates and the signature itself, with the longest names likely."""
_TIMESTAMP_SLACK = 1024
"""Bytes by which a timestamp may turn out longer than the first one of the same server."""
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
    timestamps: Timestamps | None
    trust: certificates.TrustStore
    stamp: bytes | None
    """A PDF of one page that becomes the field's appearance."""
    reason: str | None
    location: str | None
    contact: str | None


class Timestamps:
    """A timestamp server, asked over HTTP (RFC 3161)."""

    def __init__(self, url: str, timeout: float) -> None:
        self.url = url
        self.timeout = timeout
        address, user = urls.credentials(url)
        self.client = HTTPTimeStamper(address, timeout=timeout, headers=_authorization(user))

    def fault(self, digest: str) -> Diagnostic | None:
        """Ask for one timestamp, which also tells how long they are. What is wrong, if it fails."""
        try:
            wait_for(self.client.async_dummy_response(digest))
        except Exception as error:  # an answer that is no timestamp fails wherever its parser stops
            return self.diagnose(error)
        return None

    def diagnose(self, error: BaseException) -> Diagnostic:
        """What the server did wrong, said for people."""
        cause = error.__cause__ if isinstance(error, TimestampRequestError) and error.__cause__ else error
        if isinstance(cause, TimeoutError):
            problem = f"did not answer within {self.timeout:g} s"
        elif isinstance(error, TimestampRequestError):
            problem = f"failed: {urls.hidden(str(cause), self.url)}"
        else:
            problem = f"gave an answer that is no timestamp ({type(error).__name__})"
        return Diagnostic(
            message=f"the timestamp server {urls.without_password(self.url)} {problem}",
            hint="nothing was signed; try again later, name another --tsa, or allow B-B by --tsa-optional",
        )

    def size(self, digest: str) -> int:
        """Bytes to keep for a timestamp with `digest`; `fault` has been asked before."""
        return len(self.client._dummy_response_cache[digest].dump()) + _TIMESTAMP_SLACK


def _authorization(user: tuple[str, str] | None) -> dict[str, str]:
    """The header that tells a server who asks (RFC 7617)."""
    if user is None:
        return {}
    return {"Authorization": "Basic " + base64.b64encode(":".join(user).encode()).decode()}


def carry_out(reader: Any, order: Order) -> bytes:
    """The PDF of `reader` (see signature_fields.open_pdf) with the signature appended. Raises LetterpressError."""
    try:
        return wait_for(_carry_out(reader, order))
    except TimestampRequestError as error:
        raise LetterpressError(_server(order).diagnose(error)) from error
    except (SigningError, PathBuildingError, PathValidationError) as error:
        because = f": {error.__cause__}" if error.__cause__ else ""
        raise LetterpressError(
            f"cannot be signed: {error}{because}", hint=_LONG_TERM if order.long_term else None
        ) from error


def _server(order: Order) -> Timestamps:
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
            signer_key_usage=set(),  # certificates.faults has looked
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
    document = session.prepare_tbs_document(validation_info=validation, bytes_reserved=2 * _reserve(order))
    digest, output = document.digest_tbs_document(in_place=True)
    await document.perform_signature(
        document_digest=digest.document_digest, pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=order.time)
    )
    return _content(output)


def _content(output: Any) -> bytes:
    content: bytes = output.getvalue()
    return content


def _reserve(order: Order) -> int:
    """Bytes to keep for the CMS signature: what must fit, and no more than needed, since each counts twice in hex."""
    chain = order.signer.chain
    certificates_size = sum(len(der) for der in chain if der is chain[0] or not certificates.is_self_issued(der))
    size = certificates_size + certificates.signature_size(chain[0]) + _ATTRIBUTES
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
    """What revocation information is collected against. Collecting is not judging: any chain's own end is an anchor."""
    chain = [*order.signer.chain, *order.trust.helpers, *order.trust.anchors]
    if certificates.is_self_issued(order.signer.chain[0]):
        raise LetterpressError(
            f"the certificate of {certificates.name_of(order.signer.chain[0])} issued itself, so that nobody can "
            "revoke it, and B-LT would promise what it cannot hold",
            hint="sign at B-T, or use a certificate of an issuer",
        )
    known = [*map(_asn1, chain), *_server(order).client.cert_registry]
    anchors = [c for c in known if c.self_issued]
    if order.trust.anchors:
        anchors.extend(map(_asn1, order.trust.anchors))
    if not any(certificates.is_self_issued(der) for der in chain):
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
        """Nothing; `tests/signing/test_sign.py` pins that no metadata are written."""


class _Key(signers.Signer):  # type: ignore[misc,unused-ignore]
    """pyHanko's view of a `letterpress.keys.Signer`."""

    def __init__(self, signer: Signer) -> None:
        store = SimpleCertificateStore()
        store.register_multiple(map(_asn1, signer.chain))
        super().__init__(signing_cert=_asn1(signer.chain[0]), cert_registry=store, embed_roots=False)
        self._signer = signer

    async def async_sign(self, data_digest: bytes, digest_algorithm: str, timestamper: Any = None, **_: Any) -> bytes:
        """The signature of what has the digest `data_digest`, in DER."""

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
    def __init__(self, writer: Any, pdf: bytes) -> None:
        self.writer = writer
        self.pdf = pdf

    def apply_appearance(self, annotation: Any) -> None:
        """Called by pyHanko with the field's widget."""
        page = self.writer.import_page_as_xobject(PdfFileReader(BytesIO(self.pdf)))
        annotation[pdf_name("/AP")] = DictionaryObject({pdf_name("/N"): page})
