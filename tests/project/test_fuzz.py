"""A short run of every harness in `fuzz/`, with the same inputs each time. `make proof-fuzz` runs them for longer."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.cases import CASES
from tests.fuzz.targets import TARGETS

EXAMPLES = {"front-matter": 150, "body": 60, "csv": 150, "json": 30, "workbook": 80, "enclosure": 30, "verify": 40}


@pytest.mark.parametrize("name", TARGETS)
def test_wild_input_is_good_or_refused_in_words(name: str) -> None:
    target = TARGETS[name]

    @settings(max_examples=EXAMPLES[name])
    @given(st.data())
    def run(data: st.DataObject) -> None:
        assert target.run(data.draw(target.inputs())) in ("good", "refused")

    run()


@pytest.mark.parametrize(("name", "data"), CASES)
def test_what_was_found_stays_mended(name: str, data: bytes) -> None:
    assert TARGETS[name].run(data) in ("good", "refused")
