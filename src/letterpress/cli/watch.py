"""`letterpress watch`: makes a letter whenever one of its files changes."""

from __future__ import annotations

import concurrent.futures
import datetime
import signal
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from letterpress.cli import finished, options, outputs
from letterpress.cli import output as cli_output
from letterpress.errors import ExitCode, LetterpressError, UsageError
from letterpress.letterhead import choices
from letterpress.model import Result
from letterpress.processes import signals
from letterpress.processes.limits import Limits

if TYPE_CHECKING:
    from letterpress.interactive.crew import Crew
    from letterpress.interactive.watching import Seen

_TICK = 0.05
"""Seconds between two looks at the files."""
_SETTLED = 0.03
"""Seconds in which nothing more changes before the letter is made again: some editors write a file in steps."""


@cli_output.command(epilog="Example: letterpress watch content/letters/korea-policy.md --open")
@click.argument("letter", metavar="LETTER.md")
@click.option("-o", "--output", callback=cli_output.named, metavar="PATH", help="A file or a folder. [out/<slug>.pdf]")
@options.options
@options.limited(hand_over=True)
@click.option("--overlay", is_flag=True, help="Draw the standard's field, windows, folds and clear zones over page 1.")
@click.option("--open", "open_it", is_flag=True, help="Open it when it is there first, in the system's viewer.")
@outputs.replace_signed_option
def watch(
    letter: str,
    output: str | None,
    overlay: bool,
    open_it: bool,
    replace_signed: bool,
    as_json: bool,
    limits: Limits,
    **chosen: Any,
) -> int:
    """Make the PDF of LETTER.md, and again whenever it or a file that it is made of changes. Ctrl-C ends it.

    Faults are said here; the PDF of the last letter without a fault stays. Exit code 1 if the last one had a fault.
    """
    _check(letter, output)
    options.chosen(chosen)
    target = _target(letter, output)
    outputs.check_inputs([("--output", target)], [letter])
    ending = threading.Event()
    for number in signals.heeded():
        signal.signal(number, lambda *_: ending.set())
    from letterpress.interactive.crew import Crew

    given = {**{name: chosen[name] for name in choices.BY_NAME}, "fields": dict(chosen["values"])}
    crew = Crew(limits=limits, ready="letterpress.interactive.watching:ready", name="watch")
    try:
        watched = _Watched(letter, target, given, crew, ending, overlay=overlay, replace_signed=replace_signed)
        while not ending.is_set():
            result = watched.made()
            if result is None:
                continue
            _say(result)
            if open_it and result.status == "done":
                open_it = False
                threading.Thread(target=finished.show, args=(target,), daemon=True).start()
            watched.wait()
    finally:
        crew.close()
    results = [watched.last] if watched.last is not None else []
    if as_json:
        cli_output.document(
            {
                "letters": [one.as_json() for one in results],
                "summary": cli_output.summary(results),
                "made": watched.count,
            }
        )
    return ExitCode.DONE if all(one.status == "done" for one in results) else ExitCode.FAILED


def _check(letter: str, output: str | None) -> None:
    """:raises UsageError, UnreadableInput: there is no file that could change, or none that could be written."""
    from letterpress.content import reader

    if letter == "-" or outputs.is_stdout(output):
        message, hint = "only files are watched, and written again and again", "name a letter's file"
        field = "LETTER.md" if letter == "-" else "--output"
        raise UsageError(message, field=field, hint=hint, code="options-conflict")
    outputs.check_pdf(output)
    if not Path(letter).is_file():
        reader.load(letter)  # which looks for what was meant


def _target(letter: str, output: str | None) -> Path:
    """Where the PDF goes."""
    from letterpress.content import reader

    name = f"{reader.slug_of(Path(letter))}.pdf"
    if output is None:
        return outputs.folder_of(letter) / name
    return Path(output) / name if output.endswith("/") or Path(output).is_dir() else Path(output)


class _Watched:
    """A letter and its files."""

    def __init__(
        self,
        letter: str,
        target: Path,
        chosen: dict[str, Any],
        crew: Crew,
        ending: threading.Event,
        *,
        overlay: bool,
        replace_signed: bool,
    ) -> None:
        from letterpress.files import project

        self.root = project.root_of(Path(letter))
        self.letter, self.target, self.chosen = letter, target, chosen
        self.crew, self.ending = crew, ending
        self.overlay, self.replace_signed = overlay, replace_signed
        self.files: tuple[str, ...] = (str(Path(letter).absolute()),)
        self.before: Seen = {}
        """The files as they were when the letter was begun."""
        self.last: Result | None = None
        self.count = 0
        """Times that it was made."""

    def made(self) -> Result | None:
        """Make the letter, and write it; None where it is to end, or a file has changed meanwhile."""
        from letterpress.processes.limits import Point

        self.before = self._look()
        request = self.crew.ask(
            "letterpress.interactive.watching:make",
            self.letter,
            self.chosen,
            self.overlay,
            subject="letter",
            point=Point(file=self.letter, stage="making the letter"),
        )
        while not request.answer.done():
            concurrent.futures.wait([request.answer], timeout=_TICK)
            if self.ending.is_set() or self._look() != self.before:
                self.crew.drop("letter")
                return None
        try:
            made = request.answer.result()
            result, self.files = made.result, made.files
        except LetterpressError as error:  # it took too much
            result = Result(id=self.target.stem, source=self.letter, status="failed", diagnostics=error.diagnostics)
        self.before = {file: self.before.get(file, now) for file, now in self._look().items()}
        self.last = self._written(result)
        self.count += 1
        return self.last

    def _look(self) -> Seen:
        from letterpress.interactive import watching

        return watching.look(self.files, self.root)

    def _written(self, result: Result) -> Result:
        from letterpress import output

        if result.pdf is None:
            return result
        try:
            outputs.check_inputs([("--output", self.target)], self.files)
            said = output.write(self.target, result.pdf, replace_signed=self.replace_signed).diagnostics
        except LetterpressError as error:
            return replace(result, status="failed", output=None, diagnostics=(*result.diagnostics, *error.diagnostics))
        return replace(result, output=str(self.target), diagnostics=(*result.diagnostics, *said))

    def wait(self) -> None:
        """Wait until a file has changed, and all of them stay as they are for a moment."""
        while not self.ending.wait(_TICK):
            now = self._look()
            if now == self.before:
                continue
            while not self.ending.wait(_SETTLED) and (later := self._look()) != now:
                now = later
            return


def _say(result: Result) -> None:
    """Say what became of the letter, and when."""
    cli_output.diagnostics(result.diagnostics)
    now = f"{datetime.datetime.now().astimezone():%H:%M:%S}"
    if result.status == "done":
        cli_output.say(f"{now} {result.output} ({cli_output.count(result.pages or 0, 'page')})")
    else:
        errors = sum(fault.severity == "error" for fault in result.diagnostics)
        cli_output.say(f"{now} {result.source}: {cli_output.count(errors, 'fault')}; waiting for a change")
