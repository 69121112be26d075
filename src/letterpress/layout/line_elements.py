"""Gives the lines of a paragraph to the paragraph: WeasyPrint makes a structure element of each, which says nothing.

A reader meets the same texts in the same order, and a file has half as many objects.

Not here: elements that say something of a text (`actual_text`, `conformance`).
Source: ISO 32000-1, 14.7.4 (content of a structure element), 14.8.4 (which elements hold content themselves).
"""

from __future__ import annotations

from typing import Any

import pydyf

from letterpress.layout.pdf_objects import NullObject, Objects, kids_of, number_of

_HOLD_TEXT = frozenset({"/P", "/LBody", "/Lbl", "/TD", "/TH", *(f"/H{level}" for level in range(1, 7))})
"""Kinds of elements that hold text themselves, and not only other elements."""
_BARE = frozenset({"Type", "S", "P", "Pg", "K"})


def fold(objects: Objects) -> None:
    """Take out the elements of lines that are nothing but text on the page that their paragraph begins on."""
    root = objects.get(objects.pdf.catalog["StructTreeRoot"])
    gone: dict[int, Any] = {}
    for element in objects.elements:
        parent = objects.get(element["P"])
        if _is_bare(element) and parent.get("S") in _HOLD_TEXT and parent.get("Pg") == element["Pg"]:
            kids: list[Any] = []
            for kid in kids_of(parent):
                kids += element["K"] if kid == element.reference else [kid]
            parent["K"] = pydyf.Array(kids)
            gone[element.number] = parent
            objects.pdf.objects[element.number] = NullObject(element.number)
    objects.elements = [element for element in objects.elements if element.number not in gone]
    numbers = objects.get(root["ParentTree"])["Nums"]
    for entries in numbers[1::2]:
        if isinstance(entries, list):
            entries[:] = [_owner(entry, gone) for entry in entries]


def _is_bare(element: Any) -> bool:
    """Whether an element holds text, and says no more of it than that it is text."""
    kids = element["K"]
    return (
        element["S"] == "/Span"
        and element.keys() <= _BARE
        and isinstance(kids, list)
        and bool(kids)
        and all(isinstance(kid, int) for kid in kids)
    )


def _owner(entry: Any, gone: dict[int, Any]) -> Any:
    """Whose a text is now."""
    if entry == b"null" or number_of(entry) not in gone:
        return entry
    return gone[number_of(entry)].reference
