"""Lines that are set without a layout are those that WeasyPrint lays out and writes, byte for byte."""

from __future__ import annotations

import pickle
import random

import pytest

from letterpress.layout import lines, private_api
from tests.support import set_lines
from tests.support.set_lines import FAMILIES, Paragraph

ENGLISH = (
    "Dear Sir, the quick brown fox (jumps) over “lazy” dogs – and well-known letter-heads; AVATAR To. Ty Yes? 1,234.50 "
    "fi ffl Straße naïve Łódź Dvořák km/h either/or it's 25% §5 foo@bar.com 10\u00a0€ [sic] 12 34 \u00a0 Wolf, Wave."
).split(" ")
GERMAN = (
    "Rechtsschutzversicherungsgesellschaft der Kapitän und das Bundesverfassungsgericht über Größe in Donau".split()
)
LONG = "internationalization responsibility the of communication pre\u00adtend extra\u00adordinarily well-known".split()
HEBREW = "שלום עולם אני כותב מכתב (מספר 12) לכבוד ABC".split()
ARABIC = "السلام عليكم ورحمة الله وبركاته 2024 رسالة".split()
JAPANESE = "東京都千代田区霞が関「日本」語の手紙、これはテストです。ＡＢＣ ABC 123"


def sentence(chance: random.Random, words: list[str], most: int = 50) -> str:
    return " ".join(chance.choice(words) for _ in range(chance.randint(1, most)))


def agree(paragraphs: list[Paragraph]) -> int:
    """Hold lines against WeasyPrint's; give how many there are."""
    count, refused, wrong = set_lines.differences(paragraphs)
    assert not wrong, "\n".join(wrong[:3])
    assert refused <= len(paragraphs) / 10  # a no-break space alone on a line: nothing is drawn
    return count


@pytest.mark.parametrize("family", FAMILIES)
def test_paragraphs_in_shipped_faces(family: str) -> None:
    chance = random.Random(family)
    styles = [
        f"font-weight: {weight}; font-style: {slope}" for weight in (400, 600, 700) for slope in ("normal", "italic")
    ]
    made = [
        Paragraph(
            sentence(chance, ENGLISH),
            f'font-family: "{family}"; font-size: {chance.choice((7, 9.5, 10, 10.5, 11, 14.3))}pt; {style}',
            chance.choice((90.0, 200.0, 317.7, 455.0, 640.3)),
        )
        for style in styles
        for _ in range(6)
    ]
    assert agree(made) > 100


@pytest.mark.parametrize(
    "css",
    [
        "hyphens: auto",
        "hyphens: manual",
        "hyphens: none",
        "letter-spacing: 0.04em",
        "word-spacing: 3px",
        "overflow-wrap: anywhere; word-spacing: -1px",
        "font-variant-caps: small-caps",
        "font-variant-numeric: oldstyle-nums",
        "text-indent: 20px",
        "white-space: nowrap",
        "text-align: center",
        "text-align: right",
        "font-family: 'DejaVu Sans'",
    ],
)
def test_styles(css: str) -> None:
    chance = random.Random(css)
    made = [
        Paragraph(
            sentence(chance, words, 25),
            f"font-family: 'Source Serif Pro'; font-size: {chance.choice((8.5, 11))}pt; {css}",
            chance.choice((60.0, 200.5, 401.0)),
            lang,
        )
        for words, lang in ((GERMAN, "de"), (LONG, "en"), (ENGLISH, "en-GB"))
        for _ in range(8)
    ]
    assert agree(made) > 20


@pytest.mark.parametrize(
    ("words", "lang", "dir", "family"),
    [
        (HEBREW, "he", "rtl", "Noto Serif Hebrew"),
        (ARABIC, "ar", "rtl", "Noto Naskh Arabic"),
        (ARABIC + ENGLISH, "en", "ltr", "Noto Naskh Arabic"),
    ],
)
def test_scripts_from_right_to_left(words: list[str], lang: str, dir: str, family: str) -> None:
    chance = random.Random(lang)
    css = f"font-family: 'Source Serif Pro', '{family}'; font-size: 11pt"
    assert agree([Paragraph(sentence(chance, words), css, 200.5, lang, dir) for _ in range(20)]) > 20


def test_japanese() -> None:
    chance = random.Random("ja")
    css = "font-family: 'Source Serif Pro', 'IPAMincho', 'Noto Serif CJK JP'; font-size: 11pt"
    texts = ["".join(chance.choice(JAPANESE) for _ in range(chance.randint(1, 90))) for _ in range(20)]
    assert agree([Paragraph(text, css, 200.5, "ja") for text in texts]) > 20


def test_a_text_that_needs_another_font_is_left_to_the_layout() -> None:
    css = "font-family: 'Source Serif Pro'; font-size: 11pt"
    [one], names = set_lines.laid([Paragraph("Dear Sir", css, 300)])
    setter = lines.Setter(one.style, names)
    assert setter.lines("Dear Sir", one.widths) is not None
    assert setter.lines("Dear 東京", one.widths) is None
    assert setter.lines("Dear \U0010fffd", one.widths) is None
    assert setter.lines(" ", one.widths) is None
    assert setter.lines("Dear \u00a0", (30.0,)) is None


def test_a_line_says_its_glyphs_and_what_they_stand_for() -> None:
    css = "font-family: 'Source Serif Pro'; font-size: 11pt"
    [one], names = set_lines.laid([Paragraph("fixed", css, 300)])
    found = lines.Setter(one.style, names).lines("affix", one.widths)
    assert found is not None
    [line] = found
    [(name, glyphs)] = line.glyphs
    assert [(font, text) for font, glyph, text in line.spelled if glyph in glyphs] == [
        (name, "a"),
        (name, "ffi"),
        (name, "x"),
    ]
    assert line.operands.startswith(f"/{name} ".encode())
    assert pickle.loads(pickle.dumps(line)) == line


def test_styles_say_why_they_are_not_covered() -> None:
    css = "font-family: 'Source Serif Pro'; "
    styles = [
        "text-decoration: underline",
        "visibility: hidden",
        "white-space: pre-wrap",
    ]
    found, _ = set_lines.laid([Paragraph("a b", css + "font-size: 11pt", 100)])
    assert lines.covers(found[0].style) is None
    rendered = set_lines.document([Paragraph("a b", css + style, 100) for style in styles])
    texts = [box for box in private_api.page_box(rendered.pages[0]).descendants() if hasattr(box, "text")]
    assert [lines.covers(box.style) for box in texts] == [
        "a line is drawn with the text",
        "the text is not visible",
        "its spaces are kept as they are",
    ]


def test_styles_that_set_alike_have_one_key() -> None:
    css = "font-family: 'Source Serif Pro'; font-size: 11pt"
    made = [
        Paragraph("a", css, 100),
        Paragraph("b", css + "; color: red", 100),
        Paragraph("c", css + "; hyphens: auto", 9),
    ]
    found, _ = set_lines.laid(made)
    first, second, third = (lines.TextStyle(one.style).key for one in found)
    assert first == second != third
    assert hash(first) == hash(second)
