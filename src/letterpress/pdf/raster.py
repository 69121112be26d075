"""Draws pages as pictures, and finds which pages of two versions of a document look different.

PDFium is not safe in threads: one call at a time.

Not here: whether a page that looks different may do so (`signing/display/drawn`).
"""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from letterpress.pdf import png as png_files
from letterpress.processes import forks

LOCK = forks.Lock()
"""PDFium is not safe in threads: whoever calls it holds this."""

MOST_PAGES = 100
"""Pages that are drawn and compared."""
MOST_PIXELS = 4_000_000
"""Pixels of a drawn page; a larger one is drawn at a lower resolution."""

_LARGEST = 40_000_000
"""Pixels of a picture of a page: A3 at 400 dpi. A larger one is drawn at a lower resolution."""
MOST_PLACES = 50
"""Places of one text on a page that are looked for."""

Box = tuple[float, float, float, float]
"""x1, y1, x2, y2 in pt from the bottom left corner of a page."""


class Unreadable(Exception):
    """PDFium cannot open the file."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two versions of a document look."""

    before: int
    """Pages of the first version."""
    after: int
    compared: int
    """Pages that were drawn of both: from the first one on, at most `MOST_PAGES`."""
    different: tuple[int, ...]
    """Numbers of pages that look different, counted from 1."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture of a page."""

    name: str
    """Equal for pictures of the same pixels: SHA-256, in hexadecimal."""
    width: int
    """In pixels."""
    height: int
    png: bytes | None
    """None where whoever asked has it already."""


def png(pdf: bytes, *, dpi: int, page: int = 1) -> bytes:
    """Draw one page (counted from 1) as PNG, for a file that is kept.

    :raises Unreadable: PDFium cannot draw it.
    """
    width, height, rows, grey = _pixels(pdf, page, dpi)
    return png_files.written(rows, width, height, grey=grey, level=png_files.SMALL)


def picture(pdf: bytes, *, dpi: int, page: int = 1, known: Collection[str] = ()) -> Picture:
    """Draw one page (counted from 1) to be looked at now.

    :param known: names of pictures that need not be written again.
    :raises Unreadable: PDFium cannot draw it.
    """
    width, height, rows, grey = _pixels(pdf, page, dpi)
    name = hashlib.sha256(b"%d %d " % (width, height) + rows).hexdigest()
    written = None if name in known else png_files.written(rows, width, height, grey=grey)
    return Picture(name, width, height, written)


def _pixels(pdf: bytes, page: int, dpi: int) -> tuple[int, int, bytes, bool]:
    """Draw one page (counted from 1): width and height in pixels, its samples, and whether it is grey."""
    import pypdfium2  # type: ignore[import-untyped]

    with LOCK:
        document = opened(pdf)
        try:
            if document.get_formtype():
                document.init_forms()  # what a signature shows is the appearance of its field
            shown = document[page - 1]
            area = max(math.prod(shown.get_size()), 1)
            scale = min(dpi / 72, (_LARGEST / area) ** 0.5)  # 72 pt to the inch
            bitmap = shown.render(scale=scale, rev_byteorder=True)
            image = bitmap.to_pil()  # it may share the bitmap's memory
            red, green, blue = (band.tobytes() for band in image.split()[:3])
            grey = red == green == blue
            rows = red if grey else image.convert("RGB").tobytes()
            width, height = image.size
            bitmap.close()
            shown.close()
        except (pypdfium2.PdfiumError, ValueError, IndexError) as error:
            raise Unreadable(str(error)) from error
        finally:
            document.close()
    return width, height, rows, grey


def sizes(pdf: bytes | Path) -> tuple[tuple[float, float], ...]:
    """Measure the pages: width and height in pt.

    :raises Unreadable: PDFium cannot open the file.
    """
    with LOCK:
        document = opened(pdf)
        try:
            return tuple(document.get_page_size(at) for at in range(len(document)))
        finally:
            document.close()


class Search:
    """Finds where texts are printed on the pages of a file; used with `with`."""

    def __init__(self, pdf: bytes) -> None:
        """:raises Unreadable: PDFium cannot open the file."""
        self._pdf = pdf
        self._pages: dict[int, Any] = {}
        with LOCK:
            self._document = opened(pdf)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with LOCK:
            for written in self._pages.values():
                written.close()
            self._document.close()

    def find(self, text: str, *, page: int, within: Box | None = None) -> tuple[Box, ...]:
        """Find a text on a page (counted from 1): boxes of its words' lines, at most `MOST_PLACES`.

        :param within: the part of the page that is looked at.
        """
        if not text.strip():
            return ()
        with LOCK:
            if page not in self._pages:
                self._pages[page] = self._document[page - 1].get_textpage()
            return tuple(itertools.islice(_found(self._pages[page], text, within), MOST_PLACES))


def _found(written: Any, text: str, within: Box | None) -> Iterator[Box]:
    searcher = written.search(text, match_case=True)
    while (found := searcher.get_next()) is not None:
        start, count = found
        boxes = [written.get_rect(at) for at in range(written.count_rects(start, count))]
        if within is None or all(_inside(box, within) for box in boxes):
            yield from boxes


