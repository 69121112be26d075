"""Writes numbers and days as the number format of their cell shows them: 4401 with `00000` is 04401.

Signs of decimals and groups, short days and names of months are those of a language, since a spreadsheet program shows
its user's. A format that is not known here (fractions, powers of ten) gives None.

Source: ECMA-376 part 1, 18.8.30 (numFmt, with the formats that have numbers only) and 18.8.31 (their grammar).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

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
_PART = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[\$(?P<sign>[^\]-]*)(?:-[^\]]*)?\]|(?P<short>\[date\])'
    r"|\[(?P<condition>[<>=]+-?[\d.]+)\]|\[[^\]]*\]"
    r"|(?P<digit>[0#?])|(?P<unit>[yY]+|[mM]+|[dD]+|[hH]+|[sS]+)|(?P<half>AM/PM|am/pm|A/P)|(?P<other>.)",
    re.DOTALL,
)
_SECTION = re.compile(r'((?:"[^"]*"|\\.|[^;"\\])*)(?:;|$)')


class _Part(NamedTuple):
    kind: str
    text: str


def shown(
    value: Decimal | datetime.datetime | datetime.date, code: str, lang: str
) -> tuple[str, Decimal | None] | None:
    """Write a value as its cell shows it.

    :returns: its text, and for a number the number that the text shows; None, if the format is not known or shows none.
    """
    if isinstance(value, Decimal):
        return _number(value, code, lang)
    parts = _parts(_sections(code)[0])
    if not any(part.kind in ("unit", "short") for part in parts):
        return None
    moment = value if isinstance(value, datetime.datetime) else datetime.datetime.combine(value, datetime.time())
    return _day(moment, parts, lang), None


@lru_cache(maxsize=256)
def _sections(code: str) -> tuple[str, ...]:
    return tuple(match[1] for match in _SECTION.finditer(code))[: code.count(";") + 1] or ("",)


@lru_cache(maxsize=512)
def _parts(section: str) -> tuple[_Part, ...]:
    parts = []
    for match in _PART.finditer(section):
        kind = match.lastgroup
        if kind is not None and (kind != "sign" or match[kind]):
            parts.append(_Part("literal" if kind in ("quoted", "escaped", "sign") else kind, match[kind]))
    return tuple(parts)


def _chosen(value: Decimal, code: str) -> tuple[str, Decimal]:
    """The section for a value, and the value that it is to show: without its minus where a section is for negatives."""
    sections = _sections(code)
    for section in sections[:2]:
        condition = next((part.text for part in _parts(section) if part.kind == "condition"), None)
        if condition is not None and _holds(value, condition):
            return section, value
    if any(part.kind == "condition" for part in _parts(sections[0])):
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
    plan = _plan(section)
    if plan is None:
        return None
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

    parts: tuple[_Part, ...]
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


@lru_cache(maxsize=512)
def _plan(section: str) -> _Plan | None:
    """None: the section is not for numbers, or not known."""
    every = _parts(section)
    parts = tuple(part for part in every if part.kind != "condition")
    places = [at for at, part in enumerate(parts) if part.kind == "digit"]
    others = {part.text for part in parts if part.kind == "other"}
    if not places or any(part.kind in ("unit", "half", "short") for part in parts) or others & {"E", "e", "/"}:
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


def _commas_behind(parts: Sequence[_Part], last: int) -> int:
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


def _day(moment: datetime.datetime, parts: Sequence[_Part], lang: str) -> str:
    twelve = any(part.kind == "half" for part in parts)
    text, hours = "", False
    units = [part.text.lower() if part.kind == "unit" else "" for part in parts]
    for at, part in enumerate(parts):
        if part.kind == "short":
            text += language.short_figures(moment.date(), lang)
        elif part.kind == "half":
            text += "AM" if moment.hour < 12 else "PM"
        elif part.kind != "unit":
            text += part.text if part.kind != "digit" else ""
        else:
            unit = units[at]
            following = next((later for later in units[at + 1 :] if later), "")
            minutes = unit[0] == "m" and len(unit) < 3 and (hours or following.startswith("s"))
            text += _unit("M" * len(unit) if minutes else unit, moment, twelve, lang)
            hours = unit[0] == "h" if unit[0] in "hymd" and not minutes else False
    return text.strip()


def _unit(unit: str, moment: datetime.datetime, twelve: bool, lang: str) -> str:
    hour = (moment.hour % 12 or 12) if twelve else moment.hour
    number = {"y": moment.year % 100, "m": moment.month, "d": moment.day, "h": hour, "M": moment.minute}.get(
        unit[0], moment.second
    )
    if unit[0] == "y":
        return str(moment.year) if len(unit) > 2 else f"{number:02}"
    if unit[0] in "md" and len(unit) > 2:
        return language.name_in_date(moment.date(), unit[0], len(unit) > 3, lang)
    return f"{number:02}" if len(unit) > 1 else str(number)
