"""Where a project lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from letterpress.files import project


def test_the_root_is_the_nearest_folder_with_content_or_templates(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (inner / "x.md").write_text("x")
    assert project.root_of(inner / "x.md") == tmp_path
    (tmp_path / "a" / "content").mkdir()
    assert project.root_of(inner / "x.md") == tmp_path / "a"
    assert project.root_of(inner / "to-come.md") == tmp_path / "a"
    assert project.root_of(inner) == project.find_root(inner) == tmp_path / "a"


def test_a_folder_outside_of_any_project_is_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lone = tmp_path / "lone"
    lone.mkdir()
    (lone / "content").write_text("a file of that name is no sign of a project")
    monkeypatch.chdir(lone)
    assert project.find_root(Path("x.md")) is None
    assert project.root_of(Path("x.md")) == project.root_of(Path()) == lone
