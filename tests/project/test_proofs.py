"""The command that runs all proofs: which there are, what it says of each, and what it keeps."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.proofs import covered, deciding, every, mutations
from tests.proofs.deciding import Area
from tests.proofs.every import PROOFS, Proof

ROOT = Path(__file__).resolve().parents[2]
MAKEFILE = """\
proof-good:
	@echo 20 letters, 0 lost $(LETTERS); echo '└────┘'
proof-bad:
	@echo 3 lost; exit 1
proof-odd:
	@echo never
"""
FEW = (
    Proof(name="good", holds="nothing is lost", small="LETTERS=7"),
    Proof(name="bad", holds="that fails"),
    Proof(name="odd", holds="needs more", needs=("no-such-command",)),
    Proof(name="gone", holds="has no target"),
)


@pytest.fixture(name="make")
def _make(tmp_path: Path) -> str:
    (tmp_path / "Makefile").write_text(MAKEFILE)
    script = tmp_path / "make"
    script.write_text(f'#!/bin/sh\nexec make -f {tmp_path}/Makefile "$@"\n')
    script.chmod(0o755)
    return str(script)


@pytest.mark.parametrize("level", ["0", "1"])  # of make: the command is a target itself
def test_one_that_fails_stops_none_and_the_table_has_all(
    tmp_path: Path, make: str, level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAKELEVEL", level)
    about = {"folder": tmp_path, "targets": every.targets_of(MAKEFILE), "make": make}
    assert every.all_of(FEW, long=False, commit="abc", **about) == 1
    rows = {row["name"]: row for row in json.loads((tmp_path / "proofs.json").read_text())}
    assert {name: (row["state"], row["said"]) for name, row in rows.items()} == {
        "good": ("passed", "20 letters, 0 lost 7"),
        "bad": ("failed", "3 lost"),
        "odd": ("not run", "needs no-such-command"),
        "gone": ("not run", "there is no target proof-gone"),
    }
    assert "Error 1" in (tmp_path / "proofs/bad.txt").read_text()
    table = (tmp_path / "proofs.md").read_text().splitlines()
    assert len(table) == 2 + len(FEW)
    assert {line.count("|") for line in table} == {10}


def test_what_has_passed_at_a_commit_is_not_run_again(tmp_path: Path, make: str) -> None:
    about = {"folder": tmp_path, "targets": every.targets_of(MAKEFILE), "make": make}
    log = tmp_path / "proofs/good.txt"
    for commit, long, again in (
        ("abc", False, True),
        ("abc", False, False),
        ("abc", True, True),
        ("abd", False, True),
        ("abd+", False, True),
        ("abd+", False, True),
    ):
        if log.exists():
            log.write_text("kept")
        every.all_of(FEW[:1], long=long, commit=commit, **about)
        assert (log.read_text() != "kept") == again, (commit, long)


def test_each_proof_is_a_target_and_each_target_is_among_them() -> None:
    targets = every.targets_of((ROOT / "Makefile").read_text(encoding="utf-8"))
    by_hand = {"proof-foreign", "proof-foreign-enclosures"}  # of a folder of files that is not ours
    assert {target for target in targets if target.startswith("proof-")} - by_hand == {
        f"proof-{one.name}" for one in PROOFS
    }
    documented = re.findall(
        r"^\| `make proof-([\w-]+)`", (ROOT / "docs/proofs.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert documented == [one.name for one in PROOFS]


def test_a_module_is_changed_in_each_place_that_decides_and_nowhere_else() -> None:
    source = """\
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from a import b
LEAST = 3


def check(one: int = 3) -> bool:
    "It is 5 or more."
    if one < LEAST and not one:
        log(one)
    return one == 1
"""
    found = [(one.place, one.change) for one in mutations.mutants(source)]
    assert found == [
        ("", "`3` -> `4`"),
        ("check", "`3` -> `4`"),
        ("check", "`one < LEAST and (not one)` -> `one < LEAST or not one`"),
        ("check", "`one < LEAST` -> `one <= LEAST`"),
        ("check", "`log(one)` -> `None`"),
        ("check", "`return one == 1` -> `return None`"),
        ("check", "`one == 1` -> `one != 1`"),
        ("check", "`1` -> `2`"),
    ]
    for one in mutations.mutants(source):
        compile(one.source, "mutant", "exec")


def test_what_is_explained_of_mutations_is_of_modules_that_are_tried() -> None:
    assert mutations.explained().keys() <= mutations.MODULES.keys()
    assert all((ROOT / f"src/letterpress/{module}.py").is_file() for module in mutations.MODULES)
    assert all((ROOT / path).exists() for tests in mutations.MODULES.values() for path in tests.split())


def test_what_is_changed_is_among_what_decides_and_each_path_is_there() -> None:
    assert mutations.MODULES.keys() <= deciding.modules().keys()
    assert all((ROOT / path).exists() for area in deciding.AREAS for path in area.tests)
    assert all(file.is_file() for area in deciding.AREAS for file in area.files())


def test_branches_of_a_module_and_of_an_area_are_counted() -> None:
    area = Area(about="money", modules=("text/numbers", "codes/payment"), tests=())
    report = {
        "files": {
            "src/letterpress/text/numbers.py": {
                "missing_branches": [[7, 9], [7, -1], [3, 4]],
                "summary": {"num_branches": 60, "covered_branches": 57},
            },
            "src/letterpress/codes/payment.py": {
                "missing_branches": [],
                "summary": {"num_branches": 0, "covered_branches": 0},
            },
        }
    }
    found = covered.rows(area, report)
    assert [(row.name, row.taken, row.branches, row.percent, row.lines) for row in found] == [
        ("text/numbers", 57, 60, 95.0, (3, 7)),
        ("codes/payment", 0, 0, 100.0, ()),
    ]
    assert (covered.total(area, found).taken, covered.total(area, found).branches) == (57, 60)
    assert not covered.low(found)
    assert covered.low([covered.Row(name="one", branches=20, taken=18)])
