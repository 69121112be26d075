"""The command line: arguments become calls, and what comes of them text, JSON and an exit code.

A command's module is loaded when it is called: `letterpress --help` loads neither WeasyPrint nor pydantic.

Not here: what any command does; each calls the packages below.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import click

COMMANDS: dict[str, tuple[str, str]] = {
    "new": ("letterpress.cli.project:new", "Start a project: content/, templates/ and a first letter."),
    "init": ("letterpress.cli.project:init", "Start a project in the folder where you are."),
    "render": ("letterpress.cli.render:render", "Make a PDF of each letter."),
    "watch": ("letterpress.cli.watch:watch", "Make a letter whenever it changes."),
    "variants": ("letterpress.cli.variants:variants", "Make each variant of a letter: letterheads, languages, papers."),
    "check": ("letterpress.cli.project:check", "Say what is wrong with letters before they are rendered."),
    "salutation": ("letterpress.cli.salutation:salutation", "Show how somebody is addressed, and why."),
    "merge": ("letterpress.cli.merge:merge", "Make a PDF for each record of a table."),
    "plan": ("letterpress.cli.sharded:plan", "Plan a merge for many machines, and make no letter yet."),
    "shard": ("letterpress.cli.sharded:shard", "Make one shard of a run that was planned for many machines."),
    "runs": ("letterpress.cli.runs:runs", "List the runs of merge, and what failed."),
    "sign": ("letterpress.cli.sign:sign", "Sign a letter in the place that it keeps for you."),
    "verify": ("letterpress.cli.sign:verify", "Say who signed a letter, and whether it is what they signed."),
    "identity": ("letterpress.cli.sign:identity", "Make a key and certificate for trying out."),
    "preflight": ("letterpress.cli.preflight:preflight", "Say whether a carrier or a print shop takes a PDF."),
    "carriers": ("letterpress.cli.preflight:carriers", "List posts, letter services and print shops, or show one."),
    "validate": ("letterpress.cli.validate:validate", "Say which standards a PDF claims, and whether it keeps them."),
    "text": ("letterpress.cli.text:text", "Show a PDF's text in the order in which it is read aloud."),
    "envelopes": ("letterpress.cli.envelopes:envelopes", "Print the addresses of a table's letters on envelopes."),
    "labels": ("letterpress.cli.envelopes:labels", "Print the addresses of a table's letters on sheets of labels."),
    "package": ("letterpress.cli.package:package", "Pack a merge's letters for who sends them, or verify a package."),
    "studio": ("letterpress.cli.studio:studio", "Write, check, make and sign letters in the browser."),
    "serve": ("letterpress.cli.serve:serve", "Answer HTTP requests for letters: a service for programs."),
    "mcp": ("letterpress.cli.mcp:mcp", "Serve tools for an agent, by the Model Context Protocol."),
    "config": ("letterpress.cli.config:config", "Show what a project says for its letters, and where."),
    "letterheads": ("letterpress.cli.project:letterheads", "List the letterheads, or show one with its parameters."),
    "schema": ("letterpress.cli.project:schema", "Write the JSON Schema of a letter for your editor."),
    "upgrade": ("letterpress.cli.upgrade:upgrade", "Bring a project's files up to this letterpress's format."),
    "doctor": ("letterpress.cli.doctor:doctor", "Say what is installed, and what is missing for what."),
}
"""Name -> where the command is, and what it does, in a line of 64 characters at most."""

GROUPS = {
    "Write letters": "new init render watch variants check salutation",
    "Send many": "merge plan shard runs",
    "Sign and verify": "sign verify identity",
    "Have them printed": "preflight carriers validate text",
    "Post them": "envelopes labels package",
    "Work in the browser, and from programs": "studio serve mcp",
    "Look after a project": "config letterheads schema upgrade doctor",
}
"""The commands by what people do; each is in one group."""


COMPLETING = "_LETTERPRESS_COMPLETE"
"""The environment variable with which a shell asks for words, as click names it."""


class Commands(click.Group):
    """A group whose commands are imported when they are needed."""

    loaded: Callable[[click.Command], None] | None = None
    """What is told of each command that is imported."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name them in the order of the groups."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)  # noqa: S101 - a wrong line in COMMANDS
        if self.loaded is not None:
            self.loaded(command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is called.

        :raises UnknownCommand: there is none of that name.
        """
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from letterpress.cli.output import UnknownCommand

            raise UnknownCommand(args[0], COMMANDS, ctx)
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """Give the commands that begin so, without loading any of them; options as click does."""
        from click.shell_completion import CompletionItem

        names = [
            CompletionItem(name, help=short) for name, (_, short) in COMMANDS.items() if name.startswith(incomplete)
        ]
        return names or click.Command.shell_complete(self, ctx, incomplete)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the options in a line, so that all commands fit on a screen."""
        options = [one for one in self.get_params(ctx) if isinstance(one, click.Option)]
        names = ", ".join(f"{' or '.join(one.opts)} {one.metavar or ''}".rstrip() for one in options)
        formatter.write(f"\nOptions: {names}\n\n")
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by what people do, each in a line."""
        width = max(map(len, COMMANDS))
        for title, names in GROUPS.items():
            formatter.write(f"{title}:\n")
            for name in names.split():
                formatter.write(f"  {name:<{width}}  {COMMANDS[name][1]}\n")


def _print_version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from letterpress import __version__

        click.echo(f"letterpress {__version__}")
        ctx.exit()


def _print_completion(ctx: click.Context, parameter: click.Parameter, value: str | None) -> None:
    if value is not None and not ctx.resilient_parsing:
        from letterpress.cli import completion

        click.echo(completion.script(app, value, parameter), nl=False)
        ctx.exit()


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: letterpress render content/letters/korea-policy.md",
)
@click.option(
    "--completion",
    metavar="SHELL",
    is_eager=True,
    expose_value=False,
    callback=_print_completion,
    help="Print what makes a shell complete commands, options and names: bash, zsh or fish.",
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Show it.")
def app() -> None:
    """Letters that look right, are signed, and go out, as PDF/A-3a and PDF/UA-1."""


def main(argv: list[str] | None = None) -> int:
    """Run one command; the exit code is `errors.ExitCode`'s."""
    arguments = sys.argv[1:] if argv is None else argv
    if COMPLETING in os.environ:
        from letterpress.cli import completion

        return completion.answer(app)
    try:
        code: Any = app.main(arguments, prog_name="letterpress", standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt, OSError, click.ClickException) as error:
        return _ended(error, as_json="--json" in arguments)
    return int(code or 0)


def _ended(error: BaseException, *, as_json: bool) -> int:
    """Say why a command has ended early. What it takes to say so is loaded here: the list of commands does without."""
    from letterpress.errors import ExitCode

    if isinstance(error, click.exceptions.Abort | KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return ExitCode.INTERRUPTED
    if isinstance(error, click.ClickException):
        from letterpress.cli import output

        return output.usage(error, as_json)
    with contextlib.suppress(OSError):  # a full disk behind stdout; a command's own faults never come here
        click.echo(f"letterpress: {getattr(error, 'strerror', None) or error}", err=True)
    return ExitCode.FAILED
