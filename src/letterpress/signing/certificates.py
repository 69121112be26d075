"""Certificates: what they say about their owner, and whether they may sign.

Job: read certificates and revocation lists from PEM or DER, name their owners, and say whether a certificate is fit to
sign a letter. Secret: X.509 and the library `cryptography`. Not here: keys (keys.py), paths of trust (verify.py).
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from letterpress.errors import Diagnostic, LetterpressError, UnreadableInput

DIGESTS = {"rsa": "sha256", "secp256r1": "sha256", "secp384r1": "sha384", "secp521r1": "sha512", "ed25519": "sha512"}
"""Digest that goes with a key, by name of the algorithm or curve. RFC 8419 fixes the one of Ed25519."""

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}

RSA_BITS = (2048, 8192)
"""Shortest and longest RSA modulus that is taken, in bits. ETSI TS 119 312 asks for 1900 or more."""

TEST_UNIT = "letterpress test identity"
"""The organisational unit in the subject of every certificate that `identity` makes."""

SIGNING_PURPOSES = frozenset(
    {
        "1.3.6.1.5.5.7.3.36",  # document signing, RFC 9336
        "1.3.6.1.4.1.311.10.3.12",  # document signing, Microsoft
        "1.2.840.113583.1.1.5",  # authentic documents, Adobe
        ExtendedKeyUsageOID.EMAIL_PROTECTION.dotted_string,
        ExtendedKeyUsageOID.CLIENT_AUTH.dotted_string,
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE.dotted_string,
    }
)
"""Extended key usages under which people sign documents; a certificate that states others only may not."""


@dataclass(frozen=True, slots=True)
class TrustStore:
    """What a reader of signatures takes for granted."""

    anchors: tuple[bytes, ...] = ()
    """Certificates in DER that end a path of trust."""
    helpers: tuple[bytes, ...] = ()
    """Intermediate certificates in DER: they help to build a path, and are not trusted by themselves."""
    revocation_lists: tuple[bytes, ...] = ()
    """CRLs in DER."""


def parse(der: bytes) -> x509.Certificate:
    """The certificate in `der`. Raises ValueError."""
    return _parse(der)


@functools.lru_cache(maxsize=4096)
def _parse(der: bytes) -> x509.Certificate:
    return x509.load_der_x509_certificate(der)


def read_certificates(data: bytes, source: str) -> tuple[bytes, ...]:
    """All certificates in `data`, PEM or DER, each as DER. Raises UnreadableInput naming `source` if there is none."""
    try:
        if b"-----BEGIN CERTIFICATE-----" in data:
            found = x509.load_pem_x509_certificates(data)
        else:
            found = [x509.load_der_x509_certificate(data)]
    except ValueError as error:
        raise UnreadableInput(
            "holds no certificate", file=source, hint="give a certificate in PEM or DER, such as cert.pem"
        ) from error
    return tuple(certificate.public_bytes(serialization.Encoding.DER) for certificate in found)


def read_from(source: Path | bytes) -> tuple[bytes, ...]:
    """All certificates in a file or in bytes. Raises UnreadableInput."""
    if isinstance(source, bytes):
        return read_certificates(source, "the given bytes")
    try:
        data = source.read_bytes()
    except OSError as error:
        raise UnreadableInput(f"cannot be read: {error.strerror}", file=str(source)) from error
    return read_certificates(data, str(source))


def in_order(own: bytes, others: Iterable[bytes]) -> tuple[bytes, ...]:
    """`own` and those of `others` that lead up from it, each before its issuer."""
    chain, left = [own], [der for der in dict.fromkeys(others) if der != own]
    while True:
        current = parse(chain[-1])
        above = [der for der in left if der not in chain and parse(der).subject == current.issuer]
        if not above or current.subject == current.issuer:
            return tuple(chain)
        chain.append(above[0])


def read_trust(sources: Iterable[bytes | Path]) -> TrustStore:
    """Trust from files, folders of files, or bytes; PEM or DER, certificates and CRLs, in any mixture.

    A certificate that issued itself becomes an anchor, and so does one that was named by file or given as bytes; the
    others found in folders are helpers. Raises UnreadableInput for a file that holds neither.
    """
    anchors: dict[bytes, None] = {}
    helpers: dict[bytes, None] = {}
    lists: dict[bytes, None] = {}
    for data, name, named in _trust_files(sources):
        crls = _read_crls(data)
        lists.update(dict.fromkeys(crls))
        if crls and b"-----BEGIN CERTIFICATE-----" not in data:
            continue
        try:
            found = read_certificates(data, name)
        except UnreadableInput:
            if named:
                raise
            continue
        for der in found:
            (anchors if named or is_self_issued(der) else helpers)[der] = None
    return TrustStore(tuple(anchors), tuple(helpers), tuple(lists))


def empty_folders(sources: Iterable[bytes | Path]) -> list[str]:
    """Which of the folders named for trust hold nothing to trust, in words."""
    found = []
    for folder in sources:
        if isinstance(folder, bytes) or not folder.is_dir():
            continue
        store = read_trust([folder])
        if store.helpers and not store.anchors:
            found.append(
                f"the folder {folder} holds no certificate that issued itself: name the one to trust by its file"
            )
        elif not store.anchors:
            found.append(f"the folder {folder} holds no certificate to trust (files .pem, .crt, .cer, .der)")
    return found


def _trust_files(sources: Iterable[bytes | Path]) -> Iterator[tuple[bytes, str, bool]]:
    """Triples (content, name, whether the caller named this very file)."""
    for source in sources:
        if isinstance(source, bytes):
            yield source, "the given bytes", True
            continue
        folder = source.is_dir()
        for path in sorted(source.iterdir()) if folder else [source]:
            if folder and (not path.is_file() or path.suffix not in {".pem", ".crt", ".cer", ".der", ".crl"}):
                continue
            try:
                yield path.read_bytes(), str(path), not folder
            except OSError as error:
                raise UnreadableInput(
                    f"cannot be read: {error.strerror}",
                    file=str(path),
                    hint="give a certificate to trust, in PEM or DER",
                ) from error


def _read_crls(data: bytes) -> list[bytes]:
    if b"-----BEGIN X509 CRL-----" in data:
        end = b"-----END X509 CRL-----"
        blocks = [block + end for block in data.split(end) if b"-----BEGIN X509 CRL-----" in block]
        try:
            found = [x509.load_pem_x509_crl(block[block.index(b"-----BEGIN X509 CRL-----") :]) for block in blocks]
        except ValueError:
            return []
    else:
        try:
            found = [x509.load_der_x509_crl(data)]
        except ValueError:
            return []
    return [crl.public_bytes(serialization.Encoding.DER) for crl in found]


def signed_by(child: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether the certificate `child` was signed with the key of `issuer`, whatever else speaks for or against it."""
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
    """Whether the certificate names itself as its issuer."""
    certificate = parse(der)
    return certificate.subject == certificate.issuer


