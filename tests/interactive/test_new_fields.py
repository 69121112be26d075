"""The field that a column would be: a name that the letter can have, and a type that prints its cells as they are meant."""

from __future__ import annotations

import pytest

from letterpress.interactive import new_fields
from letterpress.interactive.new_fields import NewField
from letterpress.model import Party
from tests.recipients.test_columns import letter


@pytest.mark.parametrize(
    ("column", "values", "lang", "expected"),
    [
        ("Amount", ["120.50", "98.00"], "en-US", NewField(name="amount", type="money", currency="USD")),
        ("Dues", ["120.5", "98"], "en-US", NewField(name="dues", type="money", currency="USD")),
        ("Preis", ["12,50 €", "3 €"], "de-DE", NewField(name="preis", type="money", currency="EUR")),
        ("Price", ["€12"], "en-US", NewField(name="price", type="money", currency="EUR")),
        ("Fee", ["99 €", "£1,250.00", "980", "£12.50"], "de-DE", NewField(name="fee", type="money", currency="GBP")),
        ("Fee", ["99,90 €", "980", "£1,250.00"], "en-GB", NewField(name="fee", type="money", currency="GBP")),
        ("Fee", ["99 EUR", "98 EUR"], "en-US", NewField(name="fee", type="money", currency="EUR")),
        ("Fee", ["$99", "$98"], "en-AU", NewField(name="fee", type="money", currency="AUD")),
        ("Fee", ["kr 99", "kr 98"], "nb-NO", NewField(name="fee", type="money", currency="NOK")),
        ("Place", ["R 12", "all 13"], "en-GB", NewField(name="place", type="text")),
        ("Due date", ["1/12/2026", "2/12/2026"], "en-US", NewField(name="due_date", type="date")),
        ("Boxes", ["12", "3"], "en-US", NewField(name="boxes", type="integer")),
        ("Größe", ["12,5", "3"], "de-DE", NewField(name="grosse", type="decimal")),
        ("Member no", ["12", "3"], "en-US", NewField(name="member_no", type="text")),
        ("Since", ["1998", "2011"], "en-US", NewField(name="since", type="text")),
        ("Depot", ["04401"], "en-US", NewField(name="depot", type="text")),
        ("Box holder", ["twelve"], "en-US", NewField(name="box_holder", type="text")),
        (
            "Amount due",
            ["$45", "eighty", "1,250.00", "128.5", "1000"],
            "en-US",
            NewField(name="amount_due", type="money", currency="USD"),
        ),
        ("Amount due", ["a lot", "some"], "en-US", NewField(name="amount_due", type="text")),
        (
            "Due date",
            ["2026-11-31", "12/15/2026", "1/12/2026", "12/20/2026"],
            "en-US",
            NewField(name="due_date", type="date"),
        ),
        ("Called", ["2026-11-30", "no", "not yet"], "en-US", NewField(name="called", type="text")),
        ("Boxes", ["3", "twelve", "n/a", "4"], "en-US", NewField(name="boxes", type="integer")),
        ("Since", ["1998", "n/a", "2011"], "en-US", NewField(name="since", type="text")),
        ("House", ["12", "14", "15b"], "en-US", NewField(name="house", type="text")),
        ("Note", [], "en-US", NewField(name="note_2", type="text")),
        ("数量", ["3"], "en-US", None),
    ],
)
def test_a_column_s_field(column: str, values: list[str], lang: str, expected: NewField | None) -> None:
    assert new_fields.guess(column, values, letter(lang=lang), {"note"}) == expected


def test_amounts_are_in_the_sender_s_currency() -> None:
    swiss = letter(lang="en-US", sender=Party(name="Bank", country="CH"))
    assert new_fields.currency_of(swiss) == "CHF"
    assert new_fields.currency_of(letter(lang="de-AT")) == "EUR"
