"""Takes a project to other machines: one archive of its files, named by its hash, unpacked there.

In it are the letter's own files, `content/`, `templates/`, `carriers/` and `letterpress.toml`: what a letter may be
made of. Keys never are, nor hidden files, and lists of records only if letters attach such files. The same project
makes the same archive.

Not here: whether it makes the same letters there (node.py).
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

from letterpress.batch import named_files
from letterpress.carriers import catalogue
from letterpress.errors import LetterpressError, UsageError
from letterpress.files import project, project_files, zip_stream
from letterpress.model import Job

_FOLDERS = ("content", "templates", catalogue.FOLDER)
_KEYS = frozenset((".p12", ".pfx", ".pem", ".key", ".jks"))
_DATABASES = frozenset((".sqlite", ".sqlite3", ".db"))


def pack(job: Job, data: Path | None) -> bytes:
    """Make the archive of a job's project.

    :param data: the list of records, which is not to be in it.
    :raises LetterpressError: a file cannot be read, or the letter is made of files outside of its project.
    """
    root = Path(job.letter.root).resolve()
    listed = named_files.Chosen(job).any
    left_out = None if data is None else data.resolve()
    names = {_within(path, root): path for path in _needed(job)}
    for path in _trees(job, root):
        lists = not listed and path.suffix.lower() in project_files.LISTS | _DATABASES
        if not lists and path.resolve() != left_out:
            names.setdefault(path.relative_to(root).as_posix(), path)
    buffer = io.BytesIO()
    with zip_stream.ZipStream(buffer) as stream:
        for name in sorted(names):
            if names[name].suffix.lower() not in _KEYS:
                stream.add(name, _content(names[name]))
        stream.finish()
    return buffer.getvalue()


def _needed(job: Job) -> Iterator[Path]:
    """The files that the letter names, wherever they lie."""
    letter = job.letter
    yield Path(letter.path).resolve()
    yield from (path for path in named_files.files(job) if path.is_relative_to(letter.root))
    yield from (path.resolve() for file, _ in letter.places.values() if (path := Path(file)).is_file())


def _trees(job: Job, root: Path) -> Iterator[Path]:
    """All files that letters of the project may be made of."""
    if (root / project.FILE).is_file():
        yield root / project.FILE
    folder = Path(job.letter.folder)
    yield from (path for path in folder.glob("*") if path.is_file() and not path.name.startswith("."))
    for name in _FOLDERS:
        for path in sorted((root / name).rglob("*")):
            hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
            if path.is_file() and not hidden and not path.name.endswith("~"):
                yield path


def _within(path: Path, root: Path) -> str:
    """The name of a file in the archive.

    :raises UsageError: it is none of the project.
    """
    real = path.resolve()
    for one in (path, real):
        if one.is_relative_to(root):
            return one.relative_to(root).as_posix()
    message = "is not in the letter's project, and would be missing on other machines"
    raise UsageError(message, file=str(path), hint="put it into the project", code="file-outside-project")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise LetterpressError(message, file=str(path), code="file-unreadable") from error


def digest(archive: bytes) -> str:
    """Give the hash that names an archive."""
    return hashlib.sha256(archive).hexdigest()


def unpack(archive: bytes, sha256: str, folder: Path) -> None:
    """Unpack an archive into an empty folder.

    :param sha256: what it must have.
    :raises LetterpressError: it is another, or damaged.
    """
    damaged = LetterpressError(
        "the project's archive is not the one that was planned", hint="plan the run anew", code="project-damaged"
    )
    if digest(archive) != sha256:
        raise damaged
    try:
        for name, blocks in zip_stream.read(io.BytesIO(archive)):
            parts = name.split("/")
            if any(part in ("", ".", "..") for part in parts):
                raise damaged
            path = folder.joinpath(*parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"".join(blocks))
    except zip_stream.Altered as error:
        raise damaged from error
