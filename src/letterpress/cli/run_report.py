"""Says how a run of many letters goes: progress, failures as lines and as a table, the JSON document at its end.

Nothing of it is kept in memory: a run may have a hundred thousand letters.
"""

from __future__ import annotations

import contextlib
import csv
import functools
import io
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from letterpress.cli import deprecated
from letterpress.cli import output as cli_output
from letterpress.errors import Diagnostic, LetterpressError, strictly
from letterpress.recipients.records import harmless

if TYPE_CHECKING:
    from letterpress.batch.variants import Cells
    from letterpress.files.atomic import Replacement
    from letterpress.model import Result
    from letterpress.post.spools import Spools
    from letterpress.recipients.columns import Mapped

_SHOWN = 25
"""Failed letters that are told one by one; the rest are counted."""
_WAITING = 64
"""Records whose variants are waited for before what is wrong with the first is said."""
_PATIENCE = 1.0
"""Seconds after which work shows a progress bar, if stderr is a terminal."""
_HEADER = ("record", "row", "cell", "severity", "column", "field", "what is wrong", "what to do")


class Failures:
    """What is wrong with letters, in the order of the list: told to people, and written into a table if one is asked
    for."""

    def __init__(
        self,
        path: str | None,
        *,
        replace_signed: bool = False,
        cells: Cells | None = None,
        runs: bool = True,
        every: Callable[[], Iterable[Result]] = tuple,
        mapped: Mapped | None = None,
    ) -> None:
        """Begin with none.

        :param every: gives the results at the end of a run whose letters become known in another order than the list's.
        :param mapped: where the columns go, for those.
        :param runs: whether `letterpress runs` tells of them later, too.
        :param cells: the variants of each record's letter: what several have alike is said once.
        """
        self.path = path
        self.kept = 0
        """Letters that were left as they are since they are signed."""
        self._replace_signed, self._runs, self._every, self._mapped = replace_signed, runs, every, mapped
        self.count = 0
        self.remarks = 0
        """Warnings, and records that get no letter: what people hear of."""
        self.warnings = 0
        self._untold = 0
        """Remarks that are not told one by one."""
        self.cells = cells
        self._told_of_more = False
        self._waiting: dict[str, list[Result]] = {}
        """By record, the results of its variants that are known so far."""
        self._file: Replacement | None = None
        self._text: io.TextIOWrapper | None = None
        self._writer: Any = None

    def __enter__(self) -> Failures:
        if self.path is not None:
            from letterpress.files.atomic import Replacement

            self._file = Replacement(Path(self.path))
            # The mark at the beginning tells Excel that it is UTF-8.
            self._text = io.TextIOWrapper(self._file.file, encoding="utf-8-sig", newline="", write_through=True)
            self._writer = csv.writer(self._text)
            self._writer.writerow(_HEADER if self.cells is None else ("variant", *_HEADER))
        return self

    def __exit__(self, *_: object) -> None:
        """Put the table in its place, whatever has ended the run: what is wrong so far is worth reading."""
        with contextlib.suppress(LetterpressError):  # a journal that cannot be read any more is said where it broke
            for result in self._every():
                self.take(result, self._mapped)
        for record in tuple(self._waiting):
            self._say_record(record, self._mapped)
        if self._untold:
            where = "the report" if self.path else "--report FILE.csv or --json"
            cli_output.say(f"... and {cli_output.count(self._untold, 'more remark')}; {where} has all")
        if self._file is None or self._text is None or self.path is None:
            return
        from letterpress import output
        from letterpress.files import targets

        guard = output.Guard(Path(self.path), replace_signed=self._replace_signed)
        try:
            self._text.flush()
            self._text.detach()
            self._file.commit(guard)
        except OSError as error:
            raise targets.fault(Path(self.path), error) from error
        finally:
            self._file.discard()
        cli_output.diagnostics(guard.diagnostics)

    def take(self, result: Result, mapped: Mapped | None) -> None:
        """Take note of one result.

        :param mapped: where the columns go; None: its faults name them.
        """
        if self.cells is None:
            self._say([result], result.diagnostics, mapped)
            return
        self._waiting.setdefault(result.record or "", []).append(result)
        if len(self._waiting) > _WAITING:
            self._say_record(next(iter(self._waiting)), mapped)

    def _say_record(self, record: str, mapped: Mapped | None) -> None:
        results = self._waiting.pop(record)
        if self.cells is not None:
            self._say(results, self.cells.grouped_results(results), mapped)

    def _say(self, results: Sequence[Result], faults: Sequence[Diagnostic], mapped: Mapped | None) -> None:
        failed = sum(result.status == "failed" for result in results)
        before = self.count
        self.count += failed
        self.kept += sum(any(fault.code == "signed-kept" for fault in result.diagnostics) for result in results)
        faults = sorted(faults, key=lambda fault: _place(fault, mapped))
        said = faults if failed else [fault for fault in faults if _is_said(fault)]
        for fault in faults:
            self.remarks += _is_said(fault)
            self.warnings += fault.severity == "warning"
            if self._writer is not None:
                row = _row(fault, results[0], mapped)
                row = row if self.cells is None else (fault.variant or "", *row)
                self._writer.writerow([harmless(cell) for cell in row])
        if failed and before < _SHOWN:
            cli_output.diagnostics(said)
        elif failed and not self._told_of_more:
            self._told_of_more = True
            later = ", or `letterpress runs`" if self._runs else ""
            cli_output.say(f"... more letters failed; see --report FILE.csv{later}")
        elif not failed and self.remarks <= _SHOWN:
            cli_output.diagnostics(said)
        elif not failed:
            self._untold += len(said)


