"""Reads from a PDF's XMP metadata its title and the standards it claims, and lowers the claims of a letter's.

XMP has two ways of writing a simple property, as an attribute or as an element; both are read. Lowering knows how
letterpress writes its own packet, and checks the result by reading it.

Source: ISO 16684-1 (XMP), ISO 19005-2, 6.6.4 (PDF/A's schema), ISO 14289-1, 5 (PDF/UA's).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree import ElementTree

from letterpress.files import safe_xml
from letterpress.pdf.press import standards

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_PDFA = "{http://www.aiim.org/pdfa/ns/id/}"
_PDFUA = "{http://www.aiim.org/pdfua/ns/id/}"
_PDFX = "{http://www.npes.org/pdfx/ns/id/}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
LEVELS = "AUB"
"""Levels of PDF/A, each with all that the next one has: accessible, Unicode, basic (ISO 19005-2, 5.2 to 5.4)."""


class Claims(NamedTuple):
    """The standards that a file says it keeps."""

    part: int | None = None
    """Part of PDF/A (ISO 19005); None: it is no PDF/A."""
    level: str = ""
    """Level of PDF/A: A, U or B, or another that part 4 has."""
    ua: bool = False
    """PDF/UA-1 (ISO 14289-1)."""
    x: bool = False
    """PDF/X-4 (ISO 15930-7)."""

    @property
    def names(self) -> tuple[str, ...]:
        """The standards by name: `PDF/A-3a`, `PDF/UA-1`."""
        archive = (f"PDF/A-{self.part}{self.level.lower()}",) if self.part else ()
        return (*archive, *(("PDF/UA-1",) if self.ua else ()), *((standards.X4,) if self.x else ()))

    def __str__(self) -> str:
        return " and ".join(self.names) or "neither PDF/A nor PDF/UA"

    def with_(self, other: Claims) -> Claims:
        """Return the conformance of a file of both: this one's part, the lower level, the others only if both have
        them."""
        both = self.ua and other.ua, self.x and other.x
        if not self.part or not other.part:
            return Claims(None, "", *both)
        return Claims(self.part, max(self.level, other.level, key=LEVELS.index), *both)


LETTER = Claims(3, "A", True)
"""What a letter is by itself."""


def read(packet: bytes) -> Claims:
    """Read the claims of a packet; none, if it is no XML."""
    part, level, ua, x = None, "", False, False
    for name, value in properties(packet):
        if name == f"{_PDFA}part" and value.isdigit():
            part = int(value)
        elif name == f"{_PDFA}conformance":
            level = value.upper()
        elif name == f"{_PDFUA}part":
            ua = value == "1"
        elif name == f"{_PDFX}GTS_PDFXVersion":
            x = value == standards.X4
    return Claims(part, level if part else "", ua, x)


def title(packet: bytes) -> str:
    """Read `dc:title`, in the packet's default language; empty, if there is none."""
    root = _root(packet)
    texts = root.findall(f".//{_DC}title/{_RDF}Alt/{_RDF}li") if root is not None else []
    texts.sort(key=lambda text: text.get(_LANG) != "x-default")
    return " ".join("".join(texts[0].itertext()).split()) if texts else ""


def lowered(packet: bytes, claims: Claims) -> bytes:
    """Lower the claims of a letter's packet, as `layout/conformance` wrote it.

    :param claims: never more than it claimed.
    """
    text = packet.decode("utf-8")
    if claims.part is None:
        text = re.sub(r'<rdf:Description [^>]*pdfaid:part="\d"[^>]*/>', "", text)
    else:
        text = re.sub(r'(pdfaid:conformance=")[AUB]"', rf'\g<1>{claims.level}"', text)
    if not claims.ua:
        text = re.sub(r'<rdf:Description [^>]*pdfuaid:part="1"[^>]*/>\s*', "", text)
        text = re.sub(
            r'<rdf:li rdf:parseType="Resource">\s*<pdfaSchema:schema>PDF/UA identification<.*?</pdfaSchema:property>\s*'
            r"</rdf:li>\s*",
            "",
            text,
            flags=re.S,
        )
        text = re.sub(
            r"<rdf:Description [^>]*pdfaExtension[^>]*>\s*<pdfaExtension:schemas><rdf:Bag></rdf:Bag>"
            r"</pdfaExtension:schemas>\s*</rdf:Description>\s*",
            "",
            text,
        )
    data = text.encode() if claims.x else standards.without_x4(text.encode())
    if read(data) != claims:
        raise AssertionError(f"the metadata says {read(data)}, and should say {claims}")
    return data


def properties(packet: bytes) -> Iterator[tuple[str, str]]:
    """Yield properties with a simple value, written as attributes or as elements; names have `{namespace}` first."""
    root = _root(packet)
    for description in root.iter(f"{_RDF}Description") if root is not None else ():
        yield from ((name, value.strip()) for name, value in description.attrib.items())
        yield from ((child.tag, (child.text or "").strip()) for child in description)


def _root(packet: bytes) -> ElementTree.Element | None:
    wide = packet.startswith((b"\xfe\xff", b"\xff\xfe", b"\0<", b"<\0"))  # in UTF-16 zeros are part of the text
    text = packet if wide else packet.strip(b"\0 \r\n\t")
    if safe_xml.declares_type(text):
        return None
    try:
        return ElementTree.fromstring(text)  # noqa: S314 - it declares no entities
    except (ElementTree.ParseError, ValueError, LookupError):
        return None
