"""Repeats the layout until its keep-together rules hold, whatever the length of the text.

No closing stands alone, no signature block is split, and the signatories stand in the columns that they need. CSS keeps
the closing with the block above it, and two lines of a paragraph together. Only the finished layout can tell that this
block has one line, or is the row of a table or the item of a list; or that so many sign that no page holds them.

Not here: how many columns signatories take (`signature_columns`), what fits its place on page 1 (`zones`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from letterpress.layout import css_classes, signature_columns, tables
from letterpress.layout.boxes import Box, Document, Kind
from letterpress.page import Zone

_LINES_WITH_CLOSING = 2
"""Lines of the body that go with the closing to a new page."""
_ATTEMPTS = 6
_CERTAINLY_LONG = 25  # rows: at two lines of type each, more than a page holds
_LEAVES = frozenset({"p", "pre", "tr", "li", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6"})

LayOut = Callable[[], Document]


def render(root: Any, lay_out: LayOut, zones: tuple[Zone, ...] = ()) -> Document:
    """Lay a letter out, with everything kept that keeps together.

    Most letters take one layout. A second is for signatories whose columns were guessed wrong and for what is too large
    for its place; more are for tables that are too wide, and for a closing that has come to a new page without company.

    :param root: the letter's element tree, which `lay_out` lays out; it is changed.
    :param zones: places on page 1; what is too large for its place is set smaller, as far as it may be.
    """
    closing = _first(root, css_classes.CLOSING)
    many = signature_columns.arrange(root) > _CERTAINLY_LONG
    if closing is not None and many:
        _let_run(closing)
    document = lay_out()
    packed = signature_columns.adjust(root, document.pages)
    if _shrunk(root, document, zones) or packed:
        document = lay_out()
    while tables.shrink(root, document.pages):
        document = lay_out()
    if closing is None:
        return document
    if not many and not _closing_fits_a_page(document.pages):
        _let_run(closing)
        document = lay_out()
        many = True
    company = _company(_last(root, css_classes.BODY), document.pages)
    written = {leaf: leaf.get("style") for leaf in company.leaves[:_ATTEMPTS]}
    document = _accompanied(company, lay_out, document)
    if not many and company.leaves and _closing_is_lonely(document.pages, company.wanted):
        # A page holds the closing, but not with as much of the text as must come along.
        for leaf, style in written.items():
            leaf.set("style", style or "")
        _let_run(closing)
        document = _accompanied(company, lay_out, lay_out())
    return document


def _shrunk(root: Any, document: Document, zones: tuple[Zone, ...]) -> bool:
    if not zones:
        return False
    from letterpress.layout import zones as layout_zones  # here: most letterheads follow no standard

    return layout_zones.shrink(root, document.pages[0], zones)


def _let_run(closing: Any) -> None:
    """No page holds all who sign: they begin below the text, and their rows run on from page to page."""
    closing.set("class", f"{closing.get('class')} {css_classes.CLOSING_LONG}")


# --- company for a closing --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Company:
    """What of the body can come to the page of the closing: nothing before a page break that the author asks for."""

    leaves: list[Any]
    """The blocks that hold lines, the last first."""
    begun: set[Any]
    """Elements that begin a page since they ask for it."""
    wanted: int
    """Lines that go with the closing: two, if there are two."""


def _company(body: Any, pages: Sequence[Box]) -> _Company:
    before, after = _forced_breaks(pages)
    leaves = _leaves(body)
    known = set(leaves)
    behind: list[Any] = []

    def go(element: Any) -> None:
        if element in before:
            behind.clear()
        if element in known:
            behind.append(element)
        for child in element:
            go(child)
        if element in after:
            behind.clear()

    if body is not None and (before or after):
        go(body)
        leaves = behind[::-1]
    lines = sum(_lines_of(pages, set(leaves)).values())
    return _Company(leaves, before, min(_LINES_WITH_CLOSING, lines))


def _accompanied(company: _Company, lay_out: LayOut, document: Document) -> Document:
    """The document with as many lines of the body as are wanted on the page that the closing begins on."""
    for leaf in company.leaves[:_ATTEMPTS]:
        if not _closing_is_lonely(document.pages, company.wanted):
            return document
        if leaf in company.begun:
            break
        _add_style(leaf, "break-before: avoid")
        document = lay_out()
    if company.leaves and _closing_is_lonely(document.pages, company.wanted):
        document = _broken_by_force(company, lay_out, document)
    return document


def _broken_by_force(company: _Company, lay_out: LayOut, document: Document) -> Document:
    """A page break before the block from which on there are lines enough: where avoiding one was not heeded."""
    counted = _lines_of(document.pages, set(company.leaves))
    lines = 0
    for leaf in company.leaves:
        lines += counted.get(leaf, 0)
        if leaf in company.begun:
            return document
        if lines >= company.wanted:
            _add_style(leaf, "break-before: page")
            return lay_out()
    return document


# --- what a layout shows ----------------------------------------------------------------------------------------------


def _closing_is_lonely(pages: Sequence[Box], wanted: int) -> bool:
    """Whether the closing has come to a later page with fewer lines of the body above it than are wanted."""
    for number, page in enumerate(pages):
        if not _closings(page):
            continue
        if number == 0:
            return False
        return sum(body.count_lines() for body in page.outermost(css_classes.BODY)) < wanted
    return False


def _closing_fits_a_page(pages: Sequence[Box]) -> bool:
    """Whether a page holds the closing with all who sign, and two lines of the body above."""
    closings = [box for page in pages for box in _closings(page)]
    if not closings:
        return True
    height = sum(box.outer.height for box in closings)
    company = (_LINES_WITH_CLOSING + 1) * _line_height(closings[0])  # two lines, and the space below them
    return height + company <= pages[-1].content.height


def _closings(page: Box) -> list[Box]:
    """The closing's boxes on a page, if there is anything in them: a closing line, or a signatory."""
    closings = page.outermost(css_classes.CLOSING)
    return [box for box in closings if any(inner.kind is Kind.LINE for inner in box.all())]


