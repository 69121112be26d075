"""Has a heading on several lines read as one line in the PDF's bookmarks, with a space where a line ends.

Not here: which headings have bookmarks (the letterheads' style sheets). Source: CSS Generated Content for Paged Media.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

ATTRIBUTE = "data-bookmark"
"""What is printed of it: the text of the bookmark."""
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def apply(root: Any) -> None:
    """Write the bookmarks of headings with line breaks into a page's tree of elements."""
    for element in root.iter():
        if element.tag in _HEADINGS and element.find(".//br") is not None:
            element.set(ATTRIBUTE, in_one_line(text(element)))
            styles = filter(None, (element.get("style"), f"bookmark-label: attr({ATTRIBUTE})"))
            element.set("style", "; ".join(styles))


def text(heading: Any) -> str:
    """Give the text of a heading, with spaces where its lines end."""
    return "".join(_texts(heading))


def in_one_line(text: str) -> str:
    """Give the text that the bookmark of a heading has."""
    return " ".join(text.split())


def _texts(element: Any) -> Iterator[str]:
    yield " " if element.tag == "br" else element.text or ""
    for child in element:
        yield from _texts(child)
        yield child.tail or ""
