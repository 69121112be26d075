"""Makes folders for temporary files that go with the process that made them, however it ends.

A folder is marked by a file in it that its owner keeps locked; the system takes the lock away with the owner. So a
marked folder whose mark is not locked is ours, and nobody's any more: the next command removes it. Source: flock(2).

Not here: temporary files beside an output (files/atomic.py), and those of a run's workers (batch/journal).
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile

PREFIX = "letterpress-"
MARK = ".letterpress-temporary"
"""The marking file's name. It is there only while it is locked, or after its owner has died."""


class Scratch:
    """A temporary folder; it is there until `remove`, or until its owner has ended and another command begins."""

    def __init__(self) -> None:
        """:raises OSError: none can be made."""
        self.path = tempfile.mkdtemp(prefix=PREFIX)
        self._lock: int | None = None
        with contextlib.suppress(ImportError, OSError):  # where files cannot be locked, it stays after a kill
            self._mark()

    def _mark(self) -> None:
        import fcntl

        early = os.path.join(self.path, f"{MARK}.new")  # noqa: PTH118
        descriptor = os.open(early, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.rename(early, os.path.join(self.path, MARK))  # noqa: PTH104, PTH118 - never seen without its lock
        except OSError:
            os.close(descriptor)
            os.unlink(early)  # noqa: PTH108
            raise
        self._lock = descriptor

    def remove(self) -> None:
        """Remove the folder with all that is in it."""
        _remove(self.path)
        self.let_go()

    def let_go(self) -> None:
        """Close this process's copy of the lock; the folder is another's."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def remove_left() -> None:
    """Remove the folders whose owners have ended without removing them. Whatever else is there is left alone."""
    with contextlib.suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        for entry in entries:
            if entry.name.startswith(PREFIX) and entry.is_dir(follow_symlinks=False):
                with contextlib.suppress(ImportError, OSError):
                    _remove_if_left(entry.path)


def _remove_if_left(path: str) -> None:
    """:raises OSError: it is not ours, or not marked, or its owner lives."""
    import fcntl

    if os.stat(path, follow_symlinks=False).st_uid != os.geteuid():  # noqa: PTH116
        return
    mark = os.path.join(path, MARK)  # noqa: PTH118
    descriptor = os.open(mark, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _remove(path)
    finally:
        os.close(descriptor)


def _remove(path: str) -> None:
    """The folder; its mark goes last, so that what is left if we are killed here is known again."""
    with contextlib.suppress(OSError):
        for name in os.listdir(path):  # noqa: PTH208
            inner = os.path.join(path, name)  # noqa: PTH118
            if name == MARK:
                continue
            if os.path.isdir(inner) and not os.path.islink(inner):  # noqa: PTH112, PTH114
                import shutil

                shutil.rmtree(inner, ignore_errors=True)
            else:
                os.unlink(inner)  # noqa: PTH108
        with contextlib.suppress(FileNotFoundError):
            os.unlink(os.path.join(path, MARK))  # noqa: PTH108, PTH118
        os.rmdir(path)  # noqa: PTH106
