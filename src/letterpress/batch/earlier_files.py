"""Removes the files of earlier runs whose letters could not be made now, and finds those that no letter of a run has.

An output folder is what people print: a letter that has failed must not lie among the good ones as an earlier run has
made it. What is of no record of this run may be meant (another part of the list, another name): it is named, and stays.
A file that was signed, or changed by somebody, is never removed.

Not here: what somebody asks to have removed (made_files.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from letterpress.batch import made_files
from letterpress.batch.journal import Entry, Journal
from letterpress.batch.plan import Plan
from letterpress.batch.stored import Stored
from letterpress.errors import Diagnostic, LetterpressError

SHOWN = 10
"""Files that are named in a message; programs get all of them."""


_PARTS = frozenset({"where", "limit", "sample"})
"""What makes a run one of a part of its list, as the journal notes it: files of others are no surprise then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What a run has found of earlier ones in its folder."""

    removed: tuple[str, ...] = ()
    """Files of letters that could not be made now, relative to the folder."""
    left: tuple[str, ...] = ()
    """Files that are still there and that no letter of the run has, relative to the folder."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """What is to be said of letters that could not be made now."""
    others: tuple[Diagnostic, ...] = ()
    """What is to be said of files that no letter of the run has."""


def settle(journal: Journal, run: int, plan: Plan, folder: Path, stored: Stored | None, shown: str) -> Earlier:
    """Remove what stands for letters that have failed.

    :param stored: the letters, if they are in a store.
    :param shown: what the folder is called.
    :raises LetterpressError: the journal cannot be read, or the store does not answer.
    """
    there = {output: made for output, made in journal.left(run) if _is_there(folder, output, stored)}
    removed: list[str] = []
    kept: list[str] = []
    told: set[str] = set()
    said: list[Diagnostic] = []
    for entry in journal.entries(run, state="failed") if there else ():
        for output in _outputs(entry, plan):
            made = there.get(output)
            if made is None or (made[0] == entry.id and not plan.ways.job.strict):
                continue  # the letter is there as it would be made now
            try:
                gone = made_files.remove_one(folder, output, made) if stored is None else stored.remove(output, made)
            except LetterpressError as error:
                gone = False
                said += [replace(one, severity="warning") for one in error.diagnostics]
            told.add(output)
            if gone:
                removed.append(output)
                del there[output]
            elif not any(fault.code == "signed-not-replaced" for fault in entry.diagnostics):
                kept.append(output)
    others = [name for name in sorted(there) if name not in told]
    part = any(one.number == run and not _PARTS.isdisjoint(one.about) for one in journal.runs())
    return Earlier(
        removed=tuple(removed),
        left=tuple(sorted(there)),
        diagnostics=(*said, *_said(removed, kept, shown)),
        others=tuple(_said_of_others(others, shown, part=part)),
    )


def left(journal: Journal, run: int, there: Iterable[str] | None = None) -> tuple[str, ...]:
    """Give the files that are still there and that no letter of a run has, relative to its folder.

    :param there: names of what is in a store; None: the letters are files.
    """
    known = None if there is None else frozenset(there)
    names = (output for output, _ in journal.left(run))
    return tuple(name for name in names if (name in known if known is not None else (journal.folder / name).is_file()))


def _is_there(folder: Path, output: str, stored: Stored | None) -> bool:
    return (folder / output).is_file() if stored is None else stored.has(output)


def _outputs(entry: Entry, plan: Plan) -> Iterator[str]:
    """The names that the files of a failed letter would have; of one that was not planned, in all variants."""
    if entry.output is not None:
        yield entry.output
        return
    records = plan.records(entry)
    whole = records[0] if len(records) == 1 else replace(records[0], members=tuple(records))
    for cell in plan.ways.variants or (None,):
        try:
            yield plan.name(whole, cell)
        except LetterpressError:  # what the name needs is missing: the file is one that no letter has
            continue


def _said(removed: Sequence[str], kept: Sequence[str], shown: str) -> Iterator[Diagnostic]:
    if removed:
        one = len(removed) == 1
        message = f"{counted(removed)} {'was' if one else 'were'} removed: "
        message += f"{'its letter' if one else 'their letters'} cannot be made now ({listed(removed)})"
        yield Diagnostic(
            severity="note", message=message, file=shown, code="earlier-removed", params=(("files", tuple(removed)),)
        )
    if kept:
        one = len(kept) == 1
        message = f"{counted(kept)} {'stays' if one else 'stay'}, signed or changed since, though "
        message += f"{'its letter' if one else 'their letters'} cannot be made now ({listed(kept)})"
        hint = f"take {'it' if one else 'them'} out of the folder before the letters are printed or sent"
        yield Diagnostic(
            severity="warning",
            message=message,
            file=shown,
            hint=hint,
            code="earlier-kept",
            params=(("files", tuple(kept)),),
        )


def _said_of_others(others: Sequence[str], shown: str, *, part: bool) -> Iterator[Diagnostic]:
    if others:
        one = len(others) == 1
        message = f"{counted(others)} {'belongs' if one else 'belong'} to no letter of this run "
        message += f"({listed(others)})"
        hint = f"delete {'it' if one else 'them'}, or make the letters into another folder"
        yield Diagnostic(
            severity="note" if part else "warning",
            message=message,
            file=shown,
            hint=hint,
            code="earlier-left",
            params=(("files", tuple(others)),),
        )


def counted(names: Sequence[str]) -> str:
    """Say how many files of earlier runs these are."""
    return "1 file of an earlier run" if len(names) == 1 else f"{len(names)} files of earlier runs"


def listed(names: Sequence[str]) -> str:
    """Name the first of them, for people."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
