"""Writes numbers as formats of fractions (`# ?/?`) and of powers of ten (`0.00E+00`) show them.

Source: ECMA-376 part 1, 18.8.31.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from letterpress.text import language

_FRACTION = re.compile(r"(?P<whole>[#0?]+ +)?(?P<over>[#0?]+) ?/ ?(?P<under>[#?0]+|[1-9]\d{0,4})")
_POWER = re.compile(r"(?P<whole>[#0?]+)(?:\.(?P<decimals>[#0?]+))?[Ee](?P<sign>[+-])(?P<power>[#0?]+)")
_FILLING = re.compile(r"_.|\*.|\[[A-Za-z]+\d*\]")


def shown(value: Decimal, section: str, lang: str) -> str | None:
    """Write a number that is not below zero; None, if the section is no such format."""
    code = _FILLING.sub("", section).strip()
    if match := _FRACTION.fullmatch(code):
        return _fraction(value, match)
    if match := _POWER.fullmatch(code):
        return _power(value, match, lang)
    return None


def is_known(section: str) -> bool:
    """Say whether a section is such a format."""
    return shown(Decimal(1), section, "en") is not None


def _fraction(value: Decimal, match: re.Match[str]) -> str:
    under = match["under"]
    whole = int(value) if match["whole"] else 0
    rest = Fraction(value) - whole
    if under.isdigit() and under.strip("0"):
        fraction = Fraction(round(rest * int(under)), 1)
        over, below = int(fraction), int(under)
    else:
        near = rest.limit_denominator(10 ** len(under) - 1)
        over, below = near.numerator, near.denominator
    if match["whole"] and over == below:
        whole, over = whole + 1, 0
    if match["whole"] and not over:
        return str(whole)
    text = f"{over}/{below}"
    return f"{whole} {text}" if whole or "0" in (match["whole"] or "") else text


def _power(value: Decimal, match: re.Match[str], lang: str) -> str:
    step = len(match["whole"])
    unit = Decimal(1).scaleb(-len(match["decimals"] or ""))
    power = value.adjusted() if value else 0
    power -= power % step if step > 1 else 0
    digits = value.scaleb(-power).quantize(unit, ROUND_HALF_UP)
    if digits >= 10**step:
        power += step
        digits = value.scaleb(-power).quantize(unit, ROUND_HALF_UP)
    sign = "-" if power < 0 else match["sign"].replace("-", "")
    figures = str(abs(power)).rjust(match["power"].count("0"), "0")
    return f"{format(digits, 'f').replace('.', language.decimal_sign(lang))}E{sign}{figures}"
