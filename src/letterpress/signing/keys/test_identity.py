"""Makes identities for trying out: a key and a certificate that say of themselves that they are a test.

A small certificate authority lies in a folder of mode 0700, with its list of revoked certificates; the identities are
PKCS#12 files of mode 0600. Nobody outside should trust what it issues: each subject carries the unit "letterpress test
identity".

Source: RFC 5280, 4.2 (extensions of certificates) and 5 (revocation lists).
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from letterpress.errors import LetterpressError, UnreadableInput, UsageError
from letterpress.files import atomic
from letterpress.signing.certificates import contents
from letterpress.signing.keys import files

KeyType = Literal["p256", "p384", "rsa2048", "rsa3072", "rsa4096", "ed25519"]
KEY_TYPES: tuple[KeyType, ...] = get_args(KeyType)

AUTHORITY = "test-ca"
"""Name of the folder, beside the first identity, that holds the authority."""
_CERTIFICATE, _KEY, _CRL = "ca.pem", "ca.key", "ca.crl"

DAYS = 365
"""How long an identity is valid, in days; its authority is valid ten times as long."""

_USES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
    *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)

_DAY = datetime.timedelta(days=1)
_LONGEST = 64
"""Bytes of a common name in UTF-8 (RFC 5280, appendix A.1: ub-common-name; `cryptography` counts bytes)."""

_MAKERS: dict[str, Callable[[], Any]] = {
    "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "rsa2048": lambda: rsa.generate_private_key(65537, 2048),
    "rsa3072": lambda: rsa.generate_private_key(65537, 3072),
    "rsa4096": lambda: rsa.generate_private_key(65537, 4096),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A test identity, and where its files are."""

    name: str
    path: Path
    """The PKCS#12 file: key, certificate and the authority's certificate."""
    authority: Path
    """The authority's folder; keep it to yourself."""
    trust: Path
    """The authority's certificate, for `verify --trust`."""
    expires: datetime.datetime

    def as_json(self) -> dict[str, Any]:
        """Return the JSON object of `letterpress identity new`."""
        return {
            "name": self.name,
            "output": str(self.path),
            "authority": str(self.authority),
            "trust": str(self.trust),
            "expires": self.expires.isoformat(),
            "test": True,
        }


def new_identity(
    name: str,
    out: Path,
    passphrase: str,
    *,
    key: KeyType = "p256",
    authority: Path | None = None,
    days: int = DAYS,
    not_before: datetime.datetime | None = None,
    crl_url: str | None = None,
    ocsp_url: str | None = None,
) -> Identity:
    """Make a key and a certificate for `name` and write them to `out`, locked with `passphrase`.

    :param authority: the authority's folder, by default `test-ca` beside `out`; made at the first call.
    :param days: how long the certificate lasts.
    :param not_before: when it begins, by default yesterday.
    :param crl_url: goes into the certificate, for those who run a server; `ocsp_url` likewise.
    :raises UsageError: name or passphrase is empty, the kind of key is unknown, or `out` exists.
    :raises UnreadableInput: a folder cannot be written.
    """
    _check(name, out, passphrase, key)
    folder = authority or out.parent / AUTHORITY
    _make_folder(out.parent)
    ca_key, ca = _authority(folder)
    start = not_before or datetime.datetime.now(datetime.UTC) - _DAY
    private = _MAKERS[key]()
    builder = _personal(name, private.public_key(), ca, start, start + days * _DAY)
    certificate = _with_urls(builder, crl_url, ocsp_url).sign(ca_key, hashes.SHA256())
    locked = pkcs12.serialize_key_and_certificates(
        name.encode(), private, certificate, [ca], serialization.BestAvailableEncryption(passphrase.encode())
    )
    _write(out, locked, new=True)
    return Identity(
        name=name, path=out, authority=folder, trust=folder / _CERTIFICATE, expires=certificate.not_valid_after_utc
    )


def _personal(
    name: str, public: Any, ca: x509.Certificate, start: datetime.datetime, end: datetime.datetime
) -> x509.CertificateBuilder:
    """Begin a certificate for a person's signatures, that says it is a test."""
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, name),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, contents.TEST_UNIT),
        ]
    )
    builder = _builder(subject, ca.subject, public, start, end)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
    return builder.add_extension(_issuer_id(ca), critical=False)


def _with_urls(builder: x509.CertificateBuilder, crl_url: str | None, ocsp_url: str | None) -> x509.CertificateBuilder:
    if crl_url:
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(crl_url)], None, None, None)
        builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    if ocsp_url:
        place = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(ocsp_url))
        builder = builder.add_extension(x509.AuthorityInformationAccess([place]), critical=False)
    return builder


