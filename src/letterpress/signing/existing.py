"""Finds whose signatures a file on disk bears, before it is replaced.

A file is looked through for the one thing that every signature has, its /ByteRange, which is cheap; only where it is
found are the objects read with pyHanko. What counts:

- a signature in any field and in any revision: one that a later revision took out of the form is still in the file;
- a time stamp of the whole document, a usage right, and a signature that no field leads to;
- a file with a /ByteRange that cannot be read (damaged, encrypted): as signed by somebody unknown.

What does not: a field that is still open, and a signed PDF that is attached to a file or enclosed in its pages, since
its bytes stand in a stream. A file that is no PDF bears none.

Not here: whether a signature is valid (`verification`).
Source: ISO 32000-2, 12.8.1 (signature dictionaries), 7.5.7 (object streams), 7.3.5 (names with #).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

UNKNOWN = "somebody unknown"
_HEADER = 1024
"""Bytes in which readers look for %PDF."""
_WINDOW = 64 << 20
"""Bytes that are looked at at once: combined files can be larger than memory."""
_OVERLAP = 1 << 20
_DICTIONARY = 4096
"""Bytes before and behind the name /ObjStm in which the rest of its dictionary is looked for."""
_UNPACKED = 16 << 20
"""Bytes of one object stream that are unpacked."""


def _named(name: str) -> bytes:
    """Make a pattern for a name in a PDF, any of whose characters may be written as # and two hex digits."""
    letters = "".join(f"(?:{char}|#(?i:{ord(char):02x}))" for char in name)
    return rf"/{letters}(?=[\x00\t\n\f\r \[\]()<>/%{{}}]|\Z)".encode()


_BYTE_RANGE = re.compile(_named("ByteRange"))
_OBJECT_STREAM = re.compile(_named("ObjStm"))
_DATA = re.compile(rb"stream\r?\n")
_PLAIN_FILTER = re.compile(rb"/Filter\s*\[?\s*/FlateDecode\s*[\]/>\s]")


def signers(path: Path) -> tuple[str, ...]:
    """Name those whose signatures the file bears, the first signature first; empty if it bears none.

    :raises OSError: it cannot be read.
    """
    return _signers(path.read_bytes()) if _may_be_signed(path) else ()


def _may_be_signed(path: Path) -> bool:
    """Tell whether it is a PDF that holds a /ByteRange, plainly or in an object stream."""
    with path.open("rb") as file:
        window = file.read(_WINDOW)
        if b"%PDF-" not in window[:_HEADER]:
            return False
        while window:
            if _BYTE_RANGE.search(window) or any(_BYTE_RANGE.search(data) for data in _unpacked(window)):
                return True
            more = file.read(_WINDOW)
            window = window[-_OVERLAP:] + more if more else b""
    return False


def _unpacked(window: bytes) -> Iterator[bytes]:
    """Yield the object streams in a part of a file; one that cannot be unpacked gives what would be searched for."""
    for match in _OBJECT_STREAM.finditer(window):
        data = _DATA.search(window, match.end(), match.end() + _DICTIONARY)
        if data is None:
            continue
        around = window[max(0, match.start() - _DICTIONARY) : data.start()]
        around = around[around.rfind(b" obj") :]
        if b"/Filter" not in around:
            continue  # its objects stand there plainly
        try:
            if not _PLAIN_FILTER.search(around) or b"/DecodeParms" in around:
                raise zlib.error
            yield zlib.decompressobj().decompress(window[data.end() :], _UNPACKED)
        except zlib.error:
            yield b"/ByteRange "


def _signers(pdf: bytes) -> tuple[str, ...]:
    from letterpress.errors import LetterpressError
    from letterpress.signing import fields

    try:
        reader = fields.open_pdf(pdf)
    except LetterpressError:
        return (UNKNOWN,)
    try:
        return _in_fields(reader) or _loose(reader) or _cut_off(pdf)
    except Exception:  # a damaged file can fail anywhere in the parser, and what it holds might be a signature
        return (UNKNOWN,)


def _in_fields(reader: Any) -> tuple[str, ...]:
    """Name those whose signatures are in the form of any revision."""
    from pyhanko.sign.fields import enumerate_sig_fields

    names: dict[tuple[str, bytes], str] = {}
    revisions = reader.xrefs.total_revisions
    for number in range(revisions):
        handler = reader if number == revisions - 1 else reader.get_historical_resolver(number)
        for name, value, reference in enumerate_sig_fields(handler, filled_status=True):
            signature = value.get_object()
            key = (name, bytes(signature.raw_get("/Contents").original_bytes) if "/Contents" in signature else b"")
            names[key] = _who(signature, reference.get_object(), name)
    return tuple(dict.fromkeys(names.values()))


def _loose(reader: Any) -> tuple[str, ...]:
    """Look for a signature that no field leads to, in any revision."""
    for number in range(reader.xrefs.total_revisions):
        for reference in reader.xrefs.explicit_refs_in_revision(number):
            value = reader.get_object(reference, revision=number, never_decrypt=True)
            if hasattr(value, "raw_get") and "/ByteRange" in value and "/Contents" in value:
                return (UNKNOWN,)
    return ()


def _cut_off(pdf: bytes) -> tuple[str, ...]:
    """Look for a signature behind the last end of a revision: the rest of its own was cut off."""
    return (UNKNOWN,) if _BYTE_RANGE.search(pdf, max(0, pdf.rfind(b"%%EOF"))) else ()


def _who(signature: Any, field: Any, name: str) -> str:
    from letterpress.signing import fields

    if fields.at(signature, "/Type") == "/DocTimeStamp":
        return "a time stamp"
    signer = fields.signer_name(signature)
    label = str(fields.at(field, "/TU", ""))
    return signer or fields.split_label(label, name)[0] or UNKNOWN
