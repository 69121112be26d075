"""Reads which standards a PDF says it keeps: from its XMP metadata, and from the keys that older parts of PDF/X use.

Source: ISO 19005-1 to -4 (pdfaid), ISO 14289-1 and -2 (pdfuaid), ISO 15930-7, 6.11 (pdfxid), ISO 15930-1 and -4, 5
(GTS_PDFXVersion and GTS_PDFXConformance in the Info dictionary), ISO 16612-2 (pdfvtid).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from letterpress.pdf.validation.report import Claim

PDFX_ID = "{http://www.npes.org/pdfx/ns/id/}"
_PDFX = "{http://ns.adobe.com/pdfx/1.3/}"
"""Where Adobe's programs repeat the keys of the Info dictionary."""
_PDFA = "{http://www.aiim.org/pdfa/ns/id/}"
_PDFUA = "{http://www.aiim.org/pdfua/ns/id/}"
PDFVT_ID = "{http://www.npes.org/pdfvt/ns/id/}"
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
    for said, where in _of_pdfx(xmp, info):
        if where not in found.setdefault(said, []):
            found[said].append(where)
    if said := xmp.get(f"{PDFVT_ID}GTS_PDFVTVersion", ""):
        found[said] = ["XMP"]
    return tuple(Claim(standard=standard[:100], where=tuple(where)) for standard, where in found.items())


def _of_pdfx(xmp: Mapping[str, str], info: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the claims of PDF/X with their places: PDF/X-1:2001 has its level in a second key, often in one place."""
    level = next((keys[key] for keys, key in ((info, CONFORMANCE), (xmp, _PDFX + CONFORMANCE)) if keys.get(key)), "")
    for keys, key, where in ((xmp, PDFX_ID + VERSION, "XMP"), (xmp, _PDFX + VERSION, "XMP"), (info, VERSION, "Info")):
        if said := keys.get(key, ""):
            yield (level if said == "PDF/X-1:2001" and level.startswith("PDF/X-1a") else said), where
