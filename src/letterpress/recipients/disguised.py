"""Says what a file is whose name says something else: a web page that a program saved as .xls, a workbook called .csv.

Not here: files that are what their names say, and are damaged (the readers of each kind).
"""

from __future__ import annotations

import re
from pathlib import Path

from letterpress.errors import UnreadableInput

_ZIP, _OLD_BOOK, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|table|meta|div)\b", re.I | re.S
)
_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml")
_OTHERS = {
    ".numbers": "in Numbers: File, Export To, CSV",
    ".vcf": "export the contacts as CSV",
    ".docx": "copy its table into a spreadsheet, and save that as CSV or XLSX",
    ".doc": "copy its table into a spreadsheet, and save that as CSV or XLSX",
    ".pdf": "ask for the list as CSV or XLSX",
    ".mdb": "export the table as CSV or XLSX",
    ".accdb": "export the table as CSV or XLSX",
    ".xml": "open it in a spreadsheet, and save it as CSV or XLSX",
    ".html": "open it in a spreadsheet, and save it as CSV or XLSX",
}


def hint_for(suffix: str) -> str | None:
    """Say how a list is got out of a file of a kind that is not read."""
    return _OTHERS.get(suffix)


def check(path: Path, shown: str, *, text: bool) -> None:
    """Look at how a file begins.

    :param shown: its name in the fault.
    :param text: whether its name says that it is text (CSV); else it is a workbook by its name.
    :raises UnreadableInput: it is something else.
    """
    with path.open("rb") as opened:
        head = opened.read(1024)
    what = _what(head, text)
    if what is not None:
        message, hint = what
        raise UnreadableInput(message, file=shown, hint=hint, code="file-disguised")


def _what(head: bytes, text: bool) -> tuple[str, str] | None:
    if _PAGE.match(head):
        return "is a web page and no list", (
            "open it in a spreadsheet program and save it as CSV or XLSX; if it asks to log in, get the list again"
        )
    if head.startswith(_PDF):
        return "is a PDF and no list", "ask for the list as CSV or XLSX"
    if text and head.startswith(_ZIP):
        return "is a workbook, or another packed file, and no text", "name it .xlsx, or unpack it"
    if text and head.startswith(_OLD_BOOK):
        return "is a workbook and no text", "name it .xls"
    if not text and _XML.match(head):
        return "is an XML file of an older Excel", "open it in a spreadsheet program and save it as XLSX"
    if not text and head and b"\0" not in head and not head.startswith((_ZIP, _OLD_BOOK)):
        return "is a text and no workbook", "name it .csv"
    return None
