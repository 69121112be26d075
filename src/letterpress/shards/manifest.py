"""What became of a shard: the letters that it has, written once. Whoever creates a shard's manifest has made the shard.

It is JSON whose first line has the counts, so that progress is read without the letters.

Not here: how a shard is made (node.py), which are missing (driver.py).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from letterpress.errors import Diagnostic, LetterpressError
from letterpress.places import Place
from letterpress.shards.run import Run

FOLDER = "shards/"
_NAME = re.compile(r"shards/(\d{6,})\.json")
_HEAD = 4096
"""Bytes that hold the first line."""


class Counts(NamedTuple):
    """Letters by what became of them."""

    done: int = 0
    failed: int = 0
    skipped: int = 0
    pages: int = 0

    def plus(self, other: Counts) -> Counts:
        """Add them up."""
        return Counts(*(one + more for one, more in zip(self, other, strict=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One letter of a shard."""

    seq: int
    """Its place in the run, from 1."""
    id: str
    record: str | None
    status: str
    """`done`, `failed` or `skipped`."""
    output: str | None = None
    """Its file's name, in the bundle or in the run's place; None: it has none."""
    pages: int | None = None
    sha256: str | None = None
    size: int = 0
    claims: tuple[str, ...] = ()
    """The standards that it says it keeps."""
    diagnostics: tuple[Diagnostic, ...] = ()
    rows: str | None = None
    """Of one that failed, its records: JSON as `Entry.rows`."""

    def as_json(self) -> dict[str, Any]:
        """Give it as JSON has it; what it has not is left out."""
        document: dict[str, Any] = {"seq": self.seq, "id": self.id, "record": self.record, "status": self.status}
        for name in ("output", "pages", "sha256", "size", "claims", "rows"):
            if getattr(self, name):
                document[name] = getattr(self, name)
        if self.diagnostics:
            document["diagnostics"] = [fault.as_json() for fault in self.diagnostics]
        return document


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One shard that is made."""

    run: str
    """The run's id."""
    shard: int
    attempt: str
    """Of several that made it at the same time, the one that counts."""
    bundle: str | None
    """Name of the file that holds its letters; None: it has none, or they are single files."""
    size: int
    """Of it, in bytes."""
    sha256: str | None
    letters: tuple[Made, ...]

    @property
    def counts(self) -> Counts:
        """What became of its letters."""
        by = dict.fromkeys(("done", "failed", "skipped"), 0)
        for letter in self.letters:
            by[letter.status] += 1
        return Counts(**by, pages=sum(letter.pages or 0 for letter in self.letters))

    def as_json(self) -> bytes:
        """Write it."""
        head = {
            "format": 1, "run": self.run, "shard": self.shard, "attempt": self.attempt, **self.counts._asdict(),
            "bundle": self.bundle, "size": self.size, "sha256": self.sha256,
        }  # fmt: skip
        letters = ",\n".join(json.dumps(letter.as_json()) for letter in self.letters)
        return f'{json.dumps(head)[:-1]}, "letters": [\n{letters}\n]}}\n'.encode()


def name_of(shard: int) -> str:
    """Name of a shard's manifest in the run's place."""
    return f"{FOLDER}{shard:06}.json"


def shard_of(name: str) -> int | None:
    """The shard whose manifest has this name; None if it is another file."""
    found = _NAME.fullmatch(name)
    return int(found[1]) if found else None


def read(place: Place, run: Run, shard: int) -> Manifest:
    """Read a shard's manifest.

    :raises LetterpressError: it is not there, or not as it was written.
    """
    name = name_of(shard)
    try:
        document = json.loads(place.get(name))
        letters = tuple(_made(one) for one in document.pop("letters"))
        about = {key: document[key] for key in ("run", "shard", "attempt", "bundle", "size", "sha256")}
        found = Manifest(**about, letters=letters)
    except (ValueError, TypeError, KeyError) as error:
        raise _damaged(place, name) from error
    if found.run != run.id or found.shard != shard:
        raise _damaged(place, name)
    return found


def _made(one: dict[str, Any]) -> Made:
    faults = tuple(Diagnostic.from_json(fault) for fault in one.pop("diagnostics", ()))
    claims = tuple(one.pop("claims", ()))
    return Made(**one, claims=claims, diagnostics=faults)


def counts_of(place: Place, shard: int) -> Counts:
    """Read what a shard's manifest counts, without its letters."""
    name = name_of(shard)
    with place.open(name) as file:
        head = file.read(_HEAD).partition(b', "letters": [')[0]
    try:
        document = json.loads(head + b"}")
        return Counts(*(int(document[field]) for field in Counts._fields))
    except (ValueError, TypeError, KeyError) as error:
        raise _damaged(place, name) from error


def _damaged(place: Place, name: str) -> LetterpressError:
    message = "is no manifest of this run, or damaged"
    hint = "remove it, and run the same command again: its shard is made anew"
    return LetterpressError(message, file=f"{place.address}/{name}", hint=hint, code="manifest-damaged")


def there(place: Place) -> Iterator[int]:
    """Give the shards that are made, in order. The list of names is all that is read."""
    for entry in place.list(FOLDER):
        shard = shard_of(entry.name)
        if shard is not None:
            yield shard
