"""Makes the job that letters share which choose the same: letterhead, language, paper, signatories and enclosures.

Not here: which records choose what (plan.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from letterpress.batch import variants, versions
from letterpress.batch.variants import Cell
from letterpress.content import reader
from letterpress.errors import LetterpressError
from letterpress.filling import checks
from letterpress.model import Job, Letter, Party, Signatory
from letterpress.recipients import columns


def made(job: Job, chosen: Mapping[str, str], cell: Cell | None, *, has_places: bool, has_names: bool) -> Job:
    """Make it.

    :param job: what all letters of the run share.
    :param chosen: what a record chooses; `cell`: its variant, if there are any.
    :param has_places: whether records say where the letters go; `has_names`: and who is written to.
    :raises LetterpressError: what is chosen there is not.
    """
    job = columns.choose(job, chosen)
    job = versions.in_language(job) if cell is None else variants.of_cell(job, cell.choices)
    letter = job.letter
    if has_places:
        letter = replace(letter, to=() if has_names else _names(letter))  # what records say, they say all of
    if chosen.get("signatories"):
        people = [name.strip() for name in chosen["signatories"].split(";") if name.strip()]
        letter = replace(letter, signatories=tuple(_signatory(letter, name) for name in people))
    if chosen.get("enclosures"):
        texts = [text.strip() for text in chosen["enclosures"].split(";") if text.strip()]
        letter = replace(letter, enclosures=tuple(checks.as_data(text, "enclosures") for text in texts))
    job = replace(job, letter=letter)
    return job if cell is None else variants.as_signed(job, cell.choices)


def _names(letter: Letter) -> tuple[Party, ...]:
    """Whom the letter itself names, without an address: To all households."""
    named = (Party(name=one.name, organisation=one.organisation, office=one.office) for one in letter.to[:1])
    return tuple(one for one in named if one != Party())


def _signatory(letter: Letter, name: str) -> Signatory:
    """Read who signs: somebody of `content/people/`, or a name as it is to be printed.

    :raises LetterpressError: it is one word, as names of files are, and there is no such file; or the file has faults.
    """
    try:
        return reader.signatory(letter, name)
    except LetterpressError as error:
        if " " in name and not any(name in str(Path(fault.file or "").stem) for fault in error.diagnostics):
            return Signatory(name=name)
        raise
