"""Writes days, times of day and durations as the number format of their cell shows them.

Names of months are those of the language that the format names, or else of the list. Eras are Japan's, and the Buddhist
years of Thailand are counted as its calendar does.

Source: ECMA-376 part 1, 18.8.31, and "Number Format Codes" of Excel for `e`, `g`, `b` and `aaa`; the first days of the
eras are those of the decrees.
"""

from __future__ import annotations

import datetime
import locale
import re
from collections.abc import Sequence

from letterpress.recipients.format_parts import Part, parts, sections
from letterpress.text import language

_ERAS = (
    (datetime.date(2019, 5, 1), "令和"),
    (datetime.date(1989, 1, 8), "平成"),
    (datetime.date(1926, 12, 25), "昭和"),
    (datetime.date(1912, 7, 30), "大正"),
    (datetime.date(1868, 1, 25), "明治"),
)
_LATIN = {"令和": "R", "平成": "H", "昭和": "S", "大正": "T", "明治": "M"}
_BUDDHIST = 543
"""Years by which Thailand's calendar is ahead."""
_LCID = re.compile(r"\[\$[^\]-]*-(?:[0-9A-Fa-f]*?)([0-9A-Fa-f]{1,4})\]")
_ZERO = datetime.datetime(1899, 12, 31)
"""The day of a time alone, and the moment that durations are counted from."""


def shown(value: datetime.date | datetime.time | datetime.timedelta, code: str, lang: str) -> str | None:
    """Write a day, a time or a duration; None, if the format is none of those or not known."""
    section = sections(code)[0]
    found = parts(section)
    if not is_known(found):
        return None
    language_of = _language(section) or lang
    if isinstance(value, datetime.timedelta):
        return _written(_ZERO + value, value, found, language_of) if value >= datetime.timedelta() else None
    if isinstance(value, datetime.time):
        moment = datetime.datetime.combine(_ZERO, value)
    elif isinstance(value, datetime.datetime):
        moment = value
    else:
        moment = datetime.datetime.combine(value, datetime.time())
    return _written(moment, moment - _ZERO, found, language_of)


def is_known(found: Sequence[Part]) -> bool:
    """Say whether the parts of a section are those of a day or a time, and all of them are known."""
    days = any(part.kind in ("unit", "short", "elapsed") for part in found)
    return days and not any(part.kind == "general" or (part.kind == "other" and part.text.isalpha()) for part in found)


def _language(section: str) -> str | None:
    """The language that a format names: `[$-40C]` is French."""
    match = _LCID.search(section)
    name = locale.windows_locale.get(int(match[1], 16)) if match else None
    return name.replace("_", "-") if name else None


def _written(moment: datetime.datetime, since: datetime.timedelta, found: Sequence[Part], lang: str) -> str:
    twelve = any(part.kind == "half" for part in found)
    text, hours, decimals = "", False, f"{moment.microsecond:06}"
    units = [part.text.lower() if part.kind in ("unit", "elapsed") else "" for part in found]
    for at, part in enumerate(found):
        if part.kind == "short":
            text += language.short_figures(moment.date(), lang)
        elif part.kind == "half":
            text += ("AM" if moment.hour < 12 else "PM")[: 1 if len(part.text) == 3 else 2]
        elif part.kind == "digit":  # of a second
            text, decimals = text + decimals[:1], decimals[1:]
        elif part.kind == "elapsed":
            total = int(since.total_seconds()) // {"h": 3600, "m": 60, "s": 1}[units[at][0]]
            text, hours = text + str(total).rjust(len(units[at]), "0"), units[at][0] == "h"
        elif part.kind != "unit":
            text += part.text
        else:
            unit = units[at]
            following = next((later for later in units[at + 1 :] if later), "")
            minutes = unit[0] == "m" and len(unit) < 3 and (hours or following.startswith("s"))
            text += _unit("M" * len(unit) if minutes else unit, moment, twelve, lang)
            hours = unit[0] == "h" if unit[0] in "hymd" and not minutes else False
    return text.strip()


def _unit(unit: str, moment: datetime.datetime, twelve: bool, lang: str) -> str:
    day = moment.date()
    hour = (moment.hour % 12 or 12) if twelve else moment.hour
    kind = unit[0]
    if kind in "md" and len(unit) > 2:
        name = language.name_in_date(day, kind, len(unit) > 3, lang)
        return name[:1] if kind == "m" and len(unit) == 5 else name
    if kind == "a":
        name = language.name_in_date(day, "d", True, "ja")
        return name if len(unit) > 3 else name[:1]
    if kind in "ge":
        first, era = next((one for one in _ERAS if one[0] <= day), (None, ""))
        if kind == "g":
            return {1: _LATIN.get(era, ""), 2: era[:1]}.get(len(unit), era)
        years = day.year - first.year + 1 if first else day.year
        return f"{years:02}" if len(unit) > 1 else str(years)
    if kind in "yb":
        year = day.year + (_BUDDHIST if kind == "b" else 0)
        return str(year) if len(unit) > 2 else f"{year % 100:02}"
    number = {"m": moment.month, "d": moment.day, "h": hour, "M": moment.minute}.get(kind, moment.second)
    return f"{number:02}" if len(unit) > 1 else str(number)
