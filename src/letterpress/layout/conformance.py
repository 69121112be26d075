"""The last touch on a PDF's objects before they are written.

Job: makes one file PDF/A-3a and PDF/UA-1 at once, marks page furniture as artifacts, and turns the places that a letter
keeps for signatures into empty signature fields. Secret: pydyf, and what WeasyPrint leaves undone in a tagged file.
Measured against veraPDF; every mend here has a test that fails without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pydyf

from letterpress.layout import overflow
from letterpress.model import SIGNATURE_SCHEME, SignatureField

_PT_PER_PX = 0.75  # 72 pt and 96 CSS px to the inch

# PDF/UA's identifier, and the extension schema by which PDF/A lets a file carry it (PDF/A-3, 6.6.2.3).
_UA_XMP = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>part of ISO 14289</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


class Finisher:
    """What `write_pdf(finisher=...)` is given: works on one document, then holds what it found."""

    def __init__(self, *, archive: bool, in_order: bool = False, several_languages: bool = False) -> None:
        self.archive = archive
        self.in_order = in_order
        self.several_languages = several_languages
        self.signature_fields: tuple[SignatureField, ...] = ()

    def __call__(self, document: Any, pdf: Any) -> None:
        """Mend the PDF in place."""
        objects = _Objects(pdf)
        if self.archive:
            _name_ua(pdf, objects)
        if "StructTreeRoot" in pdf.catalog:
            if self.several_languages:
                _name_languages(document, objects)
            _furniture_to_artifacts(pdf, objects)
            _mend_structure(document, objects)
        self.signature_fields = _keep_signatures(pdf, objects, self.in_order)


class _Objects:
    """The PDF's objects by reference."""

    def __init__(self, pdf: Any) -> None:
        self.pdf = pdf
        self.elements: list[Any] = [item for item in pdf.objects if _is_element(item)]

    def get(self, reference: Any) -> Any:
        return self.pdf.objects[int(bytes(reference).split()[0])]

    def pages(self) -> Iterator[Any]:
        for reference in self.pdf.page_references:
            yield self.get(reference)


def _is_element(item: Any) -> bool:
    return isinstance(item, dict) and item.get("Type") == "/StructElem"


def _name_ua(pdf: Any, objects: _Objects) -> None:
    """Say in the metadata that the file is PDF/UA-1 as well."""
    metadata = objects.get(pdf.catalog["Metadata"])
    metadata.stream = [b"".join(metadata.stream).replace(b"</rdf:RDF>", _UA_XMP + b"</rdf:RDF>", 1)]


def _name_languages(document: Any, objects: _Objects) -> None:
    """Say of each passage in another language which it is, and let columns be read one after the other.

    :raises AssertionError: WeasyPrint tags in another order than `tagwalk` knows.
    """
    from letterpress.layout import tag_order  # here: few letters are in several languages

    made = [step for page in document.pages for step in tag_order.walk(page)]
    elements = objects.elements[1:]  # the first is the document itself
    kinds = [(kind, element["S"]) for (kind, _), element in zip(made, elements, strict=False)]
    if len(made) != len(elements) or any(kind and written != f"/{kind}" for kind, written in kinds):
        raise AssertionError("passages in other languages cannot be told apart in its tags")
    groups: dict[Any, list[Any]] = {}
    columns: dict[Any, dict[str, list[Any]]] = {}
    group = None
    for (_, box), element in zip(made, elements, strict=True):
        if box is None or box.element is None:
            continue
        lang = box.element.get("lang")
        if lang and box.element.tag != "html" and box.element_tag == box.element.tag:
            element["Lang"] = pydyf.String(lang)
        if overflow.has_class(box, "parallel"):
            group = box.element
            groups.setdefault(group, []).append(element)
        elif overflow.has_class(box, "parallel-cell") and element["S"] == "/Sect":
            columns.setdefault(group, {}).setdefault(lang or "", []).append(element)
    for group, cells in columns.items():
        _read_by_column(objects, groups[group], list(cells.values()))


def _read_by_column(objects: _Objects, groups: list[Any], columns: list[list[Any]]) -> None:
    """Put all cells of a column into one element, and the columns one after the other into the first of their groups.

    :param groups: what holds the rows, on each page that they run over.
    """
    first = groups[0]
    for column in columns:
        head, *others = column
        for cell in others:
            for kid in cell["K"]:
                objects.get(kid)["P"] = head.reference
            head["K"].extend(cell["K"])
        head["P"] = first.reference
    for later in groups[1:]:
        above = objects.get(later["P"])
        if isinstance(above.get("K"), list) and later.reference in above["K"]:
            above["K"].remove(later.reference)
    first["K"] = pydyf.Array([column[0].reference for column in columns])


