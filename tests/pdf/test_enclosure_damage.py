"""Enclosures that are damaged, odd or hostile: made with all their pages, or refused in words."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.proofs import foreign_enclosures
from tests.support import oddpdfs


@pytest.fixture(scope="module")
def letter() -> bytes:
    return foreign_enclosures.a_letter()


def become(odd: oddpdfs.Odd, folder: Path, letter: bytes) -> dict[str, Any]:
    """Enclose the file in this process: it is made or refused, all of its pages are there, and stderr is what it was."""
    path = folder / f"{odd.name}.pdf"
    path.write_bytes(odd.data)
    errors = sys.stderr
    found = foreign_enclosures.enclosed(path, letter)
    path.unlink()
    assert sys.stderr is errors
    assert found["outcome"] in ("made", "refused"), (odd.name, found)
    if found["outcome"] == "made":
        assert found["pages"] == odd.pages, (odd.name, found)
    else:
        assert f"'{path.name}'" in str(found["said"]), found
        assert str(folder) not in str(found["said"])
    return found


@pytest.mark.parametrize("group", oddpdfs.GROUPS)
def test_each_kind(group: str, tmp_path: Path, letter: bytes) -> None:
    wrong = []
    for odd in oddpdfs.GROUPS[group]():
        found = become(odd, tmp_path, letter)
        said = "\n".join([found["said"], *found["notes"]])
        if (odd.outcome and found["outcome"] != odd.outcome) or odd.said not in said:
            wrong.append((odd.name, odd.outcome, odd.said, found))
    assert wrong == []


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_cut_or_turned(seed: int, tmp_path: Path, letter: bytes) -> None:
    outcomes = [become(odd, tmp_path, letter)["outcome"] for odd in oddpdfs.random_damage(seed, 40)]
    assert outcomes.count("made") > 4
    assert outcomes.count("refused") > 4
