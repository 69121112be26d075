"""Says what a command has done: to people on stderr, to programs as one JSON document on stdout.

Here are the options that every command has, and what becomes of a fault or of a wrong command line.

Not here: what a run of many letters says (run_report.py), and how a diagnostic reads (errors.py).
"""

from __future__ import annotations

import contextlib
import functools
import json
import logging
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import click

from letterpress.cli import deprecated, once
from letterpress.errors import Diagnostic, ExitCode, LetterpressError, did_you_mean, fixes, nearest
from letterpress.model import Result

_PATIENCE = 1.0
"""Seconds after which work shows a progress bar, if stderr is a terminal."""


def named_anywhere(_: click.Context, parameter: click.Parameter, given: str | None) -> str | None:
    """A click callback for a file or folder to write, or a place in object storage; an empty name is refused."""
    if given is not None and not given.strip():
        raise click.BadParameter("it is empty; name a file or folder, or leave it out", param=parameter)
    return given


def named(context: click.Context, parameter: click.Parameter, given: str | None) -> str | None:
    """A click callback for a file or folder to write: an empty name (an unset `$FOLDER`) is refused."""
    if given is not None and "://" in given:
        message = f"'{given}' is a URL; name a file or folder here: only letters, --combine and packages go to a store"
        raise click.BadParameter(message, param=parameter)
    return named_anywhere(context, parameter, given)


def count(number: int, what: str) -> str:
    """A number of things: `1 page`, `2 pages`.

    :param what: one of them.
    """
    return f"{number} {what}{'' if number == 1 else 's'}"


def command(**settings: Any) -> Callable[[Callable[..., Any]], click.Command]:
    """A click command with `--json` and `-v`, whose faults are reported in one way.

    The function gets `as_json: bool` and returns an exit code.
    """

    def decorate(function: Callable[..., Any]) -> click.Command:
        @functools.wraps(function)
        def run(*args: Any, as_json: bool, verbose: bool, **kwargs: Any) -> int:
            if verbose:
                _show_logs()
            deprecated.say()
            try:
                code = int(function(*args, as_json=as_json, **kwargs) or ExitCode.DONE)
                sys.stdout.flush()  # here, where a full disk still gets a sentence and an exit code
                return code
            except LetterpressError as error:
                if verbose:
                    traceback.print_exc()
                return fault(error, as_json)
            except BrokenPipeError:
                _let_go_of_stdout()
                return ExitCode.DONE
            except OSError as error:
                if verbose:
                    traceback.print_exc()
                _let_go_of_stdout()
                where = error.filename or "stdout"
                say(str(Diagnostic(message=f"{error.strerror or error}", file=where, code="output-unwritable")))
                return ExitCode.FAILED

        options = [
            click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout."),
            click.option("-v", "--verbose", is_flag=True, help="Show tracebacks and the libraries' logs."),
        ]
        for option in options:
            run = option(run)
        made: click.Command = click.command(cls=once.Command, **settings)(run)
        return made

    return decorate


def _let_go_of_stdout() -> None:
    """Python would try once more to write at its end, and complain."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _show_logs() -> None:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s: %(levelname)s: %(message)s")
    logging.getLogger("fontTools").setLevel(logging.WARNING)  # its INFO is a page for each font


class WrongValue(click.BadParameter):
    """An option's value that cannot be meant; what is wrong with it is a diagnostic."""

    def __init__(self, fault: Diagnostic, parameter: click.Parameter) -> None:
        super().__init__(f"{fault.message}; {fault.hint}" if fault.hint else fault.message, param=parameter)
        self.fault = replace(fault, field=_flag(parameter))


class UnknownCommand(click.UsageError):
    """A command that there is not."""

    def __init__(self, name: str, known: Iterable[str], context: click.Context) -> None:
        hint = did_you_mean(name, known)
        super().__init__(f"there is no command '{name}'" + (f". hint: {hint}" if hint else ""), context)
        mended = fixes(name, nearest(name, known))
        message = f"there is no command '{name}'"
        self.fault = Diagnostic(message=message, hint=hint, code="command-unknown", value=name, fixes=mended)


