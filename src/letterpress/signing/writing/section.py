"""A signature's section of a file: appended to one letter by pyHanko, it can be appended to others of the same objects.

Letters whose fixed objects are the same, under the same numbers, get the same objects from one who signs: the stamp,
the field, the catalog, the dictionary of the signature. What differs are offsets, the digest, and the second of the
signing time. Whether a section is understood is proved when it is taken apart: put together again for its own letter,
it has to be what pyHanko has written, byte for byte.

Not here: pyHanko's way (`pades`), which letters have the same objects (`series`).
Source: ISO 32000-1, 7.5.6 (incremental updates), 7.5.8 (cross-reference streams), 12.8.1 (signature dictionaries).
"""

from __future__ import annotations

import datetime
import re
import struct
import zlib
from dataclasses import dataclass
from typing import NamedTuple

_LAST_LINES = re.compile(rb"startxref\n(\d+)\n%%EOF\n\Z")
_LAST = b"startxref\n"
_TAIL = 64
"""Bytes at the end of a file in which `startxref` is looked for."""
_OF_LETTER = re.compile(
    rb"\d+ 0 obj\n<</Type /XRef/W \[1 \d 1\]/Size (\d+)/Root (\d+) 0 R/Info (\d+) 0 R/ID \[\(([0-9a-f]{32})\) "
)
"""The cross-reference stream of a letter that was laid out, as `layout.file` writes it."""
_OF_SECTION = re.compile(
    rb"(\d+) 0 obj\n<<\n/W \[ 1 8 2 \]\n/Type /XRef\n/Filter /FlateDecode\n/Size (\d+)\n/Root (\d+) 0 R\n"
    rb"/Info (\d+) 0 R\n/ID \[ <([0-9a-f]+)> <([0-9a-f]{32})> \]\n/Prev (\d+)\n/Index \[ ([\d ]+) \]\n"
    rb"/Length (\d+)\n>>\nstream\n(.*)\nendstream\nendobj\n\nstartxref\n(\d+)\n%%EOF\n\Z",
    re.DOTALL,
)
"""The cross-reference stream of a section, and all that follows it, as pyHanko writes them."""
_BYTE_RANGE = re.compile(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\] *(?=\n)")
_RANGE_WIDTH = 60
"""Bytes that a byte range has to have room for, with offsets of 14 digits."""
_TIME = re.compile(rb"\n/M \(D\\072\d{12}(\d\d)")
_ROW = struct.Struct(">BQH")
_FREE, _PLAIN = 0, 1
"""Kinds of rows: an object that is free, and one that stands in the file by itself."""


class End(NamedTuple):
    """What a further section of a file has to know of the file."""

    table: int
    """Where its last cross-reference stream begins."""
    size: int
    root: int
    info: int
    name: bytes
    """Its first identifier."""

    def after(self, table: int, size: int) -> End:
        """Give the end of the file with a further section."""
        return End(table, size, self.root, self.info, self.name)


def end_of(pdf: bytes) -> End | None:
    """Read the end of a letter that `layout.file` has written; None if it was written by something else."""
    last = _last_lines(pdf)
    found = _OF_LETTER.match(pdf, int(last[1])) if last else None
    if last is None or found is None:
        return None
    return End(int(last[1]), int(found[1]), int(found[2]), int(found[3]), found[4])


def _last_lines(pdf: bytes) -> re.Match[bytes] | None:
    return _LAST_LINES.match(pdf, max(0, pdf.rfind(_LAST, max(0, len(pdf) - _TAIL))))


def table_of(pdf: bytes) -> int:
    """Say where the last cross-reference stream of a file begins.

    :raises ValueError: its end does not say.
    """
    last = _last_lines(pdf)
    if last is None:
        raise ValueError("no startxref at the end")
    return int(last[1])


class Place(NamedTuple):
    """What of a section is a single letter's."""

    begin: int
    """How long the file is that it is appended to."""
    end: End
    """Of that file."""
    time: datetime.datetime
    """The signing time; of another minute it is another section."""
    name: bytes
    """16 bytes: the second identifier of the file."""


class Around(NamedTuple):
    """A section without the signature itself."""

    before: bytes
    after: bytes
    table: int
    """Where its cross-reference stream begins."""


class _Row(NamedTuple):
    kind: int
    place: int
    """Of an object, from the section's beginning."""
    generation: int


