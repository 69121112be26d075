"""Puts the letters of a run into the journal, block by block, and refuses names that two have, or that are in use.

Not here: what a letter of the run is made of (plan.py); whether letters may be made before all are planned
(first_look.py).
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from letterpress.batch import file_names, unchanged
from letterpress.batch.journal import Entry, Journal, State
from letterpress.batch.maker import Item
from letterpress.batch.seen import Seen
from letterpress.batch.settings import Settings
from letterpress.batch.waiting import Waiting
from letterpress.errors import Diagnostic, UsageError, strictly
from letterpress.files import inputs

if TYPE_CHECKING:  # heavy: while they are loaded, the workers start
    from letterpress.batch.earlier_files import Earlier
    from letterpress.batch.plan import Plan
    from letterpress.batch.stored import Stored
    from letterpress.recipients.tables import Record

BLOCK = 256
"""Letters that are planned at once."""
SHOWN = 20
"""Faults of one kind that are listed one by one."""


@dataclass(slots=True)
class Counts:
    """What is planned so far."""

    total: int = 0
    unmade: int = 0
    """Letters that have failed already, or need not be made."""
    duplicates: int = 0
    """Letters to an address that another one goes to."""
    clashes: list[Diagnostic] = field(default_factory=list)


class Planning:
    """The letters of one run, on their way into its journal."""

    def __init__(
        self,
        settings: Settings,
        journal: Journal,
        run: int,
        plan: Plan,
        records: Iterable[Record],
        waiting: Waiting,
        stored: Stored | None = None,
    ) -> None:
        """:param waiting: gets the letters that are to be made.

        :param stored: the letters, where they go to a store.
        """
        self._stored = stored
        self.settings, self.plan = settings, plan
        self.journal, self.run = journal, run
        self.counts = Counts()
        self.done = False
        """Whether all are planned."""
        self._entries = plan.entries(records)
        self._waiting = waiting
        self._addresses = Seen()
        self.fresh = not journal.has_files
        """Whether no run has left any file yet."""
        self.noted: set[int] = set()
        """Letters of which something is to be said, and that are still to be made: few, or the list is bad."""

    def block(self) -> list[Entry]:
        """Plan the next letters.

        :returns: their entries; none: all are planned.
        :raises LetterpressError: the records cannot be read, or the journal cannot be written.
        """
        block = list(itertools.islice(self._entries, BLOCK))
        if not block:
            self.done = True
            return []
        first: dict[str, Entry] = {}
        entries: list[Entry] = []
        items: list[Item] = []
        for entry, item in block:
            entry = self._if_there(self._judged(self._addressed(self._judged(entry), first)))
            entries.append(entry)
            if entry.state != "pending" or item is None:
                self.counts.unmade += 1
                continue
            items.append(item)
            if entry.diagnostics:
                self.noted.add(entry.seq)
        taken = self.journal.add_all(self.run, entries)
        self.counts.clashes += [clash(entry, other, self.plan) for entry, other in taken]
        self.counts.total += len(entries)
        self._waiting.put(items)
        return entries

    def refuse_clashes(self) -> None:
        """:raises UsageError: two letters have one name."""
        if self.counts.clashes:
            raise UsageError(first_of(self.counts.clashes, len(self.counts.clashes)))

    def _addressed(self, entry: Entry, block: dict[str, Entry]) -> Entry:
        """Give the entry with a remark if it goes where another goes; with `unique`, it is dropped.

        :param block: the first letters to each address that are not yet in the journal.
        """
        if not entry.address:
            return entry
        if not self._addresses.add(entry.address):
            block[entry.address] = entry
            return entry
        first = block.get(entry.address) or self.journal.at_address(self.run, entry.address)
        if first is None or first.record == entry.record:  # its other variants go there, too
            block.setdefault(entry.address, entry)
            return entry
        self.counts.duplicates += 1
        return doubled(entry, first.record, self.plan, unique=self.settings.unique)

    def _judged(self, entry: Entry) -> Entry:
        return judged(entry, strict=self.plan.ways.job.strict)

    def _if_there(self, entry: Entry) -> Entry:
        """Give the entry as skipped, if its file need not be made."""
        settings = self.settings
        if self.fresh or settings.dry or entry.state != "pending" or entry.output is None:
            return entry
        made = self.journal.made(entry.output)
        if made is None or (settings.again and settings.replace_signed):
            return entry
        if self.plan.ways.job.strict and not self.journal.is_clean(entry):
            return entry
        if self._stored is not None:
            return self._stored.skipped(entry, made, again=settings.again)
        return unchanged.skipped(entry, made, settings.folder, again=settings.again, mail=settings.mail)

    def earlier(self) -> Earlier | None:
        """Remove what earlier runs have made of letters that failed in this one; None where there was no earlier run.

        :raises LetterpressError: see `earlier_files.settle`.
        """
        if self.fresh or self.settings.dry:
            return None
        from letterpress.batch import earlier_files  # here: most runs are the first in their folder

        shown = self.settings.shown
        return earlier_files.settle(self.journal, self.run, self.plan, self.settings.folder, self._stored, shown)

    def check_names(self) -> None:
        """Refuse letters that would replace what the run reads, or what else it writes.

        :raises UsageError: with every one.
        """
        read = self.plan.inputs()
        inputs.check(((option, Path(file)) for option, file in self.settings.outputs), read)
        faults: list[Diagnostic] = []
        for path in (*read, *(Path(file) for file in self.settings.inputs)):
            entry = self._in_place_of(path)
            if entry is not None and path.exists():
                fault = inputs.is_input(path, "--output")
                faults.append(replace(fault, record=entry.record, hint="choose another folder with -o, or --name"))
        for option, file in self.settings.outputs:
            entry = self._in_place_of(Path(file))
            if entry is not None:
                message, hint = f"is the letter of record {entry.record}", "name another file"
                params = (("record", entry.record),)
                faults.append(
                    Diagnostic(
                        message=message, file=file, field=option, hint=hint, code="output-is-letter", params=params
                    )
                )
        if faults:
            raise UsageError(faults)

    def _in_place_of(self, path: Path) -> Entry | None:
        """Find the letter that goes where a file is."""
        name = name_within(path, self.settings.folder)
        return None if name is None else self.journal.named(self.run, name)


def judged(entry: Entry, *, strict: bool) -> Entry:
    """Give an entry as it counts before its letter is made: where warnings are errors, one of them fails it."""
    faults = strictly(entry.diagnostics) if strict else entry.diagnostics
    if faults == entry.diagnostics:
        return entry
    state: State = "failed" if entry.state == "pending" else entry.state
    return replace(entry, state=state, diagnostics=faults, folded=None, output=None, address=None)


def doubled(entry: Entry, first: str | None, plan: Plan, *, unique: bool) -> Entry:
    """Give the entry of a letter to an address that another one goes to.

    :param first: the record of that one.
    :param plan: says where the record stands.
    :param unique: whether it is dropped; else it is remarked upon.
    """
    said = doubled_fault(entry.record, first, plan, plan.records(entry), unique=unique)
    if unique:
        return replace(entry, state="skipped", diagnostics=(said,), folded=None, output=None, address=None)
    return replace(entry, diagnostics=(*entry.diagnostics, said), address=None)


def doubled_fault(
    record: str | None, first: str | None, plan: Plan, members: Sequence[Record], *, unique: bool
) -> Diagnostic:
    """What is to be said of a record that goes where another one goes, with its row and cell; see `doubled`.

    :param members: the record, or all of a group.
    """
    message, paths = f"goes to the same address as record {first}", ("to.street", "to.lines", "to.city", "to.name")
    field = next((path for path in paths if plan.ways.mapped.sources(path)), None)
    about: dict[str, Any] = {"record": record, "field": field, "params": (("first", first),)}
    if unique:
        said = Diagnostic(severity="note", message=f"{message}, and is left out", code="recipient-left-out", **about)
        return plan.for_people(said, members)
    hint = "delete it, or leave it out with --unique"
    said = Diagnostic(severity="warning", message=message, hint=hint, code="recipient-doubled", **about)
    return plan.for_people(said, members)


def name_within(path: Path, folder: Path) -> str | None:
    """Give the name that a letter would have in whose place a file is, as `file_names.folded` gives it.

    :param folder: the output folder; None for a file that is not in it.
    """
    real, root = Path(os.path.realpath(path)), Path(os.path.realpath(folder))
    return file_names.folded(real.relative_to(root).as_posix()) if real.is_relative_to(root) else None


def clash(entry: Entry, other: Entry, plan: Plan) -> Diagnostic:
    """Say that two letters would have one name."""
    message = f"records {other.record} and {entry.record} would both become '{entry.output}'"
    hint = "put what differs into --name, such as {record}"
    one, two = plan.variant(other), plan.variant(entry)
    if other.record == entry.record and one is not None and two is not None:
        message = (
            f"two variants of record {entry.record} would both become '{entry.output}': {one.said}, and {two.said}"
        )
        hint = "put what differs into --name, such as {variant}"
    params = (("records", (other.record, entry.record)),)
    return Diagnostic(
        message=message, field="--name", hint=hint, code="output-doubled", value=entry.output, params=params
    )


def first_of(clashes: list[Diagnostic], number: int) -> list[Diagnostic]:
    """Give the first of many, and how many more there are.

    :param number: of all.
    """
    more = number - SHOWN
    if more <= 0:
        return clashes
    message = f"and {more} more letters with a name that is taken"
    return [*clashes[:SHOWN], Diagnostic(message=message, code="output-doubled", params=(("more", more),))]
