"""Writes a PDF as a stream: each object as it comes, with no more in memory than the objects of one block.

Objects are PDF source (bytes) with the numbers that `reserve` gave. Those that are no streams are packed in object
streams, which PDF has since 1.5; a file of an older version has them one by one. Where each object stands is kept in a
temporary file: a file of a hundred thousand letters has some millions. The same objects in the same order make the same
bytes.

Not here: which objects there are (batch/combine.py).
Source: ISO 32000-1, 7.5.7 (object streams), 7.5.8 (cross-reference streams), 7.7.3 (page tree).
"""

from __future__ import annotations

import codecs
import hashlib
import struct
import tempfile
import zlib
from collections.abc import Iterable
from typing import IO, Self

_HEAD = b"%%PDF-%b\n%%\xbf\xf7\xa2\xfe\n"
_PLACE = struct.Struct(">BBIH")
"""Where an object stands: W [1 5 2], its kind, the offset in 40 bits (or the object stream), its place in there."""
_FREE = b"0000000000 65535 f \n"
_BLOCK = 1000
"""Objects in one object stream."""
_KIDS = 64
"""Kids of one node of the page tree."""
_IN_MEMORY = 2_000_000
"""Bytes of the places up to which they are not on the disk."""
_LEVEL = 6


class PdfStream:
    """A PDF in the making, used with `with`."""

    def __init__(self, file: IO[bytes], version: bytes = b"1.7") -> None:
        """Write the head.

        :param file: is only appended to; where it stands is the PDF's first byte.
        :param version: of PDF.
        """
        self._file = file
        self._offset = 0
        self._next = 1
        self._places = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - see `__exit__`
        self._packed: list[tuple[int, bytes]] = []
        self._digest = hashlib.sha256()
        self._is_old = version < b"1.5"
        """Whether it has neither object streams nor cross-reference streams."""
        self._write(_HEAD % version)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._places.close()

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self._digest.update(data)
        self._offset += len(data)

    def reserve(self) -> int:
        """Give the number of an object that is to come."""
        number, self._next = self._next, self._next + 1
        return number

    def put(self, number: int, source: bytes) -> None:
        """Write an object that is no stream."""
        if self._is_old:
            self._place(number, 1, self._offset, 0)
            self._write(b"%d 0 obj\n%b\nendobj\n" % (number, source))
            return
        self._packed.append((number, source))
        if len(self._packed) >= _BLOCK:
            self._pack()

    def put_stream(self, number: int, entries: bytes, data: bytes) -> None:
        """Write a stream.

        :param entries: of its dictionary, without the length.
        :param data: as its filters have made it.
        """
        self._place(number, 1, self._offset, 0)
        self._write(b"%d 0 obj\n<< %b /Length %d >>\nstream\n" % (number, entries, len(data)))
        self._write(data)
        self._write(b"\nendstream\nendobj\n")

    def _pack(self) -> None:
        if not self._packed:
            return
        stream, at = self.reserve(), 0
        heads, sources = [], []
        for index, (number, source) in enumerate(self._packed):
            self._place(number, 2, stream, index)
            heads.append(b"%d %d" % (number, at))
            sources.append(source)
            at += len(source) + 1
        head = b" ".join(heads) + b"\n"
        entries = b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode" % (len(heads), len(head))
        self._packed.clear()
        self.put_stream(stream, entries, zlib.compress(head + b"\n".join(sources), _LEVEL))

    def _place(self, number: int, kind: int, where: int, index: int) -> None:
        self._places.seek(number * _PLACE.size)
        self._places.write(_PLACE.pack(kind, where >> 32, where & 0xFFFFFFFF, index))

    @property
    def digest(self) -> bytes:
        """Hash of what is written so far."""
        return self._digest.digest()

    def finish(self, root: int, info: int | None = None) -> None:
        """Write what is at a PDF's end; the file is complete then.

        :param root: number of the catalog.
        :param info: number of what is known of the document, if it says so.
        :raises OSError: the disk is full.
        """
        if self._is_old:
            self._finish_old(root, info)
            return
        self._pack()
        number = self.reserve()
        start = self._offset
        self._place(number, 1, start, 0)
        self._place(0, 0, 0, 0xFFFF)
        name = self._digest.hexdigest()[:32].encode()
        compressed = zlib.compressobj(_LEVEL)
        self._places.seek(0)
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as table:
            while block := self._places.read(1 << 16):
                table.write(compressed.compress(block))
            table.write(compressed.flush())
            size = table.tell()
            table.seek(0)
            entries = b"/Type /XRef /Size %d /W [1 5 2] /Root %d 0 R /ID [<%b> <%b>] /Filter /FlateDecode"
            entries = entries % (self._next, root, name, name)
            entries += b"" if info is None else b" /Info %d 0 R" % info
            self._write(b"%d 0 obj\n<< %b /Length %d >>\nstream\n" % (number, entries, size))
            while block := table.read(1 << 16):
                self._write(block)
        self._write(b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start)

    def _finish_old(self, root: int, info: int | None) -> None:
        """Write a cross-reference table (ISO 32000-1, 7.5.4), as PDF has had it from the beginning."""
        start, name = self._offset, self._digest.hexdigest()[:32].encode()
        self._write(b"xref\n0 %d\n%b" % (self._next, _FREE))
        self._places.seek(_PLACE.size)
        while block := self._places.read(_PLACE.size * 4096):
            rows = [where for _, _, where, _ in _PLACE.iter_unpack(block)]  # 0: a number that was not used
            self._write(b"".join([b"%010d 00000 n \n" % where if where else _FREE for where in rows]))
        entries = b"/Size %d /Root %d 0 R /ID [<%b> <%b>]" % (self._next, root, name, name)
        entries += b"" if info is None else b" /Info %d 0 R" % info
        self._write(b"trailer\n<< %b >>\nstartxref\n%d\n%%%%EOF\n" % (entries, start))


