"""The faces of a file: each cut to the glyphs that its letter needs, under the same object numbers whatever they are.

A letter of many has all of ASCII in each face that it sets words in, and exactly its own glyphs besides: so most
letters of a run share their faces, and which ones they are depends on the letter alone.

Not here: how text is set in them (`layout.lines`). Source: ISO 32000-1, 9.7 and 9.10.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from letterpress.fonts import tables
from letterpress.layout import private_api
from letterpress.layout.file import deflate
from letterpress.layout.pdf_objects import Objects, number_of

_ASCII = "".join(map(chr, range(0x20, 0x7F))) + "–—‘’“”„…·\u00a0"
"""What a face of one of many letters holds: it makes a file some KB larger, and lets it share its faces."""
_ROWS = 100
"""ISO 32000-1 names no limit of rows; Adobe's technical note 5014 does."""
_CMAP_HEAD = b"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo
<< /Registry (Adobe)
/Ordering (UCS)
/Supplement 0
>> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
"""
_CMAP_END = b"endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"


class Used(NamedTuple):
    """What a letter sets in a face."""

    glyphs: frozenset[int]
    spelled: tuple[tuple[int, str], ...]
    """Texts of the glyphs that the face's own table has none for, or several, by their numbers."""


class FontPlace(NamedTuple):
    """The objects of a font in a file."""

    name: str
    """Of the resource."""
    file: int
    cmap: int
    descriptor: int
    subfont: int
    font: int


