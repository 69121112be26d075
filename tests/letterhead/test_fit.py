"""`fit: page`: what a letter gives up for a page, in which order, and when nothing changes; a last page of few lines."""

from __future__ import annotations

import math
from typing import Any

import pytest

import letterpress
from letterpress.letterhead import definition, fit
from letterpress.model import Filled, Signatory
from tests.support import verapdf
from tests.support.project import FRONT, ROOT, Project, pdf_text

SENTENCE = "We have looked at the tide tables of the last ten years, and at the repairs that each winter brought. "
TABLE = "\n| Year | Repairs |\n|---|--:|\n| 2024 | 12 |\n| 2025 | 14 |\n"
LISTS = "enclosures: [Tables, Plan]\ncc: [Harbor office, Accounts]\n"


def _body(lines: int) -> str:
    return TABLE + "\n\n".join(["", *[SENTENCE] * lines])


def _note(result: letterpress.Result) -> dict[str, Any]:
    """What was used."""
    notes = [fault for fault in result.diagnostics if fault.code in ("fit-used", "fit-impossible")]
    assert len(notes) == 1, result.diagnostics
    assert notes[0].severity == "note"
    return dict(dict(notes[0].params).get("used", ()))


def _filled(**said: Any) -> Filled:
    nothing: dict[str, Any] = dict.fromkeys(("date", "sender", "subject", "salutation", "closing", "postscript"))
    nothing |= dict.fromkeys(("to", "addresses", "sender_lines", "reference", "via", "notices"), ())
    nothing |= dict.fromkeys(("signatories", "enclosures", "cc", "bcc"), ())
    return Filled(**{**nothing, "lang": "en-US", "body": "", **said})


def _codes(result: letterpress.Result) -> list[tuple[str, str | None]]:
    return [(fault.severity, fault.code) for fault in result.diagnostics]


def test_a_page_is_saved_by_as_little_as_it_takes(project: Project) -> None:
    used: list[dict[str, Any]] = []
    for lines in (7, 8, 9, 10):
        loose = project.press(_body(lines), FRONT + LISTS)
        made = project.press(_body(lines), FRONT + LISTS + "fit: page\n")
        assert (made.pages, loose.pages) == (1, 1 if lines == 7 else 2), made.diagnostics
        assert made.pdf is not None
        if lines == 7:
            assert made.pdf == loose.pdf
            assert _codes(made) == []
            continue
        assert _codes(loose) == [("warning", "last-page-short")]
        used.append(_note(made))
        assert verapdf.available() or verapdf.validate(made.pdf) == []
        assert " ".join(pdf_text(made.pdf).split()).count("looked at the tide tables") == lines
    assert used[0] == {"lists": "signature"}  # costs the reader nothing
    assert list(used[1]) == ["lists", "signature_room", "block_space", "line_height"]
    assert {key: used[2][key] for key in ("font_size", "line_height")} == {"font_size": "10pt", "line_height": "13pt"}


def test_nothing_changes_where_all_is_not_enough(project: Project) -> None:
    front = FRONT + "parameters: {signature_room: 12mm, font_size: 11pt, line_height: 14.5pt}\n"
    loose = project.press(_body(11), front)
    made = project.press(_body(11), front + "fit: page\n")
    assert made.pages == 2
    assert made.pdf == loose.pdf
    assert _note(made) == {}
    assert _codes(made) == [("warning", "last-page-short"), ("note", "fit-impossible")]
    noted = made.diagnostics[-1]
    lines, over = dict(noted.params)["lines"], dict(noted.params)["over"]
    assert f"{over} mm ({lines} line" in noted.message
    assert f"shorten the text by some {lines} line" in (noted.hint or "")
    assert project.press(_body(11 - math.ceil(lines / 2)), front + "fit: page\n").pages == 1, "a sentence has two lines"


