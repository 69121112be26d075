"""Fills the attachments of a letter: which files they are, and what they hold.

Only what the letter names gets in. A file lies in the project's `content/` if the letter is in it, else in the letter's
folder. Not here: how files are put into a PDF (`pdf.attach`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from letterpress.enclosed import AttachedFile, Attachment
from letterpress.errors import Problem
from letterpress.files import allowed
from letterpress.filling.context import Faults, FillContext, counted
from letterpress.filling.parties import Addressed
from letterpress.filling.texts import fill_text
from letterpress.text import characters

MAX_BYTES = 50_000_000
"""Of all attachments of a letter: what mail servers take is less."""

_MEDIA_TYPES = {
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".htm": "text/html",
    ".html": "text/html",
    ".ics": "text/calendar",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".md": "text/markdown",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".txt": "text/plain",
    ".vcf": "text/vcard",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "text/xml",
    ".zip": "application/zip",
}
"""By a file's ending; a table, since that of the system differs from machine to machine. Source: IANA's registry."""


def fill(context: FillContext, faults: Faults, addressed: Addressed) -> tuple[AttachedFile, ...]:
    """Find and read the attachments of a letter; one that is at fault is left out."""
    found: dict[str, AttachedFile] = {}
    size = 0
    if context.letter.einvoice is not None:
        from letterpress.filling import invoices  # here: few letters have one

        invoice = invoices.fill(context, faults, context.letter.einvoice, addressed)
        found |= {invoice.name: invoice} if invoice is not None else {}
    for at, attachment in counted(context.letter.attachments):
        path = f"attachments.{at}"
        file = _read(context, faults, attachment, path)
        if file is None:
            continue
        size += len(file.data)
        if file.name.casefold() in found:
            message, hint = f"'{file.name}' is attached already", "give one of the files another name"
            faults.of_field(Problem(message, hint, "attachment-twice", file.name), f"{path}.file")
        elif size > MAX_BYTES:
            message = f"with '{file.name}' the attachments have more than {MAX_BYTES // 1_000_000} MB"
            params = (("limit_bytes", MAX_BYTES),)
            problem = Problem(message, "send large files by another way", "attachments-large", file.name, params)
            faults.of_field(problem, f"{path}.file")
            break
        else:
            found[file.name.casefold()] = file
    return tuple(found.values())


def check(context: FillContext, faults: Faults) -> None:
    """Find faults of the attachments whose files are named without a value's help."""
    for at, attachment in counted(context.letter.attachments):
        if "{" not in attachment.file:
            _locate(context, faults, attachment.file, f"attachments.{at}.file")


def find_files(context: FillContext, faults: Faults) -> Iterator[str]:
    """Find the files that are attached, as absolute paths, without reading them."""
    for at, attachment in counted(context.letter.attachments):
        file = fill_text(context, faults, attachment.file, f"attachments.{at}.file")
        if file:
            yield str(Path(context.letter.folder) / file)
    invoice = context.letter.einvoice
    if invoice is not None and invoice.xml and (file := fill_text(context, faults, invoice.xml, "einvoice.xml")):
        yield str(Path(context.letter.folder) / file)


def _read(context: FillContext, faults: Faults, attachment: Attachment, path: str) -> AttachedFile | None:
    """Find and read an attachment; None if it has no file with these values, or a fault."""
    title = fill_text(context, faults, attachment.title, f"{path}.title")
    file = fill_text(context, faults, attachment.file, f"{path}.file")
    if not file:  # as any text of a list that is empty with these values
        return None
    read = read_file(context, faults, file, f"{path}.file")
    if read is None:
        return None
    kind = _MEDIA_TYPES.get(Path(file).suffix.lower(), "application/octet-stream")
    relationship = attachment.relationship
    return AttachedFile(name=read.name, title=title or "", relationship=relationship, media_type=kind, data=read.data)


class FileRead(NamedTuple):
    """A file that was found and read."""

    name: str
    data: bytes


def read_file(context: FillContext, faults: Faults, file: str, path: str) -> FileRead | None:
    """Find and read a file that a letter names at `path`; None where that is refused, which is a fault then."""
    real = _locate(context, faults, file, path)
    if real is None:
        return None
    try:
        state = real.stat()
        data = _content(str(real), state.st_mtime_ns, state.st_size)
    except OSError as error:
        problem = Problem(f"'{real.name}' cannot be read: {error.strerror}", None, "file-unreadable", real.name)
        faults.of_field(problem, path)
        return None
    return FileRead(characters.without_unprintable(Path(file).name), data)


def _locate(context: FillContext, faults: Faults, file: str, path: str) -> Path | None:
    """Find where a file lies; None where it is refused, which is a fault then."""
    folder, content = Path(context.letter.folder), Path(context.letter.root) / "content"
    if "\0" in file:
        faults.of_field(Problem("is no file's name", "write 'file: figures.csv'", "file-missing"), path)
        return None
    try:
        inside = content if folder.is_relative_to(content) else folder
        return allowed.locate(folder / file, [inside.resolve()])
    except allowed.Refused as refused:
        faults.of_field(refused.problem, path)
        return None


@lru_cache(maxsize=4)
def _content(path: str, _mtime: int, _size: int) -> bytes:
    """Letters of a list mostly attach the same file: it is read once, until it changes."""
    return Path(path).read_bytes()
