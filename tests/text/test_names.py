"""Languages and papers by the names that people and programs give them."""

from __future__ import annotations

import pytest

from letterpress.text import language_names, paper_names


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("Deutsch", "de"), ("German", "de"), ("de_DE", "de-DE"), ("DE", "de"), ("ger", "de"), ("deu", "de"),
        ("english", "en"), ("français", "fr"), ("de_CH.UTF-8", "de-CH"), ("en-us", "en-US"), ("zh-hans", "zh-Hans"),
        ("Deutsch (Schweiz)", "de-CH"), ("German - Austria", "de-AT"), ("British English", "en-GB"),
        ("Swiss German", "de-CH"), ("日本語", "ja"), ("Detusch", None), ("xx", None), ("", None), ("C", None),
    ],
)  # fmt: skip
def test_languages(text: str, tag: str | None) -> None:
    assert language_names.tag(text) == tag


def test_a_slip_in_a_language() -> None:
    assert language_names.meant("Detusch") == ("de",)
    assert language_names.meant("xx") == ()


@pytest.mark.parametrize(
    ("text", "paper"),
    [
        ("A4", "a4"), ("DIN A4", "a4"), ("ISO-A4", "a4"), ("210 × 297 mm", "a4"), ("letter", "letter"),
        ("US Letter", "letter"), ("us-letter", "letter"), ('8.5" x 11"', "letter"), ("Letter size", "letter"),
        ("legal", "legal"), ("A5", "A5"), ("newsletter", "newsletter"),
    ],
)  # fmt: skip
def test_papers(text: str, paper: str) -> None:
    assert paper_names.name(text) == paper
