"""The table of kinds of faults: each is held by tests of the project's own, and each test that it names is there."""

from __future__ import annotations

import ast
import tomllib
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
TABLE = tomllib.loads((TESTS / "kinds/kinds.toml").read_text(encoding="utf-8"))


@cache
def names_in(path: str) -> frozenset[str]:
    """Names of the tests in a file of the tests."""
    tree = ast.parse((TESTS / path).read_text(encoding="utf-8"))
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef))
    return frozenset(node.name for node in functions if node.name.startswith("test_"))


@pytest.mark.parametrize("case", TABLE["cases"])
def test_each_case_is_of_a_kind_that_tests_of_the_project_hold(case: str) -> None:
    entry = TABLE["cases"][case]
    assert entry["kind"] in TABLE["kinds"]
    assert entry["tests"]
    for test in entry["tests"]:
        path, name = test.split("::")
        assert name in names_in(path), f"{test} is not there"


def test_every_kind_has_a_case() -> None:
    assert {entry["kind"] for entry in TABLE["cases"].values()} == set(TABLE["kinds"])
