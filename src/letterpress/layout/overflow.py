"""What a finished layout shows: whether everything is inside its column, and the closing in company.

Job: walks the boxes of laid-out pages and names what stands out. Secret: the shape of WeasyPrint's box tree, as far as
it is read here (classes by their names, lengths in CSS px: 96 to the inch, y down).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from letterpress.page import LayoutFault

MIN_LINES_WITH_CLOSING = 2
"""Lines of the body that go with the closing to a new page."""
MM_PER_PX = 25.4 / 96
TOLERANCE = 0.5  # px by which a box may stand out: rounding of Pango units


def closing_is_lonely(pages: Sequence[Any], wanted: int = MIN_LINES_WITH_CLOSING) -> bool:
    """Whether the closing has come to a later page with fewer lines of the body above it than are wanted."""
    for number, page in enumerate(pages):
        if not _closings(page):
            continue
        if number == 0:
            return False
        bodies = [box for box in walk(page._page_box) if has_class(box, "letter-body")]
        return sum(_lines(body) for body in bodies) < wanted
    return False


_FORCED = frozenset("always page left right recto verso".split())


def forced_breaks(pages: Sequence[Any]) -> tuple[set[Any], set[Any]]:
    """Elements with a page break before them that must be, and those with one after them."""
    before, after = set(), set()
    for page in pages:
        for box in walk(page._page_box):
            if box.element is None or not isinstance(box.element_tag, str) or box.element_tag != box.element.tag:
                continue  # of a page, or made by `content`
            if is_box(box, "BlockLevelBox") or is_box(box, "TableRowBox") or is_box(box, "TableRowGroupBox"):
                before |= {box.element} if box.style["break_before"] in _FORCED else set()
                after |= {box.element} if box.style["break_after"] in _FORCED else set()
    return before, after


def closing_fits_a_page(pages: Sequence[Any]) -> bool:
    """Whether a page holds the closing with all who sign, and two lines of the body above."""
    closings = [box for page in pages for box in _closings(page)]
    if not closings:
        return True
    height = sum(box.margin_height() for box in closings)
    company = (MIN_LINES_WITH_CLOSING + 1) * _line_height(closings[0])  # two lines, and the space below them
    return bool(height + company <= pages[-1]._page_box.height)


def _line_height(box: Any) -> float:
    """That of a line of type: a row of signatories is a line as well, and higher."""
    return min((inner.height for inner in walk(box) if is_box(inner, "LineBox") and inner.height), default=0.0)


def lines_of(pages: Sequence[Any], elements: set[Any]) -> dict[Any, int]:
    """How many lines each of the elements has in the layout."""
    found: dict[Any, int] = {}
    for page in pages:
        for box in walk(page._page_box):
            if box.element in elements and not is_box(box, "LineBox") and box.element_tag == box.element.tag:
                found[box.element] = found.get(box.element, 0) + _lines(box)
    return found


def _lines(box: Any) -> int:
    """Lines as a reader counts them: the cells of a row, and an item with its mark, are one."""
    return len({round(line.position_y) for line in walk(box) if is_box(line, "LineBox")})


def _closings(page: Any) -> list[Any]:
    """The closing's boxes on a page, if there is anything in them: a closing line, or a signatory."""
    closings = [box for box in walk(page._page_box) if has_class(box, "letter-closing")]
    return [box for box in closings if any(is_box(inner, "LineBox") for inner in walk(box))]


def overflows(page: Any, number: int) -> list[LayoutFault]:
    """Words, images and tables that stand out of their column, or run off the sheet or into the bottom margin.

    :param number: of the page, counted from 1.
    """
    sheet = page._page_box
    faults: list[LayoutFault] = []
    for root in sheet.children:
        faults += _out_of_column(root, root, number)
    faults += _below_the_foot(sheet, number)
    faults += _off_the_sheet(sheet, number, margins_only=bool(faults))
    return list({(fault.needle or fault.message): fault for fault in faults}.values())


def _out_of_column(box: Any, column: Any, number: int) -> list[LayoutFault]:
    """What stands out of the nearest block around it: the text's column, a cell, a signatory's block."""
    box = getattr(box, "_box", box)  # an absolutely placed box stands behind its placeholder
    if is_box(box, "TextBox"):
        return [_wide_text(box, column, number)] if box.text.strip() and _stands_out(box, column) else []
    if (is_box(box, "TableBox") or is_box(box, "ReplacedBox")) and _stands_out(box, column):
        return [_wide_block(box, column, number)]  # said once: its cells stand out with it
    # The box around a table grows with it; the column is the one around that.
    if has_class(box, "zone"):
        return []  # zonecheck's
    inner = box if is_box(box, "BlockContainerBox") and not box.is_table_wrapper else column
    return [fault for child in getattr(box, "children", ()) for fault in _out_of_column(child, inner, number)]


def _stands_out(box: Any, column: Any) -> bool:
    """Beyond the column where its lines end: at the right, or at the left where they run that way. (What stands out at
    the other side is meant: a list's marks hang there.)"""
    return _beyond(box, column) > TOLERANCE


