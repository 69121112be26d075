"""A page -> a picture.

Job: PNG of a page; small pictures of many, to compare them. Secret: pypdfium2, and that PDFium is not safe in threads.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

_LOCK = threading.RLock()


class Unreadable(Exception):
    """PDFium cannot open the file."""


def png(pdf: bytes, *, dpi: int, page: int = 1) -> bytes:
    """One page (counted from 1) as PNG."""
    import pypdfium2  # type: ignore[import-untyped]

    with _LOCK:
        document = pypdfium2.PdfDocument(pdf)
        try:
            opened = document[page - 1]
            bitmap = opened.render(scale=dpi / 72)  # 72 pt to the inch
            file = io.BytesIO()
            bitmap.to_pil().save(file, "PNG", optimize=True)
            bitmap.close()
            opened.close()
        finally:
            document.close()
        return file.getvalue()


def count(pdf: bytes | Path) -> int:
    """How many pages PDFium finds.

    :raises Unreadable: it cannot open the file.
    """
    with _LOCK:
        document = _opened(pdf)
        try:
            return len(document)
        finally:
            document.close()


def small(pdf: bytes | Path, pages: Sequence[int], *, pixels: int) -> Iterator[bytes | None]:
    """Pages (counted from 0) in grey, without their annotations; None for one that PDFium cannot draw.

    :param pixels: the longer side of the pictures.
    :raises Unreadable: it cannot open the file.
    """
    with _LOCK:
        document = _opened(pdf)
    try:
        for number in pages:
            with _LOCK:
                picture = _small(document, number, pixels)
            yield picture
    finally:
        with _LOCK:
            document.close()


def _opened(pdf: bytes | Path) -> Any:
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
