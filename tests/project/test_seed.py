"""The letter that `make letter` renders: word for word, on two pages that a member's office would sign."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import letterpress
from tests.support import golden
from tests.support.project import pdf_text

ROOT = Path(__file__).parents[2]
LETTER = ROOT / "content/letters/korea-policy.md"
SEED = ROOT.parent / "shared/seed"
WORD = re.compile(r"\S+")


@pytest.fixture(scope="module")
def result() -> letterpress.Result:
    made = letterpress.render(LETTER)
    assert made.status == "done", made.diagnostics
    assert made.diagnostics == ()
    return made


def _without_furniture(pdf: bytes) -> list[str]:
    """The words of the PDF without the continuation head of page 2."""
    head = ["The Honorable Donald J. Trump", "April 11, 2019", "Page 2"]
    lines = [line for line in golden.lines(pdf) if not (line.page == 2 and line.text in head)]
    return [word for line in lines for word in WORD.findall(line.text)]


def test_every_word_of_the_content_is_in_the_pdf_once_and_in_order(result: letterpress.Result) -> None:
    text = LETTER.read_text(encoding="utf-8")
    body = text.split("---\n", 2)[2]
    before = (
        "Congress of the United States Washington, DC 20515 April 11, 2019 The Honorable Donald J. Trump President of "
        "the United States The White House Washington, DC 20500 Dear Mr. President:"
    )
    after = "Sincerely, Ro Khanna Andy Kim Member of Congress Member of Congress"
    assert result.pdf is not None
    assert _without_furniture(result.pdf) == WORD.findall(f"{before} {body} {after}")


@pytest.mark.skipif(not SEED.is_dir(), reason="the letter's source lies beside the project only where it is developed")
def test_the_content_is_the_source_word_for_word(result: letterpress.Result) -> None:
    source = next(SEED.glob("*.txt")).read_text(encoding="utf-8")
    words = WORD.findall(source)
    assert result.pdf is not None
    found = _without_furniture(result.pdf)
    # Two signatories side by side: the names come first on the page, then the titles; the source has them in turn.
    assert found[-8:] == ["Ro", "Khanna", "Andy", "Kim", "Member", "of", "Congress", "Member", "of", "Congress"][-8:]
    assert found[:-10] == words[:-10]
    assert sorted(found[-10:]) == sorted(words[-10:])


def test_reading_order_is_the_sources(result: letterpress.Result) -> None:
    assert result.pdf is not None
    assert "Sincerely, Ro Khanna Member of Congress Andy Kim Member of Congress" in pdf_text(result.pdf)


def test_it_fills_two_letter_pages(result: letterpress.Result) -> None:
    assert result.pages == 2
    assert result.pdf is not None
    pages = golden.lines(result.pdf)
    assert max(line.y for line in pages if line.page == 1) > 225  # the first page is full
    assert max(line.y for line in pages if line.page == 2) > 140  # and the second more than half


def test_signatories_stand_side_by_side(result: letterpress.Result) -> None:
    assert result.pdf is not None
    lines = golden.lines(result.pdf)
    khanna = next(line for line in lines if line.text == "Ro Khanna")
    kim = next(line for line in lines if line.text == "Andy Kim")
    closing = next(line for line in lines if line.text == "Sincerely,")
    assert (khanna.page, khanna.y) == (kim.page, kim.y)
    assert kim.x - khanna.x > 60
    assert 15 < khanna.y - closing.y < 30  # room for a signature


def test_page_two_has_a_continuation_head_and_page_one_none(result: letterpress.Result) -> None:
    assert result.pdf is not None
    lines = golden.lines(result.pdf)
    assert [line.text for line in lines if line.page == 2][:3] == [
        "The Honorable Donald J. Trump",
        "April 11, 2019",
        "Page 2",
    ]
    assert not any("Page" in line.text for line in lines if line.page == 1)


def test_signature_spaces_are_blank_or_conformed() -> None:
    conformed = letterpress.render(LETTER, copy="conformed")
    assert conformed.pdf is not None
    text = pdf_text(conformed.pdf)
    assert "/s/ Ro Khanna" in text
    assert "/s/ Andy Kim" in text
    assert "Conformed copy" in text
    original = letterpress.render(LETTER)
    assert original.pdf is not None
    assert "/s/" not in pdf_text(original.pdf)
