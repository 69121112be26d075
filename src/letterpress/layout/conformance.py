"""The last touch on a PDF's objects before they are written: PDF/A-3a and PDF/UA-1 at once.

Marks page furniture as artifacts, mends what WeasyPrint leaves undone in a tagged file, and says which fonts a PDF was
written with. Every mend here has a test that fails without it.

Not here: the places that a letter keeps for signatures (`signature_fields`). Source: ISO 19005-3, ISO 14289-1 and
ISO 32000-1, as veraPDF checks them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pydyf

from letterpress.fonts import shipped
from letterpress.layout import (
    actual_text,
    boxes,
    css_classes,
    file,
    form_content,
    line_elements,
    press_copy,
    press_left_out,
    private_api,
    reading_order,
    signature_fields,
)
from letterpress.layout.boxes import PT_PER_PX, Box, Kind
from letterpress.layout.characters import FontUsed
from letterpress.layout.pdf_objects import NullObject, Objects, is_element, kids_of, number_of
from letterpress.layout.reading_order import Tagged
from letterpress.model import SignatureField
from letterpress.page import LayoutFault, Page
from letterpress.pdf.press import standards

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

    def __init__(
        self,
        page: Page,
        *,
        several_languages: bool = False,
        pages: Sequence[Box] | None = None,
    ) -> None:
        """Say what is wanted.

        :param several_languages: whether passages are marked with their languages.
        :param pages: the document's, if they have been read.
        """
        self.archive = page.archive
        self.in_order = page.in_order
        self.several_languages = several_languages
        self._pages = pages
        self._press = page.press
        self._on_paper = bool(page.papers)
        self.left_out: tuple[LayoutFault, ...] = ()
        """What a press copy does without."""
        self.unprintable: tuple[LayoutFault, ...] = ()
        """What of the letter cannot be printed by a press; there are no parts then."""
        self.signature_fields: tuple[SignatureField, ...] = ()
        self.fonts: tuple[FontUsed, ...] = ()
        """The fonts that the PDF was written with."""
        self.parts: file.Parts | None = None
        """What the PDF's file is written from."""

    @property
    def made(self) -> file.Parts:
        """What the PDF's file is written from; there once WeasyPrint has called this."""
        assert self.parts is not None  # noqa: S101
        return self.parts

    def __call__(self, document: Any, pdf: Any) -> None:
        """Mend the PDF in place."""
        objects = Objects(pdf)
        if self.archive:
            _name_ua(pdf, objects)
        if "StructTreeRoot" in pdf.catalog:
            pages = boxes.pages(document) if self._pages is None else self._pages
            made = reading_order.tagged(pages, objects)
            _leave_decorations(made, objects)
            _furniture_to_artifacts(pdf, objects)
            made = [one for one in made if not isinstance(pdf.objects[one.element.number], NullObject)]
            made, repeated = reading_order.join(made, objects)
            actual_text.write(made, objects)
            _repeated_to_artifacts(pdf, objects, repeated)
            _signatures_first(made)
            if self.several_languages:
                _name_languages(made, objects)
            _mend_structure(document, made, objects)
        _read_as_typed(pdf, objects)
        if self._press is not None:
            self.left_out = tuple(press_left_out.strip(pdf, objects).remarks())
        self.signature_fields = signature_fields.make(pdf, objects, in_order=self.in_order)
        if "StructTreeRoot" in pdf.catalog:
            line_elements.fold(objects)
            form_content.own(objects)
        self.fonts = tuple(_font_used(font) for font in document.fonts.values())
        pdf.write = _write_nothing
        if self._press is not None:
            self.unprintable = press_copy.convert(pdf, objects, self._press, on_paper=self._on_paper)
        if not self.unprintable:
            self.parts = file.parts_of(pdf, document.fonts)
        if self._press is not None and self.parts is not None:
            self.parts.version = standards.X4_VERSION


def _write_nothing(*_: Any) -> None:
    """Take the place of pydyf's own writer."""


def _font_used(font: Any) -> FontUsed:
    return FontUsed(shipped.fingerprint_of(private_api.font_file(font)), private_api.font_characters(font))


_USUAL = {b"<00a0>": b"<0020>", b"<2010>": b"<002d>", b"<2011>": b"<002d>"}
"""What is read of a glyph that stands for several characters: of spaces and of hyphens, the one of the keyboard."""


