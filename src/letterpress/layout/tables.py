"""Finds the cells of a letter's tables that must not break, their total rows and the heads of their rows, and sets a
table that is too wide smaller: by half points, down to 9 pt, and with half the space between columns where that is not
enough.

Not here: how tables look (the letterhead's style sheet), the fault of one that is too wide all the same (`overflow`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Any

from letterpress.layout import css_classes, decimals, overflow
from letterpress.layout.boxes import Box

SMALLEST = 9.0
"""pt that a table may be set in where it is too wide."""
_STEP = 0.5
_LEADING = 1.3
_SHORT = 20
"""Characters of a cell that a figure stands in, such as "120 pallets" or "3 November 2026"."""
_LONGEST = 42
"""Characters of the longest number that is written in groups, an IBAN; and of a right-aligned cell."""
_HEAD = 16
"""Characters of a head over right-aligned cells, as it does not break."""
_BRIEF = 12
"""Characters of a cell that is worth no room of a text's, such as "A 1" or "2 pieces"."""
_FULL = 70
"""Characters of a row, each column at its widest, from which on a text breaks, and brief cells give it their room."""
_GAP = 3
"""Characters that the space between two columns takes."""
_HALF = 20
"""Characters of a line of a head that has two, over a column of brief cells."""
_FIGURE = re.compile(r"\d")
_RIGHT = re.compile(r"text-align:\s*(?:right|end)")
_LETTERS = re.compile(r"[^\W\d_]{4,}")
"""A word, and not a part of a number, a unit or a code."""


def apply(root: Any) -> None:
    """Mark short cells and total rows by their classes."""
    for table in _tables(root):
        _say_rows_heads(table)
        for cell in table.iter():
            if cell.tag in ("td", "th") and _is_short(cell):
                css_classes.add(cell, css_classes.SHORT_CELL)
        _narrow(table)
        decimals.align(table)
        rows = [row for body in table.iter("tbody") for row in body if row.tag == "tr"]
        if len(rows) > 1 and _is_total(rows[-1]):
            css_classes.add(rows[-1], css_classes.TOTAL_ROW)


def _narrow(table: Any) -> None:
    """Mark the columns whose cells are brief as no wider than they are, where the table has a text that breaks."""
    rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
    spans = any(cell.get(name, "1") != "1" for row in rows for cell in row for name in ("colspan", "rowspan"))
    if len(rows) < 2 or len({len(row) for row in rows}) > 1 or spans or table.find("colgroup") is not None:
        return
    columns = [
        [(cell, " ".join("".join(cell.itertext()).split())) for cell in column] for column in zip(*rows, strict=True)
    ]
    if sum(max(len(text) for _, text in column) + _GAP for column in columns) - _GAP < _FULL or len(columns) < 3:
        return
    for (head, title), *cells in columns:
        texts = [text for _, text in cells if text]
        brief = texts and all(len(text) <= _BRIEF or _is_short(cell) for cell, text in cells)
        if not brief or _RIGHT.search(head.get("style") or "") or not _in_lines(head, title):
            continue
        for cell in (head, *(cell for cell, _ in cells)):
            css_classes.add(cell, css_classes.NARROW_CELL)


def _in_lines(head: Any, title: str) -> bool:
    """Let a head stand on one line, or on two of much the same length that do not break; whether it can."""
    if len(title) <= _HEAD:
        return True
    words = title.split(" ")
    if len(head) or len(words) < 2:
        return False
    halves = min(
        ((" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))),
        key=lambda pair: max(map(len, pair)),
    )
    if max(map(len, halves)) > _HALF:
        return False
    head.text = None
    for half in halves:
        line = head.makeelement("span", {"class": css_classes.HEAD_LINE})
        line.text, line.tail = half, " "
        head.append(line)
    line.tail = None
    return True


def _say_rows_heads(table: Any) -> None:
    """Say of heads before a row's cells that they are the row's: HTML knows it so, and a PDF has to be told."""
    heads = set(table.iterfind(".//thead//tr"))
    for row in table.iter("tr"):
        if row not in heads and row.find("td") is not None:
            for cell in takewhile(lambda cell: cell.tag == "th", row):
                cell.attrib.setdefault("scope", "row")


def _tables(root: Any) -> Iterator[Any]:
    if next(root.iter("table"), None) is not None:
        for body in css_classes.bodies(root):
            yield from body.iter("table")


def _is_short(cell: Any) -> bool:
    text = " ".join("".join(cell.itertext()).split())
    right = bool(_RIGHT.search(cell.get("style") or "")) or cell.get("align") == "right"
    if cell.tag == "th":
        return right and len(text) <= _HEAD
    if len(text) > _LONGEST or not text:
        return False
    figures = bool(_FIGURE.search(text))
    return right or (figures and (len(text) <= _SHORT or not _LETTERS.search(text)))


def _is_total(row: Any) -> bool:
    """Whether the first of a row's cells that hold anything, and the last of them, are bold throughout."""
    cells = [cell for cell in row if "".join(cell.itertext()).strip()]
    return bool(cells) and _is_bold(cells[0]) and _is_bold(cells[-1])


def _is_bold(cell: Any) -> bool:
    strong = "".join(text for inner in cell.iter() if inner.tag in ("strong", "b") for text in inner.itertext())
    return "".join(strong.split()) == "".join("".join(cell.itertext()).split())


def shrink(root: Any, pages: Sequence[Box]) -> bool:
    """Set the tables that stand out of the text, or whose words stand out of their cells, smaller.

    :returns: whether there are any that can be; the page is to be laid out anew then.
    """
    known = set(_tables(root))
    if not known:
        return False
    sizes: dict[Any, float] = {}
    close: set[Any] = set()
    for page in pages:
        for box, column, table in overflow.standing_out(page):
            if table is None or table.element not in known:
                continue
            if table.font_size <= SMALLEST:
                if css_classes.CLOSE_TABLE not in table.classes:
                    close.add(table.element)
                continue
            # Never a larger step than what stands out asks for: spaces between columns stay, so it may take another.
            wanted = table.font_size * column.content.width / box.rectangle.width
            size = max(SMALLEST, _half_points(min(wanted, table.font_size - _STEP)))
            sizes[table.element] = min(size, sizes.get(table.element, size))
    for element, size in sizes.items():
        style = (element.get("style") or "").rstrip("; ")
        font = f"font-size: {size:g}pt; line-height: {size * _LEADING:g}pt"
        element.set("style", f"{style}; {font}" if style else font)
    for element in close:
        css_classes.add(element, css_classes.CLOSE_TABLE)
    return bool(sizes or close)


def _half_points(size: float) -> float:
    """The next half point from a size on."""
    return math.ceil(round(size / _STEP, 3)) * _STEP
