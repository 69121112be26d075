"""Shows one letter in many letterheads, papers and copies beside each other; what cannot be made says why in its place.

Not here: one letter with all its pages (preview.py); files of variants (batch/variants.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from letterpress import api, pipeline
from letterpress.content import places
from letterpress.errors import Diagnostic, LetterpressError
from letterpress.interactive import preview
from letterpress.interactive.answers import Say, answering
from letterpress.interactive.preview import Draft
from letterpress.pdf import raster
from letterpress.pdf.raster import Picture
from letterpress.processes import stages

prepare = preview.prepare


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The letter with one choice."""

    number: int
    """Which of the choices that were asked for, from 0."""
    pages: int
    """0 where it cannot be made."""
    picture: Picture | None
    """Of page 1."""
    diagnostics: tuple[Diagnostic, ...]


@answering
def sheet(
    say: Say, draft: Draft, choices: tuple[tuple[tuple[str, Any], ...], ...], dpi: int, known: frozenset[str]
) -> int:
    """Make a letter with each of several choices; says a `cell` for each, in order.

    :param choices: pairs of what is chosen on top of the draft's own, as `api.Chosen` has them.
    :param known: names of pictures that need not be sent again.
    :returns: how many can be made.
    """
    letter, found = preview.read(draft)
    made = 0
    for number, chosen in enumerate(choices):
        stages.at("laying out a variant")
        if letter is None or any(fault.severity == "error" for fault in found):
            cell = Cell(number=number, pages=0, picture=None, diagnostics=found)
        else:
            cell = _cell(draft, letter, number, chosen, dpi, known)
        made += cell.pages > 0
        say("cell", cell)
    return made


def _cell(
    draft: Draft, letter: Any, number: int, chosen: tuple[tuple[str, Any], ...], dpi: int, known: frozenset[str]
) -> Cell:
    try:
        job = replace(api.in_language(api.job(letter, **{**dict(draft.chosen), **dict(chosen)})), overlay=draft.overlay)
    except LetterpressError as error:
        return Cell(number=number, pages=0, picture=None, diagnostics=error.diagnostics)
    with places.unsaved({draft.shown: draft.text}):
        result = pipeline.preview(job).result
    if result.pdf is None:
        return Cell(number=number, pages=0, picture=None, diagnostics=result.diagnostics)
    picture = raster.picture(result.pdf, dpi=dpi, known=known)
    return Cell(number=number, pages=result.pages or 0, picture=picture, diagnostics=result.diagnostics)
