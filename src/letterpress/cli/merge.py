"""`letterpress merge`: one letter for each record."""

from __future__ import annotations

import contextlib
import hashlib
import json
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from letterpress.cli import options, output, outputs, records, run_report
from letterpress.errors import (
    Diagnostic,
    ExitCode,
    LetterpressError,
    UnreadableInput,
    UsageError,
    did_you_mean,
)
from letterpress.processes import signals, stages

if TYPE_CHECKING:
    from letterpress.batch.maker import Key
    from letterpress.batch.plan import Plan
    from letterpress.batch.run import Batch
    from letterpress.recipients.columns import Mapped
    from letterpress.recipients.selection import Wanted
    from letterpress.recipients.tables import Table

_OTHERS = {"combine": "combine", "report": "report_file"}
"""What a run writes besides its letters: option -> parameter."""


@output.command(
    epilog="Example: letterpress merge content/letters/offer.md --data content/recipients/offer.csv --dry-run"
)
@click.argument("letter", metavar="LETTER.md")
@click.option(
    "--data", required=True, metavar="FILE", help="CSV, TSV, XLSX, JSON, JSON Lines, Parquet, SQLite, postgresql://..."
)
@click.option("-o", "--output", callback=output.named, metavar="DIR", help="Folder for the letters. [out/<letter>/]")
@records.source_options()
@click.option("--key", metavar="COLUMN", help="Column that names a record to people.")
@click.option("--where", metavar="SQL", help="Only records for which this holds: \"country = 'DE' AND amount > 100\".")
@click.option("--order-by", metavar="SQL", help='Order of the letters: "postcode, name DESC".')
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="The first N of them.")
@click.option("--sample", type=click.IntRange(min=1), metavar="N", help="Any N of them, the same each time.")
@click.option("--unique", is_flag=True, help="One letter to an address; without it, doubles are reported.")
@click.option(
    "--group-by", metavar="COLUMNS", help="One letter for all records that agree in these; they are fields.records."
)
@click.option(
    "--name", metavar="PATTERN", help='The files\' names: "{to.postcode}-{to.name|slug}". [{letter}-{record:05}]'
)
@click.option(
    "--combine",
    callback=output.named,
    metavar="FILE.pdf",
    help="All letters in one PDF as well, in order, for the printer.",
)
@click.option("--duplex", is_flag=True, help="With --combine: each letter begins on a new sheet.")
@click.option("--jobs", type=click.IntRange(min=0), metavar="N", help="Worker processes; 0: none. [one for each core]")
@click.option("--dry-run", is_flag=True, help="Check every record, and make nothing.")
@click.option("--layout", is_flag=True, help="With --dry-run: lay every letter out as well.")
@click.option(
    "--report",
    "report_file",
    callback=output.named,
    metavar="FILE.csv",
    help="What is wrong, record by record, for the spreadsheet.",
)
@click.option(
    "--preview", type=click.IntRange(min=1), metavar="N", help="Make N letters only, into DIR/preview/, to look at."
)
@click.option(
    "--resume", is_flag=True, help="Go on with the run in DIR (as running again does), and fail if there is none."
)
@click.option("--again", is_flag=True, help="Make letters anew that are there and have not changed.")
@outputs.replace_signed_option
@click.option("--tsa", metavar="URL", help="Timestamp server (RFC 3161) for signing at once.")
@click.option(
    "--passphrase-fd", type=int, metavar="N", help="Read the keys' passphrases from file descriptor N, a line each."
)
@click.option("--jsonl", is_flag=True, help="Print a line of JSON for each letter as it is done, then the summary.")
@options.options
@options.limited(hand_over=True)
def merge(letter: str, data: str, as_json: bool, **given: Any) -> int:
    """Make one PDF of LETTER.md for each record of the data.

    A letter that fails does not keep the others from being made. A run can be interrupted, or killed, at any moment:
    running the same command again makes what is missing or has changed, and nothing else. A letter that has been
    signed since is left as it is, and fails if it has changed.
    """
    given["sign"], keys = options.ways_and_keys(given["sign"])
    _check_usage(as_json, given, bool(keys))
    begun = time.monotonic()
    _check_files(letter, data)
    given["inputs"] = (letter, data, *(str(path) for _, path in keys))
    _check_outputs(given, as_json or given["jsonl"])
    given["keys"], certificates = _opened(keys, given["passphrase_fd"])
    with _batch(options.folder(given["output"], letter), given) as batch:  # its workers start now
        stages.begin(letter, "reading the letter")
        job = replace(options.job(letter, given), signed_by=certificates)
        _, table, mapped, plan = records.planned(job, data, given)
        run = _Run(
            batch, plan, as_json, given, [*batch.journal.notes, *job.letter.remarks, *table.notes, *mapped.faults]
        )
        run.go(table, mapped, _wanted(given), data)
        return run.end(time.monotonic() - begun)


