"""How the letters of a run are to go to the printer, as options and requests say it, and what it makes of the letters.

Not here: how the files are made (`spools`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from letterpress.errors import UsageError
from letterpress.inserters import catalogue, marks
from letterpress.inserters.values import Scheme
from letterpress.letterhead import settled
from letterpress.model import Job
from letterpress.post import as_merged, grouping, insert_sheets, spools
from letterpress.post.grouping import Weighing
from letterpress.post.insert_sheets import Insert
from letterpress.post.spools import Run, Spools, Wanted


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
    scheme = _scheme(asked, root)
    if scheme is not None:
        job = replace(job, stays_free=marks.stay_free(scheme))
    if asked.insert_sheet:
        _sheets(asked.insert_sheet, job)(Insert(asked.split or job.common_title, 1, 1, 1))
    return job


def noted(job: Job, asked: Asked, root: Path) -> dict[str, Any]:
    """Give what is noted of a run, for a package of its letters: how they go to the printer."""
    about: dict[str, Any] = {"job": job.common_title, "sheet": asked.insert_sheet}
    return as_merged.note(wanted(asked, root), choices=job.choices, **about)


def write(run: Run, target: Path, asked: Asked, job: Job, root: Path, *, replace_signed: bool = False) -> Spools:
    """Make the files.

    :param job: what the letters have in common.
    :raises LetterpressError: see `spools.write`.
    """
    return spools.write(
        run,
        target,
        wanted(asked, root),
        title=job.common_title,
        lang=job.lang,
        insert=None if asked.insert_sheet is None else _sheets(asked.insert_sheet, job),
        replace_signed=replace_signed,
    )


def _sheets(path: str, job: Job) -> Callable[[Insert], bytes]:
    """What makes the insert sheets of a job's letters."""
    look = settled.settle(job).look
    choices = replace(job.choices, paper=look.paper, profile=look.profile)
    return insert_sheets.maker(path, choices, job.stays_free)
