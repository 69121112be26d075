"""The lines of letters that come with letterpress, set again without a layout."""

from __future__ import annotations

import pytest

from tests.support import real_letters

LETTERS = ("bibliotheque", "bustan", "chadokoro", "hafenlicht", "harcourt-atlas", "korea-policy", "seilbahn")


@pytest.mark.parametrize("name", LETTERS)
def test_every_line_of_a_letter_is_broken_and_drawn_as_it_was(name: str) -> None:
    counts, wrong = real_letters.compared(f"content/letters/{name}.md")
    assert not wrong, "\n".join(wrong[:3])
    assert counts["drawn"] > 20
    assert counts["split"] > 20
    assert not counts["left"]
