"""Makes pages in a letterhead's faces that have none of its head: envelopes and sheets of labels.

Not here: what stands on them (post/).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from letterpress.fonts import system
from letterpress.letterhead.faces import LABELS, TEXT
from letterpress.letterhead.measure import Measure
from letterpress.letterhead.settled import Settled
from letterpress.page import Page, Sheet


@dataclass(frozen=True, slots=True)
class Faces:
    """The faces of a letter's address."""

    family: str
    """What a style sheet calls the family of the address."""
    measure: Measure


@lru_cache(maxsize=16)
def _faces(fonts: tuple[str, ...], chosen: object) -> Faces:
    return Faces(TEXT if TEXT in fonts or LABELS not in fonts else LABELS, Measure(fonts, chosen))  # type: ignore[arg-type]


def faces(made_with: Settled) -> Faces:
    """Find the faces in which a letter's address is set."""
    return _faces(made_with.head.fonts, made_with.look.design.faces)


def page(html: str, css: str, made_with: Settled, *, archive: bool) -> Page:
    """Make a page, or several, to be laid out.

    :param html: the whole document.
    :param css: names the families that ship; a firm's own take their places.
    :param archive: whether it becomes PDF/A and PDF/UA. Of a letter for a press it is for one, too, without bleed.
    """
    head, chosen = made_with.head, made_with.look.design.faces
    css = chosen.into(css) if chosen else css
    css = system.behind(css, head.fonts, head.system_fonts) if head.system_fonts else css
    folder = head.folders[0]
    sheets = [Sheet(css, folder)]
    if chosen is not None and chosen.own:
        sheets.insert(0, Sheet(chosen.css, str(Path(chosen.own[0].file).parent)))
    families = (chosen.text, chosen.labels, *head.fonts) if chosen else head.fonts
    return Page(
        source=html,
        sheets=tuple(sheets),
        content_folder=folder,
        folders=(),
        letterhead_folders=(*head.folders, *(str(Path(file).parent) for file in (chosen.files if chosen else ()))),
        families=tuple(dict.fromkeys(families)),
        system_fonts=head.system_fonts,
        faces=chosen.own if chosen else (),
        archive=archive,
        press=None if made_with.press is None else replace(made_with.press, bleed=0.0),
    )
