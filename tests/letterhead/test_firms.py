"""Real firms and people: names, streets, e-mails and IBANs of any usual length stand in every letterhead, and break nowhere."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings

from tests.support import firms

VARIANTS = firms.variants()


@pytest.mark.parametrize("which", VARIANTS)
@settings(max_examples=1)
@example(firm=firms.LARGE)
@given(firm=firms.letters())
def test_a_firm_stands_in_every_letterhead(which: str, firm: firms.Firm) -> None:
    letterhead, parameters = VARIANTS[which]
    assert list(firms.faults(firm, letterhead, firms.press(firm, letterhead, parameters))) == []
