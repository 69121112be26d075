"""The page itself, and the files that it is made of.

The files are those of `static/`, found once: a name leads to one of them, and never to a path.
"""

from __future__ import annotations

import html
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from urllib.parse import quote

from letterpress.files.project_files import LETTERS, ProjectFiles

_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
NONCE = "__NONCE__"
"""What stands in `static/index.html` where the nonce of the page's own styles goes."""


@cache
def _static() -> dict[str, Traversable]:
    """The files of the page, by their names."""
    found: dict[str, Traversable] = {}

    def walk(folder: Traversable, before: str) -> None:
        for child in folder.iterdir():
            if child.is_dir():
                walk(child, f"{before}{child.name}/")
            elif any(child.name.endswith(ending) for ending in _KINDS):
                found[before + child.name] = child

    root = files(__package__) / "static"
    if root.is_dir():
        walk(root, "")
    return found


def static(name: str) -> tuple[bytes, str] | None:
    """Give a file of the page and its media type; None if there is none of that name."""
    file = _static().get(name)
    if file is None:
        return None
    return file.read_bytes(), _KINDS["." + name.rpartition(".")[2]]


def page(project: ProjectFiles, nonce: str) -> str:
    """Give the page.

    :param nonce: that its own style elements bear.
    """
    index = static("index.html")
    if index is not None:
        return index[0].decode("utf-8").replace(NONCE, nonce)
    items = []
    for path in project.listed(LETTERS, "content/letters"):
        shown = project.shown(path)
        items.append(f'<li><a href="/api/letter?path={quote(shown, safe="")}">{html.escape(shown)}</a></li>')
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>letterpress studio</title></head><body>'
        f"<h1>letterpress studio</h1><p>The letters of {html.escape(str(project.root))}</p><ul>{''.join(items)}</ul>"
        "</body></html>\n"
    )
