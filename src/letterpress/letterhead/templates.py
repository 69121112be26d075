"""Finds and runs the templates of a letterhead's folder, and of those that it extends, by their names.

Not here: what they may name (`context`, `compose`), and what they may do (`templating.sandbox`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from letterpress.errors import LetterpressError, shown_path
from letterpress.letterhead.definition import Letterhead
from letterpress.templating import sandbox, tracing
from letterpress.templating.messages import TemplateFault


def stamps(folders: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """List the files of a letterhead with their times (ns), so that a running process sees a change on disk."""
    return tuple(
        (str(path), path.stat().st_mtime_ns)
        for folder in folders
        for path in sorted(Path(folder).iterdir())
        if path.suffix in (".html", ".css", ".toml")
    )


@lru_cache(maxsize=32)
def of_pages(folders: tuple[str, ...], _stamps: tuple[tuple[str, int], ...]) -> Any:
    """Give what gets templates of pages by name."""
    return sandbox.environment(_finder(folders), html=True)


@lru_cache(maxsize=32)
def traced(folders: tuple[str, ...], _stamps: tuple[tuple[str, int], ...]) -> Any:
    """Give what gets templates of pages whose runs are traced."""
    return tracing.environment(_finder(folders))


@lru_cache(maxsize=32)
def of_styles(folders: tuple[str, ...], _stamps: tuple[tuple[str, int], ...]) -> Any:
    """Give what gets templates of style sheets by name."""
    return sandbox.environment(_finder(folders), html=False)


def _finder(folders: tuple[str, ...]) -> Any:
    """Templates by name: `letter.html` is the letterhead's own or the nearest inherited one, `NAME/letter.html` the one
    that the letterhead NAME, which it extends, has or inherits."""

    def find_template(name: str) -> tuple[str, str] | None:
        owner, _, file = name.rpartition("/")
        if ".." in file or file.startswith("."):
            return None
        chain = list(map(Path, folders))
        while owner and chain and chain[0].name != owner:
            chain.pop(0)
        for folder in chain:
            path = folder / file
            if path.is_file() and not path.is_symlink():
                return path.read_text(encoding="utf-8-sig"), str(path)
        return None

    return find_template


def run(get: Any, name: str, context: Mapping[str, Any], letterhead: Letterhead) -> str:
    """Run a template.

    :param get: gives it by its name.
    :raises LetterpressError: it fails; the diagnostic names its file, with the line.
    """
    try:
        # The letter's texts come in ready; the numbers left are lengths and counts, for CSS: 12.5mm in any language.
        rendered: str = get(name).render(context, None)
    except TemplateFault as fault:
        file = _file_of(fault.name or name, letterhead)
        raise LetterpressError(fault.problem.at(file=shown_path(file), line=fault.line)) from fault
    return rendered


def _file_of(name: str, letterhead: Letterhead) -> str:
    """The file of a template: of the letterhead that the name begins with, else of the nearest that has one."""
    owner, _, file = name.rpartition("/")
    named = [folder for folder in letterhead.folders if owner and Path(folder).name == owner]
    paths = (Path(folder) / file for folder in (*named[:1], *letterhead.folders))
    return next((str(path) for path in paths if path.is_file()), name)
