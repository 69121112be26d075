"""`letterpress variants`: every cell of a letter's matrix."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from letterpress.cli import options, outputs, records
from letterpress.cli import output as cli_output
from letterpress.errors import ExitCode, UsageError
from letterpress.model import Result
from letterpress.processes import stages

if TYPE_CHECKING:
    from letterpress.batch.variants import Cell
    from letterpress.model import Job
    from letterpress.processes.limits import Limits

_FOLDER = "out"


@cli_output.command(epilog="Example: letterpress variants content/letters/offer.md --sheet out/offer.pdf")
@click.argument("letter", metavar="LETTER.md")
@click.option("-o", "--output", callback=cli_output.named, metavar="DIR", help="Folder for the variants. [out/]")
@click.option(
    "--sheet", callback=cli_output.named, metavar="FILE", help="The first page of each, on one sheet: a .pdf or a .png."
)
@click.option("--list", "only_list", is_flag=True, help="Say which variants there are, and make none.")
@click.option("--data", metavar="FILE", help="Fill the letter from a record, as `merge` does.")
@click.option("--record", type=click.IntRange(min=1), default=1, show_default=True, metavar="N", help="Which record.")
@records.source_options("sheet")  # here, that is the contact sheet
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Worker processes. [one for each core]")
@outputs.replace_signed_option
@options.options
@options.limited(hand_over=True)
def variants(
    letter: str,
    output: str | None,
    sheet: str | None,
    only_list: bool,
    jobs: int | None,
    limits: Limits,
    replace_signed: bool,
    as_json: bool,
    **given: Any,
) -> int:
    """Make a PDF of every variant of LETTER.md.

    `variants:` in its front matter lists letterheads, languages, papers, copies, ways to sign and values of fields;
    each combination is a variant, less those in `exclude`, and with those in `include`. Files are named by what
    differs.
    """
    from letterpress.batch import variants as matrix

    if sheet is not None and Path(sheet).suffix.lower() not in (".pdf", ".png"):
        raise UsageError(
            f"'{sheet}' is neither .pdf nor .png",
            field="--sheet",
            hint="such as out/sheet.pdf",
            code="output-unsuitable",
        )
    stages.begin(letter, "reading the letter")
    job = options.job(letter, given)
    cells = matrix.cells(_filled(job, {**given, "limits": limits}) if given["data"] else job)
    folder = Path(output or _FOLDER)
    if only_list:
        if as_json:
            cli_output.document(
                {"variants": [{"output": cell.output, "choices": dict(cell.choices)} for cell in cells]}
            )
        else:
            for cell in cells:
                click.echo(str(folder / cell.output))
        return ExitCode.DONE
    _check_outputs(cells, folder, sheet, letter, given["data"], replace_signed)
    results = _make(cells, folder, jobs, limits, replace_signed)
    if sheet is not None:
        stages.begin(sheet, "drawing the contact sheet", "file")
        _write_sheet(Path(sheet), results, replace_signed)
    return cli_output.letters(results, as_json)


def _filled(job: Job, given: dict[str, Any]) -> Job:
    """The job with the values of one record."""
    job, table, _, plan = records.planned(job, given["data"], {**given, "sheet": None})
    for record in table.records():
        if record.number == given["record"]:
            # What the record chooses (its language, say) is for the matrix to choose.
            filled, _ = plan.filled(record)
            letter = replace(job.letter, to=filled.letter.to)
            return replace(job, letter=letter, values=filled.values, record=filled.record)
    raise UsageError(
        f"there is no record {given['record']} in {table.name}",
        field="--record",
        hint="count from 1, without the header",
        code="record-missing",
        value=given["record"],
    )


def _check_outputs(
    cells: list[Cell], folder: Path, sheet: str | None, letter: str, data: str | None, replace_signed: bool
) -> None:
    """No variant, nor the sheet, may replace what the command reads, and none another."""
    written: list[tuple[str, str | Path | None]] = [("--output", folder / cell.output) for cell in cells]
    read: dict[Path | str | None, None] = dict.fromkeys((letter, data))
    if any(isinstance(path, Path) and path.exists() for _, path in written) or sheet is not None:
        read.update(dict.fromkeys(path for cell in cells for path in outputs.read_by(cell.job)))
    outputs.check_inputs([*written, ("--sheet", sheet)], read)
    outputs.check_free([("--sheet", sheet)], replace_signed=replace_signed)


def _make(cells: list[Cell], folder: Path, jobs: int | None, limits: Limits, replace_signed: bool) -> list[Result]:
    """Every cell, in worker processes; results in the order of the matrix."""
    from letterpress.batch.executor import at_work, executor_for
    from letterpress.batch.maker import PRESS, Item, Orders
    from letterpress.batch.run import cores

    if folder.exists() and not folder.is_dir():
        raise outputs.no_folder(folder, "variants")
    folder.mkdir(parents=True, exist_ok=True)
    bases = [cell.job for cell in cells]
    items = [
        Item(seq=at, base=at, id=cell.job.id or "", record=None, values=(), output=cell.output)
        for at, cell in enumerate(cells)
    ]
    results: dict[int, Result] = {}
    stages.free()  # the executor watches its processes
    with tempfile.TemporaryDirectory(prefix="letterpress-") as scratch:
        number = max(1, min(jobs or cores(), len(cells)))
        orders = Orders(press=PRESS, folder=str(folder.resolve()), limits=limits, replace_signed=replace_signed)
        with (
            at_work(executor_for(number, orders, scratch=scratch)) as executor,
            cli_output.progress(len(cells), "variants") as step,
        ):
            executor.submit(bases, items)
            for outcome in executor.results():
                if outcome is None:
                    continue
                cell = cells[outcome.seq]
                done = outcome.status in ("done", "kept")
                result = Result(
                    id=cell.job.id or "",
                    source=cell.job.letter.path,
                    output=str(folder / cell.output) if done else None,
                    status="skipped" if outcome.kept else "done" if done else "failed",
                    pages=outcome.pages,
                    sha256=outcome.kept or outcome.sha256,
                    diagnostics=outcome.diagnostics,
                    enclosures=outcome.enclosures,
                )
                results[outcome.seq] = result
                cli_output.diagnostics(result.diagnostics)
                if done:
                    cli_output.say(f"{result.output} ({cli_output.count(result.pages or 0, 'page')})")
                step()
    return [results[at] for at in sorted(results)]


def _write_sheet(path: Path, results: list[Result], replace_signed: bool) -> None:
    from letterpress import output as files
    from letterpress.batch import combine, contact_sheet

    parts = [combine.Part(path=Path(result.output), title=result.id) for result in results if result.output is not None]
    if not parts:
        return
    data = contact_sheet.draw(parts)
    if path.suffix.lower() == ".png":
        from letterpress.pdf import raster

        data = raster.png(data, dpi=110)
    cli_output.diagnostics(files.write(path, data, replace_signed=replace_signed).diagnostics)
    cli_output.say(f"{path}: {len(parts)} first pages")
