"""Breaks a text into lines with WeasyPrint's own function, in the order in which its layout calls it.

Not here: breaks that the widths of words alone tell (`words`). Source: WeasyPrint 70, `layout/inline.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from letterpress.layout import private_api
from letterpress.layout.lines.page_fonts import Unsettable
from letterpress.layout.lines.style import COLLAPSED, TextStyle
from letterpress.layout.lines.words import Word

_SHORT = 4
"""Characters an em of which `split_first_line` takes a line to have no more."""
_MAY_END = re.compile("[0-9A-Za-z] [0-9A-Za-z]")
"""Where a line may end, whatever stands around it (Unicode Standard Annex 14, LB18)."""


class Broken(NamedTuple):
    """A line of a text."""

    text: str
    """Without a space at its end."""
    drawn: str
    """With it, where WeasyPrint draws one."""
    width: float
    """px, without it."""
    resume: int | None
    """Where the next line begins, in bytes from the beginning of the text; None behind the last."""
    ends: bool
    """Whether a paragraph ends here: at the text's end, or at a line break that is kept."""
    words: tuple[Word, ...] = ()
    """What it is put together of, where it was broken by the widths of its words."""


class Context:
    """What WeasyPrint's function reads of the context of a layout."""

    def __init__(self) -> None:
        self.dictionaries: dict[Any, Any] = {}


def first_line(
    text: str, style: TextStyle, width: float | None, context: Context, *, starts_line: bool = True
) -> Broken:
    """Break the first line off a text.

    :param width: of the line, in px; None for one that ends only where the text does.
    :param starts_line: whether nothing stands before the text.
    :raises Unsettable: the line has no text, or what stands before it may be broken instead.
    """
    private = private_api.text_setting()
    layout, length, resume, used, *_ = private.split_first_line(text, style, context, width, 0, starts_line)
    if length <= 0:
        raise Unsettable("a line without text")
    drawn: str = layout.text
    shown = drawn
    between = text.encode()[length:resume].decode().strip(" ") if resume is not None else ""
    if style["white_space"] in COLLAPSED and (shown := drawn.rstrip(" ")) != drawn:
        if not shown:
            raise Unsettable("a line without text")
        used = first_line(shown, style, None, context, starts_line=starts_line).width
    if not starts_line and width is not None and used > width:
        raise Unsettable("a line that is too long may be broken before the text")
    return Broken(shown, drawn, used, resume, resume is None or bool(between and length != resume))


def looked_at(text: str, style: TextStyle, width: float, used: int) -> int | None:
    """Say how many characters of a text WeasyPrint's function has looked at to break its first line off: it takes four
    for each em of the line, and more only where no other line could end in them. None where it may have been all.

    :param width: of the line, in px.
    :param used: how many characters the line takes.
    """
    short = int(width / style["font_size"] * _SHORT)
    if width < style["font_size"] * _SHORT or short >= len(text):
        return None
    return short if _MAY_END.search(text, used + 1, short) else None


def lines(
    text: str, style: TextStyle, widths: Sequence[float], context: Context, *, starts_line: bool = True
) -> list[Broken]:
    """Break a text into its lines.

    :param widths: of the lines, in px; the last is that of all further ones.
    :param starts_line: whether nothing stands before the text; else it keeps the space that it begins with.
    :raises Unsettable: one has no text, or what stands before the text may be broken instead.
    """
    found: list[Broken] = []
    rest = text.lstrip(" ") if starts_line else text
    while rest:
        room = widths[min(len(found), len(widths) - 1)]
        broken = first_line(rest, style, room, context, starts_line=starts_line or bool(found))
        found.append(broken)
        if broken.resume is None:
            break
        rest = rest.encode()[broken.resume :].decode().lstrip(" ")
    return found
