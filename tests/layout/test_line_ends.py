"""Last lines of paragraphs, and French ordinals, in a page's tree."""

from __future__ import annotations

from typing import Any

import pytest

from letterpress.layout import line_ends, ordinals
from letterpress.rawhtml import check

LONG = "We have read the report of the harbour engineer, and we agree with"


def _root(body: str, lang: str = "en") -> tuple[Any, str]:
    html = f'<!doctype html><html lang="{lang}"><body>{body}</body></html>'
    root, faults, _ = check.of_page(html)
    assert not faults
    return root, html


def _text(root: Any) -> str:
    return "".join(root.itertext()).replace("\u00a0", "~").strip()


@pytest.mark.parametrize(
    ("align", "end", "expected"),
    [
        ("left", "the old quay.", "the old~quay."),
        ("left", "the <em>old</em> quay.", "the old~quay."),
        ("left", "the old <em>quay.</em> ", "the old~quay."),
        ("left", "the old\nquay.", "the old~quay."),
        ("left", "the<br>quay.", "thequay."),
        ("left", "the <code>a b</code>", "the a b"),
        ("left", "the old  quay.", "the old  quay."),
        ("left", "the old \tquay.", "the old \tquay."),
        ("left", "the\u2009quay.", "the\u2009quay."),
        ("left", "constitutional reorganisations.", "constitutional reorganisations."),  # too long for one word
        ("left", 'the quay.<span class="footnote">Of two words.</span>', "the~quay.Of two words."),
        ("justify", "the old quay.", "the old~quay."),
        ("justify", "the old bridge.", "the old bridge."),
    ],
)
def test_a_last_line_has_two_words(align: str, end: str, expected: str) -> None:
    root, _ = _root(f'<div class="letter-body" data-align="{align}"><p>{LONG} {end}</p></div>')
    line_ends.apply(root)
    assert _text(root) == f"{LONG} {expected}"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1~May 2026", "1~May~2026"),
        ("12.~Mai 2026", "12.~Mai~2026"),
        ("<em>3~May</em> 2026", "3~May~2026"),
        ("3~May\n2026", "3~May~2026"),
        ("April~3, 2026", "April~3,~2026"),
        ("12.~November 2026", "12.~November 2026"),  # more than a sixth of the line would go with it
        ("11~de~abril de~2026", "11~de~abril de~2026"),
        ("1~May 20268", "1~May 20268"),
        ("<code>1~May 2026</code>", "1~May 2026"),
    ],
)
def test_a_short_date_keeps_its_year(written: str, expected: str) -> None:
    written = written.replace("~", "\u00a0")
    body = f'<div class="letter-body"><p>{LONG} what you wrote on {written} and later in the year.</p></div>'
    root, _ = _root(body)
    line_ends.apply(root)
    assert expected in _text(root).replace("the~year", "the year")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>Of few words.</p>", "Of few words."),
        (f"<table><tr><td><p>{LONG} it.</p></td></tr></table>", f"{LONG} it."),
        (f"<ul><li>{LONG} it.</li></ul>", f"{LONG} it.".replace(" it", "~it")),
        (f"<blockquote><p>{LONG} it.</p></blockquote>", f"{LONG} it.".replace(" it", "~it")),
    ],
)
def test_only_what_takes_several_lines_of_the_measure(body: str, expected: str) -> None:
    root, _ = _root(f'<div class="letter-body">{body}</div>')
    line_ends.apply(root)
    assert _text(root) == expected


@pytest.mark.parametrize(
    ("text", "raised"),
    [
        ("le 1er mai et le 1er juin", ["er", "er"]),
        ("<b>1er</b> mai, la 1re fois", ["er", "re"]),
        ("François Ier, les 1ers jours", ["er", "ers"]),
        ("11er, A1er, 1er-2, n° 3/1er, 1erx", []),
        ('<code>1er</code> <span lang="de">1er BMW</span>', []),
        ("1<sup>er</sup> mai", ["er"]),
    ],
)
def test_french_ordinals_are_raised(text: str, raised: list[str]) -> None:
    root, html = _root(f"<p>{text}</p>", "fr-FR")
    before = "".join(root.itertext())
    ordinals.apply(root, html)
    assert "".join(root.itertext()) == before
    assert [sup.text for sup in root.iter("sup")] == raised


def test_other_languages_and_addresses_have_no_raised_ordinals() -> None:
    for body, lang in (("<p>der 1er</p>", "de"), ('<div class="letter-address">1er étage</div>', "fr")):
        root, html = _root(body, lang)
        ordinals.apply(root, html)
        assert not list(root.iter("sup"))
