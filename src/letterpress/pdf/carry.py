"""Takes objects of PDFs over into a PDF that is written as a stream, with new numbers.

Not here: which objects are taken, and what is changed in them before (batch/combine.py).
Source: ISO 32000-1, 7.3 (objects); QPDF's manual, "Object and Object Handle": what `unparse` writes.
"""

from __future__ import annotations

import re
from collections import deque
from typing import Any

from letterpress.pdf.stream_writer import PdfStream

_REFERENCE = re.compile(rb"\((?:[^\\()]|\\.)*\)|(\d+) \d+ R\b", re.DOTALL)
"""A string, in which every parenthesis is escaped as QPDF writes it; or a reference."""


class ObjectCopier:
    """Takes the objects of one PDF over."""

    def __init__(self, source: Any, target: PdfStream) -> None:
        """:param source: pikepdf's."""
        import pikepdf

        self._pike: Any = pikepdf
        self._source = source
        self._target = target
        self._numbers: dict[int, int] = {}
        """Number in the source -> in the target."""
        self._waiting: deque[int] = deque()

    def stand_in(self, number: int) -> Any:
        """Give an object of the source that stands for one of the target, wherever it is put.

        It says for which: what holds such an object is compared with others, and two must not seem the same.
        """
        placeholder = self._source.make_indirect(self._pike.Dictionary(StandsFor=number))
        self._numbers[placeholder.objgen[0]] = number
        return placeholder

    def name(self, indirect: Any, number: int) -> None:
        """Say which number an object of the source has in the target; whoever says so writes it."""
        self._numbers[indirect.objgen[0]] = number

    def is_known(self, indirect: Any) -> bool:
        """Whether an object of the source has a number in the target."""
        return indirect.objgen[0] in self._numbers

    def indirect(self, value: Any) -> Any:
        """Give an object of the source as an indirect one."""
        return value if value.is_indirect else self._source.make_indirect(value)

    def number(self, indirect: Any) -> int:
        """Give the number that an indirect object of the source has in the target; it is written with `flush`."""
        return self._number(indirect.objgen[0])

    def _number(self, number: int) -> int:
        if number not in self._numbers:
            self._numbers[number] = self._target.reserve()
            self._waiting.append(number)
        return self._numbers[number]

    def source(self, value: Any) -> bytes:
        """Give an object as PDF source with the target's numbers; itself, where it is indirect."""
        if not isinstance(value, self._pike.Object):
            return self._renumbered(self._pike.Array([value]).unparse(resolved=True))[1:-1].strip()
        return self._renumbered(value.unparse(resolved=True))

    def reference(self, value: Any) -> bytes:
        """Give what stands for an object in another: a reference, where it is indirect."""
        if getattr(value, "is_indirect", False):
            return b"%d 0 R" % self.number(value)
        return self.source(value)

    def _renumbered(self, text: bytes) -> bytes:
        return _REFERENCE.sub(
            lambda found: found[0] if found[1] is None else b"%d 0 R" % self._number(int(found[1])), text
        )

    def flush(self) -> None:
        """Write all objects that have a number and are not written, and those that they refer to."""
        while self._waiting:
            number = self._waiting.popleft()
            value = self._source.get_object((number, 0))
            if isinstance(value, self._pike.Stream):
                self._put_stream(self._numbers[number], value)
            else:
                self._target.put(self._numbers[number], self.source(value))

    def _put_stream(self, number: int, stream: Any) -> None:
        entries = [
            b"%b %b" % (self._pike.Name(key).unparse(), self.reference(value))
            for key, value in stream.stream_dict.items()
            if key != "/Length"
        ]
        self._target.put_stream(number, b" ".join(entries), stream.read_raw_bytes())