@dataclass(frozen=True, slots=True)
class Section:
    """The objects that a signature appends to letters of one shape."""

    before: bytes
    """Up to the signature."""
    room: int
    """Hex digits that the signature has."""
    to_range: bytes
    """From behind the signature to its byte range."""
    range_width: int
    to_second: bytes
    to_table: bytes
    number: int
    """Of the cross-reference stream's object."""
    numbers: bytes
    """Which objects its rows are for, as /Index has them."""
    rows: tuple[_Row, ...]

    @property
    def size(self) -> int:
        """Objects that the file has with it."""
        return self.number + 1

    def around(self, place: Place) -> Around:
        """Make what stands around the signature."""
        begin, end = place.begin, place.end
        start = begin + len(self.before)
        stop = start + self.room + 2
        second = b"%02d" % place.time.second
        table = stop + len(self.to_range) + self.range_width + len(self.to_second) + len(second) + len(self.to_table)
        rows = zlib.compress(
            b"".join(
                _ROW.pack(kind, at + begin if kind == _PLAIN else at, generation) for kind, at, generation in self.rows
            )
        )
        reference = (
            b"%d 0 obj\n<<\n/W [ 1 8 2 ]\n/Type /XRef\n/Filter /FlateDecode\n/Size %d\n/Root %d 0 R\n/Info %d 0 R\n"
            b"/ID [ <%b> <%b> ]\n/Prev %d\n/Index [ %b ]\n/Length %d\n>>\nstream\n%b\nendstream\nendobj\n\n"
            b"startxref\n%d\n%%%%EOF\n"
        ) % (
            *(self.number, self.size, end.root, end.info, end.name.hex().encode(), place.name.hex().encode()),
            *(end.table, self.numbers, len(rows), rows, table),
        )
        covered = b"/ByteRange [0 %d %d %d]" % (start, stop, table + len(reference) - stop)
        after = b"".join(
            (self.to_range, covered.ljust(self.range_width), self.to_second, second, self.to_table, reference)
        )
        return Around(self.before, after, table)

    def written(self, signature: bytes) -> bytes | None:
        """Write the signature as it stands in the section; None if it has no room there.

        :param signature: its CMS structure, in DER.
        """
        digits = signature.hex().upper().encode()
        return None if len(digits) > self.room else b"<" + digits.ljust(self.room, b"0") + b">"


def taken_apart(pdf: bytes, signed: bytes, end: End, time: datetime.datetime) -> Section | None:
    """Take apart the section that pyHanko has appended to a letter; None if it is not certain what it consists of.

    :param pdf: the letter before.
    :param signed: the letter with the section.
    :param end: of the letter before.
    :param time: the signing time.
    """
    begin = len(pdf)
    added = signed[begin:]
    last = _last_lines(added)
    table = int(last[1]) - begin if last else -1
    reference = _OF_SECTION.match(added, table) if table >= 0 else None
    covered = list(_BYTE_RANGE.finditer(added, 0, max(table, 0)))
    if reference is None or not covered:
        return None
    start, stop = int(covered[-1][1]) - begin, int(covered[-1][2]) - begin
    second = _TIME.search(added, covered[-1].end(), table)
    rows = _rows(reference[10], begin, table)
    if second is None or rows is None or not 0 <= start < stop <= covered[-1].start():
        return None
    if len(covered[-1][0]) < _RANGE_WIDTH:
        return None
    made = Section(
        before=added[:start],
        room=stop - start - 2,
        to_range=added[stop : covered[-1].start()],
        range_width=len(covered[-1][0]),
        to_second=added[covered[-1].end() : second.start(1)],
        to_table=added[second.end(1) : table],
        number=int(reference[1]),
        numbers=reference[8],
        rows=rows,
    )
    again = made.around(Place(begin, end, time, bytes.fromhex(reference[6].decode())))
    return made if again.before + added[start:stop] + again.after == added else None


def _rows(data: bytes, begin: int, table: int) -> tuple[_Row, ...] | None:
    """Read the rows of a cross-reference stream; None if one leads out of the section."""
    try:
        unpacked = zlib.decompress(data)
    except zlib.error:
        return None
    if len(unpacked) % _ROW.size:
        return None
    rows = []
    for kind, at, generation in _ROW.iter_unpack(unpacked):
        inside = kind == _PLAIN and begin <= at <= begin + table
        if not inside and not (kind == _FREE and at == 0):
            return None
        rows.append(_Row(kind, at - begin if inside else at, generation))
    return tuple(rows)
