"""Makes one element of the structure tree of what breaks over pages, and puts a note where it is called.

WeasyPrint makes a structure element for each page that a paragraph, list or table stands on; a reader is to meet it
once, with a table's repeated heads as page furniture.

Not here: which element is of which box (`tag_order`). Source: ISO 32000-1, 14.7.2 (an element's content may lie on
several pages); ISO 14289-1, 7.1 (repeated heads are artifacts) and 7.9 (notes).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import pydyf

from letterpress.layout import tag_order
from letterpress.layout.boxes import Box, Kind
from letterpress.layout.pdf_objects import NullObject, Objects, kids_of

_WHOLE = frozenset({"/Figure", "/Link", "/Form"})
"""Kinds that stand on one page, with content of their own."""
_NO_BLOCK = (Kind.INLINE, Kind.TEXT, Kind.REPLACED)


class Tagged(NamedTuple):
    """A structure element, and what it is of."""

    page: int
    """Counted from 0."""
    box: Box | None
    element: Any


def tagged(pages: Sequence[Box], objects: Objects) -> list[Tagged]:
    """Tell of which box each structure element is.

    :raises AssertionError: WeasyPrint tags in another order than `tag_order` knows.
    """
    steps = [(number, *step) for number, page in enumerate(pages) for step in tag_order.walk(page)]
    elements = objects.elements[1:]  # the first is the document itself
    if len(steps) != len(elements) or any(
        kind and element["S"] != f"/{kind}" for (_, kind, _), element in zip(steps, elements, strict=True)
    ):
        raise AssertionError("the structure's elements are not those of the page's boxes")
    return [Tagged(page, box, element) for (page, _, box), element in zip(steps, elements, strict=True)]


def join(made: Iterable[Tagged], objects: Objects) -> tuple[list[Tagged], set[int]]:
    """Join what breaks over pages, and put notes where they are called.

    :param made: the elements that hang in the tree, in the order in which they were made.
    :returns: those that stay, and the numbers of text elements that are furniture now: heads that are repeated.
    """
    made = list(made)
    if made and made[-1].page:
        joined = _Joined(objects)
        for one in made:
            joined.take(one)
        joined.remove()
        made = [one for one in made if one.element.number not in joined.gone]
        repeated = joined.repeated
    else:
        repeated = set()
    _place_notes(made, objects)
    _place_lists(made, objects)
    return made, repeated


class _Joined:
    """Elements of several pages on the way to become one each."""

    def __init__(self, objects: Objects) -> None:
        self.gone: set[int] = set()
        """Numbers of elements that others have taken over, or that are repeated."""
        self.repeated: set[int] = set()
        """Of those, the repeated ones that hold text."""
        self._objects = objects
        self._page = 0
        self._first: dict[Any, tuple[int, Any, Box]] = {}
        """What each element of the letter was first met as: page, structure element, box."""
        self._met: set[Any] = set()
        """Elements of the letter met on the page at hand."""
        self._parts: dict[int, Any] = {}
        """What an element is part of, by its number: kind and element of the letter."""
        self._into: dict[int, Any] = {}
        """Which element takes over that of the number."""
        self._heads: dict[str, str] = {}
        """Ids of repeated table heads: what they are at first."""

    def take(self, one: Tagged) -> None:
        """Take the next element: it stays, goes into one of a page before, or is repeated."""
        page, box, element = one
        if page != self._page:
            self._page, self._met = page, set()
        parent = self._objects.get(element["P"])
        if parent.number in self.repeated:
            self._repeat(box, element)
            return
        target = self._into.get(parent.number)
        known = None
        if box is not None and box.kind not in _NO_BLOCK and box.element is not None and element["S"] not in _WHOLE:
            key = (box.element, box.tag)
            self._parts[element.number] = (key, element["S"])
            if key not in self._met:
                self._met.add(key)
                known = self._known(key, page, element, box)
            elif target is not None:
                known = self._continued(element, parent, target)
        if known is not None and box is not None and self._is_repeated(box, known[1]):
            self.repeated.add(element.number)
            self._repeat(box, element)
        elif known is not None:
            self._into[element.number] = known[0]
            self.gone.add(element.number)
            self._same_head(known[0], element)
        elif target is not None:
            element["P"] = target.reference
            target["K"].append(element.reference)
            _take_out(parent, element)

    def _known(self, key: Any, page: int, element: Any, box: Box) -> tuple[Any, Box | None] | None:
        """What the element was on a page before; None where it begins here."""
        met = self._first.setdefault(key, (page, element, box))
        return (met[1], met[2]) if met[0] != page and met[1]["S"] == element["S"] else None

    def _continued(self, element: Any, parent: Any, target: Any) -> tuple[Any, Box | None] | None:
        """What a box without a name goes on from: the last of its kind, where it is the first on its page."""
        if not target["K"] or not parent["K"] or parent["K"][0] != element.reference:
            return None
        last = self._objects.get(target["K"][-1])
        same = self._parts.get(getattr(last, "number", 0)) == self._parts[element.number]
        return (last, None) if same else None

    def _is_repeated(self, box: Box, before: Box | None) -> bool:
        """Whether a table's head or foot stands there again: with the same words, and nothing to click on."""
        if box.tag not in ("thead", "tfoot") or before is None:
            return False
        return _words(box) == _words(before) and not any(inner.tag == "a" for inner in box.all())

    def _repeat(self, box: Box | None, element: Any) -> None:
        self.gone.add(element.number)
        self.repeated.add(element.number)
        if box is not None and (first := self._first.get((box.element, box.tag))):
            self._same_head(first[1], element)

    def _same_head(self, first: Any, element: Any) -> None:
        if "ID" in element and "ID" in first:
            self._heads[element["ID"].string] = first["ID"].string

    def remove(self) -> None:
        """Take what is gone out of the tree, with what is empty then; let cells name the heads that stay."""
        objects = self._objects
        for number in sorted(self.gone):
            element = objects.pdf.objects[number]
            parent = objects.get(element["P"])
            if parent.number not in self.gone:
                self._unlink(parent, element)
        for element in objects.elements:
            if element.number in self.gone:
                objects.pdf.objects[element.number] = NullObject(element.number)
            elif self._heads and element["S"] == "/TD" and "Headers" in element.get("A", {}):
                named = [self._heads.get(name.string, name.string) for name in element["A"]["Headers"]]
                element["A"]["Headers"] = pydyf.Array([pydyf.String(name) for name in dict.fromkeys(named)])
            elif element["S"] == "/Table":
                self._foot_last(element)
        objects.elements = [element for element in objects.elements if element.number not in self.gone]

    def _unlink(self, parent: Any, element: Any) -> None:
        _take_out(parent, element)
        if not parent["K"] and parent["S"] == "/LI":  # made for a body that has gone into an earlier one
            self.gone.add(parent.number)
            above = self._objects.get(parent["P"])
            if above.number not in self.gone:
                self._unlink(above, parent)

    def _foot_last(self, table: Any) -> None:
        feet = [kid for kid in kids_of(table) if isinstance(kid, bytes) and self._objects.get(kid).get("S") == "/TFoot"]
        table["K"] = pydyf.Array([*(kid for kid in table["K"] if kid not in feet), *feet])


