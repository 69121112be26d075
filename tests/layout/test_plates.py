"""Letters that are made from the pages of another letter of their list: byte for byte what a layout gives."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import letterpress
from letterpress import api
from tests.support import lists
from tests.support.project import FRONT, Project, pdf_text

LAID_OUT = {
    "bridge": "its line holds several texts",
    "harbor-safety": "something else stands on its line",
    "orchard": "a part of it is set smaller, so that it fits its place",
    "harbour-bilingual": "it stands in a table",
    "pier-power": "something else stands on its line",
    "reading-room": "it stands beside others whose room depends on it",
}
"""Letters of which no other is made, with the reason that docs/performance.md gives."""


@pytest.mark.parametrize("letter", lists.LETTERS, ids=lambda path: path.stem)
def test_a_letter_of_a_list_is_what_a_layout_gives(letter: Path) -> None:
    made = list(lists.jobs(letter, 3 if letter.stem == "river-gauges" else 10))
    results = lists.pressed(made)
    assert [result for result in results if result.status != "done"] == []
    assert [one.job.record for one in lists.differences(made, results)] == []
    reasons = {result.laid_out for result in results}
    if letter.stem in LAID_OUT:
        assert LAID_OUT[letter.stem] in reasons
    else:
        assert "" in reasons


@pytest.mark.parametrize("letter", lists.CODED, ids=lambda path: path.stem)
def test_a_letter_with_codes_and_room_for_marks_is_what_a_layout_gives(letter: Path) -> None:
    made = list(lists.jobs(letter, 10))
    results = lists.pressed(made)
    assert {result.status for result in results} == {"done"}
    assert len([result for result in results if result.laid_out == ""]) >= 3
    assert [one.job.record for one in lists.differences(made, results)] == []


@pytest.mark.parametrize("names", [("Δ Meier", "∆ Meier", "Bo Ng"), ("Bo Ng", "∆ Meier", "Δ Meier", "∆ Δ Ng")])
def test_characters_of_one_glyph_are_read_as_typed(project: Project, names: tuple[str, ...]) -> None:
    letter = letterpress.load(project.root / project.letter(front=FRONT.replace("to: ", "# ")))
    made = letterpress.merge(letter, [{"name": name, "city": "Bangor"} for name in names])
    read = [pdf_text(result.pdf or b"") for result in made]
    assert [name in text for name, text in zip(names[:3], read, strict=False)] == [True] * 3


SENTENCE = "We have looked at the tide tables of the last ten years, and at the repairs that each winter brought."


def test_steps_that_save_a_page_are_pages_of_their_own(project: Project) -> None:
    """Of a letter with `fit: page`, each step has its plates: one fits, one is saved by a step, one by none."""
    front = FRONT.replace("to: ", "# ") + "enclosures: [Tables, Plan]\nfit: page\nfields:\n  said: {type: integer}\n"
    front += "parameters: {font_size: 10pt, line_height: 12.5pt, paragraph_space: half}\n"
    body = f"A.\n\n{{% for at in range(fields.said) %}}\n{SENTENCE}\n{{% endfor %}}\n"
    base = api.job(letterpress.load(project.root / project.letter(body, front)))
    made = [
        replace(base, values=(*base.values, ("to.name", name), ("fields.said", said)), record=f"{name} {said}")
        for name in ("Bo Ng", "Di Fo")
        for said in (19, 22, 23)
    ]
    results = lists.pressed(made)
    assert {result.laid_out for result in results[3:]} == {""}
    assert [one.job.record for one in lists.differences(made, results)] == []
    codes = [[fault.code for fault in result.diagnostics] for result in results]
    assert codes == [[], ["fit-used"], ["last-page-short", "fit-impossible"]] * 2
    assert [result.pages for result in results] == [1, 1, 2] * 2


TEXT = st.text("aeinrst ,.-(1éßŁЖλ&<", min_size=1, max_size=60).map(lambda text: f"x{text}".strip())
SHORT = st.sampled_from(
    ["Ada Brook", "Ø", "O’Shea & Co", "Ng", "Jean-Baptiste de la Fontaine-Neuve", "Δ Meier", "AVATAR"]
)
RECORD = st.fixed_dictionaries({"name": SHORT | TEXT, "city": SHORT, "said": SHORT | TEXT, "more": st.just("") | TEXT})


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> letterpress.Letter:
    folder = tmp_path_factory.mktemp("listed")
    front = FRONT.replace("to: ", "# ") + "fields:\n  said: {type: text}\n  more: {type: text, required: false}\n"
    body = "First {{ fields.said }} in the middle of it, and then some words more, so that it wraps.\n"
    body += "{% if fields.more %}\n- It says **{{ fields.more }}**\n{% endif %}\nLast.\n"
    (folder / "letter.md").write_text(f"---\n{front}---\n{body}", encoding="utf-8")
    return letterpress.load(folder / "letter.md")


@given(records=st.lists(RECORD, min_size=4, max_size=5))
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_wild_records_are_what_a_layout_gives(listed: letterpress.Letter, records: list[dict[str, str]]) -> None:
    base, made = api.job(listed), []
    for number, record in enumerate(records, start=1):
        texts = [(f"fields.{name}" if name in listed.fields else f"to.{name}", text) for name, text in record.items()]
        made.append(replace(base, values=(*base.values, *texts), record=str(number), id=str(number)))
    assert [one.job.record for one in lists.differences(made, lists.pressed(made))] == []
