"""Lines that are set without a layout are those that WeasyPrint lays out and writes, byte for byte."""

from __future__ import annotations

import pickle
import random

import pytest
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.ttLib.scaleUpem import scale_upem
from hypothesis import given, settings
from hypothesis import strategies as st

from letterpress.fonts import shipped
from letterpress.layout import lines, private_api
from letterpress.layout.lines import drawing, greedy, page_fonts, self_check, words
from letterpress.layout.lines.kept import Kept
from tests.support import line_cases, set_lines
from tests.support.line_cases import ARABIC, ENGLISH, GERMAN, HEBREW, JAPANESE, NAMES, SOFT
from tests.support.set_lines import FAMILIES, Paragraph


def sentence(chance: random.Random, words: list[str], most: int = 50) -> str:
    return " ".join(chance.choice(words) for _ in range(chance.randint(1, most)))


def agree(paragraphs: list[Paragraph], *, looking: bool = False, shared: bool = False) -> int:
    """Hold lines against WeasyPrint's; give how many there are."""
    count, refused, wrong = set_lines.differences(paragraphs, looking=looking, shared=shared)
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
        "text-align: justify",
        "text-align: justify; hyphens: auto; text-indent: 1em",
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
        for words, lang in ((GERMAN, "de"), (SOFT, "en"), (ENGLISH, "en-GB"))
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


@pytest.mark.parametrize("css", ["text-align: left", "text-align: justify; hyphens: auto", "text-indent: 1.5em"])
def test_texts_that_begin_alike(css: str) -> None:
    """Lines of the one are taken for the other, as far as they do not depend on what differs."""
    chance = random.Random(css)
    begun = f"{sentence(chance, ENGLISH, 1)} " + " ".join(chance.choices([*ENGLISH, "U.S.-South", "half-yearly"], k=40))
    cut = chance.sample(range(24, len(begun)), 12)
    ends = [" ".join(chance.choices(ENGLISH, k=chance.randint(0, 9))) for _ in cut]
    texts = [begun, *(f"{begun[:at].rstrip()} {end}".rstrip() for at, end in zip(cut, ends, strict=True)), begun]
    style = f"font-family: 'Source Serif Pro'; font-size: 11pt; {css}"
    made = [Paragraph(text, style, width) for width in (170.5, 317.7) for text in texts]
    assert agree(made, shared=True) > 100


def test_a_word_with_a_hyphen_is_broken_only_where_its_beginning_has_room(monkeypatch: pytest.MonkeyPatch) -> None:
    css = "font-family: 'Source Serif Pro'; font-size: 11pt"
    texts = [f"{'word ' * 3}{'l' * count} U.S.-South Korean half-yearly co-operation" for count in range(1, 24)]
    told: list[bool] = []
    whole = greedy.Stretch._is_whole
    monkeypatch.setattr(greedy.Stretch, "_is_whole", lambda *given: told.append(whole(*given)) or told[-1])
    assert agree([Paragraph(text, css, 200.5) for text in texts]) > 50
    assert {True, False} <= set(told)


def test_japanese() -> None:
    chance = random.Random("ja")
    css = "font-family: 'Source Serif Pro', 'IPAMincho', 'Noto Serif CJK JP'; font-size: 11pt"
    texts = ["".join(chance.choice(JAPANESE) for _ in range(chance.randint(1, 90))) for _ in range(20)]
    assert agree([Paragraph(text, css, 200.5, "ja") for text in texts]) > 20


@pytest.mark.parametrize("lang", line_cases.DIVIDED)
def test_words_are_divided_as_their_language_does(lang: str) -> None:
    chance = random.Random(lang)
    css = "font-family: 'Source Serif Pro'; font-size: 10.5pt; hyphens: auto"
    made = [
        Paragraph(sentence(chance, line_cases.DIVIDED[lang].split(" ")), f"{css}; text-align: {align}", width, lang)
        for align in ("left", "justify")
        for width in (150.0, 210.5, 300.2, 455.3)
        for _ in range(2)
    ]
    assert agree(made) > 30


@pytest.mark.parametrize("seed", range(4))
def test_generated_paragraphs(seed: int) -> None:
    assert agree(line_cases.paragraphs(random.Random(seed), 40)) > 40


@pytest.mark.parametrize("seed", range(4))
def test_widths_at_which_a_unit_decides(seed: int) -> None:
    assert agree(list(line_cases.close(random.Random(seed), 40))) > 40


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=20), min_size=8, max_size=12
    ),
    st.integers(30, 400),
)
@settings(max_examples=4)
def test_any_text_is_set_as_it_is_laid_out_or_left_to_the_layout(texts: list[str], width: int) -> None:
    css = "font-family: 'Source Serif Pro'; font-size: 11pt"
    made = [Paragraph(" ".join([ENGLISH[at], text, *NAMES[: at % 4]]), css, width) for at, text in enumerate(texts)]
    _, _, wrong = set_lines.differences(made)
    assert not wrong, "\n".join(wrong[:3])


