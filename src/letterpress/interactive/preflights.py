"""Examines finished PDFs for a carrier, for a program that waits for the answer.

Not here: the rules (preflight/), and who the carriers are (carriers/).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from letterpress import preflight
from letterpress.carriers import catalogue
from letterpress.carriers.values import Carrier
from letterpress.errors import Diagnostic, LetterpressError
from letterpress.interactive.answers import Say, answering
from letterpress.letterhead import carrier_ways
from letterpress.preflight import Report
from letterpress.processes import stages


@answering
def carriers(say: Say, root: str) -> tuple[Carrier, ...]:
    """List the carriers that ship, and those of a project.

    :raises LetterpressError: a file of the project's `carriers/` cannot be read.
    """
    folder = Path(root)
    return tuple(catalogue.find(name, folder) for name in catalogue.names(folder))


@answering
def known(say: Say, root: str) -> tuple[tuple[tuple[Carrier, tuple[str, ...]], ...], tuple[Diagnostic, ...]]:
    """List the carriers that can be chosen, each with the papers that it takes, and why the project's others cannot."""
    folder = Path(root)
    found: list[tuple[Carrier, tuple[str, ...]]] = []
    faults: list[Diagnostic] = []
    for name in catalogue.names(folder):
        try:
            carrier = catalogue.find(name, folder)
        except LetterpressError as error:
            faults += error.diagnostics
            continue
        found.append((carrier, carrier_ways.papers_of(carrier)))
    return tuple(found), tuple(faults)


@answering
def picture(say: Say, pdf: bytes, report: Report, page: int) -> bytes | None:
    """Draw a page with what a report says of it; None where it cannot be drawn.

    :param report: of this very PDF.
    """
    stages.at("drawing its pages")
    return preflight.picture(pdf, report, page)


@answering
def examine(say: Say, pdf: bytes, name: str, root: str, drawn: bool, strict: bool, duplex: bool) -> Report:
    """Say whether a carrier takes a PDF.

    :param drawn: whether the report has pictures of its pages.
    :raises UsageError: there is no such carrier.
    """
    try:
        carrier = catalogue.find(name, Path(root))
    except LetterpressError as error:
        raise type(error)(replace(fault, field=fault.field or "carrier") for fault in error.diagnostics) from None
    stages.at("examining it")
    return preflight.examine(pdf, carrier=carrier, pictures=drawn, strict=strict, duplex=duplex)
