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


@pytest.mark.parametrize(
    ("seniority"),
    [
        # The abbreviations of the six services, each in the order of its pay grades (37 U.S.C. 201).
        ("GEN", "LTG", "MG", "BG", "COL", "LTC", "MAJ", "CPT", "1LT", "2LT", "CW5", "CW3", "WO1", "CSM", "MSG", "SFC"),
        ("Gen", "Lt Gen", "Maj Gen", "Brig Gen", "Col", "Lt Col", "Maj", "Capt", "1st Lt", "2d Lt", "CMSgt", "SMSgt"),
        ("ADM", "VADM", "RADM", "RDML", "CAPT", "CDR", "LCDR", "LT", "LTJG", "ENS", "MCPO", "SCPO", "CPO", "PO1", "SN"),
        ("us-army-colonel", "us-air-force-lieutenant-colonel", "us-navy-lieutenant-commander", "us-marines-captain"),
        ("Captain, USN", "Captain, USMC", "SSgt, USMC", "SSgt, USAF", "E-4"),
        ("General of the Army", "General", "Colonel", "SMA", "Command Sergeant Major", "Senior Airman"),
    ],
)
def test_the_most_senior_signs_first(seniority: tuple[str, ...]) -> None:
    people = [Signatory(name=rank, rank=rank) for rank in reversed(seniority)]
    assert tuple(one.name for one in ranks.by_rank(people)) == seniority


@pytest.mark.parametrize(
    ("rank", "instead"),
    [
        ("Captain", ("CPT, USA", "CAPT, USN")),
        ("SSgt", ("SSgt, USMC", "SSgt, USAF")),
        ("PFC", ("PFC, USA", "PFC, USMC")),
        ("Lieutenant", ()),
    ],
)
def test_a_rank_that_several_grades_share_is_asked_for_more(rank: str, instead: tuple[str, ...]) -> None:
    (fault,) = ranks.faults([Signatory(name="Ada Brook", rank=rank)])
    assert (fault.problem.code, fault.problem.value, fault.problem.instead) == ("rank-ambiguous", rank, instead)
    assert fault.problem.hint


def test_every_rank_that_has_a_form_of_address_can_sign() -> None:
    from letterpress.addressing import forms

    keys = [office.key for office in forms.offices("US") if office.abbreviation and office.abbreviation != "CWO"]
    assert len(keys) > 120
    assert ranks.faults([Signatory(name=key, rank=key) for key in keys]) == []
