"""A word of the letter that is not in its PDF is a fault with its line, and no letter is accused of one that is there."""

from __future__ import annotations

import pytest

from letterpress.layout import lost_words
from tests.support import needs
from tests.support.project import FRONT, ROOT, Project, letterheads_here

LINES = FRONT.count("\n") + 4
BODY = "First words.\n\nPlease pay *four hundred* dollars by ~~Monday~~ Friday, and pay them here.\n"


def lost(project: Project, css: str, body: str = BODY, front: str = "", **chosen: str) -> list[tuple[int | None, str]]:
    """The lost words of a letter whose letterhead has this style; the lines are the body's."""
    head = project.letterhead("own", css=css)
    result = project.press(body, FRONT.replace("letterhead: plain", f"letterhead: {head}") + front, **chosen)
    found = [fault for fault in result.diagnostics if fault.code == "word-lost"]
    assert (result.pdf is None) == bool(result.diagnostics), result.diagnostics
    assert len(found) == len(result.diagnostics), result.diagnostics
    return [(fault.line and fault.line - LINES - front.count("\n") + 1, str(fault.value)) for fault in found]


HIDING = {
    "em { display: none }": [(3, "four hundred")],
    "em { visibility: hidden }": [(3, "four hundred")],
    "em { font-size: 0 }": [(3, "four hundred")],
    "s { display: none }": [(3, "Monday")],
    ".letter-body p + p { display: none }": [(3, "Please pay four hundred dollars by Monday Friday, and pay ...")],
}


@pytest.mark.parametrize("css", HIDING)
def test_a_word_that_a_letterhead_hides_is_named_with_its_line(project: Project, css: str) -> None:
    profile = "screen" if "visibility" in css else "archive"
    assert lost(project, css, profile=profile) == HIDING[css]


def test_a_word_that_stands_elsewhere_too_is_still_missed(project: Project) -> None:
    body = "Pay pay pay.\n\n*pay* once more.\n\nIt is time to pay.\n"
    assert [word for _, word in lost(project, "em { display: none }", body)] == ["pay"]


def test_what_fields_say_counts_and_a_letterheads_own_words_do_not(project: Project) -> None:
    front = "subject: The boiler in your attic\nenclosures: [A form]\n"
    [(line, words)] = lost(project, ".letter-subject { display: none }", front=front)
    assert words == "The boiler in your attic"
    assert line is not None
    assert lost(project, ".label, .letter-date { display: none }", front=front) == []


def test_a_shape_that_was_whole_once_is_not_compared_again_and_one_that_was_not_is(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = project.letterhead("own", css="em { display: none }")
    front = FRONT.replace("letterhead: plain", f"letterhead: {head}")
    compared = []
    real = lost_words.faults
    monkeypatch.setattr(lost_words, "faults", lambda *of: compared.append(1) or real(*of))
    for amount in ("forty", "fifty", "sixty"):
        assert project.press(f"Pay {amount} dollars, a shape of its own: ***x***.\n", front).pdf is None
    assert len(compared) == 3
    for amount in ("forty", "fifty", "sixty"):
        assert project.press(f"Pay **{amount}** dollars, `a` shape of **its** own.\n", front).pdf is not None
    assert len(compared) == 4


def test_words_that_are_heard_as_one_are_not_lost(project: Project) -> None:
    """WeasyPrint draws no blank that stands by itself between two elements."""
    body = "Quay 12, of March 2: *1* *2.5* *x* `y` **one** *two* ***three*** `four` *five* **six** \u2028*seven*\n"
    assert lost(project, ".letter-date { color: #222222 }", body) == []


LANGUAGES = {
    "de": "Die Straßenverkehrszulassungsordnung und Rechtsschutzversicherungsgesellschaften " * 6,
    "tr": "İstanbul ile Iğdır arasında ışıklı iğne " * 6,
    "el": "Ο ΚΌΣΜΟΣ είναι μικρός, και ο Οδυσσέας ΄Έλληνας " * 6,
    "vi": "Kính gửi quý khách hàng tại thành phố Hồ Chí Minh " * 6,
    "fr": "L’œuvre de l’été : 1er prix, n° 12, l’efficacité de l’affiche " * 6,
    "nl": "IJsselmeer, geïnformeerd, e-mailadres, auto-onderdelen ½ ﬁn m² " * 6,
    "cs": "Příliš žluťoučký kůň úpěl ďábelské ódy " * 6,
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_language_and_no_way_to_set_it_is_accused(project: Project, lang: str) -> None:
    words = LANGUAGES[lang]
    body = f"{words}\n\n## {words[:60]}\n\n"
    for style in ("text-transform: uppercase", "text-transform: capitalize", "font-variant: small-caps"):
        body += f"<p style='{style}'>{words[:300]}</p>\n\n"
    body += f"| a | {words[:30]} |\n|--|--|\n" + f"| {words[:40]} | {words[:150]} |\n" * 12
    body += f"\n3. {words}^[{words[:90]}]\n4. [x{words[:50]}](https://example.org/)\n\n~~~\n{words[:70]}\n~~~\n"
    css = ".letter-body p { text-align: justify; hyphens: auto } .letter-salutation { text-transform: uppercase }"
    head = project.letterhead("own", css=css)
    result = project.press(body, FRONT.replace("letterhead: plain", f"letterhead: {head}").replace("en-US", lang))
    assert [fault.message for fault in result.diagnostics if fault.code == "word-lost"] == []
    assert result.pdf is not None, result.diagnostics


@pytest.mark.parametrize("letterhead", ["japanese", "arabic"])
def test_scripts_without_spaces_and_with_joined_letters_are_not_accused(project: Project, letterhead: str) -> None:
    if letterhead not in letterheads_here(ROOT):
        needs.lack("font", f"no font on this machine for {letterhead}")
    words = {
        "japanese": "港の診療所では、新しい診察室がございます。\nABC 12月からの予約は、お電話で承ります。",
        "arabic": "نقترح أن تشارك مكتبتكم في ما يأتي، مع ABC و 12 كتابًا لِلأطفالِ.",
    }[letterhead]
    lang = {"japanese": "ja", "arabic": "ar"}[letterhead]
    front = FRONT.replace("plain", letterhead).replace("en-US", lang)
    result = project.press(f"{words * 12}\n\n- {words}\n- **{words}**\n\n| {words} | b |\n|--|--|\n| c | d |\n", front)
    assert [fault.message for fault in result.diagnostics if fault.severity == "error"] == []
    hidden = project.press(f"{words}\n\n<p style='color: #fefefe'>{words}</p>\n", front)
    assert hidden.pdf is None
