"""Finds the PDFs that were made of a project's letters, whoever made them: the studio shows where they are.

Not here: which of a list's letters are as they would be made now (runs.py).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from letterpress.interactive.answers import Say, answering
from letterpress.processes import stages
from letterpress.signing import existing

FOLDER = "out"
"""Where letters of a project are made."""
_MOST = 200
"""Files and folders that are told of; the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A PDF, or a folder of them."""

    path: str
    """In the project."""
    pdfs: int | None
    """How many a folder holds; None: it is a file."""
    modified: float
    """Of a folder, that of its newest PDF."""
    letter: str | None
    """The letter that it is of, by its name; None: there is none of such a name."""
    older: bool
    """Whether the letter was changed since."""
    signers: tuple[str, ...] = ()


@answering
def of_project(say: Say, root: str, letters: tuple[str, ...]) -> tuple[Seen, ...]:
    """List what was made, the newest first.

    :param letters: of the project, as paths in it.
    """
    stages.at("looking what was made")
    named = {Path(path).stem: path for path in letters}
    found = sorted(_found(Path(root)), key=lambda one: -one[1])[:_MOST]
    return tuple(_seen(Path(root), path, modified, pdfs, named) for path, modified, pdfs in found)


def _found(root: Path) -> Iterator[tuple[Path, float, int | None]]:
    """Files and folders with PDFs: path, time, number."""
    if not (root / FOLDER).is_dir() or (root / FOLDER).is_symlink():
        return
    with os.scandir(root / FOLDER) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.is_symlink():
                continue
            if entry.is_dir():
                times = list(_times(Path(entry.path)))
                if times:
                    yield Path(entry.path), max(times), len(times)
            elif entry.name.lower().endswith(".pdf"):
                yield Path(entry.path), entry.stat().st_mtime, None


def _times(folder: Path) -> Iterator[float]:
    for inner, names, files in os.walk(folder):
        names[:] = [name for name in names if not name.startswith(".")]
        for name in files:
            if name.lower().endswith(".pdf") and not name.startswith("."):
                with contextlib.suppress(OSError):
                    yield Path(inner, name).lstat().st_mtime


def _seen(root: Path, path: Path, modified: float, pdfs: int | None, named: dict[str, str]) -> Seen:
    letter = _letter(path.stem if pdfs is None else path.name, named)
    older = False
    with contextlib.suppress(OSError):
        older = letter is not None and (root / letter).stat().st_mtime > modified
    signers: tuple[str, ...] = ()
    with contextlib.suppress(OSError):
        signers = existing.signers(path) if pdfs is None else ()
    shown = path.relative_to(root).as_posix()
    return Seen(path=shown, pdfs=pdfs, modified=modified, letter=letter, older=older, signers=signers)


def _letter(name: str, named: dict[str, str]) -> str | None:
    """The letter whose name a file has, or begins with: "offer-variants" is of "offer"."""
    known = [stem for stem in named if name == stem or name.startswith((f"{stem}-", f"{stem} "))]
    return named[max(known, key=len)] if known else None
