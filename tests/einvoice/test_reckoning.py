"""What an invoice comes to: amounts, taxes by category and rate, credit notes, and what cannot be added up."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letterpress import data
from letterpress.einvoice import library, reckoning, units
from letterpress.einvoice.values import Wrong
from letterpress.errors import FieldError
from tests.einvoice.bills import bill, item


def texts(*numbers: Decimal) -> list[str]:
    return [str(number) for number in numbers]


def test_taxes_are_rounded_once_for_each_rate() -> None:
    """Line by line the tax of 19 % would be 3 x 0.06 = 0.18: it is that of the sum."""
    sums = reckoning.add_up(bill(*[item("1", "0.33")] * 3, item("2", "1.005", "7")))
    assert [(str(one.rate), *texts(one.basis, one.amount)) for one in sums.taxes] == [
        ("19", "0.99", "0.19"),
        ("7", "2.01", "0.14"),
    ]
    assert texts(sums.net, sums.tax, sums.total, sums.due) == ["3.00", "0.33", "3.33", "3.33"]


def test_half_a_cent_is_rounded_up_and_many_lines_lose_none() -> None:
    sums = reckoning.add_up(bill(*[item("3", "0.335")] * 1000))
    assert texts(sums.items[0].amount or Decimal(0), sums.net, sums.tax) == ["1.01", "1010.00", "191.90"]


@given(
    st.lists(
        st.tuples(
            st.decimals("-99", "99", places=3), st.decimals("0", "999", places=4), st.sampled_from(("7", "19", "8.1"))
        ),
        min_size=1,
        max_size=8,
    )
)
def test_sums_hold_for_any_lines(lines: list[tuple[Decimal, Decimal, str]]) -> None:
    items = [item(str(quantity), str(price), rate) for quantity, price, rate in lines]
    sums = reckoning.add_up(bill(*items, kind="credit-note"))
    assert sums.total >= 0
    assert sums.net == sum(one.amount or 0 for one in sums.items) == sum(one.basis for one in sums.taxes)
    assert sums.total == sums.net + sums.tax
    for tax in sums.taxes:
        assert abs(Fraction(tax.amount) - Fraction(tax.basis) * Fraction(tax.rate) / 100) <= Fraction(1, 200)


def test_a_credit_note_has_no_signs_whichever_way_the_letter_writes_it() -> None:
    below = reckoning.add_up(bill(item("-2", "10", amount=Decimal("-20.00")), item("1", "5"), kind="credit-note"))
    above = reckoning.add_up(bill(item("2", "10"), item("-1", "5"), kind="credit-note"))
    assert (
        texts(below.net, below.tax, below.total)
        == texts(above.net, above.tax, above.total)
        == ["15.00", "2.85", "17.85"]
    )
    assert below.items[0].amount == above.items[0].amount == Decimal("20.00")
    assert (below.turned, above.turned) == (True, False)


def test_what_was_paid_is_taken_off() -> None:
    sums = reckoning.add_up(bill(paid=Decimal("19")))
    assert texts(sums.total, sums.paid, sums.due) == ["119.00", "19.00", "100.00"]


def test_a_currency_without_cents_has_none() -> None:
    assert texts(reckoning.add_up(bill(item("1", "1000.5", "10"), currency="JPY")).total) == ["1101"]


@pytest.mark.parametrize(
    ("items", "more", "key", "code"),
    [
        ([item("2", "10", amount=Decimal("20.01"))], {}, "lines.1.amount", "einvoice-differs"),
        ([item(), item("1", "-5")], {}, "lines.2.price", "einvoice-negative"),
        ([item("-1")], {}, "total", "einvoice-negative"),
        ([item(rate="0")], {}, "lines.1.rate", "einvoice-tax"),
        ([item(rate="19", category="AE")], {}, "lines.1.rate", "einvoice-tax"),
        ([item(rate="-1", category="L")], {}, "lines.1.rate", "einvoice-tax"),
        ([item(category="X")], {}, "lines.1.category", "einvoice-tax"),
        ([], {"items": ()}, "lines", "einvoice-lines"),
    ],
)
def test_what_cannot_be_added_up(items: list[Any], more: dict[str, Any], key: str, code: str) -> None:
    with pytest.raises(Wrong) as raised:
        reckoning.add_up(bill(*items, **more))
    assert (raised.value.key, raised.value.code) == (key, code)
    assert raised.value.hint


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "C62"),
        ("Stk.", "C62"),
        ("Stunden", "HUR"),
        ("h", "HUR"),
        ("kg", "KGM"),
        ("HUR", "HUR"),
        ("E48", "E48"),
        ("m²", "MTK"),
        ("Pckg.", "XPK"),
        ("Dtzd.", "DZN"),
        ("Karton", "XCT"),
        ("Paletten", "XPX"),
        ("Rolle", "XRO"),
        ("Dose", "XCX"),
        ("Flasche", "XBO"),
        ("Bund", "XBE"),
        ("Bogen", "XST"),
        ("Nacht", "C62"),
        ("Lizenz", "C62"),
        ("Person", "IE"),
        ("ml", "MLT"),
        ("nuitées", "C62"),
        ("φύλλο", "XST"),
        ("άδειες", "C62"),
        ("XGR", "XGR"),
    ],
)
def test_units_are_found_by_their_words(text: str, code: str) -> None:
    assert units.code(text, "lines.1.unit") == code


def test_an_unknown_unit_asks_what_was_meant() -> None:
    with pytest.raises(Wrong) as raised:
        units.code("hous", "lines.1.unit")
    assert (raised.value.code, raised.value.instead[0]) == ("einvoice-unit", "hours")


@pytest.mark.parametrize("text", ["Fuder", "ABC", "mk", "Runde", "Monster", "furlongs"])
def test_a_word_that_only_looks_like_a_unit_is_not_taken_for_it(text: str) -> None:
    with pytest.raises(Wrong) as raised:
        units.code(text, "lines.1.unit")
    assert raised.value.instead == ()
    assert "C62" in (raised.value.hint or "")


def test_a_word_is_one_unit_and_has_a_code_that_e_invoices_may_have() -> None:
    table = data.table("units")
    words = [word.casefold() for words in table.values() for word in words]
    assert sorted(set(words)) == sorted(words)
    assert all(library.allows_unit(code) for code in table)


@pytest.mark.parametrize(("category", "rate"), [("S", "0.5"), ("S", "1"), ("L", "0"), ("M", "0.5"), ("Z", "0")])
def test_rates_at_the_edge_of_their_category(category: str, rate: str) -> None:
    sums = reckoning.add_up(bill(item(rate=rate, category=category)))
    assert [(one.rate, one.basis) for one in sums.taxes] == [(Decimal(rate), Decimal(100))]
    assert sums.total == Decimal(100) + Decimal(rate)


def test_an_invoice_below_nothing_is_led_to_a_credit_note() -> None:
    with pytest.raises(FieldError) as invoice:
        reckoning.add_up(bill(item("-1")))
    assert "kind: credit-note" in str(invoice.value.hint)
