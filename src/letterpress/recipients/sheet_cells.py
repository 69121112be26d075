"""Finds cells of an XLSX sheet that hold no value though they do not look empty: errors, and formulas never calculated.

The reader of workbooks gives both as empty cells.

Source: ECMA-376 part 1, 18.3.1.4 (cell), 18.3.1.40 (formula), 18.18.11 (types of cells: `e` is an error; `str` is the
text of a formula, which may be empty).
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from letterpress.files import safe_xml

MOST = 250_000
"""Such cells of a sheet; one with more is refused."""
_BLOCK = 1 << 20
_LONGEST = 1 << 17
"""Bytes of a cell: a formula has up to 8,192 characters, a text up to 32,767."""

_CELL = re.compile(
    rb"<(?:[\w.-]+:)?c\s([^<>]*+)(?<!/)>"
    rb"([^<]*+(?:<(?!/?(?:[\w.-]+:)?c[\s/>])[^<]*+)*+)"  # up to the next cell, or the end of this one
    rb"</(?:[\w.-]+:)?c\s*>"
)
_TYPE = re.compile(rb"""(?:\A|\s)t\s*=\s*["'](\w+)["']""")
_PLACE = re.compile(rb"""(?:\A|\s)r\s*=\s*["']([A-Za-z]{1,3}\d{1,7})["']""")
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]")
_VALUE = re.compile(rb"<(?:[\w.-]+:)?v(?:\s[^<>]*)?>([^<]+)<")


def without_value(path: Path, sheet: str) -> dict[str, str]:
    """Place of a cell, such as `B3` -> what is wrong with it; nothing for other kinds of files than XLSX.

    :raises ValueError, zipfile.BadZipFile, OSError, ElementTree.ParseError: the file cannot be read.
    """
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as archive:
        part = _part_of(archive, sheet)
        if part is None:
            return {}
        faults: dict[str, str] = {}
        with archive.open(part) as content:
            for attributes, inner in _cells(content):
                place, fault = _PLACE.search(attributes), _fault(attributes, inner)
                if place and fault:
                    faults[place[1].decode().upper()] = fault
                    if len(faults) > MOST:
                        raise ValueError(f"more than {MOST:,} of its cells are errors or were never calculated")
    return faults


def _fault(attributes: bytes, inner: bytes) -> str | None:
    kind = _TYPE.search(attributes)
    value = _VALUE.search(inner)
    if kind and kind[1] == b"e":
        return f"holds {value[1].decode('utf-8', 'replace').strip()[:40]}" if value else "holds an error"
    if value is None and _FORMULA.search(inner) and not (kind and kind[1] == b"str"):
        return "holds a formula that was never calculated"
    return None


def _cells(content: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """The attributes and the content of each cell that has one, in constant memory."""
    rest = b""
    while block := content.read(_BLOCK):
        text = rest + block
        end = 0
        for cell in _CELL.finditer(text):
            end = cell.end()
            yield cell[1], cell[2]
        rest = text[max(end, len(text) - _LONGEST) :]


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The name of the part that holds a sheet; None, if this is no XLSX or the sheet is a chart."""
    names = set(archive.namelist())
    book, relations = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    if book not in names or relations not in names:
        return None
    identity = next((_reference(one) for one in _elements(archive, book, "sheet") if one.get("name") == sheet), None)
    for element in _elements(archive, relations, "Relationship"):
        if element.get("Id") == identity:
            part = posixpath.normpath(posixpath.join("xl", element.get("Target", ""))).lstrip("/")
            return part if part in names and part.endswith(".xml") else None
    return None


def _elements(archive: zipfile.ZipFile, part: str, name: str) -> list[Element]:
    content = archive.read(part)
    if safe_xml.declares_type(content):
        raise ValueError(f"'{part}' in it declares a document type")
    root = ElementTree.fromstring(content)  # noqa: S314 - what could be expanded is refused above
    return [one for one in root.iter() if str(one.tag).rpartition("}")[2] == name]


def _reference(sheet: Element) -> str | None:
    return next((value for key, value in sheet.items() if key.endswith("}id")), None)
