"""Finds out how the columns of a table write their dates and numbers: one reading for a whole column.

What the letter (`data:`) or --data-lang declares is taken. Else all values of a column are read once, before the first
letter is planned: a day above 12 or two signs in a number say what the others mean. A column that stays ambiguous is a
fault with both readings. Values that have types in their source (Parquet, cells of numbers) need no reading.

Nothing of this pass is kept: it costs a seventh of planning the letters, which reads the source again.

Not here: the readings of one value (`text.written`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from letterpress.errors import Diagnostic, FieldError
from letterpress.filling import field_values
from letterpress.model import Job, Letter, Writing, frozendict
from letterpress.processes import stages
from letterpress.recipients import marks
from letterpress.recipients.columns import Mapped
from letterpress.recipients.records import Record, Table
from letterpress.text import language, language_names, written

_NUMBERS = ("integer", "decimal", "money")
_READ = (*_NUMBERS, "date", "boolean")
_SURE = re.compile(r"\d{4}-\d\d-\d\d\b.*|\d{1,2}\.\d{1,2}\.\d{4}|\d+")
"""A date of ISO 8601 or with points, which have one order, or a number without signs: they say nothing of others."""
_KNOWN = 10_000
"""Texts of a column whose readings are remembered: lists have the same days again and again."""
_AMOUNT = re.compile(r"\d(?:[\d.,'’\s]*\d)?|[.,]\d+")


def declared(letter: Letter, lang: str | None = None) -> Writing:
    """Give how lists are written, as far as it is declared.

    :param lang: of the list, which goes before what the letter says.
    :raises UsageError: it is no language.
    """
    said = letter.data or Writing()
    if lang is not None:
        said = said._replace(lang=language_names.tag_or_same(lang), dates=None, decimal=None)
    if said.lang is None:
        return said
    language.check(said.lang)
    return said._replace(
        dates=said.dates or language.date_order(said.lang),
        decimal=said.decimal or language.decimal_sign(said.lang),
    )


def of_fields(letter: Letter, said: Writing) -> dict[str, Writing]:
    """Take what is declared for every field; where nothing is, a value with two readings is its record's fault."""
    return {name: said for name, spec in letter.fields.items() if spec.type in _READ}


def of_table(
    letter: Letter, table: Table, mapped: Mapped, said: Writing
) -> tuple[dict[str, Writing], list[Diagnostic]]:
    """Find how each column is written that gives a field with a type: field -> writing; and what is ambiguous."""
    writings = of_fields(letter, said)
    columns = []
    for name in writings:
        sources = mapped.paths.get(f"fields.{name}", ())
        kind = letter.fields[name].type
        asked = (kind == "date" and said.dates is None) or (kind in _NUMBERS and said.decimal is None)
        if asked and len(sources) == 1:
            at, whole = table.columns.index(sources[0]), field_values.is_whole(letter.fields[name])
            columns.append(_Column(name, sources[0], at, kind == "date", whole))
    if not columns:
        return writings, []
    langs = (said.lang or letter.lang,)
    for number, row in enumerate(stages.beating(table.rows()), start=1):
        for column in columns:
            text = row.cells[column.at] if column.at < len(row.cells) else ""
            if said.clean and type(text) is str:
                text = marks.cleaned(text)
            if type(text) is str and text and text not in column.known and not _SURE.fullmatch(text):
                column.take(number, text, row.line, langs)
    faults = []
    for column in columns:
        key, fault = column.judged(table)
        if fault is not None:
            faults.append(fault)
        elif key is not None:
            writings[column.path] = said._replace(dates=key) if column.dates else said._replace(decimal=key)
    return writings, faults


def of_whole_column(ambiguous: Diagnostic) -> bool:
    """Tell whether several values of a column have two readings, and no other shows which is meant.

    One answer tells for all of them; else it is each row's own question.

    :param ambiguous: a fault of `of_table`.
    """
    params = dict(ambiguous.params)
    return bool(params["values"] > 1 and not params["mixed"])


