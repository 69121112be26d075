"""What letters of one letterhead share: parsed style sheets, and the fonts that they are set in.

Both are kept in the process, and the caller holds the lock of the layout.
"""

from __future__ import annotations

import atexit
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from letterpress.errors import shown_path
from letterpress.fonts import shipped
from letterpress.layout import fetcher as fetchers
from letterpress.layout import kept_sheets, loading, log, private_api
from letterpress.page import FileRead, LayoutFault, Sheet

along: list[Callable[[], None]] = []
"""What else is forgotten with the fonts: plates, which hold some of them."""


@dataclass(slots=True)
class Fonts:
    """A font configuration of WeasyPrint's, and what a page that uses it may be set in besides the shipped faces."""

    configuration: Any
    faces: dict[shipped.Fingerprint, FileRead | None]
    """Those of the system that the letterhead declares, and those that it brings. WeasyPrint reads a face once for a
    configuration, whichever style sheet names it."""
    system_files: tuple[str, ...] = ()
    """Files of the system's fonts that the letterhead declares, as far as they are installed."""


@dataclass(slots=True)
class Engine:
    """Parsed style sheets with their fonts."""

    fonts: Fonts
    sheets: list[Any] = field(default_factory=list)
    faults: list[LayoutFault] = field(default_factory=list)
    files: set[FileRead] = field(default_factory=set)


@lru_cache(maxsize=32)
def engine(
    sheets: tuple[Sheet, ...],
    families: tuple[str, ...],
    folders: tuple[str, ...],
    allow_log: tuple[str, ...],
    system: tuple[str, ...],
) -> Engine:
    """Parse a letterhead's style sheets; faults in them are faults of every letter that uses them.

    :param families: of the shipped fonts.
    :param folders: absolute folders of the letterhead, which may be read.
    :param system: families of the system.
    """
    weasyprint = loading.weasyprint()
    fonts = _fonts(families, folders, _own_faces(sheets), system)
    engine = Engine(fonts, faults=[_missing_fonts(system, folders)] if system and not fonts.system_files else [])
    for sheet in sheets:
        url = folder_url(sheet.folder)
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
def _fonts(families: tuple[str, ...], folders: tuple[str, ...], own: tuple[str, ...], system: tuple[str, ...]) -> Fonts:
    """One configuration for letterheads of the same fonts: a fresh one for each letter makes memory grow without end.

    `folders` and `own` only part the cache: letterheads that bring faces of their own never share a configuration.
    """
    weasyprint = loading.weasyprint()
    from weasyprint.text.fonts import FontConfiguration

    # Its destructor removes the folder with the fonts, and needs a living interpreter for that.
    atexit.register(forget)
    fonts = Fonts(FontConfiguration(), {})
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
    return _fonts((), (), (), families).system_files


def forget() -> None:
    """Let go of parsed style sheets and fonts, so that the next letter reads them anew."""
    for forget_too in along:
        forget_too()
    engine.cache_clear()
    _fonts.cache_clear()


def folder_url(folder: str) -> str:
    """The URL of a folder."""
    return Path(folder).as_uri() + "/"
