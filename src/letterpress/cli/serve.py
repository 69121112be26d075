"""`letterpress serve`: the HTTP service for a project."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from letterpress.cli import options
from letterpress.cli import output as cli_output
from letterpress.errors import ExitCode, UsageError
from letterpress.processes import signals
from letterpress.processes.limits import Limits

if TYPE_CHECKING:
    from letterpress.serve import server

_PORT = 8470


@cli_output.command(epilog="Example: letterpress serve our-letters --tokens /etc/letterpress/tokens")
@click.argument("folder", metavar="[PROJECT]", type=click.Path(path_type=Path), default=Path())
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Address to answer on.")
@click.option("--port", type=click.IntRange(0, 65_535), default=_PORT, show_default=True, metavar="N", help="Port.")
@click.option(
    "--tokens",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Who may ask, a line for each: NAME SCOPES TOKEN. [LETTERPRESS_TOKENS, or one that is made]",
)
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Settings. [PROJECT/serve.toml]")
@click.option("--allow-text", is_flag=True, help="Take letters whose text is sent, too.")
@options.limited(hand_over=True)
@click.pass_context
def serve(
    context: click.Context,
    folder: Path,
    host: str,
    port: int,
    tokens: Path | None,
    config: Path | None,
    allow_text: bool,
    as_json: bool,
    limits: Limits,
) -> int:
    """Answer HTTP requests for the letters of PROJECT: PDFs, jobs of many letters, signatures. Ctrl-C ends it.

    Every request needs a token but those for /health, /ready and /openapi.json. Without --tokens one is made, and
    printed; it is good until the service ends. The log goes to stderr. With --json, address and token are the document.
    """
    from letterpress.files import project
    from letterpress.serve import server

    server.check_installed()
    from letterpress.serve import tokens as tokens_

    if not folder.is_dir():
        message, hint = "there is no such folder", "letterpress new DIR starts a project"
        raise UsageError(message, file=str(folder), hint=hint, code="file-missing")
    root = project.root_of(folder)
    known = None
    if tokens is not None:
        known = tokens_.read(tokens)
    elif os.environ.get(tokens_.ENVIRONMENT):
        known = tokens_.parsed(os.environ[tokens_.ENVIRONMENT], tokens_.ENVIRONMENT)
    said = any(
        context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
        for name in ("time_limit", "memory_limit")
    )
    with server.store_held(root, config, allow_text=allow_text):
        served = server.Server(
            root,
            host=host,
            port=port,
            tokens=known,
            config=config,
            allow_text=allow_text,
            limits=limits if said else None,
        )
        _serve(served, as_json=as_json)
    return ExitCode.DONE


def _serve(served: server.Server, *, as_json: bool) -> None:
    """Answer until a signal comes; where, and the token that was made, are printed first."""
    for number in signals.heeded():
        signal.signal(number, lambda *_: served.stop())

    def started() -> None:
        if as_json:
            cli_output.document(
                {"address": served.origin, "token": served.token, "root": str(served.service.config.root)}
            )
        cli_output.say(f"letterpress serve: {served.origin}")
        if served.token is not None:
            cli_output.say(f"token: {served.token}")
            cli_output.say("It is good for everything until the service ends. Ctrl-C ends it.")

    served.serve(started)