def _furniture_to_artifacts(pdf: Any, objects: _Objects) -> None:
    """Mark what stands in margin boxes (continuation head, page number) as artifacts.

    WeasyPrint tags it and leaves the tags out of the tree: a reader would meet text that belongs nowhere.
    """
    root = objects.get(pdf.catalog["StructTreeRoot"])
    reachable = _reachable(objects, root)
    numbers = objects.get(root["ParentTree"])["Nums"]
    for page in objects.pages():
        entries = numbers[numbers.index(page["StructParents"]) + 1] if "StructParents" in page else []
        orphans = {mcid for mcid, reference in enumerate(entries) if _number(reference) not in reachable}
        if not orphans:
            continue
        _artifacts(objects.get(page["Contents"]), orphans)
        for mcid in orphans:
            entries[mcid] = b"null"
    for element in objects.elements:
        if element.number not in reachable:
            pdf.objects[element.number] = _Null(element.number)
    objects.elements = [element for element in objects.elements if element.number in reachable]


class _Null(pydyf.Object):  # type: ignore[misc]
    """What takes the place of an object that is not needed. (An object marked free would upset pydyf's own count of
    compressed objects, and with it every reader that trusts the cross-reference stream.)"""

    data = b"null"

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def _number(reference: Any) -> int:
    return int(bytes(reference).split()[0])


def _reachable(objects: _Objects, root: Any) -> set[int]:
    """Numbers of the structure elements that hang in the tree."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        kids = waiting.pop()["K"]
        for kid in kids if isinstance(kids, list) else [kids]:
            if isinstance(kid, bytes):
                element: Any = objects.get(kid)
                if _is_element(element) and element.number not in seen:
                    seen.add(element.number)
                    waiting.append(element)
    return seen


def _artifacts(stream: Any, mcids: set[int]) -> None:
    """Turn the marked content of these numbers into page furniture (/Artifact, Pagination)."""
    for index, item in enumerate(stream.stream):
        if isinstance(item, dict) and item.get("MCID") in mcids:
            stream.stream[index - 1] = "/Artifact"
            stream.stream[index] = pydyf.Dictionary({"Type": "/Pagination"})


def _mend_structure(document: Any, objects: _Objects) -> None:
    """What UA readers ask of lists, table heads and figures."""
    heights = {
        _number(reference): page.height
        for reference, page in zip(objects.pdf.page_references, document.pages, strict=True)
    }
    lists = [element for element in objects.elements if element["S"] == "/L"]
    kinds = [tag for page in document.pages for tag in _list_tags(page._page_box)] if lists else []
    for element, kind in zip(lists, kinds if len(kinds) == len(lists) else ["ul"] * len(lists), strict=True):
        element["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": _NUMBERING[kind]})
    for element in [element for element in objects.elements if element["S"] == "/LI"]:
        _wrap_list_body(objects, element)
    for element in objects.elements:
        if element["S"] == "/TH":
            element.setdefault("A", pydyf.Dictionary({"O": "/Table"}))["Scope"] = "/Column"
        elif element["S"] == "/Figure" and "A" in element:
            # WeasyPrint gives CSS px from the top; the box is in pt from the bottom (ISO 32000-1, 14.8.5.4.3).
            x1, y1, x2, y2 = element["A"]["BBox"]
            height = heights[_number(element["Pg"])]
            box = (x1, height - y2, x2, height - y1)
            element["A"]["BBox"] = pydyf.Array([round(value * _PT_PER_PX, 3) for value in box])


def _wrap_list_body(objects: _Objects, item: Any) -> None:
    """Put what a list item holds beside its label into one LBody: WeasyPrint leaves a loose list's paragraphs bare."""
    kids = [kid for kid in item["K"] if isinstance(kid, bytes)]
    bare = [kid for kid in kids if objects.get(kid).get("S") not in ("/Lbl", "/LBody")]
    if not bare:
        return
    body = pydyf.Dictionary(
        {"Type": "/StructElem", "S": "/LBody", "K": pydyf.Array(bare), "Pg": item["Pg"], "P": item.reference}
    )
    objects.pdf.add_object(body)
    for kid in bare:
        objects.get(kid)["P"] = body.reference
    at = item["K"].index(bare[0])
    item["K"] = pydyf.Array([kid for kid in item["K"] if kid not in bare])
    item["K"].insert(min(at, len(item["K"])), body.reference)


