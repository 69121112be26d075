"""Writes a ZIP archive as a stream: each file as it comes, uncompressed, with nothing of it kept in memory.

The same files in the same order make the same bytes: no time, no owner, no compression. Archives of more than 65,535
files or 4 GB have the fields of ZIP64, and only those. Letters are PDFs, which are compressed already.

Not here: where an archive goes, and that it is there whole or not at all (atomic.py).
Source: PKWARE, APPNOTE.TXT 6.3.10: 4.3 (structure), 4.4.4 (UTF-8 names), 4.5.3 and 4.3.14 (ZIP64).
"""

from __future__ import annotations

import struct
import tempfile
import zlib
from pathlib import Path
from typing import IO, Self

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s4B4H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_PLACE_64 = struct.Struct("<4sLQL")
_EXTRA_64 = struct.Struct("<2HQ")
_UTF_8 = 0x800
_STORED = 0
_DAY = 1 << 5 | 1
"""1980-01-01, the first day that an archive knows: the same for every file."""
_UNIX = 3
_MODE = 0o100644 << 16
_MOST = 0xFFFFFFFF
"""What stands in a field of 32 bits whose value is in one of 64."""
_MANY = 0xFFFF
_IN_MEMORY = 1_000_000
"""Bytes of the list of files up to which it is not on the disk."""


class ZipStream:
    """An archive in the making, used with `with`: `add` each file, then `finish`."""

    def __init__(self, file: IO[bytes], scratch: Path | None = None) -> None:
        """Begin with no files.

        :param file: is written to from where it stands, which is the archive's first byte, and is only appended to.
        :param scratch: folder for the list of files, which comes last; None: the system's.
        """
        self._file = file
        self._offset = 0
        self._count = 0
        folder = None if scratch is None else str(scratch)
        self._list = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, dir=folder)  # noqa: SIM115 - see `__exit__`

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._list.close()

    @property
    def count(self) -> int:
        """Files that are in it."""
        return self._count

    def add(self, name: str, content: bytes) -> None:
        """Add a file.

        :param name: its path, with `/` between folders.
        :raises OSError: the disk is full.
        :raises ValueError: it is too large (4 GB), or its name too long.
        """
        path = name.encode("utf-8")
        if len(content) >= _MOST or len(path) > _MANY:
            raise ValueError(f"'{name}' is too large for an archive")
        flags = 0 if name.isascii() else _UTF_8
        check, size = zlib.crc32(content), len(content)
        self._file.write(_LOCAL.pack(b"PK\3\4", 20, flags, _STORED, 0, _DAY, check, size, size, len(path), 0) + path)
        self._file.write(content)
        self._list.write(self._listed(path, flags, check, size))
        self._offset += _LOCAL.size + len(path) + size
        self._count += 1

    def _listed(self, path: bytes, flags: int, check: int, size: int) -> bytes:
        """The file's entry in the list at the archive's end."""
        extra = b"" if self._offset < _MOST else _EXTRA_64.pack(1, 8, self._offset)
        version = 45 if extra else 20
        entry = _CENTRAL.pack(
            b"PK\1\2", version, _UNIX, version, 0, flags, _STORED, 0, _DAY, check, size, size, len(path), len(extra),
            0, 0, 0, _MODE, min(self._offset, _MOST),
        )  # fmt: skip
        return entry + path + extra

    def finish(self) -> None:
        """Write the list of files; the archive is complete then.

        :raises OSError: the disk is full.
        """
        size, start = self._list.tell(), self._offset
        self._list.seek(0)
        while block := self._list.read(1 << 16):
            self._file.write(block)
        if self._count >= _MANY or start >= _MOST or size >= _MOST:
            place = start + size
            counts = (self._count, self._count, size, start)
            self._file.write(_END_64.pack(b"PK\6\6", _END_64.size - 12, 45 | _UNIX << 8, 45, 0, 0, *counts))
            self._file.write(_PLACE_64.pack(b"PK\6\7", 0, place, 1))
        many = min(self._count, _MANY)
        self._file.write(_END.pack(b"PK\5\6", 0, 0, many, many, min(size, _MOST), min(start, _MOST), 0))
