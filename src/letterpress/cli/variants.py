"""`letterpress variants`: every cell of a letter's matrix, once or for each record.

Not here: what a run over records does (merge.py), and how a matrix is read (batch/matrix.py).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from letterpress.cli import contact_sheet, finished, options, outputs, records, run_options
from letterpress.cli import output as cli_output
from letterpress.errors import Diagnostic, ExitCode, UsageError, strictly
from letterpress.letterhead import choices
from letterpress.model import Result
from letterpress.processes import stages

if TYPE_CHECKING:
    from letterpress.batch.maker import Outcome
    from letterpress.batch.variants import Cell, Cells
    from letterpress.model import Job

_FOLDER = "out"
_OF_RECORDS = (
    "mapping", "data_lang", "corrections", "delimiter", "encoding", "sheet", "table", "query", "key", "where",
    "order_by", "limit", "sample", "unique", "group_by", "name", "combine", "duplex", "split", "sort", "insert_sheet",
    "inserter", "grammage", "weights", "report_file", "preview", "resume", "eml", "again", "verify_plates",
    "jsonl",
)  # fmt: skip
"""Parameters that mean something for a run over records alone."""
_OF_SEVERAL = tuple(name for name in _OF_RECORDS if name not in _OF_RECORDS[:8])
"""Those of them that mean nothing where one record is chosen by --record."""


@cli_output.command(epilog="Example: letterpress variants content/letters/offer.md --sheet out/offer.pdf")
@click.argument("letter", metavar="LETTER.md")
@click.option(
    "-o", "--output", callback=cli_output.named_anywhere, metavar="DIR|FILE.zip|URL",
    help="Folder for the variants; with --data also an archive of them, or s3://BUCKET/FOLDER (gs://, az://). "
    "[out/; with --data out/<letter>/]",
)  # fmt: skip
@click.option(
    "--sheet", "contact_sheet_file", callback=cli_output.named, metavar="FILE",
    help="The first page of each, on one sheet: a .pdf or a .png.",
)  # fmt: skip
@click.option("--list", "only_list", is_flag=True, help="Say which variants there are, and make none.")
@click.option("--data", metavar="FILE", help=f"Make every variant for each record, as `merge` does: {run_options.DATA}")
@click.option(
    "--record",
    type=click.IntRange(min=1),
    metavar="N",
    help="With --data: all variants of record N alone, into out/, to look at.",
)
@records.source_options(has_sheet=True)  # --sheet is the contact sheet
@run_options.options()
@options.options
@options.limited(hand_over=True)
def variants(letter: str, data: str | None, as_json: bool, contact_sheet_file: str | None, **given: Any) -> int:
    """Make a PDF of every variant of LETTER.md.

    `variants:` in its front matter lists letterheads, languages, papers, copies, ways to sign and values of fields;
    each combination is a variant, less those in `exclude`, and with those in `include`. Files are named by what
    differs. An option that chooses one of a list (--lang de-DE) makes those variants alone. With --data, each record's
    letter is made in every variant: the run goes on where it was, and its files' names may have {variant} and every
    name of a list.
    """
    contact_sheet.check(contact_sheet_file)
    narrowing = _narrowing(given)
    _check_usage(data, given)
    if data is not None and given["record"] is None and not given["only_list"]:
        from letterpress.cli import merge

        given["contact_sheet"] = contact_sheet_file
        return merge.run(letter, data, as_json, given, lambda: _read(letter, given, narrowing))
    _check_folder(given["output"])
    given["sign"], keys = options.ways_and_keys(given["sign"], given["profile"])
    stages.begin(letter, "reading the letter")
    job, cells = _read(letter, given, narrowing)
    cli_output.diagnostics(cells.notes)
    folder = Path(given["output"] or _FOLDER)
    if given["only_list"]:
        return _list(cells, folder, as_json)
    if data is not None:
        cells = _filled(job, data, given, cells)
    _check_outputs(cells.chosen, folder, contact_sheet_file, letter, data, given)
    results = _make(cells, folder, keys, given)
    if contact_sheet_file is not None and not given["dry_run"]:
        stages.begin(contact_sheet_file, "drawing the contact sheet", "file")
        contact_sheet.write(Path(contact_sheet_file), results, given["replace_signed"])
    code = _end(cells, results, folder, as_json, dry=given["dry_run"])
    if given["open_it"] and any(result.output for result in results):
        finished.show(folder if contact_sheet_file is None else Path(contact_sheet_file))
    return code


def _read(letter: str, given: Mapping[str, Any], narrowing: Mapping[str, Any]) -> tuple[Job, Cells]:
    """The letter's job as the options say, and the variants that are meant."""
    from letterpress.batch import variants as matrix
    from letterpress.content import reader

    options.chosen(given)
    # Not in its version in the language of --lang: the matrix stands in this one.
    job = options.checked_job(reader.load(letter), None, given)
    cells = matrix.cells(job, narrowing, option=_option)
    if job.strict and strictly(cells.notes) != cells.notes:
        raise UsageError(strictly(cells.notes))
    return job, cells


