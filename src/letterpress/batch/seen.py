"""Tells of texts that they were not met before, in two megabytes, however many there are.

A Bloom filter: a text that was met is never called new; one that is new may be called met, in one case of some millions
with a hundred thousand texts, and in one of five hundred with a million. Who asks looks then.

Source: B. Bloom, "Space/Time Trade-offs in Hash Coding with Allowable Errors", CACM 13 (1970); A. Kirsch and
M. Mitzenmacher, "Less Hashing, Same Performance" (2006), for the bits of one text.
"""

from __future__ import annotations

_BITS = 1 << 24
_MASK = _BITS - 1
_PLACES = 4
"""Bits of one text."""


class Seen:
    """The texts that were met."""

    def __init__(self) -> None:
        """Begin with none."""
        self._bits = bytearray(_BITS // 8)

    def add(self, text: str) -> bool:
        """Note a text.

        :returns: whether it may have been noted before; False is sure.
        """
        number = hash(text)
        place, step = number & _MASK, number >> 24 | 1
        bits, met = self._bits, True
        for _ in range(_PLACES):
            at, bit = place >> 3, 1 << (place & 7)
            if not bits[at] & bit:
                bits[at] |= bit
                met = False
            place = place + step & _MASK
        return met
