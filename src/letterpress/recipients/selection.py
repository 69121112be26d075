"""Chooses which records of a table become letters, in which order, and which of them together.

This is what --where, --order-by, --sample, --group-by and --limit ask for. SQL sees a column in the type of its field;
the letter gets the text as it stands in the source.

Not here: DuckDB (duckdb.py).
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from letterpress.errors import Diagnostic, FieldError, UsageError, did_you_mean
from letterpress.filling import field_values
from letterpress.model import FieldSpec, Letter
from letterpress.processes import stages
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
    return itertools.islice(records, wanted.limit)


def _selected(table: Table, letter: Letter, mapped: Mapped, wanted: Wanted) -> Iterator[Record]:
    """Choose with SQL.

    A record that SQL cannot judge, since a value is not of its type, is never left out unseen: it comes first, with its
    fault.
    """
    types = _sql_types(letter, mapped)
    asked = f"{wanted.where or ''} {wanted.order_by or ''}".casefold()
    with recipients_duckdb.Selection(table.columns, {column: kind for column, (kind, _) in types.items()}) as selection:
        faulty: list[Record] = []
        selection.fill(_rows(table, letter, {column: spec for column, (_, spec) in types.items()}, asked, faulty))
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
    table: Table, letter: Letter, specs: dict[str, FieldSpec], asked: str, faulty: list[Record]
) -> Iterator[tuple[int, Sequence[Any], str]]:
    judged = {column for column in specs if column.casefold() in asked}
    for record in table.records():
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
    for path, columns in mapped.paths.items():
        spec = letter.fields.get(path.removeprefix("fields."))
        if spec is not None and len(columns) == 1 and spec.type in kinds:
            types[columns[0]] = (kinds[spec.type], spec)
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
