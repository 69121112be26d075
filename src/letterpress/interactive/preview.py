"""Shows a letter while it is written: its faults at once, then its pages, and where on them what stands.

Each step is said as soon as it is known: `faults` (of the text and its values, before the layout), `pages` (how many,
how large, and where the lines and fields of the file stand), and a `picture` for each page that is asked for. What a
page shows is the letter that `press` makes, byte for byte, but for what is missing in it.

Not here: pages of a letter of a list (lists.py), who asks and when (crew.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from letterpress import api, data, pipeline
from letterpress.content import places, reader
from letterpress.errors import Diagnostic, LetterpressError
from letterpress.filling import checks
from letterpress.interactive import value_places
from letterpress.interactive.answers import Say, answering
from letterpress.letterhead import definition, overlay, settled
from letterpress.model import Job, Letter
from letterpress.page import Placed
from letterpress.pdf import raster, spoken
from letterpress.pdf.raster import Picture
from letterpress.pdf.spoken import Printed
from letterpress.processes import stages

Tell = Callable[..., None]
"""Says news: a `Say`, or what passes it on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A letter's text, saved or not."""

    text: str
    path: str
    """The file that it is or will be: what it names is relative to that."""
    shown: str
    """What messages call it."""
    chosen: tuple[tuple[str, Any], ...] = ()
    """Pairs of what is chosen for it, as `api.Chosen` has them."""
    overlay: bool = False
    """Whether the standard's geometry is drawn over page 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which pictures are wanted."""

    pages: tuple[int, ...] = (1,)
    """Counted from 1; those that the letter does not have are left out."""
    dpi: int = 96
    known: frozenset[str] = frozenset()
    """Names of pictures that need not be sent again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """What is known to be wrong so far."""

    diagnostics: tuple[Diagnostic, ...]
    final: bool
    """Whether no more is looked for: the letter was laid out, or cannot be."""

    @property
    def blocking(self) -> bool:
        """Whether the letter cannot be made."""
        return any(fault.severity == "error" for fault in self.diagnostics)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """The pages of a letter that was laid out."""

    count: int
    sizes: tuple[tuple[float, float], ...]
    """Width and height of each, in pt."""
    sha256: str
    """Of the PDF, in hexadecimal."""
    places: tuple[Placed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePicture:
    """The picture of a page."""

    page: int
    picture: Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The end of it."""

    faults: Faults
    pdf: bytes | None
    """None where the letter could not be laid out: what was shown last stays."""
    pages: Pages | None


def prepare() -> None:
    """Load what the first letter needs, before its time begins."""
    pipeline.prepare()


@answering
def ready(say: Say) -> None:
    """Do nothing: whoever asks for it has the worker prepared."""


@answering
def warm(say: Say) -> None:
    """Show a letter to nobody: the first one that somebody sees takes a third of the time then."""
    letter, _ = reader.examine_text(data.sample("en").encode(), Path("sample.md"), "sample.md", mapped=True)
    if letter is not None:
        result = pipeline.preview(api.job(letter)).result
        if result.pdf is not None:
            raster.picture(result.pdf, dpi=40)


@answering
def show(say: Say, draft: Draft, wanted: Wanted) -> Shown:
    """Show a draft; see this module."""
    stages.at("reading the letter")
    letter, found = read(draft)
    if letter is None:
        return _ended(say, found)
    try:
        job = replace(api.in_language(api.job(letter, **dict(draft.chosen))), overlay=draft.overlay)
    except LetterpressError as error:
        return _ended(say, (*found, *error.diagnostics))
    return show_job(say, job, found, wanted, draft.text)


@answering
def guides(say: Say, draft: Draft) -> str | None:
    """Draw the standard of a draft's letterhead, as large as its sheet: the text of an SVG; None: it follows none.

    :raises LetterpressError: its front matter cannot be read, or it has no such letterhead.
    """
    letter, faults = read(draft)
    if letter is None:
        raise LetterpressError(faults)
    look = settled.settle(api.job(letter, **dict(draft.chosen)))
    standard = definition.standard_of(look.head, look.look.parameters, look.look.carrier)
    return None if standard is None else overlay.svg(standard)


