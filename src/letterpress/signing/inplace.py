"""Changing a file that others may be changing too: whole or not at all, and never over somebody else's work.

Job: read a file, and later put a new version beside or in its place. Secret: temporary files, fsync, rename, and how
one notices that the file is no longer the one that was read.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from letterpress.errors import LetterpressError, UnreadableInput


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A file as it was read."""

    path: Path
    """As the user named it."""
    data: bytes = field(repr=False)
    mode: int
    """Permission bits."""
    _identity: tuple[int, ...]
    """Device, inode, size and time of change in ns."""


def read(path: Path) -> Snapshot:
    """The file at `path`. Raises UnreadableInput if it is missing, a folder, or not permitted."""
    try:
        with path.open("rb") as file:
            before = os.fstat(file.fileno())
            return Snapshot(path, file.read(), stat.S_IMODE(before.st_mode), _identity(before))
    except OSError as error:
        raise UnreadableInput(f"cannot be read: {error.strerror}", file=str(path)) from error


def check_writable(snapshot: Snapshot, target: Path) -> None:
    """Find out early that `target` cannot be written. Raises UnreadableInput; nothing is touched."""
    real = Path(os.path.realpath(target))
    if real.is_dir():
        raise UnreadableInput("is a folder", file=str(target), hint="name a file with -o")
    read_only = real.exists() and (not os.access(real, os.W_OK) or not real.stat().st_mode & 0o222)
    if read_only:
        raise UnreadableInput("is read-only", file=str(target), hint="write the signed letter elsewhere with -o")
    if not os.access(real.parent, os.W_OK):
        problem = "is not writable" if real.parent.exists() else "does not exist"
        raise UnreadableInput(f"the folder {real.parent} {problem}", file=str(target), hint="choose another -o")


def write(snapshot: Snapshot, target: Path, data: bytes) -> None:
    """Put `data` at `target`, with the mode of the file that was read.

    The new file is written beside and renamed, so that a reader finds the old one or the new one. If `target` is the
    file that was read, it must still be as it was. Raises LetterpressError if it is not, UnreadableInput if the disk
    refuses; either way `target` is as it was.
    """
    check_writable(snapshot, target)
    real = Path(os.path.realpath(target))
    temporary: Path | None = None
    try:
        descriptor, name = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.")
        temporary = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), snapshot.mode)
            os.fsync(file.fileno())
        if real == Path(os.path.realpath(snapshot.path)):
            _still_the_same(snapshot)
        temporary.replace(real)
        temporary = None
        _sync_folder(real.parent)
    except OSError as error:
        raise UnreadableInput(f"cannot be written: {error.strerror}", file=str(target)) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink()


def _still_the_same(snapshot: Snapshot) -> None:
    try:
        with snapshot.path.open("rb") as file:
            same = _identity(os.fstat(file.fileno())) == snapshot._identity
            same = same and hashlib.sha256(file.read()).digest() == hashlib.sha256(snapshot.data).digest()
    except OSError:
        same = False
    if not same:
        raise LetterpressError(
            "was changed by somebody else while it was being signed, and was left as it is",
            file=str(snapshot.path),
            hint="sign the new version, or write to another file with -o",
        )


def _identity(status: os.stat_result) -> tuple[int, ...]:
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # not every file system can
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
