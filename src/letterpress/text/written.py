"""Reads numbers, dates, yes and no as people and programs write them, with every reading that a text may have.

`03/04/2026` is a day in April or in March, `1.234` a thousand and more or a little over one: both readings are given,
and whoever knows the letter or the whole column says which is meant. Nothing here depends on the clock.

Not here: how a language writes values (`language`); what all values of a column say (`recipients.writing`).
Sources: CLDR, through Babel, for months, orders and signs; ISO 8601; what spreadsheet programs export.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from letterpress import data
from letterpress.errors import FieldError
from letterpress.text import language

ORDERS = ("dmy", "mdy", "ymd")
"""Orders of day, month and year."""
SIGNS = (".", ",")
"""What may stand before a number's decimals."""

# --- numbers ----------------------------------------------------------------------------------------------------------

_SIGNED = re.compile(r"\((.+)\)|([+-]?)\s?(.+)", re.DOTALL)  # (5.00) is what books write for -5.00
_BEHIND = re.compile(r"(\d(?:.*\d)?[.,]\d+)\s?-", re.DOTALL)  # as does SAP with 5.00-
_SPACED = re.compile(r"(\d{1,3}(?:(?:\s\d{3})+|(?:['’]\d{3})+))(?:([.,])(\d+))?")
_POINTED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_COMMAED = re.compile(r"\d{1,3}(?:(?:,\d{3})+|(?:,\d{2})+,\d{3})(?:\.\d+)?")  # in India 12,34,567
_SINGLE = re.compile(r"(\d*)([.,])(\d+)")
_TRANSLATED = str.maketrans({"\u2212": "-", "\u2013": "-", "٫": ".", "٬": "'", **dict.fromkeys("\u200e\u200f\u061c")})


def numbers(text: str) -> dict[str, Decimal]:
    """Find what a number may be: decimal sign -> number; both signs where it is the same whichever is meant.

    >>> numbers("1.234")
    {'.': Decimal('1.234'), ',': Decimal('1234')}
    """
    text = text.strip().translate(_TRANSLATED)
    signed = _SIGNED.fullmatch(_BEHIND.sub(r"-\1", text) if _BEHIND.fullmatch(text) else text)
    if signed is None:
        return {}
    negative, core = signed[2] == "-" or signed[1] is not None, (signed[1] or signed[3]).strip()
    return {sign: -number if negative else number for sign, number in _unsigned(core).items()}


def _unsigned(core: str) -> dict[str, Decimal]:
    if core.isdecimal():
        return dict.fromkeys(SIGNS, Decimal(core))
    if spaced := _SPACED.fullmatch(core):
        whole = re.sub(r"\D", "", spaced[1])
        return _decimal(whole, spaced[3], spaced[2]) if spaced[2] else dict.fromkeys(SIGNS, Decimal(whole))
    found: dict[str, Decimal] = {}
    if single := _SINGLE.fullmatch(core):
        found = _decimal(single[1] or "0", single[3], single[2])
        if re.fullmatch(r"0\d*|", single[1]):  # no group of digits begins with 0
            return found
    if _POINTED.fullmatch(core):
        found |= _decimal(*core.replace(".", "").partition(",")[::2], ",")
    if _COMMAED.fullmatch(core):
        found |= _decimal(*core.replace(",", "").partition(".")[::2], ".")
    return found


def _decimal(whole: str, decimals: str, sign: str) -> dict[str, Decimal]:
    return {sign: Decimal(f"{whole}.{decimals}" if decimals else whole)}


def number(text: str, lang: str) -> Decimal:
    """Read a number as the language writes it ("1.234,50" in German), else as a program does ("1234.50").

    :raises FieldError: the text is neither, or could be two numbers and the language writes neither so.
    """
    found = numbers(text)
    own = language.decimal_sign(lang)
    if len(set(found.values())) > 1:
        written = next(char for char in text if char in SIGNS)
        if written != own and written != language.group_sign(lang):
            raise ambiguous_number(text.strip(), found)
    for sign in (own, "."):
        if sign in found:
            return found[sign]
    raise FieldError(f"'{text.strip()}' is not a number", code="number-unreadable", value=text.strip())


