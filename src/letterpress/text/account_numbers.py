"""Finds IBANs in texts whose check digits are wrong, as in a letterhead's foot.

Not here: those that a code or an e-invoice is made of, which are faults there (`codes`).

Source: ISO 13616-1 (length, check digits by ISO/IEC 7064).
"""

from __future__ import annotations

import re

_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}[0-9]{2}(?:[ \xa0\u202f]?[A-Z0-9]{1,4}){3,12}(?![A-Z0-9])")
_LEAST, _MOST = 15, 34
"""Characters of an IBAN."""


def wrong_iban(text: str) -> str | None:
    """Give the first IBAN in a text that is none; None: there is none such.

    What follows an IBAN in capitals, such as BIC, is not taken for a part of it. Check digits of 00, which no account
    has, stand for one that is still to come.

    >>> wrong_iban("Bank: DE89 3704 0044 0532 0130 01 BIC COBADEFF"), wrong_iban("BE68 5390 0754 7034 BIC GKCCBEBB")
    ('DE89 3704 0044 0532 0130 01', None)
    """
    for match in _IBAN.finditer(text):
        if match[0][2:4] == "00":
            continue
        parts = re.split(r"([ \xa0\u202f])", match[0])
        readings = ["".join(parts[:end]) for end in range(1, len(parts) + 1, 2)]
        readings = [one for one in readings if _LEAST <= len(_plain(one)) <= _MOST and _is_account(one)]
        if readings and not any(_is_right(_plain(one)) for one in readings):
            return next((one for one in reversed(readings) if not re.search(r"[ \xa0\u202f][A-Z]+$", one)), readings[0])
    return None


def _plain(text: str) -> str:
    return re.sub(r"\s", "", text)


def _is_account(text: str) -> bool:
    """Whether it is more than words in capitals: most of an account is figures."""
    return sum(char.isdigit() for char in text) > len(text) // 2


def _is_right(iban: str) -> bool:
    turned = iban[4:] + iban[:4]
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1
