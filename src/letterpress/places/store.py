"""Object storage as a place: S3 and what speaks its protocol, Google Cloud Storage, Azure Blob Storage.

Everything goes through obstore, which this module alone imports, and only when something is asked of a store. Endpoint,
region and credentials are obstore's to find, in the environment variables that each store's own tools read.

What may pass is tried again, with growing waits: by obstore a request, here the whole call, where obstore cannot know
whether a request that got no answer was carried out. A file that is created bears a random mark of the call that made
it, so that the call knows its own file again.

Not here: what a store's answers mean (`answers`).
Sources: docs of obstore 0.12 and object_store 0.13; S3 API, PutObject (412 if the key is there, 409 in a race).
"""

from __future__ import annotations

import io
import itertools
import os
import random
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar, cast

from letterpress.errors import LetterpressError, UsageError
from letterpress.places import answers
from letterpress.places.values import Entry, Missing, check_name, joined, missing

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

T = TypeVar("T")

PATIENCE = "LETTERPRESS_STORE_SECONDS"
"""The environment variable that says for how long a store is asked again; see `patience`."""
_SECONDS = 60.0
_HURRIED = 10.0
"""Seconds that a store has at the start of a run, when a mistake in the address is likelier than an outage."""
_FIRST_WAIT, _LONGEST_WAIT = 0.1, 5.0
_REQUEST = 30.0
"""Seconds that one request may take, which sends or gets 16 MiB at most."""
_PART = 16 << 20
"""Bytes that are sent at once. S3 takes at most 10,000 parts of one file: 156 GiB."""
_READ = 1 << 20
"""Bytes that are read at once from an open file."""
_MARK = "letterpress"
"""Name of the metadata that says which call has created a file. Azure takes no hyphens."""
_TYPES = {"pdf": "application/pdf", "zip": "application/zip", "json": "application/json", "csv": "text/csv"}
_ENVIRONMENT = ("AWS_", "AZURE_", "GOOGLE_", "GCS_", "MSI_", "IDENTITY_")


def patience() -> float:
    """Seconds for which a call is tried again: from the environment, else 60."""
    try:
        return min(max(float(os.environ[PATIENCE]), 0.0), 240.0)  # a signature of a request holds for 5 minutes
    except (KeyError, ValueError):
        return _SECONDS


@dataclass(frozen=True, slots=True)
class StorePlace:
    """A part of a bucket: all whose keys begin with the prefix and a slash."""

    address: str
    scheme: str
    """`s3`, `gs` or `az`."""
    bucket: str
    prefix: str
    """Without a slash at either end; may be empty."""
    seconds: float
    """For how long a call is tried again."""
    request: float = _REQUEST
    """Seconds that one request may take: one that hangs leaves time for another."""

    def hurried(self) -> StorePlace:
        """The same place, with little patience."""
        return replace(self, seconds=min(self.seconds, _HURRIED), request=min(self.request, _HURRIED))

    def put(self, name: str, data: bytes | Iterable[bytes]) -> None:
        """See `Place.put`."""
        check_name(name, self.address)
        parts = iter((data,) if isinstance(data, bytes) else data)
        head = _gathered(parts)
        if len(head) < _PART:
            self._tried(name, lambda: _library().put(self._store(), name, head, attributes=_attributes(name)))
            return
        # Parts that are gone cannot be sent twice from here: obstore, which has them, tries each again.
        whole = itertools.chain((head,), parts)
        more = {"attributes": _attributes(name), "chunk_size": _PART, "max_concurrency": 4}
        self._tried(name, lambda: _library().put(self._store(), name, whole, **more), once=True)

    def create(self, name: str, data: bytes) -> bool:
        """See `Place.create`."""
        check_name(name, self.address)
        mark = secrets.token_hex(16)
        attributes = {**_attributes(name), _MARK: mark}

        def attempt() -> bool:
            library = _library()
            try:
                library.put(self._store(), name, data, mode="create", attributes=attributes)
            except library.exceptions.AlreadyExistsError:
                # Also what obstore makes of a 409, with which S3 answers while another call is at it: then there may
                # be no file yet, and the call is to be tried again.
                return self._mark(name) == mark
            return True

        return self._tried(name, attempt, creating=True)

    def get(self, name: str) -> bytes:
        """See `Place.get`."""
        check_name(name, self.address)
        return self._tried(name, lambda: bytes(_library().get(self._store(), name).bytes()))

    def open(self, name: str) -> BinaryIO:
        """See `Place.open`."""
        check_name(name, self.address)
        found = self._tried(name, lambda: _library().head(self._store(), name))
        return cast(BinaryIO, io.BufferedReader(_Reader(self, name, found["size"], found["e_tag"]), _READ))

    def size(self, name: str) -> int | None:
        """See `Place.size`."""
        check_name(name, self.address)
        try:
            return int(self._tried(name, lambda: _library().head(self._store(), name))["size"])
        except Missing:
            return None

    def list(self, prefix: str = "") -> Iterator[Entry]:
        """See `Place.list`."""
        # obstore lists by whole parts of a name; what begins with the text is chosen here.
        folder = prefix.rpartition("/")[0] or None

        def listed() -> list[Entry]:
            pages = _library().list(self._store(), folder, chunk_size=1000)
            return [Entry(one["path"], one["size"], one["last_modified"]) for page in pages for one in page]

        entries = self._tried("", listed)
        yield from sorted((one for one in entries if one.name.startswith(prefix)), key=lambda one: one.name)

    def remove(self, name: str) -> None:
        """See `Place.remove`."""
        check_name(name, self.address)
        try:
            self._tried(name, lambda: _library().delete(self._store(), name))
        except Missing:
            return

    def part(self, name: str, first: int, end: int, version: str | None) -> bytes:
        """Read some bytes of a file, if it is still the one that was opened.

        :param end: the first byte that is not read.
        :param version: its ETag.
        """
        options: dict[str, Any] = {"range": (first, end)} | ({"if_match": version} if version else {})
        return self._tried(name, lambda: bytes(_library().get(self._store(), name, options=options).bytes()))

    def _mark(self, name: str) -> str | None:
        """Which call has created the file.

        :raises FileNotFoundError: there is no such file.
        """
        found = _library().get(self._store(), name, options={"head": True})
        mark = found.attributes.get(_MARK)
        return None if mark is None else str(mark)

    def _tried(self, name: str, call: Callable[[], T], *, once: bool = False, creating: bool = False) -> T:
        """Call, and call again while what is wrong may pass and there is time.

        :param name: what the call is about; empty: the place itself.
        :param once: the call cannot be made again.
        :param creating: a file that is not there is what may pass.
        :raises LetterpressError: what is wrong does not pass.
        """
        library = _library()
        until, wait = time.monotonic() + self.seconds, _FIRST_WAIT
        while True:
            try:
                return call()
            except (library.exceptions.BaseError, FileNotFoundError) as error:
                answer = answers.read(error)
                late = time.monotonic() + wait > until
                if once or late or not answer.may_pass(creating=creating):
                    # Not "from error": it shows the request, and with it what may be a secret.
                    raise _fault(self, name, answer) from None
            time.sleep(wait * random.uniform(0.5, 1.0))  # noqa: S311 - no secret: many shall not ask at the same time
            wait = min(2 * wait, _LONGEST_WAIT)

    def _store(self) -> Any:
        known = tuple(sorted(one for one in os.environ.items() if one[0].upper().startswith(_ENVIRONMENT)))
        return _opened(self.scheme, self.bucket, self.prefix, (self.seconds, self.request), known)


