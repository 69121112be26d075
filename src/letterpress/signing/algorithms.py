"""Which algorithms a signature and a certificate are made with, and which of them are too weak to be trusted.

Not here: whether the signature fits (validation.py). Sources: ETSI TS 119 312 (what is recommended), NIST SP 800-131A
(what is no longer to be used), RFC 4055 (RSASSA-PSS).
"""

from __future__ import annotations

from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa

from letterpress.signing import certificates

WEAK_DIGESTS = {"md2": "MD2", "md4": "MD4", "md5": "MD5", "sha1": "SHA-1"}
"""Digests for which two texts with one value can be made, and their usual names."""

SHORTEST_RSA, SHORTEST_CURVE = certificates.RSA_BITS[0], 224
"""In bits; a curve of 224 bits is as strong as RSA of 2048."""


def of_key(key: Any, owner: str) -> tuple[str, ...]:
    """Why the public key of `owner` is too weak; empty if it is not."""
    match key:
        case rsa.RSAPublicKey() if key.key_size < SHORTEST_RSA:
            return (f"weak algorithm: the RSA key of {owner} has {key.key_size} bits, fewer than {SHORTEST_RSA}",)
        case dsa.DSAPublicKey():
            return (f"weak algorithm: the key of {owner} is a DSA key, which is no longer to be used",)
        case ec.EllipticCurvePublicKey() if key.key_size < SHORTEST_CURVE:
            return (f"weak algorithm: the key of {owner} is on a curve of {key.key_size} bits",)
    return ()


def of_certificate(der: bytes, *, anchor: bool = False) -> tuple[str, ...]:
    """Why a certificate is too weak: its key and, unless it is an `anchor`, how its issuer signed it."""
    certificate, name = certificates.parse(der), certificates.name_of(der)
    try:
        found = of_key(certificate.public_key(), name)
    except (UnsupportedAlgorithm, ValueError):  # the path of trust fails over it, and says so
        found = ()
    if anchor or certificates.signed_by(certificate, certificate):
        return found  # it is trusted because it was named, not for its signature
    try:
        digest = certificate.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return found
    if digest is not None and digest.name in WEAK_DIGESTS:
        weak = WEAK_DIGESTS[digest.name]
        return (*found, f"weak algorithm: the certificate of {name} is signed with {weak}, which can be forged")
    return found


def of_signer(info: Any, certificate: bytes, what: str = "the signature") -> tuple[str, ...]:
    """Why a CMS signature is too weak: digest, signature and key.

    :param info: asn1crypto's SignerInfo.
    :param certificate: the signer's, in DER.
    :param what: what is signed so, in words.
    """
    digests = dict.fromkeys((info["digest_algorithm"]["algorithm"].native, _signature_digest(info)))
    found = [_forgeable(what, name) for name in digests if name in WEAK_DIGESTS]
    try:
        key = certificates.parse(certificate).public_key()
    except (UnsupportedAlgorithm, ValueError):
        return tuple(found)
    return (*found, *of_key(key, certificates.name_of(certificate)))


def of_timestamp(signed_data: Any, certificate: bytes, what: str = "the timestamp") -> tuple[str, ...]:
    """Why a time stamp (RFC 3161) is too weak: what it stamps, and how it is signed.

    :param signed_data: asn1crypto's SignedData of the token.
    """
    imprint = signed_data["encap_content_info"]["content"].parsed["message_imprint"]["hash_algorithm"]
    stamped = imprint["algorithm"].native
    found = [_forgeable(what, stamped)] if stamped in WEAK_DIGESTS else []
    for info in signed_data["signer_infos"]:
        found.extend(of_signer(info, certificate, what))
    return tuple(dict.fromkeys(found))


def _forgeable(what: str, digest: str) -> str:
    return f"weak algorithm: {what} is made with {WEAK_DIGESTS[digest]}, which can be forged"


def _signature_digest(info: Any) -> str | None:
    """The digest that the signature's algorithm names; None if it names none (Ed25519)."""
    try:
        name: str = info["signature_algorithm"].hash_algo
    except ValueError:
        return None
    return name
