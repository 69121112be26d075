"""Days in other spellings than ISO 8601."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letterpress.schema import dates


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("15.01.2026", ("2026-01-15",)),
        ("15. 1. 2026", ("2026-01-15",)),
        ("5-1-2026", ("2026-01-05",)),
        ("13/4/2026", ("2026-04-13",)),
        ("4/13/2026", ("2026-04-13",)),
        ("3/4/2026", ("2026-04-03", "2026-03-04")),
        ("4/4/2026", ("2026-04-04",)),
        ("2026/1/5", ("2026-01-05",)),
        ("20260105", ("2026-01-05",)),
        ("January 5, 2026", ("2026-01-05",)),
        ("5th Jan. 2026", ("2026-01-05",)),
        ("January 5", ()),
        ("Ju 5, 2026", ()),
        ("5.1.26", ()),
        ("31.02.2026", ()),
        ("2026-1/5", ()),
        ("soon", ()),
    ],
)
def test_readings(text: str, days: tuple[str, ...]) -> None:
    assert dates.readings(text) == days


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 1, 1)))
def test_a_day_in_words_has_one_reading(day: datetime.date) -> None:
    for form in ("%d %B %Y", "%B %d, %Y", "%b %d, %Y", "%d.%m.%Y", "%Y%m%d"):
        assert dates.readings(day.strftime(form)) == (day.isoformat(),)
