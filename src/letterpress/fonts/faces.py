"""Makes the objects by which a PDF embeds a font, from the font and the glyphs that are set of it.

The same font and glyphs give the same bytes, whatever else a letter holds. So a face of many letters is made once: it
has the glyphs of what the letters have in common, those of `USUAL`, and any others that one letter needs.

Not here: which glyphs a text is set in (`layout.lines`), and faces put together for several letters at once
(`pdf.font_merge`). Source: ISO 32000-1, 9.7 and 9.10.3; WeasyPrint 70, `pdf/fonts.py`, object for object.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from letterpress.fonts import subsets, tables

USUAL = (*map(chr, range(0x20, 0x7F)), "ff", "fi", "fl", "ffi", "ffl", *"’“”–")
"""Texts whose glyphs each face has that varying text is set in: ASCII, and what becomes of it in type."""
_TYPED = {"\u00a0": " ", "\u2010": "-", "\u2011": "-"}
"""What is read of glyphs that are typed otherwise than they are called: a telephone number can be dialled."""
_LEVEL = 6
_KEPT = 256
_FIXED_PITCH = 1
_MAPPED_AT_ONCE = 100
_OPENTYPE = b"OTTO"
_INFO = "<</Registry (Adobe)/Ordering (Identity)/Supplement 0>>"


@dataclass(frozen=True, slots=True)
class FontProgram:
    """A font, and what its descriptor says of it."""

    resource: str
    """What pages call it, without the solidus."""
    name: str
    """PostScript name with the tag of a subset, without the solidus."""
    family: str
    flags: int
    """Those of a descriptor, without the one for a fixed pitch (ISO 32000-1, table 123)."""
    ascent: int
    """1/1000 em."""
    descent: int
    """1/1000 em, below zero."""
    stems: tuple[int, int]
    """Vertical and horizontal, 1/1000 em."""
    file: bytes
    index: int = 0
    """Which font of a collection."""
    widths: tuple[tuple[int, int], ...] = ()
    """Glyphs whose width a page has rounded otherwise than it is rounded here, in 1/1000 em."""


@dataclass(frozen=True, slots=True)
class Face:
    """A font with some of its glyphs, as a PDF embeds it."""

    program: bytes
    """The stream object of the font's file, without its number."""
    to_unicode: bytes
    """The stream object that says what the glyphs stand for, without its number."""
    descriptor: bytes
    """Up to the number of the file, as the next one up to that of the descriptor."""
    inner: bytes
    outer: bytes
    """Up to the references."""
    glyphs: frozenset[int]

    def objects(self, first: int) -> tuple[bytes, ...]:
        """Give the objects in the order of their numbers; the last is the font that a page's resources name.

        :param first: number of the first.
        """
        references = b"/ToUnicode %d 0 R/Encoding /Identity-H/DescendantFonts [%d 0 R]>>" % (first + 1, first + 3)
        return (
            self.program,
            self.to_unicode,
            b"%b%d 0 R>>" % (self.descriptor, first),
            b"%b%d 0 R>>" % (self.inner, first + 2),
            self.outer + references,
        )


@lru_cache(maxsize=_KEPT)
def face(font: FontProgram, glyphs: frozenset[int], spelled: frozenset[tuple[int, str]] = frozenset()) -> Face:
    """Make a face.

    :param glyphs: numbers of the glyphs that it has; at least one.
    :param spelled: glyphs that the font's own table of characters does not have, with what they stand for; where it is
        said in several ways, the shortest counts.
    :raises subsets.SubsetError: HarfBuzz cannot cut the font, or is missing.
    :raises ValueError: the font is broken, has no such glyph, or is a variable one.
    """
    known = _glyphs(font)
    program = subsets.subset(font.file, glyphs, font.index)
    widths = _widths(font, known, glyphs)
    texts = _texts(known.texts, glyphs, spelled)
    opentype = program.startswith(_OPENTYPE)
    flags = font.flags | (_FIXED_PITCH if len(widths) > 1 and len(set(widths.values())) == 1 else 0)
    extra = "/Subtype /OpenType" if opentype else f"/Length1 {len(program)}"
    name = _name(font.name)
    descriptor = (
        f"<</Type /FontDescriptor/FontName {name}/FontFamily {_string(font.family)}/Flags {flags}"
        f"/FontBBox [0 {font.descent} {max(widths.values())} {font.ascent}]/ItalicAngle 0/Ascent {font.ascent}"
        f"/Descent {font.descent}/CapHeight {font.ascent}/StemV {font.stems[0]}/StemH {font.stems[1]}"
        f"/FontFile{3 if opentype else 2} "
    )
    inner = (
        f"<</Type /Font/Subtype /CIDFontType{0 if opentype else 2}/BaseFont {name}/CIDSystemInfo {_INFO}"
        f"/CIDToGIDMap /Identity/W [{' '.join(_runs(widths))}]/FontDescriptor "
    )
    return Face(
        _stream(program, extra),
        _stream("\n".join(_to_unicode(texts)).encode()),
        descriptor.encode(),
        inner.encode(),
        f"<</Type /Font/Subtype /Type0/BaseFont {name}".encode(),
        glyphs,
    )