_NUMBERING = {"ul": "/Disc", "ol": "/Decimal", "dl": "/None"}


def _list_tags(box: Any) -> Iterator[str]:
    """`ul`, `ol` and `dl` in the order in which WeasyPrint tags them."""
    for inner in overflow.walk(box):
        if inner.element is not None and inner.element_tag in _NUMBERING:
            yield inner.element_tag


def _keep_signatures(pdf: Any, objects: _Objects, in_order: bool) -> tuple[SignatureField, ...]:
    """Turn each link to `sig:NAME` into an empty, tagged signature field in the same place.

    What is written keeps both standards, and lets several people sign one after the other, as measured with pyHanko:
    the structure element holds the object reference itself, not an array of one.
    """
    owners = _owners(objects)
    fields: list[SignatureField] = []
    references = pydyf.Array()
    for number, page in enumerate(objects.pages(), start=1):
        for reference in page.get("Annots", ()):
            widget = objects.get(reference)
            target = _signature_target(widget)
            if target is None:
                continue
            name, signatory, title = target
            box = tuple(round(float(value), 4) for value in widget["Rect"])
            x1, x2 = sorted((box[0], box[2]))
            y1, y2 = sorted((box[1], box[3]))
            _make_widget(pdf, widget, page, name, signatory, title, (x1, y1, x2, y2))
            if in_order and references:
                _lock_earlier(pdf, widget, [field.name for field in fields])
            if widget.number in owners:
                element, object_reference = owners[widget.number]
                element["S"] = "/Form"
                element["K"] = object_reference
            references.append(widget.reference)
            fields.append(
                SignatureField(name=name, signatory=signatory, title=title, page=number, box=(x1, y1, x2, y2))
            )
    if references:
        pdf.catalog["AcroForm"] = pydyf.Dictionary({"Fields": references, "SigFlags": 1})
    return tuple(fields)


def _signature_target(annotation: Any) -> tuple[str, str, str | None] | None:
    """Field name, signatory and title of a link `sig:NAME?SIGNATORY&TITLE`; None for any other annotation."""
    action = annotation.get("A")
    uri = str(action["URI"].string) if action and "URI" in action else ""
    match = re.fullmatch(rf"{SIGNATURE_SCHEME}([^?]+)\?([^&]*)&(.*)", uri)
    if match is None:
        return None
    name, signatory, title = (unquote(part) for part in match.groups())
    return name, signatory, title or None


def _make_widget(
    pdf: Any, widget: Any, page: Any, name: str, signatory: str, title: str | None, box: tuple[float, ...]
) -> None:
    for key in ("A", "BS", "Contents"):
        widget.pop(key, None)
    extra = {"Type": "/XObject", "Subtype": "/Form", "BBox": pydyf.Array([0, 0, box[2] - box[0], box[3] - box[1]])}
    appearance = pydyf.Stream([], extra)
    pdf.add_object(appearance)
    label = f"Signature of {signatory}" + (f", {title}" if title else "")
    widget.update(
        {
            "Subtype": "/Widget",
            "FT": "/Sig",
            "T": pydyf.String(name),
            "TU": pydyf.String(label),
            "F": 132,  # print, locked
            "P": page.reference,
            "Rect": pydyf.Array(box),
            "AP": pydyf.Dictionary({"N": appearance.reference}),
        }
    )


def _lock_earlier(pdf: Any, widget: Any, earlier: list[str]) -> None:
    """The order of signing, in PDF's own words: whoever signs here locks the fields of those before."""
    names = pydyf.Array([pydyf.String(name) for name in earlier])
    lock = pydyf.Dictionary({"Type": "/SigFieldLock", "Action": "/Include", "Fields": names})
    pdf.add_object(lock)
    widget["Lock"] = lock.reference


def _owners(objects: _Objects) -> dict[int, tuple[Any, Any]]:
    """Annotation's number -> its structure element, and the reference to the OBJR in it."""
    found: dict[int, tuple[Any, Any]] = {}
    for element in objects.elements:
        kids = element["K"]
        for kid in kids if isinstance(kids, list) else [kids]:
            if isinstance(kid, bytes):
                item = objects.get(kid)
                if isinstance(item, dict) and item.get("Type") == "/OBJR":
                    found[_number(item["Obj"])] = (element, kid)
    return found
