"""Signs in and beside figures that are ours, where Babel leaves CLDR's out or has the wrong ones.

Not here: the figures themselves, and all else that a language asks for (`language`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale


def of_amount(amount: str, signs: Iterable[str], locale: Locale) -> str:
    """Set the signs of an amount of money that Babel has written.

    :param signs: of its currency, as the language writes them.
    """
    return grouped(_spaced(_pointed(amount, locale), signs), locale)


def own_group(locale: Locale) -> str | None:
    """Give the sign between groups of three digits where it is not CLDR's: in Switzerland and Liechtenstein.

    CLDR's has gone from ' to ’ and back, and for French from the space to '; Babel 2.19 takes ' for a quotation
    mark and drops it. The Federal Chancellery has the apostrophe in German and Italian, and the thin space in French.
    """
    if locale.territory not in ("CH", "LI") and locale.language != "gsw":
        return None
    return "\u202f" if locale.language == "fr" else "’"


def grouped(text: str, locale: Locale) -> str:
    """Group the digits before the decimal sign by threes, where the language's sign is our own."""
    group = own_group(locale)
    if group is None:
        return text
    return re.sub(r"\d+", lambda match: re.sub(r"(?<=\d)(?=(?:\d{3})+$)", group, match[0]), text, count=1)


def _pointed(amount: str, locale: Locale) -> str:
    """Set an amount's own decimal sign, where the language has one that numbers have not, which Babel leaves out.

    In French in Switzerland: 1 234.50 CHF, but 12,5 pour cent (CLDR's `currencyDecimal`).
    """
    symbols = locale.number_symbols["latn"]
    own = symbols.get("currencyDecimal")
    return re.sub(rf"(?<=\d){re.escape(symbols['decimal'])}(?=\d+(?!.*\d))", own, amount) if own else amount


def _spaced(amount: str, signs: Iterable[str]) -> str:
    """Set a gap between figures and a currency's letters: CHF 1,234.50, but $1,234.50 (CLDR's currencySpacing)."""
    for sign in signs:
        if not unicodedata.category(sign[-1]).startswith(("S", "Z")):
            amount = re.sub(rf"{re.escape(sign)}(?=\d)", f"{sign}\N{NO-BREAK SPACE}", amount)
        if not unicodedata.category(sign[0]).startswith(("S", "Z")):
            amount = re.sub(rf"(?<=\d){re.escape(sign)}", f"\N{NO-BREAK SPACE}{sign}", amount)
    return amount