def ambiguous_number(text: str, found: dict[str, Decimal]) -> FieldError:
    """Make the fault of a number that has two readings."""
    one, other = (str(found[sign]) for sign in SIGNS)
    hint = 'say which sign stands before decimals: data: {decimal: "."} or {decimal: ","} in the letter, or --data-lang'
    params = (("readings", (one, other)),)
    return FieldError(f"'{text}' is {one} or {other}", hint, code="number-ambiguous", value=text, params=params)


# --- dates ------------------------------------------------------------------------------------------------------------

_TIME = re.compile(
    r"[T ]\s*\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s?[AaPp]\.?[Mm]\.?)?\s?(?:Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$"
)
_UTC = r"\s?(?:Z|UTC|GMT|\+00(?::?00)?)$"
_EAST = re.compile(rf"[T ](?:(?:1[3-9]|2[01]):[03]0(?::00(?:\.0+)?)?|2[23]:\d\d(?::\d\d(?:\.\d+)?)?){_UTC}")
"""A full hour of the afternoon or evening in UTC: midnight, as a rule, of the next day in the zone of who wrote it.
From 22:00 on it is the next day in half of Europe, whatever the minute."""
_WEST = re.compile(rf"[T ]0[0-4]:(?![03]0(?::00(?:\.0+)?)?{_UTC})\d\d(?::\d\d(?:\.\d+)?)?{_UTC}")
"""The early hours in UTC: the evening of the day before in America. A full hour is midnight of the day itself there."""
_DIRECTION = re.compile("[\u200e\u200f\u061c]")
"""Marks in dates of languages that are written from right to left."""
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_YEAR_FIRST = re.compile(r"(\d{4})(?:([-./ ])\s?(\d{1,2})\2\s?(\d{1,2})\.?|[年년]\s?(\d{1,2})[月월]\s?(\d{1,2})[日일])")
_FIGURES = re.compile(r"(\d{1,2})([-./ ])\s?(\d{1,2})\2\s?(\d{4}|\d{2})\.?")
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
"""As SAP and databases write days (ISO 8601, basic format)."""
_WEEKDAY = re.compile(r"([^\W\d_][\w-]*)\.?,?\s*(?=\d|[^\W\d_]+\.?\s+\d)")
_DAY = r"(?P<d>\d{1,2})(?:st|nd|rd|th|er|[.º])?"
_YEAR = r"(?P<y>\d{4}|\d{2})"
_IN_WORDS = (
    re.compile(rf"{_DAY}[\s/.-]*(?:de |of )?(?P<m>[^\W\d_]{{3,}})\.?[\s/.,-]*(?:de |del )?{_YEAR}(?:\.|\s?[грr]\.)?"),
    re.compile(rf"(?P<m>[^\W\d_]{{3,}})\.?[\s-]*{_DAY},?[\s-]+{_YEAR}"),
    re.compile(rf"(?P<y>\d{{4}})\.?\s(?P<m>[^\W\d_]{{3,}})\.?\s{_DAY}"),  # in Hungarian
)
_OTHER_MONTHS = {"mrz": 3, "sept": 9}
"""Abbreviations of spreadsheet programs that CLDR does not have."""
_ORDERS_OF = {".": ("dmy",), "/": ("dmy", "mdy"), "-": ("dmy", "mdy"), " ": ("dmy", "mdy")}
"""By what stands between the figures; points are written in this order only, but for the year first."""
_LATE, _EARLY = 29, 69
"""A year of two figures up to the first is of this century, from the second on of the last one.

So have it Excel (up to 29) and POSIX (up to 68) alike; between the two nobody knows."""


def without_direction(text: str) -> str:
    """Take out the marks that languages written from right to left put between figures."""
    return _DIRECTION.sub("", text)


def dates(text: str, langs: Iterable[str]) -> dict[str, datetime.date]:
    """Find which days a text may mean: order of its figures -> day; every order where it is the same for all.

    :param langs: whose names of months are meant first, and whose order may put a year of two figures first.
    :raises FieldError: it is no date, no such day exists, or its century is not known.
    """
    text = text.strip().replace("\u00a0", " ")
    langs = tuple(langs)
    bare = _TIME.sub("", without_direction(text))
    weekday, bare = _without_weekday(bare, langs)
    if figures := _FIGURES.fullmatch(bare):
        first, sign, second, third = figures.groups()
        orders = _ORDERS_OF[sign]
        if len(third) == 2 and any(language.date_order(lang) == "ymd" for lang in langs):
            orders = (*orders, "ymd")
        parts = {order: dict(zip(order, (first, second, third), strict=True)) for order in orders}
        days = {order: (_year(part["y"]), int(part["m"]), int(part["d"])) for order, part in parts.items()}
    else:
        certain = _certain(bare, langs)
        if certain is None:
            raise FieldError(f"'{text}' is not a date", "write YYYY-MM-DD", code="date-unreadable", value=text)
        days = dict.fromkeys(ORDERS, certain)
    found = _of_weekday(text, _existing(text, days), weekday)
    if _EAST.search(text):
        raise _of_another_zone(text, next(iter(found.values())), 1)
    if _WEST.search(text):
        raise _of_another_zone(text, next(iter(found.values())), -1)
    return found