def _inside(box: Box, outer: Box) -> bool:
    """Whether the middle of a box is in another."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def grey(pdf: bytes, *, dpi: float, page: int = 1) -> tuple[int, int, bytes]:
    """Draw one page (counted from 1) in grey; gives width and height in pixels, and a byte for each."""
    with LOCK:
        document = opened(pdf)
        try:
            shown = document[page - 1]
            bitmap = shown.render(scale=dpi / 72, grayscale=True, draw_annots=False)
            width, height, stride = bitmap.width, bitmap.height, bitmap.stride
            rows = bytes(bitmap.buffer)
            bitmap.close()
            shown.close()
        finally:
            document.close()
    return width, height, b"".join(rows[at * stride : at * stride + width] for at in range(height))


def text(pdf: bytes) -> str:
    """Extract what is written on the pages, within their edges."""
    with LOCK:
        document = opened(pdf)
        try:
            return "\n".join(page.get_textpage().get_text_bounded() for page in document)
        finally:
            document.close()


def count(pdf: bytes | Path) -> int:
    """Count the pages that PDFium finds.

    :raises Unreadable: it cannot open the file.
    """
    with LOCK:
        document = opened(pdf)
        try:
            return len(document)
        finally:
            document.close()


def small(pdf: bytes | Path, pages: Sequence[int], *, pixels: int) -> Iterator[bytes | None]:
    """Draw pages (counted from 0) in grey, without their annotations; None for one that PDFium cannot draw.

    :param pixels: the longer side of the pictures.
    :raises Unreadable: it cannot open the file.
    """
    with LOCK:
        document = opened(pdf)
    try:
        for number in pages:
            with LOCK:
                picture = _small(document, number, pixels)
            yield picture
    finally:
        with LOCK:
            document.close()


def opened(pdf: bytes | Path) -> Any:
    """Open a file with PDFium; whoever calls this holds `LOCK`, and closes it.

    :raises Unreadable: PDFium cannot open it.
    """
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(pdf)
    except (pypdfium2.PdfiumError, OSError) as error:
        raise Unreadable(str(error)) from error


def _small(document: Any, number: int, pixels: int) -> bytes | None:
    import pypdfium2

    try:
        page = document[number]
        bitmap = page.render(
            scale=pixels / max(*page.get_size(), 1), grayscale=True, draw_annots=False, may_draw_forms=False
        )
    except (pypdfium2.PdfiumError, ValueError, IndexError):
        return None
    try:
        return bytes(bitmap.buffer)
    finally:
        bitmap.close()
        page.close()


def compare(before: bytes, after: bytes, *, dpi: int, without: Mapping[int, Sequence[Box]] | None = None) -> Comparison:
    """Draw both versions of a document, with all annotations and fields, and compare their pages pixel by pixel.

    :param without: boxes that may differ, by the number of their page, counted from 1.
    :raises Unreadable: PDFium cannot draw one of them.
    """
    with LOCK:
        return _compared(before, after, dpi, without or {})


def _compared(before: bytes, after: bytes, dpi: int, without: Mapping[int, Sequence[Box]]) -> Comparison:
    import pypdfium2

    documents: list[Any] = []
    try:
        for pdf in (before, after):
            documents.append(pypdfium2.PdfDocument(pdf))
            documents[-1].init_forms()
        pages = [len(document) for document in documents]
        compared = min(*pages, MOST_PAGES)
        different = []
        for number in range(1, compared + 1):
            boxes = without.get(number, ())
            if _drawn(documents[0], number, dpi, boxes) != _drawn(documents[1], number, dpi, boxes):
                different.append(number)
        return Comparison(pages[0], pages[1], compared, tuple(different))
    except pypdfium2.PdfiumError as error:
        raise Unreadable(str(error)) from error
    finally:
        for document in reversed(documents):
            document.close()


def _drawn(document: Any, number: int, dpi: int, without: Sequence[Box]) -> tuple[int, int, bytes]:
    """Return width, height and pixels of a page, with some boxes of it painted over."""
    page = document[number - 1]
    width, height = page.get_size()
    scale = dpi / 72  # 72 pt to the inch
    scale = min(scale, (MOST_PIXELS / max(width * height, 1)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=True)
    try:
        for box in without:
            bitmap.fill_rect((255, 255, 255, 255), *_on_bitmap(page, box, bitmap.width, bitmap.height))
        return bitmap.width, bitmap.height, bytes(bitmap.buffer)
    finally:
        bitmap.close()
        page.close()


def _on_bitmap(page: Any, box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    """Return left, top, width and height of a box on the bitmap of its page, enlarged by 2 px: edges are blurred."""
    import ctypes

    import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

    corners = []
    for x, y in (box[:2], box[2:]):
        left, top = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, left, top)
        corners.append((left.value, top.value))
    (x1, y1), (x2, y2) = corners
    left_edge, top_edge = min(x1, x2) - 2, min(y1, y2) - 2
    return left_edge, top_edge, abs(x2 - x1) + 4, abs(y2 - y1) + 4
