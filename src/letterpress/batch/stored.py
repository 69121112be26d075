"""Keeps the letters of a run in object storage, and what only a file system can keep in a folder on this machine.

The folder has the run's journal, and each letter until the store has it. A letter is created in the store, and one that
is there is never replaced unseen: what holds for a signed file in a folder holds for it. When a run ends, a copy of its
journal is put beside the letters, so that another machine can tell what was made, pack it, and go on.

Not here: letters on their way while others are made (delivering.py).
"""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from letterpress import output
from letterpress.batch import archive, unchanged
from letterpress.batch.journal import FOLDER, Entry, Journal
from letterpress.errors import Diagnostic, LetterpressError, UnreadableInput
from letterpress.files import atomic
from letterpress.places import Entry as There
from letterpress.places import Missing, Place

JOURNAL = f"{FOLDER}/journal.sqlite3"
"""The copy of the journal, in the store; in a folder, the journal itself."""
THREADS = 16
"""Requests at the same time: a letter of 58 ms waits for a store of 100 ms otherwise."""
_TOLERANCE = 60_000_000_000
"""Nanoseconds after a letter was made in which the store may have taken it; a later one is looked at."""
_PART = 8 << 20


def folder_of(address: str) -> Path:
    """The folder on this machine that goes with a place in a store: `out/s3/bucket/run` for `s3://bucket/run`."""
    scheme, _, rest = address.partition("://")
    return Path("out", scheme.lower(), *(part for part in rest.split("/") if part))


class Stored:
    """The letters of one run, in a store."""

    def __init__(self, place: Place, folder: Path) -> None:
        """:param folder: what `folder_of` gives."""
        self.place, self.folder = place, folder

    def begin(self) -> None:
        """Take the journal from the store, if this machine has none: another one has made letters there.

        :raises LetterpressError: the store cannot be read.
        """
        path = self.folder / JOURNAL
        if not path.exists():
            with contextlib.suppress(Missing):
                atomic.write(path, self.place.get(JOURNAL))

    def keep(self, journal: Journal) -> None:
        """Put a copy of the journal into the store.

        :raises LetterpressError: the store does not take it.
        """
        with tempfile.TemporaryDirectory(prefix="letterpress-") as scratch:
            copy = Path(scratch) / "journal.sqlite3"
            journal.copy_to(copy)
            self.place.put(JOURNAL, parts(copy))

    # --- one letter ---------------------------------------------------------------------------------------------------

    def shown(self, name: str) -> str:
        """A letter as messages name it."""
        return f"{self.place.address.rstrip('/')}/{name}"

    def deliver(self, name: str, content: bytes, *, replace_signed: bool) -> output.Output:
        """Put a letter into the store; see `output.write`.

        :raises LetterpressError: another one that bears a signature is there, or the store does not take it.
        """
        if self.place.create(name, content):
            return output.Output()
        older = self.place.get(name)
        if older == content:  # a run that was killed has put it there
            return output.Output()
        said: tuple[Diagnostic, ...] = ()
        with self._as_file(name, older) as file:
            guard = output.Guard(file, content, replace_signed=replace_signed)
            try:
                guard(file)
            except output.Kept as kept:
                note = output.kept_note(file, kept.names)
                return output.Output(kept=kept.sha256, diagnostics=(self._named(note, name),))
            except LetterpressError as error:
                raise LetterpressError(self._named(one, name) for one in error.diagnostics) from None
            said = tuple(self._named(one, name) for one in guard.diagnostics)
        self.place.put(name, content)
        return output.Output(diagnostics=said)

    def skipped(self, entry: Entry, made: unchanged.Made, *, again: bool) -> Entry:
        """Give the entry as skipped, if its letter is in the store and the same; see `unchanged.skipped`."""
        job, sha256, pages, size, mtime = made
        name = entry.output or ""
        there = self._there.get(name)
        if job != entry.id or there is None:
            return entry
        if there.size == size and not again:
            late = there.modified.timestamp() * 1e9 > mtime + _TOLERANCE
            same = not late or hashlib.sha256(self.place.get(name)).hexdigest() == sha256
            return replace(entry, state="skipped", pages=pages, sha256=sha256) if same else entry
        if there.size < size:
            return entry
        with self._as_file(name, self.place.get(name)) as file:
            kept = unchanged.signed_since(entry, file, sha256, size)
        if kept is None:
            return entry
        return replace(kept, pages=pages, diagnostics=tuple(self._named(one, name) for one in kept.diagnostics))

    def remove(self, name: str, made: unchanged.Made) -> bool:
        """Remove a letter that is as a run has left it and bears no signature; tells whether it did.

        :raises LetterpressError: the store does not answer, or does not let anybody remove.
        """
        from letterpress.signing import existing

        content = self.place.get(name)
        with self._as_file(name, content) as file:
            if hashlib.sha256(content).hexdigest() != made[1] or existing.signers(file):
                return False
        self.place.remove(name)
        return True

    def has(self, name: str) -> bool:
        """Whether a letter was in the store when the run first looked."""
        return name in self._there

    @cached_property
    def _there(self) -> dict[str, There]:
        """What is in the store, asked for once: a request for each letter would take longer than the letters."""
        return {one.name: one for one in self.place.list()}

    @contextlib.contextmanager
    def _as_file(self, name: str, content: bytes) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix="letterpress-") as scratch:
            file = Path(scratch) / Path(name).name
            file.write_bytes(content)
            yield file

    def _named(self, said: Diagnostic, name: str) -> Diagnostic:
        return replace(said, file=self.shown(name))

    # --- all letters --------------------------------------------------------------------------------------------------

    def fetch(self, journal: Journal, run: int, into: Path | None = None) -> None:
        """Bring the letters of a run into the folder, for what reads files.

        :param into: another folder.
        :raises LetterpressError: one is not there any more, or this machine's disk is full.
        """
        folder = self.folder if into is None else into

        def get(path: Path) -> None:
            if not path.exists():
                try:
                    atomic.write(path, self.place.get(path.relative_to(folder).as_posix()))
                except Missing as error:
                    hint = "run the same command again: it is made anew"
                    message, shown = "was made, and is not there any more", error.diagnostics[0].file
                    raise LetterpressError(message, file=shown, hint=hint, code="letter-unreadable") from None

        with ThreadPoolExecutor(THREADS) as pool:
            for _ in pool.map(get, [path for _, path in archive.letters(journal, run, folder)]):
                pass

    def clear(self, journal: Journal, run: int) -> None:
        """Remove the letters of a run from the folder: the store has them."""
        archive.remove_letters(journal, run, self.folder)