def _of_another_zone(text: str, day: datetime.date, days: int) -> FieldError:
    readings = (str(day), str(day + datetime.timedelta(days=days)))
    message = f"'{text}' is {readings[0]}, or {readings[1]} farther {'east' if days > 0 else 'west'}"
    hint = "write the day alone, or export the list with days instead of moments"
    params = (("readings", readings),)
    return FieldError(message, hint, code="date-ambiguous", value=text, params=params, instead=readings)


def _without_weekday(text: str, langs: tuple[str, ...]) -> tuple[int | None, str]:
    """Take the name of a day of the week off a date; any other word (`until`) stays and makes it none."""
    named = _WEEKDAY.match(text)
    weekday = _named(named[1], langs, _weekdays) if named else None
    return (None, text) if named is None or weekday is None else (weekday, text[named.end() :])


def _of_weekday(text: str, found: dict[str, datetime.date], weekday: int | None) -> dict[str, datetime.date]:
    """Keep the readings that are of the day of the week that is named."""
    fitting = {order: day for order, day in found.items() if weekday is None or day.weekday() == weekday}
    if not fitting:
        readings = tuple(dict.fromkeys(str(day) for day in found.values()))
        message = f"'{text}': {_or(readings)} is another day of the week"
        params = (("readings", readings),)
        raise FieldError(message, "mend the one or the other", code="date-weekday", value=text, params=params)
    return fitting


def _certain(bare: str, langs: tuple[str, ...]) -> tuple[int | None, int, int] | None:
    """Year, month and day of a text that has one order: with the year in front, or the month in words."""
    if first := _YEAR_FIRST.fullmatch(bare):
        return int(first[1]), int(first[3] or first[5]), int(first[4] or first[6])
    if compact := _COMPACT.fullmatch(bare):
        return int(compact[1]), int(compact[2]), int(compact[3])
    for pattern in _IN_WORDS:
        if (worded := pattern.fullmatch(bare)) and (month := _named(worded["m"], langs, _months)):
            return _year(worded["y"]), month, int(worded["d"])
    return None


def _existing(text: str, days: dict[str, tuple[int | None, int, int]]) -> dict[str, datetime.date]:
    found = {}
    for order, (year, month, day) in days.items():
        try:
            if datetime.date(2000 if year is None else year, month, day) and year is not None:
                found[order] = datetime.date(year, month, day)
        except ValueError:
            continue
        if year is None:
            message, hint = f"'{text}' does not say the century", "write the year with four figures"
            raise FieldError(message, hint, code="date-century", value=text)
    if not found:
        message = f"'{text}' is a day that does not exist"
        raise FieldError(message, "write YYYY-MM-DD", code="date-nonexistent", value=text)
    return found


def _year(figures: str) -> int | None:
    """Give the year; None where its century is not known."""
    year = int(figures)
    if len(figures) == 4:
        return year
    return 2000 + year if year <= _LATE else 1900 + year if year >= _EARLY else None


def _named(word: str, langs: tuple[str, ...], names: Callable[[str], dict[str, int]]) -> int | None:
    """Find the number of a name: in these languages and English, else in any that has labels; None for two or none."""
    word = word.casefold()
    for tags in ((*langs, "en"), tuple(tag for tag in data.table("labels") if "-" not in tag)):
        numbers = {number for tag in tags if (number := names(tag).get(word)) is not None}
        if numbers:
            return numbers.pop() if len(numbers) == 1 else None
    return None


@lru_cache(maxsize=64)
def _months(lang: str) -> dict[str, int]:
    names = {name.casefold().rstrip("."): number for name, number in language.month_names(lang)}
    return names | {name: number for name, number in _OTHER_MONTHS.items() if name not in names}


