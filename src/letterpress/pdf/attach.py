"""Puts files into a finished letter as associated files: they are in the PDF as they are, and on none of its pages.

Each is named in the catalog's AF, and in the list of attachments that viewers show. The letter stays what it is:
PDF/A-3 allows files of any kind, with a relationship to the document. The same files give the same bytes: a file's day
is the letter's.

Source: ISO 32000-1, 7.11.3 and 7.11.4 (file specifications, embedded files), 7.9.6 (name trees); ISO 19005-3, 6.8
(associated files); ISO 14289-1, 7.11 (F and UF).
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence
from typing import Any

from letterpress.enclosed import AttachedFile


def attach(letter: bytes, files: Sequence[AttachedFile]) -> bytes:
    """Put the files into a finished letter.

    :param files: with names of their own each.
    """
    import pikepdf

    with pikepdf.open(io.BytesIO(letter)) as pdf:
        day = pdf.docinfo.get("/ModDate") if "/Info" in pdf.trailer else None
        specs = {file.name: pdf.make_indirect(_spec(pikepdf, pdf, file, day)) for file in files}
        pdf.Root.AF = pikepdf.Array(list(specs.values()))
        if "/Names" not in pdf.Root:
            pdf.Root.Names = pikepdf.Dictionary()
        pdf.Root.Names.EmbeddedFiles = pikepdf.Dictionary(Names=pikepdf.Array(_sorted(pikepdf, specs)))
        invoice = next((file for file in files if file.invoice is not None), None)
        if invoice is not None and "/Metadata" in pdf.Root:  # a screen copy has none, and claims nothing
            pdf.Root.Metadata.write(_with_invoice(pdf.Root.Metadata.read_bytes(), invoice))
        file = io.BytesIO()
        pdf.save(file, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return file.getvalue()


def _spec(pike: Any, pdf: Any, file: AttachedFile, day: Any) -> Any:
    """Make a file's specification, with the file in it."""
    stream = pdf.make_stream(file.data)
    stream.Type = pike.Name.EmbeddedFile
    stream.Subtype = pike.Name("/" + file.media_type)
    digest = hashlib.md5(file.data, usedforsecurity=False).digest()  # what the entry is defined as
    stream.Params = pike.Dictionary(Size=len(file.data), CheckSum=pike.String(digest))
    if day is not None:
        stream.Params.ModDate = pike.String(str(day))
    spec = pike.Dictionary(Type=pike.Name.Filespec, F=pike.String(file.name), UF=pike.String(file.name))
    if file.title:
        spec.Desc = pike.String(file.title)
    spec.AFRelationship = pike.Name("/" + file.relationship.capitalize())
    spec.EF = pike.Dictionary(F=stream, UF=stream)
    return spec


def _sorted(pike: Any, specs: dict[str, Any]) -> list[Any]:
    """The leaf of a name tree: keys and values in turn, in the order of the keys' bytes."""
    keys = sorted((pike.String(name) for name in specs), key=bytes)
    return [one for key in keys for one in (key, specs[str(key)])]


_FX = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
_PROPERTIES = {
    "DocumentType": "type of the document",
    "DocumentFileName": "name of the embedded XML document",
    "Version": "version of the standard of the embedded XML document",
    "ConformanceLevel": "profile of the embedded XML document",
}
"""Of an e-invoice's metadata, with what each is (Factur-X 1.09, 6.2)."""
_EXTENSION = """<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""
_BAG = re.compile(r"<pdfaExtension:schemas>\s*<rdf:Bag>")


def _with_invoice(packet: bytes, file: AttachedFile) -> bytes:
    """Say in the metadata that the file is an e-invoice, and declare what says so, as PDF/A asks."""
    text = packet.decode("utf-8")
    level, version = file.invoice or ("", "")
    values = dict(zip(_PROPERTIES, ("INVOICE", file.name, version, level), strict=True))
    said = "".join(f"<fx:{name}>{value}</fx:{name}>" for name, value in values.items())
    about = f'<rdf:Description rdf:about="" xmlns:fx="{_FX}">{said}</rdf:Description>\n'
    text = text.replace("</rdf:RDF>", f"{about}</rdf:RDF>" if _BAG.search(text) else f"{about}{_EXTENSION}</rdf:RDF>")
    properties = "".join(
        f'<rdf:li rdf:parseType="Resource"><pdfaProperty:name>{name}</pdfaProperty:name>'
        f"<pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{what}</pdfaProperty:description></rdf:li>"
        for name, what in _PROPERTIES.items()
    )
    declared = (
        f'<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>'
        f"<pdfaSchema:namespaceURI>{_FX}</pdfaSchema:namespaceURI><pdfaSchema:prefix>fx</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property></rdf:li>"
    )
    return _BAG.sub(lambda found: found[0] + declared, text, count=1).encode()
