"""The same thing has one name: options that several commands have are the same in each, or are listed with the reason."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def names() -> Any:
    spec = importlib.util.spec_from_file_location("names", ROOT / "docs/generate_names.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_an_option_is_the_same_in_each_command_or_its_reason_is_listed(names: Any) -> None:
    """Mend the option, or say in docs/one_voice.toml why it has to differ; a reason that is no longer needed goes."""
    found = names.options()
    wrong = {name: [use[:4] for use in found[name]] for name in names.differing() - names.reasons().keys()}
    assert wrong == {}
    assert sorted(names.reasons().keys() - names.differing()) == []
    assert all(names.reasons().values())


def test_a_choice_of_a_letter_has_one_name_everywhere(names: Any) -> None:
    """What can be chosen for a letter: option, field of a request and keyword of Python."""
    from letterpress.letterhead import choices

    options, http, python = names.options(), names.http(), names.python()
    for spec in choices.TABLE:
        assert spec.flag in options, spec.name
        assert spec.name in python, spec.name
        assert spec.name in http, spec.name


def test_the_page_has_all_options_and_names(names: Any) -> None:
    page = names.page()
    for option in names.options():
        assert f"| `{option}` | " in page
    for name in ("letterhead", "diagnostics", "lang", "enclosures"):
        (row,) = [line for line in page.splitlines() if line.startswith(f"| `{name}` | ")]
        assert row.count("`") > 4, row
    assert names.json_keys()["signatures"]
