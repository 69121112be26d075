"""Reads a text file as UTF-8, and refuses characters that no page can show."""

from __future__ import annotations

from pathlib import Path

from letterpress.errors import Diagnostic, Edit, Fix, UnreadableInput, did_you_mean, fixes, nearest
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
            hint = "name the letter's file, such as " + f"{shown.rstrip('/')}/letter.md"
            raise UnreadableInput("is a folder, not a letter", file=shown, hint=hint, code="file-is-folder")
        if path.stat().st_size > MAX_BYTES:
            params = (("limit", MAX_BYTES),)
            message = f"is larger than {MAX_BYTES // 1_000_000} MB"
            raise UnreadableInput(message, file=shown, code="file-too-large", params=params)
        data = path.read_bytes()
    except FileNotFoundError:
        siblings = [sibling.name for sibling in path.parent.glob("*.md")] if path.parent.is_dir() else []
        raise UnreadableInput(
            "there is no such file",
            file=shown,
            hint=did_you_mean(path.name, siblings),
            code="file-missing",
            value=path.name,
            fixes=fixes(path.name, nearest(path.name, siblings)),
        ) from None
    except OSError as error:
        raise UnreadableInput(f"cannot be read: {error.strerror}", file=shown, code="file-unreadable") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        byte = f"0x{data[error.start]:02X}"
        raise UnreadableInput(
            f"is not UTF-8: byte {byte}",
            file=shown,
            line=data[: error.start].count(b"\n") + 1,
            hint="save it as UTF-8; it looks like Windows-1252 or UTF-16 now",
            code="encoding-wrong",
            value=byte,
            span=_span_of_byte(data, error.start),
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


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
