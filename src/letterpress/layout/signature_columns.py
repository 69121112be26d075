"""Signatories in columns.

Job: puts the blocks of those who sign into rows, as many beside each other as the widest block lets, so that nobody's
name runs into a neighbour's. Secret: how wide a block is. A guess from the texts' lengths chunks the rows before the
first layout; that layout's boxes tell the truth, and where the guess was wrong the rows are chunked anew.

In the page, `.signatures` holds the `.signatory` blocks one after the other, in the order in which they are read and
signed, with `data-columns` ("auto", or at most how many) and `data-fill` ("rows", or "columns").
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from letterpress.layout.overflow import is_box, walk

MAX_COLUMNS = 6
"""Six on A4 leave 26 mm for a name."""
_ROOM = 600  # px: the usual width of the text (159 mm), for the guess only
_GUESSED_EM = 7.2  # px for a letter of the usual 11 pt face, for the guess only
_LINES_OF_TITLE = 2  # a title may take two lines for the sake of one more column; a name may not
_RAG = 1.15  # what a text broken into lines takes more than its length by their number
_SPACE = 0.25  # em that a line's end swallowed


def arrange(root: Any) -> int:
    """Chunk the signatories of a page (an element tree) into rows, by a guess at their widths; how many rows."""
    rows = 0
    for block in _blocks(root):
        people = _people(block)
        if len(people) > 1:
            needs = max(_guess(one) for one in people)
            _chunk(block, _columns(block, len(people), _ROOM, needs))
            rows += math.ceil(len(people) / int(block.get("data-set")))
    return rows


def adjust(root: Any, pages: Sequence[Any]) -> bool:
    """Chunk the rows anew where the layout shows that another number of columns is right; whether that was so."""
    changed = False
    for block in _blocks(root):
        people = _people(block)
        if len(people) < 2:
            continue
        room, needs = _measured(block, set(people), pages)
        if room <= 0:
            continue  # the letterhead hides it
        columns = _columns(block, len(people), room, needs)
        if columns != int(block.get("data-set") or 0):
            _chunk(block, columns)
            changed = True
    return changed


def _blocks(root: Any) -> Iterator[Any]:
    return (one for one in root.iter("div") if one.get("data-columns") is not None)


def _people(block: Any) -> list[Any]:
    return [one for one in block.iter("div") if "signatory" in (one.get("class") or "").split()]


def _columns(block: Any, count: int, room: float, needs: float) -> int:
    """How many columns: what the room holds of the widest block, at most what the letter says, and no empty places
    that another number of columns would not have in as many rows."""
    most = block.get("data-columns")
    columns = max(1, min(int(room / needs) if needs else MAX_COLUMNS, count, MAX_COLUMNS))
    if most and most.isdigit():
        columns = min(columns, max(1, int(most)))
    return math.ceil(count / math.ceil(count / columns))


def _chunk(block: Any, columns: int) -> None:
    people = _people(block)
    block[:] = []
    block.set("data-set", str(columns))
    if block.get("data-fill") == "columns":
        block.set("style", f"columns: {columns}")
        block[:] = people
        return
    width = f"width: {100 / columns:.4g}%"
    for start in range(0, len(people), columns):
        row = block.makeelement("div", {"class": "signature-row"})
        row[:] = people[start : start + columns]
        for one in row:
            one.set("style", width)
        block.append(row)


def _guess(person: Any) -> float:
    lengths = [len("".join(line.itertext()).strip()) / _lines_allowed(_classes(line)) for line in person.iter("p")]
    return max(189, _GUESSED_EM * max(lengths, default=0))  # 189 px: 50 mm, a signature's room


def _lines_allowed(classes: Iterable[str]) -> float:
    return _LINES_OF_TITLE / _RAG if "signatory-title" in classes else 1.0


def _measured(block: Any, people: set[Any], pages: Sequence[Any]) -> tuple[float, float]:
    """The room for a row, and what the widest block of it needs, in CSS px, as laid out."""
    room = needs = 0.0
    for page in pages:
        for box in _find(page._page_box, block):
            room = max(room, box.width)
            for one in walk(box):
                if one.element in people and isinstance(one.min_width, int | float):
                    edges = one.padding_left + one.padding_right
                    widest = max((_needed(line) for line in walk(one) if _is_line_of_text(line)), default=0.0)
                    needs = max(needs, one.min_width + edges, widest + edges)
    return room, needs


def _is_line_of_text(box: Any) -> bool:
    return (
        box.element is not None and box.element_tag == "p" and hasattr(box, "children") and not is_box(box, "LineBox")
    )


def _needed(paragraph: Any) -> float:
    """Width that a block's paragraph needs: its whole length in one line, or of a title its share of two."""
    widths = [[box.width for box in walk(line) if is_box(box, "TextBox")] for line in paragraph.children]
    lines = [sum(line) for line in widths if line]
    if not lines:
        return 0.0
    length = sum(lines) + _SPACE * float(paragraph.style["font_size"]) * (len(lines) - 1)
    return float(length / _lines_allowed(_classes(paragraph.element)))


def _find(box: Any, element: Any) -> Iterator[Any]:
    """The outermost boxes of an element in a page."""
    box = getattr(box, "_box", box)  # an absolutely placed box stands behind its placeholder
    if box.element is element:
        yield box
        return
    for child in getattr(box, "children", ()):
        yield from _find(child, element)


def _classes(element: Any) -> list[str]:
    return (element.get("class") or "").split()
