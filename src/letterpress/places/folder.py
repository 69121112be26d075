"""A folder as a place: files appear whole or not at all, and of many who create one, one has made it.

Not here: how a file is replaced (files/atomic.py), which this module calls.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from letterpress.errors import UnreadableInput
from letterpress.files import atomic, targets
from letterpress.places.values import Entry, check_name, joined, missing


@dataclass(frozen=True, slots=True)
class FolderPlace:
    """A folder, which need not be there until something is written into it."""

    address: str
    folder: Path

    def put(self, name: str, data: bytes | Iterable[bytes]) -> None:
        """See `Place.put`."""
        path = self._path(name)
        if isinstance(data, bytes):
            atomic.write(path, data)
            return
        replacement = atomic.Replacement(path)
        try:
            for part in data:
                replacement.file.write(part)
            replacement.commit()
        except OSError as error:
            raise targets.fault(path, error) from error
        finally:
            replacement.discard()

    def create(self, name: str, data: bytes) -> bool:
        """See `Place.create`."""
        try:
            atomic.write(self._path(name), data, exclusive=True)
        except FileExistsError:
            return False
        return True

    def get(self, name: str) -> bytes:
        """See `Place.get`."""
        with self.open(name) as file:
            return file.read()

    def open(self, name: str) -> BinaryIO:
        """See `Place.open`."""
        path = self._path(name)
        try:
            return path.open("rb")
        except (FileNotFoundError, NotADirectoryError):
            raise missing(self.address, name) from None
        except OSError as error:
            message = f"cannot be read: {error.strerror}"
            raise UnreadableInput(message, file=joined(self.address, name), code="file-unreadable") from error

    def size(self, name: str) -> int | None:
        """See `Place.size`."""
        path = self._path(name)
        return path.stat().st_size if path.is_file() else None

    def list(self, prefix: str = "") -> Iterator[Entry]:
        """See `Place.list`. What somebody is about to write is not there yet."""
        within = self.folder / prefix.rpartition("/")[0]
        entries = [entry for entry in self._walk(within) if entry.name.startswith(prefix)]
        yield from sorted(entries, key=lambda entry: entry.name)

    def remove(self, name: str) -> None:
        """See `Place.remove`."""
        path = self._path(name)
        try:
            path.unlink(missing_ok=True)
        except NotADirectoryError:
            return
        except OSError as error:
            raise targets.fault(path, error) from error

    def _path(self, name: str) -> Path:
        check_name(name, self.address)
        return self.folder / name

    def _walk(self, folder: Path) -> Iterator[Entry]:
        for above, _, names in os.walk(folder):
            for name in names:
                path = Path(above) / name
                try:
                    status = path.stat()
                except OSError:  # removed since, or a link that leads nowhere
                    continue
                if atomic.is_temporary(name) or not path.is_file():
                    continue
                modified = datetime.fromtimestamp(status.st_mtime, UTC)
                yield Entry(path.relative_to(self.folder).as_posix(), status.st_size, modified)
