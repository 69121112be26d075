"""Knows files that are no plain text: Word's, LibreOffice's, PDF, HTML, pictures, and text that is not in UTF-8.

Sources: the signatures of the formats (ISO 32000, ISO/IEC 21320-1, OASIS OpenDocument, RFC 2083), Unicode 15, ch. 23.8.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Format(NamedTuple):
    """What a file is."""

    name: str
    hint: str


_TEXT = (
    "letters are plain text: fields between two lines '---', then the text; `letterpress new DIR` makes one to change"
)
_COPY = f"copy the words out of it into a .md file; {_TEXT}"
_HTML = rb"(?i)(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b"
_HEADS = (
    (rb"%PDF-", "a PDF", f"name the .md file that it is made of; {_TEXT}"),
    (rb"\{\\rtf", "a document in RTF", _COPY),
    (rb"\xd0\xcf\x11\xe0", "an old document of Microsoft Office", _COPY),
    (rb"\x89PNG|\xff\xd8\xff|GIF8|RIFF....WEBP|II\*\0|MM\0\*", "a picture", f"name a letter; {_TEXT}"),
    (_HTML, "a web page (HTML)", _COPY),
)
_ARCHIVED = (
    (b"application/vnd.oasis.opendocument.text", "a document of LibreOffice (.odt)", _COPY),
    (
        b"application/vnd.oasis.opendocument",
        "a file of LibreOffice",
        "name a letter; a list goes behind --data of merge",
    ),
    (b"word/", "a document of Word (.docx)", _COPY),
    (
        b"xl/",
        "a workbook of Excel (.xlsx)",
        "name a letter; a list goes behind --data of `letterpress merge LETTER.md`",
    ),
    (b"Index/", "a document of Pages", _COPY),
    (b"", "a ZIP archive", "unpack it, and name the letter in it"),
)
_WINDOWS = "in Notepad: File, Save as, Encoding: UTF-8"


def of_other_program(data: bytes) -> Format | None:
    """Say what a file is that no text editor has written; None: it may be text."""
    for pattern, name, hint in _HEADS:
        if re.match(pattern, data[:4096], re.DOTALL):
            return Format(name, hint)
    if data.startswith(b"PK\x03\x04"):
        for mark, name, hint in _ARCHIVED:
            if mark in data:
                return Format(name, hint)
    return None


def encoding_of(data: bytes) -> Format | None:
    """Say which encoding of two or four bytes to a character a text is in; None: another."""
    if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return Format("UTF-32", _saved_as_utf8())
    head = data[:4096]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or max(even, odd) > len(head) // 4:
        return Format("UTF-16", _saved_as_utf8())
    return None


def _saved_as_utf8() -> str:
    return f"save it again as UTF-8 ({_WINDOWS})"


def byte_hint(data: bytes, at: int) -> str:
    """What to do about a byte that is no UTF-8: name the character that programs of Windows mean by it."""
    char = data[at : at + 1].decode("cp1252", errors="replace")
    meant = f"; it would be '{char}' in Windows-1252" if char.isprintable() and char != "\ufffd" else ""
    return f"{_saved_as_utf8()}{meant}"
