"""Chooses which records of a table become letters, in which order, and which of them together.

This is what --where, --order-by, --sample, --group-by and --limit ask for. SQL sees a column in the type of its field;
the letter gets the text as it stands in the source.

Not here: DuckDB (duckdb.py).
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from letterpress.errors import Diagnostic, FieldError, UsageError, did_you_mean
from letterpress.filling import field_values
from letterpress.model import FieldSpec, Letter
from letterpress.processes import stages
from letterpress.recipients import columns, marks, nobody, sql_names
from letterpress.recipients import duckdb as recipients_duckdb
from letterpress.recipients.columns import Mapped
from letterpress.recipients.tables import Record, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which records are meant."""

    where: str | None = None
    order_by: str | None = None
    limit: int | None = None
    sample: int | None = None
    seed: int = 0
    group_by: tuple[str, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether it is all of them, as they come."""
        return not (self.where or self.order_by or self.sample is not None or self.group_by)


def chosen(table: Table, letter: Letter, mapped: Mapped, wanted: Wanted) -> Iterator[Record]:
    """Choose the records that are meant, in order; those of a group as one, with `members`.

    :raises UsageError: the SQL cannot be read, or a column does not exist.
    """
    for column in wanted.group_by:
        if column not in table.columns:
            hint = did_you_mean(column, table.columns)
            message = f"there is no column '{column}'"
            raise UsageError(
                message, file=table.name, field="--group-by", hint=hint, code="column-unknown", value=column
            )
    records = table.records() if wanted.plain else _selected(table, letter, mapped, wanted)
    return records if wanted.limit is None else _first(records, wanted.limit, _Nobody(letter, mapped))


class _Nobody:
    """Tells which records are no recipients: a list's total counts for none of the letters that are asked for."""

    def __init__(self, letter: Letter, mapped: Mapped) -> None:
        self._mapped = mapped
        self._why_none = nobody.WhyNoLetter(letter, mapped)
        self._clean = letter.data is not None and letter.data.clean

    def __call__(self, record: Record) -> bool:
        if record.fault is not None or record.members:
            return False
        record = marks.cleaned_record(record) if self._clean else record
        values, _ = columns.assign(self._mapped, columns.with_values(self._mapped, record.values))
        return self._why_none.of(record, values) is not None


def _first(records: Iterable[Record], limit: int, is_nobody: Callable[[Record], bool]) -> Iterator[Record]:
    """Give the first so many that are recipients, and what stands between them."""
    for record in records if limit else ():
        yield record
        limit -= not is_nobody(record)
        if not limit:
            return


def _selected(table: Table, letter: Letter, mapped: Mapped, wanted: Wanted) -> Iterator[Record]:
    """Choose with SQL.

    A record that SQL cannot judge, since a value is not of its type, is never left out unseen: it comes first, with its
    fault.
    """
    types = _sql_types(letter, mapped)
    also = sql_names.others(table.columns, mapped)
    asked = f"{wanted.where or ''} {wanted.order_by or ''}".casefold()
    asked = " ".join((asked, *(column.casefold() for name, column in also.items() if name in asked)))
    kinds = {column: kind for column, (kind, _) in types.items()}
    with recipients_duckdb.Selection(table.columns, kinds, also) as selection:
        faulty: list[Record] = []
        records = table.records()
        if wanted.sample is not None:
            is_nobody = _Nobody(letter, mapped)
            records = (record for record in records if not is_nobody(record))
        specs = {column: spec for column, (_, spec) in types.items()}
        selection.fill(_rows(table, records, letter, specs, asked, faulty))
        yield from faulty
        if wanted.where or wanted.order_by:
            stages.begin(table.name, f"choosing records with {_asked(wanted)}", "choosing")
        rows = selection.chosen(
            where=wanted.where,
            order_by=wanted.order_by,
            sample=wanted.sample,
            seed=wanted.seed,
            group_by=wanted.group_by,
        )
        for _, group in itertools.groupby(stages.beating(rows), key=lambda row: row[1]):
            members = tuple(Record.unpacked(json.loads(text), table.origin) for text, _ in group)
            yield replace(members[0], members=members) if wanted.group_by else members[0]


def _asked(wanted: Wanted) -> str:
    options = {"--where": wanted.where, "--order-by": wanted.order_by}
    return " and ".join(option for option, given in options.items() if given)


def _rows(
    table: Table,
    records: Iterable[Record],
    letter: Letter,
    specs: dict[str, FieldSpec],
    asked: str,
    faulty: list[Record],
) -> Iterator[tuple[int, Sequence[Any], str]]:
    judged = {column for column in specs if column.casefold() in asked}
    for record in records:
        cells: list[Any] = []
        fault = record.fault
        for column in table.columns:
            if column in record.spoilt and column.casefold() in asked and fault is None:
                fault = record.spoilt_fault(column)
            value = record.values.get(column, "")
            if column not in specs:
                cells.append(";".join(map(str, value)) if isinstance(value, list) else value)
                continue
            try:
                cells.append(_typed(value, specs[column], letter.lang))
            except FieldError as error:
                cells.append(None)
                if column in judged and fault is None:
                    hint = "mend the value: --where and --order-by need it"
                    said = Diagnostic(
                        message=error.message,
                        record=str(record.number),
                        field=column,
                        hint=hint,
                        code=error.code,
                        value=error.value,
                        params=error.params,
                    )
                    fault = record.placed(said, column)
        if fault is not None:
            faulty.append(replace(record, fault=fault))
            continue
        yield record.number, cells, json.dumps(record.packed(), ensure_ascii=False)


def _sql_types(letter: Letter, mapped: Mapped) -> dict[str, tuple[str, FieldSpec]]:
    """Find the columns that are more than text in SQL, since their field has a type: column -> (SQL type, field)."""
    exact = dict.fromkeys(("decimal", "money"), "DECIMAL(38, 9)")
    kinds = {"integer": "HUGEINT", "date": "DATE", "boolean": "BOOLEAN", **exact}
    types = {}
    for path, named in mapped.paths.items():
        spec = letter.fields.get(path.removeprefix("fields."))
        if spec is not None and len(named) == 1 and spec.type in kinds:
            types[named[0]] = (kinds[spec.type], spec)
    return types


def _typed(value: Any, spec: FieldSpec, lang: str) -> Any:
    """Give the value as JSON that DuckDB reads in its column's type.

    :raises FieldError: it is not of the field's type.
    """
    if value in ("", None):
        return None
    read = field_values.read(value, spec, lang, spec.writing)
    if isinstance(read, bool):
        return read
    amount = getattr(read, "amount", read)
    return format(amount, "f") if isinstance(amount, Decimal) else str(amount)
