"""Reads cross-reference sections: tables with their trailers, and cross-reference streams.

Not here: whether what they list is there (`revisions`).

Source: ISO 32000-1, 7.5.4 (tables), 7.5.5 (trailers), 7.5.8 (streams and hybrids).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from letterpress.signing.strict.bodies import Body, BodyReader
from letterpress.signing.strict.streams import unpack
from letterpress.signing.strict.tokens import EOL, HEAD, WS, Malformed, Value

_XREF = re.compile(rb"xref%b" % EOL)
_LOOSE_XREF = re.compile(rb"xref%b*+" % WS)
_RANGE = re.compile(rb"(\d{1,10}) (\d{1,10}) ?%b" % EOL)
_ENTRY = re.compile(rb"(\d{10}) (\d{5}) ([nf])(?: \r| \n|\r\n)")
_LOOSE_ENTRY = re.compile(rb"%b*+(\d{1,20})%b++(\d{1,9})%b++([nf])%b*+" % (WS, WS, WS, WS))
HIGHEST = 1_000_000
"""The highest number of an object; Ghostscript repairs a file with one of four million."""

_STREAM = "a cross-reference stream"


class Entry(NamedTuple):
    """What a section says of one object."""

    kind: int
    """0: free; 1: at a byte of the file; 2: in an object stream."""
    place: int
    """The byte, or the number of the object stream."""
    third: int
    """The generation, or the index in the object stream."""


FREE = Entry(0, 0, 0)


@dataclass(slots=True, eq=False)
class Section:
    """A cross-reference section."""

    at: int
    """Where startxref or /Prev ought to lead."""
    trailer: dict[bytes, Value]
    entries: dict[int, Entry] = field(default_factory=dict)
    body: Body | None = None
    """The object that it is, if it is a cross-reference stream."""


def table(reader: BodyReader, at: int) -> tuple[Section, int]:
    """Read the cross-reference table at `at`; oddities are noted in `reader`.

    :returns: the section, and the place behind its trailer.
    :raises Malformed: it is none.
    """
    section = Section(at, {})
    if not _XREF.match(reader.pdf, at):
        reader.note(at, "`xref` without its line end")
    head = _LOOSE_XREF.match(reader.pdf, at)
    if head is None:
        raise Malformed(at, "no cross-reference table where one has to be")
    place = head.end()
    while (span := _RANGE.match(reader.pdf, place)) is not None:
        place = _range(reader, section, int(span[1]), int(span[2]), span.end())
    place = reader.skip(place)
    if not reader.pdf.startswith(b"trailer", place):
        raise Malformed(place, "no trailer behind a cross-reference table")
    trailer, end = reader.value(place + 7)
    if not isinstance(trailer, dict):
        raise Malformed(place, "a trailer that is no dictionary")
    section.trailer = trailer
    return section, end


def _range(reader: BodyReader, section: Section, first: int, count: int, at: int) -> int:
    """Read the entries of one range of a table; return the place behind them."""
    if count * 9 > len(reader.pdf) - at:
        raise Malformed(at, "a cross-reference table longer than the file")
    if first > HIGHEST:
        reader.note(at, f"a range of a cross-reference table that begins above {HIGHEST}")
    reader.work.keep(count)
    reader.work.spend(count)
    for number in range(first, first + count):
        entry = _ENTRY.match(reader.pdf, at)
        if entry is None:
            reader.note(at, "an entry of a cross-reference table that has not its 20 bytes", number=number)
            entry = _LOOSE_ENTRY.match(reader.pdf, at)
            if entry is None:
                raise Malformed(at, "no entry of a cross-reference table where one has to be", number)
        at = entry.end()
        _add(reader, section, number, Entry(int(entry[3] == b"n"), int(entry[1]), int(entry[2])), at)
    return at


def _add(reader: BodyReader, section: Section, number: int, entry: Entry, at: int) -> None:
    if number in section.entries:
        reader.note(at, "an object twice in one cross-reference section", number=number)
    section.entries[number] = entry


def stream(reader: BodyReader, body: Body) -> Section:
    """Read the cross-reference stream that `body` is; oddities are noted in `reader`.

    :raises Malformed: it says nothing.
    """
    trailer = body.value if isinstance(body.value, dict) else {}
    section = Section(body.at, trailer, body=body)
    widths, index = _shape(reader, body)
    data = unpack(reader, body, _STREAM)
    step, count = sum(widths), sum(index[1::2])
    if len(data) != step * count:
        reader.note(body.at, f"{_STREAM} that has not as many bytes as /Index and /W say", number=body.number)
        if step * count > 2 * len(data):
            raise Malformed(body.at, f"{_STREAM} without its entries", body.number)
    reader.work.keep(count)
    reader.work.spend(count)
    at = 0
    for first, length in zip(index[::2], index[1::2], strict=True):
        for number in range(first, first + length):
            if at + step > len(data):
                return section
            entry = _fields(data, at, widths)
            if entry.kind > 2:
                reader.note(body.at, "an entry of an unknown type", number=number)
            _add(reader, section, number, entry, body.at)
            at += step
    return section


def _shape(reader: BodyReader, body: Body) -> tuple[list[int], list[int]]:
    """Read /W and /Index of a cross-reference stream."""
    size = body.entry(b"/Size")
    widths = _integers(body.entry(b"/W"))
    if type(size) is not int or size < 0 or len(widths) != 3 or max(widths) > 8 or not widths[1]:
        raise Malformed(body.at, f"{_STREAM} without /W or /Size", body.number)
    index = [0, size] if body.entry(b"/Index") is None else _integers(body.entry(b"/Index"))
    if not index or len(index) % 2:
        raise Malformed(body.at, f"{_STREAM} with an unusual /Index", body.number)
    if widths[0] > 1:  # which makes Ghostscript repair the file
        reader.note(body.at, f"{_STREAM} whose types have more than one byte", number=body.number)
    if any(first > HIGHEST for first in index[::2]):
        reader.note(body.at, f"{_STREAM} with a range that begins above {HIGHEST}", number=body.number)
    if body.length is not None:
        reader.note(body.at, f"{_STREAM} whose /Length stands elsewhere", number=body.number)
    return widths, index


def _integers(value: Value) -> list[int]:
    """Return an array of integers from 0 on; empty if it is anything else."""
    if not isinstance(value, list):
        return []
    numbers = [item for item in value if type(item) is int and item >= 0]
    return numbers if len(numbers) == len(value) else []


def _fields(data: bytes, at: int, widths: list[int]) -> Entry:
    a, b = at + widths[0], at + widths[0] + widths[1]
    kind = int.from_bytes(data[at:a], "big") if widths[0] else 1
    return Entry(kind, int.from_bytes(data[a:b], "big"), int.from_bytes(data[b : b + widths[2]], "big"))


def section_at(reader: BodyReader, at: Value) -> Section:
    """Read the section to which an offset leads.

    :raises Malformed: there is none.
    """
    if type(at) is not int or not 0 <= at < len(reader.pdf):
        raise Malformed(0, f"a cross-reference section is said to be at {at!r}, where the file has none"[:200])
    place = at + len(reader.pdf[at : at + 2]) - len(reader.pdf[at : at + 2].lstrip(b"\r\n"))
    if reader.pdf.startswith(b"xref", place):
        return table(reader, place)[0]
    if HEAD.match(reader.pdf, place) is None:
        raise Malformed(at, "no cross-reference section where one has to be")
    body = reader.body(place)
    if not body.is_stream(b"/XRef"):
        raise Malformed(at, "no cross-reference section where one has to be")
    return stream(reader, body)


def near(pdf: bytes, offset: object, at: int) -> bool:
    """Tell whether an offset leads to `at`: exactly, or to a line end before it.

    Old PDFBox writes offsets of the line end before an object, and every reader takes them.
    """
    return type(offset) is int and 0 <= at - offset <= 2 and not pdf[offset:at].strip(b"\r\n")
