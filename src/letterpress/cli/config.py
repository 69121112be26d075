"""`letterpress config`: what a project says for its letters, and where each value comes from.

Not here: how a project's file is read (content/defaults.py).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from letterpress.cli import output as report
from letterpress.errors import ExitCode, UnreadableInput

if TYPE_CHECKING:
    from letterpress.content.defaults import Defaults
    from letterpress.model import Letter


class _Value(NamedTuple):
    """A value and who says it."""

    name: str
    value: Any
    file: str | None
    """None: letterpress itself, where nobody says another."""
    line: int | None


@report.command(epilog="Example: letterpress config content/letters/offer.md")
@click.argument("path", default=".", metavar="[PATH]", type=click.Path(path_type=Path))
def config(path: Path, as_json: bool) -> int:
    """Show what holds for the letters of a project, and which file says it.

    PATH is a folder of the project, or a letter: then what that letter says itself is shown in its place. Options of a
    command come before all of it.
    """
    from letterpress import pipeline
    from letterpress.content import defaults, reader
    from letterpress.files import project
    from letterpress.filling import checks
    from letterpress.model import Job

    if not path.exists():
        raise UnreadableInput("there is no such file or folder", file=str(path), code="file-missing")
    file = project.root_of(path) / project.FILE
    letter, faults = reader.examine(path) if path.is_file() else reader.examine_project(path)
    said = defaults.read(file.parent, defaults.shown(file, path))
    if letter is not None:
        faults = tuple(dict.fromkeys([*faults, *checks.beyond(faults, pipeline.check(Job(letter=letter)))]))
    values = [*_values(letter), *_output(said)] if letter is not None else []
    if as_json:
        report.document(
            {
                "root": str(file.parent),
                "file": str(file) if file.is_file() else None,
                "values": [value._asdict() for value in values],
                "diagnostics": [fault.as_json() for fault in faults],
            }
        )
    else:
        for line in _table(values):
            click.echo(line)
        if not file.is_file():
            report.say(f"there is no {defaults.shown(file, path)}: each letter says all itself")
    report.diagnostics(faults)
    return ExitCode.FAILED if any(fault.severity == "error" for fault in faults) else ExitCode.DONE


def _values(letter: Letter) -> list[_Value]:
    """Gather what holds for a letter; of its parameters, those that anybody gives."""
    said: dict[str, Any] = {
        "letterhead": letter.letterhead,
        "lang": letter.lang,
        "paper": letter.paper,
        "from": letter.sender.name or letter.sender.organisation if letter.sender else None,
        "signatories": [signatory.name for signatory in letter.signatories] or None,
        "enclosures_conformance": letter.enclosures_conformance,
    }
    found = [_Value(name, value, *_place(letter, name)) for name, value in said.items() if value is not None]
    firm = letter.sender.design if letter.sender else {}
    own = {**letter.project_parameters, **letter.parameters}
    found += [
        _Value(f"parameters.{name}", value, *_place(letter, f"from.design.{name}"))
        for name, value in firm.items()
        if name not in own
    ]
    return [*found, *(_Value(f"parameters.{name}", own[name], *_place(letter, f"parameters.{name}")) for name in own)]


def _place(letter: Letter, name: str) -> tuple[str | None, int | None]:
    while name and name not in letter.places:
        name = name.rpartition(".")[0]
    return letter.places.get(name, (None, None))


def _output(said: Defaults) -> list[_Value]:
    """The folder for letters."""
    place = said.places.get("output", (None, None))
    return [_Value("output", said.data.get("output") or "out", *place)]


def _table(values: list[_Value]) -> list[str]:
    if not values:
        return []
    texts = [
        value.value if isinstance(value.value, str) else json.dumps(value.value, ensure_ascii=False, default=str)
        for value in values
    ]
    first, second = max(len(value.name) for value in values), min(48, max(map(len, texts)))
    return [
        f"{value.name:<{first}}  {text:<{second}}  {f'{value.file}:{value.line}' if value.file else 'letterpress'}"
        for value, text in zip(values, texts, strict=True)
    ]
