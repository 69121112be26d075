"""Makes a letter, and finds out when a file that it is made of has changed.

Files are looked at by their times and sizes, a few times a second: a letter has some dozens, and file systems that tell
of changes by themselves are not everywhere (network folders, containers).

Not here: what becomes of the letter (cli/watch.py).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from letterpress import api, pipeline
from letterpress.batch import named_files
from letterpress.content import reader
from letterpress.errors import LetterpressError
from letterpress.files import project
from letterpress.interactive import preview
from letterpress.interactive.answers import Say, answering
from letterpress.model import Result
from letterpress.processes import stages

prepare = preview.prepare
_NAMED_BY_LETTERS = ("content/people", "content/organisations", "content/clauses", "templates")
"""Folders of a project whose files a letter names without their place: one that comes may be the one that it lacks."""
_MOST_FILES = 2_000
"""Files of these folders that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A letter that was made, or could not be."""

    result: Result
    files: tuple[str, ...]
    """What it is made of, as far as it is known."""


@answering
def ready(say: Say) -> None:
    """Do nothing: whoever asks for it has the worker prepared."""


@answering
def make(say: Say, path: str, chosen: Mapping[str, Any], overlay: bool) -> Made:
    """Make the letter in a file, as `letterpress render` does.

    :param chosen: see `api.Chosen`.
    """
    stages.at("reading the letter")
    file = Path(path)
    files: list[Path] = [file, *_of_project(project.root_of(file))]
    try:
        letter = api.read(path)
        files += [Path(one) for one in {place for place, _ in letter.places.values()}]
        job = replace(api.in_language(api.job(letter, **chosen)), overlay=overlay)
        files += named_files.files(job)
    except LetterpressError as error:
        name = reader.slug_of(file)
        result = Result(id=name, source=path, status="failed", diagnostics=error.diagnostics)
        return Made(result=result, files=_absolute(files))
    return Made(result=pipeline.press(job), files=_absolute(files))


def _of_project(root: Path) -> Iterable[Path]:
    found = [root / project.FILE]
    for name in _NAMED_BY_LETTERS:
        for folder, _, names in os.walk(root / name):
            found += [Path(folder, one) for one in names]
            if len(found) > _MOST_FILES:
                return found
    return found


def _absolute(files: Iterable[Path]) -> tuple[str, ...]:
    return tuple(sorted({os.path.abspath(file) for file in files}))  # noqa: PTH100 - links stay as they are


Seen = Mapping[str, tuple[int, int, int] | None]
"""File -> its time (ns), size and number; None where there is none."""


def look(files: Iterable[str], root: Path) -> Seen:
    """Look at files, and at those that have come into the project's folders."""
    every = {*files, *_absolute(_of_project(root))}
    return {file: _status(file) for file in every}


def _status(file: str) -> tuple[int, int, int] | None:
    try:
        status = os.stat(file)  # noqa: PTH116 - some dozens, several times a second
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
