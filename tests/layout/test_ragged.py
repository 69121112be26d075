"""Where the lines of ragged paragraphs end: what is chosen, and that the layout keeps to it."""

from __future__ import annotations

import random
from typing import Any
from xml.etree import ElementTree

import pytest

from letterpress.layout import arranging, line_ends, ragged
from letterpress.rawhtml import check
from tests.support import golden
from tests.support.project import Project

COLUMN = ragged.Column(147.0, 11.0, "Source Serif Pro", divides=False)
FRONT = """letterhead: din5008
lang: de-DE
date: 2026-11-25
from: {name: Brüggemann, street: Am Kai 1, postcode: "20354", city: Hamburg, country: DE}
to: {name: Öztürk, street: Am Markt 12, postcode: "90471", city: Nürnberg, country: DE}
subject: Angebot
salutation: Sehr geehrte Frau Öztürk
closing: Mit freundlichen Grüßen
"""
DATE = (
    "vielen Dank für Ihre Anfrage. Wir bieten Ihnen, freibleibend bis zum 31.~Januar 2027, zwei Rollenförderer „RF~800“ "
    "an. Die Einzelheiten entnehmen Sie bitte der folgenden Aufstellung und den~Anlagen."
)
KEPT = DATE.replace("bis zum 31.~Januar", "bis Dienstag, 31.~Mai")
SHORT = "Thank you for telling us that you moved out on 14~October 2026. We have changed all of~it."


def _paragraph(html: str) -> Any:
    return ElementTree.fromstring(f"<p>{html}</p>".replace("~", "\u00a0"))


def _chosen(html: str, column: ragged.Column = COLUMN) -> list[str]:
    found = ragged.arrangement(_paragraph(html), column)
    return [line.replace("\u00a0", " ") for line in found.lines] if found else []


def test_a_date_that_would_be_parted_goes_to_the_next_line_whole() -> None:
    first, second, _ = _chosen(KEPT)
    assert first.endswith("freibleibend bis Dienstag,")
    assert second.startswith("31. Mai 2027,")


def test_a_date_is_parted_where_the_line_would_lose_more_than_a_sixth() -> None:
    assert _chosen(DATE) == []
    column = ragged.Column(147.0 / 1.05, 11.0, "Source Serif Pro", divides=False)  # the hole is a seventh
    assert next(iter(_chosen(DATE, column))).endswith("freibleibend bis zum")


def test_a_short_last_line_takes_words_from_the_line_above() -> None:
    assert _chosen(SHORT) == [
        "Thank you for telling us that you moved out on 14 October 2026. We have",
        "changed all of it.",
    ]


def test_two_words_in_a_last_line_are_enough_where_the_line_above_would_have_a_hole() -> None:
    assert _chosen(SHORT.replace("moved out", "moved").replace("all of~it", "your~account")) == []


def test_a_line_does_not_end_in_a_word_with_a_hyphen_where_another_place_is_as_good() -> None:
    lines = _chosen(
        "Les compléments portent sur trois points~: le bruit (article R.~181-13), les eaux pluviales et la circulation "
        "des poids lourds. S’agissant du bruit, l’étude montre que l’émergence nocturne ne dépassera pas 3~dB(A)~; la "
        "norme est donc respectée. Est-il besoin d’ajouter que les mesures ont été faites par un organisme agréé~? Nous "
        "ne le pensons pas~!"
    )
    assert lines[-1] == "Nous ne le pensons pas !"
    assert not any(line.endswith("-") for line in lines)


@pytest.mark.parametrize(
    "html",
    [
        "Short.",
        SHORT.replace("changed", "<code>changed</code>"),
        SHORT.replace("changed", "<br />changed"),
        SHORT.replace("changed", "<span class='small-caps'>changed</span>"),
        SHORT.replace("changed", "chan/ged"),
        SHORT.replace("changed", "chan\u00adged"),
        SHORT.replace("changed", "変えた"),
        SHORT.replace("changed", "10–12"),
        SHORT.replace("changed", "50%-ige"),
        SHORT.replace("changed", "cha…nged"),
        f"{'longword' * 20} {SHORT}",
        "Thank you for telling us that you moved on 14~October 2026. We have changed your account in all of our books.",
    ],
)
def test_what_is_good_or_cannot_be_foreseen_stays(html: str) -> None:
    assert _chosen(html) == []


def test_a_long_word_that_may_be_divided_does_not_follow_a_hole() -> None:
    """The layout would divide it, and the chosen ends would come to nothing."""
    text = KEPT.replace("31.~Mai", "31.~Wintermonatstages")
    assert _chosen(text, ragged.Column(147.0, 11.0, "Source Serif Pro", divides=True)) == []
    assert _chosen(KEPT, ragged.Column(147.0, 11.0, "Source Serif Pro", divides=True))


@pytest.mark.parametrize(
    ("said", "moved"),
    [
        ('data-align="left" data-measure="147" data-size="11pt" data-face="Source Serif Pro"', True),
        ('data-align="left"', False),
        ('data-align="justify" data-measure="147" data-size="11pt" data-face="Source Serif Pro"', False),
        ('data-align="left" data-measure="147" data-size="1em" data-face="Source Serif Pro"', False),
        ('data-align="left" data-measure="147" data-size="11pt" data-face="Palatino"', False),
    ],
)
def test_lines_are_chosen_where_the_letterhead_says_its_column(said: str, moved: bool) -> None:
    html = f"<div class='letter-body' {said}><p>{SHORT}</p></div>".replace("~", "\u00a0")
    root, faults, _ = check.of_page(f"<!doctype html><html lang='en'><body>{html}</body></html>")
    assert not faults
    line_ends.apply(root)
    assert ("changed\u00a0all\u00a0of\u00a0it." in "".join(root.itertext())) == moved
    line_ends.apply(root, measured=False)  # binds no more than it did


