"""Finds the project that a file belongs to."""

from __future__ import annotations

from pathlib import Path

FILE = "letterpress.toml"
"""At a project's root: what it says for all its letters."""


def find_root(path: Path) -> Path | None:
    """Find the nearest folder upward from `path` that has a `letterpress.toml`, `content/` or `templates/`; None if
    there is none.

    :param path: a file, which need not exist, or a folder.
    """
    start = path.resolve()
    folder = start if start.is_dir() else start.parent
    for candidate in (folder, *folder.parents):
        folders = (candidate / "content").is_dir() or (candidate / "templates").is_dir()
        if folders or (candidate / FILE).is_file():
            return candidate
    return None


def root_of(path: Path) -> Path:
    """Find the project's root as `find_root` does; outside of any project, the folder of `path` itself."""
    start = path.resolve()
    return find_root(start) or (start if start.is_dir() else start.parent)
