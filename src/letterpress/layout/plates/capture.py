"""Watches WeasyPrint while it lays out and draws one letter: the room of each line, and where its text is drawn.

Not here: what is made of it (`plate`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from letterpress.layout import codes, private_api


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
        self.codes: dict[int, list[Run]] = {}
        """Codes that were drawn, by the identities of their elements."""

    def with_codes(self, images: Sequence[codes.CodeImage]) -> Drawn:
        """Take the codes of a letter that was drawn."""
        self.codes = {id(one.element): [Run(stream, item, 1, None) for stream, item in one.items] for one in images}
        return self

    def runs_of_codes(self, places: Sequence[tuple[Any, str]]) -> tuple[list[Run], dict[int, list[int]]]:
        """Give the codes, and for each text that says what one draws the numbers that they have behind the texts.

        :param places: those of the page's texts: element, and `text`, `tail` or an attribute.
        """
        runs: list[Run] = []
        numbers: dict[int, list[int]] = {}
        for at, (element, place) in enumerate(places):
            for run in self.codes.get(id(element), ()) if place == codes.ATTRIBUTE else ():
                numbers.setdefault(at, []).append(len(self.runs) + len(runs))
                runs.append(run)
        return runs, numbers


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
