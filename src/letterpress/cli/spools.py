"""Puts the letters of a run into PDFs for the printer, as the options of `merge` say.

Not here: how it is done (post/spools.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from letterpress.cli import output
from letterpress.errors import LetterpressError, UsageError

if TYPE_CHECKING:
    from letterpress.batch.run import Batch
    from letterpress.inserters.values import Scheme
    from letterpress.model import Job
    from letterpress.post.spools import Insert, Spools, Wanted

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
        _wanted(given)
        if given["insert_sheet"]:
            from letterpress.content import reader

            reader.load(given["insert_sheet"])


def _wanted(given: Mapping[str, Any]) -> Wanted:
    from letterpress.post import grouping, spools

    most, groups = spools.split(given["split"] or "")
    return spools.Wanted(
        most=most,
        groups=groups,
        sort=grouping.check((given["sort"] or "").split(","), option="--sort"),
        duplex=given["duplex"],
        weighing=_weighing(given["grammage"], given["weights"]),
        inserter=_scheme(given),
    )


def _weighing(grammage: float | None, limits: str | None) -> Any:
    from letterpress.post.grouping import Weighing

    made = Weighing() if grammage is None else Weighing(grammage=grammage)
    if limits is None:
        return made
    words = [word.strip() for word in limits.split(",") if word.strip()]
    if not words or not all(word.isdecimal() and word.isascii() and int(word) for word in words):
        message, hint = f"'{limits}' is no list of weights in g", "such as --weights 20,50,500,1000"
        raise UsageError(message, field="--weights", hint=hint, code="weights-wrong", value=limits)
    return replace(made, limits=tuple(sorted(map(int, words))))


def _scheme(given: Mapping[str, Any]) -> Scheme | None:
    if not given["inserter"]:
        return None
    from letterpress.files import project
    from letterpress.inserters import catalogue

    return catalogue.find(given["inserter"], project.root_of(Path()))


def prepared(job: Job, given: Mapping[str, Any]) -> Job:
    """Let letters keep free what the marks of an inserting machine take of each sheet, and try the insert sheet.

    :raises LetterpressError: the insert sheet cannot be made; or a Data Matrix is asked for, and the extra `codes` is
        not installed.
    """
    job = _freed(job, given)
    if given["combine"] and given["insert_sheet"]:
        from letterpress.post.spools import Insert

        _sheets(given["insert_sheet"], job)(Insert(given["split"] or "", 1, 1, 1))
    return job


def _freed(job: Job, given: Mapping[str, Any]) -> Job:
    scheme = _scheme(given)
    if scheme is None:
        return job
    from letterpress.inserters import marks

    why = f"the marks of the inserting machine '{scheme.name}'"
    boxes = scheme.taken(marks.matrix_side(scheme))
    return replace(job, stays_free=tuple((box.x, box.y, box.width, box.height, why) for box in boxes))


def write(batch: Batch, job: Job, given: Mapping[str, Any]) -> Spools:
    """Make the files.

    :param job: what the letters have in common.
    """
    from letterpress.post import spools

    run = spools.Run(batch.journal, batch.run, batch.settings.folder)
    letter = job.letter
    sheet = given["insert_sheet"]
    return spools.write(
        run,
        Path(given["combine"]),
        _wanted(given),
        title=letter.subject or letter.slug,
        lang=letter.lang,
        insert=None if sheet is None else _sheets(sheet, job),
        replace_signed=given["replace_signed"],
    )


def _sheets(path: str, job: Job) -> Callable[[Insert], bytes]:
    """Make the sheets before the letters of a file: a letter of its own, on their paper and in their profile.

    :raises LetterpressError: it cannot be read.
    """
    from letterpress import pipeline
    from letterpress.batch import versions
    from letterpress.content import reader
    from letterpress.letterhead import definition, settled

    letter, look = reader.load(path), settled.settle(job).look
    # A machine that reads marks would read those of folds as well.
    folds = bool(job.stays_free) and "marks" in definition.find(letter.letterhead, letter.root).parameters
    parameters = (("marks", "false"),) if folds else ()
    own: dict[str, Any] = {"letterhead": None, "carrier": None, "sign": (), "parameters": parameters}
    choices = replace(job.choices, **own, paper=look.paper, profile=look.profile)
    base = versions.in_language(replace(job, letter=letter, choices=choices, values=(), signed_by=()))

    def sheet(about: Insert) -> bytes:
        told = {"group": about.title, "letters": about.letters, "number": about.number, "files": about.files}
        values = tuple((f"fields.{name}", value) for name, value in told.items() if name in letter.fields)
        made = pipeline.press(replace(base, values=values))
        if made.pdf is None:
            raise LetterpressError(made.diagnostics)
        return made.pdf

    return sheet
