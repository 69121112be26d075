"""Keeps a paragraph's last line from being a single word, and a short date on one line: their spaces hold.

Where lines are ragged, always; where they are justified, a word of under five letters only, since two words that come
down together tear the line above open. A date's year stays with its day and month where the line above can lose no more
than a sixth by it. Tables and columns are too narrow for either.

Not here: spaces that hold by the language's rules (`text.conventions`), and by the width of the column (`ragged`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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
_LAST = re.compile(r"(\S+)[ \n](\S+)\s*\Z")


def apply(root: Any, *, measured: bool = True) -> None:
    """Bind the last two words of a page's paragraphs, and choose where ragged lines end.

    :param measured: whether what the letterhead says of its text's column is true.
    """
    for body in css_classes.bodies(root):
        if css_classes.PARALLEL not in css_classes.of(body):
            _bind_in(body, body.get("data-align") == "justify")
            if measured:
                _choose_in(body)


def _choose_in(body: Any) -> None:
    for paragraph, column in ragged.columns(body):
        chosen = ragged.arrangement(paragraph, column)
        for at in chosen.spaces if chosen is not None else ():
            _hold(list(_texts(paragraph)), at)


def _bind_in(element: Any, justified: bool) -> None:
    for child in element:
        if child.tag in _PARAGRAPHS:
            _bind(child, justified)
        if child.tag not in ("table", "p", "pre", "svg") and css_classes.PARALLEL not in css_classes.of(child):
            _bind_in(child, justified)


def _bind(paragraph: Any, justified: bool) -> None:
    texts = list(_texts(paragraph))
    joined = "".join(text for _, _, text in texts)
    if len(joined) < _LEAST:
        return
    if _NBSP in joined:
        for date in _DATE.finditer(joined):
            if len(date[0]) <= _SIXTH:
                _hold(texts, date.start(1))
    match = _LAST.search(joined[-2 * _LEAST :])
    if match is None:
        return
    word = sum(char.isalnum() for char in match[2])
    if len(match[1]) + len(match[2]) > _LONGEST or (justified and word >= _SHORT):
        return
    _hold(texts, len(joined[: -2 * _LEAST]) + match.end(1))


def _hold(texts: list[tuple[Any, str, str]], at: int) -> None:
    """Let the space at this place of a paragraph hold."""
    for element, place, text in texts:
        if at < len(text):
            if element.tag not in _AS_IS or place == "tail":
                now = str(getattr(element, place))
                setattr(element, place, f"{now[:at]}{_NBSP}{now[at + 1 :]}")
            return
        at -= len(text)


def _texts(element: Any) -> Iterator[tuple[Any, str, str]]:
    """The texts of a paragraph in their order: element, `text` or `tail`, and what it is; notes and blocks are none."""
    if element.text:
        yield element, "text", element.text
    for child in element:
        if child.tag in _NARROW or child.tag in _PARAGRAPHS:
            return
        if css_classes.FOOTNOTE not in css_classes.of(child):
            if child.tag == "br":
                yield child, "text", "\n\n"
            yield from _texts(child)
        if child.tail:
            yield child, "tail", child.tail
