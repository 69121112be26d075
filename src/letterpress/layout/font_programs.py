"""The fonts that WeasyPrint has drawn a document with, as `fonts.faces` embeds them.

Not here: which of Pango's fonts they are (`lines`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

from letterpress.fonts import tables
from letterpress.fonts.faces import FontProgram
from letterpress.layout import private_api


class Drawn(NamedTuple):
    """A font of a document, and what the document sets of it."""

    program: FontProgram
    glyphs: frozenset[int]
    spelled: frozenset[tuple[int, str]]
    """Glyphs that the font's own table of characters does not have, with what they stand for."""


def of_document(fonts: Mapping[Any, Any]) -> tuple[dict[str, Drawn], dict[str, str]]:
    """Give a document's fonts by what its pages call them.

    :param fonts: its `fonts`, when its pages are drawn.
    :returns: the fonts, and for those that WeasyPrint has to embed itself why that is so.
    """
    found: dict[str, Drawn] = {}
    refused: dict[str, str] = {}
    for font in fonts.values():
        if (reason := _refusal(font)) is not None:
            refused[font.hash] = f"{font.family} {reason}"
            continue
        file = _once(private_api.font_file(font))
        try:
            known = _glyphs(file, font.index)
        except ValueError as error:
            refused[font.hash] = f"{font.family} is {error}"
            continue
        others = {glyph: width for glyph, width in font.widths.items() if width != round(known.width(glyph) or 0)}
        program = FontProgram(
            resource=font.hash,
            name=font.name[1:].decode(),
            family=font.family,
            flags=font.flags,
            ascent=font.ascent,
            descent=font.descent,
            stems=(font.stemv, font.stemh),
            file=file,
            index=font.index,
            widths=tuple(sorted(others.items())),
        )
        spelled = frozenset((glyph, text) for glyph, text in font.to_unicode.items() if glyph not in known.texts)
        drawn = Drawn(program, frozenset(font.to_unicode), spelled)
        if font.hash in found:  # the same file in another role: WeasyPrint embeds it once
            drawn = _joined(found[font.hash], drawn)
        found[font.hash] = drawn
    return {name: drawn for name, drawn in found.items() if name not in refused}, refused


@lru_cache(maxsize=64)
def _once(file: bytes) -> bytes:
    """The content of a file that documents have in common, which is kept once."""
    return file


@lru_cache(maxsize=64)
def _glyphs(file: bytes, index: int) -> tables.Glyphs:
    """What the file says of its glyphs, which takes a millisecond or two to read: a tenth of a letter's drawing."""
    return tables.read_glyphs(file, index)


def _refusal(font: Any) -> str | None:
    if font.png or font.svg or font.colr or font.bitmap:
        return "has pictures for glyphs"
    if font.missing:
        return "lacks characters"
    if font.used_in_forms:
        return "is embedded whole, for forms"
    if "fvar" in font.tables:
        return "is a variable font"
    return None


def _joined(one: Drawn, other: Drawn) -> Drawn:
    widths = {**dict(other.program.widths), **dict(one.program.widths)}
    program = replace(one.program, widths=tuple(sorted(widths.items())))
    return Drawn(program, one.glyphs | other.glyphs, one.spelled | other.spelled)
