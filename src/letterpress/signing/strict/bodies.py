"""Reads indirect objects: `N G obj`, a value, perhaps a stream, `endobj`.

Not here: what is in a stream (`streams`).
Source: ISO 32000-1, 7.3.8 and 7.3.10.
"""

from __future__ import annotations

import bisect
import functools
import re
from dataclasses import dataclass

from letterpress.signing.strict.tokens import EOL, HEAD, STRUCTURE, WS, Malformed, Ref, Scanner, Value

_STREAM_EOL = re.compile(rb"\r\n|\n|\r|")
_END = re.compile(rb"%b?endstream" % EOL)
_LAST_RESORT = re.compile(rb"endstream%b*+endobj" % WS)
_PLAIN_INTEGER = re.compile(
    rb"(?<!\d)(\d{1,10})%b++(\d{1,5})%b++obj%b*+(\d{1,10})%b*+endobj" % (WS, WS, WS, WS),
)
_MOST_LENGTHS = 8
"""Different values of one indirect /Length that are tried; a file updated by an honest program has one or two."""


@dataclass(slots=True, eq=False)
class Body:
    """One indirect object as it stands in the file."""

    number: int
    generation: int
    at: int
    end: int
    """The place behind `endobj`."""
    value: Value
    data: tuple[int, int] | None = None
    """Where its stream begins and ends; None if it has none."""
    length: Ref | None = None
    """Where its /Length stands, if that is a reference."""

    def entry(self, key: bytes) -> Value:
        """Return an entry of its dictionary; None if it is no dictionary or has no such entry."""
        return self.value.get(key) if isinstance(self.value, dict) else None

    def is_stream(self, kind: bytes) -> bool:
        """Tell whether it is a stream of that /Type."""
        return self.data is not None and self.entry(b"/Type") == kind


class BodyReader(Scanner):
    """Reads indirect objects at places of a file."""

    def body(self, at: int) -> Body:
        """Read the object whose head is at `at`.

        :raises Malformed: there is none, or it does not end.
        """
        head = HEAD.match(self.pdf, at)
        if head is None:
            raise Malformed(at, "no object where one has to be")
        body = Body(int(head[1]), int(head[2]), at, 0, None)
        try:
            body.value, end = self.value(head.end())
            if head[1] != b"%d" % body.number or head[2] != b"%d" % body.generation:
                self.note(at, "an object's number with zeros before it", number=body.number)
            end = self.skip(end)
            if self.pdf.startswith(b"stream", end):
                end = self.skip(self._stream(body, end))
        except Malformed as error:
            raise Malformed(error.at, error.why, error.number or body.number) from error
        if not self.pdf.startswith(b"endobj", end):
            raise Malformed(end, "an object without `endobj` where it ends", body.number)
        body.end = end + 6
        return body

    def _stream(self, body: Body, at: int) -> int:
        """Find the stream of `body`, whose word `stream` is at `at`; return the place behind `endstream`."""
        if not isinstance(body.value, dict):
            raise Malformed(at, "a stream without a dictionary")
        eol: re.Match[bytes] = _STREAM_EOL.match(self.pdf, at + 6)  # type: ignore[assignment] # may match nothing
        if eol[0] not in (b"\r\n", b"\n"):
            self.note(at, "`stream` without its line end", number=body.number)
        start = eol.end()
        for length in self._lengths(body):
            end = _END.match(self.pdf, start + length)
            if end is not None:
                body.data = (start, start + length)
                break
        else:
            place = bisect.bisect_left(self._ends, start)
            end = _END.match(self.pdf, self._ends[place]) if place < len(self._ends) else None
            if end is None:
                raise Malformed(at, "a stream without an end")
            body.data = (start, self._ends[place])
            self.note(start, "a stream that is not as long as its /Length says", number=body.number)
        if self.later and STRUCTURE.search(self.pdf, *body.data):
            self.note(start, "a stream holds words of a file's structure", "added", body.number)
        return end.end()

    def _lengths(self, body: Body) -> list[int]:
        length = body.entry(b"/Length")
        if isinstance(length, Ref):
            body.length = length
            return self._integers.get(length, [])
        return [length] if type(length) is int and 0 <= length <= len(self.pdf) else []

    @functools.cached_property
    def _integers(self) -> dict[Ref, list[int]]:
        """Find all objects that are an integer, with their values: what a /Length may refer to."""
        integers: dict[Ref, list[int]] = {}
        for match in _PLAIN_INTEGER.finditer(self.pdf):
            values = integers.setdefault(Ref(int(match[1]), int(match[2])), [])
            if len(values) < _MOST_LENGTHS and int(match[3]) not in values:
                values.append(int(match[3]))
        return integers

    @functools.cached_property
    def _ends(self) -> list[int]:
        """Find where streams end for a reader that does not believe /Length."""
        return [match.start() for match in _LAST_RESORT.finditer(self.pdf)]
