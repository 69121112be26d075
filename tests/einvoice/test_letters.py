"""E-invoices in letters: XML that is given or built of the letter, in its PDF, and saying what the letter says."""

from __future__ import annotations

import io
import json
import re
import sys

import pikepdf
import pytest

import letterpress
from tests.support import needs, verapdf
from tests.support.project import FRONT, LETTER, Project

pytestmark = pytest.mark.xdist_group("einvoice")
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
    ran = project.cli("render", LETTER, "--strict", "--json")
    assert (ran.code, {one["severity"] for one in ran.faults}, project.pdf.exists()) == (1, {"error"}, False)


def test_an_amount_in_another_currency_differs(project: Project) -> None:
    [fault] = made(project, "en16931", bill("en16931").replace("EUR", "USD")).diagnostics
    assert (fault.code, dict(fault.params)) == ("einvoice-differs", {"invoice": "119.00 USD", "letter": "119.00 EUR"})


def test_without_the_extra_a_fault_says_what_to_install(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "facturx", None)
    [fault] = made(project, "en16931").diagnostics
    assert (fault.code, fault.hint) == ("einvoice-extra", "pip install 'letterpress[einvoice]'")


# --- built of the letter ----------------------------------------------------------------------------------------------

BUILT = """\
---
letterhead: plain
lang: de
date: 2026-01-15
from: {organisation: Hafenlicht GmbH, street: Kai 1, postcode: "20457", city: Hamburg, country: DE}
signatories: [{name: Jo Lind}]
einvoice:
  profile: PROFILE
  number: "{{ fields.invoice }}"
  total: "{{ fields.total }}"
  net: "{{ fields.net }}"
  tax: "{{ fields.vat }}"
  lines: "{{ fields.items }}"
  map: {each: price}
  rate: 19
  kind: "KIND"
  due: "{{ fields.due }}"
  iban: DE89370400440532013000
  seller: {vat_id: "DE 123 456 788"}
fields:
  invoice: text
  items: list
  each: {type: money, currency: EUR}
  net: {type: money, currency: EUR}
  vat: {type: money, currency: EUR}
  total: {type: money, currency: EUR, required: true}
  due: date
---

{% for one in fields.items %}
- {{ one.name }}: {{ one.each }}
{% endfor %}

Zu zahlen: {{ fields.total }}
"""
RECORDS = """[
{"name": "Orr & Sohn", "street": "Weg 2", "postcode": "10115", "city": "Berlin", "country": "DE", "invoice": "R-1",
 "due": "2026-02-01", "net": 27.00, "vat": 4.77, "total": 31.77, "items": [
  {"name": "Seil <12 mm>", "quantity": 2, "unit": "m", "each": 10.5}, {"name": "Öse", "quantity": 3, "each": "1.00", "amount": "3.00"},
  {"name": "Buch", "quantity": "0.5", "unit": "Std.", "each": 6, "rate": "7 %"}]},
{"name": "Ada Brook", "street": "12 Rue X", "postcode": "75001", "city": "Paris", "country": "FR", "invoice": "R-2",
 "due": "2026-02-01", "net": "10.00", "vat": "1.90", "total": "11.90", "items": [{"name": "Boje", "quantity": 1, "each": "10.00"}]}]
"""


def letter_of_invoices(project: Project, profile: str = "en16931", kind: str = "invoice", **also: str) -> str:
    text = BUILT.replace("PROFILE", profile).replace("KIND", kind)
    for old, new in also.items():
        text = text.replace(old, new, 1)
    project.write(LETTER, text)
    return LETTER


def results(project: Project, records: str = RECORDS, **letter: str) -> list[letterpress.Result]:
    path = project.root / letter_of_invoices(project, **letter)
    return list(letterpress.merge(path, json.loads(records)))


def xml_of(pdf: bytes | None) -> str:
    import facturx

    file, xml = facturx.get_facturx_xml_from_pdf(pdf, check_xsd=True)
    assert file == "factur-x.xml"
    return xml.decode()


def test_the_person_of_an_organisation_that_buys_is_its_contact(project: Project) -> None:
    """The organisation buys (BT-44), and who is written to there is named beside it (BT-56)."""
    [record, _] = json.loads(RECORDS)
    [result] = results(project, json.dumps([record | {"name": "Ada Brook", "organisation": "Orr & Sohn"}]))
    buyer = xml_of(result.pdf).partition("<ram:BuyerTradeParty>")[2].partition("</ram:BuyerTradeParty>")[0]
    assert "<ram:Name>Orr &amp; Sohn</ram:Name>" in buyer
    assert "<ram:PersonName>Ada Brook</ram:PersonName>" in buyer


