"""Copies files of a store to this machine, for what reads files many times, from anywhere in them, and by their names.

A list is read more than once (how it is written, how many records, the letters): from one copy all of that is of one
version, and each file is fetched once. The copies go with the process, however it ends.
"""

from __future__ import annotations

import atexit
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import IO

from letterpress.errors import UsageError, did_you_mean
from letterpress.files import targets
from letterpress.places.addresses import place_of
from letterpress.places.values import Missing, Place
from letterpress.processes.scratch import Scratch

_PART = 8 << 20
_SIBLINGS = 1000
"""Names that are looked at for what may have been meant."""


def parted(address: str) -> tuple[Place, str]:
    """Part the address of a file into its place and its name in there.

    :raises UsageError: it names no file.
    """
    folder, _, name = address.rpartition("/")
    if not name or folder.endswith(("/", ":")):
        message, hint = "names a bucket or a folder, and no file in it", f"write {address.rstrip('/')}/FILE"
        raise UsageError(message, file=place_of(address).address, hint=hint, code="store-address")
    return place_of(folder), name


def local_copy(address: str) -> Path:
    """Copy a file of a store to this machine; the copy has the same name, and is to be read only.

    :raises Missing: there is no such file; the hint names one that is.
    :raises LetterpressError: the store cannot be read, or this machine's disk is full.
    """
    place, name = parted(address)
    entry = next((one for one in place.list(name) if one.name == name), None)
    if entry is None:
        names = [one.name for one, _ in zip(place.list(), range(_SIBLINGS), strict=False) if "/" not in one.name]
        hint = did_you_mean(name, names)
        raise Missing("there is no such file", file=address, hint=hint, code="file-missing")
    return _copied(address, (entry.size, entry.modified.isoformat()))


@lru_cache(maxsize=32)
def _copied(address: str, version: tuple[int, str]) -> Path:
    """:param version: what tells one file of this name from the next."""
    place, name = parted(address)
    folder = Path(_scratch().path) / hashlib.sha256(repr((address, version)).encode()).hexdigest()[:16]
    folder.mkdir(exist_ok=True)
    path = folder / name
    try:
        with place.open(name) as source, path.open("wb") as copy:
            _copy(source, copy)
    except OSError as error:
        raise targets.fault(path, error) from error
    return path


def _copy(source: IO[bytes], copy: IO[bytes]) -> None:
    while part := source.read(_PART):
        copy.write(part)


@lru_cache(maxsize=1)
def _scratch() -> Scratch:
    scratch = Scratch()
    atexit.register(scratch.remove)
    return scratch
