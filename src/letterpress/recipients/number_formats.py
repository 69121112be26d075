"""Writes numbers and days as the number format of their cell shows them: 4401 with `00000` is 04401.

Signs of decimals and groups, short days and names of months are those of a language, since a spreadsheet program shows
its user's. A format that is not known here gives None.

Not here: days and times (day_formats.py), fractions and powers of ten (fraction_formats.py).
Source: ECMA-376 part 1, 18.8.30 (numFmt, with the formats that have numbers only) and 18.8.31 (their grammar).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

from letterpress.recipients import day_formats, format_parts, fraction_formats
from letterpress.recipients.format_parts import Part
from letterpress.text import language

GENERAL = frozenset({"General", "@", "Standard", ""})
BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: '"$"#,##0', 6: '"$"#,##0', 7: '"$"#,##0.00', 8: '"$"#,##0.00',
    9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 14: "[date]", 15: "d-mmm-yy", 16: "d-mmm",
    17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "[date] h:mm",
    37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)", 39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)",
    41: "#,##0", 42: '"$"#,##0', 43: "#,##0.00", 44: '"$"#,##0.00', 45: "mm:ss", 47: "mm:ss", 48: "0.00E+00",
}  # fmt: skip
"""Formats that a workbook names by number only; `[date]` is the short day of the user's language."""


def shown(
    value: Decimal | datetime.date | datetime.time | datetime.timedelta, code: str, lang: str
) -> tuple[str, Decimal | None] | None:
    """Write a value as its cell shows it.

    :returns: its text, and for a number the number that the text shows; None, if the format is not known.
    """
    if isinstance(value, Decimal):
        return _number(value, code, lang)
    text = day_formats.shown(value, code, lang)
    return None if text is None else (text, None)


def is_known(code: str) -> bool:
    """Say whether cells of a format are read as they are shown, whatever number or day they hold."""
    if code in GENERAL:
        return True
    first, *others = format_parts.sections(code)
    if any(part.kind in ("unit", "short", "elapsed") for part in format_parts.parts(first)):
        return day_formats.is_known(format_parts.parts(first))
    return all(
        _plan(one) is not None or _words(one) is not None or fraction_formats.is_known(one)
        for one in (first, *others[:2])
    )


def _chosen(value: Decimal, code: str) -> tuple[str, Decimal]:
    """The section for a value, and the value that it is to show: without its minus where a section is for negatives."""
    sections = format_parts.sections(code)
    for section in sections[:2]:
        condition = next((part.text for part in format_parts.parts(section) if part.kind == "condition"), None)
        if condition is not None and _holds(value, condition):
            return section, value
    if any(part.kind == "condition" for part in format_parts.parts(sections[0])):
        return sections[min(1, len(sections) - 1)], value
    if value < 0 and len(sections) > 1:
        return sections[1], -value
    if value == 0 and len(sections) > 2:
        return sections[2], value
    return sections[0], value


def _holds(value: Decimal, condition: str) -> bool:
    match = re.fullmatch(r"([<>=]+)(.+)", condition)
    if match is None:
        return False
    limit = Decimal(match[2])
    return {
        "<": value < limit, "<=": value <= limit, ">": value > limit, ">=": value >= limit,
        "=": value == limit, "<>": value != limit,
    }.get(match[1], False)  # fmt: skip


def _number(value: Decimal, code: str, lang: str) -> tuple[str, Decimal | None] | None:
    below = value < 0
    section, value = _chosen(value, code)
    if (words := _words(section)) is not None:
        plain = format(value, "f").replace(".", language.decimal_sign(lang))
        return "".join(
            plain if part.kind == "general" else part.text for part in words
        ).strip(), -value if below else value
    plan = _plan(section)
    if plan is None:
        text = fraction_formats.shown(abs(value), section, lang)
        exact = -abs(value) if below else value  # not what is shown: an amount is not to lose figures by its format
        return None if text is None else (f"-{text}" if value < 0 else text, exact)
    shift = 2 * plan.percent - 3 * plan.thousands
    rounded = (value.scaleb(shift) if shift else value).quantize(plan.unit, ROUND_HALF_UP)
    whole, _, fraction = format(abs(rounded), "f").partition(".")
    text = _filled(plan, whole.lstrip("0"), fraction, lang)
    exact = rounded.scaleb(-2 * plan.percent) if not plan.thousands else value
    exact = -abs(exact) if below else exact  # a format for negatives shows brackets or a colour instead of the minus
    negative = rounded < 0 and not plan.conditional
    return ("-" if negative else "") + text.strip(), exact


