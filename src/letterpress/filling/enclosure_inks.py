"""Says which enclosures of a press copy cannot be turned into inks, and whether the letter is less for it.

Not here: how that is found out (pdf/append.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from letterpress.errors import Diagnostic, Severity
from letterpress.filling import source_locations
from letterpress.model import Annex, Job


def unprintable(job: Job, found: Sequence[tuple[Annex, str]]) -> list[Diagnostic]:
    """Say which enclosures cannot be printed by a press: an error, unless the letter may be less."""
    lower = (job.choices.enclosures or job.letter.enclosures_conformance) == "lower"
    said = []
    for annex, what in found:
        name = Path(annex.path).name
        message = f"'{name}' has {what}, which cannot be turned into inks"
        hint = "save it as PDF/X-4 or in plain colours, or choose '--enclosures lower': the letter is no PDF/X then"
        about: dict[str, Any] = {"code": "enclosure-unprintable", "params": (("enclosure", name), ("has", what))}
        if lower:
            message, hint = f"{message}: with it the letter is no PDF/X-4", ""
        severity: Severity = "warning" if lower else "error"
        fault = Diagnostic(severity=severity, message=message, hint=hint or None, field="enclosures", **about)
        said.append(source_locations.placed(job, fault))
    return said


def cost_claim(faults: Sequence[Diagnostic]) -> bool:
    """Whether an enclosure costs a press copy its claim."""
    return any(fault.code == "enclosure-unprintable" for fault in faults)