def _line_height(box: Box) -> float:
    """That of a line of type: a row of signatories is a line as well, and higher."""
    heights = (inner.rectangle.height for inner in box.all() if inner.kind is Kind.LINE)
    return min((height for height in heights if height), default=0.0)


def _forced_breaks(pages: Sequence[Box]) -> tuple[set[Any], set[Any]]:
    """Elements with a page break before them that must be, and those with one after them."""
    boxes = [box for page in pages for box in page.all() if box.is_own and box.can_break]
    before = {box.element for box in boxes if box.breaks_before}
    return before, {box.element for box in boxes if box.breaks_after}


def _lines_of(pages: Sequence[Box], elements: set[Any]) -> dict[Any, int]:
    """How many lines each of the elements has in the layout."""
    found: dict[Any, int] = {}
    for page in pages:
        for box in page.all():
            if box.element in elements and box.kind is not Kind.LINE and box.is_own:
                found[box.element] = found.get(box.element, 0) + box.count_lines()
    return found


# --- elements ---------------------------------------------------------------------------------------------------------


def _leaves(body: Any) -> list[Any]:
    """The blocks of the body that hold lines, the last first."""
    if body is None:
        return []
    found = [one for one in body.iter() if _is_row(one) or (one.tag in _LEAVES and not _holds_blocks(one))]
    inside_rows = {inner for row in found if _is_row(row) for inner in row.iter() if inner is not row}
    return [leaf for leaf in reversed(found) if leaf not in inside_rows]


def _is_row(element: Any) -> bool:
    return element.tag == "tr" or css_classes.PARALLEL_ROW in css_classes.of(element)


def _holds_blocks(element: Any) -> bool:
    return element.tag in ("li", "dd") and len(element) > 0 and element[0].tag in _LEAVES


def _add_style(element: Any, style: str) -> None:
    element.set("style", "; ".join(part for part in (element.get("style"), style) if part))


def _last(root: Any, name: str) -> Any:
    found = [one for one in root.iter() if name in css_classes.of(one)]
    return found[-1] if found else None


def _first(root: Any, name: str) -> Any:
    return next((one for one in root.iter() if name in css_classes.of(one)), None)
