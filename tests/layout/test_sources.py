"""Pages that are read without being parsed: their texts, and what they are of, are what parsing them gives."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markupsafe import escape

from letterpress.layout import arranging, bookmarks, plates
from letterpress.page import Page, Sheet
from letterpress.text import value_marks

CSS = ".continuation { string-set: to attr(data-addressee) attr(data-mark) } [data-chosen] { color: red }"
LONG = "The weeks that have passed since then have been long ones for all of us, and so we ask of you"
HEAD = """<!doctype html>
<html lang="LANG"><head><meta charset="utf-8"><title>To {0} &amp; all</title>
<meta name="description" content="{1}"><meta name="author" content="{2}"></head>
<body><div class="continuation" data-addressee="{0}"></div><p class="letter-address">{0}<br>{3}</p>
<table class="head"><tr><td>{2}</td></tr></table>
<div class="letter-body" data-align="ALIGN" data-measure="150" data-size="11pt" data-face="Source Serif Pro">"""
BODY = """<h2>To {4}<br>{0}</h2><p>Dear {0}, pay &pound;{1} by {3}.</p><p>{4}</p><p>{0}</p>
<p>LONG <em>{4}</em> {3}</p><ul><li>LONG, {4}<p>{4} and {0} besides</p></li></ul>
<p>LONG on 3\u00a0May {1} <code>{3} {4}</code>.<br>{0}, LONG {1}</p>"""
FOOT = "</div><p>{4} {0}</p></body></html>"


def template(body: str, lang: str = "en", align: str = "left") -> str:
    html = f"{HEAD}{value_marks.framed(body)}{FOOT}".replace("LONG", LONG)
    return html.replace("LANG", lang).replace("ALIGN", align)


PAGES = tuple(template(BODY, lang, align) for lang in ("en", "fr") for align in ("left", "justify"))
"""A page with values in all kinds of places."""
SMALL = '<html lang="fr"><head><title>t</title></head><body>%s</body></html>'


def page(html: str, *values: str) -> Page:
    for number, value in enumerate(values):
        html = html.replace(f"{{{number}}}", value_marks.value(str(escape(value))) if value else "")
    return Page(source=html, sheets=(Sheet(CSS, "/"),), content_folder="/", folders=("/",), many=True)


def parsed(of: Page) -> tuple[plates.Shape, tuple[str, ...], plates.Texts, list[plates.Parsed]] | None:
    """What parsing a page gives; None where it has faults."""
    made = arranging.read(of)
    if made.faults:
        return None
    texts = plates.read(made.html.etree_element, plates.string_attributes(of.sheets) | {bookmarks.ATTRIBUTE})
    return plates.Shape(of.of(""), texts.key), texts.texts, texts, made.parsed


def learned(of: Page, sources: plates.Sources) -> bool:
    known = parsed(of)
    unlearned = sources.read(of)
    assert isinstance(unlearned, plates.Unlearned)
    if known is not None:
        sources.learn(unlearned, known[3], known[2], known[0])
    return known is not None


WORDS = st.sampled_from(
    [
        "Anna", "Þóra Ó Briain", "岡本 花子", "مكتب", "O'Neil & Sons", "<b>", '"AV"', "1er", "I", "II", "12", "12.50", "1,5",
        "a", "of", "we", "2026", "3\u00a0May", "May", "\u00a0", "\n", "\t", "&amp;", "&pound", "&#8364;", "lang=fr", "𐌰", "🙂",
        "\u2019", "\u00ad", "x" * 30, "x" * 990, "code", "style=", "word", "(north)", "half-yearly", ".", ",",
    ]
)  # fmt: skip
VALUE = st.one_of(
    st.just(""),
    st.just(" "),
    WORDS,
    st.lists(WORDS, min_size=1, max_size=6).map(" ".join),
    st.lists(WORDS, min_size=1, max_size=3).map("".join),
    st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="".join(map(chr, range(0xFDD0, 0xFDF0)))), max_size=12),
)  # fmt: skip
RECORD = st.tuples(VALUE, VALUE, VALUE, VALUE, VALUE)


@settings(max_examples=40)
@given(st.sampled_from(PAGES), RECORD, RECORD)
@example(PAGES[1], ("A", "B", "C", "D", "E"), ("A", "B", "C", "1er", "E"))
@example(PAGES[2], ("A", "B", "C", "D", "E"), ("A", "B", "C", "D", "a word"))
@example(PAGES[0], ("A", "B", "C", "D", "E F"), ("A", "B", "C", "D", "x" * 1001))
@example(PAGES[0], ("A", "B", "C", "D", "E"), ("A", "B", "1,5", "D", "E"))
@example(PAGES[0], ("A", "B", "C", "D", "E"), ("A  B", "B", "C", "D", "E  E"))
@example(PAGES[0], ("A", "B", "C", "D", "E"), ("\u00a0", "\n", "\n", "\t", "\u00a0"))
def test_a_page_is_read_as_it_is_parsed(html: str, first: Sequence[str], second: Sequence[str]) -> None:
    sources = plates.Sources()
    second = (*second[:2], first[2], *second[3:])  # it stands in a table
    if not learned(page(html, *first), sources):
        return
    known = sources.read(page(html, *second))
    if isinstance(known, plates.Read):
        through_parser = parsed(page(html, *second))
        assert through_parser is not None
        assert known.texts == through_parser[1]
        assert known.shape == through_parser[0]


SEVERAL = (("Anna Meier", "12.50", "Ada", "Old Town", "a word"), ("Ó Briain & Sons", "7", "Ada", "Köln", "other words"))


def test_most_values_may_differ() -> None:
    sources = plates.Sources()
    assert learned(page(template(BODY), *SEVERAL[0]), sources)
    known = sources.read(page(template(BODY), *SEVERAL[1]))
    assert isinstance(known, plates.Read)
    assert sum("Ó Briain & Sons" in text for text in known.texts) == 10


@pytest.mark.parametrize(
    "place",
    ["<table><tr><td>{0}</td></tr></table>", "<pre>{0}</pre>", '<p class="{0}">a</p>', '<p data-chosen="{0}">a</p>'],
)
def test_a_value_that_more_depends_on_is_parsed(place: str) -> None:
    """A table's cells, text as it is typed, what selectors may ask for."""
    sources = plates.Sources()
    assert learned(page(SMALL % place, "one"), sources)
    assert isinstance(sources.read(page(SMALL % place, "one")), plates.Read)
    assert isinstance(sources.read(page(SMALL % place, "two")), plates.Unlearned)


