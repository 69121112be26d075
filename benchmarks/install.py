"""How large an install is: the core's packages and what each extra adds. Prints a table, asserts nothing.

    python benchmarks/install.py

Read from the metadata of this environment's packages, so that nothing is installed for it: the packages that the core
asks for and those that they ask for, and the sizes of their files, compiled ones (.pyc) apart.
"""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from packaging.requirements import Requirement
from rich.console import Console
from rich.table import Table

DEVELOPERS = {"dev", "docs", "proof", "test"}
ROOT = Path(__file__).resolve().parent.parent


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def closure(name: str, extras: Iterable[str], found: dict[str, set[str]], lacking: set[str]) -> None:
    """Put a package and all that it asks for into `found`, with the extras that each is asked for with."""
    extras = set(extras)
    if name in found and extras <= found[name]:
        return
    found.setdefault(name, set()).update(extras)
    try:
        asked = importlib.metadata.requires(name) or []
    except importlib.metadata.PackageNotFoundError:
        lacking.add(name)
        return
    for requirement in map(Requirement, asked):
        wanted = requirement.marker
        if wanted is None or any(wanted.evaluate({"extra": extra}) for extra in ("", *extras)):
            closure(plain(requirement.name), requirement.extras, found, lacking)


@cache
def size(name: str) -> int:
    """Bytes of a package's files; of letterpress, what its wheel takes from the checkout."""
    if name == "letterpress":
        files: Iterable[Path] = (ROOT / "src/letterpress").rglob("*")
    else:
        distribution = importlib.metadata.distribution(name)
        files = (Path(str(distribution.locate_file(file))) for file in distribution.files or ())
    return sum(file.stat().st_size for file in files if file.is_file() and file.suffix != ".pyc")


def main() -> None:
    core: dict[str, set[str]] = {}
    lacking: set[str] = set()
    closure("letterpress", (), core, lacking)
    table = Table("what", "packages", "MB", "the largest of them")

    def row(what: str, names: set[str]) -> None:
        there = sorted(names - lacking, key=size, reverse=True)
        largest = ", ".join(f"{name} {size(name) / 1e6:.1f}" for name in there[:4])
        absent = sorted(names & lacking)
        said = f"{largest}; not here: {', '.join(absent)}" if absent else largest
        table.add_row(what, str(len(names)), f"{sum(map(size, there)) / 1e6:.1f}", said)

    row("letterpress", set(core))
    for extra in sorted(importlib.metadata.metadata("letterpress").get_all("Provides-Extra") or ()):
        found: dict[str, set[str]] = {}
        closure("letterpress", (extra,), found, lacking)
        if (added := set(found) - set(core)) and extra not in DEVELOPERS:
            row(f"{extra} adds", added)
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
