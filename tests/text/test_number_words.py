"""A number in words, or among words, is found; what may be two numbers is none."""

from __future__ import annotations

import pytest

from letterpress.text import number_words


@pytest.mark.parametrize(
    ("text", "found"),
    [("twelve", "12"), ("Zwölf", "12"), ("12 boxes", "12"), ("approx. 1,200 boxes", "1200"), ("No. 12", "12"),
     ("3 or 4", None), ("12 1/2 boxes", None), ("12.5 boxes", None), ("3-4 boxes", None), ("none", None), ("12", None)],
)  # fmt: skip
def test_a_number_among_words(text: str, found: str | None) -> None:
    assert number_words.found(text, "de-DE") == found
