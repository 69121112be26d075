"""`letterpress package`: packs the letters of a merge, and looks a package through.

Not here: how either is done (post/).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from letterpress.cli import options as cli_options
from letterpress.cli import output as report
from letterpress.cli import outputs, stores
from letterpress.errors import ExitCode, UsageError
from letterpress.processes import stages
from letterpress.processes.limits import Limits

if TYPE_CHECKING:
    from letterpress.post.package import Package

_SHOWN = 12
"""Groups that are told one by one."""
_MAKING = ("group", "redact", "spool", "duplex", "run", "preflight", "carrier", "strict")


@report.command(epilog="Example: letterpress package out/offer -o out/offer-package.zip --group sheets,country")
@click.argument("place", metavar="OUT|URL")
@click.option("-o", "--output", callback=report.named_anywhere, metavar="FILE.zip", help="The package.")
@click.option(
    "--group",
    metavar="NAMES",
    help="Group letters by sheets, pages, weight, country, postcode, enclosures, envelope, carrier, profile, "
    "letterhead, paper or lang; several with commas. Each group has its folder and its list.",
)
@click.option(
    "--spool",
    is_flag=True,
    help="One PDF of all letters, or of each group, instead of single letters: in the order, with the marks and insert "
    "sheets of the merge.",
)
@click.option("--redact", is_flag=True, help="Leave recipients out of the lists and of the names of files.")
@click.option("--duplex/--simplex", default=None, help="Both sides are printed, or one. [as the merge or carrier says]")
@click.option("--preflight", is_flag=True, help="Examine each letter for its carrier; the list has the verdict.")
@click.option("--for", "carrier", metavar="CARRIER", help="Examine each letter for CARRIER.")
@click.option("--run", type=int, metavar="N", help="Of run N instead of the last.")
@click.option("--strict", is_flag=True, help="Make no package where a letter of the run failed.")
@click.option(
    "--verify", is_flag=True, help="Say whether OUT, a package or its unpacked folder, is whole and unchanged."
)
@cli_options.limited(hand_over=True)
def package(*, place: str, output: str | None, verify: bool, limits: Limits, as_json: bool, **given: Any) -> int:
    """Pack the letters that `letterpress merge` has made into the folder OUT, for whoever prints and posts them.

    Both the run and the package may be in object storage: s3://BUCKET/FOLDER.

    The package has the letters, a list of them as CSV and JSON (recipient, country, postcode, pages, sheets,
    enclosures, envelope ...), a page for people, and check sums. The same letters make the same package. With --verify,
    a package is looked through: exit code 1 if a file is missing, was changed or was added.
    """
    if verify:
        return _verify(place, output, given, as_json)
    if output is None:
        raise UsageError(
            "no package is named", field="--output", hint="such as -o out/package.zip", code="option-missing"
        )
    outputs.check_stdout(output, as_json=as_json)
    folder = Path(place)
    if "://" not in place and not folder.is_dir():
        hint = "name the folder that `letterpress merge -o` was given; --verify looks a package through"
        message = "is a file; letters are packed from a folder" if folder.exists() else "there is no such folder"
        raise UsageError(message, file=place, hint=hint, code="run-missing")
    stages.begin(place, "packing its letters", "data")
    stages.free(memory=True)  # what is read has been made by us; letters are examined within limits of their own
    given["group"] = given["group"] or ""
    made = _made(place, output, limits, given)
    report.diagnostics(made.diagnostics)
    if as_json:
        report.document(made.as_json())
    else:
        _say(made)
    return ExitCode.FAILED if made.refused else ExitCode.DONE


def _made(place: str, output: str, limits: Limits, given: dict[str, Any]) -> Package:
    """Make the package, of a folder or of a place in a store, and into either."""
    from letterpress.files import project
    from letterpress.post.package import package as pack

    with stores.run_of(place, letters=True, run=given["run"]) as (folder, shown), stores.written(output) as path:
        made = pack(folder, path, root=str(project.root_of(Path())), limits=limits, **given)
    said = stores.renamed(made.diagnostics, {str(folder): shown, str(path): output})
    return replace(made, file=output, diagnostics=said)


def _say(made: Package) -> None:
    """What is in the package, for people."""
    if len(made.groups) > 1 or made.groups[0].list:
        for group in made.groups[:_SHOWN]:
            report.say(f"{group.title}: {_counts(group)} in {group.place}")
        if len(made.groups) > _SHOWN:
            report.say(f"and {len(made.groups) - _SHOWN} groups more; see READ-ME.html in the package")
    report.say(f"{made.file}: {_counts(made)}; sum of its check sums: {made.sums}")


def _counts(one: Any) -> str:
    return ", ".join(report.count(getattr(one, f"{what}s"), what) for what in ("letter", "page", "sheet"))


def _verify(place: str, output: str | None, given: dict[str, Any], as_json: bool) -> int:
    """Look a package through."""
    if output is not None or any(given[name] for name in _MAKING):
        message, hint = "--verify makes no package", "leave out -o and what says how one is made"
        raise UsageError(message, field="--verify", hint=hint, code="options-conflict")
    from letterpress.post.verification import verify_package

    stages.begin(place, "looking through it", "file")
    path = stores.to_read(place)
    verdict = verify_package(path)
    verdict = replace(verdict, file=place, findings=stores.renamed(verdict.findings, {str(path): place}))
    if as_json:
        report.document(verdict.as_json())
    else:
        report.diagnostics(verdict.findings)
        held = f"{report.count(verdict.letters, 'letter')} in {report.count(verdict.files, 'file')}"
        said = "whole and unchanged" if verdict.passed else report.count(len(verdict.findings), "finding")
        report.say(f"{place}: {said}; {held}; sum of its check sums: {verdict.sums or 'none'}")
    return ExitCode.DONE if verdict.passed else ExitCode.FAILED