def test_a_list_of_invoices_has_one_each_built_of_its_record(project: Project) -> None:
    project.write("bills.json", RECORDS)
    data = ("--data", "bills.json", "--name", "{invoice}", "-o", "out/bills")
    ran = project.cli("merge", "--jobs", "0", letter_of_invoices(project), *data, "--json")
    assert ran.code == 0, ran.faults
    assert ran.faults == []  # the rules of EN 16931 are kept
    made = [(project.root / "out/bills" / name).read_bytes() for name in ("R-1.pdf", "R-2.pdf")]
    first, second = map(xml_of, made)
    for said in (
        *(
            "<ram:ID>R-1</ram:ID>",
            "Seil &lt;12 mm&gt;",
            'unitCode="MTR">2<',
            'unitCode="C62">3<',
            'unitCode="HUR">0.5<',
        ),
        *("<ram:Name>Orr &amp; Sohn</ram:Name>", "<ram:CityName>Berlin</ram:CityName>", "DE123456788", "20260201"),
        *("GrandTotalAmount>31.77<", 'TaxTotalAmount currencyID="EUR">4.77<', "IBANID>DE89370400440532013000<"),
        *("RateApplicablePercent>7<", "CalculatedAmount>0.21<", "RateApplicablePercent>19<"),
    ):
        assert said in first, said
    assert "<ram:CountryID>FR</ram:CountryID>" in second
    assert "GrandTotalAmount>11.90<" in second
    verapdf.require()
    assert verapdf.validate(made[0]) == []


@pytest.mark.parametrize(
    ("change", "code", "field", "both"),
    [
        (("31.77", "31.55"), "einvoice-differs", "einvoice.total", ("31.77 EUR", "31.55 EUR")),
        (("4.77", "4.76"), "einvoice-differs", "einvoice.tax", ("4.77 EUR", "4.76 EUR")),
        (("27.00", "26.00"), "einvoice-differs", "einvoice.net", ("27.00 EUR", "26.00 EUR")),
        (
            ('"amount": "3.00"', '"amount": "3.01"'),
            "einvoice-differs",
            "fields.items.2.amount",
            ("3.00 EUR", "3.01 EUR"),
        ),
        (('"invoice": "R-1"', '"invoice": ""'), "einvoice-part", "fields.invoice", None),
        (('"unit": "m"', '"unit": "furlongs"'), "einvoice-unit", "fields.items.1.unit", None),
        (('"each": "1.00"', '"each": "-1.00"'), "einvoice-negative", "fields.items.2.each", None),
        (('"quantity": 3', '"quantity": "three"'), "number-unreadable", "fields.items.2.quantity", None),
        (('"quantity": 3, ', ""), "einvoice-part", "fields.items.2.quantity", None),
        (('"quantity": 2', '"quantity": -2'), "einvoice-negative", "fields.total", None),
        (('"due": "2026-02-01"', '"due": ""'), "einvoice-part", "fields.due", None),
        (('"country": "DE"', '"country": "Atlantis"'), "country-unknown", "to.country", None),
    ],
)
def test_a_fault_of_an_invoice_names_its_cell_and_both_values(
    project: Project, change: tuple[str, str], code: str, field: str, both: tuple[str, str] | None
) -> None:
    wrong, right = results(project, RECORDS.replace(*change, 1))
    said = [fault for fault in wrong.diagnostics if fault.severity == "error"]
    assert [(fault.code, fault.field, fault.record) for fault in said] == [(code, field, "1")], said
    assert said[0].hint
    if both:
        assert (dict(said[0].params)["invoice"], dict(said[0].params)["letter"]) == both
    assert (wrong.status, right.status) == ("failed", "done")


CODE = "codes: [{type: epc, iban: IBAN, amount: '{{ AMOUNT }}'}]\nfields:\n"


@pytest.mark.parametrize(
    ("iban", "amount", "said"),
    [
        ("DE89370400440532013000", "fields.total", None),
        ("DE89370400440532013000", "fields.net", ("fields.net", "31.77 EUR", "27.00 EUR")),
        (
            "DE71110220330123456789",
            "fields.total",
            ("codes.1.iban", "DE89370400440532013000", "DE71110220330123456789"),
        ),
    ],
)
def test_a_payment_code_asks_for_what_the_e_invoice_asks_for(
    project: Project, iban: str, amount: str, said: tuple[str, str, str] | None
) -> None:
    code = CODE.replace("IBAN", iban).replace("AMOUNT", amount)
    first = results(project, RECORDS, **{"fields:\n": code})[0]
    if said is None:
        assert (first.status, first.diagnostics) == ("done", ())
        return
    [fault] = first.diagnostics
    assert (fault.code, fault.field, fault.severity) == ("einvoice-differs", said[0], "error")
    assert (dict(fault.params)["invoice"], dict(fault.params)["letter"]) == said[1:]
    assert said[1] in fault.message
    assert said[2] in fault.message


