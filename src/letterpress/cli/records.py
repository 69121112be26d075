"""Opens the records that letters are made of, as the options of `merge` and `variants` say, and plans the letters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from letterpress.cli import options
from letterpress.errors import Diagnostic, UnreadableInput
from letterpress.frozen import frozendict

if TYPE_CHECKING:
    from letterpress.batch.list_plan import Reading
    from letterpress.batch.plan import Plan
    from letterpress.batch.variants import Cells
    from letterpress.model import Job
    from letterpress.recipients.columns import Mapped
    from letterpress.recipients.corrections import Kept
    from letterpress.recipients.tables import Table

_SOURCE = {
    "delimiter": ("CHAR", "CSV: between the values."),
    "encoding": ("NAME", "CSV: of the file."),
    "table": ("NAME", "Database: which table."),
    "query": ("SQL", "Database: which records."),
}


def source_options(*, has_sheet: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add the options that say how a source of records is read.

    :param has_sheet: whether the command has an option `--sheet` of its own; else that is an older name.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        mapped = options.pairs("COLUMN=FIELD")
        text = "What a column is; `ignore` if it is not for the letter."
        decorators = [
            click.option("--map", "mapping", metavar="COLUMN=FIELD", multiple=True, callback=mapped, help=text)
        ]
        lang = "Language of the list, for its dates and numbers. [what its columns show]"
        decorators.append(click.option("--data-lang", metavar="LANGUAGE", help=lang))
        text = "What `letterpress studio` keeps of the list: other values for its cells, and rows to be left out."
        decorators.append(click.option("--corrections", metavar="FILE", help=text))
        names = ["--data-sheet", *([] if has_sheet else ["--sheet"])]
        decorators.append(click.option(*names, "sheet", metavar="NAME", help="Workbook: which sheet."))
        for name, (metavar, help_text) in _SOURCE.items():
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
    from letterpress.batch import list_plan

    found, plan = list_plan.planned(job, data, reading(given), cells)
    said = _unused(data, given["corrections"])
    if where := given.get("where"):
        from letterpress.recipients import sql_names

        said += sql_names.countries_left_out(where, found.table, found.mapped, found.job.lang)
    table = replace(found.table, notes=(*found.table.notes, *said))
    return found.job, table, found.mapped, plan


def reading(given: dict[str, Any]) -> Reading:
    """How the list is read, as the options say.

    :raises UnreadableInput: there is no such file of corrections.
    """
    from letterpress.batch import list_plan
    from letterpress.recipients import tables

    choice = tables.Choice(**{name: given.get(name) for name in ("sheet", *_SOURCE)}, seconds=given["limits"].seconds)
    return list_plan.Reading(
        mapping=frozendict(given["mapping"]),
        lang=given.get("data_lang"),
        choice=choice,
        group_by=listed(given.get("group_by")),
        names=given.get("name"),
        key=given.get("key"),
        corrections=_corrections(given["corrections"]),
    )


def _corrections(name: str | None) -> Kept:
    """Read the corrections that are asked for.

    :raises UnreadableInput: there is no such file.
    """
    from letterpress.recipients import corrections

    if name is None:
        return corrections.Kept()
    if not Path(name).exists():
        hint = f"those of a list lie beside it: members.csv{corrections.ENDING}"
        raise UnreadableInput("there is no such file", file=name, hint=hint, code="file-missing")
    return corrections.read(Path(name))


def _unused(data: str, name: str | None) -> tuple[Diagnostic, ...]:
    """Say that corrections lie beside a list, and are not asked for."""
    from letterpress.recipients import corrections

    beside = corrections.file_of(data)
    if name is not None or not beside.is_file():
        return ()
    hint = f"apply them with --corrections {beside}"
    return (
        Diagnostic(
            severity="note",
            message=f"corrections of this list lie beside it ({beside.name}), and are not applied",
            file=data,
            hint=hint,
            code="corrections-unused",
            value=str(beside),
        ),
    )


def listed(text: str | None) -> tuple[str, ...]:
    """Split names at commas."""
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())
