"""Who cannot be ordered by rank, and why."""

from __future__ import annotations

import pytest

from letterpress.addressing import ranks
from letterpress.model import Signatory


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        (("CAPT", "LT"), []),
        (("2", "1"), []),
        (("CAPT", None), [(2, "rank-missing", None, ())]),
        (("1", "CAPT", "2"), [(1, "rank-mixed", "1", ()), (3, "rank-mixed", "2", ())]),
        (("CAPTT",), [(1, "rank-unknown", "CAPTT", ("CAPT",))]),
        ((None, "1"), [(1, "rank-missing", None, ()), (2, "rank-mixed", "1", ())]),
    ],
)
def test_faults_of_ranks(
    given: tuple[str | None, ...], faults: list[tuple[int, str, str | None, tuple[str, ...]]]
) -> None:
    people = [Signatory(name=f"Person {at}", rank=rank) for at, rank in enumerate(given, start=1)]
    said = [(one.at, one.problem.code, one.problem.value, one.problem.instead[:1]) for one in ranks.faults(people)]
    assert said == faults
    if faults:
        with pytest.raises(ValueError, match="cannot be ordered"):
            ranks.by_rank(people)
    else:
        assert [person.rank for person in ranks.by_rank(people)] in (["CAPT", "LT"], ["1", "2"])


@pytest.mark.parametrize(
    ("mark", "place"), [("i. A.", "before"), ("I.A.", "before"), ("By  direction", "name"), ("per pro", "before")]
)
def test_where_a_mark_stands(mark: str, place: str) -> None:
    assert ranks.mark_place(mark) == place
