"""Values as they are written become values with a type."""

from __future__ import annotations

import datetime
import pickle
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letterpress.errors import FieldError
from letterpress.filling import field_values
from letterpress.model import FIELD_TYPES, FieldSpec, Writing
from letterpress.templating.money import Money
from letterpress.text import language
from letterpress.text.quantities import Shown


def spec(kind: str, **more: Any) -> FieldSpec:
    more.setdefault("currency", "EUR" if kind == "money" else None)
    return FieldSpec(type=kind, choices=("a", "b") if kind == "choice" else (), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "text", "lang", "expected"),
    [
        ("text", " as  it is ", "en-US", " as  it is "),
        ("text", datetime.date(2026, 1, 5), "en-US", "2026-01-05"),
        ("text", True, "en-US", "true"),
        ("integer", "1,234", "en-US", 1234),
        ("integer", "1.234", "de-DE", 1234),
        ("integer", "-7", "en-US", -7),
        ("integer", "\u22127", "en-US", -7),
        ("decimal", "1234.50", "de-DE", Decimal("1234.50")),
        ("decimal", "1.234,50", "de-DE", Decimal("1234.50")),
        ("decimal", "1,234.50", "en-US", Decimal("1234.50")),
        ("decimal", Decimal("1.10"), "en-US", Decimal("1.10")),
        ("decimal", 7, "en-US", Decimal(7)),
        ("money", "€ 12.50", "en-US", Money(Decimal("12.50"), "EUR")),
        ("money", "12,50 EUR", "de-DE", Money(Decimal("12.50"), "EUR")),
        ("date", "2026-01-05", "de-DE", datetime.date(2026, 1, 5)),
        ("date", "5.1.2026", "de-DE", datetime.date(2026, 1, 5)),
        ("date", "1/5/2026", "en-US", datetime.date(2026, 1, 5)),
        ("date", "5/1/2026", "en-GB", datetime.date(2026, 1, 5)),
        ("boolean", "yes", "en-US", True),
        ("boolean", "Nein", "de-DE", False),
        ("boolean", "true", "fr-FR", True),
        ("boolean", False, "en-US", False),
        ("choice", "b", "en-US", "b"),
        ("list", "a; b;; c ", "en-US", ("a", "b", "c")),
        ("list", ["a", {"b": 1}], "en-US", ("a", {"b": 1})),
    ],
)
def test_read(kind: str, text: Any, lang: str, expected: Any) -> None:
    found = field_values.read(text, spec(kind), lang)
    assert found == expected
    assert isinstance(found, type(expected))


@pytest.mark.parametrize(
    ("kind", "text", "message", "hint"),
    [
        ("integer", "1.5", "'1.5' is not a whole number", None),
        ("integer", "abc", "'abc' is not a number", None),
        ("decimal", "1,2,3.4.5", "'1,2,3.4.5' is not a number", None),
        ("decimal", "1e999999", "'1e999999' is not a number", None),
        ("decimal", "NaN", "'NaN' is not a number", None),
        ("decimal", "Infinity", "'Infinity' is not a number", None),
        ("decimal", "9" * 30, f"'{'9' * 30}' is too large a number", None),
        ("decimal", True, "'true' is not a number", None),
        ("date", "2026-02-30", "'2026-02-30' is a day that does not exist", "write YYYY-MM-DD"),
        ("date", "30/2/26", "'30/2/26' is a day that does not exist", "write YYYY-MM-DD"),
        ("boolean", "perhaps", "'perhaps' is neither yes nor no", "write yes or no, x or nothing, 1 or 0"),
        ("choice", "c", "'c' is not one of its choices", "known: a, b"),
        ("list", 7, "is not a list", "separate its items with semicolons"),
        ("choice", "Smith; Jones", "'Smith; Jones' is not one of its choices", "known: a, b"),
    ],
)
def test_refused(kind: str, text: Any, message: str, hint: str | None) -> None:
    with pytest.raises(FieldError) as caught:
        field_values.read(text, spec(kind), "en-US")
    assert (caught.value.message, caught.value.hint) == (message, hint)


