"""Reads which standards a PDF says it keeps: from its XMP metadata, and from the keys that older parts of PDF/X use.

Source: ISO 19005-1 to -4 (pdfaid), ISO 14289-1 and -2 (pdfuaid), ISO 15930-7, 6.11 (pdfxid), ISO 15930-1 and -4, 5
(GTS_PDFXVersion and GTS_PDFXConformance in the Info dictionary), ISO 16612-2 (pdfvtid).
"""

from __future__ import annotations

from collections.abc import Mapping

from letterpress.pdf.validation.report import Claim

PDFX_ID = "{http://www.npes.org/pdfx/ns/id/}"
_PDFX = "{http://ns.adobe.com/pdfx/1.3/}"
"""Where Adobe's programs repeat the keys of the Info dictionary."""
_PDFA = "{http://www.aiim.org/pdfa/ns/id/}"
_PDFUA = "{http://www.aiim.org/pdfua/ns/id/}"
_PDFVT = "{http://www.npes.org/pdfvt/ns/id/}"
VERSION, CONFORMANCE = "GTS_PDFXVersion", "GTS_PDFXConformance"


def read(xmp: Mapping[str, str], info: Mapping[str, str]) -> tuple[Claim, ...]:
    """List the claims: PDF/A, PDF/UA, PDF/X, PDF/VT.

    :param xmp: simple properties, by name with `{namespace}` first.
    :param info: texts of the Info dictionary, by key without the slash.
    """
    found: dict[str, list[str]] = {}
    part = xmp.get(f"{_PDFA}part", "")
    if part:
        found[f"PDF/A-{part}{xmp.get(f'{_PDFA}conformance', '').lower()}"] = ["XMP"]
    part = xmp.get(f"{_PDFUA}part", "")
    if part:
        found[f"PDF/UA-{part}"] = ["XMP"]
    if said := xmp.get(f"{PDFX_ID}{VERSION}", ""):
        found[said] = ["XMP"]
    for where, said in (("XMP", _older(xmp, _PDFX)), ("Info", _older(info, ""))):
        # A file may name X-1a in one place and the X-1 that it is a part of in the other.
        if said and where not in found.setdefault(said, []):
            found[said].append(where)
    if said := xmp.get(f"{_PDFVT}GTS_PDFVTVersion", ""):
        found[said] = ["XMP"]
    return tuple(Claim(standard=standard[:100], where=tuple(where)) for standard, where in found.items())


def _older(keys: Mapping[str, str], prefix: str) -> str:
    """Read a claim of PDF/X as the parts before PDF/X-4 write it; PDF/X-1:2001 has its level in a second key."""
    version, conformance = keys.get(f"{prefix}{VERSION}", ""), keys.get(f"{prefix}{CONFORMANCE}", "")
    return conformance if version == "PDF/X-1:2001" and conformance.startswith("PDF/X-1a") else version
