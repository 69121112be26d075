"""Parts a letter's file into its front matter, which stands between two lines `---`, and its text.

Not here: what the front matter says (`yaml`, `schema`).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from letterpress.errors import Diagnostic, Edit, Fix

_NEARLY = re.compile(r"\s*(?:-{2,}|[–—−_=]+-*|\+{3}|\*{3}|-(?:\s*-){2,})\s*")
"""What people and programs write for `---`: fewer or more hyphens, the dash that a program made of them, `+++`."""
_LISTS = (".csv", ".tsv", ".json", ".jsonl", ".ndjson")
"""How the names of lists end, which stand behind --data."""
_FIELD = re.compile(r"[A-Za-z_]\w*:(?:\s|$)")


class Parts(NamedTuple):
    """A letter's file in two."""

    front: str
    body: str
    body_line: int
    """The line that `body` begins on, from 1."""


def split(text: str, file: str) -> Parts | Diagnostic:
    """Split a letter's text; gives the fault where a line `---` is missing.

    :param file: the letter as the user named it.
    """
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return _missing(lines, file)
    for index, line in enumerate(lines[1:], start=1):
        if line.rstrip() in ("---", "..."):
            return Parts("\n".join(lines[1:index]), "\n".join(lines[index + 1 :]), index + 2)
    return _unclosed(lines, file)


def _missing(lines: list[str], file: str) -> Diagnostic:
    hint = "begin the file with '---', the fields, and a second '---' (try `letterpress new DIR`)"
    message = "there is no front matter: the first line is not '---'"
    first = next((at for at, line in enumerate(lines) if line.strip()), None)
    fixes: tuple[Fix, ...] = ()
    line = 1
    if first is None:
        message = "the file is empty"
    elif lines[first].strip() == "---":
        message, hint = "the first line is not '---', as it has to be", "delete the blanks above it and before it"
        if first == 0:
            fixes = (_instead(lines, 0, file),)
    elif _NEARLY.fullmatch(lines[first]):
        line = first + 1
        message, hint = f"the first line is '{lines[first].strip()}', and not '---'", "write three hyphens"
        fixes = (_instead(lines, first, file),)
    elif _FIELD.match(lines[first]):
        line = first + 1
        message = "the fields begin without a line '---' above them"
        hint = "write '---' on a line of its own above the fields, and below them"
    if file.lower().endswith(_LISTS):
        hint = f"it is a list: letterpress merge LETTER.md --data {file}"
    return Diagnostic(message=message, file=file, line=line, hint=hint, code="front-matter-missing", fixes=fixes)


def _unclosed(lines: list[str], file: str) -> Diagnostic:
    hint = "write '---' on a line of its own below the fields"
    message, line = "the front matter is never closed", 1
    fixes: tuple[Fix, ...] = ()
    for at, text in enumerate(lines[1:], start=1):
        if _NEARLY.fullmatch(text):
            line, hint = at + 1, "write three hyphens, and nothing else on the line"
            message, fixes = (
                f"the front matter ends with '---', and not with '{text.strip()}'",
                (_instead(lines, at, file),),
            )
            break
    else:
        after = _first_words(lines)
        if after is not None:
            line, message = after + 1, "the text begins here, and no line '---' closes the fields above it"
            hint = "write '---' on a line of its own between the fields and the text"
    return Diagnostic(message=message, file=file, line=line, hint=hint, code="front-matter-unclosed", fixes=fixes)


def _first_words(lines: list[str]) -> int | None:
    """The first line, from 0, that is no field, no item of one, no comment and no part of a longer text."""
    for at, line in enumerate(lines[1:], start=1):
        plain = (
            line.strip() and line[0] not in " \t#-'\"[]{}" and not re.match(r"[^\s:]+(?: [^\s:]+){0,2}:(?:\s|$)", line)
        )
        if plain and not lines[at - 1].strip():
            return at
    return None


def _instead(lines: list[str], at: int, file: str) -> Fix:
    edit = Edit(text="---", file=file, line=at + 1, span=(1, len(lines[at])))
    return Fix(kind="replace", title="Write '---'", value="---", edit=edit)
