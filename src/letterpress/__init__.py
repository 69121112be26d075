"""letterpress: letters that look right, are signed, and go out.

    import letterpress

    letter = letterpress.load("content/letters/korea-policy.md")
    result = letterpress.render(letter, letterhead="congress")
    result.pdf  # bytes: PDF/A-3a and PDF/UA-1

Names are loaded on first use: importing this package loads neither WeasyPrint nor Pango.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from letterpress.errors import Diagnostic, ExitCode, LetterpressError, UnreadableInput, UsageError
from letterpress.model import Job, Letter, Party, Result, Signatory, SignatureField
from letterpress.processes.limits import Limits

if TYPE_CHECKING:
    from letterpress.api import check, letterheads, load, merge, render, variants
    from letterpress.pipeline import press

__version__ = "0.1.0"

__all__ = [
    "Diagnostic",
    "ExitCode",
    "Job",
    "Letter",
    "LetterpressError",
    "Limits",
    "Party",
    "Result",
    "Signatory",
    "SignatureField",
    "UnreadableInput",
    "UsageError",
    "__version__",
    "check",
    "letterheads",
    "load",
    "merge",
    "press",
    "render",
    "variants",
]

_HOMES = {
    "check": "letterpress.api",
    "letterheads": "letterpress.api",
    "load": "letterpress.api",
    "merge": "letterpress.api",
    "press": "letterpress.pipeline",
    "render": "letterpress.api",
    "variants": "letterpress.api",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'letterpress' has no attribute '{name}'")
