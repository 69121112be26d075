"""Puts the letters of a run into one ZIP archive, and takes away the folder that they were made in.

A run into an archive is a run into a folder beside it, `letters.zip.unfinished`: so it can be killed and go on as any
other. When all is made, the archive is written as a stream, brought to the disk and renamed; only then the folder is
taken away, and only if every letter is in the archive.

Not here: how an archive is written (files/zip_stream.py).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from letterpress import output
from letterpress.batch.journal import Entry, Journal
from letterpress.errors import Diagnostic, LetterpressError
from letterpress.files import atomic, targets
from letterpress.files.zip_stream import ZipStream

_ENDING = ".unfinished"


def folder_of(archive: Path) -> Path:
    """Give the folder in which the letters of an archive are made."""
    return archive.with_name(archive.name + _ENDING)


def letters(journal: Journal, run: int, folder: Path) -> Iterator[tuple[Entry, Path]]:
    """Give the letters of a run that are there, in order, each with its file."""
    for entry in journal.entries(run):
        if entry.state in ("done", "skipped") and entry.output is not None:
            yield entry, folder / entry.output


def write(
    archive: Path, files: Iterable[tuple[Entry, Path]], *, replace_signed: bool = False
) -> tuple[Diagnostic, ...]:
    """Write the archive, whole or not at all.

    :returns: what is to be said of an older file of that name.
    :raises LetterpressError: a letter cannot be read, or the archive not be written; an older one is as it was.
    """
    replacement = atomic.Replacement(archive)
    guard = output.Guard(archive, replace_signed=replace_signed)
    try:
        with ZipStream(replacement.file) as stream:
            for entry, path in files:
                stream.add(entry.output or "", _content(path))
            stream.finish()
        replacement.commit(guard)
    except OSError as error:
        raise targets.fault(archive, error) from error
    finally:
        replacement.discard()
    return guard.diagnostics


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        hint = "run the same command again: it is made anew"
        message = f"was made, and cannot be read: {error.strerror}"
        raise LetterpressError(message, file=str(path), hint=hint, code="letter-unreadable") from error


def remove_folder(journal: Journal, run: int, folder: Path) -> None:
    """Remove the letters of a run, the folders that they made, and, when the journal is closed, its folder with it.

    What else lies in there stays, and so do the folders that hold it.
    """
    remove_letters(journal, run, folder)
    journal.give_up()


def remove_letters(journal: Journal, run: int, folder: Path) -> None:
    """Remove the letters of a run and the folders that they made; what else lies in there stays."""
    places: set[Path] = set()
    for _, path in letters(journal, run, folder):
        with contextlib.suppress(OSError):
            path.unlink()
        places.update(parent for parent in path.parents if parent.is_relative_to(folder) and parent != folder)
    for place in sorted(places, key=lambda path: len(path.parts), reverse=True):
        with contextlib.suppress(OSError):
            place.rmdir()