LISTED = Writing()
DMY, MDY, COMMA = Writing(dates="dmy"), Writing(dates="mdy"), Writing(decimal=",")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("€ 1.234,50", "1234.50"),
        ("EUR 12,50", "12.50"),
        ("12.50 eur", "12.50"),
        ("Euro 5", "5"),
        ("-5,00 €", "-5.00"),
        ("€ -5,00", "-5.00"),
        ("(€ 5,00)", "-5.00"),
        ("50,-", "50"),
        ("50.-- €", "50"),
        ("1 234 567,5 €", "1234567.5"),
        ("12,34,567.50", "1234567.50"),
        ("5 USD", "currency-wrong"),
        ("£5", "currency-wrong"),
        ("5 $", "currency-wrong"),
        ("CHF 5", "currency-wrong"),
        ("5 € 6 $", "number-unreadable"),
        ("5 EUR $", "currency-wrong"),
        ("5 apples", "number-unreadable"),
        ("1.234", "number-ambiguous"),
        ("1.2E+18", "number-unreadable"),
        ("12,00-", "-12.00"),  # SAP
        ("1.234,50- EUR", "-1234.50"),
        ("€ (12,00)", "-12.00"),
        ("12-", "number-ambiguous"),  # -12, or 12 without cents
        ("-12,00-", "number-unreadable"),
        ("(12,00", "number-unreadable"),
        ("12,00)", "number-unreadable"),
        ("12:-", "12"),
        ("12/-", "12"),
        ("12 EURO", "12"),
        ("12 Mio. €", "number-unreadable"),
        ("12,00 EUR brutto", "number-unreadable"),
    ],
)
def test_amounts_as_lists_have_them(text: str, expected: str) -> None:
    assert _outcome(text, spec("money"), LISTED) == expected


@pytest.mark.parametrize(
    ("text", "found", "other"), [("5 $", "$", "USD"), ("5 kr", "kr", "SEK"), ("5 GBP", "GBP", "GBP")]
)
def test_an_amount_in_another_currency_says_which_it_likely_is(text: str, found: str, other: str) -> None:
    with pytest.raises(FieldError) as caught:
        field_values.read(text, spec("money"), "en-US", LISTED)
    assert caught.value.code == "currency-wrong"
    assert dict(caught.value.params) == {"currency": "EUR", "found": found, "other": other}


def _outcome(text: str, field: FieldSpec, writing: Writing) -> str | None:
    """What is read, in letters; or the fault's code."""
    try:
        read = field_values.read(text, field, "en-US", writing)
    except FieldError as error:
        return error.code
    return str(getattr(read, "amount", read))


def test_a_sign_of_several_currencies_fits_each_of_them() -> None:
    for currency, text in [
        ("CAD", "$5"),
        ("USD", "US$ 5"),
        ("USD", "US $5"),
        ("JPY", "¥5"),
        ("CHF", "Fr. 5.00"),
        ("SEK", "5 kr"),
    ]:
        assert field_values.read(text, spec("money", currency=currency), "en-US").currency == currency
    with pytest.raises(FieldError, match="in 'US\\$'"):
        field_values.read("US$ 5", spec("money", currency="CAD"), "en-US")


def test_what_programs_write_for_no_day_is_named() -> None:
    for text in ("30.12.1899", "0001-01-01", "31.12.9999"):
        doubt = field_values.doubt(field_values.read(text, spec("date"), "de-DE", LISTED))
        assert doubt is not None
        assert doubt.code == "date-empty"
    assert field_values.doubt(field_values.read("1899-12-29", spec("date"), "de-DE")) is None


def test_a_minus_behind_a_number_is_one() -> None:
    assert [_outcome(text, spec("decimal"), Writing(decimal=",")) for text in ("1.234,50-", "5,0 -", "5-")] == [
        "-1234.50",
        "-5.0",
        "number-unreadable",
    ]


