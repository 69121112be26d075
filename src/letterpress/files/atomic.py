"""Writes a file whole or not at all; the only module that puts a file in the place of another.

A regular file is written beside its place under a temporary name, synced and renamed, so that a reader finds the old
file or the new one, also after a power cut. Other names of the same file (hard links) keep the older content.

Many files at once (`commit_all`) take the same steps, each for all of them before the next: synced, renamed, their
folders synced.

A temporary file is called `.letterpress-<16 hex digits>.part` and is locked while it is written: `remove_abandoned`
removes those that nobody holds, and nothing else.

Not here: where an output goes (`targets`); whether a file may be replaced (output.py).
Sources: open(2), rename(2), fsync(2), syncfs(2), flock(2).
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import re
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from letterpress.errors import LetterpressError, UnreadableInput
from letterpress.files import targets
from letterpress.files.targets import Target
from letterpress.processes import stages

Guard = Callable[[Path], None]
"""Called with the path that is to be taken, right before it is; raises to leave it as it is."""

_MANY = 8
"""Files from which on the whole file system is synced, and not each of them: measured, 0.5 ms a file instead of 4.5 at
16 files, and no gain at 3."""
_TEMPORARY = re.compile(r"\.letterpress-[0-9a-f]{16}\.part")


def write(
    path: Path, content: bytes, *, guard: Guard | None = None, mode: int | None = None, exclusive: bool = False
) -> None:
    """Write `content` to `path`, whole or not at all.

    :param guard: called with the path right before it is taken; raises to leave it as it is.
    :param mode: permission bits; None: those of the file that is replaced, else what the umask leaves of 0666.
    :param exclusive: never replace a file.
    :raises LetterpressError: it cannot be written; an older file of that name is as it was.
    :raises FileExistsError: there is a file, and `exclusive`.
    """
    replacement = Replacement(path, mode=mode)
    try:
        with replacement.file as file:
            file.write(content)
            replacement.commit(guard, exclusive=exclusive)
    except OSError as error:
        if exclusive and isinstance(error, FileExistsError):
            raise
        raise targets.fault(path, error) from error
    finally:
        replacement.discard()


class Replacement:
    """A new file in the making: write into `file`, then `commit` it or `discard` it."""

    def __init__(self, path: Path, *, mode: int | None = None) -> None:
        """:raises LetterpressError: nothing can be written there."""
        self.target = targets.find_writable(path)
        self._temporary: Path | None = None
        """The file beside the place; None: a stream is written into, or the file is in its place."""
        self._folder = self.target.real.parent
        try:
            if self.target.stream:
                self.file: IO[bytes] = os.fdopen(_open_stream(self.target), "wb")
                return
            if not path.is_symlink():
                _make_folder(self._folder)
            status = self.target.status
            wanted = stat.S_IMODE(status.st_mode) & 0o777 if mode is None and status is not None else mode
            descriptor, self._temporary = _create(self._folder, 0o666 if wanted is None else wanted)
            self.file = os.fdopen(descriptor, "wb")
            if status is not None:
                with contextlib.suppress(OSError):  # only root may give a file away, and a member to its group
                    os.fchown(descriptor, status.st_uid if os.geteuid() == 0 else -1, status.st_gid)
            if wanted is not None:
                os.fchmod(descriptor, wanted)
        except OSError as error:
            self.discard()
            raise targets.fault(path, error) from error

    @property
    def folder(self) -> Path:
        """Where the file goes."""
        return self._folder

    @property
    def waiting(self) -> bool:
        """Whether the file is beside its place; else it is in it, or a stream is written into."""
        return self._temporary is not None

    def commit(self, guard: Guard | None = None, *, exclusive: bool = False) -> None:
        """Put the file in its place, and close it.

        :raises OSError: it cannot be; the older file is as it was.
        """
        self.file.flush()
        if self.waiting:
            self.sync()  # before the rename: else a power cut leaves an empty file of this name
            self.place(guard, exclusive=exclusive)
            _sync_folder(self._folder)
        self.file.close()

    def sync(self) -> None:
        """Have what was written on the disk.

        :raises OSError: it cannot be.
        """
        os.fsync(self.file.fileno())

    def place(self, guard: Guard | None = None, *, exclusive: bool = False) -> None:
        """Give the file its name; it is on the disk already, and its name is not.

        :raises OSError: it cannot have it; the older file is as it was.
        """
        if self._temporary is None:
            return
        if guard is not None:
            guard(self.target.real)  # as late as can be: between it and the rename, somebody else's file would be lost
        if exclusive:
            os.link(self._temporary, self.target.real)  # unlike a rename, it fails where there is a file
        else:
            os.replace(self._temporary, self.target.real)  # noqa: PTH105
            stages.temporary(self._temporary, there=False)
            self._temporary = None

    def discard(self) -> None:
        """Leave everything as it was; nothing to do once it is committed."""
        with contextlib.suppress(OSError, AttributeError):
            self.file.close()
        if self._temporary is not None:
            with contextlib.suppress(OSError):
                self._temporary.unlink()
            stages.temporary(self._temporary, there=False)
            self._temporary = None


def commit_all(files: Sequence[tuple[Replacement, Guard | None]]) -> list[Exception | None]:
    """Put many files in their places, each with its guard, and close them; for many this takes far less time.

    :returns: for each, why it is not in its place, or None. What a guard raises is such a reason.
    """
    errors: list[Exception | None] = [_error_of(replacement.file.flush) for replacement, _ in files]
    whole = [number for number, error in enumerate(errors) if error is None and files[number][0].waiting]
    if len(whole) < _MANY or not _synced_at_once([files[number][0] for number in whole]):
        for number in whole:
            errors[number] = _error_of(files[number][0].sync)
    for number in whole:
        replacement, guard = files[number]
        if errors[number] is None:
            errors[number] = _error_of(functools.partial(replacement.place, guard))
    for folder in {files[number][0].folder for number in whole if errors[number] is None}:
        _sync_folder(folder)
    for replacement, _ in files:
        replacement.discard()
    return errors


def _error_of(step: Callable[[], None]) -> Exception | None:
    try:
        step()
    except Exception as error:
        return error
    return None


def _synced_at_once(files: Sequence[Replacement]) -> bool:
    """Sync the file systems that the files are on; False where that cannot be done, or would not tell of an error.

    syncfs(2): before Linux 5.8 it succeeds although a file could not be written.
    """
    system = os.uname()
    release = re.match(r"(\d+)\.(\d+)", system.release)
    if system.sysname != "Linux" or release is None or (int(release[1]), int(release[2])) < (5, 8):
        return False
    import ctypes

    systems = {os.fstat(replacement.file.fileno()).st_dev: replacement.file.fileno() for replacement in files}
    try:
        call = ctypes.CDLL(None).syncfs
    except (OSError, AttributeError):
        return False
    return all(call(descriptor) == 0 for descriptor in systems.values())


def _open_stream(target: Target) -> int:
    if target.descriptor is not None:
        return os.dup(target.descriptor)
    return os.open(target.path, os.O_WRONLY | os.O_CLOEXEC | os.O_NOCTTY)


def _make_folder(folder: Path) -> None:
    """Make the folder and those above it, and make that last through a power cut."""
    if folder.is_dir():
        return
    missing = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for made in missing:
        _sync_folder(made.parent)


# --- temporary files --------------------------------------------------------------------------------------------------


def _create(folder: Path, mode: int) -> tuple[int, Path]:
    """Make a temporary file, locked. The kernel takes the umask off `mode`: to ask for the umask is to change it, for
    all threads of the process."""
    while True:
        path = folder / f".letterpress-{os.urandom(8).hex()}.part"
        stages.temporary(path, there=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        # Between making and locking it, `remove_abandoned` of another process may have found it without a lock, and
        # removed it: then it has no name any more, and another is made.
        if not _locked(descriptor, wait=True) or os.fstat(descriptor).st_nlink:
            return descriptor, path
        os.close(descriptor)


def _locked(descriptor: int, *, wait: bool) -> bool:
    """Take the lock of a temporary file; False if somebody has it, or the file system knows no locks."""
    try:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except (ImportError, OSError):
        return False
    return True


def is_temporary(name: str) -> bool:
    """Whether a file of this name is one that is being written, or was when its process was killed."""
    return _TEMPORARY.fullmatch(name) is not None


def remove_abandoned(folder: Path) -> None:
    """Remove the temporary files in `folder` and below that nobody writes any more: their processes were killed."""
    for place, _, names in os.walk(folder):
        for name in names:
            if is_temporary(name):
                with contextlib.suppress(OSError):
                    _remove_if_abandoned(Path(place) / name)


def _remove_if_abandoned(path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if stat.S_ISREG(os.fstat(descriptor).st_mode) and _locked(descriptor, wait=False):
            path.unlink()
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    """Make a new name last through a power cut; not every file system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


