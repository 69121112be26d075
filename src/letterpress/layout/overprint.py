"""Whether texts of two blocks are printed over each other: what a letterhead's styles have moved together.

Glyphs count from the height of capitals to the baseline, where nearly all ink is: the boxes of lines that are set close
touch each other with nothing wrong. Texts of one block are its author's, such as a raised figure below a line.

Not here: what stands out of its column or its zone (`overflow`, `zones`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

from letterpress.errors import shown_path
from letterpress.layout.boxes import MM_PER_PX, PT_PER_PX, Box, Kind
from letterpress.page import LayoutFault, Sheet

_MM_PER_PT = MM_PER_PX / PT_PER_PX
_ABOVE_CAPITALS, _BELOW_BASELINE = 0.25, 0.33
"""em of a text's box above its capitals and below its baseline, in the faces that ship: of 1.25 and 1.26 em in all."""
_LEAST = 0.5
"""mm of a common part, across and down: less is a comma that hangs, or rounding."""
_SHOWN = 40
"""Characters of a text that a message shows."""


class _Ink(NamedTuple):
    top: float
    bottom: float
    left: float
    right: float
    box: Box
    block: Box


def check(pages: Sequence[Box], sheets: Sequence[Sheet]) -> list[LayoutFault]:
    """Find the first text of each page that another is printed over.

    :param sheets: of the letterhead, whose fault it is: a text may have no style that moves it.
    """
    found = ((number, _first(page)) for number, page in enumerate(pages, start=1))
    return [_fault(*pair, number, sheets) for number, pair in found if pair is not None]


def _first(page: Box) -> tuple[_Ink, _Ink] | None:
    inks: list[_Ink] = []
    for root in page.children:
        _collect(root, root, inks)
    inks.sort(key=itemgetter(0))
    pairs = _touching(inks)
    return next((pair for pair in pairs if all(_is_printed(page, ink.box) for ink in pair)), None)


def _collect(box: Box, block: Box, found: list[_Ink]) -> None:
    kind = box.kind
    if kind is Kind.TEXT:
        if box.text.strip():
            drawn, size = box.rectangle, box.font_size * _MM_PER_PT
            top, bottom = drawn.y + _ABOVE_CAPITALS * size, drawn.y + drawn.height - _BELOW_BASELINE * size
            found.append(_Ink(top, bottom, drawn.x, drawn.x + drawn.width, box, block))
        return
    if kind is Kind.BLOCK or kind is Kind.MARGIN or kind is Kind.FOOTNOTES:
        block = box
    for child in box.children:
        _collect(child, block, found)


def _touching(inks: list[_Ink]) -> Iterator[tuple[_Ink, _Ink]]:
    """Pairs of texts of two blocks with a common part, from the top down."""
    for at, first in enumerate(inks):
        lowest = first.bottom - _LEAST
        for second in inks[at + 1 :]:
            if second.top > lowest:
                break
            if (
                second.block is not first.block
                and min(first.right, second.right) - max(first.left, second.left) > _LEAST
                and second.bottom - second.top > _LEAST
            ):
                yield first, second


def _is_printed(page: Box, text: Box) -> bool:
    """Whether a text is drawn where its box is: it is not hidden, and nothing around it is turned or moved."""
    return text.is_visible and not any(box.is_transformed for box in page.all() if box.is_element and box.holds(text))


def _fault(first: _Ink, second: _Ink, number: int, sheets: Sequence[Sheet]) -> LayoutFault:
    over, under = (ink.box.text.strip()[:_SHOWN] for ink in (second, first))
    x, y = max(first.left, second.left), max(first.top, second.top)
    message = (
        f"'{over}' is printed over '{under}' on page {number}, at {x:.1f} mm from the left and {y:.1f} from the top"
    )
    params = (("page", number), ("x_mm", round(x, 1)), ("y_mm", round(y, 1)), ("under", under))
    hint = "mend what moves one of them there: a margin, a place or a height in the letterhead's style.css"
    file = shown_path(f"{sheets[-1].folder}/style.css") if sheets else None
    return LayoutFault(message, hint, file=file, code="text-overprinted", value=over, params=params)