def test_an_amount_that_is_printed_rounded_is_named() -> None:
    assert field_values.doubt(Money(Decimal("1.50"), "EUR")) is None
    assert field_values.doubt(Money(Decimal("1.500"), "EUR")) is None
    rounded = field_values.doubt(Money(Decimal("1.255"), "EUR"))
    assert rounded is not None
    assert rounded.params == (("printed", "1.26"),)
    nothing = field_values.doubt(Money(Decimal("-0.001"), "EUR"))
    assert nothing is not None
    assert nothing.params == (("printed", "0.00"),)
    assert field_values.doubt(Money(Decimal("1.5"), "JPY")) is not None


@pytest.mark.parametrize(
    ("text", "writing", "expected"),
    [
        ("03.04.26", LISTED, "2026-04-03"),
        ("3 April 2026", LISTED, "2026-04-03"),
        ("3. April 2026", LISTED, "2026-04-03"),
        ("1er avril 2026", LISTED, "2026-04-01"),
        ("3 de abril de 2026", LISTED, "2026-04-03"),
        ("3-Apr-26", LISTED, "2026-04-03"),
        ("03-Mrz-26", LISTED, "2026-03-03"),
        ("April 3rd, 2026", LISTED, "2026-04-03"),
        ("Fri, 3 Apr 2026", LISTED, "2026-04-03"),
        ("vendredi 3 avril 2026", LISTED, "2026-04-03"),
        ("Friday, April 3, 2026", LISTED, "2026-04-03"),
        ("2026-04-03 00:00:00", LISTED, "2026-04-03"),
        ("2026-04-03T23:30:00.5+02:00", LISTED, "2026-04-03"),
        ("4/13/2026 12:00:00 AM", LISTED, "2026-04-13"),
        ("2026年4月3日", LISTED, "2026-04-03"),
        ("4/4/26", LISTED, "2026-04-04"),
        ("4/3/26", MDY, "2026-04-03"),
        ("4/3/26", DMY, "2026-03-04"),
        ("03.04.2026", MDY, "date-unreadable"),
        ("4/3/26", LISTED, "date-ambiguous"),
        ("13/4/26", MDY, "date-unreadable"),
        ("03.04.58", LISTED, "date-century"),
        ("03.04.70", LISTED, "1970-04-03"),
        ("31.02.26", LISTED, "date-nonexistent"),
        ("3 Foo 2026", LISTED, "date-unreadable"),
        ("20260403", LISTED, "2026-04-03"),
        ("20261301", LISTED, "date-nonexistent"),
        ("Fr. 03.04.2026", LISTED, "2026-04-03"),
        ("Fri 4/3/2026", LISTED, "2026-04-03"),  # the other reading is a Wednesday
        ("Monday, 3 April 2026", LISTED, "date-weekday"),
        ("bis 3. April 2026", LISTED, "date-unreadable"),
        ("ca. 3 April 2026", LISTED, "date-unreadable"),
        ("until April 3, 2026", LISTED, "date-unreadable"),
        ("2026-04-02T22:00:00.000Z", LISTED, "date-ambiguous"),  # midnight in Berlin
        ("2026-04-02 18:30:00+00:00", LISTED, "date-ambiguous"),  # midnight in Delhi
        ("2026-04-02T04:00:00Z", LISTED, "2026-04-02"),  # midnight in New York
        ("2026-04-02T23:10:05.5Z", LISTED, "date-ambiguous"),  # an order at ten past one, in Berlin
        ("2026-04-02 22:01 UTC", LISTED, "date-ambiguous"),
        ("2026-04-02T03:10:00+00:00", LISTED, "date-ambiguous"),  # the evening before, in New York
        ("2026-04-02T12:10:00Z", LISTED, "2026-04-02"),
        ("2026-04-02T21:10:00Z", LISTED, "2026-04-02"),
        ("2026-04-02T23:10:00+02:00", LISTED, "2026-04-02"),  # by the clock of who wrote it
        ("2026-04-02T23:10:00", LISTED, "2026-04-02"),
        ("2026-04-02T00:00:00Z", LISTED, "2026-04-02"),
    ],
)
def test_dates_as_lists_have_them(text: str, writing: Writing, expected: str) -> None:
    assert _outcome(text, spec("date"), writing) == expected