@pytest.mark.parametrize(("sentences", "codes"), [(1, []), (24, ["fit-untried"])])
def test_a_last_page_that_holds_too_much_is_told(project: Project, sentences: int, codes: list[str]) -> None:
    made = project.press(_body(sentences), FRONT + "fit: page\n")
    assert [fault.code for fault in made.diagnostics] == codes
    assert (made.pages, made.pdf) == (1 + len(codes), project.press(_body(sentences), FRONT).pdf)
    for noted in made.diagnostics:
        params = dict(noted.params)
        assert f"{params['over']} mm more than the third" in noted.message
        assert (noted.field, noted.line) == ("fit", 10), "where the letter says it"
        assert 0 < params["lines"] * 14.5 / 72 * 25.4 - params["over"] < 6


def test_the_steps_come_in_their_order_and_what_is_said_stays() -> None:
    head = definition.find("plain", ROOT)
    given = {**definition.parameters(head, {"paragraph_space": "line"})[0]}
    filled = _filled(enclosures=("A", "B"), cc=("C",), signatories=(Signatory(name="Jo Lind"),))
    steps = list(fit.steps(head, given, (), filled))
    assert [step["lists"] for step in steps[:2]] == ["signature", "run-in"]  # beside each other they stand already
    added = [list(step)[-1] for step in steps[2:]]
    assert added[:4] == ["signature_room", "paragraph_space", "block_space", "line_height"]
    assert steps[2] == {"lists": "signature", "signature_room": "11mm"}
    assert [(step["font_size"], step["line_height"]) for step in steps[-2:]] == [
        ("10.5pt", "13.65pt"),
        ("10pt", "13pt"),
    ]
    said = list(fit.steps(head, given, ("font_size", "lists", "signature_room"), filled))
    assert said[0] == {"paragraph_space": "half"}
    assert not any("font_size" in step for step in said)


@pytest.mark.parametrize(
    ("name", "kept"),
    [("navy", {"paragraph_space", "signature_room"}), ("memo", {"signature_room"})],
)
def test_a_letterhead_keeps_what_its_rules_fix(name: str, kept: set[str]) -> None:
    head = definition.find(name, ROOT)
    filled = _filled(lang="en-US", enclosures=("A",), signatories=(Signatory(name="Jo Lind"),))
    steps = list(fit.steps(head, definition.parameters(head, {})[0], (), filled))
    assert steps
    assert not kept & {key for step in steps for key in step}


def test_it_is_chosen_for_a_run_too(project: Project) -> None:
    made = project.press(_body(8), FRONT + LISTS, parameters=(("fit", "page"),))
    assert made.pages == 1, made.diagnostics


def test_a_last_page_that_many_sign_is_no_oversight(project: Project) -> None:
    people = ", ".join(f"{{name: Signatory Number {number}, title: Member}}" for number in range(40))
    front = FRONT.replace("[{name: Jo Lind, title: Director}]", f"[{people}]")
    made = project.press(_body(10), front)
    assert made.pages > 1
    assert _codes(made) == []


def test_room_to_sign_has_a_least(project: Project) -> None:
    (fault,) = project.render("Text.\n", FRONT, "--param", "signature_room=9mm", "--json").faults
    assert (fault["code"], fault["params"]) == ("length-too-small", {"least": "11mm"})
    assert project.press("Text.\n", FRONT, parameters=(("signature_room", "11mm"),)).pdf


def test_each_record_of_a_merge_is_set_as_if_it_were_alone(project: Project) -> None:
    front = FRONT + LISTS + "fit: page\nfields:\n  n: {type: integer}\n"
    body = TABLE + "\n\n{% for _ in range(fields.n) %}\n\n" + SENTENCE + "\n\n{% endfor %}\n"
    letter = letterpress.load(project.root / project.letter(body, front))
    merged = list(letterpress.merge(letter, [{"n": lines} for lines in (7, 8, 10, 13, 8)]))
    assert [result.pages for result in merged] == [1, 1, 1, 2, 1], [result.diagnostics for result in merged]
    notes = [[fault.code for fault in result.diagnostics if fault.severity == "note"] for result in merged]
    assert notes == [[], ["fit-used"], ["fit-used"], ["fit-untried"], ["fit-used"]]  # two good pages stay two
    assert _note(merged[1]) == {"lists": "signature"} != _note(merged[2])
    for result, lines in zip(merged, (7, 8, 10, 13, 8), strict=True):
        (alone,) = letterpress.merge(letter, [{"n": lines}])
        assert result.pdf == alone.pdf
