"""What WeasyPrint logs, heard as faults: nothing that it only logs gets past here.

Not here: what is done with the faults (`engine`).
"""

from __future__ import annotations

import contextlib
import logging
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from letterpress.errors import shown_path
from letterpress.fonts import shipped
from letterpress.layout import characters
from letterpress.page import LayoutFault

_MEND = "mend the letterhead's style.css or letter.html"
_SVG = "{http://www.w3.org/2000/svg}"
_NOT_LOADED = re.compile(r"Failed to load (image|stylesheet|inline SVG)(?: at '?([^':]*:[^']*?)'?)?\s*: (.*)", re.S)
_UNDRAWN_GLYPH = re.compile(r'\.notdef glyph .*"(.*)" \(U\+([0-9A-F]+)\)', re.S)
_UNDRAWN, _UNSET = "drawing-impossible", "style-unknown"


@contextlib.contextmanager
def heard(allowed: tuple[str, ...]) -> Iterator[list[str]]:
    """Gather what this thread's WeasyPrint logs at WARNING or above while the block runs.

    A handler would hear only what the host lets through: `logging.disable`, `disable_existing_loggers`, a level or a
    filter silences a logger for the whole process. So the loggers' own entrance is watched, and what the host has set
    stays as it is, for this thread and all others.

    :param allowed: how messages begin that the letterhead expects; they are left out.
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


# --- messages as faults -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Markup:
    """The page that was laid out, to find by it what a message is about."""

    root: Any
    """The element tree."""
    lines: Mapping[Any, int]
    """Lines of the letter's file, by elements of the author's own."""
    base_url: str
    folders: tuple[str, ...]
    """The letterhead's, its own first."""


def faults(messages: Sequence[str], known: Sequence[LayoutFault], markup: Markup | None = None) -> list[LayoutFault]:
    """Make faults of what was logged, without what only repeats one that is `known`.

    :param markup: None for a style sheet, whose file is known.
    """
    found: list[LayoutFault] = []
    for message in messages:
        for make in (_glyph, _not_loaded, _not_drawn, _font_face, _inline_style, _no_anchor):
            faults = make(message, known, markup)
            if faults is not None:
                found += faults
                break
        else:
            found.append(_other(message))
    return found


_Made = list[LayoutFault] | None
"""None: the message says something else."""


def _glyph(message: str, known: Sequence[LayoutFault], _markup: Markup | None) -> _Made:
    match = _UNDRAWN_GLYPH.search(message)
    if match is None:
        return None
    char = chr(int(match[2], 16))
    return [] if any(characters.names(fault, char) for fault in known) else [characters.fault(char, shipped.FAMILIES)]


def undrawn(messages: Sequence[str]) -> Iterator[str]:
    """Give the characters that no font of the machine has."""
    for match in filter(None, map(_UNDRAWN_GLYPH.search, messages)):
        yield chr(int(match[2], 16))


def _not_loaded(message: str, known: Sequence[LayoutFault], markup: Markup | None) -> _Made:
    match = _NOT_LOADED.match(message)
    if match is None:
        return None
    kind, url, reason = match[1], match[2], (match[3].splitlines() or ["it is no image"])[0]
    if kind == "inline SVG" and markup is not None:
        return _drawings(markup, f"cannot be read: {reason}")
    if url and any(fault.needle == url for fault in known):
        return []
    name = Path(url or "image").name
    hint = "save it again as PNG, JPEG or SVG"
    return [LayoutFault(f"'{name}' cannot be read: {reason}", hint, url, code="image-unreadable", value=name)]


def _not_drawn(message: str, _known: Sequence[LayoutFault], markup: Markup | None) -> _Made:
    match = re.match(r"Failed to render SVG image (.*)", message, re.S)
    if match is None:
        return None
    url = match[1]
    if markup is not None and url == markup.base_url:  # an inline SVG is drawn under the address of its page
        return _drawings(markup, "cannot be drawn")
    name = Path(url).name
    return [LayoutFault(f"'{name}' is not an SVG that can be drawn", "save it again", url, code=_UNDRAWN, value=name)]


