"""Completes words in bash, zsh and fish: commands, options, letterheads and other names, files where a path is meant.

The scripts are click's own, which the command line is built on: no library is needed besides. A shell asks by calling
`letterpress` with a variable of the environment, so what it offers is what this letterpress and this project have.

Not here: the options themselves. Source: click's documentation, "Shell Completion".
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import cache, partial
from pathlib import Path

import click
from click import shell_completion
from click.shell_completion import CompletionItem

from letterpress.cli import COMPLETING, Commands
from letterpress.cli import output as cli_output
from letterpress.errors import Diagnostic, ExitCode, fixes, nearest

PROGRAM = "letterpress"
_FOLDERS = ("DIR", "PROJECT", "OUT")
_FILES = ("FILE", "LETTER.md", "PATH", "LIBRARY")
"""What stands for a folder and for a file where a command says what it takes."""


SHELLS: dict[str, type[shell_completion.ShellComplete]] = {
    "bash": shell_completion.BashComplete,
    "zsh": shell_completion.ZshComplete,
    "fish": shell_completion.FishComplete,
}


def script(app: click.Command, shell: str, parameter: click.Parameter) -> str:
    """Write what a shell reads at its start to complete `letterpress`.

    :param parameter: the option that names the shell.
    :raises click.BadParameter: there is no such shell.
    """
    if shell not in SHELLS:
        near = nearest(shell, SHELLS)
        fault = Diagnostic(
            message=f"there is no completion for '{shell}'",
            hint=f"there are {', '.join(SHELLS)}",
            code="shell-unknown",
            value=shell,
            fixes=fixes(shell, near),
        )
        raise cli_output.WrongValue(fault, parameter)
    return SHELLS[shell](app, {}, PROGRAM, COMPLETING).source()


def answer(app: Commands) -> int:
    """Tell the shell the words that may stand where it asks; nothing at all where that cannot be found out."""
    shell, _, asked = os.environ[COMPLETING].partition("_")
    if shell not in SHELLS or asked != "complete":
        return ExitCode.USAGE
    app.loaded = prepare
    try:
        prepare(app)
        click.echo(SHELLS[shell](app, {}, PROGRAM, COMPLETING).complete())
    except Exception:  # a half-written command line, a project that cannot be read: a shell has no place for it
        return ExitCode.FAILED
    finally:
        app.loaded = None
    return ExitCode.DONE


def prepare(command: click.Command) -> None:
    """Let the parameters of a command say their words; those that have none are click's."""
    for parameter in command.params:
        usual = parameter.shell_complete
        if isinstance(usual, partial):
            continue  # it was prepared for an earlier question
        parameter.shell_complete = partial(_complete, parameter, usual)  # type: ignore[method-assign]
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        prepare(below)


def _complete(
    parameter: click.Parameter,
    usual: Callable[[click.Context, str], list[CompletionItem]],
    context: click.Context,
    incomplete: str,
) -> list[CompletionItem]:
    found = _words(parameter, context, incomplete)
    return usual(context, incomplete) if found is None else found


# --- words ------------------------------------------------------------------------------------------------------------


def _words(parameter: click.Parameter, context: click.Context, incomplete: str) -> list[CompletionItem] | None:
    """The values of a parameter; None where click knows them or there are none to name."""
    command = context.command.name or ""
    known = _NAMES.get(f"{command} {parameter.name}") or _NAMES.get(str(parameter.name))
    if known is not None:
        return [CompletionItem(word) for word in known() if word.casefold().startswith(incomplete.casefold())]
    says = (parameter.metavar or "").strip("[]").removesuffix("...")
    if says.startswith(_FOLDERS) and "|" not in says:
        return [CompletionItem(incomplete, type="dir")]
    if says.startswith((*_FILES, *_FOLDERS)):
        return [CompletionItem(incomplete, type="file")]
    if says and says == says.lower() and "|" in says:  # a4|letter
        return [CompletionItem(word) for word in says.split("|") if word.startswith(incomplete)]
    return None


@cache
def _root() -> Path:
    from letterpress.files import project

    return project.root_of(Path())


def _letterheads() -> Iterable[str]:
    from letterpress.letterhead import definition

    return definition.names(_root())


def _first_letterheads() -> Iterable[str]:
    return sorted({"own", *_letterheads()})


def _carriers() -> Iterable[str]:
    from letterpress.carriers import catalogue

    return catalogue.names(_root())


def _inserters() -> Iterable[str]:
    from letterpress.inserters import catalogue

    return catalogue.names(_root())


def _copies() -> Iterable[str]:
    from letterpress.model import COPIES

    return COPIES


def _letter_kinds() -> Iterable[str]:
    from letterpress import data

    return sorted(data.letters())


def _schemas() -> Iterable[str]:
    from letterpress.schema import models

    return models.kinds()


def _envelopes() -> Iterable[str]:
    from letterpress import data

    return sorted(data.table("envelopes")["sizes"])


def _label_sheets() -> Iterable[str]:
    from letterpress import data

    return sorted(data.table("label_sheets"))


_NAMES: dict[str, Callable[[], Iterable[str]]] = {
    "completion": lambda: SHELLS,
    "letterhead": _letterheads,
    "new letterhead": _first_letterheads,
    "init letterhead": _first_letterheads,
    "letterheads name": _letterheads,
    "carrier": _carriers,
    "carriers name": _carriers,
    "inserter": _inserters,
    "copy": _copies,
    "new letter": _letter_kinds,
    "init letter": _letter_kinds,
    "schema kind": _schemas,
    "envelopes size": _envelopes,
    "labels label_sheet": _label_sheets,
}
"""The name of a parameter, of one command or of all, and what gives its values."""
