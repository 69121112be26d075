"""Makes the page of errors: what each code of a diagnostic means and what to do, by package and code.

Its source is `src/letterpress/data/diagnostics/`: a file for each package, whose first line says what its faults are.
Each code is an anchor, `#field-unknown`, so that a program can link to it.
"""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from importlib.resources.abc import Traversable


def page() -> str:
    """Make the page in Markdown (MyST), without a title."""
    tables = sorted(files("letterpress.data").joinpath("diagnostics").iterdir(), key=lambda table: table.name)
    return "\n".join(_section(table) for table in tables if table.name.endswith(".toml"))


def _section(table: Traversable) -> str:
    """Make the section of one package."""
    text = table.read_text(encoding="utf-8")
    package = table.name.removesuffix(".toml")
    about = re.match(r"# (.+?)(?: \(\S+\))?\.?\n", text)
    parts = [f"## {package}\n", f"{about[1]}.\n" if about else ""]
    for code, entry in sorted(tomllib.loads(text).items()):
        means, remedy = _escaped(entry["means"]), _escaped(entry["do"])
        parts.append(f"({code})=\n### {code}\n\n{means}\n\n**What to do:** {remedy}\n")
    return "\n".join(part for part in parts if part)


def _escaped(text: str) -> str:
    """Write `<` and `[` so that Markdown takes them for no HTML, link or image; code between backticks stays."""
    pieces = text.split("`")
    plain = (piece.replace("<", "&lt;").replace("[", "\\[") for piece in pieces)
    return "`".join(
        piece if number % 2 else other for number, (piece, other) in enumerate(zip(pieces, plain, strict=True))
    )


if __name__ == "__main__":
    print(page())
