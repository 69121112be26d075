"""Reads PDFs with pyHanko, and the list in front of an object stream once and not for each object in it.

Without that a stream of a thousand objects has its list of a thousand read a thousand times over. Whatever is out of
the ordinary goes to pyHanko's own code and gets its own errors.

Not here: what a letter's PDF says (`fields`).
Source: ISO 32000-2, 7.5.7 (object streams).
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.reader import PdfFileReader


class Reader(PdfFileReader):  # type: ignore[misc,unused-ignore] # pyHanko is untyped
    """Reads a PDF, strictly."""

    def __init__(self, stream: Any) -> None:
        self._lists: dict[int, tuple[Any, bytes, list[tuple[int, int]]]] = {}
        super().__init__(stream)

    def _get_object_from_stream(self, idnum: int, stmnum: int, idx: int) -> Any:
        data, listed = self._listed(stmnum)
        if not 0 <= idx < len(listed) or listed[idx][0] != idnum:
            return super()._get_object_from_stream(idnum, stmnum, idx)
        source = BytesIO(data)
        source.seek(listed[idx][1])
        try:
            value = generic.read_object(source, generic.Reference(idnum, 0, self))
        except Exception:  # pyHanko's own code is to say what is wrong
            return super()._get_object_from_stream(idnum, stmnum, idx)
        if isinstance(value, generic.StreamObject | generic.IndirectObject):
            return super()._get_object_from_stream(idnum, stmnum, idx)
        return value

    def _listed(self, number: int) -> tuple[bytes, list[tuple[int, int]]]:
        """Return the content of an object stream, and number and place of each object in it; empty if it is odd."""
        stream = generic.Reference(number, 0, self).get_object()
        if number in self._lists and self._lists[number][0] is stream:
            return self._lists[number][1:]
        data, listed = b"", []
        if isinstance(stream, generic.StreamObject) and stream.get("/Type") == "/ObjStm":
            data = stream.read_data(DecodePurpose.OBJECT_STREAM)
            count, first = int(stream["/N"]), int(stream["/First"])
            words = data[:first].split()
            if len(words) == 2 * count and all(word.isdigit() for word in words):
                numbers = list(map(int, words))
                listed = [(own, first + place) for own, place in zip(numbers[::2], numbers[1::2], strict=True)]
            if len({one for one, _ in listed}) != len(listed):
                listed = []  # one number twice: readers differ, and pyHanko is to say what it takes
        self._lists[number] = (stream, data, listed)
        return data, listed
