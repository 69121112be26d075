"""Keeps a paragraph's last line from being a single word, and a short date on one line: their spaces hold.

Where lines are ragged, always; where they are justified, a word of under five letters only, since two words that come
down together tear the line above open. A date's year stays with its day and month where the line above can lose no more
than a sixth by it. Tables and columns are too narrow for either.

Not here: spaces that hold by the language's rules (`text.conventions`), and by the width of the column (`ragged`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from letterpress.layout import css_classes, ragged

_NBSP = "\u00a0"
_PARAGRAPHS = frozenset({"p", "li", "dd"})
_NARROW = frozenset({"table", "pre", "ol", "ul", "dl", "svg"})
_AS_IS = frozenset({"code", "kbd", "samp"})
_LEAST = 60
"""Characters of a paragraph that may take more than one line."""
_LONGEST = 24
"""Characters of two words that stay together: more would leave a hole in the line above."""
_SHORT = 5
_SIXTH = 13
"""Characters of a date that are no more than a sixth of a line, which has about 80."""
_DATE = re.compile(
    rf"(?<!\S)(?:\d{{1,2}}(?:\.|º|er|re)?(?:{_NBSP}de)?{_NBSP}[^\W\d_]+|[^\W\d_]+{_NBSP}\d{{1,2}},)"
    rf"([ \n])(?:del?{_NBSP})?\d{{4}}(?!\w)"
)
"""A date whose day and month stand together already."""
_YEAR = re.compile(rf"[ \n{_NBSP}]\d{{4}}(?!\w)")
"""Which ends it."""


def apply(root: Any, *, measured: bool = True) -> None:
    """Bind the last two words of a page's paragraphs, and choose where ragged lines end.

    :param measured: whether what the letterhead says of its text's column is true.
    """
    for paragraph, justified in paragraphs(root):
        found = list(texts(paragraph))
        for at in held([text for _, _, text in found], justified=justified):
            _hold(found, at)
    for paragraph, column in columns(root) if measured else ():
        chosen = ragged.arrangement(paragraph, column)
        for at in chosen.spaces if chosen is not None else ():
            _hold(list(texts(paragraph)), at)


def columns(root: Any) -> Iterator[tuple[Any, ragged.Column]]:
    """Find the paragraphs of a page whose lines' ends are chosen, with their columns."""
    for body in css_classes.bodies(root):
        if css_classes.PARALLEL not in css_classes.of(body):
            yield from ragged.columns(body)


def paragraphs(root: Any) -> Iterator[tuple[Any, bool]]:
    """Find the paragraphs of a page whose ends are looked at, and whether their lines are justified."""
    for body in css_classes.bodies(root):
        if css_classes.PARALLEL not in css_classes.of(body):
            yield from _paragraphs(body, body.get("data-align") == "justify")


def _paragraphs(element: Any, justified: bool) -> Iterator[tuple[Any, bool]]:
    for child in element:
        if child.tag in _PARAGRAPHS:
            yield child, justified
        if child.tag not in ("table", "p", "pre", "svg") and css_classes.PARALLEL not in css_classes.of(child):
            yield from _paragraphs(child, justified)


def held(parts: Sequence[str], *, justified: bool) -> list[int]:
    """Find the spaces of a paragraph that hold, by their places in its text.

    :param parts: its text, as its elements part it.
    """
    joined = "".join(parts)
    if len(joined) < _LEAST:
        return []
    places = []
    if _may_have_dates(joined):
        places += [date.start(1) for date in _DATE.finditer(joined) if len(date[0]) <= _SIXTH]
    before, behind = _last_words(joined[-2 * _LEAST :].rstrip())
    if before and len(before) + len(behind) <= _LONGEST:
        word = sum(char.isalnum() for char in behind)
        if not (justified and word >= _SHORT):
            places.append(len(joined.rstrip()) - len(behind) - 1)
    return places


def _may_have_dates(text: str) -> bool:
    """Whether a year stands near a space that holds."""
    at = text.find(_NBSP)
    while at >= 0:
        if _YEAR.search(text, at, at + 2 * _SIXTH):
            return True
        at = text.find(_NBSP, at + 1)
    return False


def _last_words(text: str) -> tuple[str, str]:
    """The last two words of a text without spaces at its end; empty where they are not parted by one that may hold."""
    at = max(text.rfind(" "), text.rfind("\n"))
    before, behind = text[: max(at, 0)], text[at + 1 :]
    if not before or before[-1].isspace() or behind.split() != [behind]:
        return "", ""
    return before.split()[-1], behind


def may_hold(element: Any, place: str) -> bool:
    """Say whether a space may hold in this text of an element: code prints as it is typed."""
    return place == "tail" or element.tag not in _AS_IS


def with_held(text: str, at: int) -> str:
    """Give a text whose space at this place holds."""
    return f"{text[:at]}{_NBSP}{text[at + 1 :]}"


def _hold(parts: list[tuple[Any, str, str]], at: int) -> None:
    """Let the space at this place of a paragraph hold."""
    for element, place, text in parts:
        if at < len(text):
            if may_hold(element, place):
                setattr(element, place, with_held(str(getattr(element, place)), at))
            return
        at -= len(text)


def texts(paragraph: Any) -> Iterator[tuple[Any, str, str]]:
    """The texts of a paragraph in their order: element, `text` or `tail`, and what it is; notes and blocks are none."""
    if paragraph.text:
        yield paragraph, "text", paragraph.text
    for child in paragraph:
        if child.tag in _NARROW or child.tag in _PARAGRAPHS:
            return
        if css_classes.FOOTNOTE not in css_classes.of(child):
            if child.tag == "br":
                yield child, "text", "\n\n"
            yield from texts(child)
        if child.tail:
            yield child, "tail", child.tail
