"""Settles what a job's letter is to look like: language, paper and the letterhead's parameters.

A job's choice comes first, then the letter's, then the letterhead's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from letterpress.errors import Diagnostic, LetterpressError
from letterpress.letterhead import definition
from letterpress.letterhead.papers import LETTER_COUNTRIES
from letterpress.model import Job
from letterpress.text import language


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a letter's page is made with."""

    lang: str
    """BCP 47 tag."""
    paper: str
    """Name of a size of paper that the letterhead is made for."""
    parameters: Mapping[str, Any]
    """The letterhead's parameters, each with its value."""


def settle(job: Job, head: definition.Letterhead) -> Look:
    """Find the look of a job's letter with the letterhead `head`.

    :raises LetterpressError: with every choice that does not fit.
    """
    faults: list[Diagnostic] = []
    lang = job.lang or job.letter.lang
    try:
        language.check(lang)
    except LetterpressError as error:
        faults += error.diagnostics
    paper = job.paper or job.letter.paper or _usual_paper(lang, head.papers)
    if paper not in head.papers:
        message = f"the letterhead '{head.name}' is not made for paper '{paper}'"
        faults.append(Diagnostic(message=message, field="paper", hint=f"it is made for {', '.join(head.papers)}"))
    given = {**job.letter.parameters, **dict(job.parameters)} if _own_parameters(job, head) else dict(job.parameters)
    values, problems = definition.parameters(head, given)
    faults += (problem.as_diagnostic(file=None, line=None) for problem in problems)
    if job.overlay and head.standard is None:
        message = f"the letterhead '{head.name}' follows no standard that could be drawn over it"
        faults.append(Diagnostic(message=message, field="--overlay", hint="leave out --overlay"))
    if faults:
        raise LetterpressError(faults)
    return Look(lang=lang, paper=paper, parameters=values)


def _usual_paper(lang: str, papers: tuple[str, ...]) -> str:
    """US Letter where people write on it, if the letterhead is made for it; else the letterhead's first."""
    region = lang.rpartition("-")[2]
    return "letter" if region in LETTER_COUNTRIES and "letter" in papers else papers[0]


def _own_parameters(job: Job, head: definition.Letterhead) -> bool:
    """A letter's parameters are for its own letterhead; another one takes those that it knows under the same name."""
    return job.letterhead in (None, job.letter.letterhead) or set(job.letter.parameters) <= set(head.parameters)