def name_of(der: bytes) -> str:
    """The owner's name: common name, else organisation, else the whole subject."""
    subject = parse(der).subject
    for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        for attribute in subject.get_attributes_for_oid(oid):
            return str(attribute.value)
    return subject.rfc4514_string()


def issuer_of(der: bytes) -> str:
    """The issuer's whole name."""
    return parse(der).issuer.rfc4514_string()


def is_test_identity(der: bytes) -> bool:
    """Whether `letterpress identity new` made this certificate, or one like it."""
    units = parse(der).subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    return any(attribute.value == TEST_UNIT for attribute in units)


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
    """What the certificate's key demands if it is for RSASSA-PSS; None for any other key.

    :raises LetterpressError: if it demands what cannot be met, or what is too weak.
    """
    if parse(der).public_key_algorithm_oid.dotted_string != _RSASSA_PSS:
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
        f"the key of {name_of(der)} is for RSASSA-PSS and demands {problem}, which cannot sign a letter",
        hint="use a key whose digest and mask are both sha256, sha384 or sha512",
    )


def key_bits(der: bytes) -> int:
    """Length of the certificate's RSA key, in bits; 0 for other keys."""
    key = parse(der).public_key()
    return key.key_size if isinstance(key, rsa.RSAPublicKey) else 0


