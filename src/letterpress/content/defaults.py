"""Reads what a project says once for all its letters: `letterpress.toml` at its root.

    letterhead = "din5008"
    lang = "de-DE"
    from = "nordkai-solar"
    signatories = ["marit-jessen"]
    output = "out"

    [parameters]
    form = "a"

A letter that has a field of its own keeps it, and what the command chooses comes before both. The parameters of a
project stand behind a letter's one by one; they are for its letterhead, and another takes those that it has.

Not here: where the root is (`files.project`), and which fields there are (`schema.models.ProjectFile`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from letterpress.content import text_file
from letterpress.errors import Diagnostic, LetterpressError
from letterpress.files import project
from letterpress.schema import format as formats
from letterpress.schema import models

LETTER_FIELDS = ("letterhead", "lang", "paper", "from", "signatories", "enclosures_conformance")
"""Fields of a letter that a project may say for it."""
_ALL = (*LETTER_FIELDS, "parameters", "output", "format")
_RESOLVED = ("from", "signatories")
"""Those that may name people, whose fields are checked when their files are read."""
_TABLE_HEAD = re.compile(r"\s*(\[{1,2})\s*([\w.\"'-]+)\s*\]{1,2}")
_KEY = re.compile(r"\s*([\w.\"'-]+)\s*=")


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What a project says for its letters."""

    data: Mapping[str, Any] = field(default_factory=dict)
    """Fields as written; without those that are at fault."""
    places: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """Field path -> file and line."""
    faults: tuple[Diagnostic, ...] = ()
    text: str = ""
    """The file's text."""


def read(root: Path, shown: str) -> Defaults:
    """Read a project's `letterpress.toml`; without one there are no defaults.

    :param shown: the file as the user would name it.
    """
    file = root / project.FILE
    if not file.is_file():
        return Defaults()
    try:
        text = text_file.read(file, shown)
        data = tomllib.loads(text)
    except LetterpressError as error:
        return Defaults(faults=error.diagnostics)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        number = int(line[1]) if line else text.count("\n") + 1
        fault = Diagnostic(message=f"not TOML: {error}", file=shown, line=number, code="toml-invalid")
        return Defaults(faults=(fault,), text=text)
    lines = _lines(text)
    if (newer := formats.newer(data)) is not None:
        return Defaults(faults=(newer.as_diagnostic(file=shown, line=lines.get("format")),), text=text)
    own = {name: value for name, value in data.items() if name not in _RESOLVED}
    _, problems = models.check("project", own)
    faults = []
    for problem in problems:
        name = problem.path.partition(".")[0]
        data.pop(name, None)
        fault = problem.as_diagnostic(file=shown, line=lines.get(problem.path) or lines.get(name) or 1)
        faults.append(_unknown(fault, name) if problem.code == "field-unknown" else fault)
    return Defaults(
        data=data, places={path: (shown, line) for path, line in lines.items()}, faults=tuple(faults), text=text
    )


def _unknown(fault: Diagnostic, name: str) -> Diagnostic:
    """Say so of a letter's field that no project gives for all its letters; it is not misspelt."""
    if name in models.letter_fields():
        hint = f"write it in each letter: a project says {', '.join(_ALL)}"
        return replace(fault, message="is a field of a letter, and not of a project", hint=hint, fixes=())
    return fault


def _lines(text: str) -> dict[str, int]:
    """Find the lines of a TOML file's fields, by their paths; items of a list of tables count from 1."""
    lines: dict[str, int] = {}
    table, counts = "", dict[str, int]()
    for number, line in enumerate(text.split("\n"), start=1):
        if match := _TABLE_HEAD.match(line):
            table = _plain(match[2])
            if match[1] == "[[":
                counts[table] = counts.get(table, 0) + 1
                lines.setdefault(table, number)
                table = f"{table}.{counts[table]}"
            lines.setdefault(table, number)
        elif match := _KEY.match(line):
            lines.setdefault(f"{table}.{_plain(match[1])}".removeprefix("."), number)
    return lines


def _plain(name: str) -> str:
    return name.replace('"', "").replace("'", "")


def output_folder(path: Path) -> Path | None:
    """Find the folder that letters of the project of `path` go to, where the project says one.

    :raises LetterpressError: its file has faults.
    """
    root = project.find_root(path)
    if root is None or not (root / project.FILE).is_file():
        return None
    found = read(root, shown(root / project.FILE, path))
    if found.faults:
        raise LetterpressError(found.faults)
    output = found.data.get("output")
    return None if output is None else root / str(output)


def shown(file: Path, path: Path) -> str:
    """Name a project's file as the user would, who has named `path`."""
    if path.is_absolute():
        return str(file)
    try:
        return str(file.relative_to(Path.cwd().resolve()))
    except ValueError:
        return str(file)
