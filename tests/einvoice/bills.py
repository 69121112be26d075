"""An invoice for tests: ropes, from one firm in Hamburg to another."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from letterpress.einvoice.values import Bill, Item, Trader

SELLER = Trader(
    name="Hafenlicht GmbH",
    country="DE",
    street=("Kai 1",),
    postcode="20457",
    city="Hamburg",
    vat_id="DE123456788",
    contact="Jo Lind",
    phone="+49 40 123",
    email="jo@hafenlicht.example",
)
BUYER = Trader(name="Orr & Sohn", country="DE", street=("Weg 2", "Hof"), postcode="10115", city="Berlin")


def item(quantity: str = "1", price: str = "100", rate: str = "19", category: str = "S", **more: Any) -> Item:
    return Item(
        name="Rope",
        unit="C62",
        quantity=Decimal(quantity),
        price=Decimal(price),
        rate=Decimal(rate),
        category=category,
        **more,
    )


def bill(*items: Item, **more: Any) -> Bill:
    given: dict[str, Any] = {
        "kind": "invoice",
        "number": "R-7",
        "date": datetime.date(2026, 1, 15),
        "currency": "EUR",
        "seller": SELLER,
        "buyer": BUYER,
        "items": items or (item(),),
        "due": datetime.date(2026, 2, 1),
    }
    return Bill(**given | more)
