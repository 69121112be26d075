"""`letterpress preflight` and `letterpress carriers`: whether a carrier takes a PDF, and which carriers are known.

Not here: the rules (preflight/), and the carriers (carriers/).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from letterpress.cli import options as cli_options
from letterpress.cli import output as report
from letterpress.errors import ExitCode, UnreadableInput, UsageError
from letterpress.processes import stages

if TYPE_CHECKING:
    from letterpress.carriers.values import Carrier
    from letterpress.preflight import Report


@report.command(epilog="Example: letterpress preflight out/offer.pdf --for pingen --pictures out/preflight")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option(
    "--for",
    "--carrier",
    "carrier",
    required=True,
    metavar="CARRIER",
    help="Who takes it; see `letterpress carriers`; or print-shop.",
)
@click.option(
    "--pictures",
    callback=report.named,
    metavar="DIR",
    help="Write pictures of pages there: what stays free in red, the address field in blue, findings numbered.",
)
@click.option("--duplex", is_flag=True, help="Both sides of the sheets are printed.")
@cli_options.strict_option
@cli_options.limited()
def preflight(
    *, files: tuple[Path, ...], carrier: str, pictures: str | None, duplex: bool, strict: bool, as_json: bool
) -> int:
    """Say what a carrier may refuse each FILE for, or print otherwise than it looks; - is the standard input.

    FILE may be any PDF. Nothing is sent: the rules are those that the carriers publish, with their source and date.
    """
    asked = _found(carrier)
    if pictures is not None:
        _check_names(files)
    documents: list[dict[str, Any]] = []
    for file in files:
        stages.begin(str(file), "examining it", "file")
        if str(file) == "-":
            stages.once()
        data = _read(file)
        from letterpress.preflight import checking

        made = checking.check(data, asked, drawn=pictures is not None, strict=strict, duplex=duplex)
        written = _write(made, file, Path(pictures)) if pictures is not None else []
        documents.append({"file": str(file), **made.as_json(), "pictures": [str(path) for path in written]})
        if not as_json:
            _say(made, file, written, unchecked=file == files[-1])
    passed = sum(one["passed"] for one in documents)
    if as_json:
        several = {"files": documents, "passed": passed == len(files)}
        report.document(documents[0] if len(files) == 1 else several)
    elif len(files) > 1:
        report.say(f"{passed} of {len(files)} files pass for {asked.title}")
    return ExitCode.DONE if passed == len(files) else ExitCode.FAILED


def _check_names(files: tuple[Path, ...]) -> None:
    """:raises UsageError: the pictures of two files would have one name."""
    seen: dict[str, Path] = {}
    for file in files:
        other = seen.setdefault(file.stem.casefold(), file)
        if other != file:
            message, hint = (
                f"the pictures of {other} and {file} would have the same names",
                "examine one after the other",
            )
            raise UsageError(message, field="--pictures", hint=hint, code="output-twice")


def _found(name: str) -> Carrier:
    """:raises UsageError: there is no such carrier."""
    from dataclasses import replace

    from letterpress.carriers import catalogue
    from letterpress.files import project

    try:
        return catalogue.find(name, project.root_of(Path()))
    except UsageError as error:
        raise UsageError(replace(fault, field="--for") for fault in error.diagnostics) from None


def _read(file: Path) -> bytes:
    from letterpress.files import atomic

    if str(file) == "-":
        return sys.stdin.buffer.read()
    try:
        return atomic.read(file).data
    except FileNotFoundError:
        raise UnreadableInput("there is no such file", file=str(file), code="file-missing") from None


def _write(made: Report, file: Path, folder: Path) -> list[Path]:
    from letterpress.output import write

    name = "stdin" if str(file) == "-" else file.stem
    written = []
    for picture in made.pictures:
        path = folder / f"{name}-{picture.page}.png"
        write(path, picture.png, hint="name another folder with --pictures")
        written.append(path)
    return written


def _say(made: Report, file: Path, written: list[Path], *, unchecked: bool) -> None:
    """What was found, for people; findings have the numbers of their boxes in the pictures.

    :param unchecked: whether what cannot be checked for the carrier is said: once for all files.
    """
    for number, finding in enumerate(made.findings, start=1):
        numbered = f"{number}. " if written and finding.box is not None else ""
        line = finding.diagnostic(str(file))
        report.diagnostics([line if not numbered else _numbered(line, numbered)])
    for text in made.carrier.unchecked if unchecked else ():
        report.say(f"not checked: {text}")
    for path in written:
        report.say(str(path))
    errors = sum(finding.severity == "error" for finding in made.findings)
    others = len(made.findings) - errors
    verdict = f"passes for {made.carrier.title}" if made.passed else f"{report.count(errors, 'error')}"
    warned = f", {report.count(others, 'warning')}" if others else ""
    report.say(f"{file}: {verdict}{warned}; rules: {made.carrier.cited}")


def _numbered(line: Any, number: str) -> Any:
    from dataclasses import replace

    return replace(line, message=number + line.message)


@report.command(epilog="Example: letterpress carriers notify")
@click.argument("name", required=False, metavar="[NAME]")
def carriers(name: str | None, as_json: bool) -> int:
    """List the posts, letter services and print shops that are known; with NAME, show what one asks, and who says so.

    A project's own are the files carriers/NAME.toml in its folder.
    """
    from letterpress.carriers import catalogue, values
    from letterpress.files import project

    root = project.root_of(Path())
    found = [catalogue.find(one, root) for one in ([name] if name else catalogue.names(root))]
    if as_json:
        report.document({"carriers": [values.as_json(carrier) for carrier in found]})
    elif name:
        for line in _described(found[0]):
            click.echo(line)
    else:
        width = max(len(carrier.name) for carrier in found)
        for carrier in found:
            click.echo(f"{carrier.name:<{width}}  {carrier.title}{_remark(carrier)}")
    return ExitCode.DONE


def _remark(carrier: Carrier) -> str:
    said = [carrier.country or "", "" if carrier.status == "confirmed" else carrier.status]
    told = ", ".join(one for one in said if one)
    return f" ({told})" if told else ""


def _described(carrier: Carrier) -> Iterator[str]:
    """What a carrier asks, a line each; what it does not ask is left out."""
    yield f"{carrier.name}: {carrier.title}"
    yield f"source: {carrier.cited}"
    if carrier.file:
        yield f"file: {carrier.file}"
    for label, value in _asked(carrier):
        if value:
            yield f"{label}: {value}"
    for clear in carrier.clear:
        yield f"free on {_pages(clear.pages)}: {_box(clear.area)} ({clear.why})"
    address = carrier.address
    if address is not None and address.area is not None:
        yield f"address{', which it prints itself' if address.printed else ''}: {_box(address.area)}"
    if address is not None:
        for label, value in (
            ("lines of the address", address.lines and f"{address.lines[0]} to {address.lines[1]}"),
            ("type of the address, pt", address.size and f"{address.size[0]:g} to {address.size[1]:g}"),
            ("last line of the address", " or ".join(address.last)),
        ):
            if value:
                yield f"{label}: {value}"
    for text in carrier.unchecked:
        yield f"not checked: {text}"


def _asked(carrier: Carrier) -> Iterator[tuple[str, object]]:
    yield "sheets, mm", ", ".join(f"{width:g} x {height:g}" for width, height in carrier.sheets)
    yield "most pages", carrier.pages
    yield "most pages by country", ", ".join(f"{country} {most}" for country, most in carrier.pages_by_country)
    yield "most sheets", carrier.leaves
    yield "most sheets abroad", carrier.leaves_abroad
    yield "largest file, bytes", carrier.file_size
    yield "versions of PDF", " to ".join(carrier.versions)
    yield "fonts", "" if carrier.fonts == "any" else carrier.fonts
    yield "colours", {"any": "", "cmyk": "CMYK only", "converted": "converted to CMYK"}[carrier.colors]
    yield "transparency", "" if carrier.transparency else "none"
    yield "pixels to the inch", carrier.resolution
    yield "bleed, mm", carrier.bleed
    yield "profile", carrier.profile
    yield "edges free of ink, mm (top, right, bottom, left)", ", ".join(f"{one:g}" for one in carrier.edges or ())
    yield "edges free of text, mm", ", ".join(f"{one:g}" for one in carrier.text_edges or ())
    yield "page 1 is printed in", "; ".join(map(_box, carrier.print_first))
    yield "later pages are printed in", "; ".join(map(_box, carrier.print_later))
    yield "fold marks", "none" if carrier.marks is False else ""


def _pages(pages: str) -> str:
    return {"first": "page 1", "later": "later pages", "every": "every page"}[pages]


def _box(area: Any) -> str:
    return f"x {area.x:g}, y {area.y:g}, {area.width:g} x {area.height:g} mm"