# --- a file that was read, and is to be replaced by a new version -----------------------------------------------------


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
    """Read the file at `path`.

    :raises UnreadableInput: it is missing, a folder, or not permitted.
    """
    try:
        with path.open("rb") as file:
            before = os.fstat(file.fileno())
            return Snapshot(path, file.read(), stat.S_IMODE(before.st_mode), _identity(before))
    except OSError as error:
        raise UnreadableInput(f"cannot be read: {error.strerror}", file=str(path), code="file-unreadable") from error


def check_writable(path: Path) -> None:
    """Find out early that `path` cannot be written. Nothing is touched.

    :raises UnreadableInput: it cannot.
    """
    try:
        target = targets.find(path)
    except LetterpressError as error:
        raise UnreadableInput(error.diagnostics) from error
    if target.stream:
        return
    if target.read_only or (target.status is not None and not os.access(target.real, os.W_OK)):
        hint = "write the signed letter elsewhere with -o"
        raise UnreadableInput("is read-only", file=str(path), hint=hint, code="output-read-only")
    folder = target.real.parent
    if not os.access(folder, os.W_OK):
        message = f"the folder {folder} {'is not writable' if folder.exists() else 'does not exist'}"
        raise UnreadableInput(message, file=str(path), hint="choose another -o", code="output-unwritable")


def write_version(snapshot: Snapshot, path: Path, content: bytes, *, guard: Guard | None = None) -> None:
    """Put a new version of a file that was read at `path`, with the mode of the file that was read.

    If `path` is the file that was read, it must still be as it was.

    :param guard: called if `path` is another one than was read; raises to leave it as it is.
    :raises LetterpressError: the file has changed since; it is as it was.
    :raises UnreadableInput: it cannot be written; it is as it was.
    """
    check_writable(path)
    own = os.path.realpath(snapshot.path)

    def unchanged(real: Path) -> None:
        if os.path.realpath(real) == own:
            _check_unchanged(snapshot)
        elif guard is not None:
            guard(real)

    try:
        write(path, content, guard=unchanged, mode=snapshot.mode)
    except LetterpressError as error:
        if isinstance(error.__cause__, OSError):
            raise UnreadableInput(error.diagnostics) from error.__cause__
        raise


def _check_unchanged(snapshot: Snapshot) -> None:
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
            code="file-changed",
            hint="sign the new version, or write to another file with -o",
        )


def _identity(status: os.stat_result) -> tuple[int, ...]:
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
