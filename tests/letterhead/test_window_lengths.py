"""A window letterhead at every length of its text: nothing in the foot, in the window or lost, the closing in company."""

from __future__ import annotations

import pytest

from letterpress.letterhead import standards
from tests.support import golden, proof
from tests.support.project import Project

FOOT = ["Registered in Hamburg", "Musterbank Hamburg"]
FRONT = """\
lang: de
date: 2026-01-15
from:
  {name: Hafenlicht, street: Kai 1, postcode: "20457", city: Hamburg, country: DE, foot: [[Registered in Hamburg], [Musterbank Hamburg]]}
to: {name: Ada Brook, lines: [Weg 4, 80331 Ort]}
subject: Betreff
salutation: Guten Tag
closing: Gruss
signatories: [{name: Jo Lind, title: Leitung}, {name: Max Orr, title: Prokura, authority: ppa.}]
enclosures: [Plan]
"""


def text(lines: int) -> str:
    """Paragraphs of three lines each, every word once, and one of what is left."""
    words = [f"w{number:03d}langeswort" for number in range(lines * 6)]
    paragraphs = [words[at : at + 18] for at in range(0, len(words), 18)]
    return "\n\n".join(" ".join(paragraph) for paragraph in paragraphs) + "\n"


@pytest.mark.parametrize("where", ["first", "every", "last"])
@pytest.mark.parametrize("lines", [*range(14, 30, 2), *range(50, 58, 2), 71])
def test_nothing_is_in_the_foot_or_lost(project: Project, lines: int, where: str) -> None:
    front = f"letterhead: din5008\nparameters: {{foot: {where}}}\n{FRONT}"
    result = project.press(text(lines), front)
    assert result.pdf is not None, result.diagnostics
    row = standards.standard("din5008-b")
    placed = golden.lines(result.pdf)
    pages = result.pages or 0
    shown = {"first": [1], "every": list(range(1, pages + 1)), "last": [pages]}[where]
    assert [line.page for line in placed if line.text == FOOT[0]] == shown
    assert [line.page for line in placed if line.text == FOOT[1]] == shown
    for line in placed:
        assert line.y < row.foot + 1 or line.text in FOOT, line
    words = [word for line in placed for word in line.text.replace("- ", "").split() if word.startswith("w")]
    assert words == [f"w{number:03d}langeswort" for number in range(lines * 6)]
    closing = next(line for line in placed if line.text == "Gruss")
    names = [
        line for line in placed if line.text.replace("\u00a0", " ") in ("Jo Lind", "ppa. Max Orr", "Leitung", "Prokura")
    ]
    assert len(names) == 4
    assert {line.page for line in names} == {closing.page}
    above = [line for line in placed if line.page == closing.page and line.y < closing.y and line.text.startswith("w")]
    assert closing.page == 1 or len(above) >= 2
    assert not list(proof.window_faults(result.pdf, row, ["Ada Brook", "Weg 4", "80331 Ort"]))