@pytest.mark.parametrize("seed", range(4))
def test_faces_that_do_not_ship(seed: int) -> None:
    chance = random.Random(seed)
    made = line_cases.paragraphs(chance, 20, line_cases.OTHER_FAMILIES)
    made += line_cases.close(chance, 20, line_cases.OTHER_FAMILIES)
    assert agree(made, looking=True) > 40


def test_a_face_that_does_not_ship_is_looked_into_when_it_is_worth_while() -> None:
    css = "font-family: 'Noto Serif'; font-size: 11pt"
    texts = [f"Wolf {number} of Tyre" for number in range(60)]
    found, names = set_lines.laid([Paragraph(text, css, 300) for text in texts])
    setter = lines.Setter(found[0].style, names)
    ways = []
    for one in found:
        got = setter.lines(one.paragraph.text, one.widths)
        assert got is not None
        assert [(line.text, line.width_px, line.operands) for line in got] == one.lines
        ways.append(setter._words is not None)
    assert not ways[0]
    assert ways[-1]


def plain_characters() -> list[str]:
    ranges = ((0x21, 0x250), (0x1E00, 0x1F00), (0x2010, 0x2016), (0x2018, 0x203B), (0x20AC, 0x20AD))
    return [chr(code) for first, last in ranges for code in range(first, last) if words.is_plain(chr(code))]


def is_had(words_of_a_style: words.Words, char: str) -> bool:
    try:
        words_of_a_style.get(char)
    except page_fonts.Unsettable:
        return False
    return True


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("weight", [400, 700])
@pytest.mark.parametrize("slope", ["normal", "italic"])
def test_faces_that_ship_look_no_further_than_a_space(family: str, weight: int, slope: str) -> None:
    """A line put together of words, of one character each, is the line that Pango shapes whole."""
    css = f"font-family: '{family}'; font-weight: {weight}; font-style: {slope}; font-size: 40px"
    [one], names = set_lines.laid([Paragraph("n", css, 300)])
    setter = lines.Setter(one.style, names)
    assert setter._words is not None
    chance = random.Random(family)
    chars = [char for char in plain_characters() if char.strip() and is_had(setter._words, char)]
    assert len(chars) > 300
    chance.shuffle(chars)
    for at in range(0, len(chars) - 5, 4):
        first, second, *others = chars[at : at + 6]
        text = " ".join([first, second + first, *others, "T", "To", "f", "fi", second])
        made = setter._words.line(text)
        whole = drawing.draw(setter._shaped(text), setter.style, text, made.width_px, setter._fonts)
        assert made.operands == whole.operands, text
        assert made.glyphs == whole.glyphs


def test_a_process_may_begin_with_a_text_that_stays_on_its_line() -> None:
    """A French date: what it is found to be holds for all letters behind it."""
    css = "font-family: 'Source Serif Pro'; font-size: 11pt; white-space: nowrap"
    [one], names = set_lines.laid([Paragraph("Lyon", css, 300)])
    self_check._known.cache_clear()
    assert lines.Setter(one.style, names)._words is not None


def test_a_text_that_needs_another_font_is_left_to_the_layout() -> None:
    css = "font-family: 'Source Serif Pro'; font-size: 11pt"
    [one], names = set_lines.laid([Paragraph("Dear Sir", css, 300)])
    setter = lines.Setter(one.style, names)
    assert setter.lines("Dear Sir", one.widths) is not None
    assert setter.lines("Dear 東京", one.widths) is None
    assert setter.lines("Dear \U0010fffd", one.widths) is None
    assert setter.lines(" ", one.widths) is None
    assert setter.lines("Dear \u00a0", (30.0,)) is None


@pytest.mark.parametrize("char", ["\u200b", "\u2060", "\u200d", "\ufeff", "\u00ad", "e\u0301", "\u034f"])
def test_characters_without_a_glyph_of_their_own(char: str) -> None:
    texts = [f"one{char}two three", f"{char}", f"a {char} b", f"12{char} 34", f"one {char}two three four five"]
    css = "font-family: 'Source Serif Pro'; font-size: 11pt"
    made = [
        Paragraph(text, f"{css}; {more}", width)
        for text in texts
        for more in ("", "text-align: justify")
        for width in (50, 300)
    ]
    _, left, wrong = set_lines.differences(made)
    assert not wrong, "\n".join(wrong[:3])
    assert left <= len(made) / 2


