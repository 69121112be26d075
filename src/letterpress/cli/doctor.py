"""`letterpress doctor`: what is installed, what is missing for what, and what is wrong around it.

Not here: how that is found (installation/).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from letterpress.cli import output as cli_output
from letterpress.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from letterpress.installation.values import Part, Report

_TITLES = {
    "core": "Needed by every letter",
    "extra": "Optional parts",
    "fonts": "Fonts of the system",
    "program": "Other programs",
}


@cli_output.command(epilog="Example: letterpress doctor")
@click.argument("folder", metavar="[PROJECT]", type=click.Path(path_type=Path), default=Path())
def doctor(folder: Path, as_json: bool) -> int:
    """Say what of letterpress is installed, what is missing for what, and how to get it.

    A letter of a line is made, in memory alone. Exit code 0 if all that letters need is there: optional parts may be
    missing.
    """
    from letterpress.installation import report

    if not folder.is_dir():
        message, hint = "there is no such folder", "name a project's folder, or leave it out"
        raise UsageError(message, file=str(folder), hint=hint, code="file-missing")
    found = report.look(folder)
    if as_json:
        cli_output.document(_document(found))
    else:
        for line in _lines(found):
            click.echo(line)
    cli_output.diagnostics(found.diagnostics)
    if not found.passed:
        cli_output.say("Letters cannot be made here: see above what is missing.")
        return ExitCode.FAILED
    cli_output.say("All that letters need is there.")
    return ExitCode.DONE


def _document(found: Report) -> dict[str, object]:
    return {
        "version": found.version,
        "python": found.python,
        "platform": found.platform,
        "place": found.place,
        "parts": [part.as_json() for part in found.parts],
        "diagnostics": [fault.as_json() for fault in found.diagnostics],
        "passed": found.passed,
    }


def _lines(found: Report) -> Iterable[str]:
    """The report for people: a line for each part, and below it what it lacks and how to get that."""
    yield f"letterpress {found.version}, Python {found.python}, {found.platform}"
    yield found.place
    width = max(len(part.name) for part in found.parts)
    for kind, title in _TITLES.items():
        parts = [part for part in found.parts if part.kind == kind]
        if parts:
            yield f"\n{title}"
        for part in parts:
            yield from _part(part, width)
        if kind == "extra" and found.extras:
            yield f"  All of them at once: {found.extras}"


def _part(part: Part, width: int) -> Iterable[str]:
    mark = "yes" if part.is_there else "no "
    said = f"{part.version}; {part.use}" if part.version else part.use
    yield f"  {mark}  {part.name:<{width}}  {said}"
    indent = " " * (width + 9)
    if not part.is_there:
        joint = " one of " if part.kind == "fonts" else " "
        lacks = f":{joint}{', '.join(part.lacks)}" if part.lacks else ""
        yield f"{indent}{part.status}{lacks}" + (f"; get it: {part.get}" if part.get else "")
