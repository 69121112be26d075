"""The lines of real letters: what WeasyPrint was asked to break and to draw while a letter was made.

Its own functions do the work; what they were given and what they gave is noted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, NamedTuple

import letterpress
from letterpress.layout import lines, loading


class Drawn(NamedTuple):
    """A text that was drawn."""

    text: str
    style: Any
    width: float
    operands: bytes
    justified: bool


class Split(NamedTuple):
    """A text of which a line was broken off."""

    text: str
    """From where the line begins."""
    style: Any
    width: float
    starts_line: bool
    line: str
    line_width: float


class Noted(NamedTuple):
    """All of a letter."""

    drawn: list[Drawn]
    splits: list[Split]
    fonts: list[Any]


@contextmanager
def noting() -> Iterator[Noted]:
    loading.weasyprint()
    drawing, inline = import_module("weasyprint.draw.text"), import_module("weasyprint.layout.inline")
    draw_first_line, split_text_box = drawing.draw_first_line, inline.split_text_box
    noted = Noted([], [], [])

    def draw(stream: Any, box: Any, *others: Any) -> Any:
        before = len(stream.stream)
        result = draw_first_line(stream, box, *others)
        written = stream.stream[before:]
        if written:
            assert written[0].endswith(b" Tm")
            justified = bool(box.pango_layout.justification_spacing)
            noted.drawn.append(Drawn(box.pango_layout.text, box.style, box.width, b"\n".join(written[1:]), justified))
            noted.fonts[:] = [stream._fonts]
        return result

    def split(context: Any, box: Any, width: Any, skip: int, is_line_start: bool = True) -> Any:
        made, *others = split_text_box(context, box, width, skip, is_line_start=is_line_start)
        if made is not None and width is not None:
            rest = box.text.encode()[skip:].decode()
            noted.splits.append(Split(rest, box.style, width, is_line_start, made.text, made.width))
        return made, *others

    drawing.draw_first_line, inline.split_text_box = draw, split
    try:
        yield noted
    finally:
        drawing.draw_first_line, inline.split_text_box = draw_first_line, split_text_box


def compared(path: str, **choices: Any) -> tuple[dict[str, int], list[str]]:
    """Make a letter, and set all its texts again.

    :returns: how many there are of each kind, and what differs.
    """
    with noting() as noted:
        result = letterpress.render(letterpress.load(path), **choices)
    assert result.pdf, result.diagnostics
    names = lines.of_document(noted.fonts[0])
    setters: dict[Any, lines.Setter] = {}
    counts = {"drawn": 0, "split": 0, "left": 0, "not covered": 0}
    wrong: list[str] = []

    def setter(style: Any) -> lines.Setter | None:
        if lines.covers(style) is not None:
            counts["not covered"] += 1
            return None
        key = lines.TextStyle(style).key
        if key not in setters:
            setters[key] = lines.Setter(style, names)
        return setters[key]

    for one in noted.drawn:
        if one.justified or (made := setter(one.style)) is None:
            continue
        line = made.piece(one.text)
        counts["drawn" if line else "left"] += 1
        if line and line.operands != one.operands:
            wrong.append(f"{one}\n  {line}")
    for split in noted.splits:
        if (made := setter(split.style)) is None:
            continue
        # Blocks of justified text are wide enough here, so that the line is as it was broken.
        got = made.lines(split.text, (split.width,), lines.Block(0, 0), starts_line=split.starts_line)
        counts["split" if got else "left"] += 1
        if got and (got[0].text, got[0].width_px) != (split.line.rstrip(" "), split.line_width):
            if split.line.rstrip(" ") != split.line and got[0].text == split.line.rstrip(" "):
                continue  # WeasyPrint takes the space, and its width, away from the line afterwards
            wrong.append(f"{split}\n  {got[0]}")
    return counts, wrong