@answering
def picture(say: Say, pdf: bytes, page: int, dpi: int) -> PagePicture:
    """Draw one more page of a letter that was shown.

    :raises LetterpressError: it has no such page.
    """
    try:
        return PagePicture(page=page, picture=raster.picture(pdf, dpi=dpi, page=page))
    except raster.Unreadable as error:
        raise LetterpressError(f"page {page} cannot be drawn", code="page-missing", value=page) from error


@answering
def reading(say: Say, pdf: bytes) -> tuple[Printed, ...]:
    """Read a letter that was shown in the order of its structure, as a screen reader does.

    :raises LetterpressError: it has no structure.
    """
    return tuple(spoken.printed(pdf, "the letter"))


def read(draft: Draft) -> tuple[Letter | None, tuple[Diagnostic, ...]]:
    """Read a draft for its pages to be mapped; see `reader.examine_text`."""
    try:
        text = draft.text.encode("utf-8", "surrogatepass")
        return reader.examine_text(text, Path(draft.path), draft.shown, mapped=True)
    except LetterpressError as error:
        return None, error.diagnostics


def show_job(say: Tell, job: Job, found: Iterable[Diagnostic], wanted: Wanted, text: str) -> Shown:
    """Show the letter of a job.

    :param found: what was found when its file was read.
    :param text: of that file.
    """
    with places.unsaved({job.letter.path: text}):
        return _show_job(say, job, tuple(found), wanted, text)


def _show_job(say: Tell, job: Job, found: tuple[Diagnostic, ...], wanted: Wanted, text: str) -> Shown:
    stages.at("checking the letter")
    broken = any(fault.severity == "error" for fault in found)
    known = examined(job, found)
    if broken:
        return _ended(say, known)
    say("faults", Faults(diagnostics=known, final=False))
    looked_at = pipeline.preview(job)
    result = looked_at.result
    # What the layout finds comes on top; what is only a warning on a page to be looked at has been said as it is.
    said = {(fault.code, fault.field, fault.line) for fault in known}
    faults = tuple(fault for fault in result.diagnostics if (fault.code, fault.field, fault.line) not in said)
    final = Faults(diagnostics=(*known, *faults), final=True)
    say("faults", final)
    if result.pdf is None:
        return Shown(faults=final, pdf=None, pages=None)
    sizes = raster.sizes(result.pdf)
    pages = Pages(count=len(sizes), sizes=sizes, sha256=result.sha256 or "", places=looked_at.places)
    say("pages", pages)
    draw(say, result.pdf, replace(wanted, pages=tuple(page for page in wanted.pages if 1 <= page <= len(sizes))))
    parts = dict.fromkeys(fault.field for fault in final.diagnostics if fault.field)
    values = value_places.find(job, text, result.pdf, sizes, looked_at.places, parts)
    return Shown(faults=final, pdf=result.pdf, pages=replace(pages, places=(*pages.places, *values)))


def examined(job: Job, found: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """Add what is wrong with the letter as far as it shows without its layout.

    :param found: what was found when its file was read; with an error among it the rest is checked without values.
    """
    if any(fault.severity == "error" for fault in found):
        more = checks.beyond(found, pipeline.check(job, paged=False))
    else:
        more = [*pipeline.examine(job).diagnostics, *(pipeline.remarks(job) if job.record is None else ())]
    return tuple(dict.fromkeys((*found, *more)))


def draw(say: Tell, pdf: bytes, wanted: Wanted) -> None:
    """Say a `picture` of each page that is wanted.

    :raises raster.Unreadable: PDFium cannot draw one.
    """
    stages.at("drawing its pages")
    for page in wanted.pages:
        picture = raster.picture(pdf, dpi=wanted.dpi, page=page, known=wanted.known)
        say("picture", PagePicture(page=page, picture=picture))


def _ended(say: Tell, found: Iterable[Diagnostic]) -> Shown:
    faults = Faults(diagnostics=tuple(dict.fromkeys(found)), final=True)
    say("faults", faults)
    return Shown(faults=faults, pdf=None, pages=None)
