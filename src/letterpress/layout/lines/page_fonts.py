"""The fonts that a page is set in, as its lines name them; a font that a page does not have is refused.

Not here: how faces are embedded (`fonts.faces`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

from letterpress.fonts import shipped, tables
from letterpress.layout import private_api

_TIE = 0.13
"""How near to the half of 1/1000 em a width may be that is rounded without knowing the size of its type: Pango rounds
to 1/1024 px, which is half of 1/8 of 1/1000 em in type of 4 px."""


class Unsettable(Exception):
    """A line needs more than is known here: its letter is laid out."""


class PageFont(NamedTuple):
    """One of the fonts of a page."""

    name: str
    """Of the resource, without the solidus."""
    widths: Mapping[int, int]
    """Widths of glyphs that the page has already, in 1/1000 em."""


FontNames = Callable[[Any], PageFont | None]
"""Which of a page's fonts a font of Pango is; None if it is none of them."""


def of_document(fonts: Mapping[Any, Any]) -> FontNames:
    """Give the fonts of a document that WeasyPrint has drawn.

    :param fonts: its `fonts`; fonts with pictures for glyphs are left out.
    """
    known = {
        key: PageFont(font.hash, dict(font.widths))
        for key, font in fonts.items()
        if not (font.png or font.svg or font.colr or font.bitmap)
    }

    def named(pango_font: Any) -> PageFont | None:
        return known.get(private_api.font_key(pango_font)[0])

    return named


class Widths(dict[int, int]):
    """Widths of a font's glyphs in 1/1000 em, rounded: those of the page, and for others those of the font's file."""

    def __init__(self, known: Mapping[int, int], glyphs: tables.Glyphs) -> None:
        super().__init__(known)
        self._glyphs = glyphs

    def __contains__(self, glyph: object) -> bool:
        """All glyphs are there: WeasyPrint would ask Pango for one that is not.

        :raises Unsettable: the width lies between two, and a page takes the one that the first size of type gave it.
        """
        if not super().__contains__(glyph):
            self[glyph] = self._measured(glyph)  # type: ignore[index, arg-type]
        return True

    def __missing__(self, glyph: int) -> int:
        self[glyph] = width = self._measured(glyph)
        return width

    def _measured(self, glyph: int) -> int:
        width = self._glyphs.width(glyph)
        if width is None or self._glyphs.variable or abs(width % 1 - 0.5) < _TIE:
            raise Unsettable("the width of a glyph is not known")
        return round(width)


@dataclass(frozen=True, slots=True)
class FontFound:
    """A font of a page, in one size."""

    name: str
    widths: Widths
    texts: Mapping[int, str]
    """Characters of glyphs, as the font's own table has them."""
    size: float
    """px."""
    fingerprint: shipped.Fingerprint


class LineFont:
    """What WeasyPrint's drawing asks of a font; made anew for each line, so that `to_unicode` is the line's own."""

    png = svg = colr = bitmap = False

    def __init__(self, font: FontFound) -> None:
        self.hash = font.name
        self.widths = font.widths
        self.to_unicode: dict[int, str] = {}
        self._texts = font.texts

    @property
    def spelled(self) -> list[tuple[str, int, str]]:
        """Texts of the glyphs that the font's own table has none for."""
        return [(self.hash, glyph, text) for glyph, text in self.to_unicode.items() if glyph not in self._texts]

    def get_unused_glyph_id(self, codepoint: int) -> int:
        """Refuse a character that no font has.

        :raises Unsettable: always.
        """
        raise Unsettable(f"no font has U+{codepoint:04X}")


class Fonts:
    """The fonts of a page, by Pango's."""

    def __init__(self, named: FontNames) -> None:
        self._named = named
        self._found: dict[str, FontFound] = {}

    def find(self, pango_font: Any) -> FontFound:
        """Give a font of the page.

        :raises Unsettable: it is none of them.
        """
        font = self._named(pango_font)
        if font is None:
            raise Unsettable("the text needs a font that the page does not have")
        size = private_api.font_key(pango_font)[1]
        found = self._found.get(font.name)
        if found is None:
            file = private_api.pango_font_file(pango_font)
            glyphs, fingerprint = _glyphs(file), shipped.fingerprint_of(file)
            found = FontFound(font.name, Widths(font.widths, glyphs), glyphs.texts, size, fingerprint)
            self._found[font.name] = found
        return replace(found, size=size)


@lru_cache(maxsize=64)
def _glyphs(file: bytes) -> tables.Glyphs:
    try:
        return tables.read_glyphs(file)
    except ValueError as error:
        raise Unsettable(str(error)) from error
