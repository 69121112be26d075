"""Gives the lines of a paragraph to the paragraph: WeasyPrint makes a structure element of each, which says nothing.

A reader meets the same texts in the same order, and a file has a third of the objects.

Not here: elements that say something of a text (`actual_text`, `conformance`).
Source: ISO 32000-1, 14.7.4 (content of a structure element), 14.8.4 (which elements hold content themselves).
"""

from __future__ import annotations

from typing import Any

import pydyf

from letterpress.layout.pdf_objects import NullObject, Objects, kids_of, number_of

_HOLD_TEXT = frozenset({"/P", "/LBody", "/Lbl", "/TD", "/TH", *(f"/H{level}" for level in range(1, 7))})
"""Kinds of elements that hold text themselves, and not only other elements."""
_MAY_BE_EMPTY = frozenset({"/Div", "/NonStruct", "/Span"})
"""Kinds of elements that say nothing by themselves: those of a line break, of a box that only keeps room."""
_BARE = frozenset({"Type", "S", "P", "Pg", "K"})


def fold(objects: Objects) -> None:
    """Take out the elements of lines that are nothing but text, and those that hold nothing at all."""
    root = objects.get(objects.pdf.catalog["StructTreeRoot"])
    gone: dict[int, Any] = {}
    for element in objects.elements:
        parent = objects.get(element["P"])
        if _is_bare(element) and parent.get("S") in _HOLD_TEXT and "Pg" in parent:
            _replace(parent, element, _texts(element, parent["Pg"]))
            gone[element.number] = parent
    for element in reversed(objects.elements):
        if element["S"] in _MAY_BE_EMPTY and element.keys() <= _BARE and element["K"] == []:
            parent = objects.get(element["P"])
            if parent is not root:
                _replace(parent, element, [])
                gone[element.number] = parent
    for number in gone:
        objects.pdf.objects[number] = NullObject(number)
    objects.elements = [element for element in objects.elements if element.number not in gone]
    numbers = objects.get(root["ParentTree"])["Nums"]
    for entries in numbers[1::2]:
        if isinstance(entries, list):
            entries[:] = [_owner(entry, gone) for entry in entries]


def _texts(element: Any, page: Any) -> list[Any]:
    """The texts of an element as another one holds them, which begins on this page."""
    if element["Pg"] == page:
        return list(element["K"])
    return [pydyf.Dictionary({"Type": "/MCR", "Pg": element["Pg"], "MCID": number}) for number in element["K"]]


def _replace(parent: Any, element: Any, kids: list[Any]) -> None:
    """Put kids into the place of an element."""
    new = pydyf.Array()
    for kid in kids_of(parent):
        new += kids if kid == element.reference else [kid]
    parent["K"] = new


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
