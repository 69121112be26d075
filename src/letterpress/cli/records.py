"""Opens the records that letters are made of, as the options of `merge` and `variants` say, and plans the letters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from letterpress.cli import options
from letterpress.errors import Diagnostic, LetterpressError, UsageError, did_you_mean, fixes, nearest
from letterpress.processes import stages

if TYPE_CHECKING:
    from letterpress.batch.plan import Plan
    from letterpress.batch.variants import Cells
    from letterpress.model import Job, Writing
    from letterpress.recipients.columns import Mapped
    from letterpress.recipients.tables import Table

_SOURCE = {
    "delimiter": ("CHAR", "CSV: between the values."),
    "encoding": ("NAME", "CSV: of the file."),
    "sheet": ("NAME", "Workbook: which sheet."),
    "table": ("NAME", "Database: which table."),
    "query": ("SQL", "Database: which records."),
}


def source_options(*without: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add the options that say how a source of records is read, but for those named."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        mapped = options.pairs("COLUMN=FIELD")
        text = "What a column is; `ignore` if it is not for the letter."
        decorators = [
            click.option("--map", "mapping", metavar="COLUMN=FIELD", multiple=True, callback=mapped, help=text)
        ]
        lang = "Language of the list, for its dates and numbers. [what its columns show]"
        decorators.append(click.option("--data-lang", metavar="TAG", help=lang))
        for name, (metavar, help_text) in _SOURCE.items():
            if name not in without:
                decorators.append(click.option(f"--{name}", metavar=metavar, help=help_text))
        for option in reversed(decorators):
            function = option(function)
        return function

    return decorate


def planned(job: Job, data: str, given: dict[str, Any], cells: Cells | None = None) -> tuple[Job, Table, Mapped, Plan]:
    """Open the table, find where its columns go, and plan: all that must be right before the first letter.

    :param cells: the variants that each record's letter is made in, checked already; None: it is made once.
    :returns: the job, whose letter knows how the list is written; the table, its columns' places, and the plan.
    :raises LetterpressError: with everything that is wrong.
    """
    from letterpress import pipeline
    from letterpress.batch import file_names
    from letterpress.batch.plan import Plan, Ways, known_names
    from letterpress.recipients import columns, headers, tables, writing
    from letterpress.text import urls

    stages.begin(job.letter.path, "checking the letter")
    broken = [] if cells else [fault for fault in pipeline.check(job) if fault.severity == "error"]
    if broken:
        raise LetterpressError(broken)
    stages.begin(urls.without_password(data), "reading the data", "data")
    said = _declared(job, given.get("data_lang"))
    choice = tables.Choice(
        **{name: given.get(name) for name in _SOURCE}, lang=said.lang or job.lang, seconds=given["limits"].seconds
    )
    table = tables.open_table(data, choice)
    grouped = listed(given.get("group_by"))
    pattern = given.get("name") or file_names.DEFAULT + (".{variant}" if cells and len(cells.every) > 1 else "")
    key = given.get("key")
    shared = [*(name for name, _ in job.values), *(cells.shared if cells else ())]
    named = [column for column in table.columns if f"{{{column}" in pattern]
    mapped = columns.map_columns(
        job.letter,
        table.columns,
        source=table.name,
        given=dict(given["mapping"]),
        shared=shared,
        grouped=bool(grouped),
        known=[*grouped, *named, *([key] if key else [])],
    )
    diagnostics = headers.check(table, mapped, job.letter, shared)
    if any(fault.severity == "error" for fault in diagnostics):
        guessed = [note for note in table.notes if note.code == "sheet-guessed"]  # it may be the wrong one
        raise UsageError([*diagnostics, *guessed])  # what is wrong with its columns one by one is of no use then
    mapped = replace(mapped, faults=(*mapped.faults, *diagnostics))
    faults = [fault for fault in mapped.faults if fault.severity == "error"]
    if key and key not in table.columns:
        hint = did_you_mean(key, table.columns)
        mended = fixes(key, nearest(key, table.columns))
        about: dict[str, Any] = {"code": "column-unknown", "value": key, "fixes": mended}
        faults.append(Diagnostic(message=f"there is no column '{key}'", field="--key", hint=hint, **about))
    if faults:
        raise UsageError([*(fault for fault in mapped.faults if fault not in faults), *faults])
    writings, ambiguous = writing.of_table(job.letter, table, mapped, said)
    if ambiguous:
        raise UsageError([*ambiguous])
    job = writing.applied(job, writings)
    read = file_names.read(pattern, known_names(job, mapped, cells))
    ways = Ways(job=job, mapped=mapped, pattern=read, key=key, group_by=grouped, cells=cells)
    return job, table, mapped, Plan(ways)


def _declared(job: Job, lang: str | None) -> Writing:
    """How lists are written, as far as the letter or --data-lang says.

    :raises UsageError: the language is none.
    """
    from letterpress.recipients import writing

    try:
        return writing.declared(job.letter, lang)
    except UsageError as error:
        place: dict[str, Any] = (
            {"field": "--data-lang"} if lang is not None else {"file": job.letter.path, "field": "data.lang"}
        )
        raise UsageError(replace(fault, **place) for fault in error.diagnostics) from error


def listed(text: str | None) -> tuple[str, ...]:
    """Split names at commas."""
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())