def _place(fault: Diagnostic, mapped: Mapped | None) -> tuple[bool, int, int]:
    """The row and the column of a fault, to be sorted by; what is of no row comes last."""
    letters = [ord(char) - 64 for char in fault.cell or "" if char.isalpha()]
    at = functools.reduce(lambda sum_, one: 26 * sum_ + one, letters, 0)
    known = mapped.columns if mapped is not None else ()
    if not letters:
        at = known.index(fault.column) + 1 if fault.column in known else len(known) + 1
    return fault.row is None, fault.row or 0, at


def _row(fault: Diagnostic, result: Result, mapped: Mapped | None) -> tuple[str, ...]:
    record = fault.record or result.record or ""
    column = fault.column or (mapped and mapped.column(fault.field)) or ""
    row = "" if fault.row is None else str(fault.row)
    what = (fault.severity, column, fault.field or "", fault.message, fault.hint or "")
    return record, row, fault.cell or "", *what


@contextlib.contextmanager
def progress(total: Callable[[], int]) -> Iterator[Callable[[Any], None]]:
    """A function to call with each result, and with None now and then: letters, letters a second, time left,
    failures.

    :param total: gives the number of letters, as far as it is known.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("letters"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(), TextColumn("{task.fields[failed]}"),
    )  # fmt: skip
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task("letters", total=total(), rate="", failed="")
    begun = time.monotonic()
    state = {"seen": 0, "made": 0, "failed": 0, "shown": 0}

    def show(result: Any) -> None:
        now = time.monotonic() - begun
        if result is not None:
            state["seen"] += 1
            state["made"] += result.status != "skipped"
            state["failed"] += result.status == "failed"
        if now < _PATIENCE or (result is not None and state["seen"] % 16):
            return
        if not state["shown"]:
            bar.start()
            state["shown"] = 1
        failed = f"[red]{state['failed']} failed" if state["failed"] else ""
        bar.update(task, total=total(), completed=state["seen"], rate=f"{state['made'] / now:.1f}/s", failed=failed)

    try:
        yield show
    finally:
        if state["shown"]:
            bar.stop()


def document(results: Iterable[Result], summary: dict[str, Any], faults: Iterable[Diagnostic]) -> None:
    """interface.md's one JSON document, written as it is read from the journal."""
    click.echo('{\n  "letters": [', nl=False)
    comma = ""
    for result in results:
        click.echo(f"{comma}\n    {json.dumps(result.as_json(), ensure_ascii=False)}", nl=False)
        comma = ","
    end = deprecated.added({"summary": summary, "diagnostics": [fault.as_json() for fault in faults]})
    rest = ",\n".join(f"  {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in end.items())
    click.echo(f"\n  ],\n{rest}\n}}")


def told(said: Iterable[Diagnostic], *, strict: bool) -> tuple[Diagnostic, ...]:
    """Say something of the files besides the letters, and give it as it was said.

    :param strict: whether warnings count as errors.
    """
    faults = strictly(said) if strict else tuple(said)
    cli_output.diagnostics(faults)
    return faults


def say_end(summary: dict[str, Any], failures: Failures, *, dry: bool, spools: Spools | None = None) -> None:
    """The end, in a line or two.

    :param spools: the files of all letters, where they were made.
    """
    made = summary["done"]
    if dry:
        warned = cli_output.count(failures.warnings, "warning")
        wrong = f"{summary['failed']} to mend" if summary["failed"] else "no error" if failures.warnings else _NOTHING
        wrong += f", {warned}" if failures.warnings else ""
        what = "record" if failures.cells is None else "letter"
        cli_output.say(f"{cli_output.count(summary['letters'], what)} checked, {wrong}{_letterless(summary)}")
    else:
        parts = [f"{made} done"] + [f"{summary[key]} {key}" for key in ("failed", "skipped") if summary[key]]
        parts[-1] += _letterless(summary) if summary["skipped"] else ""
        if summary["pending"]:
            parts.append(f"{summary['pending']} left")
        rate = f"; {made / summary['seconds']:.1f} letters/s" if made > 1 and summary["seconds"] else ""
        place = summary.get("archive", summary["folder"])
        cli_output.say(f"{', '.join(parts)}; {cli_output.count(summary['pages'], 'page')} in {place}{rate}")
    _say_plates(summary["plates"])
    if failures.kept:
        letters = "1 signed letter has" if failures.kept == 1 else f"{failures.kept} signed letters have"
        cli_output.say(f"{letters} not changed, and nothing was done to {'it' if failures.kept == 1 else 'them'}")
    if spools is not None:
        _say_spools(spools, summary["letters"] - summary["letterless"])
    if failures.path:
        cli_output.say(f"{failures.path}: what is wrong, record by record")
    if summary["pending"] and not dry:
        cli_output.say("Run the same command again to make what is left.")
    elif summary["failed"] and not dry:
        cli_output.say(f"`letterpress runs {summary['folder']} --failed-csv mend.csv` writes the records that failed.")


_NOTHING = "nothing to mend"


def _letterless(summary: dict[str, Any]) -> str:
    """How many records are none that get a letter: a list's total is counted as a record."""
    number = summary["letterless"]
    return f" ({number} {'gets' if number == 1 else 'get'} no letter)" if number else ""


def _say_spools(spools: Spools, letters: int) -> None:
    if len(spools.files) == 1:
        every = spools.letters == letters
        which = "all in one" if every else f"{spools.letters} of {cli_output.count(letters, 'letter')} in one"
        cli_output.say(f"{spools.files[0].file}: {which}")
        return
    for one in spools.files[:_SHOWN]:
        counts = ", ".join(cli_output.count(getattr(one, f"{what}s"), what) for what in ("letter", "page", "sheet"))
        cli_output.say(f"{one.file}: {f'{one.title}: ' if one.title else ''}{counts}")
    if len(spools.files) > _SHOWN:
        cli_output.say(f"and {len(spools.files) - _SHOWN} files more; --json has them all")


def _is_said(fault: Diagnostic) -> bool:
    """Whether people hear of what is no error: warnings, and a record that gets no letter."""
    nobody = ("record-is-total", "record-is-header", "record-is-remark", "record-not-asked-for")
    return fault.severity == "warning" or fault.code in nobody


def _say_plates(plates: dict[str, Any]) -> None:
    """How many letters have the pages of another with their own texts; nothing where all were laid out for a reason."""
    laid_out = plates["laid_out"]
    if not plates["pressed"] and sum(laid_out.values()) < _FEW:
        return
    what = "letter has" if plates["pressed"] == 1 else "letters have"
    text = f"{plates['pressed']} {what} the page layout of another, with texts of their own (faster, and the same file)"
    for reason, number in list(laid_out.items())[:_REASONS]:
        first = f" (record {plates['first'][reason]}{', the first' if number > 1 else ''})"
        text += f"; {number} laid out anew: {reason}{first if plates['first'][reason] else ''}"
    more = sum(list(laid_out.values())[_REASONS:])
    cli_output.say(text + (f"; {more} for other reasons" if more else ""))


_FEW = 50
"""Letters that are laid out without a word about it."""
_REASONS = 3
