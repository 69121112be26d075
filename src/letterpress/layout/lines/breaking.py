"""Breaks a text into lines with WeasyPrint's own function, in the order in which its layout calls it.

Not here: breaks that the widths of words alone tell (`words`). Source: WeasyPrint 70, `layout/inline.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from letterpress.layout import private_api
from letterpress.layout.lines.page_fonts import Unsettable
from letterpress.layout.lines.style import COLLAPSED, TextStyle
from letterpress.layout.lines.words import Word


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


def first_line(text: str, style: TextStyle, width: float | None, context: Context) -> Broken:
    """Break the first line off a text that begins with no space.

    :param width: of the line, in px; None for one that ends only where the text does.
    :raises Unsettable: the line has no text.
    """
    layout, length, resume, used, *_ = private_api.text_setting().split_first_line(text, style, context, width, 0)
    if length <= 0:
        raise Unsettable("a line without text")
    drawn: str = layout.text
    shown = drawn
    between = text.encode()[length:resume].decode().strip(" ") if resume is not None else ""
    if style["white_space"] in COLLAPSED and (shown := drawn.rstrip(" ")) != drawn:
        if not shown:
            raise Unsettable("a line without text")
        used = first_line(shown, style, None, context).width
    return Broken(shown, drawn, used, resume, resume is None or bool(between and length != resume))


def lines(text: str, style: TextStyle, widths: Sequence[float], context: Context) -> list[Broken]:
    """Break a text into its lines.

    :param widths: of the lines, in px; the last is that of all further ones.
    :raises Unsettable: one has no text.
    """
    found: list[Broken] = []
    rest = text
    while rest := rest.lstrip(" "):
        broken = first_line(rest, style, widths[min(len(found), len(widths) - 1)], context)
        found.append(broken)
        if broken.resume is None:
            break
        rest = rest.encode()[broken.resume :].decode()
    return found
