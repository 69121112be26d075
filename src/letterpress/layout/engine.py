"""Lays a page out and writes its PDF, or says everything that went wrong on the way.

WeasyPrint is loaded on first use. Layout runs under one lock, since Pango's font maps are not safe in threads.

Not here: what WeasyPrint may read (`fetcher`), what it logs (`log`), the last touch on a PDF's objects (`conformance`),
and the checks of a finished layout (`keep_together`, `overflow`, `zones`, `type_size`).
"""

from __future__ import annotations

import contextlib
import os
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from letterpress.layout import (
    bookmarks,
    boxes,
    characters,
    engines,
    failures,
    file,
    keep_together,
    last_page,
    lines,
    loading,
    log,
    overflow,
    overprint,
    pillow,
    plates,
    private_api,
    ragged,
    source_map,
    tree,
    type_size,
)
from letterpress.layout import fetcher as fetchers
from letterpress.layout.conformance import Finisher
from letterpress.model import SignatureField
from letterpress.page import FileRead, LayoutFault, Page, Placed

_LOCK = threading.RLock()
_FORK_PATIENCE = 10.0  # seconds that a fork waits for a layout in another thread
_LANG = re.compile(r"<[^>]* lang=")


def _before_fork() -> None:
    """Wait until no thread is laying out: the child would inherit Pango in the middle of something."""
    _LOCK.acquire(timeout=_FORK_PATIENCE)


def _after_fork_in_parent() -> None:
    with contextlib.suppress(RuntimeError):  # it was not to be had in time
        _LOCK.release()


def _after_fork_in_child() -> None:
    """A lock of its own: whoever holds the old one is a thread that the child does not have."""
    global _LOCK
    _LOCK = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_after_fork_in_child)


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
    with _LOCK:
        try:
            alone = page.mapped or not page.many
            return _settled(_arranged(page), tighter) if alone else _one_of_many(page, tighter, verified)
        except RecursionError:
            hint = "take out some of the nested lists or elements"
            return Laid(faults=[LayoutFault("the text is nested too deeply", hint, code="elements-too-deep")])
        except failures.EngineFailedError as failed:  # a batch goes on with its other letters
            return Laid(faults=[failures.of_engine(failed.error)])
        except OSError as error:
            return Laid(faults=[failures.of_system(error)])


@dataclass(slots=True)
class _Arranged:
    """A page that is laid out and checked, and not written yet."""

    page: Page
    engine: engines.Engine
    fetcher: Any
    """Holds what was read for it."""
    measured: bool = True
    """Whether the text's column was taken to be what the letterhead says of it."""
    html: Any = None
    parsed: list[plates.Parsed] = field(default_factory=list)
    """Of one of many letters: its elements as they were parsed."""
    document: Any = None
    """None where the page's HTML is refused."""
    lines: dict[Any, int] = field(default_factory=dict)
    faults: list[LayoutFault] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    """What WeasyPrint logged."""

    @property
    def options(self) -> dict[str, Any]:
        """What WeasyPrint is told of it."""
        return {"pdf_variant": "pdf/a-3a" if self.page.archive else None, "pdf_tags": self.page.tagged}


def _settled(made: _Arranged, tighter: Iterable[Page]) -> Laid:
    scant = made.document is not None and not made.faults and last_page.is_scant(made.document.pages)
    made, fit = _saved(made, tighter) if scant else (made, None)
    return _written(made, fit)


def _one_of_many(page: Page, tighter: Iterable[Page], verified: bool) -> Laid:
    """Make a letter from the pages of another, or lay it out and keep its pages for others."""
    tighter = list(tighter)
    if tighter or page.papers:
        laid = _settled(_arranged(page), tighter)
        laid.laid_out = "it may be set tighter" if tighter else "it stands on printed paper"
        return laid
    known = _SOURCES.read(page)
    found = _PLATES.find(*known) if isinstance(known, plates.Read) else ""
    if isinstance(found, plates.Pressed):
        return _pressed(page, found, verified=verified)
    made = _read(page)
    if made.faults or made.messages or made.fetcher.record.faults():
        laid = _written(_arrange(made), None)
        laid.laid_out = "it has faults"
        return laid
    texts = plates.read(made.html.etree_element, plates.string_attributes(page.sheets) | {bookmarks.ATTRIBUTE})
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
        arranged = _arrange(made)
        laid = _written(arranged, None, plating if arranged is made else None)
    laid.laid_out = found
    return laid


def _pressed(page: Page, found: plates.Pressed, *, verified: bool) -> Laid:
    """The letter that was made from a plate; now and then it is laid out, too, and compared.

    The first letter of a plate proves it: where it comes out otherwise, the plate is given up, and nothing is wrong. A
    difference later on is a fault, since letters before may be wrong as well.
    """
    kept: Laid = found.along
    same = kept.pages, kept.faults, kept.remarks, kept.fit, kept.signature_fields, kept.shape, kept.files
    laid = Laid(found.file.data, found.file.sha256, *same, laid_out="")
    first = not found.plate.proved
    if not (first or verified or found.plate.pressed % _CHECKED == 0):
        return laid
    full = _settled(_arranged(page), ())
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

    def keep(self, made: _Arranged, finisher: Finisher, laid: Laid) -> None:
        """Keep the pages of a letter without a fault for others of its shape."""
        document = made.document
        if plates.was_fitted(made.html.etree_element, self.styles):
            _PLATES.refuse(self.shape, "a part of it is set smaller, so that it fits its place")
        elif finisher.made.whole and not made.messages:
            fonts, setters = document.made.fonts, _PLATES.setters
            plate = plates.Plate(made.page, self.texts, self.drawn, document.pages, finisher.made, fonts, setters)
            _PLATES.keep(self.shape, plate, replace(laid, pdf=None, tree=None))


