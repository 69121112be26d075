"""Examines what letters share, as what it is: people, organisations and clauses in a project's content/.

Not here: how letters name them (`people`, `clauses`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from letterpress.content import reader
from letterpress.errors import Diagnostic
from letterpress.files import project
from letterpress.model import Letter

_NAMED = {
    "organisations": ("from: {name}\n", ""),
    "people": ("to: {name}\n", ""),
    "clauses": ("", "{{% clause {name} %}}"),
}
"""Folder in content/ -> what a letter says in its front matter and its text to name a file of it."""
_OF_LETTERS = frozenset(("name-unknown",))
"""Codes of what a clause may have of its letter."""
_ENDINGS = {"organisations": (".yml", ".yaml"), "people": (".yml", ".yaml"), "clauses": (".md",)}


def is_shared(file: Path) -> bool:
    """Say whether a file is one that letters share, and no letter."""
    folder = file.resolve().parent
    return folder.parent.name == "content" and file.suffix in _ENDINGS.get(folder.name, ())


def of_folder(folder: Path) -> list[Path]:
    """Give the files that letters share of a folder in content/; none of another folder."""
    return [file for file in sorted(folder.iterdir()) if is_shared(file)]


def examine(file: Path) -> tuple[Letter | None, tuple[Diagnostic, ...]]:
    """Read a shared file by a letter that names it and says nothing else.

    :returns: that letter, and all that is wrong with it; `own` tells what of that is the file's.
    """
    root = project.root_of(file)
    path = root / "letter.md"
    shown = path if file.is_absolute() else Path(os.path.relpath(path, Path.cwd().resolve()))
    name, _, lang = file.stem.partition(".")
    front, body = _NAMED[file.resolve().parent.name]
    front = front.format(name=file.stem) + (f"lang: {lang}\n" if lang and body else "")
    text = f"---\n{front}---\n\n{body.format(name=name) or 'Text.'}\n"
    return reader.examine_text(text.encode(), path, str(shown))


def own(file: Path, letter: Letter | None, faults: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Give those faults that are the file's own.

    What is wrong with the template of a clause is said of the line that names it, and here of the clause. A field that
    it does not declare may be its letter's.
    """
    there = file.resolve()
    found = [fault for fault in faults if fault.file is not None and Path(fault.file).resolve() == there]
    if letter is None or not letter.body.template or there.parent.name != "clauses" or found:
        return found
    of_template = (fault for fault in faults if fault.line is not None and fault.file == letter.path)
    return [
        replace(fault, file=str(file), line=None, span=None, fixes=())
        for fault in of_template
        if fault.code not in _OF_LETTERS
    ]