def _fault(place: StorePlace, name: str, answer: answers.Answer) -> LetterpressError:
    if answer.nothing_there:
        return missing(place.address, name)
    problem = answers.fault(answer, place.scheme, place.bucket)
    kind = UsageError if problem.code in ("store-missing", "store-refused", "store-settings") else LetterpressError
    return kind(problem.at(file=joined(place.address, name)))


def _attributes(name: str) -> dict[str, str]:
    kind = _TYPES.get(name.rpartition(".")[2].lower())
    return {"Content-Type": kind} if kind else {}


def _gathered(parts: Iterator[bytes]) -> bytes:
    """Take parts until they are enough for more than one request; all of them, if they are not."""
    found, size = [], 0
    for part in parts:
        found.append(part)
        size += len(part)
        if size >= _PART:
            break
    return found[0] if len(found) == 1 else b"".join(found)


class _Reader(io.RawIOBase):
    """A file of a store, read where it is asked for."""

    def __init__(self, place: StorePlace, name: str, size: int, version: str | None) -> None:
        super().__init__()
        self._place, self._name, self._size, self._version = place, name, size, version
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(start + offset, 0)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        room = memoryview(buffer)
        end = min(self._at + min(len(room), _PART), self._size)
        if end <= self._at:
            return 0
        data = self._place.part(self._name, self._at, end, self._version)
        room[: len(data)] = data
        self._at += len(data)
        return len(data)

    def readall(self) -> bytes:
        parts = []
        while part := self.read(_PART):  # else io reads 8 KB a request
            parts.append(part)
        return b"".join(parts)


# --- the library ------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _library() -> Any:
    try:
        import obstore
        import obstore.exceptions
        import obstore.store
    except ImportError:
        message = "object storage needs the Python package 'obstore', which is not installed"
        raise LetterpressError(message, hint="pip install 'letterpress[store]'", code="store-library") from None
    return obstore


@lru_cache(maxsize=64)
def _opened(
    scheme: str, bucket: str, prefix: str, limits: tuple[float, float], environment: tuple[tuple[str, str], ...]
) -> Any:
    """obstore's own store, which keeps connections.

    :param limits: seconds of a call, and of one request.
    :param environment: what obstore reads of it, so that a change of it makes another store.
    """
    stores = _library().store
    kind = {"s3": stores.S3Store, "gs": stores.GCSStore, "az": stores.AzureStore}[scheme]
    # Only where the endpoint itself says so: a store in the same machine or network.
    plain = any("ENDPOINT" in name.upper() and value.startswith("http://") for name, value in environment)
    backoff = {"init_backoff": timedelta(seconds=_FIRST_WAIT), "max_backoff": timedelta(seconds=_LONGEST_WAIT)}
    try:
        return kind(
            bucket,
            prefix=prefix or None,
            client_options={"allow_http": plain, "timeout": timedelta(seconds=limits[1])},
            retry_config={"max_retries": 1000, "retry_timeout": timedelta(seconds=limits[0]), "backoff": backoff},
        )
    except (_library().exceptions.BaseError, ValueError) as error:
        message = "the store's settings in the environment cannot be used"
        problem = answers.settings_fault(error, scheme, message)
        raise UsageError(problem.at(file=f"{scheme}://{bucket}")) from None