def _opened(keys: tuple[tuple[str, Path], ...], descriptor: int | None) -> tuple[tuple[Key, ...], tuple[str, ...]]:
    """The keys that sign each letter, tried before a process starts; and the fingerprints of their certificates."""
    if not keys:
        return (), ()
    from letterpress.batch.maker import Key
    from letterpress.cli.sign import opened

    opened_keys = opened(keys, descriptor)
    orders = tuple(
        Key(signatory=name, path=str(path.resolve()), passphrase=passphrase)
        for name, path, passphrase, _ in opened_keys
    )
    return orders, tuple(hashlib.sha256(signer.chain[0]).hexdigest() for *_, signer in opened_keys)


def _check_usage(as_json: bool, given: dict[str, Any], signing: bool) -> None:
    if signing and given["combine"]:
        hint = "leave out --combine, or sign later"
        raise UsageError(
            "signed letters cannot become one file and stay signed",
            field="--combine",
            hint=hint,
            code="options-conflict",
        )
    if as_json and given["jsonl"]:
        raise UsageError(
            "--json and --jsonl cannot go together", field="--jsonl", hint="choose one", code="options-conflict"
        )
    for option, needs in (("layout", "dry_run"), ("duplex", "combine")):
        if given[option] and not given[needs]:
            other = f"--{needs.replace('_', '-')}"
            about: dict[str, Any] = {"code": "option-alone", "params": (("needs", other),)}
            raise UsageError(f"--{option} goes with {other}", field=f"--{option}", hint="add it", **about)
    if given["dry_run"] and (given["combine"] or given["preview"]):
        hint = "leave out --combine and --preview"
        raise UsageError("a dry run makes no PDF", field="--dry-run", hint=hint, code="options-conflict")


def _check_files(*paths: str) -> None:
    """What is not there at all is said before a process starts."""
    for path in paths:
        if "://" not in path and not Path(path).exists():
            raise UnreadableInput("there is no such file", file=path, hint=_near(Path(path)), code="file-missing")


def _check_outputs(given: dict[str, Any], as_json: bool) -> None:
    """What the run writes besides its letters must not be what it reads, nor signed."""
    others = [(f"--{name}", given[key]) for name, key in _OTHERS.items()]
    for option, path in others:
        outputs.check_stdout(path, as_json=as_json, option=option)
    outputs.check_inputs(others, given["inputs"])
    outputs.check_free(others, replace_signed=given["replace_signed"])


def _near(path: Path) -> str | None:
    siblings = [sibling.name for sibling in path.parent.iterdir()] if path.parent.is_dir() else []
    return did_you_mean(path.name, siblings[:1000])


def _batch(folder: Path, given: dict[str, Any]) -> Batch:
    from letterpress.batch.run import Batch, Settings, cores

    if given["preview"]:
        folder = folder / "preview"
    if folder.exists() and not folder.is_dir():
        raise outputs.no_folder(folder, "letters")
    if given["resume"] and not (folder / ".letterpress").is_dir():
        about: dict[str, Any] = {"file": str(folder), "field": "--resume", "code": "run-missing"}
        raise UsageError("there is no run to go on with", hint="leave out --resume", **about)
    settings = Settings(
        folder=folder,
        jobs=cores() if given["jobs"] is None else given["jobs"],
        limits=given["limits"],
        again=given["again"] or bool(given["preview"]),
        unique=given["unique"],
        dry=given["dry_run"],
        layout=given["layout"],
        keys=given["keys"],
        tsa=given["tsa"],
        replace_signed=given["replace_signed"],
        inputs=tuple(path for path in given["inputs"] if "://" not in path),
        outputs=tuple((f"--{name}", given[key]) for name, key in _OTHERS.items() if given[key]),
    )
    return Batch(settings)


def _wanted(given: dict[str, Any]) -> Wanted:
    from letterpress.recipients.selection import Wanted

    return Wanted(
        where=given["where"],
        order_by=given["order_by"],
        limit=given["limit"],
        sample=given["preview"] or given["sample"],
        group_by=records.listed(given["group_by"]),
    )


