"""Makes the table of letterpress's optional parts, of pyproject.toml and of the words in data/extras.toml."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from letterpress import data

PYPROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


def page() -> str:
    """Give the table."""
    extras = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    lines = ["| part | what it is for | packages |", "|---|---|---|"]
    for name, use in sorted(data.table("extras").items()):
        packages = ", ".join(f"`{re.split('[<>=]', package)[0]}`" for package in extras[name])
        lines.append(f"| `letterpress[{name}]` | {use} | {packages} |")
    return "\n".join(lines) + "\n"
