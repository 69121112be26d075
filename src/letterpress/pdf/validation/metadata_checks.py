"""Checks of what a PDF says of itself: its version of PDF/X, trapping, title, dates, document.

XMP is what counts in PDF/X-4, the Info dictionary in PDF/X-1a. Where both say something, they must say the same.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from letterpress.pdf import xmp
from letterpress.pdf.validation import objects
from letterpress.pdf.validation.claims import CONFORMANCE, PDFX_ID, VERSION
from letterpress.pdf.validation.rules import NORMS, Broken
from letterpress.pdf.validation.subject import Subject

_PDF = "{http://ns.adobe.com/pdf/1.3/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_MM = "{http://ns.adobe.com/xap/1.0/mm/}"
_DATES = (("CreationDate", "CreateDate"), ("ModDate", "ModifyDate"))
"""Keys of the Info dictionary, and the properties of XMP that say the same."""
_OWN = frozenset(
    "Title Author Subject Keywords Creator Producer CreationDate ModDate Trapped GTS_PDFXVersion GTS_PDFXConformance"
    " PTEX.Fullbanner".split()
)
_RESTS_ON = {"PDF/X-4": (1, 6), "PDF/X-1a:2003": (1, 4), "PDF/X-1a:2001": (1, 3)}

_DATE = re.compile(
    r"(?:D:)?(\d{4})(?:-?(\d\d)(?:-?(\d\d)(?:T?(\d\d):?(\d\d)(?::?(\d\d)(?:\.\d+)?)?)?)?)?"
    r"\s*(?:(Z)|([+-])(\d\d)[':]?(\d\d)?'?)?"
)
"""A date of the Info dictionary (ISO 32000-1, 7.9.4) or of XMP (ISO 16684-1, 8.2.1.2)."""


def check(subject: Subject, standard: str) -> Iterator[Broken]:
    """Find what is broken in what a file says of itself.

    :param standard: of `rules.NORMS`.
    """
    if _version(subject.pdf.pdf_version) > _RESTS_ON[standard]:
        yield Broken("pdf-version", f"PDF {subject.pdf.pdf_version}")
    in_xmp = NORMS[standard][0] == "x-4"
    has_packet = bool(subject.xmp)
    if in_xmp and not has_packet:
        yield Broken("xmp-missing")
    if has_packet or not in_xmp:
        yield from _named(subject, standard, in_xmp)
        yield from _title(subject, in_xmp)
        yield from _dates(subject, in_xmp)
    yield from _trapped(subject, has_packet)
    if in_xmp and has_packet:
        missing = [key for key in ("DocumentID", "VersionID", "RenditionClass") if not subject.xmp.get(_MM + key)]
        if missing:
            yield Broken("xmp-document", ", ".join(f"xmpMM:{key}" for key in missing))
    for key, value in subject.info.items() if subject.info is not None else ():
        if key[1:] not in _OWN and not objects.raw(value):
            yield Broken("info-text", key[1:])


def _version(written: str) -> tuple[int, ...]:
    """Read a version of PDF: `1.6`."""
    return tuple(int(part) for part in re.findall(r"\d+", written)[:2])


def _named(subject: Subject, standard: str, in_xmp: bool) -> Iterator[Broken]:
    """Check whether the standard is named where it wants to be."""
    inside, info = subject.xmp.get(PDFX_ID + VERSION, ""), subject.info_texts.get(VERSION, "")
    if in_xmp:
        if inside != standard:
            yield Broken("version-key", "pdfxid:GTS_PDFXVersion in XMP")
        if inside and info and inside != info:
            yield Broken("version-disagrees", f"{inside} in XMP, {info} in Info")
        return
    if standard == "PDF/X-1a:2001":
        level = subject.info_texts.get(CONFORMANCE, "")
        if (info, level) != ("PDF/X-1:2001", standard):
            yield Broken("version-key", "GTS_PDFXVersion and GTS_PDFXConformance in Info")
        return
    if info != standard:
        yield Broken("version-key", "GTS_PDFXVersion in Info")
    if inside and info and inside != info:
        yield Broken("version-disagrees", f"{inside} in XMP, {info} in Info")


def _trapped(subject: Subject, has_packet: bool) -> Iterator[Broken]:
    value = objects.name(objects.get(subject.info, "/Trapped"))[1:]
    if value not in ("True", "False"):
        yield Broken("trapped", value)
    elif has_packet and subject.xmp.get(f"{_PDF}Trapped", "") != value:
        yield Broken("trapped-xmp", f"{subject.xmp.get(f'{_PDF}Trapped') or 'nothing'} in XMP, {value} in Info")


def _title(subject: Subject, in_xmp: bool) -> Iterator[Broken]:
    if not (xmp.title(subject.packet) if in_xmp else subject.info_texts.get("Title")):
        yield Broken("title", "dc:title in XMP" if in_xmp else "Title in Info")


def _dates(subject: Subject, in_xmp: bool) -> Iterator[Broken]:
    """Check that dates are there, and that both places say the same."""
    wanted = [f"{_XMP}{key}" for _, key in _DATES] + [f"{_XMP}MetadataDate"] if in_xmp else [key for key, _ in _DATES]
    said = subject.xmp if in_xmp else subject.info_texts
    missing = [key.rpartition("}")[2] for key in wanted if _DATE.fullmatch(said.get(key, "")) is None]
    if missing:
        yield Broken("dates", ", ".join(missing))
    for key, property_ in _DATES:
        info, inside = subject.info_texts.get(key, ""), subject.xmp.get(_XMP + property_, "")
        if info and inside and not _same(info, inside):
            yield Broken("dates-disagree", f"{key} {info}, xmp:{property_} {inside}")


def _same(one: str, other: str) -> bool:
    """Tell whether two dates are the same moment, as exactly as both say it; what is no date is never the same."""
    parts = [_DATE.fullmatch(text) for text in (one, other)]
    if parts[0] is None or parts[1] is None:
        return False
    first, second = parts[0], parts[1]
    both = [max(at for at in range(1, 7) if match[at]) for match in (first, second)]
    if both[0] >= 4 and both[1] >= 4 and all(match[7] or match[8] for match in (first, second)):
        return _moment(first) == _moment(second)
    exact = min(both)
    return first.groups()[:exact] == second.groups()[:exact]


def _moment(date: re.Match[str]) -> datetime.datetime | None:
    """Return a date with a time and a zone; None, if there is no such day or time."""
    year, month, day, hour, minute, second = (int(date[at] or 0) for at in range(1, 7))
    shift = datetime.timedelta(hours=int(date[9] or 0), minutes=int(date[10] or 0))
    try:
        local = datetime.datetime(year, month, day, hour, minute, second)
        return local + shift if date[8] == "-" else local - shift
    except (ValueError, OverflowError):
        return None
