"""Serves the letters of a project over HTTP: PDFs for programs that send data, jobs of many letters, signatures.

    from letterpress.serve import create_app

    app = create_app("our-letters")  # or mounted: outer.mount("/letters", create_app("our-letters"))

It needs the extra `letterpress[serve]`; importing this package loads neither FastAPI nor pydantic.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from letterpress.serve import server
    from letterpress.serve.app import create_app

__all__ = ["create_app", "server"]


def __getattr__(name: str) -> Any:
    if name == "create_app":
        return import_module("letterpress.serve.app").create_app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
