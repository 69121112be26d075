"""Draws a file as it was at each signature and as it is, and says whether it looks the same.

Later signatures fill their own places; so between two signatures the places of later ones are left out, and behind the
last signature nothing may differ at all.

Not here: drawing (`pdf/raster`), and whether other programs than PDFium would draw the same (`strict/`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from letterpress.pdf import raster
from letterpress.signing.fields import Place
from letterpress.signing.reasons import Reason

DPI = 50
"""Fine enough for a letter of a word to show, and coarse enough for a page to take a few milliseconds."""
MOST_SIGNATURES = 20
"""Revisions that are drawn: the last ones."""


@dataclass(slots=True)
class Outcome:
    """What the pictures show."""

    problems: list[Reason] = field(default_factory=list)
    notes: list[Reason] = field(default_factory=list)


def check(pdf: bytes, ends: Mapping[str, int], places: Sequence[Place]) -> Outcome:
    """Draw `pdf` as it was at each signature and as it is, and compare.

    :param ends: where the byte ranges of signatures end, by the names of their fields.
    """
    outcome = Outcome()
    steps = sorted({end for end in ends.values() if 0 < end <= len(pdf)})[-MOST_SIGNATURES:]
    if not steps:
        return outcome
    who = {end: _signatory(end, ends, places) for end in steps}
    pages = 0
    try:
        for step, after in zip(steps, [*steps[1:], len(pdf)], strict=True):
            last = step == steps[-1]
            boxes = {} if last else _later_places(step, ends, places)
            comparison = raster.compare(pdf[:step], pdf[:after], dpi=DPI, without=boxes)
            pages = max(pages, comparison.compared)
            outcome.problems += _differences(comparison, who[step], None if last else who[after])
    except raster.Unreadable as error:
        text = f"PDFium cannot draw the file: {error}"
        outcome.problems.append(Reason(code="drawing-failed", text=text, params=(("cause", str(error)),)))
    if not outcome.problems:
        times = f"at {len(steps)} signature{'s'[: len(steps) != 1]}"
        which = f"the first {pages} pages" if pages == raster.MOST_PAGES else "all pages"
        text = f"drawn with PDFium as it was {times} and as it is now: {which} look the same"
        outcome.notes.append(Reason(code="drawing-same", text=text, params=(("pages", pages),)))
    return outcome


def _signatory(end: int, ends: Mapping[str, int], places: Sequence[Place]) -> str:
    names = [place.signed_by or place.signatory for place in places if ends.get(place.name) == end]
    return names[0] if names else "a time stamp"


def _later_places(step: int, ends: Mapping[str, int], places: Sequence[Place]) -> dict[int, list[raster.Box]]:
    """Return the places of signatures made after `step`, by page."""
    boxes: dict[int, list[raster.Box]] = {}
    for place in places:
        if place.page is not None and ends.get(place.name, 0) > step and all(place.size):
            boxes.setdefault(place.page, []).append(place.box)
    return boxes


def _differences(comparison: raster.Comparison, who: str, next_signer: str | None) -> list[Reason]:
    """Say how what `who` signed differs from the file at the next signature, or from the file as it is."""
    until = f"when {next_signer} signed" if next_signer else "now"
    since = (
        f"drawn with PDFium, the file is not what {who} signed last"
        if next_signer is None
        else f"drawn with PDFium, the file changed between the signatures of {who} and {next_signer}"
    )
    if comparison.before != comparison.after:
        text = f"{since}: it had {comparison.before} pages, and {comparison.after} {until}"
        params: tuple[tuple[str, object], ...] = (("before", comparison.before), ("after", comparison.after))
        return [Reason(code="drawing-differs", text=text, params=params)]
    if comparison.different:
        numbers = ", ".join(map(str, comparison.different))
        text = f"{since}: page {numbers} looks different"
        return [Reason(code="drawing-differs", text=text, params=(("pages", comparison.different),))]
    return []
