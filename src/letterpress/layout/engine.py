"""HTML -> PDF.

Job: lays a page out and says everything that went wrong on the way. Secret: WeasyPrint: its font configuration, its
fetcher, its log. Nothing that it only logs gets past here: a warning is a fault.

WeasyPrint is imported on first use. Layout runs under one lock, since Pango's font maps are not safe in threads.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes.util
import errno
import importlib
import io
import logging
import os
import re
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from letterpress.errors import LetterpressError, shown_path
from letterpress.files import allowed as files_allowed
from letterpress.fonts import shipped
from letterpress.layout import deferred_imports, keep_together, overflow, pillow, type_size
from letterpress.layout.conformance import Finisher
from letterpress.model import SignatureField
from letterpress.page import LayoutFault, Page, Sheet

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
    signature_fields: tuple[SignatureField, ...] = ()


def lay_out(page: Page) -> Laid:
    """Lay out and write one letter. What is wrong comes back in the result; nothing is raised for a bad page."""
    with _LOCK:
        try:
            return _lay_out(page)
        except RecursionError:
            return Laid(
                faults=[LayoutFault("the text is nested too deeply", "take out some of the nested lists or elements")]
            )
        except AssertionError as error:  # WeasyPrint's own; a batch goes on with its other letters
            logging.getLogger("weasyprint").exception("layout failed")
            message = f"WeasyPrint cannot lay this letter out: {str(error) or 'an assertion failed'}"
            return Laid(faults=[LayoutFault(message, "look with -v where; then please report it with the letter")])
        except OSError as error:
            return Laid(faults=[_system_fault(error)])


def _system_fault(error: OSError) -> LayoutFault:
    """What the system refused. Pango reads fonts from temporary files: those are named as what they are."""
    temporary = tempfile.gettempdir()
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) or str(error.filename or "").startswith(temporary):
        message = f"a font cannot be put into '{temporary}': {error.strerror}"
        return LayoutFault(message, "make room there, or name another folder in TMPDIR")
    place = f" '{error.filename}'" if error.filename else ""
    message = f"the system refuses a file that the layout needs{place}: {error.strerror or error}"
    return LayoutFault(message, "look at the file's rights and at the disk, and render again")


def _lay_out(page: Page) -> Laid:
    laid = Laid()
    engine = _engine(page.sheets, page.families, page.letterhead_folders, page.allow_log, page.system_fonts)
    fetcher = _make_fetcher((*page.folders, *page.letterhead_folders), page.files)
    variant = "pdf/a-3a" if page.archive else None
    options: dict[str, Any] = {"pdf_variant": variant, "pdf_tags": page.tagged}
    with _log(page.allow_log) as log, pillow.without_limit():
        html, refused, lines = _parsed(page, fetcher)
        if refused:
            return Laid(faults=refused)
        rendered = {"font_config": engine.font_config, "stylesheets": engine.sheets, **options}
        document = keep_together.render(html.etree_element, lambda: html.render(**rendered), page.zones)
        laid.faults += [*engine.faults, *_refusals(fetcher), *_attachments(document)]
        for number, sheet in enumerate(document.pages, start=1):
            laid.faults += overflow.overflows(sheet, number)
        laid.faults += [*type_size.faults(document.pages, lines), *_zone_faults(document, page)]
        finisher = Finisher(
            archive=page.archive, in_order=page.in_order, several_languages=len(_LANG.findall(page.html)) > 1
        )
        if not laid.faults:
            document.fonts = faces = _Faces(engine.brought)
            laid.pdf = document.write_pdf(finisher=finisher, **options)
            laid.faults += [*faces.faults((*page.families, *page.system_fonts)), *_refusals(fetcher)]
    laid.faults += [fault for message in log if (fault := _from_log(message, laid.faults)) is not None]
    laid.faults = list(dict.fromkeys(_by_svgs(laid.faults, fetcher.asked, (*page.families, *page.system_fonts))))
    laid.pages = len(document.pages)
    laid.signature_fields = finisher.signature_fields
    if laid.faults:
        laid.pdf = None
    return laid


def _parsed(page: Page, fetcher: Any) -> tuple[Any, list[LayoutFault], dict[Any, int]]:
    """The page's HTML for WeasyPrint, whose tree is the one that was checked; what the check has found; and the lines
    of the author's own elements."""
    import cssselect2

    from letterpress.rawhtml import check

    weasyprint = _weasyprint()
    root, found, lines = check.of_page(page.html)
    if found:
        return None, [LayoutFault(one.message, one.hint, one.needle, line=one.line) for one in found], {}

    class Parsed(weasyprint.HTML):  # type: ignore[misc, name-defined]
        """What `weasyprint.HTML(string=...)` makes of a text, made of its tree: a test holds the two together."""

        def __init__(self) -> None:
            self.base_url = weasyprint._find_base_url(root, _folder_url(page.content_folder))
            self.url_fetcher = fetcher
            self.media_type = "print"
            self.wrapper_element = cssselect2.ElementWrapper.from_html_root(root, content_language=None)
            self.etree_element = self.wrapper_element.etree_element

    return Parsed(), [], lines


