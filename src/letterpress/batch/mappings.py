"""Makes the jobs of records that are Python mappings, as a plan makes those of a table: one after the other.

Rows may have different columns: the columns of each are mapped by themselves, and what is wrong with them is the
row's own fault. Not here: addresses that two letters go to, which are for a run to find (run.py).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from letterpress.batch import file_names, variants, versions
from letterpress.batch.plan import NoLetter, Plan, Ways, known_names
from letterpress.batch.variants import Cell, Cells
from letterpress.errors import Diagnostic, LetterpressError, UsageError, did_you_mean, itself_failed
from letterpress.model import Job, Result
from letterpress.recipients import columns, headers, marks, rows, writing
from letterpress.recipients.columns import Mapped
from letterpress.recipients.records import Record

_PLANS = 64
"""Plans that are kept, one for each set of columns: rows have the same few, if their source is at all regular."""
SOURCE = "records"
"""What the rows are called in diagnostics."""


class Mappings:
    """The jobs of one letter's rows."""

    def __init__(
        self,
        job: Job,
        given: Mapping[str, str] | None = None,
        data_lang: str | None = None,
        cells: Cells | None = None,
        group_by: Sequence[str] = (),
        each: bool = False,
    ) -> None:
        """Take what all letters share.

        :param each: whether what is to be said of rows as a whole is said of each, since nobody sees all of them.
        :param cells: the variants that each row's letter is made in; None: it is made once.
        :param group_by: keys; rows that have the same values there get one letter together.
        :param given: column -> field path, on top of the letter's own `map:`.
        :param data_lang: language that texts among the rows are written in, on top of the letter's own `data:`.
        :raises LetterpressError: the letter's version in the chosen language has faults.
        """
        job = job if cells else versions.in_language(job)
        said = writing.declared(job.letter, data_lang)
        self._job = writing.applied(job, writing.of_fields(job.letter, said))
        self._cells = cells
        self._group_by = tuple(group_by)
        self._given = dict(given or {})
        self._each = each
        self._plans: OrderedDict[tuple[str, ...], tuple[Plan, tuple[Diagnostic, ...]]] = OrderedDict()
        self._said: set[str | None] = set()
        """What has been said of rows as a whole: they may differ in their keys, and it is said once."""

    @property
    def remarks(self) -> tuple[Diagnostic, ...]:
        """What is to be said of the letter, whatever its rows are."""
        return self._job.letter.remarks

    def results(self, records: Iterable[object], press: Callable[[Job], Result]) -> Iterator[Result]:
        """Give the result of each row (of each of its variants), as soon as it is there; a bad row ends no other.

        :param records: mappings, asked for one at a time, or all before the first letter where they are grouped; what
            their iterator raises is its owner's to hear.
        :param press: makes the letters, and raises nothing for a bad one.
        :raises UsageError: no row has one of the keys that rows are grouped by.
        """
        read = (rows.record(number, row) for number, row in enumerate(records, start=1))
        for record in self._grouped(read) if self._group_by else read:
            yield from self._results(record, press)

    def _grouped(self, read: Iterable[Record]) -> Iterator[Record]:
        """The rows of a group as one record; a group stands where its first row stands, and a row without any value of
        the keys is in no group."""
        found: dict[object, list[Record]] = {}
        keys: dict[str, None] = {}
        for record in read:
            keys |= dict.fromkeys(record.values)
            values = tuple(str(record.values.get(key) or "") for key in self._group_by)
            alone = record.fault is not None or not any(values)
            found.setdefault(record.number if alone else values, []).append(record)
        for key in self._group_by:
            if found and key not in keys:
                hint = did_you_mean(key, keys)
                message = f"no row has '{key}'"
                raise UsageError(message, file=SOURCE, field="group_by", hint=hint, code="column-unknown", value=key)
        for members in found.values():
            yield replace(members[0], members=tuple(members))

    def _results(self, record: Record, press: Callable[[Job], Result]) -> Iterator[Result]:
        try:
            members = record.members or (record,)
            plan, said = self._plan(tuple(dict.fromkeys(key for member in members for key in member.values)))
            if _has_errors(plan.ways.mapped.faults) and record.fault is None:
                raise LetterpressError(replace(fault, record=str(record.number)) for fault in plan.ways.mapped.faults)
            of_record = plan.said(record)
            said = tuple(
                replace(fault, record=str(record.number)) if fault.code in self._said else fault for fault in said
            )
            for cell, job in plan.letters(record):
                result = press(replace(job, id=self._name(record, cell)))
                faults = tuple(plan.for_people(fault, members) for fault in result.diagnostics)
                faults = marks.said_once(faults, of_record)
                result = replace(result, diagnostics=faults) if cell is None else variants.result(result, cell, faults)
                yield replace(result, diagnostics=(*said, *of_record, *result.diagnostics))
                said = ()
        except NoLetter as error:
            yield replace(self._failed(record, error.diagnostics), status="skipped")
        except LetterpressError as error:
            yield self._failed(record, error.diagnostics)
        except MemoryError:
            raise
        except Exception as error:
            yield self._failed(record, [itself_failed(error, self._job.letter.path, str(record.number))])

    def _failed(self, record: Record, faults: Iterable[Diagnostic]) -> Result:
        return replace(self._job, record=str(record.number), id=self._name(record)).result("failed", faults)

    def _name(self, record: Record, cell: Cell | None = None) -> str:
        name = f"{self._job.letter.slug}-{record.number}"
        return f"{name}.{cell.name}" if cell is not None and cell.name else name

    def _plan(self, names: tuple[str, ...]) -> tuple[Plan, tuple[Diagnostic, ...]]:
        """The plan for rows of these columns, and the faults of the columns if it is a new one."""
        if names in self._plans:
            self._plans.move_to_end(names)
            plan, said = self._plans[names]
            return plan, said if self._each else ()
        mapped = self._mapped(names)
        pattern = file_names.read(file_names.DEFAULT, known_names(self._job, mapped, self._cells))
        plan = Plan(Ways(job=self._job, mapped=mapped, pattern=pattern, cells=self._cells, group_by=self._group_by))
        self._plans[names] = plan, mapped.faults
        if len(self._plans) > _PLANS:
            self._plans.popitem(last=False)
        return plan, mapped.faults

    def _mapped(self, names: tuple[str, ...]) -> Mapped:
        shared = [*(name for name, _ in self._job.values), *(self._cells.shared if self._cells else ())]
        mapped = columns.map_columns(self._job.letter, names, source=SOURCE, given=self._given, shared=shared)
        found = (*mapped.faults, *self._of_header(names, mapped, shared))
        faults = (replace(fault, file=None if fault.file == SOURCE else fault.file) for fault in found)
        return replace(mapped, faults=tuple(faults))

    def _of_header(self, names: tuple[str, ...], mapped: Mapped, shared: Iterable[str]) -> list[Diagnostic]:
        """What is wrong with a row's keys as a whole. A program may give the values of letters to one recipient: where
        keys are known, and the letter says itself who it is to, nobody else need be named."""
        found = []
        for fault in headers.check_columns(names, mapped, self._job.letter, shared, {"file": SOURCE}):
            if fault.severity == "error" and self._job.letter.to and (mapped.paths or mapped.by_value or not names):
                if fault.code != "address-column-unclear":
                    continue
                fault = replace(fault, severity="warning")
            if fault.severity == "error" or not (fault.code in self._said or _has_errors(mapped.faults)):
                found.append(fault)
            if not self._each:
                self._said.add(fault.code)
        return found


def _has_errors(faults: Iterable[Diagnostic]) -> bool:
    return any(fault.severity == "error" for fault in faults)
