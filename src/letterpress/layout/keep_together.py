"""What keeps together, whatever the length of the text.

Job: lays a letter out, again if it must be, until no closing stands alone, no signature block is split and the
signatories stand in the columns that they need. Secret: what of that CSS cannot say, and how a layout is made to.

CSS keeps the closing with the block above it, and two lines of a paragraph together. Only the finished layout can tell
that this block has one line, or is the row of a table or the item of a list; or that so many sign that no page holds
them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from letterpress.layout import overflow, signature_columns
from letterpress.page import Zone

_ATTEMPTS = 6
_CERTAINLY_LONG = 25  # rows: at two lines of type each, more than a page holds
_LEAVES = frozenset({"p", "pre", "tr", "li", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6"})


def render(root: Any, lay_out: Callable[[], Any], zones: tuple[Zone, ...] = ()) -> Any:
    """The document of a letter, with everything kept that keeps together.

    :param root: the letter's element tree, which `lay_out` lays out; it is changed.
    :param zones: places on page 1; what is too large for its place is set smaller, as far as it may be.
    """
    closing = _first(root, "letter-closing")
    many = signature_columns.arrange(root) > _CERTAINLY_LONG
    if closing is not None and many:
        _let_run(closing)
    document = lay_out()
    packed = signature_columns.adjust(root, document.pages)
    if _shrunk(root, document, zones) or packed:
        document = lay_out()
    if closing is None:
        return document
    if not many and not overflow.closing_fits_a_page(document.pages):
        _let_run(closing)
        document = lay_out()
        many = True
    company = _company(_last(root, "letter-body"), document.pages)
    written = {leaf: leaf.get("style") for leaf in company.leaves[:_ATTEMPTS]}
    document = _accompanied(company, lay_out, document)
    if not many and company.leaves and overflow.closing_is_lonely(document.pages, company.wanted):
        # A page holds the closing, but not with as much of the text as must come along.
        for leaf, style in written.items():
            leaf.set("style", style or "")
        _let_run(closing)
        document = _accompanied(company, lay_out, lay_out())
    return document


def _shrunk(root: Any, document: Any, zones: tuple[Zone, ...]) -> bool:
    if not zones:
        return False
    from letterpress.layout import zones as layout_zones

    return layout_zones.shrink(root, document.pages[0], zones)


def _let_run(closing: Any) -> None:
    """No page holds all who sign: they begin below the text, and their rows run on from page to page."""
    closing.set("class", f"{closing.get('class')} letter-closing-long")


@dataclass(frozen=True, slots=True)
class _Company:
    """What of the body can come to the page of the closing: nothing before a page break that the author asks for."""

    leaves: list[Any]
    """The blocks that hold lines, the last first."""
    begun: set[Any]
    """Elements that begin a page since they ask for it."""
    wanted: int
    """Lines that go with the closing: two, if there are two."""


def _company(body: Any, pages: Any) -> _Company:
    before, after = overflow.forced_breaks(pages)
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
    lines = sum(overflow.lines_of(pages, set(leaves)).values())
    return _Company(leaves, before, min(overflow.MIN_LINES_WITH_CLOSING, lines))


def _accompanied(company: _Company, lay_out: Callable[[], Any], document: Any) -> Any:
    """The document with as many lines of the body as are wanted on the page that the closing begins on."""
    for leaf in company.leaves[:_ATTEMPTS]:
        if not overflow.closing_is_lonely(document.pages, company.wanted):
            return document
        if leaf in company.begun:
            break
        _add_style(leaf, "break-before: avoid")
        document = lay_out()
    if company.leaves and overflow.closing_is_lonely(document.pages, company.wanted):
        document = _broken_by_force(company, lay_out, document)
    return document


def _broken_by_force(company: _Company, lay_out: Callable[[], Any], document: Any) -> Any:
    """A page break before the block from which on there are lines enough: where avoiding one was not heeded."""
    counted = overflow.lines_of(document.pages, set(company.leaves))
    lines = 0
    for leaf in company.leaves:
        lines += counted.get(leaf, 0)
        if leaf in company.begun:
            return document
        if lines >= company.wanted:
            _add_style(leaf, "break-before: page")
            return lay_out()
    return document


def _leaves(body: Any) -> list[Any]:
    """The blocks of the body that hold lines, the last first."""
    if body is None:
        return []
    found = [one for one in body.iter() if _is_row(one) or (one.tag in _LEAVES and not _holds_blocks(one))]
    inside_rows = {inner for one in found if _is_row(one) for inner in one.iter() if inner is not one}
    return [one for one in reversed(found) if one not in inside_rows]


def _is_row(element: Any) -> bool:
    return element.tag == "tr" or "parallel-row" in (element.get("class") or "").split()


def _holds_blocks(element: Any) -> bool:
    return element.tag in ("li", "dd") and len(element) > 0 and element[0].tag in _LEAVES


def _add_style(element: Any, style: str) -> None:
    element.set("style", "; ".join(part for part in (element.get("style"), style) if part))


def _last(root: Any, name: str) -> Any:
    found = [one for one in root.iter() if name in (one.get("class") or "").split()]
    return found[-1] if found else None


def _first(root: Any, name: str) -> Any:
    return next((one for one in root.iter() if name in (one.get("class") or "").split()), None)