class Font:
    """One of a document's fonts, which can be cut to any glyphs as long as the document's fonts live."""

    def __init__(self, place: FontPlace, made: list[Any], dictionaries: Mapping[str, Any]) -> None:
        """Keep what a font's objects are made of.

        :param made: WeasyPrint's fonts of this face, one for each size of type.
        :param dictionaries: what WeasyPrint has written of it: `descriptor`, `subfont`, `font`.
        """
        self.place = place
        self.made = made
        self.glyphs = _glyphs(private_api.font_file(made[0]))
        self.widths: dict[int, int] = {}
        for one in made:
            self.widths |= one.widths
        self.dictionaries = dictionaries
        self._blocks: dict[Used, Block] = {}

    def text_of(self, glyph: int, spelled: str) -> str:
        """What is read of a glyph: the face's own character for it, or what the letter spells it with."""
        return self.glyphs.texts.get(glyph, spelled)

    def used(self, spelled: Mapping[int, str], *, many: bool) -> Used:
        """Say what a letter sets in this face.

        :param spelled: its glyphs, with what they stand for in the letter.
        :param many: whether it is one of many.
        """
        return self.used_by(frozenset(spelled), spelled, many=many)

    def used_by(self, glyphs: frozenset[int], spelled: Mapping[int, str], *, many: bool) -> Used:
        """Say it of some of the glyphs that are spelled."""
        texts = self.glyphs.texts
        own = tuple(sorted((glyph, spelled[glyph]) for glyph in glyphs if glyph not in texts))
        if many and not glyphs.isdisjoint(self._letters):
            glyphs |= self._bucket
        return Used(glyphs, own)

    @property
    def _bucket(self) -> frozenset[int]:
        return _bucket(self.glyphs, _ASCII)

    @property
    def _letters(self) -> frozenset[int]:
        return _bucket(self.glyphs, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")

    def block(self, used: Used) -> Block:
        """Make the font's objects for these glyphs."""
        block = self._blocks.get(used)
        if block is None:
            if len(self._blocks) >= _KEPT:
                self._blocks.clear()
            block = self._blocks[used] = self._made(used)
        return block

    def _made(self, used: Used) -> Block:
        place = self.place
        file, length = _subset(_Whole(self.made[0]), used.glyphs)
        spelled = dict(used.spelled)
        texts = {glyph: spelled.get(glyph) or self.glyphs.texts.get(glyph, "") for glyph in sorted(used.glyphs)}
        cmap = deflate.whole(_cmap(texts))
        head = b"/Length1 %d" % length if self.made[0].type != "otf" else b"/Subtype /OpenType"
        streams = (
            (place.file, b"<<%b/Filter /FlateDecode/Length %d>>\nstream\n%b\nendstream" % (head, len(file), file)),
            (place.cmap, b"<</Filter /FlateDecode/Length %d>>\nstream\n%b\nendstream" % (len(cmap), cmap)),
        )
        return Block(streams, self._dictionaries({glyph: self.width(glyph) for glyph in sorted(used.glyphs)}))

    def width(self, glyph: int) -> int:
        """Of a glyph, in 1/1000 em."""
        known = self.widths.get(glyph)
        return round(self.glyphs.width(glyph) or 0) if known is None else known

    def _dictionaries(self, widths: Mapping[int, int]) -> tuple[tuple[int, bytes], ...]:
        """The dictionaries that change with the glyphs, as WeasyPrint writes them."""
        import pydyf

        made = self.made[0]
        descriptor = pydyf.Dictionary(self.dictionaries["descriptor"])
        descriptor["FontBBox"] = pydyf.Array((0, made.descent, max(widths.values(), default=0), made.ascent))
        descriptor["Flags"] = made.flags + (len(widths) > 1 and len(set(widths.values())) == 1)
        subfont = pydyf.Dictionary(self.dictionaries["subfont"])
        subfont["W"] = rows = pydyf.Array()
        before = None
        for glyph, width in widths.items():
            if before is None or glyph - 1 != before:
                rows.append(glyph)
                rows.append(pydyf.Array())
            rows[-1].append(width)
            before = glyph
        place = self.place
        font = self.dictionaries["font"].data
        return (place.descriptor, descriptor.data), (place.subfont, subfont.data), (place.font, font)


_KEPT = 256


@dataclass(frozen=True, slots=True)
class Block:
    """The objects of a font: streams, and what can be packed with others."""

    streams: tuple[tuple[int, bytes], ...]
    packed: tuple[tuple[int, bytes], ...]


Sets = Mapping[str, Used]
"""What a letter sets, by the names of its fonts."""


def of_document(fonts: Mapping[Any, Any], objects: Objects) -> tuple[dict[str, Font], bool]:
    """Find the fonts of a document in the PDF that WeasyPrint has drawn.

    :param fonts: the document's, by their keys.
    :returns: the fonts by their names, and whether these are all: variable ones, and those with pictures for glyphs,
        stay as WeasyPrint writes them.
    """
    sizes: dict[str, list[Any]] = {}
    for one in fonts.values():
        sizes.setdefault(one.hash, []).append(one)
    found: dict[str, Font] = {}
    for name, reference in _resources(objects).items():
        made = sizes[name]
        if any(not private_api.is_cut_later(one) or one.missing or one.used_in_forms for one in made):
            continue
        font = objects.get(reference)
        subfont = objects.get(font["DescendantFonts"][0])
        descriptor = objects.get(subfont["FontDescriptor"])
        file = descriptor.get("FontFile2") or descriptor["FontFile3"]
        numbers = (file, font["ToUnicode"], subfont["FontDescriptor"], font["DescendantFonts"][0], reference)
        place = FontPlace(name, *map(number_of, numbers))
        parts = {"descriptor": descriptor, "subfont": subfont, "font": font}
        found[name] = Font(place, made, parts)
    return found, len(found) == len(sizes)


def _resources(objects: Objects) -> Mapping[str, Any]:
    for page in objects.pages():
        fonts: Mapping[str, Any] = objects.get(objects.get(page["Resources"])["Font"])
        return fonts
    return {}


def spelled(made: Iterable[Any]) -> dict[int, str]:
    """Give the glyphs of a face that WeasyPrint has drawn, with their texts: what comes first holds."""
    found: dict[int, str] = {}
    for one in made:
        for glyph, text in one.to_unicode.items():
            found.setdefault(glyph, text)
    return found


@lru_cache(maxsize=64)
def _glyphs(file: bytes) -> tables.Glyphs:
    return tables.read_glyphs(file)


_buckets: dict[tuple[int, str], tuple[tables.Glyphs, frozenset[int]]] = {}


def _bucket(glyphs: tables.Glyphs, characters: str) -> frozenset[int]:
    """The glyphs of a face for these characters, as far as it has them."""
    key = id(glyphs), characters
    kept = _buckets.get(key)
    if kept is None or kept[0] is not glyphs:
        wanted = set(characters)
        kept = glyphs, frozenset(glyph for glyph, text in glyphs.texts.items() if text in wanted)
        if len(_buckets) > _KEPT:
            _buckets.clear()
        _buckets[key] = kept
    return kept[1]


class _Whole:
    """A font of WeasyPrint's, equal to others of the same file and settings: what `_subset` keeps its results by."""

    def __init__(self, made: Any) -> None:
        self.made = made
        self.key = private_api.font_file(made), made.hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Whole) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@lru_cache(maxsize=_KEPT)
def _subset(whole: _Whole, glyphs: frozenset[int]) -> tuple[bytes, int]:
    """Cut a face to these glyphs.

    :returns: the file, compressed, and its length before that.
    """
    content = private_api.subset(whole.made, glyphs)
    return deflate.whole(content), len(content)


def _cmap(texts: Mapping[int, str]) -> bytes:
    """The table of what is read of the glyphs."""
    rows = [b"<%04x> <%b>" % (glyph, text.encode("utf-16-be").hex().encode()) for glyph, text in texts.items()]
    groups = (rows[at : at + _ROWS] for at in range(0, len(rows), _ROWS))
    parts = (b"%d beginbfchar\n%b\nendbfchar\n" % (len(group), b"\n".join(group)) for group in groups)
    return _CMAP_HEAD + b"".join(parts) + _CMAP_END