def _drawings(markup: Markup, what: str) -> list[LayoutFault]:
    """The fault of an inline SVG: of the only one, or of one of those that there are."""
    own = [element for element in markup.root.iter(f"{_SVG}svg") if element in markup.lines]
    lines = [markup.lines[element] for element in own]
    said = "a drawing (<svg>)" if len(lines) < 2 else f"a drawing (<svg>), one of those in the lines {_listed(lines)},"
    if own:
        hint = "look at its viewBox and its transformations, or save it as a file"
        return [LayoutFault(f"{said} {what}", hint, line=lines[0], code=_UNDRAWN, params=(("lines", tuple(lines)),))]
    file, line = _in_letterhead(markup, "<svg")
    return [LayoutFault(f"{said} {what}", "mend the <svg> in the letterhead", file=file, line=line, code=_UNDRAWN)]


def _listed(lines: list[int]) -> str:
    return ", ".join(map(str, lines[:-1])) + f" and {lines[-1]}"


def _font_face(message: str, _known: Sequence[LayoutFault], _markup: Markup | None) -> _Made:
    match = re.match(r"Font-face '(.*)' cannot be loaded", message)
    if match is None:
        return None
    family, hint = match[1], "check the src of its @font-face in style.css"
    return [LayoutFault(f"the font '{family}' cannot be loaded", hint, code="font-unreadable", value=family)]


def _no_anchor(message: str, _known: Sequence[LayoutFault], markup: Markup | None) -> _Made:
    match = re.match(r"No anchor #(.*) for internal URI reference", message, re.S)
    if match is None or markup is None:
        return None
    name = match[1]
    said = f"a link leads to '#{unquote(name)}', and nothing in the letter is called so"
    about: dict[str, Any] = {"code": "anchor-missing", "value": f"#{unquote(name)}"}
    file, line = _in_letterhead(markup, f'"#{name}"')
    if line is not None:
        return [LayoutFault(said, "mend the link in the letterhead", file=file, line=line, **about)]
    hint = (
        f"write the link as its heading is called (## The terms: #the-terms), name the place that it leads to "
        f'(<span id="{unquote(name)}">...</span>), or take the link out'
    )
    return [LayoutFault(said, hint, f"#{unquote(name)}", **about)]


def _inline_style(message: str, _known: Sequence[LayoutFault], markup: Markup | None) -> _Made:
    match = re.match(r"Ignored `(.*)` at \d+:\d+, (.*?)\.?$", message, re.S)
    if match is None or markup is None:
        return None
    written, reason = match[1], match[2]
    element = _styled(markup, written)
    if element is None:
        return None
    name, _, value = (part.strip() for part in written.partition(":"))
    said = f"the style of <{element.tag}> says '{name}: {value}', which cannot be set: {reason}"
    params = (("property", name), ("reason", reason))
    line = next((markup.lines[one] for one in _around(markup.root, element) if one in markup.lines), None)
    if line is not None:
        hint = "take it out, or give the property another value"
        return [LayoutFault(said, hint, line=line, code=_UNSET, value=written, params=params)]
    file, line = _in_letterhead(markup, str(element.get("style")))
    hint = 'mend the style="..." in the letterhead\'s letter.html'
    return [LayoutFault(said, hint, file=file, line=line, code=_UNSET, value=written, params=params)]


def _other(message: str) -> LayoutFault:
    if "has no required alt description" in message:
        said, hint = "an image of the letterhead has no description", 'give it alt="...", or alt="" if it only adorns'
        return LayoutFault(said, hint, code="image-undescribed")
    said = message.splitlines()[0].rstrip(".")
    code = _UNSET if said.startswith("Ignored ") else "layout-warning"
    return LayoutFault(f"layout: {said}", _MEND, code=code, value=said)


def _styled(markup: Markup, written: str) -> Any:
    """The first element whose style attribute has this declaration."""
    wanted = _squeezed(written)
    for element in markup.root.iter():
        if isinstance(element.tag, str) and wanted in _squeezed(element.get("style") or ""):
            return element
    return None


def _squeezed(css: str) -> str:
    return re.sub(r"\s+", "", css).lower()


def _around(root: Any, element: Any) -> Iterator[Any]:
    """The element and those around it, from the inside."""
    parents = {child: parent for parent in root.iter() for child in parent}
    while element is not None:
        yield element
        element = parents.get(element)


def _in_letterhead(markup: Markup, text: str) -> tuple[str | None, int | None]:
    """File and line of a text in the letterhead's templates; its letter.html alone, if it is put together there."""
    for folder in map(Path, markup.folders):
        for path in sorted(folder.glob("*.html")):
            for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
                if text in line:
                    return shown_path(path), number
    pages = (Path(folder) / "letter.html" for folder in markup.folders)
    return next((shown_path(page) for page in pages if page.is_file()), None), None