def _words(box: Box) -> str:
    return " ".join(inner.text for inner in box.all() if inner.text)


def _take_out(parent: Any, element: Any) -> None:
    if element.reference in parent["K"]:
        parent["K"].remove(element.reference)


def _place_notes(made: Sequence[Tagged], objects: Objects) -> None:
    """Put each note behind its call, as a Note, which needs an ID."""
    calls = {
        box.element: element
        for _, box, element in made
        if box and box.kind is not Kind.TEXT and (box.tag or "").endswith("::footnote-call")
    }
    if not calls:
        return
    placed: set[Any] = set()
    for _, box, element in made:
        if box is None or box.element not in calls or not box.is_own or box.kind in _NO_BLOCK or box.element in placed:
            continue
        placed.add(box.element)
        area, call = objects.get(element["P"]), calls[box.element]
        place = objects.get(call["P"])
        _take_out(area, element)
        call["S"], element["S"], element["P"] = "/Reference", "/Note", place.reference
        element["ID"] = pydyf.String(f"note-{len(placed)}")
        place["K"].insert(place["K"].index(call.reference) + 1, element.reference)
        if not area["K"]:
            _take_out(objects.get(area["P"]), area)
            objects.elements.remove(area)
            objects.pdf.objects[area.number] = NullObject(area.number)
    _list_ids(objects)


def _list_ids(objects: Objects) -> None:
    """Write the tree of IDs: whoever joins files finds by it that theirs have to be told apart (`pdf.structure`)."""
    named = sorted((element["ID"].string, element.reference) for element in objects.elements if "ID" in element)
    names = [item for name, reference in named for item in (pydyf.String(name), reference)]
    tree = pydyf.Dictionary({"Names": pydyf.Array(names)})
    objects.pdf.add_object(tree)
    objects.get(objects.pdf.catalog["StructTreeRoot"])["IDTree"] = tree.reference


def _place_lists(made: Sequence[Tagged], objects: Objects) -> None:
    """Put a list that is in an item into that item: WeasyPrint puts it behind the item, with what follows it before."""
    items: dict[int, Any] = {}
    for _, _, element in made:
        parent = objects.get(element["P"])
        if element["S"] == "/LI":
            items[parent.number] = element
        elif element["S"] == "/L" and parent["S"] == "/L" and (item := items.get(parent.number)):
            kids = enumerate(item["K"])
            before = [at for at, kid in kids if isinstance(kid, bytes) and objects.get(kid).number < element.number]
            _take_out(parent, element)
            element["P"] = item.reference
            item["K"].insert(before[-1] + 1 if before else 0, element.reference)
