"""Which structure element of a PDF is of which box of the page.

Gives, in the order in which WeasyPrint makes them, the kind of each structure element and its box. `conformance` holds
the two lists against each other, so that a WeasyPrint that walks its boxes otherwise is noticed.

Source: `weasyprint.pdf.tags._build_box_tree` of WeasyPrint 70; kinds of ISO 32000-1, 14.8.4.
"""

from __future__ import annotations

from collections.abc import Iterator

from letterpress.layout.boxes import Box, Kind

_KINDS = {
    "div": "Div", "span": "Span", "main": "Part", "article": "Art", "section": "Sect", "blockquote": "BlockQuote",
    "p": "P", "dl": "L", "ul": "L", "ol": "L", "li": "LI", "dt": "LI", "dd": "LI", "li::marker": "Lbl", "img": "Figure",
    "table": "Table", "tr": "TR", "th": "TH", "td": "TD", "thead": "THead", "tbody": "TBody", "tfoot": "TFoot",
    "{http://www.w3.org/2000/svg}svg": "Figure", "caption": "Caption", "figcaption": "Caption",
    **{f"h{level}": f"H{level}" for level in range(1, 7)},
}  # fmt: skip
_WITHOUT_CHILDREN = (Kind.LINE, Kind.TEXT, Kind.REPLACED)

Step = tuple[str | None, Box | None]
"""Kind of a structure element (None: that of a piece of text), and its box, if it has one."""


def walk(page: Box) -> Iterator[Step]:
    """Give a step for each structure element of a laid-out page."""
    yield from _walk(page, "Document")


def _walk(box: Box, parent: str) -> Iterator[Step]:
    kind = _kind(box.tag)
    if box.tag in ("html", "body") or box.kind is Kind.PAGE:
        # These have no structure element of their own, only their children have. A line, text or image is tagged.
        if box.kind not in _WITHOUT_CHILDREN:
            for child in box.children:
                yield from _walk(child, parent)
            return
    elif box.kind is Kind.MARGIN:
        for child in box.children:
            yield from _walk(child, parent)
        return
    elif kind in ("TD", "TH") and parent in ("TD", "TH"):
        kind = "NonStruct"  # the anonymous block in a cell
    elif kind == "LI":
        if parent == "LI":
            kind = "LBody"
        elif parent == "LBody":
            kind = "NonStruct"
        elif box.tag in ("dt", "dd") or (box.tag == "li" and not box.is_marked_item):
            # WeasyPrint puts an item that has no marker into an LI of its own; the item itself becomes the LBody in it.
            yield "LI", None
            yield from _walk(box, "LI")
            return
    yield kind, box
    yield from _inside(box, kind, parent)


def _inside(box: Box, kind: str, parent: str) -> Iterator[Step]:
    """Give the steps of a box's content; `kind` is that of the box's own structure element."""
    children = box.children
    if kind == "Table" and (table := box.table):
        # The table's rows, with the captions that are beside it in its wrapper.
        children = tuple(inner for child in children for inner in (child.children if child is table else (child,)))
    for child in children:
        for inner in child.children if child.kind is Kind.LINE else (child,):
            if inner.kind is Kind.TEXT:
                if kind != "Link":  # the text of a link is the link's own content
                    yield None, None
            else:
                # A list in an item belongs to the list around that item, as PDF has it.
                nested = inner.tag in ("ul", "ol") and kind == "LI"
                yield from _walk(inner, parent if nested else kind)


def _kind(name: str | None) -> str:
    if name is not None and name.split(":")[0] == "a":
        return "Link"
    return _KINDS.get(name or "", "NonStruct")