def test_codes_of_instalments_come_to_what_the_e_invoice_asks_for(project: Project) -> None:
    two = "codes: [{type: epc, iban: DE89370400440532013000, amount: '27.00'}, {type: epc, iban: DE89370400440532013000, amount: '4.77'}]"
    assert results(project, RECORDS, **{"fields:\n": f"{two}\nfields:\n"})[0].diagnostics == ()


def test_what_an_invoice_hardly_means_is_a_warning(project: Project) -> None:
    foot = 'country: DE, foot: ["Bank", ["IBAN DE89 3704 0044 0532 0130 01 BIC X"]]}'
    doubtful = {"456 788": "456 789", "country: DE}": foot, 'due: "{{ fields.due }}"': "due: 2026-01-14"}
    first = results(project, RECORDS, **doubtful)[0]
    assert first.status == "done"
    assert [(one.code, one.severity, one.field) for one in first.diagnostics] == [
        ("iban-doubtful", "warning", "from.foot.2.1"),
        ("due-before-date", "warning", "einvoice.due"),
        ("vat-id-invalid", "warning", "einvoice.seller.vat_id"),
    ]


@pytest.mark.parametrize("kind", ["invoice", "credit-note"])
def test_a_credit_note_is_written_below_zero_in_the_letter_and_above_in_its_xml(project: Project, kind: str) -> None:
    records = """[{"name": "Orr", "street": "Weg 2", "postcode": "10115", "city": "Berlin", "invoice": "G-1", "net": "-20.00",
     "vat": "-3.80", "total": "-23.80", "items": [{"name": "Seil", "quantity": -2, "each": "10.00", "amount": "-20.00"}]}]"""
    [result] = results(project, records, kind=kind)
    if kind == "invoice":
        assert [fault.code for fault in result.diagnostics] == ["einvoice-negative"]
        return
    assert result.diagnostics == ()
    xml = xml_of(result.pdf)
    assert "<ram:TypeCode>381</ram:TypeCode>" in xml
    assert "GrandTotalAmount>23.80<" in xml
    assert "-" not in "".join(re.findall(r"Amount[^>]*>([^<]*)<", xml))


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ("lines: '{{ fields.items }}', xml: a.xml", "einvoice-source"),
        ("due: '2026-02-01'", "einvoice-source"),
        ("xml: a.xml, due: '2026-02-01'", "einvoice-source"),
        ("lines: '{{ fields.items }}', map: {each: prize}", "einvoice-column"),
        ("lines: '{{ fields.number }}', currency: EUR", "einvoice-lines"),
        ("lines: '{{ fields.items }}'", "einvoice-part"),
    ],
)
def test_what_an_invoice_is_made_of_is_said_once(project: Project, head: str, code: str) -> None:
    front = (
        f"einvoice: {{profile: en16931, number: R-1, total: '1.00', {head}}}\nfields: {{items: list, number: text}}\n"
    )
    assert project.fault(front=FRONT + front)["code"] == code


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"each: price": "eech: price"}, "the line has no 'eech': did you mean 'each'?"),
        ({"  map: {each: price}\n": "", "{{ one.each }}": ""}, "fill it in"),  # nothing is near
    ],
)
def test_a_column_of_lines_that_is_misspelt_is_asked_for(project: Project, change: dict[str, str], hint: str) -> None:
    first = results(project, RECORDS, **change)[0]
    assert [(one.code, one.hint) for one in first.diagnostics if one.severity == "error"] == [("einvoice-part", hint)]


@pytest.mark.parametrize(
    ("profile", "meant"), [("zugferd", "en16931"), ("ZUGFeRD 2", "en16931"), ("Factur-X", "en16931"), ("comfort", "en16931"), ("XRechnung", "xrechnung")]
)  # fmt: skip
def test_a_profile_by_the_name_of_its_standard_is_said(project: Project, profile: str, meant: str) -> None:
    fault = project.fault(front=FRONT + HEAD.replace("PROFILE", profile))
    assert (fault["code"], fault["fixes"][0]["value"]) == ("choice-unknown", meant)
    assert meant in fault["hint"]


def test_of_xrechnung_its_own_rules_are_said_not_to_be_checked(project: Project) -> None:
    seller = "seller: {endpoint: a@b.example, phone: 1, email: a@b.example, "
    asked = f"buyer_reference: 04011000-12345-03\n  buyer: {{endpoint: c@d.example}}\n  {seller}"
    first = results(project, RECORDS, profile="xrechnung", **{"seller: {": asked})[0]
    assert [(fault.code, fault.severity) for fault in first.diagnostics] == [("einvoice-unchecked", "note")]
