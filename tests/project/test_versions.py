"""Which versions `make test-versions` tries, what it skips aloud, and what it calls a failure."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def versions() -> Any:
    spec = importlib.util.spec_from_file_location("versions_script", ROOT / ".ci" / "versions.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _python(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_every_requirement_is_held_to_its_lowest_version(versions: Any) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    constraints = list(versions.minimums(project))
    names = [re.split(r"[\[>]", requirement)[0] for requirement in project["dependencies"]]
    assert [constraint.partition("==")[0] for constraint in constraints][: len(names)] == names
    assert {"weasyprint==70.0", "psycopg==3.2.1"} <= set(constraints)
    assert any(constraint.startswith("pytest==") for constraint in constraints)


@pytest.mark.parametrize("requirement", ["click", "click<9", "click>=8,<9", "click~=8.1"])
def test_a_requirement_without_a_plain_minimum_is_a_fault(versions: Any, requirement: str) -> None:
    project = {"dependencies": [requirement], "optional-dependencies": {"test": [], "pkcs11": []}}
    with pytest.raises(versions.Failed, match=re.escape(requirement)):
        list(versions.minimums(project))


def test_the_newest_interpreter_that_starts_is_taken(
    versions: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path / 'path'}:/usr/bin:/bin")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    with pytest.raises(versions.Skipped, match=r"no Python 3\.98"):
        versions.interpreter("3.98")
    _python(tmp_path / "path/python3.98", "echo 'pyenv: python3.98: command not found' >&2; exit 127")
    _python(tmp_path / "pyenv/versions/3.98.9/bin/python3", "echo 3.98")
    _python(tmp_path / "pyenv/versions/3.98.10/bin/python3", "echo 3.98")
    assert versions.interpreter("3.98") == tmp_path / "pyenv/versions/3.98.10/bin/python3"
    _python(tmp_path / "path/python3.98", "echo 3.98")
    assert versions.interpreter("3.98") == tmp_path / "path/python3.98"


def test_minimums_that_contradict_are_a_failure_and_a_missing_package_is_not(versions: Any) -> None:
    with pytest.raises(versions.Failed, match="contradict"):
        versions._run(["sh", "-c", "echo 'ERROR: ResolutionImpossible: for help visit' >&2; exit 1"])
    with pytest.raises(versions.Skipped, match="No matching distribution"):
        versions._run(["sh", "-c", "echo 'ERROR: No matching distribution found' >&2; exit 1"])
    versions._run(["true"])


def test_an_environment_is_kept_until_pyproject_changes(
    versions: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[list[str]] = []

    def run(command: list[Any]) -> None:
        ran.append([str(word) for word in command])
        if "venv" in command:
            _python(Path(command[-1]) / "bin/python", "")

    monkeypatch.setattr(versions, "ROOT", tmp_path)
    monkeypatch.setattr(versions, "_run", run)
    monkeypatch.setattr(versions, "interpreter", lambda version: Path(f"/python{version}"))
    requirements = '[project]\ndependencies = ["click>=8.1"]\noptional-dependencies = { test = [], pkcs11 = [] }\n'
    (tmp_path / "pyproject.toml").write_text(requirements)
    python = versions.environment("lowest")
    assert python == tmp_path / ".venv-lowest/bin/python"
    assert ran[0][0] == "/python3.11"  # the lowest Python as well
    assert (tmp_path / ".venv-lowest/lowest.txt").read_text() == "click==8.1\n"
    assert ran[1][-1] == str(tmp_path / ".venv-lowest/lowest.txt")
    versions.environment("lowest")
    assert len(ran) == 2
    (tmp_path / "pyproject.toml").write_text(requirements.replace("8.1", "8.2"))
    versions.environment("lowest")
    assert len(ran) == 4


def test_what_is_skipped_is_said_and_only_a_failure_fails(
    versions: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def test(version: str) -> None:
        if version == "3.12":
            raise versions.Skipped("there is no Python 3.12 on this machine")
        if version == "lowest":
            raise versions.Failed("pytest ended with 1")

    monkeypatch.setattr(versions, "test", test)
    assert versions.main(["3.12", "3.13"]) == 0
    assert "versions: 3.12: SKIPPED, since there is no Python 3.12" in capsys.readouterr().err
    assert versions.main([]) == 1
    assert "versions: failed: lowest" in capsys.readouterr().err
    assert versions.main(["3.8"]) == 2


def test_no_smoke_test_ends_as_a_failure(versions: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """pytest ends with 5 where it has run nothing: a marker that was lost must not look like success."""
    monkeypatch.setattr(versions, "environment", lambda version: Path("/bin/python"))
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 5))
    with pytest.raises(versions.Failed, match="ended with 5"):
        versions.test("3.12")