class _Plan(NamedTuple):
    """How a section writes a number."""

    parts: tuple[Part, ...]
    before: tuple[int, ...]
    """Places of digits before the decimal sign: indices of parts."""
    point: int | None
    """The part that is the decimal sign."""
    unit: Decimal
    """Of the last decimal."""
    thousands: int
    """How often the number is divided by a thousand."""
    percent: int
    """How often it is taken times a hundred."""
    grouped: bool
    conditional: bool


def _words(section: str) -> tuple[Part, ...] | None:
    """The parts of a section without places of digits: nothing, words (`"-"` for zero), or the number as it is.

    None: it has places of digits, or is none for numbers.
    """
    parts = tuple(part for part in format_parts.parts(section) if part.kind != "condition")
    known = all(
        part.kind in ("literal", "general") or (part.kind == "other" and not part.text.isalnum()) for part in parts
    )
    return parts if known else None


@lru_cache(maxsize=512)
def _plan(section: str) -> _Plan | None:
    """None: the section is not for numbers, or not known."""
    every = format_parts.parts(section)
    parts = tuple(part for part in every if part.kind != "condition")
    places = [at for at, part in enumerate(parts) if part.kind == "digit"]
    others = {part.text for part in parts if part.kind == "other"}
    if (
        not places
        or any(part.kind in ("unit", "half", "short", "elapsed", "general") for part in parts)
        or others & {"E", "e", "/"}
        or any(map(str.isalpha, others))
    ):
        return None
    point = next((at for at, part in enumerate(parts) if part == ("other", ".") and at > places[0] - 2), None)
    decimals = sum(at > point for at in places) if point is not None else 0
    return _Plan(
        parts=parts,
        before=tuple(at for at in places if point is None or at < point),
        point=point,
        unit=Decimal(1).scaleb(-decimals),
        thousands=_commas_behind(parts, places[-1]),
        percent=sum(part == ("other", "%") for part in parts),
        grouped=any(part == ("other", ",") and places[0] < at < places[-1] for at, part in enumerate(parts)),
        conditional=len(parts) != len(every),
    )


def _commas_behind(parts: Sequence[Part], last: int) -> int:
    count = 0
    while last + 1 + count < len(parts) and parts[last + 1 + count] == ("other", ","):
        count += 1
    return count


def _filled(plan: _Plan, whole: str, fraction: str, lang: str) -> str:
    """Put the digits into their places, from the right; those without one stand in the first place."""
    parts, before, point = plan.parts, plan.before, plan.point
    digits: dict[int, str] = {}
    rest = whole
    least = sum(parts[at].text == "0" for at in before)
    if plan.grouped:
        rest = rest.rjust(least, "0")
        sign = language.group_sign(lang)
        digits = dict.fromkeys(before, "")
        digits[before[0]] = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", sign, rest)
    else:
        for at in reversed(before):
            digit, rest = (rest[-1], rest[:-1]) if rest else ("0" if parts[at].text == "0" else "", "")
            digits[at] = digit
        if before:
            digits[before[0]] = rest + digits[before[0]]
    text, taken = "", 0
    optional = len(fraction.rstrip("0"))
    for at, part in enumerate(parts):
        if part.kind == "digit" and (point is None or at < point):
            text += digits[at]
        elif part.kind == "digit":
            text += fraction[taken] if part.text == "0" or taken < optional else ""
            taken += 1
        elif at == point:
            text += language.decimal_sign(lang) if fraction else ""
        elif part != ("other", ","):
            text += part.text
    return text
