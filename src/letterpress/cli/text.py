"""`letterpress text`: what is heard of a PDF.

Not here: how its structure is read (pdf/spoken.py).
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from letterpress.cli import options as cli_options
from letterpress.cli import output as report
from letterpress.errors import ExitCode
from letterpress.processes import stages


@report.command(epilog="Example: letterpress text out/offer.pdf")
@click.argument("file", type=click.Path(path_type=Path))
@cli_options.limited()
def text(*, file: Path, as_json: bool) -> int:
    """Show the text of FILE in the order of its structure, as a screen reader reads it; - is the standard input.

    Pictures are shown by their alternative texts, and places for signatures by their labels, in brackets.
    """
    from letterpress.files import atomic
    from letterpress.pdf import spoken

    stages.begin(str(file), "reading its structure", "file")
    if str(file) == "-":
        stages.once()
        data = sys.stdin.buffer.read()
    else:
        data = atomic.read(file).data
    elements = spoken.read(data, str(file))
    if as_json:
        report.document({"file": str(file), "elements": [element._asdict() for element in elements]})
    else:
        for line in spoken.lines(elements):
            click.echo(line)
    return ExitCode.DONE
