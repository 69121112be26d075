"""A letter of any length stands in every letterhead: none fails where its text ends, or by a rounding."""

from __future__ import annotations

import itertools

import pytest

from tests.support import page_ends

CASES = {which: list(cases) for which, cases in itertools.groupby(page_ends.covering(), key=lambda case: case.which)}


def test_the_letters_hold_every_pair_of_two_values() -> None:
    cases = page_ends.covering()
    covered = page_ends.pairs(cases)
    values = [sorted({case[column] for case in cases}, key=str) for column in range(len(page_ends.Case._fields))]
    papers = {(which, paper) for which in CASES for paper in page_ends.papers(which)}
    for (one, ones), (other, others) in itertools.combinations(enumerate(values), 2):
        for pair in itertools.product(ones, others):
            if (one, other) != (0, 1) or pair in papers:
                assert ((one, pair[0]), (other, pair[1])) in covered, pair


@pytest.mark.parametrize("which", CASES)
def test_a_page_may_be_full_to_its_last_line(which: str) -> None:
    for case in CASES[which]:
        result = page_ends.press(case)
        assert result.pdf is not None, (case, [diagnostic.message for diagnostic in result.diagnostics])
        assert (result.pages or 0) >= (2 if case.length < 8 else 3), case
