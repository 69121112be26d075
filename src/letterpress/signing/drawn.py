"""Whether a file looks now as it looked at each signature: its revisions drawn and compared.

Later signatures fill their own places; so between two signatures the places of later ones are left out, and behind the
last signature nothing may differ at all.

Not here: drawing (pdf/raster.py), and whether other programs than PDFium would draw the same (strict/).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from letterpress.pdf import raster
from letterpress.signing.fields import Place

DPI = 50
"""Fine enough for a letter of a word to show, and coarse enough for a page to take a few milliseconds."""
MOST_SIGNATURES = 20
"""Revisions that are drawn: the last ones."""


@dataclass(slots=True)
class Outcome:
    """What the pictures show."""

    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


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
            found = raster.compare(pdf[:step], pdf[:after], dpi=DPI, without=boxes)
            pages = max(pages, found.compared)
            outcome.problems += _words(found, who[step], None if last else who[after])
    except raster.Unreadable as error:
        outcome.problems.append(f"PDFium cannot draw the file: {error}")
    if not outcome.problems:
        times = f"at {len(steps)} signature{'s'[: len(steps) != 1]}"
        which = f"the first {pages} pages" if pages == raster.MOST_PAGES else "all pages"
        outcome.notes.append(f"drawn with PDFium as it was {times} and as it is now: {which} look the same")
    return outcome


def _signatory(end: int, ends: Mapping[str, int], places: Sequence[Place]) -> str:
    names = [place.signed_by or place.signatory for place in places if ends.get(place.name) == end]
    return names[0] if names else "a time stamp"


def _later_places(step: int, ends: Mapping[str, int], places: Sequence[Place]) -> dict[int, list[raster.Box]]:
    """The places of signatures made after `step`, by page."""
    boxes: dict[int, list[raster.Box]] = {}
    for place in places:
        if place.page is not None and ends.get(place.name, 0) > step and all(place.size):
            boxes.setdefault(place.page, []).append(place.box)
    return boxes


def _words(found: raster.Comparison, who: str, next_one: str | None) -> list[str]:
    """The differences between what `who` signed and the next signature, or the file as it is."""
    until = f"when {next_one} signed" if next_one else "now"
    since = (
        f"drawn with PDFium, the file is not what {who} signed last"
        if next_one is None
        else (f"drawn with PDFium, the file changed between the signatures of {who} and {next_one}")
    )
    if found.before != found.after:
        return [f"{since}: it had {found.before} pages, and {found.after} {until}"]
    if found.different:
        numbers = ", ".join(map(str, found.different))
        return [f"{since}: page {numbers} looks different"]
    return []
