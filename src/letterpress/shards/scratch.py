"""A folder for what one process of a run unpacks and makes: in the system's temporary folder, for nobody else to read.

A process that is killed cannot remove its folder; the next one of the same user does.

Not here: what lies in it (node.py).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

from letterpress.errors import LetterpressError

_LOCK = "lock"


class Scratch:
    """A folder, used with `with`; `lock` is a file descriptor that whoever works in it holds as well."""

    def __enter__(self) -> Scratch:
        import fcntl

        try:
            home = _home()
            for other in home.iterdir():
                _remove_abandoned(other)
            self.folder = Path(tempfile.mkdtemp(prefix="run-", dir=home))
            self.lock = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            message = f"no temporary folder can be made: {error.strerror}"
            about = {"file": tempfile.gettempdir(), "hint": "free space there, or set TMPDIR", "code": "scratch-failed"}
            raise LetterpressError(message, **about) from error
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self.lock)


def _home() -> Path:
    """The folder of all such folders of this user.

    :raises OSError: there can be none.
    """
    home = Path(tempfile.gettempdir()) / f"letterpress-{os.geteuid()}"
    home.mkdir(mode=0o700, exist_ok=True)
    about = home.lstat()
    if about.st_uid != os.geteuid() or about.st_mode & 0o077 or not home.is_dir() or home.is_symlink():
        return Path(tempfile.mkdtemp(prefix="letterpress-"))  # somebody else has made it: they are not to read letters
    return home


def _remove_abandoned(folder: Path) -> None:
    """Remove a folder that no living process holds."""
    import fcntl

    with contextlib.suppress(OSError):
        lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(lock)
