"""Draws the word that stands across a draft.

Not here: which copies have it, and where it stands (templates/_base).
"""

from __future__ import annotations

from urllib.parse import quote


def drawn(text: str, system_fonts: tuple[str, ...]) -> str:
    """The draft's watermark, as the body of an SVG data URI: light grey, from the lower left to the upper right."""
    size = min(300, 1500 // max(1, len(text)))
    families = ", ".join(("Source Sans Pro", *system_fonts))
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 1000"><text x="500" y="500" text-anchor="middle" '
        f'dominant-baseline="middle" transform="rotate(-45 500 500)" font-family="{families}" font-weight="700" '
        f'font-size="{size}" fill="#ededed">{text}</text></svg>'
    )
    return quote(svg)
