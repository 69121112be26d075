"""`letterpress merge`: one letter for each record."""

from __future__ import annotations

import contextlib
import hashlib
import json
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from letterpress.cli import (
    deprecated,
    finished,
    options,
    output,
    outputs,
    passphrases,
    records,
    run_options,
    run_report,
    spools,
    stores,
)
from letterpress.errors import Diagnostic, ExitCode, LetterpressError, UnreadableInput, UsageError, did_you_mean
from letterpress.processes import signals, stages

if TYPE_CHECKING:
    from letterpress.batch.maker import Key
    from letterpress.batch.plan import Plan
    from letterpress.batch.run import Batch
    from letterpress.batch.variants import Cells
    from letterpress.model import Job
    from letterpress.post.spools import Spools
    from letterpress.recipients.columns import Mapped
    from letterpress.recipients.selection import Wanted
    from letterpress.recipients.tables import Table

_OTHERS = {"combine": "combine", "report": "report_file", "sheet": "contact_sheet", "output": "archive"}
"""What a run writes besides its letters: option -> parameter."""


@output.command(
    epilog="Example: letterpress merge content/letters/offer.md --data content/recipients/offer.csv --dry-run"
)
@click.argument("letter", metavar="LETTER.md")
@click.option("--data", required=True, metavar="FILE", help=run_options.DATA)
@click.option(
    "-o",
    "--output",
    callback=output.named_anywhere,
    metavar="DIR|FILE.zip|URL",
    help="Folder for the letters, one archive of them, or s3://BUCKET/FOLDER (gs://, az://). [out/<letter>/]",
)
@run_options.sharded
@records.source_options()
@run_options.options()
@options.options
@options.limited(hand_over=True)
def merge(letter: str, data: str, as_json: bool, **given: Any) -> int:
    """Make one PDF of LETTER.md for each record of the data.

    A letter that fails does not keep the others from being made. A run can be interrupted, or killed, at any moment:
    running the same command again makes what is missing or has changed, and nothing else. A letter that has been
    signed since is left as it is, and fails if it has changed.
    """
    if given["on"] is not None:
        from letterpress.cli import sharded

        given["archive"] = outputs.archive(given["output"])
        check_files(letter, data)
        return sharded.run(letter, data, as_json, given)
    run_options.check_alone(given)
    return run(letter, data, as_json, given, lambda: (options.job(letter, given), None))


def run(
    letter: str, data: str, as_json: bool, given: dict[str, Any], read: Callable[[], tuple[Job, Cells | None]]
) -> int:
    """Make the letters of all records.

    :param given: the options; `output` is the folder, archive or store. What they mean is the same in every command
        that has them.
    :param read: reads the letter: its job, and the variants that each record's letter is made in.
    """
    given |= stores.target(given)
    given["sign"], keys = options.ways_and_keys(given["sign"], given["profile"])
    run_options.check(as_json, given, bool(keys))
    begun = time.monotonic()
    check_files(letter, data)
    more = [given[name] for name in ("corrections", "insert_sheet") if given.get(name) is not None]
    given["inputs"] = (letter, data, *more, *(str(path) for _, path in keys))
    _check_outputs(given, as_json or given["jsonl"])
    given["keys"], certificates = opened(keys, given["passphrase_fd"], given["on_behalf"])
    with _batch(stores.folder(letter, given), given) as batch:  # its workers start now
        stages.begin(letter, "reading the letter")
        job, cells = read()
        job = spools.prepared(replace(job, signed_by=certificates), given)
        notes = [] if cells is None else _refuse_faulty(cells)
        _, table, mapped, plan = records.planned(job, data, given, cells)
        said = [*batch.journal.notes, *job.letter.remarks, *table.notes, *notes, *mapped.faults]
        made = _Run(batch, plan, as_json, given, said, cells)
        made.go(table, mapped, wanted(given), data)
        return made.end(time.monotonic() - begun)


def _refuse_faulty(cells: Cells) -> list[Diagnostic]:
    from letterpress.batch import variants

    return variants.refuse_faulty(cells)


def opened(
    keys: tuple[tuple[str, Path], ...], descriptor: int | None, on_behalf: bool
) -> tuple[tuple[Key, ...], tuple[str, ...]]:
    """The keys that sign each letter, tried before a process starts; and the fingerprints of their certificates."""
    if not keys:
        return (), ()
    from letterpress.batch.maker import Key

    opened_keys = passphrases.opened(keys, descriptor, on_behalf=on_behalf)
    orders = tuple(
        Key(signatory=name, path=str(path.resolve()), passphrase=passphrase)
        for name, path, passphrase, _ in opened_keys
    )
    return orders, tuple(hashlib.sha256(signer.chain[0]).hexdigest() for *_, signer in opened_keys)


