"""Whether everything of a page can be seen: inside its column, above the foot, on the sheet, drawn at all.

Not here: what stands in a place that a letterhead's standard gives it (`zones`), tables that are set
smaller (`tables`).
"""

from __future__ import annotations

from collections.abc import Iterator

from letterpress.layout import css_classes
from letterpress.layout.boxes import MM_PER_PX, PT_PER_PX, PX, Box, Kind
from letterpress.page import LayoutFault, Rectangle

MM_PER_PT = MM_PER_PX / PT_PER_PX
TOLERANCE = 0.5 * PX  # mm by which a box may stand out: rounding of Pango units
_SMALLEST_SCALE = 0.02  # 11 pt of type become a fifth of a point
_BELOW_BASELINE = 0.45
"""Part of the type's size that the box of glyphs reaches below their baseline at most, in the faces that ship."""
_SHOWN = 40
"""Characters of a text that a message shows."""
_TABLE_HINT = "it is set as small as a table may be: take out a column, or write less in its longest cells"


def check(page: Box, number: int) -> list[LayoutFault]:
    """Find words, images and tables that stand out of their column, or run off the sheet or into the bottom margin.

    :param number: of the page, counted from 1.
    """
    faults: list[LayoutFault] = []
    found = list(standing_out(page))
    wide = [box for box, column, _ in found if box.kind is Kind.TEXT and box.rectangle.width > column.content.width]
    for box, column, _ in found:
        if _is_pushed(box, column, wide):
            continue
        faults.append((_wide_text if box.kind is Kind.TEXT else _wide_block)(box, column, number))
    faults += _below_the_foot(page, number)
    faults += _off_the_sheet(page, number, margins_only=bool(faults))
    faults += _flat(page, number)
    return list({(fault.needle or fault.message): fault for fault in faults}.values())


def _is_pushed(box: Box, column: Box, wide: list[Box]) -> bool:
    """Whether a text that would have room stands out because of a wider one on its line: a full stop behind a code."""
    if box.kind is not Kind.TEXT or box.rectangle.width > column.content.width:
        return False
    own = box.rectangle
    shared = (min(own.bottom, one.rectangle.bottom) - max(own.y, one.rectangle.y) for one in wide)
    return any(height > own.height / 3 for height in shared)


def standing_out(page: Box) -> Iterator[tuple[Box, Box, Box | None]]:
    """Find the words, images and tables that stand out of the nearest block around them: the text's column, a cell, a
    signatory's block.

    :returns: each with that block, and with the table that it is, or is in.
    """
    for root in page.children:
        yield from _standing_out(root, root, None)


def _standing_out(box: Box, column: Box, table: Box | None) -> Iterator[tuple[Box, Box, Box | None]]:
    if box.kind is Kind.TEXT:
        if box.text.strip() and _beyond(box, column) > TOLERANCE:
            yield box, column, table
        return
    if box.kind is Kind.TABLE:
        table = box
    if (box.kind is Kind.TABLE or box.kind is Kind.REPLACED) and _beyond(box, column) > TOLERANCE:
        yield box, column, table  # said once: its cells stand out with it
        return
    if css_classes.ZONE in box.classes:
        return
    # The box around a table grows with it; the column is the one around that.
    inner = box if box.is_container and not box.wraps_table else column
    for child in box.children:
        yield from _standing_out(child, inner, table)


def _beyond(box: Box, column: Box) -> float:
    """By how many mm a box stands out of its column where lines end: at the right, or at the left where they run that
    way. Below 0 if it does not. (What stands out at the other side is meant: a list's marks hang there.)"""
    drawn, room = box.rectangle, column.content
    return room.x - drawn.x if column.is_rtl else drawn.right - room.right


def _wide_block(box: Box, column: Box, number: int) -> LayoutFault:
    width, room = box.rectangle.width, column.content.width
    table = box.kind is Kind.TABLE
    words = (inner.text.strip() for inner in box.all() if inner.kind is Kind.TEXT)
    what = f"{'a table' if table else 'an image'} on page {number}"
    code = "table-too-wide" if table else "image-too-wide"
    needle = next((word for word in words if word), None) if table else box.element.get("src")
    if width <= room + TOLERANCE:
        beyond = _beyond(box, column)
        message = f"{what} stands out of the text by {beyond:.0f} mm"
        hint = "take out the margin or the padding that moves it, or give it a smaller width"
        params: tuple[tuple[str, object], ...] = (("page", number), ("beyond_mm", round(beyond, 1)))
        return LayoutFault(message, hint, needle, code=code, params=params)
    message = f"{what} is {width:.0f} mm wide; the text is {room:.0f} mm"
    hint = _TABLE_HINT if table else "give it a smaller width"
    params = (("page", number), ("width_mm", round(width, 1)), ("room_mm", round(room, 1)))
    return LayoutFault(message, hint, needle, code=code, params=params)


