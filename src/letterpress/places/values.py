"""What a place is, and what it says of the things in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from letterpress.errors import UnreadableInput, UsageError


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a place."""

    name: str
    size: int
    """In bytes."""
    modified: datetime
    """With its time zone."""


class Place(Protocol):
    """A folder, or a part of a store's bucket. Frozen and picklable; whoever has it may use it in any process.

    Every call ends: what may pass (a store that is busy, a connection that is lost) is tried again for a while, and is
    then a `LetterpressError` that names the place.
    """

    @property
    def address(self) -> str:
        """As the user typed it, without secrets: for messages."""
        ...

    def put(self, name: str, data: bytes | Iterable[bytes]) -> None:
        """Write it, whole or not at all, in the place of what is there.

        :param data: in parts, if it need not fit into memory.
        """
        ...

    def create(self, name: str, data: bytes) -> bool:
        """Write it if there is nothing of that name, whole or not at all.

        :returns: whether this call has made it; of many at once, in any processes, it is one. False: somebody else has.
        """
        ...

    def get(self, name: str) -> bytes:
        """Read the whole of it.

        :raises Missing: there is nothing of that name.
        """
        ...

    def open(self, name: str) -> BinaryIO:
        """Open it for reading: seekable, read in parts, and always the same version of it.

        :raises Missing: there is nothing of that name.
        """
        ...

    def size(self, name: str) -> int | None:
        """Its size in bytes; None: there is nothing of that name."""
        ...

    def list(self, prefix: str = "") -> Iterator[Entry]:
        """All whose names begin with `prefix`, however deep, sorted by name. All of them are in memory for a while."""
        ...

    def remove(self, name: str) -> None:
        """Remove it; nothing to do if it is not there."""
        ...


class Missing(UnreadableInput):
    """There is nothing of that name in the place."""


def missing(address: str, name: str) -> Missing:
    """Make the fault of a name that is not there."""
    return Missing("there is no such file", file=joined(address, name), code="file-missing")


def joined(address: str, name: str) -> str:
    """A thing of a place as messages name it."""
    return f"{address.rstrip('/')}/{name}" if name else address


def check_name(name: str, address: str) -> None:
    """Make sure that a name stays in its place, and means the same in a folder and in a store.

    :raises UsageError: it does not.
    """
    parts = name.split("/")
    if any(part in ("", ".", "..") for part in parts) or any(ord(sign) < 32 or sign == "\x7f" for sign in name):
        message = f"'{name}' is no name for a file there"
        hint = "write a relative name without empty parts, `.` and `..`"
        raise UsageError(message, file=address, hint=hint, code="store-name")