def _zone_faults(document: Any, page: Page) -> list[LayoutFault]:
    """What stands out of the places of the letterhead's standard, if it follows one."""
    if not page.zones:
        return []
    from letterpress.layout import zones

    return zones.faults(document.pages, page.zones)


def load() -> None:
    """Load WeasyPrint now.

    :raises LetterpressError: a native library is missing.
    """
    _weasyprint()


@lru_cache(maxsize=1)
def _weasyprint() -> Any:
    """Import WeasyPrint, which loads Pango and its kin.

    On Linux the libraries are opened by their sonames, which WeasyPrint tries as well. For each name that is not a
    soname the standard library would first run ldconfig, gcc and ld: a third of a second before the first letter.

    :raises LetterpressError: a native library is missing.
    """
    find_library = ctypes.util.find_library
    said = io.StringIO()
    try:
        if sys.platform == "linux":
            ctypes.util.find_library = lambda name: None
        # What it prints about a missing library is said below, with a hint. HarfBuzz cuts the faces to size: WeasyPrint
        # calls fontTools' cutter, which takes a tenth of a start to load, only for variable fonts and old HarfBuzzes.
        with (
            contextlib.redirect_stdout(said),
            deferred_imports.put_off("fontTools.subset", "fontTools.varLib.instancer"),
        ):
            return _import_weasyprint()
    except OSError as error:
        library = re.search(r"'([^']+)'", str(error))
        hint = "install Pango: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0, or brew install pango"
        message = f"the native library {library[1] if library else 'Pango'} is missing"
        raise LetterpressError(message, hint=hint) from error
    finally:
        ctypes.util.find_library = find_library


def _import_weasyprint() -> Any:
    """Import it, and undo what it changes for the process: that half an image passes for all who use Pillow."""
    from PIL import ImageFile

    lenient = ImageFile.LOAD_TRUNCATED_IMAGES
    try:
        return importlib.import_module("weasyprint")
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient


# --- engines: what letters of one letterhead share --------------------------------------------------------------------


@dataclass(slots=True)
class _Engine:
    font_config: Any
    sheets: list[Any]
    faults: list[LayoutFault]
    brought: frozenset[tuple[int, bytes]]


@lru_cache(maxsize=32)
def _engine(
    sheets: tuple[Sheet, ...],
    families: tuple[str, ...],
    folders: tuple[str, ...],
    allow_log: tuple[str, ...],
    system: tuple[str, ...],
) -> _Engine:
    """Parsed style sheets with their fonts; faults in them are faults of every letter that uses them."""
    weasyprint = _weasyprint()
    configuration, system_files = _font_configuration(families, folders, _own_faces(sheets), system)
    faults = [_missing_fonts(system, folders)] if system and not system_files else []
    parsed = []
    for sheet in sheets:
        fetcher = _make_fetcher(folders, ())
        file = str(Path(sheet.folder) / "style.css")
        with _log(allow_log) as log:
            url = _folder_url(sheet.folder)
            parsed.append(
                weasyprint.CSS(string=sheet.css, base_url=url, url_fetcher=fetcher, font_config=configuration)
            )
        found = _refusals(fetcher)
        found += [fault for message in log if (fault := _from_log(message, found)) is not None]
        faults += [replace(fault, file=shown_path(file)) for fault in found]
    return _Engine(configuration, parsed, faults, _brought(configuration) | set(map(shipped.fingerprint, system_files)))


def _missing_fonts(system: tuple[str, ...], folders: tuple[str, ...]) -> LayoutFault:
    from letterpress.fonts import system as fonts_system

    return fonts_system.missing(system, folders)


def _own_faces(sheets: tuple[Sheet, ...]) -> tuple[str, ...]:
    """The @font-face rules that a letterhead brings: with them it needs a font configuration of its own."""
    return tuple(rule for sheet in sheets for rule in re.findall(r"@font-face\s*{[^}]*}|@import[^;]*;", sheet.css))


