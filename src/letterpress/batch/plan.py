"""A letter and its records -> the letters of a run: their jobs, ids and files' names.

Job: says for each record which letter (language, letterhead, who signs) it is made with, what fills it and what its
file is called. Secret: how many letters share one base, and how a record is named to people. Nothing is written here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from letterpress.batch import file_names, fingerprint, named_files, variants
from letterpress.batch.journal import Entry
from letterpress.batch.worker import Item
from letterpress.content import reader
from letterpress.errors import Diagnostic, LetterpressError
from letterpress.model import Job
from letterpress.recipients import columns
from letterpress.recipients.columns import Mapped
from letterpress.recipients.tables import Record
from letterpress.text import language


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """How records become letters."""

    job: Job
    """What all letters share."""
    mapped: Mapped
    pattern: file_names.Pattern
    key: str | None = None
    """Column whose value names a record to people."""
    grouped: bool = False


def known_names(job: Job, mapped: Mapped) -> set[str]:
    """What may stand in a file's name."""
    known = {"record", "letter", "letterhead", "lang", "paper", "copy", "key"} | set(mapped.columns) | set(mapped.paths)
    known |= {name for name, _ in job.values} | {f"fields.{name}" for name in job.letter.fields}
    known |= set(_given(job))
    return known | ({"date"} if job.date or job.letter.date else set())


def _given(job: Job) -> dict[str, Any]:
    """Values that the letter itself has for a file's name."""
    letter = job.letter
    party = letter.to[0] if letter.to else None
    parts = {f"to.{name}": getattr(party, name) for name in columns.TO_PARTS if party is not None}
    defaults = {f"fields.{name}": spec.default for name, spec in letter.fields.items()}
    given = {"letter": letter.slug, "letterhead": job.letterhead or letter.letterhead, "lang": job.lang or letter.lang}
    given |= {"paper": job.paper or letter.paper or "", "copy": job.copy, "date": str(job.date or letter.date or "")}
    found = {**given, **parts, **defaults, **dict(job.values)}
    return {name: value for name, value in found.items() if value and "{{" not in str(value)}


def _names_somebody(values: Mapping[str, Any]) -> bool:
    return any(f"to.{part}" in values for part in ("name", "family", "organisation", "lines"))


