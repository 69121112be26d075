"""Lays a page out and writes its PDF, or says everything that went wrong on the way.

WeasyPrint is loaded on first use. Layout runs under one lock, since Pango's font maps are not safe in threads.

Not here: what WeasyPrint may read (`fetcher`), what it logs (`log`), the last touch on a PDF's objects (`conformance`),
and the checks of a finished layout (`keep_together`, `overflow`, `zones`, `type_size`).
"""

from __future__ import annotations

import atexit
import contextlib
import os
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from letterpress.errors import shown_path
from letterpress.fonts import shipped
from letterpress.layout import (
    boxes,
    characters,
    failures,
    keep_together,
    kept_sheets,
    last_page,
    loading,
    log,
    overflow,
    overprint,
    pillow,
    private_api,
    ragged,
    tree,
    type_size,
)
from letterpress.layout import fetcher as fetchers
from letterpress.layout.conformance import Finisher
from letterpress.model import SignatureField
from letterpress.page import FileRead, LayoutFault, Page, Sheet

_LOCK = threading.RLock()
_FORK_PATIENCE = 10.0
"""Seconds that a fork waits for a layout in another thread."""
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
    pages: int = 0
    faults: list[LayoutFault] = field(default_factory=list)
    remarks: list[LayoutFault] = field(default_factory=list)
    """Warnings: the PDF is made all the same."""
    fit: int | None = None
    """Which of the tighter pages it is, from 0; -1, if none of them saves a page; None, where it needs none of them."""
    signature_fields: tuple[SignatureField, ...] = ()
    files: tuple[FileRead, ...] = ()
    """What was read for it: images, and what style sheets name. Not the faces that ship, nor those of the system."""
    tree: Any = None
    """The page's tree of elements; None where its HTML is refused."""


def load() -> None:
    """Load WeasyPrint now.

    :raises LetterpressError: a native library is missing.
    """
    loading.weasyprint()


def lay_out(page: Page, tighter: Iterable[Page] = ()) -> Laid:
    """Lay out and write one letter. What is wrong comes back in the result; nothing is raised for a bad page.

    :param tighter: the same letter set tighter and tighter: looked at only where the last page holds less than a third,
        until one of them saves a page. Where none does, it is `page` that is written.
    :raises LetterpressError: a native library is missing.
    """
    with _LOCK:
        try:
            return _lay_out(page, tighter)
        except RecursionError:
            hint = "take out some of the nested lists or elements"
            return Laid(faults=[LayoutFault("the text is nested too deeply", hint, code="elements-too-deep")])
        except _EngineFailed as failed:  # a batch goes on with its other letters
            return Laid(faults=[failures.of_engine(failed.error)])
        except OSError as error:
            return Laid(faults=[failures.of_system(error)])