def _words(count: int, seed: int) -> str:
    some = "Wir haben den Bericht des Hafenamtes gelesen und stimmen ihm zu auch wenn die Kosten der Module im Ort hoch sind"
    words = random.Random(seed).choices(some.split(), k=count)
    words[count // 2] = "am 3. November 2026"
    return " ".join(words) + " wollen."


def test_the_layout_ends_lines_where_they_were_chosen(project: Project) -> None:
    texts = [_words(12 + seed, seed) for seed in range(40)]
    result = project.press("\n\n".join(texts), FRONT)
    assert result.pdf is not None, result.diagnostics
    printed = [line.text.replace("\u00a0", " ") for line in golden.lines(result.pdf)]
    chosen = 0
    for text in texts:
        html = text.replace("3. November", "3.~November").replace("sind wollen.", "sind~wollen.")
        html = " ".join(html.split(" ")[:-1]) + "~wollen." if "~wollen" not in html else html
        for line in _chosen(html, ragged.Column(147.0, 11.0, "Source Serif Pro", divides=True)):
            chosen += 1
            assert line in printed, text
    assert chosen > 20


def _noted(column: ragged.Column | None, columns: list[ragged.Column]) -> ragged.Column | None:
    if column is not None and column not in columns:
        columns.append(column)
    return column


LATIN = ["austrian", "band", "din5008", "french", "margin", "plain", "swiss", "uk", "us-business"]


@pytest.mark.parametrize("name", LATIN)
def test_letterheads_say_their_column_as_it_is(name: str, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    differs = ragged.differs
    monkeypatch.setattr(arranging.ragged, "differs", lambda pages: seen.append(differs(pages)) or seen[-1])
    columns: list[ragged.Column] = []
    column_of = ragged.column_of
    monkeypatch.setattr(ragged, "column_of", lambda body: _noted(column_of(body), columns))
    front = FRONT.replace("din5008", name)
    result = project.press(_words(30, 1), front)
    assert result.pdf is not None, result.diagnostics
    assert seen == [False]
    assert len(columns) == 1


@pytest.mark.parametrize(("list_of", "inset"), [("- {}\n", 5), ("1. {}\n", 8), ("- {}\n\n", 5)])
def test_items_of_lists_end_their_lines_likewise(project: Project, list_of: str, inset: int) -> None:
    texts = [_words(13 + seed, seed) for seed in range(40)]
    result = project.press("".join(list_of.format(text) for text in texts), FRONT)
    assert result.pdf is not None, result.diagnostics
    printed = [line.text.replace("\u00a0", " ") for line in golden.lines(result.pdf)]
    column, chosen = ragged.Column(147.0 - inset, 11.0, "Source Serif Pro", divides=True), 0
    for text in texts:
        html = f"{text.replace('3. November', '3.~November').removesuffix(' wollen.')}~wollen."
        for line in _chosen(html, column):
            chosen += 1
            assert any(one.endswith(line) for one in printed), (line, printed)
    assert chosen > 4


def test_a_list_with_another_inset_undoes_the_choice(project: Project) -> None:
    made = []
    for name, column in (("narrow", ""), ("silent", "{% block column %}{% endblock %}")):
        project.write(f"templates/{name}/letterhead.toml", 'extends = "plain"\n')
        project.write(f"templates/{name}/letter.html", '{% extends "plain/letter.html" %}\n' + column)
        project.write(f"templates/{name}/style.css", ".letter-body ul { padding-inline-start: 17mm }")
        body = "Text.\n\n" + "".join(f"- {_words(14 + seed, seed)}\n" for seed in range(12))
        result = project.press(body, FRONT.replace("din5008", name))
        assert result.pdf is not None, result.diagnostics
        made.append([line[1:] for line in golden.lines(result.pdf)])
    assert made[0] == made[1]


@pytest.mark.parametrize("body", ["> {}\n\nText.\n", "- {}\n\n> {}\n", "# {}\n\nText.\n", "| a |\n|---|\n| {} |\n"])
def test_what_stands_in_another_column_does_not_undo_it(
    body: str, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    differs = ragged.differs
    monkeypatch.setattr(arranging.ragged, "differs", lambda pages: seen.append(differs(pages)) or seen[-1])
    result = project.press(body.replace("{}", _words(24, 3)), FRONT)
    assert result.pdf is not None, result.diagnostics
    assert seen == [False]


def test_a_style_that_changes_the_column_undoes_the_choice(project: Project) -> None:
    """The page is the one of a letterhead that says nothing of its column."""
    made = []
    for name, column in (("narrow", ""), ("silent", "{% block column %}{% endblock %}")):
        project.write(f"templates/{name}/letterhead.toml", 'extends = "plain"\n')
        project.write(f"templates/{name}/letter.html", '{% extends "plain/letter.html" %}\n' + column)
        project.write(f"templates/{name}/style.css", ".letter-body { margin-right: 12mm }")
        result = project.press(_words(60, 2), FRONT.replace("din5008", name))
        assert result.pdf is not None, result.diagnostics
        made.append([line[1:] for line in golden.lines(result.pdf)])
    assert made[0] == made[1]
