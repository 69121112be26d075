"""What an e-invoice is built of: frozen values, without I/O. In brackets stand the terms of EN 16931-1."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from letterpress.errors import FieldError

Kind = Literal["invoice", "credit-note", "correction"]
"""What it is: 380, 381 or 384 of UNTDID 1001 (BT-3)."""


class Wrong(FieldError):
    """A value that an e-invoice cannot be built of."""

    def __init__(self, key: str, message: str, hint: str | None = None, *, code: str, **about: Any) -> None:
        """Say what is wrong with the value of `key`, such as `due`, `seller.vat_id` or `lines.2.price`."""
        super().__init__(message, hint, code=code, **about)
        self.key = key


@dataclass(frozen=True, slots=True, kw_only=True)
class Trader:
    """Who sells or buys (BG-4, BG-7)."""

    name: str
    country: str
    """ISO 3166-1 alpha-2 code."""
    street: tuple[str, ...] = ()
    postcode: str = ""
    city: str = ""
    region: str = ""
    vat_id: str = ""
    tax_number: str = ""
    company_number: str = ""
    """The number in a register of firms."""
    company_scheme: str = ""
    """Which register: a code of ISO/IEC 6523, such as 0002 for SIREN."""
    contact: str = ""
    phone: str = ""
    email: str = ""
    endpoint: str = ""
    """The electronic address that invoices go to."""
    endpoint_scheme: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What is charged for (BG-25)."""

    name: str
    quantity: Decimal
    unit: str
    """A code of UN/ECE Recommendation 20 or 21."""
    price: Decimal
    """Of one, without taxes."""
    category: str
    """Of its tax: a code of UNTDID 5305 (S: taxed)."""
    rate: Decimal
    amount: Decimal | None = None
    """Of all, without taxes, as the letter says it."""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """An invoice as a letter has it, before it is added up."""

    kind: Kind
    number: str
    date: datetime.date
    currency: str
    seller: Trader
    buyer: Trader
    items: tuple[Item, ...]
    corrects: str = ""
    """The invoice that it corrects (BT-25)."""
    due: datetime.date | None = None
    terms: str = ""
    delivered: datetime.date | None = None
    period: tuple[datetime.date, datetime.date] | None = None
    iban: str = ""
    bic: str = ""
    account_name: str = ""
    reference: str = ""
    """What the payment is to name (BT-83)."""
    paid: Decimal = Decimal(0)
    """What has been paid already (BT-113)."""
    buyer_reference: str = ""
    """Who is charged, as the buyer says it (BT-10): in Germany the Leitweg-ID."""
    order: str = ""
    exemption: str = ""
    """Why no tax is charged (BT-120)."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax:
    """The tax of one category and rate (BG-23)."""

    category: str
    rate: Decimal
    basis: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What an invoice comes to (BG-22). Of a credit note, what is credited, without a sign."""

    items: tuple[Item, ...]
    """Each with its amount; of a credit note, with its sign turned where the letter writes it below zero."""
    taxes: tuple[Tax, ...]
    net: Decimal
    tax: Decimal
    total: Decimal
    paid: Decimal
    due: Decimal
    turned: bool
    """Whether the letter writes them below zero."""
