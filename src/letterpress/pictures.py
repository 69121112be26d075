"""A page -> a picture.

Job: PNG of a page. Secret: pypdfium2.
"""

from __future__ import annotations

import io


def png(pdf: bytes, *, dpi: int, page: int = 1) -> bytes:
    """One page (counted from 1) as PNG."""
    import pypdfium2  # type: ignore[import-untyped]

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
