"""Says what is wrong with a page as far as it shows before it is laid out: its style sheets, its HTML, files it names.

Each fault is the one that its layout ends with. A file that a rule of a style sheet names is read by the layout where
the rule is for an element that the page has, and so it is here.

Not here: what only the finished layout shows (`overflow`, `zones`, `type_size`, `characters`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from letterpress.files import allowed
from letterpress.layout import arranging, codes, engines, lock, log
from letterpress.page import LayoutFault, Page
from letterpress.rawhtml import named_files


def faults(page: Page) -> list[LayoutFault]:
    """Find what is wrong with a page without laying it out.

    :raises LetterpressError: a native library is missing.
    """
    with lock.held():
        try:
            made = arranging.read(page)
        except RecursionError:
            return []  # the layout says it
        known = [*made.engine.faults, *made.faults]
        known += log.faults(made.messages, known)
        return [*known, *([] if made.html is None else _unread(page, made.html))]


def faults_of_look(page: Page) -> list[LayoutFault]:
    """As `faults`, of one of many letters that differ in their texts only: those of the next moment are not read again.

    :raises LetterpressError: a native library is missing.
    """
    global _sound
    now = time.monotonic()
    if _sound[0] is page.sheets and now < _sound[1]:
        return []
    found = faults(page)
    if not found:
        _sound = page.sheets, now + _LOOKED
    return found


_LOOKED = 0.25
"""Seconds for which the files that a letterhead names are taken to be there."""
_sound: tuple[object, float] = (None, 0.0)
"""The style sheets of the look in which the last letter was sound, and until when it is taken to be."""


def _unread(page: Page, html: Any) -> Iterator[LayoutFault]:
    """The files that the page names and that cannot be read."""
    folders = [Path(folder).resolve() for folder in (*page.folders, *page.letterhead_folders)]
    files = [Path(file).resolve() for file in page.files]
    for url in dict.fromkeys((*_in_html(page, html), *_in_sheets(page, html))):
        try:
            allowed.read(url, folders, files)
        except allowed.Refused as refused:
            yield LayoutFault.of(refused.problem, needle=url)


def _in_html(page: Page, html: Any) -> Iterator[str]:
    base = engines.folder_url(page.content_folder)
    for element in html.etree_element.iter():
        if element.tag == "img" and element.get("src") and not codes.is_code(element):
            yield urljoin(base, element.get("src"))
        for url in named_files.of_style(element.get("style", "")):
            yield urljoin(base, url)


def _in_sheets(page: Page, html: Any) -> Iterator[str]:
    for sheet in page.sheets:
        for selectors, urls in named_files.of_sheet(sheet.css):
            if selectors is None or any(_is_there(html, one) for one in selectors):
                yield from (urljoin(engines.folder_url(sheet.folder), url) for url in urls)


def _is_there(html: Any, selector: str) -> bool:
    try:
        return html.wrapper_element.query(selector) is not None
    except SyntaxError:  # the style sheet has been found fault with
        return False
