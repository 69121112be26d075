"""Fills the e-invoice of a letter: finds its XML or has it built, checks it, and compares it with what the letter says.

Not here: what it is built of (`bills`), what an e-invoice may be (`einvoice`), how it gets into the PDF (`pdf.attach`).
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from letterpress.einvoice import building, profiles, reading, reckoning
from letterpress.einvoice.values import Wrong
from letterpress.enclosed import AttachedFile, Invoice
from letterpress.errors import FieldError, Problem
from letterpress.filling import attachments, bill_doubts, bills, field_values
from letterpress.filling.codes import field_value
from letterpress.filling.context import MISSING, Faults, FillContext
from letterpress.filling.parties import Addressed
from letterpress.filling.texts import fill_text
from letterpress.model import FieldSpec
from letterpress.templating.money import Money
from letterpress.templating.titled import Titled

_COMPARED = ("number", "total", "net", "tax", "currency", "date")
"""What a letter says that its invoice says too."""


@dataclass(frozen=True, slots=True)
class _Xml:
    """The XML of an e-invoice."""

    data: bytes
    name: str
    """What messages call it."""
    path: str
    """The field that it comes from."""
    turned: bool = False
    """Whether the letter writes below zero what it has above."""


def fill(context: FillContext, faults: Faults, invoice: Invoice, addressed: Addressed) -> AttachedFile | None:
    """Make the attachment that the e-invoice is; None where it is at fault."""
    xml = _built(context, faults, invoice, addressed) if invoice.xml is None else _given(context, faults, invoice)
    if xml is None:
        return None
    try:
        said = reading.read(xml.data, invoice.profile)
    except FieldError as error:
        problem = Problem(f"{xml.name} {error.message}", error.hint, error.code, error.value)
        faults.of_field(problem, xml.path)
        return None
    if not _agrees(context, faults, invoice, said, xml):
        return None
    _check_rules(faults, invoice, xml)
    profile = profiles.PROFILES[invoice.profile]
    return AttachedFile(
        name=profile.file,
        title=f"{profile.level} {said.number}",
        relationship="data" if profile.relationship == "data" else "alternative",
        media_type="text/xml",
        data=xml.data,
        invoice=(profile.level, profile.version),
    )


def _given(context: FillContext, faults: Faults, invoice: Invoice) -> _Xml | None:
    """Read the file that the letter names; None where there is none, which is a fault then."""
    file = fill_text(context, faults, invoice.xml, "einvoice.xml")
    if not file:
        problem = Problem("names no file with these values", "give the file of this invoice", "einvoice-missing")
        faults.of_field(problem, "einvoice.xml")
        return None
    read = attachments.read_file(context, faults, file, "einvoice.xml")
    return None if read is None else _Xml(read.data, f"'{read.name}'", "einvoice.xml")


def _built(context: FillContext, faults: Faults, invoice: Invoice, addressed: Addressed) -> _Xml | None:
    """Build the XML; None where a value is at fault or, on a page that is looked at, not there yet."""
    reader: bills.BillReader | None = None
    try:
        currency = _currency(context, faults, invoice)
        reader = bills.BillReader(context, faults, invoice, currency)
        bill = reader.bill(addressed)
        sums = reckoning.add_up(bill)
        for key, doubt in bill_doubts.of(bill):
            faults.of_field(doubt, reader.path(key), "warning")
        return _Xml(building.build(bill, sums, invoice.profile), "the e-invoice", "einvoice", sums.turned)
    except bills.Waiting:
        return None
    except FieldError as error:
        if context.titled and isinstance(error, Wrong):
            return None  # what it lacks may still come
        key = error.key if isinstance(error, Wrong) else ""
        path = reader.path(key) if reader is not None and key else "einvoice"
        hint = error.hint or "mend the value"
        problem = Problem(error.message, hint, error.code, error.value, error.params, error.instead)
        faults.of_field(problem, path)
        return None


def _currency(context: FillContext, faults: Faults, invoice: Invoice) -> str:
    """The currency: as said, else that of the total.

    :raises Wrong: neither says one.
    """
    if invoice.currency is not None:
        return str(field_value(context, faults, invoice.currency, "einvoice.currency")).strip().upper()
    total = field_value(context, faults, invoice.total, "einvoice.total")
    if isinstance(total, Money):
        return total.currency
    if isinstance(total, Titled) or total == MISSING:
        raise bills.Waiting
    hint = "declare the field as money, or write 'currency: EUR'"
    raise Wrong("", "the e-invoice has no currency", hint, code="einvoice-part", value="currency")


def _check_rules(faults: Faults, invoice: Invoice, xml: _Xml) -> None:
    """Warn of the rules of its profile that it breaks, and say which nobody has checked."""
    broken = reading.broken_rules(xml.data, invoice.profile)
    if broken is None or invoice.profile == "xrechnung":
        what = "the rules of its profile beyond it" if broken is None else "the rules of XRechnung beyond EN 16931"
        message = f"{xml.name} keeps the schema; {what} were not checked"
        hint = "have them checked by the portal that takes it"
        value = xml.name.strip("'")
        faults.of_field(Problem(message, hint, "einvoice-unchecked", value), "einvoice.profile", "note")
    hint = "have it exported anew" if xml.path == "einvoice.xml" else "add what is missing, or mend it"
    for rule, what in broken or ():
        message = f"{xml.name} breaks the rule {rule}: {what[:300]}"
        faults.of_field(Problem(message, hint, "einvoice-rule", rule), xml.path, "warning")


def _agrees(context: FillContext, faults: Faults, invoice: Invoice, said: Any, xml: _Xml) -> bool:
    """Whether the letter says what its invoice says; what differs is a fault with both values."""
    agreed = True
    for key in _COMPARED:
        text = getattr(invoice, key)
        value = context.job.date if text is None and key == "date" else text and _value(context, faults, text, key)
        theirs = getattr(said, key)
        if isinstance(theirs, Decimal) and xml.turned:
            theirs = -theirs
        if value in (None, "", MISSING) or isinstance(value, Titled):
            continue
        if not _same(value, theirs, said.currency, context.lang):
            amount = key in ("total", "net", "tax")
            shown = f"{theirs} {said.currency}" if amount else theirs
            ours = f"{_with_cents(value.amount)} {value.currency}" if isinstance(value, Money) else value
            message = f"{xml.name} has {key} {shown}, and the letter {ours}"
            params = (("invoice", str(shown)), ("letter", str(ours)))
            hint = "mend the one that is wrong: both have to say the same"
            if xml.path == "einvoice" and amount:
                hint += "; taxes are rounded once for each rate, not for each line"
            faults.of_field(Problem(message, hint, "einvoice-differs", str(ours), params), f"einvoice.{key}")
            agreed = False
    return agreed


def _value(context: FillContext, faults: Faults, text: str, key: str) -> Any:
    return field_value(context, faults, text, f"einvoice.{key}")


def _same(ours: Any, theirs: Any, currency: str, lang: str) -> bool:
    if isinstance(ours, Money):
        return ours.amount == theirs and ours.currency == currency
    if isinstance(theirs, Decimal):
        try:
            return Decimal(str(ours)) == theirs
        except InvalidOperation:
            return bool(_read(ours, FieldSpec(type="money", currency=currency), lang) == theirs)
    if isinstance(theirs, datetime.date):
        return str(ours) == theirs.isoformat() or bool(_read(ours, FieldSpec(type="date"), lang) == theirs)
    return str(ours).strip() == str(theirs)


def _with_cents(amount: Decimal) -> Decimal:
    """An amount with two decimals at least, as the invoice has it: 26 is 26.00."""
    return amount.quantize(Decimal("1.00")) if amount == amount.quantize(Decimal("1.00")) else amount


def _read(text: Any, spec: FieldSpec, lang: str) -> Any:
    """A value as the letter prints it; None if it is none."""
    try:
        return field_values.read(text, spec, lang)
    except FieldError:
        return None
