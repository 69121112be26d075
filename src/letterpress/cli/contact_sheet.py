"""Writes the contact sheet that `--sheet` asks for: the first page of each letter, on one page."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from letterpress.cli import output as cli_output
from letterpress.errors import Diagnostic, UsageError

if TYPE_CHECKING:
    from letterpress.model import Result

_MOST = 400
"""First pages on a sheet."""


def check(path: str | None) -> None:
    """:raises UsageError: the sheet is to be neither a PDF nor a picture."""
    if path is not None and Path(path).suffix.lower() not in (".pdf", ".png"):
        message, hint = f"'{path}' is neither .pdf nor .png", "such as out/sheet.pdf"
        raise UsageError(message, field="--sheet", hint=hint, code="output-unsuitable")


def write(path: Path, results: Iterable[Result], replace_signed: bool) -> tuple[Diagnostic, ...]:
    """Write a sheet of the letters that were made; gives what is to be said of its file.

    :raises LetterpressError: it cannot be written.
    """
    from letterpress import output as files
    from letterpress.batch import combine, contact_sheet

    parts: list[combine.Part] = []
    more = 0
    for result in results:
        if result.output is not None and len(parts) < _MOST:
            parts.append(combine.Part(path=Path(result.output), title=Path(result.output).stem))
        else:
            more += result.output is not None
    if not parts:
        return ()
    data = contact_sheet.draw(parts)
    if path.suffix.lower() == ".png":
        from letterpress.pdf import raster

        data = raster.png(data, dpi=110)
    said = files.write(path, data, replace_signed=replace_signed).diagnostics
    cli_output.diagnostics(said)
    shown = cli_output.count(len(parts), "first page")
    cli_output.say(f"{path}: {shown}" + (f", and {more} letters more that are not on it" if more else ""))
    return said
