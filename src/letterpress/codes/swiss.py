"""What a Swiss QR-bill is made of: the text of its code, and what its slip says.

Source: SIX, Swiss Implementation Guidelines for the QR-bill 2.3: 4.2 (data), 4.1.1 (characters), 3.5 (what is printed).

Not here: where things stand on the slip (the letterheads' `slip.html`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from letterpress import data
from letterpress.code import Slip
from letterpress.codes import libraries
from letterpress.codes.given import Given, Wrong, house
from letterpress.codes.payment import reference_wrong
from letterpress.model import Party

LANGUAGES = ("de", "fr", "it", "en")
MOST = "999999999.99"
_NOT_ALLOWED = re.compile(r"[^\n -~\xa0-\u017f\u0218-\u021b\u20ac]")
"""What the code's character set has not: Basic Latin, Latin-1, Latin Extended-A, four letters of Romanian, the euro."""

_TYPEWRITTEN = str.maketrans(
    dict(zip("\u2019\u2018\u201c\u201d\u201e\u2010\u2011\u2013\u2014\u2009\u202f", '\'\'"""----  ', strict=True))
    | {"\u2026": "..."}
)
"""Signs of typography of which the set has the plain form: a number above 9,999 is written with one in Switzerland."""


def slip(given: Given) -> tuple[str, Slip]:
    """Give the text of the code, and what the slip says.

    :raises Wrong: a value is none of a QR-bill.
    """
    iban = given.iban()
    if iban[:2] not in ("CH", "LI"):
        message = f"'{iban}' is no account in Switzerland or Liechtenstein"
        raise Wrong("iban", message, "a QR-bill is paid to CH or LI", code="iban-invalid", value=iban)
    kind, reference = _reference(given, iban)
    amount = given.amount(MOST, needed=False)
    currency = given.matching("currency", "CHF|EUR", "CHF or EUR", default="CHF")
    creditor = _party(given.sender, "creditor", "from")
    debtor = None if given.text("debtor") == "none" else _party(given.recipient, "debtor", "to")
    text, billing = _information(given)
    asked: dict[str, Any] = {"account": iban, "creditor": creditor, "debtor": debtor, "currency": currency}
    asked |= {"amount": None if amount is None else f"{amount:.2f}", "reference_number": reference or None}
    asked |= {"additional_information": text, "billing_information": billing}
    try:
        payload = libraries.swiss_payload(asked)
    except libraries.NotEncoded as error:
        raise Wrong("type", f"the QR-bill cannot be made: {error}", code="code-unencodable") from error
    said = Slip(
        lang=_language(given),
        account=grouped(iban),
        creditor=_lines(creditor),
        debtor=_lines(debtor) if debtor else (),
        reference=_printed(kind, reference),
        information=tuple(part for part in (text, billing) if part),
        currency=currency,
        amount=_figures(amount),
    )
    return payload, said


def headings(lang: str) -> Mapping[str, str]:
    """What a slip's headings are called in a language."""
    found: Mapping[str, str] = data.table("codes")["slip"][lang]
    return found


def is_qr_iban(iban: str) -> bool:
    """Whether an account takes payments with a QR reference: its institution's number is between 30000 and 31999."""
    return "30000" <= iban[4:9] <= "31999"


def grouped(text: str) -> str:
    """A number in groups of four, as it is printed."""
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def _reference(given: Given, iban: str) -> tuple[str, str]:
    text = re.sub(r"\s", "", given.text("reference")).upper()
    needs_qr = is_qr_iban(iban)
    if not text:
        if needs_qr:
            hint = "add 'reference:' with a QR reference of 27 digits, or give the account's other IBAN"
            raise Wrong("reference", "is missing: the account is a QR-IBAN", hint, code="code-value-missing")
        return "NON", ""
    if text.startswith("RF"):
        found, kind = libraries.creditor_reference(text), "SCOR"
        what = "an ISO 11649 reference: its check digits are wrong"
    else:
        found, kind = (libraries.swiss_reference(text) if re.fullmatch("[0-9]{1,27}", text) else None), "QRR"
        what = "a QR reference: 27 digits, the last of which checks the others"
    if found is None:
        raise reference_wrong(text, what)
    if needs_qr != (kind == "QRR"):
        message = f"'{text}' does not go with this account"
        hint = "a QR reference goes with a QR-IBAN, and one that begins with RF with any other"
        raise Wrong("reference", message, hint, code="reference-invalid", value=text)
    return kind, found


