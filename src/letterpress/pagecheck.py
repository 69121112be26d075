"""What a finished layout shows: whether everything is inside its column, and the closing in company.

Job: walks the boxes of laid-out pages and names what stands out. Secret: the shape of WeasyPrint's box tree, as far as
it is read here (classes by their names, lengths in CSS px: 96 to the inch, y down).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from letterpress.model import LayoutFault

MIN_LINES_WITH_CLOSING = 2
"""Lines of the body that go with the closing to a new page."""
_MM_PER_PX = 25.4 / 96
_TOLERANCE = 0.5  # px by which a box may stand out: rounding of Pango units


def closing_is_lonely(pages: Sequence[Any]) -> bool:
    """Whether the closing has come to a later page with less than two lines of the body above it."""
    for number, page in enumerate(pages):
        if not any(_has_class(box, "letter-closing") for box in _walk(page._page_box)):
            continue
        if number == 0:
            return False
        bodies = [box for box in _walk(page._page_box) if _has_class(box, "letter-body")]
        lines = sum(_is(box, "LineBox") for body in bodies for box in _walk(body))
        return lines < MIN_LINES_WITH_CLOSING
    return False


def overflows(page: Any, number: int) -> list[LayoutFault]:
    """Words, images and tables that stand out of their column or off the sheet.

    :param number: of the page, counted from 1.
    """
    sheet = page._page_box
    body = next((box for box in _walk(sheet) if _has_class(box, "letter-body")), None)
    faults = _out_of_column(body, number) if body is not None else []
    judged = {id(box) for box in _walk(body)} if body is not None else set()
    for box in _walk(sheet):
        if _is(box, "TextBox") and id(box) not in judged and box.text.strip() and _outside(box, 0, page.width):
            faults.append(_wide_text(box, page.width, number))
    faults += _below_the_foot(sheet, number)
    return list({(fault.needle or fault.message): fault for fault in faults}.values())


def _out_of_column(body: Any, number: int) -> list[LayoutFault]:
    faults: list[LayoutFault] = []
    left, right = body.content_box_x(), body.content_box_x() + body.width
    told: set[int] = set()
    for box in _walk(body):
        if id(box) in told or not _outside(box, left, right):
            continue
        if _is(box, "TextBox"):
            faults.append(_wide_text(box, right - left, number))
        elif _is(box, "TableBox") or _is(box, "ReplacedBox"):
            told |= {id(inner) for inner in _walk(box)}  # its cells stand out with it
            faults.append(_wide_block(box, right - left, number))
    return faults


def _wide_block(box: Any, room: float, number: int) -> LayoutFault:
    table = _is(box, "TableBox")
    words = (inner.text.strip() for inner in _walk(box) if _is(inner, "TextBox"))
    widths = f"{box.border_width() * _MM_PER_PX:.0f} mm wide; the text is {room * _MM_PER_PX:.0f} mm"
    return LayoutFault(
        f"{'a table' if table else 'an image'} on page {number} is {widths}",
        "take out a column, or write less in it" if table else "give it a smaller width",
        next((word for word in words if word), None),
    )


def _wide_text(box: Any, room: float, number: int) -> LayoutFault:
    word = max(box.text.split() or [box.text], key=len)
    shown = word if len(word) <= 40 else word[:37] + "..."
    widths = f"{box.width * _MM_PER_PX:.0f} mm wide; there is room for {room * _MM_PER_PX:.0f} mm"
    hint = "break it with a space, a hyphen or a soft hyphen (&shy;)"
    return LayoutFault(f"'{shown}' on page {number} is {widths}", hint, word)


def _below_the_foot(sheet: Any, number: int) -> list[LayoutFault]:
    """A line or an image that could not be broken and runs into the bottom margin."""
    foot = sheet.content_box_y() + sheet.height
    for root in sheet.children:
        if _is(root, "MarginBox") or _is(root, "FootnoteAreaBox"):
            continue  # what belongs in the margin, and the notes that make the text's foot higher
        for box in _walk(root):
            if not (_is(box, "TextBox") or _is(box, "ReplacedBox")) or not isinstance(box.height, int | float):
                continue
            below = box.position_y + box.height - foot
            if below > _TOLERANCE:
                what = "an image" if _is(box, "ReplacedBox") else f"'{box.text.strip()[:40]}'"
                return [
                    LayoutFault(
                        f"{what} runs {below * _MM_PER_PX:.1f} mm into the bottom margin of page {number}",
                        "make the block that it is in smaller, so that it fits a page",
                        None if _is(box, "ReplacedBox") else box.text.strip()[:40],
                    )
                ]
    return []


def _outside(box: Any, left: float, right: float) -> bool:
    width = box.width if isinstance(box.width, int | float) else 0
    return bool(box.position_x < left - _TOLERANCE or box.position_x + width > right + _TOLERANCE)


def _walk(box: Any) -> Iterator[Any]:
    box = getattr(box, "_box", box)  # an absolutely placed box stands behind its placeholder
    yield box
    for child in getattr(box, "children", ()):
        yield from _walk(child)


def _is(box: Any, name: str) -> bool:
    return any(kind.__name__ == name for kind in type(box).__mro__)


def _has_class(box: Any, name: str) -> bool:
    return box.element is not None and name in (box.element.get("class") or "").split()
