"""Letters that are made from the pages of another letter of their list: byte for byte what a layout gives."""

from __future__ import annotations

from pathlib import Path

import pytest

import letterpress
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
    made = list(lists.jobs(letter, 3 if letter.stem == "river-gauges" else 20))
    results = lists.pressed(made)
    assert [result for result in results if result.status != "done"] == []
    assert [one.job.record for one in lists.differences(made, results)] == []
    reasons = {result.laid_out for result in results}
    if letter.stem in LAID_OUT:
        assert LAID_OUT[letter.stem] in reasons
    else:
        assert "" in reasons


@pytest.mark.parametrize("names", [("Δ Meier", "∆ Meier", "Bo Ng"), ("Bo Ng", "∆ Meier", "Δ Meier", "∆ Δ Ng")])
def test_characters_of_one_glyph_are_read_as_typed(project: Project, names: tuple[str, ...]) -> None:
    letter = letterpress.load(project.root / project.letter(front=FRONT.replace("to: ", "# ")))
    made = letterpress.merge(letter, [{"name": name, "city": "Bangor"} for name in names])
    read = [pdf_text(result.pdf or b"") for result in made]
    assert [name in text for name, text in zip(names[:3], read, strict=False)] == [True] * 3
