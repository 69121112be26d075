"""`letterpress doctor`: it says what is there, what is missing for what, and never ends in a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import pytest

from letterpress import cache, data
from letterpress.installation import machine, packages, report, surroundings
from tests.support.project import ROOT, Project

FOR_DEVELOPERS = {"test", "docs", "dev", "proof"}


def test_all_that_letters_need_is_there(project: Project) -> None:
    project.letterhead("plain", toml="nonsense = 1\n")  # the trial is letterpress's own, whatever a project has
    ran = project.cli("doctor", "--json")
    said = ran.json
    assert (ran.code, said["passed"]) == (0, True), ran
    parts = {part["name"]: part for part in said["parts"]}
    needed = [name for name, part in parts.items() if part["needed"]]
    assert needed == [*("Python", "Python packages", "WeasyPrint", "Pango", "HarfBuzz", "shipped fonts", "a letter")]
    assert {part["status"] for part in parts.values() if part["needed"]} == {"there"}
    assert parts["Python packages"]["version"].startswith(str(len(_pyproject()["dependencies"])))
    assert parts["a letter"]["version"].startswith("made in")
    assert {"fonts of japanese", "Poppler"} <= parts.keys()
    assert all((part["get"] is None) == (part["status"] == "there") for part in parts.values())
    text = project.cli("doctor")
    assert text.code == 0
    assert all(f"  {name}" in text.out and part["use"] in text.out for name, part in parts.items())


def _pyproject() -> dict[str, list[str]]:
    found: dict[str, list[str]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return found


def test_every_extra_that_people_use_has_words_and_no_other() -> None:
    extras = set(_pyproject()["optional-dependencies"])
    assert set(data.table("extras")) == extras - FOR_DEVELOPERS


METADATA = """Metadata-Version: 2.4
Name: letterpress
Version: 0.1.0
Requires-Python: >=3.99
Provides-Extra: studio
Provides-Extra: codes
Provides-Extra: serve
Provides-Extra: dev
Requires-Dist: click>=8
Requires-Dist: rich[jupyter]>=999.1
Requires-Dist: never-heard-of>=1
Requires-Dist: click>=8; extra == 'studio'
Requires-Dist: rich (>=999) ; extra == "serve"
Requires-Dist: never-heard-of<3,>=2; python_version > "3" and extra == 'codes'
Requires-Dist: letterpress[studio]; extra == 'dev'
"""


def test_packages_are_those_of_the_metadata(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "letterpress-0.1.0.dist-info").mkdir()
    (tmp_path / "letterpress-0.1.0.dist-info/METADATA").write_text(METADATA)
    monkeypatch.syspath_prepend(str(tmp_path))
    core, weasyprint, *extras = packages.parts()
    assert (core.status, core.version, weasyprint.name) == ("missing", "1 of 3", "WeasyPrint")
    assert core.lacks[0].startswith("rich ")
    assert core.lacks[0].endswith(" (at least 999.1)")
    assert core.lacks[1:] == ("never-heard-of",)
    assert [(part.name, part.status, part.get) for part in extras] == [
        ("codes", "missing", "pip install 'letterpress[codes]'"),
        ("serve", "too old", "pip install 'letterpress[serve]'"),
        ("studio", "there", None),
    ]
    (tmp_path / "pipx_metadata.json").write_text("{}")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert packages.how_to_install("codes") == "pipx install --force 'letterpress[codes]'"
    python = report.look(tmp_path).parts[0]
    assert (python.status, (python.get or "")[:19]) == ("too old", "Python 3.99 or newe")
    assert "All of them at once: pipx install --force 'letterpress[codes,serve]'" in project.cli("doctor", ".").out


@pytest.mark.parametrize(
    ("older", "newer"), [("9.1", "10"), ("3.2", "3.2.1"), ("70rc1", "70.1"), ("", "0.1"), ("2024.8.6", "2024.12")]
)
def test_versions_are_compared_by_their_numbers(older: str, newer: str) -> None:
    assert packages.release(older) < packages.release(newer)
    assert packages.release("70") == packages.release("70.0") == packages.release("70.0.0rc2")


def test_what_fails_at_one_part_is_said_and_the_others_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(machine, "faces", broken)
    monkeypatch.setattr(packages, "NAME", "never-heard-of")
    found = report.look(tmp_path)
    assert [fault.code for fault in found.diagnostics] == ["metadata-missing", "itself-failed"]
    assert not found.passed
    assert {"a letter", "Pango", "Poppler"} <= {part.name for part in found.parts}


def test_what_is_wrong_around_it_is_said(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(project.root / "none"))
    monkeypatch.setenv(cache.SWITCH, "off")
    cache.forget()
    try:
        found = list(surroundings.faults(project.root))
    finally:
        cache.forget()
    assert [(fault.severity, fault.code) for fault in found] == [
        ("error", "temporary-unwritable"),
        ("note", "cache-unusable"),
    ]
    assert found[0].file == str(project.root / "none")


def test_a_library_that_does_not_load_and_a_system_without_utf8(tmp_path: Path) -> None:
    """As a person meets it: letters cannot be made, each fault is a sentence, and there is no traceback."""
    (tmp_path / "libpango-1.0.so.0").write_bytes(b"")  # the loader takes the first of that name
    settings = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "LD_LIBRARY_PATH": str(tmp_path)}
    command = [sys.executable, "-m", "letterpress", "doctor", "--json"]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env={**os.environ, **settings})
    assert (ran.returncode, "Traceback" in ran.stderr) == (1, False), ran
    said = json.loads(ran.stdout)
    parts = {part["name"]: part for part in said["parts"]}
    if sys.platform == "linux":
        assert (said["passed"], parts["Pango"]["status"], parts["HarfBuzz"]["status"]) == (False, "missing", "there")
        assert "libpango-1.0-0" in parts["Pango"]["get"]
        assert [fault["code"] for fault in said["diagnostics"]] == [
            "library-missing",
            "encoding-other",
            "encoding-other",
        ]
    assert "Letters cannot be made here" in ran.stderr


def test_a_folder_that_is_not_there_is_wrong_usage(project: Project) -> None:
    ran = project.cli("doctor", "none", "--json")
    assert (ran.code, ran.faults[0]["code"]) == (2, "file-missing")
