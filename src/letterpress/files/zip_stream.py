"""Writes a ZIP archive as a stream: each file as it comes, uncompressed, with nothing of it kept in memory.

The same files in the same order make the same bytes: no time, no owner, no compression. Archives of more than 65,535
files or 4 GB have the fields of ZIP64, and only those. Letters are PDFs, which are compressed already. `read` reads
such an archive and no other: whatever differs from what would be written is said with its place.

Not here: where an archive goes, and that it is there whole or not at all (atomic.py).
Source: PKWARE, APPNOTE.TXT 6.3.10: 4.3 (structure), 4.4.4 (UTF-8 names), 4.5.3 and 4.3.14 (ZIP64).
"""

from __future__ import annotations

import io
import struct
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Self, cast

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
_BLOCK = 1 << 20
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
        self.begin(name, zlib.crc32(content), len(content))
        self._file.write(content)

    def add_file(self, name: str, file: IO[bytes]) -> None:
        """Add what is in a file, from its beginning, without keeping it in memory.

        :param file: is read twice.
        :raises OSError: the disk is full, or the file cannot be read.
        :raises ValueError: see `add`; and the file has changed while it was read.
        """
        check = size = 0
        file.seek(0)
        while block := file.read(_BLOCK):
            check, size = zlib.crc32(block, check), size + len(block)
        again = self.begin(name, check, size)
        file.seek(0)
        while block := file.read(_BLOCK):
            self._file.write(block)
            again -= len(block)
        if again:
            raise ValueError(f"'{name}' has changed while it was read")

    def begin(self, name: str, check: int, size: int) -> int:
        """Write what stands before a file, whose content is to be written then; gives its size.

        :param check: its CRC-32.
        :raises ValueError: see `add`.
        """
        path = name.encode("utf-8")
        if size >= _MOST or len(path) > _MANY:
            raise ValueError(f"'{name}' is too large for an archive")
        flags = 0 if name.isascii() else _UTF_8
        self._file.write(_LOCAL.pack(b"PK\3\4", 20, flags, _STORED, 0, _DAY, check, size, size, len(path), 0) + path)
        self._list.write(self._listed(path, flags, check, size))
        self._offset += _LOCAL.size + len(path) + size
        self._count += 1
        return size

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


class Altered(Exception):
    """An archive is not as `ZipStream` writes it."""

    def __init__(self, offset: int, what: str) -> None:
        """:param offset: of the byte where it differs."""
        super().__init__(f"{what} at byte {offset}")
        self.offset = offset
        self.what = what


def read(file: IO[bytes]) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Give each file of an archive that `ZipStream` wrote: its name and its content in blocks, which are to be taken.

    :param file: can be sought in, and is read from its beginning to its end.
    :raises Altered: the archive is another, or was changed: so that two programs could find different files in it.
    :raises OSError: it cannot be read.
    """
    file.seek(0)
    with ZipStream(cast("IO[bytes]", _Comparing(file))) as expected:
        while (head := file.read(_LOCAL.size))[:4] == b"PK\3\4":
            start = file.tell() - len(head)
            if len(head) < _LOCAL.size:
                raise Altered(start, "it ends too early")
            check, size, length = (_LOCAL.unpack(head)[at] for at in (6, 7, 9))
            try:
                name = file.read(length).decode("utf-8")
            except UnicodeDecodeError:
                raise Altered(start + _LOCAL.size, "a name is no text") from None
            if size == _MOST:
                raise Altered(start, "a file is too large")
            file.seek(start)
            expected.begin(name, check, size)
            yield name, _content(file, start, check, size)
            if file.tell() != start + _LOCAL.size + length + size:
                raise ValueError("a file's content was not taken")
        file.seek(-len(head), io.SEEK_CUR)
        expected.finish()
    if file.read(1):
        raise Altered(file.tell() - 1, "something stands behind it")


def _content(file: IO[bytes], start: int, check: int, size: int) -> Iterator[bytes]:
    found, left = 0, size
    while left:
        block = file.read(min(_BLOCK, left))
        if not block:
            raise Altered(file.tell(), "it ends too early")
        found, left = zlib.crc32(block, found), left - len(block)
        yield block
    if found != check:
        raise Altered(start, "the check sum of a file is wrong")


class _Comparing(io.RawIOBase):
    """Is written to, and compares with what stands in a file."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._other = file

    def write(self, data: bytes) -> int:  # type: ignore[override]
        start = self._other.tell()
        found = self._other.read(len(data))
        if found != data:
            same = next((at for at, (one, other) in enumerate(zip(found, data, strict=False)) if one != other), None)
            at = min(len(found), len(data)) if same is None else same
            raise Altered(start + at, "it is not as it was written" if at < len(found) else "it ends too early")
        return len(data)
