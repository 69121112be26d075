"""Finds where an ASN.1 element ends, by its lengths alone.

asn1crypto encodes a structure anew to tell how long it is, and does that again for every level of nesting where lengths
are left open: 40 KB of certificates took it 16 s.

Not here: what is in the element.
Source: ITU-T X.690, 8.1 (BER).
"""

from __future__ import annotations


def end_of(data: bytes, start: int = 0) -> int:
    """Return the position behind the element that begins at `start`, in one pass, however deep elements are nested.

    :raises ValueError: no whole element stands there.
    """
    position, open_elements = start, 0
    while True:
        position, length = _header(data, position)
        if length is None:
            open_elements += 1
        elif length == 0 and data[position - 2 : position] == b"\0\0" and open_elements:
            open_elements -= 1
        else:
            position += length
        if position > len(data):
            raise ValueError("the element is cut off")
        if not open_elements:
            return position


def _header(data: bytes, position: int) -> tuple[int, int | None]:
    """Return the position behind tag and length, and the length of the content; None where the length is left open."""
    try:
        if data[position] & 0x1F == 0x1F:  # a tag of several bytes: all but its last have the highest bit
            position += 1
            while data[position] & 0x80:
                position += 1
        first = data[position + 1]
        if first < 0x80:
            return position + 2, first
        if first == 0x80:
            return position + 2, None
        behind = position + 2 + (first & 0x7F)
        if behind > len(data) or first == 0xFF:
            raise ValueError("the length is cut off")
        return behind, int.from_bytes(data[position + 2 : behind], "big")
    except IndexError:
        raise ValueError("the element is cut off") from None
