"""The XML of an invoice: it keeps the schema and the rules of its profile, and says what the invoice does."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from letterpress.einvoice import building, reading, reckoning
from letterpress.einvoice.values import Bill, Wrong
from letterpress.filling import bill_doubts
from tests.einvoice.bills import BUYER, SELLER, bill, item
from tests.support import needs

pytestmark = pytest.mark.xdist_group("einvoice")  # the rules are compiled once
DAY = datetime.date(2026, 1, 10)
FRENCH = replace(BUYER, country="FR", vat_id="FR83404833048")
KINDS: dict[str, dict[str, Any]] = {
    "S": {
        "items": (
            item("3", "0.3333", amount=Decimal("1.00")),
            item("-1", "0.25", "7"),
            item("2", "9.99", description="new"),
        )
    },
    "AE": {"items": (item(rate="0", category="AE"),), "buyer": FRENCH},
    "K": {"items": (item(rate="0", category="K"),), "buyer": FRENCH, "delivered": DAY},
    "G": {"items": (item(rate="0", category="G"),), "buyer": replace(BUYER, country="CH")},
    "O": {"items": (item(rate="0", category="O"),), "seller": replace(SELLER, vat_id="", company_number="HRB 7")},
    "E": {
        "items": (item(rate="0", category="E"),),
        "exemption": "§ 19 UStG",
        "seller": replace(SELLER, vat_id="", tax_number="12/345"),
    },
    "credit": {"kind": "credit-note", "items": (item("-2", "10"),), "corrects": "R-6", "due": None},
}


@pytest.fixture(autouse=True)
def _with_factur_x() -> None:
    needs.package("facturx", "factur-x")


def built(wanted: Bill, profile: str = "en16931") -> bytes:
    return building.build(wanted, reckoning.add_up(wanted), profile)


@pytest.mark.parametrize("kind", KINDS)
def test_it_keeps_the_rules_of_en_16931(kind: str) -> None:
    wanted = bill(**KINDS[kind])
    xml = built(wanted)
    said, sums = reading.read(xml, "en16931"), reckoning.add_up(wanted)
    assert (said.number, said.date, said.currency) == ("R-7", datetime.date(2026, 1, 15), "EUR")
    assert (said.net, said.tax, said.total) == (sums.net, sums.tax, sums.total)
    assert reading.broken_rules(xml, "en16931") == []


@pytest.mark.parametrize("profile", ["basicwl", "extended", "xrechnung"])
def test_it_keeps_those_of_each_profile_with_all_that_it_may_say(profile: str) -> None:
    ends = {"endpoint": "a@b.example", "endpoint_scheme": "EM"}
    wanted = bill(
        *KINDS["S"]["items"],
        seller=replace(SELLER, company_number="362521879", company_scheme="0002", **ends),
        buyer=replace(BUYER, **ends),
        iban="DE89370400440532013000",
        bic="COBADEFFXXX",
        account_name="Hafenlicht",
        reference="R-7",
        buyer_reference="04011000-12345-34",
        order="B-1",
        terms="Payable at once",
        period=(DAY, DAY),
        note="Thank you",
        paid=Decimal("1.00"),
    )
    xml = built(wanted, profile)
    assert reading.read(xml, profile).total == reckoning.add_up(wanted).total
    if profile != "extended":  # Saxon takes four seconds to compile those
        assert reading.broken_rules(xml, profile) == []
    for text in (
        b"DE89370400440532013000",
        b"04011000-12345-34",
        b"B-1",
        b"Payable at once",
        b"Thank you",
        b"362521879",
    ):
        assert text in xml
    assert (b"COBADEFFXXX" in xml) == (profile != "basicwl")


def test_a_wrong_sum_breaks_a_rule() -> None:
    """The rules are run, and find what is wrong."""
    xml = built(bill()).replace(b">19.00</ram:CalculatedAmount>", b">18.00</ram:CalculatedAmount>")
    assert "BR-CO-14" in {rule for rule, _ in reading.broken_rules(xml, "en16931") or ()}


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"number": ""}, "number"),
        ({"due": None}, "due"),
        ({"seller": replace(SELLER, vat_id="")}, "seller.vat_id"),
        ({"seller": replace(SELLER, vat_id="123456788")}, "seller.vat_id"),
        ({**KINDS["AE"], "buyer": BUYER}, "buyer.vat_id"),
        ({**KINDS["K"], "delivered": None}, "delivered"),
        ({**KINDS["E"], "exemption": ""}, "exemption"),
        ({"items": (item(), item(rate="0", category="O"))}, "lines"),
    ],
)
def test_what_is_missing_is_named(more: dict[str, Any], key: str) -> None:
    with pytest.raises(Wrong) as raised:
        built(bill(**more))
    assert raised.value.key == key


def test_xrechnung_asks_for_more() -> None:
    with pytest.raises(Wrong) as raised:
        built(bill(), "xrechnung")
    assert raised.value.key == "buyer_reference"


@pytest.mark.parametrize(
    ("part", "value", "doubtful"),
    [
        ("due", datetime.date(2026, 1, 14), "due-before-date"),
        ("due", datetime.date(2026, 1, 15), None),
        ("buyer", "FR40303265044", "vat-id-invalid"),
        ("buyer", "FR40303265045", None),
        ("buyer", "EL094259216", None),
        ("buyer", "CHE100155213MWST", "vat-id-invalid"),
        ("buyer", "CHE100155212MWST", None),
        ("buyer", "GB980780685", "vat-id-invalid"),
        ("buyer", "US123", None),  # nobody knows
        ("buyer_reference", "04011000-12345-34", "leitweg-id-invalid"),
        ("buyer_reference", "04011000-12345-03", None),
        ("buyer_reference", "991-33333test-33", None),
        ("buyer_reference", "2026-123-45", None),  # a reference of another kind
    ],
)
def test_what_is_hardly_meant_is_found(part: str, value: Any, doubtful: str | None) -> None:
    given = replace(BUYER, vat_id=value) if part == "buyer" else value
    found = [(key, problem.code) for key, problem in bill_doubts.of(bill(**{part: given}))]
    assert found == ([(f"{part}.vat_id" if part == "buyer" else part, doubtful)] if doubtful else [])