class _EngineFailed(Exception):
    """WeasyPrint raised what it should not."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


@contextlib.contextmanager
def _weasyprint_at_work() -> Any:
    """Tell what WeasyPrint raises from what letterpress does: an assertion, a KeyError, a division by zero.

    :raises _EngineFailed: it did.
    """
    try:
        yield
    except (RecursionError, OSError, MemoryError):
        raise
    except Exception as error:
        raise _EngineFailed(error) from error


@dataclass(slots=True)
class _Arranged:
    """A page that is laid out and checked, and not written yet."""

    page: Page
    engine: _Engine
    record: Any
    """What was read for it."""
    html: Any = None
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


def _lay_out(page: Page, tighter: Iterable[Page]) -> Laid:
    made, fit = _arranged(page), None
    if made.document is not None and not made.faults and last_page.is_scant(made.document.pages):
        made, fit = _saved(made, tighter)
    return _written(made, fit)


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


def _arranged(page: Page, *, measured: bool = True) -> _Arranged:
    """Lay a page out and check it.

    :param measured: whether the text's column is what the letterhead says of it; where a style changes it, lines are
        laid out anew without that.
    """
    engine = _engine(page.sheets, page.families, page.letterhead_folders, page.allow_log, page.system_fonts)
    fetcher = fetchers.make((*page.folders, *page.letterhead_folders), page.files)
    made = _Arranged(page, engine, fetcher.record)
    with log.heard(page.allow_log) as made.messages, pillow.without_limit():
        made.html, made.faults, made.lines = _parsed(page, fetcher, measured=measured)
        if made.faults:
            return made

        def render() -> boxes.Document:
            rendered = {"font_config": engine.fonts.configuration, "stylesheets": engine.sheets, **made.options}
            with _weasyprint_at_work():
                return boxes.Document(made.html.render(**rendered))

        made.document = keep_together.render(made.html.etree_element, render, page.zones)
        anew = measured and ragged.differs(made.document.pages)
        made.faults += [*engine.faults, *made.record.faults(), *failures.of_attachments(made.document.made)]
        made.faults += _checked(made.document, page, made.lines)
    return _arranged(page, measured=False) if anew else made


def _written(made: _Arranged, fit: int | None) -> Laid:
    page, engine, record = made.page, made.engine, made.record
    laid = Laid(faults=made.faults, fit=fit)
    if made.document is None:
        return laid
    laid.tree = made.html.etree_element
    families = (*page.families, *page.system_fonts)
    several = len(_LANG.findall(page.html)) > 1
    finisher = Finisher(
        archive=page.archive, in_order=page.in_order, several_languages=several, pages=made.document.pages
    )
    if not laid.faults:
        with log.heard(page.allow_log) as messages, pillow.without_limit(), _weasyprint_at_work():
            laid.pdf = made.document.made.write_pdf(finisher=finisher, **made.options)
        made.messages += messages
        engine.fonts.faces |= record.faces  # of a <style> in a template
        undrawn = log.undrawn(made.messages)
        laid.faults += [*characters.faults(finisher.fonts, engine.fonts.faces, families, undrawn), *record.faults()]
    markup = log.Markup(laid.tree, made.lines, made.html.base_url, page.letterhead_folders)
    laid.faults += log.faults(made.messages, laid.faults, markup)
    laid.faults = list(dict.fromkeys(characters.by_svgs(laid.faults, record.svg_families, families)))
    laid.pages = len(made.document.pages)
    laid.signature_fields = finisher.signature_fields
    faces = (file for file in engine.fonts.faces.values() if file is not None)
    laid.files = tuple(sorted({*engine.files, *record.files, *faces}))
    if laid.faults:
        laid.pdf = None
    else:
        laid.remarks = last_page.remarks(made.document.pages, fitted=fit is not None)
    return laid


def _parsed(page: Page, fetcher: Any, *, measured: bool) -> tuple[Any, list[LayoutFault], dict[Any, int]]:
    """The page's HTML for WeasyPrint, whose tree is the one that was checked; what the check has found; and the lines
    of the author's own elements."""
    import cssselect2

    from letterpress.rawhtml import check, presentation

    weasyprint = loading.weasyprint()
    root, found, lines = check.of_page(page.html)
    if found:
        return None, [LayoutFault.of(fault, needle=fault.needle, line=fault.line) for fault in found], {}
    for element in lines:
        if style := presentation.style(element.tag, element.attrib):
            element.set("style", style)
    tree.prepare(root, page.html, _folder_url(page.content_folder), fetcher.resource, measured=measured)

    class Parsed(weasyprint.HTML):  # type: ignore[misc, name-defined]
        """What `weasyprint.HTML(string=...)` makes of a text, made of its tree: a test holds the two together."""

        def __init__(self) -> None:
            self.base_url = private_api.base_url(root, _folder_url(page.content_folder))
            self.url_fetcher = fetcher
            self.media_type = "print"
            self.wrapper_element = cssselect2.ElementWrapper.from_html_root(root, content_language=None)
            self.etree_element = self.wrapper_element.etree_element

    return Parsed(), [], lines


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


# --- engines: what letters of one letterhead share --------------------------------------------------------------------


@dataclass(slots=True)
class _Fonts:
    """A font configuration of WeasyPrint's, and what a page that uses it may be set in besides the shipped faces."""

    configuration: Any
    faces: dict[shipped.Fingerprint, FileRead | None]
    """Those of the system that the letterhead declares, and those that it brings. WeasyPrint reads a face once for a
    configuration, whichever style sheet names it."""
    system_files: tuple[str, ...] = ()
    """Files of the system's fonts that the letterhead declares, as far as they are installed."""


