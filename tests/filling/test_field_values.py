"""Values as they are written become values with a type."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letterpress.errors import FieldError
from letterpress.filling import field_values
from letterpress.model import FIELD_TYPES, FieldSpec
from letterpress.templating.filters import Money


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
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("kind", "text", "message", "hint"),
    [
        ("integer", "1.5", "'1.5' is not a whole number", None),
        ("integer", "abc", "'abc' is not a number", None),
        ("decimal", "1,2,3.4.5", "'1,2,3.4.5' is not a number", None),
        ("decimal", "1e999999", "'1e999999' is too large a number", None),
        ("decimal", "NaN", "'NaN' is not a number", None),
        ("decimal", "Infinity", "'Infinity' is not a number", None),
        ("decimal", "9" * 30, f"'{'9' * 30}' is too large a number", None),
        ("decimal", True, "'true' is not a number", None),
        ("date", "2026-02-30", "'2026-02-30' is a day that does not exist", "write YYYY-MM-DD"),
        ("date", "30/2/26", "'30/2/26' is not a date", "write YYYY-MM-DD"),
        ("boolean", "perhaps", "'perhaps' is neither yes nor no", None),
        ("choice", "c", "'c' is not one of its choices", "known: a, b"),
        ("list", 7, "is not a list", "separate its items with semicolons"),
        ("choice", "Smith; Jones", "'Smith; Jones' is not one of its choices", "known: a, b"),
    ],
)
def test_refused(kind: str, text: Any, message: str, hint: str | None) -> None:
    with pytest.raises(FieldError) as caught:
        field_values.read(text, spec(kind), "en-US")
    assert (caught.value.message, caught.value.hint) == (message, hint)


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