def _read_as_typed(pdf: Any, objects: Objects) -> None:
    """Let spaces and hyphens be read as they are typed: a font has the same glyph for one that holds, or for the hyphen
    that divides a word, and WeasyPrint 70 gives it the character that it set first. A letter could have no other spaces
    to a reader, and a telephone number no hyphen that can be dialled or searched for."""
    for font in pdf.objects:
        if isinstance(font, pydyf.Dictionary) and "ToUnicode" in font:
            cmap = objects.get(font["ToUnicode"])
            cmap.stream = [
                line[:-6] + _USUAL[ending] if (ending := line[-6:].lower()) in _USUAL else line for line in cmap.stream
            ]


def _name_ua(pdf: Any, objects: Objects) -> None:
    """Say in the metadata that the file is PDF/UA-1 as well."""
    metadata = objects.get(pdf.catalog["Metadata"])
    metadata.stream = [b"".join(metadata.stream).replace(b"</rdf:RDF>", _UA_XMP + b"</rdf:RDF>", 1)]


def _signatures_first(made: Sequence[Tagged]) -> None:
    """Have a signature read before the lists that stand at its left: WeasyPrint tags boxes of a row as they stand."""
    rows = [element for _, box, element in made if box is not None and css_classes.CLOSING_BESIDE in box.classes]
    if not rows:
        return
    signed = {element.number for _, box, element in made if box is not None and css_classes.SIGNATURES in box.classes}
    for row in rows:
        row["K"] = pydyf.Array(sorted(row["K"], key=lambda kid: number_of(kid) not in signed))


def _name_languages(made: Sequence[Tagged], objects: Objects) -> None:
    """Say of each passage in another language which it is, and let columns be read one after the other."""
    groups: dict[Any, Any] = {}
    columns: dict[Any, dict[str, list[Any]]] = {}
    group = None
    for _, box, element in made:
        if box is None or box.element is None or box.kind is Kind.TEXT:
            continue
        lang = box.element.get("lang")
        if lang and box.tag != "html" and box.is_own:
            element["Lang"] = pydyf.String(lang)
        if css_classes.PARALLEL in box.classes:
            group = box.element
            groups.setdefault(group, element)
        elif css_classes.PARALLEL_CELL in box.classes and element["S"] == "/Sect":
            columns.setdefault(group, {}).setdefault(lang or "", []).append(element)
    for group, cells in columns.items():
        _read_by_column(objects, groups[group], list(cells.values()))


def _read_by_column(objects: Objects, group: Any, columns: list[list[Any]]) -> None:
    """Put all cells of a column into one element, and the columns one after the other into what holds the rows."""
    for column in columns:
        head, *others = column
        for cell in others:
            for kid in cell["K"]:
                objects.get(kid)["P"] = head.reference
            head["K"].extend(cell["K"])
        head["P"] = group.reference
    group["K"] = pydyf.Array([column[0].reference for column in columns])


def _leave_decorations(made: Sequence[Tagged], objects: Objects) -> None:
    """Take images that say nothing out of the tree: what hangs in it no more becomes an artifact."""
    for one in made:
        if one.element["S"] == "/Figure" and one.box is not None and css_classes.DECORATION in one.box.classes:
            around = objects.get(one.element["P"])
            around["K"] = pydyf.Array(
                kid for kid in kids_of(around) if not isinstance(kid, bytes) or number_of(kid) != one.element.number
            )


def _furniture_to_artifacts(pdf: Any, objects: Objects) -> None:
    """Mark what stands in margin boxes (continuation head, page number) as artifacts.

    WeasyPrint tags it and leaves the tags out of the tree: a reader would meet text that belongs nowhere.
    """
    root = objects.get(pdf.catalog["StructTreeRoot"])
    reachable = _reachable(objects, root)
    numbers = objects.get(root["ParentTree"])["Nums"]
    for page in objects.pages():
        entries = numbers[numbers.index(page["StructParents"]) + 1] if "StructParents" in page else []
        orphans = {mcid for mcid, reference in enumerate(entries) if number_of(reference) not in reachable}
        if not orphans:
            continue
        for stream in form_content.streams(page, objects):
            _artifacts(stream, orphans)
        for mcid in orphans:
            entries[mcid] = b"null"
    for element in objects.elements:
        if element.number not in reachable:
            pdf.objects[element.number] = NullObject(element.number)
    objects.elements = [element for element in objects.elements if element.number in reachable]


