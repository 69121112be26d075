"""Says which algorithms of a signature and a certificate are too weak to be trusted.

Not here: whether a signature fits (`judging/`).
Source: ETSI TS 119 312 (what is recommended), NIST SP 800-131A (what is no longer to be used), RFC 4055 (RSASSA-PSS).
"""

from __future__ import annotations

from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa

from letterpress.signing.certificates import contents, key_kinds
from letterpress.signing.reasons import Reason

WEAK_DIGESTS = {"md2": "MD2", "md4": "MD4", "md5": "MD5", "sha1": "SHA-1"}
"""Digests for which two texts with one value can be made, and their usual names."""

SHORTEST_RSA, SHORTEST_CURVE = key_kinds.RSA_BITS[0], 224
"""In bits; a curve of 224 bits is as strong as RSA of 2048."""


def of_key(key: Any, owner: str) -> tuple[Reason, ...]:
    """Say why the public key of `owner` is too weak; empty if it is not."""
    match key:
        case rsa.RSAPublicKey() if key.key_size < SHORTEST_RSA:
            words = f"the RSA key of {owner} has {key.key_size} bits, fewer than {SHORTEST_RSA}"
        case dsa.DSAPublicKey():
            words = f"the key of {owner} is a DSA key, which is no longer to be used"
        case ec.EllipticCurvePublicKey() if key.key_size < SHORTEST_CURVE:
            words = f"the key of {owner} is on a curve of {key.key_size} bits"
        case _:
            return ()
    return (
        Reason(
            code="key-weak", text=f"weak algorithm: {words}", params=(("certificate", owner), ("bits", key.key_size))
        ),
    )


def of_certificate(der: bytes, *, anchor: bool = False) -> tuple[Reason, ...]:
    """Say why a certificate is too weak: its key and, unless it is an `anchor`, how its issuer signed it."""
    certificate, name = contents.parse(der), contents.name_of(der)
    try:
        reasons = of_key(certificate.public_key(), name)
    except (UnsupportedAlgorithm, ValueError):  # the path of trust fails over it, and says so
        reasons = ()
    if anchor or contents.signed_by(certificate, certificate):
        return reasons  # it is trusted because it was named, not for its signature
    try:
        digest = certificate.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return reasons
    if digest is not None and digest.name in WEAK_DIGESTS:
        weak = WEAK_DIGESTS[digest.name]
        text = f"weak algorithm: the certificate of {name} is signed with {weak}, which can be forged"
        params = (("certificate", name), ("digest", digest.name))
        return (*reasons, Reason(code="digest-weak", text=text, params=params))
    return reasons


def of_signer(info: Any, certificate: bytes, what: str = "the signature") -> tuple[Reason, ...]:
    """Say why a CMS signature is too weak: digest, signature and key.

    :param info: asn1crypto's SignerInfo.
    :param certificate: the signer's, in DER.
    :param what: what is signed so, in words.
    """
    digests = dict.fromkeys((info["digest_algorithm"]["algorithm"].native, _signature_digest(info)))
    reasons = [_forgeable(what, name) for name in digests if name in WEAK_DIGESTS]
    try:
        key = contents.parse(certificate).public_key()
    except (UnsupportedAlgorithm, ValueError):
        return tuple(reasons)
    return (*reasons, *of_key(key, contents.name_of(certificate)))


def of_timestamp(signed_data: Any, certificate: bytes, what: str = "the timestamp") -> tuple[Reason, ...]:
    """Say why a time stamp (RFC 3161) is too weak: what it stamps, and how it is signed.

    :param signed_data: asn1crypto's SignedData of the token.
    :param certificate: of who gave it, in DER.
    :param what: as for `of_signer`.
    """
    imprint = signed_data["encap_content_info"]["content"].parsed["message_imprint"]["hash_algorithm"]
    stamped = imprint["algorithm"].native
    reasons = [_forgeable(what, stamped)] if stamped in WEAK_DIGESTS else []
    for info in signed_data["signer_infos"]:
        reasons.extend(of_signer(info, certificate, what))
    return tuple(dict.fromkeys(reasons))


def _forgeable(what: str, digest: str) -> Reason:
    text = f"weak algorithm: {what} is made with {WEAK_DIGESTS[digest]}, which can be forged"
    return Reason(code="digest-weak", text=text, params=(("digest", digest),))


def _signature_digest(info: Any) -> str | None:
    """Return the digest that the signature's algorithm names; None if it names none (Ed25519)."""
    try:
        name: str = info["signature_algorithm"].hash_algo
    except ValueError:
        return None
    return name
