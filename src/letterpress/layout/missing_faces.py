"""Whether a firm's own font has the faces that a letter asks for: italic, bold, small capitals.

The layout would slant, thicken or shrink another face in their place, and say nothing.

Not here: characters that no font has (`characters`), and which faces a folder holds (`letterhead.faces`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from letterpress.layout.boxes import Box, Kind
from letterpress.page import Face, LayoutFault

_BOLD = 600
_SHOWN = 40


def check(pages: Iterable[Box], faces: Sequence[Face]) -> list[LayoutFault]:
    """Find texts that are set in a face which is not there; each missing face is said once, with the first of them."""
    families = {face.family: [one for one in faces if one.family == face.family] for face in faces}
    found: dict[tuple[str, str], LayoutFault] = {}
    for page in pages:
        for box in page.all():
            own = families.get(box.family, []) if box.kind is Kind.TEXT and box.text.strip() else []
            for missing in _missing(box, own) if own else ():
                if (box.family, missing) not in found:
                    found[box.family, missing] = _fault(box, missing, own)
    return list(found.values())


def _missing(box: Box, own: Sequence[Face]) -> Iterable[str]:
    italic = [face for face in own if face.italic]
    if box.is_italic and not italic:
        yield "italic"
    if box.font_weight >= _BOLD and not any(face.weight >= _BOLD for face in own):
        yield f"weight {box.font_weight}"
    if box.is_small_caps and not any(face.small_caps for face in own):
        yield "small capitals"


def _fault(box: Box, missing: str, own: Sequence[Face]) -> LayoutFault:
    text = box.text.strip()[:_SHOWN]
    hint = "add the face's file to the font's folder, or set the words otherwise"
    if missing.startswith("weight") and any(face.variable for face in own):
        hint = "a variable font is set in one weight: put a file for each weight into the font's folder"
    return LayoutFault(
        f"the font '{box.family}' has no {missing}, and '{text}' asks for it",
        hint,
        text,
        code="font-face-missing",
        value=missing,
        params=(("family", box.family),),
    )
