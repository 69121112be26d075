"""Puts the letters of a shard into the run's place: one archive, one PDF for the printer, or single files.

An attempt's file has a name of its own, so that two attempts at one shard never meet. Single letters without signatures
are the same bytes whoever makes them, and have their own names.

Not here: who says which attempt counts (manifest.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from letterpress.batch import combine
from letterpress.errors import LetterpressError
from letterpress.files import zip_stream
from letterpress.places import Place
from letterpress.shards.manifest import FOLDER, Made
from letterpress.shards.run import Run

LETTERS = "letters/"
"""What the names of single letters begin with in the run's place."""
_ENDINGS = {"bundle": "zip", "spool": "pdf"}
_BLOCK = 1 << 20


class Stored(NamedTuple):
    """What an attempt has put into the place."""

    letters: tuple[Made, ...]
    bundle: str | None = None
    size: int = 0
    sha256: str | None = None
    names: tuple[str, ...] = ()
    """What is to be removed if the attempt does not count."""


def keep(folder: Path, seq: int, pdf: bytes) -> None:
    """Keep a letter until its shard is complete.

    :raises LetterpressError: the disk is full.
    """
    try:
        _kept(folder, seq).write_bytes(pdf)
    except OSError as error:
        raise _unwritten(error) from error


def _kept(folder: Path, seq: int) -> Path:
    return folder / f"{seq}.pdf"


def _unwritten(error: Exception) -> LetterpressError:
    reason = getattr(error, "strerror", None) or str(error)
    message = f"the letters of a shard cannot be kept in the temporary folder: {reason}"
    return LetterpressError(message, hint="free space there, or set TMPDIR", code="shard-unwritten")


def attempt_prefix(shard: int, attempt: str) -> str:
    """What the names of an attempt's files begin with."""
    return f"{FOLDER}{shard:06}.{attempt}"


def store(run: Run, place: Place, shard: int, attempt: str, letters: Sequence[Made], folder: Path) -> Stored:
    """Put the letters that are done into the place.

    :param folder: where `keep` has put them.
    :raises LetterpressError: the place takes none, or a file cannot be read.
    """
    done = [letter for letter in letters if letter.status == "done" and letter.output is not None]
    if not done:
        return Stored(tuple(letters))
    if run.layout == "files":
        return _single(run, place, attempt_prefix(shard, attempt), letters, folder)
    write: Callable[[Run, Sequence[Made], Path, Path], None] = _archive if run.layout == "bundle" else _spool
    made = folder / f".{attempt}"
    write(run, done, folder, made)
    name = f"{attempt_prefix(shard, attempt)}.{_ENDINGS[run.layout]}"
    digest, size = hashlib.sha256(), made.stat().st_size
    place.put(name, _blocks(made, digest.update))
    return Stored(tuple(letters), name, size, digest.hexdigest(), (name,))


def _blocks(path: Path, heard: Callable[[bytes], object]) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            heard(block)
            yield block


def _archive(_: Run, letters: Sequence[Made], folder: Path, target: Path) -> None:
    try:
        with target.open("wb") as file, zip_stream.ZipStream(file, folder) as stream:
            for letter in letters:
                stream.add(letter.output or "", _kept(folder, letter.seq).read_bytes())
            stream.finish()
    except (OSError, ValueError) as error:
        raise _unwritten(error) from error


def _spool(run: Run, letters: Sequence[Made], folder: Path, target: Path) -> None:
    parts = (combine.Part(path=_kept(folder, one.seq), title=one.record or "") for one in letters)
    combine.write(target, parts, title=Path(run.letter).stem, lang=run.choices.lang or "en")


def _single(run: Run, place: Place, own: str, letters: Sequence[Made], folder: Path) -> Stored:
    before = f"{own}/" if run.signers else LETTERS
    stored = []
    for letter in letters:
        if letter.status == "done" and letter.output is not None:
            name = before + letter.output
            place.put(name, _kept(folder, letter.seq).read_bytes())
            letter = replace(letter, output=name)
        stored.append(letter)
    names = tuple(letter.output for letter in stored if letter.output is not None) if run.signers else ()
    return Stored(tuple(stored), names=names)
