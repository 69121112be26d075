"""Finds where on the laid-out pages the parts of a letter's file stand: blocks by their lines, fields by their class.

Not here: who marks the blocks (`content.line_marks`), where a value stands within a line (`pdf.raster`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from letterpress.layout.boxes import Box
from letterpress.model import SignatureField
from letterpress.page import SOURCE_LINES, Placed, Rectangle

_FIELDS = {
    "letter-head": "from",
    "letter-notices": "notices",
    "letter-date": "date",
    "letter-address": "to",
    "letter-via": "via",
    "letter-reference": "reference",
    "letter-subject": "subject",
    "letter-salutation": "salutation",
    "letter-body": "body",
    "letter-closing-line": "closing",
    "signatures": "signatories",
    "letter-enclosures": "enclosures",
    "letter-cc": "cc",
    "letter-bcc": "bcc",
    "letter-postscript": "postscript",
}
"""Classes of the parts of a letter, and the field that each prints."""
_PT = 25.4 / 72
"""One pt in mm."""


def read(pages: Sequence[Box], signature_fields: Iterable[SignatureField]) -> tuple[Placed, ...]:
    """Find them, page by page in the order of the document; a block that is broken has a place on each page."""
    placed = [placed for number, page in enumerate(pages, start=1) for placed in _of_page(page, number)]
    return (*placed, *(_signature(field, pages[field.page - 1].outer) for field in signature_fields))


def _signature(field: SignatureField, sheet: Rectangle) -> Placed:
    left, bottom, right, top = (value * _PT for value in field.box)
    place = _in_hundredths(Rectangle(left, sheet.height - top, right - left, top - bottom), sheet)
    return Placed(kind="signature", page=field.page, box=place or (0.0, 0.0, 0.0, 0.0), name=field.name)


def _of_page(page: Box, number: int) -> Iterator[Placed]:
    sheet, seen = page.outer, set()
    for box in page.all():
        if not box.is_own or not box.is_element or box.element in seen:
            continue
        lines = box.element.get(SOURCE_LINES)
        fields = [_FIELDS[name] for name in box.classes if name in _FIELDS]
        if lines is None and not fields:
            continue
        seen.add(box.element)  # the first is the outermost: a table's box holds the table itself
        place = _in_hundredths(box.rectangle, sheet)
        if place is None:
            continue
        if lines is not None:
            first, _, last = lines.partition("-")
            yield Placed(kind="lines", page=number, box=place, lines=(int(first), int(last)))
        for field in fields:
            yield Placed(kind="field", page=number, box=place, name=field)


def _in_hundredths(box: Rectangle, sheet: Rectangle) -> tuple[float, float, float, float] | None:
    """Give a place in hundredths of the sheet, as far as it is on it; None where nothing of it is."""
    seen = box.intersection(sheet)
    if not seen.width or not seen.height:
        return None
    x, y = (seen.x - sheet.x) / sheet.width, (seen.y - sheet.y) / sheet.height
    return tuple(round(100 * part, 3) for part in (x, y, seen.width / sheet.width, seen.height / sheet.height))  # type: ignore[return-value]
