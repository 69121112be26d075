"""Reads the widths and the characters of a font's glyphs from its file, in a few milliseconds.

Not here: families and faces (`shipped`), and widths of text (`metrics`). Source: OpenType 1.9 (head, hhea, hmtx, cmap).
"""

from __future__ import annotations

import re
import struct
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_FORMS = re.compile("[\ufb00-\ufb4f\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufeff]").match
"""Unicode's presentation forms, alphabetic and Arabic: `NFKC` gives the letters."""
_RARE = re.compile("[\u2000-\u200a\u2e80-\u2eff]").match
_COLLECTION = b"ttcf"
_ENCODINGS = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3))
"""Platform and encoding of a table of characters, the one with most of them first."""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """What a font file says of its glyphs."""

    units_per_em: int
    advances: tuple[int, ...]
    """Of the glyphs in their order, in units of the font."""
    texts: dict[int, str]
    """The character that a glyph stands for, by its number; those are not here that no character names by itself."""
    variable: bool
    """Whether the widths hold for one setting of its axes only."""

    def width(self, glyph: int) -> float | None:
        """Give the width of a glyph in 1/1000 em, not rounded; None if the font has no such glyph."""
        return self.advances[glyph] * 1000 / self.units_per_em if glyph < len(self.advances) else None


def read_glyphs(font: bytes, index: int = 0) -> Glyphs:
    """Read the glyphs of a font.

    :param font: the content of its file.
    :param index: which font of a collection.
    :raises ValueError: a table is missing or cut short.
    """
    try:
        tables = _tables(font, index)
        units = struct.unpack_from(">H", tables[b"head"], 18)[0]
        count = struct.unpack_from(">H", tables[b"maxp"], 4)[0]
        return Glyphs(units, _advances(tables, count), _texts(tables[b"cmap"]), b"fvar" in tables)
    except (KeyError, struct.error, IndexError) as error:
        raise ValueError(f"not a whole font: {error}") from error


def _tables(font: bytes, index: int) -> dict[bytes, memoryview]:
    start = struct.unpack_from(">I", font, 12 + 4 * index)[0] if font[:4] == _COLLECTION else 0
    count = struct.unpack_from(">H", font, start + 4)[0]
    records = (struct.unpack_from(">4s4xII", font, start + 12 + 16 * at) for at in range(count))
    view = memoryview(font)
    return {tag: view[offset : offset + length] for tag, offset, length in records}


def _advances(tables: dict[bytes, memoryview], count: int) -> tuple[int, ...]:
    """Glyphs behind the last of the table are as wide as that one."""
    measured = min(struct.unpack_from(">H", tables[b"hhea"], 34)[0], count)
    found = struct.unpack_from(">" + "H2x" * measured, tables[b"hmtx"])
    return (*found, *found[-1:] * (count - measured))


def _texts(cmap: memoryview) -> dict[int, str]:
    """The character of each glyph: of several, the one that is typed and searched for. A ligature that has a number of
    its own is its letters, and a letter in one of its forms is that letter. A glyph of two characters that are each
    typed for themselves (a delta and an increment) is not here: the text that it sets tells."""
    found: dict[int, str] = {}
    several: set[int] = set()
    for code, glyph in _characters(cmap):
        char, other = chr(code), found.get(glyph)
        if other is not None and _is_typed(char) and _is_typed(other):
            several.add(glyph)
        if glyph and (other is None or _order(char) < _order(other)):
            found[glyph] = char
    for glyph, char in found.items():
        if _FORMS(char):
            found[glyph] = unicodedata.normalize("NFKC", char)
    return {glyph: text for glyph, text in found.items() if glyph not in several}


def _is_typed(char: str) -> bool:
    return char not in _HYPHENS and not any(_order(char)[:2])


_HYPHENS = frozenset("\u2010\u2011\u00ad")
"""What the hyphen of the keyboard is read for."""


def _order(char: str) -> tuple[bool, bool, int]:
    """A modifier letter comes after a quotation mark, a no-break space after a space, a micro sign after a mu, a space
    of some width after the ideographic one, and a radical after the ideograph that it is of."""
    rare = unicodedata.category(char) == "Lm" or _RARE(char) is not None
    return rare, unicodedata.normalize("NFKC", char) != char, ord(char)


def _characters(cmap: memoryview) -> Iterator[tuple[int, int]]:
    """Code points and glyphs of the fullest table of characters."""
    count = struct.unpack_from(">H", cmap, 2)[0]
    records = (struct.unpack_from(">HHI", cmap, 4 + 8 * at) for at in range(count))
    offsets = {(platform, encoding): offset for platform, encoding, offset in records}
    for wanted in _ENCODINGS:
        if wanted in offsets:
            table = cmap[offsets[wanted] :]
            kind = struct.unpack_from(">H", table)[0]
            if kind == 12:
                yield from _segmented_coverage(table)
                return
            if kind == 4:
                yield from _segments(table)
                return


def _segmented_coverage(table: memoryview) -> Iterator[tuple[int, int]]:
    """Format 12."""
    for at in range(struct.unpack_from(">I", table, 12)[0]):
        first, last, glyph = struct.unpack_from(">III", table, 16 + 12 * at)
        yield from ((code, glyph + code - first) for code in range(first, last + 1))


def _segments(table: memoryview) -> Iterator[tuple[int, int]]:
    """Format 4."""
    size = struct.unpack_from(">H", table, 6)[0]
    ends, starts, deltas, offsets = (14 + size * part + 2 * (part > 0) for part in range(4))
    for at in range(0, size, 2):
        last, first, delta, offset = (
            struct.unpack_from(">H", table, part + at)[0] for part in (ends, starts, deltas, offsets)
        )
        for code in range(first, last + 1):
            if code == 0xFFFF:
                continue
            glyph = code
            if offset:
                glyph = struct.unpack_from(">H", table, offsets + at + offset + 2 * (code - first))[0]
                if not glyph:
                    continue
            yield code, (glyph + delta) & 0xFFFF
