"""Reads and writes the files of one project, and no other: whatever a request names stays in the project's folder.

A path is looked at twice: as it is written, and where it leads once symbolic links are followed. Hidden files and
folders are no part of a project. A letter is written only in the place of the text that was read.

Not here: who may ask at all (studio/guard.py), how a file is replaced (atomic.py).
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from letterpress.errors import LetterpressError
from letterpress.files import atomic

LETTERS = frozenset({".md"})
LISTS = frozenset(
    (
        ".csv",
        ".tsv",
        ".tab",
        ".txt",
        ".xlsx",
        ".xlsm",
        ".xlsb",
        ".xls",
        ".ods",
        ".json",
        ".jsonl",
        ".ndjson",
        ".parquet",
    )
)
PDFS = frozenset({".pdf"})
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".svg"})
UPLOADS = "content/lists"
"""Where lists go that somebody hands over."""
TRUST = frozenset({".pem"})
"""Certificates to trust: they go into `trust/`, and nothing else does."""
_WRITTEN = ("content", "out")
"""Folders of a project that a request may write into."""
_MOST = 2_000
"""Files of a kind that are listed."""
_MOST_BYTES = 60_000_000


class Outside(LetterpressError):
    """A path that is no file of the project, or none of the kind that is asked for."""


class Changed(Exception):
    """The file is not what it was when it was read."""


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file of the project."""

    path: str
    """In the project."""
    text: str
    sha256: str
    modified: float


