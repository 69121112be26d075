"""Makes the sheets that stand before the letters of a file: a letter of its own, on their paper and in their profile.

Not here: where they stand (`spools`, `package`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from letterpress import pipeline
from letterpress.batch import versions
from letterpress.content import reader
from letterpress.errors import LetterpressError
from letterpress.letterhead import definition
from letterpress.model import Choices, Job

StaysFree = Sequence[tuple[float, float, float, float, str]]


class Insert(NamedTuple):
    """What an insert sheet says of the letters behind it."""

    title: str
    """What the letters are alike in: `country DE, sheets 2`; what all are called, where they are not grouped."""
    letters: int
    number: int
    """Of its file, from 1."""
    files: int
    """How many there are."""


def maker(path: str, choices: Choices, stays_free: StaysFree = ()) -> Callable[[Insert], bytes]:
    """Give what makes the PDF of each sheet, which raises a LetterpressError where it cannot be made.

    :param path: the sheet's letter; of the fields `group`, `letters`, `number` and `files` it has those that it names.
    :param choices: what is chosen for the letters: paper, profile, date, language.
    :param stays_free: what marks of an inserting machine take of the letters' sheets.
    :raises LetterpressError: the letter cannot be read.
    """
    letter = reader.load(path)
    # A machine that reads marks would read those of folds as well.
    folds = bool(stays_free) and "marks" in definition.find(letter.letterhead, letter.root).parameters
    parameters = (("marks", "false"),) if folds else ()
    own = replace(choices, letterhead=None, copy="original", carrier=None, sign=(), parameters=parameters)
    base = versions.in_language(Job(letter=letter, choices=own, stays_free=tuple(stays_free)))

    def sheet(about: Insert) -> bytes:
        told = {"group": about.title, "letters": about.letters, "number": about.number, "files": about.files}
        values = tuple((f"fields.{name}", value) for name, value in told.items() if name in letter.fields)
        made = pipeline.press(replace(base, values=values))
        if made.pdf is None:
            raise LetterpressError(made.diagnostics)
        return made.pdf

    return sheet
