"""A finished run of many small letters, in no time: its files and what its journal says of them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from letterpress.batch.journal import Entry, Journal, Written
from letterpress.dispatch import Dispatch

_BLOCK = 500
_COUNTRIES = ("DE", "US", "CH", None)


def content(number: int) -> bytes:
    """What stands in the file of a letter: no PDF, and enough to tell it from the others."""
    return b"letter %d\n" % number * 20


def run_of(folder: Path, number: int, wide: int = 1) -> None:
    """Make the run: letter 3 goes to somebody else than letter 4, to four countries in turn.

    :param wide: how long their files and names are.
    """
    folder.mkdir(parents=True)
    with Journal(folder) as journal:
        run = journal.begin({"letter": "content/letters/offer.md"})
        with journal.planning(run):
            for first in range(1, number + 1, _BLOCK):
                journal.add_all(run, [_entry(at) for at in range(first, min(first + _BLOCK, number + 1))])
        for first in range(1, number + 1, _BLOCK):
            journal.write(run, [_written(folder, at, wide) for at in range(first, min(first + _BLOCK, number + 1))])
        journal.finish(run, "done")


def _entry(at: int) -> Entry:
    return Entry(seq=at, id=f"id-{at}", record=f"{at} (K-{at})", output=f"{at:06}.pdf", folded=f"{at:06}.pdf")


def _written(folder: Path, at: int, wide: int) -> Written:
    data = content(at) * wide
    path = folder / f"{at:06}.pdf"
    path.write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    to = (f"Person {at} " * wide, f"{at} Mill Lane", "Bangor")
    noted = Dispatch(to=to, country=_COUNTRIES[at % 4], postcode=f"{at:05}", lang="en-US", letterhead="plain", paper="a4",
                     profile="archive")  # fmt: skip
    file = (path.name, f"id-{at}", len(data), path.stat().st_mtime_ns)
    return Written(seq=at, state="done", pages=at % 3 + 1, sha256=digest, dispatch=noted.as_text(), file=file)
