"""Widths and characters of glyphs, read from a font's file."""

from __future__ import annotations

import unicodedata
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from letterpress.fonts import shipped, tables

SYSTEM = ("dejavu/DejaVuSans.ttf", "noto/NotoNaskhArabic-Regular.ttf", "fonts-japanese-mincho.ttf")
FILES = [face.path for face in shipped.shipped()] + [
    path for name in SYSTEM if (path := Path("/usr/share/fonts/truetype") / name).is_file()
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_is_read_is_what_font_tools_reads(path: Path) -> None:
    found = tables.read_glyphs(path.read_bytes())
    with TTFont(path) as font:
        order, numbers = font.getGlyphOrder(), font.getReverseGlyphMap()
        assert found.units_per_em == font["head"].unitsPerEm
        assert list(found.advances) == [font["hmtx"][name][0] for name in order]
        chars: dict[int, set[str]] = {}
        for code, name in font.getBestCmap().items():
            chars.setdefault(numbers[name], set()).add(chr(code))
        chars.pop(0, None)
    told_by_the_text = chars.keys() - found.texts.keys()
    plain = {glyph: [c for c in chars[glyph] if unicodedata.normalize("NFKC", c) == c] for glyph in told_by_the_text}
    assert all(len(several) > 1 for several in plain.values())
    assert found.texts.keys() <= chars.keys()
    assert all(
        found.texts[glyph]
        in {unicodedata.normalize(form, char) for char in several for form in ("NFC", "NFKC")} | several
        for glyph, several in chars.items()
        if glyph not in told_by_the_text
    )


def test_of_several_characters_that_is_taken_which_is_typed() -> None:
    path = next(face.path for face in shipped.shipped() if face.family == "Source Serif Pro")
    texts = set(tables.read_glyphs(path.read_bytes()).texts.values())
    assert set(" -'‘’´¯Ωμ") | {"fi", "ffl"} <= texts
    assert not texts & set("Δ\u00a0\u00ad\u2010\u02bb\u02bc\u02ca\u2206\u2126\u00b5")


def test_a_font_of_a_collection() -> None:
    face = shipped.shipped()[0].path.read_bytes()
    head = b"ttcf\0\1\0\0\0\0\0\1\0\0\0\x10"
    moved = bytearray(face)
    for at in range(int.from_bytes(face[4:6], "big")):
        field = slice(12 + 16 * at + 8, 12 + 16 * at + 12)
        moved[field] = (int.from_bytes(moved[field], "big") + len(head)).to_bytes(4, "big")
    assert tables.read_glyphs(head + bytes(moved), 0) == tables.read_glyphs(face)


def test_a_face_without_tables_is_said_to_be_none() -> None:
    face = shipped.shipped()[0].path.read_bytes()
    for content in (b"", b"\0\1\0\0", face[:200], face[:9000]):
        with pytest.raises(ValueError, match="whole font"):
            tables.read_glyphs(content)


def test_no_width_is_given_for_a_glyph_that_is_not_there() -> None:
    content = shipped.shipped()[0].path.read_bytes()
    found = tables.read_glyphs(content)
    with TTFont(BytesIO(content)) as font:
        assert found.width(len(font.getGlyphOrder())) is None
    assert found.width(0) is not None
