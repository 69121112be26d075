"""Keeps what is costly to make and the same each time between runs: in the user's cache folder, never needed.

Compiled templates and the like are programs once they are loaded. So nothing is read from a folder, or a file, that
belongs to somebody else or that others may write to; an entry whose digest is wrong counts as missing. Where there can
be no such folder, all is made anew each time, and nothing is said.

Not here: what goes in (templating/bytecode.py, layout/c_definitions.py), and what else its key has to name: an entry is
right as long as its key is the same. Source: XDG Base Directory Specification 0.8.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import sys
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

SWITCH = "LETTERPRESS_CACHE"
"""The environment variable that names another folder, or switches all of this off: `off`."""
_DIGEST = hashlib.sha256().digest_size
_MOST = 400
"""Entries in a kind's folder: when there are more, the older half is removed."""
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def available(kind: str) -> bool:
    """Whether anything can be kept."""
    return _folder(kind) is not None


def get(kind: str, key: bytes) -> bytes | None:
    """The content that was put under this key; None if there is none, or none that can be trusted.

    :param kind: the folder that entries of this kind have.
    """
    folder = _folder(kind)
    if folder is None:
        return None
    try:
        entry = os.open(folder / _name(key), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    with open(entry, "rb") as file:
        about = os.fstat(entry)
        if not stat.S_ISREG(about.st_mode) or about.st_uid != os.geteuid() or about.st_mode & _OTHERS:
            return None
        try:
            data = file.read()
        except OSError:
            return None
    digest, content = data[:_DIGEST], data[_DIGEST:]
    return content if hashlib.sha256(key + content).digest() == digest else None


def put(kind: str, key: bytes, content: bytes) -> None:
    """Keep the content for the next run, if there is a place for it."""
    folder = _folder(kind)
    if folder is None:
        return
    path = folder / _name(key)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    with contextlib.suppress(OSError):
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            with open(os.open(unfinished, flags, 0o600), "wb") as file:
                file.write(hashlib.sha256(key + content).digest() + content)
            unfinished.replace(path)
        except OSError:  # a full disk
            unfinished.unlink(missing_ok=True)
        _thin_out(folder)


def stamp(files: Iterable[str | None]) -> bytes:
    """What tells these files of a program from those of another version, for a key: sizes and times."""
    found = [(os.path.basename(file), os.stat(file)) for file in files if file]  # noqa: PTH116, PTH119 - at each start
    about = [(name, status.st_size, status.st_mtime_ns) for name, status in found]
    return repr((sys.implementation.cache_tag, sys.hexversion, about)).encode()


def forget() -> None:
    """Look anew for the folder, as after a change of the environment."""
    _folder.cache_clear()


def _name(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()


@lru_cache(maxsize=8)
def _folder(kind: str) -> Path | None:
    """The folder of a kind, made if need be; None if there can be none that is ours alone."""
    root = _root()
    if root is None or not hasattr(os, "geteuid"):
        return None
    try:
        above = next(folder for folder in root.parents if folder.is_dir())
        if above.stat().st_uid != os.geteuid() and not root.is_dir():
            return None  # root's files in somebody else's home folder: they could not remove them
        (root.parent).mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in (root, root / kind):
            with contextlib.suppress(FileExistsError):
                folder.mkdir(mode=0o700)
            about = folder.lstat()
            if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.geteuid() or about.st_mode & _OTHERS:
                return None
    except (OSError, StopIteration):
        return None
    return root / kind


def _root() -> Path | None:
    """Where the entries of all kinds lie: `~/.cache/letterpress`, or what the environment says."""
    said = os.environ.get(SWITCH, "")
    if said:
        return Path(said) if os.path.isabs(said) else None  # noqa: PTH117 - `off` and its like
    caches = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(caches):  # noqa: PTH117 - relative ones are to be ignored, says the specification
        return Path(caches) / "letterpress"
    home = os.path.expanduser("~")  # noqa: PTH111 - where there is none, Path.home() raises
    return Path(home) / ".cache" / "letterpress" if os.path.isabs(home) else None  # noqa: PTH117


def _thin_out(folder: Path) -> None:
    with os.scandir(folder) as found:
        entries = list(found)
    if len(entries) > _MOST:
        entries.sort(key=lambda entry: entry.stat(follow_symlinks=False).st_mtime_ns)
        for entry in entries[: len(entries) - _MOST // 2]:
            with contextlib.suppress(OSError):
                os.unlink(entry.path)  # noqa: PTH108
