"""Endpoints that list carriers, and say what one may refuse a PDF for; see `endpoints`.

A PDF may be anybody's: it is examined in a worker that does nothing else, within the studio's limits.
"""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath
from typing import Literal

from letterpress.carriers.values import Carrier
from letterpress.preflight import Finding, Report
from letterpress.studio import answering, carrier_messages
from letterpress.studio.answering import Missing
from letterpress.studio.session import Studio


def carriers(studio: Studio) -> carrier_messages.Carriers:
    """Who takes letters: the posts, letter services and print shops that are known, and the project's own."""
    found, faults = studio.asked_at_once("preflights:known", str(studio.root))
    return carrier_messages.Carriers(
        carriers=[_carrier(one, papers) for one, papers in found], faults=answering.faults(faults)
    )


def _carrier(carrier: Carrier, papers: tuple[str, ...]) -> carrier_messages.CarrierSeen:
    return carrier_messages.CarrierSeen(
        name=carrier.name,
        title=carrier.title,
        own=carrier.file is not None,
        country=carrier.country,
        papers=list(papers),
        status=carrier.status,
        source=carrier.cited,
        inks=carrier.colors == "cmyk",
        duplex=carrier.duplex,
        unchecked=list(carrier.unchecked),
    )


def examine(studio: Studio, given: carrier_messages.Examine) -> carrier_messages.Examined:
    """What a carrier may refuse a PDF for that was shown, or prints otherwise than it looks."""
    pdf = studio.pdfs.get(given.sha256)
    if pdf is None:
        raise Missing
    return _examined(studio, pdf, given.sha256, given.carrier, subject=f"examine {given.tab}", duplex=given.duplex)


def examine_any(studio: Studio, name: str, carrier: str, body: bytes) -> carrier_messages.Examined:
    """What a carrier may refuse any PDF for, or prints otherwise than it looks; it is not kept in the project."""
    shown = PurePosixPath(name.replace("\\", "/")).name or "the file"
    sha256 = hashlib.sha256(body).hexdigest()
    studio.pdfs.put(sha256, body)
    return _examined(studio, body, sha256, carrier, shown=shown)


def _examined(
    studio: Studio,
    pdf: bytes,
    sha256: str,
    name: str,
    *,
    shown: str | None = None,
    subject: str | None = None,
    duplex: bool = False,
) -> carrier_messages.Examined:
    asked = (pdf, name, str(studio.root), False, False, duplex)
    report: Report = studio.examined("preflights:examine", *asked, file=shown, subject=subject)
    studio.reports.put((sha256, name), report)
    return carrier_messages.Examined(
        carrier=report.carrier.name,
        passed=report.passed,
        pages=report.pages,
        address=list(report.address),
        field=_field(report.carrier),
        found=[_found(number, finding, shown) for number, finding in enumerate(report.findings, start=1)],
    )


def _field(carrier: Carrier) -> Literal["read", "printed"] | None:
    if carrier.address is None or carrier.address.area is None:
        return None
    return "printed" if carrier.address.printed else "read"


def _found(number: int, finding: Finding, shown: str | None) -> carrier_messages.Found:
    return carrier_messages.Found(
        number=number,
        page=finding.page,
        placed=finding.page is not None and finding.box is not None,
        fault=answering.fault(finding.diagnostic(shown)),
    )


def picture(studio: Studio, given: carrier_messages.ExaminedPage) -> carrier_messages.PagePicture:
    """The picture of a page of a PDF that was examined: free places red, address field blue, each finding numbered."""
    pdf, report = studio.pdfs.get(given.sha256), studio.reports.get((given.sha256, given.carrier))
    if pdf is None or report is None:
        raise Missing
    png: bytes | None = studio.examined("preflights:picture", pdf, report, given.page)
    if png is None:
        raise Missing
    name = hashlib.sha256(png).hexdigest()
    studio.pictures.put(name, png)
    return carrier_messages.PagePicture(page=given.page, address=f"/api/pictures/{name}.png")