def _narrowing(given: Mapping[str, Any]) -> dict[str, Any]:
    """What the command line itself chooses: name of a choice or field -> value."""
    context = click.get_current_context()
    said = [
        spec.name
        for spec in choices.TABLE
        if spec.axis and context.get_parameter_source(spec.name) is not ParameterSource.DEFAULT
    ]
    narrowing = {name: given[name] for name in said if given[name] is not None}
    return narrowing | {f"fields.{name.removeprefix('fields.')}": value for name, value in given["values"]}


def _option(name: str) -> str:
    return choices.BY_NAME[name].flag if name in choices.BY_NAME else f"--set {name.removeprefix('fields.')}"


def _check_usage(data: str | None, given: Mapping[str, Any]) -> None:
    """:raises UsageError: options are given that mean nothing without others."""
    context = click.get_current_context()
    flags = {parameter.name: parameter.opts[-1] for parameter in context.command.params}

    def refuse(names: tuple[str, ...], why: str, hint: str, other: str) -> None:
        for name in names:
            if given[name]:
                about: dict[str, Any] = {"code": "option-alone", "params": (("needs", other),)}
                raise UsageError(f"{flags[name]} {why}", field=flags[name], hint=hint, **about)

    if data is None:
        refuse((*_OF_RECORDS, "record"), "goes with --data", "add --data FILE, or leave it out", "--data")
    elif given["record"] is not None:
        refuse(_OF_SEVERAL, "is for all records", "leave out --record", "--data")
    if given["open_it"] and given["dry_run"]:
        raise UsageError("a dry run makes no PDF", field="--open", hint="leave out --open", code="options-conflict")
    if given["layout"] and not given["dry_run"]:
        refuse(("layout",), "goes with --dry-run", "add it", "--dry-run")


def _check_folder(output: str | None) -> None:
    """:raises UsageError: variants of one letter are to go elsewhere than to a folder."""
    hint = "name a folder; with --data, and without --record, the letters of a list go to an archive or a store"
    if output is not None and ("://" in output or outputs.archive(output) is not None):
        message = f"variants of one letter go to a folder, and '{output}' is {'a URL' if '://' in output else 'a .zip'}"
        raise UsageError(message, field="--output", hint=hint, code="output-unsuitable", value=output)
    outputs.check_folder(output)


def _list(cells: Cells, folder: Path, as_json: bool) -> int:
    if as_json:
        listed = [{"output": cell.output, "choices": dict(cell.choices)} for cell in cells.chosen]
        cli_output.document({"variants": listed, "diagnostics": [note.as_json() for note in cells.notes]})
    else:
        for cell in cells.chosen:
            click.echo(str(folder / cell.output))
    return ExitCode.DONE


def _filled(job: Job, data: str, given: dict[str, Any], cells: Cells) -> Cells:
    """The variants with the values of one record."""
    _, table, mapped, plan = records.planned(job, data, given, cells)
    cli_output.diagnostics([*table.notes, *mapped.faults])
    for record in table.records():
        if record.number != given["record"]:
            continue
        jobs = {id(cell): filled for cell, filled in plan.letters(record, every=True)}
        filled = (replace(jobs[id(one)], id=one.job.id, output=one.output) for one in cells.chosen)
        return replace(
            cells, chosen=tuple(replace(cell, job=job) for cell, job in zip(cells.chosen, filled, strict=True))
        )
    raise UsageError(
        f"there is no record {given['record']} in {table.name}",
        field="--record",
        hint="count from 1, without the header",
        code="record-missing",
        value=given["record"],
    )


def _check_outputs(
    cells: tuple[Cell, ...], folder: Path, sheet: str | None, letter: str, data: str | None, given: Mapping[str, Any]
) -> None:
    """No variant, nor the sheet, may replace what the command reads, and none another."""
    if given["dry_run"]:
        return
    written: list[tuple[str, str | Path | None]] = [("--output", folder / cell.output) for cell in cells]
    read: dict[Path | str | None, None] = dict.fromkeys((letter, data))
    if any(isinstance(path, Path) and path.exists() for _, path in written) or sheet is not None:
        read.update(dict.fromkeys(path for cell in cells for path in outputs.read_by(cell.job)))
    outputs.check_inputs([*written, ("--sheet", sheet)], read)
    outputs.check_free([("--sheet", sheet)], replace_signed=given["replace_signed"])


