"""CSS classes that the layout's checks find the parts of a letter by.

A letterhead that replaces a block of `_base` keeps these classes on what it writes instead. A test holds that the
shipped templates have each of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

BODY = "letter-body"
"""The author's text, once for each language."""
FOOTNOTE = "footnote"
"""A note of the body, which the layout moves to the foot of a page."""
CLOSING = "letter-closing"
"""The complimentary close with all who sign."""
CLOSING_LONG = "letter-closing-long"
"""Set by the layout where no page holds the closing: its rows run on from page to page."""
SIGNATORY = "signatory"
"""One who signs, in a block."""
SIGNATORY_TITLE = "signatory-title"
"""A title or an organisation in that block, which may take two lines."""
SIGNATURE_ROW = "signature-row"
"""Set by the layout: blocks that stand beside each other."""
CLOSING_BESIDE = "closing-beside"
"""The row of a signature and the lists beside it."""
SIGNATURES = "signatures"
PARALLEL = "parallel"
"""Texts in several languages beside each other."""
PARALLEL_ROW = "parallel-row"
PARALLEL_CELL = "parallel-cell"
DECORATION = "decoration"
"""Set by the layout: an image of the letterhead that says nothing (alt="")."""
SHORT_CELL = "short"
"""Set by the layout: a table's cell that does not break."""
NARROW_CELL = "narrow"
"""Set by the layout: a cell of a column that is no wider than its cells, beside a text that breaks."""
HEAD_LINE = "head-line"
"""Set by the layout: one of the two lines of such a column's head."""
CLOSE_TABLE = "table-close"
"""Set by the layout: a table whose columns stand closer, since it is too wide in the smallest type as well."""
TOTAL_ROW = "total"
"""Set by the layout: a table's last row, which is bold."""
SLIP = "payment-slip"
"""A payment slip at the foot of a page: nothing else stands where it does."""
ZONE = "zone"
"""What a letterhead places by its standard, out of the text's column."""
ZONE_PREFIX = "zone-"
"""Before the name of a `page.Zone`: what has to stay in it."""


def of(element: Any) -> list[str]:
    """Give the classes of an element of a page's tree."""
    return (element.get("class") or "").split()


def add(element: Any, name: str) -> None:
    """Give an element one more class."""
    element.set("class", " ".join([*of(element), name]))


def bodies(root: Any) -> Iterator[Any]:
    """Give the elements that hold the author's text, one for each language."""
    return (element for element in root.iter("div") if BODY in of(element))


def declare(element: Any, css: str) -> None:
    """Put declarations before those of an element's style: what stands there already wins."""
    style = (element.get("style") or "").strip().rstrip(";")
    element.set("style", f"{css}; {style}" if style else css)
