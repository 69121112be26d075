"""Holds the payments that a letter's codes ask for against its e-invoice: both are paid from, by different people.

Not here: how a code is made (`codes`), and what an e-invoice says that the letter's text says too (`invoices`).
"""

from __future__ import annotations

from collections.abc import Sequence

from letterpress.code import Code
from letterpress.einvoice import reading
from letterpress.enclosed import AttachedFile
from letterpress.errors import Problem
from letterpress.filling.codes import FIELD
from letterpress.filling.context import Faults, FillContext

_HINT = "mend the one that is wrong: whoever pays by the code and whoever pays by the e-invoice have to pay the same"


def check(context: FillContext, faults: Faults, codes: Sequence[Code], attached: Sequence[AttachedFile]) -> None:
    """Find codes that ask for another amount, or for a payment to another account, than the letter's e-invoice.

    Codes of instalments are right if they come to what the invoice asks for.
    """
    paid = [(code.field, code.payment) for code in codes if code.payment is not None]
    xml = next((one.data for one in attached if one.invoice is not None), None)
    if not paid or xml is None:
        return
    asked = reading.asked(xml)
    given = [payment.amount for _, payment in paid if payment.amount is not None]
    instalments = len(given) == len(paid) > 1 and sum(given) == asked.due
    for field, payment in paid:
        ours = f"{payment.amount} {payment.currency}"
        theirs = f"{asked.due} {asked.currency}"
        same = payment.amount is None or instalments or payment.amount == asked.due
        if asked.due is not None and not (same and payment.currency == asked.currency):
            message = f"the payment code asks for {ours}, and the e-invoice for {theirs}"
            _say(context, faults, f"{field}.amount", message, ours, theirs)
        if asked.accounts and payment.iban not in asked.accounts:
            theirs = " or ".join(asked.accounts)
            message = f"the payment code is paid to {payment.iban}, and the e-invoice to {theirs}"
            _say(context, faults, f"{field}.iban", message, payment.iban, theirs)


def _say(context: FillContext, faults: Faults, path: str, message: str, code: str, invoice: str) -> None:
    at, key = path.split(".")[1:]
    text = dict(context.letter.codes[int(at) - 1].values).get(key, "")
    named = FIELD.fullmatch(text.strip())
    params = (("invoice", invoice), ("letter", code))
    path = f"{named[1]}.{named[2]}" if named is not None else path
    faults.of_field(Problem(message, _HINT, "einvoice-differs", code, params), path)