@pytest.mark.parametrize("family", ["Source Serif Pro", "DejaVu Sans"])
def test_a_line_says_its_glyphs_and_what_they_stand_for(family: str) -> None:
    css = f"font-family: '{family}'; font-size: 11pt; font-variant-numeric: oldstyle-nums"
    [one], names = set_lines.laid([Paragraph("fixed", css, 300)])
    found = lines.Setter(one.style, names).lines("ab 2024", one.widths)
    assert found is not None
    [line] = found
    [(name, glyphs)] = line.glyphs
    assert len(glyphs) == 6
    figures = [(name, text) for text in "024"] if family == "Source Serif Pro" else []
    assert sorted((font, text) for font, glyph, text in line.spelled if glyph in glyphs) == figures
    assert line.operands.startswith(f"/{name} ".encode())
    assert pickle.loads(pickle.dumps(line)) == line


def test_figures_alone_are_set_in_the_face_that_their_language_asks_for() -> None:
    """Beside letters figures are of the letters' script; alone they may come from another face, of other widths."""
    css = "font-family: 'Source Sans Pro'; font-style: italic; font-size: 9pt; font-variant-numeric: oldstyle-nums"
    texts = [
        "ont",
        "2024",
        "12 34 56 78",
        "письма 12 34 56 78 90 12 34 56 78 90 12",
        "ont 12 34 56 78 90 12 34 56 78 90",
    ]
    found, names = set_lines.laid([Paragraph(text, css, width, "ru") for text in texts for width in (40, 61.3, 455)])
    setter = lines.Setter(found[0].style, names)
    for one in found:
        got = setter.lines(one.paragraph.text, one.widths)
        assert got is not None
        assert [(line.text, line.width_px, line.operands) for line in got] == one.lines
    assert len({line.glyphs[0][0] for one in found for line in setter.lines(one.paragraph.text, one.widths) or ()}) == 2


@pytest.mark.parametrize("css", ["", "text-align: justify", "hyphens: auto"])
def test_lines_that_are_broken_where_the_text_is(css: str) -> None:
    style = f"font-family: 'Source Serif Pro'; font-size: 10.5pt; white-space: pre-line; {css}"
    texts = (
        "Müller GmbH & Co. KG\nLange Straße 12a\n10115 Berlin",
        "One line\n",
        "a b c d e f g h i j k l\nm n o p",
        "A\n\nB",
    )
    made = [Paragraph(text, style, width) for text in texts for width in (60.0, 120.0, 300.0)]
    count, left, wrong = set_lines.differences(made)
    assert not wrong, "\n".join(wrong[:3])
    assert count > 15
    assert left == 3  # a line without text


@pytest.mark.parametrize("css", ["", "text-align: justify", "letter-spacing: 0.05em", "white-space: nowrap"])
def test_text_beside_other_text_in_its_line(css: str) -> None:
    style = f"font-family: 'Source Serif Pro'; font-size: 11pt; {css}"
    chance = random.Random(css)
    texts = [" " + sentence(chance, NAMES, most) for most in (2, 30) for _ in range(10)]
    found, names = set_lines.laid([Paragraph(text, style, 200.0, lead="Reference:") for text in texts])
    counts = [0, 0]
    for one in found:
        setter = lines.Setter(one.style, names)
        got = setter.lines(one.paragraph.text, one.widths, one.block, starts_line=False)
        if got is None:  # justified with what stands before it, or all of it on the next line
            counts[0] += 1
            continue
        counts[1] += 1
        assert [(line.text, line.width_px, line.operands) for line in got] == one.lines
        if len(got) == 1:
            assert setter.piece(one.paragraph.text) == got[0]
    assert counts[1] > 7
    assert counts[0] < 4 or css in ("text-align: justify", "white-space: nowrap")


@pytest.mark.parametrize("family", FAMILIES)
def test_pieces_with_spaces_at_their_ends(family: str) -> None:
    css = f"font-family: '{family}'; font-size: 11pt"
    [one], names = set_lines.laid([Paragraph("n", css, 200.0)])
    setter = lines.Setter(one.style, names)
    for text in (
        "Your reference: ",
        " CM/26-311",
        " To Yves A. ",
        " V",
        "V ",
        "T",
        " 2024-04-11",
        "12 34 ",
        " Wolf of ffi ",
    ):
        piece = setter.piece(text)
        assert piece is not None
        whole = drawing.draw(setter._shaped(text), setter.style, text, piece.width_px, setter._fonts)
        assert piece == whole
        split = private_api.text_setting().split_first_line
        assert piece.width_px == split(text, setter.style, setter._context, None, 0)[3]


