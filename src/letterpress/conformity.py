"""Says what a finished letter claims to conform to, and what keeps a press copy from being one.

Not here: the copies themselves (layout/press_copy.py, pdf/press), and what a finished file keeps (pdf/validation).
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from letterpress.carriers.values import Carrier
from letterpress.errors import Diagnostic, Severity
from letterpress.filling import source_locations
from letterpress.model import Annex, Filled, Job, Profile
from letterpress.page import KeptFree
from letterpress.pdf.press import standards


def too_long(job: Job, carrier: Carrier, pages: int, filled: Filled) -> list[Diagnostic]:
    """Say that a letter has more pages, with its enclosures, than the carrier takes that it is made for."""
    from letterpress.letterhead import carrier_pages  # here: few letters are made for a carrier

    found = carrier_pages.faults(carrier, pages, filled.to[0].country if filled.to else None)
    return [source_locations.placed(job, fault) for fault in found]


def unprintable(job: Job, found: Sequence[tuple[Annex, str]]) -> list[Diagnostic]:
    """Say which enclosures cannot be printed by a press: an error, unless the letter may be less."""
    lower = (job.choices.enclosures or job.letter.enclosures_conformance) == "lower"
    said = []
    for annex, what in found:
        name = Path(annex.path).name
        message = f"'{name}' has {what}, which a press copy cannot have"
        hint = "save it as PDF/X-4 or in plain colours, or choose '--enclosures lower': the letter is no PDF/X then"
        about: dict[str, Any] = {"code": "enclosure-unprintable", "params": (("enclosure", name), ("has", what))}
        if lower:
            message, hint = f"{message}: with it the letter is no PDF/X-4", ""
        severity: Severity = "warning" if lower else "error"
        fault = Diagnostic(severity=severity, message=message, hint=hint or None, field="enclosures", **about)
        said.append(source_locations.placed(job, fault))
    return said


def crossed(job: Job, filled: Filled, kept_free: Sequence[KeptFree]) -> list[Diagnostic]:
    """Say which enclosures print where a machine is to read marks (an error), or where a carrier keeps pages free."""
    if not any(part.every for part in kept_free):
        return []
    from letterpress.preflight import annexes  # here: few enclosures are looked at, and it draws them

    said = []
    for annex, page, part, ink in annexes.crossings(filled.annexes, kept_free):
        name, box = Path(annex.path).name, part.box
        message = (
            f"page {page} of the enclosure '{name}' has print in {part.why}, at {ink.x:.1f} mm from the left and "
            f"{ink.y:.1f} from the top; {box.x:g}, {box.y:g}, {box.width:g} x {box.height:g} mm stay free on all pages"
        )
        hint = "leave that free in the enclosure, or send it apart"
        if part.machine:
            hint += "; or move the marks in a file of your own in inserters/"
        params = (("enclosure", name), ("page", page), ("box_mm", tuple(round(side, 1) for side in ink)))
        severity: Severity = "error" if part.machine else "warning"
        about: dict[str, Any] = {"severity": severity, "field": "enclosures", "code": "enclosure-crosses"}
        fault = Diagnostic(message=message, hint=hint, value=name, params=params, **about)
        said.append(source_locations.placed(job, fault))
    return said


def is_less(faults: Sequence[Diagnostic]) -> bool:
    """Whether an enclosure costs a press copy its claim."""
    return any(fault.code == "enclosure-unprintable" for fault in faults)


def claims(filled: Filled, profile: Profile, faults: Sequence[Diagnostic]) -> tuple[str, ...]:
    """The standards that the PDF says it keeps, as far as its enclosures do."""
    printed = () if is_less(faults) else standards.CLAIMS.get(profile, ())
    if profile not in ("archive", "press"):
        return printed
    if not filled.annexes:
        return ("PDF/A-3a", "PDF/UA-1", *printed)
    from letterpress.pdf import xmp

    kept = functools.reduce(lambda less, annex: less.with_(xmp.Claims(*annex.claims)), filled.annexes, xmp.LETTER)
    return (*kept.names, *printed)


def unarchived(job: Job, filled: Filled, profile: Profile) -> list[Diagnostic]:
    """Say that a letter holds an e-invoice and is no PDF/A-3, which Factur-X and ZUGFeRD ask for."""
    if not any(file.invoice is not None for file in filled.attachments):
        return []
    if any(claim.startswith("PDF/A-3") for claim in claims(filled, profile, ())):
        return []
    what = "a screen copy" if profile == "screen" else "with its enclosures the letter"
    message = f"{what} is no PDF/A-3, which an e-invoice asks for: whoever receives it may refuse it"
    hint = "send the archive copy" if profile == "screen" else "enclose PDF/A, or send the enclosures apart"
    about: dict[str, Any] = {"code": "einvoice-unarchived", "params": (("profile", profile),)}
    fault = Diagnostic(severity="warning", message=message, hint=hint, field="einvoice", **about)
    return [source_locations.placed(job, fault)]


def without_attachments(job: Job, filled: Filled) -> Diagnostic:
    """Say which attachments a press copy leaves out: PDF/X has none."""
    names = tuple(file.name for file in filled.attachments)
    message = f"a press copy has no attachments: {', '.join(names)} {'is' if len(names) == 1 else 'are'} left out"
    about: dict[str, Any] = {"code": "attachments-left-out", "params": (("attachments", names),)}
    hint = "send the archive copy where the files are needed"
    fault = Diagnostic(severity="warning", message=message, hint=hint, field="attachments", **about)
    return source_locations.placed(job, fault)