@pytest.mark.parametrize("value", ["", " ", "\u00a0", "x" * 1001, "1er mai", "\x0c", "a lang=fr"])
def test_a_value_that_is_no_plain_text_is_parsed(value: str) -> None:
    sources = plates.Sources()
    assert learned(page(SMALL % "<p>{0} there</p>", "one"), sources)
    assert isinstance(sources.read(page(SMALL % "<p>{0} there</p>", "two")), plates.Read)
    assert isinstance(sources.read(page(SMALL % "<p>{0} there</p>", value)), plates.Unlearned)


def test_a_mark_alone_is_not_taken_for_a_value() -> None:
    sources = plates.Sources()
    assert learned(page(SMALL % "<p>{0} {1}</p>", "one", "two"), sources)
    assert isinstance(sources.read(page(SMALL % f"<p>{value_marks.VALUE} {{1}}</p>", "one", "two")), plates.Unlearned)


def test_a_value_in_a_value_is_parsed() -> None:
    html, sources = SMALL % f"<p>{value_marks.VALUE}a {{0}} b{value_marks.VALUE_END}</p>", plates.Sources()
    assert learned(page(html, "one"), sources)
    assert isinstance(sources.read(page(html, "one")), plates.Unlearned)


def test_characters_that_stand_for_values_are_not_taken_for_them() -> None:
    html, sources = SMALL % "<p>\U000f0009 {0}</p>", plates.Sources()
    assert learned(page(html, "one"), sources)
    assert isinstance(sources.read(page(html, "two")), plates.Unlearned)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("<p>1er</p><p>1{0} there</p>", "er"),  # it becomes an ordinal
        ("<p>1e&#114;</p><p>x{0}</p>", "1er"),  # others are raised where the source has one
        (f'<div class="letter-body"><p>{LONG} <b>{{0}}</b> <i>last</i></p></div>', "x" * 30),  # the space holds no more
        (f'<div class="letter-body"><p>{LONG} <b>1er</b> {{0}}</p></div>', "2"),  # the ordinal makes two texts of one
        ("<ol data-mark='{0}.#'><li>a</li></ol>", "2"),  # the items are numbered by it
    ],
)
def test_a_value_that_changes_more_than_its_text_is_parsed(place: str, value: str) -> None:
    sources = plates.Sources()
    assert learned(page(SMALL % place, "1"), sources)
    assert isinstance(sources.read(page(SMALL % place, value)), plates.Unlearned)


@pytest.mark.parametrize("place", ["<p>{0} there</p>", f'<div class="letter-body"><p>{LONG} {{0}}</p></div>'])
def test_a_value_may_not_differ_where_the_page_has_another_text_than_was_learned(place: str) -> None:
    of, sources = page(SMALL % place, "one"), plates.Sources()
    known, unlearned = parsed(of), sources.read(of)
    assert known is not None
    assert isinstance(unlearned, plates.Unlearned)
    otherwise = known[2]._replace(texts=tuple(f"{text}!" for text in known[2].texts))
    sources.learn(unlearned, known[3], otherwise, known[0])
    assert isinstance(sources.read(of), plates.Read)
    assert isinstance(sources.read(page(SMALL % place, "two")), plates.Unlearned)


def test_templates_whose_values_may_not_differ_are_not_learned_without_end() -> None:
    sources = plates.Sources()
    pages = [page(SMALL % "<pre>{0}</pre>", str(number)) for number in range(40)]
    assert all(learned(of, sources) for of in pages)
    read = [isinstance(sources.read(of), plates.Read) for of in pages]
    assert sum(read) == 6
    assert not any(read[24:])


@pytest.mark.parametrize("column", ["", ' data-measure="150" data-size="11pt" data-face="Source Serif Pro"'])
def test_the_values_of_a_paragraph_decide_where_its_lines_end(column: str) -> None:
    body = f'<div class="letter-body"{column}><p>{LONG} {{0}} <b>so</b> {LONG} {{1}}.</p></div>'
    html, sources = SMALL % body, plates.Sources()
    assert learned(page(html, "much", "more"), sources)
    chance = random.Random(1)
    read, held = 0, set()
    for _ in range(60):
        words = [" ".join("x" * chance.randint(1, 16) for _ in range(chance.randint(1, 9))) for _ in range(2)]
        of = page(html, *words)
        known, through_parser = sources.read(of), parsed(of)
        assert through_parser is not None
        if isinstance(known, plates.Read):
            assert (known.shape, known.texts) == through_parser[:2]
            read += 1
            held.add(sum(text.count("\u00a0") for text in known.texts))
    assert read > 50
    assert len(held) > 1