def test_a_justified_line_asks_for_its_block() -> None:
    css = "font-family: 'Source Serif Pro'; font-size: 11pt; text-align: justify"
    [one], names = set_lines.laid([Paragraph("one two three four five", css, 80)])
    setter = lines.Setter(one.style, names)
    assert setter.lines("one two three four five", one.widths) is None
    got = setter.lines("one two three four five", one.widths, one.block)
    assert got is not None
    assert [line.width_px for line in got] == [line.width for line in one.lines]
    assert got[0].width_px == pytest.approx(80)


@pytest.mark.parametrize("family", [*FAMILIES, "DejaVu Sans"])
def test_glyphs_that_the_page_does_not_have_yet(family: str) -> None:
    """Their widths are read from the font's file; in a face whose widths lie between two the layout is asked."""
    chance = random.Random(family)
    css = [f"font-family: '{family}'; font-size: {size}pt" for size in (7, 9.5, 11, 14.3)]
    made = [Paragraph(sentence(chance, NAMES), one, 300) for one in css for _ in range(6)]
    _, names = set_lines.laid([Paragraph("n", css[0], 300)])
    found, _ = set_lines.laid(made)
    count = 0
    for one in found:
        got = lines.Setter(one.style, names).lines(set_lines.as_a_box_has_it(one), one.widths)
        if got is not None:
            assert [(line.text, line.width_px, line.operands) for line in got] == one.lines
            count += 1
    assert count > len(made) / 2 or family == "DejaVu Sans"


@pytest.fixture(scope="module")
def between(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A family whose A is as wide as a whole number of thousandths of an em, and a half."""
    serif = next(face.path for face in shipped.shipped() if face.family == "Source Serif Pro")
    with TTFont(serif) as font:
        subsetter = subset.Subsetter(subset.Options(layout_features=["kern"]))
        subsetter.populate(text="nAVTWYLGSETRo ")
        subsetter.subset(font)
        scale_upem(font, 2048)
        font["hmtx"]["A"] = (1408, font["hmtx"]["A"][1])
        for record in font["name"].names:
            if record.nameID in (1, 4, 6, 16):
                record.string = "Between"
        path = tmp_path_factory.mktemp("between") / "between.ttf"
        font.save(path)
    set_lines.bring("Between", path)
    return "Between"


def test_widths_of_the_file_do_not_depend_on_which_text_is_drawn_first(between: str) -> None:
    text = "AVATAR To AWAY AT ALTA ATLAS AGAVE"
    made = [Paragraph(text, f"font-family: {between}; font-size: {size}px", 900) for size in (9.3, 4.1, 17.7, 23, 6.5)]
    drawn = {}
    for order in (made, made[::-1]):
        found, names = set_lines.laid(order, lines.DrawnFonts())
        _, others = set_lines.laid([Paragraph("n", made[0].css, 900)], lines.DrawnFonts())
        for one in found:
            assert drawn.setdefault(one.paragraph, one.lines) == one.lines
            for known in (names, others):  # with the page's glyphs, and those that it does not have yet
                got = lines.Setter(one.style, known).lines(text, one.widths)
                assert got is not None
                assert [(line.text, line.width_px, line.operands) for line in got] == one.lines
    by_pango = [{one.paragraph: one.lines for one in set_lines.laid(order)[0]} for order in (made, made[::-1])]
    assert by_pango[0] != by_pango[1]
    _, others = set_lines.laid([Paragraph("n", made[0].css, 900)])
    assert lines.Setter(found[0].style, others).lines(text, (900.0,)) is None


def test_words_are_left_alone_where_they_do_not_add_up_to_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another Pango may set them otherwise: lines are then set whole, and still as WeasyPrint lays them out."""
    css = "font-family: 'Source Serif Pro'; font-size: 11pt; text-align: justify"
    text = "To the Hon. A. V. Wyatt: (Yes), 25% of Tyre was paid for"
    [one], names = set_lines.laid([Paragraph(text, css, 120)])
    for module, name, otherwise in ((words, "PANGO_SCALE", 7), (greedy, "CLEAR", -20000)):
        self_check._known().clear()
        assert lines.Setter(one.style, names)._words is not None
        self_check._known().clear()
        with monkeypatch.context() as changed:
            changed.setattr(module, name, otherwise)
            setter = lines.Setter(one.style, names)
        assert setter._words is None
        got = setter.lines(text, one.widths, one.block)
        assert got is not None
        assert [(line.text, line.width_px, line.operands) for line in got] == one.lines
    self_check._known().clear()


def test_what_is_kept_is_bounded() -> None:
    few: Kept[int, int] = Kept(4)
    for number in range(10):
        few[number] = number
        assert len(few) <= 4
    assert list(few.items())[-1] == (9, 9)


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
