"""Says whose key it is, before it signs: what its certificate says of its owner, and whether a place is kept for them.

Not here: how a key is opened (`files`, `tokens`), whether its certificate may sign at all (`preconditions`).
"""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass

from cryptography import x509
from cryptography.x509.oid import NameOID

from letterpress.errors import LetterpressError, UnreadableInput
from letterpress.signing.certificates import contents
from letterpress.signing.keys.signer import Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyOwner:
    """Whose key it is, by its certificate."""

    name: str
    organisation: str | None
    email: str | None
    issuer: str
    """Who vouches for it: a name."""
    self_issued: bool
    """Whether that is its owner alone."""
    valid_from: datetime.datetime
    valid_to: datetime.datetime
    test: bool
    """Whether it is a test identity, which proves nothing."""
    sha256: str
    """Of the certificate, in hexadecimal."""

    def valid_at(self, when: datetime.datetime) -> bool:
        """Whether the certificate is in date."""
        return self.valid_from <= when <= self.valid_to


def owner_of(signer: Signer) -> KeyOwner:
    """Read the owner of a key."""
    return _owner(signer.chain[0])


def owner_of_certificate(data: bytes, source: str) -> tuple[KeyOwner, bytes]:
    """Read whose certificate it is, as of an issuer who is to be trusted; and the certificate, in DER.

    :param data: a file of one certificate, PEM or DER.
    :param source: what messages call the file.
    :raises UnreadableInput: it holds none, or several.
    """
    found = contents.read_certificates(data, source)
    if len(found) != 1:
        hint = "choose a file with one certificate alone: that of the issuer"
        message, params = f"holds {len(found)} certificates", (("certificates", len(found)),)
        raise UnreadableInput(message, file=source, hint=hint, code="certificates-several", params=params)
    return _owner(found[0]), found[0]


def _owner(own: bytes) -> KeyOwner:
    certificate = contents.parse(own)
    return KeyOwner(
        name=contents.name_of(own),
        organisation=_part(certificate.subject, NameOID.ORGANIZATION_NAME),
        email=_part(certificate.subject, NameOID.EMAIL_ADDRESS) or _alternative_email(certificate),
        issuer=_part(certificate.issuer, NameOID.COMMON_NAME) or contents.issuer_of(own),
        self_issued=contents.is_self_issued(own),
        valid_from=certificate.not_valid_before_utc,
        valid_to=certificate.not_valid_after_utc,
        test=contents.is_test_identity(own),
        sha256=hashlib.sha256(own).hexdigest(),
    )


def is_for(signer: Signer, signatory: str) -> bool:
    """Say whether a place that is kept for somebody is kept for the key's owner; see `preconditions.check_name`."""
    from letterpress.signing import preconditions

    try:
        preconditions.check_name(signer, signatory)
    except LetterpressError:
        return False
    return True


def _part(name: x509.Name, oid: x509.ObjectIdentifier) -> str | None:
    return next((str(attribute.value) for attribute in name.get_attributes_for_oid(oid)), None)


def _alternative_email(certificate: x509.Certificate) -> str | None:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return None
    return next(iter(names.get_values_for_type(x509.RFC822Name)), None)
