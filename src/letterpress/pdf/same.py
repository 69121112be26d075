"""Tells which objects of several PDFs are the same: images, colour spaces and the like, of which one is enough."""

from __future__ import annotations

import hashlib
from typing import Any

_MAX_DEPTH = 12
"""Levels of an object that are compared; what goes deeper leads out of it, to pages."""


def digest(pdf_object: Any) -> bytes | None:
    """Hash an object's content; None: it is a plain name or number, belongs to one letter, or leads to its pages."""
    import pikepdf

    hashed = hashlib.sha256()
    if not isinstance(pdf_object, pikepdf.Array | pikepdf.Dictionary | pikepdf.Stream):
        return None
    return hashed.digest() if _feed(pdf_object, hashed, 0) else None


def _feed(pdf_object: Any, digest: Any, depth: int) -> bool:
    """Put an object's content into a hash; False if it belongs to one letter: it is tagged, or leads too far."""
    import pikepdf

    if depth > _MAX_DEPTH:
        return False
    if not isinstance(pdf_object, pikepdf.Object) or isinstance(pdf_object, pikepdf.Name | pikepdf.String):
        digest.update(f"{type(pdf_object).__name__}:{pdf_object!r};".encode())
        return True
    if isinstance(pdf_object, pikepdf.Stream):
        digest.update(b"stream")
        digest.update(hashlib.sha256(pdf_object.read_raw_bytes()).digest())
    if isinstance(pdf_object, pikepdf.Array):
        digest.update(b"[%d" % len(pdf_object))
        return all(_feed(value, digest, depth + 1) for value in pdf_object)
    keys = sorted(pdf_object.keys())
    if "/StructParent" in keys or "/StructParents" in keys:
        return False
    digest.update(b"<%d" % len(keys))
    for key in keys:
        digest.update(key.encode())
        if not _feed(pdf_object[key], digest, depth + 1):
            return False
    return True
