"""What the letters of a list share: letterhead, look, and what is wrong with the letterhead's own files.

The disk is looked at a few times a second and not once a letter: a letterhead that is changed during a run is another
for the letters that come after that.

Not here: what a look is made of (`choices`), and what a letterhead is (`definition`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from letterpress.errors import Diagnostic
from letterpress.letterhead import choices, definition, own_files, press_copies, templates
from letterpress.model import Choices, Job, Letter, Profile
from letterpress.page import PressCopy

_LOOKED = 0.25
"""Seconds for which what was found on the disk is taken to be there."""
_KEPT = 4
"""Letters, or choices for one, that are remembered."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What a letter is made with before it is filled."""

    head: definition.Letterhead
    look: choices.Look
    broken: tuple[Diagnostic, ...]
    """Faults of the letterhead's own files."""
    stamps: tuple[tuple[str, int], ...]
    """Files of the letterhead with their times."""
    press: PressCopy | None = None
    """How the letter is written for a press; None where it is not."""

    def of(self, job: Job) -> Job:
        """Give a job with the profile that its carrier asks for, where none is chosen."""
        return job if job.choices.rendition == self.look.profile else _with(job, self.look.profile)


def _with(job: Job, profile: Profile) -> Job:
    return replace(job, choices=replace(job.choices, profile=profile))


@dataclass(slots=True)
class _Known:
    letter: Letter
    choices: Choices
    overlay: bool
    settled: Settled
    until: float


_known: list[_Known] = []


def settle(job: Job) -> Settled:
    """Find what a job's letter is made with; see `choices.settle`. Letters of a list share the very object.

    :raises LetterpressError: there is no such letterhead, or a choice that does not fit.
    """
    if job.record is None:
        return _settle(job)
    now = time.monotonic()
    same = (one for one in _known if one.letter is job.letter and one.overlay == job.overlay)
    known = next((one for one in same if one.choices == job.choices), None)
    if known is not None and now < known.until:
        return known.settled
    settled = _settle(job)
    if known is None:
        _known.append(_Known(job.letter, job.choices, job.overlay, settled, now + _LOOKED))
        del _known[:-_KEPT]
        return settled
    known.until = now + _LOOKED
    if known.settled != settled:
        known.settled = settled
    return known.settled


def _settle(job: Job) -> Settled:
    head = definition.find(job.letterhead, job.letter.root)
    look = choices.settle(job, head)
    press = press_copies.settle(_with(job, look.profile).choices, head, look.design)
    return Settled(head, look, own_files.faults(head), templates.stamps(head.folders), press)