@dataclass(slots=True)
class _Engine:
    """Parsed style sheets with their fonts."""

    fonts: _Fonts
    sheets: list[Any] = field(default_factory=list)
    faults: list[LayoutFault] = field(default_factory=list)
    files: set[FileRead] = field(default_factory=set)


@lru_cache(maxsize=32)
def _engine(
    sheets: tuple[Sheet, ...],
    families: tuple[str, ...],
    folders: tuple[str, ...],
    allow_log: tuple[str, ...],
    system: tuple[str, ...],
) -> _Engine:
    """Parse a letterhead's style sheets; faults in them are faults of every letter that uses them."""
    weasyprint = loading.weasyprint()
    fonts = _fonts(families, folders, _own_faces(sheets), system)
    engine = _Engine(fonts, faults=[_missing_fonts(system, folders)] if system and not fonts.system_files else [])
    for sheet in sheets:
        url = _folder_url(sheet.folder)
        if (kept := kept_sheets.get(sheet.css, url, *allow_log)) is not None:
            engine.sheets.append(kept)
            continue
        fetcher = fetchers.make(folders)
        with log.heard(allow_log) as messages:
            css = weasyprint.CSS(string=sheet.css, base_url=url, url_fetcher=fetcher, font_config=fonts.configuration)
        faults = [*(refused := fetcher.record.faults()), *log.faults(messages, refused)]
        engine.sheets.append(css)
        engine.faults += [replace(fault, file=shown_path(f"{sheet.folder}/style.css")) for fault in faults]
        engine.files |= set(fetcher.record.files)
        fonts.faces |= fetcher.record.faces
        if not (messages or faults or fetcher.record.files or fetcher.record.faces):
            kept_sheets.keep(css, sheet.css, url, *allow_log)
    return engine


def _missing_fonts(system: tuple[str, ...], folders: tuple[str, ...]) -> LayoutFault:
    from letterpress.fonts import system as fonts_system

    return fonts_system.missing(system, folders)


def _own_faces(sheets: tuple[Sheet, ...]) -> tuple[str, ...]:
    """The @font-face rules that a letterhead brings: with them it needs a font configuration of its own."""
    return tuple(rule for sheet in sheets for rule in re.findall(r"@font-face\s*{[^}]*}|@import[^;]*;", sheet.css))


@lru_cache(maxsize=16)
def _fonts(
    families: tuple[str, ...], folders: tuple[str, ...], own: tuple[str, ...], system: tuple[str, ...]
) -> _Fonts:
    """One configuration for letterheads of the same fonts: a fresh one for each letter makes memory grow without end.

    `folders` and `own` only part the cache: letterheads that bring faces of their own never share a configuration.
    """
    weasyprint = loading.weasyprint()
    from weasyprint.text.fonts import FontConfiguration

    # Its destructor removes the folder with the fonts, and needs a living interpreter for that.
    atexit.register(forget)
    fonts = _Fonts(FontConfiguration(), {})
    fetcher = fetchers.make((), tuple(str(face.path) for face in shipped.shipped()), recorded=False)
    weasyprint.CSS(string=shipped.face_css(families), font_config=fonts.configuration, url_fetcher=fetcher)
    if system:
        from letterpress.fonts import system as fonts_system

        libraries = private_api.font_libraries(fonts.configuration)
        fonts.system_files = tuple(sorted(fonts_system.files(*libraries, system)))
        fonts.faces |= dict.fromkeys(map(shipped.fingerprint, fonts.system_files))
    return fonts


def system_font_files(families: tuple[str, ...]) -> tuple[str, ...]:
    """Find the files of those of the system's families that are installed.

    :raises LetterpressError: a native library is missing.
    """
    with _LOCK:
        return _fonts((), (), (), families).system_files


def forget() -> None:
    """Let go of parsed style sheets and fonts, so that the next letter reads them anew."""
    _engine.cache_clear()
    _fonts.cache_clear()


def _folder_url(folder: str) -> str:
    return Path(folder).as_uri() + "/"