_PLATES = plates.Store()
_SOURCES = plates.Sources()
engines.along += (_PLATES.forget, _SOURCES.forget)


def _saved(loose: _Arranged, tighter: Iterable[Page]) -> tuple[_Arranged, int | None]:
    """The first of the tighter pages that saves a page without any fault, and its number; else the page itself."""
    before, number = loose.page, None
    for at, page in enumerate(tighter):
        number = -1
        if (page.html, page.sheets) == (before.html, before.sheets):
            continue
        before = page
        made = _arranged(page)
        fewer = made.document is not None and len(made.document.pages) < len(loose.document.pages)
        if fewer and not made.faults and made.messages == loose.messages:
            return made, at
    return loose, number


def _read(page: Page, *, measured: bool = True) -> _Arranged:
    """Read a page's HTML and its style sheets.

    :param measured: whether the text's column is what the letterhead says of it.
    """
    engine = engines.engine(page.sheets, page.families, page.letterhead_folders, page.allow_log, page.system_fonts)
    fetcher = fetchers.make((*page.folders, *page.letterhead_folders), page.files)
    made = _Arranged(page, engine, fetcher, measured)
    with log.heard(page.allow_log) as made.messages:
        _parse(made)
    return made


def _arranged(page: Page) -> _Arranged:
    return _arrange(_read(page))


def _arrange(made: _Arranged) -> _Arranged:
    """Lay out what was read, and check it; anew where a letterhead has its text's column otherwise than it says."""
    if made.faults:
        return made
    page, engine, record = made.page, made.engine, made.fetcher.record
    with log.heard(page.allow_log) as messages, pillow.without_limit():

        def render() -> boxes.Document:
            rendered = {"font_config": engine.fonts.configuration, "stylesheets": engine.sheets, **made.options}
            with failures.weasyprint_at_work():
                return boxes.Document(made.html.render(**rendered))

        made.document = keep_together.render(made.html.etree_element, render, page.zones)
        anew = made.measured and ragged.differs(made.document.pages)
        made.faults += [*engine.faults, *record.faults(), *failures.of_attachments(made.document.made)]
        made.faults += _checked(made.document, page, made.lines)
    made.messages += messages
    return _arrange(_read(page, measured=False)) if anew else made


def _written(made: _Arranged, fit: int | None, plate: _Plating | None = None) -> Laid:
    page, engine, record = made.page, made.engine, made.fetcher.record
    laid = Laid(faults=made.faults, fit=fit)
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
        laid.remarks = [*last_page.remarks(made.document.pages, fitted=fit is not None), *finisher.left_out]
        if plate is not None:
            plate.keep(made, finisher, laid)
    return laid


def _parse(made: _Arranged) -> None:
    """Make the page's HTML for WeasyPrint, whose tree is the one that is checked."""
    import cssselect2

    from letterpress.rawhtml import check, presentation

    weasyprint, page, fetcher = loading.weasyprint(), made.page, made.fetcher
    root, found, lines = check.of_page(page.html)
    if found:
        made.faults = [LayoutFault.of(fault, needle=fault.needle, line=fault.line) for fault in found]
        return
    if page.many:
        made.parsed = plates.parsed(root)
    for element in lines:
        if style := presentation.style(element.tag, element.attrib):
            element.set("style", style)
    tree.prepare(root, page.html, engines.folder_url(page.content_folder), fetcher.resource, measured=made.measured)

    class Parsed(weasyprint.HTML):  # type: ignore[misc, name-defined]
        """What `weasyprint.HTML(string=...)` makes of a text, made of its tree: a test holds the two together."""

        def __init__(self) -> None:
            self.base_url = private_api.base_url(root, engines.folder_url(page.content_folder))
            self.url_fetcher = fetcher
            self.media_type = "print"
            self.wrapper_element = cssselect2.ElementWrapper.from_html_root(root, content_language=None)
            self.etree_element = self.wrapper_element.etree_element

    made.html, made.lines = Parsed(), lines


def _checked(document: boxes.Document, page: Page, lines: dict[Any, int]) -> list[LayoutFault]:
    """What a finished layout shows to be wrong."""
    faults: list[LayoutFault] = []
    for number, sheet in enumerate(document.pages, start=1):
        faults += overflow.check(sheet, number)
    faults += type_size.check(document.pages, lines)
    if page.faces:
        from letterpress.layout import missing_faces  # here: few letters have a font of their own

        faults += missing_faces.check(document.pages, page.faces)
    if page.zones:
        from letterpress.layout import zones  # here: most letterheads follow no standard

        faults += zones.check(document.pages, page.zones)
        faults += zones.check_kept_free(document.pages[0], page.kept_free)
    if page.papers:
        from letterpress.layout import paper_ink  # here: few letters have a paper of their own

        faults += paper_ink.check(document.pages, page)
    # What is too large for its place runs over what is beside it: said once.
    return faults or overprint.check(document.pages, page.sheets)


def system_font_files(families: tuple[str, ...]) -> tuple[str, ...]:
    """Find the files of those of the system's families that are installed.

    :raises LetterpressError: a native library is missing.
    """
    with _LOCK:
        return engines.system_font_files(families)


forget = engines.forget
forget_plates = _PLATES.forget
