"""Finds what an e-invoice may say and hardly means: a day to pay before its date, numbers whose check digits are wrong.

Not here: what cannot be an invoice at all (`bills`, `einvoice`).

Sources: the check digits of VAT ids, by python-stdnum; KoSIT, Format specification of the Leitweg-ID 2.0.2, 2.1.
"""

from __future__ import annotations

import re

from letterpress.codes import libraries
from letterpress.einvoice.values import Bill
from letterpress.errors import Problem

_LEITWEG = re.compile(
    r"(?:\d{2}|\d{3}|\d{5}|\d{8,9}|\d{12})-[0-9A-Z]{1,30}-\d{2}|(?:\d{8,9}|\d{12})-\d{2}", re.IGNORECASE
)
"""State, region, district or town; which office; check digits."""
_COPY = "copy it from its owner's papers"


def of(bill: Bill) -> list[tuple[str, Problem]]:
    """List them: what says it (`due`, `seller.vat_id`), what is wrong."""
    found = []
    if bill.due is not None and bill.due < bill.date:
        message = f"is {bill.due}, before the invoice of {bill.date} was written"
        hint = "mend the day, or the letter's date"
        found.append(("due", Problem(message, hint, "due-before-date", str(bill.due))))
    for key, trader in (("seller", bill.seller), ("buyer", bill.buyer)):
        if trader.vat_id and libraries.is_vat_id(trader.vat_id) is False:
            message = f"'{trader.vat_id}' is no VAT id: its length or its check digits are wrong"
            found.append((f"{key}.vat_id", Problem(message, _COPY, "vat-id-invalid", trader.vat_id)))
    reference = bill.buyer_reference
    if _LEITWEG.fullmatch(reference) and not libraries.has_check_digits(reference.replace("-", "")):
        message = f"'{reference}' is no Leitweg-ID: its check digits are wrong"
        found.append(("buyer_reference", Problem(message, _COPY, "leitweg-id-invalid", reference)))
    return found
