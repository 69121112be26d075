"""Lays a page out and writes its PDF, or says everything that went wrong on the way.

WeasyPrint is loaded on first use. Layout runs under one lock (`lock`).

Not here: what shows before a page is laid out (`unlaid`), what WeasyPrint may read (`fetcher`), what it logs (`log`),
the last touch on a PDF's objects (`conformance`), and the checks of a finished layout (`keep_together`, `overflow`,
`zones`, `type_size`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from letterpress.layout import (
    arranging,
    bookmarks,
    characters,
    codes,
    engines,
    failures,
    file,
    last_page,
    lines,
    loading,
    lock,
    log,
    pillow,
    plates,
    private_api,
    source_map,
)
from letterpress.layout.conformance import Finisher
from letterpress.model import SignatureField
from letterpress.page import FileRead, LastPage, LayoutFault, Page, Placed

_VARYING = frozenset({bookmarks.ATTRIBUTE, codes.ATTRIBUTE})
"""Attributes that letters of one shape may differ in, besides those that style sheets print."""
_LANG = re.compile(r"<[^>]* lang=")


@dataclass(slots=True)
class Laid:
    """A finished PDF, or faults."""

    pdf: bytes | None = None
    sha256: str | None = None
    pages: int = 0
    faults: list[LayoutFault] = field(default_factory=list)
    remarks: list[LayoutFault] = field(default_factory=list)
    """Warnings: the PDF is made all the same."""
    fit: int | None = None
    """Which of the tighter pages it is, from 0; -1, if none of them saves a page; None, where it needs none of them."""
    signature_fields: tuple[SignatureField, ...] = ()
    shape: str | None = None
    """Equal for PDFs of the same objects but for the pages' content, their faces and the letter's own texts."""
    files: tuple[FileRead, ...] = ()
    """What was read for it: images, and what style sheets name. Not the faces that ship, nor those of the system."""
    tree: Any = None
    """The page's tree of elements; None where its HTML is refused, and for a letter that is made from a plate."""
    places: tuple[Placed, ...] = ()  # of a page that is mapped, where the parts of the letter's file stand
    laid_out: str | None = None
    """Of a letter of a list, why it was laid out; empty where it is made from the pages of another."""
    last: LastPage | None = None
    """What the last of several pages holds; where no tighter page saves one, the last page of the tightest."""
    messages: tuple[str, ...] = ()  # what WeasyPrint logged

    @property
    def is_sound(self) -> bool:
        """Whether there is a PDF."""
        return self.pdf is not None


_Made = TypeVar("_Made", arranging.Arranged, Laid)


def load() -> None:
    """Load WeasyPrint now.

    :raises LetterpressError: a native library is missing.
    """
    loading.weasyprint()


def lay_out(page: Page, tighter: Iterable[Page] = (), *, verified: bool = False) -> Laid:
    """Lay out and write one letter. What is wrong comes back in the result; nothing is raised for a bad page.

    :param tighter: the same letter set tighter and tighter: looked at only where the last page holds less than a third,
        until one of them saves a page. Where none does, it is `page` that is written.
    :param verified: lay a letter out, too, that is made from the pages of another, and compare.
    :raises LetterpressError: a native library is missing.
    """
    with lock.held():
        try:
            alone = page.mapped or not page.many
            return _settled(arranging.arranged(page), tighter) if alone else _one_of_many(page, tighter, verified)
        except RecursionError:
            hint = "take out some of the nested lists or elements"
            return Laid(faults=[LayoutFault("the text is nested too deeply", hint, code="elements-too-deep")])
        except failures.EngineFailedError as failed:  # a batch goes on with its other letters
            return Laid(faults=[failures.of_engine(failed.error)])
        except OSError as error:
            return Laid(faults=[failures.of_system(error)])


def _settled(made: arranging.Arranged, tighter: Iterable[Page]) -> Laid:
    fit, least = None, None
    if made.is_sound and last_page.is_scant(made.document.pages):
        made, fit, least = _saved(made.page, made, tighter, arranging.arranged)
    return _fitted(_written(made), fit, least)