@lru_cache(maxsize=16)
def _font_configuration(
    families: tuple[str, ...], folders: tuple[str, ...], own: tuple[str, ...], system: tuple[str, ...]
) -> tuple[Any, set[str]]:
    """One configuration for letterheads of the same fonts: a fresh one for each letter makes memory grow without end.

    `folders` and `own` only part the cache: letterheads that bring faces of their own never share a configuration. With
    it come the files of the system's fonts that it may use.
    """
    weasyprint = _weasyprint()
    from weasyprint.text import fonts as weasyprint_fonts

    # Its destructor removes the folder with the fonts, and needs a living interpreter for that.
    atexit.register(_forget)
    configuration = weasyprint_fonts.FontConfiguration()
    fetcher = _make_fetcher((), tuple(str(face.path) for face in shipped.shipped()))
    weasyprint.CSS(string=shipped.face_css(families), font_config=configuration, url_fetcher=fetcher)
    if not system:
        return configuration, set()
    from letterpress.fonts import system as fonts_system

    return configuration, fonts_system.files(weasyprint_fonts, configuration, system)


def system_font_files(families: tuple[str, ...]) -> tuple[str, ...]:
    """Find the files of those of the system's families that are installed.

    :raises LetterpressError: a native library is missing.
    """
    with _LOCK:
        _weasyprint()
        return tuple(sorted(_font_configuration((), (), (), families)[1]))


def _forget() -> None:
    _engine.cache_clear()
    _font_configuration.cache_clear()


def _folder_url(folder: str) -> str:
    return Path(folder).as_uri() + "/"


# --- fetching ---------------------------------------------------------------------------------------------------------