class Plan:
    """The letters of one run. Bases are found as records ask for them."""

    def __init__(self, ways: Ways) -> None:
        self.ways = ways
        self.bases: list[Job] = []
        self._hashes: list[str] = []
        self._known: dict[tuple[tuple[str, str], ...], int] = {}
        self._given = _given(ways.job)
        self._are_chosen: list[bool] = []
        """Of each base: whether a record's values have a part in the names of its files."""
        self._chosen: set[str] = set()
        self._used = {ways.key, *(column for names in ways.mapped.paths.values() for column in names)}
        self._used |= ways.pattern.names()
        """Columns whose values are used, and other names."""

    def entries(self, found: Iterable[Record]) -> Iterator[Entry]:
        """A journal's entry for each record, in order; one that cannot be made has failed already, with the reason."""
        for seq, record in enumerate(found, start=1):
            members = record.members or (record,)
            label = self._label(members)
            rows = json.dumps([[member.number, dict(member.values)] for member in members], ensure_ascii=False)
            entry = Entry(seq=seq, id="", record=label, output=None, rows=rows)
            try:
                if record.fault is not None:
                    raise LetterpressError(replace(record.fault, record=label))
                if spoilt := [fault for member in members for fault in self._spoilt(member)]:
                    raise LetterpressError(spoilt)
                yield self._planned(entry, members)
            except LetterpressError as error:
                faults = tuple(self.for_people(replace(fault, record=label)) for fault in error.diagnostics)
                yield replace(entry, state="failed", diagnostics=faults, id=f"{self.ways.job.letter.slug}-{seq}")

    def _spoilt(self, record: Record) -> list[Diagnostic]:
        """The cells of a record that give no value, in the columns that are used."""
        return [record.spoilt_fault(column, None) for column in record.spoilt if column in self._used]

    def _planned(self, entry: Entry, members: tuple[Record, ...]) -> Entry:
        values, choices = self._assigned([dict(member.values) for member in members])
        if not _names_somebody(values) and _names_somebody(self.ways.mapped.paths):
            hint = "fill in a name or an organisation, or delete the record"
            raise LetterpressError("the record names nobody to write to", field="to.name", hint=hint)
        base = self._base(choices)
        job = self.bases[base]
        named = {**self._given, **members[0].values, **values, **choices}
        named |= {"record": members[0].number, "key": members[0].values.get(self.ways.key or "", "")}
        named |= {f"fields.{name}": values[name] for name in job.letter.fields if name in values}
        try:
            output = file_names.fill(self.ways.pattern, named)
        except LetterpressError as error:
            raise LetterpressError(replace(error.diagnostics[0], file=job.letter.path)) from error
        return replace(
            entry,
            id=fingerprint.of_letter(self._hashes[base], values, self._chosen_files(base, values)),
            output=output,
            folded=file_names.folded(output),
            base=base,
            address=columns.address_key(values),
        )

    def _chosen_files(self, base: int, values: Mapping[str, Any]) -> tuple[str, ...]:
        """The enclosures and images that the record itself chooses."""
        if not self._are_chosen[base]:
            return ()
        job = self.bases[base]
        found = named_files.chosen(replace(job, values=(*job.values, *values.items())))
        self._chosen.update(found)
        return found

    def inputs(self) -> list[Path]:
        """The files that the letters planned so far are made of."""
        found: dict[Path, None] = {}
        for job in (self.ways.job, *self.bases):
            found.update(dict.fromkeys((Path(job.letter.path), *(path for _, path in named_files.named(job)))))
            found.update(dict.fromkeys(Path(file) for file, _ in job.letter.places.values()))
        found.update(dict.fromkeys(Path(file) for file in sorted(self._chosen)))
        return list(found)

    def item(self, entry: Entry) -> Item:
        """What a worker needs to make this entry."""
        values, _ = self._assigned([row for _, row in json.loads(entry.rows)])
        return Item(
            seq=entry.seq,
            base=entry.base,
            id=entry.id,
            record=entry.record,
            values=tuple(values.items()),
            output=entry.output,
        )

    def _assigned(self, rows: list[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, str]]:
        values, choices = columns.assign(self.ways.mapped, rows[0])
        country = values.get("to.country")
        if isinstance(country, str) and len(country.strip()) != 2:  # address lists have names where letters have codes
            job = self.ways.job
            values["to.country"] = language.country_code(country, job.lang or job.letter.lang) or country
        if self.ways.grouped and columns.GROUP_FIELD in self.ways.job.letter.fields:
            values[f"fields.{columns.GROUP_FIELD}"] = [self._member(row) for row in rows]
        return values, choices

    def _member(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """One record of a household, as the letter's body sees it: by field and by part of the address."""
        values, _ = columns.assign(self.ways.mapped, row)
        return {path.rpartition(".")[2]: value for path, value in values.items()}

    def _base(self, choices: Mapping[str, str]) -> int:
        """The base for what a record chooses: its letterhead, language, paper, signatories and enclosures."""
        key = tuple(sorted(choices.items()))
        if key not in self._known:
            job = variants.in_language(columns.choose(self.ways.job, choices))
            letter = job.letter
            if any(path.startswith("to.") for path in self.ways.mapped.paths):
                letter = replace(letter, to=())  # where records say who is written to, they say all of it
            if choices.get("signatories"):
                people = [name.strip() for name in choices["signatories"].split(";") if name.strip()]
                letter = replace(letter, signatories=tuple(reader.signatory(letter, name) for name in people))
            if choices.get("enclosures"):
                texts = [text.strip() for text in choices["enclosures"].split(";") if text.strip()]
                letter = replace(letter, enclosures=tuple(variants.as_data(text, "enclosures") for text in texts))
            job = replace(job, letter=letter)
            self._known[key] = len(self.bases)
            self.bases.append(job)
            self._hashes.append(fingerprint.of_base(job))
            self._are_chosen.append(named_files.are_chosen(letter))
        return self._known[key]

    def _label(self, members: tuple[Record, ...]) -> str:
        numbers = "+".join(str(member.number) for member in members[:20])
        key = members[0].values.get(self.ways.key or "")
        return f"{numbers} ({key})" if key else numbers

    def filled(self, record: Record) -> Job:
        """The job of one record, as `press` takes it.

        :raises LetterpressError: the record cannot be used.
        """
        entry = next(self.entries([record]))
        if entry.state == "failed":
            raise LetterpressError(entry.diagnostics)
        job, item = self.bases[entry.base], self.item(entry)
        return replace(job, values=(*job.values, *item.values), record=entry.record, id=entry.id)

    def for_people(self, fault: Diagnostic) -> Diagnostic:
        """The fault with the column that its value comes from, where that has another name."""
        column = self.ways.mapped.column(fault.field)
        if column is None or column == fault.field or f"'{column}'" in fault.message:
            return fault
        return replace(fault, message=f"{fault.message} (column '{column}')")
