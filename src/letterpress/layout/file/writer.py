"""Writes a PDF from its parts. What is the same in all letters of a shape stands first, and is put together once.

Source: ISO 32000-1, 7.5.7 (object streams) and 7.5.8 (cross-reference streams).
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from letterpress.layout import private_api
from letterpress.layout.file import deflate
from letterpress.layout.file.fonts import Sets
from letterpress.layout.file.parts import Parts, stretches
from letterpress.pdf.press import standards

_HEADER = b"%%PDF-%b\n%%\xf0\x9f\x96\xa4\n"
_PACKED_A_STREAM = 200
"""Objects of an object stream: a place in it is a byte of the cross-reference stream."""
_LEVEL = 6
_NAME = 32
"""Digits of a file's identifier: 16 bytes, as ISO 32000-1, 14.4, recommends."""
_XMP_CUT = b"<rdf:Description"
_XMP_OWN = b"<dc:title>", b"<dc:description>", standards.DOCUMENT_ID
_row = struct.Struct(">BBIB").pack
_ROW = 7
"""Bytes: kind, place in two parts, index."""


class Written(NamedTuple):
    """A PDF."""

    data: bytes
    sha256: str


class File:
    """A PDF that is being written."""

    def __init__(self, begun: Fixed) -> None:
        self.pieces: list[bytes] = [begun.data]
        self._at = len(begun.data)
        self.digest = begun.digest.copy()
        """Of what is written so far: with SHA-256, what letters share is summed up once for their names and for their
        checks."""
        self.table = bytearray(begun.table)
        """Its cross-reference table: a row of `_ROW` bytes for each object; zeros for what is not written yet."""
        self.free = begun.free
        """The first object number that is not taken."""

    def add(self, number: int, data: bytes) -> None:
        """Write an object."""
        self._note(number, 1, self._at, 0)
        self.put(b"%d 0 obj\n%b\nendobj\n" % (number, data))

    def _note(self, number: int, kind: int, place: int, index: int) -> None:
        at = number * _ROW
        if at >= len(self.table):
            self.table += bytes(at + _ROW - len(self.table))
        self.table[at : at + _ROW] = _row(kind, place >> 32, place & 0xFFFFFFFF, index)

    def put(self, data: bytes) -> None:
        """Write bytes."""
        self.pieces.append(data)
        self.digest.update(data)
        self._at += len(data)

    def pack(self, objects: Sequence[tuple[int, bytes]], *, plain: bool = False) -> None:
        """Write objects that are neither streams nor anything that has to be found without reading a stream."""
        for begin in range(0, len(objects), _PACKED_A_STREAM):
            self.packed(packed(objects[begin : begin + _PACKED_A_STREAM], plain=plain))

    def packed(self, made: Packed) -> None:
        """Write an object stream that is made already."""
        for at, number in enumerate(made.numbers):
            self._note(number, 2, self.free, at)
        self.add(self.free, made.data)
        self.free += 1

    def finished(self, root: int, info: int, *, many: bool) -> Written:
        """Write the cross-reference stream, and give the file. Its identifier is made of all that stands before it.

        :param many: whether it is of one of many letters: the stream is not compressed then.
        """
        number, start = self.free, self._at
        self._note(number, 1, start, 0)
        wide, table = 5, bytes(self.table)
        if start < 1 << 24:  # the upper two bytes of each place are zeros
            wide = 3
            kept = bytearray(len(table) // _ROW * (wide + 2))
            for to, of in enumerate((0, 3, 4, 5, 6)):
                kept[to :: wide + 2] = table[of::_ROW]
            table = bytes(kept)
        how = b""
        if not many:
            how, table = b"/Filter /FlateDecode", zlib.compress(table, _LEVEL)
        name = self.digest.hexdigest()[:_NAME].encode()
        self.put(
            b"%d 0 obj\n<</Type /XRef/W [1 %d 1]/Size %d/Root %d 0 R/Info %d 0 R/ID [(%b) (%b)]%b"
            b"/Length %d>>\nstream\n%b\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n"
            % (number, wide, number + 1, root, info, name, name, how, len(table), table, start)
        )
        return Written(b"".join(self.pieces), self.digest.hexdigest())


class Packed:
    """An object stream, and the numbers of the objects in it."""

    __slots__ = ("data", "numbers")

    def __init__(self, numbers: tuple[int, ...], data: bytes) -> None:
        self.numbers = numbers
        self.data = data


def packed(objects: Sequence[tuple[int, bytes]], *, plain: bool = False) -> Packed:
    """Make an object stream.

    :param plain: whether it is not compressed.
    """
    places, at = [], 0
    for number, data in objects:
        places.append(b"%d %d" % (number, at))
        at += len(data) + 1
    head = b" ".join(places) + b"\n"
    content = head + b"\n".join([data for _, data in objects])
    how = b"" if plain else b"/Filter /FlateDecode"
    content = content if plain else zlib.compress(content, _LEVEL)
    data = b"<</Type /ObjStm/N %d/First %d%b/Length %d>>\nstream\n%b\nendstream"
    numbers = tuple(number for number, _ in objects)
    return Packed(numbers, data % (len(objects), len(head), how, len(content), content))


class Fixed:
    """The beginning of a file, which all letters of a shape share."""

    __slots__ = ("data", "digest", "free", "table")

    def __init__(self, parts: Parts | None = None) -> None:
        self.data = _HEADER % (parts.version if parts is not None else b"")
        self.digest = hashlib.sha256(self.data)
        self.table = b""
        self.free = 0
        if parts is not None:
            self.free = parts.size
            file = File(self)
            for number, data in parts.streams:
                file.add(number, data)
            file.pack(parts.packed)
            self.take(file)

    def with_fonts(self, parts: Parts, sets: Sets) -> Fixed:
        """Go on with the faces of a letter."""
        file = File(self)
        dictionaries: list[tuple[int, bytes]] = []
        for name, font in parts.fonts.items():
            block = font.block(sets[name])
            for number, data in block.streams:
                file.add(number, data)
            dictionaries += block.packed
        if dictionaries:
            file.pack(dictionaries)
        more = Fixed()
        more.take(file)
        return more

    def take(self, file: File) -> None:
        """Begin as a file that was begun."""
        self.data = b"".join(file.pieces)
        self.digest, self.table, self.free = file.digest, bytes(file.table), file.free


def written(parts: Parts, *, many: bool) -> tuple[Written, str]:
    """Write a PDF that was laid out.

    :param many: whether it is one of many letters, which share their faces.
    :returns: the file, and its shape: equal for files with the same objects, under the same numbers, but for the
        content of the pages, their faces and the letter's own texts.
    """
    fonts = parts.fonts.items()
    sets = {name: font.used(parts.glyphs[name], parts.spelled[name], many=many) for name, font in fonts}
    fixed = Fixed(parts)
    file = File(fixed.with_fonts(parts, sets))
    for number, items in parts.pages.items():
        content = [b"\n".join(map(private_api.operator, stretch)) + b"\n" for stretch in stretches(items)]
        page(file, number, deflate.stretches(content) if many else deflate.of_one(content))
    if parts.metadata is not None:
        number, packet = parts.metadata
        metadata(file, number, packet_parts(packet), many=many)
    own(file, {number: item.data for number, item in parts.own.items()}, many=many)
    return file.finished(parts.root, parts.info, many=many), fixed.digest.hexdigest()


def page(file: File, number: int, content: bytes) -> None:
    """Write a page's content, which is compressed."""
    file.add(number, b"<</Filter /FlateDecode/Length %d>>\nstream\n%b\nendstream" % (len(content), content))


def packet_parts(packet: bytes) -> list[tuple[bytes, bool]]:
    """Cut an XMP packet where a letter's own texts stand, and say of each part whether it has them."""
    first, *rest = packet.split(_XMP_CUT)
    parts = [(first, False), *((_XMP_CUT + part, any(text in part for text in _XMP_OWN)) for part in rest)]
    return [(b"".join([part for part, _ in group]), own) for own, group in groupby(parts, itemgetter(1))]


def metadata(file: File, number: int, parts: Sequence[tuple[bytes, bool]], *, many: bool) -> None:
    """Write the XMP packet; the number that a press copy's file has in it is made of all that stands before.

    :param parts: as `packet_parts` gives them.
    :param many: whether it is of one of many letters: its title and subject are not compressed then.
    """
    if any(own and standards.DOCUMENT_ID in part for part, own in parts):
        name = file.digest.hexdigest()
        parts = [(standards.numbered(part, name) if own else part, own) for part, own in parts]
    data = deflate.beside(parts) if many and not parts[-1][1] else deflate.of_one([part for part, _ in parts])
    head = b"<</Type /Metadata/Subtype /XML/Filter /FlateDecode/Length %d>>" % len(data)
    file.add(number, head + b"\nstream\n" + data + b"\nendstream")


def own(file: File, objects: Mapping[int, bytes], *, many: bool) -> None:
    """Write the dictionaries with a letter's own texts.

    :param many: whether it is one of many letters: they are not compressed then.
    """
    file.pack(sorted(objects.items()), plain=many)
