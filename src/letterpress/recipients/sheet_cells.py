"""Finds what an XLSX sheet shows and its reader does not give: errors, formulas never calculated, formats, hidden rows.

Source: ECMA-376 part 1, 18.3.1.4 (cell), 18.3.1.40 (formula), 18.18.11 (types of cells: `e` is an error; `str` is the
text of a formula, which may be empty).
"""

from __future__ import annotations

import bisect
import posixpath
import re
import string
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from letterpress.files import safe_xml
from letterpress.recipients import number_formats

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
_STYLE = re.compile(rb"""(?:\A|\s)s\s*=\s*["'](\d+)["']""")
_IS_HIDDEN = rb"""hidden\s*=\s*["'](?:1|true)["']"""
_HIDDEN = re.compile(
    rb"""<(?:[\w.-]+:)?row\s(?:[^<>]*?\s)??(?:r\s*=\s*["'](\d+)["'][^<>]*?\s%b|%b[^<>]*?\sr\s*=\s*["'](\d+)["'])"""
    % (_IS_HIDDEN, _IS_HIDDEN)
)
_MERGED = re.compile(rb"""<(?:[\w.-]+:)?mergeCell\s[^<>]*?ref\s*=\s*["']([A-Z]+\d+:[A-Z]+\d+)["']""")
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]")
_CONTENT = re.compile(rb"<(?:[\w.-]+:)?[vt](?:\s[^<>]*)?>[^<]+<")
"""A value, or a text that stands in its cell."""
_VALUE = re.compile(rb"<(?:[\w.-]+:)?v(?:\s[^<>]*)?>([^<]+)<")


class Looks(NamedTuple):
    """What a sheet shows that its values do not say."""

    faults: dict[str, str]
    """Place of a cell, such as `B3` -> what is wrong with it."""
    formats: dict[str, list[tuple[int, str]]]
    """Letters of a column -> from which row on its numbers have which format."""
    hidden: set[int]
    """Rows that are hidden, by hand or by a filter, counted from 1."""
    struck: set[int]
    """Rows with cells that are struck through, counted from 1."""
    merged: list[str]
    """Ranges of cells that are merged: `A2:A4`."""
    unplaced: list[bytes]
    """The first cell that does not say where it stands, if there is one: nothing is seen of such cells."""

    def format(self, column: str, row: int) -> str:
        """Give the number format of a cell with a number."""
        runs = self.formats.get(column)
        if not runs:
            return "General"
        at = bisect.bisect_right(runs, row, key=lambda run: run[0]) - 1
        return runs[at][1] if at >= 0 else "General"


def look(path: Path, sheet: str) -> Looks:
    """Look through the cells of a sheet; nothing is seen of other kinds of files than XLSX.

    :raises ValueError, zipfile.BadZipFile, OSError, ElementTree.ParseError: the file cannot be read.
    """
    looks = Looks({}, {}, set(), set(), [], [])
    if not zipfile.is_zipfile(path):
        return looks
    with zipfile.ZipFile(path) as archive:
        part = _part_of(archive, sheet)
        if part is None:
            return looks
        styles, struck = _styles(archive), _struck(archive)
        with archive.open(part) as content:
            for attributes, inner in _cells(content, looks):
                place = _PLACE.search(attributes)
                if place is None:
                    looks.unplaced[:] = [attributes]
                    continue
                style = _STYLE.search(attributes) if struck else None
                if style and int(style[1]) in struck and _CONTENT.search(inner):
                    looks.struck.add(int(place[1].lstrip(string.ascii_letters.encode())))
                fault = _fault(attributes, inner)
                if fault:
                    looks.faults[place[1].decode().upper()] = fault
                    if len(looks.faults) > MOST:
                        raise ValueError(f"more than {MOST:,} of its cells are errors or were never calculated")
                elif styles:
                    _note_format(looks, styles, place[1], attributes)
    return looks


def _note_format(looks: Looks, styles: list[str], place: bytes, attributes: bytes) -> None:
    """Remember the format of a cell with a number, where it is another one than the column had before."""
    kind = _TYPE.search(attributes)
    if kind is not None and kind[1] != b"n":
        return
    style = _STYLE.search(attributes)
    at = int(style[1]) if style else 0
    code = styles[at] if at < len(styles) else "General"
    name = place.decode().upper()
    column = name.rstrip("0123456789")
    runs = looks.formats.get(column)
    if runs is None:
        if code == "General":
            return
        runs = looks.formats.setdefault(column, [])
    row = int(name[len(column) :])
    if (runs[-1][1] if runs else "General") != code:
        runs.append((row, code))


def _styles(archive: zipfile.ZipFile) -> list[str]:
    """The number format of each style that a cell may have; none, if all are General."""
    if "xl/styles.xml" not in archive.namelist():
        return []
    codes = dict(number_formats.BUILT_IN)
    for element in _elements(archive, "xl/styles.xml", "numFmt"):
        codes[int(element.get("numFmtId", "0"))] = element.get("formatCode", "General")
    formats = _elements(archive, "xl/styles.xml", "cellXfs")
    found = [codes.get(int(xf.get("numFmtId", "0")), "General") for element in formats for xf in element]
    return found if any(code not in number_formats.GENERAL for code in found) else []


def _struck(archive: zipfile.ZipFile) -> set[int]:
    """The styles whose font is struck through."""
    if "xl/styles.xml" not in archive.namelist() or b"strike" not in archive.read("xl/styles.xml"):
        return set()
    fonts = [font for element in _elements(archive, "xl/styles.xml", "fonts") for font in element]
    marks = [[one for one in font if str(one.tag).rpartition("}")[2] == "strike"] for font in fonts]
    lines = {at for at, mark in enumerate(marks) if mark and mark[0].get("val", "1") not in ("0", "false")}
    formats = [xf for element in _elements(archive, "xl/styles.xml", "cellXfs") for xf in element]
    return {at for at, xf in enumerate(formats) if int(xf.get("fontId", "0")) in lines}


def _fault(attributes: bytes, inner: bytes) -> str | None:
    kind = _TYPE.search(attributes)
    value = _VALUE.search(inner)
    if kind and kind[1] == b"e":
        return f"holds {value[1].decode('utf-8', 'replace').strip()[:40]}" if value else "holds an error"
    if value is None and _FORMULA.search(inner) and not (kind and kind[1] == b"str"):
        return "holds a formula that was never calculated"
    return None


def _cells(content: IO[bytes], looks: Looks) -> Iterator[tuple[bytes, bytes]]:
    """The attributes and the content of each cell that has one, in constant memory.

    :param looks: gets the rows that are hidden, and the cells that are merged.
    """
    rest = b""
    while block := content.read(_BLOCK):
        text = rest + block
        if b"hidden" in text:
            looks.hidden.update(int(row[1] or row[2]) for row in _HIDDEN.finditer(text))
        if b"mergeCell" in text:
            looks.merged.extend(dict.fromkeys(cells[1].decode() for cells in _MERGED.finditer(text)))
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
