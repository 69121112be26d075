"""Reads the text of marked content out of the pages and forms of a PDF, with what replaces it there.

Not here: in which order it is read (`spoken`). Source: ISO 32000-1, 9.4 (text), 9.10 (what codes mean), 14.6 (marked
content) and 14.9.4 (replacement text).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from letterpress.pdf import plain_file
from letterpress.pdf.values import array, group, is_group, is_stream

_BFCHAR = re.compile(rb"beginbfchar(.*?)endbfchar", re.S)
_BFRANGE = re.compile(rb"beginbfrange(.*?)endbfrange", re.S)
_RANGE = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*(?:<([0-9a-fA-F]*)>|\[([^\]]*)\])")
_NUMBERS = frozenset({int, float, Decimal})
_IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

Matrix = tuple[float, float, float, float, float, float]


class Piece(NamedTuple):
    """The text of one piece of marked content."""

    text: str
    page: int
    y: float
    """Of its baseline, in pt from the sheet's foot."""
    size: float
    font: str = ""
    """Its first font, as the file names it: `Source-Serif-4-Bold`."""


class Content:
    """The marked content of pages and forms, by owner and number; a page is read when it is first asked for."""

    def __init__(self, document: Any) -> None:
        self._pages = {page.obj.objgen: (number, page) for number, page in enumerate(document.pages, start=1)}
        self._read: set[Any] = set()
        self._pieces: dict[tuple[Any, int], Piece] = {}
        self._fonts: dict[Any, _Font] = {}
        self.furniture: list[str] = []
        """What the pages read so far show outside of the structure: heads and feet of pages."""

    def of(self, owner: Any, mcid: int) -> Piece | None:
        """Give the piece of a page or a form that has this number."""
        key = getattr(owner, "objgen", None)
        if key not in self._read and key in self._pages:
            self._read.add(key)
            number, page = self._pages[key]
            _Interpreter(self, number, key).run(page, page.obj.get("/Resources"), _IDENTITY)
        elif key is not None and key not in self._pages:
            for other, (number, page) in self._pages.items():  # a form: read with the page that draws it
                if other not in self._read:
                    self._read.add(other)
                    _Interpreter(self, number, other).run(page, page.obj.get("/Resources"), _IDENTITY)
        return self._pieces.get((key, mcid))

    def font(self, font: Any) -> _Font:
        """Give how a font is read."""
        key = font.objgen if font.is_indirect else None
        if key is None or key not in self._fonts:
            made = _Font(font)
            if key is None:
                return made
            self._fonts[key] = made
        return self._fonts[key]

    def add(self, owner: Any, mcid: int, piece: Piece) -> None:
        """Add a piece; content of one number that comes in several parts is one."""
        before = self._pieces.get((owner, mcid))
        self._pieces[owner, mcid] = piece if before is None else before._replace(text=before.text + piece.text)


