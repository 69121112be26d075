"""Marks in a letter's HTML: where a value begins and ends, where a body does, and which line markup stands on.

A mark is a noncharacter, which no letter and no value can hold, so none can be forged. They are put in when templates
run (`templating.filters`, `letterhead.context`, `content.markdown`), and taken out of the tree that the layout's parser
makes (`rawhtml.check`): a
value whose two marks come out in one text, or in one attribute's value, has become neither an element nor an attribute.

Not here: the words that stand for template tags while Markdown is parsed (`template_tags`).
"""

from __future__ import annotations

import re
from functools import lru_cache

VALUE, VALUE_END = "\ufdd4", "\ufdd5"
FRAME, FRAME_END, LINE = "\ufdda", "\ufddb", "\ufddc"
ANY = re.compile("[\ufdd0-\ufdef]")
_LINES = re.compile(f"<!--{LINE}[0-9]+-->")
_MARKED = re.compile(f"{VALUE}([^{VALUE}{VALUE_END}]*){VALUE_END}")
_ALL = re.compile(f"[{VALUE}{VALUE_END}]|<!--[{FRAME}{FRAME_END}{LINE}][0-9]*-->")


def value(escaped: str) -> str:
    """Put a value, as it stands in HTML, between its marks."""
    return f"{VALUE}{escaped}{VALUE_END}"


def framed(html: str, number: int = 0) -> str:
    """Put the author's HTML between marks, so that the parsed page shows where it begins and ends.

    :param number: which of the letter's bodies it is of.
    """
    return f"<!--{FRAME}{number}-->{html}<!--{FRAME_END}-->"


def line(number: int | None) -> str:
    """Make the mark of the author's own markup.

    :param number: before it: the line of the file that it begins on; None, behind it: that it ends.
    """
    return f"<!--{LINE}{'' if number is None else number}-->"


def moved(html: str, number: int) -> str:
    """Have all marks of lines in some HTML name one line: that on which it is put in."""
    return _LINES.sub(line(number), html)


@lru_cache(maxsize=8)
def parted(html: str) -> tuple[str, tuple[str, ...]]:
    """Part some HTML into its own text, with a mark in the place of each value, and its values."""
    pieces = _MARKED.split(html)
    return VALUE.join(pieces[::2]), tuple(pieces[1::2])


def alone(html: str) -> str | None:
    """Give the value that some HTML is, and nothing else; None if it is not one."""
    found = html[1:-1]
    if f"{VALUE}{found}{VALUE_END}" != html or VALUE in found or VALUE_END in found:
        return None
    return found


def without(html: str) -> str:
    """Take all marks out of some HTML."""
    return _ALL.sub("", html) if ANY.search(html) else html


def are_balanced(text: str) -> bool:
    """Say whether each value that begins in a text ends in it, and the other way round."""
    depth = 0
    for char in text:
        if char == VALUE:
            depth += 1
        elif char == VALUE_END:
            depth -= 1
            if depth < 0:
                return False
    return depth == 0
