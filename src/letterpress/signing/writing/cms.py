"""Builds the structure that a PDF signature holds: CMS SignedData with the attributes that PAdES asks for.

Written out because a general ASN.1 library encodes such a tree again at every look: 7 of the 12 ms that a signature
took. It has what one signer and a detached signature need.

Not here: reading such structures (`judging/embedded`).
Source: RFC 5652 (CMS), RFC 5035 (ESSCertIDv2), RFC 5754, 8419 and 4056 (algorithms), ETSI EN 319 122-1.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from letterpress.errors import LetterpressError
from letterpress.signing.certificates import contents, key_kinds
from letterpress.signing.keys.signer import Signer

_INTEGER, _OCTETS, _NULL, _OID, _SEQUENCE, _SET = 0x02, 0x04, 0x05, 0x06, 0x30, 0x31
_CONTEXT = 0xA0

_DIGESTS = {"sha256": "2.16.840.1.101.3.4.2.1", "sha384": "2.16.840.1.101.3.4.2.2", "sha512": "2.16.840.1.101.3.4.2.3"}
_RSA = {"sha256": "1.2.840.113549.1.1.11", "sha384": "1.2.840.113549.1.1.12", "sha512": "1.2.840.113549.1.1.13"}
_ECDSA = {"sha256": "1.2.840.10045.4.3.2", "sha384": "1.2.840.10045.4.3.3", "sha512": "1.2.840.10045.4.3.4"}
_ED25519 = "1.3.101.112"
_RSASSA_PSS, _MGF1 = "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.8"

_DATA, _SIGNED_DATA = "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.2"
_CONTENT_TYPE, _MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
_SIGNING_CERTIFICATE, _TIMESTAMP = "1.2.840.113549.1.9.16.2.47", "1.2.840.113549.1.9.16.2.14"

Timestamper = Callable[[bytes], Awaitable[bytes]]
"""Given a digest, the DER of a timestamp token."""


async def build(signer: Signer, digest: bytes, timestamper: Timestamper | None = None) -> bytes:
    """Sign bytes whose digest, made with `signer.digest`, is `digest`; return the structure in DER.

    What signer and timestamper raise goes through.

    :param timestamper: gives the signature a timestamp of itself.
    :raises LetterpressError: what the signer gives is no signature of its certificate's key.
    """
    made = sign(signer, digest)
    return encoded(signer, made, None if timestamper is None else await timestamper(made.digest(signer.digest)))


class Signature(NamedTuple):
    """What a key has signed, and its signature."""

    attributes: bytes
    value: bytes

    def digest(self, name: str) -> bytes:
        """Give the digest of the signature, of which a timestamp is made."""
        return hashlib.new(name, self.value).digest()


def sign(signer: Signer, digest: bytes) -> Signature:
    """Sign bytes whose digest, made with `signer.digest`, is `digest`. What the signer raises goes through.

    :raises LetterpressError: what the signer gives is no signature of its certificate's key.
    """
    attributes = _signed_attributes(signer.chain[0], digest)
    return Signature(attributes, _checked_signature(signer, _tagged(_SET, attributes)))


def encoded(signer: Signer, made: Signature, timestamp: bytes | None) -> bytes:
    """Encode a signature in DER.

    :param timestamp: of it, in DER.
    """
    around = _around(signer.chain, signer.digest)
    content = [around.identifier, _tagged(_CONTEXT, made.attributes), around.algorithm, _tagged(_OCTETS, made.value)]
    if timestamp is not None:
        content.append(_tagged(_CONTEXT + 1, _attribute(_TIMESTAMP, timestamp)))
    signed_data = around.head + _tagged(_SET, _tagged(_SEQUENCE, b"".join(content)))
    return _tagged(_SEQUENCE, around.kind + _tagged(_CONTEXT, _tagged(_SEQUENCE, signed_data)))


class _Around(NamedTuple):
    """What is the same in all signatures of a key."""

    kind: bytes
    head: bytes
    """Of the signed data: version, digest, certificates."""
    identifier: bytes
    """Of the signer: version, certificate, digest."""
    algorithm: bytes


@functools.lru_cache(maxsize=64)
def _around(chain: tuple[bytes, ...], digest: str) -> _Around:
    own = chain[0]
    algorithm = _algorithm(_DIGESTS[digest])
    embedded = {own, *(der for der in chain[1:] if not contents.is_self_issued(der))}
    head = [
        _tagged(_INTEGER, b"\x01"),
        _tagged(_SET, algorithm),
        _tagged(_SEQUENCE, _oid(_DATA)),
        _tagged(_CONTEXT, b"".join(sorted(embedded))),
    ]
    identifier = _tagged(_INTEGER, b"\x01") + _issuer_and_serial(own) + algorithm
    return _Around(_oid(_SIGNED_DATA), b"".join(head), identifier, _signature_algorithm(own, digest))


def _checked_signature(signer: Signer, data: bytes) -> bytes:
    """Have `signer` sign, and make sure that its certificate verifies it: keys come from anywhere."""
    own = signer.chain[0]
    signature = signer.sign(data)
    if not key_kinds.fits(own, data, signature, signer.digest):
        raise LetterpressError(
            f"what the key signed does not fit the certificate of {contents.name_of(own)}",
            hint="give the certificate that was issued for this very key, and sign in the way that the key demands",
            code="key-certificate-mismatch",
            params=(("certificate", contents.name_of(own)),),
        )
    return signature


def _signed_attributes(own: bytes, digest: bytes) -> bytes:
    """Encode the content of the set of signed attributes. The signing time is in the PDF (`M`), as PAdES wants it."""
    attributes = [*_fixed_attributes(own), _attribute(_MESSAGE_DIGEST, _tagged(_OCTETS, digest))]
    return b"".join(sorted(attributes))


@functools.lru_cache(maxsize=64)
def _fixed_attributes(own: bytes) -> tuple[bytes, ...]:
    """Encode the attributes that are the same in all signatures of a certificate."""
    identifier = _tagged(
        _SEQUENCE, _tagged(_OCTETS, hashlib.sha256(own).digest())
    )  # ESSCertIDv2: SHA-256 is its default
    return (
        _attribute(_CONTENT_TYPE, _oid(_DATA)),
        _attribute(_SIGNING_CERTIFICATE, _tagged(_SEQUENCE, _tagged(_SEQUENCE, identifier))),
    )


def _attribute(name: str, value: bytes) -> bytes:
    return _tagged(_SEQUENCE, _oid(name) + _tagged(_SET, value))


def _issuer_and_serial(own: bytes) -> bytes:
    certificate = contents.parse(own)
    serial = certificate.serial_number
    number = serial.to_bytes(serial.bit_length() // 8 + 1, "big", signed=True)
    return _tagged(_SEQUENCE, certificate.issuer.public_bytes() + _tagged(_INTEGER, number))


def _signature_algorithm(own: bytes, digest: str) -> bytes:
    key = contents.parse(own).public_key()
    if isinstance(key, rsa.RSAPublicKey):
        demands = key_kinds.pss(own)
        return _algorithm(_RSA[digest], _tagged(_NULL, b"")) if demands is None else _pss(demands)
    return _algorithm(_ECDSA[digest] if isinstance(key, ec.EllipticCurvePublicKey) else _ED25519)


def _pss(demands: key_kinds.Pss) -> bytes:
    """Encode RSASSA-PSS with its parameters: those of the key, byte for byte, since readers compare them."""
    if demands.parameters is not None:
        return _algorithm(_RSASSA_PSS, demands.parameters)
    digest = _algorithm(_DIGESTS[demands.digest], _tagged(_NULL, b""))
    parameters = [
        _tagged(_CONTEXT, digest),
        _tagged(_CONTEXT + 1, _algorithm(_MGF1, digest)),
        _tagged(_CONTEXT + 2, _tagged(_INTEGER, bytes([demands.salt]))),
    ]
    return _algorithm(_RSASSA_PSS, _tagged(_SEQUENCE, b"".join(parameters)))


def _algorithm(name: str, parameters: bytes = b"") -> bytes:
    return _tagged(_SEQUENCE, _oid(name) + parameters)


@functools.cache
def _oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    content = bytearray()
    for number in (40 * first + second, *rest):
        septets = [number & 0x7F]
        while number := number >> 7:
            septets.append(number & 0x7F | 0x80)
        content.extend(reversed(septets))
    return _tagged(_OID, bytes(content))


def _tagged(tag: int, content: bytes) -> bytes:
    """Encode tag, length and content (DER)."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content
