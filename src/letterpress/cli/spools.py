"""Puts the letters of a run into PDFs for the printer, as the options of `merge` say.

Not here: how it is done (post/spools.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from letterpress.cli import output
from letterpress.errors import UsageError

if TYPE_CHECKING:
    from letterpress.batch.run import Batch
    from letterpress.model import Job
    from letterpress.post.asked import Asked
    from letterpress.post.spools import Spools

_NEED_COMBINE = ("duplex", "split", "sort", "insert_sheet", "inserter", "grammage", "weights")
OPTIONS: tuple[Callable[..., Any], ...] = (
    click.option(
        "--combine",
        callback=output.named_anywhere,
        metavar="FILE.pdf",
        help="All letters in one PDF as well, in order, for the printer; a press copy is PDF/VT-1.",
    ),
    click.option("--duplex", is_flag=True, help="With --combine: each letter begins on a new sheet."),
    click.option(
        "--split",
        metavar="N|NAMES",
        help="With --combine: several files, of N letters each, or of letters alike in sheets, country, weight ...: "
        "country,5000.",
    ),
    click.option("--sort", metavar="NAMES", help="With --combine: in this order: country,postcode."),
    click.option(
        "--insert-sheet",
        metavar="LETTER.md",
        help="With --combine: a sheet before the letters of each file; its fields are group, letters, number, files.",
    ),
    click.option(
        "--inserter",
        metavar="NAME",
        help="With --combine: the marks that an inserting machine reads from each sheet: pitney-bowes, quadient-ds95, "
        "data-matrix, or inserters/NAME.toml.",
    ),
    click.option(
        "--grammage", type=click.FloatRange(min=30, max=400), metavar="G", help="Weight of the paper. [80 g/m2]"
    ),
    click.option(
        "--weights", metavar="G,G,...", help="Limits of the classes of weight, in g. [20,50,100,250,500,1000]"
    ),
)


def check(given: Mapping[str, Any]) -> None:
    """Refuse options that mean nothing.

    :raises UsageError: one goes with `--combine`, or what is to be split or sorted by is not known of letters.
    :raises LetterpressError: the letter of the insert sheet cannot be read, or has faults.
    """
    for name in _NEED_COMBINE:
        option = f"--{name.replace('_', '-')}"
        if given[name] and not given["combine"]:
            about: dict[str, Any] = {"code": "option-alone", "params": (("needs", "--combine"),)}
            raise UsageError(f"{option} goes with --combine", field=option, hint="add it", **about)
    if given["combine"]:
        from letterpress.post import asked

        asked.wanted(_asked(given), _root())
        if given["insert_sheet"]:
            from letterpress.content import reader

            reader.load(given["insert_sheet"])


def _asked(given: Mapping[str, Any]) -> Asked:
    from letterpress.post.asked import Asked

    said: dict[str, Any] = {name: given[name] for name in _NEED_COMBINE}
    return Asked(**{**said, "split": given["split"] or "", "sort": given["sort"] or ""})


def _root() -> Path:
    from letterpress.files import project

    return project.root_of(Path())


def prepared(job: Job, given: Mapping[str, Any]) -> Job:
    """Let letters keep free what the marks of an inserting machine take of each sheet, and try the insert sheet.

    :raises LetterpressError: the insert sheet cannot be made; or a Data Matrix is asked for, and the extra `codes` is
        not installed.
    """
    if not given["combine"]:
        return job
    from letterpress.post import asked

    return asked.prepared(job, _asked(given), _root())


def noted(job: Job, given: Mapping[str, Any]) -> dict[str, Any]:
    """Give what is noted of a run for `letterpress package`: how its letters go to the printer."""
    if not given["combine"]:
        return {}
    from letterpress.post import asked

    return asked.noted(job, _asked(given), _root())


def write(batch: Batch, job: Job, given: Mapping[str, Any]) -> Spools:
    """Make the files.

    :param job: what the letters have in common.
    """
    from letterpress.post import asked, spools

    run = spools.Run(batch.journal, batch.run, batch.settings.folder)
    about: dict[str, Any] = {"replace_signed": given["replace_signed"]}
    return asked.write(run, Path(given["combine"]), _asked(given), job, _root(), **about)
