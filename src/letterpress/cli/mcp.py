"""`letterpress mcp`: tools for an agent."""

from __future__ import annotations

import importlib.util
import os
import signal
from pathlib import Path

import click

from letterpress.cli import options
from letterpress.cli import output as cli_output
from letterpress.errors import ExitCode, LetterpressError, UsageError
from letterpress.processes import signals
from letterpress.processes.limits import Limits


@cli_output.command(epilog="Example: letterpress mcp our-letters")
@click.argument("folder", metavar="[PROJECT]", type=click.Path(path_type=Path), default=Path())
@options.limited(hand_over=True)
def mcp(folder: Path, as_json: bool, limits: Limits) -> int:
    """Serve tools for an agent on standard input and output, by the Model Context Protocol.

    It lists letters and letterheads of PROJECT, checks and makes letters with pictures of their pages, tries merges and
    verifies PDFs. It reads no file outside the project, writes into its out/ alone, and signs nothing.
    """
    from letterpress.files import project

    if as_json:
        raise UsageError("standard output is the agent's", field="--json", code="options-conflict")
    if importlib.util.find_spec("mcp") is None:
        message = "letterpress was installed without the package 'mcp', which speaks with agents"
        raise LetterpressError(message, hint="pip install 'letterpress[mcp]'", code="mcp-missing")
    if not folder.is_dir():
        message, hint = "there is no such folder", "letterpress new DIR starts a project"
        raise UsageError(message, file=str(folder), hint=hint, code="file-missing")
    from letterpress.mcp import server

    root = project.root_of(folder.resolve())
    os.chdir(root)  # messages name files from there
    for number in signals.heeded():  # at once: what reads standard input waits for it, and files are whole or not there
        signal.signal(number, lambda *_: os._exit(ExitCode.DONE))
    cli_output.say(f"letterpress mcp: an agent's program speaks with it on standard input ({root}). Ctrl-C ends it.")
    server.serve(root, limits)
    return ExitCode.DONE