@pytest.mark.parametrize(
    ("words", "expected"), [("J ja oui x X 1 WAHR VRAI Y ✓ tak sí si", True), ("N nein non 0 FALSCH nee nie", False)]
)
def test_yes_and_no_in_the_words_of_any_list(words: str, expected: bool) -> None:
    assert {field_values.read(word, spec("boolean"), "en-US") for word in words.split()} == {expected}


def test_an_o_means_yes_where_yes_begins_with_it_and_nowhere_else() -> None:
    assert field_values.read("o", spec("boolean"), "fr-FR") is True
    assert field_values.read("o", spec("boolean"), "de-DE", Writing(lang="fr")) is True
    for lang in ("de-DE", "en-GB"):
        with pytest.raises(FieldError, match="neither yes nor no"):
            field_values.read("o", spec("boolean"), lang)


def test_a_part_of_a_hundred_is_printed_as_one() -> None:
    for text, lang, printed in [
        ("15 %", "de-DE", "15\u00a0%"),
        ("7.50%", "en-US", "7.50%"),
        ("7,5 %", "en-GB", "7.5%"),
    ]:
        read = field_values.read(text, spec("decimal"), lang, LISTED)
        assert language.value_text(read, lang) == printed
    assert field_values.read("15 %", spec("decimal"), "en-US") == Decimal("0.15")
    with pytest.raises(FieldError):
        field_values.read("15 %", spec("integer"), "en-US")


def test_numbers_with_types_are_what_they_are_in_any_list() -> None:
    shown = Shown("1.234", "1.234")
    assert field_values.read(shown, spec("decimal"), "de-DE", COMMA) == Decimal("1.234")
    assert field_values.read("1.234", spec("decimal"), "de-DE", COMMA) == Decimal(1234)
    assert pickle.loads(pickle.dumps(shown)).exact == shown.strip().exact == "1.234"
    with pytest.raises(FieldError, match="in '£'"):
        field_values.read(Shown("£5.00", "5"), spec("money"), "en-GB", LISTED)


@pytest.mark.parametrize("kind", ["integer", "decimal", "money"])
def test_zero_is_a_value(kind: str) -> None:
    assert field_values.read("0", spec(kind), "en-US")
    assert field_values.read("0.00", spec(kind), "en-US")


def test_of_many_choices_all_are_named_where_none_is_near() -> None:
    months = tuple(f"{number:02}" for number in range(1, 14))
    with pytest.raises(FieldError) as caught:
        field_values.read("autumn", FieldSpec(type="choice", choices=months), "en-US")
    assert caught.value.hint == "its choices are " + ", ".join(months)


@given(st.sampled_from(FIELD_TYPES), st.text(max_size=20), st.sampled_from(["en-US", "de-DE", "ar", "fr-CH", "ja"]))
@settings(max_examples=200)
def test_any_text_is_a_value_or_a_value_error(kind: str, text: str, lang: str) -> None:
    message = "read"
    try:
        field_values.read(text, spec(kind), lang)
    except ValueError as error:
        message = str(error)
    assert message


@given(st.decimals(-(10**12), 10**12, places=2), st.sampled_from(["en-US", "de-DE", "de-CH", "fr-FR", "es-ES"]))
@settings(max_examples=100)
def test_a_number_is_read_as_it_is_printed(number: Decimal, lang: str) -> None:
    from letterpress.text import language

    assert field_values.read(language.value_text(number, lang), spec("decimal"), lang) == number