def applied(job: Job, writings: Mapping[str, Writing]) -> Job:
    """Give the job whose letter knows how its records are written; what --set gives is read as the letter's own."""
    letter = job.letter
    fields = {
        name: replace(spec, writing=writings[name]) if name in writings else spec
        for name, spec in letter.fields.items()
    }
    values = tuple((name, _own(job, name, value, writings)) for name, value in job.values)
    return replace(job, letter=replace(letter, fields=frozendict(fields)), values=values)


def _own(job: Job, name: str, value: Any, writings: Mapping[str, Writing]) -> Any:
    spec = job.letter.fields.get(name.removeprefix("fields."))
    if spec is None or name.removeprefix("fields.") not in writings or not isinstance(value, str) or not value:
        return value
    try:
        read = field_values.read(value, spec, job.lang)
    except FieldError:
        return value  # said where the field is filled
    return getattr(read, "amount", read)


@dataclass(slots=True)
class _Column:
    """What the values of one column say so far."""

    path: str
    """The field."""
    name: str
    at: int
    """Its place among the columns, counted from 0."""
    dates: bool
    whole: bool = False
    """Whether its values are whole numbers: a reading with decimals is none."""
    sure: dict[str, tuple[int, str, int | None]] = field(default_factory=dict)
    """Order or sign -> the first value (with its record's number and line) that has no other reading."""
    unsure: tuple[int, str, int | None] | None = None
    """The first value with two readings."""
    keys: frozenset[str] = frozenset()
    """Orders or signs that the values with several readings all allow."""
    count: int = 0
    """Of values with two readings."""
    known: set[str] = field(default_factory=set)
    """Texts that have been looked at, and say no more."""

    def take(self, number: int, text: str, line: int | None, langs: Iterable[str]) -> None:
        """Add what a value says; one that cannot be read says nothing, and is its record's own fault."""
        readings: Mapping[str, Any]
        if self.dates:
            try:
                readings = written.dates(text, langs)
            except FieldError:
                return
            every = len(written.ORDERS)
        else:
            amount = _AMOUNT.search(text)
            readings = written.numbers(amount[0]) if amount else {}
            every = len(written.SIGNS)
        if (len(readings) < 2 or len(set(readings.values())) == 1) and len(self.known) < _KNOWN:
            self.known.add(text)
        if not readings or (len(readings) == every and len(set(readings.values())) == 1):
            return
        if len(readings) == 1:
            self.sure.setdefault(next(iter(readings)), (number, text, line))
        elif self.whole and len(whole := [sign for sign, one in readings.items() if Decimal(str(one)) % 1 == 0]) == 1:
            self.sure.setdefault(whole[0], (number, text, line))
            self.unsure = self.unsure or (number, text, line)
        elif len(set(readings.values())) > 1:
            self.count += 1
            self.unsure = self.unsure or (number, text, line)
            self.keys = frozenset(readings) & (self.keys or frozenset(readings))

    def judged(self, table: Table) -> tuple[str | None, Diagnostic | None]:
        """Give the one order or sign; None where no value has two readings; or the fault."""
        if self.unsure is None:
            # Each value has one reading: they may differ, as where a program added to what people typed.
            return None, None
        if len(self.sure) == 1:
            return next(iter(self.sure)), None
        return None, self._fault(table, self.unsure)

    def _fault(self, table: Table, unsure: tuple[int, str, int | None]) -> Diagnostic:
        number, text, line = unsure
        readings: Mapping[str, Any]
        if self.dates:
            readings = written.dates(text, ())
            said = written.ambiguous_date(text, readings)
        else:
            amount = _AMOUNT.search(text)
            core = amount[0] if amount else text
            readings = written.numbers(core)
            said = written.ambiguous_number(text, readings)
        if self.sure:
            both = " and ".join(f"'{value}' (record {at})" for at, value, _ in self.sure.values())
            why = f"the column has both {both}"
        else:
            why = "no value of the column says which"
        record = Record(number=number, values={self.name: text}, origin=table.origin, line=line)
        fault = Diagnostic(
            message=f"{said.message}: {why}",
            record=str(number),
            field=f"fields.{self.path}",
            hint=said.hint,
            code="column-written-ambiguously",
            value=text,
            params=(
                *said.params,
                ("values", self.count),
                ("mixed", bool(self.sure)),
                ("ways", tuple((way, str(value)) for way, value in readings.items())),
            ),
        )
        return record.placed(fault, self.name)