def check_files(letter: str, data: str) -> None:
    """Say before a process starts what is not there at all.

    :raises UnreadableInput: the letter or the list is not.
    """
    if not Path(letter).is_file():
        from letterpress.content import reader

        reader.load(letter)  # which looks for what was meant
    if "://" not in data and not Path(data).exists():
        raise UnreadableInput("there is no such file", file=data, hint=_near(Path(data)), code="file-missing")


def _check_outputs(given: dict[str, Any], as_json: bool) -> None:
    """What the run writes besides its letters must not be what it reads, nor signed."""
    others = [(option, path) for option, path in _others(given) if "://" not in str(path)]
    outputs.check_folder(given["output"], instead="--combine FILE.pdf puts all letters in one file", archive=True)
    outputs.check_pdf(given["combine"], "--combine")
    for option, path in others:
        outputs.check_stdout(path, as_json=as_json, option=option)
    outputs.check_inputs(others, given["inputs"])
    outputs.check_free(others, replace_signed=given["replace_signed"])


def _others(given: dict[str, Any]) -> list[tuple[str, str | Path]]:
    return [(f"--{name}", given[key]) for name, key in _OTHERS.items() if given.get(key)]


def _near(path: Path) -> str | None:
    siblings = [sibling.name for sibling in path.parent.iterdir()] if path.parent.is_dir() else []
    return did_you_mean(path.name, siblings[:1000])


def _batch(folder: Path, given: dict[str, Any]) -> Batch:
    from letterpress.batch.run import Batch, Settings, cores

    if given["preview"]:
        folder = folder / "preview"
    outputs.check_run_folder(folder)
    place = given.get("place")
    if place is not None and not given["dry_run"]:
        stores.begin(place, folder, resume=given["resume"])
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
        mail=given["eml"],
        verify_plates=given["verify_plates"] is not None,
        inputs=tuple(path for path in given["inputs"] if "://" not in path),
        outputs=tuple((option, str(path)) for option, path in _others(given) if "://" not in str(path)),
        place=place,
        keep=bool(given["combine"]),
        archive=given.get("archive"),
    )
    return Batch(settings)