def digest_for(der: bytes) -> str:
    """The digest to sign with, such as `sha256`. Raises LetterpressError for a key that PAdES has no place for."""
    try:
        key = parse(der).public_key()
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
            problem = f"a key of a kind that is not known here ({parse(der).public_key_algorithm_oid.dotted_string})"
        case _:
            problem = f"a key of type {_key_type(key)}"
    raise LetterpressError(
        f"the certificate of {name_of(der)} has {problem}, which cannot sign a letter",
        hint=f"use RSA of {RSA_BITS[0]} bits or more, P-256, P-384, P-521 or Ed25519",
    )


def takes_any_digest(der: bytes) -> bool:
    """Whether the certificate's key signs with other digests than `digest_for` gives."""
    return pss(der) is None and not isinstance(parse(der).public_key(), ed25519.Ed25519PublicKey)


def rarely_known(der: bytes) -> str | None:
    """What the certificate's key is, if programs in wide use cannot verify what it signs; None for the usual kinds.

    Of RSASSA-PSS keys OpenSSL 3.0 knows, Poppler 22 with NSS 3.87 does not; of Ed25519 in CMS neither does.
    """
    if isinstance(parse(der).public_key(), ed25519.Ed25519PublicKey):
        return "an Ed25519 key"
    return "a key for RSASSA-PSS only" if pss(der) is not None else None


def _key_type(key: object) -> str:
    return type(key).__name__.strip("_").removesuffix("PublicKey")


def fits(der: bytes, data: bytes, signature: bytes, digest: str) -> bool:
    """Whether `signature` over `data` was made with the certificate's key, in the way that the key demands."""
    key = parse(der).public_key()
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
    """The padding of RSASSA-PSS as `cryptography` names it."""
    return padding.PSS(mgf=padding.MGF1(_HASHES[demands.digest]), salt_length=demands.salt)


def hash_of(digest: str) -> hashes.HashAlgorithm:
    """The digest as `cryptography` names it."""
    return _HASHES[digest]


def signature_size(der: bytes) -> int:
    """Length in bytes of the longest signature that the certificate's key makes."""
    key = parse(der).public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        return 2 * ((key.key_size + 7) // 8) + 16  # two numbers in DER
    return (key.key_size + 7) // 8 if isinstance(key, rsa.RSAPublicKey) else 64


def faults(der: bytes, at: datetime.datetime) -> Sequence[Diagnostic]:
    """Why the certificate may not sign at the time `at`; empty if it may."""
    certificate, name = parse(der), name_of(der)
    found: list[Diagnostic] = []
    if at < certificate.not_valid_before_utc:
        found.append(
            Diagnostic(
                message=f"the certificate of {name} is not valid before {minute(certificate.not_valid_before_utc)}",
                hint="wait until then, or check this machine's clock",
            )
        )
    if at > certificate.not_valid_after_utc:
        found.append(
            Diagnostic(
                message=f"the certificate of {name} expired on {minute(certificate.not_valid_after_utc)}",
                hint="ask its issuer for a new one; a test identity is renewed by `letterpress identity new`",
            )
        )
    if problem := usage_fault(der):
        found.append(
            Diagnostic(message=f"the certificate of {name} {problem}", hint="use one that is meant for signing")
        )
    return found


def usage_fault(der: bytes) -> str | None:
    """What the certificate says against signing documents with it, such as "is for servers"; None if nothing."""
    extensions = parse(der).extensions
    try:
        usage = extensions.get_extension_for_class(x509.KeyUsage).value
        if not (usage.digital_signature or usage.content_commitment):
            return "does not allow signatures (its key usage is for other things)"
    except x509.ExtensionNotFound:
        pass
    try:
        purposes = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        if not any(purpose.dotted_string in SIGNING_PURPOSES for purpose in purposes):
            return "is not for documents (its extended key usage is for other things)"
    except x509.ExtensionNotFound:
        pass
    return None


def minute(moment: datetime.datetime) -> str:
    """The moment in words, in UTC."""
    return f"{moment.astimezone(datetime.UTC):%Y-%m-%d %H:%M} UTC"
