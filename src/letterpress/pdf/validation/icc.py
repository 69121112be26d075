"""Reads the head of an ICC profile in a PDF.

Source: ICC.1:2010, 7.2 (profile header).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from letterpress.pdf.values import integer, is_stream

MOST = 100_000_000
"""Bytes of a profile, unpacked."""
_HEAD = 128
COLOURS = {"GRAY": 1, "RGB": 3, "CMYK": 4, "Lab": 3}
"""The colour spaces of PDF's profiles, and how many colours each has."""


class Profile(NamedTuple):
    """What the head of a profile says."""

    kind: str
    """Class of device: `prtr`, `mntr`, `scnr`, `spac`."""
    space: str
    """`GRAY`, `RGB`, `CMYK` or another four letters, without blanks."""
    version: tuple[int, int]
    whole: bool
    """Whether it is as long as it says, and of as many colours as the PDF says (/N)."""


def read(stream: Any) -> Profile | None:
    """Read a profile; None, if it is none."""
    from letterpress.pdf.damage import unpacked

    if stream is None or not is_stream(stream):
        return None
    data, complete = unpacked(stream, MOST)
    if len(data) < _HEAD or data[36:40] != b"acsp":
        return None
    space = data[16:20].decode("latin-1").strip()
    size = int.from_bytes(data[:4], "big")
    colours = integer(stream.get("/N"))
    whole = complete and _HEAD <= size <= len(data) and COLOURS.get(space, colours) == colours
    return Profile(data[12:16].decode("latin-1"), space, (data[8], data[9] >> 4), whole)