def _beyond(box: Any, column: Any) -> float:
    """By how much a box stands out of its column where lines end, in px; below 0 if it does not."""
    begin, end = _extent(box)
    left, right = _edges(column)
    return left - begin if column.style["direction"] == "rtl" else end - right


def _extent(box: Any) -> tuple[float, float]:
    """Left and right edge of what is drawn: an image and a table within the margins that a style gives them."""
    if is_box(box, "TextBox"):
        return box.position_x, box.position_x + box.width
    if not isinstance(box.width, int | float):
        return box.position_x, box.position_x
    return box.border_box_x(), box.border_box_x() + box.border_width()


def _foot(box: Any) -> float:
    """Lower edge of what is drawn."""
    if is_box(box, "TextBox"):
        return float(box.position_y + box.height)
    return float(box.border_box_y() + box.border_height())


def _edges(column: Any) -> tuple[float, float]:
    left = column.content_box_x()
    return left, left + column.width


def _wide_block(box: Any, column: Any, number: int) -> LayoutFault:
    left, right = _edges(column)
    room = right - left
    table = is_box(box, "TableBox")
    words = (inner.text.strip() for inner in walk(box) if is_box(inner, "TextBox"))
    what = f"{'a table' if table else 'an image'} on page {number}"
    needle = next((word for word in words if word), None) if table else box.element.get("src")
    if box.border_width() <= room + TOLERANCE:
        beyond = f"{_beyond(box, column) * MM_PER_PX:.0f} mm"
        hint = "take out the margin or the padding that moves it, or give it a smaller width"
        return LayoutFault(f"{what} stands out of the text by {beyond}", hint, needle)
    widths = f"{box.border_width() * MM_PER_PX:.0f} mm wide; the text is {room * MM_PER_PX:.0f} mm"
    hint = "take out a column, or write less in it" if table else "give it a smaller width"
    return LayoutFault(f"{what} is {widths}", hint, needle)


def _wide_text(box: Any, column: Any, number: int) -> LayoutFault:
    left, right = _edges(column)
    room = right - left
    word = max(box.text.split() or [box.text], key=len)
    shown = word if len(word) <= 40 else word[:37] + "..."
    widths = f"{box.width * MM_PER_PX:.0f} mm wide; there is room for {room * MM_PER_PX:.0f} mm"
    hint = "break it with a space, a hyphen or a soft hyphen (&shy;)"
    return LayoutFault(f"'{shown}' on page {number} is {widths}", hint, word)


def _below_the_foot(sheet: Any, number: int) -> list[LayoutFault]:
    """A line or an image that could not be broken and runs into the bottom margin."""
    foot = sheet.content_box_y() + sheet.height
    for root in sheet.children:
        if is_box(root, "MarginBox") or is_box(root, "FootnoteAreaBox"):
            continue  # what belongs in the margin, and the notes that make the text's foot higher
        for box in walk(root, past="zone"):
            if not (is_box(box, "TextBox") or is_box(box, "ReplacedBox")) or not isinstance(box.height, int | float):
                continue
            below = _foot(box) - foot
            if below > TOLERANCE:
                what = "an image" if is_box(box, "ReplacedBox") else f"'{box.text.strip()[:40]}'"
                return [
                    LayoutFault(
                        f"{what} runs {below * MM_PER_PX:.1f} mm into the bottom margin of page {number}",
                        "make the block that it is in smaller, so that it fits a page",
                        box.element.get("src") if is_box(box, "ReplacedBox") else box.text.strip()[:40],
                    )
                ]
    return []


def _off_the_sheet(sheet: Any, number: int, *, margins_only: bool) -> list[LayoutFault]:
    """What does not fit onto the paper: in a margin box, such as the foot, or pushed beyond an edge by a style."""
    width, height = sheet.margin_width(), sheet.margin_height()
    found = []
    for margin in sheet.children:
        in_margin = is_box(margin, "MarginBox")
        for box in walk(margin, past="zone") if in_margin or not margins_only else ():
            if not is_box(box, "TextBox") or not box.text.strip():
                continue
            below = in_margin and box.position_y + box.height > height
            if (
                below
                or min(box.position_x, box.position_y) < -TOLERANCE
                or box.position_x + box.width > width + TOLERANCE
            ):
                text = box.text.strip()[:40]
                hint = (
                    "write less in the margin, or give it more room"
                    if in_margin
                    else "take out the style that moves it"
                )
                found.append(LayoutFault(f"'{text}' does not fit onto the paper of page {number}", hint, text))
    return found[:1]


def walk(box: Any, past: str | None = None) -> Iterator[Any]:
    """The box and all boxes in it; past those of a class, if one is given."""
    box = getattr(box, "_box", box)  # an absolutely placed box stands behind its placeholder
    if past is not None and has_class(box, past):
        return
    yield box
    for child in getattr(box, "children", ()):
        yield from walk(child, past)


def is_box(box: Any, name: str) -> bool:
    """Whether it is a box of this class of WeasyPrint's, or of one that is derived from it."""
    return any(kind.__name__ == name for kind in type(box).__mro__)


def has_class(box: Any, name: str) -> bool:
    """Whether the box is of an element of this class."""
    return box.element is not None and name in (box.element.get("class") or "").split()
