"""Prints the addresses of a list's letters on envelopes or labels, for a program or a person who waits for the PDF.

The PDF is the one that `letterpress envelopes` and `letterpress labels` make of the same list.

Not here: how they are set and printed (post/).
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from letterpress import api
from letterpress.batch import list_plan
from letterpress.batch.list_plan import Reading
from letterpress.errors import Diagnostic, LetterpressError, UsageError
from letterpress.interactive import letters, preview
from letterpress.interactive.answers import Say, answering
from letterpress.interactive.lists import List
from letterpress.post import addressed, envelopes, formats, printing
from letterpress.post.formats import Envelope, LabelSheet
from letterpress.post.printing import Medium, Printed
from letterpress.processes import stages
from letterpress.recipients import selection

prepare = preview.prepare


@dataclass(frozen=True, slots=True, kw_only=True)
class OnEnvelopes:
    """Envelopes that addresses are to be printed on."""

    size: str
    return_address: bool = True
    rotate: bool = False
    codes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OnLabels:
    """Labels that addresses are to be printed on."""

    sheet: str
    skip: int = 0
    offset: tuple[float, float] = (0.0, 0.0)
    outline: bool = False
    return_address: bool = False
    codes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be printed."""

    letter: str
    """Its file."""
    chosen: tuple[tuple[str, Any], ...] = ()
    """As `api.Chosen` has them."""
    on: OnEnvelopes | OnLabels
    most: int | None = None
    """Records that are printed, from the first on; None: all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A list that was handed over."""

    name: str
    """Of its file; the ending says what it is."""
    data: bytes = field(repr=False)
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The PDF, and what was printed."""

    pdf: bytes | None = field(repr=False)
    """None: nothing could be printed."""
    printed: Printed
    """Its `file` is the PDF's name."""
    notes: tuple[Diagnostic, ...]
    """What is to be said of the letter and of the list."""


@answering
def media(say: Say) -> tuple[tuple[Envelope, ...], tuple[LabelSheet, ...]]:
    """List the envelopes and the sheets of labels that are known."""
    return formats.envelopes(), formats.label_sheets()


@answering
def make(say: Say, order: Order, given: List | Sent) -> Made:
    """Print the addresses. One that does not fit has failed, and the others are printed.

    :raises UsageError: there is no such envelope or sheet, or a choice for the letter does not exist.
    :raises LetterpressError: the letter or the list cannot be used.
    """
    stages.at("reading the letter")
    medium = _medium(order.on)
    with tempfile.TemporaryDirectory(prefix="letterpress-") as name:
        folder = Path(name).resolve()
        if isinstance(given, List):
            return _made(order, medium, given, folder)
        path = folder / given.name
        path.write_bytes(given.data)
        with _without(folder) as cleaned:
            made = _made(order, medium, List(source=str(path), reading=given.reading), folder)
        results = tuple(replace(one, diagnostics=cleaned(one.diagnostics)) for one in made.printed.results)
        return replace(made, printed=replace(made.printed, results=results), notes=cleaned(made.notes))


def _medium(on: OnEnvelopes | OnLabels) -> Medium:
    if isinstance(on, OnEnvelopes):
        about: dict[str, Any] = {"return_address": on.return_address, "turned": on.rotate, "codes": on.codes}
        return printing.Envelopes(formats.envelope(on.size), **about)
    about = {"skip": on.skip, "offset": on.offset, "outline": on.outline, "codes": on.codes}
    try:
        return envelopes.labels_of(on.sheet, return_address=on.return_address, **about)
    except UsageError as error:  # `sheet` is that of a workbook, where a list is asked for
        fields = ("label_sheet" if one.field == "--sheet" else one.field for one in error.diagnostics)
        raise UsageError(replace(one, field=of) for one, of in zip(error.diagnostics, fields, strict=True)) from None


def _made(order: Order, medium: Medium, given: List, folder: Path) -> Made:
    job = api.in_language(api.job(api.read(order.letter), **letters.checked(order.chosen)))
    archive = envelopes.archived(job, medium)
    opened, plan = list_plan.planned(job, given.source, given.reading)
    job = opened.job
    wanted = selection.Wanted(group_by=given.reading.group_by, limit=order.most)
    found = addressed.of_records(plan, selection.chosen(opened.table, job.letter, opened.mapped, wanted))
    what = "envelopes" if isinstance(order.on, OnEnvelopes) else "labels"
    target = folder / f"{job.letter.slug}-{what}.pdf"
    made = printing.write(
        found, medium, target, title=envelopes.title_of(job), lang=job.lang, archive=archive, placed=plan.for_people
    )
    pdf = None if made.file is None else target.read_bytes()
    notes = (*job.letter.remarks, *opened.table.notes, *opened.mapped.faults)
    return Made(pdf=pdf, printed=replace(made, file=made.file and target.name), notes=notes)


@contextlib.contextmanager
def _without(folder: Path) -> Iterator[Callable[[Iterable[Diagnostic]], tuple[Diagnostic, ...]]]:
    """Call what was handed over by its name: nobody knows the folder that it lies in for a moment."""

    def said(text: str | None) -> str | None:
        return text and text.replace(f"{folder}/", "")

    def cleaned(faults: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        return tuple(
            replace(one, message=said(one.message) or "", file=said(one.file), hint=said(one.hint)) for one in faults
        )

    try:
        yield cleaned
    except LetterpressError as error:
        raise type(error)(cleaned(error.diagnostics)) from None
