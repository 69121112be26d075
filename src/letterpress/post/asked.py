"""How the letters of a run are to go to the printer, as options and requests say it, and what it makes of the letters.

Not here: how the files are made (`spools`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from letterpress import pipeline
from letterpress.batch import versions
from letterpress.content import reader
from letterpress.errors import LetterpressError, UsageError
from letterpress.inserters import catalogue, marks
from letterpress.inserters.values import Scheme
from letterpress.letterhead import definition, settled
from letterpress.model import Job
from letterpress.post import grouping, spools
from letterpress.post.grouping import Weighing
from letterpress.post.spools import Insert, Run, Spools, Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for."""

    split: str = ""
    """A number of letters, or names of `grouping.NAMES`, or both: `country,5000`."""
    sort: str = ""
    """Names, with commas."""
    duplex: bool = False
    insert_sheet: str | None = None
    """File of the letter that stands before the letters of each file."""
    inserter: str | None = None
    """Name of the marks that an inserting machine reads."""
    grammage: float | None = None
    """Of the paper, in g/m2."""
    weights: str | None = None
    """Limits of the classes of weight in g, with commas."""


def wanted(asked: Asked, root: Path) -> Wanted:
    """Read what is asked for.

    :param root: of the project, whose own marks come first.
    :raises UsageError: letters cannot be split or sorted so, or a number or a name is wrong.
    :raises LetterpressError: the file of the marks has faults.
    """
    most, groups = spools.split(asked.split)
    return Wanted(
        most=most,
        groups=groups,
        sort=grouping.check(asked.sort.split(","), option="--sort"),
        duplex=asked.duplex,
        weighing=_weighing(asked.grammage, asked.weights),
        inserter=_scheme(asked, root),
    )


def _weighing(grammage: float | None, limits: str | None) -> Weighing:
    made = Weighing() if grammage is None else Weighing(grammage=grammage)
    if limits is None:
        return made
    words = [word.strip() for word in limits.split(",") if word.strip()]
    if not words or not all(word.isdecimal() and word.isascii() and int(word) for word in words):
        message, hint = f"'{limits}' is no list of weights in g", "such as --weights 20,50,500,1000"
        raise UsageError(message, field="--weights", hint=hint, code="weights-wrong", value=limits)
    return replace(made, limits=tuple(sorted(map(int, words))))


def _scheme(asked: Asked, root: Path) -> Scheme | None:
    return catalogue.find(asked.inserter, root) if asked.inserter else None


def prepared(job: Job, asked: Asked, root: Path) -> Job:
    """Let letters keep free what the marks of an inserting machine take of each sheet, and try the insert sheet.

    :raises LetterpressError: the insert sheet cannot be made; or a Data Matrix is asked for, and the extra `codes` is
        not installed.
    """
    job = _freed(job, _scheme(asked, root))
    if asked.insert_sheet:
        _sheets(asked.insert_sheet, job)(Insert(asked.split, 1, 1, 1))
    return job


def _freed(job: Job, scheme: Scheme | None) -> Job:
    if scheme is None:
        return job
    why = f"the marks of the inserting machine '{scheme.name}'"
    boxes = scheme.taken(marks.matrix_side(scheme))
    return replace(job, stays_free=tuple((box.x, box.y, box.width, box.height, why) for box in boxes))


def write(run: Run, target: Path, asked: Asked, job: Job, root: Path, *, replace_signed: bool = False) -> Spools:
    """Make the files.

    :param job: what the letters have in common.
    :raises LetterpressError: see `spools.write`.
    """
    letter, sheet = job.letter, asked.insert_sheet
    return spools.write(
        run,
        target,
        wanted(asked, root),
        title=letter.subject or letter.slug,
        lang=letter.lang,
        insert=None if sheet is None else _sheets(sheet, job),
        replace_signed=replace_signed,
    )


def _sheets(path: str, job: Job) -> Callable[[Insert], bytes]:
    """Make the sheets before the letters of a file: a letter of its own, on their paper and in their profile.

    :raises LetterpressError: it cannot be read.
    """
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
