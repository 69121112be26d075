"""letterpress: letters that look right, are signed, and go out.

    import letterpress

    letter = letterpress.load("content/letters/korea-policy.md")
    result = letterpress.render(letter, letterhead="congress")
    result.pdf  # bytes: PDF/A-3a and PDF/UA-1

Names are loaded on first use: importing this package loads nothing else.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from letterpress.api import check, letterheads, load, merge, render, validate, variants
    from letterpress.errors import Diagnostic, ExitCode, LetterpressError, UnreadableInput, UsageError
    from letterpress.model import Job, Letter, Party, Result, Signatory, SignatureField
    from letterpress.pipeline import press
    from letterpress.post.envelopes import envelopes, labels
    from letterpress.post.package import package
    from letterpress.post.verification import verify_package
    from letterpress.processes.limits import Limits

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
    "envelopes",
    "labels",
    "letterheads",
    "load",
    "merge",
    "package",
    "press",
    "render",
    "validate",
    "variants",
    "verify_package",
]

_HOMES = {
    "letterpress.api": ("check", "letterheads", "load", "merge", "render", "validate", "variants"),
    "letterpress.errors": ("Diagnostic", "ExitCode", "LetterpressError", "UnreadableInput", "UsageError"),
    "letterpress.model": ("Job", "Letter", "Party", "Result", "Signatory", "SignatureField"),
    "letterpress.pipeline": ("press",),
    "letterpress.post.envelopes": ("envelopes", "labels"),
    "letterpress.post.package": ("package",),
    "letterpress.post.verification": ("verify_package",),
    "letterpress.processes.limits": ("Limits",),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name in _HOME_OF:
        value = globals()[name] = getattr(import_module(_HOME_OF[name]), name)
        return value
    if name in ("errors", "model"):  # modules that programs take names from, as `letterpress.errors.Fix`
        return import_module(f"letterpress.{name}")
    raise AttributeError(f"module 'letterpress' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
