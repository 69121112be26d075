"""What there is to choose from has a title and a picture, as people call and see it."""

from __future__ import annotations

import re

import pytest

from letterpress import api, pipeline
from letterpress.content import reader
from letterpress.interactive import catalogue
from letterpress.letterhead.papers import PAPERS
from letterpress.model import COPIES
from tests.support.project import FRONT, ROOT, Project, letterheads_here

SHIPPED = catalogue.letterheads(ROOT)


def _say(*_: object) -> bool:
    return True


def test_every_shipped_letterhead_has_a_title_of_its_own() -> None:
    for card in SHIPPED:
        assert card.fault is None
        assert re.fullmatch(r"[A-Z][\w ]+", card.title), card.title
        assert "letter" in card.title.lower() or card.title == "Memorandum"
        assert card.country is None or re.fullmatch("[A-Z]{2}", card.country)
        assert card.papers
        assert {"logo", "accent"} <= {one.name for one in card.parameters if one.of_design}
    assert len({card.title for card in SHIPPED}) == len(SHIPPED)


def test_a_sender_without_a_country_is_at_home_in_a_letter_that_is_begun(project: Project) -> None:
    text = catalogue.first_text(project.root, "din5008")
    assert "\nlang: de-DE\n" in text
    letter, _ = reader.examine_text(text.replace("  country: DE\n", "", 1).encode(), project.root / "x.md", "x.md")
    assert letter is not None
    filled, _ = pipeline.filled(api.job(letter))
    assert filled is not None
    assert "DEUTSCHLAND" not in filled.addresses[0]


@pytest.mark.parametrize("name", ["us-business", "din5008", "uk", "french", "navy", "open-letter"])
def test_a_letterhead_has_a_picture(name: str) -> None:
    sample = catalogue.sample(_say, str(ROOT), name, 20)
    assert sample.picture is not None, sample.diagnostics
    assert sample.picture.png is not None


def test_letterheads_of_other_scripts_have_one_where_their_fonts_are() -> None:
    for name in ("japanese", "arabic"):
        sample = catalogue.sample(_say, str(ROOT), name, 20)
        assert (sample.picture is not None) is (name in letterheads_here(ROOT))
        assert sample.picture is not None or sample.diagnostics


def test_the_projects_own_come_first_and_then_those_of_the_country(project: Project) -> None:
    project.write("templates/ours/letterhead.toml", 'extends = "swiss"\ntitle = "Our letter"\n')
    project.write("templates/other_one/letterhead.toml", 'extends = "plain"\n')
    project.write("templates/broken/letterhead.toml", 'extends = "nothing"\n')
    cards = catalogue.letterheads(project.root, country="GB")
    assert [card.title for card in cards[:4]] == ["Broken", "Other one", "Our letter", "British business letter"]
    assert cards[0].fault is not None
    assert (cards[2].country, cards[1].country) == ("CH", None)
    assert catalogue.sample(_say, str(project.root), "broken", 20).diagnostics


def test_fields_papers_copies_and_languages(project: Project) -> None:
    front = (
        FRONT + "fields: {due_day: {type: date, required: true, description: The last day}, note: {default: none}}\n"
    )
    letter = reader.load(project.letter("Text.\n", front))
    due, note = catalogue.fields(api.job(letter).letter.fields)
    assert (due.name, due.title, due.type, due.required, due.description) == (
        ("due_day", "Due day", "date", True, "The last day")
    )
    assert (note.title, note.default) == ("Note", "none")
    assert set(catalogue.PAPERS) == set(PAPERS)
    assert sorted(name for name, _ in catalogue.copies()) == sorted(COPIES)
    assert ("de-CH", "German") in catalogue.languages() or ("de-CH", "Swiss High German") in catalogue.languages()
