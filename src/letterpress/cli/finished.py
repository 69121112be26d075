"""What people do with a letter once it is made: `--open` shows it in the system's viewer, `--png` draws its pages.

Not here: how pages are drawn (pdf/raster.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from letterpress.cli import output as cli_output
from letterpress.cli import outputs
from letterpress.errors import Diagnostic, UsageError
from letterpress.processes import stages, viewer

DPI = 150
open_option = click.option("--open", "open_it", is_flag=True, help="Open it when it is done, in the system's viewer.")


def png_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--png` and `--dpi`."""
    resolution = click.option(
        "--dpi", type=click.IntRange(20, 600), metavar="N", help=f"With --png: pixels to the inch. [{DPI}]"
    )
    return click.option("--png", is_flag=True, help="Draw each page as a PNG beside the PDF: NAME-1.png.")(
        resolution(function)
    )


def check_png(*, png: bool, dpi: int | None) -> int | None:
    """Give the resolution; None if no page is to be drawn.

    :raises UsageError: a resolution is given, and nothing is to be drawn.
    """
    if dpi is not None and not png:
        params = (("needs", "--png"),)
        raise UsageError("--dpi goes with --png", field="--dpi", hint="add it", code="option-alone", params=params)
    return (dpi or DPI) if png else None


def draw(pdf: bytes, target: Path, dpi: int, read: Sequence[Path]) -> tuple[list[Path], tuple[Diagnostic, ...]]:
    """Draw the pages of a letter beside its PDF.

    :param target: the PDF; its pictures are named after it.
    :param read: the files that the letter is made of, which no picture may replace.
    :returns: the pictures, and a warning if others of an earlier, longer letter lie there.
    :raises LetterpressError: they cannot be written.
    """
    from letterpress import output
    from letterpress.pdf import raster

    stages.at("drawing its pages")
    base = target.name.removesuffix(".pdf")
    number = raster.count(pdf)
    paths = [target.with_name(f"{base}-{page}.png") for page in range(1, number + 1)]
    outputs.check_inputs([("--png", path) for path in paths], read)
    for page, path in enumerate(paths, start=1):
        output.write(path, raster.png(pdf, dpi=dpi, page=page))
    older = target.with_name(f"{base}-{number + 1}.png")
    if not older.exists():
        return paths, ()
    message = f"is no page of this letter, which has {cli_output.count(number, 'page')}"
    about: dict[str, Any] = {"file": str(older), "code": "picture-older", "hint": "it is of an earlier one; delete it"}
    return paths, (Diagnostic(severity="warning", message=message, **about),)


def show(path: Path) -> None:
    """Open a file or folder in the system's viewer; a warning says why it was not."""
    stages.free(memory=True)  # what it starts is no work of ours, and has none of our limits
    why = viewer.show(path)
    if why is not None:
        cli_output.diagnostics([_unopened(path, why)])


def _unopened(path: Path, why: str) -> Diagnostic:
    message = f"was made, and could not be opened: {why}"
    hint = "open it yourself, or leave out --open"
    return Diagnostic(severity="warning", message=message, file=str(path), hint=hint, code="viewer-missing")
