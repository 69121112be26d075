"""Settles how a letter is written for a press: profile, exact colours, bleed and marks, as its letterhead has them.

Not here: how its colours become inks (`pdf.press`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from letterpress.errors import Diagnostic, FieldError, LetterpressError
from letterpress.letterhead.definition import Letterhead
from letterpress.letterhead.design import Design
from letterpress.letterhead.press_table import PressTable
from letterpress.model import Choices, Filled, Job
from letterpress.page import PRESS_PROFILES, ExactColour, PressCopy, Sheet
from letterpress.pdf.press import profiles

_PROCESS = frozenset(("cyan", "magenta", "yellow", "black", "all", "none", "key"))
_LONGEST = 127
"""Bytes of a name (ISO 19005-3, 6.1.13)."""
_BAND_BLEED = 3.0
"""mm of bleed of a band of colour, which runs off the sheet; printers in Europe ask for as much (FOGRA, bvdm)."""


def settle(choices: Choices, head: Letterhead, design: Design) -> PressCopy | None:
    """Find how a letter is written for a press; None where it is not.

    :raises LetterpressError: its letterhead's profile cannot be printed by, or a colour of it takes too much ink.
    """
    if choices.rendition not in PRESS_PROFILES:
        return None
    table = head.press
    faults = []
    for colour, file in table.colours:
        have = sum(colour.cmyk)
        if have > choices.tac:
            text = "#{:02x}{:02x}{:02x}".format(*colour.rgb)
            params = (("ink", have), ("most", choices.tac))
            message = f"the colour {text} takes {have:g} % ink, and a press copy at most {choices.tac:g} %"
            hint = "take less of it, or allow more with --tac"
            field = f"press.colors.{text}"
            faults.append(
                Diagnostic(
                    message=message, file=file, field=field, hint=hint, code="press-ink", value=text, params=params
                )
            )
    faults += _spots(table)
    try:
        flat = choices.rendition == "press-x1a"
        profile = profiles.find(Path(table.profile), flat=flat) if table.profile else profiles.shipped()
    except FieldError as error:
        faults.append(error.at("press.profile").as_diagnostic(file=table.file, line=None))
    if faults:
        raise LetterpressError(faults)
    usual = _BAND_BLEED if design.band and design.printed else 0.0
    return PressCopy(
        flat=flat,
        profile=profile.path,
        sha256=profile.sha256,
        name=profile.name,
        condition=table.condition if table.profile else profiles.SHIPPED_CONDITION,
        colours=tuple(colour for colour, _ in table.colours),
        most_ink=choices.tac,
        bleed=usual if table.bleed is None else table.bleed,
        marks=choices.marks,
    )


def _spots(table: PressTable) -> Iterator[Diagnostic]:
    """Find spot colours whose names are no ink's of their own, or are not the same twice."""
    known: dict[str, ExactColour] = {}
    for colour, file in table.colours:
        name = colour.spot
        if name is None:
            continue
        text = "#{:02x}{:02x}{:02x}".format(*colour.rgb)
        plain = "".join(name.split()).casefold()
        before = known.setdefault(plain, colour)
        hint = "give it the name that the printer's ink has, such as PANTONE 485 C"
        if plain in _PROCESS:
            message = f"the spot colour '{name}' has the name of an ink that every press has"
        elif len(name.encode()) > _LONGEST:
            message, hint = f"the name of the spot colour takes more than {_LONGEST} bytes", "shorten it"
        elif before.spot != name:
            message, hint = f"'{name}' and '{before.spot}' would be two plates", "write both alike if they are one ink"
        elif before.cmyk != colour.cmyk:
            message = f"the spot colour '{name}' has other values of cyan, magenta, yellow and black than before"
            hint = "give one ink the same values everywhere, or another ink its own name"
        else:
            continue
        params = (("color", text),)
        field = f"press.colors.{text}"
        yield Diagnostic(
            message=message, file=file, field=field, hint=hint, code="press-spot", value=name, params=params
        )


def check(job: Job, filled: Filled) -> Iterator[Diagnostic]:
    """Find what a letter cannot be a press copy with; and what was chosen for one, of a letter that is none."""
    choices = job.choices
    if choices.rendition not in PRESS_PROFILES:
        if choices.marks:
            message = "crop marks are set around a press copy alone: this one has none"
            hint = "choose --profile press as well"
            yield Diagnostic(severity="warning", message=message, field="--marks", hint=hint, code="marks-unused")
        if choices.tac != Choices().tac:
            message = "a limit of ink is for a press copy alone: this one has no inks"
            hint = "choose --profile press as well"
            yield Diagnostic(severity="warning", message=message, field="--tac", hint=hint, code="tac-unused")
        return
    if filled.date is None and not os.environ.get("SOURCE_DATE_EPOCH"):
        message = "the letter has no date, and PDF/X asks when a file was made"
        yield Diagnostic(message=message, field="date", hint="add 'date:', or give --date", code="press-dateless")
    if choices.rendition == "press-x1a":
        message = "the press copy is PDF/X-1a:2003 alone: it is neither PDF/A nor PDF/UA, and has no structure"
        hint = "keep the archive copy as well"
        yield Diagnostic(severity="note", message=message, field="profile", hint=hint, code="press-x1a-alone")
    if job.signed_by:
        yield signed("--sign")
    if job.overlay and choices.rendition == "press-x1a":
        message = "the overlay is transparent, and PDF/X-1a takes nothing that is"
        hint = "draw it over another profile: the page is the same"
        yield Diagnostic(message=message, field="--overlay", hint=hint, code="press-transparent")


def signed(field: str) -> Diagnostic:
    """Make the fault of a press copy that is to be signed with a key."""
    message = "a press copy has no place for a digital signature, which PDF/X forbids"
    hint = "sign the archive copy, and make the press copy of the same letter without a key"
    return Diagnostic(message=message, field=field, hint=hint, code="press-signed")


def with_bleed(sheets: tuple[Sheet, ...], press: PressCopy | None) -> tuple[Sheet, ...]:
    """Let the page's background go beyond the sheet, where it is cut afterwards. Nothing moves by that."""
    if press is None or not press.bleed:
        return sheets
    return (*sheets, Sheet(f"@page {{ bleed: {press.bleed:g}mm }}", sheets[-1].folder))
