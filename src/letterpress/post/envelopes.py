"""Addresses of letters on envelopes and on sheets of labels, for Python programs; the commands call the same.

Not here: which sizes and sheets there are (`formats`), and how they are printed (`printing`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Unpack

from letterpress import api
from letterpress.api import Chosen
from letterpress.batch.mappings import Mappings
from letterpress.errors import UsageError
from letterpress.letterhead import settled
from letterpress.model import Job, Letter, Result
from letterpress.post import addressed, coding, formats, printing
from letterpress.post.addressed import Addressed
from letterpress.post.printing import Envelopes, Labels, Medium, Printed

MOST_MOVED = 20.0
"""mm by which labels are moved at most: a printer is off by less."""


def envelopes(
    letter: Letter | str | Path,
    rows: Iterable[Mapping[str, Any]],
    file: str | Path,
    *,
    size: str,
    return_address: bool = True,
    rotate: bool = False,
    codes: bool = False,
    map: Mapping[str, str] | None = None,
    data_lang: str | None = None,
    **chosen: Unpack[Chosen],
) -> Printed:
    """Print an envelope for each record: the address as the letter has it.

    :param rows: see `letterpress.merge`; `map` and `data_lang` likewise.
    :param file: the PDF, a page an envelope; tagged, PDF/A-3a and PDF/UA-1.
    :param size: of the envelope, such as `c6-5` or `us-10`: see `letterpress envelopes --help`.
    :param return_address: whether the sender's address stands at the upper left.
    :param rotate: whether pages have the short edge above, as many printers take envelopes.
    :param codes: whether the letter's codes of posts stand below the address, and its Data Matrix above.
    :param chosen: see `letterpress.render`.
    :returns: what was printed; `results` says of each record what became of it. One whose address does not fit has
        failed, and the others are printed.
    :raises UsageError: there is no such size, or a choice does not exist.
    :raises LetterpressError: the letter has faults, or the file cannot be written.
    """
    medium = Envelopes(formats.envelope(size), return_address=return_address, turned=rotate, codes=codes)
    return _printed(_job(letter, chosen), rows, Path(file), medium, map, data_lang)


def labels(
    letter: Letter | str | Path,
    rows: Iterable[Mapping[str, Any]],
    file: str | Path,
    *,
    sheet: str,
    skip: int = 0,
    offset: tuple[float, float] = (0.0, 0.0),
    outline: bool = False,
    return_address: bool = False,
    codes: bool = False,
    map: Mapping[str, str] | None = None,
    data_lang: str | None = None,
    **chosen: Unpack[Chosen],
) -> Printed:
    """Print a label for each record: the address as the letter has it.

    :param rows: see `letterpress.merge`; `map` and `data_lang` likewise.
    :param file: the PDF, a page a sheet; tagged, PDF/A-3a and PDF/UA-1.
    :param sheet: name of the sheet, such as `avery-l7160`: see `letterpress labels --help`.
    :param skip: labels of the first sheet that are used already.
    :param offset: mm by which all is moved to the right, and down, where a printer is off.
    :param outline: whether the labels' edges are drawn, for a test print.
    :param return_address: whether the sender's address stands in a line above.
    :param codes: see `envelopes`.
    :param chosen: see `letterpress.render`.
    :returns: see `envelopes`.
    :raises UsageError: there is no such sheet, or it has no such label.
    :raises LetterpressError: the letter has faults, or the file cannot be written.
    """
    about: dict[str, Any] = {"outline": outline, "return_address": return_address, "codes": codes}
    medium = labels_of(sheet, skip=skip, offset=offset, **about)
    return _printed(_job(letter, chosen), rows, Path(file), medium, map, data_lang)


def labels_of(
    sheet: str,
    *,
    skip: int,
    offset: tuple[float, float],
    outline: bool = False,
    return_address: bool = False,
    codes: bool = False,
) -> Labels:
    """Make labels to be printed on.

    :raises UsageError: there is no such sheet, it has no label behind those that are skipped, or the offset is no
        printer's.
    """
    found = formats.label_sheet(sheet)
    if not 0 <= skip < found.count:
        message = f"{found.title} has {found.count} labels; {skip} of them cannot be skipped"
        hint = f"0 to {found.count - 1}"
        raise UsageError(message, field="--skip", hint=hint, code="label-missing", value=skip)
    if any(not abs(moved) <= MOST_MOVED for moved in offset):
        message, hint = f"labels are moved by {MOST_MOVED:g} mm at most", "such as --offset 1.5,-0.5"
        raise UsageError(message, field="--offset", hint=hint, code="offset-wrong", value=str(offset))
    about: dict[str, Any] = {"outline": outline, "return_address": return_address, "codes": codes}
    return Labels(found, skip=skip, offset=offset, **about)


def archived(job: Job, medium: Medium) -> bool:
    """Whether envelopes and labels of a letter become PDF/A and PDF/UA.

    :raises UsageError: they are to be PDF/X-1a, also because a carrier asks for it, or to have codes that the letter
        has not.
    :raises LetterpressError: the letter cannot be made for its carrier.
    """
    profile = job.choices.profile or (settled.settle(job).look.profile if job.choices.carrier else "archive")
    if profile == "press-x1a":
        message = "envelopes and labels are not made as PDF/X-1a"
        hint = "choose press, PDF/X-4; all on them is black, and nothing is transparent"
        raise UsageError(message, field="--profile", hint=hint, code="profile-unfit", value=profile)
    if medium.codes and not any(coding.printable(code.kind) for code in job.letter.codes):
        message = "the letter has no code that stands on envelopes and labels"
        hint = "add one to its front matter, codes: [kix]: that of a post, or a Data Matrix"
        raise UsageError(message, field="--codes", hint=hint, code="option-useless")
    return profile != "screen"


def title_of(job: Job) -> str:
    """What a PDF of envelopes or labels is called."""
    return job.letter.subject if job.letter.subject and "{" not in job.letter.subject else job.letter.slug


def _job(letter: Letter | str | Path, chosen: Chosen) -> Job:
    return api.job(letter if isinstance(letter, Letter) else api.load(letter), **chosen)


def _printed(
    job: Job,
    rows: Iterable[Mapping[str, Any]],
    file: Path,
    medium: Medium,
    map: Mapping[str, str] | None,
    data_lang: str | None,
) -> Printed:
    archive = archived(job, medium)
    letters = _letters(Mappings(job, map, data_lang), rows)
    return printing.write(letters, medium, file, title=title_of(job), lang=job.lang, archive=archive)


def _letters(mappings: Mappings, rows: Iterable[Mapping[str, Any]]) -> Iterator[Addressed]:
    """Find to whom the letters of rows go, one after the other."""
    found: list[Addressed] = []

    def press(job: Job) -> Result:
        found.append(addressed.of_job(job))
        return found[-1].result

    for result in mappings.results(rows, press):
        one = found.pop() if found else Addressed(result=result)
        yield replace(one, result=result)
