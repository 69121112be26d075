"""Makes a project to start from: the files of `data/scaffold/`, with the schemas for editors, in a new folder."""

from __future__ import annotations

import json
from importlib.resources.abc import Traversable
from pathlib import Path

from letterpress import data
from letterpress.errors import LetterpressError, UsageError
from letterpress.schema import json_schema


def create(folder: Path) -> list[Path]:
    """Make a project in `folder`.

    :returns: the files written, relative to it.
    :raises UsageError: it exists and is not an empty folder.
    :raises LetterpressError: it cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        hint = "name a folder that does not exist yet"
        raise UsageError("is there already and not empty", file=str(folder), hint=hint, code="folder-not-empty")
    written: list[Path] = []
    try:
        _copy(data.scaffold(), folder, folder, written)
        for kind in ("letter", "person"):
            path = folder / "content" / f"{kind}.schema.json"
            path.write_text(json.dumps(json_schema.json_schema(kind), indent=2) + "\n", encoding="utf-8")
            written.append(path.relative_to(folder))
    except OSError as error:
        raise LetterpressError(f"cannot be made: {error.strerror}", file=str(folder), code="folder-unusable") from error
    return written


def _copy(source: Traversable, target: Path, root: Path, written: list[Path]) -> None:
    if source.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        for child in sorted(source.iterdir(), key=lambda item: item.name):
            # A wheel builder would take a real .gitignore at its word, so it travels under another name.
            _copy(child, target / (".gitignore" if child.name == "gitignore" else child.name), root, written)
    else:
        target.write_bytes(source.read_bytes())
        written.append(target.relative_to(root))
