"""Sizes of paper in mm, and where each is usual.

Source: ISO 216, ANSI/ASME Y14.1, CLDR.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet of paper."""

    name: str
    width: float
    """mm"""
    height: float
    """mm"""


PAPERS = {
    "a4": Paper("a4", 210.0, 297.0),  # ISO 216
    "letter": Paper("letter", 215.9, 279.4),  # ANSI/ASME Y14.1, 8.5 x 11 in
}


LETTER_COUNTRIES = frozenset({"US", "CA", "MX", "PH", "CL", "CO", "VE", "CR", "PR"})
"""Where US Letter is the usual paper (CLDR, paperSize US-Letter)."""
