"""The fonts that a page is set in, as its lines name them; a font that a page does not have is refused.

Not here: how faces are embedded (`fonts.faces`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, NamedTuple

from letterpress.fonts import shipped, tables
from letterpress.layout import private_api

_TIE = 0.13
"""How near to the half of 1/1000 em a width may be that is rounded without knowing the size of its type: Pango rounds
to 1/1024 px, which is half of 1/8 of 1/1000 em in type of 4 px."""


class Unsettable(Exception):
    """A line needs more than is known here: its letter is laid out."""


class Widths(dict[int, int]):
    """Widths of a font's glyphs in 1/1000 em, rounded: those that are known, and for others those of its file."""

    def __init__(self, known: Mapping[int, int], glyphs: tables.Glyphs, *, of_file: bool = False) -> None:
        """Begin with what is known.

        :param of_file: whether all are those of the file. Else the page's are of Pango, which rounds them twice.
        """
        super().__init__(known)
        self._glyphs = glyphs
        self.of_file = of_file

    def __contains__(self, glyph: object) -> bool:
        """All glyphs of the font are there: WeasyPrint would ask Pango for one that is not.

        :raises Unsettable: the width lies between two, and a page takes the one that the first size of type gave it.
        """
        if super().__contains__(glyph):
            return True
        width = self._measured(glyph)  # type: ignore[arg-type]
        if width is not None:
            self[glyph] = width  # type: ignore[index]
        return width is not None

    def __missing__(self, glyph: int) -> int:
        """Measure a glyph.

        :raises Unsettable: the font has none of this number, or its width lies between two.
        """
        if glyph not in self:
            raise Unsettable("the font has no such glyph")
        return self[glyph]

    def _measured(self, glyph: int) -> int | None:
        width = self._glyphs.width(glyph)
        if width is None or self.of_file:
            return None if width is None else round(width)
        if self._glyphs.variable or abs(width % 1 - 0.5) < _TIE:
            raise Unsettable("the width of a glyph is not known")
        return round(width)


class PageFont(NamedTuple):
    """One of the fonts of a page."""

    name: str
    """Of the resource, without the solidus."""
    widths: Mapping[int, int]
    """Widths of glyphs that the page has already, in 1/1000 em."""
    of_file: bool = False
    """Whether widths are those of the font's file for every glyph."""


class FontNames:
    """Which of a page's fonts a font of Pango is."""

    def __init__(self, known: Mapping[Any, PageFont]) -> None:
        """Take a page's fonts by WeasyPrint's keys."""
        self._known = known
        alike = all(font.of_file for font in known.values())
        self.key: Hashable = frozenset((key, font.name) for key, font in known.items()) if alike else object()
        """Equal for pages whose lines are equal: where widths are the page's own, it is like no other."""

    def __call__(self, pango_font: Any) -> PageFont | None:
        """Give the font; None if it is none of the page's."""
        return self._known.get(private_api.font_key(pango_font)[0])


class DrawnFonts(dict[Any, Any]):
    """Takes the place of a document's `fonts` before its pages are drawn: glyphs are as wide as the file says.

    WeasyPrint takes a glyph's width from Pango, in the size that it is first drawn in, and rounds it once more. Where
    it lies between two, a page would depend on which of its texts is drawn first, and a letter on whose plate it is.
    """

    def __init__(self) -> None:
        super().__init__()
        self.of_file: set[Any] = set()
        """Keys of the fonts whose widths are those of the file."""

    def __setitem__(self, key: Any, font: Any) -> None:
        if _is_outlined(font) and "fvar" not in font.tables:
            with contextlib.suppress(Unsettable):  # a font that is broken is WeasyPrint's to set
                font.widths = Widths(font.widths, _glyphs(font.file_content, font.index), of_file=True)
                self.of_file.add(key)
        super().__setitem__(key, font)

    def values(self) -> Any:
        """Give the fonts. WeasyPrint asks when all pages are drawn: now fonts have the glyphs that they set alone."""
        for font in super().values():
            font.widths = dict(font.widths)
        return super().values()


def of_document(fonts: Mapping[Any, Any]) -> FontNames:
    """Give the fonts of a document that WeasyPrint has drawn.

    :param fonts: its `fonts`; fonts with pictures for glyphs are left out.
    """
    of_file = fonts.of_file if isinstance(fonts, DrawnFonts) else frozenset[Any]()
    return FontNames(
        {
            key: PageFont(font.hash, dict(font.widths), key in of_file)
            for key, font in fonts.items()
            if _is_outlined(font)
        }
    )


def _is_outlined(font: Any) -> bool:
    return not (font.png or font.svg or font.colr or font.bitmap)


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
    pieces: dict[tuple[int, int, int], str] = field(default_factory=dict)
    """How glyphs are written, by their number, width and offset in units of Pango."""


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
        self._found: dict[tuple[int, float], FontFound] = {}

    def find(self, pango_font: Any) -> FontFound:
        """Give a font of the page.

        :raises Unsettable: it is none of them.
        """
        key = private_api.font_key(pango_font)
        found = self._found.get(key)
        if found is None:
            font = self._named(pango_font)
            if font is None:
                raise Unsettable("the text needs a font that the page does not have")
            other = next((one for one in self._found.values() if one.name == font.name), None)
            found = replace(other, size=key[1], pieces={}) if other else _opened(font, pango_font, key[1])
            self._found[key] = found
        return found


def _opened(font: PageFont, pango_font: Any, size: float) -> FontFound:
    file = private_api.pango_font_file(pango_font)
    glyphs = _glyphs(file, private_api.pango_font_index(pango_font))
    widths = Widths(font.widths, glyphs, of_file=font.of_file)
    return FontFound(font.name, widths, glyphs.texts, size, shipped.fingerprint_of(file))


@lru_cache(maxsize=64)
def _glyphs(file: bytes, index: int) -> tables.Glyphs:
    try:
        return tables.read_glyphs(file, index)
    except ValueError as error:
        raise Unsettable(str(error)) from error
