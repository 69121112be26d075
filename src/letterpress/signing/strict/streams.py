"""Unpacks the streams that say where objects are: cross-reference streams and object streams.

Source: ISO 32000-1, 7.4.4 (Flate and its predictors) and 7.5.7 (object streams).
"""

from __future__ import annotations

import itertools
import re
import zlib
from dataclasses import dataclass

from letterpress.signing.strict.bodies import Body, BodyReader
from letterpress.signing.strict.tokens import WHITE, Malformed, Scanner, Value, Work

MOST_UNPACKED = 64 << 20
"""Bytes that one such stream may have when it is unpacked."""

_COMMENT = re.compile(rb"%[^\r\n]*+")


def unpack(reader: BodyReader, body: Body, what: str) -> bytes:
    """Unpack the stream of `body`.

    :param what: what it is, in words for a finding.
    :raises Malformed: it is packed in an unusual way, cut off, or too large.
    """
    start, end = body.data or (0, 0)
    data = reader.pdf[start:end]
    filters = _listed(body.entry(b"/Filter"))
    if not filters:
        return data
    if filters != [b"/FlateDecode"]:
        raise Malformed(body.at, f"{what} with another filter than Flate", body.number)
    inflater = zlib.decompressobj()
    try:
        unpacked = inflater.decompress(data, MOST_UNPACKED)
    except zlib.error:
        raise Malformed(body.at, f"{what} that cannot be unpacked", body.number) from None
    reader.work.unpack(len(unpacked))
    if not inflater.eof or inflater.unused_data.strip(WHITE):
        raise Malformed(body.at, f"{what} that is cut off, too large, or goes on behind its end", body.number)
    parameters = _listed(body.entry(b"/DecodeParms"))
    if parameters and isinstance(parameters[0], dict):
        return _without_predictor(unpacked, parameters[0], body, what, reader.work)
    return unpacked


def _listed(value: Value) -> list[Value]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _without_predictor(data: bytes, parameters: dict[bytes, Value], body: Body, what: str, work: Work) -> bytes:
    predictor, width = parameters.get(b"/Predictor", 1), parameters.get(b"/Columns", 1)
    if predictor == 1:
        return data
    plain = parameters.get(b"/Colors", 1) == 1 and parameters.get(b"/BitsPerComponent", 8) == 8
    if type(predictor) is not int or not 10 <= predictor <= 15 or not plain:
        raise Malformed(body.at, f"{what} with an unusual predictor", body.number)
    if type(width) is not int or not 1 <= width <= 1 << 16 or len(data) % (width + 1):
        raise Malformed(body.at, f"{what} with rows of an unusual width", body.number)
    rows = []
    above = bytes(width)
    for at in range(0, len(data), width + 1):
        work.spend(1 + width // 8)
        if data[at] > 4:
            raise Malformed(body.at, f"{what} with an unknown predictor", body.number)
        above = _row(data[at], data[at + 1 : at + 1 + width], above)
        rows.append(above)
    return b"".join(rows)


def _row(kind: int, row: bytes, above: bytes) -> bytes:
    """Return one row as it was before PNG's filter `kind` (PNG specification, 9.2), one byte a pixel."""
    if kind == 0:
        return row
    if kind == 2:
        return bytes((byte + up) & 255 for byte, up in zip(row, above, strict=True))
    out = bytearray(row)
    for place, up in enumerate(above):
        left, corner = (out[place - 1], above[place - 1]) if place else (0, 0)
        guess = {1: left, 3: (left + up) // 2, 4: _paeth(left, up, corner)}[kind]
        out[place] = (out[place] + guess) & 255
    return bytes(out)


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda near: abs(guess - near))


@dataclass(frozen=True, slots=True)
class Packed:
    """An object stream: the numbers of its objects in their order, and its bytes."""

    body: Body
    numbers: tuple[int, ...]
    data: bytes


def packed(reader: BodyReader, body: Body) -> Packed:
    """Read the object stream `body`; what is odd about it is noted in `reader`.

    :raises Malformed: its numbers cannot be read.
    """
    data = unpack(reader, body, "an object stream")
    count, first = body.entry(b"/N"), body.entry(b"/First")
    if type(count) is not int or type(first) is not int or not 0 <= count <= len(data) or not 0 <= first <= len(data):
        raise Malformed(body.at, "an object stream with a wrong /N or /First", body.number)
    head = data[:first]
    if b"%" in head:  # as qpdf's QDF has them, and all readers take them
        head = _COMMENT.sub(b"", head)
        if reader.later:
            reader.note(body.at, "comments among the numbers of an object stream", "added", body.number)
    words = head.split()
    reader.work.spend(len(words))
    reader.work.keep(count)
    if len(words) != 2 * count or not all(word.isdigit() and len(word) <= 10 for word in words):
        raise Malformed(body.at, "an object stream with a wrong /N or /First", body.number)
    numbers, places = tuple(map(int, words[::2])), list(map(int, words[1::2]))
    if len(set(numbers)) != count or any(a >= b for a, b in itertools.pairwise(places)):
        reader.note(body.at, "an object stream whose numbers or places are out of order", number=body.number)
    if places and first + places[-1] >= len(data):
        reader.note(body.at, "an object stream that ends before its last object", number=body.number)
    if reader.later:
        _check_values(reader, body, data, [first + place for place in places])
    return Packed(body, numbers, data)


def _check_values(reader: BodyReader, body: Body, data: bytes, places: list[int]) -> None:
    """Check that each object of the stream is one value, up to where the next one begins."""
    if b"/Extends" in (body.value if isinstance(body.value, dict) else {}):
        reader.note(body.at, "an object stream with /Extends", "added", body.number)
    scanner = Scanner(data, reader.work, later=False)
    for place, after in zip(places, [*places[1:], len(data)], strict=True):
        try:
            _, end = scanner.value(place)
        except Malformed:
            end = len(data) + 1
        if end > after or data[end:after].strip(WHITE):
            reader.note(body.at, "an object stream whose objects are not one value each", "added", body.number)
            return
    if scanner.odd:
        reader.note(body.at, scanner.odd[0].why, number=body.number)
