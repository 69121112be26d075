"""Fills the e-invoice of a letter: finds its XML, checks it, and compares what it says with what the letter says.

Not here: what an e-invoice may be (`files.invoices`), how it gets into the PDF (`pdf.attach`).
"""

from __future__ import annotations

import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from letterpress.enclosed import AttachedFile, Invoice
from letterpress.errors import FieldError, Problem
from letterpress.filling import attachments
from letterpress.filling.codes import field_value
from letterpress.filling.context import MISSING, Faults, FillContext
from letterpress.filling.texts import fill_text
from letterpress.templating.money import Money
from letterpress.templating.titled import Titled


def fill(context: FillContext, faults: Faults, invoice: Invoice) -> AttachedFile | None:
    """Make the attachment that the e-invoice is; None where it is at fault."""
    from letterpress.files import invoices  # here: few letters have one

    file = fill_text(context, faults, invoice.xml, "einvoice.xml")
    if not file:
        problem = Problem("names no file with these values", "give the file of this invoice", "einvoice-missing")
        faults.of_field(problem, "einvoice.xml")
        return None
    read = attachments.read_file(context, faults, file, "einvoice.xml")
    if read is None:
        return None
    try:
        said = invoices.read(read.data, invoice.profile)
    except FieldError as error:
        problem = Problem(f"'{read.name}' {error.message}", error.hint, error.code, error.value)
        faults.of_field(problem, "einvoice.xml")
        return None
    if not _agrees(context, faults, invoice, said, read.name):
        return None
    broken = invoices.broken_rules(read.data, invoice.profile)
    if broken is None:
        message = f"'{read.name}' keeps the schema; the rules of its profile beyond it were not checked"
        hint = "have them checked by the portal that takes it"
        faults.of_field(Problem(message, hint, "einvoice-unchecked", read.name), "einvoice.profile", "note")
    for rule, what in broken or ():
        message, hint = f"'{read.name}' breaks the rule {rule}: {what[:300]}", "have it exported anew"
        faults.of_field(Problem(message, hint, "einvoice-rule", rule), "einvoice.xml", "warning")
    profile = invoices.PROFILES[invoice.profile]
    return AttachedFile(
        name=profile.file,
        title=f"{profile.level} {said.number}",
        relationship="data" if profile.relationship == "data" else "alternative",
        media_type="text/xml",
        data=read.data,
        invoice=(profile.level, profile.version),
    )


def _agrees(context: FillContext, faults: Faults, invoice: Invoice, said: Any, name: str) -> bool:
    """Whether the letter says what its invoice says; what differs is a fault with both values."""
    wanted: dict[str, Any] = {
        key: field_value(context, faults, text, f"einvoice.{key}")
        for key, text in (("number", invoice.number), ("total", invoice.total), ("currency", invoice.currency))
        if text is not None
    }
    wanted["date"] = context.job.date
    if invoice.date is not None:
        wanted["date"] = field_value(context, faults, invoice.date, "einvoice.date")
    agreed = True
    for key, value in wanted.items():
        if value is None or value == MISSING or isinstance(value, Titled):
            continue
        theirs = getattr(said, key)
        if not _same(value, theirs, said.currency):
            shown = f"{theirs} {said.currency}" if key == "total" else theirs
            ours = f"{value.amount} {value.currency}" if isinstance(value, Money) else value
            message = f"'{name}' has {key} {shown}, and the letter {ours}"
            params = (("invoice", str(shown)), ("letter", str(ours)))
            hint = "mend the one that is wrong: both have to say the same"
            faults.of_field(Problem(message, hint, "einvoice-differs", str(ours), params), f"einvoice.{key}")
            agreed = False
    return agreed


def _same(ours: Any, theirs: Any, currency: str) -> bool:
    if isinstance(ours, Money):
        return ours.amount == theirs and ours.currency == currency
    if isinstance(theirs, Decimal):
        try:
            return Decimal(str(ours)) == theirs
        except InvalidOperation:
            return False
    if isinstance(theirs, datetime.date):
        return str(ours) == theirs.isoformat()
    return str(ours).strip() == str(theirs)
