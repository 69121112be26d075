"""Which structure element of a PDF is of which element of the page.

Job: gives, in the order in which WeasyPrint makes them, the kind of each structure element and its box. Secret: how
WeasyPrint 70 walks its boxes when it writes tags. `finish` holds the two lists against each other, so that a WeasyPrint
that walks otherwise is noticed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from letterpress.layout.overflow import is_box

_KINDS = {
    "div": "Div", "span": "Span", "main": "Part", "article": "Art", "section": "Sect", "blockquote": "BlockQuote",
    "p": "P", "dl": "L", "ul": "L", "ol": "L", "li": "LI", "dt": "LI", "dd": "LI", "li::marker": "Lbl", "img": "Figure",
    "table": "Table", "tr": "TR", "th": "TH", "td": "TD", "thead": "THead", "tbody": "TBody", "tfoot": "TFoot",
    "{http://www.w3.org/2000/svg}svg": "Figure", "caption": "Caption", "figcaption": "Caption",
    **{f"h{level}": f"H{level}" for level in range(1, 7)},
}  # fmt: skip


def walk(page: Any) -> Iterator[tuple[str | None, Any]]:
    """For each structure element of a laid-out page: its kind (None: that of a piece of text) and its box, if any."""
    yield from _walk(page._page_box, "Document")


def _walk(box: Any, parent: str) -> Iterator[tuple[str | None, Any]]:
    box = getattr(box, "_box", box)  # an absolutely placed box stands behind its placeholder
    name = None if box.element is None else box.element_tag
    kind = _kind(name)
    children = list(getattr(box, "children", ()))
    if name in ("html", "body") or is_box(box, "PageBox"):
        if is_box(box, "ParentBox") and not is_box(box, "LineBox"):
            for child in children:
                yield from _walk(child, parent)
            return
    elif is_box(box, "MarginBox"):
        for child in children:
            yield from _walk(child, parent)
        return
    elif kind in ("TD", "TH") and parent in ("TD", "TH"):
        kind = "NonStruct"
    elif kind == "LI":
        if parent == "LI":
            kind = "LBody"
        elif parent == "LBody":
            kind = "NonStruct"
        elif name in ("dt", "dd") or (
            name == "li" and ("list-item" not in box.style["display"] or box.style["list_style_type"] == "none")
        ):
            yield "LI", None
            yield from _walk(box, "LI")
            return
    yield kind, box
    if kind == "Table" and box.is_table_wrapper and (table := box.get_wrapped_table()):
        children = [inner for child in children for inner in (child.children if child is table else [child])]
    for child in children:
        for inner in child.children if is_box(child, "LineBox") else [child]:
            if is_box(inner, "TextBox"):
                if kind != "Link":
                    yield None, None
            else:
                inner = getattr(inner, "_box", inner)
                nested = inner.element is not None and inner.element_tag in ("ul", "ol") and kind == "LI"
                yield from _walk(inner, parent if nested else kind)


def _kind(name: str | None) -> str:
    if name is not None and name.split(":")[0] == "a":
        return "Link"
    return _KINDS.get(name or "", "NonStruct")