class _Run:
    """One run as people and programs see it."""

    def __init__(self, batch: Batch, plan: Plan, as_json: bool, given: dict[str, Any], notes: list[Diagnostic]) -> None:
        output.diagnostics(notes)
        self.notes = notes
        """What is to be said of the journal, the table and its columns."""
        self.batch = batch
        self.plan = plan
        self.as_json = as_json
        self.given = given
        self.combined: str | None = None
        self.in_combined = 0
        """Letters in it."""
        self.failures = run_report.Failures(
            given["report_file"], dry=given["dry_run"], replace_signed=given["replace_signed"]
        )
        self.said: tuple[Diagnostic, ...] = ()
        """What is to be said of the files besides the letters."""

    def go(self, table: Table, mapped: Mapped, wanted: Wanted, data: str) -> None:
        from letterpress.recipients import selection
        from letterpress.text.urls import without_password

        about = {"letter": self.plan.ways.job.letter.path, "data": without_password(data)}
        about |= {
            name: self.given[name]
            for name in ("where", "order_by", "limit", "sample", "group_by", "name")
            if self.given[name]
        }
        stages.begin(table.name, "reading the data", "data")
        chosen = selection.chosen(table, self.plan.ways.job.letter, mapped, wanted)
        with self._interruptible():
            total = self.batch.plan(self.plan, chosen, about)
            if self.batch.settings.jobs:
                stages.free()  # the executor watches its processes
            else:
                stages.begin(table.name, "making the letters")
            with run_report.progress(total) as show, self.failures:
                for result in self.batch.results():
                    if result is None:
                        show(None)
                        continue
                    show(result)
                    self.failures.take(result, self.plan.ways.mapped)
                    if self.given["jsonl"]:
                        click.echo(json.dumps(result.as_json(), ensure_ascii=False))
        if self.given["combine"] and self.batch.state in ("done", "failed"):
            self._combine()

    def _combine(self) -> None:
        from letterpress.batch import combine

        stages.free(memory=True)  # it grows with the run, and what it reads has been made by us

        parts = (
            combine.Part(path=Path(result.output), title=result.record or result.id)
            for result in self.batch.all_results()
            if result.output is not None
        )
        target = Path(self.given["combine"])
        letter = self.plan.ways.job.letter
        combined = combine.write(
            target,
            parts,
            title=letter.subject or letter.slug,
            lang=letter.lang,
            duplex=self.given["duplex"],
            replace_signed=self.given["replace_signed"],
        )
        self.said = combined.diagnostics
        output.diagnostics(self.said)
        self.combined, self.in_combined = str(target), combined.letters

    @contextlib.contextmanager
    def _interruptible(self) -> Iterator[None]:
        """The first Ctrl-C finishes the letters in hand; the second does not wait for them."""

        def heard() -> None:
            if self.batch.state != "running":
                signals.interrupt()
            self.batch.interrupt()
            stages.ending()
            output.say("finishing the letters in hand; press Ctrl-C again to stop at once")

        if threading.current_thread() is not threading.main_thread():
            yield
            return
        handler = signals.once(heard)
        before: dict[int, Any] = {number: signal.signal(number, handler) for number in signals.heeded()}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def end(self, seconds: float) -> int:
        """The summary, and the exit code."""
        batch = self.batch
        counts = batch.journal.counts(batch.run) if batch.state != "stopped" else self._counts_if_there()
        summary: dict[str, Any] = {**counts, "state": batch.state, "run": batch.run, "seconds": round(seconds, 2)}
        summary |= {"duplicates": batch.duplicates, "combined": self.combined, "folder": str(batch.settings.folder)}
        if self.as_json:
            run_report.document(batch.all_results(), summary, [*self.notes, *self.said, *batch.faults])
        elif self.given["jsonl"]:
            click.echo(json.dumps({"summary": summary, "diagnostics": [fault.as_json() for fault in batch.faults]}))
        output.diagnostics(batch.faults)
        run_report.say_end(summary, self.failures, dry=self.given["dry_run"], in_combined=self.in_combined)
        if batch.state == "interrupted":
            return ExitCode.INTERRUPTED
        return ExitCode.FAILED if batch.state != "done" else ExitCode.DONE

    def _counts_if_there(self) -> dict[str, int]:
        try:
            return self.batch.journal.counts(self.batch.run)
        except LetterpressError:
            return {"letters": 0, "done": 0, "failed": 0, "skipped": 0, "pending": 0, "pages": 0}
