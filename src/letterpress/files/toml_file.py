"""Reads a TOML file of a project, and says in which line it is none."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from letterpress.errors import LetterpressError


def read(path: Path, shown: str) -> dict[str, Any]:
    """Read a file.

    :param shown: the file as the user would name it.
    :raises LetterpressError: it is no TOML.
    :raises OSError: it cannot be read.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        line = re.search(r"line (\d+)", str(error))
        number = int(line[1]) if line else None
        raise LetterpressError(f"not TOML: {error}", file=shown, line=number, code="toml-invalid") from error
