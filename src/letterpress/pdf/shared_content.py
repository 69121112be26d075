"""Puts pages of many letters into one file so that what stands on all of them is there once.

The content of a page is cut behind each of its texts. What is the same on all pages so far is a stream that they share;
each page has the rest in streams of its own, and an array of both.

Not here: which pages are pages of one kind (`alike`). Source: ISO 32000-1, 7.8.2 (a content in several streams).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from itertools import groupby

from letterpress.pdf.stream_writer import PdfStream, references

_END = b"\nET\n"
"""Behind a text: a page may be cut there."""
_WORTH = 600
"""Bytes of a stretch from which on a stream of its own is smaller than the stretch in each letter, where what stands
before and behind it is two streams then."""
_WORTH_AT_AN_END = 60
"""The same where a page begins or ends with it: then it costs no more than its reference."""
_ENTRIES = b"/Filter /FlateDecode"

Stretch = tuple[int, int]


class SharedContent:
    """The content of one page of each of many letters."""

    def __init__(self, file: PdfStream, first: bytes) -> None:
        """Begin with the first letter's."""
        self._file = file
        self._texts = first.split(_END)
        self._varying: set[int] = set()
        """Texts in which letters differ."""
        self._pieces: list[tuple[Stretch, int | None]] | None = None
        """Stretches of texts, and the number of the stream that has it for all letters."""

    def add(self, content: bytes) -> bytes | None:
        """Write a letter's content.

        :returns: the array of its streams; None if it has not as many texts as the first one.
        """
        texts = content.split(_END)
        if len(texts) != len(self._texts):
            return None
        new = {at for at, (one, other) in enumerate(zip(texts, self._texts, strict=True)) if one != other}
        if self._pieces is None or not new <= self._varying:
            self._varying |= new
            self._pieces = [*self._cut()]
        numbers = []
        for stretch, shared in self._pieces:
            numbers.append(self._write(texts, stretch) if shared is None else shared)
        return references(numbers)

    def fits(self, content: bytes) -> bool:
        """Whether a content has as many texts as the first one."""
        return content.count(_END) + 1 == len(self._texts)

    def _cut(self) -> Iterator[tuple[Stretch, int | None]]:
        """Cut the page into what is written once, and what is each letter's."""
        begin = 0
        own: Stretch | None = None
        for varies, group in groupby(range(len(self._texts)), self._varying.__contains__):
            end = begin + len([*group])
            worth = _WORTH if begin > 0 and end < len(self._texts) else _WORTH_AT_AN_END
            if not varies and sum(len(text) for text in self._texts[begin:end]) >= worth:
                if own is not None:
                    yield own, None
                yield (begin, end), self._write(self._texts, (begin, end))
                own = None
            else:
                own = (begin if own is None else own[0], end)
            begin = end
        if own is not None:
            yield own, None

    def _write(self, texts: Sequence[bytes], stretch: Stretch) -> int:
        begin, end = stretch
        content = _END.join(texts[begin:end]) + (_END if end < len(texts) else b"")
        number = self._file.reserve()
        self._file.put_stream(number, _ENTRIES, zlib.compress(content, 9))
        return number
