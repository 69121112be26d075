"""Locks an output folder, so that one run at a time is at work in it.

The kernel takes the lock away when its last holder dies, so that a killed run leaves none behind. Workers hold it as
well: while one that a killed run has left still writes its letter, no other run begins. Source: flock(2).
"""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

from letterpress.errors import UsageError

_PATIENCE = 30.0
"""Seconds that a run waits for the workers of a killed one to end: at most the letter in hand."""
_DYING = 0.5
"""Seconds that a holder may take to end that has been killed a moment ago, and is not yet gone."""


def acquire(path: Path, folder: Path) -> int:
    """Take the lock of an output folder.

    :param path: the file that is locked; `folder` is what a fault names.
    :returns: the file descriptor that holds the lock until it is closed.
    :raises UsageError: another run has it.
    """
    try:
        import fcntl
    except ImportError:
        message = "runs need a POSIX system: Linux, macOS or WSL"
        raise UsageError(message, file=str(folder), code="system-unsupported") from None
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    begun = time.monotonic()
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
            patience = _DYING if holder.isdigit() and _alive(int(holder)) else _PATIENCE
            if time.monotonic() - begun > patience:
                os.close(descriptor)
                hint = "wait for it, or choose another folder with -o"
                message = f"another run is at work in this folder (process {holder or 'unknown'})"
                params = (("process", holder or None),)
                raise UsageError(message, file=str(folder), hint=hint, code="folder-busy", params=params) from None
            time.sleep(0.05)
            continue
        if os.fstat(descriptor).st_nlink:
            break
        # The run that had it has removed it with its unused folder: whoever comes next would lock another file.
        os.close(descriptor)
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor


def is_free(path: Path) -> bool:
    """Whether nobody holds a lock, so that the run that last had it has ended."""
    try:
        import fcntl

        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return True
    except (ImportError, OSError):  # it cannot be known
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    # A process that has ended and that nobody has waited for yet still has its number.
    with contextlib.suppress(OSError, IndexError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return True
