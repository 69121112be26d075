"""Finds out by a quick look at all records whether letters may be made while the others are still planned.

They may if planning will find nothing that forbids the first letter: the list can be read to its end, no two letters
have one name, and none has the name of a file that the run reads or writes besides. Where this is not sure at a glance,
the answer is no: then all letters are planned before the first one is made.

Not here: what is said of such names (planning.py): this look says nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from letterpress.batch import file_names
from letterpress.batch.journal import FOLDER
from letterpress.batch.planning import Planning, name_within
from letterpress.batch.seen import Seen
from letterpress.errors import LetterpressError
from letterpress.files import inputs
from letterpress.letterhead import choices

if TYPE_CHECKING:  # heavy: while they are loaded, the workers start
    from letterpress.batch.plan import Plan
    from letterpress.recipients.tables import Record, Table

AFTER = 1000
"""Letters from which on the look is worth its time."""
_LONGEST = 100
"""Characters of a pattern, with the letter's name, up to which no part of a name is cut short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The records of a run, to be read once more."""

    table: Table

    def records(self) -> Iterator[Record]:
        """Read them."""
        return self.table.records()

    def count(self) -> int:
        """Count them by a look, and find out that they can be read.

        :raises UnreadableInput: they cannot.
        """
        if self.table.scan is not None:
            return self.table.scan()
        return sum(1 for _ in self.records())


def letters(planning: Planning, source: Source) -> int | None:
    """Look at all records, after some of them are planned.

    :returns: how many letters there may be; None: all have to be planned before one is made.
    """
    plan, settings = planning.plan, planning.settings
    if source.table.scan is None or plan.ways.cells is not None or planning.counts.clashes:
        return None
    if not plan.settled and not _is_empty(settings.folder):
        return None  # a file that a later record names may stand in a letter's place
    read = plan.inputs()
    files = [path for path in (*read, *map(Path, settings.inputs)) if path.exists()]
    files += [Path(file) for _, file in settings.outputs]
    taken = {name for path in files if (name := name_within(path, settings.folder)) is not None}
    try:
        inputs.check(((option, Path(file)) for option, file in settings.outputs), read)
        if not taken and _is_by_record(plan, source.table):
            return source.count()
        return None if _has_choice(plan) else _without_clash(plan, source, taken)
    except LetterpressError:
        return None  # said where it is found again


def _has_choice(plan: Plan) -> bool:
    """Whether a name has a part that a record chooses, such as its language."""
    return not plan.ways.pattern.names().isdisjoint(choices.COLUMNS)


def _is_by_record(plan: Plan, table: Table) -> bool:
    """Whether a file's name is the record's number between texts that are always the same."""
    pattern, letter = plan.ways.pattern, plan.ways.job.letter
    known = {*table.columns, *plan.ways.mapped.paths, *(name for name, _ in plan.ways.job.values)}
    return pattern.is_by_record and "letter" not in known and len(pattern.text) + len(letter.slug) < _LONGEST


def _without_clash(plan: Plan, source: Source, taken: set[str]) -> int | None:
    """Look at the names of all letters; gives how many there are, or None if two may be one, or one is taken."""
    seen, count = Seen(), 0
    for record in source.records():
        count += 1
        try:
            name = file_names.folded(plan.name(record))
        except LetterpressError:
            continue  # its letter fails
        if name in taken or seen.add(name):
            return None
    return count


def _is_empty(folder: Path) -> bool:
    """Whether nothing is in the folder but what belongs to its runs."""
    with os.scandir(folder) as entries:
        return all(entry.name == FOLDER for entry in entries)
