"""The objects of a PDF that WeasyPrint has drawn and not yet written, by their references.

Not here: finished files, which pikepdf reads (`pdf`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pydyf


class Objects:
    """The PDF's objects by reference, and its structure elements."""

    def __init__(self, pdf: Any) -> None:
        """Look at a `pydyf.PDF`."""
        self.pdf = pdf
        self.elements: list[Any] = [item for item in pdf.objects if is_element(item)]
        """In the order in which they were made."""

    def get(self, reference: Any) -> Any:
        """Give the object that a reference (`b"12 0 R"`) names."""
        return self.pdf.objects[number_of(reference)]

    def pages(self) -> Iterator[Any]:
        """Give the pages, the first first."""
        for reference in self.pdf.page_references:
            yield self.get(reference)


class NullObject(pydyf.Object):  # type: ignore[misc]
    """What takes the place of an object that is not needed. (An object marked free would upset pydyf's own count of
    compressed objects, and with it every reader that trusts the cross-reference stream.)"""

    data = b"null"

    def __init__(self, number: int) -> None:
        """Take the place of the object of this number."""
        super().__init__()
        self.number = number


def is_element(item: Any) -> bool:
    """Whether an object is a structure element."""
    return isinstance(item, dict) and item.get("Type") == "/StructElem"


def number_of(reference: Any) -> int:
    """Read the number of the object that a reference names."""
    return int(bytes(reference).split()[0])


def kids_of(element: Any) -> list[Any]:
    """Give the kids of a structure element or of the root, as a list also where there is one alone."""
    kids = element["K"]
    return kids if isinstance(kids, list) else [kids]
