"""Packages: what each says of itself, and which of its modules others may know."""

from __future__ import annotations

import importlib
import re
import tomllib
from pathlib import Path

import pytest

import letterpress

SOURCE = Path(letterpress.__file__).parent
PACKAGES = sorted(path.parent.name for path in SOURCE.glob("*/__init__.py"))
WITHOUT_MODULES = {"cli", "data", "places", "preflight", "serve", "signing"}
"""Packages that are used by names of the package itself, or by nobody."""
TOP = {
    "__init__",
    "__main__",
    "api",
    "errors",
    "cache",
    "conformity",
    "dispatch",
    "enclosed",
    "code",
    "frozen",
    "mail",
    "model",
    "output",
    "page",
    "pipeline",
    "scaffold",
    "stamp",
    "upgrade",
    "writing",
}
MOST_LINES = 400


def contracts() -> dict[str, set[str]]:
    """The modules that `pyproject.toml` lets others import, by package."""
    project = tomllib.loads((SOURCE.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    found: dict[str, set[str]] = {}
    for contract in project["tool"]["importlinter"]["contracts"]:
        for line in contract.get("ignore_imports", ()):
            package, module = line.partition(" -> ")[2].split(".")[1:3]
            found.setdefault(package, set()).add(module)
    return found


def test_the_packages_are_those_of_the_map() -> None:
    assert set(PACKAGES) == {
        *("addressing", "batch", "cli", "content", "data", "files", "filling", "fonts", "layout", "letterhead", "pdf"),
        *(
            "interactive",
            "carriers",
            "codes",
            "einvoice",
            "inserters",
            "installation",
            "mcp",
            "places",
            "post",
            "preflight",
            "processes",
            "rawhtml",
            "recipients",
            "schema",
            "serve",
            "shards",
            "signing",
            "studio",
            "templating",
            "text",
        ),
    }
    assert {path.stem for path in SOURCE.glob("*.py")} == TOP


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_says_its_job_and_names_its_public_modules(name: str) -> None:
    package = importlib.import_module(f"letterpress.{name}")
    assert package.__doc__ is not None
    assert package.__doc__.splitlines()[0].endswith((".", ":")), package.__doc__
    if name not in WITHOUT_MODULES:
        assert set(package.__all__) == contracts()[name]
        for module in package.__all__:
            assert (SOURCE / name / f"{module}.py").is_file() or (SOURCE / name / module).is_dir()


def test_a_module_is_short_and_says_its_job() -> None:
    wrong = []
    for path in sorted(SOURCE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        words = text[3 : text.find('"""', 3)] if text.startswith('"""') else ""  # to parse all takes seconds
        if len(text.splitlines()) > MOST_LINES or not words or re.search(r"Secret:|^Job:", words, re.MULTILINE):
            wrong.append(str(path.relative_to(SOURCE)))
    assert not wrong, "\n".join(wrong)
