"""`letterpress envelopes` and `letterpress labels`: the addresses of a list's letters, printed.

Not here: how they are set and printed (post/).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from letterpress.cli import finished, options, outputs, records, run_options, run_report
from letterpress.cli import output as report
from letterpress.errors import Diagnostic, ExitCode
from letterpress.processes import stages

if TYPE_CHECKING:
    from letterpress.post.printing import Medium, Printed

_OF_PAGES = ("copy", "sign", "enclosures", "marks", "tac")
"""Choices that nothing on an envelope or a label comes of."""
_COMMON: tuple[Callable[..., Any], ...] = (
    click.option("--data", required=True, metavar="FILE", help=run_options.DATA),
    click.option("-o", "--output", callback=report.named, metavar="FILE.pdf", help="The PDF."),
    records.source_options(has_sheet=True),  # of labels
    click.option("--key", metavar="COLUMN", help="Column that names a record to people."),
    click.option("--where", metavar="SQL", help=run_options.WHERE),
    click.option("--order-by", metavar="SQL", help=run_options.ORDER_BY),
    click.option("--limit", type=click.IntRange(min=0), metavar="N", help="The first N of them."),
    click.option("--group-by", metavar="COLUMNS", help="One for all records that agree in these."),
    click.option(
        "--codes", is_flag=True, help="The letter's codes: those of posts below the address, a Data Matrix above."
    ),
    click.option("--unique", is_flag=True, help="One for each address; without it, doubles are reported."),
    click.option(
        "--report",
        "report_file",
        callback=report.named,
        metavar="FILE.csv",
        help="What is wrong, record by record, for the spreadsheet.",
    ),
    outputs.replace_signed_option,
    finished.open_option,
    options.options,
    options.limited(hand_over=True),
)


def _common(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_COMMON):
        function = option(function)
    return function


def _offset(_: click.Context, parameter: click.Parameter, given: str) -> tuple[float, float]:
    """A click callback that reads X,Y in mm."""
    with contextlib.suppress(ValueError):
        across, down = (float(one) for one in given.split(","))
        return across, down
    message, hint = f"'{given}' is not two lengths in mm", "such as 1.5,-0.5"
    raise report.WrongValue(Diagnostic(message=message, hint=hint, code="offset-wrong", value=given), parameter)


@report.command(
    epilog="Example: letterpress envelopes content/letters/offer.md --data content/recipients/offer.csv --size c6-5"
)
@click.argument("letter", metavar="LETTER.md")
@click.option("--size", required=True, metavar="NAME", help="Of the envelope: dl, c6, c6-5, c5, c4, us-10, us-9 ...")
@click.option(
    "--return-address/--no-return-address", default=True, help="The sender's address at the upper left. [yes]"
)
@click.option("--rotate", is_flag=True, help="Pages with the short edge above, as many printers take envelopes.")
@_common
def envelopes(
    letter: str, size: str, return_address: bool, rotate: bool, codes: bool, as_json: bool, **given: Any
) -> int:
    """Print an envelope for each record of the data, addressed as LETTER.md is.

    One PDF, a page an envelope. An address that does not fit is a fault of its record, and the others are printed.
    """
    from letterpress.post import formats
    from letterpress.post.printing import Envelopes

    medium = Envelopes(formats.envelope(size), return_address=return_address, turned=rotate, codes=codes)
    return _print(letter, medium, ("envelope", "envelopes"), as_json, given)


@report.command(
    epilog="Example: letterpress labels content/letters/offer.md --data content/recipients/offer.csv --sheet avery-5160"
)
@click.argument("letter", metavar="LETTER.md")
@click.option("--sheet", "label_sheet", required=True, metavar="NAME", help="Of labels: avery-l7160, avery-5160 ...")
@click.option("--skip", type=int, default=0, metavar="N", help="Labels of the first sheet that are used already.")
@click.option("--offset", default="0,0", callback=_offset, metavar="X,Y", help="Move all by X and Y mm. [0,0]")
@click.option("--outline", is_flag=True, help="Draw the labels' edges, for a test print on plain paper.")
@click.option("--return-address/--no-return-address", default=False, help="The sender's address in a line above. [no]")
@_common
def labels(letter: str, label_sheet: str, skip: int, offset: tuple[float, float], as_json: bool, **given: Any) -> int:
    """Print a label for each record of the data, addressed as LETTER.md is.

    One PDF, a page a sheet. An address that does not fit is a fault of its record, and the others are printed.
    """
    from letterpress.post.envelopes import labels_of

    about = {name: given.pop(name) for name in ("outline", "return_address", "codes")}
    medium = labels_of(label_sheet, skip=skip, offset=offset, **about)
    return _print(letter, medium, ("label", "labels"), as_json, given)


def _print(letter: str, medium: Medium, what: tuple[str, str], as_json: bool, given: dict[str, Any]) -> int:
    """Print the addresses of all records.

    :param what: one of what is printed on, and many.
    """
    stages.begin(letter, "reading the letter")
    job = options.job(letter, given)
    from letterpress.post import addressed, printing
    from letterpress.post import envelopes as post
    from letterpress.recipients import selection

    archive = post.archived(job, medium)
    file = Path(given["output"] or outputs.folder_of(letter) / f"{job.letter.slug}-{what[1]}.pdf")
    outputs.check_pdf(file)
    outputs.check_stdout(file, as_json=as_json)
    written: list[tuple[str, str | Path]] = [("--output", file)]
    written += [("--report", given["report_file"])] if given["report_file"] else []
    outputs.check_inputs(written, (letter, given["data"], *outputs.read_by(job)))
    outputs.check_free(written, replace_signed=given["replace_signed"])
    stages.begin(given["data"], "reading the data", "data")
    given["name"] = None
    job, table, mapped, plan = records.planned(job, given["data"], given)
    said = [*job.letter.remarks, *table.notes, *mapped.faults]
    notes = [*_useless(what[1]), *(note for note in said if note.code not in addressed.OF_SALUTATIONS)]
    report.diagnostics(notes)
    asked = {name: given[name] for name in ("where", "order_by", "limit")}
    wanted = selection.Wanted(group_by=records.listed(given["group_by"]), **asked)
    chosen = selection.chosen(table, job.letter, mapped, wanted)
    letters = addressed.of_records(plan, chosen, unique=given["unique"])
    about: dict[str, Any] = {"archive": archive, "replace_signed": given["replace_signed"], "placed": plan.for_people}
    with run_report.Failures(given["report_file"], replace_signed=given["replace_signed"], runs=False) as told:
        about["seen"] = lambda result: told.take(result, mapped)
        made = printing.write(letters, medium, file, title=post.title_of(job), lang=job.lang, **about)
    return _end(made, what, as_json, notes, given)


def _useless(what: str) -> Iterator[Diagnostic]:
    """Warn of options of the letter's pages, which change nothing of its address."""
    context = click.get_current_context()
    for name in _OF_PAGES:
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            message, hint = f"--{name} changes nothing of {what}: it is of the letters' pages", "leave it out"
            about: dict[str, Any] = {"severity": "warning", "field": f"--{name}", "code": "option-useless"}
            yield Diagnostic(message=message, hint=hint, **about)


def _end(made: Printed, what: tuple[str, str], as_json: bool, notes: list[Diagnostic], given: dict[str, Any]) -> int:
    """Say what was printed."""
    report.diagnostics(made.diagnostics)
    if as_json:
        document = made.as_json()
        told = [note.as_json() for note in notes]
        report.document({**document, "diagnostics": [*told, *document["diagnostics"]]})
    elif made.file is not None:
        failed = f"; {report.count(made.failed, 'letter')} failed" if made.failed else ""
        report.say(f"{made.file}: {report.count(made.printed, what[0])} on {report.count(made.pages, 'page')}{failed}")
    if given["report_file"]:
        report.say(f"{given['report_file']}: what is wrong, record by record")
    if made.file is None:
        if not as_json:
            report.say(f"no {what[0]} was printed")
        return ExitCode.FAILED
    if given["open_it"]:
        finished.show(Path(made.file))
    return ExitCode.FAILED if made.failed else ExitCode.DONE
