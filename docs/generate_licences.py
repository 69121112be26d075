"""Makes the page of licences: what the wheel holds besides letterpress's own code, and the packages that it needs.

What ships stands in docs/shipped.toml. Which packages are needed, pyproject.toml says; under which licence each is, its
own metadata, as far as it is installed where the page is made.
"""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

from letterpress import data

ROOT = Path(__file__).resolve().parent.parent


def shipped() -> list[dict[str, str]]:
    """Read what ships."""
    found: list[dict[str, str]] = tomllib.loads((ROOT / "docs/shipped.toml").read_text(encoding="utf-8"))["shipped"]
    return found


def elsewhere() -> dict[str, dict[str, str]]:
    """Read which packages do not say their licence themselves, and who says it."""
    found: dict[str, dict[str, str]] = tomllib.loads((ROOT / "docs/shipped.toml").read_text(encoding="utf-8"))[
        "elsewhere"
    ]
    return found


def page() -> str:
    """Give the page, without its title."""
    lines = [
        "## In the package itself",
        "",
        "| what | version | licence | where it is | source |",
        "|---|---|---|---|---|",
    ]
    lines.append("| letterpress: code, tables, letterheads | | `MIT` | everywhere else | |")
    for one in shipped():
        source = f"<{one['source']}>" if one["source"].startswith("https:") else f"`{one['source']}`"
        name = f"{one['name']}: {one['what']}"
        lines.append(f"| {name} | {one.get('version', '')} | `{one['licence']}` | `{one['files']}` | {source} |")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines += ["", "## Packages that letterpress needs", "", *_packages(project["dependencies"])]
    for extra in sorted(data.table("extras")):
        lines += ["", f"## Packages of letterpress[{extra}]", "", *_packages(project["optional-dependencies"][extra])]
    return "\n".join(lines) + "\n"


def _packages(requirements: list[str]) -> list[str]:
    names = [re.split(r"[\[<>=!~ ;]", requirement)[0] for requirement in requirements]
    rows = [f"| `{name}` | {licence(name)} |" for name in names]
    return ["| package | licence, as it says itself |", "|---|---|", *rows]


def licence(name: str) -> str:
    """What a package's metadata says of its licence."""
    try:
        about: Any = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return "not installed where this page was made"
    said = about.get("License-Expression") or about.get("License") or ""
    if not said or len(said) > 60 or said == "UNKNOWN":
        known = [
            one.rpartition("::")[2].strip() for one in about.get_all("Classifier") or () if one.startswith("License ::")
        ]
        said = ", ".join(known) or said.strip().partition("\n")[0][:60]
    if not said and name in elsewhere():
        about = elsewhere()[name]
        return f"{about['licence']} (<{about['source']}>)"
    return said.replace("|", "/").replace("\n", " ") or "it says none"
