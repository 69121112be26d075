"""The profiles of Factur-X (ZUGFeRD) and XRechnung: what each asks of an e-invoice, and how a PDF names it.

Source: Factur-X 1.09 / ZUGFeRD 2.5 (profiles, names of files, XMP); XRechnung 3.0.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """What is asked of an e-invoice of one profile."""

    guideline: str
    """How its BT-24 begins."""
    schema: str
    """The level of `factur-x` whose schema it keeps."""
    level: str
    """What the PDF's metadata calls it."""
    file: str = "factur-x.xml"
    relationship: str = "alternative"
    version: str = "1.0"


PROFILES = {
    "minimum": Profile("urn:factur-x.eu:1p0:minimum", "minimum", "MINIMUM", relationship="data"),
    "basicwl": Profile("urn:factur-x.eu:1p0:basicwl", "basicwl", "BASIC WL", relationship="data"),
    "basic": Profile("urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic", "basic", "BASIC"),
    "en16931": Profile("urn:cen.eu:en16931:2017", "en16931", "EN 16931"),
    "extended": Profile("urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended", "extended", "EXTENDED"),
    "xrechnung": Profile(
        "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0",
        "en16931",
        "XRECHNUNG",
        file="xrechnung.xml",
        version="3.0",
    ),
}
