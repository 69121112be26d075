"""Knows the format of a project's files: `format = 1` in letterpress.toml and letterhead.toml.

A file without it is of before formats were counted, 0, and is read as 1 is. The number grows when files that were right
before would be read otherwise, or no more; what is only added does not change it.

Not here: how older files are brought up to it (upgrade.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from letterpress.errors import FieldFault

FORMAT = 1
"""The newest format that this letterpress knows."""


def of(data: Mapping[str, Any]) -> int:
    """Give the format of a file; 0 where it says none, or what is none."""
    said = data.get("format")
    return said if isinstance(said, int) and not isinstance(said, bool) and said > 0 else 0


def newer(data: Mapping[str, Any]) -> FieldFault | None:
    """Give the fault of a file that a newer letterpress has written: what it says cannot be known here."""
    said = of(data)
    if said <= FORMAT:
        return None
    message = f"the file is of format {said}, and this letterpress knows none above {FORMAT}"
    params = (("known", FORMAT),)
    return FieldFault("format", message, "install a newer letterpress", "format-newer", said, params)
