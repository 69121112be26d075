"""Whether a certificate may sign documents at a moment: its dates, its key usage, its extended key usage.

`sign` and `verify` ask here, so that both have one rule and one wording.

Source: RFC 5280, 4.2.1.3 and 4.2.1.12; RFC 9336 (document signing).
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from letterpress.errors import Diagnostic
from letterpress.signing.certificates import contents

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


def faults(der: bytes, at: datetime.datetime) -> Sequence[Diagnostic]:
    """Say why the certificate may not sign at the time `at`; empty if it may."""
    certificate, name = contents.parse(der), contents.name_of(der)
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    diagnostics: list[Diagnostic] = []
    if at < begins:
        diagnostics.append(
            Diagnostic(
                message=f"the certificate of {name} is not valid before {contents.minute(begins)}",
                hint="wait until then, or check this machine's clock",
                code="certificate-not-yet-valid",
                params=(("certificate", name), ("from", begins.isoformat())),
            )
        )
    if at > ends:
        diagnostics.append(
            Diagnostic(
                message=f"the certificate of {name} expired on {contents.minute(ends)}",
                hint="ask its issuer for a new one; a test identity is renewed by `letterpress identity new`",
                code="certificate-expired",
                params=(("certificate", name), ("until", ends.isoformat())),
            )
        )
    if problem := usage_fault(der):
        diagnostics.append(
            Diagnostic(
                message=f"the certificate of {name} {problem}",
                hint="use one that is meant for signing",
                code="certificate-purpose",
                params=(("certificate", name),),
            )
        )
    return diagnostics


def usage_fault(der: bytes) -> str | None:
    """Say what in the certificate speaks against signing documents, such as "is not for documents"; None if nothing."""
    extensions = contents.parse(der).extensions
    try:
        usage = extensions.get_extension_for_class(x509.KeyUsage).value
        if not (usage.digital_signature or usage.content_commitment):
            return "does not allow signatures (its key usage is for other things)"
    except x509.ExtensionNotFound:
        pass  # without it a key may be used for anything (RFC 5280, 4.2.1.3)
    try:
        purposes = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        if not any(purpose.dotted_string in SIGNING_PURPOSES for purpose in purposes):
            return "is not for documents (its extended key usage is for other things)"
    except x509.ExtensionNotFound:
        pass
    return None
