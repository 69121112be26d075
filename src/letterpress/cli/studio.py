"""`letterpress studio`: the web page on one's own machine."""

from __future__ import annotations

import os
import signal
import threading
import webbrowser
from pathlib import Path

import click

from letterpress.cli import options
from letterpress.cli import output as cli_output
from letterpress.errors import ExitCode, UsageError
from letterpress.processes import signals
from letterpress.processes.limits import Limits


@cli_output.command(epilog="Example: letterpress studio our-letters")
@click.argument("folder", metavar="[PROJECT]", type=click.Path(path_type=Path), default=Path())
@click.option("--port", type=click.IntRange(0, 65_535), default=0, metavar="N", help="Port. [any that is free]")
@click.option("--no-open", is_flag=True, help="Only print the address, and open no browser.")
@options.limited(hand_over=True)
def studio(folder: Path, port: int, no_open: bool, as_json: bool, limits: Limits) -> int:
    """Open a page in the browser to write, check, make and sign the letters of PROJECT with. Ctrl-C ends it.

    It answers on this machine alone, and nobody without the token in the address, which is good until it ends. With
    --json, the address is the document.
    """
    from letterpress.files import project
    from letterpress.studio import server

    server.check_installed()
    if not folder.is_dir():
        message, hint = "there is no such folder", "letterpress new DIR starts a project"
        raise UsageError(message, file=str(folder), hint=hint, code="file-missing")
    root = project.root_of(folder)
    os.chdir(root)  # lists and messages are named from there
    served = server.Server(root, port=port, limits=limits)
    for number in signals.heeded():
        signal.signal(number, lambda *_: served.stop())

    def started() -> None:
        if as_json:
            cli_output.document({"address": served.address, "origin": served.origin, "root": str(root)})
        cli_output.say(f"letterpress studio: {served.address}")
        cli_output.say("It answers on this machine alone. Ctrl-C ends it.")
        if not no_open:
            threading.Thread(target=webbrowser.open, args=(served.address,), daemon=True).start()

    served.serve(started)
    return ExitCode.DONE
