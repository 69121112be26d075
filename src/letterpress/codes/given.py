"""What a code is made of, as a letter gives it, and the checks that several kinds of codes share.

Not here: what each kind is made of (`postal`, `payment`, `swiss`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from letterpress.codes import libraries
from letterpress.errors import FieldError
from letterpress.model import Party


class Wrong(FieldError):
    """A value of a code that it cannot be made of."""

    def __init__(self, key: str, message: str, hint: str | None = None, *, code: str, value: Any = None) -> None:
        """Say what is wrong with the value of `key`."""
        super().__init__(message, hint, code=code, value=value if value is None else str(value))
        self.key = key


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a letter gives a code."""

    values: Mapping[str, Any]
    """Texts and numbers by their keys; what is empty is not there."""
    recipient: Party | None = None
    sender: Party | None = None
    lang: str = "en"

    def text(self, key: str) -> str:
        """A text, or an empty one."""
        return str(self.values.get(key, "")).strip()

    def needed(self, key: str, hint: str) -> str:
        """A text that has to be there."""
        text = self.text(key)
        if not text:
            raise Wrong(key, "is missing, and the code is made of it", hint, code="code-value-missing")
        return text

    def matching(self, key: str, pattern: str, what: str, *, default: str = "") -> str:
        """A text of a pattern, blanks taken out.

        :param what: what it has to be.
        """
        text = re.sub(r"\s", "", self.text(key)) or default
        if not re.fullmatch(pattern, text):
            if not text:
                raise Wrong(key, f"is missing: {what}", f"add '{key}:' to the code", code="code-value-missing")
            raise Wrong(key, f"'{text}' is not {what}", code="code-value-invalid", value=text)
        return text

    def short(self, key: str, most: int, text: str | None = None) -> str:
        """A text of at most so many characters."""
        text = self.text(key) if text is None else text
        if len(text) > most:
            message = f"has {len(text)} characters; the code holds {most}"
            raise Wrong(key, message, "shorten it", code="code-value-long", value=text)
        return text

    # --- payments -----------------------------------------------------------------------------------------------------

    def iban(self) -> str:
        """The account."""
        text = self.needed("iban", "add 'iban:' to the code")
        found = libraries.iban(text)
        if found is None:
            message = f"'{text}' is no IBAN: its country, its length or its check digits are wrong"
            raise Wrong("iban", message, "copy it from the account's papers", code="iban-invalid", value=text)
        return found

    def bic(self) -> str:
        """The bank, where it is said."""
        text = self.text("bic")
        found = libraries.bic(text) if text else ""
        if found is None:
            raise Wrong("bic", f"'{text}' is no BIC", "it has 8 or 11 characters", code="bic-invalid", value=text)
        return found

    def amount(self, most: str, *, needed: bool = True) -> Decimal | None:
        """The amount.

        :param most: the largest that the code holds.
        """
        given = self.values.get("amount", "")
        if not needed and given in (None, ""):
            return None
        self.needed("amount", "add 'amount:' to the code, such as '{{ fields.amount }}'")
        found = _decimal(given)
        if found is None:
            message = f"'{given}' is no amount that can be read without doubt"
            hint = "give a field of type money or decimal, or figures such as 1949.75"
            raise Wrong("amount", message, hint, code="amount-unread", value=given)
        if not Decimal(0) < found <= Decimal(most) or found != round(found, 2):
            message = f"'{given}' is no amount that can be paid: from 0.01 to {most}, with two decimals at most"
            raise Wrong("amount", message, code="amount-invalid", value=given)
        return round(found, 2)


def _decimal(given: Any) -> Decimal | None:
    if isinstance(given, Decimal | int) and not isinstance(given, bool):
        return Decimal(given)
    text = str(given).strip()
    if not re.fullmatch(r"[0-9]{1,12}([.,][0-9]{1,2})?", text):
        return None
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None


_HOUSE = re.compile(r"(?P<street>\S.*?)[\s,]+(?P<number>[0-9]+(?:\s?[-/]\s?[0-9]+)?(?:\s?[A-Za-z])?)$")


def house(street: str | None) -> tuple[str, str]:
    """Part a street from the number of the house, where it ends in one: "Bahnhofstrasse 7 a"."""
    text = " ".join((street or "").split())
    match = _HOUSE.fullmatch(text)
    return (match["street"], match["number"]) if match else (text, "")
