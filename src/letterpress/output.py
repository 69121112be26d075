"""Files on disk.

Job: a file appears whole or not at all. Secret: the temporary file beside it, fsync and rename; a full disk or a folder
without permission leaves nothing behind and touches nothing older.
"""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from pathlib import Path

from letterpress.errors import LetterpressError


def write(path: Path, content: bytes) -> None:
    """Write `content` to `path`, whole or not at all.

    :raises LetterpressError: it cannot be written; an older file of that name is as it was.
    """
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise LetterpressError("is a folder", file=str(path), hint="name a file with -o")
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.", suffix=".part")
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, _mode(path))  # noqa: PTH101 - mkstemp's 0600 would shut out the colleagues
        os.replace(temporary, path)  # noqa: PTH105
        temporary = None
        _sync_folder(path.parent)
    except OSError as error:
        raise _fault(path, error) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)  # noqa: PTH108


def _mode(path: Path) -> int:
    """The older file's mode, else what the umask leaves of 0666."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    """Make the rename last through a power cut; not every file system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _fault(path: Path, error: OSError) -> LetterpressError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return LetterpressError(
            "the disk is full; nothing was written", file=str(path), hint="make room, and run again"
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return LetterpressError(
            f"the folder '{path.parent}' is not writable",
            file=str(path),
            hint="choose another with -o, or ask for the right",
        )
    if error.errno in (errno.ENOTDIR, errno.EEXIST, errno.EISDIR):
        return LetterpressError("a file stands where a folder is needed", file=str(path), hint="choose another with -o")
    return LetterpressError(f"cannot be written: {error.strerror or error}", file=str(path))
