"""Draws the first pages of many letters on one sheet, large enough to be read, each with its name below: not to keep.

The pages are put in as they are (form XObjects), so that the sheet is as sharp as the letters.

Source: ISO 32000-2, 8.10 (form XObjects), 9.4 (text objects).
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Any

from letterpress.batch.combine import Part
from letterpress.errors import LetterpressError

_MARGIN, _GAP, _WIDTH, _LABEL = 24.0, 18.0, 380.0, 18.0
"""In pt: around the sheet, between two pages, a page's width (text of 11 pt is 7 pt on it), the line of its name."""
_CELL = (_WIDTH + _GAP, _WIDTH * 1.45 + _LABEL + _GAP)
"""Width and height in pt that a page has, with its name and the gaps: A4 and narrower papers fit."""
_TYPE = 11.0
"""Size of the names in pt; a long one is set smaller."""


def draw(parts: Sequence[Part], *, columns: int = 3) -> bytes:
    """Draw a sheet; gives a PDF of one page.

    :param columns: pages side by side, at most; more where there are so many that the sheet would be a strip.
    :raises LetterpressError: a part cannot be read.
    """
    import pikepdf

    columns = max(1, min(max(columns, math.isqrt(len(parts))), len(parts)))
    rows = -(-len(parts) // columns)
    width, height = 2 * _MARGIN + columns * _CELL[0], 2 * _MARGIN + rows * _CELL[1]
    sheet = pikepdf.new()
    sheet.add_blank_page(page_size=(width, height))
    page = sheet.pages[0]
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font), XObject=pikepdf.Dictionary())
    drawn: list[str] = []
    for at, part in enumerate(parts):
        form, size = _first_page(sheet, part)
        page.Resources.XObject[f"/P{at}"] = form
        x = _MARGIN + (at % columns) * _CELL[0]
        y = height - _MARGIN - (at // columns + 1) * _CELL[1] + _GAP
        drawn += _drawn(f"/P{at}", size, part.title, x, y)
    page.Contents = sheet.make_stream("\n".join(drawn).encode("latin-1"))
    file = io.BytesIO()
    sheet.save(file, deterministic_id=True)
    return file.getvalue()


def _first_page(sheet: Any, part: Part) -> tuple[Any, tuple[float, float]]:
    """Take a letter's first page into the sheet; gives it with its width and height in pt."""
    import pikepdf

    try:
        with pikepdf.open(part.path) as source:
            form = sheet.copy_foreign(source.pages[0].as_form_xobject())
            # The data has to come along before the source is closed.
            form.write(source.pages[0].as_form_xobject().read_bytes())
            box = source.pages[0].mediabox
            return form, (float(box[2]), float(box[3]))
    except (pikepdf.PdfError, OSError) as error:
        raise LetterpressError(f"cannot be read: {error}", file=str(part.path), code="letter-unreadable") from error


def _drawn(name: str, size: tuple[float, float], title: str, x: float, y: float) -> list[str]:
    """Write the operators that draw one page, a frame around it and its name; `x` and `y` are its lower left in pt."""
    width, height = size
    scale = min(_WIDTH / width, (_CELL[1] - _LABEL - _GAP) / height)
    # The font has the characters of Windows-1252; three of them would end the string.
    label = "".join(char for char in title.encode("cp1252", "replace").decode("latin-1") if char not in "\\()")
    points = min(_TYPE, 1.8 * _WIDTH / max(1, len(label)))
    return [
        f"q {scale:.5f} 0 0 {scale:.5f} {x:.2f} {y + _LABEL:.2f} cm {name} Do Q",
        f"q 0.6 G 0.4 w {x:.2f} {y + _LABEL:.2f} {width * scale:.2f} {height * scale:.2f} re S Q",
        f"BT /F {points:.1f} Tf {x:.2f} {y + 3:.2f} Td ({label}) Tj ET",
    ]
