"""Reads what letterheads say of their press copies: profile, bleed, and the inks of their colours.

Not here: what a letter's press copy comes to (`press_copies`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from letterpress.errors import shown_path
from letterpress.page import ExactColour


@dataclass(frozen=True, slots=True, kw_only=True)
class PressTable:
    """How press copies of a letterhead are printed."""

    profile: str | None = None
    """Of the press and the paper, absolute; None: the one that ships."""
    file: str | None = None
    """The letterhead.toml that names the profile."""
    condition: str | None = None
    bleed: float | None = None
    """mm; None: it is not said."""
    colours: tuple[tuple[ExactColour, str], ...] = ()
    """With the letterhead.toml that says each."""


NOTHING = PressTable()


def read(chain: Sequence[tuple[Path, Any]]) -> PressTable:
    """Read what a letterhead says of its press copies, and what it inherits.

    :param chain: its folder and its checked letterhead.toml, then those of what it extends.
    """
    said = [(folder, file.press) for folder, file in chain if file.press is not None]
    if not said:
        return NOTHING
    named = next(((folder, table) for folder, table in said if table.profile is not None), None)
    colours: dict[str, tuple[ExactColour, str]] = {}
    for folder, table in said:
        for text, inks in table.colors.items():
            red, green, blue = bytes.fromhex(text[1:])
            cyan, magenta, yellow, black = inks.cmyk
            exact = ExactColour(rgb=(red, green, blue), cmyk=(cyan, magenta, yellow, black), spot=inks.spot)
            colours.setdefault(text.lower(), (exact, shown_path(folder / "letterhead.toml")))
    return PressTable(
        profile=str((named[0] / named[1].profile).resolve()) if named else None,
        file=shown_path(named[0] / "letterhead.toml") if named else None,
        condition=named[1].condition if named else None,
        bleed=next((table.bleed for _, table in said if table.bleed is not None), None),
        colours=tuple(colours.values()),
    )
