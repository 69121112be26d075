"""`letterpress runs`: what was made into a folder, and what failed."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from letterpress.cli import options, outputs, stores
from letterpress.cli import output as cli_output
from letterpress.errors import ExitCode, UnreadableInput, UsageError
from letterpress.processes import stages

if TYPE_CHECKING:
    from letterpress.batch.journal import Entry, Journal, Run

_ROW, _CELL = "letterpress:row", "letterpress:cell"
"""Columns of a CSV of failed records that say where they stood; a merge passes them over (recipients/columns.py)."""
_REMARKS = (_ROW, _CELL)


@cli_output.command(epilog="Example: letterpress runs out/offer --failed-csv mend.csv")
@click.argument("folder", required=False, default="out", metavar="[DIR|URL]")
@click.option("--run", "number", type=int, metavar="N", help="Of run N instead of the last.")
@click.option("--failures", is_flag=True, help="Show what is wrong with each letter that failed.")
@click.option(
    "--failed-csv",
    callback=cli_output.named,
    metavar="FILE.csv",
    help="Write the records that failed as a CSV, to be mended and merged.",
)
@options.limited()
def runs(folder: str, number: int | None, failures: bool, failed_csv: str | None, as_json: bool) -> int:
    """List the runs of `letterpress merge` into DIR (or the folders in it, or a store), with their failures."""
    with stores.run_of(folder) as (place, shown):
        listed = _listed(place, shown, number, failures=failures, failed_csv=failed_csv, all_runs=as_json)
    if as_json:
        cli_output.document({"runs": listed})
    elif not failures and not failed_csv:
        for line in listed:
            _say(line)
    return ExitCode.DONE


def _listed(
    place: Path, shown: str, number: int | None, *, failures: bool, failed_csv: str | None, all_runs: bool
) -> list[dict[str, Any]]:
    """The runs, with what is asked for of the chosen one said and written.

    :param shown: what the folder `place` is called.
    """
    from letterpress.batch.journal import Journal

    listed: list[dict[str, Any]] = []
    folders = _folders(place)
    if (failed_csv or number is not None) and len(folders) > 1:
        hint = ", ".join(str(path) for path in folders[:8])
        raise UsageError(
            "there are runs in more than one folder", file=shown, hint=f"name one: {hint}", code="run-ambiguous"
        )
    for path in folders:
        name = str(path).replace(str(place), shown, 1)
        stages.begin(name, "reading its journal", "data")
        with Journal(path, write=False) as journal:
            for run in journal.runs():
                listed.append({"folder": name, **_as_json(run)})
            chosen = _chosen(journal, number, path) if failures or failed_csv or all_runs else None
            if failures and chosen is not None:
                for entry in journal.entries(chosen.number, state="failed"):
                    cli_output.diagnostics(entry.diagnostics)
            if failed_csv and chosen is not None:
                written = _write_failed(Path(failed_csv), journal, chosen)
                cli_output.say(
                    f"{failed_csv}: {cli_output.count(written, 'record')}" if written else "no record has failed"
                )
    return listed


def _folders(folder: Path) -> list[Path]:
    """The folder itself, or those in it that have a journal."""
    if (folder / ".letterpress").is_dir():
        return [folder]
    inner = sorted(path.parent for path in folder.glob("*/.letterpress")) if folder.is_dir() else []
    if not inner:
        hint = "name the folder that `letterpress merge -o` was given"
        raise UnreadableInput("no run has been made into this folder", file=str(folder), hint=hint, code="run-missing")
    return inner


def _chosen(journal: Journal, number: int | None, folder: Path) -> Run | None:
    known = journal.runs()
    if number is None:
        return known[0] if known else None
    for run in known:
        if run.number == number:
            return run
    about: dict[str, Any] = {"code": "run-missing", "value": number, "hint": "see `letterpress runs`"}
    raise UsageError(f"there is no run {number}", file=str(folder), field="--run", **about)


def _as_json(run: Run) -> dict[str, Any]:
    return {
        "run": run.number, "started": run.started, "finished": run.finished, "state": run.state, **run.counts,
        "about": dict(run.about),
    }  # fmt: skip


def _say(line: dict[str, Any]) -> None:
    counts = ", ".join(f"{line[key] or 0} {key}" for key in ("done", "failed", "skipped", "pending") if line[key])
    about = line["about"]
    click.echo(f"{line['folder']}  run {line['run']}  {line['started']}  {line['state']}: {counts or 'nothing'}")
    click.echo(f"    {about.get('letter', '')} with {about.get('data', '')}")


def _write_failed(path: Path, journal: Journal, run: Run) -> int:
    """The rows of failed letters, as they stood in the source, with where that was; gives their number."""
    columns: dict[str, None] = {}
    for entry in journal.entries(run.number, state="failed"):
        for row in _rows(entry):
            columns.update(dict.fromkeys(row))
    if not columns:
        return 0
    from letterpress import output

    count = 0
    text = io.StringIO(newline="")
    header = [name for name in columns if name not in _REMARKS] + [name for name in _REMARKS if name in columns]
    writer = csv.DictWriter(text, header, restval="")
    writer.writeheader()
    written = ""
    for entry in journal.entries(run.number, state="failed"):
        if entry.rows == written:  # the same record in another variant
            continue
        written = entry.rows
        for row in _rows(entry):
            writer.writerow(
                {name: ";".join(map(str, cell)) if isinstance(cell, list) else cell for name, cell in row.items()}
            )
            count += 1
    outputs.check_inputs([("--failed-csv", path)], [run.about.get("data"), run.about.get("letter")])
    output.write(path, text.getvalue().encode("utf-8-sig"), hint="name another file with --failed-csv")
    return count


def _rows(entry: Entry) -> list[dict[str, Any]]:
    """The records of a letter; the first with row and cells of the source, where those are known."""
    rows: list[dict[str, Any]] = [row[1] for row in json.loads(entry.rows)]
    errors = [fault for fault in entry.diagnostics if fault.severity == "error"]
    row = next((fault.row for fault in errors if fault.row is not None), None)
    if row is not None:
        cells = dict.fromkeys(fault.cell for fault in errors if fault.cell)
        rows[0] = {**rows[0], _ROW: str(row), _CELL: " ".join(cells)}
    return rows
