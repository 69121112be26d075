"""Tells what of an output folder is as its letters would be made now, what is older, and what is of no letter any more.

A run makes what has changed and leaves all else as it is: the PDF of a row that gets no letter any more stays where it
was. Here it is found, and removed on request, if it is as a run has left it; nothing else is.

Not here: what a run leaves out because it is there (unchanged.py), what it removes by itself (earlier_files.py).
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from letterpress.batch import unchanged
from letterpress.batch.journal import Journal
from letterpress.batch.plan import Plan
from letterpress.errors import UnreadableInput
from letterpress.files import targets
from letterpress.recipients.tables import Record, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The file of a letter, as a run has left it."""

    record: str
    """Number of the record, with its key if there is one."""
    output: str
    """Relative to the folder."""
    pages: int | None
    older: bool
    """Whether the letter would be made anew: its text, row or letterhead is another one, or the file was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What runs have left in a folder."""

    made: tuple[Made, ...] = ()
    missing: int = 0
    """Letters whose file is not there, though it can be made."""
    left: tuple[str, ...] = ()
    """Files of letters that are not made any more, relative to the folder."""
    signed: tuple[str, ...] = ()
    """Those of them that bear a signature: they are never removed."""
    modified: float | None = None
    """Time of the newest of the files that are made."""


def about(letter: str, data: str, sheet: str | None, table: Table) -> dict[str, Any]:
    """Say of a run which list its letters are of, so that `is_of` knows it again.

    :param sheet: the one that is asked for; None: the usual one.
    """
    return {"letter": letter, "data": data, "sheet": table.origin.sheet, "usual_sheet": sheet is None}


def is_of(folder: Path, data: str, sheet: str | None) -> bool | None:
    """Whether the letters of a folder are of a list; None: no run was made into it.

    :param data: the list, as its runs name it.
    :param sheet: as in `about`.
    :raises LetterpressError: the journal cannot be read.
    """
    try:
        journal = Journal(folder, write=False)
    except UnreadableInput:
        return None
    with contextlib.closing(journal):
        last = next((run.about for run in journal.runs()), None)
    if last is None:
        return None
    same = last.get("usual_sheet", True) if sheet is None else last.get("sheet") == sheet
    return last.get("data") == data and bool(same)


def look(folder: Path, plan: Plan, records: Iterable[Record]) -> Found:
    """Look what of the letters is there.

    :param folder: one that no run has been made into has nothing.
    :raises LetterpressError: the journal or the records cannot be read.
    """
    try:
        journal = Journal(folder, write=False)
    except UnreadableInput:
        return Found()
    with contextlib.closing(journal):
        known = {output: made for output, made in journal.files() if (folder / output).is_file()}
    made: list[Made] = []
    missing, modified = 0, 0.0
    for entry, _ in plan.entries(records):
        there = known.pop(entry.output or "", None)
        if there is None:
            missing += entry.output is not None
            continue
        same = unchanged.skipped(entry, there, folder, again=False).state == "skipped"
        output = entry.output or ""
        made.append(Made(record=entry.record or "", output=output, pages=there[2], older=not same))
        with contextlib.suppress(OSError):
            modified = max(modified, (folder / output).stat().st_mtime)
    rest = tuple(sorted(known))
    signed = tuple(one for one in rest if _is_signed(folder / one))
    return Found(made=tuple(made), missing=missing, left=rest, signed=signed, modified=modified or None)


def _is_signed(path: Path) -> bool:
    from letterpress.signing import existing  # here: it is loaded only where a file is left

    try:
        return bool(existing.signers(path))
    except OSError:
        return False


def remove(folder: Path, outputs: Iterable[str]) -> tuple[str, ...]:
    """Remove files of a folder that are just as a run has left them; those that were changed or signed stay.

    The e-mail that was made with a letter goes with it, if it is that letter's.

    :returns: those that stay.
    :raises UsageError: a run is at work in the folder.
    :raises LetterpressError: a file cannot be removed.
    """
    stay: list[str] = []
    with Journal(folder) as journal:
        for output in outputs:
            made = journal.made(output)
            if made is None or not remove_one(folder, output, made):
                stay.append(output)
    return tuple(stay)


def remove_one(folder: Path, output: str, made: unchanged.Made) -> bool:
    """Remove a file with its e-mail, if it is as a run has left it and bears no signature; tells whether it did.

    :param made: what the journal says of it.
    :raises LetterpressError: it cannot be removed.
    """
    from letterpress import mail  # here: it loads what lays letters out, and looking needs none of that
    from letterpress.signing import existing

    path = folder / output
    if not path.resolve().is_relative_to(folder.resolve()) or _sha256(path) != made[1] or existing.signers(path):
        return False
    beside = path.with_suffix(mail.SUFFIX)
    try:
        if mail.belongs(beside, made[0]):
            beside.unlink()
        path.unlink()
    except OSError as error:
        raise targets.fault(path, error) from error
    return True


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