@lru_cache(maxsize=64)
def _weekdays(lang: str) -> dict[str, int]:
    return {name.casefold().rstrip("."): number for name, number in language.weekday_names(lang)}


def date(text: str, lang: str) -> datetime.date:
    """Read a date; figures whose order could be two are in the language's.

    :raises FieldError: the text is none, or no such day exists in that order.
    """
    if iso := _ISO.fullmatch(text.strip()):
        try:
            return datetime.date(int(iso[1]), int(iso[2]), int(iso[3]))
        except ValueError:
            pass  # the same as any day that there is not
    found = dates(text, (lang,))
    if len(set(found.values())) == 1:
        return next(iter(found.values()))
    order = language.date_order(lang)
    return found[order] if order in found else found["dmy"]


def certain_date(text: str, langs: Iterable[str]) -> datetime.date:
    """Read a date that must mean one day, whatever order its figures are in.

    :raises FieldError: the text is no date, no such day exists, or it may mean two.
    """
    if iso := _ISO.fullmatch(text.strip()):
        try:
            return datetime.date(int(iso[1]), int(iso[2]), int(iso[3]))
        except ValueError:
            pass  # the same as any day that there is not
    found = dates(text, langs)
    days = tuple(dict.fromkeys(found.values()))
    if len(days) == 1:
        return days[0]
    instead = tuple(map(str, days))
    hint, params = f"write YYYY-MM-DD: {_or(instead)}", (("readings", instead),)
    about: dict[str, Any] = {"code": "date-ambiguous", "value": text, "params": params, "instead": instead}
    raise FieldError(f"'{text}' is {_readings(found)}", hint, **about)


def _readings(found: dict[str, datetime.date]) -> str:
    return _or(f"{day} ({_SPELT[order]})" for order, day in found.items())


def ambiguous_date(text: str, found: dict[str, datetime.date]) -> FieldError:
    """Make the fault of a date that has two readings."""
    readings = {order: day.isoformat() for order, day in found.items()}
    hint = f"say how the list writes dates: {_or(f'data: {{dates: {order}}}' for order in readings)} in the letter, or "
    params = (("readings", tuple(dict.fromkeys(readings.values()))),)
    return FieldError(
        f"'{text}' is {_readings(found)}",
        hint + "--data-lang",
        code="date-ambiguous",
        value=text,
        params=params,
        instead=tuple(dict.fromkeys(readings.values())),
    )


_SPELT = {"dmy": "day/month/year", "mdy": "month/day/year", "ymd": "year/month/day"}


def spelt(order: str) -> str:
    """Write an order of day, month and year in words."""
    return _SPELT[order]


def _or(words: Iterable[str]) -> str:
    return " or ".join(words)


# --- yes and no -------------------------------------------------------------------------------------------------------

# What spreadsheet programs write for TRUE and FALSE in the languages that have labels, and the letters and marks that
# people put into such a column. No word of one language means the opposite in another of them.
_YES = "true yes y 1 x j t on ✓ ✔ ☑ ☒ wahr vrai vero verdadero waar prawda si".split()
_LETTERS = {"o": ("fr",), "s": ("es", "it", "pt")}
"""First letters that mean yes in lists of these languages only: beside an x, an o is a no."""
_NO = "false no n 0 f off ☐ falsch faux falso onwaar fałsz".split()


@lru_cache(maxsize=64)
def _answers(lang: str) -> dict[str, bool]:
    words = dict.fromkeys(_YES, True) | dict.fromkeys(_NO, False) | {"": False}
    for tag in (*(tag for tag in data.table("labels") if "-" not in tag), lang):
        labels = language.labels(tag)
        words |= {labels["yes"].casefold(): True, labels["no"].casefold(): False}
    return words | {letter: True for letter, langs in _LETTERS.items() if lang.split("-")[0] in langs}


def boolean(text: str, lang: str) -> bool:
    """Read yes or no, in figures, marks, or in the words or first letters of any language that has labels.

    :raises FieldError: the text is neither.
    """
    answer = _answers(lang).get(text.strip().casefold())
    if answer is None:
        hint = f"write {language.labels(lang)['yes']} or {language.labels(lang)['no']}, x or nothing, 1 or 0"
        raise FieldError(f"'{text}' is neither yes nor no", hint, code="boolean-unreadable", value=text)
    return answer
