"""Gives a page of a foreign file what it needs to stand in another: what it inherits, and a size that viewers agree on.

Source: ISO 32000-1, 7.7.3.4 (inheritance) and 14.11.2 (boxes). Objects are pikepdf's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from letterpress.pdf import structure
from letterpress.pdf.values import array, group, groups, is_group

_INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
_MOST_LEVELS = 200
_USUAL = (0, 0, 612, 792)
"""Size in pt of a page that names none, as viewers have it: US Letter."""
_LEAST, _MOST = 3.0, 14_400.0
"""Sides in pt that PDF/A allows (ISO 19005-3, 6.1.13)."""


def complete(page: Any) -> bool:
    """Give a page the resources, boxes and turn that it inherits, and boxes that it can be drawn in.

    :returns: whether the file says how large the page is.
    """
    for key in _INHERITED:
        above = page
        for _ in range(_MOST_LEVELS):
            if key in above or not is_group(above.get("/Parent")):
                break
            above = above.Parent
        if above is not page and key in above:
            page[key] = above[key]
    import pikepdf

    if "/Resources" in page and not is_group(page.Resources):
        del page["/Resources"]
    if "/Rotate" in page and (not isinstance(page.Rotate, int) or page.Rotate % 90):
        del page["/Rotate"]
    said = _box(page, "/MediaBox")
    sheet = said or _USUAL
    if said is None:
        page.MediaBox = pikepdf.Array(_USUAL)
    for key in ("/CropBox", "/BleedBox", "/TrimBox", "/ArtBox"):
        if key not in page:
            continue
        box = _box(page, key)
        if box is None or any(min(box[at + 2], sheet[at + 2]) <= max(box[at], sheet[at]) for at in (0, 1)):
            del page[key]  # it shows nothing of the page
    return said is not None


def size(page: Any) -> tuple[float, float]:
    """Give the width and height of a page that is `complete`, turned as it is seen, in pt."""
    left, bottom, right, top = _box(page, "/CropBox") or _box(page, "/MediaBox") or _USUAL
    width, height = right - left, top - bottom
    return (height, width) if int(page.get("/Rotate", 0)) % 180 else (width, height)


def fits_archive(page: Any) -> bool:
    """Tell whether a page's boxes have sides that PDF/A allows."""
    for key in ("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox"):
        box = _box(page, key) if key in page else None
        if box and not all(_LEAST <= side <= _MOST for side in (box[2] - box[0], box[3] - box[1])):
            return False
    return True


def _box(page: Any, key: str) -> tuple[float, float, float, float] | None:
    """Read a rectangle with an area, its lower left corner first; None if it is none."""
    values = array(page, key)
    try:
        left, bottom, right, top = (float(value) for value in values)
    except (TypeError, ValueError):
        return None
    left, right, bottom, top = min(left, right), max(left, right), min(bottom, top), max(bottom, top)
    return (left, bottom, right, top) if right > left and top > bottom else None


def drop_glyph_sets(pages: Sequence[Any]) -> None:
    """Take out the lists of a subset's glyphs: PDF/A-1 wants some, PDF/A-3 none or all (ISO 19005-3, 6.2.11.4.2)."""
    seen: set[Any] = set()
    for page in pages:
        for part in structure.parts(page, seen):
            for _, font in groups(part, "/Resources", "/Font"):
                below = array(font, "/DescendantFonts")
                inner = group(below[0] if below else font, "/FontDescriptor")
                for key in ("/CIDSet", "/CharSet"):
                    if inner is not None and key in inner:
                        del inner[key]
