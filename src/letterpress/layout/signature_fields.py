"""The places that a letter keeps for signatures, as empty signature fields of its PDF.

What is written keeps PDF/A and PDF/UA, and lets several people sign one after the other, as measured with pyHanko: the
structure element holds the object reference itself, not an array of one.

Not here: how such a field is signed (`signing`). Source: ISO 32000-1, 12.7.4.5; ISO 14289-1, 7.18.
"""

from __future__ import annotations

from typing import Any

import pydyf

from letterpress.layout.pdf_objects import Objects, kids_of, number_of
from letterpress.model import SignatureField
from letterpress.page import SignatureLink

_FLAGS = 132
"""Print (bit 3) and Locked (bit 8): ISO 32000-1, table 165."""


def make(pdf: Any, objects: Objects, *, in_order: bool) -> tuple[SignatureField, ...]:
    """Turn each link of a signature's place into an empty, tagged signature field.

    :param in_order: whether each who signs locks the fields of those before.
    """
    owners = _owners(objects)
    fields: list[SignatureField] = []
    references = pydyf.Array()
    for number, page in enumerate(objects.pages(), start=1):
        for reference in page.get("Annots", ()):
            widget = objects.get(reference)
            link = _link_of(widget)
            if link is None:
                continue
            box = tuple(round(float(value), 4) for value in widget["Rect"])
            x1, x2 = sorted((box[0], box[2]))
            y1, y2 = sorted((box[1], box[3]))
            _make_widget(pdf, widget, page, link, (x1, y1, x2, y2))
            if in_order and references:
                _lock_earlier(pdf, widget, [field.name for field in fields])
            if widget.number in owners:
                element, object_reference = owners[widget.number]
                element["S"] = "/Form"
                element["K"] = object_reference
            references.append(widget.reference)
            fields.append(SignatureField(**link._asdict(), page=number, box=(x1, y1, x2, y2)))
    if references:
        pdf.catalog["AcroForm"] = pydyf.Dictionary({"Fields": references, "SigFlags": 1})
    return tuple(fields)


def _link_of(annotation: Any) -> SignatureLink | None:
    """The place that a link annotation marks; None for any other annotation."""
    action = annotation.get("A")
    return SignatureLink.from_url(str(action["URI"].string)) if action and "URI" in action else None


def _make_widget(pdf: Any, widget: Any, page: Any, link: SignatureLink, box: tuple[float, ...]) -> None:
    """Make the field of a link annotation, which stays the same object: the structure tree refers to it."""
    for key in ("A", "BS", "Contents"):
        widget.pop(key, None)
    extra = {"Type": "/XObject", "Subtype": "/Form", "BBox": pydyf.Array([0, 0, box[2] - box[0], box[3] - box[1]])}
    appearance = pydyf.Stream([], extra)
    pdf.add_object(appearance)
    label = f"Signature of {link.signatory}" + (f", {link.title}" if link.title else "")
    widget.update(
        {
            "Subtype": "/Widget",
            "FT": "/Sig",
            "T": pydyf.String(link.name),
            "TU": pydyf.String(label),
            "F": _FLAGS,
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


def _owners(objects: Objects) -> dict[int, tuple[Any, Any]]:
    """Annotation's number -> its structure element, and the reference to the OBJR in it."""
    owners: dict[int, tuple[Any, Any]] = {}
    for element in objects.elements:
        for kid in kids_of(element):
            if isinstance(kid, bytes):
                item = objects.get(kid)
                if isinstance(item, dict) and item.get("Type") == "/OBJR":
                    owners[number_of(item["Obj"])] = (element, kid)
    return owners
