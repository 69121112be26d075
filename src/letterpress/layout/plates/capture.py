"""Watches WeasyPrint while it lays out and draws one letter: the room of each line, and where its text is drawn.

Not here: what is made of it (`plate`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from letterpress.layout import private_api


class Run(NamedTuple):
    """A text that is drawn."""

    stream: Any
    matrix: Any
    """The operator that says where it stands: the very object in the stream."""
    operators: int
    """How many, this one among them."""
    box: Any
    """WeasyPrint's text box."""


class Drawn:
    """What was drawn of a letter."""

    def __init__(self) -> None:
        self.runs: list[Run] = []


@contextlib.contextmanager
def capture() -> Iterator[Drawn]:
    """Watch what is laid out and drawn meanwhile. The caller holds the lock of the layout."""
    drawn = Drawn()
    inline, text = private_api.line_modules()
    split, draw = inline.split_text_box, text.draw_first_line

    def split_text_box(context: Any, box: Any, available_width: Any, *others: Any, **named: Any) -> Any:
        made = split(context, box, available_width, *others, **named)
        if made[0] is not None and available_width is not None:
            made[0].room = available_width
        return made

    def draw_first_line(stream: Any, box: Any, *others: Any) -> Any:
        begin = len(stream.stream)
        made = draw(stream, box, *others)
        if len(stream.stream) > begin:
            drawn.runs.append(Run(stream, stream.stream[begin], len(stream.stream) - begin, box))
        return made

    inline.split_text_box, text.draw_first_line = split_text_box, draw_first_line
    try:
        yield drawn
    finally:
        inline.split_text_box, text.draw_first_line = split, draw
