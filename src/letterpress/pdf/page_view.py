"""Shows a page as a printer's machine meets it: its size, its pixels, and each character with its place, in mm.

All places are counted from the top left corner of the page as it is seen: turned as `Rotate` says, and cut to its
CropBox. PDFium is not safe in threads: every call holds `raster.LOCK`.

Not here: pictures of pages for people (`raster`), and what the file's own objects say (`pikepdf`'s modules).
Source: PDFium, fpdf_text.h and fpdfview.h.
"""

from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from letterpress.pdf import raster

_MM = 25.4 / 72
"""mm in a pt."""
MOST_CHARACTERS = 50_000
"""Characters of a page that are read: some twenty pages of text."""
_MOST_PIXELS = 8_000_000
"""Pixels of a page that is drawn; a larger one is drawn at a lower resolution."""
_LARGEST = 1_000_000
"""In what PDFium maps points of a page to: thousandths of the page's sides."""
_FORCED_BOLD = 600
"""Weight of a font that is bold (OpenType, OS/2 usWeightClass)."""


class Glyph(NamedTuple):
    """A character of a page."""

    text: str
    left: float
    """mm, as `top`, `right`, `bottom`: of its ink, from the page's top left corner."""
    top: float
    right: float
    bottom: float
    baseline: float
    """y of the line that it stands on, mm."""
    number: int
    """Which character of the page it is, for `PageView.style`."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a character is set."""

    size: float
    """pt, as it is seen."""
    font: str
    bold: bool
    italic: bool


@dataclass(frozen=True, slots=True)
class Pixels:
    """A page that is drawn: red, green and blue, row by row."""

    width: int
    height: int
    rows: bytes
    per_mm: float
    """Pixels to the mm."""


class Document:
    """A PDF whose pages are looked at; used with `with`. Pages are counted from 1."""

    def __init__(self, pdf: bytes) -> None:
        """:raises Unreadable: PDFium cannot open it."""
        with raster.LOCK:
            self._document = raster.opened(pdf)
            if self._document.get_formtype():
                self._document.init_forms()  # what a form's fields show is printed

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with raster.LOCK:
            self._document.close()

    def __len__(self) -> int:
        with raster.LOCK:
            return len(self._document)

    def page(self, number: int) -> PageView:
        """Open a page; used with `with`.

        :raises Unreadable: PDFium cannot.
        """
        import pypdfium2  # type: ignore[import-untyped]

        with raster.LOCK:
            try:
                return PageView(self._document[number - 1])
            except (pypdfium2.PdfiumError, IndexError, ValueError) as error:
                raise raster.Unreadable(str(error)) from error


class PageView:
    """A page that is looked at."""

    def __init__(self, page: Any) -> None:
        """:param page: PDFium's."""
        self._page = page
        self._text: Any = None
        width, height = page.get_size()
        self.width, self.height = width * _MM, height * _MM
        """mm, as it is seen."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with raster.LOCK:
            if self._text is not None:
                self._text.close()
            self._page.close()

    def pixels(self, dpi: float) -> Pixels:
        """Draw it, with its annotations and forms as they are printed.

        :param dpi: pixels to the inch, unless the page is very large.
        :raises Unreadable: PDFium cannot.
        """
        import pypdfium2

        area = max(self.width * self.height / _MM**2, 1)  # pt
        scale = min(dpi / 72, (_MOST_PIXELS / area) ** 0.5)
        with raster.LOCK:
            try:
                bitmap = self._page.render(scale=scale, rev_byteorder=True)
                image = bitmap.to_pil().convert("RGB")  # a copy, where it shared the bitmap's memory
                (width, height), rows = image.size, image.tobytes()
                bitmap.close()
            except (pypdfium2.PdfiumError, ValueError) as error:
                raise raster.Unreadable(str(error)) from error
        return Pixels(width, height, rows, scale / _MM)

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Give the place of a point of the file's own space (pt) on the page as it is seen, mm."""
        with raster.LOCK:
            return _apply(self._mapping(), x, y)

    def _mapping(self) -> tuple[float, float, float, float, float, float]:
        """The linear mapping from the file's space to mm: a page's three points tell all of it."""
        import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

        points = []
        for x, y in ((0, 0), (1000, 0), (0, 1000)):
            across, down = ctypes.c_int(), ctypes.c_int()
            pdfium.FPDF_PageToDevice(self._page, 0, 0, _LARGEST, _LARGEST, 0, x, y, across, down)
            points.append((across.value / _LARGEST * self.width, down.value / _LARGEST * self.height))
        (x0, y0), (x1, y1), (x2, y2) = points
        return (x1 - x0) / 1000, (y1 - y0) / 1000, (x2 - x0) / 1000, (y2 - y0) / 1000, x0, y0

    def _characters(self) -> Any:
        if self._text is None:
            self._text = self._page.get_textpage()
        return self._text

    def glyphs(self) -> list[Glyph]:
        """Read its characters, whether they are seen or not, in the order of the file; at most `MOST_CHARACTERS`.

        :raises Unreadable: PDFium cannot.
        """
        import pypdfium2
        import pypdfium2.raw as pdfium

        found = []
        left, right, bottom, top, x, y = (ctypes.c_double() for _ in range(6))
        with raster.LOCK:
            try:
                text = self._characters()
            except pypdfium2.PdfiumError as error:
                raise raster.Unreadable(str(error)) from error
            mapping = self._mapping()
            for index in range(min(text.count_chars(), MOST_CHARACTERS)):
                code = pdfium.FPDFText_GetUnicode(text, index)
                if code <= 32 or 0xD800 <= code < 0xE000 or code > 0x10FFFF:  # blanks and halves say nothing of a place
                    continue
                if not pdfium.FPDFText_GetCharBox(text, index, left, right, bottom, top):
                    continue
                pdfium.FPDFText_GetCharOrigin(text, index, x, y)
                one = _apply(mapping, left.value, top.value)
                two = _apply(mapping, right.value, bottom.value)
                box = (min(one[0], two[0]), min(one[1], two[1]), max(one[0], two[0]), max(one[1], two[1]))
                if all(map(math.isfinite, box)):
                    found.append(Glyph(chr(code), *box, _apply(mapping, x.value, y.value)[1], index))
        return found

    def style(self, number: int) -> Style:
        """Read how a character is set.

        :param number: `Glyph.number`.
        """
        import pypdfium2.raw as pdfium

        with raster.LOCK:
            text = self._characters()
            matrix = pdfium.FS_MATRIX()
            size = pdfium.FPDFText_GetFontSize(text, number)
            if pdfium.FPDFText_GetMatrix(text, number, matrix):
                size *= math.sqrt(abs(matrix.a * matrix.d - matrix.b * matrix.c))
            flags = ctypes.c_int()
            length = pdfium.FPDFText_GetFontInfo(text, number, None, 0, flags)
            name = ctypes.create_string_buffer(max(length, 1))
            pdfium.FPDFText_GetFontInfo(text, number, name, length, flags)
            weight = pdfium.FPDFText_GetFontWeight(text, number)
        font = name.value.decode("utf-8", "replace")
        said = font.casefold()
        bold = weight >= _FORCED_BOLD or "bold" in said or bool(flags.value & 1 << 18)
        italic = "italic" in said or "oblique" in said or bool(flags.value & 1 << 6)
        return Style(size, font, bold, italic)


def _apply(mapping: tuple[float, ...], x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = mapping
    return a * x + c * y + e, b * x + d * y + f