class PageTree:
    """The page tree of a file in the making: nodes of a few kids each, written as they are full."""

    def __init__(self, file: PdfStream) -> None:
        """Begin with no pages."""
        self._file = file
        self._levels: list[_Node] = []
        self.count = 0
        """Pages in it."""

    def add(self, page: int) -> int:
        """Add a page at the end.

        :param page: its number.
        :returns: the number of its parent.
        """
        self.count += 1
        return self._add(0, page, 1)

    def _add(self, level: int, kid: int, pages: int) -> int:
        if level == len(self._levels):
            self._levels.append(_Node(self._file.reserve()))
        node = self._levels[level]
        if len(node.kids) == _KIDS:
            parent = self._add(level + 1, node.number, node.pages)
            self._file.put(node.number, node.source(parent))
            node = self._levels[level] = _Node(self._file.reserve())
        node.kids.append(kid)
        node.pages += pages
        return node.number

    def finish(self) -> int:
        """Write the nodes that are not full; gives the number of the root."""
        level = 0
        while level < len(self._levels) - 1:
            node = self._levels[level]
            parent = self._add(level + 1, node.number, node.pages)
            self._file.put(node.number, node.source(parent))
            level += 1
        root = self._levels[level]
        self._file.put(root.number, root.source(None))
        return root.number


class Outline:
    """The bookmarks: one for each letter, in order."""

    def __init__(self, file: PdfStream) -> None:
        self._file = file
        self._root = file.reserve()
        self._first = self._last = self._count = 0
        self._waiting = b""
        """The last one, of which it is not known yet whether another follows."""

    def add(self, title: str, page: int) -> None:
        """Add one that leads to a page."""
        number, before = self._file.reserve(), self._last
        if before:
            self._file.put(before, self._waiting % (b" /Next %d 0 R" % number))
        self._first, self._last, self._count = self._first or number, number, self._count + 1
        text = b"<%b>" % (codecs.BOM_UTF16_BE + title.encode("utf-16-be")).hex().encode()
        above = b" /Prev %d 0 R" % before if before else b""
        self._waiting = b"<< /Title %b /Dest [%d 0 R /Fit] /Parent %d 0 R%b%%b >>" % (text, page, self._root, above)

    def finish(self) -> int:
        """Write the rest; gives the root's number."""
        self._file.put(self._last, self._waiting % b"")
        ends = (self._first, self._last, self._count)
        self._file.put(self._root, b"<< /Type /Outlines /First %d 0 R /Last %d 0 R /Count %d >>" % ends)
        return self._root


class _Node:
    """A node of a page tree."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.kids: list[int] = []
        self.pages = 0

    def source(self, parent: int | None) -> bytes:
        above = b"" if parent is None else b" /Parent %d 0 R" % parent
        kids = references(self.kids)
        return b"<< /Type /Pages /Count %d /Kids %b%b >>" % (self.pages, kids, above)


def references(numbers: Iterable[int]) -> bytes:
    """Write an array of references."""
    return b"[%b]" % b" ".join([b"%d 0 R" % number for number in numbers])