def _wide_text(box: Box, column: Box, number: int) -> LayoutFault:
    width, room = box.rectangle.width, column.content.width
    word = max(box.text.split() or [box.text], key=len)
    shown = word if len(word) <= _SHOWN else word[: _SHOWN - 3] + "..."
    message = f"'{shown}' on page {number} is {width:.0f} mm wide; there is room for {room:.0f} mm"
    hint = "break it with a space, a hyphen or a soft hyphen (&shy;)"
    params = (("page", number), ("width_mm", round(width, 1)), ("room_mm", round(room, 1)))
    return LayoutFault(message, hint, word, code="word-too-wide", value=word, params=params)


def _below_the_foot(page: Box, number: int) -> list[LayoutFault]:
    """A line or an image that could not be broken and runs into the bottom margin.

    The box of a line counts, which the layout keeps above the margin: that of its glyphs is higher where lines are set
    close, and stands out below it with nothing drawn there. Glyphs count only where they leave their line altogether.
    """
    foot = page.content.bottom
    for root in page.children:
        if root.kind is Kind.MARGIN or root.kind is Kind.FOOTNOTES:
            continue  # what belongs in the margin, and the notes that make the text's foot higher
        for box in root.all_past(css_classes.ZONE):
            below = _lowest(box) - foot
            if below > TOLERANCE:
                image = box.kind is Kind.REPLACED
                text = _text_of(box)[:_SHOWN]
                what = "an image" if image else f"'{text}'"
                message = f"{what} runs {below:.1f} mm into the bottom margin of page {number}"
                hint = "make the block that it is in smaller, so that it fits a page"
                params = (("page", number), ("below_mm", round(below, 1)))
                needle = box.element.get("src") if image else text
                return [LayoutFault(message, hint, needle, code="block-too-high", params=params)]
    return []


def _lowest(box: Box) -> float:
    """The y down to which a line, its glyphs or an image count as drawn; 0 for another box, and for one of no size."""
    drawn = box.rectangle
    if not drawn.height:
        return 0.0
    if box.kind is Kind.TEXT:
        return drawn.bottom - _BELOW_BASELINE * box.font_size * MM_PER_PT if box.text.strip() else 0.0
    if box.kind is Kind.REPLACED:
        return drawn.bottom
    return drawn.bottom if box.kind is Kind.LINE and _text_of(box) else 0.0


def _text_of(box: Box) -> str:
    """The text of a box, or of the first in it that has one."""
    return next((text for inner in box.all() if (text := inner.text.strip())), "")


def _off_the_sheet(page: Box, number: int, *, margins_only: bool) -> list[LayoutFault]:
    """What does not fit onto the paper: in a margin box, such as the foot, or pushed beyond an edge by a style."""
    sheet = page.outer
    for root in page.children:
        in_margin = root.kind is Kind.MARGIN
        for box in root.all_past(css_classes.ZONE) if in_margin or not margins_only else ():
            if box.kind is not Kind.TEXT or not box.text.strip() or not _is_off(box.rectangle, sheet, in_margin):
                continue
            text = box.text.strip()[:_SHOWN]
            message = f"'{text}' does not fit onto the paper of page {number}"
            hint = "write less in the margin, or give it more room" if in_margin else "take out the style that moves it"
            return [LayoutFault(message, hint, text, code="text-off-paper", value=text, params=(("page", number),))]
    return []


def _is_off(text: Rectangle, sheet: Rectangle, in_margin: bool) -> bool:
    below = in_margin and text.bottom > sheet.height
    return below or min(text.x, text.y) < -TOLERANCE or text.right > sheet.width + TOLERANCE


def _flat(page: Box, number: int) -> list[LayoutFault]:
    """What a transformation makes too small to be seen. WeasyPrint draws nothing of what is flat, and cannot tag it
    then."""
    for box in page.all():
        if not box.is_element or box.least_scale >= _SMALLEST_SCALE:
            continue
        inner = next((one for one in box.all() if one.kind is Kind.REPLACED or one.text.strip()), None)
        if inner is not None:
            text = inner.text.strip()[:_SHOWN]
            what = f"'{text}'" if text else "an image"
            message = f"{what} on page {number} cannot be seen: a transformation leaves it no width or height"
            hint = "take the transform out of the letterhead's style.css, or give it a scale that is not 0"
            needle = text or inner.element.get("src")
            return [LayoutFault(message, hint, needle, code="transform-flat", params=(("page", number),))]
    return []
