"""What a letter may say of the files that are to be in its PDF as files (`attachments:` in the front matter).

Not here: where they lie, and what they are (`filling.attachments`): known once the letter has its values.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from letterpress.enclosed import INVOICE_COLUMNS, Attachment, Invoice
from letterpress.errors import FieldError, did_you_mean, nearest
from letterpress.schema.scalars import Checked, Line


def _as_file(value: Any) -> Any:
    """The short form: `attachments: [figures.csv]`."""
    return {"file": value} if isinstance(value, str) else value


class AttachmentFile(Checked):
    """A file that is in the letter's PDF as a file, and on no page."""

    file: Line
    """A file beside the letter; "{{ fields.figures }}" names one by record."""
    title: Line | None = None
    """What it is, for whoever opens it."""
    relationship: Literal["data", "source", "alternative", "supplement", "unspecified"] = "unspecified"
    """What it is to the letter: the data of what the letter shows, its source, the same in another form, something that
    adds to it."""


OneAttachment = Annotated[AttachmentFile, BeforeValidator(_as_file)]
"""An attachment, or its file alone."""


def attachment(model: AttachmentFile) -> Attachment:
    """Make the frozen value of a checked model."""
    return Attachment(**model.model_dump())


class TraderFile(Checked):
    """What an e-invoice says of who sells or buys, besides name and address, which are the letter's."""

    vat_id: Line | None = None
    """The number by which taxes are paid, with its country: DE123456788."""
    tax_number: Line | None = None
    """The number at the tax office, where there is no vat_id."""
    company_number: Line | None = None
    """The number in a register of firms."""
    company_scheme: Line | None = None
    """Which register: a code of ISO/IEC 6523, such as 0002 for SIREN."""
    contact: Line | None = None
    """Whom to ask; of the seller, without it the first who signs."""
    phone: Line | None = None
    """The contact's; of the seller, without it the sender's."""
    email: Line | None = None
    """The contact's; of the seller, without it the sender's."""
    endpoint: Line | None = None
    """The electronic address that invoices go to; without it the email, where XRechnung asks for one."""
    endpoint_scheme: Line | None = None
    """What it is: a code of the list EAS; without it EM, an email's."""


_GIVEN = ("profile", "xml", "number", "total", "currency", "date", "net", "tax")
"""What an e-invoice says whether its XML is given or built."""


