"""Reads the PDFs that `layout.file` writes, and no others: where each object stands, and what is in a page's content.

It takes some millionths of a second where a reader of any PDF takes thousandths. A file that has been changed since by
another program, or that something has been appended to, is none of these.

Source: ISO 32000-1, 7.5.8 (cross-reference streams).
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

_LAST_LINES = re.compile(rb"startxref\n(\d+)\n%%EOF\n\Z")
_TAIL = 64
_REFERENCES = re.compile(
    rb"\d+ 0 obj\n<</Type /XRef/W \[1 ([35]) 1\]/Size (\d+)/Root \d+ 0 R/Info \d+ 0 R"
    rb"/ID \[\([0-9a-f]{32}\) \([0-9a-f]{32}\)\](/Filter /FlateDecode)?/Length (\d+)>>\nstream\n"
)
_STREAM = re.compile(rb"\d+ 0 obj\n<</Filter /FlateDecode/Length (\d+)>>\nstream\n")
IN_FILE, IN_STREAM = 1, 2
"""Kinds of places: an offset in the file, and the number of an object stream."""


@dataclass(frozen=True, slots=True)
class LaidFile:
    """A PDF as letters are written."""

    data: bytes
    size: int
    """Objects, the free one at 0 among them."""
    _rows: bytes
    _wide: int

    def place(self, number: int) -> tuple[int, int]:
        """Say where an object stands.

        :returns: its kind of place, and the place; the kind is 0 for an object that is not there.
        """
        begin = number * (self._wide + 2)
        row = self._rows[begin : begin + self._wide + 1]
        return (row[0], int.from_bytes(row[1:], "big")) if row else (0, 0)

    def content(self, number: int) -> bytes | None:
        """Give what is in the stream of a page's content; None if it is written otherwise than letters' are."""
        kind, begin = self.place(number)
        head = _STREAM.match(self.data, begin) if kind == IN_FILE else None
        if head is None:
            return None
        try:
            return zlib.decompress(self.data[head.end() : head.end() + int(head[1])])
        except zlib.error:
            return None

    def end_of_first_objects(self) -> int:
        """Say where the first object stream ends: the catalog is in it, and most that letters of a kind have."""
        places = (self.place(number) for number in range(1, self.size))
        streams = [self.place(place)[1] for kind, place in places if kind == IN_STREAM]
        return self.end(min(streams, default=0))

    def end(self, offset: int) -> int:
        """Say where the object ends that stands at an offset: where the next one begins."""
        places = (self.place(number) for number in range(1, self.size))
        behind = [begin for kind, begin in places if kind == IN_FILE and begin > offset]
        return min(behind, default=len(self.data))


def read(data: bytes) -> LaidFile | None:
    """Read a file; None if it is not written as letters are."""
    last = _LAST_LINES.match(data, max(0, data.rfind(b"startxref\n", max(0, len(data) - _TAIL))))
    head = _REFERENCES.match(data, int(last[1])) if last else None
    if head is None:
        return None
    wide, size, length = int(head[1]), int(head[2]), int(head[4])
    rows = data[head.end() : head.end() + length]
    try:
        rows = zlib.decompress(rows) if head[3] else rows
    except zlib.error:
        return None
    return LaidFile(data, size, rows, wide) if len(rows) == size * (wide + 2) else None
