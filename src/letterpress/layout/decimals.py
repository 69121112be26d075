"""Aligns the figures of a right-aligned column on their decimal marks, where some have more decimals than others.

A cell keeps what is typed in it; it ends earlier by the width of the decimals that it lacks. Which mark is the decimal
one the column itself says: a point or comma that stands once in a cell, behind every other, with other than three
figures behind it in some cell. A column whose cells do not agree on one, or end in different units, stays as it is.

Not here: that figures are as wide as each other (the letterhead's style sheet), columns that do not break (`tables`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

_NUMBER = re.compile(
    r"\D*?(?P<number>\d(?:[\d.,'\u2019 \u00a0\u2009\u202f]*\d)?)(?P<unit>[^\d]*)"  # 1.250,50 €
)
_GROUP = 3
"""Figures between two marks that part a long number."""
_MARK_WIDTH = 0.3
"""em that a point or comma takes in the shipped faces."""
_RIGHT = re.compile(r"text-align:\s*(?:right|end)")


class _Figure(NamedTuple):
    cell: Any
    number: str
    unit: str

    def decimals(self, mark: str) -> int:
        """Count the figures behind the decimal mark."""
        return len(self.number.rpartition(mark)[2]) if mark in self.number else 0


def align(table: Any) -> None:
    """Let the cells of a table's columns end where their decimal marks stand below each other."""
    rows = [[cell for cell in row if cell.tag == "td"] for body in table.iter("tbody") for row in body]
    if any(cell.get("colspan", "1") != "1" or cell.get("rowspan", "1") != "1" for row in rows for cell in row):
        return
    for place in range(max(map(len, rows), default=0)):
        figures = list(_figures(row[place] for row in rows if place < len(row)))
        mark = _mark(figures)
        if mark is None:
            continue
        most = max(figure.decimals(mark) for figure in figures)
        for figure in figures:
            lacking = most - figure.decimals(mark)
            if lacking:
                _end_earlier(figure.cell, lacking, whole=mark not in figure.number)


def _figures(cells: Iterator[Any]) -> Iterator[_Figure]:
    for cell in cells:
        if _RIGHT.search(cell.get("style") or "") or cell.get("align") == "right":
            found = _NUMBER.fullmatch("".join(cell.itertext()).strip())
            if found:
                yield _Figure(cell, found["number"], found["unit"].strip())


def _mark(figures: Sequence[_Figure]) -> str | None:
    """Give the decimal mark of a column; None where it has none, or none that is sure."""
    if len({figure.unit for figure in figures}) != 1:
        return None
    sure = [mark for mark in ".," if any(_is_decimal(figure, mark) for figure in figures)]
    if len(sure) != 1:
        return None
    mark = sure[0]
    with_mark = [figure.number for figure in figures if mark in figure.number]
    good = all(number.count(mark) == 1 and number.rpartition(mark)[2].isdigit() for number in with_mark)
    return mark if good else None


def _is_decimal(figure: _Figure, mark: str) -> bool:
    tail = figure.number.rpartition(mark)[2]
    return figure.number.count(mark) == 1 and tail.isdigit() and len(tail) != _GROUP


def _end_earlier(cell: Any, figures: int, *, whole: bool) -> None:
    style = (cell.get("style") or "").rstrip("; ")
    width = f"calc({figures}ch + {_MARK_WIDTH}em)" if whole else f"{figures}ch"
    cell.set("style", f"{style}; padding-right: {width}".lstrip("; "))
