"""Writes the line of a name above an address, each word of address as the language has it there: Herrn Dr. Jan Orr.

Not here: whom the words mean (`households`).
"""

from __future__ import annotations

from collections.abc import Iterable

from letterpress.addressing import parting, words


def whole(parted: parting.Parted, lang: str) -> str:
    """Write one line with all of it, each word of address as the language has it there."""
    couple = len(parted.units) > 1
    typed = couple and any(
        (parting.says_gender(word, lang) and not words.is_own(word, lang)) or word in parted.known
        for word, role in parted.shown
        if role == "before"
    )  # Mr and Mrs in a French letter: both as they are, not one
    out: list[str] = []
    leading: list[str] = []
    for word, role in (*parted.shown, ("", "name")):
        if role == "before":
            leading.append(word)
            continue
        out += leading if typed else as_address(leading, lang, couple=couple)
        leading = []
        out.append(word)
    text = " ".join(word for word in out if word)
    first = parted.shown[0][1] if parted.shown else "name"
    return text[:1].upper() + text[1:] if couple and first == "before" else text


def as_address(leading: Iterable[str], lang: str, *, couple: bool = False) -> list[str]:
    """Give words of address as the language writes them above an address; what says nothing is left out."""
    out: list[str] = []
    for word in leading:
        found = parting.meaning(word, lang)
        if found is None:
            held = words.office(word, lang) if out and out[-1] == "Herrn" else None
            out.append(held.above if held and held.gender is None else word)
            continue
        shown = found.couple if couple and found.couple is not None else found.address
        shown = word if shown is None else shown
        if shown and out and out[-1].lower() == "de" and shown.lower().startswith("de "):
            out.pop()
        if shown:
            out.append(shown)
    return out
