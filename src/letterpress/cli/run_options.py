"""The options of commands that make letters of many records: which records, and how the run goes.

Not here: how a source of records is read (records.py), and what is chosen for a letter (options.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from letterpress.cli import finished, output, outputs, passphrases, spools
from letterpress.cli import options as options_of_letters
from letterpress.errors import UsageError

DATA = "CSV, TSV, XLSX, JSON, JSON Lines, Parquet, SQLite, postgresql://...; or one of these at s3://, gs://, az://."
WHERE = "Only records for which this holds: \"country = 'DE' AND amount > 100\"."
ORDER_BY = 'Order of the records: "Post code, name DESC", by columns or fields.'
"""What may hold records, as `--help` says it."""
_OPTIONS: tuple[Callable[..., Any], ...] = (
    click.option("--key", metavar="COLUMN", help="Column that names a record to people."),
    click.option("--where", metavar="SQL", help=WHERE),
    click.option("--order-by", metavar="SQL", help=ORDER_BY),
    click.option("--limit", type=click.IntRange(min=0), metavar="N", help="The first N of them."),
    click.option("--sample", type=click.IntRange(min=1), metavar="N", help="Any N of them, the same each time."),
    click.option("--unique", is_flag=True, help="One for each address; without it, doubles are reported."),
    click.option(
        "--group-by", metavar="COLUMNS", help="One letter for all records that agree in these; they are fields.records."
    ),
    click.option(
        "--name", metavar="PATTERN", help='The files\' names: "{to.postcode}-{to.name|slug}". [{letter}-{record:05}]'
    ),
    *spools.OPTIONS,
    click.option(
        "--jobs", type=click.IntRange(min=0), metavar="N", help="Worker processes; 0: none. [one for each core]"
    ),
    options_of_letters.strict_option,
    click.option("--dry-run", is_flag=True, help="Check every record, and make nothing."),
    click.option("--layout", is_flag=True, help="With --dry-run: lay every letter out as well."),
    click.option(
        "--report",
        "report_file",
        callback=output.named,
        metavar="FILE.csv",
        help="What is wrong, record by record, for the spreadsheet.",
    ),
    click.option(
        "--preview", type=click.IntRange(min=1), metavar="N", help="Make N letters only, into DIR/preview/, to look at."
    ),
    click.option(
        "--resume", is_flag=True, help="Go on with the run in DIR (as running again does), and fail if there is none."
    ),
    click.option("--eml", is_flag=True, help="Write an e-mail beside each letter (.eml), with it attached; send none."),
    click.option(
        "--verify-plates",
        type=click.Choice(["all"]),
        help="Lay out each letter as well that is made from the pages of another, and compare.",
    ),
    click.option("--again", is_flag=True, help="Make letters anew that are there and have not changed."),
    outputs.replace_signed_option,
    passphrases.on_behalf_option,
    click.option("--tsa", metavar="URL", help="Timestamp server (RFC 3161) for signing at once."),
    click.option(
        "--passphrase-fd", type=int, metavar="N", help="Read the keys' passphrases from file descriptor N, a line each."
    ),
    finished.open_option,
    click.option("--jsonl", is_flag=True, help="Print a line of JSON for each letter as it is done, then the summary."),
)


shard_size_option = click.option(
    "--shard-size", type=click.IntRange(min=1), metavar="N", help="On many machines: letters of a shard. [1000]"
)
pack_option = click.option(
    "--pack",
    type=click.Choice(["bundle", "spool", "files"]),
    help="On many machines: a ZIP for each shard, one PDF for each shard, or single files. [bundle]",
)


def sharded(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a run on many machines."""
    on = click.option(
        "--on", metavar="WHERE", help="Make the letters in shards: local, ray, or ray://ADDRESS. DIR may be s3://..."
    )
    return on(shard_size_option(pack_option(function)))


def check_alone(given: Mapping[str, Any]) -> None:
    """Refuse options of a run on many machines where none is asked for.

    :raises UsageError: one is given.
    """
    for name in ("shard_size", "pack"):
        if given[name] is not None:
            option, about = f"--{name.replace('_', '-')}", {"code": "option-alone", "params": (("needs", "--on"),)}
            raise UsageError(f"{option} goes with --on", field=option, hint="add --on local", **about)


def options(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add the options of a run.

    :param names: of the parameters; none: all.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(_OPTIONS):
            if not names or _parameter(option) in names:
                function = option(function)
        return function

    return decorate


def _parameter(option: Callable[..., Any]) -> str:
    """The name of an option's parameter."""

    def bare() -> None: ...

    parameters: list[click.Parameter] = option(bare).__click_params__
    return str(parameters[0].name)


def signed_together(option: str, hint: str) -> UsageError:
    """Make the fault of letters that keys sign, and that are to be pages of one file."""
    message = "signed letters cannot become one file and stay signed"
    return UsageError(message, field=option, hint=hint, code="options-conflict")


def check(as_json: bool, given: Mapping[str, Any], signing: bool) -> None:
    """Refuse options that contradict each other.

    :param signing: whether keys sign the letters at once.
    :raises UsageError: two do.
    """
    if signing and given["combine"]:
        raise signed_together("--combine", "leave out --combine, or sign later")
    if as_json and given["jsonl"]:
        raise UsageError(
            "--json and --jsonl cannot go together", field="--jsonl", hint="choose one", code="options-conflict"
        )
    for option, needs in (("layout", "dry_run"),):
        if given[option] and not given[needs]:
            other = f"--{needs.replace('_', '-')}"
            about: dict[str, Any] = {"code": "option-alone", "params": (("needs", other),)}
            raise UsageError(f"--{option} goes with {other}", field=f"--{option}", hint="add it", **about)
    spools.check(given)
    if given.get("archive") and given["preview"]:
        hint = "name a folder with -o"
        message = "--preview makes files to look at, and no archive"
        raise UsageError(message, field="--preview", hint=hint, code="options-conflict")
    if given.get("archive") and given["eml"]:
        message, hint = "an archive holds the letters alone", "name a folder with -o"
        raise UsageError(message, field="--eml", hint=hint, code="options-conflict")
    if given["dry_run"] and given["open_it"]:
        raise UsageError("a dry run makes no PDF", field="--open", hint="leave out --open", code="options-conflict")
    if given["dry_run"] and (given["combine"] or given["preview"]):
        hint = "leave out --combine and --preview"
        raise UsageError("a dry run makes no PDF", field="--dry-run", hint=hint, code="options-conflict")
