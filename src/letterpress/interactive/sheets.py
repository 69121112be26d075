"""Shows one letter in many letterheads, papers and copies beside each other; what cannot be made says why in its place.

Not here: one letter with all its pages (preview.py); files of variants (batch/variants.py).
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from letterpress import api, pipeline
from letterpress.batch import combine
from letterpress.batch import contact_sheet as draw
from letterpress.content import places
from letterpress.errors import Diagnostic, LetterpressError
from letterpress.interactive import preview
from letterpress.interactive.answers import Say, answering
from letterpress.interactive.preview import Draft
from letterpress.model import Letter, Result
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


@answering
def contact_sheet(
    say: Say, draft: Draft, choices: tuple[tuple[tuple[str, Any], ...], ...], titles: tuple[str, ...]
) -> bytes:
    """Draw the first pages of a letter with each of several choices on one page, as a PDF.

    :param choices: as `sheet` has them; one that cannot be made is left out.
    :param titles: what stands below each.
    :raises LetterpressError: none of them can be made.
    """
    letter, faults = preview.read(draft)
    if letter is None or any(fault.severity == "error" for fault in faults):
        raise LetterpressError(faults)
    wrong: tuple[Diagnostic, ...] = ()
    with tempfile.TemporaryDirectory() as folder:
        parts = []
        for number, (chosen, title) in enumerate(zip(choices, titles, strict=False)):
            stages.at("laying out a variant")
            try:
                result = _laid_out(draft, letter, chosen)
            except LetterpressError as error:
                wrong += error.diagnostics
                continue
            if result.pdf is None:
                wrong += result.diagnostics
                continue
            path = Path(folder, f"{number}.pdf")
            path.write_bytes(result.pdf)
            parts.append(combine.Part(path=path, title=title))
        if not parts:
            raise LetterpressError(wrong)
        return draw.draw(parts)


def _laid_out(draft: Draft, letter: Letter, chosen: tuple[tuple[str, Any], ...]) -> Result:
    """Lay the letter out with what is chosen.

    :raises LetterpressError: there is no such choice.
    """
    job = replace(api.in_language(api.job(letter, **{**dict(draft.chosen), **dict(chosen)})), overlay=draft.overlay)
    with places.unsaved({draft.shown: draft.text}):
        return pipeline.preview(job).result


def _cell(
    draft: Draft, letter: Letter, number: int, chosen: tuple[tuple[str, Any], ...], dpi: int, known: frozenset[str]
) -> Cell:
    try:
        result = _laid_out(draft, letter, chosen)
    except LetterpressError as error:
        return Cell(number=number, pages=0, picture=None, diagnostics=error.diagnostics)
    if result.pdf is None:
        return Cell(number=number, pages=0, picture=None, diagnostics=result.diagnostics)
    picture = raster.picture(result.pdf, dpi=dpi, known=known)
    return Cell(number=number, pages=result.pages or 0, picture=picture, diagnostics=result.diagnostics)
