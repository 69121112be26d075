"""Says which marks of an inserting machine stand on the pages of the letters that go to the printer, in their order.

Marks are of sheets, not of pages: of two pages where both sides are printed, enclosures among them. What counts sheets
and sets runs over all files of a job.

Not here: what a mark says (inserters/), and how a page gets it (batch/combined_pages.py).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from letterpress.inserters import marks
from letterpress.inserters.values import Scheme, Sheet
from letterpress.page import Rectangle

_YES = frozenset("1 y yes true x ja j oui o si sí sì s tak sim on".split())
"""What a cell says of a letter that gets what lies in a feed."""


class Set(NamedTuple):
    """A letter as a machine takes it."""

    record: str
    """Number of its record."""
    key: str
    rows: str
    """JSON: its records, as `Record.packed` gives them."""


class Inserting:
    """The marks of one job."""

    def __init__(self, scheme: Scheme, job: str, *, duplex: bool) -> None:
        """Begin with the first sheet.

        :param job: what the letters are called.
        """
        self._scheme, self._job, self._duplex = scheme, job, duplex
        self._sheets = self._sets = 0
        """So far."""

    def pages(self, letter: Set, count: int) -> list[tuple[Rectangle, ...]]:
        """Give what is printed on each page of the next letter.

        :param count: its pages, empty backs among them.
        """
        scheme, sides = self._scheme, 2 if self._duplex else 1
        sheets = -(-count // sides)
        self._sets += 1
        feeds = self._feeds(letter.rows)
        printed: list[tuple[Rectangle, ...]] = []
        for number in range(1, sheets + 1):
            taken = sheets - number if scheme.reverse else number - 1
            about = Sheet(number, sheets, self._sheets + taken, self._sets, letter.record, letter.key, self._job, feeds)
            drawn = marks.rectangles(scheme, about)
            both: Sequence[tuple[Rectangle, ...]] = ((), drawn) if scheme.back else (drawn, ())
            printed += both[:sides]
        self._sheets += sheets
        return printed[:count]

    def _feeds(self, rows: str) -> frozenset[str]:
        """The feeds that join a letter, as its row says it."""
        if not self._scheme.feeds:
            return frozenset()
        values = [row[1] for row in json.loads(rows) if isinstance(row, list) and len(row) > 1]
        return frozenset(
            feed
            for feed, column in self._scheme.feeds
            if any(str(row.get(column, "")).strip().casefold() in _YES for row in values)
        )
