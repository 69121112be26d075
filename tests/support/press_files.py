"""Files of PDF/X-4 and PDF/X-1a to break: a letter's archive copy whose colours are turned into CMYK by hand.

Not the product's own press copy: what judges it must not rest on it.
"""

from __future__ import annotations

import io
import re
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

STANDARDS = ("PDF/X-4", "PDF/X-1a:2003", "PDF/X-1a:2001")
PACKET = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
 xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/"
 pdfxid:GTS_PDFXVersion="PDF/X-4" pdf:Trapped="False" xmp:CreateDate="2026-03-01T10:00:00+01:00"
 xmp:ModifyDate="2026-03-01T10:00:00+01:00" xmp:MetadataDate="2026-03-01T10:00:00+01:00"
 xmpMM:DocumentID="uuid:1" xmpMM:VersionID="1" xmpMM:RenditionClass="default">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">A letter</rdf:li></rdf:Alt></dc:title>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>"""


def icc(space: bytes = b"CMYK", kind: bytes = b"prtr", version: tuple[int, int] = (2, 4)) -> bytes:
    """The head of an ICC profile, and no tags: what says of which colours it is."""
    head = bytearray(132)
    head[0:4] = len(head).to_bytes(4, "big")
    head[8], head[9] = version[0], version[1] << 4
    head[12:16], head[16:20], head[20:24], head[36:40] = kind, space, b"Lab ", b"acsp"
    return bytes(head)


def profile(pdf: pikepdf.Pdf, colours: int = 4, **about: Any) -> Any:
    """An ICC profile as a stream."""
    stream = pdf.make_stream(icc(**about))
    stream.N = colours
    return stream


def make(archive: bytes, standard: str) -> bytes:
    """Make a file of a standard of a letter's archive copy."""
    with pikepdf.open(io.BytesIO(archive)) as pdf:
        for page in pdf.pages:
            content = b"\n".join(part.read_bytes() for part in _parts(page.obj.Contents))
            page.obj.Contents = pdf.make_stream(re.sub(rb"[\d.]+ [\d.]+ [\d.]+ (rg|RG)\b", _as_black, content))
            page.obj.TrimBox = page.obj.BleedBox = Array([10, 10, 580, 830])
            page.obj.MediaBox = Array([0, 0, 590, 840])
            if "/Annots" in page.obj:
                del page.obj.Annots
        root = pdf.Root
        for key in ("/AcroForm", "/Outlines", "/OpenAction", "/Names", "/AF"):
            if key in root:
                del root[key]
        intent = Dictionary(
            Type=Name.OutputIntent,
            S=Name.GTS_PDFX,
            OutputConditionIdentifier=String("FOGRA39"),
            RegistryName=String("http://www.color.org"),
            Info=String("Coated paper"),
            DestOutputProfile=profile(pdf),
        )
        root.OutputIntents = Array([pdf.make_indirect(intent)])
        date = String("D:20260301100000+01'00'")
        info = Dictionary(Title=String("A letter"), CreationDate=date, ModDate=date, Trapped=Name.False_)
        info["/Trapped"] = Name("/False")
        pdf.trailer.Info = pdf.make_indirect(info)
        if standard == "PDF/X-4":
            info.GTS_PDFXVersion = String("PDF/X-4")
            root.Metadata = pdf.make_stream(PACKET.encode(), Type=Name.Metadata, Subtype=Name.XML)
        else:
            del root["/Metadata"]
            info.GTS_PDFXVersion = String("PDF/X-1:2001" if standard.endswith("2001") else standard)
            if standard.endswith("2001"):
                info.GTS_PDFXConformance = String(standard)
        return saved(pdf, standard)


def saved(pdf: pikepdf.Pdf, standard: str, **options: Any) -> bytes:
    """The bytes of a file, as the standard wants it written."""
    file = io.BytesIO()
    version = {"PDF/X-4": "1.6", "PDF/X-1a:2003": "1.4", "PDF/X-1a:2001": "1.3"}[standard]
    how = {
        "object_stream_mode": pikepdf.ObjectStreamMode.disable,
        "force_version": version,
        "fix_metadata_version": False,
        "deterministic_id": True,
    }
    pdf.save(file, **(how | options))
    return file.getvalue()


def _parts(contents: Any) -> list[Any]:
    return list(contents) if isinstance(contents, Array) else [contents]


def _as_black(operator: re.Match[bytes]) -> bytes:
    return b"0 0 0 1 " + (b"k" if operator[1] == b"rg" else b"K")