def revoke_identity(identity: Path, passphrase: str, *, authority: Path | None = None) -> Path:
    """Put the certificate of `identity` on its authority's revocation list.

    :returns: the list's path.
    :raises LetterpressError: that authority did not issue it.
    :raises UnreadableInput: there is no authority.
    """
    folder = authority or identity.parent / AUTHORITY
    if not (folder / _KEY).exists():
        raise UnreadableInput(
            "holds no test authority", file=str(folder), hint="name its folder with --ca", code="authority-missing"
        )
    ca_key, ca = _authority(folder)
    certificate = contents.parse(files.from_pkcs12(identity, passphrase).chain[0])
    if certificate.issuer != ca.subject:
        raise LetterpressError(
            f"{folder} did not issue this identity",
            file=str(identity),
            hint="name the folder with --ca",
            code="authority-other",
            params=(("authority", str(folder)),),
        )
    now = datetime.datetime.now(datetime.UTC)
    revoked = list(x509.load_der_x509_crl((folder / _CRL).read_bytes()))
    if all(entry.serial_number != certificate.serial_number for entry in revoked):
        entry = x509.RevokedCertificateBuilder().serial_number(certificate.serial_number).revocation_date(now)
        revoked.append(entry.build())
    _write(folder / _CRL, _crl(ca_key, ca, revoked, now))
    return folder / _CRL


def _check(name: str, out: Path, passphrase: str, key: str) -> None:
    if not name.strip():
        raise UsageError("an identity needs a name", hint='--name "Ada Okafor"', code="identity-nameless")
    if len(name.encode()) > _LONGEST:
        message = f"the name takes {len(name.encode())} bytes; a certificate has room for {_LONGEST}"
        raise UsageError(message, hint="shorten it", code="identity-name-long", value=name)
    if not passphrase:
        raise UsageError(
            "an identity needs a passphrase",
            hint="answer the prompt, or set LETTERPRESS_PASSPHRASE",
            code="passphrase-missing",
        )
    if key not in KEY_TYPES:
        raise UsageError(
            f"there is no kind of key '{key}'",
            hint="one of " + ", ".join(KEY_TYPES),
            code="key-type-unknown",
            value=key,
            params=(("known", KEY_TYPES),),
        )
    if out.exists():
        raise UsageError(
            "exists already, and a key is not overwritten",
            file=str(out),
            hint="choose another --out",
            code="key-not-replaced",
        )


def _authority(folder: Path) -> tuple[Any, x509.Certificate]:
    """Read key and certificate of the authority in `folder`; make one if there is none."""
    _make_folder(folder)
    if (folder / _KEY).exists():
        key = serialization.load_pem_private_key((folder / _KEY).read_bytes(), None)
        return key, x509.load_pem_x509_certificate((folder / _CERTIFICATE).read_bytes())
    folder.chmod(0o700)
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.now(datetime.UTC)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, f"letterpress test authority {os.urandom(4).hex()}"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, contents.TEST_UNIT),
        ]
    )
    start = now - 10 * DAYS * _DAY  # so that identities can begin in the past
    builder = _builder(subject, subject, key.public_key(), start, now + 10 * DAYS * _DAY)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    ca = builder.add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True).sign(key, hashes.SHA256())
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    _write(folder / ".gitignore", b"*\n")
    _write(folder / _CERTIFICATE, ca.public_bytes(encoding))
    _write(folder / _CRL, _crl(key, ca, [], now))
    _write(folder / _KEY, key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain))
    return key, ca


def _crl(key: Any, ca: x509.Certificate, revoked: list[x509.RevokedCertificate], now: datetime.datetime) -> bytes:
    builder = x509.CertificateRevocationListBuilder().issuer_name(ca.subject)
    builder = builder.last_update(now - datetime.timedelta(minutes=1)).next_update(now + DAYS * _DAY)
    builder = builder.add_extension(_issuer_id(ca), critical=False)
    builder = builder.add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
    for entry in revoked:
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _builder(
    subject: x509.Name, issuer: x509.Name, public: Any, start: datetime.datetime, end: datetime.datetime
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder(subject_name=subject, issuer_name=issuer, public_key=public)
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(start).not_valid_after(end)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)


def _issuer_id(ca: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    identifier = ca.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)


def _usage(**allowed: bool) -> x509.KeyUsage:
    return x509.KeyUsage(**{use: allowed.get(use, False) for use in _USES})


def _make_folder(folder: Path) -> None:
    """Make the folder, and those above it, for their owner only."""
    try:
        missing = [place for place in (folder, *folder.parents) if not place.exists()]
        for place in reversed(missing):
            place.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise UnreadableInput(
            f"cannot be written: {error.strerror}",
            file=str(folder),
            hint="choose another place with --out or --ca",
            code="folder-unwritable",
            params=(("cause", error.strerror),),
        ) from error


def _write(path: Path, data: bytes, *, new: bool = False) -> None:
    """Write `data` whole or not at all, readable for its owner only.

    :param new: never over an existing file.
    """
    try:
        atomic.write(path, data, mode=0o600, exclusive=new)
    except FileExistsError as error:
        raise UsageError(
            "exists already, and a key is not overwritten", file=str(path), code="key-not-replaced"
        ) from error
    except LetterpressError as error:
        raise UnreadableInput(error.diagnostics) from error