def _flag(parameter: click.Parameter | None) -> str | None:
    """The option or argument as it is typed."""
    if isinstance(parameter, click.Option):
        return parameter.opts[-1]
    return parameter.human_readable_name if parameter is not None else None


def _usage_fault(error: click.ClickException) -> Diagnostic:
    """Make the diagnostic of a wrong command line."""
    if isinstance(error, WrongValue | UnknownCommand):
        return error.fault
    message = error.format_message()
    if isinstance(error, click.NoSuchOption):
        name = error.option_name
        return Diagnostic(
            message=message, code="option-unknown", value=name, fixes=fixes(name, error.possibilities or ())
        )
    if isinstance(error, click.MissingParameter):
        return Diagnostic(message=message, code="option-missing", field=_flag(error.param))
    if isinstance(error, click.BadParameter):
        return Diagnostic(message=message, code="option-wrong", field=_flag(error.param))
    return Diagnostic(message=message, code="usage-wrong")


def usage(error: click.ClickException, as_json: bool) -> int:
    """Say what is wrong with a command line."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    where = context.command_path if context else "letterpress"
    message = error.format_message()
    if as_json:
        document({"diagnostics": [_usage_fault(error).as_json()], "letters": [], "summary": {"failed": 0}})
    say(f"{where}: {message}")
    say(f"Try '{where} --help'.")
    return ExitCode.USAGE


def fault(error: LetterpressError, as_json: bool) -> int:
    """A fault that ends the command."""
    if as_json:
        document(
            {
                "letters": [],
                "summary": summary([]),
                "diagnostics": [diagnostic.as_json() for diagnostic in error.diagnostics],
            }
        )
    diagnostics(error.diagnostics)
    return error.exit_code


def say(text: str) -> None:
    """A line for people."""
    click.echo(text, err=True)


def diagnostics(faults: Iterable[Diagnostic]) -> None:
    """Each diagnostic on a line of its own."""
    colours = {"error": "red", "warning": "yellow", "note": "blue"}
    for diagnostic in faults:
        click.echo(click.style(str(diagnostic), fg=colours[diagnostic.severity]), err=True)


def document(data: Any) -> None:
    """The one JSON document of a command."""
    click.echo(json.dumps(deprecated.added(data), ensure_ascii=False, indent=2))


def summary(results: Iterable[Result]) -> dict[str, int]:
    """Counts of results."""
    counted = {"letters": 0, "done": 0, "failed": 0, "skipped": 0, "pages": 0}
    for result in results:
        counted["letters"] += 1
        counted[result.status] += 1
        counted["pages"] += result.pages or 0
    return counted


def letters(results: list[Result], as_json: bool, notes: Iterable[Diagnostic] | None = None) -> int:
    """The end of a command that made letters: the document or the summary, and the exit code.

    :param notes: what is to be said of no single letter; None: there is no place for it.
    """
    counted = summary(results)
    if as_json:
        said = {} if notes is None else {"diagnostics": [note.as_json() for note in notes]}
        document({"letters": [result.as_json() for result in results], "summary": counted, **said})
    elif counted["letters"] > 1:
        parts = [f"{counted['done']} done"] + [f"{counted[key]} {key}" for key in ("failed", "skipped") if counted[key]]
        say(", ".join(parts) + f"; {count(counted['pages'], 'page')}")
    return ExitCode.FAILED if counted["failed"] else ExitCode.DONE


@contextlib.contextmanager
def progress(total: int, what: str) -> Iterator[Callable[[], None]]:
    """A function to call at each step; a bar on stderr once the work has lasted a second, if that is a terminal."""
    if total < 2 or not sys.stderr.isatty():
        yield lambda: None
        return
    begun = time.monotonic()
    bar: Any = None
    task: Any = None

    def step() -> None:
        nonlocal bar, task
        if bar is None and time.monotonic() - begun > _PATIENCE:
            from rich.console import Console
            from rich.progress import Progress

            bar = Progress(console=Console(stderr=True), transient=True)
            bar.start()
            task = bar.add_task(what, total=total, completed=steps[0])
        steps[0] += 1
        if bar is not None:
            bar.update(task, completed=steps[0])

    steps = [0]
    try:
        yield step
    finally:
        if bar is not None:
            bar.stop()
