"""Keys that sign: from a PKCS#12 file, from a pair of PEM files, or from somebody else's code.

Job: the `Signer` protocol, and the keys that live in files. Secret: how key files are encrypted and read; a private key
is parsed once and kept by `cryptography`. Not here: tokens and smart cards (tokens.py), PDF (sign.py). No passphrase
and no key is ever part of an error's text or of a repr.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from letterpress.errors import LetterpressError, UnreadableInput
from letterpress.signing import certificates

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


@runtime_checkable
class Signer(Protocol):
    """Whoever can sign: a file, a token, a remote or cloud service.

    Three things are enough, so that a service which keeps the key to itself is a dozen lines of code.
    """

    @property
    def chain(self) -> tuple[bytes, ...]:
        """Certificates in DER: the signer's own first, then its issuers as far as known."""

    @property
    def digest(self) -> str:
        """Digest to sign with: `sha256`, `sha384` or `sha512`; `certificates.digest_for(chain[0])` is always right."""

    def sign(self, data: bytes) -> bytes:
        """The signature of `data` (some hundred bytes, not yet digested) with `digest`.

        RSA: PKCS#1 v1.5, or for a key that is for RSASSA-PSS only, PSS with the digest and the salt that
        `certificates.pss(chain[0])` gives; elliptic curves: ECDSA in DER; Ed25519 as it is. A service that takes a
        digest is given `hashlib.new(self.digest, data)`. May take as long as it takes; raises LetterpressError if it
        cannot. What it gives is checked against the certificate before anything is written.
        """


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A private key held in memory, and its certificates. Made by `from_pkcs12` and `from_pem`."""

    chain: tuple[bytes, ...]
    digest: str
    private: PrivateKey = field(repr=False)

    def sign(self, data: bytes) -> bytes:
        """The signature of `data`, as `Signer` says."""
        match self.private:
            case rsa.RSAPrivateKey():
                demands = certificates.pss(self.chain[0])
                scheme = padding.PKCS1v15() if demands is None else certificates.pss_padding(demands)
                return self.private.sign(data, scheme, certificates.hash_of(self.digest))
            case ec.EllipticCurvePrivateKey():
                return self.private.sign(data, ec.ECDSA(certificates.hash_of(self.digest)))
            case _:
                return self.private.sign(data)

    def __reduce__(self) -> Any:
        raise TypeError("a private key does not travel between processes")


def from_file(key: Path, passphrase: str | None = None, certificate: Path | None = None) -> KeyFile:
    """The key in a file of either kind, by what is in it, and the certificates beside it. Raises as the other two."""
    data, _ = _read(key)
    if b"-----BEGIN" in data and (certificate is not None or b"-----BEGIN CERTIFICATE-----" in data):
        return from_pem(key, certificate or key, passphrase)
    return from_pkcs12(key, passphrase, certificate)


def from_pkcs12(source: Path | bytes, passphrase: str | None = None, beside: Path | bytes | None = None) -> KeyFile:
    """The key and certificates of a PKCS#12 file (.p12, .pfx).

    `beside` are certificates of issuers, in PEM or DER, that the file does not hold. Raises UnreadableInput if the file
    cannot be read or is something else; LetterpressError if the passphrase is wrong, or no key or no certificate is
    inside.
    """
    data, name = _read(source)
    if not data.startswith(b"\x30"):
        hint = "a PEM key is given together with its certificate: --key KEY.pem --cert CERT.pem"
        raise UnreadableInput("is not a PKCS#12 file", file=name, hint=hint if b"-----BEGIN" in data else None)
    try:
        key, own, others = pkcs12.load_key_and_certificates(data, _encoded(passphrase))
    except ValueError:
        raise _locked(name, passphrase) from None
    if key is not None and own is None:
        # OpenSSL pairs them by kind, and a plain RSA key may go with a certificate for RSASSA-PSS
        own = next((one for one in others if _public(one.public_key()) == _public(key.public_key())), None)
    if key is None or own is None:
        missing = "private key" if key is None else "certificate that belongs to its key"
        raise LetterpressError(f"holds no {missing}", file=name, hint="export key and certificate into one .p12 file")
    ders = tuple(c.public_bytes(serialization.Encoding.DER) for c in (own, *(one for one in others if one != own)))
    if beside is not None:
        ders = certificates.in_order(ders[0], (*ders, *certificates.read_from(beside)))
    return _key_file(key, ders, name)


def from_pem(key: Path | bytes, certificate: Path | bytes, passphrase: str | None = None) -> KeyFile:
    """A private key in PEM and its certificate chain in PEM or DER, the signer's certificate first.

    Raises UnreadableInput for a file that is something else; LetterpressError if the passphrase is wrong or the two do
    not belong together.
    """
    data, name = _read(key)
    if b"PRIVATE KEY" not in data:
        raise UnreadableInput("holds no private key in PEM", file=name, hint="give the .pem file of the key")
    certificate_data, certificate_name = _read(certificate)
    ders = certificates.read_certificates(certificate_data, certificate_name)
    encrypted = b"ENCRYPTED" in data
    if encrypted and not passphrase:
        raise _locked(name, passphrase)
    try:
        private = serialization.load_pem_private_key(data, _encoded(passphrase) if encrypted else None)
    except (ValueError, TypeError):
        if encrypted:
            raise _locked(name, passphrase) from None
        raise UnreadableInput("holds a private key that cannot be read", file=name) from None
    return _key_file(private, ders, name)


def _key_file(key: Any, ders: tuple[bytes, ...], name: str) -> KeyFile:
    own = certificates.parse(ders[0])
    if _public(key.public_key()) != _public(own.public_key()):
        raise LetterpressError(
            f"the certificate of {certificates.name_of(ders[0])} is not of this key",
            file=name,
            hint="give the certificate that was issued for this very key, first in its file",
        )
    return KeyFile(chain=ders, digest=certificates.digest_for(ders[0]), private=key)


def _public(key: Any) -> bytes:
    encoded: bytes = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return encoded


def _read(source: Path | bytes) -> tuple[bytes, str]:
    if isinstance(source, bytes):
        return source, "the given key"
    try:
        return source.read_bytes(), str(source)
    except OSError as error:
        raise UnreadableInput(f"cannot be read: {error.strerror}", file=str(source)) from error


def _encoded(passphrase: str | None) -> bytes | None:
    return passphrase.encode() if passphrase else None


def _locked(name: str, passphrase: str | None) -> LetterpressError:
    if passphrase:
        return LetterpressError(
            "the passphrase does not open this key", file=name, hint="try again; upper and lower case count"
        )
    return LetterpressError(
        "this key is locked with a passphrase, and none was given",
        file=name,
        hint="answer the prompt, or set LETTERPRESS_PASSPHRASE, or use --passphrase-fd N",
    )
