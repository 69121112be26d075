"""Reads a letter's date, and days in other spellings than ISO 8601, to offer what may be meant.

Of what is no date, only what can be read is offered: figures with the year in four digits, in the order of year, month
and day or with the year last, and months by their English names. `3/4/2026` has two readings, `13/4/2026` one.

Not here: the forms that dates have in each language (`text.written`).
"""

from __future__ import annotations

import contextlib
import datetime
import re

from letterpress.errors import FieldError
from letterpress.text import written

_MONTHS = "january february march april may june july august september october november december".split()
_YEAR_FIRST = re.compile(r"(\d{4})(?:([-./ ])(\d{1,2})\2(\d{1,2})|(\d{2})(\d{2}))\.?")
_YEAR_LAST = re.compile(r"(\d{1,2})([-./])\s?(\d{1,2})\2\s?(\d{4})\.?")
_DAY_IN_WORDS = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th|\.)? ([A-Za-z]{3,})\.?,?|([A-Za-z]{3,})\.? (\d{1,2})(?:st|nd|rd|th)?,?) (\d{4})"
)


_TODAY = frozenset("today now heute oggi hoy aujourd'hui aujourd’hui vandaag dziś dzisiaj 今日 本日 اليوم".split())


_INSIDE = re.compile(r"\d.*\d")
"""A day behind words: `München, den 25.11.2026`."""


def read(text: str, lang: str) -> datetime.date:
    """Read a letter's date in any form that means one day: `25.11.2026`, `November 25, 2026`, `25/11/2026`.

    :raises FieldError: it is no date, no such day exists, or it may mean two.
    """
    try:
        return written.certain_date(text, (lang,))
    except FieldError as error:
        if error.code == "date-unreadable":
            error.instead = readings(text)
            error.hint = f"write YYYY-MM-DD: {' or '.join(error.instead)}" if error.instead else "write YYYY-MM-DD"
            inside = _INSIDE.search(text)
            if inside is not None and inside[0] != text:
                with contextlib.suppress(FieldError):
                    error.instead = (str(written.certain_date(inside[0], (lang,))),)
                    error.hint = f"write the day alone: {error.instead[0]}"
            if text.strip().casefold() in _TODAY:
                error.hint = "write YYYY-MM-DD, or leave it out and give --date today to the command"
        raise


def readings(text: str) -> tuple[str, ...]:
    """The days (YYYY-MM-DD) that a text may mean, without those that do not exist.

    >>> readings("13/4/2026")
    ('2026-04-13',)
    """
    text = " ".join(text.split())
    parts: list[tuple[int, int, int]] = []
    if match := _YEAR_FIRST.fullmatch(text):
        parts = [(int(match[1]), int(match[3] or match[5]), int(match[4] or match[6]))]
    elif match := _YEAR_LAST.fullmatch(text):
        year, first, second = int(match[4]), int(match[1]), int(match[3])
        # Points and hyphens stand behind the day; behind a stroke it may be the month, as in American letters.
        parts = [(year, second, first)] + ([(year, first, second)] if match[2] == "/" else [])
    elif match := _DAY_IN_WORDS.fullmatch(text):
        word = (match[2] or match[3]).lower()
        months = [number for number, name in enumerate(_MONTHS, start=1) if name.startswith(word)]
        parts = [(int(match[5]), month, int(match[1] or match[4])) for month in months if len(months) == 1]
    return tuple(dict.fromkeys(day for part in parts if (day := _iso(*part)) is not None))


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return None
