"""Puts into a letter that is laid out what goes with it: enclosures, and attachments; and makes PDF/X-1a of it.

Faults are noted where they belong in the letter's files. Not here: the layout (`pipeline`), how each is put in (`pdf`).
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from letterpress.errors import Diagnostic, Severity
from letterpress.filling import source_locations
from letterpress.model import Annex, Filled, Job, Profile
from letterpress.page import Page
from letterpress.pdf.press import standards
from letterpress.processes import stages
from letterpress.text import language


def finish(job: Job, page: Page, filled: Filled, pdf: bytes, faults: list[Diagnostic]) -> bytes | None:
    """Put in what goes with a letter; None where that cannot be.

    :param faults: takes what is wrong.
    """
    if filled.annexes:
        from letterpress.pdf import append

        stages.at("adding the enclosures")
        if page.press is not None:
            faults += _unprintable(job, append.unprintable(filled.annexes, page.press))
            if any(fault.severity == "error" for fault in faults):
                return None
        label = language.labels(filled.lang)["enclosure"]
        pdf = append.append(pdf, filled.annexes, label=label, press=page.press)
    if page.press is not None and page.press.flat:
        stages.at("making it PDF/X-1a")
        flat = _flat(pdf, faults)
        if not isinstance(flat, bytes):
            faults += [source_locations.placed(job, fault) for fault in flat]
            return None
        pdf = flat
    return _with_attachments(job, page, filled, pdf, faults) if filled.attachments else pdf


def claims(filled: Filled, profile: Profile, faults: Sequence[Diagnostic]) -> tuple[str, ...]:
    """The standards that the PDF says it keeps, as far as its enclosures do."""
    printed = () if _is_less(faults) else standards.CLAIMS.get(profile, ())
    if profile not in ("archive", "press"):
        return printed
    if not filled.annexes:
        return ("PDF/A-3a", "PDF/UA-1", *printed)
    from letterpress.pdf import xmp

    kept = functools.reduce(lambda least, annex: least.with_(xmp.Claims(*annex.claims)), filled.annexes, xmp.LETTER)
    return (*kept.names, *printed)


def _unprintable(job: Job, found: Sequence[tuple[Annex, str]]) -> list[Diagnostic]:
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


def _is_less(faults: Sequence[Diagnostic]) -> bool:
    """Whether an enclosure costs a press copy its claim."""
    return any(fault.code == "enclosure-unprintable" for fault in faults)


def _flat(pdf: bytes, faults: Sequence[Diagnostic]) -> bytes | list[Diagnostic]:
    """Make PDF/X-1a of a press copy, or say what of it cannot be."""
    from letterpress.pdf.press import flat

    try:
        return flat.written(pdf, claimed=not _is_less(faults))
    except flat.NotFlatError as error:
        said = []
        for number, what in error.found:
            where = f"page {number}" if number else "the file"
            message = f"{where} has {what}, which PDF/X-1a does not take"
            hint = "choose --profile press (PDF/X-4), or have it drawn without"
            params = (("page", number), ("has", what))
            said.append(
                Diagnostic(message=message, field="profile", hint=hint, code="press-transparent", params=params)
            )
        return said


def _with_attachments(job: Job, page: Page, filled: Filled, pdf: bytes, faults: list[Diagnostic]) -> bytes:
    """Put the attachments in; a press copy leaves them out, which is said."""
    if page.press is not None:
        names = tuple(file.name for file in filled.attachments)
        message = f"a press copy has no attachments: {', '.join(names)} {'is' if len(names) == 1 else 'are'} left out"
        about: dict[str, Any] = {"code": "attachments-left-out", "params": (("attachments", names),)}
        hint = "send the archive copy where the files are needed"
        fault = Diagnostic(severity="warning", message=message, hint=hint, field="attachments", **about)
        faults.append(source_locations.placed(job, fault))
        return pdf
    from letterpress.pdf import attach

    stages.at("adding the attachments")
    return attach.attach(pdf, filled.attachments)
