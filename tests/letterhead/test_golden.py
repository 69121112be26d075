"""Golden layout: every line of a letter with its place in mm, from the finished PDF.

A case is a folder of tests/cases with `letter.md` and `expected.txt`. To look at a change, and to accept it:
`python -m pytest tests/letterhead/test_golden.py`, then the same with LETTERPRESS_ACCEPT=1. A failed case leaves what came out
beside what was expected, as `actual.txt` and `actual.pdf`.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import letterpress
from letterpress.letterhead import definition
from tests.support import golden, needs
from tests.support.project import letterheads_here, unpacked

CASES = Path(__file__).parents[1] / "cases"
TOLERANCE = 0.15
"""mm: places are rounded to 0.1, and another version of Pango may round a glyph otherwise."""


def _places(text: str) -> list[tuple[float, float, str] | str]:
    found: list[tuple[float, float, str] | str] = []
    for line in text.splitlines():
        if line.startswith("page "):
            found.append(line)
        else:
            found.append((float(line[:6]), float(line[7:13]), line[15:]))
    return found


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir() if (path / "letter.md").is_file()))
def test_layout_is_as_expected(case: str) -> None:
    folder = CASES / case
    letter = letterpress.load(folder / "letter.md")
    of_system = definition.find(letter.letterhead, letter.root).system_fonts
    if of_system and letter.letterhead not in letterheads_here(Path(letter.root)):
        needs.lack("font", f"no font on this machine for {letter.letterhead}")
    result = letterpress.render(letter)
    assert result.pdf is not None, result.diagnostics
    if case.startswith("office-"):
        assert (result.pages, result.diagnostics) == (1, ()), "a letter of an office that one page is enough for"
    if of_system and of_system[0].encode() not in unpacked(result.pdf):
        pytest.skip(f"its places are those of {of_system[0]}")
    actual = golden.as_text(result.pdf)
    expected_file = folder / "expected.txt"
    if os.environ.get("LETTERPRESS_ACCEPT"):
        expected_file.write_text(actual, encoding="utf-8")
    expected = expected_file.read_text(encoding="utf-8")
    same = len(_places(actual)) == len(_places(expected)) and all(
        one == other
        or (
            not isinstance(one, str)
            and not isinstance(other, str)
            and one[2] == other[2]
            and abs(one[0] - other[0]) <= TOLERANCE
            and abs(one[1] - other[1]) <= TOLERANCE
        )
        for one, other in zip(_places(actual), _places(expected), strict=True)
    )
    if not same:
        (folder / "actual.txt").write_text(actual, encoding="utf-8")
        (folder / "actual.pdf").write_bytes(result.pdf)
    assert same, f"{case}: compare actual.txt with expected.txt"
