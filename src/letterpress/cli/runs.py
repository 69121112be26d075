"""`letterpress runs`: what was made into a folder, and what failed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import click

from letterpress.cli import options, outputs, stores
from letterpress.cli import output as cli_output
from letterpress.errors import Diagnostic, ExitCode, UnreadableInput, UsageError
from letterpress.files import lock
from letterpress.processes import stages

if TYPE_CHECKING:
    from letterpress.batch.journal import Journal, Run
    from letterpress.places import Place
    from letterpress.shards.run import Run as ShardedRun

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
@click.option(
    "--sweep", is_flag=True, help="Of a run on many machines: remove what attempts that were ended have left."
)
@options.limited()
def runs(folder: str, number: int | None, failures: bool, failed_csv: str | None, sweep: bool, as_json: bool) -> int:
    """List the runs of `letterpress merge` into DIR (or the folders in it, or a store), with their failures.

    DIR may be the place of a run on many machines, a folder or a store's URL: its manifests are read.
    """
    from letterpress.cli import sharded

    many = sharded.found(folder)
    if many is not None:
        return _of_many(*many, failures=failures, failed_csv=failed_csv, sweep=sweep, as_json=as_json)
    if sweep:
        message, hint = "no run on many machines was planned here: there is nothing to sweep", "leave out --sweep"
        raise UsageError(message, file=folder, field="--sweep", hint=hint, code="option-useless")
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
        ended = str(place) == shown and lock.is_free(path / ".letterpress/lock")
        with Journal(path, write=False) as journal:
            known = journal.runs()
            for run in known:
                state = "killed" if ended and run.state in ("planning", "running") else run.state
                listed.append({"folder": name, **_as_json(run), "state": state})
            if known and known[0].state in ("done", "failed"):
                listed[-len(known)]["left"] = list(_left(journal, known[0], shown))
            chosen = _chosen(journal, number, path) if failures or failed_csv or all_runs else None
            if failures and chosen is not None:
                for entry in journal.entries(chosen.number, state="failed"):
                    cli_output.diagnostics(entry.diagnostics)
            if failed_csv and chosen is not None:
                _write_failed(
                    Path(failed_csv), _failed_entries(journal, chosen), chosen.about, chosen.counts["pending"]
                )
    return listed


def _left(journal: Journal, run: Run, shown: str) -> tuple[str, ...]:
    """The files of earlier runs that lie beside the letters of the last one."""
    from letterpress import places
    from letterpress.batch import earlier_files

    there = [one.name for one in places.place_of(shown).list()] if places.is_store(shown) else None
    return earlier_files.left(journal, run.number, there)


def _of_many(
    run: ShardedRun, place: Place, *, failures: bool, failed_csv: str | None, sweep: bool, as_json: bool
) -> int:
    """Tell of a run on many machines, by its manifests."""
    from letterpress.cli import sharded
    from letterpress.shards import sweeping

    def failed() -> Iterator[_Failed]:
        made = (letter for manifest in sharded.manifests(run, place) for letter in manifest.letters)
        return (letter for letter in made if letter.status == "failed")

    stages.begin(place.address, "reading its manifests", "data")
    for letter in failed() if failures else ():
        cli_output.diagnostics(letter.diagnostics)
    if failed_csv:
        _write_failed(Path(failed_csv), failed, run.about, sharded.told(run, place)["pending"])
    if sweep:
        cli_output.say(f"{cli_output.count(sweeping.sweep(run, place), 'file')} of ended attempts removed")
    if as_json or not (failures or failed_csv or sweep):
        told = sharded.told(run, place)
        if as_json:
            cli_output.document({"runs": [told]})
        else:
            _say(told)
            click.echo(f"    {told['made']} of {cli_output.count(told['shards'], 'shard')}")
    return ExitCode.DONE


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
    if left := line.get("left"):
        from letterpress.batch import earlier_files

        files = f"{earlier_files.counted(left)} {'belongs' if len(left) == 1 else 'belong'}"
        click.echo(f"    {files} to no letter of this run: {earlier_files.listed(left)}")


class _Failed(Protocol):
    """A letter that failed: an entry of a journal, or of a manifest."""

    @property
    def rows(self) -> str | None: ...

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]: ...


def _failed_entries(journal: Journal, run: Run) -> Callable[[], Iterator[_Failed]]:
    return lambda: iter(journal.entries(run.number, state="failed"))


def _write_failed(path: Path, failed: Callable[[], Iterator[_Failed]], about: Mapping[str, Any], pending: int) -> None:
    """Write the rows of failed letters, as they stood in the source, with where that was.

    :param about: what the run is.
    :param pending: letters that are neither made nor failed.
    """
    columns: dict[str, None] = {}
    for entry in failed():
        for row in _rows(entry):
            columns.update(dict.fromkeys(row))
    if not columns:
        rest = f"; {cli_output.count(pending, 'letter')} not made yet: run the same command again" if pending else ""
        cli_output.say(f"no record has failed{rest}")
        return
    from letterpress import output

    count = 0
    text = io.StringIO(newline="")
    header = [name for name in columns if name not in _REMARKS] + [name for name in _REMARKS if name in columns]
    writer = csv.DictWriter(text, header, restval="")
    writer.writeheader()
    written = ""
    for entry in failed():
        if entry.rows == written:  # the same record in another variant
            continue
        written = entry.rows or ""
        for row in _rows(entry):
            writer.writerow(
                {name: ";".join(map(str, cell)) if isinstance(cell, list) else cell for name, cell in row.items()}
            )
            count += 1
    outputs.check_inputs([("--failed-csv", path)], [about.get("data"), about.get("letter")])
    output.write(path, text.getvalue().encode("utf-8-sig"), hint="name another file with --failed-csv")
    cli_output.say(f"{path}: {cli_output.count(count, 'record')}")


def _rows(entry: _Failed) -> list[dict[str, Any]]:
    """The records of a letter; the first with row and cells of the source, where those are known."""
    rows: list[dict[str, Any]] = [row[1] for row in json.loads(entry.rows or "[]")]
    errors = [fault for fault in entry.diagnostics if fault.severity == "error"]
    row = next((fault.row for fault in errors if fault.row is not None), None)
    if row is not None:
        cells = dict.fromkeys(fault.cell for fault in errors if fault.cell)
        rows[0] = {**rows[0], _ROW: str(row), _CELL: " ".join(cells)}
    return rows