def _saved(
    page: Page, loose: _Made, tighter: Iterable[Page], make: Callable[[Page], _Made]
) -> tuple[_Made, int | None, LastPage | None]:
    """The first of the tighter pages that saves a page without any fault, and its number; else the page itself, and
    what the last page of the tightest holds."""
    before, number, least = page, None, None
    for at, step in enumerate(tighter):
        number = -1
        if (step.html, step.sheets) == (before.html, before.sheets):
            continue
        before = step
        made = make(step)
        if made.is_sound and made.pages < loose.pages and made.messages == loose.messages:
            return made, at, None
        if made.is_sound and made.last is not None and (least is None or made.last.over < least.over):
            least = made.last
    return loose, number, least


def _fitted(laid: Laid, fit: int | None, least: LastPage | None) -> Laid:
    laid.fit = fit
    if fit is not None:
        laid.last = least or laid.last
        laid.remarks = last_page.after_fitting(laid.remarks)
    return laid


def _one_of_many(page: Page, tighter: Iterable[Page], verified: bool) -> Laid:
    """Make a letter from the pages of others, or lay it out and keep its pages for others.

    Each page that is tried for `fit: page` is one of its own, which has its own plates.
    """
    if page.papers:
        laid = _settled(arranging.arranged(page), tighter)
        laid.laid_out = "it stands on printed paper"
        return laid
    loose = _from_plate(page, verified)
    if not loose.is_sound:
        laid = _settled(arranging.arranged(page), tighter)
        laid.laid_out = loose.laid_out
        return laid
    if loose.last is None or not loose.last.is_scant:
        return loose
    laid, fit, least = _saved(page, loose, tighter, lambda step: _from_plate(step, verified))
    return replace(_fitted(laid, fit, least), laid_out=loose.laid_out or laid.laid_out)


def _from_plate(page: Page, verified: bool) -> Laid:
    """Make a page from another, or lay it out and keep it for others."""
    known = _SOURCES.read(page)
    found = _PLATES.find(*known) if isinstance(known, plates.Read) else ""
    if isinstance(found, plates.Pressed):
        return _pressed(page, found, verified=verified)
    made = arranging.read(page)
    if made.faults or made.messages or made.fetcher.record.faults():
        laid = _written(arranging.arrange(made))
        laid.laid_out = "it has faults"
        return laid
    texts = plates.read(made.html.etree_element, plates.string_attributes(page.sheets) | _VARYING)
    shape = plates.Shape(page.of(""), texts.key)
    if isinstance(known, plates.Unlearned):
        _SOURCES.learn(known, made.parsed, texts, shape)
        found = _PLATES.find(shape, texts.texts)
        if isinstance(found, plates.Pressed):
            return _pressed(page, found, verified=verified)
    elif known != (shape, texts.texts):
        return Laid(laid_out="its source was read otherwise than it is parsed", faults=[plates.differs()])
    with plates.capture() as drawn:
        plating = _Plating(shape, texts, drawn, plates.styles(made.html.etree_element))
        arranged = arranging.arrange(made)
        laid = _written(arranged, plating if arranged is made else None)
    laid.laid_out = found
    return laid


def _pressed(page: Page, found: plates.Pressed, *, verified: bool) -> Laid:
    """The letter that was made from a plate; now and then it is laid out, too, and compared.

    The first letter of a plate proves it: where it comes out otherwise, the plate is given up, and nothing is wrong. A
    difference later on is a fault, since letters before may be wrong as well.
    """
    kept: Laid = found.along
    same = kept.pages, kept.faults, kept.remarks, None, kept.signature_fields, kept.shape, kept.files
    laid = Laid(found.file.data, found.file.sha256, *same, laid_out="", last=kept.last)
    first = not found.plate.proved
    if not (first or verified or found.plate.pressed % _CHECKED == 0):
        return laid
    full = _settled(arranging.arranged(page), ())
    if full.pdf == found.file.data and full.remarks == laid.remarks and full.signature_fields == laid.signature_fields:
        found.plate.proved = True
        return laid
    _PLATES.give_up(found.shape)
    full.laid_out = "a letter made from another's pages came out otherwise"
    if first:
        return full
    return Laid(laid_out=full.laid_out, faults=[plates.differs()], pages=full.pages)


