"""Puts files into a package, and their check sums beside them.

Not here: how an archive is written (files/zip_stream.py).
"""

from __future__ import annotations

import hashlib
from typing import IO

from letterpress.errors import LetterpressError
from letterpress.files.zip_stream import ZipStream
from letterpress.post.values import SUMS


class Files:
    """The files of a package in the making, with their check sums."""

    def __init__(self, stream: ZipStream, sums: IO[bytes]) -> None:
        self._stream = stream
        self._sums = sums

    def add(self, name: str, content: bytes) -> str:
        """Add a file; gives its check sum."""
        digest = hashlib.sha256(content).hexdigest()
        self._stream.add(name, content)
        self._note(name, digest)
        return digest

    def add_file(self, name: str, file: IO[bytes]) -> str:
        """Add what is in a file; gives its check sum."""
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
        self._put(name, file)
        self._note(name, digest)
        return digest

    def _put(self, name: str, file: IO[bytes]) -> None:
        try:
            self._stream.add_file(name, file)
        except ValueError as error:  # 4 GB
            hint = "group the letters, so that each file is smaller, or leave out --spool"
            raise LetterpressError(str(error), file=name, hint=hint, code="package-too-large") from error

    def _note(self, name: str, digest: str) -> None:
        self._sums.write(f"{digest}  {name}\n".encode())

    def finish(self) -> str:
        """Add the check sums; gives their own."""
        self._sums.seek(0)
        digest = hashlib.file_digest(self._sums, "sha256").hexdigest()  # type: ignore[arg-type]
        self._put(SUMS, self._sums)
        self._stream.finish()
        return digest