def wanted(given: dict[str, Any]) -> Wanted:
    """Which records the options mean."""
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

    def __init__(
        self,
        batch: Batch,
        plan: Plan,
        as_json: bool,
        given: dict[str, Any],
        notes: list[Diagnostic],
        cells: Cells | None,
    ) -> None:
        output.diagnostics(notes)
        self.notes = notes
        """What is to be said of the journal, the table and its columns."""
        self.batch = batch
        self.plan = plan
        self.as_json = as_json
        self.given = given
        self.spools: Spools | None = None
        """The files of all letters, for the printer."""
        self.archive: Path | None = given.get("archive")
        self.packed = False
        """Whether the archive is written."""
        told: dict[str, Any] = {"cells": cells, "every": batch.all_results, "mapped": plan.ways.mapped}
        self.failures = run_report.Failures(given["report_file"], replace_signed=given["replace_signed"], **told)
        self.failures.warnings = sum(note.severity == "warning" for note in notes)
        self.said: tuple[Diagnostic, ...] = ()
        """What is to be said of the files besides the letters."""

    def go(self, table: Table, mapped: Mapped, wanted: Wanted, data: str) -> None:
        from letterpress.batch.first_look import Source
        from letterpress.recipients import selection
        from letterpress.text.urls import without_password

        about: dict[str, Any] = {"letter": self.plan.ways.job.letter.path, "data": without_password(data)}
        about |= {
            name: self.given[name]
            for name in ("where", "order_by", "limit", "sample", "group_by", "name", "duplex")
            if self.given[name]
        }
        about |= spools.noted(self.plan.ways.job, self.given)
        about |= {"variants": len(self.plan.ways.variants)} if self.plan.ways.cells else {}
        stages.begin(table.name, "reading the data", "data")
        chosen = selection.chosen(table, self.plan.ways.job.letter, mapped, wanted)
        with self._interruptible():
            source = Source(table=table) if wanted.plain and wanted.limit is None else None
            total = self.batch.plan(self.plan, chosen, about, source=source)
            if not total:
                self._say_none(table, wanted)
            stages.begin(table.name, "making the letters", "run" if self.batch.settings.jobs else "letter")
            with self.failures, run_report.progress(lambda: self.batch.planned or total) as show:
                stages.made(made := 0, self.batch.planned or total)
                for result in self.batch.results():
                    if result is None:
                        show(None)
                        continue
                    show(result)
                    stages.made(made := made + (result.status != "failed"), self.batch.planned or total)
                    if self.given["jsonl"]:
                        click.echo(json.dumps(result.as_json(), ensure_ascii=False))
        if self.batch.earlier is not None:
            self._also((*self.batch.earlier.diagnostics, *self.batch.earlier.others))
        if self.batch.state in ("done", "failed"):
            if self.given["combine"]:
                self._combine()
            if self.given.get("contact_sheet"):
                self._draw_sheet(Path(self.given["contact_sheet"]))
            if self.archive is not None and not self.given["dry_run"]:
                self._pack(self.archive)

    def _say_none(self, table: Table, wanted: Wanted) -> None:
        """A list that makes no letter at all is hardly meant."""
        from letterpress.batch import list_plan

        said = list_plan.without_records(table)
        if not wanted.plain or wanted.limit is not None:
            said = replace(
                said, message="no record of it is chosen: no letter is made", hint="look at --where and --limit"
            )
        self._also([said])

    def _also(self, said: Iterable[Diagnostic]) -> None:
        """Say something of the files besides the letters."""
        self.said += run_report.told(said, strict=self.plan.ways.job.strict)

    def _combine(self) -> None:
        counts = self.batch.journal.counts(self.batch.run)
        if not counts["done"] + counts["skipped"]:
            message, file = "there is no letter to combine", self.given["combine"]
            said = Diagnostic(message=message, file=file, hint="mend what failed", code="nothing-to-combine")
            self._also([said])
            return
        stages.begin(self.given["combine"], "putting the letters into one file", "run")
        stages.free(memory=True)  # it grows with the run, and what it reads has been made by us
        self.spools = stores.combine(self.batch, self.plan.ways.job, self.given)
        self._also(self.spools.diagnostics)

    def _pack(self, archive: Path) -> None:
        """Put the letters into the archive; where some failed, those that were made stay in the folder as well."""
        from letterpress.batch import archive as archives

        stages.free(memory=True)
        said = archives.write(archive, self.batch.files(), replace_signed=self.given["replace_signed"])
        self.packed = True
        self._also(said)

    def _draw_sheet(self, path: Path) -> None:
        from letterpress.cli import contact_sheet

        stages.free(memory=True)
        self.said += contact_sheet.write(path, self.batch.all_results(), self.given["replace_signed"])

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
        summary["plates"] = batch.plates
        summary["letterless"] = batch.journal.letterless(batch.run) if counts["skipped"] else 0
        combined = [asdict(one) for one in self.spools.files] if self.spools else []
        first = combined[0]["file"] if combined else None
        summary |= {"duplicates": batch.duplicates, "combined": first, "folder": batch.settings.shown}
        summary |= {"spools": combined} if len(combined) > 1 else {}
        summary |= {"archive": str(self.archive)} if self.packed else {}
        if (earlier := batch.earlier) is not None:
            summary |= {"removed": list(earlier.removed), "left": list(earlier.left)}
        if self.as_json:
            run_report.document(batch.all_results(), summary, [*self.notes, *self.said, *batch.faults])
        elif self.given["jsonl"]:
            end = {"summary": summary, "diagnostics": [fault.as_json() for fault in batch.faults]}
            click.echo(json.dumps(deprecated.added(end)))
        elif self.given["dry_run"] and self.plan.ways.cells:
            self._list()
        output.diagnostics(batch.faults)
        run_report.say_end(summary, self.failures, dry=self.given["dry_run"], spools=self.spools)
        if self.given["open_it"] and (counts["done"] or counts["skipped"]):
            finished.show(Path(first or self.archive or batch.settings.folder))
        if batch.stored is not None and self.given["combine"]:
            batch.stored.clear(batch.journal, batch.run)
        if self.packed and batch.state == "done":
            from letterpress.batch import archive as archives

            archives.remove_folder(batch.journal, batch.run, batch.settings.folder)
        if batch.state == "interrupted":
            return ExitCode.INTERRUPTED
        failed = batch.state != "done" or any(one.severity == "error" for one in self.said)
        return ExitCode.FAILED if failed else ExitCode.DONE

    def _list(self) -> None:
        """A line for each letter of each variant: the name of its file, and what it chooses."""
        for entry in self.batch.journal.entries(self.batch.run):
            cell = self.plan.variant(entry)
            if entry.output is not None and cell is not None:
                name = f"{self.batch.settings.shown.rstrip('/')}/{entry.output}"
                failed = "  (cannot be made)" if entry.state == "failed" else ""
                click.echo(f"{name}  record {entry.record}  {cell.said}".rstrip() + failed)

    def _counts_if_there(self) -> dict[str, int]:
        try:
            return self.batch.journal.counts(self.batch.run)
        except LetterpressError:
            return {"letters": 0, "done": 0, "failed": 0, "skipped": 0, "pending": 0, "pages": 0}
