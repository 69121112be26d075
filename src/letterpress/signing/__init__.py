"""Signs PDFs in the places that letters keep for signatures, and says whether signatures are to be believed.

    from letterpress import signing

    signer = signing.from_pkcs12(Path("ada.p12"), passphrase)
    signed = signing.sign(pdf, field="Ada Okafor", signer=signer)
    verdict = signing.verify(signed.pdf, [Path("board-ca.pem")])

These are the names for callers from outside; inside the project, `existing` and `fields` are used as well. Names are
loaded on first use: importing this package loads neither pyHanko nor `cryptography`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from letterpress.signing import existing, fields
    from letterpress.signing.certificates.key_kinds import Pss, digest_for, pss
    from letterpress.signing.earlier import check_earlier
    from letterpress.signing.fields import Place
    from letterpress.signing.keys.files import KeyFile, from_file, from_pem, from_pkcs12
    from letterpress.signing.keys.owner import KeyOwner, is_for, owner_of, owner_of_certificate
    from letterpress.signing.keys.signer import Signer
    from letterpress.signing.keys.test_identity import KEY_TYPES, Identity, KeyType, new_identity, revoke_identity
    from letterpress.signing.keys.tokens import Token, open_token
    from letterpress.signing.preconditions import LEVELS, Level, check_name
    from letterpress.signing.reasons import Reason
    from letterpress.signing.report import SignatureReport, TimestampReport, Verification
    from letterpress.signing.series import Series, Unsigned
    from letterpress.signing.signature import SignedPdf, Stamp, StampText, sign
    from letterpress.signing.verification import verify

__all__ = [
    "KEY_TYPES",
    "LEVELS",
    "Identity",
    "KeyFile",
    "KeyOwner",
    "KeyType",
    "Level",
    "Place",
    "Pss",
    "Reason",
    "Series",
    "SignatureReport",
    "SignedPdf",
    "Signer",
    "Stamp",
    "StampText",
    "TimestampReport",
    "Token",
    "Unsigned",
    "Verification",
    "check_earlier",
    "check_name",
    "digest_for",
    "existing",
    "fields",
    "from_file",
    "from_pem",
    "from_pkcs12",
    "is_for",
    "new_identity",
    "open_token",
    "owner_of",
    "owner_of_certificate",
    "pss",
    "revoke_identity",
    "sign",
    "verify",
]

# No module of this package bears a public name: an import of it would put the module where the name is looked up.
_HOMES = {
    "certificates.key_kinds": ("Pss", "digest_for", "pss"),
    "earlier": ("check_earlier",),
    "fields": ("Place",),
    "keys.files": ("KeyFile", "from_file", "from_pem", "from_pkcs12"),
    "keys.owner": ("KeyOwner", "is_for", "owner_of", "owner_of_certificate"),
    "keys.signer": ("Signer",),
    "keys.test_identity": ("KEY_TYPES", "Identity", "KeyType", "new_identity", "revoke_identity"),
    "keys.tokens": ("Token", "open_token"),
    "preconditions": ("LEVELS", "Level", "check_name"),
    "reasons": ("Reason",),
    "report": ("SignatureReport", "TimestampReport", "Verification"),
    "series": ("Series", "Unsigned"),
    "signature": ("SignedPdf", "Stamp", "StampText", "sign"),
    "verification": ("verify",),
}
_HOME = {name: f"letterpress.signing.{module}" for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    if name in ("existing", "fields"):
        return import_module(f"letterpress.signing.{name}")
    raise AttributeError(f"module 'letterpress.signing' has no attribute '{name}'")
