"""Says which Python packages are installed, by letterpress's own metadata: those of the core, and those of each extra.

Not here: what an extra is for (data/extras.toml). Source: the core metadata specification (Requires-Dist,
Provides-Extra), of which letterpress writes plain lowest versions alone.
"""

from __future__ import annotations

import re
import sys
from importlib import metadata
from pathlib import Path

from letterpress import data
from letterpress.installation.values import Part, Status

NAME = "letterpress"
_REQUIREMENT = re.compile(r"([\w.-]+)(?:\[[\w, .-]+\])?\s*([^;]*)(?:;.*\bextra\s*==\s*['\"]([\w.-]+)['\"])?")
_LOWEST = re.compile(r">=\s*([\w.]+)")
_TOOLS = {
    "pipx_metadata.json": "pipx install --force '{}'",
    "uv-receipt.toml": "uv tool install --force '{}'",
}
"""A file that a program leaves in an environment that it has made, and how that program installs."""


def parts() -> list[Part]:
    """Look at the packages of the core, and at those of each extra that people use.

    :raises metadata.PackageNotFoundError: letterpress runs without being installed.
    """
    needed: dict[str | None, list[tuple[str, str]]] = {}
    for requirement in metadata.requires(NAME) or ():
        match = _REQUIREMENT.match(requirement)
        if match is not None and match[1] != NAME:
            lowest = _LOWEST.search(match[2])
            needed.setdefault(match[3], []).append((match[1], lowest[1] if lowest else ""))
    uses = data.table("extras")
    extras = [name for name in metadata.metadata(NAME).get_all("Provides-Extra") or () if name in uses]
    core = needed.get(None, [])
    return [_core(core), *_layout(), *(_extra(name, needed.get(name, []), uses[name]) for name in sorted(extras))]


def how_to_install(extra: str = "") -> str:
    """Write the command that installs letterpress, with an extra, the way that it was installed here."""
    what = f"{NAME}[{extra}]" if extra else NAME
    tool = next((how for file, how in _TOOLS.items() if (Path(sys.prefix) / file).is_file()), "pip install '{}'")
    return tool.format(what)


def _core(required: list[tuple[str, str]]) -> Part:
    lacks, status = _lacking(required)
    return Part(
        name="Python packages",
        kind="core",
        status=status,
        version=f"{len(required) - len(lacks)} of {len(required)}",
        use="what letterpress is built on",
        lacks=lacks,
        get=how_to_install() if lacks else None,
    )


def _layout() -> list[Part]:
    """Name the version of the package that decides where each line ends."""
    try:
        version = metadata.version("weasyprint")
    except metadata.PackageNotFoundError:
        return []
    return [Part(name="WeasyPrint", kind="core", status="there", version=version, use="lays letters out")]


def _extra(name: str, required: list[tuple[str, str]], use: str) -> Part:
    lacks, status = _lacking(required)
    return Part(
        name=name, kind="extra", status=status, use=use, lacks=lacks, get=how_to_install(name) if lacks else None
    )


def _lacking(required: list[tuple[str, str]]) -> tuple[tuple[str, ...], Status]:
    """Find the packages that are missing or too old."""
    lacks: list[str] = []
    status: Status = "there"
    for name, lowest in required:
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            lacks.append(name)
            status = "missing"
            continue
        if release(found) < release(lowest):
            lacks.append(f"{name} {found} (at least {lowest})")
            status = status if status == "missing" else "too old"
    return tuple(lacks), status


def release(version: str) -> tuple[int, ...]:
    """Give the numbers of a version to compare by: `70.0rc1` is (70,), since zeros at the end say nothing."""
    numbers = [int(number) for number in re.match(r"[\d.]*", version)[0].split(".") if number]  # type: ignore[index]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)
