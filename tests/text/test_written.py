"""What a language writes is read again; whatever the text, it is read or refused in words."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letterpress import data
from letterpress.errors import FieldError
from letterpress.filling import amounts
from letterpress.text import language, written

LANGUAGES = sorted(
    {*data.table("labels"), "en-GB", "de-AT", "fr-CH", "pt-BR", "sv", "cs", "hu", "fi", "tr", "ru", "ko"}
)
DAYS = [datetime.date(2026, month, day) for month, day in [(1, 1), (2, 28), (3, 3), (5, 1), (8, 15), (9, 9), (12, 31)]]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_a_language_writes_is_read_again(lang: str) -> None:
    for day in DAYS:
        assert written.date(language.date_text(day, lang), lang) == day
        assert written.date(language.short_figures(day, lang), lang) == day
    for number in map(Decimal, ("0", "7", "-1234567.25", "0.125", "999", "12345.5")):
        assert written.number(language.value_text(number, lang), lang) == number
    for answer in (True, False):
        assert written.boolean(language.value_text(answer, lang), lang) is answer
    for currency in ("EUR", "USD", "GBP", "CHF", "JPY"):
        text = language.value_text(Decimal(1234), lang, currency)
        assert written.number(amounts.bare(text, currency, lang), lang) == 1234


@given(st.text(alphabet="0123456789.,'-/ ()年月 €AprilMai:TZ٣\u202f", max_size=16))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    for number in written.numbers(text).values():
        assert number.is_finite()
    assert _refused(lambda: written.dates(text, ("de",))) in (
        None,
        "date-unreadable",
        "date-nonexistent",
        "date-century",
    )
    assert _refused(lambda: amounts.bare(text, "EUR", "de")) in (None, "currency-wrong", "number-unreadable")


def _refused(read: Callable[[], object]) -> str | None:
    """The code of the fault; None: it was read."""
    try:
        assert read() is not None
    except FieldError as error:
        return error.code
    return None
