"""Builds the XML of an invoice, in the syntax CII, with the writer of the package `factur-x`.

What EN 16931 asks for beyond sums is asked for here, so that whoever has no checker of its rules is told as well.

Not here: sums (`reckoning`), and whether the XML keeps its schema and rules (`reading`).

Source: EN 16931-1 (BT and BG terms; BR-CO-25, BR-CO-26, BR-S-2, BR-AE-2, BR-IC-2, BR-IC-11, BR-IC-12, BR-E-10, BR-O-2).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from letterpress.einvoice import library
from letterpress.einvoice.profiles import PROFILES
from letterpress.einvoice.values import Bill, Item, Sums, Tax, Trader, Wrong

LEVELS = {"basicwl": "basicwl", "en16931": "en16931", "extended": "extended", "xrechnung": "en16931"}
"""Profiles that can be built, with what factur-x builds for each."""
_TYPES = {"invoice": "380", "credit-note": "381", "correction": "384"}
_TRANSFER, _SEPA = "30", "58"
"""Ways to pay (UNTDID 4461): a transfer, one within SEPA."""
_REASONS = {
    "AE": ("Reverse charge", "VATEX-EU-AE"),
    "K": ("Intra-community supply", "VATEX-EU-IC"),
    "G": ("Export outside the EU", "VATEX-EU-G"),
    "O": ("Not subject to VAT", "VATEX-EU-O"),
}
"""Why a category has no tax, where the letter does not say it; with its code of the list VATEX."""
_NIL = b'<ram:ApplicableHeaderTradeDelivery xsi:nil="true"/>'
"""What the writer makes of a delivery that nothing is said of; the schema takes an empty one alone."""
_XRECHNUNG = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
"""The process that XRechnung names (BT-23)."""


def build(bill: Bill, sums: Sums, profile: str) -> bytes:
    """Write the XML.

    :raises Wrong: something is missing that every invoice of its kind has.
    :raises FieldError: the extra is missing.
    """
    _check(bill, sums)
    if profile == "xrechnung":
        _check_xrechnung(bill)
    terms = _terms(bill, sums)
    if profile == "xrechnung":
        terms["BT-23"] = _XRECHNUNG
    xml: bytes = library.facturx().generate_cii_xml(
        terms, level=LEVELS[profile], check_xsd=False, check_schematron=None
    )
    xml = xml.replace(_NIL, b"<ram:ApplicableHeaderTradeDelivery/>")
    wanted, built = (escape(PROFILES[name].guideline) for name in (profile, LEVELS[profile]))
    return xml.replace(f"<ram:ID>{built}</ram:ID>".encode(), f"<ram:ID>{wanted}</ram:ID>".encode(), 1)


# --- what has to be there ---------------------------------------------------------------------------------------------


def _check(bill: Bill, sums: Sums) -> None:
    """:raises Wrong: something is missing."""
    if not bill.number:
        raise _missing("number", "every invoice has a number of its own")
    categories = {tax.category for tax in sums.taxes}
    if categories - {"O"} and not (bill.seller.vat_id or bill.seller.tax_number):
        raise _missing("seller.vat_id", "who charges taxes is known by it; or say its tax_number")
    for category in sorted(categories & {"AE", "K"}):
        if not bill.buyer.vat_id and not (category == "AE" and bill.buyer.company_number):
            raise _missing("buyer.vat_id", f"category {category} needs it")
    if "K" in categories and not (bill.seller.vat_id and (bill.delivered or bill.period)):
        raise _missing("delivered" if bill.seller.vat_id else "seller.vat_id", "category K needs it")
    if "E" in categories and not bill.exemption:
        raise _missing("exemption", "category E says why no tax is charged")
    if "O" in categories and len(categories) > 1:
        message = "has lines of category O, which is not subject to tax, beside others"
        raise Wrong("lines", message, "write two invoices", code="einvoice-tax", value="O")
    if sums.due > 0 and bill.kind != "credit-note" and not (bill.due or bill.terms):
        raise _missing("due", "an invoice says by when it is to be paid: a day, or terms")
    for key, trader in (("seller", bill.seller), ("buyer", bill.buyer)):
        vat_id = trader.vat_id
        if vat_id and not vat_id[:2].isalpha():
            message = f"'{vat_id}' does not begin with the two letters of its country"
            hint = "write it as DE123456788; a number without a country is the tax_number"
            raise Wrong(f"{key}.vat_id", message, hint, code="einvoice-part", value=vat_id)


def _check_xrechnung(bill: Bill) -> None:
    """:raises Wrong: something is missing that XRechnung asks for besides (BR-DE-1 to BR-DE-15, BT-34, BT-49)."""
    asked = {
        "buyer_reference": bill.buyer_reference,
        "iban": bill.iban,
        "seller.contact": bill.seller.contact,
        "seller.phone": bill.seller.phone,
        "seller.email": bill.seller.email,
        "seller.endpoint": bill.seller.endpoint,
        "seller.city": bill.seller.city,
        "seller.postcode": bill.seller.postcode,
        "buyer.endpoint": bill.buyer.endpoint,
        "buyer.city": bill.buyer.city,
        "buyer.postcode": bill.buyer.postcode,
    }
    for key, value in asked.items():
        if not value:
            raise _missing(key, "XRechnung asks for it")


def _missing(key: str, why: str) -> Wrong:
    return Wrong(key, "is missing", why, code="einvoice-part", value=key)


# --- the terms of EN 16931 --------------------------------------------------------------------------------------------


def _terms(bill: Bill, sums: Sums) -> dict[str, Any]:
    """The invoice as factur-x takes it; what is empty is left out."""
    decimals = -int(sums.total.as_tuple().exponent)
    terms: dict[str, Any] = {
        "BT-1": bill.number,
        "BT-2": bill.date,
        "BT-3": _TYPES[bill.kind],
        "BT-5": bill.currency,
        "BT-10": bill.buyer_reference,
        "BT-13": bill.order,
        "BT-9": bill.due,
        "BT-20": bill.terms,
        "BT-72": bill.delivered,
        "BT-83": bill.reference,
        "BT-106": _amount(sums.net, decimals),
        "BT-109": _amount(sums.net, decimals),
        "BT-110": _amount(sums.tax, decimals),
        "BT-112": _amount(sums.total, decimals),
        "BT-113": _amount(sums.paid, decimals) if sums.paid else None,
        "BT-115": _amount(sums.due, decimals),
        "BG-1": [{"BT-22": bill.note}] if bill.note else None,
        "BG-3": [{"BT-25": bill.corrects}] if bill.corrects else None,
        "BG-4": _party(bill.seller),
        "BG-7": _party(bill.buyer),
        "BG-23": [_tax(bill, tax, decimals) for tax in sums.taxes],
        "BG-25": [_line(item, at, decimals) for at, item in enumerate(sums.items, start=1)],
    }
    if bill.period is not None:
        terms["BT-73"], terms["BT-74"] = bill.period
    if bill.iban:
        terms |= {"BT-81": _SEPA if bill.currency == "EUR" else _TRANSFER, "BT-84": bill.iban}
        terms |= {"BT-85": bill.account_name, "BT-86": bill.bic}
    if any(tax.category == "K" for tax in sums.taxes):  # BR-IC-12: where it is delivered to
        terms["BG-13"] = _address(bill.buyer) | {"name": bill.buyer.name}
    return {term: value for term, value in terms.items() if value not in (None, "")}


def _address(trader: Trader) -> dict[str, Any]:
    lines = dict(zip(("addr_l1", "addr_l2", "addr_l3"), trader.street, strict=False))
    return {
        **lines,
        "postcode": trader.postcode,
        "city": trader.city,
        "country_subdivision": trader.region,
        "country_code": trader.country,
    }


def _party(trader: Trader) -> dict[str, Any]:
    contact = {"name": trader.contact, "phone": trader.phone, "email": trader.email}
    # BR-CO-26: who has neither of the others is known by the number at the tax office.
    known = trader.vat_id or trader.company_number or not trader.tax_number
    return {
        **_address(trader),
        "name": trader.name,
        "identifiers": {} if known else {None: trader.tax_number},
        "vat_identifier": trader.vat_id,
        "tax_identifier": trader.tax_number,
        "legal_identifier": trader.company_number,
        "legal_identifier_schemeid": trader.company_scheme,
        "contacts": [contact] if any(contact.values()) else [],
        "einvoicing_addr": trader.endpoint,
        "einvoicing_addr_schemeid": trader.endpoint_scheme,
    }


def _tax(bill: Bill, tax: Tax, decimals: int) -> dict[str, Any]:
    reason, code = _REASONS.get(tax.category, ("", ""))
    untaxed = tax.category in _REASONS or tax.category == "E"
    return {
        "BT-116": _amount(tax.basis, decimals),
        "BT-117": _amount(tax.amount, decimals),
        "BT-118": tax.category,
        "BT-119": None if tax.category == "O" else plain(tax.rate),
        "BT-120": (bill.exemption or reason) if untaxed else None,
        "BT-121": code or None,
    }


def _line(item: Item, at: int, decimals: int) -> dict[str, Any]:
    return {
        "BT-126": str(at),
        "BT-129": plain(item.quantity),
        "BT-130": item.unit,
        "BT-131": _amount(item.amount or Decimal(0), decimals),
        "BT-146": plain(item.price),
        "BT-151": item.category,
        "BT-152": None if item.category == "O" else plain(item.rate),
        "BT-153": item.name,
        "BT-154": item.description or None,
    }


def plain(number: Decimal) -> str:
    """Write a number with the decimals that it needs, and no exponent."""
    return f"{number.normalize():f}"


def _amount(number: Decimal, decimals: int) -> str:
    return f"{number:.{decimals}f}"
