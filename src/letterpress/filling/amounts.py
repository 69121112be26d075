"""Reads an amount of money: its number, and whether the sign or code beside it is that of the field's currency.

An amount in another currency is never taken for one of the field's. Not here: how a number is written (`text.written`).
"""

from __future__ import annotations

import re
from functools import lru_cache

from letterpress import data
from letterpress.errors import FieldError
from letterpress.text import language, written

_PARTS = re.compile(r"([^\d]*?)([.,]?\d(?:.*\d)?)([^\d]*)", re.DOTALL)
_NO_CENTS = re.compile(r"[.,:/]\s?(?:--?|[–—])")
"""What stands for no cents: 50,- and 50.-- and 50,–; 50:- in Sweden, 50/- in India."""
_HINT = "write the amount alone, with its currency at most; words belong in a column of their own"


def bare(text: str, currency: str, lang: str) -> str:
    """Take the signs and codes of the field's currency off an amount: what is left is a number, if it is one.

    :param currency: of the field.
    :param lang: whose signs are known besides those of the table.
    :raises FieldError: it is in another currency.
    """
    text = written.without_direction(text)
    parts = _PARTS.fullmatch(text.strip())
    if parts is None or re.search(r"[^\d.,'’\s]", parts[2]):
        return text.strip()
    before, number, after = parts.groups()
    after = _NO_CENTS.sub("", after, count=1) if _NO_CENTS.match(after) else after
    negative = _is_negative(before, number, after, text.strip())
    for mark in (before, after):
        mark = re.sub("[-+()\u2212\u2013]", " ", mark).strip()
        if mark:
            _check(mark, text.strip(), currency, lang)
    return f"-{number}" if negative else number


def _is_negative(before: str, number: str, after: str, text: str) -> bool:
    """Say whether an amount is less than nothing: -5.00, (5.00), or 5.00- as SAP and other books have it.

    :raises FieldError: it is not sure: `5-` may be -5 or 5 without cents, and a bracket or a sign is one too many.
    """
    signs = [bool(re.search("[-\u2212\u2013]", mark)) for mark in (before, after)]
    opened, closed = "(" in before, ")" in after
    if opened != closed or sum(signs) + opened > 1:
        raise FieldError(f"'{text}' is not a number", _HINT, code="number-unreadable", value=text)
    if signs[1] and not re.search(r"[.,]\d+$", number):
        readings = (f"-{number}", f"{number}.00")
        hint = "write the minus in front; without cents, write the amount alone"
        message = f"'{text}' is {' or '.join(readings)}"
        raise FieldError(message, hint, code="number-ambiguous", value=text, params=(("readings", readings),))
    return opened or any(signs)


def check_shown(text: str, currency: str, lang: str) -> None:
    """Check the sign of an amount as a sheet shows it; a format may show words, which are no currency.

    :raises FieldError: it shows another currency.
    """
    try:
        bare(text, currency, lang)
    except FieldError as error:
        if error.code == "currency-wrong":
            raise


def _check(mark: str, text: str, currency: str, lang: str) -> None:
    """:raises FieldError: a sign or code is not one of the currency."""
    words = [mark, *mark.split()]
    if mark.replace(" ", "") in _signs(currency, lang) or mark.casefold() in _signs(currency, lang):
        return
    if any(all(word in _signs(currency, lang) for word in way) for way in ([mark], words[1:])):
        return
    others = [code for word in words for code in meant(word) if code != currency]
    if not others:
        raise FieldError(f"'{text}' is not a number", _HINT, code="number-unreadable", value=text)
    message = f"'{text}' is an amount in '{mark}', and the field is in {currency}"
    hint = f"write the amount in {currency}, or declare another currency for the field"
    params = (("currency", currency), ("found", mark), ("other", others[0]))
    raise FieldError(message, hint, code="currency-wrong", value=text, params=params)


@lru_cache(maxsize=64)
def _signs(currency: str, lang: str) -> frozenset[str]:
    table = {sign for sign, codes in data.table("currencies").items() if currency in codes}
    own = language.currency_signs(currency, lang) | language.currency_signs(currency, "en")
    words = {sign.casefold() for sign in table if len(sign) > 2}
    return frozenset({currency, currency.lower(), currency.capitalize(), *table, *own, *words})


def meant(mark: str) -> list[str]:
    """Give the currencies that a sign or code may mean, the likeliest first; none where it is no sign of one."""
    table = data.table("currencies")
    return list(table[mark]) if mark in table else [mark.upper()] if language.is_currency(mark.upper()) else []