class InvoiceFile(Checked):
    """The e-invoice that the letter shows to people, in the syntax CII: its XML is given, or built of the letter."""

    profile: Literal["minimum", "basicwl", "basic", "en16931", "extended", "xrechnung"]
    """Which profile of Factur-X (ZUGFeRD) it is, or xrechnung."""
    number: Line
    """The invoice's number as the letter has it: "{{ fields.number }}"."""
    total: Line
    """The amount with taxes as the letter has it: "{{ fields.total }}"."""
    net: Line | None = None
    """The amount without taxes as the letter has it; it is compared."""
    tax: Line | None = None
    """The taxes as the letter has them; they are compared."""
    currency: Line | None = None
    """The currency as the letter has it, where `total` has none."""
    date: Line | None = None
    """The invoice's day as the letter has it; without it, the letter's date."""
    xml: Line | None = None
    """Its file beside the letter, such as "invoices/{{ fields.number }}.xml", if it is given."""
    lines: Line | None = None
    """If it is built: the field of type list that holds what is charged for, "{{ fields.items }}"."""
    map: dict[str, Line] = Field(default={})
    """Column of `lines` -> name, description, quantity, unit, price, rate, category or amount, where it has another
    name."""
    unit: Line | None = None
    """Of lines that say none: hour, kg, or a code of UN/ECE Recommendation 20; a piece without it."""
    rate: Line | None = None
    """Of lines that say none: the rate of the tax in per cent, 19."""
    category: Line | None = None
    """Of lines that say none: S (taxed, as without it), Z, E, AE, K, G, O."""
    exemption: Line | None = None
    """Why no tax is charged, for the categories that have none."""
    kind: Literal["invoice", "credit-note", "correction"] = "invoice"
    """What it is."""
    corrects: Line | None = None
    """The number of the invoice that it credits or corrects."""
    due: Line | None = None
    """The day by which it is to be paid."""
    terms: Line | None = None
    """The terms of payment, in words."""
    delivered: Line | None = None
    """The day of delivery; of a period, period_begins and period_ends."""
    period_begins: Line | None = None
    """The first day of the period that it is for."""
    period_ends: Line | None = None
    """The last day of the period that it is for."""
    paid: Line | None = None
    """What has been paid already."""
    iban: Line | None = None
    """The account to pay into."""
    bic: Line | None = None
    """The bank of the account."""
    account_name: Line | None = None
    """Whose account it is."""
    reference: Line | None = None
    """What the payment is to name; without it the invoice's number."""
    buyer_reference: Line | None = None
    """Whom the buyer books it to; for German offices the Leitweg-ID."""
    order: Line | None = None
    """The number of the order."""
    note: Line | None = None
    """What else it is to say."""
    seller: TraderFile | None = None
    """What it says of the sender, who sells."""
    buyer: TraderFile | None = None
    """What it says of the recipient, who buys."""

    @field_validator("profile", mode="before")
    @classmethod
    def _of_another_name(cls, given: Any) -> Any:
        name = re.sub(r"[\s_.-]", "", str(given)).casefold()
        meant = _OTHER_NAMES.get(name)
        if meant is None or given == meant:
            return given
        hint = f"write {meant}" if meant == "xrechnung" else f"write {meant}: the profile of EN 16931, as most take it"
        about: dict[str, Any] = {"value": str(given), "instead": (meant,)}
        raise FieldError(
            f"'{given}' is the name of a standard, or of an older profile", hint, code="choice-unknown", **about
        )

    @model_validator(mode="after")
    def _given_or_built(self) -> InvoiceFile:
        if (self.xml is None) == (self.lines is None):
            message = "has neither xml nor lines" if self.xml is None else "has both xml and lines"
            hint = "write 'xml:' with the file of the invoice, or 'lines:' with what it is built of"
            raise FieldError(message, hint, code="einvoice-source")
        if self.lines is not None and self.profile not in BUILT:
            message = f"the profile {self.profile} is not built"
            raise FieldError(message, f"choose {', '.join(BUILT)}, or give its xml", code="einvoice-source")
        unused = sorted(self.model_fields_set - set(_GIVEN)) if self.xml is not None else []
        if unused:
            message = f"has xml, and {', '.join(unused)} besides: the XML is taken as it is"
            raise FieldError(message, f"leave out {unused[0]}", code="einvoice-source", value=unused[0])
        wrong = next((name for name in self.map.values() if name not in INVOICE_COLUMNS), None)
        if wrong is not None:
            hint = did_you_mean(wrong, INVOICE_COLUMNS) or f"a line has {', '.join(INVOICE_COLUMNS)}"
            about: dict[str, Any] = {"value": wrong, "instead": nearest(wrong, INVOICE_COLUMNS)}
            raise FieldError(f"a line of an invoice has no '{wrong}'", hint, code="einvoice-column", **about)
        return self


_OTHER_NAMES = {
    **dict.fromkeys(("zugferd", "zugferd2", "facturx", "en16931", "comfort", "cii"), "en16931"),
    "xrechnung3": "xrechnung",
    "xrechnung30": "xrechnung",
}
"""What people call a profile, without blanks and signs."""
BUILT = ("basicwl", "en16931", "extended", "xrechnung")
"""Profiles that can be built of a letter."""


def einvoice(model: InvoiceFile | None) -> Invoice | None:
    """Make the frozen value of a checked model."""
    if model is None:
        return None
    said = model.model_dump(exclude_none=True)
    given = {key: said.pop(key) for key in _GIVEN if key in said}
    columns = said.pop("map")
    parts: list[tuple[str, str]] = []
    for key, value in said.items():
        parts += (
            [(f"{key}.{name}", text) for name, text in value.items()] if isinstance(value, dict) else [(key, value)]
        )
    return Invoice(**given, parts=tuple(parts) if model.lines is not None else (), columns=tuple(columns.items()))
