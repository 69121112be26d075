"""Lets the structure find what WeasyPrint draws through forms: what is in an element with `opacity`, among others.

WeasyPrint numbers marked content through a page and its forms. A reader looks for a form's content by the form's own
numbers: without them it is content that belongs nowhere.

Source: ISO 32000-1, 14.7.4.2 (marked-content references), 14.7.4.4 (parent tree); ISO 14289-1, 7.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pydyf

from letterpress.layout.pdf_objects import Objects

_DRAWN = re.compile(rb"/(\S+) Do")


def streams(page: Any, objects: Objects) -> Iterator[Any]:
    """Give the content of a page, and that of the forms that it draws, each once."""
    seen: set[int] = set()
    waiting = [(objects.get(page["Contents"]), page["Resources"])]
    while waiting:
        stream, resources = waiting.pop()
        yield stream
        known = objects.get(resources).get("XObject", {}) if isinstance(resources, bytes) else {}
        for item in stream.stream:
            match = _DRAWN.fullmatch(item) if isinstance(item, bytes) else None
            form = objects.get(known[match[1].decode()]) if match and match[1].decode() in known else None
            if form is not None and form.number not in seen and form.extra.get("Subtype") == "/Form":
                seen.add(form.number)
                waiting.append((form, form.extra.get("Resources")))


def own(objects: Objects) -> None:
    """Give forms with marked content numbers of their own, and let the structure say so."""
    numbers = objects.get(objects.get(objects.pdf.catalog["StructTreeRoot"])["ParentTree"])["Nums"]
    key = max((number for number in numbers[::2]), default=-1) + 1
    for reference, page in zip(objects.pdf.page_references, objects.pages(), strict=True):
        if "StructParents" not in page:
            continue
        entries = numbers[numbers.index(page["StructParents"]) + 1]
        for form in list(streams(page, objects))[1:]:
            marks = [item for item in form.stream if isinstance(item, dict) and "MCID" in item]
            if not marks:
                continue
            owners = []
            for number, mark in enumerate(marks):
                owner, entries[mark["MCID"]] = entries[mark["MCID"]], b"null"
                owners.append(owner)
                if owner != b"null":
                    _refer(objects.get(owner), mark["MCID"], reference, form.reference, number)
                mark["MCID"] = number
            form.extra["StructParents"] = key
            numbers += [key, pydyf.Array(owners)]
            key += 1


def _refer(element: Any, mcid: int, page: Any, form: Any, number: int) -> None:
    """Let an element name content by the form that it is in."""
    kids = pydyf.Array()
    for kid in element["K"]:
        elsewhere = isinstance(kid, dict) and (kid.get("MCID"), kid.get("Pg")) == (mcid, page) and "Stm" not in kid
        here = isinstance(kid, int) and kid == mcid and element.get("Pg") == page
        if here or elsewhere:
            kids.append(pydyf.Dictionary({"Type": "/MCR", "Pg": page, "Stm": form, "MCID": number}))
        else:
            kids.append(kid)
    element["K"] = kids
