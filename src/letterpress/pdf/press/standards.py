"""What PDF/X asks a file to say of itself: its metadata, and the printing condition that its colours are for.

PDF/X-4 is said in the metadata, beside PDF/A and PDF/UA; PDF/A takes it where an extension schema declares it. PDF/X-1a
is said in the document's information. A file of many letters that is PDF/X-4 is PDF/VT-1, too.

Source: ISO 15930-7, 6.16 and 6.20 (PDF/X-4), ISO 15930-4 (PDF/X-1a:2003); ISO 16612-2, 6 (PDF/VT-1); ISO 19005-3,
6.6.2.3 (extension schemas).
"""

from __future__ import annotations

import hashlib
import re

from letterpress.page import PressCopy

X4 = "PDF/X-4"
X1A = "PDF/X-1a:2003"
CLAIMS = {"press": (X4,), "press-x1a": (X1A,)}
"""What press copies claim of PDF/X, by the profile."""
VT1 = "PDF/VT-1"
"""PDF/X-4 whose pages are told apart by records (ISO 16612-2)."""
X4_VERSION = b"1.6"
X1A_VERSION = b"1.4"
"""Of the PDF: what each part of ISO 15930 rests on."""
REGISTRY = "http://www.color.org"
_NO_NAME = "0" * 32
DOCUMENT_ID = b"<xmpMM:DocumentID>"
"""Before the file's own number in its metadata, which `numbered` fills in."""
_UNNUMBERED = DOCUMENT_ID + b"xmp.did:" + _NO_NAME.encode()

_XMP = """<rdf:Description rdf:about="" xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/" pdf:Trapped="False">\
<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion></rdf:Description>
<rdf:Description rdf:about="" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/">\
<xmpMM:DocumentID>xmp.did:{name}</xmpMM:DocumentID><xmpMM:VersionID>1</xmpMM:VersionID>\
<xmpMM:RenditionClass>default</xmpMM:RenditionClass></rdf:Description>
<rdf:Description rdf:about=""><xmp:MetadataDate>{date}</xmp:MetadataDate></rdf:Description>
"""
_SCHEMA = """<rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>{title}</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{space}</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>{prefix}</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>{name}</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType>
<pdfaProperty:category>{category}</pdfaProperty:category>
<pdfaProperty:description>{what}</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li>
"""
_SCHEMAS = (
    {
        "title": "PDF/X identification",
        "space": "http://www.npes.org/pdfx/ns/id/",
        "prefix": "pdfxid",
        "name": "GTS_PDFXVersion",
        "category": "internal",
        "what": "part of ISO 15930",
    },
    {
        "title": "Adobe PDF",
        "space": "http://ns.adobe.com/pdf/1.3/",
        "prefix": "pdf",
        "name": "Trapped",
        "category": "internal",
        "what": "whether colours overlap for the press",
    },
)
_VT_XMP = """<rdf:Description rdf:about="" xmlns:pdfvtid="http://www.npes.org/pdfvt/ns/id/">\
<pdfvtid:GTS_PDFVTVersion>{version}</pdfvtid:GTS_PDFVTVersion>\
<pdfvtid:GTS_PDFVTModDate>{date}</pdfvtid:GTS_PDFVTModDate></rdf:Description>
"""
_VT_SCHEMA = """<rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/VT identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.npes.org/pdfvt/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfvtid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>GTS_PDFVTVersion</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>part of ISO 16612</pdfaProperty:description>
</rdf:li><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>GTS_PDFVTModDate</pdfaProperty:name><pdfaProperty:valueType>Date</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>date of the last change</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li>
"""
_SCHEMAS_END = b"</rdf:Bag></pdfaExtension:schemas>"


def with_x4(packet: bytes, date: str) -> bytes:
    """Say in a letter's metadata that it is PDF/X-4 as well.

    :param packet: with PDF/A's extension schemas.
    :param date: of the file, as XMP has it.
    """
    schemas = "".join(_SCHEMA.format(**schema) for schema in _SCHEMAS).encode()
    packet = packet.replace(_SCHEMAS_END, schemas + _SCHEMAS_END, 1)
    return packet.replace(b"</rdf:RDF>", _XMP.format(date=date, name=_NO_NAME).encode() + b"</rdf:RDF>", 1)


def with_vt1(packet: bytes) -> bytes:
    """Say in the metadata of a PDF/X-4 that it is PDF/VT-1 as well (ISO 16612-2, 6.3)."""
    found = re.search(rb"<xmp:ModifyDate>([^<]+)<", packet)
    if found is None:
        return packet
    packet = packet.replace(_SCHEMAS_END, _VT_SCHEMA.encode() + _SCHEMAS_END, 1)
    said = _VT_XMP.format(version=VT1, date=found[1].decode())
    return packet.replace(b"</rdf:RDF>", said.encode() + b"</rdf:RDF>", 1)


def numbered(packet: bytes, seed: str) -> bytes:
    """Fill in the file's own number, made of what is in the file: equal files have equal numbers.

    :param seed: a hash in hexadecimal.
    """
    return packet.replace(_UNNUMBERED, DOCUMENT_ID + b"xmp.did:" + seed[:32].encode(), 1)


def renumbered(packet: bytes, seed: bytes) -> bytes:
    """Give the metadata of a file that is made of several another number."""
    begin, found, rest = packet.partition(DOCUMENT_ID + b"xmp.did:")
    return begin + found + hashlib.sha256(seed).hexdigest()[:32].encode() + rest[32:] if found else packet


def without_x4(packet: bytes) -> bytes:
    """Say no more in the metadata that the file is PDF/X-4."""
    return packet.replace(b"<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>", b"", 1)


def identifier(press: PressCopy) -> str:
    """Give the name of the printing condition: as registered, or `Custom`."""
    return press.condition or "Custom"
