"""What a reader of signatures takes for granted: certificates to trust, and lists of revoked ones, out of files.

Not here: whether a certificate leads to a trusted one (`trust`), what revocation lists say (`revocation`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from letterpress.errors import UnreadableInput
from letterpress.signing.certificates import contents
from letterpress.signing.reasons import Reason


@dataclass(frozen=True, slots=True)
class TrustStore:
    """What a reader of signatures takes for granted."""

    anchors: tuple[bytes, ...] = ()
    """Certificates in DER that end a path of trust."""
    helpers: tuple[bytes, ...] = ()
    """Intermediate certificates in DER: they help to build a path, and are not trusted by themselves."""
    revocation_lists: tuple[bytes, ...] = ()
    """CRLs in DER."""


def read_trust(sources: Iterable[bytes | Path]) -> TrustStore:
    """Read trust from files, folders of files, or bytes; PEM or DER, certificates and CRLs, in any mixture.

    A certificate that issued itself becomes an anchor, and so does one that was named by file or given as bytes; the
    others found in folders are helpers.

    :raises UnreadableInput: a file cannot be read, or holds neither certificates nor revocation lists.
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
            ders = contents.read_certificates(data, name)
        except UnreadableInput:
            if named:
                raise
            continue
        for der in ders:
            (anchors if named or contents.is_self_issued(der) else helpers)[der] = None
    return TrustStore(tuple(anchors), tuple(helpers), tuple(lists))


def empty_folders(sources: Iterable[bytes | Path]) -> list[Reason]:
    """Remark on the folders named for trust that hold nothing to trust."""
    remarks = []
    for folder in sources:
        if isinstance(folder, bytes) or not folder.is_dir():
            continue
        store = read_trust([folder])
        if store.anchors:
            continue
        text = f"the folder {folder} holds no certificate to trust (files .pem, .crt, .cer, .der)"
        if store.helpers:
            text = f"the folder {folder} holds no certificate that issued itself: name the one to trust by its file"
        remarks.append(Reason(code="trust-folder-empty", text=text, params=(("folder", str(folder)),)))
    return remarks


def _trust_files(sources: Iterable[bytes | Path]) -> Iterator[tuple[bytes, str, bool]]:
    """Yield triples: content, name, whether the caller named this very file."""
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
                    code="file-unreadable",
                    params=(("cause", error.strerror),),
                ) from error


def _read_crls(data: bytes) -> list[bytes]:
    if b"-----BEGIN X509 CRL-----" in data:
        end = b"-----END X509 CRL-----"
        blocks = [block + end for block in data.split(end) if b"-----BEGIN X509 CRL-----" in block]
        try:
            lists = [x509.load_pem_x509_crl(block[block.index(b"-----BEGIN X509 CRL-----") :]) for block in blocks]
        except ValueError:
            return []
    else:
        try:
            lists = [x509.load_der_x509_crl(data)]
        except ValueError:
            return []
    return [crl.public_bytes(serialization.Encoding.DER) for crl in lists]
