"""Takes out of a press copy what PDF/X forbids: links and places of signatures, and what the structure says of them.

Their words are printed as ever. Source: ISO 15930-7, 6.13 (annotations); ISO 32000-1, 14.7.4.3 (references to objects).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pydyf

from letterpress.layout.pdf_objects import NullObject, Objects, kids_of, number_of
from letterpress.page import LayoutFault


class LeftOut(NamedTuple):
    """How many of each a press copy does without."""

    links: int = 0
    signatures: int = 0

    def remarks(self) -> Iterator[LayoutFault]:
        """Say it."""
        if self.links:
            what = "1 link" if self.links == 1 else f"{self.links} links"
            message = f"the press copy is without {what}: the words are printed, and nothing of it can be clicked"
            yield LayoutFault(message, code="press-without-links", params=(("links", self.links),), severity="note")
        if self.signatures:
            what = "1 place" if self.signatures == 1 else f"{self.signatures} places"
            message = f"the press copy is without {what} for digital signatures"
            hint = "sign the archive copy, which is made without --profile press"
            params = (("signatures", self.signatures),)
            yield LayoutFault(message, hint, code="press-without-signatures", params=params, severity="warning")


def strip(pdf: Any, objects: Objects) -> LeftOut:
    """Take out links and places of signatures, and what the structure says of them."""
    gone: set[int] = set()
    links: set[str] = set()
    signatures = 0
    for page in objects.pages():
        for reference in page.pop("Annots", ()):
            annotation = objects.get(reference)
            gone.add(annotation.number)
            action = annotation.get("A", {})
            target = str(action["URI"].string) if "URI" in action else str(annotation.get("Dest", annotation.number))
            if target.startswith("sig:"):
                signatures += 1
            else:
                links.add(target)
    if gone and "StructTreeRoot" in pdf.catalog:
        _strip_structure(pdf, objects, gone)
    for number in gone:
        pdf.objects[number] = NullObject(number)
    return LeftOut(len(links), signatures)


def _strip_structure(pdf: Any, objects: Objects, gone: set[int]) -> None:
    elements = {element.number: element for element in objects.elements}
    emptied: list[Any] = []
    for element in objects.elements:
        kids = kids_of(element)
        kept = [kid for kid in kids if not _leads_to(kid, gone, objects)]
        if len(kept) < len(kids):
            for kid in kids:
                if kid not in kept:
                    pdf.objects[number_of(kid)] = NullObject(number_of(kid))
            element["K"] = pydyf.Array(kept)
            element["S"] = "/Span"
            emptied += [] if kept else [element]
    while emptied:
        element = emptied.pop()
        parent = elements.get(number_of(element["P"]))
        if parent is None:
            continue
        parent["K"] = pydyf.Array([kid for kid in kids_of(parent) if kid != element.reference])
        pdf.objects[element.number] = NullObject(element.number)
        del elements[element.number]
        emptied += [] if parent["K"] else [parent]
    objects.elements = list(elements.values())
    tree = objects.get(objects.get(pdf.catalog["StructTreeRoot"])["ParentTree"])
    pairs = list(zip(tree["Nums"][::2], tree["Nums"][1::2], strict=True))
    tree["Nums"] = pydyf.Array([item for pair in pairs if isinstance(pair[1], list) for item in pair])


def _leads_to(kid: Any, gone: set[int], objects: Objects) -> bool:
    if not isinstance(kid, bytes):
        return False
    item = objects.get(kid)
    return isinstance(item, dict) and item.get("Type") == "/OBJR" and number_of(item["Obj"]) in gone
