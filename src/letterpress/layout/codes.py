"""Draws codes that machines read, in grey and in the very size that they were made in, and checks the room around them.

A code is an image of the page whose address names no file: `code:1`. What it draws stands in its element's attribute
`data-code`, as `codes.symbols` writes it, so that letters which differ in it alone have the same pages but for it
(`plates`). It is one item of the page's content: DeviceGray, which a press prints with black alone.

Not here: bars and modules (`codes.symbols`), and in which zone a code stands (`zones`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from letterpress.codes import symbols
from letterpress.layout import css_classes
from letterpress.layout.boxes import MM_PER_PX, PT_PER_PX, PX, Box, Kind
from letterpress.page import LayoutFault, Rectangle

ATTRIBUTE = "data-code"
_SCHEME = "code:"
_FIELD, _CLEAR = "data-field", "data-clear"
_TOUCHING = 0.05
"""mm by which print may reach into what stays free: rounding."""
_ABOVE_CAPITALS, _BELOW_DESCENDERS = 0.25, 0.1
"""em of a face's box without ink, in the faces that ship."""
_PX_PER_MM = 1 / MM_PER_PX


def is_code(element: Any) -> bool:
    """Whether an element of a page's tree is a code."""
    return element.tag == "img" and element.get(ATTRIBUTE) is not None


def field_of(element: Any) -> str | None:
    """The letter's field that a code is of."""
    field: str | None = element.get(_FIELD)
    return field


class CodeImage:
    """A code as WeasyPrint takes an image."""

    def __init__(self, element: Any) -> None:
        self.element = element
        self.items: list[tuple[Any, bytes]] = []
        """What was drawn: the stream, and the item in it."""

    @property
    def symbol(self) -> symbols.Symbol:
        """What it draws."""
        return symbols.read(self.element.get(ATTRIBUTE))

    def get_intrinsic_size(self, image_resolution: Any, font_size: Any) -> tuple[float, float, float]:
        """Give width, height (px) and their ratio."""
        symbol = self.symbol
        return symbol.width * _PX_PER_MM, symbol.height * _PX_PER_MM, symbol.width / symbol.height

    def draw(self, stream: Any, concrete_width: float, concrete_height: float, style: Any) -> None:
        """Draw it in its own size, whatever the page's styles make of its box."""
        item = content(self.element.get(ATTRIBUTE))
        stream.stream.append(item)
        self.items.append((stream, item))


def into(images: dict[str, Any], root: Any) -> list[CodeImage]:
    """Have a page's codes drawn.

    :param images: WeasyPrint's images by their addresses.
    :param root: the page's tree.
    """
    found = [CodeImage(element) for element in root.iter("img") if element.get(ATTRIBUTE) is not None]
    images.update({code.element.get("src"): code for code in found})
    return found


def content(text: str) -> bytes:
    """Write the operators that draw a symbol from its top left corner, in px, y down.

    :returns: an object of its own: a plate finds it by its identity.
    """
    return bytes(bytearray(_content(text)))


@lru_cache(maxsize=64)
def _content(text: str) -> bytes:
    rows: list[bytes] = []
    for grey, unit, rectangles in symbols.read(text).layers():
        px = _number(unit * _PX_PER_MM, 7)
        rows += [b"q", b"%b 0 0 %b 0 0 cm" % (px, px), b"%d g" % grey]
        if all(type(side) is int for side in rectangles[0]):
            rows += [b"%d %d %d %d re" % box for box in rectangles]
        else:
            rows += [b"%b %b %b %b re" % tuple(map(_number, box)) for box in rectangles]
        rows += [b"f", b"Q"]
    return b"\n".join(rows)


@lru_cache(maxsize=4096)
def _number(value: float, decimals: int = 4) -> bytes:
    return (f"{value:.{decimals}f}".rstrip("0").rstrip(".") or "0").encode()


# --- the room around them ---------------------------------------------------------------------------------------------


def check(pages: Sequence[Box]) -> list[LayoutFault]:
    """Find codes that have something in the room around them, and slips with something in theirs."""
    faults: list[LayoutFault] = []
    for number, page in enumerate(pages, start=1):
        faults += [fault for box in page.all() if (fault := _of_box(box, page, number)) is not None]
    return faults


def _of_box(box: Box, page: Box, number: int) -> LayoutFault | None:
    if box.kind is Kind.REPLACED and box.element is not None and is_code(box.element):
        return _of_code(box, page, number)
    if css_classes.SLIP in box.classes and box.is_element and box.element is not None:
        return _of_slip(box, page, number)
    return None


def _of_slip(slip: Box, page: Box, number: int) -> LayoutFault | None:
    for text, place in _printed(page, slip):
        if _overlap(slip.rectangle, place):
            message = f"'{text}' is printed where the payment slip stands, on page {number}"
            hint = "write 'place: page' for the code, or 'parameters: {foot: none}'"
            return _fault(slip.element, message, hint, "slip-crowded", text)
    for part in slip.children:
        room = part.rectangle
        for box in part.all():
            drawn = box.rectangle
            if box.kind is Kind.TEXT and (drawn.bottom > room.bottom + PX or drawn.right > room.right + PX):
                text = box.text.strip()[:40]
                message = f"'{text}' does not fit its part of the payment slip"
                return _fault(slip.element, message, "shorten the name, the address or the text", "slip-full", text)
    return None


def _of_code(box: Box, page: Box, number: int) -> LayoutFault | None:
    clear = box.element.get(_CLEAR)
    if clear is None:  # whoever has placed it has measured its room
        return None
    beside, above = map(float, clear.split())
    drawn = box.rectangle
    room = Rectangle(drawn.x - beside, drawn.y - above, drawn.width + 2 * beside, drawn.height + 2 * above)
    alt = box.element.get("alt")
    sheet = page.outer
    if room.x < sheet.x - _TOUCHING or room.right > sheet.right + _TOUCHING or room.bottom > sheet.bottom + _TOUCHING:
        size = f"{room.width:.1f} by {room.height:.1f} mm"
        message = f"the {alt} does not fit page {number}: with its free edges it takes {size}"
        return _fault(box.element, message, "give it another place", "code-crowded", alt)
    for text, place in _printed(page, box):
        if _overlap(room, place):
            edges = f"{beside:g} mm at its sides and {above:g} mm above and below it"
            message = f"'{text}' is printed too near to the {alt}, which keeps {edges} free"
            return _fault(box.element, message, "give the code another place, or write less", "code-crowded", text)
    return None


def _fault(element: Any, message: str, hint: str, code: str, value: str) -> LayoutFault:
    return LayoutFault(message, hint, code=code, value=value, field=field_of(element))


def _overlap(room: Rectangle, place: Rectangle) -> bool:
    common = room.intersection(place)
    return common.width > _TOUCHING and common.height > _TOUCHING


def _printed(page: Box, own: Box) -> Iterator[tuple[str, Rectangle]]:
    """All print of a page that is not the code's own, with its place."""
    mine = {id(box) for box in own.all()}
    for box in page.all_past("overlay"):
        if id(box) in mine:
            continue
        if box.kind is Kind.TEXT and box.text.strip() and box.is_visible:
            drawn, size = box.rectangle, box.font_size * MM_PER_PX / PT_PER_PX
            top, bottom = drawn.y + _ABOVE_CAPITALS * size, drawn.bottom - _BELOW_DESCENDERS * size
            yield box.text.strip()[:40], Rectangle(drawn.x, top, drawn.width, max(0.0, bottom - top))
        elif box.kind is Kind.REPLACED:
            yield "another code" if is_code(box.element) else "an image", box.rectangle
