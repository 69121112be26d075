"""Reads keys that sign from a PKCS#12 file, or from a pair of PEM files.

A private key is parsed once and held by the library `cryptography`. No passphrase and no key is ever part of an error's
text or of a repr.

Not here: tokens and smart cards (`tokens`), what a key has to offer (`signer`).
Source: RFC 7292 (PKCS#12), RFC 7468 (PEM).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from letterpress.errors import LetterpressError, UnreadableInput
from letterpress.signing.certificates import contents, key_kinds

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A private key held in memory, and its certificates. Made by `from_pkcs12` and `from_pem`."""

    chain: tuple[bytes, ...]
    digest: str
    private: PrivateKey = field(repr=False)

    def sign(self, data: bytes) -> bytes:
        """Sign `data`, as `signer.Signer` says."""
        match self.private:
            case rsa.RSAPrivateKey():
                demands = key_kinds.pss(self.chain[0])
                scheme = padding.PKCS1v15() if demands is None else key_kinds.pss_padding(demands)
                return self.private.sign(data, scheme, key_kinds.hash_of(self.digest))
            case ec.EllipticCurvePrivateKey():
                return self.private.sign(data, ec.ECDSA(key_kinds.hash_of(self.digest)))
            case _:
                return self.private.sign(data)

    def __reduce__(self) -> Any:
        raise TypeError("a private key does not travel between processes")


def from_file(key: Path, passphrase: str | None = None, certificate: Path | None = None) -> KeyFile:
    """Read the key in a file of either kind, told by what is in it, and the certificates beside it.

    :param certificate: certificates that the file lacks; with a key in PEM, the signer's own first.
    :raises UnreadableInput: as `from_pkcs12` and `from_pem`.
    :raises LetterpressError: likewise.
    """
    data, _ = _read(key)
    if b"-----BEGIN" in data and (certificate is not None or b"-----BEGIN CERTIFICATE-----" in data):
        return from_pem(key, certificate or key, passphrase)
    return from_pkcs12(key, passphrase, certificate)


def from_pkcs12(source: Path | bytes, passphrase: str | None = None, beside: Path | bytes | None = None) -> KeyFile:
    """Read the key and the certificates of a PKCS#12 file (.p12, .pfx).

    :param beside: certificates of issuers, in PEM or DER, that the file does not hold.
    :raises UnreadableInput: the file cannot be read or is something else.
    :raises LetterpressError: the passphrase is wrong, or no key or no certificate is inside.
    """
    data, name = _read(source)
    if not data.startswith(b"\x30"):
        hint = "a PEM key is given together with its certificate: --key KEY.pem --cert CERT.pem"
        raise UnreadableInput(
            "is not a PKCS#12 file", file=name, hint=hint if b"-----BEGIN" in data else None, code="key-unreadable"
        )
    try:
        key, own, others = pkcs12.load_key_and_certificates(data, _encoded(passphrase))
    except ValueError:
        raise _locked(name, passphrase) from None
    if key is not None and own is None:
        # OpenSSL pairs them by kind, and a plain RSA key may go with a certificate for RSASSA-PSS
        own = next((one for one in others if _public(one.public_key()) == _public(key.public_key())), None)
    if key is None or own is None:
        missing = "private key" if key is None else "certificate that belongs to its key"
        raise LetterpressError(
            f"holds no {missing}",
            file=name,
            hint="export key and certificate into one .p12 file",
            code="key-missing" if key is None else "certificate-missing",
        )
    ders = tuple(c.public_bytes(serialization.Encoding.DER) for c in (own, *(one for one in others if one != own)))
    if beside is not None:
        ders = contents.in_order(ders[0], (*ders, *contents.read_from(beside)))
    return _key_file(key, ders, name)


def from_pem(key: Path | bytes, certificate: Path | bytes, passphrase: str | None = None) -> KeyFile:
    """Read a private key in PEM and its certificate chain in PEM or DER, the signer's certificate first.

    :raises UnreadableInput: a file cannot be read or is something else.
    :raises LetterpressError: the passphrase is wrong, or the two do not belong together.
    """
    data, name = _read(key)
    if b"PRIVATE KEY" not in data:
        raise UnreadableInput(
            "holds no private key in PEM", file=name, hint="give the .pem file of the key", code="key-missing"
        )
    certificate_data, certificate_name = _read(certificate)
    ders = contents.read_certificates(certificate_data, certificate_name)
    encrypted = b"ENCRYPTED" in data
    if encrypted and not passphrase:
        raise _locked(name, passphrase)
    try:
        private = serialization.load_pem_private_key(data, _encoded(passphrase) if encrypted else None)
    except (ValueError, TypeError):
        if encrypted:
            raise _locked(name, passphrase) from None
        raise UnreadableInput("holds a private key that cannot be read", file=name, code="key-unreadable") from None
    return _key_file(private, ders, name)


def _key_file(key: Any, ders: tuple[bytes, ...], name: str) -> KeyFile:
    own = contents.parse(ders[0])
    if _public(key.public_key()) != _public(own.public_key()):
        raise LetterpressError(
            f"the certificate of {contents.name_of(ders[0])} is not of this key",
            file=name,
            hint="give the certificate that was issued for this very key, first in its file",
            code="key-certificate-mismatch",
            params=(("certificate", contents.name_of(ders[0])),),
        )
    return KeyFile(chain=ders, digest=key_kinds.digest_for(ders[0]), private=key)


def _public(key: Any) -> bytes:
    """Encode a public key, so that two can be compared."""
    encoded: bytes = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return encoded


def _read(source: Path | bytes) -> tuple[bytes, str]:
    if isinstance(source, bytes):
        return source, "the given key"
    try:
        return source.read_bytes(), str(source)
    except OSError as error:
        raise UnreadableInput(
            f"cannot be read: {error.strerror}",
            file=str(source),
            code="file-unreadable",
            params=(("cause", error.strerror),),
        ) from error


def _encoded(passphrase: str | None) -> bytes | None:
    return passphrase.encode() if passphrase else None


def _locked(name: str, passphrase: str | None) -> LetterpressError:
    if passphrase:
        return LetterpressError(
            "the passphrase does not open this key",
            file=name,
            hint="try again; upper and lower case count",
            code="passphrase-wrong",
        )
    return LetterpressError(
        "this key is locked with a passphrase, and none was given",
        file=name,
        hint="answer the prompt, or set LETTERPRESS_PASSPHRASE, or use --passphrase-fd N",
        code="passphrase-missing",
    )
