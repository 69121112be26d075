"""Finds out where an output goes, before anything is touched, and says in plain words why nothing can be written there.

A link is followed: the file that it leads to is replaced, the link stays. A pipe, a terminal or another character
device is written into. Folders, sockets and disks are refused, and so is a file without any right to write: a rename
would not ask.

Not here: the writing (`atomic`); whether a file may be replaced (output.py).
Sources: open(2), path_resolution(7), proc_pid_fd(5).
"""

from __future__ import annotations

import errno
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from letterpress.errors import Diagnostic, LetterpressError

_STANDARD = {"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2}
_DESCRIPTOR = re.compile(r"/(?:dev|proc/(?:self|thread-self|(?P<process>\d+)))/fd/(?P<number>\d+)")
_MOST_LINKS = 40
"""Links that Linux follows in one path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where an output goes, with links followed."""

    path: Path
    """As the user named it."""
    real: Path
    """The file itself."""
    status: os.stat_result | None = None
    """Of the file that is there; None: there is none."""
    stream: bool = False
    """Whether it is written into: a pipe, a character device, or one of our own file descriptors."""
    descriptor: int | None = None
    """That file descriptor."""

    @property
    def regular(self) -> bool:
        """Whether there is a file to be replaced."""
        return self.status is not None and not self.stream

    @property
    def read_only(self) -> bool:
        """Whether the file that is there is protected from everybody: a rename would not ask."""
        return self.status is not None and not self.stream and not self.status.st_mode & 0o222


def find(path: Path) -> Target:
    """Find out where `path` leads. Nothing is touched.

    :raises LetterpressError: nothing can be written there: a folder, a socket, a disk, a link to itself.
    """
    number = descriptor_of(path)
    if number is not None:
        return Target(path=path, real=path, stream=True, descriptor=number)
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return Target(path=path, real=_real(path))
    except OSError as error:
        raise fault(path, error) from error
    if stat.S_ISFIFO(status.st_mode) or stat.S_ISCHR(status.st_mode):
        return Target(path=path, real=path, status=status, stream=True)
    if stat.S_ISDIR(status.st_mode):
        raise LetterpressError("is a folder", file=str(path), hint="name a file with -o", code="output-unsuitable")
    if not stat.S_ISREG(status.st_mode):
        kind = "a disk" if stat.S_ISBLK(status.st_mode) else "a socket"
        message, hint = f"is {kind}, and no place for a file", "name a file with -o"
        raise LetterpressError(message, file=str(path), hint=hint, code="output-unsuitable")
    return Target(path=path, real=_real(path), status=status)


def find_writable(path: Path) -> Target:
    """Find out where `path` leads, and that a file there may be replaced.

    :raises LetterpressError: nothing can be written there; also: the file is read-only.
    """
    target = find(path)
    if target.read_only:
        hint = "make it writable (chmod u+w), or choose another with -o"
        raise LetterpressError("is read-only", file=str(path), hint=hint, code="output-read-only")
    return target


def _real(path: Path) -> Path:
    """The file that a link leads to, there or not; a path without a link as it is."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def descriptor_of(path: Path) -> int | None:
    """Find the file descriptor of this process that `path` names: /dev/stdout, /dev/fd/3, or a link to one.

    It is written into as it is: to open it once more would forget where it stands, and that it appends.
    """
    name = os.path.abspath(path)  # noqa: PTH100 - Path.absolute leaves ".." in
    # Link by link, and not by realpath, which would go through /proc/self/fd/1 to the file behind it.
    for _ in range(_MOST_LINKS):
        if name in _STANDARD:
            return _STANDARD[name]
        match = _DESCRIPTOR.fullmatch(name)
        if match:
            ours = match["process"] in (None, str(os.getpid()))
            return int(match["number"]) if ours else None
        try:
            name = os.path.normpath(os.path.join(os.path.dirname(name), os.readlink(name)))  # noqa: PTH115, PTH118, PTH120
        except OSError:
            return None
    return None


def fault(path: Path, error: OSError) -> LetterpressError:
    """Make the error of a file that cannot be written, from what the system says of it."""
    return LetterpressError(_diagnostic(path, error))


def _diagnostic(path: Path, error: OSError) -> Diagnostic:
    number = error.errno
    if number in (errno.ENOSPC, errno.EDQUOT):
        return _fault(path, "the disk is full; nothing was written", "make room, and run again", code="disk-full")
    if number in (errno.EACCES, errno.EPERM, errno.EROFS):
        message, hint = f"the folder '{path.parent}' is not writable", "choose another with -o, or ask for the right"
        return _fault(path, message, hint, code="output-unwritable")
    if number in (errno.ENOTDIR, errno.EEXIST, errno.EISDIR):
        message, hint = "a file stands where a folder is needed", "choose another with -o"
        return _fault(path, message, hint, code="output-unsuitable")
    if number == errno.ELOOP:
        return _fault(path, "is a link that leads to itself", "name a file with -o", code="link-endless")
    if number == errno.ENOENT and path.is_symlink():
        message = f"is a link into a folder that does not exist: '{os.path.realpath(path)}'"
        return _fault(path, message, "make the folder, or name a file with -o", code="output-unwritable")
    if number == errno.EPIPE:
        return _fault(path, "whoever reads from this pipe has gone", "run again", code="pipe-closed")
    return _fault(path, f"cannot be written: {error.strerror or error}", None, code="output-unwritable")


def _fault(path: Path, message: str, hint: str | None, code: str) -> Diagnostic:
    return Diagnostic(message=message, file=str(path), hint=hint, code=code)
