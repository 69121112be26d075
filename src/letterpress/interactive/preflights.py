"""Examines finished PDFs for a carrier, for a program that waits for the answer.

Not here: the rules (preflight/), and who the carriers are (carriers/).
"""

from __future__ import annotations

from pathlib import Path

from letterpress import preflight
from letterpress.carriers import catalogue
from letterpress.carriers.values import Carrier
from letterpress.interactive.answers import Say, answering
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
def examine(say: Say, pdf: bytes, name: str, root: str, drawn: bool, strict: bool, duplex: bool) -> Report:
    """Say whether a carrier takes a PDF.

    :param drawn: whether the report has pictures of its pages.
    :raises UsageError: there is no such carrier.
    """
    carrier = catalogue.find(name, Path(root))
    stages.at("examining it")
    return preflight.examine(pdf, carrier=carrier, pictures=drawn, strict=strict, duplex=duplex)
