"""Plans the letters of a run: for each record its job, its id and its file's name.

Letters that choose the same (language, letterhead, who signs ...) share one base, so that a worker is told once what a
thousand letters have in common. Nothing is written here.

Not here: which column is which field (recipients/columns.py), and what makes an id (fingerprint.py).
"""

from __future__ import annotations

import itertools
import json
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from letterpress.addressing import countries
from letterpress.batch import bases, file_names, fingerprint, matrix, name_parts, named_files, variants, versions
from letterpress.batch.journal import Entry, State
from letterpress.batch.maker import Item
from letterpress.batch.name_parts import known_names as known_names
from letterpress.batch.record_notes import Notes
from letterpress.batch.variants import Cell, Cells
from letterpress.errors import Diagnostic, LetterpressError, itself_failed
from letterpress.filling import source_locations
from letterpress.model import Job
from letterpress.recipients import columns, groups, marks, nobody, part_values
from letterpress.recipients.columns import Mapped
from letterpress.recipients.tables import Origin, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """How records become letters."""

    job: Job
    """What all letters share."""
    mapped: Mapped
    pattern: file_names.Pattern
    key: str | None = None
    """Column whose value names a record to people."""
    group_by: tuple[str, ...] = ()
    """Columns in which the records of one letter agree."""
    cells: Cells | None = None
    """The variants that each record's letter is made in; None: it is made once."""

    @property
    def variants(self) -> tuple[Cell, ...]:
        """Those that are meant."""
        return self.cells.chosen if self.cells else ()