def _repeated_to_artifacts(pdf: Any, objects: Objects, repeated: set[int]) -> None:
    """Mark a table's heads on its later pages as artifacts: whoever is read the table has heard them."""
    if not repeated:
        return
    numbers = objects.get(objects.get(pdf.catalog["StructTreeRoot"])["ParentTree"])["Nums"]
    for page in objects.pages():
        entries = numbers[numbers.index(page["StructParents"]) + 1]
        gone = {mcid for mcid, entry in enumerate(entries) if entry != b"null" and number_of(entry) in repeated}
        for stream in form_content.streams(page, objects) if gone else ():
            _artifacts(stream, gone)
        for mcid in gone:
            entries[mcid] = b"null"


def _reachable(objects: Objects, root: Any) -> set[int]:
    """Numbers of the structure elements that hang in the tree."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        for kid in kids_of(waiting.pop()):
            if isinstance(kid, bytes):
                element: Any = objects.get(kid)
                if is_element(element) and element.number not in seen:
                    seen.add(element.number)
                    waiting.append(element)
    return seen


def _artifacts(stream: Any, mcids: set[int]) -> None:
    """Turn the marked content of these numbers into page furniture (/Artifact, Pagination)."""
    for index, item in enumerate(stream.stream):
        if isinstance(item, dict) and item.get("MCID") in mcids:
            stream.stream[index - 1] = "/Artifact"
            stream.stream[index] = pydyf.Dictionary({"Type": "/Pagination"})


def _mend_structure(document: Any, made: Sequence[Tagged], objects: Objects) -> None:
    """Write what readers of PDF/UA ask of lists, table heads and figures."""
    heights = {
        number_of(reference): page.height
        for reference, page in zip(objects.pdf.page_references, document.pages, strict=True)
    }
    for _, box, element in made:
        if element["S"] == "/L" and box is not None:
            element["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": _NUMBERING[box.tag or "ul"]})
        elif element["S"] == "/Span" and box is not None and box.kind is Kind.BLOCK:
            # Beside or below what stands before it, and a word of its own: a label's value, say.
            element["A"] = pydyf.Dictionary({"O": "/Layout", "Placement": "/Block"})
        elif element["S"] == "/TH" and box is not None and box.element.get("scope") in ("row", "rowgroup"):
            element.setdefault("A", pydyf.Dictionary({"O": "/Table"}))["Scope"] = "/Row"
    for element in [element for element in objects.elements if element["S"] == "/LI"]:
        _wrap_list_body(objects, element)
    for element in objects.elements:
        if element["S"] == "/TH":
            element.setdefault("A", pydyf.Dictionary({"O": "/Table"})).setdefault("Scope", "/Column")
        elif element["S"] == "/Figure" and "A" in element:
            # WeasyPrint gives CSS px from the top; the box is in pt from the bottom (ISO 32000-1, 14.8.5.4.3).
            x1, y1, x2, y2 = element["A"]["BBox"]
            height = heights[number_of(element["Pg"])]
            corners = (x1, height - y2, x2, height - y1)
            element["A"]["BBox"] = pydyf.Array([round(value * PT_PER_PX, 3) for value in corners])


def _wrap_list_body(objects: Objects, item: Any) -> None:
    """Put what a list item holds beside its label into one LBody: WeasyPrint leaves a loose list's paragraphs bare."""
    kids = [kid for kid in item["K"] if isinstance(kid, bytes)]
    labels = [kid for kid in kids if objects.get(kid).get("S") == "/Lbl"]
    inner = [kid for kid in kids if kid not in labels]
    bodies = [kid for kid in inner if objects.get(kid).get("S") == "/LBody"]
    if not inner or inner == bodies[:1]:
        return
    if bodies:
        body = objects.get(bodies[0])
    else:
        body = pydyf.Dictionary({"Type": "/StructElem", "S": "/LBody", "Pg": item["Pg"], "P": item.reference})
        objects.pdf.add_object(body)
    held: list[Any] = []
    for kid in inner:
        part = objects.get(kid)
        if kid in bodies and part is not body:
            part["S"] = "/NonStruct"
        held += body["K"] if part is body else [kid]
        if part is not body:
            part["P"] = body.reference
    body["K"] = pydyf.Array(held)
    item["K"] = pydyf.Array([*labels, body.reference])


_NUMBERING = {"ul": "/Disc", "ol": "/Decimal", "dl": "/None"}