_CHECKED = 500
"""Of so many letters that are made from the pages of one, one is laid out as well."""


@dataclass(slots=True)
class _Plating:
    """What a plate is made from once its letter is written."""

    shape: Any
    texts: plates.Texts
    drawn: plates.Drawn
    styles: dict[Any, tuple[str | None, str | None]]
    """Those of the elements before the layout."""

    def keep(self, made: arranging.Arranged, finisher: Finisher, laid: Laid) -> None:
        """Keep the pages of a letter without a fault for others of its shape."""
        document = made.document
        if plates.was_fitted(made.html.etree_element, self.styles):
            _PLATES.refuse(self.shape, "a part of it is set smaller, so that it fits its place")
        elif finisher.made.whole and not made.messages:
            fonts, setters = document.made.fonts, _PLATES.setters
            plate = plates.Plate(
                made.page, self.texts, self.drawn.with_codes(made.codes), document.pages, finisher.made, fonts, setters
            )
            _PLATES.keep(self.shape, plate, replace(laid, pdf=None, tree=None))


_PLATES = plates.Store()
_SOURCES = plates.Sources()
engines.along += (_PLATES.forget, _SOURCES.forget)


def _written(made: arranging.Arranged, plate: _Plating | None = None) -> Laid:
    page, engine, record = made.page, made.engine, made.fetcher.record
    laid = Laid(faults=made.faults)
    if made.document is None:
        return laid
    laid.tree = made.html.etree_element
    families = (*page.families, *page.system_fonts)
    several = len(_LANG.findall(page.html)) > 1
    finisher = Finisher(page, several_languages=several, pages=made.document.pages)
    if not laid.faults:
        with (
            log.heard(page.allow_log) as messages,
            pillow.without_limit(),
            failures.weasyprint_at_work(),
            private_api.fonts_cut_later(),
        ):
            made.document.made.fonts = lines.DrawnFonts()  # glyphs are as wide in each letter as the file says
            made.document.made.write_pdf(finisher=finisher, **made.options)
            laid.faults += finisher.unprintable
            if not laid.faults:
                (laid.pdf, laid.sha256), laid.shape = file.written(finisher.made, many=page.many)
        made.messages += messages
        engine.fonts.faces |= record.faces  # of a <style> in a template
        undrawn = log.undrawn(made.messages)
        laid.faults += [*characters.faults(finisher.fonts, engine.fonts.faces, families, undrawn), *record.faults()]
    markup = log.Markup(laid.tree, made.lines, made.html.base_url, page.letterhead_folders)
    laid.faults += log.faults(made.messages, laid.faults, markup)
    laid.faults = list(dict.fromkeys(characters.by_svgs(laid.faults, record.svg_families, families)))
    laid.pages = len(made.document.pages)
    laid.signature_fields = finisher.signature_fields
    laid.places = source_map.read(made.document.pages, laid.signature_fields) if page.mapped else ()
    faces = (file for file in engine.fonts.faces.values() if file is not None)
    laid.files = tuple(sorted({*engine.files, *record.files, *faces}))
    if laid.faults:
        laid.pdf = None
    else:
        laid.messages = tuple(made.messages)
        laid.last = last_page.held(made.document.pages)
        laid.remarks = [*last_page.remarks(made.document.pages), *finisher.left_out]
        if plate is not None:
            plate.keep(made, finisher, laid)
    return laid


def system_font_files(families: tuple[str, ...]) -> tuple[str, ...]:
    """Find the files of those of the system's families that are installed.

    :raises LetterpressError: a native library is missing.
    """
    with lock.held():
        return engines.system_font_files(families)


forget = engines.forget
forget_plates = _PLATES.forget
