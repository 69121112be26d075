"""Says what is wrong with the colours of a JPEG 2000 picture in a PDF.

Source: ISO/IEC 15444-1, annex I (boxes of a JP2 file: ihdr, colr) and A.5.1 (SIZ); ISO 32000-1, 7.4.9; ISO 19005-2,
6.2.8.3, whose rules are those of ISO 15930-7, 6.27.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_SPACES = frozenset({12, 14, 16, 17, 18})
"""Colour spaces by number: CMYK, CIELab, sRGB, grey, sYCC."""
_ENUMERATED = 1
_MOST_BOXES = 1_000


def wrong(stream: Any) -> str | None:
    """Say what is wrong: "2 channels", "colour space 19"; None: nothing, or the PDF says the colour space itself."""
    try:
        data = bytes(stream.read_raw_bytes())
    except Exception:  # whatever stands in its place; a stream that cannot be read is another rule's
        return None
    channels, spaces = _read(data)
    hidden = 1 if _has_opacity(data) else 0
    if channels and channels - hidden not in (1, 3, 4):
        return f"{channels} channels"
    if stream.get("/ColorSpace") is not None:
        return None
    if spaces and not any(space is None or space in _SPACES for space in spaces):
        return f"colour space {spaces[0]}"
    return None


def _read(data: bytes) -> tuple[int, list[int | None]]:
    """Return the number of channels, and the colour spaces that are named; None: by a profile."""
    if data[:4] == b"\xff\x4f\xff\x51":  # a bare codestream
        return int.from_bytes(data[40:42], "big"), []
    channels, spaces = 0, []
    for kind, box in _boxes(data):
        if kind == b"ihdr":
            channels = int.from_bytes(box[8:10], "big")
        elif kind == b"colr" and box[:1]:
            spaces.append(int.from_bytes(box[3:7], "big") if box[0] == _ENUMERATED else None)
    return channels, spaces


def _has_opacity(data: bytes) -> bool:
    """Tell whether one of the channels is opacity (cdef, type 1 or 2)."""
    for kind, box in _boxes(data):
        if kind == b"cdef":
            kinds = [int.from_bytes(box[at + 2 : at + 4], "big") for at in range(2, len(box) - 5, 6)]
            return any(one in (1, 2) for one in kinds)
    return False


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the boxes, and those inside the header."""
    waiting = [(0, len(data))]
    for _ in range(_MOST_BOXES):
        if not waiting:
            return
        at, end = waiting.pop()
        if end - at < 8:
            continue
        size, kind, head = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        size = size or end - at
        if size < head:
            return
        stop = min(at + size, end)
        waiting.append((stop, end))
        if kind == b"jp2h":
            waiting.append((at + head, stop))
        else:
            yield kind, data[at + head : stop]
