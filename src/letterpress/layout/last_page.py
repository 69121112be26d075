"""How full a letter's last page is: whether it is worth saving, and whether it looks like an oversight.

Not here: what may be done to save it (`letterhead.fit`), and what comes to it with the closing (`keep_together`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from letterpress.layout import css_classes
from letterpress.layout.boxes import Box, Kind
from letterpress.page import LastPage, LayoutFault

_FULL = 1 / 2
"""One that holds more is no oversight, though few of its lines are of the text: many sign, or the lists are long."""
_LINES = 5
"""Lines of the text that a last page has at the least."""
_SHORTEN = "shorten the text, or let it be longer"
_DRAWN = frozenset({Kind.LINE, Kind.REPLACED, Kind.TABLE})


def held(pages: Sequence[Box]) -> LastPage | None:
    """What the last page holds; None where there is one page only."""
    if len(pages) < 2:
        return None
    before, last = pages[-2:]
    slip = next(last.outermost(css_classes.SLIP), None) is not None
    room = last.content.height
    return LastPage(filled(last) * room, room, (1 - filled(before)) * before.content.height, slip)


def is_scant(pages: Sequence[Box]) -> bool:
    """Whether there is more than one page, and the last holds less than a third of what it could."""
    found = held(pages)
    return found is not None and found.is_scant


def filled(page: Box) -> float:
    """Part of a page's height that is taken: from the top of the text to its last line, and the notes below."""
    if next(page.outermost(css_classes.SLIP), None) is not None:
        return 1.0  # the slip is what the page is for
    room = page.content
    lowest, notes = room.y, 0.0
    for root in page.children:
        if root.kind is Kind.FOOTNOTES:
            notes = root.outer.height
        elif root.kind is not Kind.MARGIN:
            bottoms = (box.rectangle.bottom for box in root.all_past(css_classes.ZONE) if box.kind in _DRAWN)
            lowest = max(lowest, *bottoms, room.y)
    return (lowest - room.y + notes) / room.height if room.height else 1.0


def remarks(pages: Sequence[Box]) -> list[LayoutFault]:
    """Warn of a last page that holds few lines of the text."""
    if len(pages) < 2:
        return []
    lines = sum(body.count_lines() for body in pages[-1].outermost(css_classes.BODY))
    if lines >= _LINES or filled(pages[-1]) > _FULL:
        return []
    held = f"{lines} line{'s' if lines != 1 else ''}" if lines else "no line"
    hint = "write 'fit: page', which may save it, or shorten the text" if is_scant(pages) else _SHORTEN
    params = (("page", len(pages)), ("lines", lines), ("least", _LINES))
    message = f"the last page ({len(pages)}) holds {held} of the text"
    return [LayoutFault(message, hint, code="last-page-short", value=lines, params=params, severity="warning")]


def after_fitting(remarks: Iterable[LayoutFault]) -> list[LayoutFault]:
    """The same, where it has been tried to save the page."""
    return [replace(remark, hint=_SHORTEN) for remark in remarks]
