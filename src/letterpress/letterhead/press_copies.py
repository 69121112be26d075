"""Settles how a letter is written for a press: profile, exact colours, bleed and marks, as its letterhead has them.

Not here: how its colours become inks (`pdf.press`).
"""

from __future__ import annotations

from pathlib import Path

from letterpress.errors import Diagnostic, FieldError, LetterpressError
from letterpress.letterhead.definition import Letterhead
from letterpress.letterhead.design import Design
from letterpress.model import PRESS_PROFILES, Choices
from letterpress.page import PressCopy, Sheet
from letterpress.pdf.press import profiles

_BAND_BLEED = 3.0
"""mm of bleed of a band of colour, which runs off the sheet; printers in Europe ask for as much (FOGRA, bvdm)."""


def settle(choices: Choices, head: Letterhead, design: Design) -> PressCopy | None:
    """Find how a letter is written for a press; None where it is not.

    :raises LetterpressError: its letterhead's profile cannot be printed by, or a colour of it takes too much ink.
    """
    if choices.profile not in PRESS_PROFILES:
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
    try:
        profile = profiles.find(Path(table.profile)) if table.profile else profiles.shipped()
    except FieldError as error:
        faults.append(error.at("press.profile").as_diagnostic(file=table.file, line=None))
    if faults:
        raise LetterpressError(faults)
    usual = _BAND_BLEED if design.band and design.printed else 0.0
    return PressCopy(
        profile=profile.path,
        sha256=profile.sha256,
        name=profile.name,
        condition=table.condition if table.profile else profiles.SHIPPED_CONDITION,
        colours=tuple(colour for colour, _ in table.colours),
        most_ink=choices.tac,
        bleed=usual if table.bleed is None else table.bleed,
        marks=choices.marks,
    )


def unused(choices: Choices) -> list[Diagnostic]:
    """Say what was chosen for a press copy of a letter that is none."""
    if not choices.marks or choices.profile in PRESS_PROFILES:
        return []
    message, hint = "crop marks are set around a press copy alone: this one has none", "choose --profile press as well"
    return [Diagnostic(severity="warning", message=message, field="marks", hint=hint, code="marks-unused")]


def with_bleed(sheets: tuple[Sheet, ...], press: PressCopy | None) -> tuple[Sheet, ...]:
    """Let the page's background go beyond the sheet, where it is cut afterwards. Nothing moves by that."""
    if press is None or not press.bleed:
        return sheets
    return (*sheets, Sheet(f"@page {{ bleed: {press.bleed:g}mm }}", sheets[-1].folder))
