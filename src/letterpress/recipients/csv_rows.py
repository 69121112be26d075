"""Reads the rows of a CSV file of which it is known how it is written.

The standard library's reader is held to be strict: a quote that is never closed would swallow the records behind it, so
it is a fault of the file and no letter is made. Not here: how a file is written (csv.py).
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from letterpress.errors import UnreadableInput
from letterpress.processes import stages
from letterpress.recipients.records import Row

MAX_CELL = 1_000_000
"""Characters of one value. More is a quote that was never closed."""
_BLOCK = 256
"""Rows that are read at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a file is written."""

    encoding: str
    delimiter: str
    quote: str = '"'
    escape: str | None = None
    """A backslash, where quotes within a value are written `\\"` instead of doubled."""
    has_sep: bool = False
    """Whether its first line is `sep=`, which is for Excel and no header."""


def rows(path: Path, shown: str, layout: Layout) -> Iterator[Row]:
    """Read every row, the header too; an empty line is an empty row.

    :raises UnreadableInput: a quote is opened and never closed, or stands where none can.
    """
    with path.open(encoding=layout.encoding, newline="") as file:
        if layout.has_sep:
            file.readline()
        read = _Reading(file, layout)
        while block := read.block():
            yield from block
        if read.error is not None:
            raise _broken(shown, read, layout) from read.error


def count(path: Path, shown: str, layout: Layout) -> int:
    """Count the rows that are not empty, and find out that all can be read; in a tenth of the time of `rows`.

    :raises UnreadableInput: as `rows` does.
    """
    try:
        with path.open(encoding=layout.encoding, newline="") as file:
            if layout.has_sep:
                file.readline()
            return sum(stages.beating(_counted(reader(file, layout, strict=True))))
    except csv.Error:
        return sum(any(row.cells) for row in rows(path, shown, layout))  # which says where it stops


def _counted(reader: Any) -> Iterator[int]:
    """Count the rows of a reader block by block."""
    ended = False
    while not ended:
        before = csv.field_size_limit(MAX_CELL)
        try:
            block = list(itertools.islice(reader, _BLOCK))
        finally:
            csv.field_size_limit(before)
        ended = not block
        yield sum(map(any, block))


class _Reading:
    """The rows of an open file, and how far they are read."""

    def __init__(self, file: Iterator[str], layout: Layout) -> None:
        self._file = file
        self._layout = layout
        self._reader = reader(self._lines(), layout, strict=True)
        self._last = ""
        """The line that was read last."""
        self.record = -1
        """Of the last row; the header, which is the first row that is not empty, is 0."""
        self.row = self.line = 0
        """Of the last row, counted from 1; the line that it ends in."""
        self.error: csv.Error | None = None

    def _lines(self) -> Iterator[str]:
        for text in self._file:
            self._last = text
            yield text

    def block(self) -> list[Row]:
        """Read the next rows; none at the end, or where `error` says why it goes no further."""
        rows: list[Row] = []
        if self.error is not None:
            return rows
        # The longest cell is a setting of the whole process, which a host may use itself: it is ours only in here.
        before = csv.field_size_limit(MAX_CELL)
        try:
            for cells in itertools.islice(self._reader, _BLOCK):
                rows.append(self._row(cells))
        except csv.Error as error:
            self.error = error
        finally:
            csv.field_size_limit(before)
        return rows

    def _row(self, cells: list[str]) -> Row:
        self.record += bool(cells) or self.record >= 0
        self.row += 1
        start, self.line = self.line + 1, self._reader.line_num
        quote, escape = self._layout.quote, self._layout.escape
        unquoted = start == self.line and quote not in self._last and (escape is None or escape not in self._last)
        unquoted = unquoted and f"{self._layout.delimiter} " not in self._last
        return Row(cells, start + self._layout.has_sep, unquoted)


def _broken(shown: str, read: _Reading, layout: Layout) -> UnreadableInput:
    """Say what the reader stumbled over, at the line where the record begins: the quote is in there."""
    record = str(read.record + 1) if read.record >= 0 else None
    line = read.line + 1 + layout.has_sep
    place: dict[str, Any] = {"file": shown, "line": line, "row": read.row + 1, "record": record}
    message = str(read.error)
    if "unexpected end" in message or "field limit" in message:
        hint = "close it, or double it"
        return UnreadableInput("a quote is opened here and never closed", **place, hint=hint, code="quote-unclosed")
    hint = 'within a value in quotes, write a quote twice: "the ""old"" mill"'
    return UnreadableInput("the quotes of this record do not match", **place, hint=hint, code="quote-unmatched")


def reader(lines: Iterator[str], layout: Layout, *, strict: bool) -> Any:
    """Make the standard library's reader of lines that are written so."""
    return csv.reader(
        lines,
        delimiter=layout.delimiter,
        quotechar=layout.quote,
        skipinitialspace=layout.delimiter != " ",  # "Lind", "Quay side": the quote behind the blank is one
        escapechar=layout.escape,
        doublequote=layout.escape is None,
        strict=strict,
    )
