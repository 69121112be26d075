"""The window proof: what shows in the windows of a standard's envelopes, from the glyph boxes of the finished PDF.

Nothing here asks the layout: a second library reads the file, and the standard's row says where ink may be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from letterpress.letterhead.standards import Standard
from letterpress.page import Rectangle

MM = 25.4 / 72
TOLERANCE = 0.1
"""mm"""


@dataclass(frozen=True)
class Ink:
    """A glyph, a line or an image on page 1."""

    box: Rectangle
    text: str
    """The character; empty for what is no text."""


def ink(pdf: bytes | Path, page_number: int = 0) -> list[Ink]:
    """All ink of a page: glyphs by their outlines, then drawn paths and images, in mm from the top left corner."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[page_number]
        height = page.get_height()
        textpage = page.get_textpage()
        found = [
            Ink(_box(textpage.get_charbox(index), height), textpage.get_text_range(index, 1))
            for index in range(textpage.count_chars())
        ]
        kinds = (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING)
        found += [Ink(_box(item.get_bounds(), height), "") for item in page.get_objects(filter=kinds)]
    finally:
        document.close()
    return [item for item in found if item.text == "" or not (item.text.isspace() or item.text in "\ufffe\r\n")]


def _box(bounds: tuple[float, float, float, float], height: float) -> Rectangle:
    left, bottom, right, top = bounds
    return Rectangle(left * MM, (height - top) * MM, (right - left) * MM, (top - bottom) * MM)


def glyphs_of(found: Sequence[Ink], lines: Sequence[str]) -> list[Ink]:
    """The glyphs of these lines, which follow each other in the file; spaces do not count."""
    glyphs = [item for item in found if item.text]
    text = "".join(item.text for item in glyphs)
    wanted = "".join("".join(line.split()) for line in lines)
    at = text.find(wanted)
    assert at >= 0, f"{lines} is not on the page: {text}"
    assert text.count(wanted) == 1, f"{lines} is on the page more than once"
    return glyphs[at : at + len(wanted)]


def window_faults(pdf: bytes | Path, standard: Standard, address: Sequence[str]) -> Iterator[str]:
    """All that a print room would reject: the address out of its field or hidden at some shift, other ink that shows."""
    assert standard.field is not None
    found = ink(pdf)
    own = glyphs_of(found, address)
    for item in own:
        if not _inside(item.box, standard.field):
            yield f"'{item.text}' of the address at {item.box} is out of the field {standard.field}"
    shown = [window for window in standard.windows if window.shows == "address"]
    assert shown
    for window in shown:
        for item in own:
            if not _inside(item.box, window.always):
                yield f"'{item.text}' of the address at {item.box} is hidden at a shift in {window.envelope}"
    others = [item for item in found if not any(item is mine for mine in own)]
    for window in standard.windows:
        within = standard.head if window.shows == "sender" else standard.notes
        for item in others:
            if _meets(item.box, window.ever) and not (within and _inside(item.box, within)):
                yield f"{item.text or 'a drawing'!r} at {item.box} shows in {window.envelope}"
            if window.shows == "sender" and _meets(item.box, window.ever) and not _inside(item.box, window.always):
                yield f"{item.text!r} of the sender at {item.box} is hidden at a shift in {window.envelope}"


def clear_faults(pdf: bytes | Path, standard: Standard) -> Iterator[str]:
    """Ink in what a post keeps for itself. Marks are ours to draw: their machine takes them away."""
    for item in ink(pdf):
        for clear in standard.clear:
            mark = not item.text and item.box.right < 12 and item.box.height < 0.5
            if not mark and _meets(item.box, clear.box):
                yield f"{item.text or 'a drawing'!r} at {item.box} stands in {clear.why}"


def marks(pdf: bytes | Path) -> list[float]:
    """Where fold and punch marks are: the middles of short horizontal lines at the left edge, in mm from the top."""
    lines = [item.box for item in ink(pdf) if not item.text]
    found = [box.y + box.height / 2 for box in lines if box.right < 12 and box.height < 0.5 and box.width > 2]
    return sorted(found)


def _inside(box: Rectangle, around: Rectangle) -> bool:
    return (
        box.x >= around.x - TOLERANCE
        and box.y >= around.y - TOLERANCE
        and box.right <= around.right + TOLERANCE
        and box.bottom <= around.bottom + TOLERANCE
    )


def _meets(box: Rectangle, other: Rectangle) -> bool:
    return (
        box.x < other.right - TOLERANCE
        and other.x + TOLERANCE < box.right
        and box.y < other.bottom - TOLERANCE
        and other.y + TOLERANCE < box.bottom
    )