def _make(cells: Cells, folder: Path, keys: tuple[tuple[str, Path], ...], given: Mapping[str, Any]) -> list[Result]:
    """Every cell, in worker processes; results in the order of the matrix. In a dry run, they are checked alone."""
    from letterpress.batch import variants as matrix
    from letterpress.batch.executor import at_work, executor_for
    from letterpress.batch.maker import CHECK, PRESS, Item, Orders
    from letterpress.batch.run import cores
    from letterpress.cli import merge

    dry = given["dry_run"]
    signing, certificates = merge.opened(keys, given["passphrase_fd"], given["on_behalf"])
    if not dry:
        if folder.exists() and not folder.is_dir():
            raise outputs.no_folder(folder, "variants")
        folder.mkdir(parents=True, exist_ok=True)
    bases = [replace(cell.job, signed_by=certificates) for cell in cells.chosen]
    results = {at: matrix.unmade(cell) for at, cell in enumerate(cells.chosen) if cell.fails}
    items = [
        Item(seq=at, base=at, id=job.id or "", record=job.record, values=(), output=cells.chosen[at].output)
        for at, job in enumerate(bases)
        if at not in results
    ]
    stages.free()  # the executor watches its processes
    with tempfile.TemporaryDirectory(prefix="letterpress-") as scratch:
        jobs = cores() if given["jobs"] is None else given["jobs"]
        orders = Orders(
            press=CHECK if dry and not given["layout"] else PRESS,
            folder=None if dry else str(folder.resolve()),
            limits=given["limits"],
            keys=() if dry else signing,
            tsa=given["tsa"],
            replace_signed=given["replace_signed"],
        )
        with (
            at_work(executor_for(min(jobs, max(1, len(items))), orders, scratch=scratch)) as executor,
            cli_output.progress(len(items), "variants") as step,
        ):
            executor.submit(bases, items)
            for outcome in executor.results():
                if outcome is None:
                    continue
                result = _result(cells.chosen[outcome.seq], outcome, None if dry else folder)
                results[outcome.seq] = result
                if result.output is not None:
                    cli_output.say(f"{result.output} ({cli_output.count(result.pages or 0, 'page')})")
                step()
    return [results[at] for at in sorted(results)]


def _result(cell: Cell, outcome: Outcome, folder: Path | None) -> Result:
    """:param folder: as the user named it; None in a dry run."""
    from letterpress.batch import variants as matrix

    done = outcome.status in ("done", "kept")
    made = Result(
        id=cell.job.id or "",
        source=cell.job.letter.path,
        record=cell.job.record,
        output=str(folder / cell.output) if done and folder is not None else None,
        status="skipped" if outcome.kept else "done" if done else "failed",
        pages=outcome.pages,
        sha256=outcome.kept or outcome.sha256,
        enclosures=outcome.enclosures,
        claims=outcome.claims,
    )
    faults = outcome.diagnostics
    if folder is not None:  # workers know where it really is
        real = f"{folder.resolve()}{os.sep}"
        faults = tuple(
            replace(one, file=str(folder / one.file.removeprefix(real)))
            if one.file and one.file.startswith(real)
            else one
            for one in faults
        )
    return matrix.result(made, cell, faults)


def _end(cells: Cells, results: list[Result], folder: Path, as_json: bool, *, dry: bool) -> int:
    """What is wrong, once for all variants that have it; the document or the summary, and the exit code."""
    faults: list[Diagnostic] = cells.grouped_results(results)
    cli_output.diagnostics(faults)
    if not dry or as_json:
        return cli_output.letters(results, as_json, notes=cells.notes)
    for line in _listed(cells, results, folder):
        click.echo(line)
    failed = sum(result.status == "failed" for result in results)
    wrong = f"{failed} to mend" if failed else "nothing to mend"
    cli_output.say(f"{cli_output.count(len(results), 'variant')} checked, {wrong}")
    return ExitCode.FAILED if failed else ExitCode.DONE


def _listed(cells: Cells, results: list[Result], folder: Path) -> Iterator[str]:
    """A line for each variant: the name of its file, and what it chooses."""
    names = [str(folder / cell.output) for cell in cells.chosen]
    width = max(map(len, names))
    for name, cell, result in zip(names, cells.chosen, results, strict=True):
        line = f"{name:{width}}  {cell.said}"
        yield f"{line}  (cannot be made)" if result.status == "failed" else line.rstrip()
