"""The faces of a file: each cut to the glyphs that its letter needs, under the same object numbers whatever they are.

A letter of many has all of ASCII in each face that it sets words in, and exactly its own glyphs besides: so most
letters of a run share their faces, and which ones they are depends on the letter alone.

Not here: a face's objects (`fonts.faces`), and how text is set in it (`layout.lines`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from letterpress.fonts import faces, tables
from letterpress.fonts.faces import FontProgram
from letterpress.layout import font_programs
from letterpress.layout.pdf_objects import Objects, number_of

_USUAL = frozenset(faces.USUAL)
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_KEPT = 256


class Used(NamedTuple):
    """What a letter sets in a face."""

    glyphs: frozenset[int]
    spelled: frozenset[tuple[int, str]]
    """Texts of the glyphs that the face's own table has none for."""


class FontPlace(NamedTuple):
    """The objects of a font in a file."""

    name: str
    """Of the resource."""
    file: int
    cmap: int
    descriptor: int
    subfont: int
    font: int


@dataclass(frozen=True, slots=True)
class Block:
    """The objects of a font: streams, and what can be packed with others."""

    streams: tuple[tuple[int, bytes], ...]
    packed: tuple[tuple[int, bytes], ...]


Sets = Mapping[str, Used]
"""What a letter sets, by the names of its fonts."""


@dataclass(frozen=True, slots=True)
class Font:
    """One of a document's fonts, which can be cut to any glyphs."""

    place: FontPlace
    program: FontProgram

    @property
    def texts(self) -> Mapping[int, str]:
        """Characters of glyphs, as the font's own table has them."""
        return _sets(self.program).texts

    def used(self, glyphs: frozenset[int], spelled: Mapping[int, str], *, many: bool) -> Used:
        """Say what a letter sets in this face.

        :param spelled: what glyphs stand for that the face's own table has none for; it may have more of them.
        :param many: whether it is one of many.
        """
        known = _sets(self.program)
        own = frozenset((glyph, spelled[glyph]) for glyph in glyphs if glyph not in known.texts)
        if many and not glyphs.isdisjoint(known.letters):
            glyphs |= known.usual
        return Used(glyphs, own)

    def block(self, used: Used) -> Block:
        """Make the font's objects for these glyphs."""
        return _block(self.place, self.program, used)


class _Sets(NamedTuple):
    texts: Mapping[int, str]
    usual: frozenset[int]
    """What a face of one of many letters holds: it makes a file some KB larger, and lets it share its faces."""
    letters: frozenset[int]


@lru_cache(maxsize=64)
def _sets(program: FontProgram) -> _Sets:
    texts = tables.read_glyphs(program.file, program.index).texts
    usual = frozenset(glyph for glyph, text in texts.items() if text in _USUAL)
    return _Sets(texts, usual, frozenset(glyph for glyph in usual if texts[glyph] in _LETTERS))


@lru_cache(maxsize=_KEPT)
def _block(place: FontPlace, program: FontProgram, used: Used) -> Block:
    face = faces.face(program, used.glyphs, used.spelled)
    streams = (place.file, face.program), (place.cmap, face.to_unicode)
    references = (place.cmap, place.subfont)
    packed = (
        (place.descriptor, b"%b%d 0 R>>" % (face.descriptor, place.file)),
        (place.subfont, b"%b%d 0 R>>" % (face.inner, place.descriptor)),
        (
            place.font,
            b"%b/ToUnicode %d 0 R/Encoding /Identity-H/DescendantFonts [%d 0 R]>>" % (face.outer, *references),
        ),
    )
    return Block(streams, packed)


def of_document(fonts: Mapping[Any, Any], objects: Objects) -> dict[str, tuple[Font, font_programs.Drawn]]:
    """Find the fonts of a document in the PDF that WeasyPrint has drawn.

    :param fonts: the document's, by their keys.
    :returns: the fonts by their names, and what the document sets of each; without those that WeasyPrint embeds itself,
        such as variable ones.
    """
    drawn, _ = font_programs.of_document(fonts)
    found: dict[str, tuple[Font, font_programs.Drawn]] = {}
    for name, reference in _resources(objects).items():
        if name not in drawn:
            continue
        font = objects.get(reference)
        subfont = objects.get(font["DescendantFonts"][0])
        descriptor = objects.get(subfont["FontDescriptor"])
        file = descriptor.get("FontFile2") or descriptor["FontFile3"]
        numbers = (file, font["ToUnicode"], subfont["FontDescriptor"], font["DescendantFonts"][0], reference)
        place = FontPlace(name, *map(number_of, numbers))
        found[name] = Font(place, drawn[name].program), drawn[name]
    return found


def _resources(objects: Objects) -> Mapping[str, Any]:
    for page in objects.pages():
        fonts: Mapping[str, Any] = objects.get(objects.get(page["Resources"])["Font"])
        return fonts
    return {}
