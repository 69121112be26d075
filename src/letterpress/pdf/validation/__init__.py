"""Says which standards a PDF claims, and whether it keeps them: PDF/A and PDF/UA by veraPDF, PDF/X by rules of our own.

    from letterpress.pdf import validation

    verdict = validation.validate(Path("letter.pdf"))

Names are loaded on first use: importing this package loads neither pikepdf nor Java.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from letterpress.pdf.validation.judge import Looked, finish, look, validate
    from letterpress.pdf.validation.report import Claim, Finding, Judgement, Validation

__all__ = ["Claim", "Finding", "Judgement", "Looked", "Validation", "finish", "look", "validate"]

# No module of this package bears a public name: an import of it would put the module where the name is looked up.
_HOME = {
    "Claim": "report",
    "Finding": "report",
    "Judgement": "report",
    "Looked": "judge",
    "Validation": "report",
    "finish": "judge",
    "look": "judge",
    "validate": "judge",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"letterpress.pdf.validation.{_HOME[name]}"), name)
    raise AttributeError(f"module 'letterpress.pdf.validation' has no attribute '{name}'")
