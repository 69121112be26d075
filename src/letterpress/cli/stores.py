"""Where the letters of a run go: a folder, an archive or object storage; what cannot be made or is read there.

Not here: what a store can (places/), how letters get there (batch/stored.py).
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from letterpress.cli import options, outputs, spools
from letterpress.errors import Diagnostic, LetterpressError, UsageError

if TYPE_CHECKING:
    from letterpress.batch.run import Batch
    from letterpress.model import Job
    from letterpress.places import Place
    from letterpress.post.spools import Spools

_FILES_ONLY = {
    "preview": "makes files to look at",
    "eml": "writes e-mails beside letters that are files",
    "open_it": "opens a folder",
    "contact_sheet": "is drawn from files",
}
"""Options that mean nothing where the letters go to a store, and why."""


def target(given: Mapping[str, Any]) -> dict[str, Any]:
    """The archive or the store that the letters go to; both are None where they go to a folder.

    :raises UsageError: see `place`.
    """
    found = place(given)
    return {"place": found, "archive": None if found is not None else outputs.archive(given["output"])}


def place(given: Mapping[str, Any]) -> Place | None:
    """The store that the letters go to; None: they go to a folder.

    :raises UsageError: it is none, or cannot take what is asked for.
    """
    from letterpress import places

    target = given["output"]
    combined = given.get("combine")
    if combined is not None and places.is_store(combined):
        places.parted(combined)
    elif combined is not None and "://" in combined:
        places.place_of(combined)  # which says what is known
    if target is None or "://" not in target:
        return None
    found = places.place_of(target)
    if target.lower().endswith(".zip"):
        hint = "name a folder there, and make a package of it: `letterpress package`"
        message = "an archive is written beside its folder, and not into object storage"
        raise UsageError(message, file=found.address, field="--output", hint=hint, code="output-unsuitable")
    for name, why in _FILES_ONLY.items():
        if given.get(name):
            option = {"open_it": "--open", "contact_sheet": "--sheet"}.get(name, f"--{name}")
            hint = "name a folder with -o, or leave it out"
            message = f"{option} {why}, and these letters go to object storage"
            raise UsageError(message, field=option, hint=hint, code="options-conflict")
    return found


def folder(letter: str, given: Mapping[str, Any]) -> Path:
    """The folder that the letters are made in: where they go, or beside an archive, or what goes with a store."""
    if given.get("place") is not None:
        from letterpress.batch import stored

        return stored.folder_of(given["place"].address)
    if given.get("archive") is None:
        return options.folder(given["output"], letter)
    from letterpress.batch import archive

    return archive.folder_of(given["archive"])


def begin(place: Place, kept: Path, *, resume: bool) -> None:
    """Find out before the work whether the store can be used.

    :param kept: the folder that the run has on this machine.
    :param resume: whether there has to be a run to go on with; the store may know one that this machine does not.
    :raises LetterpressError: it cannot.
    """
    from letterpress import places
    from letterpress.shards import run

    places.probe(place)
    if place.size(run.NAME) is not None:
        message, hint = "a run on many machines was planned here", "go on with it by --on, or choose another place"
        raise UsageError(message, file=place.address, field="--output", hint=hint, code="run-other")
    if resume:
        from letterpress.batch.stored import Stored

        Stored(place, kept).begin()


@contextlib.contextmanager
def run_of(address: str, *, letters: bool = False, run: int | None = None) -> Iterator[tuple[Path, str]]:
    """A folder that reads like that of the run in a store, and what it is called; a folder is given as it is.

    :param letters: whether the letters are wanted as well.
    :param run: those of this run; None: of the last.
    :raises LetterpressError: no run has been made there, or it cannot be read.
    """
    from letterpress import places

    if not places.is_store(address):
        yield Path(address), str(Path(address))
        return
    from letterpress.batch import stored
    from letterpress.batch.journal import Journal

    place = places.place_of(address)
    with tempfile.TemporaryDirectory(prefix="letterpress-") as scratch, named_as(scratch, place.address):
        there = stored.checked_out(place, Path(scratch))
        if letters:
            with Journal(there, write=False) as journal:
                known = [one.number for one in journal.runs()]
                for number in known[:1] if run is None else [run]:
                    stored.Stored(place, there).fetch(journal, number)
        yield there, place.address


def combine(batch: Batch, job: Job, given: Mapping[str, Any]) -> Spools:
    """Make the files of `--combine`, of letters in a store, or into one.

    :raises LetterpressError: a letter cannot be read, or a file not be written.
    """
    from letterpress import places

    if batch.stored is not None:
        batch.stored.fetch(batch.journal, batch.run)
    target = given["combine"]
    if not places.is_store(target):
        return spools.write(batch, job, given)
    from letterpress.batch import stored

    into, name = places.parted(target)
    with tempfile.TemporaryDirectory(prefix="letterpress-") as scratch:
        with named_as(scratch, into.address):
            made = spools.write(batch, job, {**given, "combine": str(Path(scratch) / name)})
        said, files = list(made.diagnostics), []
        for spool in made.files:
            path = Path(spool.file)
            said += stored.put_file(into, path.name, path, replace_signed=given["replace_signed"])
            files.append(replace(spool, file=f"{into.address.rstrip('/')}/{path.name}"))
    return replace(made, files=tuple(files), diagnostics=renamed(said, {scratch: into.address}))


@contextlib.contextmanager
def written(target: str) -> Iterator[Path]:
    """A file to write, which is put into the store then, if it is to be there.

    :raises LetterpressError: the store does not take it, or an older one bears a signature.
    """
    from letterpress import places

    if not places.is_store(target):
        yield Path(target)
        return
    from letterpress.batch import stored

    into, name = places.parted(target)
    places.probe(into)
    with tempfile.TemporaryDirectory(prefix="letterpress-") as scratch:
        with named_as(scratch, into.address):
            yield Path(scratch) / name
        stored.put_file(into, name, Path(scratch) / name, replace_signed=False)


def to_read(source: str) -> Path:
    """The file that a command reads: a copy of it, if it is in a store."""
    from letterpress import places

    return places.local_copy(source) if places.is_store(source) else Path(source)


def renamed(said: Iterable[Diagnostic], names: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Name the files of folders that stand for stores as the stores'.

    :param names: folder or file -> what it is called.
    """
    found = list(said)
    for folder, address in names.items():
        found = [replace(one, file=_renamed(one.file, folder, address)) for one in found]
    return tuple(found)


@contextlib.contextmanager
def named_as(folder: str, address: str) -> Iterator[None]:
    """Name the files of a folder that stands for a store as the store's, in whatever fault is raised."""
    try:
        yield
    except LetterpressError as error:
        raise type(error)(renamed(error.diagnostics, {folder: address})) from error


def _renamed(file: str | None, folder: str, address: str) -> str | None:
    if file is None or not file.startswith(folder):
        return file
    rest = file[len(folder) :].lstrip("/")
    return f"{address.rstrip('/')}/{rest}" if rest else address
