"""The commands `letterpress new`, `check`, `letterheads` and `schema`: a project is begun, checked and described.

Not here: what a new project holds (scaffold.py), the checks of a letter (content/reader.py, pipeline.py) and
of a letterhead (probe.py), and how
`check --fix` changes files (mending.py).
"""

from __future__ import annotations

import json
import shlex
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import click

from letterpress.cli import mending, options, probe
from letterpress.cli import output as cli_output
from letterpress.errors import Diagnostic, ExitCode, LetterpressError, UnreadableInput, UsageError, strictly
from letterpress.model import Job, Letter
from letterpress.processes import stages


def _first_letter(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say which letter a project begins with."""
    kinds = "business, complaint, reference, reminder, invitation, offer, all of them in English"
    for option in (
        click.option(
            "--letter",
            metavar="KIND",
            help=f"Which letter to start from: {kinds}; else a business letter in the letterhead's language.",
        ),
        click.option(
            "--letterhead", default="own", metavar="NAME", help="Letterhead of the first letter; else your own."
        ),
    ):
        function = option(function)
    return function


@cli_output.command(epilog="Example: letterpress new our-letters --letterhead band --letter offer")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@_first_letter
def new(folder: Path, letterhead: str, letter: str | None, as_json: bool) -> int:
    """Start a project in DIR: content/, templates/ with a letterhead of your own, and a first letter.

    The letter is of a kind that you name, and a whole one: change names and figures, and send it.
    """
    from letterpress import scaffold

    written = scaffold.create(folder, letterhead=letterhead, letter=letter)
    return _begun(folder, written, as_json, _foreign(folder, letterhead, letter))


@cli_output.command(epilog="Example: letterpress init --letter invitation")
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), default=Path())
@_first_letter
def init(folder: Path, letterhead: str, letter: str | None, as_json: bool) -> int:
    """Start a project in the folder where you are, or in DIR, as `letterpress new` does.

    The folder may hold other files; none of them is changed.
    """
    from letterpress import scaffold

    written = scaffold.create(folder, letterhead=letterhead, letter=letter, beside=True)
    return _begun(folder, written, as_json, _foreign(folder, letterhead, letter))


def _foreign(folder: Path, letterhead: str, letter: str | None) -> str | None:
    """Say that the letter is in another language than its letterhead's country has."""
    from letterpress import scaffold
    from letterpress.text import language

    if letter is None or not (lang := scaffold.other_language(letterhead, folder)):
        return None
    return (
        f"The letter is American, in English, and {letterhead} is for letters in {language.language_name(lang)}: write "
        f"'lang: {lang}' and a sender, a recipient and words of your own, or begin without --letter"
    )


def _begun(folder: Path, written: list[Path], as_json: bool, foreign: str | None) -> int:
    if foreign:
        cli_output.say(foreign)
    if as_json:
        cli_output.document({"folder": str(folder), "files": [str(path) for path in written]})
    else:
        there = f"cd {shlex.quote(str(folder))} && " if folder != Path() else ""
        cli_output.say(f"{folder}: {len(written)} files")
        cli_output.say(f"Next: {there}letterpress render content/letters/first-letter.md --open")
    return ExitCode.DONE


class _Checked(NamedTuple):
    """The result of checking letters and letterheads."""

    diagnostics: list[Diagnostic]
    number: int
    """Number of letters and letterheads that were checked."""
    code: int
    """The highest exit code of the errors that were raised; DONE if there were none."""


@cli_output.command(epilog="Example: letterpress check content/ --layout")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--layout", is_flag=True, help="Lay the letters out as well: fonts, images, widths, addresses.")
@click.option(
    "--fix", is_flag=True, help="Mend every fault that has exactly one answer; the changes go to stdout, as a diff."
)
@click.option("--dry-run", is_flag=True, help="With --fix: show the changes, and write nothing.")
@options.strict_option
@options.limited()
def check(paths: tuple[str, ...], layout: bool, fix: bool, dry_run: bool, strict: bool, as_json: bool) -> int:
    """Say what is wrong with letters, people and letterheads, and mend with --fix what has one answer.

    PATH is a letter, a project's letterpress.toml, a person, organisation or clause in content/, a letterhead's folder,
    or a folder: then every letter and letterhead in it is checked.
    """
    if dry_run and not fix:
        raise UsageError("there is nothing to try", field="--dry-run", hint="add --fix", code="option-alone")
    begun = time.time_ns()
    checked = _check(paths, layout)
    changes: mending.Changes | None = None
    if fix:
        changes = mending.apply(checked.diagnostics, since=begun, dry_run=dry_run)
        checked = checked if dry_run or not changes.written else _check(paths, layout)
    faults = [*checked.diagnostics, *(changes.faults if changes else ())]
    faults = [*strictly(faults)] if strict else faults
    errors = sum(fault.severity == "error" for fault in faults)
    if as_json:
        summary = {
            "checked": checked.number,
            "errors": errors,
            "warnings": sum(fault.severity == "warning" for fault in faults),
        }
        cli_output.document(
            {
                "diagnostics": [fault.as_json() for fault in faults],
                "summary": summary | ({"mended": len(changes.mended)} if changes else {}),
                **(changes.as_json() if changes else {}),
            }
        )
    elif changes:
        click.echo(changes.diff, nl=False)
    cli_output.diagnostics(faults)
    said = [f"{checked.number} checked"]
    if changes:
        said.append(f"{len(changes.mended)} {'can be mended' if dry_run else 'mended'}")
    said.append(f"{errors} to mend" if faults else "nothing found")
    cli_output.say(", ".join(said))
    return max(checked.code, ExitCode.FAILED if errors else ExitCode.DONE)


def _check(paths: tuple[str, ...], layout: bool) -> _Checked:
    faults: list[Diagnostic] = []
    number = 0
    code = ExitCode.DONE
    for path in paths:
        for item in _items(Path(path), path):
            number += 1
            try:
                known: list[Diagnostic] | None = stages.begin(str(item), "checking it")
                if known is None:
                    known = probe.check(item) if item.is_dir() else _check_letter(str(item), layout)
                    stages.keep(known)
                faults += known
            except LetterpressError as error:
                faults += mending.placed(error.diagnostics)
                code = max(code, error.exit_code)
    return _Checked(list(dict.fromkeys(faults)), number, code)


def _items(path: Path, shown: str) -> list[Path]:
    """Find the letters (files) and letterheads (folders) that `path` is or holds."""
    if not path.exists():
        raise UnreadableInput("there is no such file or folder", file=shown, code="file-missing")
    if path.is_file():
        return [path]
    if (path / "letterhead.toml").is_file():
        return [path]
    from letterpress.content import shared_files

    if shared := shared_files.of_folder(path):
        return shared
    letters = [file for file in sorted(path.rglob("*.md")) if _is_letter(file)]
    heads = [file.parent for file in sorted(path.rglob("letterhead.toml")) if not file.parent.name.startswith("_")]
    if not letters and not heads:
        raise UnreadableInput("holds no letters and no letterheads", file=shown, code="folder-empty")
    return [*letters, *heads]


def _is_letter(file: Path) -> bool:
    """Say whether a Markdown file is in a folder `letters/` or has front matter: a README is no letter."""
    if any(part.startswith(".") for part in file.parts) or not file.is_file():
        return False
    with file.open("rb") as opened:
        return file.parent.name == "letters" or (file.parent.name != "clauses" and opened.read(4).rstrip() == b"---")


def _check_letter(path: str, layout: bool) -> list[Diagnostic]:
    from letterpress import pipeline
    from letterpress.content import reader, shared_files
    from letterpress.files import project
    from letterpress.filling import checks

    if shared_files.is_shared(Path(path)):
        letter, faults = shared_files.examine(Path(path))
        more = pipeline.check(Job(letter=letter)) if letter else []
        return shared_files.own(Path(path), letter, (*faults, *checks.beyond(faults, more)))
    of_project = Path(path).name == project.FILE
    letter, faults = reader.examine_project(Path(path)) if of_project else reader.examine(path)
    diagnostics = list(faults)
    if letter is None:
        return diagnostics
    job = Job(letter=letter)
    diagnostics += checks.beyond(faults, pipeline.check(job))
    found = None
    if letter.variants and not of_project:
        from letterpress.batch import variants

        found, said = variants.check(job, known=diagnostics)
        diagnostics += said
    if layout and not of_project and not any(fault.severity == "error" for fault in diagnostics):
        samples, notes = _samples(letter)
        diagnostics += notes
        if found is None:
            diagnostics += pipeline.press(replace(job, values=samples)).diagnostics
        else:
            diagnostics += variants.check_layout(job, found, samples, pipeline.press, diagnostics)
    return diagnostics


def _samples(letter: Letter) -> tuple[tuple[tuple[str, Any], ...], list[Diagnostic]]:
    """Make sample values for required fields, so that a letter for a merge can be laid out, and a note on each."""
    from letterpress.addressing import address, postcodes
    from letterpress.filling import samples as sample_values

    samples = []
    notes = []
    for name, spec in letter.fields.items():
        if spec.required and spec.default is None:
            value = sample_values.of_field(spec)
            samples.append((f"fields.{name}", value))
            file, line = letter.places.get(f"fields.{name}", (letter.path, None))
            message = f"laid out with the sample '{value}'"
            place: dict[str, Any] = {"file": file, "line": line, "field": f"fields.{name}"}
            notes.append(Diagnostic(severity="note", message=message, code="sample-used", value=value, **place))
    if not letter.to and samples:  # a letter for a merge: its recipients come from a table
        country = address.home_country(letter.sender, letter.lang)
        samples.append(("to.postcode", postcodes.example(country) or "00000"))
        samples += [(f"to.{part}", text) for part, text in sample_values.RECIPIENT.items()]
        message = "laid out for a sample recipient"
        notes.append(Diagnostic(severity="note", message=message, file=letter.path, field="to", code="sample-used"))
    return tuple(samples), notes


@cli_output.command(epilog="Example: letterpress letterheads congress")
@click.argument("name", required=False, metavar="[NAME]")
def letterheads(name: str | None, as_json: bool) -> int:
    """List the letterheads of this project and the shipped ones; with NAME, show its parameters."""
    from letterpress.files import project
    from letterpress.letterhead import definition

    root = project.root_of(Path())
    heads = [definition.find(one, root) for one in ([name] if name else definition.names(root))]
    if as_json:
        cli_output.document({"letterheads": [_as_json(head) for head in heads]})
    elif name:
        _show(heads[0])
    else:
        width = max(len(head.name) for head in heads)
        for head in heads:
            click.echo(f"{head.name:<{width}}  {head.description}")
    return ExitCode.DONE


def _as_json(head: Any) -> dict[str, Any]:
    return {
        "name": head.name,
        "title": head.title,
        "country": head.country,
        "description": head.description,
        "extends": head.extends,
        "shipped": head.shipped,
        "papers": list(head.papers),
        "standard": head.standard,
        "requires": list(head.requires),
        "address_lines": head.address_lines,
        "fonts": list(head.fonts),
        "system_fonts": list(head.system_fonts),
        "parameters": {
            key: {
                "type": spec.type,
                "default": spec.default,
                "choices": list(spec.choices),
                "description": spec.description,
            }
            for key, spec in head.parameters.items()
        },
    }


def _show(head: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    click.echo(f"{head.name}: {head.description}")
    click.echo(f"extends {head.extends}; paper {', '.join(head.papers)}; fonts {', '.join(head.fonts)}")
    if head.system_fonts:
        click.echo(f"system fonts, at least one of which must be installed: {', '.join(head.system_fonts)}")
    if head.standard:
        click.echo(f"standard {head.standard}")
    if head.requires:
        click.echo(f"asks for {', '.join(head.requires)}")
    table = Table("parameter", "type", "default", "", box=None, pad_edge=False)
    for key, spec in head.parameters.items():
        kind = "|".join(spec.choices) if spec.choices else spec.type
        table.add_row(key, kind, "" if spec.default is None else str(spec.default), spec.description)
    Console(highlight=False).print(table)


@cli_output.command(epilog="Example: letterpress schema -o content/letter.schema.json")
@click.argument("kind", required=False, default="letter", metavar="[KIND]")
@click.option("-o", "--output", callback=cli_output.named, metavar="FILE", help="Write it to a file instead of stdout.")
def schema(kind: str, output: str | None, as_json: bool) -> int:
    """Write the JSON Schema of a letter's front matter, so that an editor completes and checks it.

    KIND is letter (default), person, organisation, letterhead, project (letterpress.toml) or carrier
    (carriers/NAME.toml).
    """
    from letterpress.errors import did_you_mean, fixes, nearest
    from letterpress.output import write
    from letterpress.schema import json_schema, models

    if kind not in models.kinds():
        near = fixes(kind, nearest(kind, models.kinds()))
        about: dict[str, Any] = {"code": "schema-unknown", "value": kind, "fixes": near}
        raise UsageError(f"there is no schema for '{kind}'", hint=did_you_mean(kind, models.kinds()), **about)
    text = json.dumps(json_schema.json_schema(kind), indent=2, ensure_ascii=False) + "\n"
    if output is None:
        click.echo(text, nl=False)
        return ExitCode.DONE
    write(Path(output), text.encode(), hint="name another file with -o")
    if as_json:
        cli_output.document({"schema": kind, "output": output})
    else:
        cli_output.say(output)
    return ExitCode.DONE
