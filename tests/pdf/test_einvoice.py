"""E-invoices: the XML that a letter is given, in its PDF as Factur-X or XRechnung, and saying what the letter says."""

from __future__ import annotations

import io
import sys

import pikepdf
import pytest

import letterpress
from tests.support import needs, verapdf
from tests.support.project import FRONT, LETTER, Project

HEAD = """\
einvoice: {profile: PROFILE, xml: bill.xml, number: "{{ fields.number }}", total: "{{ fields.total }}"}
fields:
  number: {default: "R-7"}
  total: {type: money, currency: EUR, default: "119.00"}
"""
XML = """<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
 xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
 xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter><ram:ID>GUIDELINE</ram:ID>
</ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>
<rsm:ExchangedDocument><ram:ID>R-7</ram:ID><ram:TypeCode>380</ram:TypeCode>
<ram:IssueDateTime><udt:DateTimeString format="102">20260115</udt:DateTimeString></ram:IssueDateTime></rsm:ExchangedDocument>
<rsm:SupplyChainTradeTransaction>LINES<ram:ApplicableHeaderTradeAgreement>
<ram:SellerTradeParty><ram:Name>Harbor Light Clinic</ram:Name><ram:PostalTradeAddress><ram:CountryID>DE</ram:CountryID>
</ram:PostalTradeAddress><ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">DE123456789</ram:ID></ram:SpecifiedTaxRegistration>
</ram:SellerTradeParty><ram:BuyerTradeParty><ram:Name>Dr. Ada Brook</ram:Name>BUYER</ram:BuyerTradeParty>
</ram:ApplicableHeaderTradeAgreement><ram:ApplicableHeaderTradeDelivery/>
<ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>TAX
<ram:SpecifiedTradeSettlementHeaderMonetarySummation>SUM<ram:TaxBasisTotalAmount>100.00</ram:TaxBasisTotalAmount>
<ram:TaxTotalAmount currencyID="EUR">19.00</ram:TaxTotalAmount><ram:GrandTotalAmount>119.00</ram:GrandTotalAmount>
<ram:DuePayableAmount>119.00</ram:DuePayableAmount></ram:SpecifiedTradeSettlementHeaderMonetarySummation>
</ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>
"""
LINES = """<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument><ram:LineID>1</ram:LineID>
</ram:AssociatedDocumentLineDocument><ram:SpecifiedTradeProduct><ram:Name>Rope</ram:Name></ram:SpecifiedTradeProduct>
<ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice><ram:ChargeAmount>100.00</ram:ChargeAmount>
</ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement><ram:SpecifiedLineTradeDelivery>
<ram:BilledQuantity unitCode="C62">1</ram:BilledQuantity></ram:SpecifiedLineTradeDelivery><ram:SpecifiedLineTradeSettlement>
<ram:ApplicableTradeTax><ram:TypeCode>VAT</ram:TypeCode><ram:CategoryCode>S</ram:CategoryCode>
<ram:RateApplicablePercent>19</ram:RateApplicablePercent></ram:ApplicableTradeTax>
<ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>100.00</ram:LineTotalAmount>
</ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement></ram:IncludedSupplyChainTradeLineItem>"""
TAX = """<ram:ApplicableTradeTax><ram:CalculatedAmount>19.00</ram:CalculatedAmount><ram:TypeCode>VAT</ram:TypeCode>
<ram:BasisAmount>100.00</ram:BasisAmount><ram:CategoryCode>S</ram:CategoryCode>
<ram:RateApplicablePercent>19</ram:RateApplicablePercent></ram:ApplicableTradeTax>"""
GUIDELINES = {
    "minimum": "urn:factur-x.eu:1p0:minimum",
    "en16931": "urn:cen.eu:en16931:2017",
    "xrechnung": "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0",
}


@pytest.fixture(autouse=True)
def _with_factur_x() -> None:
    needs.package("facturx", "factur-x")


def bill(profile: str) -> str:
    full = profile != "minimum"
    buyer = "<ram:PostalTradeAddress><ram:CountryID>DE</ram:CountryID></ram:PostalTradeAddress>"
    parts = {"BUYER": buyer, "LINES": LINES, "TAX": TAX, "SUM": "<ram:LineTotalAmount>100.00</ram:LineTotalAmount>"}
    text = XML.replace("GUIDELINE", GUIDELINES[profile])
    for name, part in parts.items():
        text = text.replace(name, part if full else "")
    return text