class _Decided(NamedTuple):
    """What a record's letters are made with."""

    values: dict[str, Any]
    """Field path -> value."""
    chosen: dict[str, str]
    """What the record chooses: letterhead, language, signatories ..."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """What is to be said of the record, though its letter can be made."""


class _Letter(NamedTuple):
    """One letter of a record."""

    cell: Cell | None
    decided: _Decided


class NoLetter(LetterpressError):
    """The record gets no letter, and is skipped: it is nobody to write to, or none of its variants is asked for."""


class Plan:
    """The letters of one run. Bases are found as records ask for them."""

    def __init__(self, ways: Ways) -> None:
        self.ways = ways
        self.bases: list[Job] = []
        self._hashes: dict[int, str] = {}
        self._versions: versions.Known = {}
        self._known: dict[tuple[int | None, tuple[tuple[str, str], ...]], int] = {}
        self._cells = array("H")
        """By an entry's place in the run, from 1: the number of its variant, from 1; 0: none."""
        self._numbers_of = {id(cell): at for at, cell in enumerate(ways.variants, start=1)}
        self._names = name_parts.Names(ways.job, ways.pattern, ways.key)
        self._chosen: dict[int, named_files.Chosen] = {}
        """Of a base: its files whose names a record's values complete."""
        self._chosen_files: set[str] = set()
        self._origin: Origin | None = None
        """Where the records come from, once they have been planned."""
        self._used = {ways.key, *ways.mapped.used()} | ways.pattern.names()
        """Columns whose values are used, and other names."""
        self._columns = sorted(ways.mapped.used())
        self._paths = {path: () for _, group in ways.mapped.groups for path in group} | dict(ways.mapped.paths)
        self._has_places = any(path.startswith("to.") for path in ways.mapped.paths) or bool(ways.mapped.groups)
        named = nobody.names_somebody(self._paths) or ways.mapped.full_name is not None
        self._given = {"has_places": self._has_places, "has_names": named}
        self._clean = ways.job.letter.data is not None and ways.job.letter.data.clean
        self._notes = Notes(ways.job.letter, ways.mapped, ways.group_by, languages=not ways.variants)
        self._why_none = nobody.WhyNoLetter(ways.job.letter, ways.mapped)

    def entries(self, records: Iterable[Record], *, first: int = 1) -> Iterator[tuple[Entry, Item | None]]:
        """Give a journal's entry for each letter of each record, in order, with what a worker needs to make it.

        One that cannot be made has failed already. A record that cannot be used has one, whatever its variants are.

        :param first: the first one's place in the run.
        """
        numbers = itertools.count(first)
        for given in records:
            record = marks.cleaned_record(given) if self._clean else given
            members = record.members or (record,)
            self._origin = record.origin
            rows = f"[{', '.join([member.packed_json() for member in members])}]"
            label = self.label(members)
            meant: Sequence[Cell | None] = ()
            try:
                decided = self._decided(record)
                meant = self._meant(decided)
            except NoLetter as error:
                yield self._failed(next(numbers), label, rows, self._of_record(error, record), state="skipped"), None
            except MemoryError:
                raise
            except Exception as error:
                yield self._failed(next(numbers), label, rows, self._said(error, record)), None
            for cell in meant:
                seq = next(numbers)
                self._note(seq, cell)
                try:
                    yield self._entry(seq, label, rows, _Letter(cell, decided), members[0])
                except MemoryError:
                    raise
                except Exception as error:
                    failed = self._failed(seq, label, rows, self._said(error, record))
                    faults = tuple(self.in_variant(one, failed) for one in failed.diagnostics)
                    yield replace(failed, diagnostics=faults), None

    def _note(self, seq: int, cell: Cell | None) -> None:
        """Remember which variant a letter is."""
        if cell is not None:
            missing = seq - 1 - len(self._cells)  # records that cannot be used
            self._cells.extend([0] * missing)
            self._cells.append(self._numbers_of[id(cell)])

    def _said(self, error: Exception, record: Record) -> tuple[Diagnostic, ...]:
        if not isinstance(error, LetterpressError):
            error = LetterpressError(itself_failed(error, self.ways.job.letter.path))
        return self._of_record(error, record)

    def _meant(self, decided: _Decided) -> Sequence[Cell | None]:
        """The variants of a record: where it chooses what they choose, those alone.

        :raises LetterpressError: it chooses what no variant has.
        """
        cells = self.ways.cells
        if cells is None:
            return (None,)
        given = {**decided.values, **decided.chosen}
        kept = {cell.output for cell in variants.narrowed(cells.every, given)}
        if not (meant := tuple(cell for cell in cells.chosen if cell.output in kept)):
            note = "none of its variants is asked for: there is no letter for it"
            raise NoLetter(Diagnostic(severity="note", message=note, code="record-not-asked-for"))
        return meant

    def _failed(
        self, seq: int, label: str, rows: str, faults: tuple[Diagnostic, ...], *, state: State = "failed"
    ) -> Entry:
        name = f"{self.ways.job.letter.slug}-{seq}"
        return Entry(seq=seq, id=name, record=label, output=None, rows=rows, state=state, diagnostics=faults)

    def said(self, record: Record) -> tuple[Diagnostic, ...]:
        """What is to be said of a record, though its letters can be made.

        :raises LetterpressError: the record cannot be used.
        """
        record = marks.cleaned_record(record) if self._clean else record
        label = self.label(record.members or (record,))
        try:
            return tuple(replace(fault, record=label) for fault in self._decided(record).diagnostics)
        except LetterpressError as error:
            raise type(error)(self._of_record(error, record)) from error

    def letters(self, record: Record, *, every: bool = False) -> Iterator[tuple[Cell | None, Job]]:
        """Make the jobs of one record in its variants, as `press` takes them.

        :param every: in all variants, whatever of their lists the record chooses.
        :raises LetterpressError: the record cannot be used.
        """
        record = marks.cleaned_record(record) if self._clean else record
        try:
            decided = self._decided(record)
            for cell in self.ways.variants if every else self._meant(decided):
                yield cell, self._filled(decided, record, cell)
        except LetterpressError as error:
            raise type(error)(self._of_record(error, record)) from error

    def _filled(self, decided: _Decided, record: Record, cell: Cell | None) -> Job:
        job = self.bases[self._base(decided.chosen, cell)]
        label, own = self.label(record.members or (record,)), {} if cell is None else cell.choices
        values = (pair for pair in decided.values.items() if matrix.axis(pair[0]) not in own)
        return replace(job, values=(*job.values, *values), record=label)

    def variant(self, entry: Entry | Item) -> Cell | None:
        """The variant that an entry's letter is; None where there are none, or the record itself cannot be used."""
        number = self._cells[entry.seq - 1] if entry.seq <= len(self._cells) else 0
        return self.ways.variants[number - 1] if number else None

    def in_variant(self, fault: Diagnostic, entry: Entry) -> Diagnostic:
        """The fault of a letter with the variant that it is."""
        cell = self.variant(entry)
        return fault if cell is None or not cell.said else replace(fault, variant=cell.said)

    def _decided(self, record: Record) -> _Decided:
        """What a record's letter is made with.

        :raises LetterpressError: the record cannot be used.
        """
        if record.fault is not None:
            raise LetterpressError(record.fault)
        members = record.members or (record,)
        usual = all(not member.spoilt and marks.has_none(member.values) for member in members)
        rows = [columns.with_values(self.ways.mapped, member.values) for member in members]
        values, chosen = self._assigned(rows)
        if none := self._why_none.of(record, values):
            raise NoLetter(none)
        if not usual and (spoilt := [fault for member in members for fault in self._spoilt(member)]):
            raise LetterpressError(spoilt)
        if wrong := [
            member.placed(one, at)
            for member, row in zip(members, rows, strict=True)
            for at, one in part_values.wrong(self.ways.mapped, row)
        ]:
            raise LetterpressError(wrong)
        if not nobody.names_somebody(values) and nobody.names_somebody(self._paths):
            mixed = part_values.has_lines(self.ways.mapped, rows[0])
            raise LetterpressError(
                nobody.NAMELESS + (nobody.MIXED if mixed else ""),
                field="to.name",
                hint=nobody.PART_IT if mixed else nobody.NAME_IT,
                code="record-nameless",
            )
        said = [*part_values.lost(values)]
        lang = chosen.get("lang") or self.ways.job.lang
        said += [*nobody.incomplete(values, self._paths, self.ways.mapped.home, lang)]
        said += [*columns.notes(self.ways.mapped, record.values, rows[0]), *self._notes.of(rows, chosen)]
        said = [self.for_people(fault, members) for fault in said]
        for member, row in () if usual else zip(members, rows, strict=True):
            marked = marks.faults(row, self._columns, encoded=member.line is None)
            said += [member.placed(fault, column) for column, fault in marked]
        return _Decided(values, chosen, tuple(said))

    def _spoilt(self, record: Record) -> list[Diagnostic]:
        """The cells of a record that give no value, in the columns that are used."""
        spoilt = [record.spoilt_fault(column) for column in record.spoilt if column in self._used]
        lost = marks.lost(record.values, self._columns)
        return spoilt + [record.placed(replace(fault, field=column), column) for column, fault in lost]

    def _of_record(self, error: LetterpressError, record: Record) -> tuple[Diagnostic, ...]:
        """The faults of a record, as its letter's result has them."""
        label = self.label(members := record.members or (record,))
        return tuple(self.for_people(replace(fault, record=label), members) for fault in error.diagnostics)

    def _entry(self, seq: int, label: str, rows: str, letter: _Letter, record: Record) -> tuple[Entry, Item]:
        """The entry with its id and its file's name.

        :raises LetterpressError: a value that the name needs is missing.
        """
        cell, (values, chosen, said) = letter
        base = self._base(chosen, cell)
        output = self._names.of(self.bases[base], record, values, chosen, cell)
        name = fingerprint.of_letter(self._hash(base), values, self._own_files(base, values))
        entry = Entry(
            seq=seq,
            record=label,
            rows=rows,
            id=name,
            output=output,
            folded=file_names.folded(output),
            base=base,
            diagnostics=tuple([replace(fault, record=label) for fault in said]),
            address=columns.address_key(values),
        )
        return entry, Item(seq=seq, base=base, id=name, record=label, values=tuple(values.items()), output=output)

    def name(self, record: Record, cell: Cell | None = None) -> str:
        """Give the name of the file of a record's letter, where no choice has a part in it.

        :raises LetterpressError: a value that the name needs is missing.
        """
        record = marks.cleaned_record(record) if self._clean else record
        rows = [columns.with_values(self.ways.mapped, one.values) for one in record.members or (record,)]
        values, chosen = self._assigned(rows)
        return self._names.of(self.ways.job, (record.members or (record,))[0], values, chosen, cell)

    def keys(self, record: Record, *, named: bool = True) -> tuple[str, str]:
        """Give the name of a record's file (empty unless `named`) and the key of its address, whatever else it holds.

        :raises LetterpressError: a value that the name needs is missing, or there is not what it chooses.
        """
        record = marks.cleaned_record(record) if self._clean else record
        members = record.members or (record,)
        values, chosen = self._assigned([columns.with_values(self.ways.mapped, one.values) for one in members])
        name = self._names.of(self.bases[self._base(chosen)], members[0], values, chosen, None) if named else ""
        return name, columns.address_key(values)

    @property
    def settled(self) -> bool:
        """Whether no record chooses anything that makes another base of its letter, or names a file of its own."""
        chosen = any(path in columns.CHOICES for path in self.ways.mapped.paths) or self.ways.cells is not None
        return not chosen and bool(self._chosen) and not any(files.any for files in self._chosen.values())

    def _hash(self, base: int) -> str:
        if base not in self._hashes:
            self._hashes[base] = fingerprint.of_base(self.bases[base])
            self._chosen[base] = named_files.Chosen(self.bases[base])
        return self._hashes[base]

    def _own_files(self, base: int, values: Mapping[str, Any]) -> tuple[str, ...]:
        """The enclosures and images that the record itself chooses."""
        chosen = self._chosen[base]
        if not chosen.any:
            return ()
        files = chosen.files(values.items())
        self._chosen_files.update(files)
        return files

    def inputs(self) -> list[Path]:
        """The files that the letters planned so far are made of."""
        files: dict[Path, None] = {}
        for job in (self.ways.job, *self.bases):
            files.update(dict.fromkeys((Path(job.letter.path), *(path for _, path in named_files.named(job)))))
            files.update(dict.fromkeys(Path(file) for file, _ in job.letter.places.values()))
        files.update(dict.fromkeys(Path(file) for file in sorted(self._chosen_files)))
        return list(files)

    def records(self, entry: Entry) -> list[Record]:
        """The records that an entry is made from."""
        return [Record.unpacked(row, self._origin) for row in json.loads(entry.rows)]

    def _assigned(self, rows: Sequence[Mapping[str, Any]]) -> tuple[dict[str, Any], dict[str, str]]:
        """The values of a letter and what it chooses, of its records as `columns.with_values` gives them."""
        values, chosen = columns.assign(self.ways.mapped, rows[0], emptied=True)
        job, country = self.ways.job, values.get("to.country")
        if isinstance(country, str) and country.strip():  # address lists have names where letters have codes
            values["to.country"] = countries.code(country, job.lang) or country
        if "lang" in chosen and self.ways.cells is None:  # variants have languages of their own to choose from
            chosen["lang"] = versions.regional(job.letter, chosen["lang"], self._versions)
        if self.ways.group_by:
            self._join(values, rows)
        return values, chosen

    def _join(self, values: dict[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
        """Put what the records of a group are together into the first one's values: its persons, and `records`."""
        members = [values, *(columns.assign(self.ways.mapped, row)[0] for row in rows[1:])]
        if columns.GROUP_FIELD in self.ways.job.letter.fields:
            listed = [groups.member_values(self.ways.mapped, member) for member in members]
            values[f"fields.{columns.GROUP_FIELD}"] = listed
        if found := groups.persons(members):
            values["to.persons"] = [person for _, person in found]

    def _base(self, chosen: Mapping[str, str], cell: Cell | None = None) -> int:
        """The base for what a record and a variant choose: letterhead, language, paper, signatories and enclosures."""
        key = (None if cell is None else id(cell), tuple(sorted(chosen.items())))
        if key not in self._known:
            job = bases.made(self.ways.job, chosen, cell, **self._given)
            self._known[key] = len(self.bases)
            self.bases.append(job)
        return self._known[key]

    def label(self, members: tuple[Record, ...]) -> str:
        """Name a record, or all of a group, to people."""
        numbers, key = "+".join([str(one.number) for one in members[:20]]), members[0].values.get(self.ways.key or "")
        return f"{numbers} ({key})" if key else numbers

    def for_people(self, fault: Diagnostic, members: Sequence[Record]) -> Diagnostic:
        """The fault of a record with its row, and the cell and column that its value comes from, if it does.

        :param members: the record, or all of a group.
        """
        ways = self.ways
        record, path = members[0], fault.field
        if len(members) > 1:
            at, path = groups.place(path, [columns.assign(ways.mapped, member.values)[0] for member in members])
            record = members[at]
        sources = ways.mapped.sources(path)
        if fault.field is not None and fault.field in record.values:
            sources = (fault.field,)
        column = next((name for name in sources if record.values.get(name)), next(iter(sources), None))
        declared = [
            source_locations.of_field(job.letter, name or "")
            for name in {path, fault.field}
            for job in (ways.job, *self.bases)
        ]
        fault = record.placed(fault, column, declared=declared)
        named = fault.column or ways.mapped.column(path)
        return fault if named is None else replace(fault, column=named)