class _Font:
    """What a font's codes mean."""

    def __init__(self, font: Any) -> None:
        self.bytes = 2 if font.get("/Subtype") == "/Type0" else 1
        self.name = str(font.get("/BaseFont", ""))[1:].rpartition("+")[2]
        cmap = font.get("/ToUnicode")
        self._texts = _to_unicode(cmap.read_bytes()) if cmap is not None and is_stream(cmap) else {}

    def text(self, codes: bytes) -> str:
        """Read a string of the content."""
        if self.bytes == 2:
            values = struct.unpack(f">{len(codes) // 2}H", codes[: len(codes) // 2 * 2])
            return "".join([self._texts.get(value, "") for value in values])
        return "".join(self._texts.get(value) or bytes([value]).decode("cp1252", "ignore") for value in codes)


def _to_unicode(cmap: bytes) -> dict[int, str]:
    texts: dict[int, str] = {}
    for block in _BFCHAR.findall(cmap):
        for code, text in re.findall(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]*)>", block):
            texts[int(code, 16)] = _utf16(text)
    for block in _BFRANGE.findall(cmap):
        for first, last, text, several in _RANGE.findall(block):
            start, end = int(first, 16), min(int(last, 16), int(first, 16) + 0xFFFF)
            if several:
                for offset, one in enumerate(re.findall(rb"<([0-9a-fA-F]*)>", several)):
                    texts[start + offset] = _utf16(one)
            elif text:
                read = _utf16(text)
                texts |= {code: read[:-1] + chr(ord(read[-1]) + code - start) for code in range(start, end + 1)}
    return texts


def _utf16(written: bytes) -> str:
    return bytes.fromhex(written.decode("ascii")).decode("utf-16-be", "replace")


@dataclass(slots=True)
class _Mark:
    """A marked-content sequence that is open."""

    mcid: int | None = None
    actual: str | None = None
    said: bool = False


@dataclass(slots=True)
class _Interpreter:
    """Runs the content of a page or form for the text in it."""

    content: Content
    page: int
    owner: Any
    depth: int = 0
    marks: list[_Mark] = field(default_factory=list)
    matrix: Matrix = _IDENTITY
    line: Matrix = _IDENTITY
    font: _Font | None = None
    size: float = 1.0
    leading: float = 0.0

    def run(self, stream: Any, resources: Any, matrix: Matrix) -> None:
        """Read what a stream's operators show."""
        self.matrix = matrix
        kept: list[tuple[Matrix, _Font | None, float, float]] = []
        for operands, name in _instructions(stream):
            if name == "q":
                kept.append((self.matrix, self.font, self.size, self.leading))
            elif name == "Q" and kept:
                self.matrix, self.font, self.size, self.leading = kept.pop()
            elif name == "cm":
                self.matrix = _times(_matrix(operands), self.matrix)
            elif name in ("BDC", "BMC"):
                self.marks.append(self._mark(operands, resources))
            elif name == "EMC" and self.marks:
                self.marks.pop()
            elif name == "Do" and operands:
                self._form(group(resources, "/XObject", str(operands[0])))
            elif name == "Tf" and (font := group(resources, "/Font", str(operands[0]))) is not None:
                self.font, self.size = self.content.font(font), float(operands[1])
            else:
                self._text(name, operands)

    def _text(self, name: str, operands: Any) -> None:
        if name == "BT":
            self.line = _IDENTITY
        elif name == "Tm":
            self.line = _matrix(operands)
        elif name in ("Td", "TD"):
            self.line = _times((1, 0, 0, 1, float(operands[0]), float(operands[1])), self.line)
            if name == "TD":
                self.leading = -float(operands[1])
        elif name == "TL":
            self.leading = float(operands[0])
        elif name in ("T*", "'", '"'):
            self.line = _times((1, 0, 0, 1, 0, -self.leading), self.line)
        if name in ("Tj", "'", '"') and operands:
            self._show([operands[-1]])
        elif name == "TJ":
            self._show(operands[0])

    def _show(self, parts: Any) -> None:
        mcid = next((mark.mcid for mark in reversed(self.marks) if mark.mcid is not None), None)
        if self.font is None:
            return
        actual = next((mark for mark in self.marks if mark.actual is not None), None)
        if actual is not None:
            text = "" if actual.said else actual.actual or ""
            actual.said = True
        else:
            text = self.font.text(b"".join([bytes(part) for part in parts if not _is_number(part)]))
        if mcid is None:
            self.content.furniture.append(text)
            return
        a, b, c, d, _, y = _times(self.line, self.matrix)
        size = abs(self.size * (d or b or a or c))
        self.content.add(self.owner, mcid, Piece(text, self.page, y, size, self.font.name))

    def _mark(self, operands: Any, resources: Any) -> _Mark:
        properties = operands[1] if len(operands) > 1 else None
        if properties is not None and not is_group(properties):
            properties = group(resources, "/Properties", str(properties))
        mark = _Mark()
        if properties is not None:
            if isinstance(mcid := properties.get("/MCID"), int):
                mark.mcid = mcid
            if "/ActualText" in properties:
                mark.actual = str(properties.get("/ActualText"))
        return mark

    def _form(self, form: Any) -> None:
        if form is None or form.get("/Subtype") != "/Form" or self.depth > 20:
            return
        inner = _Interpreter(self.content, self.page, form.objgen, self.depth + 1, list(self.marks))
        if not array(form, "/StructParents") and "/StructParents" not in form:
            inner.owner = self.owner
        inner.run(form, form.get("/Resources"), _times(_matrix(array(form, "/Matrix") or _IDENTITY), self.matrix))


def _instructions(stream: Any) -> Iterator[tuple[Any, str]]:
    if isinstance(stream, plain_file.Group):
        yield from plain_file.instructions(stream)
        return
    import pikepdf

    for instruction in pikepdf.parse_content_stream(stream):
        yield instruction.operands, str(instruction.operator)


def _is_number(part: Any) -> bool:
    return type(part) in _NUMBERS or not hasattr(part, "__bytes__")


def _matrix(operands: Any) -> Matrix:
    a, b, c, d, e, f = (float(value) for value in operands)
    return a, b, c, d, e, f


def _times(first: Matrix, second: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m
