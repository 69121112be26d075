"""What the wheel and the sdist have to hold, and under which licence what ships is. They are built by tests/proofs/install.py."""

from __future__ import annotations

import importlib.util
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.proofs import install

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/letterpress"
TEXTS = {".py", ".toml", ".html", ".css", ".md", ".json", ".txt", ".yml", ".svg", ".typed", ""}


@pytest.fixture(scope="module")
def licences() -> Any:
    spec = importlib.util.spec_from_file_location("licences", ROOT / "docs/generate_licences.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


NAMES = ("src/letterpress/a.py", "src/letterpress/data/b.toml", "templates/plain/style.css", "docs/c.md", "LICENSE")


def _wheel(path: Path, *names: str) -> Path:
    info = ("METADATA", "RECORD", "entry_points.txt", "licenses/LICENSE")
    with zipfile.ZipFile(path, "w") as archive:
        for name in (*names, *(f"letterpress-0.1.0.dist-info/{name}" for name in info)):
            archive.writestr(name, "")
    return path


def test_a_wheel_holds_the_package_with_the_letterheads_and_nothing_else(tmp_path: Path) -> None:
    whole = ("letterpress/a.py", "letterpress/data/b.toml", "letterpress/templates/plain/style.css")
    assert install.faults_of_wheel(_wheel(tmp_path / "a.whl", *whole), NAMES) == []
    assert install.faults_of_wheel(_wheel(tmp_path / "b.whl", *whole[:2], "letterpress/out.pdf"), NAMES) == [
        "the wheel lacks letterpress/templates/plain/style.css",
        "the wheel has letterpress/out.pdf, which is not in the repository",
    ]
    names = (*NAMES, "src/letterpress/data/fonts/x/OFL.txt")
    faults = install.faults_of_wheel(_wheel(tmp_path / "c.whl", *whole), names)
    assert "the wheel lacks licenses/src/letterpress/data/fonts/x/OFL.txt" in faults


def test_an_sdist_holds_nothing_that_is_not_in_the_repository(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as archive:
        for name in ("PKG-INFO", "src/letterpress/a.py", "templates/plain/style.css", "ada.p12"):
            archive.addfile(tarfile.TarInfo(f"letterpress-0.1.0/{name}"))
    assert install.faults_of_sdist(tmp_path / "a.tar.gz", NAMES) == [
        "the sdist has ada.p12, which is not in the repository",
        "the sdist lacks src/letterpress/data/b.toml",
    ]


def test_what_ships_is_listed_with_its_licence(licences: Any) -> None:
    """Every file that is no text of ours is of one entry; its licence lies in the package, and the wheel names it."""
    listed = {path: one["name"] for one in licences.shipped() for path in SOURCE.glob(one["files"])}
    ours = SOURCE / "studio/static/js"
    foreign = {
        path
        for path in map(ROOT.joinpath, install.tracked())
        if path.is_relative_to(SOURCE) and path.suffix not in TEXTS and not path.is_relative_to(ours)
    }
    assert {path.name for path in foreign} == {path.name for path in listed}
    named = install._licences(install.tracked())
    for one in licences.shipped():
        file = SOURCE / one["licence_file"]
        assert file.is_file(), one["name"]
        assert file.suffix == ".md" or str(file.relative_to(ROOT)) in named, one["name"]
    expression = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["license"]
    assert set(expression.split(" AND ")) == {one["licence"] for one in licences.shipped()}


def test_the_page_of_licences_lists_all_packages(licences: Any) -> None:
    page = licences.page()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for requirement in project["dependencies"]:
        assert f"| `{requirement.partition('>')[0].partition('[')[0]}` | " in page
    assert "| `pikepdf` | MPL-2.0 |" in page
    assert "| `click` | BSD-3-Clause |" in page
    assert "it says none" not in page


def test_a_package_that_says_no_licence_has_it_from_who_does(
    licences: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("saxonche", "never-heard-of"):
        (tmp_path / f"{name.replace('-', '_')}-1.0.dist-info").mkdir()
        about = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
        (tmp_path / f"{name.replace('-', '_')}-1.0.dist-info/METADATA").write_text(about)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert licences.licence("saxonche").startswith("MPL-2.0, as its maker says")
    assert "saxonica.com" in licences.licence("saxonche")
    assert licences.licence("never-heard-of") == "it says none"


def test_the_editor_in_the_bill_of_materials() -> None:
    found = {one["name"]: one for one in install._of_editor()}
    assert found["@codemirror/view"]["purl"].startswith("pkg:npm/%40codemirror/view@6.")
    assert {"style-mod", "crelt", "w3c-keyname"} <= found.keys()
    assert "esbuild" not in found
    assert {one["name"] for one in install._shipped()} >= {"Inter", "coated.icc"}
