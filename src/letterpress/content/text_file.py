"""Reads a text file as UTF-8, and refuses characters that no page can show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from letterpress.content import other_formats
from letterpress.errors import Diagnostic, Edit, Fix, UnreadableInput, did_you_mean, fixes, nearest, question
from letterpress.text import characters

MAX_BYTES = 4_000_000
"""Size of a letter's file: a thousand pages of text."""


def read(path: Path, shown: str) -> str:
    """Read a text file as UTF-8, line ends as `\\n`.

    :param shown: the file as the user named it.
    :raises UnreadableInput: it is missing, a folder, too large, not permitted, or not UTF-8 (with the line).
    """
    try:
        if path.is_dir():
            letters = sorted(path.glob("*.md")) or _letters_below(path)
            hint = f"name the letter's file, such as {letters[0] if letters else path / 'letter.md'}"
            raise UnreadableInput("is a folder, not a letter", file=shown, hint=hint, code="file-is-folder")
        with path.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _missing(path, shown) from None
    except OSError as error:
        raise UnreadableInput(f"cannot be read: {error.strerror}", file=shown, code="file-unreadable") from error
    return decoded(data, shown)


def decoded(data: bytes, shown: str) -> str:
    """Read the text of a file as UTF-8, line ends as `\\n`.

    :raises UnreadableInput: it is too large, no text, or not UTF-8 (with the line).
    """
    _check_format(data, shown)
    if len(data) > MAX_BYTES:
        params = (("limit", MAX_BYTES),)
        message = f"is larger than {MAX_BYTES // 1_000_000} MB"
        raise UnreadableInput(message, file=shown, code="file-too-large", params=params)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        byte = f"0x{data[error.start]:02X}"
        raise UnreadableInput(
            f"is not UTF-8: byte {byte}",
            file=shown,
            line=data[: error.start].count(b"\n") + 1,
            hint=other_formats.byte_hint(data, error.start),
            code="encoding-wrong",
            value=byte,
            span=_span_of_byte(data, error.start),
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _check_format(data: bytes, shown: str) -> None:
    """Refuse what no text editor has written in UTF-8: nothing of it may be taken for words."""
    if data[:3] == b"---":  # as letters begin
        return
    found = other_formats.of_other_program(data)
    if found is not None:
        about: dict[str, Any] = {"hint": found.hint, "code": "file-not-text", "value": found.name}
        raise UnreadableInput(f"is {found.name}, and no text", file=shown, **about)
    found = other_formats.encoding_of(data)
    if found is not None:
        about = {"hint": found.hint, "code": "encoding-wrong", "value": found.name}
        raise UnreadableInput(f"is in {found.name}, and not in UTF-8", file=shown, line=1, **about)


def _missing(path: Path, shown: str) -> UnreadableInput:
    """A file that is not there: near it, or where a project has its letters, may be one of that name."""
    siblings = [sibling.name for sibling in path.parent.glob("*.md")] if path.parent.is_dir() else []
    hint, near = did_you_mean(path.name, siblings), nearest(path.name, siblings)
    names = {path.name, f"{path.name}.md", f"{path.stem}.md"}
    below = {} if near else {str(file): file.name for file in _letters_below(Path())}
    elsewhere = [file for file, name in below.items() if name in names]
    elsewhere = elsewhere or [file for file, name in below.items() if name in nearest(path.name, below.values())]
    if f"{path.name}.md" in siblings:
        near = (f"{path.name}.md",)
        hint = question([f"{shown}.md"])
    elif elsewhere:
        hint = question(elsewhere[:2])
    elif not path.parent.is_dir():
        hint = f"there is no folder '{path.parent}' either; go into the project's folder first (cd)"
    return UnreadableInput(
        "there is no such file",
        file=shown,
        hint=hint,
        code="file-missing",
        value=path.name,
        fixes=fixes(path.name, near),
    )


def _letters_below(folder: Path) -> list[Path]:
    """The letters of the project in `folder`, or of the projects that lie in it."""
    return sorted(
        [*folder.glob("letters/*.md"), *folder.glob("content/letters/*.md"), *folder.glob("*/content/letters/*.md")]
    )[:1000]


def _span_of_byte(data: bytes, at: int) -> tuple[int, int]:
    """The place of a byte in its line, counted in the characters of what is UTF-8 before it."""
    before = data[data.rfind(b"\n", 0, at) + 1 : at].removeprefix(b"\xef\xbb\xbf")
    column = len(before.decode("utf-8")) + 1
    return column, column


def without_unprintable(text: str, shown: str) -> tuple[str, list[Diagnostic]]:
    """Put spaces in the place of characters that no page can show, and give the fault of the first one in each line.

    :param shown: the file as the user named it.
    """
    if characters.unprintable(text) is None:
        return text, []
    faults = []
    for number, line in enumerate(text.split("\n"), start=1):
        char = characters.unprintable(line)
        if char is None:
            continue
        column = line.index(char) + 1
        edit = Edit(text="", file=shown, line=number, span=(column, column))
        fault = Diagnostic(
            message=f"{characters.named(char)} cannot be printed",
            file=shown,
            line=number,
            hint="delete it; it often comes along when text is copied",
            code="character-unprintable",
            value=char,
            span=(column, column),
            params=(("character", characters.code_point(char)),),
            fixes=(Fix(kind="remove", title=f"Delete {characters.named(char)}", value="", edit=edit),),
        )
        faults.append(fault)
    return characters.without_unprintable(text), faults
