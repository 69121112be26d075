"""What the QR codes are made of that a payment is begun with: EPC QR (GiroCode), SPAYD.

Sources: EPC069-12 2.1 (Guidelines to enable data capture for the initiation of a SEPA credit transfer); Czech Banking
Association, Short Payment Descriptor 1.2.
"""

from __future__ import annotations

import datetime
import re
from urllib.parse import quote

from letterpress.code import Payment
from letterpress.codes import libraries
from letterpress.codes.given import Given, Wrong

EPC_MOST = 331
"""Bytes that an EPC QR holds."""
EPC_VERSION = 13
"""The largest version of its QR code."""


def _name(given: Given, most: int) -> str:
    sender = given.sender
    name = given.text("name") or ((sender.organisation or sender.name or "") if sender else "")
    if not name:
        raise Wrong("name", "is missing: who is paid", "add 'name:' to the code", code="code-value-missing")
    return given.short("name", most, name)


def epc(given: Given) -> str:
    """The lines of an EPC QR code, version 002 in UTF-8."""
    amount = given.amount("999999999.99")
    reference, text = given.text("reference"), given.short("text", 140)
    if reference and text:
        hint = "leave out one of them: the code has room for either"
        raise Wrong("text", "stands beside a reference", hint, code="code-values-both", value=text)
    if reference.upper().startswith("RF"):
        found = libraries.creditor_reference(reference)
        if found is None:
            raise reference_wrong(reference, "an ISO 11649 reference: its check digits are wrong")
        reference = found
    given.short("reference", 35, reference)
    purpose = given.matching("purpose", "[A-Za-z]{0,4}", "a purpose of at most four letters").upper()
    lines = ["BCD", "002", "1", "SCT", given.bic(), _name(given, 70), given.iban(), f"EUR{amount}", purpose]
    content = "\n".join([*lines, reference, _one_line(text)]).rstrip("\n")
    if len(content.encode()) > EPC_MOST:
        message = f"the payment takes {len(content.encode())} bytes; the code holds {EPC_MOST}"
        raise Wrong("text", message, "shorten the text", code="code-value-long")
    return content


_CURRENCIES = {"epc": "EUR", "spayd": "CZK", "swiss-qr-bill": "CHF"}
"""What each kind is paid in, unless it says another."""


def asked(kind: str, given: Given) -> Payment | None:
    """Give what a code of a payment asks for, once it could be made; None: it is no payment.

    :param kind: its name in the table `codes`.
    """
    if kind not in _CURRENCIES:
        return None
    currency = (given.text("currency") if kind != "epc" else "") or _CURRENCIES[kind]
    return Payment(iban=given.iban(), currency=currency, amount=given.amount("999999999.99", needed=False))


def reference_wrong(text: str, what: str) -> Wrong:
    """The fault of a reference that is none."""
    hint = "copy it from where it was made"
    return Wrong("reference", f"'{text}' is not {what}", hint, code="reference-invalid", value=text)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def spayd(given: Given) -> str:
    """A short payment descriptor."""
    currency = given.matching("currency", "[A-Z]{3}", "an ISO 4217 code", default="CZK")
    bank, account = given.bic(), given.iban()
    amount = given.amount("9999999.99", needed=False)
    parts = [("ACC", f"{account}+{bank}" if bank else account), ("AM", str(amount or "")), ("CC", currency)]
    parts += [("DT", _day(given)), ("RN", given.short("name", 35)), ("MSG", given.short("text", 60))]
    for key, name in (("variable_symbol", "X-VS"), ("specific_symbol", "X-SS"), ("constant_symbol", "X-KS")):
        parts.append((name, given.matching(key, "[0-9]{0,10}", "a number of at most ten digits")))
    return "*".join(["SPD", "1.0", *(f"{name}:{_written(text)}" for name, text in parts if text)])


def _day(given: Given) -> str:
    due = given.values.get("due", "")
    if isinstance(due, datetime.date):
        return due.strftime("%Y%m%d")
    text = str(due).strip()
    if not text:
        return ""
    try:
        return datetime.date.fromisoformat(text).strftime("%Y%m%d")
    except ValueError as error:
        message = f"'{text}' is no day"
        raise Wrong("due", message, "write it as 2027-03-01", code="code-value-invalid", value=text) from error


def _written(text: str) -> str:
    """A value without the star that parts them, and what a QR code cannot hold plainly."""
    return re.sub(r"\s", " ", quote(text, safe=" $+-./:,@&()'!?;=_"))