def _make_fetcher(folders: tuple[str, ...], files: tuple[str, ...]) -> Any:
    """A fetcher that reads what `resources` allows, and remembers what it refused: WeasyPrint drops some unseen."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    real_folders = [Path(folder).resolve() for folder in dict.fromkeys(folders)]
    real_files = [Path(file).resolve() for file in files]

    class Fetcher(URLFetcher):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(allowed_protocols=())
            self.refused: list[tuple[str, files_allowed.Refused]] = []
            self.asked: dict[str, tuple[str, ...]] = {}

        def fetch(self, url: str, headers: Any = None) -> Any:
            try:
                found = files_allowed.read(url, real_folders, real_files)
            except files_allowed.Refused as refused:
                self.refused.append((url, refused))
                raise ValueError(refused.message) from refused
            if found.families is not None:
                self.asked[url] = found.families
            return URLFetcherResponse(url, found.content, {"Content-Type": found.media_type})

    return Fetcher()


def _refusals(fetcher: Any) -> list[LayoutFault]:
    return [LayoutFault(refused.message, refused.hint, url) for url, refused in fetcher.refused]


def _attachments(document: Any) -> list[LayoutFault]:
    """A file that HTML would attach: whatever it is, it is not what is on the page."""
    found = bool(document.metadata.attachments)
    found = found or any(link[0] == "attachment" for page in document.pages for link in page.links)
    return [LayoutFault("a file may not be attached to a letter", 'take out rel="attachment"')] if found else []


# --- the log ----------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _log(allowed: tuple[str, ...]) -> Iterator[list[str]]:
    """What this thread's WeasyPrint logs at WARNING or above, but for messages that begin as the letterhead allows.

    A handler would hear only what the host lets through: `logging.disable`, `disable_existing_loggers`, a level or a
    filter silences a logger for the whole process. So the loggers' own entrance is watched, and what the host has set
    stays as it is, for this thread and all others.
    """
    messages: list[str] = []
    thread = threading.get_ident()

    def hear(record: logging.LogRecord) -> None:
        text = record.getMessage()
        if not text.startswith(allowed or ("\0",)):
            messages.append(text)

    watched = [_watch(logger, thread, hear) for logger in _loggers_of("weasyprint", "fontTools")]
    try:
        yield messages
    finally:
        for stop in watched:
            stop()


def _loggers_of(*families: str) -> list[logging.Logger]:
    """The loggers of these names and all below them."""
    for name in families:
        logging.getLogger(name)
    known = list(logging.root.manager.loggerDict.items())
    return [logger for name, logger in known if name.split(".")[0] in families and isinstance(logger, logging.Logger)]


def _watch(logger: logging.Logger, thread: int, hear: Callable[[logging.LogRecord], None]) -> Callable[[], None]:
    """Let `hear` have each record that `thread` gives to `logger`; gives the call that ends it."""
    was_enabled, handle = logger.isEnabledFor, logger.handle

    def is_enabled(level: int) -> bool:
        return (level >= logging.WARNING and threading.get_ident() == thread) or was_enabled(level)

    def take(record: logging.LogRecord) -> None:
        if record.levelno >= logging.WARNING and threading.get_ident() == thread:
            hear(record)
        if was_enabled(record.levelno):
            handle(record)

    def stop() -> None:
        del logger.isEnabledFor, logger.handle

    logger.isEnabledFor, logger.handle = is_enabled, take  # type: ignore[method-assign]
    return stop


def _from_log(message: str, known: list[LayoutFault]) -> LayoutFault | None:
    """A logged message as a fault; None if it only repeats one that is already known."""
    missing = re.search(r'\.notdef glyph .*"(.*)" \(U\+([0-9A-F]+)\)', message, re.S)
    if missing:
        char = chr(int(missing[2], 16))
        fault = character_fault(char, shipped.FAMILIES)
        return None if fault in known else fault
    failed = re.match(
        r"Failed to load (?:image|stylesheet|inline SVG)(?: at '?([^':]*:[^']*?)'?)?\s*: (.*)", message, re.S
    )
    if failed:
        if any(fault.needle and failed[1] and fault.needle == failed[1] for fault in known):
            return None
        name = Path(failed[1] or "image").name
        return LayoutFault(
            f"'{name}' cannot be read: {(failed[2].splitlines() or ['it is no image'])[0]}",
            "save it again as PNG, JPEG or SVG",
            failed[1],
        )
    rendered = re.match(r"Failed to render SVG image (.*)", message)
    if rendered:
        return LayoutFault(f"'{Path(rendered[1]).name}' is not an SVG that can be drawn", "save it again", rendered[1])
    if "has no required alt description" in message:
        return LayoutFault("an image of the letterhead has no description", 'give it alt="..."')
    font = re.match(r"Font-face '(.*)' cannot be loaded", message)
    if font:
        return LayoutFault(f"the font '{font[1]}' cannot be loaded", "check the src of its @font-face in style.css")
    said = message.splitlines()[0].rstrip(".")
    return LayoutFault(f"layout: {said}", "mend the letterhead's style.css or letter.html")


# --- characters -------------------------------------------------------------------------------------------------------


def character_fault(char: str, families: tuple[str, ...]) -> LayoutFault:
    """The fault of a character that none of the fonts has."""
    import unicodedata

    name = unicodedata.name(char, "unnamed")
    message = f"no font has '{char}' (U+{ord(char):04X} {name}); tried {', '.join(families)}"
    return LayoutFault(message, "write it another way, or add a font that has it to the letterhead", char)


def _by_svgs(
    faults: list[LayoutFault], asked: Mapping[str, tuple[str, ...]], families: tuple[str, ...]
) -> list[LayoutFault]:
    """The faults, with the SVG named that asks for another font, where the letter's own have a character.

    :param asked: URLs of SVGs with text, and the fonts that they ask for.
    """
    foreign = {url: names for url, names in asked.items() if not names or names[0] not in families}
    ours: frozenset[int] = frozenset()
    ours = ours.union(*(shipped.characters(name) for name in families if name in shipped.FAMILIES) if foreign else ())
    staying = [
        fault
        for fault in faults
        if not (fault.message.startswith("no font has '") and fault.needle and ord(fault.needle[0]) in ours)
    ]
    if len(staying) == len(faults):
        return faults
    return [*(_svg_font(url, names, families) for url, names in foreign.items()), *staying]


def _svg_font(url: str, names: tuple[str, ...], families: tuple[str, ...]) -> LayoutFault:
    """The fault of an SVG whose text no font of the letter sets."""
    what = "the font " + " or ".join(f"'{name}'" for name in names) if names else "no font of the letter"
    message = f"'{_short_name(url)}' has text, and asks for {what}; the letter has {', '.join(families)}"
    return LayoutFault(message, "convert its text to paths, or write font-family with a font that the letter has", url)


def _short_name(url: str) -> str:
    return "data:" if url.startswith("data:") else unquote(Path(url).name)


class _Faces(dict[Any, Any]):
    """WeasyPrint's fonts of a document, remembering whose each is: its file's content is gone once it is subset."""

    def __init__(self, brought: frozenset[tuple[int, bytes]]) -> None:
        super().__init__()
        self._own = brought
        self.foreign: list[Any] = []

    def __setitem__(self, key: Any, font: Any) -> None:
        super().__setitem__(key, font)
        content = font.file_content
        if not shipped.is_shipped(content) and (len(content), content[:4096]) not in self._own:
            self.foreign.append(font)

    def faults(self, families: tuple[str, ...]) -> list[LayoutFault]:
        """Characters that Pango took from a font of the system, since no font of the letter has them."""
        texts = (text for font in self.foreign for text in font.to_unicode.values())
        return [
            character_fault(char, families) for char in sorted({c for text in texts for c in text if not c.isspace()})
        ]


def _brought(configuration: Any) -> frozenset[tuple[int, bytes]]:
    """Size and head of the font files that a letterhead brought with @font-face."""
    folder = configuration._folder
    if not folder:
        return frozenset()
    return frozenset((len(content), content[:4096]) for path in folder.iterdir() if (content := path.read_bytes()))
