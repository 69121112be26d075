"""The wording of faults, pinned once: code, message and hint, in `tests/cases/diagnostics/wording.txt`.

Tests say of a fault what kind it is, where, and how it is mended; what it says is compared with this file. With
LETTERPRESS_ACCEPT=1 a wording that is not in it is added; to drop those that nothing says any more, remove the file
and run the tests of tests/cli/test_errors.py with LETTERPRESS_ACCEPT=1 and without `-n`.
"""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parents[1] / "cases/diagnostics/wording.txt"

Wording = tuple[str, str, str | None]
"""Code, message, hint."""


def read() -> set[Wording]:
    """Read the accepted wordings."""
    accepted: set[Wording] = set()
    code = message = ""
    lines = FILE.read_text(encoding="utf-8").splitlines() if FILE.exists() else []
    for line, following in pairwise([*lines, ""]):
        if not line.startswith(" "):
            code = line
        elif not line.startswith(" " * 8):
            message = line.strip()
            if not following.startswith(" " * 8):
                accepted.add((code, message, None))
        else:
            accepted.add((code, message, line.strip()))
    return accepted


def check(fault: dict[str, Any]) -> None:
    """Compare what a fault says with the accepted wording of its code; `fault` is its JSON."""
    wording = (str(fault["code"]), str(fault["message"]), fault["hint"])
    accepted = read()
    if wording not in accepted and os.environ.get("LETTERPRESS_ACCEPT"):
        _write(accepted | {wording})
        return
    assert wording in accepted, f"not in {FILE.name}: {wording}"


def _write(wordings: set[Wording]) -> None:
    out: list[str] = []
    for wording in sorted(wordings, key=lambda wording: (wording[0], wording[1], wording[2] or "")):
        code, message, hint = wording
        if code not in out:
            out.append(code)
        heading = f"    {message}"
        if out[-1] == code or heading not in out[out.index(code) :]:
            out.append(heading)
        if hint is not None:
            out.append(f"        {hint}")
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text("\n".join([*out, ""]), encoding="utf-8")