def made(project: Project, profile: str, xml: str | None = None, **fields: str) -> letterpress.Result:
    project.write("content/letters/bill.xml", xml or bill(profile))
    project.letter(front=FRONT + HEAD.replace("PROFILE", profile))
    return letterpress.render(project.root / LETTER, fields=fields)


@pytest.mark.parametrize(
    ("profile", "name", "relationship", "level"),
    [
        ("minimum", "factur-x.xml", "/Data", "MINIMUM"),
        ("en16931", "factur-x.xml", "/Alternative", "EN 16931"),
        ("xrechnung", "xrechnung.xml", "/Alternative", "XRECHNUNG"),
    ],
)
def test_readers_of_e_invoices_find_it(
    project: Project, profile: str, name: str, relationship: str, level: str
) -> None:
    result = made(project, profile)
    assert result.pdf is not None, result.diagnostics
    assert [fault.code for fault in result.diagnostics] == (["einvoice-unchecked"] if profile == "xrechnung" else [])
    with pikepdf.open(io.BytesIO(result.pdf)) as pdf:
        [spec] = list(pdf.Root.AF)
        assert (str(spec.UF), str(spec.AFRelationship), str(spec.EF.F.Subtype)) == (name, relationship, "/text/xml")
        with pdf.open_metadata() as said:
            fx = "{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}"
            told = [said[f"{fx}{key}"] for key in ("DocumentType", "DocumentFileName", "ConformanceLevel")]
            assert told == ["INVOICE", name, level]
    if name == "factur-x.xml":
        import facturx

        assert facturx.get_facturx_xml_from_pdf(result.pdf, check_xsd=True) == (name, bill(profile).encode())
    verapdf.require()
    assert verapdf.validate(result.pdf) == []


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        (("R-7", "R-8"), "einvoice-differs", "einvoice.number"),
        (("<ram:GrandTotalAmount>119.00", "<ram:GrandTotalAmount>119.01"), "einvoice-differs", "einvoice.total"),
        (("20260115", "20260116"), "einvoice-differs", "einvoice.date"),
        (("urn:cen.eu:en16931:2017", "urn:factur-x.eu:1p0:minimum"), "einvoice-profile", "einvoice.xml"),
        (("<ram:TypeCode>380</ram:TypeCode>", ""), "einvoice-schema", "einvoice.xml"),
        (("?>", '?><!DOCTYPE a [<!ENTITY b "c">]>'), "einvoice-unreadable", "einvoice.xml"),
        (("</rsm:CrossIndustryInvoice>", ""), "einvoice-unreadable", "einvoice.xml"),
        (("CrossIndustryInvoice", "Invoice"), "einvoice-unreadable", "einvoice.xml"),
    ],
)
def test_a_letter_and_its_invoice_say_the_same(
    project: Project, change: tuple[str, str], code: str, field: str
) -> None:
    result = made(project, "en16931", bill("en16931").replace(*change))
    assert result.pdf is None
    [fault] = result.diagnostics
    assert (fault.code, fault.field) == (code, field), fault
    if code == "einvoice-differs":
        assert dict(fault.params)["invoice"] not in ("", dict(fault.params)["letter"])


def test_a_rule_that_is_broken_is_a_warning(project: Project) -> None:
    """Of EN 16931: the sum of the lines, and the amount due, are not what they have to be."""
    xml = bill("en16931").replace("<ram:DuePayableAmount>119.00", "<ram:DuePayableAmount>118.00")
    result = made(project, "en16931", xml)
    assert result.pdf is not None
    assert {(fault.code, fault.severity) for fault in result.diagnostics} == {("einvoice-rule", "warning")}
    assert "BR-CO-16" in [fault.value for fault in result.diagnostics]


def test_an_amount_in_another_currency_differs(project: Project) -> None:
    [fault] = made(project, "en16931", bill("en16931").replace("EUR", "USD")).diagnostics
    assert (fault.code, dict(fault.params)) == ("einvoice-differs", {"invoice": "119.00 USD", "letter": "119.00 EUR"})


def test_without_the_extra_a_fault_says_what_to_install(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "facturx", None)
    [fault] = made(project, "en16931").diagnostics
    assert (fault.code, fault.hint) == ("einvoice-extra", "pip install 'letterpress[einvoice]'")
