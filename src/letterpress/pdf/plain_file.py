"""Reads a PDF as the engine has just written it, without a library: enough to hear its words again.

Loading pikepdf takes as long as a tenth of a letter. The objects look as pikepdf's do to whoever asks them as `values`
and `spoken` do: `get` with a name, `in`, `objgen`, `is_indirect`. What is written in another way than the engine's (a
table of cross-references, an update behind the end, encryption, another filter) is refused, and pikepdf's to read.

Source: ISO 32000-1, 7.3 (objects), 7.5.7 and 7.5.8 (object streams, cross-reference streams), 7.8.2 (content).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

_TOKEN = re.compile(
    rb"\s*(?:%[^\r\n]*\s*)*(?:(?P<number>[+-]?(?:\d+\.?\d*|\.\d+))|(?P<name>/[^\s()<>\[\]{}/%]*)|(?P<open><<|\[)"
    rb"|(?P<close>>>|\])|<(?P<hex>[0-9A-Fa-f\s]*)>|(?P<text>\()|(?P<word>[^\s()<>\[\]{}/%]+))"
)
_REFERENCE = re.compile(rb"\s+(\d+)\s+R(?![^\s()<>\[\]{}/%])")
_IN_TEXT = re.compile(rb"\\(?:([0-7]{1,3})|\r?\n|(.))", re.S)
_PARENTHESES = re.compile(rb"\\.|[()]", re.S)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_WORDS = {b"true": True, b"false": False, b"null": None}


class NotPlain(ValueError):
    """The file is written in another way than the engine writes: another reader is to read it."""


class Text(bytes):
    """A string of a PDF."""

    def __str__(self) -> str:
        if self.startswith(b"\xfe\xff"):
            return self[2:].decode("utf-16-be", "replace")
        return self.decode("latin-1")


class _Reference(tuple[int]):
    """The number of an object that stands elsewhere."""

    __slots__ = ()


class Items:
    """An array."""

    def __init__(self, file: PlainFile | None, items: list[Any]) -> None:
        self._file, self._items = file, items

    def __iter__(self) -> Iterator[Any]:
        for item in self._items:
            yield self._file.at(item[0]) if self._file and type(item) is _Reference else item

    def __len__(self) -> int:
        return len(self._items)


class Group:
    """A dictionary, or the one of a stream."""

    def __init__(self, file: PlainFile | None, values: dict[str, Any], number: int = 0) -> None:
        self._file, self._values = file, values
        self.objgen = (number, 0)
        self.is_indirect = number > 0
        self.data: bytes | None = None

    @property
    def obj(self) -> Group:
        """Itself: of a page, pikepdf makes two things."""
        return self

    def get(self, name: str, default: Any = None) -> Any:
        """Give the value of a name, wherever it stands."""
        value = self._values.get(name, default)
        return self._file.at(value[0]) if self._file and type(value) is _Reference else value

    def __contains__(self, name: str) -> bool:
        return self._values.get(name) is not None

    def read_bytes(self) -> bytes:
        """Give the content of a stream.

        :raises NotPlain: it is none, or packed in another way.
        """
        if self.data is None or self.get("/Filter") not in (None, "/FlateDecode") or "/DecodeParms" in self:
            raise NotPlain("a stream")
        return self.data if self.get("/Filter") is None else zlib.decompress(self.data)


class PlainFile:
    """A file, whose objects are read when they are asked for."""

    def __init__(self, pdf: bytes) -> None:
        """Find the objects of a file.

        :raises NotPlain: see above.
        """
        self._pdf = pdf
        self._read: dict[int, Any] = {}
        self._packed: dict[int, tuple[bytes, list[int], int]] = {}
        found = re.search(rb"startxref\n(\d+)\n%%EOF\n?\Z", pdf[-64:])
        if found is None or pdf.count(b"startxref") != 1:
            raise NotPlain("its end")
        table = self._parsed_at(int(found[1]), None)
        if not isinstance(table, Group) or table.get("/Type") != "/XRef" or "/Encrypt" in table or "/Prev" in table:
            raise NotPlain("its table")
        widths = [int(width) for width in table.get("/W")]
        data, step = table.read_bytes(), sum(widths)
        self._entries = [self._entry(data[at : at + step], widths) for at in range(0, len(data), step)]
        self.Root: Group = table.get("/Root")
        if not isinstance(self.Root, Group):
            raise NotPlain("its root")

    @staticmethod
    def _entry(data: bytes, widths: list[int]) -> tuple[int, int, int]:
        first, second, _ = widths
        ends = (0, first, first + second, len(data))
        kind, where, index = (int.from_bytes(data[a:b], "big") for a, b in pairwise(ends))
        return kind, where, index

    @property
    def pages(self) -> list[Group]:
        """The pages in their order."""
        found: list[Group] = []
        self._pages(self.Root.get("/Pages"), found, 0)
        return found

    def _pages(self, node: Any, found: list[Group], depth: int) -> None:
        if not isinstance(node, Group) or depth > 20:
            raise NotPlain("its pages")
        if node.get("/Type") == "/Page":
            found.append(node)
        else:
            for kid in node.get("/Kids"):
                self._pages(kid, found, depth + 1)

    def at(self, number: int) -> Any:
        """Give an object by its number."""
        if number not in self._read:
            kind, where, index = self._entries[number]
            if kind == 2:
                data, offsets, first = self._packed.get(where) or self._unpack(where)
                self._read[number] = _parse(data, first + offsets[index], self, number)[0]
            else:
                self._read[number] = self._parsed_at(where, number) if kind == 1 else None
        return self._read[number]

    def _unpack(self, number: int) -> tuple[bytes, list[int], int]:
        stream = self.at(number)
        data, first = stream.read_bytes(), stream.get("/First")
        numbers = data[:first].split()
        self._packed[number] = data, [int(offset) for offset in numbers[1::2]], first
        return self._packed[number]

    def _parsed_at(self, where: int, number: int | None) -> Any:
        head = re.compile(rb"(\d+) 0 obj\s").match(self._pdf, where)
        if head is None or (number is not None and int(head[1]) != number):
            raise NotPlain("an object")
        value, end = _parse(self._pdf, head.end(), self, int(head[1]))
        if isinstance(value, Group) and (begin := re.compile(rb"\s*stream\r?\n").match(self._pdf, end)):
            value.data = self._pdf[begin.end() : begin.end() + value.get("/Length")]
        return value


def instructions(owner: Group) -> Iterator[tuple[list[Any], str]]:
    """Give the operands and the operator of each instruction of a page or a form."""
    streams = owner.get("/Contents", owner) if owner.get("/Type") == "/Page" else owner
    data = b"\n".join(one.read_bytes() for one in ([streams] if isinstance(streams, Group) else streams))
    position = 0
    operands: list[Any] = []
    while token := _TOKEN.match(data, position):
        if (word := token["word"]) is not None and word not in _WORDS:
            if word == b"BI":
                raise NotPlain("a picture in a page's content")
            yield operands, word.decode("latin-1")
            position, operands = token.end(), []
        else:
            value, position = _parse(data, position, None, 0)
            operands.append(value)


def _parse(data: bytes, position: int, file: PlainFile | None, number: int) -> tuple[Any, int]:
    """Read one value, and where it ends; a reference as such, unless it is in no file."""
    token = _TOKEN.match(data, position)
    if token is None:
        raise NotPlain("a value")
    end, kind = token.end(), token.lastgroup
    if kind == "number":
        written = token["number"]
        if file is not None and (reference := _REFERENCE.match(data, end)):
            return _Reference((int(written),)), reference.end()
        return (float(written) if b"." in written else int(written)), end
    if kind == "name":
        name = token["name"].decode("latin-1")
        return (re.sub("#(..)", lambda code: chr(int(code[1], 16)), name) if "#" in name else name), end
    if kind == "hex":
        digits = b"".join(token["hex"].split())
        return Text(bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))), end
    if kind == "text":
        return _text(data, end)
    if kind == "word" and token["word"] in _WORDS:
        return _WORDS[token["word"]], end
    if kind != "open":
        raise NotPlain("a value")
    values: list[Any] = []
    while (close := _TOKEN.match(data, end)) is None or close.lastgroup != "close":
        value, end = _parse(data, end, file, 0)
        values.append(value)
    if token["open"] == b"[":
        return Items(file, values), close.end()
    return Group(file, dict(zip(values[::2], values[1::2], strict=True)), number), close.end()


def _text(data: bytes, begin: int) -> tuple[Text, int]:
    depth = 1
    for sign in _PARENTHESES.finditer(data, begin):
        depth += {b"(": 1, b")": -1}.get(sign[0], 0)
        if depth == 0:
            return Text(_IN_TEXT.sub(_unescaped, data[begin : sign.start()])), sign.end()
    raise NotPlain("a text")


def _unescaped(escape: re.Match[bytes]) -> bytes:
    if escape[1]:
        return bytes((int(escape[1], 8) & 255,))
    return _ESCAPES.get(escape[2], escape[2]) if escape[2] else b""
