"""Draws a line with WeasyPrint's own function, and gives the operators that it writes.

Not here: lines put together of words that were shaped before (`words`).
"""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

import pydyf

from letterpress.layout import private_api
from letterpress.layout.lines.page_fonts import FontFound, Fonts, LineFont, Unsettable
from letterpress.layout.lines.style import TextStyle

_GLYPH = "Iiii4x"
"""PangoGlyphInfo: number, width, and how far it is moved to the right and up."""


class Line(NamedTuple):
    """A line of text as a page's content has it."""

    text: str
    """What is drawn, with the hyphen that divides a word."""
    width_px: float
    operands: bytes
    """What stands behind the line's Tm: Tf and TJ, with the line ends of WeasyPrint's streams between them."""
    glyphs: tuple[tuple[str, tuple[int, ...]], ...]
    """The name of each font, and the glyphs of it, in the order of their numbers."""
    spelled: tuple[tuple[str, int, str], ...]
    """Font, glyph and text of those glyphs that the font's own table of characters does not have, such as ligatures. A
    glyph may be there with several texts."""


class Recorder(pydyf.Stream):  # type: ignore[misc]
    """Stands for the stream of a page while one line is drawn."""

    def __init__(self, fonts: Fonts) -> None:
        super().__init__()
        self._fonts = fonts
        self._font: tuple[str, float] | None = None
        self.used: dict[str, LineFont] = {}

    def add_font(self, pango_font: Any) -> tuple[LineFont, float]:
        """Give what stands for a font, and its size in px.

        :raises Unsettable: the page does not have it.
        """
        font = self._fonts.find(pango_font)
        if font.name not in self.used:
            self.used[font.name] = LineFont(font)
        return self.used[font.name], font.size

    def set_font_size(self, font: str, size: float) -> None:
        """Write Tf, unless it would say again what holds: as WeasyPrint's stream does."""
        if (font, size) != self._font:
            self._font = font, size
            super().set_font_size(font, size)

    def set_text_matrix(self, *values: float) -> None:
        """Leave out where the line stands."""


class _TextBox(NamedTuple):
    """What WeasyPrint's drawing reads of a text box."""

    text: str
    style: TextStyle
    pango_layout: Any


def draw(layout: Any, style: TextStyle, text: str, width: float, fonts: Fonts) -> Line:
    """Draw a shaped text.

    :param layout: WeasyPrint's, with the text that is drawn; on one line.
    :param text: the box's own, which may lack a space at the end that is drawn.
    :param width: of the line, in px.
    :raises Unsettable: it needs a font or a glyph that the page does not have.
    """
    if not text.strip():
        raise Unsettable("nothing is drawn")
    return _written(layout, text, width, fonts) or _drawn(layout, style, text, width, fonts)


def _drawn(layout: Any, style: TextStyle, text: str, width: float, fonts: Fonts) -> Line:
    """A line that WeasyPrint's own function draws."""
    private = private_api.text_setting()
    stream = Recorder(fonts)
    private.draw_first_line(stream, _TextBox(text, style, layout), "clip", "none", private.no_matrix)
    fonts_used = stream.used.values()
    return Line(
        text,
        width,
        b"\n".join(stream.stream),
        tuple(sorted((font.hash, tuple(sorted(font.to_unicode))) for font in fonts_used)),
        tuple(sorted(one for font in fonts_used for one in font.spelled)),
    )


def _written(layout: Any, text: str, width: float, fonts: Fonts) -> Line | None:
    """What that function writes of usual glyphs; None where one is moved up or down, or its text is not known.

    :raises Unsettable: it needs a font or a glyph that the page does not have.
    """
    private = private_api.text_setting()
    unusual = not private.sizes_of_fonts
    stream = Recorder(fonts)
    glyphs: dict[str, set[int]] = {}
    string, before, font = "", None, None
    for run in runs(layout.layout):
        numbers, widths, right, up = glyph_columns(run)
        if any(number & private.pango.PANGO_GLYPH_UNKNOWN_FLAG for number in numbers):
            raise Unsettable("no font has one of the characters")
        if font is None or run.item.analysis.font != before:
            before = run.item.analysis.font
            font = fonts.find(before)
            if string:
                stream.show_text(string)
            string = ""
            stream.set_font_size(font.name, font.size)
        unusual = unusual or any(up) or any(number not in font.texts for number in numbers)
        if unusual:
            return None
        string += "<" + "".join([piece(font, *glyph) for glyph in zip(numbers, widths, right, strict=True)])
        string = string[:-1] if string[-1] == "<" else string + ">"
        glyphs.setdefault(font.name, set()).update(numbers)
    stream.show_text(string)
    used = tuple(sorted((name, tuple(sorted(some))) for name, some in glyphs.items()))
    return Line(text, width, b"\n".join(stream.stream), used, ())


def piece(font: FontFound, number: int, width: int, right: int) -> str:
    """A glyph as it stands within < and >: what moves it, and how much closer the next one stands than its width says.

    Source: WeasyPrint 70, `draw_first_line`.

    :raises Unsettable: it is no glyph of the font, or its width is not known.
    """
    written = font.pieces.get((number, width, right))
    if written is None:
        offset = right / font.size
        closer = font.widths[number] + offset - width * 1000 * private_api.text_setting().from_units / font.size
        moved = f">{-offset}<" if offset else ""
        written = moved + f"{number:04x}" + (f">{int(closer)}<" if closer else "")
        if not right:  # of spaces that are made wider there are too many
            font.pieces[number, width, right] = written
    return written


def width_of(layout: Any, style: TextStyle) -> float:
    """Measure a shaped text on one line, in px."""
    private = private_api.text_setting()
    width, _ = private.line_size(private.pango.pango_layout_get_line_readonly(layout.layout, 0), style)
    return float(width)


def runs(layout: Any) -> list[Any]:
    """The runs of a Pango layout's first line: stretches of one font, in their order on the page."""
    private = private_api.text_setting()
    found, run = [], private.pango.pango_layout_get_line_readonly(layout, 0).runs[0]
    while run != private.ffi.NULL:
        found.append(run.data)
        run = run.next
    return found


def glyph_columns(run: Any) -> tuple[tuple[int, ...], ...]:
    """Numbers of a run's glyphs, their widths, and how far they are moved to the right and up, in units of Pango."""
    string = run.glyphs
    count = string.num_glyphs
    buffer = private_api.text_setting().ffi.buffer(string.glyphs, struct.calcsize(_GLYPH) * count)
    values = struct.unpack("=" + _GLYPH * count, buffer)
    return values[::4], values[1::4], values[2::4], values[3::4]


def clusters(run: Any) -> list[int]:
    """Where the text of each of a run's glyphs begins, in bytes from the run's own beginning."""
    string = run.glyphs
    found: list[int] = private_api.text_setting().ffi.unpack(string.log_clusters, string.num_glyphs)
    return found