@lru_cache(maxsize=_KEPT)
def _glyphs(font: FontProgram) -> tables.Glyphs:
    found = tables.read_glyphs(font.file, font.index)
    if found.variable:
        raise ValueError(f"{font.family} is a variable font")
    return found


def _widths(font: FontProgram, known: tables.Glyphs, glyphs: Iterable[int]) -> dict[int, int]:
    """Widths in 1/1000 em, in the order of the glyphs."""
    rounded = dict(font.widths)
    widths: dict[int, int] = {}
    for glyph in sorted(glyphs):
        width = known.width(glyph)
        if width is None:
            raise ValueError(f"{font.family} has no glyph {glyph}")
        widths[glyph] = rounded.get(glyph, round(width))
    return widths


def _texts(known: Mapping[int, str], glyphs: Iterable[int], spelled: Iterable[tuple[int, str]]) -> dict[int, str]:
    """What each glyph stands for, in their order."""
    said: dict[int, list[str]] = {}
    for glyph, text in spelled:
        said.setdefault(glyph, []).append(text)
    found = {
        glyph: known[glyph] if glyph in known else min(said[glyph], key=lambda text: (not text, len(text), text))
        for glyph in sorted(glyphs)
        if glyph in known or glyph in said
    }
    return {glyph: _TYPED.get(text, text) for glyph, text in found.items()}


def _runs(widths: Mapping[int, int]) -> Iterator[str]:
    """The array W: a number, and the widths from that glyph on."""
    run: list[int] = []
    for glyph in widths:
        run.append(widths[glyph])
        if glyph + 1 not in widths:
            yield f"{glyph + 1 - len(run)} [{' '.join(map(str, run))}]"
            run = []


def _to_unicode(texts: Mapping[int, str]) -> Iterator[str]:
    yield from (
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo",
        "<< /Registry (Adobe)",
        "/Ordering (UCS)",
        "/Supplement 0",
        ">> def",
        "/CMapName /Adobe-Identity-UCS def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<0000> <ffff>",
        "endcodespacerange",
    )
    items = list(texts.items())
    for at in range(0, len(items), _MAPPED_AT_ONCE):
        some = items[at : at + _MAPPED_AT_ONCE]
        yield f"{len(some)} beginbfchar"
        yield from (f"<{glyph:04x}> <{text.encode('utf-16-be').hex()}>" for glyph, text in some)
        yield "endbfchar"
    yield from ("endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end")


def _stream(content: bytes, extra: str = "") -> bytes:
    packed = zlib.compress(content, _LEVEL)
    return b"<<%b/Filter /FlateDecode/Length %d>>\nstream\n%b\nendstream" % (extra.encode(), len(packed), packed)


def _name(text: str) -> str:
    """A name of PDF: what may not stand in one is written by its number (ISO 32000-1, 7.3.5)."""
    plain = (33 <= code <= 126 and chr(code) not in "<>()[]{}/#%" for code in text.encode())
    return "/" + "".join(
        chr(code) if is_plain else f"#{code:02x}" for code, is_plain in zip(text.encode(), plain, strict=True)
    )


def _string(text: str) -> str:
    """A text of PDF (ISO 32000-1, 7.9.2)."""
    if text.isascii():
        return "(" + re.sub(r"([\\()])", r"\\\1", text) + ")"
    return f"<feff{text.encode('utf-16-be').hex()}>"
