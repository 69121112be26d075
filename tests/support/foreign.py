"""Support for the tests of `verify`: what other programs do to a letter. pyHanko as it comes stands for them."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator.registry import SimpleCertificateStore


def _private(key: Any) -> Any:
    plain = serialization.NoEncryption()
    return asn1_keys.PrivateKeyInfo.load(
        key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, plain)
    )


def _store(chain: Sequence[bytes]) -> SimpleCertificateStore:
    store = SimpleCertificateStore()
    store.register_multiple(map(asn1_x509.Certificate.load, chain))
    return store


def sign(
    pdf: bytes,
    field: str,
    key: Any,
    chain: Sequence[bytes],
    *,
    digest: str = "sha256",
    new_field: Any = None,
    existing: bool = True,
    timestamper: Any = None,
    certify: bool = False,
    mechanism: Any = None,
    pss: bool = False,
) -> bytes:
    """The file signed by another program in `field`, which it makes if `existing` is False."""
    signer = signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(chain[0]),
        signing_key=_private(key),
        cert_registry=_store(chain),
        signature_mechanism=mechanism,
        prefer_pss=pss,
    )
    output = signers.sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf)),
        signers.PdfSignatureMetadata(
            field_name=field,
            md_algorithm=digest,
            certify=certify,
            subfilter=fields.SigSeedSubFilter.PADES,
            signer_key_usage=set(),
        ),
        signer=signer,
        timestamper=timestamper,
        existing_fields_only=existing,
        new_field_spec=new_field,
    )
    return bytes(output.getvalue())


def timestamper(key: Any, chain: Sequence[bytes], digest: str | None = None) -> Any:
    """A time-stamp authority in this process. `digest`: the one that it signs with, whatever it is asked for."""
    return DummyTimeStamper(
        asn1_x509.Certificate.load(chain[0]), _private(key), certs_to_embed=_store(chain[1:]), override_md=digest
    )


def timestamp(pdf: bytes, authority: Any, digest: str = "sha256", field: str | None = None) -> bytes:
    """The file with a time stamp over it, by default in a new, invisible field."""
    stamper = PdfTimeStamper(authority, field_name=field)
    output = asyncio.run(stamper.async_timestamp_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), digest))
    return bytes(output.getvalue())


def add_dss(
    pdf: bytes, *, certificates: Sequence[bytes] = (), crls: Sequence[bytes] = (), ocsps: Sequence[bytes] = ()
) -> bytes:
    """The file with a document security store, or more in it."""
    from asn1crypto import crl, ocsp

    output = io.BytesIO(pdf)
    DocumentSecurityStore.add_dss(
        output,
        None,
        certs=list(map(asn1_x509.Certificate.load, certificates)),
        crls=list(map(crl.CertificateList.load, crls)),
        ocsps=list(map(ocsp.OCSPResponse.load, ocsps)),
    )
    return output.getvalue()