class ProjectFiles:
    """The files of a project."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def find(self, path: str, kinds: frozenset[str], *, writing: bool = False) -> Path:
        """Find a file of the project; it need not be there.

        :param path: in the project, with `/` between folders.
        :param kinds: endings that it may have.
        :param writing: whether it is to be written.
        :raises Outside: it is none of the project, or of another kind.
        """
        plain = PurePosixPath(path)
        parts = plain.parts
        strange = plain.is_absolute() or not parts or "\\" in path or any(ord(char) < 32 for char in path)
        if strange or any(part.startswith(".") or part.endswith((" ", ".")) for part in parts):
            raise _outside(path)
        folders = ("trust",) if kinds == TRUST else _WRITTEN
        if plain.suffix.lower() not in kinds or (writing and parts[0] not in folders):
            raise _outside(path)
        found = self.root.joinpath(*parts)
        try:
            real = found.resolve()
            is_file = real.is_file() or not real.exists()
        except (OSError, RuntimeError):  # links that lead to each other, a name that is too long
            raise _outside(path) from None
        if not real.is_relative_to(self.root) or real == self.root or not is_file:
            raise _outside(path)
        inner = real.relative_to(self.root).parts
        if any(part.startswith(".") for part in inner) or (writing and inner[0] not in folders):
            raise _outside(path)
        return found

    def folder(self, path: str) -> Path:
        """Find a folder of the project that a request may write into.

        :raises Outside: it is none.
        """
        inside = self.find(f"{path}/x.pdf", PDFS, writing=True)
        if not inside.parent.is_dir():
            raise _outside(path)
        return inside.parent

    def shown(self, path: Path) -> str:
        """Name a file as the page does."""
        return path.relative_to(self.root).as_posix()

    def read(self, path: str, kinds: frozenset[str] = LETTERS) -> TextFile:
        """Read a letter, or another text.

        :raises Outside: see `find`.
        :raises LetterpressError: it is not there, or no text.
        """
        found = self.find(path, kinds)
        data, status = _bytes(found, path)
        return _text_file(path, data, status.st_mtime)

    def save(self, path: str, text: str, sha256: str | None, kinds: frozenset[str] = LETTERS) -> TextFile:
        """Write a letter, or another text, if it still is what was read.

        :param sha256: of the file that it replaces; None: there is none.
        :raises Changed: it is another one now.
        :raises Outside: see `find`.
        :raises LetterpressError: it cannot be written.
        """
        found = self.find(path, kinds, writing=True)
        data = _encoded(found, text, path)

        def unchanged(real: Path) -> None:
            if _sha256(real) != sha256:
                raise Changed

        if _sha256(found) != sha256:
            raise Changed
        try:
            atomic.write(found, data, guard=unchanged, exclusive=sha256 is None)
        except FileExistsError:
            raise Changed from None
        # Not what is in the file now: another program may have written since, which is to be noticed as its change.
        return _text_file(path, data, time.time())

    def other(self, folder: str, name: str, kinds: frozenset[str], data: bytes) -> bool:
        """Whether there is a file of that name that holds something else.

        :raises Outside: see `find`.
        """
        try:
            return self.find(f"{folder}/{name}", kinds, writing=True).read_bytes() != data
        except FileNotFoundError:
            return False

    def replace(self, folder: str, name: str, kinds: frozenset[str], data: bytes) -> Path:
        """Take a file in, in the place of the one of that name.

        :raises Outside: see `find`.
        :raises LetterpressError: it cannot be written.
        """
        path = self.find(f"{folder}/{name}", kinds, writing=True)
        atomic.write(path, data)
        return path

    def take(self, folder: str, name: str, kinds: frozenset[str], data: bytes) -> Path:
        """Take a new file in; one of that name that holds something else is left, and the new one gets a number.

        :param name: without folders.
        :raises Outside: see `find`.
        :raises LetterpressError: it cannot be written.
        """
        plain = PurePosixPath(name)
        for number in range(1, 1_000):
            numbered = name if number == 1 else f"{plain.stem} ({number}){plain.suffix}"
            path = self.find(f"{folder}/{numbered}", kinds, writing=True)
            try:
                atomic.write(path, data, exclusive=True)
            except FileExistsError:
                if path.read_bytes() != data:
                    continue
            return path
        raise LetterpressError("there are too many files of that name", file=name, code="file-exists")

    def data(self, path: str, kinds: frozenset[str]) -> bytes:
        """Read a file of the project.

        :raises Outside: see `find`.
        :raises LetterpressError: it is not there, or too large.
        """
        return _bytes(self.find(path, kinds), path)[0]

    def listed(self, kinds: frozenset[str], *folders: str) -> Iterator[Path]:
        """List the files of these kinds, those that a page may ask for; hidden ones and links to elsewhere are none."""
        number = 0
        for folder in folders:
            for inner, names, files in os.walk(self.root / folder):
                names[:] = sorted(name for name in names if not name.startswith("."))
                for name in sorted(files):
                    if Path(name).suffix.lower() not in kinds:
                        continue
                    path = Path(inner, name)
                    try:
                        self.find(self.shown(path), kinds)
                    except Outside:
                        continue
                    number += 1
                    if number > _MOST:
                        return
                    yield path


def _outside(path: str) -> Outside:
    shown = "".join(char if char.isprintable() else "?" for char in path[:200])
    return Outside("is no file of this project that may be used here", file=shown, code="path-outside", value=shown)


def _bytes(found: Path, path: str) -> tuple[bytes, os.stat_result]:
    try:
        with found.open("rb") as file:
            status = os.fstat(file.fileno())
            data = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        raise LetterpressError("there is no such file", file=path, code="file-missing") from None
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise LetterpressError(message, file=path, code="file-unreadable") from error
    if len(data) > _MOST_BYTES:
        params = (("limit", _MOST_BYTES),)
        raise LetterpressError("is too large", file=path, code="file-too-large", params=params)
    return data, status


def _text_file(path: str, data: bytes, modified: float) -> TextFile:
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        message = "is not UTF-8"
        raise LetterpressError(message, file=path, code="encoding-wrong") from error
    return TextFile(path, text, hashlib.sha256(data).hexdigest(), modified)


def _encoded(found: Path, text: str, path: str) -> bytes:
    """Encode a letter as the file is that it replaces: with its byte order mark and its line ends.

    :raises LetterpressError: it holds half a character.
    """
    try:
        older = found.read_bytes()
    except OSError:
        older = b""
    if b"\r\n" in older and older.count(b"\r\n") == older.count(b"\n"):
        text = text.replace("\n", "\r\n")
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        message = "holds half of a character"
        raise LetterpressError(message, file=path, code="encoding-wrong") from error
    return (b"\xef\xbb\xbf" if older.startswith(b"\xef\xbb\xbf") else b"") + data


def _sha256(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return None
    except OSError:
        return ""