def checked_out(place: Place, into: Path) -> Path:
    """Make a folder that reads like that of a run in the store, with its journal and without its letters.

    :param into: an empty folder. The journal of this machine is taken, if it has one: a run may be at work.
    :raises UnreadableInput: no run has been made there.
    """
    path = into / JOURNAL
    path.parent.mkdir(parents=True, exist_ok=True)
    own = folder_of(place.address)
    if (own / JOURNAL).exists():
        with Journal(own, write=False) as journal:
            journal.copy_to(path)
        return into
    try:
        path.write_bytes(place.get(JOURNAL))
    except Missing:
        hint = "name the place that letters were made into"
        message = "no run has been made into this place"
        raise UnreadableInput(message, file=place.address, hint=hint, code="run-missing") from None
    return into


def put_file(place: Place, name: str, path: Path, *, replace_signed: bool) -> tuple[Diagnostic, ...]:
    """Put a file of any size into a store; gives what is to be said of an older one.

    :raises LetterpressError: an older one bears a signature, or the store does not take it.
    """
    said: tuple[Diagnostic, ...] = ()
    shown = f"{place.address.rstrip('/')}/{name}"
    if place.size(name) is not None:
        with tempfile.TemporaryDirectory(prefix="letterpress-") as scratch:
            older = Path(scratch) / Path(name).name
            with place.open(name) as source, older.open("wb") as copy:
                while part := source.read(_PART):
                    copy.write(part)
            guard = output.Guard(older, replace_signed=replace_signed)
            try:
                guard(older)
            except LetterpressError as error:
                raise LetterpressError(replace(one, file=shown) for one in error.diagnostics) from None
            said = tuple(replace(one, file=shown) for one in guard.diagnostics)
    place.put(name, parts(path))
    return said


def parts(path: Path) -> Iterator[bytes]:
    """Read a file in parts."""
    with path.open("rb") as file:
        while part := file.read(_PART):
            yield part
