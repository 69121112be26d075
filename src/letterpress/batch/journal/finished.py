"""Keeps a second record of finished letters beside the journal, from which a lost or damaged journal is filled again.

It is a file of lines, which are only appended. A line is the CRC-32 of the rest, and a JSON array: output, job id,
SHA-256, pages, size in bytes. Of several lines for one output the last one counts; a line that is cut off or damaged is
left out. What it says of a file is never believed without the file's own SHA-256.

Not here: the journal itself (database.py).
"""

from __future__ import annotations

import contextlib
import json
import os
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from letterpress.files import atomic

Row = tuple[str, str, str, int | None, int]
"""Output, job id, SHA-256, pages, size in bytes."""


class Finished:
    """The second record of one output folder."""

    def __init__(self, path: Path) -> None:
        """Nothing is opened before the first line is added."""
        self.path = path
        self._descriptor: int | None = None

    @property
    def size(self) -> int:
        """In bytes."""
        try:
            return self.path.stat().st_size
        except OSError:
            return 0

    def append(self, rows: Iterable[Row]) -> int:
        """Add lines, and wait until they are safe on the disk.

        :returns: the record's size in bytes.
        :raises OSError: the disk is full, or refuses.
        """
        # A line that a crash or a full disk has cut off must not spoil the next one: a block begins with its own end.
        block = b"\n" + b"".join(map(_line, rows))
        if self._descriptor is None:
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
            self._descriptor = os.open(self.path, flags, 0o666)
        while block:
            block = block[os.write(self._descriptor, block) :]
        os.fsync(self._descriptor)
        return os.fstat(self._descriptor).st_size

    def rows(self, start: int = 0) -> Iterator[Row]:
        """Read the whole and sound lines from byte `start` on, in order."""
        with contextlib.suppress(FileNotFoundError), self.path.open("rb") as file:
            file.seek(start)
            for line in file:
                row = _row(line)
                if row is not None:
                    yield row

    def rewrite(self, rows: Iterable[Row]) -> int:
        """Replace the record by these lines.

        :returns: its size in bytes.
        :raises LetterpressError: it cannot be written.
        """
        self.close()
        content = b"".join(map(_line, rows))
        atomic.write(self.path, content)
        return len(content)

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


_json_text = json.encoder.encode_basestring


def _line(row: Row) -> bytes:
    output, job, sha256, pages, size = row  # as json.dumps writes it, in a fifth of the time
    number = "null" if pages is None else pages
    line = f"[{_json_text(output)}, {_json_text(job)}, {_json_text(sha256)}, {number}, {size}]"
    text = line.encode("utf-8", "surrogatepass")
    return b"%08x %s\n" % (zlib.crc32(text), text)


def _row(line: bytes) -> Row | None:
    check, _, text = line.rstrip(b"\n").partition(b" ")
    if check != b"%08x" % zlib.crc32(text):
        return None
    try:
        output, job, sha256, pages, size = json.loads(text.decode("utf-8", "surrogatepass"))
    except ValueError:
        return None
    return output, job, sha256, pages, size
