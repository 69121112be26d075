"""Kinds of keys: with which digest and padding a certificate's key signs, and whether a signature fits it.

Not here: keys themselves (`keys/`), which algorithms are too weak to be trusted (`algorithms`).
Source: RFC 4055 (RSASSA-PSS), RFC 8419 (Ed25519), ETSI TS 119 312 (lengths).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from letterpress.errors import LetterpressError
from letterpress.signing.certificates import contents

DIGESTS = {"rsa": "sha256", "secp256r1": "sha256", "secp384r1": "sha384", "secp521r1": "sha512", "ed25519": "sha512"}
"""Digest that goes with a key, by name of the algorithm or curve. RFC 8419 fixes the one of Ed25519."""

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}

RSA_BITS = (2048, 8192)
"""Shortest and longest RSA modulus that is taken, in bits. ETSI TS 119 312 asks for 1900 or more."""

_RSASSA_PSS = "1.2.840.113549.1.1.10"

PSS_DIGESTS = {"sha256": 32, "sha384": 48, "sha512": 64}
"""Digests that RSASSA-PSS is used with, and their length in bytes, which is the salt's too unless a key says else."""


@dataclass(frozen=True, slots=True)
class Pss:
    """How a key signs that is for RSASSA-PSS only (RFC 4055)."""

    digest: str
    salt: int
    """Length in bytes."""
    parameters: bytes | None
    """The key's own demands in DER, to be repeated in each signature; None for a key without any."""


def pss(der: bytes) -> Pss | None:
    """Return what the certificate's key demands if it is for RSASSA-PSS; None for any other key.

    :raises LetterpressError: it demands what cannot be met, or what is too weak.
    """
    if contents.parse(der).public_key_algorithm_oid.dotted_string != _RSASSA_PSS:
        return None
    return _pss(der)


@functools.lru_cache(maxsize=256)
def _pss(der: bytes) -> Pss:
    from asn1crypto import x509 as asn1

    parameters = asn1.Certificate.load(der).public_key["algorithm"]["parameters"]
    demands = parameters.native
    if demands is None:
        return Pss("sha256", PSS_DIGESTS["sha256"], None)
    digest = demands["hash_algorithm"]["algorithm"]
    mask = demands["mask_gen_algorithm"]["parameters"]["algorithm"]
    salt, bits = int(demands["salt_length"]), key_bits(der)
    problem = None
    if digest not in PSS_DIGESTS:
        problem = f"the digest {digest}"
    elif mask != digest:
        problem = f"the digest {digest}, and {mask} for its mask"
    elif (bits + 6) // 8 < PSS_DIGESTS[digest] + salt + 2:
        problem = f"a salt of {salt} bytes, more than a key of {bits} bits has room for"
    elif demands["trailer_field"] != "trailer_field_bc":
        problem = "a trailer field that nobody uses"
    if problem is None:
        return Pss(digest, salt, bytes(parameters.dump()))
    raise LetterpressError(
        f"the key of {contents.name_of(der)} is for RSASSA-PSS and demands {problem}, which cannot sign a letter",
        hint="use a key whose digest and mask are both sha256, sha384 or sha512",
        code="key-unsuitable",
        params=(("certificate", contents.name_of(der)), ("problem", problem)),
    )


def key_bits(der: bytes) -> int:
    """Return the length of the certificate's RSA key, in bits; 0 for other keys."""
    key = contents.parse(der).public_key()
    return key.key_size if isinstance(key, rsa.RSAPublicKey) else 0


def digest_for(der: bytes) -> str:
    """Choose the digest to sign with, such as `sha256`.

    :raises LetterpressError: the key is of a kind or length that cannot sign a letter.
    """
    try:
        key = contents.parse(der).public_key()
    except (UnsupportedAlgorithm, ValueError):
        key = None
    match key:
        case rsa.RSAPublicKey() if RSA_BITS[0] <= key.key_size <= RSA_BITS[1] and (demands := pss(der)) is not None:
            return demands.digest
        case rsa.RSAPublicKey() if RSA_BITS[0] <= key.key_size <= RSA_BITS[1]:
            return DIGESTS["rsa"]
        case rsa.RSAPublicKey():
            problem = f"an RSA key of {key.key_size} bits"
        case ec.EllipticCurvePublicKey() if key.curve.name in DIGESTS:
            return DIGESTS[key.curve.name]
        case ec.EllipticCurvePublicKey():
            problem = f"a key on the curve {key.curve.name}"
        case ed25519.Ed25519PublicKey():
            return DIGESTS["ed25519"]
        case None:
            problem = (
                f"a key of a kind that is not known here ({contents.parse(der).public_key_algorithm_oid.dotted_string})"
            )
        case _:
            problem = f"a key of type {_key_type(key)}"
    raise LetterpressError(
        f"the certificate of {contents.name_of(der)} has {problem}, which cannot sign a letter",
        hint=f"use RSA of {RSA_BITS[0]} bits or more, P-256, P-384, P-521 or Ed25519",
        code="key-unsuitable",
        params=(("certificate", contents.name_of(der)), ("problem", problem), ("shortest", RSA_BITS[0])),
    )


def rarely_known(der: bytes) -> str | None:
    """Name the kind of the certificate's key if programs in wide use cannot verify what it signs; else None.

    Of RSASSA-PSS keys OpenSSL 3.0 knows, Poppler 22 with NSS 3.87 does not; of Ed25519 in CMS neither does.
    """
    if isinstance(contents.parse(der).public_key(), ed25519.Ed25519PublicKey):
        return "an Ed25519 key"
    return "a key for RSASSA-PSS only" if pss(der) is not None else None


def _key_type(key: object) -> str:
    return type(key).__name__.strip("_").removesuffix("PublicKey")


def fits(der: bytes, data: bytes, signature: bytes, digest: str) -> bool:
    """Tell whether `signature` over `data` was made with the certificate's key, in the way that the key demands."""
    key = contents.parse(der).public_key()
    algorithm = _HASHES[digest]
    demands = pss(der)
    try:
        match key:
            case rsa.RSAPublicKey():
                scheme = padding.PKCS1v15() if demands is None else pss_padding(demands)
                key.verify(signature, data, scheme, algorithm)
            case ec.EllipticCurvePublicKey():
                key.verify(signature, data, ec.ECDSA(algorithm))
            case ed25519.Ed25519PublicKey():
                key.verify(signature, data)
            case _:
                return False
    except InvalidSignature:
        return False
    return True


def pss_padding(demands: Pss) -> padding.PSS:
    """Return the padding of RSASSA-PSS as the library `cryptography` has it."""
    return padding.PSS(mgf=padding.MGF1(_HASHES[demands.digest]), salt_length=demands.salt)


def hash_of(digest: str) -> hashes.HashAlgorithm:
    """Return the digest as the library `cryptography` has it."""
    return _HASHES[digest]


def signature_size(der: bytes) -> int:
    """Return the length in bytes of the longest signature that the certificate's key makes."""
    key = contents.parse(der).public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        return 2 * ((key.key_size + 7) // 8) + 16  # two numbers in DER
    return (key.key_size + 7) // 8 if isinstance(key, rsa.RSAPublicKey) else 64
