"""Signatories in columns: as many beside each other as the widest block lets, so that no name runs into a neighbour's.

A guess from the texts' lengths chunks the rows before the first layout; that layout's boxes tell the truth, and where
the guess was wrong the rows are chunked anew. In the page, an element with `data-columns` ("auto", or at most how many)
and `data-fill` ("rows", or "columns") holds the blocks one after the other, in the order in which they are read and
signed. Two of them stand on the page's two axes, where `data-axis` says how far apart those are and both blocks fit.

Not here: who signs, and in which order (`letterhead.context`). Lengths in mm.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from letterpress.layout import css_classes
from letterpress.layout.boxes import PT_PER_PX, PX, Box, Kind

MAX_COLUMNS = 6
"""Six on A4 leave 26 mm for a name."""
_ROOM = 600 * PX  # mm: the usual width of the text (159 mm), for the guess only
_LEAST = 189 * PX  # mm: the room for a signature (50 mm), for the guess only
_GUESSED_EM = 7.2 * PX  # mm for a letter of the usual 11 pt face, for the guess only
_LINES_OF_TITLE = 2  # a title may take two lines for the sake of one more column; a name may not
_RAG = 1.15  # what a text broken into lines takes more than its length by their number
_SPACE = 0.25  # em that a line's end swallowed
_HAIR = 1e-6  # of a column: what fits exactly must not fail by the last digit of a float


def arrange(root: Any) -> int:
    """Chunk the signatories of a page into rows, by a guess at their widths.

    :param root: the page's element tree; it is changed.
    :returns: how many rows.
    """
    rows = 0
    for block in _blocks(root):
        people = _people(block)
        if len(people) > 1:
            needs = [_guess(person) for person in people]
            _chunk(block, _columns(block, len(people), _ROOM, max(needs)), _axis(block, _ROOM, needs))
            rows += math.ceil(len(people) / int(block.get("data-set")))
    return rows


def adjust(root: Any, pages: Sequence[Box]) -> bool:
    """Chunk the rows anew where the layout shows that another number of columns is right.

    :returns: whether that was so.
    """
    changed = False
    for block in _blocks(root):
        people = _people(block)
        if len(people) < 2:
            continue
        room, needs = _measured(block, people, pages)
        if room <= 0:
            continue  # the letterhead hides it
        columns, axis = _columns(block, len(people), room, max(needs)), _axis(block, room, needs)
        if (2 if axis else columns) != int(block.get("data-set") or 0) or axis != float(block.get("data-on") or 0):
            _chunk(block, columns, axis)
            changed = True
    return changed


def _blocks(root: Any) -> Iterator[Any]:
    return (element for element in root.iter("div") if element.get("data-columns") is not None)


def _people(block: Any) -> list[Any]:
    return [element for element in block.iter("div") if css_classes.SIGNATORY in css_classes.of(element)]


def _columns(block: Any, count: int, room: float, needs: float) -> int:
    """How many columns: what the room holds of the widest block, at most what the letter says, and no empty places
    that another number of columns would not have in as many rows."""
    most = block.get("data-columns")
    columns = max(1, min(int(room / needs + _HAIR) if needs else MAX_COLUMNS, count, MAX_COLUMNS))
    if most and most.isdigit():
        columns = min(columns, max(1, int(most)))
    return math.ceil(count / math.ceil(count / columns))


def _axis(block: Any, room: float, needs: Sequence[float]) -> float:
    """How far to the right the second of two blocks begins, in mm, if both fit beside each other so; else 0."""
    axis = float(block.get("data-axis") or 0)
    fits = len(needs) == 2 and needs[0] <= axis + _HAIR and needs[1] <= room - axis + _HAIR
    return axis if fits else 0.0


def _chunk(block: Any, columns: int, axis: float = 0.0) -> None:
    people = _people(block)
    block[:] = []
    columns = 2 if axis else columns
    block.set("data-set", str(columns))
    block.set("data-on", f"{axis:g}")
    if block.get("data-fill") == "columns":
        block.set("style", f"columns: {columns}")
        block[:] = people
        return
    width = f"width: {100 / columns:.4g}%"
    for start in range(0, len(people), columns):
        row = block.makeelement("div", {"class": css_classes.SIGNATURE_ROW})
        row[:] = people[start : start + columns]
        for at, person in enumerate(row):
            rest = f"width: calc(100% - {axis:g}mm)" if at else f"width: {axis:g}mm"
            person.set("style", rest if axis else width)
        block.append(row)


def _guess(person: Any) -> float:
    lines = person.iter("p")
    lengths = [len("".join(line.itertext()).strip()) / _lines_allowed(css_classes.of(line)) for line in lines]
    return max(_LEAST, _GUESSED_EM * max(lengths, default=0))


def _lines_allowed(classes: Iterable[str]) -> float:
    return _LINES_OF_TITLE / _RAG if css_classes.SIGNATORY_TITLE in classes else 1.0


def _measured(block: Any, people: Sequence[Any], pages: Sequence[Box]) -> tuple[float, list[float]]:
    """The room for a row, and what each block of it needs, as laid out."""
    room, needs = 0.0, dict.fromkeys(people, 0.0)
    for page in pages:
        for box in page.outermost_of(block):
            room = max(room, box.content.width)
            for person in box.all():
                least = person.least_width if person.element in needs else None
                if least is not None:
                    lines = (inner for inner in person.all() if _holds_lines(inner))
                    widest = max((_needed(paragraph) for paragraph in lines), default=0.0)
                    needs[person.element] = max(needs[person.element], least, widest + person.padding)
    return room, list(needs.values())


def _holds_lines(box: Box) -> bool:
    return box.tag == "p" and box.is_element


def _needed(paragraph: Box) -> float:
    """Width that a block's paragraph needs: its whole length in one line, or of a title its share of two."""
    widths = [[box.rectangle.width for box in line.all() if box.kind is Kind.TEXT] for line in paragraph.children]
    lines = [sum(line) for line in widths if line]
    if not lines:
        return 0.0
    em = paragraph.font_size / PT_PER_PX * PX
    length = sum(lines) + _SPACE * em * (len(lines) - 1)
    return length / _lines_allowed(paragraph.classes)
