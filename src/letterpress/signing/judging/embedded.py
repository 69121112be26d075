"""Reads facts off one signature in a PDF, as pyHanko has opened it.

Not here: whether it is valid or trusted (`signatures`, `timestamps`).
Source: ISO 32000-2, 12.8 (signature dictionaries), RFC 3161 (time stamps), EN 319 142-1 (PAdES).
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, extract_tst_data_iter
from pyhanko.sign.validation.status import SignatureCoverageLevel

from letterpress.signing.certificates import contents
from letterpress.signing.judging import ber

UNKNOWN = "somebody unknown"

COVERS = {
    SignatureCoverageLevel.ENTIRE_FILE: "whole file",
    SignatureCoverageLevel.ENTIRE_REVISION: "revision",
}
"""Coverages under which a signature can be valid, in the words of a report."""

_GAP = re.compile(rb"<[0-9A-Fa-f]+>")


class Timestamp(NamedTuple):
    """A timestamp within a signature."""

    signed_data: Any
    """asn1crypto's SignedData of the token."""
    owner: bytes
    """Certificate of who gave it, in DER."""
    beside: tuple[bytes, ...]
    """Certificates that came along with it, in DER."""


def timestamps(item: Any) -> list[Timestamp]:
    """Return the timestamps within a signature (RFC 3161, as an unsigned attribute)."""
    tokens = []
    for token in extract_tst_data_iter(item.signer_info, signed=False):
        known = extract_certs_for_validation(token)
        others = tuple(certificate.dump() for certificate in known.other_certs)
        tokens.append(Timestamp(token, known.signer_cert.dump(), others))
    return tokens


def beside(item: Any) -> tuple[bytes, ...]:
    """Return the certificates, in DER, that a signature brings along for its signer's."""
    return tuple(certificate.dump() for certificate in item.other_embedded_certs)


def is_timestamp(item: Any) -> bool:
    """Tell whether it is a time stamp over the file."""
    return bool(item.sig_object_type == "/DocTimeStamp")


def owner(item: Any) -> str:
    """Return the name in the signer's certificate."""
    try:
        return contents.name_of(item.signer_cert.dump())
    except Exception:  # whatever stands there is not a certificate
        return UNKNOWN


def said(item: Any, entry: str) -> str | None:
    """Give a text that the signer says beside the signature, on one line; None where there is none.

    It comes with the file, and goes to a terminal: what is no character of a text is left out.
    """
    value = item.sig_object.get(entry)
    if not isinstance(value, str):
        return None
    return " ".join("".join(char if char.isprintable() else " " for char in value).split()) or None


def certifies(reader: Any, item: Any) -> bool:
    """Tell whether it is the signature that certifies the file (DocMDP)."""
    if item.docmdp_level is None:
        return False
    try:
        reference = reader.root["/Perms"].raw_get("/DocMDP").reference
        return bool(reference == item.sig_field.raw_get("/V").reference)
    except (KeyError, AttributeError):
        return False


def names_certificate(item: Any) -> bool:
    """Tell whether the signer's certificate is among what was signed, as PAdES asks."""
    kinds = {attribute["type"].native for attribute in item.signer_info["signed_attrs"]}
    return bool(kinds & {"signing_certificate", "signing_certificate_v2"})


def fills_its_gap(item: Any, pdf: bytes) -> bool:
    """Tell whether the gap in the signed bytes holds nothing but the signature, in hexadecimal, and zeros.

    The gap is the one place that no signature covers: whatever else stands there was never signed.
    """
    content = bytes(item.pkcs7_content)
    used = ber.end_of(content)
    start, end = int(item.byte_range[1]), int(item.byte_range[2])
    return not content[used:].strip(b"\0") and _GAP.fullmatch(pdf, start, end) is not None
