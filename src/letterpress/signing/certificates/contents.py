"""Reads certificates, and says what they say of themselves: owner, issuer, test or not.

A certificate travels as its DER bytes and is parsed once.

Not here: what its key can do (`key_kinds`), whether it may sign (`purpose`), whether it is trusted (`trust`).
Source: RFC 5280.
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, padding, rsa
from cryptography.x509.oid import NameOID

from letterpress.errors import UnreadableInput

TEST_UNIT = "letterpress test identity"
"""The organisational unit in the subject of every certificate that `letterpress identity` makes."""


def parse(der: bytes) -> x509.Certificate:
    """Parse a certificate, once for all that ask.

    :raises ValueError: `der` is none.
    """
    return _parse(der)


@functools.lru_cache(maxsize=4096)
def _parse(der: bytes) -> x509.Certificate:
    return x509.load_der_x509_certificate(der)


def read_certificates(data: bytes, source: str) -> tuple[bytes, ...]:
    """Read all certificates in `data`, PEM or DER, each as DER.

    :param source: what the diagnostic names as the file.
    :raises UnreadableInput: there is none.
    """
    try:
        if b"-----BEGIN CERTIFICATE-----" in data:
            certificates = x509.load_pem_x509_certificates(data)
        else:
            certificates = [x509.load_der_x509_certificate(data)]
    except ValueError as error:
        raise UnreadableInput(
            "holds no certificate",
            file=source,
            hint="give a certificate in PEM or DER, such as cert.pem",
            code="certificate-missing",
        ) from error
    return tuple(certificate.public_bytes(serialization.Encoding.DER) for certificate in certificates)


def read_from(source: Path | bytes) -> tuple[bytes, ...]:
    """Read all certificates in a file or in bytes.

    :raises UnreadableInput: there is none, or the file cannot be read.
    """
    if isinstance(source, bytes):
        return read_certificates(source, "the given bytes")
    try:
        data = source.read_bytes()
    except OSError as error:
        raise UnreadableInput(
            f"cannot be read: {error.strerror}",
            file=str(source),
            code="file-unreadable",
            params=(("cause", error.strerror),),
        ) from error
    return read_certificates(data, str(source))


def in_order(own: bytes, others: Iterable[bytes]) -> tuple[bytes, ...]:
    """Return `own` and those of `others` that lead up from it by their names, each before its issuer."""
    chain, left = [own], [der for der in dict.fromkeys(others) if der != own]
    while True:
        current = parse(chain[-1])
        above = [der for der in left if der not in chain and parse(der).subject == current.issuer]
        if not above or current.subject == current.issuer:
            return tuple(chain)
        chain.append(above[0])


def signed_by(child: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Tell whether `child` was signed with the key of `issuer`, whatever else speaks for or against it.

    The library's own check refuses digests that are too weak and names that are encoded otherwise. A verdict has to say
    what is wrong, so the signature is then checked by itself.
    """
    try:
        child.verify_directly_issued_by(issuer)
        return True
    except InvalidSignature:
        return False
    except (UnsupportedAlgorithm, ValueError, TypeError):
        pass  # a digest that it takes no more, or a name that is encoded otherwise
    try:
        key: Any = issuer.public_key()
        digest: Any = child.signature_hash_algorithm
        how: tuple[Any, ...] = ()
        if isinstance(key, rsa.RSAPublicKey):
            how = (child.signature_algorithm_parameters or padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            how = (ec.ECDSA(digest),)
        elif isinstance(key, dsa.DSAPublicKey):
            how = (digest,)
        key.verify(child.signature, child.tbs_certificate_bytes, *how)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError, AttributeError):
        return False
    return True


def is_self_issued(der: bytes) -> bool:
    """Tell whether the certificate names itself as its issuer."""
    certificate = parse(der)
    return certificate.subject == certificate.issuer


def name_of(der: bytes) -> str:
    """Return the owner's name: common name, else organisation, else the whole subject."""
    subject = parse(der).subject
    for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        for attribute in subject.get_attributes_for_oid(oid):
            return str(attribute.value)
    return subject.rfc4514_string()


def issuer_of(der: bytes) -> str:
    """Return the issuer's whole name (RFC 4514)."""
    return parse(der).issuer.rfc4514_string()


def is_test_identity(der: bytes) -> bool:
    """Tell whether `letterpress identity new` made this certificate, or one like it."""
    units = parse(der).subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    return any(attribute.value == TEST_UNIT for attribute in units)


def minute(moment: datetime.datetime) -> str:
    """Write a moment out, in UTC and to the minute."""
    return f"{moment.astimezone(datetime.UTC):%Y-%m-%d %H:%M} UTC"
