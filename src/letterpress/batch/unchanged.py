"""Tells which letters of a run are there already, as they would be made again.

A letter is the same if it was made by the same job (fingerprint.py), and nobody has done more to its file since than
sign it.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from letterpress import output
from letterpress.batch.journal import Entry

Made = tuple[str, str, int | None, int, int]
"""Job id, SHA-256, pages, bytes and time in ns of a file, as the journal has them."""


def skipped(entry: Entry, made: Made, folder: Path, *, again: bool, mail: bool = False) -> Entry:
    """Give the entry as skipped, if its file is there and the same; else as it is.

    The file's time tells at once that nobody has touched it; where the time is another, its content tells. Whether the
    file of a letter that has changed may be replaced is looked at when it is.

    :param made: what a run has left under the entry's name.
    :param folder: the output folder, as the user named it.
    :param mail: whether the letter's e-mail has to be there as well.
    :param again: whether letters are made anew that have not changed; those that were signed since are not.
    """
    job, sha256, pages, size, mtime = made
    if job != entry.id:
        return entry
    path = folder / (entry.output or "")
    if mail and not _mailed(path, entry.id):
        return entry
    try:
        status = path.stat()
        if status.st_size == size and not again:
            same = status.st_mtime_ns == mtime or _sha256(path) == sha256
            return replace(entry, state="skipped", pages=pages, sha256=sha256) if same else entry
        kept = signed_since(entry, path, sha256, size) if status.st_size >= size else None
    except OSError:
        return entry
    return entry if kept is None else replace(kept, pages=pages)


def _mailed(path: Path, ident: str) -> bool:
    from letterpress import mail  # here: few runs make e-mails

    return mail.belongs(path.with_suffix(mail.SUFFIX), ident)


def signed_since(entry: Entry, path: Path, sha256: str, size: int) -> Entry | None:
    """Give the entry as skipped, if its file begins with the letter that the journal knows and bears signatures.

    :param sha256: of the letter; `size` in bytes likewise.
    :raises OSError: the file cannot be read.
    """
    from letterpress.signing import existing

    content = path.read_bytes()
    if hashlib.sha256(content[:size]).hexdigest() != sha256 or not (signers := existing.signers(path)):
        return None
    note = replace(output.kept_note(path, signers), record=entry.record)
    digest = hashlib.sha256(content).hexdigest()
    return replace(entry, state="skipped", sha256=digest, diagnostics=(*entry.diagnostics, note))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