def without_box(street: str | None) -> str:
    """Give a street without the line of a box below it: a QR-bill holds the one or the other.

    >>> without_box("Rue 5\\nCase postale 12"), without_box("Postfach 12")
    ('Rue 5', 'Postfach 12')
    """
    *above, last = (street or "").splitlines() or [""]
    words = "|".join(map(re.escape, data.table("addresses")["places"]["box_words"]))
    return (
        "\n".join(above)
        if above and re.fullmatch(rf"(?:{words})[\d\W]*", last.strip(), re.IGNORECASE)
        else street or ""
    )


def _party(party: Party | None, what: str, field: str) -> dict[str, str]:
    """An address in its parts, which is the only form that a QR-bill takes since November 2025."""
    if party is None or not (party.postcode and party.city and (party.organisation or party.name)):
        hint = f"give '{field}' a name, street, postcode and city, each by itself"
        hint += "; without the payer's address, add 'debtor: none' to the code" if what == "debtor" else ""
        key = what if what == "debtor" else "type"
        raise Wrong(key, f"the {what}'s address is not known in its parts", hint, code="code-address-parts")
    name = " ".join(part for part in (party.honorific, party.name) if part)
    street, number = house(without_box(party.street))
    found = {"name": party.organisation or name, "street": street, "house_num": number}
    found |= {"pcode": party.postcode, "city": party.city, "country": party.country or "CH"}
    found = {part: text.translate(_TYPEWRITTEN) for part, text in found.items()}
    limits = {"name": 70, "street": 70, "house_num": 16, "pcode": 16, "city": 35}
    named = {"name": "organisation" if party.organisation else "name", "house_num": "street", "pcode": "postcode"}
    for part, text in found.items():
        key = f"{field}.{named.get(part, part)}"
        if len(text) > limits.get(part, 2):
            message = f"'{text}' of the {what}'s address has {len(text)} characters; a QR-bill holds {limits[part]}"
            raise Wrong(key, message, "shorten it", code="code-value-long", value=text)
        _allowed(text, key)
    return found


def _allowed(text: str, key: str) -> None:
    wrong = _NOT_ALLOWED.search(text)
    if wrong is not None:
        message = f"'{wrong[0]}' (U+{ord(wrong[0]):04X}) in '{text}' is no character that a QR-bill can hold"
        raise Wrong(key, message, "write it in Latin letters", code="code-character", value=wrong[0])


def _information(given: Given) -> tuple[str, str]:
    text, billing = " ".join(given.text("text").translate(_TYPEWRITTEN).split()), given.text("billing")
    _allowed(text, "text")
    if billing and not billing.startswith("//"):
        hint = "it begins with two slashes, as //S1/10/..."
        raise Wrong("billing", f"'{billing}' is no billing information", hint, code="code-value-invalid", value=billing)
    if len(text) + len(billing) > 140:
        message = f"has {len(text) + len(billing)} characters with the billing information; a QR-bill holds 140"
        raise Wrong("text", message, "shorten it", code="code-value-long", value=text)
    return text, billing


def _language(given: Given) -> str:
    lang = given.text("lang") or given.lang.partition("-")[0].lower()
    if given.text("lang") and lang not in LANGUAGES:
        message = f"'{lang}' is no language of a QR-bill"
        raise Wrong("lang", message, "de, fr, it or en", code="code-value-invalid", value=lang)
    return lang if lang in LANGUAGES else "en"


def _lines(party: Mapping[str, str]) -> tuple[str, ...]:
    """An address as the slip has it: the country stands before the postcode only abroad. Source: 3.5.4."""
    street = f"{party['street']} {party['house_num']}".strip()
    abroad = "" if party["country"] in ("CH", "LI") else f"{party['country']}-"
    return tuple(part for part in (party["name"], street, f"{abroad}{party['pcode']} {party['city']}") if part)


def _printed(kind: str, reference: str) -> str:
    """A reference in groups: of five from the end, or of four. Source: 3.5.4."""
    if kind == "QRR":
        return " ".join([reference[:2], *(reference[at : at + 5] for at in range(2, 27, 5))])
    return grouped(reference)


def _figures(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:,.2f}".replace(",", " ")
