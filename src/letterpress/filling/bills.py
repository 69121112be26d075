"""Reads what an e-invoice is built of from a letter with its values: sender, recipient, fields and the lines of a list.

Not here: how it is added up and written as XML (`einvoice`), and compared with the letter (`invoices`).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from letterpress.addressing import address, countries
from letterpress.codes import libraries
from letterpress.einvoice import units
from letterpress.einvoice.values import Bill, Item, Trader, Wrong
from letterpress.enclosed import INVOICE_COLUMNS, Invoice
from letterpress.errors import FieldError, nearest, question
from letterpress.filling import field_values
from letterpress.filling.codes import field_value
from letterpress.filling.context import MISSING, Faults, FillContext, counted
from letterpress.filling.parties import Addressed
from letterpress.model import FieldSpec, Party
from letterpress.templating.money import Money
from letterpress.templating.titled import Titled
from letterpress.text.quantities import Percent

FIELD = re.compile(r"\{\{\s*fields\.(\w+)\s*\}\}")
_EMAIL = "EM"
"""The scheme of an electronic address that is an email's (list EAS)."""


class Waiting(Exception):
    """A value is not there yet, or at fault, which was said."""


class BillReader:
    """Reads the parts of one e-invoice."""

    def __init__(self, context: FillContext, faults: Faults, invoice: Invoice, currency: str) -> None:
        """Read `invoice` in `currency`."""
        self._context = context
        self._faults = faults
        self._invoice = invoice
        self._currency = currency
        self._texts = {**{key: text for key, text in invoice.texts() if text}}

    def bill(self, addressed: Addressed) -> Bill:
        """Read it.

        :raises Waiting: a value is at fault already, or stands for one that is still to come.
        :raises Wrong: a value is none that an invoice can be built of.
        """
        home = address.home_country(addressed.sender, self._context.lang) or ""
        number = self.text("number")
        begins, ends = self._day("period_begins"), self._day("period_ends")
        if (begins is None) != (ends is None):
            key = "period_ends" if ends is None else "period_begins"
            raise Wrong(key, "is missing", "a period has both days", code="einvoice-part", value=key)
        return Bill(
            kind=self._kind(),
            number=number,
            date=self._date(),
            currency=self._currency,
            seller=self._trader("seller", addressed.sender, home),
            buyer=self._trader("buyer", addressed.to[0] if addressed.to else None, home),
            items=self._items(),
            corrects=self.text("corrects"),
            due=self._day("due"),
            terms=self.text("terms"),
            delivered=self._day("delivered"),
            period=(begins, ends) if begins and ends else None,
            iban=self._account("iban"),
            bic=self._account("bic"),
            account_name=self.text("account_name"),
            reference=self.text("reference") or number,
            paid=self._number(self.value("paid"), "paid", "money") or Decimal(0),
            buyer_reference=self.text("buyer_reference"),
            order=self.text("order"),
            exemption=self.text("exemption"),
            note=self.text("note"),
        )

    def path(self, key: str) -> str:
        """The field of the letter that a value of the invoice comes from."""
        first, _, rest = key.partition(".")
        if first == "lines" and rest:
            at, _, name = rest.partition(".")
            column = {known: column for column, known in self._invoice.columns}.get(name, name)
            return f"{self._path_of('lines')}.{at}.{column}"
        if key not in self._texts and rest in ("name", "street", "postcode", "city", "country"):
            return f"{'from' if first == 'seller' else 'to'}.{rest}"
        return self._path_of(key)

    def _path_of(self, key: str) -> str:
        match = FIELD.fullmatch(self._texts.get(key, "").strip())
        return f"fields.{match[1]}" if match is not None else f"einvoice.{key}"

    # --- single values ------------------------------------------------------------------------------------------------

    def value(self, key: str) -> Any:
        """A value as it is given; an empty text without one."""
        text = self._texts.get(key)
        value = "" if text is None else field_value(self._context, self._faults, text, f"einvoice.{key}")
        return _there(value)

    def text(self, key: str) -> str:
        """A value as a text."""
        return field_values.as_text(self.value(key)).strip()

    def _kind(self) -> Any:
        return self._texts.get("kind", "invoice")

    def _date(self) -> datetime.date:
        day = self._day("date") or self._context.job.date
        if day is None:
            raise Wrong("date", "is missing", "give the letter a date", code="einvoice-part", value="date")
        return day

    def _day(self, key: str) -> datetime.date | None:
        value = self.value(key)
        return self._read(value, key, FieldSpec(type="date")) if value != "" else None

    def _number(self, value: Any, key: str, kind: Any) -> Decimal | None:
        """A number; of an amount, one in the invoice's currency."""
        if value in ("", None):
            return None
        if isinstance(value, Money):
            if value.currency != self._currency:
                message = f"is in {value.currency}, and the invoice in {self._currency}"
                hint = "an invoice has one currency"
                raise Wrong(key, message, hint, code="currency-wrong", value=value.currency)
            return value.amount
        read = self._read(value, key, FieldSpec(type=kind, currency=self._currency if kind == "money" else None))
        return read.amount if isinstance(read, Money) else Decimal(read)

    def _read(self, value: Any, key: str, spec: FieldSpec) -> Any:
        try:
            return field_values.read(value, spec, self._context.lang)
        except FieldError as error:
            about: dict[str, Any] = {"value": error.value, "params": error.params, "instead": error.instead}
            raise Wrong(key, error.message, error.hint, code=error.code or "einvoice-part", **about) from error

    def _account(self, key: str) -> str:
        text = self.text(key)
        found = (libraries.iban if key == "iban" else libraries.bic)(text) if text else ""
        if found is None:
            code = "iban-invalid" if key == "iban" else "bic-invalid"
            message = f"'{text}' is no {key.upper()}: a character of it is wrong"
            raise Wrong(key, message, "copy it from the account's statement", code=code, value=text)
        return found

    # --- who sells and buys -------------------------------------------------------------------------------------------

    def _trader(self, key: str, party: Party | None, home: str) -> Trader:
        lang = self._context.lang
        if party is None:
            who = "from" if key == "seller" else "to"
            message = "nobody sells" if key == "seller" else "nobody buys"
            raise Wrong(f"{key}.name", message, f"the letter needs '{who}:'", code="einvoice-part", value=who)
        name = party.organisation or party.name or " ".join(filter(None, (party.given, party.family)))
        name = name or ", ".join(person.name for person in party.persons if person.name)
        if party.country and not countries.code(party.country, lang):
            raise Waiting  # said already
        country = (countries.code(party.country, lang) if party.country else home) or ""
        if not name or not re.fullmatch("[A-Z]{2}", country):
            part = "name" if not name else "country"
            hint = "an invoice names both who sells and who buys, with their countries"
            raise Wrong(f"{key}.{part}", "is missing for the e-invoice", hint, code="einvoice-part", value=part)
        said = {part: self.text(f"{key}.{part}") for part in _TRADER}
        said["vat_id"] = re.sub(r"[\s.-]", "", said["vat_id"]).upper()
        if key == "seller":
            signers = self._context.letter.signatories
            said["contact"] = said["contact"] or (signers[0].name if signers else "")
            said["phone"] = said["phone"] or party.phone or ""
        elif party.organisation:
            said["contact"] = said["contact"] or party.name or " ".join(filter(None, (party.given, party.family)))
        said["email"] = said["email"] or party.email or ""
        if not said["endpoint"] and self._invoice.profile == "xrechnung":
            said["endpoint"] = said["email"]
        said["endpoint_scheme"] = said["endpoint_scheme"] or (_EMAIL if said["endpoint"] else "")
        return Trader(
            name=_line(name),
            country=country,
            street=tuple(re.split("[\n\u2028]", party.street)) if party.street else party.lines,
            postcode=party.postcode or "",
            city=party.city or "",
            region=party.region or "",
            **said,
        )

    # --- what is charged for ------------------------------------------------------------------------------------------

    def _items(self) -> tuple[Item, ...]:
        match = FIELD.fullmatch(self._texts["lines"].strip())
        name = match[1] if match is not None else ""
        listed = self._context.names.get("fields", {}).get(name)
        spec = self._context.letter.fields.get(name)
        if spec is None or spec.type != "list":
            message = f"'{self._texts['lines']}' is no field of type list"
            hint = 'declare it, fields: {items: list}, and write lines: "{{ fields.items }}"'
            raise Wrong("lines", message, hint, code="einvoice-lines", value=self._texts["lines"])
        listed = [_there(one) for one in _there(listed) or ()]
        return tuple(self._item(one, at) for at, one in counted(listed))

    def _item(self, record: Any, at: int) -> Item:
        if not isinstance(record, Mapping):
            message, hint = "is no group of values", 'write it as {"name": "Rope", "quantity": 2, "price": "4.50"}'
            raise Wrong(f"lines.{at}", message, hint, code="einvoice-lines")
        columns = {known: column for column, known in self._invoice.columns}

        def given(key: str) -> Any:
            found = _there(record.get(columns.get(key, key)))
            return self.value(key) if found in (None, "") and key in ("unit", "rate", "category") else found

        def misspelt(key: str) -> str | None:
            """What is asked where the line has no such column, and one of nearly the same name."""
            column = columns.get(key, key)
            known = (*INVOICE_COLUMNS, *dict(self._invoice.columns))
            near = nearest(column, [one for one in map(str, record) if one not in known])
            if column in record or not near:
                return None
            asked = f"the line has no '{column}': {question(near[:1])}"
            return asked if key in columns else f"{asked} Then write map: {{{near[0]}: {key}}}"

        def needed(key: str, kind: str) -> Decimal:
            number = self._number(given(key), f"lines.{at}.{key}", kind)
            if number is None:
                hint = misspelt(key) or "fill it in"
                raise Wrong(f"lines.{at}.{key}", "is missing", hint, code="einvoice-part", value=key)
            return number

        name = _line(field_values.as_text(given("name") or ""))
        if not name:
            hint = misspelt("name") or "say what it is"
            raise Wrong(f"lines.{at}.name", "is missing", hint, code="einvoice-part", value="name")
        category = field_values.as_text(given("category") or "S").strip().upper()
        rate = given("rate")
        if isinstance(rate, str) and rate.strip().endswith("%"):
            rate = rate.strip().removesuffix("%").strip()
        if rate in (None, "") and category not in ("S", "L", "M"):
            rate = Decimal(0)
        percent = self._number(rate, f"lines.{at}.rate", "decimal")
        if percent is None:
            hint = misspelt("rate") or "give each line its rate in per cent, or 'rate:' for all"
            raise Wrong(f"lines.{at}.rate", "is missing", hint, code="einvoice-part", value="rate")
        return Item(
            name=name,
            quantity=needed("quantity", "decimal"),
            unit=units.code(field_values.as_text(given("unit") or ""), f"lines.{at}.unit"),
            price=needed("price", "money"),
            category=category,
            rate=percent * 100 if isinstance(rate, Percent) else percent,
            amount=self._number(given("amount"), f"lines.{at}.amount", "money"),
            description=_line(field_values.as_text(given("description") or "")),
        )


_TRADER = (
    *("vat_id", "tax_number", "company_number", "company_scheme"),
    *("contact", "phone", "email", "endpoint", "endpoint_scheme"),
)


def _there(value: Any) -> Any:
    """:raises Waiting: the value is at fault already, or its title stands for it."""
    if isinstance(value, Titled) or (isinstance(value, str) and value == MISSING):
        raise Waiting
    return value


def _line(text: str) -> str:
    return " ".join(text.split())
